import type { ReadOf } from "./report/fields.ts";
import type { writtenException } from "./report/policy-schema.ts";

/** Equal for two exceptions on the same finding, package, paths and images. */
export function scopeKey({ id, package: about, paths, images }: Omit<Exception, "onlyWhileUnfixed" | "line">): string {
  const sorted = (globs: readonly string[] | undefined) => globs && [...new Set(globs)].sort();
  return JSON.stringify([id.toLowerCase(), about, sorted(paths), sorted(images)]);
}

/** A written, owned, dated decision to let a finding through. */
export type Exception = ReadOf<typeof writtenException>;

import { referenceForms } from "../image/reference.ts";
import { compileGlobs, type GlobRule } from "./glob.ts";

/**
 * Whether an image reference matches a glob: as typed, and with and without its tag or digest, so that
 * `ghcr.io/acme/app` covers all its tags. References are taken as typed: `alpine` is not `docker.io/library/alpine`.
 */
export function compileImageGlob(pattern: string): (reference: string) => boolean {
  const matching = compileImageGlobs([{ glob: pattern, value: true }]);
  return (reference) => matching([reference]).size > 0;
}

/** The same for many globs and an image of several names: the values of the globs that match any of them. */
export function compileImageGlobs<T>(rules: readonly GlobRule<T>[]): (references: readonly string[]) => Set<T> {
  const matching = compileGlobs(rules);
  return (references) => new Set(references.flatMap(referenceForms).flatMap((form) => [...matching(form)]));
}

import { hash } from "node:crypto";
import type { Finding } from "../domain/finding.ts";
import type { Target } from "../domain/target.ts";
import type { View } from "./view.ts";

/** The facts that reports for other tools need in addition to the view. */
export interface ReportFacts {
  /** This action: name, version, and its address. */
  readonly tool: { readonly name: string; readonly version: string; readonly url?: string | undefined };
  /** When judging ended. */
  readonly endedAt: Date;
}

/** A file of the repository, and a line in it. */
export interface RepositoryPlace {
  /** Relative to the repository's root, with `/`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** The prefix of our code scanning categories. */
export const CATEGORY_PREFIX = "image-gate/";

/** The further facts for a report to code scanning, which knows repositories, not images. */
export interface CodeScanningFacts extends ReportFacts {
  /**
   * Separates a target's alerts from all others, and stays the same from build to build. Made from all targets of the
   * run.
   */
  readonly categories: ReadonlyMap<Target, string>;
  /** The place of an alert about the finding: a file that the repository has. */
  readonly placeOf: (target: Target, finding: Pick<Finding, "layer" | "path" | "line">) => RepositoryPlace;
}

/** A report for another tool or another reader, in pieces: one string may be longer than Node allows. */
export type ToolReport = (view: View, facts: CodeScanningFacts) => Iterable<string>;

/** Makes the texts of a report unique: the second of its kind gets a 2, the third a 3. */
export function uniqueTexts(between: string): (text: string) => string {
  const seen = new Map<string, number>();
  return (text) => {
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return count === 1 ? text : `${text}${between}${count}`;
  };
}

/** A UUID of version 8 (RFC 9562: made by an application's own rule) from the first bits of a text's hash. */
export function uuidOf(text: string): string {
  const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash("sha256", text)) ?? [];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}

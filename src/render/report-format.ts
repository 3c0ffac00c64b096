import type { Finding } from "../domain/finding.ts";
import type { Target } from "../domain/target.ts";
import type { View } from "./view.ts";

/** What reports for other tools tell beyond the view. */
export interface ReportFacts {
  /** This action: name, version, and where it comes from. */
  readonly tool: { readonly name: string; readonly version: string; readonly url: string };
  /** When judging was over. */
  readonly endedAt: Date;
}

/** A file of the repository, and a line in it. */
export interface RepositoryPlace {
  /** Relative to the repository's root, with `/`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** What the categories of code scanning begin with. */
export const CATEGORY_PREFIX = "image-gate/";

/** What a report for code scanning needs too, which knows repositories and no images. */
export interface CodeScanningFacts extends ReportFacts {
  /** What tells a target's alerts from all others', whatever build it is of; made from all targets of the run. */
  readonly categories: ReadonlyMap<Target, string>;
  /** Where an alert about the finding belongs: a file that the repository has. */
  readonly placeOf: (target: Target, finding: Finding) => RepositoryPlace;
}

/** A report for another tool or another reader, in pieces: all in one text may be more than Node can hold. */
export type ToolReport = (view: View, facts: CodeScanningFacts) => Iterable<string>;

/** So many texts make a piece: one a write would be slow, and all at once may be more than Node can hold. */
const PIECE = 500;

/** The texts of many items, in pieces. */
export function* inPieces<T>(items: readonly T[], textOf: (item: T, index: number) => string): Generator<string> {
  let piece = "";
  for (let index = 0; index < items.length; index += 1) {
    piece += textOf(items[index] as T, index);
    if (index % PIECE < PIECE - 1) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

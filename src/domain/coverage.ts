import type { Exception } from "./exception.ts";
import type { coverageRow, gap, seenCoverage } from "./report/coverage-schema.ts";
import type { ReadOf } from "./report/fields.ts";

export type GapCode = Gap["code"];

/**
 * `looked`: everything there was scanned. `gap`: a part was not scanned, or might not have been. `nothing-there`: there
 * is nothing of this kind. `not-asked`: no scanner was asked to scan it. `not-known`: the scanner's report does not
 * say.
 */
export type CoverageStatus = CoverageRow["status"];

/** The coverage of one kind of thing. */
export type CoverageRow = ReadOf<typeof coverageRow>;

/** A part of the target that was not scanned. All texts are untrusted. */
export type Gap = ReadOf<typeof gap> & Pick<Advice, "byInput">;

/** A file that the scanner could not read. `path` is absent if the scanner does not name it. */
export interface UnreadFile {
  readonly path?: string | undefined;
  /** `no-package`: legitimate targets contain such files, and they are not packages themselves. */
  readonly kind: "packages" | "config" | "no-package";
  readonly why: string;
}

/** The parts of one target that were scanned, and those that were not. */
export type Coverage = ReadOf<typeof seenCoverage>;

/** A gap, and the policy's decision about it. */
export interface JudgedGap {
  readonly gap: Gap;
  /** The live acceptance that covers it and ends last. Absent: the gap makes the target's answer an error. */
  readonly accepted?: Exception | undefined;
  /** An ended acceptance that would otherwise cover it. */
  readonly ended?: Exception | undefined;
}

export interface JudgedCoverage {
  readonly rows: readonly CoverageRow[];
  readonly gaps: readonly JudgedGap[];
}

/** True if there are no gaps and the coverage of everything is known. */
export function isWhole({ rows, gaps }: JudgedCoverage): boolean {
  return gaps.length === 0 && rows.every(({ status }) => status !== "not-known" && status !== "gap");
}

/** The remedy for a problem, with further options for actions that have the matching inputs. */
export interface Advice {
  /** Full sentences. */
  readonly remedy: string;
  /** Further sentences, by the name of the input that each one needs. */
  readonly byInput?: Readonly<Record<string, string>> | undefined;
}

/** The same, with the sentences of all inputs that exist. */
export function advisedFor<Advised extends Advice>(
  { byInput = {}, ...advised }: Advised,
  inputs: readonly string[],
): Omit<Advised, "byInput"> {
  const more = Object.entries(byInput).flatMap(([input, sentence]) => (inputs.includes(input) ? [sentence] : []));
  return { ...advised, remedy: [advised.remedy, ...more].join(" ") };
}

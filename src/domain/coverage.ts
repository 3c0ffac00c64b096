import type { Exception } from "./exception.ts";
import type { coverageRow, gap, seenCoverage } from "./report/coverage-schema.ts";
import type { ReadOf } from "./report/fields.ts";

export type GapCode = Gap["code"];

/**
 * `looked`: everything there was looked at. `gap`: there is, or may be, something that was not looked at.
 * `nothing-there`: there is nothing of this kind. `not-asked`: no scanner was asked to look. `not-known`: the scanner's
 * report does not say.
 */
export type CoverageStatus = CoverageRow["status"];

/** The coverage of one kind of thing. */
export type CoverageRow = ReadOf<typeof coverageRow>;

/** Something that was not looked at. All texts are untrusted. */
export type Gap = ReadOf<typeof gap> & Pick<Advice, "byInput">;

/** A file that the scanner could not read. `path` is absent if the scanner does not name it. */
export interface UnreadFile {
  readonly path?: string | undefined;
  /** `no-package`: legitimate targets contain such files, and they are not packages themselves. */
  readonly kind: "packages" | "config" | "no-package";
  readonly why: string;
}

/** What was looked at in one target, and what was not. */
export type Coverage = ReadOf<typeof seenCoverage>;

/** A gap, with what the policy says about it. */
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

/** True if nothing is left out and everything is known. */
export function isWhole({ rows, gaps }: JudgedCoverage): boolean {
  return gaps.length === 0 && rows.every(({ status }) => status !== "not-known" && status !== "gap");
}

/** What to do about something, and what more can be done where an action has an input for it. */
export interface Advice {
  /** As full sentences. */
  readonly remedy: string;
  /** More sentences, by the names of the inputs that they need. */
  readonly byInput?: Readonly<Record<string, string>> | undefined;
}

/** The same with all sentences whose inputs exist. */
export function advisedFor<Advised extends Advice>(
  { byInput = {}, ...advised }: Advised,
  inputs: readonly string[],
): Omit<Advised, "byInput"> {
  const more = Object.entries(byInput).flatMap(([input, sentence]) => (inputs.includes(input) ? [sentence] : []));
  return { ...advised, remedy: [advised.remedy, ...more].join(" ") };
}

import type { Exception } from "../policy/policy.ts";

/** With one of these no package of the system was matched with what is known of it. */
const SYSTEM_GAP_CODES = [
  "os-unknown",
  "sbom-os-missing",
  "os-release-unknown",
  "os-mismatch",
  "os-packages-missing",
  "packages-skipped",
] as const;

/** {@link SYSTEM_GAP_CODES}, to look a code up. */
export const SYSTEM_GAPS: ReadonlySet<string> = new Set(SYSTEM_GAP_CODES);

/** What nobody looked at, in the order in which a target's error names it. */
export const GAP_CODES = [
  ...SYSTEM_GAP_CODES,
  "sbom-components-nested",
  "packages-unreadable",
  "config-unreadable",
  "terraform-not-read",
  "misconfig-nothing-read",
] as const;

export type GapCode = (typeof GAP_CODES)[number];

/**
 * `looked`: what is there was looked at. `gap`: there is, or may be, something that nobody looked at. `nothing-there`: there
 * is nothing of the kind. `not-asked`: no scanner was asked for it. `not-known`: the scanner's report does not tell.
 */
export type CoverageStatus = "looked" | "gap" | "nothing-there" | "not-asked" | "not-known";

/** One kind of thing that there is to look at. */
export interface CoverageRow {
  /** `Operating system`, `System packages`, `node-pkg`, … */
  readonly subject: string;
  readonly status: CoverageStatus;
  /** What was seen, in words; untrusted, as names and paths of the target stand in it. */
  readonly detail: string;
}

/** Something that nobody looked at; untrusted texts. */
export interface Gap {
  readonly code: GapCode;
  /** A clause without a full stop. */
  readonly what: string;
  readonly remedy: string;
  /** The file that it is about, without a leading slash. */
  readonly path?: string | undefined;
}

/** What was looked at in one target, and what was not. */
export interface Coverage {
  readonly rows: readonly CoverageRow[];
  readonly gaps: readonly Gap[];
}

/** A gap beside what the policy says of it. */
export interface JudgedGap {
  readonly gap: Gap;
  /** The live acceptance that covers it, the one that ends last; absent: it makes the target's answer an error. */
  readonly accepted?: Exception | undefined;
  /** One that has ended and would cover it. */
  readonly ended?: Exception | undefined;
}

export interface JudgedCoverage {
  readonly rows: readonly CoverageRow[];
  readonly gaps: readonly JudgedGap[];
}

/** Nothing is left out, and all is known. */
export function isWhole({ rows, gaps }: JudgedCoverage): boolean {
  return gaps.length === 0 && rows.every(({ status }) => status !== "not-known" && status !== "gap");
}

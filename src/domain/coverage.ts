import type { Exception } from "./exception.ts";

/** With one of these gaps, no system package was matched with its advisories. */
const SYSTEM_GAP_CODES = [
  "os-unknown",
  "sbom-os-missing",
  "os-release-unknown",
  "os-mismatch",
  "os-packages-missing",
  "packages-skipped",
  "advisories-replaced",
] as const;

/** {@link SYSTEM_GAP_CODES} as a set, for lookups. */
export const SYSTEM_GAPS: ReadonlySet<string> = new Set(SYSTEM_GAP_CODES);

/** Codes of what was not looked at, in the order in which a target's error names the gaps. */
export const GAP_CODES = [
  ...SYSTEM_GAP_CODES,
  "packages-unaccounted",
  "folder-not-read",
  "sbom-packages-missing",
  "sbom-packages-unread",
  "sbom-packages-unmatched",
  "versions-unreadable",
  "packages-unreadable",
  "config-unreadable",
  "terraform-not-read",
  "misconfig-nothing-read",
] as const;

export type GapCode = (typeof GAP_CODES)[number];

/**
 * `looked`: everything there was looked at. `gap`: there is, or may be, something that was not looked at.
 * `nothing-there`: there is nothing of this kind. `not-asked`: no scanner was asked to look. `not-known`: the scanner's
 * report does not say.
 */
export type CoverageStatus = "looked" | "gap" | "nothing-there" | "not-asked" | "not-known";

/** The coverage of one kind of thing. */
export interface CoverageRow {
  /** `Operating system`, `System packages`, `node-pkg`, … */
  readonly subject: string;
  readonly status: CoverageStatus;
  /** What was seen, as text. Untrusted, since it contains names and paths from the target. */
  readonly detail: string;
}

/** Something that was not looked at. All texts are untrusted. */
export interface Gap {
  readonly code: GapCode;
  /** A clause without a full stop. */
  readonly what: string;
  readonly remedy: string;
  /** Path of the file that it is about, without a leading slash. */
  readonly path?: string | undefined;
}

/** A file that the scanner could not read. `path` is absent if the scanner does not name it. */
export interface UnreadFile {
  readonly path?: string | undefined;
  /** `no-package`: legitimate targets contain such files, and they are not packages themselves. */
  readonly kind: "packages" | "config" | "no-package";
  readonly why: string;
}

/** What was looked at in one target, and what was not. */
export interface Coverage {
  readonly rows: readonly CoverageRow[];
  readonly gaps: readonly Gap[];
}

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

/** Whether nothing is left out and everything is known. */
export function isWhole({ rows, gaps }: JudgedCoverage): boolean {
  return gaps.length === 0 && rows.every(({ status }) => status !== "not-known" && status !== "gap");
}

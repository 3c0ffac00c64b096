import type { Exception } from "../exception.ts";
import type { Limit, Severity, SeverityName } from "../severity.ts";

/** Path of the policy if the user names none, relative to the workspace. */
export const DEFAULT_POLICY = ".github/image-gate.yml";

/** Different limits for some images. The first match counts. */
export interface TargetRule {
  readonly images: readonly string[];
  readonly thresholds: Partial<Readonly<Record<Severity, Limit>>>;
  /** Limit for findings that attackers are known to use. Absent: the policy's general limit. */
  readonly exploited?: Limit | undefined;
  readonly line: number;
}

/** Who hears of an image that runs and does not pass. The first match counts. */
export interface IssueRule {
  readonly images: readonly string[];
  /** Logins, as the user wrote them: with or without `@`. */
  readonly assignees: readonly string[];
  readonly labels: readonly string[];
}

export type Agreement = "any" | "all";

export interface ExceptionRules {
  /** Longest life of an exception in days, from `created` (or today) to `expires`. */
  readonly maxDays: number;
  /** An exception that ends within this many days is reported as ending soon. */
  readonly warnDays: number;
  readonly requireOwner: boolean;
}

/** The policy file, read and validated. */
export interface Policy {
  readonly thresholds: Partial<Readonly<Record<Severity, Limit>>>;
  /** Limit for findings that attackers are known to use (CISA's KEV). Absent: no limit. */
  readonly exploited?: Limit | undefined;
  /**
   * Limit for findings that attackers are likely to use (FIRST's EPSS): how many may have a score (0 to 1) above this
   * one. An equal score is not above it.
   */
  readonly epss?: { readonly above: number; readonly max: Limit } | undefined;
  /**
   * URLs of the data about attacks. Absent: the publishers' own URLs. If present, the data are fetched and shown even
   * if no limit needs them.
   */
  readonly exploitData?: { readonly kev?: string | undefined; readonly epss?: string | undefined } | undefined;
  /** Days after its advisory became public during which a finding does not count. Absent or 0: it counts at once. */
  readonly graceDays?: Partial<Readonly<Record<Severity, number>>> | undefined;
  /** `introduced`: if there is a baseline, only what the change introduces counts. Absent: `all`. */
  readonly count?: "all" | "introduced" | undefined;
  readonly ignoreUnfixed?: boolean | undefined;
  /**
   * `all`: a finding counts only if each scanner sees it that has advisories for its kind of package. Absent: `any`, it
   * counts if one scanner sees it.
   */
  readonly agreement?: Agreement | undefined;
  /** Scanners whose severity counts, first choice first. Absent: of a finding of several, the highest counts. */
  readonly severityFrom?: readonly string[] | undefined;
  /** Scanners without whose opinion a run goes on if they fail. Absent: none. */
  readonly optionalScanners?: readonly string[] | undefined;
  readonly targets: readonly TargetRule[];
  readonly exceptionRules: ExceptionRules;
  readonly exceptions: readonly Exception[];
  /** Days within which a finding of a running image must be fixed. Absent: no deadline. No verdict depends on it. */
  readonly fixWithinDays?: Partial<Readonly<Record<SeverityName, number>>> | undefined;
  /** Assignees and labels of the issues about running images. Absent: none. */
  readonly issues?: readonly IssueRule[] | undefined;
  /** Written, owned, dated decisions to judge a target although part of it was not looked at. Absent: none. */
  readonly coverage?: readonly Exception[] | undefined;
}

/** The policy if there is no file: nothing is set and nothing is excepted. */
export const EMPTY_POLICY: Policy = {
  thresholds: {},
  targets: [],
  exceptionRules: { maxDays: 365, warnDays: 14, requireOwner: false },
  exceptions: [],
};

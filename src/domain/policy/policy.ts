import type { Exception } from "../exception.ts";
import type { Limit, Severity, SeverityName } from "../severity.ts";

/** Path of the policy if the user names none, relative to the workspace. */
export const DEFAULT_POLICY = ".github/image-gate.yml";

/** Different limits for some images. The first match counts. */
export interface TargetRule {
  readonly images: readonly string[];
  readonly thresholds: Partial<Readonly<Record<Severity, Limit>>>;
  /** Limit for exploited findings (CISA's KEV). Absent: a rule has the policy's general limit, and a policy none. */
  readonly exploited?: Limit | undefined;
  readonly line: number;
}

/** The people to notify about a running image that does not pass. The first match counts. */
export interface IssueRule {
  readonly images: readonly string[];
  /** Logins as the user wrote them: with or without `@`. */
  readonly assignees: readonly string[];
  readonly labels: readonly string[];
}

export type Agreement = "any" | "all";

export interface ExceptionRules {
  /** Longest duration of an exception in days, from `created` (or today) to `expires`. */
  readonly maxDays: number;
  /** An exception that ends within this many days is reported as ending soon. */
  readonly warnDays: number;
  readonly requireOwner: boolean;
}

/** The policy file, read and validated. */
export interface Policy extends Pick<TargetRule, "thresholds" | "exploited"> {
  /**
   * Limit for findings that attackers are likely to exploit (FIRST's EPSS): the number of findings with a score (0 to
   * 1) above this one. An equal score does not count.
   */
  readonly epss?: { readonly above: number; readonly max: Limit } | undefined;
  /**
   * URLs of the exploit data. Absent: the publishers' own URLs. If present, the data are fetched and shown even if no
   * limit needs them.
   */
  readonly exploitData?: { readonly kev?: string | undefined; readonly epss?: string | undefined } | undefined;
  /** Days after its advisory's publication in which a finding does not count. Absent or 0: it counts at once. */
  readonly graceDays?: Partial<Readonly<Record<Severity, number>>> | undefined;
  /** `introduced`: if there is a baseline, only findings that the change introduces count. Absent: `all`. */
  readonly count?: "all" | "introduced" | undefined;
  readonly ignoreUnfixed?: boolean | undefined;
  /**
   * `all`: a finding counts only if every scanner with advisories for its kind of package reports it. Absent: `any`, it
   * counts if one scanner reports it.
   */
  readonly agreement?: Agreement | undefined;
  /**
   * Scanners whose severity counts, first choice first, in upper or lower case. If it is absent, or if none of them has
   * rated a finding, the highest severity counts.
   */
  readonly severityFrom?: readonly string[] | undefined;
  /** Scanners that may fail: the run then continues without their opinion. Absent: none. */
  readonly optionalScanners?: readonly string[] | undefined;
  readonly targets: readonly TargetRule[];
  readonly exceptionRules: ExceptionRules;
  readonly exceptions: readonly Exception[];
  /** Days within which a finding of a running image must be fixed. Absent: no deadline. Verdicts ignore deadlines. */
  readonly fixWithinDays?: Partial<Readonly<Record<SeverityName, number>>> | undefined;
  /** Assignees and labels of the issues about running images. Absent: none. */
  readonly issues?: readonly IssueRule[] | undefined;
  /** Written, owned, dated decisions to judge a target although a part of it was not scanned. Absent: none. */
  readonly coverage?: readonly Exception[] | undefined;
}

/** The policy if there is no file: without settings and exceptions. */
export const EMPTY_POLICY: Policy = {
  thresholds: {},
  targets: [],
  exceptionRules: { maxDays: 365, warnDays: 14, requireOwner: false },
  exceptions: [],
};

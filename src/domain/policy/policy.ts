import type { Limit, Severity } from "../severity.ts";

/** A day in UTC, `YYYY-MM-DD`. ISO days compare as text. */
export type Day = string;

/** A written, owned, dated decision to let a finding through. */
export interface Exception {
  readonly id: string;
  /** Package name or package URL; absent: any. */
  readonly package?: string | undefined;
  /** Globs on the finding's path; absent: any. */
  readonly paths?: readonly string[] | undefined;
  /** Globs on the image reference; absent: any. */
  readonly images?: readonly string[] | undefined;
  readonly reason: string;
  readonly owner?: string | undefined;
  readonly created?: Day | undefined;
  /** Last day on which it holds, in UTC. */
  readonly expires: Day;
  /** Does not cover a finding that has a fix. */
  readonly onlyWhileUnfixed: boolean;
  /** It accepts that something was not looked at: {@link id} is the gap's code. */
  readonly gap?: boolean | undefined;
  /** Line in the policy file, 1-based; 0 where there is no file. */
  readonly line: number;
}

/** Other limits for some images; the first match counts. */
export interface TargetRule {
  readonly images: readonly string[];
  readonly thresholds: Partial<Readonly<Record<Severity, Limit>>>;
  /** Limit of findings that attackers are known to use; absent: that of the whole policy. */
  readonly exploited?: Limit | undefined;
  readonly line: number;
}

/** How many findings may have a score above this one. */
export interface EpssRule {
  /** 0 to 1; a score that equals it is not above it. */
  readonly above: number;
  readonly max: Limit;
}

/** Where what is known of attacks comes from, as URLs; absent: the publishers'. */
export interface ExploitSources {
  readonly kev?: string | undefined;
  readonly epss?: string | undefined;
}

export interface ExceptionRules {
  /** Longest life of an exception in days, from `created` (or today) to `expires`. */
  readonly maxDays: number;
  /** An exception that ends within so many days is said to end soon. */
  readonly warnDays: number;
  readonly requireOwner: boolean;
}

/** The policy file, read and validated. */
export interface Policy {
  readonly thresholds: Partial<Readonly<Record<Severity, Limit>>>;
  /** Limit of findings that attackers are known to use (CISA's KEV); absent: there is none. */
  readonly exploited?: Limit | undefined;
  /** Limit of findings that are likely to be used (FIRST's EPSS). */
  readonly epss?: EpssRule | undefined;
  /** There: the data are asked for and shown even where no limit needs them. */
  readonly exploitData?: ExploitSources | undefined;
  /** Days for which a finding does not count after its advisory became public; absent or 0: it counts at once. */
  readonly graceDays?: Partial<Readonly<Record<Severity, number>>> | undefined;
  /** `introduced`: where there is a baseline, only what the change brings in counts. Absent: `all`. */
  readonly count?: "all" | "introduced" | undefined;
  readonly ignoreUnfixed?: boolean | undefined;
  readonly targets: readonly TargetRule[];
  readonly exceptionRules: ExceptionRules;
  readonly exceptions: readonly Exception[];
  /** Written, owned, dated decisions to judge a target although something of it was not looked at. Absent: none. */
  readonly coverage?: readonly Exception[] | undefined;
}

/** No file: nothing is set, nothing is excepted. */
export const EMPTY_POLICY: Policy = {
  thresholds: {},
  targets: [],
  exceptionRules: { maxDays: 365, warnDays: 14, requireOwner: false },
  exceptions: [],
};

import type { Limit, Severity } from "./severity.ts";

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
  /** Line in the policy file, 1-based; 0 where there is no file. */
  readonly line: number;
}

/** Other limits for some images; the first match counts. */
export interface TargetRule {
  readonly images: readonly string[];
  readonly thresholds: Partial<Readonly<Record<Severity, Limit>>>;
  readonly line: number;
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
  readonly ignoreUnfixed?: boolean | undefined;
  readonly targets: readonly TargetRule[];
  readonly exceptionRules: ExceptionRules;
  readonly exceptions: readonly Exception[];
}

/** No file: nothing is set, nothing is excepted. */
export const EMPTY_POLICY: Policy = {
  thresholds: {},
  targets: [],
  exceptionRules: { maxDays: 365, warnDays: 14, requireOwner: false },
  exceptions: [],
};

import type { Day } from "../../domain/dates.ts";
import type { Exception } from "../../domain/exception.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Exempted, Exploitation, Outcome, VexStatement } from "../../domain/verdict.ts";
import type { PolicyLine } from "./policy-says.ts";

/** A finding at one place, and what is said of it. */
export interface ExplainedFinding extends Finding {
  /** By the policy of today. */
  readonly outcome: Outcome;
  /** It is one of those that fail the target. */
  readonly breaksLimit: boolean;
  readonly spared?: Exempted | undefined;
  readonly countsFrom?: Day | undefined;
  readonly vex?: VexStatement | undefined;
  readonly acceptedBy?: Exception | undefined;
  readonly origin?: "base" | "own" | undefined;
  readonly exploitation?: Exploitation | undefined;
  /** Absent: the report is a scanner's. */
  readonly outcomeInReport?: Outcome | undefined;
  /** Upgrades of the report's plan that clear it. */
  readonly clearedBy: readonly string[];
  readonly policy: readonly PolicyLine[];
}

export interface ExplainedTarget {
  readonly label: string;
  /** By the policy of today. */
  readonly verdict: "pass" | "fail";
  readonly base?: { readonly reference?: string | undefined; readonly layers: number } | undefined;
  readonly findings: readonly ExplainedFinding[];
}

export interface Explanation {
  readonly id: string;
  readonly report: string;
  readonly madeAt?: string | undefined;
  /** Absent: there is none, and the defaults hold. */
  readonly policy?: string | undefined;
  readonly targets: readonly ExplainedTarget[];
  /** Targets that could not be judged, of which nothing is known. */
  readonly unjudged: readonly string[];
}

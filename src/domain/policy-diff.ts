import type { Policy } from "./policy-types.ts";

/** One difference between two policies, as plain text: untrusted, to be escaped by whoever renders it. */
export interface PolicyChange {
  readonly what: "added" | "changed" | "removed";
  readonly subject: "exception" | "threshold" | "target rule" | "exception rule" | "ignore-unfixed";
  /** What it is about: an advisory id with its scope, a severity, … */
  readonly about: string;
  /** Former and present value, as text. Absent where there is none. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Whether more is let through than before. */
  readonly loosens: boolean;
  /** Line in the present file, 1-based; 0 where it is gone. */
  readonly line: number;
}

/** What `head` changes against `base`. */
export declare function diffPolicies(base: Policy, head: Policy): PolicyChange[];

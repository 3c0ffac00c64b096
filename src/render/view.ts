import type { Comparison } from "../domain/change/comparison.ts";
import type { BaseReport } from "../domain/image/base-image.ts";
import type { MovingFrom } from "../domain/image/floating-tag.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import type { Day } from "../domain/policy/policy.ts";
import type { RunStamp } from "../domain/run-stamp.ts";
import type { Target } from "../domain/target.ts";
import type { Verdict } from "../domain/verdict.ts";

/** Which branch's rules a run is judged by: those checked out, the base branch's, or the default branch's. */
export type RulesFrom = "workspace" | "base" | "default-branch";

/** All that comment, summary, log and annotations are made of. */
export interface View {
  /** The gate's name: heading, and what tells several gates' comments apart. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Tags of tars that could not be scanned. */
  readonly savedTags?: ReadonlyMap<Target, string> | undefined;
  readonly mode: "enforce" | "warn";
  readonly today: Day;
  readonly now: Date;
  readonly policy: {
    /** Where the policy was read, relative to the workspace; absent: there is no file. */
    readonly path?: string | undefined;
    readonly from: RulesFrom;
    /** Which findings count, by the policy. */
    readonly count?: "all" | "introduced" | undefined;
  };
  /** What the pull request changes in the policy; `unreadable` says why that is not known; absent: not a pull request. */
  readonly policyChange?: { readonly changes: readonly PolicyChange[] } | { readonly unreadable: string } | undefined;
  /** What is known of the images that the targets were built on. */
  readonly bases?: ReadonlyMap<Target, BaseReport> | undefined;
  /** What each target was compared with; absent or empty: nothing was to be compared. */
  readonly comparisons?: ReadonlyMap<Target, Comparison> | undefined;
  /** The given Dockerfile, and its FROMs that may mean another image tomorrow. */
  readonly dockerfile?: { readonly file: string; readonly moving: readonly MovingFrom[] } | undefined;
  /** What a reader must know of the whole run, as plain sentences; untrusted, as they name files. */
  readonly notes?: readonly string[] | undefined;
  /** The event of a run that looked for the pull request of its commit, and so is not the pull request's own. */
  readonly lookedUpOn?: string | undefined;
  /** The commit that was judged (the pull request's head), and a link to the run. Both from GitHub, shown as provenance. */
  readonly commit?: string | undefined;
  readonly runUrl?: string | undefined;
  /** The run, as later runs must know it that find its comment. */
  readonly stamp?: RunStamp | undefined;
}

/** A message on a line of the repository, or on the run as a whole. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

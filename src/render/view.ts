import type { Comparison } from "../domain/change/comparison.ts";
import type { Day } from "../domain/dates.ts";
import type { BaseReport } from "../domain/image/base-image.ts";
import type { MismatchReason } from "../domain/image/dockerfile-lines.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import type { RunStamp } from "../domain/run-stamp.ts";
import type { Target } from "../domain/target.ts";
import type { Verdict } from "../domain/verdict.ts";

/** The branch whose rules judge a run: the checked-out one, the base branch, or the default branch. */
export type RulesFrom = "workspace" | "base" | "default-branch";

/** The data from which the comment, the summary, the log and the annotations are made. */
export interface View {
  /** The gate's name: it is in the heading, and it distinguishes the comments of several gates. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Tags of tars that could not be scanned. */
  readonly savedTags?: ReadonlyMap<Target, string> | undefined;
  readonly mode: "enforce" | "warn";
  readonly today: Day;
  readonly now: Date;
  readonly policy: {
    /** The policy file's path, relative to the workspace. Absent if there is no file. */
    readonly path?: string | undefined;
    /** SHA-256 of the policy file's bytes, in lower-case hexadecimal. Absent if there is no file. */
    readonly sha256?: string | undefined;
    /** The run ended before the policy could be read: it is unknown if there is a file. */
    readonly isUnread?: boolean | undefined;
    readonly from: RulesFrom;
    /** The findings that count according to the policy. */
    readonly count?: "all" | "introduced" | undefined;
  };
  /**
   * The changes of the policy in the pull request. `unreadable` says why they are not known. Absent if this is not a
   * pull request.
   */
  readonly policyChange?: { readonly changes: readonly PolicyChange[] } | { readonly unreadable: string } | undefined;
  /** The base images of the targets, as far as they are known. */
  readonly bases?: ReadonlyMap<Target, BaseReport> | undefined;
  /** The comparison of each target. Absent or empty if no comparison was asked for. */
  readonly comparisons?: ReadonlyMap<Target, Comparison> | undefined;
  /** The given Dockerfile, and the targets that it does not match. */
  readonly dockerfile?:
    | {
        readonly file: string;
        readonly unmatched?: readonly UnmatchedTarget[] | undefined;
      }
    | undefined;
  /** Notes for the reader on the whole run, as plain sentences. Untrusted, because they name files. */
  readonly notes?: readonly string[] | undefined;
  /**
   * The run's event, if the run looked up the pull request of its commit. Then it is not the pull request's own run.
   */
  readonly lookedUpOn?: string | undefined;
  /**
   * The commit that was judged (the pull request's head), and a link to the run. Both come from the platform, for
   * provenance.
   */
  readonly commit?: string | undefined;
  readonly runUrl?: string | undefined;
  /** The address of this version's files, below which `docs/` is. Absent if it is unknown. */
  readonly pages?: string | undefined;
  /**
   * The platform's term for a request to merge. Absent: `pull request`.
   */
  readonly words?: { readonly changeRequest: string } | undefined;
  /** Identifies this run to later runs that find its comment. */
  readonly stamp?: RunStamp | undefined;
  /** The way to judge the other platforms of an index, as a sentence of ours. Absent: the gate's input `platform`. */
  readonly platformRemedy?: string | undefined;
}

/** A target of which the given Dockerfile names no line. */
export interface UnmatchedTarget {
  readonly label: string;
  readonly why: MismatchReason;
}

/** A message about a line of the repository, or about the whole run. */
export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

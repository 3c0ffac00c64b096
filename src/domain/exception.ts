import type { Day } from "./dates.ts";

/** A written, owned, dated decision to let a finding through. */
export interface Exception {
  readonly id: string;
  /** Package name or package URL. Absent: any package. */
  readonly package?: string | undefined;
  /** Globs for the finding's path. Absent: any path. */
  readonly paths?: readonly string[] | undefined;
  /** Globs for the image reference. Absent: any image. */
  readonly images?: readonly string[] | undefined;
  readonly reason: string;
  readonly owner?: string | undefined;
  readonly created?: Day | undefined;
  /** Last day on which it holds, in UTC. */
  readonly expires: Day;
  /** Does not cover a finding that has a fix. */
  readonly onlyWhileUnfixed: boolean;
  /** It accepts that something was not looked at. {@link id} is the gap's code. */
  readonly gap?: boolean | undefined;
  /** Line in the policy file, 1-based. 0 if there is no file. */
  readonly line: number;
}

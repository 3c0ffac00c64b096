import type { Overdue } from "../history/deadlines.ts";
import type { ImageChange, Rescanned } from "../history/running.ts";

/** An issue that an earlier run of this repository opened. */
export interface OwnIssue {
  readonly number: number;
  readonly url: string;
  /** The image's name in the hidden marker of its body. */
  readonly about: string;
  readonly isOpen: boolean;
  readonly title: string;
  readonly body: string;
}

/** The facts about one image name in a run that its issue depends on. */
export interface TrackedImage {
  readonly change: ImageChange;
  /** Empty if it does not run, as far as this run could see. */
  readonly running: readonly Rescanned[];
  readonly overdue: readonly Overdue[];
}

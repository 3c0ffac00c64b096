import type { Overdue } from "../history/deadlines.ts";
import type { ImageChange, Rescanned } from "../history/running.ts";

/** An issue that an earlier run of this repository opened. */
export interface OwnIssue {
  readonly number: number;
  readonly url: string;
  /** What the hidden marker in its body says that it is about: the image's name. */
  readonly about: string;
  readonly isOpen: boolean;
  readonly title: string;
  readonly body: string;
}

/** One image name in a run, as far as its issue depends on it. */
export interface TrackedImage {
  readonly change: ImageChange;
  /** Empty if it does not run, as far as this run could see. */
  readonly running: readonly Rescanned[];
  readonly overdue: readonly Overdue[];
}

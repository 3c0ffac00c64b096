import { runningKey } from "../history/name-seen.ts";
import { type ExceptionUse, type JudgedTarget, judgedAmong } from "../verdict.ts";
import type { TrackedImage } from "./issue.ts";

/**
 * The state that an image's issue should have. `fails`: a running image of the name breaks the policy. `overdue`: no
 * image fails, but a finding is past its deadline. `ending`: it passes, but an exception that it needs ends soon.
 * `unclear`: an image could not be judged, or not by all scanners. Or a source that named it, or the history, could not
 * be read. Then its issue stays as it is.
 */
export type Need =
  | { readonly issue: "open"; readonly why: "fails" | "overdue" | "ending" }
  | { readonly issue: "closed"; readonly why: "passes" | "gone" }
  | { readonly issue: "as-is"; readonly why: "unclear" };

/** A run's facts apart from the image itself. */
export interface RunFacts {
  /** The states of the policy's exceptions in this run. */
  readonly exceptions: readonly ExceptionUse[];
  /** Sources that could not be read completely. */
  readonly unreadSources: readonly string[];
  /**
   * The history could be read. So overdue findings are known, and an image that appears neither in it nor in the run
   * does not run.
   */
  readonly isHistoryKnown: boolean;
}

const UNCLEAR: Need = { issue: "as-is", why: "unclear" };

/** Decides about an image's issue. A broken policy comes first, since it is certain, and then unclear results. */
export function needOf(image: TrackedImage, run: RunFacts): Need {
  const { change, running, overdue } = image;
  const answers = new Set(running.map(({ verdict }) => verdict.answer));
  if (answers.has("fail")) return { issue: "open", why: "fails" };
  // Only the history shows overdue findings.
  if (answers.has("error") || !run.isHistoryKnown || mayRunElsewhere(image, run)) return UNCLEAR;
  if (running.length === 0) return { issue: "closed", why: "gone" };
  if (overdue.length > 0) return { issue: "open", why: "overdue" };
  if (endingFor(judgedOf(image), run.exceptions).length > 0) return { issue: "open", why: "ending" };
  // The images of an unread source are unknown if the history does not have them.
  const isNew = change.before === undefined && run.unreadSources.length > 0;
  const opinions = judgedOf(image).flatMap(({ scan }) => scan.opinions ?? []);
  const isPartlyScanned = opinions.some(({ failed }) => failed !== undefined);
  return isNew || isPartlyScanned ? UNCLEAR : { issue: "closed", why: "passes" };
}

/** The running images of the name that were judged. */
export function judgedOf({ running }: Pick<TrackedImage, "running">): JudgedTarget[] {
  return judgedAmong(running.map(({ verdict }) => verdict));
}

/**
 * True if an image of the name may run that this run did not see. For an unreadable source, the history keeps the
 * images that the source named before.
 */
function mayRunElsewhere({ change, running }: TrackedImage, { unreadSources }: RunFacts): boolean {
  if (unreadSources.length === 0) return false;
  // For a gone image, `running` has the images that ran last.
  if (change.after["gone-since"] !== undefined) return false;
  const seen = new Set(running.map((each) => runningKey({ ...each, "image-id": each.imageId })));
  return change.after.running.some((each) => !seen.has(runningKey(each)));
}

/** The soon ending exceptions that one of the targets needs: no later exception applies to the finding. */
export function endingFor(targets: readonly JudgedTarget[], exceptions: readonly ExceptionUse[]): ExceptionUse[] {
  const ending = exceptions.filter(({ state }) => state === "ending");
  if (ending.length === 0) return [];
  const needed = new Set(targets.flatMap(neededBy));
  return ending.filter(({ exception }) => needed.has(exception));
}

function neededBy({ findings, coverage }: JudgedTarget) {
  return [
    ...findings.flatMap(({ outcome, exceptions: [first] }) => (outcome === "accepted" && first ? [first] : [])),
    ...(coverage?.gaps ?? []).flatMap(({ accepted }) => accepted ?? []),
  ];
}

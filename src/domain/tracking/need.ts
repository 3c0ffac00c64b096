import { runningKey } from "../history/name-seen.ts";
import { type ExceptionUse, type JudgedTarget, judgedAmong } from "../verdict.ts";
import type { TrackedImage } from "./issue.ts";

/**
 * What an image needs. `fails`: a running image of the name breaks the policy. `overdue`: none does, but a finding
 * should have been fixed by now. `ending`: it passes, but an exception that it needs ends soon. `unclear`: an image
 * could not be judged, or not by all scanners, or a source that named it, or the history, could not be read. Then its
 * issue stays as it is.
 */
export type Need =
  | { readonly issue: "open"; readonly why: "fails" | "overdue" | "ending" }
  | { readonly issue: "closed"; readonly why: "passes" | "gone" }
  | { readonly issue: "as-is"; readonly why: "unclear" };

/** What a run knows alongside the image itself. */
export interface RunFacts {
  /** What became of the policy's exceptions in this run. */
  readonly exceptions: readonly ExceptionUse[];
  /** Sources that could not be read as a whole. */
  readonly unreadSources: readonly string[];
  /**
   * The history could be read: so what is overdue is known, and an image of which neither it nor the run knows anything
   * does not run.
   */
  readonly isHistoryKnown: boolean;
}

const UNCLEAR: Need = { issue: "as-is", why: "unclear" };

/** True if an image needs an issue. What is certain counts first: a broken policy, then what is unknown. */
export function needOf(image: TrackedImage, run: RunFacts): Need {
  const { change, running, overdue } = image;
  const answers = new Set(running.map(({ verdict }) => verdict.answer));
  if (answers.has("fail")) return { issue: "open", why: "fails" };
  // Only the history knows what is overdue.
  if (answers.has("error") || !run.isHistoryKnown || mayRunElsewhere(image, run)) return UNCLEAR;
  if (running.length === 0) return { issue: "closed", why: "gone" };
  if (overdue.length > 0) return { issue: "open", why: "overdue" };
  if (endingFor(judgedOf(image), run.exceptions).length > 0) return { issue: "open", why: "ending" };
  // Without a history of it, the images of an unread source are unknown.
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
 * True if an image of the name may run that this run did not see. The history keeps what a source named before if the
 * source cannot be read now.
 */
function mayRunElsewhere({ change, running }: TrackedImage, { unreadSources }: RunFacts): boolean {
  if (unreadSources.length === 0) return false;
  // A gone image keeps in `running` what ran last.
  if (change.after["gone-since"] !== undefined) return false;
  const seen = new Set(running.map((each) => runningKey({ ...each, "image-id": each.imageId })));
  return change.after.running.some((each) => !seen.has(runningKey(each)));
}

/**
 * The exceptions that end soon and are needed by one of the targets: no other one that ends later applies to the
 * finding.
 */
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

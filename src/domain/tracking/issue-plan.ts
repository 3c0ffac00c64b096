import { memoize } from "../memoize.ts";
import { isOlderRun, type ServerRun } from "../run-stamp.ts";
import { SEVERITIES, severityRank } from "../severity.ts";
import { failing } from "../verdict.ts";
import { compareEach, compareText } from "../versions/order.ts";
import type { OwnIssue, TrackedImage } from "./issue.ts";
import { readIssueMarker } from "./marker.ts";
import { judgedOf, type Need, needOf, type RunFacts } from "./need.ts";

/** An action on one issue. `update` only if its text has changed. */
export type IssueAction<T extends TrackedImage = TrackedImage> =
  | { readonly do: "open"; readonly image: T; readonly why: OpenWhy }
  | {
      readonly do: "reopen";
      readonly issue: OwnIssue;
      readonly image: T;
      readonly why: OpenWhy;
      /** A user closed it although the last run wanted it to be open. */
      readonly byHand: boolean;
    }
  | { readonly do: "update"; readonly issue: OwnIssue; readonly image: T; readonly why: OpenWhy }
  /** `image` is absent if the run has no record of it: it was gone before. */
  | { readonly do: "close"; readonly issue: OwnIssue; readonly image?: T | undefined; readonly why: "passes" | "gone" }
  /** Two simultaneous runs opened both it and an older issue. */
  | { readonly do: "fold"; readonly issue: OwnIssue; readonly into: OwnIssue };

type OpenWhy = Extract<Need, { issue: "open" }>["why"];

/** A run's facts and limits. */
export interface PlanRun extends RunFacts {
  /** Limit on new issues. Reopened ones do not count, since an earlier run counted them. */
  readonly most: number;
  /** This run. Undefined: it has no number, and no other run counts as newer. */
  readonly by?: ServerRun | undefined;
}

/**
 * A run's actions on issues: one for each image name that needs one, the oldest if there are several. Pure.
 * @returns the actions, the most urgent first. `left` has the images that need an issue but get none in this run,
 * because the limit is reached. `newer` has the issues that would have changed, but a newer run has written them
 */
export function planIssues<T extends TrackedImage>(images: readonly T[], ours: readonly OwnIssue[], run: PlanRun) {
  const sorted = ours.toSorted((a, b) => a.number - b.number);
  const byImage = Map.groupBy(sorted, ({ about }) => about);
  const actions: IssueAction<T>[] = [];
  const left: T[] = [];
  let room = run.most;
  for (const image of mostUrgentFirst(images)) {
    const action = actionFor(image, byImage.get(image.change.image)?.[0], run);
    if (action?.do === "open" && room <= 0) left.push(image);
    else if (action !== undefined) actions.push(action);
    if (action?.do === "open") room -= 1;
  }
  const known = new Set(images.map(({ change }) => change.image));
  const all = [...actions, ...goneIssues(byImage, known, run), ...folds(byImage)];
  const isLate = (action: IssueAction<T>) =>
    action.do !== "open" && isOlderRun(run.by, readIssueMarker(action.issue.body)?.by);
  const { true: late = [], false: own = [] } = Object.groupBy(all, (action) => `${isLate(action)}`);
  const newer = late.flatMap((action) => (action.do === "open" ? [] : action.issue));
  return { actions: own.sort((a, b) => ORDER.indexOf(a.do) - ORDER.indexOf(b.do)), left, newer };
}

/** The most awaited actions come first, in case there is not time for all. */
const ORDER = ["open", "reopen", "close", "fold", "update"];

function actionFor<T extends TrackedImage>(
  image: T,
  issue: OwnIssue | undefined,
  run: RunFacts,
): IssueAction<T> | undefined {
  const need = needOf(image, run);
  if (need.issue === "as-is") return undefined;
  if (need.issue === "closed") return issue?.isOpen ? { do: "close", issue, image, why: need.why } : undefined;
  if (issue === undefined) return { do: "open", image, why: need.why };
  // Without the history, the updated text would lose the start dates and the overdue findings.
  if (issue.isOpen) return run.isHistoryKnown ? { do: "update", issue, image, why: need.why } : undefined;
  return { do: "reopen", issue, image, why: need.why, byHand: readIssueMarker(issue.body)?.isOpen === true };
}

/** Open issues about images of which the run has no record. If a source was not read, the images may still run. */
function goneIssues(
  byImage: ReadonlyMap<string, readonly OwnIssue[]>,
  known: ReadonlySet<string>,
  { unreadSources, isHistoryKnown }: PlanRun,
): IssueAction<never>[] {
  if (unreadSources.length > 0 || !isHistoryKnown) return [];
  return [...byImage].flatMap(([image, [issue]]) =>
    issue?.isOpen && !known.has(image) ? [{ do: "close", issue, why: "gone" } as const] : [],
  );
}

function folds(byImage: ReadonlyMap<string, readonly OwnIssue[]>): IssueAction<never>[] {
  return [...byImage.values()].flatMap(([into, ...others]) =>
    into === undefined ? [] : others.flatMap((issue) => (issue.isOpen ? [{ do: "fold", issue, into } as const] : [])),
  );
}

/** Overdue images first, then by the worst failing finding and the number of failing findings, then by name. */
function mostUrgentFirst<T extends TrackedImage>(images: readonly T[]): T[] {
  const urgencyOf = memoize(urgency);
  const compare = (a: T, b: T) => compareEach(urgencyOf(a), urgencyOf(b), (x = 0, y = 0) => x - y);
  return images.toSorted((a, b) => compare(a, b) || compareText(a.change.image, b.change.image));
}

function urgency(image: TrackedImage): readonly number[] {
  const broken = judgedOf(image).map(failing);
  const worst = broken.flatMap(([first]) => (first === undefined ? [] : [severityRank(first.finding.severity)]));
  const count = broken.reduce((sum, findings) => sum + findings.length, 0);
  return [image.overdue.length > 0 ? 0 : 1, Math.min(SEVERITIES.length, ...worst), -count];
}

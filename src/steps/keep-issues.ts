import { andMore, counted, joined } from "../domain/list-some.ts";
import { compileImageGlobs } from "../domain/policy/glob.ts";
import type { IssueRule } from "../domain/policy/policy.ts";
import type { RescannedImage } from "../domain/rows/week.ts";
import type { OwnIssue } from "../domain/tracking/issue.ts";
import { type IssueAction, planIssues } from "../domain/tracking/issue-plan.ts";
import { markedClosed } from "../domain/tracking/marker.ts";
import type { IssueTracker } from "../forge/forge.ts";
import type { Platform } from "../job/job.ts";
import {
  closingComment,
  duplicateComment,
  issueBody,
  issueTitle,
  lastingPart,
  reopeningComment,
  runOf,
} from "../render/rescan/issue.ts";
import type { IssuesShown, RescanView } from "../render/rescan/view.ts";
import { asGateError } from "../system/errors.ts";

/** What a run may do about issues. */
export interface IssueKeeping {
  readonly tracker: IssueTracker;
  /** The Markdown of the tracker's issues. */
  readonly dialect?: Platform["markdown"];
  /** What the run found. Its gate's name tells its issues from those of other runs. */
  readonly view: RescanView;
  /** The policy's rules about who gets an issue. */
  readonly rules: readonly IssueRule[];
  /** Most issues to open. */
  readonly most: number;
  /** Why this run must not touch issues, as a clause without a full stop. Absent: it may. */
  readonly readOnlyBecause?: string | undefined;
  /** Milliseconds after which nothing more is begun. */
  readonly deadlineMs?: number;
}

/** What became of the issues, and the addresses of those that are open, by image name. */
export interface KeptIssues {
  readonly shown: IssuesShown;
  readonly urls: ReadonlyMap<string, string>;
}

type Action = IssueAction<RescannedImage>;

/** A run that goes on for longer is more trouble than an issue that comes a week later. */
const DEADLINE_MS = 600_000;
/** Failures in a row after which the next attempt would fail as well. */
const MOST_FAILURES = 3;
/**
 * Opens, updates and closes the issues of the running images: one for each image name that needs one. Never throws, and
 * never changes a verdict: failures are reported.
 */
export async function keepIssues(keeping: IssueKeeping): Promise<KeptIssues> {
  const counts = { opened: 0, reopened: 0, updated: 0, closed: 0 };
  const { readOnlyBecause } = keeping;
  if (readOnlyBecause !== undefined) {
    const failed = [`Issues were left as they are: ${readOnlyBecause}.`];
    return { shown: { ...counts, left: [], failed }, urls: new Map() };
  }
  const work: Work = { keeping, counts, failed: [], urls: new Map(), opened: [], failures: 0 };
  const left = await keep(work).catch((thrown: unknown) => {
    work.failed.push(asGateError(thrown).message);
    return [];
  });
  return { shown: { ...counts, left, failed: work.failed }, urls: work.urls };
}

/** What has been done so far. */
interface Work {
  readonly keeping: IssueKeeping;
  readonly counts: { opened: number; reopened: number; updated: number; closed: number };
  readonly failed: string[];
  readonly urls: Map<string, string>;
  readonly opened: OwnIssue[];
  /** In a row. */
  failures: number;
}

/** @returns the images that get no issue in this run, because enough are opened */
async function keep(work: Work): Promise<string[]> {
  const { tracker, view, most, deadlineMs = DEADLINE_MS } = work.keeping;
  const end = performance.now() + deadlineMs;
  const ours = await tracker.ours();
  for (const { about, url, isOpen } of ours) if (isOpen && !work.urls.has(about)) work.urls.set(about, url);
  const plan = planIssues(view.images, ours, {
    exceptions: view.gate.verdict.exceptions,
    unreadSources: view.sources.flatMap(({ source, error }) => (error === undefined ? [] : [source])),
    isHistoryKnown: !("isUnread" in view.state && view.state.isUnread === true),
    most,
    by: runOf(view),
  });
  const [first, ...more] = plan.newer.map(({ number }) => `#${number}`);
  if (first !== undefined)
    work.failed.push(`A newer run has written ${joined(" ", [first, andMore(more.length)])}, and has the last word.`);
  for (const [at, action] of plan.actions.entries()) {
    const isLate = performance.now() > end;
    const goesOn = !isLate && (await attempt(action, work));
    if (goesOn) continue;
    const rest = plan.actions.length - at - (isLate ? 0 : 1);
    if (isLate) work.failed.push(`The ${deadlineMs / 1000} s for issues are used up.`);
    if (rest > 0) work.failed.push(`${counted(rest, "more issue was", "more issues were")} left as they are.`);
    break;
  }
  await settle(work).catch((thrown: unknown) => {
    work.failed.push(asGateError(thrown).message);
  });
  return plan.left.map(({ change }) => change.image);
}

/** @returns whether the next one is worth an attempt */
async function attempt(action: Action, work: Work): Promise<boolean> {
  try {
    await carryOut(action, work);
    work.failures = 0;
    return true;
  } catch (thrown) {
    const error = asGateError(thrown);
    work.failed.push(error.message);
    work.failures += 1;
    return work.keeping.tracker.concernsOne(error) && work.failures < MOST_FAILURES;
  }
}

async function carryOut(action: Action, work: Work): Promise<void> {
  switch (action.do) {
    case "open":
      return open(action.image, work);
    case "reopen":
    case "update":
      return bringUpToDate(action, work);
    case "close":
      return close(action, work);
    case "fold":
      return fold(action.issue, action.into, work);
  }
}

async function open(image: RescannedImage, work: Work): Promise<void> {
  const { tracker, rules } = work.keeping;
  const rule = ruleFor(image, rules);
  const issue = await shorterIfNeeded("open", tracker, (limit) =>
    tracker.open({
      title: issueTitle(image),
      body: bodyOf(image, work, limit),
      labels: rule?.labels ?? [],
      due: image.due,
      assignees: rule?.assignees ?? [],
    }),
  );
  work.counts.opened += 1;
  work.opened.push(issue);
  work.urls.set(issue.about, issue.url);
  if (issue.leftOut.length > 0)
    work.failed.push(`Issue #${issue.number} was opened without ${issue.leftOut.join(", ")}: it was not accepted.`);
}

function bodyOf(image: RescannedImage, { keeping: { view, dialect } }: Work, limit?: number): string {
  return issueBody(image, view, limit, dialect);
}

/** The first rule that has a glob for the image, by its name or as a source writes it. */
function ruleFor({ change, running }: RescannedImage, rules: readonly IssueRule[]): IssueRule | undefined {
  const { all } = compileImageGlobs(rules)([change.image, ...running.map(({ reference }) => reference)]);
  return rules.find((rule) => all.has(rule));
}

/** Writes nothing if nothing has changed, so that no one is notified of an empty edit. */
async function bringUpToDate(action: Extract<Action, { do: "reopen" | "update" }>, work: Work): Promise<void> {
  const { issue, image } = action;
  const { tracker, view } = work.keeping;
  const title = issueTitle(image);
  const isReopened = action.do === "reopen";
  const comment = isReopened ? reopeningComment(image, view, action.byHand) : undefined;
  const isSame = title === issue.title && lastingPart(bodyOf(image, work)) === lastingPart(issue.body);
  if (isSame && !isReopened) return;
  await shorterIfNeeded("change", tracker, (limit) =>
    tracker.change(issue, {
      title,
      body: bodyOf(image, work, limit),
      due: image.due,
      ...(isReopened && { state: "open", comment }),
    }),
  );
  work.counts[isReopened ? "reopened" : "updated"] += 1;
  work.urls.set(issue.about, issue.url);
}

async function close({ issue, image, why }: Extract<Action, { do: "close" }>, work: Work): Promise<void> {
  const { tracker, view } = work.keeping;
  const isGone = image === undefined || why === "gone";
  await shorterIfNeeded("change", tracker, (limit) =>
    tracker.change(issue, {
      // The text of an image that does not run any more stays, for anyone who wants to know what it was.
      ...(isGone ? {} : { title: issueTitle(image) }),
      body: isGone ? markedClosed(issue.body, runOf(view)) : bodyOf(image, work, limit),
      state: "completed",
      comment: closingComment(issue.about, image, view),
    }),
  );
  work.counts.closed += 1;
  work.urls.delete(issue.about);
}

async function fold(issue: OwnIssue, into: OwnIssue, work: Work): Promise<void> {
  await work.keeping.tracker.change(issue, {
    body: markedClosed(issue.body, runOf(work.keeping.view)),
    state: "duplicate",
    comment: duplicateComment(into.number),
  });
  work.urls.set(issue.about, into.url);
}

/**
 * If another run opened an issue about the same image at the same moment, the older one stays: each run folds its own.
 */
async function settle(work: Work): Promise<void> {
  if (work.opened.length === 0) return;
  const opened = new Set(work.opened.map(({ number }) => number));
  const ours = await work.keeping.tracker.ours();
  const oldest = new Map<string, OwnIssue>();
  for (const issue of ours) if (issue.isOpen && !oldest.has(issue.about)) oldest.set(issue.about, issue);
  for (const issue of ours) {
    const into = oldest.get(issue.about);
    if (!opened.has(issue.number) || !issue.isOpen || into === undefined || into.number === issue.number) continue;
    await fold(issue, into, work);
    work.counts.opened -= 1;
  }
}

/** Tries again with less text as long as the text may be what is too long. */
async function shorterIfNeeded<T>(
  action: "open" | "change",
  tracker: IssueTracker,
  write: (limit: number) => Promise<T>,
): Promise<T> {
  const [first, ...shorter] = tracker.lengths;
  const next = shorter[Symbol.iterator]();
  for (let limit = first; ; ) {
    try {
      return await write(limit);
    } catch (thrown) {
      const { value, done } = next.next();
      if (done || !tracker.mayBeTooLong(asGateError(thrown), action)) throw thrown;
      limit = value;
    }
  }
}

import { andMore, counted, joined } from "../domain/list-some.ts";
import { compileImageGlobs } from "../domain/policy/glob.ts";
import type { IssueRule } from "../domain/policy/policy.ts";
import type { RescannedImage } from "../domain/rows/week.ts";
import { type IssueAction, planIssues } from "../domain/tracking/issue-plan.ts";
import { markedClosed } from "../domain/tracking/marker.ts";
import type { IssueTracker } from "../forge/forge.ts";
import { concernsOneIssue, MOST_UNITS } from "../forge/issues.ts";
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
import type { RescanView } from "../render/rescan/view.ts";
import { asGateError } from "../system/errors.ts";

/** The run's means and limits for issues. */
export interface IssueKeeping {
  readonly tracker: IssueTracker;
  /** The Markdown of the tracker's issues. */
  readonly dialect?: Platform["markdown"];
  /** The run's results. Its gate's name distinguishes its issues from other runs' issues. */
  readonly view: RescanView;
  /** The policy's rules for labels and assignees. */
  readonly rules: readonly IssueRule[];
  /** Maximum number of issues to open. */
  readonly most: number;
  /** Why this run must not touch issues, as a clause without a full stop. Absent: it may. */
  readonly readOnlyBecause?: string | undefined;
  /** Milliseconds after which nothing more is begun. */
  readonly deadlineMs?: number;
}

type Action = IssueAction<RescannedImage>;

/**
 * Opens, updates and closes the issues of the running images: one for each image name that needs one. Never throws, and
 * never changes a verdict: failures are reported.
 * @returns the results, and the addresses of the open issues, by image name
 */
export async function keepIssues(keeping: IssueKeeping) {
  const counts = { opened: 0, reopened: 0, updated: 0, closed: 0 };
  const work: Work = { ...keeping, counts, failed: [], urls: new Map() };
  const { readOnlyBecause, failed, urls } = work;
  let left: readonly string[] = [];
  try {
    if (readOnlyBecause === undefined) left = await keep(work);
    else failed.push(`Issues were left as they are: ${readOnlyBecause}.`);
  } catch (thrown) {
    failed.push(asGateError(thrown).message);
  }
  return { shown: { ...counts, left, failed }, urls };
}

/** The work so far. */
interface Work extends IssueKeeping {
  readonly counts: { opened: number; reopened: number; updated: number; closed: number };
  readonly failed: string[];
  readonly urls: Map<string, string>;
}

/** @returns the images that get no issue in this run, because enough are opened */
async function keep(work: Work): Promise<string[]> {
  // A longer run is more trouble than an issue that comes a week later.
  const { tracker, view, most, deadlineMs = 600_000, failed, urls } = work;
  const end = performance.now() + deadlineMs;
  const ours = await tracker.ours();
  for (const { about, url, isOpen } of ours) if (isOpen && !urls.has(about)) urls.set(about, url);
  const plan = planIssues(view.images, ours, {
    exceptions: view.gate.verdict.exceptions,
    unreadSources: view.sources.flatMap(({ source, error }) => (error === undefined ? [] : [source])),
    isHistoryKnown: !("isUnread" in view.state && view.state.isUnread === true),
    most,
    by: runOf(view),
  });
  const [first, ...more] = plan.newer.map(({ number }) => `#${number}`);
  if (first !== undefined)
    failed.push(`A newer run has written ${joined(" ", [first, andMore(more.length)])}, and has the last word.`);
  let left = plan.actions.length;
  for (const action of plan.actions) {
    if (performance.now() > end) {
      failed.push(`The ${deadlineMs / 1000} s for issues are used up.`);
      break;
    }
    left -= 1;
    const error = await carryOut(action, work).then(() => undefined, asGateError);
    if (error !== undefined) failed.push(error.message);
    if (error !== undefined && !concernsOneIssue(error)) break;
  }
  if (left > 0) failed.push(`${counted(left, "more issue was", "more issues were")} left as they are.`);
  return plan.left.map(({ change }) => change.image);
}

async function carryOut(action: Action, work: Work): Promise<void> {
  if (action.do === "open") return open(action.image, work);
  if (action.do === "close") return close(action, work);
  if (action.do !== "fold") return bringUpToDate(action, work);
  const { issue, into } = action;
  const body = markedClosed(issue.body, runOf(work.view));
  await work.tracker.change(issue, { body, state: "duplicate", comment: duplicateComment(into.number) });
  work.urls.set(issue.about, into.url);
}

async function open(image: RescannedImage, work: Work): Promise<void> {
  const { labels = [], assignees = [] } = ruleFor(image, work.rules) ?? {};
  const issue = await work.tracker.open({ ...textOf(image, work), labels, due: image.due, assignees });
  work.counts.opened += 1;
  work.urls.set(issue.about, issue.url);
  if (issue.leftOut.length > 0)
    work.failed.push(`Issue #${issue.number} was opened without ${issue.leftOut.join(", ")}: it was not accepted.`);
}

function textOf(image: RescannedImage, { view, dialect }: Work) {
  return { title: issueTitle(image), body: issueBody(image, view, MOST_UNITS, dialect) };
}

/** The first rule that has a glob for the image, by its name or as a source writes it. */
function ruleFor({ change, running }: RescannedImage, rules: readonly IssueRule[]): IssueRule | undefined {
  const { all } = compileImageGlobs(rules)([change.image, ...running.map(({ reference }) => reference)]);
  return rules.find((rule) => all.has(rule));
}

/** Writes nothing if nothing has changed, so that no one is notified of an empty edit. */
async function bringUpToDate(action: Extract<Action, { do: "reopen" | "update" }>, work: Work): Promise<void> {
  const { issue, image } = action;
  const text = textOf(image, work);
  const isReopened = action.do === "reopen";
  const isSame = text.title === issue.title && lastingPart(text.body) === lastingPart(issue.body);
  if (isSame && !isReopened) return;
  const reopening = isReopened && {
    state: "open" as const,
    comment: reopeningComment(image, work.view, action.byHand),
  };
  await work.tracker.change(issue, { ...text, due: image.due, ...reopening });
  work.counts[isReopened ? "reopened" : "updated"] += 1;
  work.urls.set(issue.about, issue.url);
}

async function close({ issue, image, why }: Extract<Action, { do: "close" }>, work: Work): Promise<void> {
  const { view } = work;
  // The text of an image that does not run any more stays, for people who look for its history.
  const isGone = image === undefined || why === "gone";
  const text = isGone ? { body: markedClosed(issue.body, runOf(view)) } : textOf(image, work);
  await work.tracker.change(issue, { ...text, state: "completed", comment: closingComment(issue.about, image, view) });
  work.counts.closed += 1;
  work.urls.delete(issue.about);
}

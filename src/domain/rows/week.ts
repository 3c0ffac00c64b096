import { idsOf } from "../advisory-ids.ts";
import type { Day } from "../dates.ts";
import { type ObservedFinding, observe } from "../history/observe.ts";
import type { FindingRecord } from "../history/record.ts";
import type { Rescanned } from "../history/running.ts";
import {
  type Counts,
  compareCounts,
  countSeverities,
  perSeverity,
  SEVERITIES,
  type Severity,
  toSeverity,
} from "../severity.ts";
import type { TrackedImage } from "../tracking/issue.ts";
import { endingFor, judgedOf } from "../tracking/need.ts";
import { type ExceptionUse, type JudgedFinding, type JudgedTarget, worstAnswer } from "../verdict.ts";
import { compareText } from "../versions/order.ts";
import { split } from "./groups.ts";

/** One image name in this run. */
export interface RescannedImage extends TrackedImage {
  /** The earliest deadline of a fix; absent: there are no deadlines. */
  readonly due?: string | undefined;
  /** The URL of its issue. */
  readonly issueUrl?: string | undefined;
}

/** The results of a run over running images. */
export interface WeekFacts {
  /** One for each image name that runs or that this run found gone. */
  readonly images: readonly RescannedImage[];
  /** The states of all exceptions of the policy. */
  readonly exceptions: readonly ExceptionUse[];
  readonly today: Day;
  /** The history of earlier runs could not be read. */
  readonly isUnread: boolean;
}

/** The action that an image needs, the most pressing first. */
export const STATES = ["error", "fail", "overdue", "ending", "pass"] as const;
export type ImageState = (typeof STATES)[number];

/** An image name that runs, for every output. */
export type ImageRow = ReturnType<typeof rowOf>;

/** A run over running images, for every output. */
export type Week = ReturnType<typeof makeWeek>;

/** All facts about a run that the outputs show. */
export function makeWeek(facts: WeekFacts) {
  const { images, today } = facts;
  const rows = images
    .filter(({ running }) => running.length > 0)
    .map((image) => rowOf(image, facts))
    .sort(byUrgency);
  const absent = images.filter(({ running }) => running.length === 0);
  return {
    /** Image names that run, worst first. */
    rows,
    gone: absent.filter(({ change }) => change.after["gone-since"] !== undefined),
    /** They ran before, and no readable source names them now. They may still run. */
    unseen: absent.filter(({ change }) => change.after["gone-since"] === undefined),
    /** The severities that the outputs count: those with a limit. */
    severities: limited(rows),
    today,
    places: rows.reduce((sum, { places }) => sum + places.length, 0),
  };
}

function rowOf(image: RescannedImage, { exceptions, isUnread }: WeekFacts) {
  const { change, running, overdue } = image;
  const judged = judgedOf(image);
  const ending = endingFor(judged, exceptions).toSorted((a, b) => a.daysLeft - b.daysLeft);
  const open = judged.map((each) => ({ ...each, findings: each.findings.filter(({ outcome }) => outcome === "open") }));
  const once = observe(open);
  const isExploited = ({ exploitation }: JudgedFinding) => exploitation?.kev !== undefined;
  const exploited = new Set(
    open.flatMap(({ findings }) => findings.filter(isExploited).map(({ finding }) => finding.id)),
  );
  const isNew = change.before?.["last-scan"] === undefined;
  /** `first`: the history begins with this run. `none`: the history could not be read. */
  const history: "known" | "first" | "none" = !isNew ? "known" : isUnread ? "none" : "first";
  const opened = history === "known" ? change.opened : [];
  const failing = judged.find(({ answer }) => answer === "fail");
  const due = overdue.map((each) => each.due).sort()[0];
  const closed = (why: string) => change.closed.filter(({ episodes }) => episodes.at(-1)?.why === why);
  return {
    image,
    name: change.image,
    state: stateOf(running, due !== undefined, ending.length > 0),
    judged,
    /** Running images of this name that could not be judged. */
    unjudged: running.length - judged.length,
    /** Open findings, each once even if several running images have it. Undefined: no image could be judged. */
    open: judged.length === 0 ? undefined : openIn(judged, once),
    /** Severities whose limit is broken. */
    broken: new Set(judged.flatMap(({ rows }) => rows.flatMap((row) => (row.broken ? [row.severity] : [])))),
    /** Open findings that are known to be exploited. */
    exploited: once.filter((each) => idsOf(each).some((id) => exploited.has(id))).length,
    history,
    /** Findings that this run saw for the first time, or again. Empty unless the history is known. */
    fresh: opened,
    fixed: closed("fixed"),
    /** The package is present in the same version, but the advisory was withdrawn. */
    withdrawn: closed("withdrawn"),
    /** The oldest deadline of an overdue finding. */
    due,
    /** The exceptions of this image that end soon, the next one first. */
    ending,
    /** The first step for the failing findings. */
    step: failing && split(failing).plan.steps[0],
    places: running.flatMap(({ where }) => where),
  };
}

function stateOf(running: readonly Rescanned[], isOverdue: boolean, isEnding: boolean): ImageState {
  const answer = worstAnswer(running.map(({ verdict }) => verdict.answer));
  if (answer !== "pass") return answer;
  if (isOverdue) return "overdue";
  return isEnding ? "ending" : "pass";
}

/** Open findings by severity. A finding that several running images share counts once. */
function openIn(judged: readonly JudgedTarget[], once: readonly ObservedFinding[]): Counts {
  const [only] = judged;
  if (judged.length === 1 && only !== undefined)
    return perSeverity((severity) => only.rows.find((row) => row.severity === severity)?.open ?? 0);
  return countSeverities(once, ({ severity }) => toSeverity(severity));
}

/** Errors first, then failing images by open findings, then the oldest deadline, then the next ending exception. */
function byUrgency(a: ImageRow, b: ImageRow): number {
  const state = STATES.indexOf(a.state) - STATES.indexOf(b.state);
  if (state !== 0) return state;
  return (
    b.exploited - a.exploited ||
    compareCounts(brokenCounts(b), brokenCounts(a)) ||
    compareText(a.due ?? NO_DEADLINE, b.due ?? NO_DEADLINE) ||
    (a.ending[0]?.daysLeft ?? 0) - (b.ending[0]?.daysLeft ?? 0) ||
    compareText(a.name, b.name)
  );
}

/** Later than every day. */
const NO_DEADLINE = "9999";

function brokenCounts({ open, broken }: ImageRow): Counts {
  return perSeverity((severity) => (broken.has(severity) ? (open?.[severity] ?? 0) : 0));
}

/** Severities that have a limit in any image. If none has one: CRITICAL and HIGH. */
function limited(rows: readonly ImageRow[]): readonly Severity[] {
  const all = rows.flatMap(({ judged }) => judged.flatMap((target) => target.rows));
  const found = SEVERITIES.filter((each) => all.some((row) => row.severity === each && row.limit !== "unlimited"));
  return found.length === 0 ? SEVERITIES.slice(0, 2) : found;
}

/** A finding with every image that has it. */
export type FleetFinding = ReturnType<typeof acrossImages>[number];

type Listed = { readonly finding: FindingRecord; readonly due?: Day | undefined };

/**
 * The findings of all images, each advisory on a package once: the earliest deadline first, then the most severe, then
 * the most images.
 */
export function acrossImages(images: readonly { readonly name: string; readonly findings: readonly Listed[] }[]) {
  const listed = images.flatMap(({ name, findings }) =>
    findings.map(({ finding, due }) => ({ name, finding, due, severity: toSeverity(finding.severity) })),
  );
  const alike = Map.groupBy(listed, ({ finding: { kind, id, package: about, path }, severity }) =>
    JSON.stringify([kind, id, about ?? path, severity]),
  );
  const found = [...alike.values()].flatMap((all) =>
    all.slice(0, 1).map(({ finding, severity }) => {
      // The earliest one. Only overdue findings have a deadline here.
      const due = all.flatMap((each) => each.due ?? []).sort()[0];
      return { finding, severity, images: [...new Set(all.map(({ name }) => name))], due };
    }),
  );
  return found.sort(
    (a, b) =>
      compareText(a.due ?? NO_DEADLINE, b.due ?? NO_DEADLINE) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      b.images.length - a.images.length ||
      compareText(a.finding.id, b.finding.id),
  );
}

/** The findings whose severity has a limit, without the accepted ones. */
export function counting(findings: readonly FindingRecord[], { severities }: Week): FindingRecord[] {
  return findings.filter((each) => each["accepted-by"] === undefined && severities.includes(toSeverity(each.severity)));
}

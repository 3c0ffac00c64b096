import { dayOf } from "../../domain/dates.ts";
import { deadlineOf, overdueOf } from "../../domain/history/deadlines.ts";
import { waitingFor } from "../../domain/history/record.ts";
import type { ImageChange, SourceOutcome } from "../../domain/history/running.ts";
import { counted, listSome } from "../../domain/list-some.ts";
import { type NumbersContext, numbersOf } from "../../domain/metrics/numbers.ts";
import { weeksOf } from "../../domain/metrics/trend.ts";
import { reasonOf } from "../../domain/reason.ts";
import type { RescannedImage } from "../../domain/rows/week.ts";
import type { FailedTarget, TargetError, Verdict } from "../../domain/verdict.ts";
import type { Platform } from "../../job/job.ts";
import type { RescanView } from "../../render/rescan/view.ts";
import { SCANNER } from "../../scanners/list.ts";
import type { SavedState } from "../../state/save.ts";
import { described } from "../../system/errors.ts";
import { viewOfRun } from "../run-record.ts";
import type { RescanRun } from "./rescan-run.ts";

/** A year, with the week in which it began. */
const WEEKS = 53;

/** This action has no input `platform`: the running image decides which platform is judged. */
const PLATFORM_REMEDY =
  "A source of `discover` that says where they run has them judged: a Compose service's platform, a host, a cluster.";

/**
 * The run's verdict: the verdict of the images, or `error` if a source could not be read or the history could not be
 * kept. Then not everything was looked at, or the next run will not know this run's findings.
 */
export function wholeVerdict(judged: Verdict, { sources, failure }: RescanRun, { notWritten }: SavedState): Verdict {
  if (failure !== undefined) return judged;
  const troubles = sources.flatMap(({ source, error }) => (error === undefined ? [] : [trouble(source, error)]));
  if (notWritten?.error !== undefined) troubles.push(trouble("the history", notWritten.error));
  if (troubles.length === 0) return judged;
  const targets = [...troubles, ...judged.targets];
  return { ...judged, answer: "error", targets, reason: reasonOf(targets, judged.exceptions) };
}

/** A target for a thrown error, of which the report has only the text. */
function trouble(label: string, error: TargetError): FailedTarget {
  return { answer: "error", target: { kind: "image", input: label, label }, error: described(error) };
}

/** The data from which summary, log, report and issues are made. */
export function viewOf(
  verdict: Verdict,
  run: RescanRun,
  saved: SavedState,
  platform: Pick<Platform, "action" | "change">,
): RescanView {
  const { inputs, notes, history, sources } = run;
  const { at, changes, notWritten } = saved;
  return {
    gate: {
      ...viewOfRun(verdict, run, platform),
      name: inputs.name,
      notes: [...notes, ...(history?.notes ?? []), ...elsewhereNotes(changes, sources), ...waitingNotes(changes)],
      platformRemedy: PLATFORM_REMEDY,
    },
    sources,
    ...numbersIn(verdict, run, saved),
    images: changes.filter((each) => isOfThisRun(each)).map((each) => imageOf(each, run)),
    state:
      at === undefined
        ? {
            notWritten: notWritten?.why ?? "",
            isError: notWritten?.error !== undefined,
            isUnread: history === undefined || "none" in history.store || notWritten?.isUnread === true,
          }
        : { written: at },
  };
}

/**
 * The numbers of all running images. Absent without a history to compute them from: old findings would be called new.
 */
function numbersIn(verdict: Verdict, run: RescanRun, saved: SavedState): Pick<RescanView, "numbers" | "trend"> {
  const { failure, history, now, policy } = run;
  const { changes, notWritten } = saved;
  const isUnread = history === undefined || "none" in history.store || notWritten?.isUnread === true;
  if (failure !== undefined || isUnread || notWritten?.error !== undefined) return {};
  const { updated, records: old, isPartial } = history;
  const here = now.toISOString();
  const around: NumbersContext = {
    // As the history counts, if this machine's clock is a little behind: what this run opened is not in the future.
    now: updated !== undefined && updated > here ? updated : here,
    fixWithinDays: policy.policy.fixWithinDays ?? {},
    exceptions: verdict.exceptions,
    warnDays: policy.policy.exceptionRules.warnDays,
    databaseUpdatedAt: oldestDatabase(verdict),
  };
  const records = changes.map(({ after }) => after);
  // If the history of some images was lost, these would differ from the numbers of the run before.
  const isThere = updated !== undefined && !isPartial;
  const before = isThere ? numbersOf(old.values(), { ...around, now: updated }) : undefined;
  return {
    numbers: numbersOf(records, around),
    trend: { before, weeks: weeksOf(records, around.now, WEEKS) },
  };
}

/** The build time of the run's oldest vulnerability database, among those with a known time. */
function oldestDatabase({ targets }: Verdict): string | undefined {
  const times = targets
    .map((each) => Date.parse((each.answer !== "error" && each.scan.provenance.databaseUpdatedAt) || ""))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}

/**
 * A note about images that are gone only because the sources where they ran are no longer read. If two workflows with
 * different sources keep one history, each run says so of the other's images, and no deadline is ever reached.
 */
function elsewhereNotes(changes: readonly ImageChange[], sources: readonly SourceOutcome[]): string[] {
  const asked = new Set(sources.map(({ source }) => source));
  const lost = changes.filter(({ before, after }) => {
    if (before === undefined || before["gone-since"] !== undefined || after["gone-since"] === undefined) return false;
    const places = before.running.flatMap(({ where }) => where);
    return places.length > 0 && places.every(({ source }) => !asked.has(source));
  });
  if (lost.length === 0) return [];
  return [
    `${listSome(lost, 1, { show: ({ image }) => image })} ran at sources that \`discover\` does not name any more, and so count as gone. If another re-scan looks there, give each its own history (\`state-branch\` or \`state-dir\`).`,
  ];
}

/** A note about findings of scanners that have not looked: it is unknown whether they still exist. */
function waitingNotes(changes: readonly ImageChange[]): string[] {
  const waiting = changes.filter(isOfThisRun).flatMap(({ after }) => waitingFor(after, SCANNER.name));
  if (waiting.length === 0) return [];
  const names = [...new Set(waiting.flatMap(({ "seen-by": by = [] }) => by))].sort();
  return [
    `${counted(waiting.length, "finding")} of the history ${waiting.length === 1 ? "stays as it was" : "stay as they were"}: no scanner that saw ${waiting.length === 1 ? "it" : "them"} took part in this run (${listSome(names, 3)}). A finding whose scanners no run asks any more is withdrawn after 30 days.`,
  ];
}

/** True if this run has anything to say about the image: one that was gone before is past. */
function isOfThisRun({ before, after }: ImageChange): boolean {
  return after["gone-since"] === undefined || before?.["gone-since"] === undefined;
}

function imageOf(change: ImageChange, { rescanned, policy, now }: RescanRun): RescannedImage {
  const running = rescanned.filter(({ name }) => name === change.image);
  const { findings } = change.after;
  const within = policy.policy.fixWithinDays ?? {};
  const due = findings.map((finding) => deadlineOf(finding, within)).sort()[0];
  return { change, running, overdue: overdueOf(findings, within, dayOf(now)), due };
}

import { daysBefore } from "../dates.ts";
import { type FixWithinDays, overdueOf } from "../history/deadlines.ts";
import {
  type FindingRecord,
  type ImageRecord,
  type Instant,
  isOpen,
  isReturn,
  presentSince,
  unpatchedSince,
} from "../history/record.ts";
import { isUrgent, perSeverityName, type SeverityName, severityName } from "../severity.ts";
import type { ExceptionUse } from "../verdict.ts";

// The numbers of docs/metrics.md, which defines each of them.

/** A duration in milliseconds. */
export type Duration = number;

/** The windows in which remediations are counted, by their names in metrics, in days. */
export const WINDOWS = { "30d": 30, "90d": 90 } as const;
export type Window = keyof typeof WINDOWS;

/** Findings that were fixed within a window. */
export interface Remediations {
  readonly count: number;
  /** From the finding's first day to the end of its last episode. Absent: there are no remediations. */
  readonly mean?: Duration | undefined;
}

/** The states of an exception in the numbers: live, soon to end, or ended. */
export type ExceptionPhase = "live" | "ending" | "ended";

/** The numbers of one image that runs. */
export type ImageNumbers = ReturnType<typeof imageNumbers>;

/** Upper limits, in days, of the age groups of open findings. The last group has none, so it has all older ones. */
const UP_TO_DAYS = [7, 30, 90, undefined] as const;

/** The numbers of all images that run. */
export type Numbers = ReturnType<typeof numbersOf>;

/** True if any image was ever scanned. Otherwise every zero would be a false claim. */
export function isAnyKnown({ images }: Pick<Numbers, "images">): boolean {
  return images.some(({ known }) => known !== undefined);
}

/** The input that is not in the records. */
export interface NumbersContext {
  readonly now: Instant;
  /** The policy's deadlines. */
  readonly fixWithinDays: FixWithinDays;
  readonly exceptions: readonly Pick<ExceptionUse, "state" | "daysLeft">[];
  /** The policy's `warn-days`. */
  readonly warnDays: number;
  /** When the oldest vulnerability database of the run was built. */
  readonly databaseUpdatedAt?: string | undefined;
}

/** Computes the numbers in one pass over all findings, without the images that are gone. */
export function numbersOf(records: Iterable<ImageRecord>, around: NumbersContext) {
  const { now, databaseUpdatedAt } = around;
  const [longAgo, recently] = [daysBefore(now, WINDOWS["90d"]), daysBefore(now, WINDOWS["30d"])];
  const images: ImageNumbers[] = [];
  const fixed: Remediation[] = [];
  const open = perSeverityName(() => 0);
  const ages = UP_TO_DAYS.map((upTo) => ({ upTo, open: perSeverityName(() => 0) }));
  const from = UP_TO_DAYS.map((upTo) => (upTo === undefined ? "" : daysBefore(now, upTo)));
  let oldest: { readonly image: string; readonly age: Duration } | undefined;
  for (const record of records) {
    if (record["gone-since"] !== undefined) continue;
    const present = record.findings.filter(isOpen);
    for (const { severity, episodes } of present) {
      open[severity] += 1;
      // Compared as texts: parsing half a million of them is too slow.
      const since = presentSince(episodes) ?? now;
      const group = ages[from.findIndex((start) => since >= start)];
      if (group !== undefined) group.open[severity] += 1;
    }
    const numbers = imageNumbers(record, present, around);
    images.push(numbers);
    for (const each of record.findings) fixed.push(...remediationsOf(each, longAgo));
    const age = numbers.known?.unpatched;
    if (age !== undefined && (oldest === undefined || age > oldest.age)) oldest = { image: record.image, age };
  }
  return {
    now,
    open,
    /** Open findings by age in days: older than the group before, and not older than `upTo`. */
    ages,
    /** Undefined: no open CRITICAL or HIGH finding has a fix. */
    oldestUnpatched: oldest,
    remediations: { "30d": means(fixed.filter(({ closed }) => closed >= recently)), "90d": means(fixed) },
    exceptions: phasesOf(around),
    /** The age of the vulnerability database. Undefined: no scan of this run reports it. */
    databaseAge: databaseUpdatedAt === undefined ? undefined : lengthOf(databaseUpdatedAt, now),
    /** In the order of the records. */
    images,
  };
}

function imageNumbers(
  { image, "last-scan": lastScan, findings, running, gaps = 0 }: ImageRecord,
  present: readonly FindingRecord[],
  { fixWithinDays, now }: NumbersContext,
) {
  const open = perSeverityName(() => 0);
  let oldest: Instant | undefined;
  for (const finding of present) {
    const { severity } = finding;
    open[severity] += 1;
    const since = unpatchedSince(finding);
    if (since !== undefined && isUrgent(severity) && (oldest === undefined || since < oldest)) oldest = since;
  }
  const limited = Object.entries(fixWithinDays).filter(([, days]) => days !== undefined);
  const overdue: Record<string, number> = Object.fromEntries(limited.map(([severity]) => [severity, 0]));
  for (const { finding } of overdueOf(present, fixWithinDays, now.slice(0, 10)))
    overdue[finding.severity] = (overdue[finding.severity] ?? 0) + 1;
  const isKnown = lastScan !== undefined || findings.length > 0 || running.some(({ scanned }) => scanned !== undefined);
  const unpatched = oldest === undefined ? undefined : (lengthOf(oldest, now) ?? 0);
  const known = {
    open,
    /** Only severities with a deadline. */
    overdue: overdue as Readonly<Partial<Record<SeverityName, number>>>,
    /** The longest time that an open CRITICAL or HIGH finding has had a fix. Undefined: none has a fix. */
    unpatched,
    /** Accepted coverage gaps at the last complete scan. Undefined: unknown, since there was no such scan. */
    gaps: lastScan === undefined ? undefined : gaps,
  };
  // If no scan ever worked, the image's contents are unknown. `lastScan`: the last run that scanned all of it.
  return { image, known: isKnown ? known : undefined, lastScan };
}

interface Remediation {
  readonly severity: SeverityName;
  readonly closed: Instant;
  readonly length: Duration;
}

/** An episode's end before a return was not a remediation. Times are compared as texts, since parsing is slow. */
function remediationsOf({ severity, episodes }: FindingRecord, from: Instant): Remediation[] {
  return episodes.flatMap((episode, at) => {
    const { closed, why } = episode;
    if (why !== "fixed" || closed === undefined || closed < from) return [];
    const next = episodes[at + 1];
    if (next !== undefined && isReturn(episode, next)) return [];
    const length = lengthOf(presentSince(episodes.slice(0, at + 1)) ?? episode.opened, closed);
    return length === undefined ? [] : [{ severity, closed, length }];
  });
}

function means(fixed: readonly Remediation[]): Readonly<Record<SeverityName, Remediations>> {
  const bySeverity = Map.groupBy(fixed, ({ severity }) => severity);
  return perSeverityName((severity) =>
    meanOver((bySeverity.get(severityName(severity)) ?? []).map(({ length }) => ({ count: 1, mean: length }))),
  );
}

/** The mean over several severities, weighted by their numbers of remediations. */
export function meanOver(all: readonly Remediations[]): Remediations {
  const count = all.reduce((sum, each) => sum + each.count, 0);
  const total = all.reduce((sum, each) => sum + each.count * (each.mean ?? 0), 0);
  return { count, mean: count === 0 ? undefined : total / count };
}

/** An exception that covers nothing in this run ends all the same. */
function phasesOf({ exceptions, warnDays }: NumbersContext) {
  const phases: Record<ExceptionPhase, number> = { live: 0, ending: 0, ended: 0 };
  for (const { state, daysLeft } of exceptions)
    phases[state === "ended" || state === "fixed" ? "ended" : daysLeft <= warnDays ? "ending" : "live"] += 1;
  return phases;
}

/**
 * The time from one instant to another. Never negative, even if a clock was set back. Undefined if either is not a
 * valid time.
 */
export function lengthOf(from: string, to: string): Duration | undefined {
  const length = Date.parse(to) - Date.parse(from);
  return Number.isNaN(length) ? undefined : Math.max(0, length);
}

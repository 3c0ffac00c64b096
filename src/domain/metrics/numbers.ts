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

// The numbers of docs/metrics.md, where each is defined.

/** A length of time in milliseconds. */
export type Duration = number;

/** The windows over which remediations are counted, as metrics name them, with their days. */
export const WINDOWS = { "30d": 30, "90d": 90 } as const;
export type Window = keyof typeof WINDOWS;

/** Findings that were fixed within a window. */
export interface Remediations {
  readonly count: number;
  /** From the finding's first day to the end of its last episode. Absent: there is nothing to average. */
  readonly mean?: Duration | undefined;
}

/** What an exception is, for the numbers: it accepts, it will end soon, or it accepts no more. */
export type ExceptionPhase = "live" | "ending" | "ended";

/** The numbers of one image that runs. */
export type ImageNumbers = ReturnType<typeof imageNumbers>;

/** Up to how many days each group of open findings is old; the last group has no end, so that all times are in it. */
const UP_TO_DAYS = [7, 30, 90, undefined] as const;

/** The numbers of all images that run. */
export type Numbers = ReturnType<typeof numbersOf>;

/** True if anything was ever scanned. If not, every zero would be a claim. */
export function isAnyKnown({ images }: Pick<Numbers, "images">): boolean {
  return images.some(({ known }) => known !== undefined);
}

/** What the records do not say. */
export interface Around {
  readonly now: Instant;
  /** The policy's deadlines. */
  readonly fixWithinDays: FixWithinDays;
  readonly exceptions: readonly Pick<ExceptionUse, "state" | "daysLeft">[];
  /** The policy's `warn-days`. */
  readonly warnDays: number;
  /** When the oldest vulnerability database of the run was built. */
  readonly databaseUpdatedAt?: string | undefined;
}

/** Computes the numbers in one pass over all findings. Images that are gone are in none of them. */
export function numbersOf(records: Iterable<ImageRecord>, around: Around) {
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
      // Compared as texts, since half a million of them are not worth parsing.
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
    /** Open findings by age in days: more than the group before, and not more than `upTo`. */
    ages,
    /** Undefined: no open CRITICAL or HIGH finding has a fix. */
    oldestUnpatched: oldest,
    remediations: { "30d": means(fixed.filter(({ closed }) => closed >= recently)), "90d": means(fixed) },
    exceptions: phasesOf(around),
    /** Since the vulnerability database was built. Undefined: no scan of this run says when. */
    databaseAge: databaseUpdatedAt === undefined ? undefined : lengthOf(databaseUpdatedAt, now),
    /** In the order of the records. */
    images,
  };
}

function imageNumbers(
  { image, "last-scan": lastScan, findings, running, gaps = 0 }: ImageRecord,
  present: readonly FindingRecord[],
  { fixWithinDays, now }: Around,
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
    /** How long an open CRITICAL or HIGH finding has had a fix, at most. Undefined: none has one. */
    unpatched,
    /** Accepted coverage gaps, at the last scan of all of it. Undefined: there was none, so it is unknown. */
    gaps: lastScan === undefined ? undefined : gaps,
  };
  // Without a scan that ever worked, its contents are unknown. `lastScan`: the last run in which all of it was scanned.
  return { image, known: isKnown ? known : undefined, lastScan };
}

interface Remediation {
  readonly severity: SeverityName;
  readonly closed: Instant;
  readonly length: Duration;
}

/** An end that the finding came back from was not a remediation. Times are compared as texts: parsing takes long. */
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

/** The mean over several severities, by the remediations that each rests on. */
export function meanOver(all: readonly Remediations[]): Remediations {
  const count = all.reduce((sum, each) => sum + each.count, 0);
  const total = all.reduce((sum, each) => sum + each.count * (each.mean ?? 0), 0);
  return { count, mean: count === 0 ? undefined : total / count };
}

/** One that covers nothing in this run will end all the same. */
function phasesOf({ exceptions, warnDays }: Around) {
  const phases: Record<ExceptionPhase, number> = { live: 0, ending: 0, ended: 0 };
  for (const { state, daysLeft } of exceptions)
    phases[state === "ended" || state === "fixed" ? "ended" : daysLeft <= warnDays ? "ending" : "live"] += 1;
  return phases;
}

/**
 * From one time to another. Never negative: a clock that was put back makes no negative age. Undefined if one is not a
 * time.
 */
export function lengthOf(from: string, to: string): Duration | undefined {
  const length = Date.parse(to) - Date.parse(from);
  return Number.isNaN(length) ? undefined : Math.max(0, length);
}

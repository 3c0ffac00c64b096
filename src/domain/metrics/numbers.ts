import { addDays, type Day } from "../dates.ts";
import type { FixWithinDays } from "../history/deadlines.ts";
import {
  type FindingRecord,
  type ImageRecord,
  type Instant,
  isOpen,
  isReturn,
  presentSince,
} from "../history/record.ts";
import { isUrgent, perSeverityName, type SeverityName } from "../severity.ts";
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
export interface ImageNumbers {
  readonly image: string;
  /** Absent if no scan of it ever worked: its contents are unknown. */
  readonly known?: KnownNumbers | undefined;
  /** The last run in which all of it was scanned. Absent: there was none. */
  readonly lastScan?: Instant | undefined;
}

export interface KnownNumbers {
  readonly open: Readonly<Record<SeverityName, number>>;
  /** Only severities with a deadline. */
  readonly overdue: Readonly<Partial<Record<SeverityName, number>>>;
  /** Accepted coverage gaps, at the last scan of all of it. Absent: there was none, so it is unknown. */
  readonly gaps?: number | undefined;
}

/** The numbers of all images that run. */
export interface Numbers {
  readonly now: Instant;
  readonly open: Readonly<Record<SeverityName, number>>;
  /** Absent: no open CRITICAL or HIGH finding has a fix. */
  readonly oldestUnpatched?: { readonly image: string; readonly age: Duration } | undefined;
  readonly remediations: Readonly<Record<Window, Readonly<Record<SeverityName, Remediations>>>>;
  readonly exceptions: Readonly<Record<ExceptionPhase, number>>;
  /** Since the vulnerability database was built. Absent: no scan of this run says when. */
  readonly databaseAge?: Duration | undefined;
  /** In the order of the records. */
  readonly images: readonly ImageNumbers[];
}

/** Whether anything was ever scanned. If not, every zero would be a claim. */
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
export function numbersOf(records: Iterable<ImageRecord>, around: Around): Numbers {
  const { now, fixWithinDays, databaseUpdatedAt } = around;
  const tally = new Tally(now, fixWithinDays);
  const images: ImageNumbers[] = [];
  for (const record of records) if (record["gone-since"] === undefined) images.push(tally.add(record));
  return {
    now,
    open: tally.open,
    oldestUnpatched: tally.oldestUnpatched(),
    remediations: { "30d": tally.remediations("30d"), "90d": tally.remediations("90d") },
    exceptions: phasesOf(around),
    databaseAge: databaseUpdatedAt === undefined ? undefined : lengthOf(databaseUpdatedAt, now),
    images,
  };
}

/** The mean over several severities, by the remediations that each rests on. */
export function meanOver(all: readonly Remediations[]): Remediations {
  const count = all.reduce((sum, each) => sum + each.count, 0);
  const total = all.reduce((sum, each) => sum + each.count * (each.mean ?? 0), 0);
  return { count, mean: count === 0 ? undefined : total / count };
}

/** One that covers nothing in this run will end all the same. */
function phasesOf({ exceptions, warnDays }: Around): Numbers["exceptions"] {
  const phases = { live: 0, ending: 0, ended: 0 };
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

interface Sum {
  count: number;
  total: Duration;
}

/** What has been counted so far. Times are compared as texts, since half a million of them are not worth parsing. */
class Tally {
  readonly open = perSeverityName(() => 0);
  readonly #now: Instant;
  /** Of each severity with a deadline, the first day that is not too long ago. */
  readonly #notBefore: Readonly<Partial<Record<SeverityName, Day>>>;
  readonly #sums: Readonly<Record<Window, Record<SeverityName, Sum>>> = {
    "30d": perSeverityName(() => ({ count: 0, total: 0 })),
    "90d": perSeverityName(() => ({ count: 0, total: 0 })),
  };
  readonly #from: Readonly<Record<Window, Instant>>;
  #oldest: { readonly image: string; readonly since: Instant } | undefined;

  constructor(now: Instant, fixWithinDays: FixWithinDays) {
    this.#now = now;
    const today = now.slice(0, 10);
    const limits = Object.entries(fixWithinDays).filter(([, days]) => days !== undefined);
    this.#notBefore = Object.fromEntries(limits.map(([severity, days]) => [severity, addDays(today, -days)]));
    const ago = (days: number) => `${addDays(today, -days)}${now.slice(10)}`;
    this.#from = { "30d": ago(WINDOWS["30d"]), "90d": ago(WINDOWS["90d"]) };
  }

  add(record: ImageRecord): ImageNumbers {
    const { image, "last-scan": lastScan, findings, running, gaps = 0 } = record;
    const open = perSeverityName(() => 0);
    const overdue: Record<string, number> = Object.fromEntries(Object.keys(this.#notBefore).map((each) => [each, 0]));
    for (const finding of findings) {
      if (isOpen(finding)) {
        open[finding.severity] += 1;
        if (this.#isOverdue(finding)) overdue[finding.severity] = (overdue[finding.severity] ?? 0) + 1;
        this.#age(image, finding);
      }
      this.#remediations(finding);
    }
    for (const severity of Object.keys(open) as SeverityName[]) this.open[severity] += open[severity];
    const isKnown =
      lastScan !== undefined || findings.length > 0 || running.some(({ scanned }) => scanned !== undefined);
    const known = { open, overdue, gaps: lastScan === undefined ? undefined : gaps };
    return { image, known: isKnown ? known : undefined, lastScan };
  }

  oldestUnpatched(): Numbers["oldestUnpatched"] {
    if (this.#oldest === undefined) return undefined;
    const { image, since } = this.#oldest;
    return { image, age: lengthOf(since, this.#now) ?? 0 };
  }

  remediations(window: Window): Readonly<Record<SeverityName, Remediations>> {
    const sums = this.#sums[window];
    const entries = Object.entries(sums).map(([severity, { count, total }]) => [
      severity,
      { count, mean: count === 0 ? undefined : total / count },
    ]);
    return Object.fromEntries(entries);
  }

  #isOverdue(finding: FindingRecord): boolean {
    const limit = this.#notBefore[finding.severity];
    const since = unpatchedSince(finding);
    return limit !== undefined && since !== undefined && since.slice(0, 10) < limit;
  }

  #age(image: string, finding: FindingRecord): void {
    if (!isUrgent(finding.severity)) return;
    const since = unpatchedSince(finding);
    if (since !== undefined && (this.#oldest === undefined || since < this.#oldest.since))
      this.#oldest = { image, since };
  }

  /** An end that the finding came back from was not a remediation. */
  #remediations({ severity, episodes }: FindingRecord): void {
    for (const [at, episode] of episodes.entries()) {
      const { closed, why } = episode;
      if (why !== "fixed" || closed === undefined || closed < this.#from["90d"]) continue;
      const next = episodes[at + 1];
      if (next !== undefined && isReturn(episode, next)) continue;
      const since = presentSince(episodes.slice(0, at + 1)) ?? episode.opened;
      this.#remediated(severity, lengthOf(since, closed), closed);
    }
  }

  #remediated(severity: SeverityName, length: Duration | undefined, closed: Instant): void {
    if (length === undefined) return;
    for (const window of ["30d", "90d"] as const) {
      if (closed < this.#from[window]) continue;
      const sum = this.#sums[window][severity];
      sum.count += 1;
      sum.total += length;
    }
  }
}

/** The later of the first day and the first scan that knew a fix; undefined if there is no fix. Of an open finding. */
export function unpatchedSince({ episodes, "fix-since": fixSince }: FindingRecord): Instant | undefined {
  const since = fixSince === undefined ? undefined : presentSince(episodes);
  if (fixSince === undefined || since === undefined) return undefined;
  return since > fixSince ? since : fixSince;
}

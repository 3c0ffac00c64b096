import { addDays } from "../dates.ts";
import type { FindingKind } from "../finding.ts";
import type { SeverityName } from "../severity.ts";
import type { RunsAt } from "./running.ts";

// The history as it is stored: these are the names of the stored JSON (docs/state.md), so that nothing is renamed on
// the way.

/** A point in time: ISO 8601 in UTC with milliseconds. As text, the later is the greater. */
export type Instant = string;

/**
 * `fixed`: no running image has it any more. `withdrawn`: the same package is there in the same version, another
 * scanner has looked, which names it otherwise, or a report on the very same images no longer has it. `gone`: the image
 * does not run.
 */
export type ClosedBecause = "fixed" | "withdrawn" | "gone";

/** A time during which a finding was there, from the scan that saw it first to the first scan without it. */
export interface Episode {
  readonly opened: Instant;
  /** Absent: it is still there. */
  readonly closed?: Instant | undefined;
  /** Present together with `closed`. */
  readonly why?: ClosedBecause | undefined;
}

/** A finding of one image name, over all of its tags that run. */
export interface FindingRecord {
  readonly kind: FindingKind;
  /** The advisory, check, rule or licence. */
  readonly id: string;
  /** Other ids of it, and those by which it went before, sorted. By any of them it is known again. Absent: none. */
  readonly aliases?: readonly string[] | undefined;
  /** Package URL without version and qualifiers, or `type/name` if there is none. Absent: it is about no package. */
  readonly package?: string | undefined;
  /** Without the package's own version, so that it outlives an upgrade. */
  readonly path?: string | undefined;
  /** Installed versions at the last scan that saw it, sorted. */
  readonly versions?: readonly string[] | undefined;
  /** At the last scan that saw it. */
  readonly severity: SeverityName;
  readonly "first-seen": Instant;
  readonly "last-seen": Instant;
  /** The first scan that knew a fix. Absent: no fix is known. */
  readonly "fix-since"?: Instant | undefined;
  /**
   * Who accepts it, at the last scan. It is then neither open nor closed: its episode goes on. Absent: it is not
   * accepted.
   */
  readonly "accepted-by"?: "exception" | "vex" | undefined;
  /** Last day on which an exception accepts it. Absent: none does. A VEX statement has no end. */
  readonly "accepted-until"?: string | undefined;
  /**
   * Of several scanners, those that saw it at the last scan that did. Absent: all that looked, which the image's
   * `scanned-by` names.
   */
  readonly "seen-by"?: readonly string[] | undefined;
  /** Oldest first; only the last one may be open. */
  readonly episodes: readonly Episode[];
}

/** An image that runs, with the places where it does. */
export interface RunningRecord {
  /** As the sources write it, with its tag or digest. */
  readonly reference: string;
  /**
   * What runs: of an index or a manifest. Absent for an image that is in no registry, and if it could not be resolved.
   */
  readonly digest?: string | undefined;
  /** Of an image that is in no registry. */
  readonly "image-id"?: string | undefined;
  readonly platform?: string | undefined;
  readonly where: readonly RunsAt[];
  /** The last scan that worked. Absent: none did. */
  readonly scanned?: Instant | undefined;
}

/** The history of one image name. */
export interface ImageRecord {
  readonly version: 1;
  /** Registry and repository, without tag and digest: `ghcr.io/acme/app`, `docker.io/library/nginx`. */
  readonly image: string;
  readonly "first-seen": Instant;
  /** The last run that looked at it, whether or not the scan worked. */
  readonly "last-seen": Instant;
  /** The last run in which each running image of this name was scanned. Absent: there was none. */
  readonly "last-scan"?: Instant | undefined;
  /** The scanners of that run, sorted. Absent: the one of a run that names none. */
  readonly "scanned-by"?: readonly string[] | undefined;
  /** Since when it does not run. Absent: it runs. */
  readonly "gone-since"?: Instant | undefined;
  /** What runs; what ran last if it is gone. */
  readonly running: readonly RunningRecord[];
  /** What was not looked at, at the last scan: number of accepted coverage gaps. */
  readonly gaps?: number | undefined;
  readonly findings: readonly FindingRecord[];
}

/** Whether it is there, and not accepted. */
export function isOpen({ episodes, "accepted-by": acceptedBy }: FindingRecord): boolean {
  return acceptedBy === undefined && isThere(episodes);
}

/** Whether the last episode goes on. */
export function isThere(episodes: readonly Episode[]): boolean {
  const last = episodes.at(-1);
  return last !== undefined && last.closed === undefined;
}

/**
 * A finding that comes back within this many days after it closed keeps its first day, so that no deadline begins anew.
 */
const RETURN_DAYS = 30;

/** The earliest end after which a finding that is there at this time is a return. */
export function returnsFrom(now: Instant): Instant {
  return `${addDays(now.slice(0, 10), -RETURN_DAYS)}${now.slice(10)}`;
}

/** Whether an episode goes on with the one before it: it began within {@link RETURN_DAYS} after that closed. */
export function isReturn({ closed }: Episode, { opened }: Episode): boolean {
  return closed !== undefined && closed >= returnsFrom(opened);
}

/**
 * The first day of the last episode, as an instant: when it opened, or if it is a return, the first day of the one
 * before. Undefined if there is no episode.
 */
export function presentSince(episodes: readonly Episode[]): Instant | undefined {
  let at = episodes.length - 1;
  while (at > 0 && isReturn(episodes[at - 1] as Episode, episodes[at] as Episode)) at -= 1;
  return episodes[at]?.opened;
}

/** The latest point in time that a record tells of. */
export function lastTimeOf({ findings, running, ...image }: ImageRecord): Instant {
  let last = "";
  const tell = (time: Instant | undefined) => {
    if (time !== undefined && time > last) last = time;
  };
  for (const time of [image["first-seen"], image["last-seen"], image["last-scan"], image["gone-since"]]) tell(time);
  for (const { scanned } of running) tell(scanned);
  for (const finding of findings) {
    tell(finding["first-seen"]);
    tell(finding["last-seen"]);
    tell(finding["fix-since"]);
    for (const { opened, closed } of finding.episodes) tell(closed ?? opened);
  }
  return last;
}

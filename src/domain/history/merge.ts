import { distinct } from "../collections.ts";
import { compareEach, compareText } from "../versions/order.ts";
import { close, isKept, recordOf } from "./episodes.ts";
import { matchRecords } from "./known-again.ts";
import { settle } from "./moves.ts";
import { type NameObservation, nameSeen, runningKey, scannedBy } from "./name-seen.ts";
import {
  type ClosedBecause,
  type FindingRecord,
  type ImageRecord,
  type Instant,
  isThere,
  lastTimeOf,
  type RunningRecord,
} from "./record.ts";
import type { ImageChange, RunSeen } from "./running.ts";

/**
 * The history after a run, with one entry for each image name in the history or in the run. Pure: merging the same run
 * again changes nothing. Records that this run did not check stay as they are. A finding closes only if this run
 * scanned every image of its name that runs, or may run, with a scanner that looks for it.
 *
 * A run that is older than the latest record of an image (two runs at once) does not change that record.
 */
export function mergeRun(records: ReadonlyMap<string, ImageRecord>, seen: RunSeen): ImageChange[] {
  const byName = Map.groupBy(seen.images, ({ name }) => name);
  const unread = new Set(seen.unreadSources);
  const names = [...new Set([...records.keys(), ...byName.keys()])].sort();
  return names.map((name) => {
    const before = records.get(name);
    const images = byName.get(name) ?? [];
    return mergeName(name, before, nameSeen(before, { ...seen, images }, unread));
  });
}

function mergeName(name: string, before: ImageRecord | undefined, seen: NameObservation): ImageChange {
  if (before !== undefined && seen.now < lastTimeOf(before)) return unchanged(before);
  if (seen.images.length === 0 && before !== undefined) return notNamed(before, seen);
  const changed = mergeFindings(before?.findings ?? [], seen);
  const isWhole = seen.closing !== undefined;
  const after: ImageRecord = {
    version: 1,
    image: name,
    "first-seen": before?.["first-seen"] ?? seen.now,
    "last-seen": seen.now,
    "last-scan": isWhole ? seen.now : before?.["last-scan"],
    ...(isWhole ? scannedBy(seen.sight) : before?.["scanned-by"] && { "scanned-by": before["scanned-by"] }),
    running: runningAfter(before, seen),
    gaps: isWhole ? seen.gaps || undefined : before?.gaps,
    findings: changed.findings,
  };
  return { image: name, before, after, opened: changed.opened, closed: changed.closed };
}

function unchanged(before: ImageRecord): ImageChange {
  return { image: before.image, before, after: before, opened: [], closed: [] };
}

/** No source names the image: it is gone, unless a source that named it could not be read. */
function notNamed(before: ImageRecord, { now, unread }: NameObservation): ImageChange {
  if (before["gone-since"] === undefined && unread.length === 0) return gone(before, now);
  if (unread.length === 0 || placesOf(unread) === placesOf(before.running)) return unchanged(before);
  return { ...unchanged(before), after: { ...before, running: sortRunning(unread) } };
}

/** Number of places where something runs. */
function placesOf(running: readonly RunningRecord[]): number {
  return running.reduce((sum, { where }) => sum + where.length, 0);
}

function gone(before: ImageRecord, now: Instant): ImageChange {
  const findings = before.findings
    .filter((each) => isKept(each, now))
    .map((each) => (isThere(each.episodes) ? close(each, now, "gone") : each));
  const closed = findings.filter(({ episodes }) => episodes.at(-1)?.closed === now);
  return { ...unchanged(before), after: { ...before, "gone-since": now, findings }, closed };
}

function mergeFindings(
  before: readonly FindingRecord[],
  { now, findings: observed, closing, sight }: NameObservation,
): ReturnType<typeof settle> {
  const { seen, strangers } = matchRecords(before, observed, sight);
  const fresh = strangers.map((each) => recordOf(each, now));
  const [findings, found, opened] = [[...fresh], [...fresh], [...fresh]];
  const ending = new Map<FindingRecord, ClosedBecause>();
  for (const each of before) {
    const sighting = seen.get(each);
    if (sighting !== undefined) {
      const after = recordOf(sighting, now, each);
      if (after.episodes !== each.episodes) opened.push(after);
      found.push(after);
      findings.push(after);
      continue;
    }
    const why = isThere(each.episodes) ? closing?.(each) : undefined;
    const kept = closing === undefined ? each : sight.kept(each);
    if (why !== undefined) ending.set(kept, why);
    if (why !== undefined || isKept(each, now)) findings.push(kept);
  }
  return settle({ findings: findings.sort(compareFindings), found, opened, ending }, now);
}

function runningAfter(before: ImageRecord | undefined, seen: NameObservation): readonly RunningRecord[] {
  const { now, images, unread, unreadSources } = seen;
  const known = new Map(before?.running.map((each) => [runningKey(each), each]));
  const isGone = before?.["gone-since"] !== undefined;
  const running = images.map(({ reference, digest, imageId, platform, where, verdict }): RunningRecord => {
    const one = { reference, digest, "image-id": imageId, platform };
    const last = known.get(runningKey(one));
    const unsure = isGone ? [] : (last?.where ?? []).filter(({ source }) => unreadSources.has(source));
    return { ...one, where: [...where, ...unsure], scanned: verdict.answer === "error" ? last?.scanned : now };
  });
  return sortRunning([...running, ...unread]);
}

/** Sorts by package, path, advisory and kind: related findings stay together, and the order is stable. */
function compareFindings(a: FindingRecord, b: FindingRecord): number {
  return compareAll([a.package, a.path, a.id, a.kind], [b.package, b.path, b.id, b.kind]);
}

/** Sorts by reference and digest, with the places of each sorted and without duplicates. */
function sortRunning(running: readonly RunningRecord[]): readonly RunningRecord[] {
  const keysOf = ({ reference, digest, "image-id": id, platform }: RunningRecord) => [reference, digest, id, platform];
  return running
    .map((each) => {
      const where = distinct(each.where).sort((a, b) => compareAll([a.source, a.name], [b.source, b.name]));
      return { ...each, where };
    })
    .sort((a, b) => compareAll(keysOf(a), keysOf(b)));
}

function compareAll(one: readonly (string | undefined)[], other: readonly (string | undefined)[]): number {
  return compareEach(one, other, (a = "", b = "") => compareText(a, b));
}

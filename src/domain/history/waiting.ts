import { type FindingRecord, type ImageRecord, isThere } from "./record.ts";

/**
 * The findings that are recorded as they were, although all of the image was scanned. None of the scanners that saw
 * them has looked.
 * @param usual the scanner of a run that names none
 */
export function waitingFor(after: ImageRecord, usual: string): readonly FindingRecord[] {
  const { "last-scan": lastScan, "last-seen": lastSeen, "scanned-by": looked = [usual], findings } = after;
  if (lastScan === undefined || lastScan !== lastSeen) return [];
  return findings.filter(
    ({ episodes, "seen-by": seenBy, "last-seen": last }) =>
      last < lastScan && isThere(episodes) && seenBy !== undefined && !seenBy.some((name) => looked.includes(name)),
  );
}

import { acceptedAs, aliasesOf, firstSeen, NOT_ACCEPTED, withEpisode } from "./episodes.ts";
import { knownAgain } from "./known-again.ts";
import { movedFrom, settle } from "./moves.ts";
import { type NameSeen, runningKey, scannedBy } from "./name-seen.ts";
import type { Observed } from "./observe.ts";
import { compareFindings, earlier } from "./order.ts";
import {
  type ClosedBecause,
  type Episode,
  type FindingRecord,
  type ImageRecord,
  type Instant,
  isThere,
} from "./record.ts";
import type { ImageChange } from "./seen.ts";

/**
 * What an older run adds to a record that a newer run has written meanwhile. It adds findings that only it saw, which
 * last until the newer scan missed them. It adds an earlier beginning, and an end if the newer run could not look. What
 * the newer run says of a finding, of what runs, and of what is gone, stays.
 */
export function mergeLate(before: ImageRecord, seen: NameSeen): ImageChange {
  if (seen.images.length === 0) return { image: before.image, before, after: before, opened: [], closed: [] };
  const { findings, opened, closed } = mergeFindings(before, seen);
  const after = { ...withScan(before, seen), findings };
  return { image: before.image, before, after, opened, closed };
}

function mergeFindings(before: ImageRecord, seen: NameSeen): ReturnType<typeof settle> {
  const { now, closing } = seen;
  const found: FindingRecord[] = [];
  const opened: FindingRecord[] = [];
  const ending = new Map<FindingRecord, ClosedBecause>();
  const elsewhere: FindingRecord[] = [];
  const known = knownAgain(before.findings, seen.findings, seen.sight);
  const isLast = isLastScan(before, seen);
  const findings = before.findings.map((record, at) => {
    const each = isLast && known.seen[at] === undefined ? seen.sight.kept(record) : record;
    const sighting = known.seen[at];
    if (sighting !== undefined) {
      const after = addSighting(each, sighting, now, endAfter(before, now));
      if (isThere(after.episodes) && !isThere(each.episodes)) opened.push(after);
      found.push(after);
      return after;
    }
    const why = each["last-seen"] < now && openedBefore(each, now) ? closing?.(each) : undefined;
    if (why !== undefined) ending.set(each, why);
    else if (wasThere(each, now)) elsewhere.push(each);
    return each;
  });
  const isMoved = movedFrom(elsewhere);
  for (const each of known.strangers) {
    if (isMoved(each)) continue;
    const after = firstSeen(each, now, { opened: now, ...endAfter(before, now)?.(each) });
    if (isThere(after.episodes)) opened.push(after);
    found.push(after);
    findings.push(after);
  }
  return settledLate({ findings: findings.sort(compareFindings), found, opened, ending }, now);
}

/** What only the older run saw may have moved to where a newer one saw it. */
function settledLate(unsettled: Parameters<typeof settle>[0], now: Instant): ReturnType<typeof settle> {
  const { findings, opened, closed } = settle(unsettled, now);
  const there = findings.filter(({ episodes }) => isThere(episodes));
  return { opened, closed, findings: settle({ findings, found: there, opened: [], ending: new Map() }, now).findings };
}

/** How an episode ended that began at `now` and that the newer runs do not know. */
type End = (found: Pick<Observed, "kind">) => Pick<Episode, "closed" | "why"> | undefined;

function endAfter({ "gone-since": gone = "", "last-scan": lastScan = "" }: ImageRecord, now: Instant): End {
  return ({ kind }) => {
    // Whether the newer scan looked for anything else is not known.
    if (lastScan > now && kind === "vulnerability") return { closed: lastScan, why: "fixed" };
    return gone > now ? { closed: gone, why: "gone" } : undefined;
  };
}

function wasThere({ episodes }: Pick<FindingRecord, "episodes">, now: Instant): boolean {
  return episodes.some(({ opened, closed }) => opened <= now && (closed === undefined || now < closed));
}

function openedBefore({ episodes }: FindingRecord, now: Instant): boolean {
  return isThere(episodes) && (episodes.at(-1)?.opened ?? now) < now;
}

/** Adds that the finding was there at `now`. */
function addSighting(before: FindingRecord, found: Observed, now: Instant, end: End): FindingRecord {
  const newest = before["last-seen"] >= now ? before : found;
  const episodes = withSighting(before.episodes, now, end(found));
  const isNews = newest === found || episodes !== before.episodes;
  const fixSince = before["fix-since"] ?? (newest === found && found.fixable ? now : undefined);
  return {
    ...before,
    ...aliasesOf(before.id, [before, found]),
    versions: newest.versions,
    severity: newest.severity,
    ...(isThere(episodes) ? acceptedAs(newest) : NOT_ACCEPTED),
    "first-seen": earlier(before["first-seen"], now),
    "last-seen": before["last-seen"] >= now ? before["last-seen"] : now,
    "fix-since": fixSince !== undefined && isNews && found.fixable ? earlier(fixSince, now) : fixSince,
    episodes,
  };
}

function withSighting(
  episodes: readonly Episode[],
  now: Instant,
  end: Pick<Episode, "closed" | "why"> | undefined,
): readonly Episode[] {
  if (wasThere({ episodes }, now)) return episodes;
  const next = episodes.findIndex(({ opened }) => opened > now);
  if (next === -1) return withEpisode(episodes, { opened: now, ...end });
  return episodes.map((each, index) => (index === next ? { ...each, opened: now } : each));
}

/** The newer run's own words, with what the older one scanned if the newer could not. */
function withScan(before: ImageRecord, seen: NameSeen): ImageRecord {
  const { now, images, gaps } = seen;
  const first = { ...before, "first-seen": earlier(before["first-seen"], now) };
  if (!isLastScan(before, seen)) return first;
  const scanned = new Set(images.map(({ imageId, ...rest }) => runningKey({ ...rest, "image-id": imageId })));
  const running = before.running.map((each) =>
    scanned.has(runningKey(each)) && (each.scanned ?? "") < now ? { ...each, scanned: now } : each,
  );
  const { "scanned-by": _, ...rest } = first;
  return { ...rest, "last-scan": now, ...scannedBy(seen.sight), gaps: gaps || undefined, running };
}

/** Whether no run has scanned everything since. */
function isLastScan(before: ImageRecord, { now, closing }: NameSeen): boolean {
  return closing !== undefined && (before["last-scan"] ?? "") < now;
}

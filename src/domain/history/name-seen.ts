import { scannersOf } from "../target.ts";
import { type JudgedTarget, judgedAmong } from "../verdict.ts";
import { observe } from "./observe.ts";
import type { FindingRecord, ImageRecord, RunningRecord } from "./record.ts";
import type { Rescanned, RunSeen } from "./running.ts";
import { type Closings, closingOf } from "./why-gone.ts";

/** The images of one name as one run saw them. */
export type NameObservation = ReturnType<typeof nameSeen>;

/**
 * @param images the run's images of this name
 * @param unread sources that could not be read as a whole
 */
export function nameSeen(
  before: ImageRecord | undefined,
  { now, images, usualScanner }: Pick<RunSeen, "now" | "images" | "usualScanner">,
  unread: ReadonlySet<string>,
) {
  const waiting = before === undefined || unread.size === 0 ? [] : mayStillRun(before, images, unread);
  const judged = judgedAmong(images.map(({ verdict }) => verdict));
  const isWhole = waiting.length === 0 && images.length > 0 && judged.length === images.length;
  const sight = sightOf(before, judged, usualScanner);
  return {
    now,
    images,
    sight,
    unreadSources: unread,
    /** Images that may still run, although their source could not be read. */
    unread: waiting,
    /** The findings of all successful scans. */
    findings: observe(judged),
    /** Decides about missing findings. Undefined: not every image that runs, or may run, was scanned. */
    closing: isWhole
      ? closingOf(judged, { isSame: seenInTheSame(before, images), seenBy: sight.before, now })
      : undefined,
    /** Number of accepted coverage gaps. */
    gaps: judged.reduce((sum, { coverage }) => sum + (coverage?.gaps.length ?? 0), 0),
  };
}

/** The scanners that saw the findings of a name, and this run's. @param usual as {@link RunSeen.usualScanner} */
function sightOf(before: ImageRecord | undefined, judged: readonly JudgedTarget[], usual: string | undefined) {
  const now = [...new Set(judged.flatMap(({ scan }) => scannersOf(scan)))].sort();
  const former = before?.["scanned-by"] ?? (usual === undefined ? undefined : [usual]);
  const isSame = former === undefined || (former.length === now.length && former.every((name) => now.includes(name)));
  const seenBy = ({ "seen-by": by }: FindingRecord) => by ?? former;
  return {
    before: seenBy,
    now,
    usual,
    /** The record of a finding that this run did not see. If the scanners have changed, it names those that saw it. */
    kept: (record: FindingRecord): FindingRecord => {
      if (isSame || record["seen-by"] !== undefined) return record;
      const { episodes, ...rest } = record;
      return { ...rest, "seen-by": former, episodes };
    },
  };
}

/** Tests whether the last complete scan saw a finding, and the same image contents have run since. */
function seenInTheSame(before: ImageRecord | undefined, images: readonly Rescanned[]): Closings["isSame"] {
  const last = before?.["last-scan"];
  if (before === undefined || last === undefined || last !== before["last-seen"]) return () => false;
  const now = images.map(({ digest, imageId, platform }) => contentKey(digest ?? imageId, platform));
  const then = before.running.map((each) => contentKey(each.digest ?? each["image-id"], each.platform));
  const all = new Set([...now, ...then]);
  const isSame = !all.has(undefined) && new Set(now).size === all.size && new Set(then).size === all.size;
  return (finding) => isSame && finding["last-seen"] === last;
}

function contentKey(content: string | undefined, platform = ""): string | undefined {
  return content === undefined ? undefined : `${content} ${platform}`;
}

/** The images of sources that could not be read this time, unless another source names them. */
function mayStillRun(
  { running, "gone-since": gone }: ImageRecord,
  images: readonly Rescanned[],
  unread: ReadonlySet<string>,
): RunningRecord[] {
  if (gone !== undefined) return [];
  const seen = new Set(images.map((each) => runningKey({ ...each, "image-id": each.imageId })));
  return running
    .filter((each) => !seen.has(runningKey(each)))
    .map((each) => ({ ...each, where: each.where.filter(({ source }) => unread.has(source)) }))
    .filter(({ where }) => where.length > 0);
}

/** Equal for the same image on the same platform, wherever it runs. */
export function runningKey(running: Pick<RunningRecord, "reference" | "digest" | "image-id" | "platform">): string {
  return JSON.stringify([running.reference, running.digest, running["image-id"], running.platform]);
}

/** The scanners of a run that scanned everything. Absent: only the usual one. */
export function scannedBy({ now, usual }: NameObservation["sight"]): Pick<ImageRecord, "scanned-by"> {
  const isUsual = usual === undefined || (now.length === 1 && now[0] === usual);
  return isUsual || now.length === 0 ? {} : { "scanned-by": now };
}

import { z } from "zod";
import { daysBefore, isDay } from "../dates.ts";
import { memoize } from "../memoize.ts";
import type { ReadOf } from "../report/fields.ts";
import { seenFinding } from "../report/finding-schema.ts";
import { SEVERITIES, severityName } from "../severity.ts";

// The history as it is stored. The names are already the stored JSON's (docs/state.md), so nothing needs to be renamed.

/** The version of the documents that this code writes, and the highest version that it reads. */
export const STATE_VERSION = 1;

/** A point in time: ISO 8601 in UTC with milliseconds. The texts sort in order of time. */
export type Instant = string;

export const instantSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .refine(memoize((text: string) => isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text))))
  .describe("ISO 8601 in UTC, with milliseconds");
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isDay);

const episode = z
  .strictObject({
    opened: instantSchema.describe("The first scan that saw it"),
    closed: instantSchema.optional().describe("The first scan without it. Absent: it is still there"),
    /**
     * Also `withdrawn`: another scanner was used that names it differently, or a report on the very same images no
     * longer contains it.
     */
    why: z
      .enum(["fixed", "withdrawn", "gone"])
      .optional()
      .describe(
        "fixed: no running image has it. withdrawn: the same package is there in the same version. gone: the image does not run",
      ),
  })
  .refine(({ opened, closed, why }) => (closed === undefined) === (why === undefined) && (closed ?? opened) >= opened);

/** Only the last episode may be open, and the times must be in order. */
function follow(episodes: readonly Episode[]): boolean {
  return episodes.every(({ opened }, at) => {
    const before = episodes[at - 1];
    return before === undefined || (before.closed !== undefined && before.closed <= opened);
  });
}

/** A finding of one image name, in any of its running tags. */
export const findingSchema = z.strictObject({
  kind: seenFinding.shape.kind,
  id: z.string().describe("The advisory, check, secret rule or licence"),
  /** Sorted. */
  aliases: z.array(z.string()).optional().describe("Its other and former ids; any of them identifies it"),
  /** `type/name` if it has no package URL. Absent: the finding is not about a package. */
  package: z.string().optional().describe("Package URL without version and qualifiers"),
  /** Lets the record survive an upgrade. */
  path: z.string().optional().describe("Without the package's own version"),
  /** Sorted. */
  versions: z.array(z.string()).optional().describe("Installed versions, at the last scan that saw it"),
  /** At the last scan that saw it. */
  severity: z.enum(SEVERITIES.map(severityName)),
  "first-seen": instantSchema,
  "last-seen": instantSchema,
  "fix-since": instantSchema.optional().describe("The first scan that knew a fix. Absent: there is none"),
  /** At the last scan that saw it. An accepted finding is neither open nor closed: its episode continues. */
  "accepted-by": z
    .enum(["exception", "vex"])
    .optional()
    .describe("The source of its acceptance. Absent: it is not accepted"),
  /** A VEX statement has no end date. */
  "accepted-until": day.optional().describe("Last day of the exception that accepts it"),
  "seen-by": z
    .array(z.string())
    .optional()
    .describe("If there are several scanners, the ones that last saw it. Absent: those in `scanned-by`"),
  episodes: z.array(episode).min(1).refine(follow).describe("Oldest first; only the last may be open"),
});

const running = z.strictObject({
  reference: z.string().describe("As the sources write it"),
  /** Absent for an image that is in no registry, or if it could not be resolved. */
  digest: z.string().optional().describe("The digest of the index or manifest that runs"),
  "image-id": z.string().optional().describe("Of an image that is in no registry"),
  platform: z.string().optional(),
  where: z.array(z.strictObject({ source: z.string(), name: z.string() })),
  scanned: instantSchema.optional().describe("The last scan that worked"),
});

export const imageSchema = z
  .strictObject({
    version: z.literal(STATE_VERSION).describe("Version of this format"),
    /** `ghcr.io/acme/app`, `docker.io/library/nginx`. */
    image: z.string().describe("Registry and repository, without tag and digest"),
    "first-seen": instantSchema,
    "last-seen": instantSchema.describe("The last run that looked at it, whether or not the scan worked"),
    "last-scan": instantSchema.optional().describe("The last run in which every running image of the name was scanned"),
    /** Sorted. */
    "scanned-by": z.array(z.string()).optional().describe("The scanners of that run. Absent: the usual scanner"),
    "gone-since": instantSchema.optional().describe("When it stopped running"),
    running: z.array(running).describe("The images that run, or that ran last if the name is gone"),
    gaps: z.int().nonnegative().optional().describe("Accepted coverage gaps at the last scan"),
    findings: z.array(findingSchema),
  })
  .meta({ title: "Image Gate state: the history of one image name" });

/** A period during which a finding was present: from the first scan that saw it to the first scan without it. */
export type Episode = ReadOf<typeof episode>;
export type ClosedBecause = NonNullable<Episode["why"]>;

export type FindingRecord = ReadOf<typeof findingSchema>;

/** An image that runs, with the places where it does. */
export type RunningRecord = ReadOf<typeof running>;

/** The history of one image name. */
export type ImageRecord = ReadOf<typeof imageSchema>;

/** True if the finding is present and not accepted. */
export function isOpen({ episodes, "accepted-by": acceptedBy }: FindingRecord): boolean {
  return acceptedBy === undefined && isThere(episodes);
}

/** True if the last episode is open. */
export function isThere(episodes: readonly Episode[]): boolean {
  const last = episodes.at(-1);
  return last !== undefined && last.closed === undefined;
}

/**
 * A finding that returns within this many days after it closed keeps its first day, so its deadline does not start
 * again.
 */
const RETURN_DAYS = 30;

/** The earliest closing time after which a finding that is present at `now` counts as returned. */
export function returnsFrom(now: Instant): Instant {
  return daysBefore(now, RETURN_DAYS);
}

/** True if an episode continues the one before it: it began within {@link RETURN_DAYS} after that one closed. */
export function isReturn({ closed }: Episode, { opened }: Episode): boolean {
  return closed !== undefined && closed >= returnsFrom(opened);
}

/**
 * The first day of the last episode, as an instant: when it opened or, if it is a return, the first day of the episode
 * before it. Undefined if there are no episodes.
 */
export function presentSince(episodes: readonly Episode[]): Instant | undefined {
  let at = episodes.length - 1;
  while (at > 0 && isReturn(episodes[at - 1] as Episode, episodes[at] as Episode)) at -= 1;
  return episodes[at]?.opened;
}

/** Since when an open finding could be fixed: its first day, or the first scan that knew a fix if that is later. */
export function unpatchedSince({ episodes, "fix-since": fixSince }: FindingRecord): Instant | undefined {
  const since = presentSince(episodes);
  if (fixSince === undefined || since === undefined) return undefined;
  return since > fixSince ? since : fixSince;
}

/** The latest point in time in a record. */
export function lastTimeOf({ findings, running, ...image }: ImageRecord): Instant {
  const times = [
    ...[image["first-seen"], image["last-seen"], image["last-scan"], image["gone-since"]],
    ...running.map(({ scanned }) => scanned),
    ...findings.flatMap((each) => [each["first-seen"], each["last-seen"], each["fix-since"]]),
    ...findings.flatMap(({ episodes }) => episodes.map(({ opened, closed }) => closed ?? opened)),
  ];
  return times.reduce<Instant>((last, time = "") => (time > last ? time : last), "");
}

/**
 * The findings whose records did not change although the whole image was scanned: none of the scanners that saw them
 * was used.
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

import { idsOf, isSameAdvisory } from "../advisory-ids.ts";
import { memoize } from "../memoize.ts";
import { subjectOf, versionOf } from "../opinions/subject.ts";
import { parsePurl } from "../purl.ts";
import { FITS, textOf } from "../same/names.ts";
import { type Pass, pair } from "../same/pair.ts";
import { compareText } from "../versions/order.ts";
import type { ObservedFinding } from "./observe.ts";
import { type FindingRecord, isThere } from "./record.ts";

// Scanners report one advisory under different ids, and one place under different paths. It must remain a single
// finding, whichever of the scanners reports it.

/** The scanners that see findings. A change of scanners may change the name of a place. */
export interface Sight {
  /** The scanners that last saw a finding. */
  readonly before: (record: FindingRecord) => readonly string[] | undefined;
  /** The scanners of this run. */
  readonly now: readonly string[];
}

/**
 * Matches this run's findings with the known records. A finding with the same id at the same place is the same. Each
 * remaining record gets at most one finding that shares an id with it. So an alias cannot hide one of two findings that
 * are both present. Open records come first, then the most recently closed.
 * @returns `seen`: each matched record with its present finding; `strangers`: findings without a record
 */
export function knownAgain(records: readonly FindingRecord[], observed: readonly ObservedFinding[], sight: Sight) {
  const { pairs, fresh } = pair(latestFirst(records), observed, [
    { keys: (each) => [textOf(each)] },
    ...sameAdvisory<FindingRecord, ObservedFinding>((was, now, isHere) => isHere || isSeenByOthers(was, now, sight)),
  ]);
  return { seen: new Map([...pairs].map(([now, was]) => [was, now])), strangers: fresh };
}

type Findable = Pick<FindingRecord, "kind" | "id" | "aliases" | "package" | "path">;

/**
 * Matches the same advisory under any of its ids, on the same package, for all scanners. Exact places come first.
 * @param isMeant decides about two candidates; its third argument is true if their places are equal
 */
export function sameAdvisory<A extends Findable, B extends Findable>(
  isMeant: (was: A, now: B, isHere: boolean) => boolean,
): Pass<A, B>[] {
  return FITS.map((fits, degree) => ({
    keys: (each) => {
      if (each.kind !== "vulnerability") return [];
      const { subject, path } = placeOf(each);
      return idsOf(each).map((id) => textOf({ kind: each.kind, id, package: subject, path: degree === 0 ? path : "" }));
    },
    fits: (was, now) =>
      fits(placeOf(was).path, placeOf(now).path) && isSameAdvisory(was, now) && isMeant(was, now, degree === 0),
  }));
}

/** True if other scanners see it than before: its place may have another name. Otherwise it has moved. */
function isSeenByOthers(record: FindingRecord, found: ObservedFinding, { before, now }: Sight): boolean {
  const was = before(record);
  const is = found["seen-by"] ?? now;
  return was !== undefined && !(was.length === is.length && was.every((name) => is.includes(name)));
}

function latestFirst(records: readonly FindingRecord[]): readonly FindingRecord[] {
  const rank = ({ episodes }: FindingRecord) => (isThere(episodes) ? "~" : (episodes.at(-1)?.closed ?? ""));
  return records.toSorted((a, b) => compareText(rank(b), rank(a)));
}

/** A finding's place in terms that scanners can agree on. An empty path is unknown or says nothing. */
function placeOf({ package: about, path = "" }: Findable): { readonly subject: string; readonly path: string } {
  if (about === undefined) return { subject: "", path };
  const { key, isSystem } = subjectIn(about);
  return { subject: key, path: isSystem ? "" : path };
}

/** A package as records name it: a package URL without version, or `type/name`. All images share most of these. */
const subjectIn = memoize((about) => {
  const parsed = parsePurl(about);
  if (parsed !== undefined) return subjectOf({ name: parsed.name, version: "", purl: about, type: parsed.type });
  const slash = about.indexOf("/");
  return subjectOf({ name: about.slice(slash + 1), version: "", type: about.slice(0, Math.max(0, slash)) });
});

/** The key of a package's release that scanners can agree on, including the path if it says anything. */
export function releaseOf(about: string, version: string, path = ""): string {
  const { key, needs, isSystem } = subjectIn(about);
  return `${key}\n${versionOf(version, needs)}\n${isSystem ? "" : path}`;
}

/** True if a package belongs to a distribution. */
export function isOfSystem(about: string | undefined): boolean {
  return about !== undefined && subjectIn(about).isSystem;
}

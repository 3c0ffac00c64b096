import { idsOf, isSameAdvisory } from "../advisory-ids.ts";
import { memoize } from "../memoize.ts";
import { subjectOf, versionOf } from "../opinions/subject.ts";
import { parsePurl } from "../purl.ts";
import { FITS, textOf } from "../same/names.ts";
import { type Pass, pair } from "../same/pair.ts";
import { compareText } from "../versions/order.ts";
import type { Observed } from "./observe.ts";
import { type FindingRecord, isThere } from "./record.ts";

// Scanners name one advisory by different ids, and one place by different paths. A finding stays one whichever of them
// sees it.

/** Who sees findings: by it, a place that another scanner names otherwise is known again. */
export interface Sight {
  /** The scanners that saw a finding last. */
  readonly before: (record: FindingRecord) => readonly string[] | undefined;
  /** Those that looked in this run. */
  readonly now: readonly string[];
}

/**
 * Finds what is known in what a run saw. What has the same id at the same place is the same. Of the rest, a record
 * takes what shares an id with it, at most one each. So no alias makes one of two findings vanish that are both seen.
 * Open records take first, and then the most recently closed.
 * @returns `seen`: the finding as it is now, without those that this run did not see; `strangers`: what no record is
 * about
 */
export function knownAgain(records: readonly FindingRecord[], observed: readonly Observed[], sight: Sight) {
  const { pairs, fresh } = pair(latestFirst(records), observed, [
    { keys: (each) => [textOf(each)] },
    ...sameAdvisory<FindingRecord, Observed>((was, now, isHere) => isHere || isSeenByOthers(was, now, sight)),
  ]);
  return { seen: new Map([...pairs].map(([now, was]) => [was, now])), strangers: fresh };
}

type Findable = Pick<FindingRecord, "kind" | "id" | "aliases" | "package" | "path">;

/**
 * The same advisory by any id, on the same package, whichever scanner names it. The best fitting places come first.
 * @param isMeant whether two that could be the same are, and whether their places are equal
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

/** True if others see it than before, who may name its place otherwise. What the same ones see elsewhere has moved. */
function isSeenByOthers(record: FindingRecord, found: Observed, { before, now }: Sight): boolean {
  const was = before(record);
  const is = found["seen-by"] ?? now;
  return was !== undefined && !(was.length === is.length && was.every((name) => is.includes(name)));
}

function latestFirst(records: readonly FindingRecord[]): readonly FindingRecord[] {
  const rank = ({ episodes }: FindingRecord) => (isThere(episodes) ? "~" : (episodes.at(-1)?.closed ?? ""));
  return records.toSorted((a, b) => compareText(rank(b), rank(a)));
}

/** Where a finding is, as scanners can agree on it. An empty path is not known, or tells nothing. */
function placeOf({ package: about, path = "" }: Findable): { readonly subject: string; readonly path: string } {
  if (about === undefined) return { subject: "", path };
  const { key, isSystem } = subjectIn(about);
  return { subject: key, path: isSystem ? "" : path };
}

/** A package as records name it: a package URL without version, or `type/name`. All images have much the same ones. */
const subjectIn = memoize((about) => {
  const parsed = parsePurl(about);
  if (parsed !== undefined) return subjectOf({ name: parsed.name, version: "", purl: about, type: parsed.type });
  const slash = about.indexOf("/");
  return subjectOf({ name: about.slice(slash + 1), version: "", type: about.slice(0, Math.max(0, slash)) });
});

/** Names a package in one version, with the path if that tells anything, as scanners can agree on it. */
export function releaseOf(about: string, version: string, path = ""): string {
  const { key, needs, isSystem } = subjectIn(about);
  return `${key}\n${versionOf(version, needs)}\n${isSystem ? "" : path}`;
}

/** True if a package belongs to a distribution. */
export function isOfSystem(about: string | undefined): boolean {
  return about !== undefined && subjectIn(about).isSystem;
}

import { mergeRun } from "../../../src/domain/history/merge.ts";
import type { Episode, ImageRecord } from "../../../src/domain/history/record.ts";
import type { RunsAt } from "../../../src/domain/history/running.ts";
import type { SimulatedWeek, TrueFinding, TrueImage } from "../../support/runs/simulated-year.ts";

// The history of a simulated year, computed in two ways: by merging run after run, and finding by finding from the
// truth.

/** By merging run after run. */
export function merged(weeks: readonly SimulatedWeek[]): ReadonlyMap<string, ImageRecord> {
  let records = new Map<string, ImageRecord>();
  for (const { seen } of weeks) records = new Map(mergeRun(records, seen).map(({ image, after }) => [image, after]));
  return records;
}

/** An image at one place, as a source names it. */
interface Named {
  readonly image: TrueImage;
  readonly at: RunsAt;
}

/** The contents of each source, or its last contents if it cannot be read: the union of both if it was read in part. */
export function readings(weeks: readonly SimulatedWeek[]): { readonly named: Named[]; readonly assumed: Named[] }[] {
  const memory = new Map<string, Named[]>();
  return weeks.map(({ truth, seen, unread }) => {
    const isNamed = (digest: string, at: RunsAt) =>
      seen.images.some((image) => image.digest === digest && image.where.includes(at));
    const named = truth.flatMap((image) =>
      image.where.map((at) => ({ image, at })).filter(({ at }) => isNamed(image.digest, at)),
    );
    const sources = new Set([...memory.keys(), ...named.map(({ at }) => at.source)]);
    for (const source of sources) {
      const now = named.filter(({ at }) => at.source === source);
      const old = unread.has(source) ? (memory.get(source) ?? []) : [];
      const added = old.filter(
        ({ image, at }) => !now.some((each) => each.image.digest === image.digest && each.at.name === at.name),
      );
      memory.set(source, [...now, ...added]);
    }
    const assumed = [...memory.values()]
      .flat()
      .filter(
        ({ image, at }) =>
          !named.some(
            (each) => each.image.digest === image.digest && each.at.source === at.source && each.at.name === at.name,
          ),
      );
    return { named, assumed };
  });
}

export const sameFinding = ({ id, package: about, path }: Pick<TrueFinding, "id" | "package" | "path">) =>
  `${id} ${about} ${path ?? ""}`;

/** One week's facts about one name. */
export interface NameWeek {
  readonly now: string;
  /** Images that a source named, once each. */
  readonly named: readonly TrueImage[];
  readonly assumed: readonly TrueImage[];
}

function unique(images: readonly TrueImage[]): TrueImage[] {
  return [...new Map(images.map((image) => [image.digest, image])).values()];
}

export function weeksOf(name: string, weeks: readonly SimulatedWeek[], read: ReturnType<typeof readings>): NameWeek[] {
  const of = (list: readonly Named[] = []) =>
    unique(list.map(({ image }) => image).filter((image) => image.name === name));
  return weeks.map(({ now }, week) => {
    const named = of(read[week]?.named);
    const assumed = of(read[week]?.assumed).filter(({ digest }) => !named.some((image) => image.digest === digest));
    return { now, named, assumed };
  });
}

/** `there`: a scan found it. `absent`: a complete scan did not find it. `gone`: certainly nothing runs. */
function statusOf({ named, assumed }: NameWeek, key: string): "there" | "absent" | "gone" | "unknown" {
  const found = named.some((image) => image.scans && image.findings.some((each) => sameFinding(each) === key));
  if (found) return "there";
  if (named.length === 0) return assumed.length === 0 ? "gone" : "unknown";
  return assumed.length === 0 && named.every((image) => image.scans) ? "absent" : "unknown";
}

export interface Expected {
  readonly first: string;
  readonly last: string;
  readonly severity: string;
  readonly versions: readonly string[];
  readonly fixSince: string | undefined;
  readonly acceptedUntil: string | undefined;
  readonly episodes: readonly Episode[];
}

const WORST = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"];

/** The history of one finding, from the truth of each week. */
export function expectedOf(key: string, weeks: readonly NameWeek[]): Expected {
  const statuses = weeks.map((week) => statusOf(week, key));
  const sightings = weeks.filter((_, week) => statuses[week] === "there");
  const rowsOf = ({ named }: NameWeek) =>
    named.filter((image) => image.scans).flatMap((image) => image.findings.filter((each) => sameFinding(each) === key));
  const newest = sightings.at(-1) as NameWeek;
  const rows = rowsOf(newest);
  const versionsAt = (week: number) =>
    new Set(
      rowsOf(sightings.filter(({ now }) => now < (weeks[week]?.now ?? "")).at(-1) as NameWeek).map(
        ({ version }) => version,
      ),
    );
  const episodes: Episode[] = [];
  let opened: string | undefined;
  statuses.forEach((status, week) => {
    const { now, named } = weeks[week] as NameWeek;
    if (status === "there") opened ??= now;
    else if (opened !== undefined && status !== "unknown") {
      const [{ package: about, path }] = rows as [TrueFinding];
      const stays = [...versionsAt(week)].some((version) =>
        named.some((image) => image.installed.has(`${about}@${version} ${path ?? ""}`)),
      );
      episodes.push({ opened, closed: now, why: status === "gone" ? "gone" : stays ? "withdrawn" : "fixed" });
      opened = undefined;
    }
  });
  if (opened !== undefined) episodes.push({ opened });
  const known = sightings.map((week) => rowsOf(week).some(({ fixable }) => fixable));
  const fixFrom = known.lastIndexOf(false) + 1;
  return {
    first: sightings[0]?.now ?? "",
    last: newest.now,
    severity: (WORST.find((severity) => rows.some((each) => each.severity === severity)) ?? "").toLowerCase(),
    versions: [...new Set(rows.map(({ version }) => version))].sort(),
    fixSince: sightings[fixFrom]?.now,
    acceptedUntil: opened === undefined ? undefined : rows[0]?.acceptedUntil,
    episodes,
  };
}

/** Every finding that a scan of these weeks saw. */
export function keysOf(weeks: readonly NameWeek[]): string[] {
  const scanned = weeks.flatMap(({ named }) => named.filter((image) => image.scans));
  return [...new Set(scanned.flatMap((image) => image.findings.map(sameFinding)))].sort();
}

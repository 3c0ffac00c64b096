import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeRun } from "../../../src/domain/history/merge.ts";
import { type ImageRecord, isThere, presentSince } from "../../../src/domain/history/record.ts";
import type { ImageChange, RunSeen } from "../../../src/domain/history/running.ts";
import { makeFinding, makePackage } from "../make.ts";
import { type Shown, seenOf } from "./runs.ts";

const IDS = ["CVE-1", "CVE-2", "CVE-3"];
const SOURCES = ["docker", "kubectl"];

const shown: fc.Arbitrary<Shown> = fc
  .record({
    name: fc.constantFrom("x.io/a", "x.io/b"),
    tag: fc.constantFrom("1", "2"),
    source: fc.constantFrom(...SOURCES),
    ids: fc.subarray(IDS),
    fixedVersions: fc.constantFrom<string[]>([], ["2"]),
    fails: fc.boolean(),
  })
  .map(({ ids, fixedVersions, fails, ...rest }) => ({
    ...rest,
    fails: fails && ids.length > 1,
    findings: ids.map((id) => makeFinding({ id, fixedVersions })),
  }));

/** Runs of one history; each has its own time. Now and then a source is not read. */
const runs = fc
  .array(
    fc.tuple(
      fc.uniqueArray(shown, { maxLength: 4, selector: ({ name, tag }) => `${name}:${tag}` }),
      fc.subarray(SOURCES),
      fc.nat(3),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) =>
    all.map(([images, unread, dice], number): RunSeen => {
      const isUnread = dice === 0;
      const seen = seenOf(
        new Date(Date.UTC(2026, 0, 1 + number)).toISOString(),
        images.filter(({ source = "" }) => !isUnread || !unread.includes(source)),
      );
      return { ...seen, unreadSources: isUnread ? unread : [] };
    }),
  );

type Records = ReadonlyMap<string, ImageRecord>;
const NONE: Records = new Map();

function merge(records: Records, seen: RunSeen): { records: Records; changes: ImageChange[] } {
  const changes = mergeRun(records, seen);
  return { changes, records: new Map(changes.map(({ image, after }) => [image, after])) };
}

const all = (records: Records, seen: readonly RunSeen[]) =>
  seen.reduce((before, each) => merge(before, each).records, records);
const episodesOf = (records: Records) =>
  [...records.values()].flatMap(({ findings }) => findings.map(({ episodes }) => episodes));

/** Everything that a scan of these runs has found. */
function foundBy(seen: readonly RunSeen[]): string[] {
  const found = seen.flatMap(({ images }) =>
    images.flatMap(({ name, verdict }) =>
      verdict.answer === "error" ? [] : verdict.findings.map(({ finding }) => `${name} ${finding.id}`),
    ),
  );
  return [...new Set(found)].sort();
}

function sound(records: Records): void {
  for (const { findings, ...image } of records.values()) {
    expect(image["last-seen"] >= image["first-seen"]).toBe(true);
    for (const each of findings) {
      let last = "";
      each.episodes.forEach(({ opened, closed, why }, index) => {
        expect(opened >= last).toBe(true);
        expect(closed === undefined ? index === each.episodes.length - 1 : closed >= opened).toBe(true);
        expect(closed === undefined).toBe(why === undefined);
        last = closed ?? opened;
      });
      expect(each["first-seen"] <= (each.episodes[0]?.opened ?? "")).toBe(true);
      expect(each["last-seen"] >= each["first-seen"]).toBe(true);
    }
    expect(image["gone-since"] === undefined || findings.every(({ episodes }) => !isThere(episodes))).toBe(true);
  }
}

describe("for all runs", () => {
  it("episodes never overlap, only the last is open, and none ends before it began", () => {
    fc.assert(fc.property(runs, (seen) => sound(all(NONE, seen))));
  });

  it("no finding is lost: each that a scan has found is in the records", () => {
    fc.assert(
      fc.property(runs, (seen) => {
        const recorded = [...all(NONE, seen)].flatMap(([name, { findings }]) =>
          findings.map(({ id }) => `${name} ${id}`),
        );
        expect(recorded.sort()).toEqual(foundBy(seen));
      }),
    );
  });

  it("a run that is merged again changes nothing, also after others", () => {
    fc.assert(
      fc.property(runs, fc.nat(5), (seen, at) => {
        const records = all(NONE, seen);
        // After a source that could not be read, a later run may know more of what ran: then only the last run is
        // tried.
        const isAllRead = seen.every(({ unreadSources }) => unreadSources.length === 0);
        const again = merge(records, (isAllRead ? seen[at % seen.length] : seen.at(-1)) as RunSeen);
        expect(again.records).toEqual(records);
        expect(again.changes.flatMap(({ opened, closed }) => [...opened, ...closed])).toEqual([]);
      }),
    );
  });

  it("each opening is reported once and each closing once: the reports add up to what is recorded", () => {
    fc.assert(
      fc.property(runs, (seen) => {
        let records = NONE;
        let [opened, closed] = [0, 0];
        for (const each of seen) {
          const merged = merge(records, each);
          records = merged.records;
          opened += merged.changes.flatMap((change) => change.opened).length;
          closed += merged.changes.flatMap((change) => change.closed).length;
        }
        const episodes = episodesOf(records).flat();
        expect(opened).toBe(episodes.length);
        expect(closed).toBe(episodes.filter((episode) => episode.closed !== undefined).length);
        expect(opened).toBeGreaterThanOrEqual(closed);
      }),
    );
  });

  it("of two runs at once, the older one changes nothing of what the newer one has recorded", () => {
    fc.assert(
      fc.property(runs, (seen) => {
        const [older, newer] = [seen.at(-2), seen.at(-1)] as [RunSeen | undefined, RunSeen];
        fc.pre(older !== undefined);
        const before = all(NONE, [...seen.slice(0, -2), newer]);
        const { records } = merge(before, older as RunSeen);
        for (const { name } of newer.images) expect(records.get(name)).toBe(before.get(name));
      }),
    );
  });
});

describe("for a package that moves in any way", () => {
  const paths = fc.subarray(["a.jar", "b.jar", "c.jar"]);
  const moving = fc.array(paths, { minLength: 1, maxLength: 12 }).map((weeks) =>
    weeks.map((there, number) => {
      const findings = there.map((path) => makeFinding({ id: "CVE-1", path, package: makePackage({ type: "jar" }) }));
      return seenOf(new Date(Date.UTC(2026, 0, 1 + 7 * number)).toISOString(), [{ findings }]);
    }),
  );
  const isFound = ({ images }: RunSeen) =>
    images.some(({ verdict }) => verdict.answer !== "error" && verdict.findings[0]);
  const findingsOf = (records: Records) => [...records.values()].flatMap(({ findings }) => findings);

  // Proves: no-deadline-begins-again
  it("the oldest first day is the first run's, as long as it is never away for more than 30 days", () => {
    fc.assert(
      fc.property(moving, (weeks) => {
        const from = weeks.findIndex(isFound);
        const seen = weeks.slice(Math.max(from, 0));
        const isLong = seen.some(
          (_, at) => seen.slice(at, at + 5).length === 5 && !seen.slice(at, at + 5).some(isFound),
        );
        fc.pre(from !== -1 && !isLong && isFound(seen.at(-1) as RunSeen));
        const days = findingsOf(all(NONE, seen)).flatMap(({ episodes }) =>
          episodes.at(-1)?.closed === undefined ? [presentSince(episodes) ?? ""] : [],
        );
        expect(days.sort()[0]).toBe(seen[0]?.now);
      }),
    );
  });

  it("each path has what the last run saw there, once, and a run that is merged again changes nothing", () => {
    fc.assert(
      fc.property(moving, (weeks) => {
        const records = all(NONE, weeks);
        sound(records);
        const last = weeks.at(-1) as RunSeen;
        const wanted = last.images.flatMap(({ verdict }) =>
          verdict.answer === "error" ? [] : verdict.findings.map(({ finding }) => finding.path),
        );
        const there = findingsOf(records).filter(({ episodes }) => episodes.at(-1)?.closed === undefined);
        expect(there.map(({ path }) => path).sort()).toEqual(wanted.sort());
        expect(merge(records, last).records).toEqual(records);
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import type { ImageRecord } from "../../../src/domain/history/record.ts";
import { type SimulatedWeek, simulateYear } from "../../support/runs/simulated-year.ts";
import { type Expected, expectedOf, keysOf, merged, type NameWeek, readings, sameFinding, weeksOf } from "./truth.ts";

function actualOf(record: ImageRecord): ReadonlyMap<string, Expected> {
  return new Map(
    record.findings.map((each) => [
      sameFinding({ id: each.id, package: each.package ?? "", path: each.path }),
      {
        first: each["first-seen"],
        last: each["last-seen"],
        severity: each.severity,
        versions: each.versions ?? [],
        fixSince: each["fix-since"],
        acceptedUntil: each["accepted-until"],
        episodes: each.episodes,
      },
    ]),
  );
}

function expectTrueHistory(weeks: readonly SimulatedWeek[]): void {
  const records = merged(weeks);
  const read = readings(weeks);
  const names = [...new Set(read.flatMap(({ named }) => named.map(({ image }) => image.name)))].sort();
  expect([...records.keys()].sort()).toEqual(names);
  for (const name of names) {
    const mine = weeksOf(name, weeks, read);
    const record = records.get(name) as ImageRecord;
    const looked = mine.filter(({ named }) => named.length > 0);
    const last = mine.at(-1) as NameWeek;
    expect(record["first-seen"]).toBe(looked[0]?.now);
    expect(record["last-seen"]).toBe(looked.at(-1)?.now);
    const whole = looked.filter(({ named, assumed }) => assumed.length === 0 && named.every((image) => image.scans));
    expect(record["last-scan"]).toBe(whole.at(-1)?.now);
    const absentSince = mine.findLastIndex(({ named, assumed }) => named.length + assumed.length > 0) + 1;
    expect(record["gone-since"]).toBe(mine[absentSince]?.now);
    if (record["gone-since"] === undefined)
      expect(record.running.map(({ digest }) => digest).sort()).toEqual(
        [...last.named, ...last.assumed].map(({ digest }) => digest).sort(),
      );
    const keys = keysOf(mine);
    expect(actualOf(record)).toEqual(new Map(keys.map((key) => [key, expectedOf(key, mine)])));
  }
}

describe("a simulated year", () => {
  // Proves: nothing-closes-because-looked
  it.each([1, 2])("has the history that the truth of each week has, seed %i", (seed) => {
    const weeks = simulateYear({ seed });
    for (const end of [1, 13, 26, 39, 52]) expectTrueHistory(weeks.slice(0, end));
  });

  it("has everything in it that the history must bear", () => {
    const weeks = simulateYear();
    const all = [...merged(weeks).values()].flatMap((record) => record.findings);
    const reasons = new Set(all.flatMap((each) => each.episodes.map(({ why }) => why)));
    expect(reasons).toEqual(new Set([undefined, "fixed", "withdrawn", "gone"]));
    expect(all.some((each) => each.episodes.length > 1)).toBe(true);
    expect(all.some((each) => each["accepted-until"] !== undefined)).toBe(true);
    expect(all.some((each) => (each["fix-since"] ?? "") > each["first-seen"])).toBe(true);
    expect(all.some((each) => (each.versions ?? []).length > 1)).toBe(true);
    expect(weeks.some(({ unread }) => unread.size > 0)).toBe(true);
    expect(weeks.some(({ verdict }) => verdict.answer === "error")).toBe(true);
  });
});

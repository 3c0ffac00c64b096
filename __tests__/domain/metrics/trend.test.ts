import { describe, expect, it } from "vitest";
import { meanOver } from "../../../src/domain/metrics/numbers.ts";
import { weeksOf } from "../../../src/domain/metrics/trend.ts";
import { type Shown, seenOf } from "../history/runs.ts";
import { makeException, makeFinding, makePolicy } from "../make.ts";
import { historyOf } from "./make.ts";

/** A run in this week, counted from 0. */
const inWeek = (week: number, shown: readonly Shown[], accepted: readonly string[] = []) =>
  seenOf(new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString(), shown, {
    policy: makePolicy({ exceptions: accepted.map((id) => makeException({ id })) }),
  });
const has = (...ids: string[]): Shown => ({ findings: ids.map((id) => makeFinding({ id })) });
const openIn = (runs: ReturnType<typeof inWeek>[], most = 13) =>
  weeksOf(historyOf(runs), runs.at(-1)?.now ?? "", most).map(({ open }) => open.critical + open.high);

describe("week by week", () => {
  it("what was there is counted from the scan that saw it to the first without it", () => {
    const runs = [
      inWeek(0, [has("A", "B")]),
      inWeek(1, [has("A", "B", "C")]),
      inWeek(2, [has("C")]),
      inWeek(4, [has("A", "C")]),
    ];
    expect(openIn(runs)).toEqual([2, 3, 1, 1, 2]);
  });

  it("there is no week before the first scan, and no more than are asked for", () => {
    const runs = [0, 1, 2, 3, 4, 5].map((week) => inWeek(week, [has("A")]));
    expect(openIn(runs.slice(0, 1))).toEqual([1]);
    expect(openIn(runs, 4)).toEqual([1, 1, 1, 1]);
  });

  it("only CRITICAL and HIGH count, and what is accepted now counts in no week of its episode", () => {
    const low: Shown = { findings: [makeFinding({ id: "A" }), makeFinding({ id: "L", severity: "LOW" })] };
    expect(openIn([inWeek(0, [low]), inWeek(1, [low])])).toEqual([1, 1]);
    expect(openIn([inWeek(0, [has("A", "B")]), inWeek(1, [has("A", "B")], ["A"])])).toEqual([1, 1]);
    // It was there before, fixed, and came back.
    expect(openIn([inWeek(0, [has("A")]), inWeek(1, [has()]), inWeek(2, [has("A")], ["A"])])).toEqual([1, 0, 0]);
  });

  it("by severity, each finding is in its own line", () => {
    const findings = (["CRITICAL", "HIGH", "HIGH", "LOW"] as const).map((severity, index) =>
      makeFinding({ id: `CVE-${index}`, severity }),
    );
    const runs = [inWeek(0, [{ findings }]), inWeek(1, [{ findings: findings.slice(1) }])];
    const [records, now] = [historyOf(runs), runs[1]?.now ?? ""];
    expect(weeksOf(records, now, 13).map(({ open }) => open)).toEqual([
      { critical: 1, high: 2, medium: 0, low: 1, unknown: 0 },
      { critical: 0, high: 2, medium: 0, low: 1, unknown: 0 },
    ]);
  });

  it("an image that is gone counts for the time when it ran", () => {
    const other: Shown = { name: "x.io/other", findings: [] };
    expect(openIn([inWeek(0, [has("A"), other]), inWeek(1, [has("A"), other]), inWeek(2, [other])])).toEqual([1, 1, 0]);
  });
});

describe("a mean over severities", () => {
  it("weighs each by the remediations that it rests on", () => {
    expect(meanOver([{ count: 3, mean: 10 }, { count: 1, mean: 50 }, { count: 0 }])).toEqual({ count: 4, mean: 20 });
    expect(meanOver([{ count: 0 }])).toEqual({ count: 0, mean: undefined });
  });
});

import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { RunSeen } from "../../../src/domain/history/running.ts";
import { meanOver } from "../../../src/domain/metrics/numbers.ts";
import { weeksOf } from "../../../src/domain/metrics/trend.ts";
import type { Severity } from "../../../src/domain/severity.ts";
import type { ExceptionState } from "../../../src/domain/verdict.ts";
import { type Shown, seenOf } from "../history/runs.ts";
import { makeException, makeFinding, makePackage, makePolicy } from "../make.ts";
import { DAY, historyOf, numbersAfter } from "./make.ts";

const NONE = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };

/** A run on this day of 2026, counted from 1. */
function on(day: number, shown: readonly Shown[], exceptions: Parameters<typeof makeException>[0][] = []): RunSeen {
  const now = new Date(Date.UTC(2026, 0, day, 5)).toISOString();
  return seenOf(now, shown, { policy: makePolicy({ exceptions: exceptions.map(makeException) }) });
}

type OnDay = Parameters<typeof on> extends [number, ...infer Rest] ? Rest : never;

function cve(number: number, severity: Severity = "HIGH", more: Partial<Finding> = {}): Finding {
  return makeFinding({ id: `CVE-${number}`, severity, ...more });
}

const UNFIXED = { fixedVersions: [], status: "affected" };
const CLEAN: Shown = { findings: [] };
/** Its package no longer has that version, so a closed finding is fixed. */
const has = (...findings: Finding[]): Shown => ({ findings });

describe("open findings", () => {
  it("are counted by severity and image, over all images that run", () => {
    const { open, images } = numbersAfter([
      on(1, [
        { name: "x.io/a", findings: [cve(1, "CRITICAL"), cve(2), cve(3, "LOW")] },
        { name: "x.io/b", findings: [cve(2), cve(4, "UNKNOWN")] },
      ]),
    ]);
    expect(open).toEqual({ critical: 1, high: 2, medium: 0, low: 1, unknown: 1 });
    expect(images.map(({ image, known }) => [image, known?.open])).toEqual([
      ["x.io/a", { ...NONE, critical: 1, high: 1, low: 1 }],
      ["x.io/b", { ...NONE, high: 1, unknown: 1 }],
    ]);
  });

  it("count once for a name, whatever tags of it run", () => {
    expect(
      numbersAfter([
        on(1, [
          { tag: "1", findings: [cve(1)] },
          { tag: "2", findings: [cve(1)] },
        ]),
      ]).open.high,
    ).toBe(1);
  });

  it("are not those that an exception accepts, until it ends: then with their first age", () => {
    const exception = { id: "CVE-1", expires: "2026-01-10" };
    const runs = [on(1, [has(cve(1))], [exception]), on(8, [has(cve(1))], [exception])];
    expect(numbersAfter(runs)).toMatchObject({ open: NONE, oldestUnpatched: undefined });
    const ended = numbersAfter([...runs, on(15, [has(cve(1))], [exception])]);
    expect(ended.open.high).toBe(1);
    expect(ended.oldestUnpatched?.age).toBe(14 * DAY);
  });

  it("move with their age if the severity changes, and so do their remediations", () => {
    const runs = [on(1, [has(cve(1, "LOW"))]), on(8, [has(cve(1, "CRITICAL"))])];
    expect(numbersAfter(runs).open).toEqual({ ...NONE, critical: 1 });
    expect(numbersAfter(runs).oldestUnpatched?.age).toBe(7 * DAY);
    expect(numbersAfter([...runs, on(15, [CLEAN])]).remediations["30d"]).toMatchObject({
      low: { count: 0 },
      critical: { count: 1, mean: 14 * DAY },
    });
  });
});

describe("the oldest unpatched image", () => {
  it("is not there without a CRITICAL or HIGH finding that has a fix", () => {
    const findings = [cve(1, "MEDIUM"), cve(2, "CRITICAL", UNFIXED)];
    expect(numbersAfter([on(1, [has(...findings)]), on(30, [has(...findings)])]).oldestUnpatched).toBeUndefined();
  });

  it("counts from the first scan that knew a fix", () => {
    const runs = [on(1, [has(cve(1, "HIGH", UNFIXED))]), on(8, [has(cve(1))]), on(29, [has(cve(1))])];
    expect(numbersAfter(runs).oldestUnpatched).toEqual({ image: "ghcr.io/acme/app", age: 21 * DAY });
  });

  it("counts from the first day of a finding that came back within 30 days, otherwise from its return", () => {
    const runs = (gone: number) => [on(1, [has(cve(1))]), on(8, [CLEAN]), on(8 + gone, [has(cve(1))])];
    const age = (gone: number) => numbersAfter([...runs(gone), on(11 + gone, [has(cve(1))])]).oldestUnpatched?.age;
    expect([age(7), age(30), age(31)]).toEqual([17 * DAY, 40 * DAY, 3 * DAY]);
  });

  it("grows while an image cannot be scanned, whose values stay", () => {
    const runs = [on(1, [has(cve(1))]), on(8, [{ fails: true }])];
    const { open, oldestUnpatched, images } = numbersAfter(runs);
    expect(open.high).toBe(1);
    expect(oldestUnpatched?.age).toBe(7 * DAY);
    expect(images[0]?.lastScan).toBe("2026-01-01T05:00:00.000Z");
  });

  it("is never negative, even if the clock was put back", () => {
    const runs = [on(8, [has(cve(1))])];
    expect(numbersAfter(runs, { now: "2026-01-01T00:00:00.000Z" }).oldestUnpatched?.age).toBe(0);
  });
});

describe("remediations", () => {
  it("are episodes that closed as fixed within the window, with their mean", () => {
    const runs = [on(1, [has(cve(1), cve(2))]), on(11, [has(cve(2))]), on(61, [CLEAN]), on(80, [CLEAN])];
    const { remediations } = numbersAfter(runs);
    expect(remediations["30d"].high).toEqual({ count: 1, mean: 60 * DAY });
    expect(remediations["90d"].high).toEqual({ count: 2, mean: 35 * DAY });
    expect(remediations["90d"].critical).toEqual({ count: 0, mean: undefined });
  });

  it("on the first moment of a window are in it, and one millisecond earlier not", () => {
    const runs = [on(1, [has(cve(1))]), on(11, [CLEAN])];
    const count = (now: string) => numbersAfter(runs, { now }).remediations["30d"].high.count;
    expect(count("2026-02-10T05:00:00.000Z")).toBe(1);
    expect(count("2026-02-10T05:00:00.001Z")).toBe(0);
  });

  it("are two if a finding is fixed twice, with more than 30 days between", () => {
    const runs = [on(1, [has(cve(1))]), on(5, [CLEAN]), on(36, [has(cve(1))]), on(38, [CLEAN])];
    expect(numbersAfter(runs).remediations["90d"].high).toEqual({ count: 2, mean: 3 * DAY });
  });

  it("are one, of the whole time, if a finding comes back within 30 days", () => {
    const runs = [on(1, [has(cve(1))]), on(5, [CLEAN]), on(10, [has(cve(1))]), on(12, [CLEAN])];
    expect(numbersAfter(runs).remediations["30d"].high).toEqual({ count: 1, mean: 11 * DAY });
    expect(numbersAfter(runs.slice(0, 3)).remediations["30d"].high.count).toBe(0);
  });

  // Proves: no-deadline-begins-again
  it("do not get shorter by an image that is gone in between", () => {
    const other: Shown = { name: "x.io/other", findings: [] };
    const runs = [on(1, [has(cve(1))]), on(8, [other]), on(15, [has(cve(1))]), on(22, [CLEAN])];
    expect(numbersAfter(runs).remediations["30d"].high).toEqual({ count: 1, mean: 21 * DAY });
  });

  it("are not findings of an image that is gone, nor withdrawn advisories", () => {
    const gone = [on(1, [has(cve(1))]), on(8, [{ name: "x.io/other", findings: [] }])];
    expect(numbersAfter(gone).remediations["90d"].high.count).toBe(0);
    const installed = { scan: { packages: [{ ...makePackage(), system: true }] } };
    const withdrawn = [on(1, [{ findings: [cve(1)], ...installed }]), on(8, [installed])];
    expect(numbersAfter(withdrawn)).toMatchObject({ open: NONE, remediations: { "90d": { high: { count: 0 } } } });
  });

  it("do not happen because an exception was made, or a scan failed", () => {
    const accepted = [on(1, [has(cve(1))]), on(8, [has(cve(1))], [{ id: "CVE-1" }])];
    const failed = [on(1, [has(cve(1))]), on(8, [{ fails: true }])];
    for (const runs of [accepted, failed]) expect(numbersAfter(runs).remediations["90d"].high.count).toBe(0);
  });
});

describe("images", () => {
  it("that are gone are in no number, and neither are their past remediations", () => {
    const runs = [on(1, [has(cve(1), cve(2))]), on(3, [has(cve(1))]), on(8, [{ name: "x.io/other", findings: [] }])];
    const { open, images, remediations } = numbersAfter(runs);
    expect(open).toEqual(NONE);
    expect(images.map(({ image }) => image)).toEqual(["x.io/other"]);
    expect(remediations["90d"].high.count).toBe(0);
  });

  it("that never could be scanned have no values, which is not zero", () => {
    const { images } = numbersAfter([on(1, [{ fails: true }])]);
    expect(images).toEqual([{ image: "ghcr.io/acme/app", known: undefined, lastScan: undefined }]);
  });

  it("of which one tag could be scanned have the values of that tag, and unknown gaps", () => {
    const { images } = numbersAfter([
      on(1, [
        { tag: "1", findings: [] },
        { tag: "2", fails: true },
      ]),
    ]);
    expect(images[0]).toMatchObject({ known: { open: NONE, gaps: undefined }, lastScan: undefined });
  });
});

describe("overdue findings", () => {
  const runs = (last: number) => [on(1, [has(cve(1), cve(2, "LOW"))]), on(last, [has(cve(1), cve(2, "LOW"))])];
  const overdue = (last: number, high = 7) =>
    numbersAfter(runs(last), { fixWithinDays: { high, critical: undefined } }).images[0]?.known?.overdue;

  it("are counted from the day after the last one, for severities with a deadline alone", () => {
    expect(overdue(8)).toEqual({ high: 0 });
    expect(overdue(9)).toEqual({ high: 1 });
  });

  it("have a fix", () => {
    const unfixed = has(cve(1, "HIGH", UNFIXED));
    const { images } = numbersAfter([on(1, [unfixed]), on(60, [unfixed])], { fixWithinDays: { high: 7 } });
    expect(images[0]?.known?.overdue).toEqual({ high: 0 });
  });
});

describe("exceptions", () => {
  const phases = (...uses: [ExceptionState, number][]) =>
    numbersAfter([on(1, [CLEAN])], { exceptions: uses.map(([state, daysLeft]) => ({ state, daysLeft })) }).exceptions;

  it("are live, ending or ended, even if they match nothing today", () => {
    expect(phases(["live", 15], ["unused", 40], ["elsewhere", 15])).toEqual({ live: 3, ending: 0, ended: 0 });
    expect(phases(["ending", 14], ["unused", 14], ["elsewhere", 0])).toEqual({ live: 0, ending: 3, ended: 0 });
    expect(phases(["ended", -1], ["fixed", 90])).toEqual({ live: 0, ending: 0, ended: 2 });
  });
});

describe("the database's age", () => {
  it("is the time since it was built, and absent if no scan says when, or not as a time", () => {
    const age = (databaseUpdatedAt?: string) => numbersAfter([on(3, [CLEAN])], { databaseUpdatedAt }).databaseAge;
    expect(age("2026-01-02T05:00:00Z")).toBe(DAY);
    expect(age()).toBeUndefined();
    expect(age("yesterday")).toBeUndefined();
  });
});

/** An image with these advisories. */
const image = (name: string, ...ids: string[]): Shown => ({ name, findings: ids.map((id) => makeFinding({ id })) });
const highs = (runs: ReturnType<typeof on>[]) => numbersAfter(runs).ages.map(({ open }) => open.high);
const unpatched = (runs: ReturnType<typeof on>[]) =>
  numbersAfter(runs).images.map(({ image, known }) => [image, known?.unpatched]);

describe("the ages of what is open", () => {
  it("begin with the scan that saw it first, and the last day of a group is in it", () => {
    expect(highs([on(1, [image("a", "X")]), on(8, [image("a", "X", "Y")])])).toEqual([2, 0, 0, 0]);
    expect(highs([on(1, [image("a", "X")]), on(9, [image("a", "X", "Y")])])).toEqual([1, 1, 0, 0]);
    expect(highs([on(1, [image("a", "X")]), on(92, [image("a", "X")])])).toEqual([0, 0, 0, 1]);
  });

  it("begin again if a finding comes back after more than 30 days, otherwise they go on", () => {
    const runs = (back: number) => [on(1, [image("a", "X")]), on(40, [image("a")]), on(back, [image("a", "X")])];
    expect(highs(runs(71))).toEqual([1, 0, 0, 0]);
    expect(highs(runs(70))).toEqual([0, 0, 1, 0]);
  });

  it("leave out what is accepted, and images that are gone", () => {
    expect(highs([on(1, [image("a", "X", "Y")]), on(2, [image("a", "X", "Y")], [{ id: "X" }])])).toEqual([1, 0, 0, 0]);
    expect(highs([on(1, [image("a", "X"), image("b")]), on(2, [image("b")])])).toEqual([0, 0, 0, 0]);
  });
});

describe("unpatched images", () => {
  it("wait since the scan that knew the first fix, and the longest is the one of the numbers", () => {
    const runs = [on(1, [image("a"), image("b", "X")]), on(5, [image("a", "X"), image("b", "X")])];
    expect(unpatched(runs)).toEqual([
      ["a", 0],
      ["b", 4 * DAY],
    ]);
    expect(numbersAfter(runs).oldestUnpatched).toEqual({ image: "b", age: 4 * DAY });
  });

  it("do not include those without a fix, or with LOW alone", () => {
    const findings = [makeFinding({ id: "X", fixedVersions: [] }), makeFinding({ id: "Y", severity: "LOW" })];
    expect(unpatched([on(1, [{ findings }])]).map(([, age]) => age)).toEqual([undefined]);
  });
});

/** A run in this week, counted from 0. */
const inWeek = (week: number, ...run: OnDay) => on(5 + 7 * week, ...run);
const app = (...ids: string[]) => image("ghcr.io/acme/app", ...ids);
const openIn = (runs: ReturnType<typeof inWeek>[], most = 13) =>
  weeksOf(historyOf(runs), runs.at(-1)?.now ?? "", most).map(({ open }) => open.critical + open.high);

describe("week by week", () => {
  it("what was there is counted from the scan that saw it to the first without it", () => {
    const runs = [
      inWeek(0, [app("A", "B")]),
      inWeek(1, [app("A", "B", "C")]),
      inWeek(2, [app("C")]),
      inWeek(4, [app("A", "C")]),
    ];
    expect(openIn(runs)).toEqual([2, 3, 1, 1, 2]);
  });

  it("there is no week before the first scan, and no more than are asked for", () => {
    const runs = [0, 1, 2, 3, 4, 5].map((week) => inWeek(week, [app("A")]));
    expect(openIn(runs.slice(0, 1))).toEqual([1]);
    expect(openIn(runs, 4)).toEqual([1, 1, 1, 1]);
  });

  it("only CRITICAL and HIGH count, and what is accepted now counts in no week of its episode", () => {
    const low: Shown = { findings: [makeFinding({ id: "A" }), makeFinding({ id: "L", severity: "LOW" })] };
    expect(openIn([inWeek(0, [low]), inWeek(1, [low])])).toEqual([1, 1]);
    expect(openIn([inWeek(0, [app("A", "B")]), inWeek(1, [app("A", "B")], [{ id: "A" }])])).toEqual([1, 1]);
    // It was there before, fixed, and came back.
    expect(openIn([inWeek(0, [app("A")]), inWeek(1, [app()]), inWeek(2, [app("A")], [{ id: "A" }])])).toEqual([
      1, 0, 0,
    ]);
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
    expect(openIn([inWeek(0, [app("A"), other]), inWeek(1, [app("A"), other]), inWeek(2, [other])])).toEqual([1, 1, 0]);
  });
});

describe("a mean over severities", () => {
  it("weighs each by the remediations that it rests on", () => {
    expect(meanOver([{ count: 3, mean: 10 }, { count: 1, mean: 50 }, { count: 0 }])).toEqual({ count: 4, mean: 20 });
    expect(meanOver([{ count: 0 }])).toEqual({ count: 0, mean: undefined });
  });
});

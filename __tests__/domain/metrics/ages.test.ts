import { describe, expect, it } from "vitest";
import { type Shown, seenOf } from "../history/runs.ts";
import { makeException, makeFinding, makePolicy } from "../make.ts";
import { DAY, numbersAfter } from "./make.ts";

const on = (day: number, shown: readonly Shown[], accepted: readonly string[] = []) =>
  seenOf(new Date(Date.UTC(2026, 0, day)).toISOString(), shown, {
    policy: makePolicy({ exceptions: accepted.map((id) => makeException({ id })) }),
  });
const has = (name: string, ...ids: string[]): Shown => ({ name, findings: ids.map((id) => makeFinding({ id })) });
const highs = (runs: ReturnType<typeof on>[]) => numbersAfter(runs).ages.map(({ open }) => open.high);
const unpatched = (runs: ReturnType<typeof on>[]) =>
  numbersAfter(runs).images.map(({ image, known }) => [image, known?.unpatched]);

describe("the ages of what is open", () => {
  it("begin with the scan that saw it first, and the last day of a group is in it", () => {
    expect(highs([on(1, [has("a", "X")]), on(8, [has("a", "X", "Y")])])).toEqual([2, 0, 0, 0]);
    expect(highs([on(1, [has("a", "X")]), on(9, [has("a", "X", "Y")])])).toEqual([1, 1, 0, 0]);
    expect(highs([on(1, [has("a", "X")]), on(92, [has("a", "X")])])).toEqual([0, 0, 0, 1]);
  });

  it("begin again if a finding comes back after more than 30 days, otherwise they go on", () => {
    const runs = (back: number) => [on(1, [has("a", "X")]), on(40, [has("a")]), on(back, [has("a", "X")])];
    expect(highs(runs(71))).toEqual([1, 0, 0, 0]);
    expect(highs(runs(70))).toEqual([0, 0, 1, 0]);
  });

  it("leave out what is accepted, and images that are gone", () => {
    expect(highs([on(1, [has("a", "X", "Y")]), on(2, [has("a", "X", "Y")], ["X"])])).toEqual([1, 0, 0, 0]);
    expect(highs([on(1, [has("a", "X"), has("b")]), on(2, [has("b")])])).toEqual([0, 0, 0, 0]);
  });
});

describe("unpatched images", () => {
  it("wait since the scan that knew the first fix, and the longest is the one of the numbers", () => {
    const runs = [on(1, [has("a"), has("b", "X")]), on(5, [has("a", "X"), has("b", "X")])];
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

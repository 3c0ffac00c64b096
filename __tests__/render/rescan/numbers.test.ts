import { describe, expect, it, test } from "vitest";
import { weeksOf } from "../../../src/domain/metrics/trend.ts";
import { markdown } from "../../../src/render/print/markdown.ts";
import { numbersJson, numbersSection, threeNumbers } from "../../../src/render/rescan/numbers.ts";
import { renderSummary } from "../../../src/render/rescan/summary.ts";
import { seenOf } from "../../domain/history/runs.ts";
import { makeFinding } from "../../domain/make.ts";
import { historyOf, numbersAfter } from "../../domain/metrics/make.ts";
import { target } from "../build.ts";
import { expectSound } from "../sound.ts";
import { FINDINGS, image, rescan } from "./build.ts";

const section = (view: Parameters<typeof numbersSection>[0]) => markdown(...numbersSection(view));
const NOTHING = { "30d": { days: null, count: 0 }, "90d": { days: null, count: 0 } };
const on = (day: number, ids: readonly string[]) =>
  seenOf(new Date(Date.UTC(2026, 0, day, day)).toISOString(), [{ findings: ids.map((id) => makeFinding({ id })) }]);

test("the output has the three numbers in days, each severity, and how many a mean rests on", () => {
  const numbers = numbersAfter([on(1, ["CVE-1", "CVE-2"]), on(4, ["CVE-1"])]);
  expect(JSON.parse(numbersJson(numbers))).toEqual({
    open: { critical: 0, high: 1, medium: 0, low: 0, unknown: 0 },
    "oldest-unpatched-days": 3.1,
    "mttr-days": {
      critical: NOTHING,
      high: { "30d": { days: 3.1, count: 1 }, "90d": { days: 3.1, count: 1 } },
      medium: NOTHING,
      low: NOTHING,
      unknown: NOTHING,
    },
  });
});

test("no numbers are an empty output, and nothing unpatched is zero days", () => {
  expect(numbersJson(undefined)).toBe("");
  expect(JSON.parse(numbersJson(numbersAfter([on(1, [])])))).toMatchObject({ "oldest-unpatched-days": 0 });
});

// Proves: number-not-claim-about
test("if no image could ever be scanned, the output is empty: zero would be a claim", () => {
  const fails = { name: "x.io/b", fails: true };
  expect(numbersJson(numbersAfter([seenOf("2026-01-01T00:00:00.000Z", [fails])]))).toBe("");
  expect(numbersJson(numbersAfter([seenOf("2026-01-01T00:00:00.000Z", [fails, { findings: [] }])]))).not.toBe("");
});

test("nor does the page say zero of them", () => {
  const nothing = numbersAfter([seenOf("2026-01-01T00:00:00.000Z", [{ name: "x.io/b", fails: true }])]);
  expect(threeNumbers(nothing, nothing)[0]).toMatchObject({ now: "unknown", more: "", before: "" });
});

/** A view with the numbers of these runs. */
function viewOf(runs: readonly (readonly [number, readonly string[]])[], name?: string) {
  const seen = runs.map(([day, ids]) => {
    const at = new Date(Date.UTC(2026, 0, day, 5)).toISOString();
    return seenOf(at, [{ name, findings: ids.map((id) => makeFinding({ id })) }]);
  });
  const before = seen.length < 2 ? undefined : numbersAfter(seen.slice(0, -1));
  const weeks = weeksOf(historyOf(seen), seen.at(-1)?.now ?? "", 13);
  return { numbers: numbersAfter(seen), trend: { before, weeks } };
}

const YEAR = [
  [1, ["A", "B", "C", "D"]],
  [8, ["A", "B", "C", "D", "E", "F"]],
  [15, ["A", "B", "C", "F"]],
  [22, ["A", "C"]],
  [29, ["A", "C", "G"]],
] as const;

describe("the section of the summary", () => {
  it("has the three numbers, what they were, and the weeks as a chart", async () => {
    const shown = renderSummary(
      rescan([image({ name: "ghcr.io/acme/app", targets: [target([FINDINGS.EXPAT])] })], viewOf(YEAR)),
    );
    await expect(shown).toMatchFileSnapshot("../golden/rescan-summary-numbers.md");
    expectSound(shown);
  });

  it("has nothing to compare with after a first run, and no chart of two points", () => {
    const first = section(viewOf(YEAR.slice(0, 1)));
    expect(first).toContain("| Open CRITICAL and HIGH findings | 4 · 0 CRITICAL, 4 HIGH |\n");
    expect(first).not.toMatch(/after the run|mermaid/);
    expect(section(viewOf(YEAR.slice(0, 2)))).toContain("findings | 6 · 0 CRITICAL, 6 HIGH | 4 |");
    expect(section(viewOf(YEAR.slice(0, 2)))).not.toContain("mermaid");
    expect(section(viewOf(YEAR.slice(0, 4)))).toContain("findings | 2 · 0 CRITICAL, 2 HIGH | 4 |");
  });

  it("is absent if there are no numbers, or no image could ever be scanned", () => {
    expect(section({})).toBe("");
    const numbers = numbersAfter([seenOf("2026-01-01T00:00:00.000Z", [{ fails: true }])]);
    expect(section({ numbers })).toBe("");
  });

  // Proves: number-not-claim-about
  it("says which images it does not know, knows in part, or knows from an earlier scan", () => {
    const seen = (day: number, shown: Parameters<typeof seenOf>[1]) =>
      seenOf(new Date(Date.UTC(2026, 0, day)).toISOString(), shown);
    const whole = section({ numbers: numbersAfter([seen(1, [{}])]) });
    expect(whole).not.toMatch(/scanned/);
    const never = { name: "x.io/never", fails: true };
    const partly = [
      { name: "x.io/partly", tag: "1" },
      { name: "x.io/partly", tag: "2", fails: true },
    ];
    const first = seen(1, [{ name: "x.io/old" }, { name: "x.io/older" }, never, ...partly]);
    const later = seen(8, [{ name: "x.io/old" }, { name: "x.io/older", fails: true }, never, ...partly]);
    const shown = section({ numbers: numbersAfter([first, later]) });
    expect(shown).toContain("1 image could never be scanned, and is in none of these numbers.");
    expect(shown).toContain("Of 1 image only a part of what runs could ever be scanned: the rest is in no number.");
    expect(shown).toContain("1 image could not be scanned now, and counts as at its last scan, on 2026-01-01.");
    const last = seen(9, [
      { name: "x.io/old", fails: true },
      { name: "x.io/older", fails: true },
    ]);
    expect(section({ numbers: numbersAfter([first, later, last]) })).toContain(
      "2 images could not be scanned now, and count as at their last scans, the oldest on 2026-01-01.",
    );
  });
});

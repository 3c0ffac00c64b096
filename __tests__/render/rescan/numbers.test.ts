import { expect, test } from "vitest";
import { numbersJson } from "../../../src/render/rescan/numbers.ts";
import { seenOf } from "../../domain/history/runs.ts";
import { makeFinding } from "../../domain/make.ts";
import { numbersAfter } from "../../domain/metrics/make.ts";

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

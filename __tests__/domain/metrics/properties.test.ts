import { describe, expect, it } from "vitest";
import type { Episode } from "../../../src/domain/history/record.ts";
import { numbersOf, WINDOWS } from "../../../src/domain/metrics/numbers.ts";
import { weeksOf as trendOf } from "../../../src/domain/metrics/trend.ts";
import { SEVERITIES, severityName } from "../../../src/domain/severity.ts";
import { type SimulatedWeek, simulateYear } from "../../support/runs/simulated-year.ts";
import { type Expected, expectedOf, keysOf, merged, readings, weeksOf } from "../history/truth.ts";
import { DAY } from "./make.ts";

const WITHIN = { critical: 7, high: 30, low: 100 };
const NAMES = SEVERITIES.map(severityName);

function numbersIn(weeks: readonly SimulatedWeek[]) {
  const { now, verdict } = weeks.at(-1) as SimulatedWeek;
  const around = { now, fixWithinDays: WITHIN, exceptions: verdict.exceptions, warnDays: 14 };
  return numbersOf(merged(weeks).values(), around);
}

/** The findings of each name that runs, as the truth has them. */
function truthOf(weeks: readonly SimulatedWeek[]): ReadonlyMap<string, readonly Expected[]> {
  const read = readings(weeks);
  const names = [...new Set(read.flatMap(({ named }) => named.map(({ image }) => image.name)))].sort();
  return new Map(
    names.flatMap((name) => {
      const mine = weeksOf(name, weeks, read);
      const last = mine.at(-1);
      const runs = (last?.named.length ?? 0) + (last?.assumed.length ?? 0) > 0;
      return runs ? [[name, keysOf(mine).map((key) => expectedOf(key, mine))] as const] : [];
    }),
  );
}

const time = (text: string | undefined) => new Date(text ?? Number.NaN).getTime();
const startOfDay = (ms: number) => Math.floor(ms / DAY) * DAY;

/** Episodes in groups: each group is one time, with no more than 30 days between. */
function stretchesOf(episodes: Expected["episodes"]): Expected["episodes"][] {
  const stretches: Episode[][] = [];
  for (const episode of episodes) {
    const last = stretches.at(-1);
    if (last !== undefined && time(episode.opened) - time(last.at(-1)?.closed) <= 30 * DAY) last.push(episode);
    else stretches.push([episode]);
  }
  return stretches;
}

const firstDayOf = (episodes: Expected["episodes"]) => time(stretchesOf(episodes).at(-1)?.[0]?.opened);

/** The numbers as docs/metrics.md defines them, one filter after the other, from the truth of each week. */
function independent(weeks: readonly SimulatedWeek[]) {
  const now = time(weeks.at(-1)?.now);
  const truth = truthOf(weeks);
  const all = [...truth].flatMap(([image, findings]) => findings.map((finding) => ({ image, ...finding })));
  const open = all.filter(({ episodes, acceptedUntil }) => !episodes.at(-1)?.closed && acceptedUntil === undefined);
  const fixable = open.filter(({ fixSince }) => fixSince !== undefined);
  const since = ({ episodes, fixSince }: Expected) => Math.max(firstDayOf(episodes), time(fixSince));
  const ages = fixable
    .filter(({ severity }) => severity === "critical" || severity === "high")
    .map((finding) => now - since(finding));
  const fixedWithin = (severity: string, days: number) =>
    all
      .filter((finding) => finding.severity === severity)
      .flatMap(({ episodes }) => stretchesOf(episodes))
      .filter((stretch) => stretch.at(-1)?.why === "fixed" && now - time(stretch.at(-1)?.closed) <= days * DAY)
      .map((stretch) => time(stretch.at(-1)?.closed) - time(stretch[0]?.opened));
  const overdue = ({ severity, ...rest }: Expected) => {
    const days = WITHIN[severity as keyof typeof WITHIN];
    return days !== undefined && startOfDay(now) > startOfDay(since({ severity, ...rest })) + days * DAY;
  };
  return {
    truth,
    open,
    oldest: ages.length === 0 ? undefined : Math.max(...ages),
    fixedWithin,
    late: fixable.filter(overdue),
  };
}

function expectSame(weeks: readonly SimulatedWeek[]): void {
  const numbers = numbersIn(weeks);
  const { truth, open, oldest, fixedWithin, late } = independent(weeks);
  expect(numbers.images.map(({ image }) => image)).toEqual([...truth.keys()]);
  // The chart ends with the number above it.
  expect(trendOf([...merged(weeks).values()], numbers.now, 13).at(-1)).toEqual({ at: numbers.now, open: numbers.open });
  expect(numbers.oldestUnpatched?.age).toBe(oldest);
  const { ages: groups } = numbers;
  const unpatched = numbers.images.flatMap(({ known }) => known?.unpatched ?? []);
  expect(unpatched.length === 0 ? undefined : Math.max(...unpatched)).toBe(oldest);
  for (const [index, group] of groups.entries()) {
    const isIn = ({ episodes }: Expected) => {
      const days = (time(numbers.now) - firstDayOf(episodes)) / DAY;
      return days <= (group.upTo ?? Number.POSITIVE_INFINITY) && (index === 0 || days > (groups[index - 1]?.upTo ?? 0));
    };
    for (const severity of NAMES)
      expect(group.open[severity], `${severity} up to ${group.upTo}`).toBe(
        open.filter((each) => each.severity === severity && isIn(each)).length,
      );
  }
  for (const severity of NAMES) {
    expect(numbers.open[severity], severity).toBe(open.filter((each) => each.severity === severity).length);
    for (const [window, days] of Object.entries(WINDOWS)) {
      const lengths = fixedWithin(severity, days);
      const { count, mean } = numbers.remediations[window as keyof typeof WINDOWS][severity];
      expect(count, `${severity} ${window}`).toBe(lengths.length);
      if (count > 0) expect(mean).toBeCloseTo(lengths.reduce((sum, each) => sum + each, 0) / count, 3);
      else expect(mean).toBeUndefined();
    }
  }
  for (const { image, known } of numbers.images)
    for (const severity of NAMES) {
      const mine = (each: { image: string; severity: string }) => each.image === image && each.severity === severity;
      expect(known?.open[severity] ?? 0, image).toBe(open.filter(mine).length);
      expect(known?.overdue[severity] ?? 0, image).toBe(late.filter(mine).length);
    }
}

describe("the numbers of a simulated year", () => {
  it.each([1, 2])("are those that the definitions give for the truth of each week, seed %i", (seed) => {
    const weeks = simulateYear({ seed });
    for (const end of [1, 13, 26, 52]) expectSame(weeks.slice(0, end));
  });

  it("have a value in each place that the test above compares", () => {
    const { open, oldestUnpatched, remediations, images } = numbersIn(simulateYear());
    expect(Math.min(open.critical, open.high, open.medium, open.low)).toBeGreaterThan(0);
    expect(oldestUnpatched?.age).toBeGreaterThan(0);
    for (const severity of ["critical", "high", "medium", "low"] as const) {
      expect(remediations["30d"][severity].count).toBeGreaterThan(0);
      expect(remediations["90d"][severity].count).toBeGreaterThan(remediations["30d"][severity].count);
    }
    expect(images.some(({ known }) => (known?.overdue.high ?? 0) > 0)).toBe(true);
  });
});

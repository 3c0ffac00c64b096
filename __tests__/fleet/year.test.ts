import { afterAll, describe, expect, it } from "vitest";
import { mergeRun } from "../../src/domain/history/merge.ts";
import type { ImageRecord } from "../../src/domain/history/record.ts";
import type { Rescanned, SourceOutcome } from "../../src/domain/history/running.ts";
import { judge, type ScanOutcome } from "../../src/domain/judge/judge.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import type { ScannedImage, ScannedImages } from "../../src/scan/running/index.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { type SimulatedWeek, simulateYear } from "../support/runs/simulated-year.ts";
import { gathered, keyOf, planned, reportText } from "./shards.ts";

// The simulated year. Each week runs once in one job and once in parts.

const folder = temporaryFolder("fleet-year");
afterAll(() => folder.remove());

const SOURCES = ["compose:compose.yaml", "docker", "kubernetes:deploy/*.yaml"];

function sourcesOf({ unread }: SimulatedWeek): SourceOutcome[] {
  const error = { code: "discovery-unreadable", what: "It cannot be read", remedy: "Mend it." };
  return SOURCES.map((source) => ({ source, images: 1, notes: [], error: unread.has(source) ? error : undefined }));
}

function scannedIn({ seen, verdict }: SimulatedWeek): ScannedImage[] {
  return seen.images.map(({ verdict: _, ...image }, at): ScannedImage => {
    const each = verdict.targets[at];
    if (each === undefined) throw new Error("an image without a verdict");
    const { target } = each;
    const outcome: ScanOutcome = each.answer === "error" ? { target, error: each.error } : { target, scan: each.scan };
    return { image, outcome, way: image.way };
  });
}

interface Judged {
  readonly verdict: Verdict;
  readonly records: ReadonlyMap<string, ImageRecord>;
}

/** The conclusions of a run from its scans: the verdict, and the next state of the history. */
function concluded(
  { scanned }: Pick<ScannedImages, "scanned">,
  week: SimulatedWeek,
  before: Judged["records"],
): Judged {
  const { policy, today, seen } = week;
  const outcomes = scanned.map(({ outcome }) => outcome);
  const verdict = judge(outcomes, { policy, limits: {}, ignoreUnfixed: undefined, today });
  const images = scanned.flatMap(({ image, way }, at): Rescanned[] => {
    const one = verdict.targets[at];
    return one === undefined ? [] : [{ ...image, way, verdict: one }];
  });
  const records = mergeRun(before, { ...seen, images }).map(({ image, after }) => [image, after] as const);
  return { verdict, records: new Map(records) };
}

/** The parts of a verdict that do not depend on the order of the images. */
function answersOf({ answer, targets, exceptions }: Verdict) {
  const each = targets.map((one) => [one.target.label, one.answer, "rows" in one ? one.rows : one.error.code]);
  return { answer, exceptions, each: each.map((one) => JSON.stringify(one)).sort() };
}

/** As it is stored, without undefined members. */
function stored(records: Judged["records"]): unknown {
  return JSON.parse(JSON.stringify([...records]));
}

const NOTHING: Judged["records"] = new Map();

describe("a year of weekly runs in parts", () => {
  it.each([1, 2, 3])("has week after week the verdict and the history of a run in one job (seed %i)", (seed) => {
    let whole = NOTHING;
    let inParts = NOTHING;
    for (const [at, week] of simulateYear({ seed }).entries()) {
      const scanned = scannedIn(week);
      if (scanned.length === 0) continue;
      const plan = planned(scanned, sourcesOf(week), 1 + (at % 9));
      const reports = plan.shards.map((shard, number) => [`${number}.jsonl`, reportText(shard, { scanned })]);
      const reportsIn = `${folder.path}/week-${seed}-${at}`;
      const found = gathered(reportsIn, plan, Object.fromEntries(reports));
      expect(found.notes).toEqual([]);
      const one = concluded({ scanned }, week, whole);
      const parts = concluded(found, week, inParts);
      expect(answersOf(parts.verdict)).toEqual(answersOf(one.verdict));
      expect(stored(parts.records)).toEqual(stored(one.records));
      whole = one.records;
      inParts = parts.records;
    }
    expect(whole.size).toBeGreaterThan(10);
  });

  it("has the same for a thousand images in eight shards", () => {
    let before = NOTHING;
    for (const [at, week] of simulateYear({ seed: 5, names: 900, weeks: 2 }).entries()) {
      const scanned = scannedIn(week);
      expect(scanned.length).toBeGreaterThan(1000);
      const plan = planned(scanned, sourcesOf(week), 8);
      const reports = plan.shards.map((shard, number) => [`${number}.jsonl`, reportText(shard, { scanned })]);
      const found = gathered(`${folder.path}/thousand-${at}`, plan, Object.fromEntries(reports));
      const [one, parts] = [{ scanned }, found].map((each) => concluded(each, week, before)) as [Judged, Judged];
      expect(answersOf(parts.verdict)).toEqual(answersOf(one.verdict));
      expect(stored(parts.records)).toEqual(stored(one.records));
      before = one.records;
    }
  });

  // Proves: shard-missing-not-no
  it("calls nothing of a missing shard fixed or gone: it is as if its scans had failed", () => {
    let whole = NOTHING;
    let inParts = NOTHING;
    let lost = 0;
    for (const [at, week] of simulateYear({ seed: 4, errors: 0 }).entries()) {
      const scanned = scannedIn(week);
      if (scanned.length === 0) continue;
      const plan = planned(scanned, sourcesOf(week), 4);
      const missing = at % plan.shards.length;
      const reports = plan.shards.flatMap((shard, number) =>
        number === missing ? [] : [[`${number}.jsonl`, reportText(shard, { scanned })] as const],
      );
      const found = gathered(`${folder.path}/missing-${at}`, plan, Object.fromEntries(reports));
      const broken = new Map(
        found.scanned.flatMap(({ image, outcome }) => ("error" in outcome ? [[keyOf(image), outcome.error]] : [])),
      );
      lost += broken.size;
      expect([...new Set([...broken.values()].map(({ code }) => code))]).toEqual(["fleet-shard-missing"]);
      const failed = scanned.map((each): ScannedImage => {
        const error = broken.get(keyOf(each.image));
        return error === undefined ? each : { image: each.image, outcome: { target: each.outcome.target, error } };
      });
      const one = concluded({ scanned: failed }, week, whole);
      const parts = concluded(found, week, inParts);
      expect(parts.verdict.answer).toBe("error");
      expect(stored(parts.records)).toEqual(stored(one.records));
      for (const [name, before] of inParts) {
        const images = found.scanned.filter(({ image }) => image.name === name);
        if (!images.some(({ image }) => broken.has(keyOf(image)))) continue;
        const after = parts.records.get(name);
        expect(after?.["gone-since"], name).toBe(undefined);
        const open = (record: ImageRecord | undefined) =>
          record?.findings.filter(({ episodes }) => episodes.at(-1)?.closed === undefined).length ?? 0;
        if (before["gone-since"] === undefined) expect(open(after), name).toBeGreaterThanOrEqual(open(before));
      }
      whole = one.records;
      inParts = parts.records;
    }
    expect(lost).toBeGreaterThan(50);
  });
});

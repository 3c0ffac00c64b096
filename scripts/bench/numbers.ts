import type { FindingRecord, ImageRecord } from "../../src/domain/history/record.ts";
import { numbersOf } from "../../src/domain/metrics/numbers.ts";
import { weeksOf } from "../../src/domain/metrics/trend.ts";
import { SEVERITIES, severityName } from "../../src/domain/severity.ts";
import { imageText } from "../../src/state/documents.ts";
import { inTurn, type Line, type line, timeWork } from "./measure.ts";

const IMAGES = 1000;
const FINDINGS = 500;
const WEEKS = 52;
/** Findings of one image that are fixed each week, for as many new ones. */
const FIXED = 10;
/** Images that are truly different; the others are the same again, so that the machine's memory does not decide. */
const DIFFERENT = 100;

const weekOf = (week: number): string => new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString();

function findingOf(image: number, index: number): FindingRecord {
  const opened = index < FIXED * WEEKS ? Math.max(0, Math.floor(index / FIXED) - 5) : WEEKS - (index % WEEKS);
  const closed = index < FIXED * WEEKS ? weekOf(Math.floor(index / FIXED) + 1) : undefined;
  return {
    kind: "vulnerability",
    id: `CVE-2098-${10_000 + index}`,
    package: `pkg:pypi/package-${image}-${index % 200}`,
    path: `usr/lib/python3/site-packages/package_${index % 200}-.dist-info/METADATA`,
    versions: [`1.0.${index}`],
    severity: severityName(SEVERITIES[index % SEVERITIES.length] ?? "UNKNOWN"),
    "first-seen": weekOf(opened),
    "last-seen": weekOf(WEEKS),
    "fix-since": index % 3 === 0 ? undefined : weekOf(opened),
    episodes: [closed === undefined ? { opened: weekOf(opened) } : { opened: weekOf(opened), closed, why: "fixed" }],
  };
}

function recordOf(image: number): ImageRecord {
  return {
    version: 1,
    image: `ghcr.io/acme/app-${image}`,
    "first-seen": weekOf(0),
    "last-seen": weekOf(WEEKS),
    "last-scan": weekOf(WEEKS),
    running: [],
    findings: Array.from({ length: FINDINGS + FIXED * WEEKS }, (_, index) => findingOf(image, index)),
  };
}

/** What the numbers cost after a year: 1,000 images with 500 open findings each, and what was fixed in 52 weeks. */
export async function numbersLines(asLine: typeof line, times: (value: number) => string): Promise<Line[]> {
  const texts = Array.from({ length: DIFFERENT }, (_, image) => imageText(recordOf(image)));
  const records = texts.map((text) => JSON.parse(text) as ImageRecord);
  const all = Array.from({ length: IMAGES }, (_, image) => records[image % DIFFERENT] as ImageRecord);
  const around = { now: weekOf(WEEKS), fixWithinDays: { critical: 7, high: 30 }, exceptions: [], warnDays: 14 };
  const { open, remediations } = numbersOf(all, around);
  if (open.high !== (IMAGES * FINDINGS) / SEVERITIES.length || remediations["30d"].high.count === 0)
    throw new Error(JSON.stringify({ open, remediations }));
  const parse = () => {
    for (let image = 0; image < IMAGES; image++) JSON.parse(texts[image % DIFFERENT] ?? "");
  };
  // As a run does: the numbers of now and of the run before, and the weeks of the chart.
  const compute = () => [numbersOf(all, around), numbersOf(all, around), weeksOf(all, around.now, 13)];
  const { ratio } = await inTurn(
    7,
    () => timeWork(compute),
    () => timeWork(parse),
  );
  return [
    asLine("numbers and trend of 1,000 images × 500 findings × 52 weeks ÷ JSON.parse of the state", ratio, 3, times),
  ];
}

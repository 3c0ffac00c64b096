import { z } from "zod";
import { ECOSYSTEMS } from "../domain/finding.ts";
import { SCAN_METHODS } from "../domain/history/running.ts";
import { checked, Malformed, parsedJson } from "../domain/json/checked.ts";
import type { ScanOutcome } from "../domain/judge/judge.ts";
import { seenCoverage } from "../domain/report/coverage-schema.ts";
import type { ReadOf } from "../domain/report/fields.ts";
import { seenFinding } from "../domain/report/finding-schema.ts";
import { artifact, installed, opinionSource, provenance } from "../domain/report/target-schema.ts";
import { SEVERITIES } from "../domain/severity.ts";
import type { ScanResult } from "../domain/target.ts";
import { asNamed, type ScannedImage, type ScannedImages, targetOf } from "../scan/running/index.ts";
import { described } from "../system/errors.ts";
import { type PlannedImage, type Shard, targetError } from "./shard-plan.ts";

/** The platform's run that a report belongs to. */
const shardRun = z.object({ repository: z.string().optional(), run: z.int(), attempt: z.int() });
export type ShardRun = ReadOf<typeof shardRun>;

/** A report's first line. */
const shardHead = z.object({
  version: z.literal(1),
  shard: z.string(),
  /** SHA-256 of the plan whose share was scanned. */
  plan: z.string(),
  /** Absent: there is no platform. */
  run: shardRun.optional(),
});
export type ShardHead = ReadOf<typeof shardHead>;

const ecosystem = z.enum(ECOSYSTEMS).optional();
const texts = z.array(z.string());

const finding = seenFinding.extend({
  package: seenFinding.shape.package.unwrap().extend({ ecosystem }).optional(),
  description: z.string().optional(),
  publishedAt: z.string().optional(),
  byName: z.literal(true).optional(),
  bySystem: z.literal(true).optional(),
  raisedFrom: z.enum(SEVERITIES).optional(),
});

const seenPackage = installed.extend({
  ecosystem,
  listedIn: z.enum(["own-file", "program"]).optional(),
  diffId: z.string().optional(),
  id: z.string().optional(),
  relationship: z.string().optional(),
  dependsOn: texts.optional(),
});

const build = z.object({
  baseName: z.string().optional(),
  baseDigest: z.string().optional(),
  baseLayers: z.int().optional(),
  // JSON has no undefined in lists.
  instructions: z.array(
    z
      .string()
      .nullable()
      .transform((each) => each ?? undefined),
  ),
});

/** A scan's result that another job of the run has made: the report's schema, and what only the domain has. */
const scanResult = z.object({
  artifact: artifact.transform(({ packages, ...rest }) => ({ ...rest, packages })),
  build: build.optional(),
  packages: z.array(seenPackage),
  layers: texts,
  findings: z.array(finding),
  suppressed: z.int(),
  coverage: seenCoverage.optional(),
  advisoriesFor: texts.optional(),
  blindTo: texts.optional(),
  opinions: z.array(opinionSource).optional(),
  provenance,
}) satisfies z.ZodType<ScanResult>;

/** A line with the findings of one content. Other lines refer to it by its number, from 0. */
const scanLine = z.object({ scan: scanResult });

/** A line for each image, in the order of the plan. */
const imageLine = z.object({
  /** The number of its {@link scanLine}. */
  of: z.int().nonnegative().optional(),
  way: z.enum(SCAN_METHODS).optional(),
  error: targetError.optional(),
});

/** A line with the SBOM of a digest that was scanned for the first time, by gzip, as base64. */
const sbomLine = z.object({ digest: z.string(), packed: z.string() });

/** The last line: without it, the report was cut off. */
const endLine = z.object({
  /** How many lines come before it. */
  lines: z.int().nonnegative(),
  /** Notes for the reader on the whole shard, as sentences. */
  notes: z.array(z.string()),
});

/** The report of one shard, line by line: JSON, so that a merge reads one content at a time. */
export function* writeShard(
  { name: shard, plan }: Pick<Shard, "name" | "plan">,
  { scanned, sboms, notes }: ScannedImages,
  run: ShardRun | undefined,
): Generator<string> {
  let lines = 0;
  const line = (value: object) => {
    lines += 1;
    return `${JSON.stringify(value)}\n`;
  };
  yield line({ version: 1, shard, plan, run });
  // Images of one content have their own copies of its result, which share the findings.
  const contents = new Map<ScanResult["findings"], number>();
  for (const { outcome, way } of scanned) {
    if ("error" in outcome) {
      yield line({ error: described(outcome.error) });
      continue;
    }
    const { findings } = outcome.scan;
    let of = contents.get(findings);
    if (of === undefined) {
      of = contents.size;
      contents.set(findings, of);
      yield line({ scan: outcome.scan });
    }
    yield line({ of, way });
  }
  for (const [digest, packed] of sboms) yield line({ digest, packed: packed.toString("base64") });
  yield line({ lines, notes });
}

const NEW_LINE = 10;
/** The size of one content. Node's longest text is about twice as much. */
const MOST_LINE_BYTES = 256 << 20;

/**
 * Reads a report's first line.
 * @throws Malformed
 */
export function readHead(bytes: Buffer): ShardHead {
  const end = bytes.indexOf(NEW_LINE);
  const line = bytes.subarray(0, end === -1 ? bytes.length : end);
  return checked(shardHead, parsed(line, "the first line"));
}

/**
 * Reads the rest of it. The images and their names are the plan's alone: a report only gives the outcome of each.
 * @throws Malformed
 */
export function readShardReport(bytes: Buffer, { images }: Pick<Shard, "images">): ScannedImages {
  const digests = new Set(images.map(({ image }) => image.digest));
  const scans: ScanResult[] = [];
  const scanned: ScannedImage[] = [];
  const sboms = new Map<string, Buffer>();
  let notes: readonly string[] | undefined;
  /** @param before number of lines before this one */
  const take = (value: object, before: number): void => {
    if (notes !== undefined) throw new Malformed("something follows its end");
    if ("scan" in value) scans.push(checked(scanLine, value).scan);
    else if ("digest" in value) {
      const { digest, packed } = checked(sbomLine, value);
      if (!digests.has(digest)) throw new Malformed("it has an SBOM of an image that is not in its plan");
      sboms.set(digest, Buffer.from(packed, "base64"));
    } else if ("lines" in value) {
      const end = checked(endLine, value);
      if (end.lines !== before) throw new Malformed("lines of it are missing");
      notes = end.notes;
    } else {
      const planned = images[scanned.length];
      if (planned === undefined) throw new Malformed("it has more images than its plan");
      scanned.push(imageOf(planned, checked(imageLine, value), scans));
    }
  };
  let lines = 0;
  for (const line of linesOf(bytes)) {
    if (lines > 0) take(parsed(line, `line ${lines + 1}`), lines);
    lines += 1;
  }
  if (notes === undefined) throw new Malformed("it is cut off");
  if (scanned.length < images.length) throw new Malformed("it has fewer images than its plan");
  return { scanned, sboms, notes };
}

function imageOf(
  { image, error: unknown }: PlannedImage,
  { of, way, error }: z.output<typeof imageLine>,
  scans: readonly ScanResult[],
): ScannedImage {
  const target = targetOf(image);
  if (unknown !== undefined) return { image, outcome: { target, error: unknown } };
  const scan = of === undefined ? undefined : scans[of];
  if (scan !== undefined && error === undefined && way !== undefined)
    return { image, outcome: { target, scan: asNamed(image, scan) } satisfies ScanOutcome, way };
  if (scan !== undefined || error === undefined) throw new Malformed("an image has neither a scan nor an error");
  return { image, outcome: { target, error } };
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(NEW_LINE, start);
    const end = found === -1 ? bytes.length : found;
    if (end - start > MOST_LINE_BYTES) throw new Malformed(`a line has more than ${MOST_LINE_BYTES} bytes`);
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function parsed(line: Buffer, at: string): object {
  const value = parsedJson(line, at);
  if (typeof value !== "object" || value === null) throw new Malformed(`${at} is not an object`);
  return value;
}

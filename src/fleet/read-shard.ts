import type { z } from "zod";
import type { Layer, Owner } from "../domain/finding.ts";
import { checked, Malformed, parsedJson } from "../domain/json/checked.ts";
import type { ScanOutcome } from "../domain/judge/judge.ts";
import type { ScanResult } from "../domain/target.ts";
import { asNamed, type ScannedImage, type ScannedImages, targetOf } from "../scan/running/index.ts";
import type { PlannedImage } from "./plan-document.ts";
import type { Shard } from "./shard-plan.ts";
import { endLine, imageLine, type ShardHead, sbomLine, scanLine, shardHead } from "./shard-report.ts";

const NEW_LINE = 10;
/** One content. Node cannot make longer texts than twice as much. */
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
 * Reads the rest of it. Which images there are, and what they are called, says the plan alone: a report tells only what
 * became of each.
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
    if ("scan" in value) scans.push(scanOf(checked(scanLine, value).scan));
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

/** JSON gives each finding its own layer and owner. A scan's findings share them, and are told apart by that. */
function scanOf(scan: z.output<typeof scanLine>["scan"]): ScanResult {
  const layerOf = sharing<Layer>(
    ({ diffId, number, instruction, source }) => `${number} ${source?.line} ${source?.file} ${diffId} ${instruction}`,
  );
  const ownerOf = sharing<Owner>((owner) => JSON.stringify(owner));
  const findings = scan.findings.map((each) => ({
    ...each,
    layer: each.layer && layerOf(each.layer),
    owner: each.owner && ownerOf(each.owner),
  }));
  return { ...scan, findings };
}

/** The first of all that have the same key. */
function sharing<T>(keyOf: (value: T) => string): (value: T) => T {
  const known = new Map<string, T>();
  return (value) => {
    const key = keyOf(value);
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, value);
    return value;
  };
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

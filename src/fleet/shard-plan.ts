import { createHash } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type { RunsAt, SourceOutcome } from "../domain/history/running.ts";
import type { RunningImage } from "../domain/history/seen.ts";
import { repositoryName } from "../domain/image/reference.ts";
import { checked, Malformed } from "../domain/json/checked.ts";
import type { TargetError } from "../domain/verdict.ts";
import { contentOf, type ResolvedImages } from "../scan/running/index.ts";
import { GateError } from "../system/errors.ts";
import { type ImageLine, imageLine, type Matrix, matrixSchema, type ShardEntry, sourcesLine } from "./plan-document.ts";

/**
 * An input reaches a step in a variable of its environment, of which Linux allows 128 KiB each, and the matrix is the
 * input `expected`. The platform's own limit for an output is higher.
 */
const MOST_BYTES = 120_000;
/** Longer ones are packed, so that a thousand images fit. */
const MOST_READABLE = 60_000;
/** Maximum unpacked size of a packed plan. */
const MOST_UNPACKED = 16 << 20;
const PACKED = "packed:";

/** An image of the plan. */
export interface PlannedImage {
  readonly image: RunningImage;
  /** Why it is not known what it is. It is not scanned. */
  readonly error?: TargetError | undefined;
}

/** What one job scans. */
export interface Shard {
  readonly entry: ShardEntry;
  readonly images: readonly PlannedImage[];
}

/** What runs, divided among jobs. */
export interface Plan {
  readonly shards: readonly Shard[];
  readonly sources: readonly SourceOutcome[];
}

/**
 * Divides what runs among jobs: as many images for each, give or take one. Images with the same content stay together,
 * so that each content is scanned once. The order of the sources does not matter; a repository's images are neighbours,
 * since they share layers.
 * @param most highest number of shards; there are fewer if there are fewer contents
 * @throws GateError `fleet-plan-too-large`
 */
export function makePlan(
  { images, errors }: Pick<ResolvedImages, "images" | "errors">,
  sources: readonly SourceOutcome[],
  most: number,
): Matrix {
  const numbers = new Map(sources.map(({ source }, at) => [source, at]));
  const lineOf = (image: RunningImage) => JSON.stringify(lineFor(image, errors.get(image), numbers));
  const contents = [...Map.groupBy(images, contentOf).values()]
    .map((same) => same.map(lineOf).sort())
    .sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
  const total = Math.min(most, contents.length);
  const head = {
    version: 1,
    sources: sources.map(({ source, images: count, notes, error }) => ({ source, images: count, notes, error })),
  };
  const texts = Array.from({ length: total }, (_, at) => {
    const own = contents.slice(
      Math.round((at * contents.length) / total),
      Math.round(((at + 1) * contents.length) / total),
    );
    return [...(at === 0 ? [JSON.stringify(head)] : []), ...own.flat()].join("\n");
  });
  const matrixOf = (write: (text: string) => string): Matrix => ({
    include: texts.map((text, at) => ({ shard: `${at + 1}/${total}`, images: write(text) })),
  });
  const readable = matrixOf((text) => text);
  if (bytesOf(readable) <= MOST_READABLE) return readable;
  const packed = matrixOf(pack);
  const bytes = bytesOf(packed);
  if (bytes <= MOST_BYTES) return packed;
  throw new GateError(
    "fleet-plan-too-large",
    `The plan of ${images.length} images has ${bytes} bytes, and a step's input at most ${MOST_BYTES}`,
    "Divide the lines of `discover` among several re-scans, each with a history of its own (`state-branch` or `state-dir`).",
  );
}

function bytesOf(matrix: Matrix): number {
  return Buffer.byteLength(JSON.stringify(matrix));
}

function lineFor(
  { name, reference, digest, platform, imageId, daemon, harbor, where }: RunningImage,
  error: TargetError | undefined,
  numbers: ReadonlyMap<string, number>,
): ImageLine {
  return {
    image: reference,
    name: name === repositoryName(reference) ? undefined : name,
    digest,
    platform,
    imageId,
    daemon,
    harbor,
    at: where.map(({ source, name: place }) => [numbers.get(source) ?? -1, place]),
    error: error && { code: error.code, what: error.what, remedy: error.remedy },
  };
}

/**
 * Reads the matrix of a plan.
 * @throws GateError `fleet-plan-invalid`
 */
export function readPlan(text: string): Plan {
  return orInvalid("expected", () => {
    const { include } = checked(matrixSchema, parsed(text));
    include.forEach(({ shard }, at) => {
      if (shard !== `${at + 1}/${include.length}`)
        throw new Malformed(`shard ${at + 1} of ${include.length} is missing`);
    });
    const lines = include.map(({ images }) => linesIn(images));
    const sources = lines[0] === undefined ? undefined : sourcesIn(lines[0]);
    if (sources === undefined) throw new Malformed("it does not say which sources there are");
    const shards = include.map((entry, at): Shard => ({ entry, images: imagesIn(lines[at] ?? [], sources) }));
    return { shards, sources };
  });
}

/**
 * Reads one job's share. Only the plan says where its images run.
 * @throws GateError `fleet-plan-invalid`
 */
export function readShard(entry: ShardEntry): Shard {
  return orInvalid("images", () => ({ entry, images: imagesIn(linesIn(entry.images), undefined) }));
}

/** What a report says about the share that it is of: equal only for the same images of the same shard. */
export function digestOf({ shard, images }: ShardEntry): string {
  return createHash("sha256").update(`${shard}\n${images}`).digest("hex");
}

function orInvalid<T>(input: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    throw new GateError(
      "fleet-plan-invalid",
      `\`${input}\` is not what part \`plan\` wrote: ${cause.message}`,
      "Pass it on as docs/fleets.md shows, from a plan of the same version of Image Gate. If it is empty, see the job of the plan.",
      { cause },
    );
  }
}

/** The lines without the one of the sources, which is left at the front of the first shard. */
function linesIn(images: string): readonly unknown[] {
  return unpack(images)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parsed);
}

function sourcesIn([first]: readonly unknown[]): readonly SourceOutcome[] | undefined {
  return hasSources(first) ? checked(sourcesLine, first).sources : undefined;
}

function hasSources(line: unknown): boolean {
  return typeof line === "object" && line !== null && Object.hasOwn(line, "sources");
}

function imagesIn(lines: readonly unknown[], sources: readonly SourceOutcome[] | undefined): readonly PlannedImage[] {
  const images = lines.filter((line, at) => at > 0 || !hasSources(line));
  if (images.length === 0) throw new Malformed("a shard has no image");
  return images.map((line) => {
    const { image: reference, name = repositoryName(reference), at, error, ...rest } = checked(imageLine, line);
    const where = sources === undefined ? [] : at.map((place) => placeOf(place, sources));
    return { image: { ...rest, name, reference, where }, error };
  });
}

function placeOf([number, name]: ImageLine["at"][number], sources: readonly SourceOutcome[]): RunsAt {
  const source = sources[number]?.source;
  if (source === undefined) throw new Malformed("an image runs at a source that there is not");
  return { source, name };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed(text.trim() === "" ? "it is empty" : "it is not JSON");
  }
}

function pack(text: string): string {
  const bytes = Buffer.from(text);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return `${PACKED}${brotliCompressSync(bytes, { params }).toString("base64")}`;
}

function unpack(text: string): string {
  if (!text.startsWith(PACKED)) return text;
  try {
    const bytes = Buffer.from(text.slice(PACKED.length), "base64");
    return brotliDecompressSync(bytes, { maxOutputLength: MOST_UNPACKED }).toString();
  } catch {
    throw new Malformed("what is packed cannot be unpacked");
  }
}

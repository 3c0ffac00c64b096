import { createHash } from "node:crypto";
import type { RunsAt, SourceOutcome } from "../domain/history/running.ts";
import type { RunningImage } from "../domain/history/seen.ts";
import { repositoryName } from "../domain/image/reference.ts";
import { checked, Malformed } from "../domain/json/checked.ts";
import type { TargetError } from "../domain/verdict.ts";
import { contentOf, type ResolvedImages } from "../scan/running/index.ts";
import { GateError } from "../system/errors.ts";
import { type ImageEntry, type PlanDocument, planDocument } from "./plan-document.ts";

/** An image of the plan. */
export interface PlannedImage {
  readonly image: RunningImage;
  /** Why it is not known what it is. It is not scanned. */
  readonly error?: TargetError | undefined;
}

/** What one job scans. */
export interface Shard {
  /** `1/8`. */
  readonly name: string;
  /** SHA-256 of the plan, in hexadecimal. */
  readonly plan: string;
  readonly images: readonly PlannedImage[];
}

/** What runs, divided among jobs. */
export interface Plan {
  readonly shards: readonly Shard[];
  readonly sources: readonly SourceOutcome[];
}

/** A plan as the job that made it hands it on. */
export interface WrittenPlan {
  /** JSON. */
  readonly bytes: Buffer;
  /** Its SHA-256, in hexadecimal. */
  readonly digest: string;
  /** `1/8`, …: the names of the shards. */
  readonly shards: readonly string[];
}

/**
 * Divides what runs among jobs: as many images for each, give or take one. Images with the same content stay together,
 * so that each content is scanned once. The order of the sources does not matter; a repository's images are neighbours,
 * since they share layers.
 * @param most highest number of shards; there are fewer if there are fewer contents
 */
export function makePlan(
  { images, errors }: Pick<ResolvedImages, "images" | "errors">,
  sources: readonly SourceOutcome[],
  most: number,
): WrittenPlan {
  const numbers = new Map(sources.map(({ source }, at) => [source, at]));
  const entryOf = (image: RunningImage) => entryFor(image, errors.get(image), numbers);
  const contents = [...Map.groupBy(images, contentOf).values()]
    .map((same) => same.map(entryOf).sort(byText))
    .sort(byText);
  const total = Math.min(most, contents.length);
  const start = (shard: number) => Math.round((shard * contents.length) / total);
  const shards = Array.from({ length: total }, (_, at) => contents.slice(start(at), start(at + 1)).flat());
  const told = sources.map(({ source, images: count, notes, error }) => ({ source, images: count, notes, error }));
  const document: PlanDocument = { version: 1, sources: told, shards };
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, digest: sha256(bytes), shards: shards.map((_, at) => nameOf(at, total)) };
}

/** The reference is the first thing in the text. */
function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function entryFor(
  { name, reference, digest, platform, imageId, daemon, harbor, where }: RunningImage,
  error: TargetError | undefined,
  numbers: ReadonlyMap<string, number>,
): ImageEntry {
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
 * Reads the plan that another job has made.
 * @param digest its SHA-256 in hexadecimal, as that job has said
 * @throws GateError `fleet-plan-invalid`
 */
export function readPlan(bytes: Buffer, digest: string): Plan {
  try {
    if (sha256(bytes) !== digest) throw new Malformed("its SHA-256 differs");
    const { sources, shards } = checked(planDocument, parsed(bytes));
    const imagesOf = (entries: readonly ImageEntry[]) => entries.map((entry) => plannedImage(entry, sources));
    const named = shards.map((entries, at): Shard => {
      return { name: nameOf(at, shards.length), plan: digest, images: imagesOf(entries) };
    });
    return { shards: named, sources };
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    throw invalidPlan(`The plan is not the one that \`expected\` names: ${cause.message}`, cause);
  }
}

/** @param what a sentence without its full stop */
export function invalidPlan(what: string, cause?: Error): GateError {
  return new GateError(
    "fleet-plan-invalid",
    what,
    "Pass the outputs of the plan's job on as docs/fleets.md of Image Gate shows, with the same version in all parts, and let no other job upload an artifact of this name.",
    { cause },
  );
}

/**
 * The share of the shard of this name.
 * @throws GateError `fleet-plan-invalid`
 */
export function shardIn({ shards }: Plan, name: string): Shard {
  const shard = shards.find((each) => each.name === name);
  if (shard !== undefined) return shard;
  throw invalidPlan(`The plan has ${shards.length} shards, and no shard ${name}`);
}

function plannedImage(entry: ImageEntry, sources: readonly SourceOutcome[]): PlannedImage {
  const { image: reference, name = repositoryName(reference), at, error, ...rest } = entry;
  return { image: { ...rest, name, reference, where: at.map((place) => placeOf(place, sources)) }, error };
}

function placeOf([number, name]: ImageEntry["at"][number], sources: readonly SourceOutcome[]): RunsAt {
  const source = sources[number]?.source;
  if (source === undefined) throw new Malformed("an image runs at a source that the plan does not have");
  return { source, name };
}

function nameOf(at: number, total: number): string {
  return `${at + 1}/${total}`;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Malformed("it is not JSON");
  }
}

import { createHash } from "node:crypto";
import { z } from "zod";
import type { RunningImage, SourceOutcome } from "../domain/history/running.ts";
import { checked, Malformed, parsedJson } from "../domain/json/checked.ts";
import type { ReadOf } from "../domain/report/fields.ts";
import { compareText } from "../domain/versions/order.ts";
import { contentOf, type ResolvedImages } from "../scan/running/index.ts";
import { GateError } from "../system/errors.ts";

/** The images that one job scans. */
export interface Shard {
  /** `1/8`. */
  readonly name: string;
  /** SHA-256 of the plan, in hexadecimal. */
  readonly plan: string;
  readonly images: readonly PlannedImage[];
}

/** The running images, divided among jobs. */
export interface Plan {
  readonly shards: readonly Shard[];
  readonly sources: readonly SourceOutcome[];
}

/** A plan as the job that made it passes it on. */
export interface WrittenPlan {
  /** JSON. */
  readonly bytes: Buffer;
  /** Its SHA-256, in hexadecimal. */
  readonly digest: string;
  /** `1/8`, …: the names of the shards. */
  readonly shards: readonly string[];
}

/**
 * Divides the running images among jobs: as many for each, give or take one. Images with the same content stay
 * together, so that each content is scanned once. The order of the sources does not matter; a repository's images are
 * neighbours, since they share layers.
 * @param most highest number of shards; there are fewer if there are fewer contents
 */
export function makePlan(
  { images, errors }: Pick<ResolvedImages, "images" | "errors">,
  sources: readonly SourceOutcome[],
  most: number,
): WrittenPlan {
  // Only what the schema has.
  const entryOf = (image: RunningImage) => planned.parse({ image, error: errors.get(image) });
  const contents = [...Map.groupBy(images, contentOf).values()]
    .map((same) => same.map(entryOf).sort(byText))
    .sort(([a], [b]) => byText(a as PlannedImage, b as PlannedImage));
  const total = Math.min(most, contents.length);
  const start = (shard: number) => Math.round((shard * contents.length) / total);
  const shards = Array.from({ length: total }, (_, at) => contents.slice(start(at), start(at + 1)).flat());
  const document = { version: 1, sources: sources.map((each) => plannedSource.parse(each)), shards };
  const bytes = Buffer.from(JSON.stringify(document));
  return { bytes, digest: sha256(bytes), shards: shards.map((_, at) => nameOf(at, total)) };
}

function byText(a: PlannedImage, b: PlannedImage): number {
  return compareText(a.image.reference, b.image.reference) || compareText(JSON.stringify(a), JSON.stringify(b));
}

/**
 * Reads the plan that another job has made.
 * @param digest its SHA-256 in hexadecimal, as that job gave it
 * @throws GateError `fleet-plan-invalid`
 */
export function readPlan(bytes: Buffer, digest: string): Plan {
  try {
    if (sha256(bytes) !== digest) throw new Malformed("its SHA-256 differs");
    const { sources, shards } = checked(planDocument, parsedJson(bytes, "it"));
    const named = shards.map((images, at): Shard => ({ name: nameOf(at, shards.length), plan: digest, images }));
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
    "Pass the outputs of the plan's job on as docs/fleets.md of Image Gate shows, with the same version in all parts. No other job may upload an artifact of this name.",
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

function nameOf(at: number, total: number): string {
  return `${at + 1}/${total}`;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Why there is no scan. */
export const targetError = z.object({ code: z.string(), what: z.string(), remedy: z.string() });

const plannedSource = z.object({
  source: z.string(),
  images: z.int().nonnegative(),
  notes: z.array(z.string()),
  error: targetError.optional(),
}) satisfies z.ZodType<SourceOutcome>;

const text = z.string().optional();

const running = z.object({
  reference: z.string(),
  name: z.string(),
  digest: text,
  platform: text,
  imageId: text,
  daemon: z.object({ engine: z.enum(["docker", "podman"]), host: z.string() }).optional(),
  harbor: text,
  where: z.array(z.object({ source: z.string(), name: z.string() })),
}) satisfies z.ZodType<RunningImage>;

/** An image of the plan, or why it could not be resolved. Then it is not scanned. */
export const planned = z.object({ image: running, error: targetError.optional() });
export type PlannedImage = ReadOf<typeof planned>;

/** The plan of a run in several jobs: the images of each shard. */
const planDocument = z.object({
  version: z.literal(1),
  sources: z.array(plannedSource),
  shards: z.array(z.array(planned).min(1)).min(1),
});

import type { SourceOutcome } from "../domain/history/running.ts";
import type { RunningImage } from "../domain/history/seen.ts";
import type { TargetError } from "../domain/verdict.ts";
import { type Check, count, type Keys, listOf, Malformed, objectOf, oneOf, text } from "../state/check.ts";

/** A workflow's matrix: one job for each entry. */
export interface Matrix {
  readonly include: readonly ShardEntry[];
}

/** One job's share, as its inputs `shard` and `images`. */
export interface ShardEntry {
  /** `1/8`. */
  readonly shard: string;
  /** One image a line, as JSON; the first line of the first shard has the sources. Or all of these lines, packed. */
  readonly images: string;
}

/** A line of {@link ShardEntry.images}. */
export interface ImageLine {
  readonly image: string;
  /** Absent: it is the repository of `image`. */
  readonly name?: string | undefined;
  readonly digest?: string | undefined;
  readonly platform?: string | undefined;
  readonly imageId?: string | undefined;
  readonly daemon?: RunningImage["daemon"];
  readonly harbor?: string | undefined;
  /** Where it runs: the number of a source, and the place there. */
  readonly at: readonly (readonly [number, string])[];
  readonly error?: TargetError | undefined;
}

/** The line with the sources. */
export interface SourcesLine {
  readonly version: 1;
  readonly sources: readonly SourceOutcome[];
}

/** Why there is no scan. */
export const isTargetError: Check = objectOf<TargetError>({ code: text, what: text, remedy: text });

export const isMatrix: Check = objectOf<Matrix>({
  include: listOf(objectOf<ShardEntry>({ shard: text, images: text }), { least: 1 }),
});

const source: Keys<SourceOutcome> = { source: text, images: count, notes: listOf(text), error: isTargetError };

const isSources = objectOf<SourcesLine>({ version: oneOf([1]), sources: listOf(objectOf(source, ["error"])) });

export function isPlannedSources(value: unknown, at: string): asserts value is SourcesLine {
  isSources(value, at);
}

const place: Check = (value, at) => {
  if (!Array.isArray(value) || value.length !== 2) throw new Malformed(`${at} is not a place`);
  count(value[0], at);
  text(value[1], at);
};

const daemon = objectOf<NonNullable<RunningImage["daemon"]>>({ engine: oneOf(["docker", "podman"]), host: text });

const line: Keys<ImageLine> = {
  image: text,
  name: text,
  digest: text,
  platform: text,
  imageId: text,
  daemon,
  harbor: text,
  at: listOf(place),
  error: isTargetError,
};

export const isPlannedImage: Check = objectOf(line, [
  "name",
  "digest",
  "platform",
  "imageId",
  "daemon",
  "harbor",
  "error",
]);

import type { Layer } from "../../../domain/finding.ts";
import type { BuildTrace } from "../../../domain/target.ts";
import type { TrivyMetadata } from "./schema.ts";

/** The keys of annotations and labels by which an image names its base (OCI image specification, annotations). */
export const BASE_NAME = "org.opencontainers.image.base.name";
export const BASE_DIGEST = "org.opencontainers.image.base.digest";

/** What an image tells of how it was built, by its labels and its history; undefined where it has no layers. */
export function buildTrace(metadata: TrivyMetadata | undefined, layers: readonly Layer[]): BuildTrace | undefined {
  if (layers.length === 0) return undefined;
  const config = metadata?.ImageConfig;
  const labels = config?.config?.Labels ?? {};
  return {
    baseName: labels[BASE_NAME],
    baseDigest: labels[BASE_DIGEST],
    baseLayers: historyBaseLayers(config?.history ?? [], layers.length),
    instructions: layers.map(({ instruction }) => instruction),
  };
}

interface HistoryEntry {
  readonly created_by?: string | undefined;
  readonly empty_layer?: boolean | undefined;
}

/** As the classic builder, Buildah and BuildKit write it into the history. */
const COMMAND = /^(?:\/bin\/sh -c #\(nop\) +)?CMD\b/;

/**
 * How many layers come from the image that this one was built on: the base ends at the last CMD before the image's own
 * layers. What follows the last layer is the image's own (its CMD, ENTRYPOINT, …). As Trivy guesses it
 * (pkg/fanal/image/image.go, `GuessBaseImageIndex`).
 * @param layers how many the image has; a history that has not as many (squashed images) tells nothing
 * @returns undefined where no base can be told
 */
export function historyBaseLayers(history: readonly HistoryEntry[], layers: number): number | undefined {
  const made = history.filter((entry) => entry.empty_layer !== true);
  if (made.length !== layers) return undefined;
  const lastLayer = history.findLastIndex((entry) => entry.empty_layer !== true);
  const command = history
    .slice(0, Math.max(0, lastLayer))
    .findLastIndex((entry) => entry.empty_layer === true && COMMAND.test(entry.created_by ?? ""));
  const below = history.slice(0, command + 1).filter((entry) => entry.empty_layer !== true).length;
  return below === 0 ? undefined : below;
}

import type { Layer } from "../../../domain/finding.ts";
import type { BuildTrace } from "../../../domain/target.ts";
import type { TrivyMetadata } from "./schema.ts";

/** The keys of annotations and labels that name an image's base (OCI image specification, annotations). */
export const BASE_NAME = "org.opencontainers.image.base.name";
export const BASE_DIGEST = "org.opencontainers.image.base.digest";

/** What an image's labels and history say about its build. Undefined if it has no layers. */
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

/** A CMD as the classic builder, Buildah and BuildKit write it into the history. */
const COMMAND = /^(?:\/bin\/sh -c #\(nop\) +)?CMD\b/;

/**
 * How many layers come from the image that this one was built on. The base ends at the last CMD before the image's own
 * layers. Everything after the last layer is the image's own (its CMD, ENTRYPOINT, …). This is the same guess as
 * Trivy's (pkg/fanal/image/image.go, `GuessBaseImageIndex`).
 * @param layers the image's number of layers; a history with another number (squashed images) is useless
 * @returns undefined if no base can be determined
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

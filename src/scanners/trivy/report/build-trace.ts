import type { Layer } from "../../../domain/finding.ts";
import type { BuildTrace } from "../../../domain/target.ts";
import { historyBaseLayers } from "./base-history.ts";
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

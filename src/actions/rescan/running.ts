import { discover } from "../../discovery/index.ts";
import type { FoundImage, SourceOutcome } from "../../domain/history/running.ts";
import { registryReader } from "../../images/registry/client.ts";
import { type ResolvedImages, resolveRunning } from "../../scan/running/index.ts";
import { credentialsFor } from "../../scanners/trivy/scan/registry-credentials.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Inputs, sourcesOf } from "./inputs.ts";
import type { Known } from "./known.ts";

/**
 * Asks the sources what runs. Stores in `known` what became of each.
 * @throws GateError if there is no image at all
 */
export async function find(inputs: Inputs, known: Known, world: World): Promise<readonly FoundImage[]> {
  const asking = { credentials: credentialsFor(world), timeoutMs: inputs.timeout };
  const { images, sources } = await discover(sourcesOf(inputs), world, asking);
  known.sources = sources;
  requireImages(images, sources);
  return images;
}

/**
 * Finds out which digest each tag means now. Adds to `known` what only registries could say of the sources.
 * @param isStored whether there is an SBOM of a digest, so that its registry need not be asked
 */
export async function resolve(
  found: readonly FoundImage[],
  known: Known,
  isStored: (digest: string) => boolean,
  world: World,
): Promise<ResolvedImages> {
  const manifests = registryReader({ credentials: credentialsFor(world), signal: world.signal });
  const resolved = await resolveRunning(found, { manifests, isStored });
  known.sources = known.sources.map((each) => {
    const notes = resolved.notes.get(each.source);
    return notes === undefined ? each : { ...each, notes: [...each.notes, ...notes] };
  });
  return resolved;
}

/**
 * A run without images has looked at nothing.
 * @throws GateError of the first source that could not be read
 */
function requireImages(images: readonly FoundImage[], sources: readonly SourceOutcome[]): void {
  if (images.length > 0) return;
  const error = sources.find((source) => source.error !== undefined)?.error;
  throw new GateError(
    error?.code ?? "no-running-image",
    error?.what ?? "No source of `discover` names an image",
    error?.remedy ?? "Check what the sources point at.",
  );
}

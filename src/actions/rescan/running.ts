import { discover } from "../../discovery/index.ts";
import { parseSource } from "../../discovery/parse-source.ts";
import type { FoundImage, RunningImage } from "../../domain/history/running.ts";
import { registryReader } from "../../images/registry/client.ts";
import { credentialsFor } from "../../images/registry/credentials.ts";
import { type ResolvedImages, type RunningScan, resolveRunning } from "../../scan/running/index.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import type { RescanRun } from "./rescan-run.ts";

/**
 * Asks the sources for the running images.
 * @throws GateError the error of the first source that could not be read, if there is no image at all
 */
export async function findRunning(inputs: Inputs, run: RescanRun, world: World): Promise<readonly FoundImage[]> {
  const asking = { credentials: credentialsFor(world), timeoutMs: inputs.timeout };
  const { images, sources } = await discover(inputs.discover, world, asking);
  run.sources = sources;
  if (images.length > 0) return images;
  const error = sources.find((source) => source.error !== undefined)?.error;
  throw new GateError(
    error?.code ?? "no-running-image",
    error?.what ?? "No source of `discover` names an image",
    error?.remedy ?? "Check what the sources point at.",
  );
}

/**
 * Resolves each tag to its digest of now, and adds the registries' notes to the sources.
 * @param isStored true if there is an SBOM of a digest, so that its registry need not be asked
 */
export async function resolve(
  found: readonly FoundImage[],
  isStored: (digest: string) => boolean,
  run: RescanRun,
  world: World,
): Promise<ResolvedImages> {
  const manifests = registryReader({ credentials: credentialsFor(world), signal: world.signal });
  const resolved = await resolveRunning(found, { manifests, isStored });
  run.sources = run.sources.map((each) => ({
    ...each,
    notes: [...each.notes, ...(resolved.notes.get(each.source) ?? [])],
  }));
  return resolved;
}

/** True if Harbor's own report on an image is judged. */
export function hasReport({ harborReport }: Pick<Inputs, "harborReport">, { harbor }: Pick<RunningImage, "harbor">) {
  return harborReport && harbor !== undefined;
}

/** The scanner that reads Harbor's own reports. Undefined: there are no such reports. */
export async function reportsOf(
  inputs: Inputs,
  images: readonly RunningImage[],
  world: World,
): Promise<RunningScan["reported"]> {
  const addresses = new Set(images.flatMap((image) => (hasReport(inputs, image) ? (image.harbor ?? []) : [])));
  if (addresses.size === 0) return undefined;
  // A plan can name any address: one counts if it could be in `discover`.
  const origins = [...addresses].flatMap((address) => {
    const source = parseSource(`harbor:${address}/any`);
    return "kind" in source && source.kind === "harbor" ? [source.origin] : [];
  });
  const { harborScanner } = await import("../../scanners/harbor/index.ts");
  const scanner = harborScanner({
    origins: new Map(origins.map((origin) => [new URL(origin).host, origin])),
    credentials: credentialsFor(world),
    maxAgeMs: inputs.maxDbAge,
    timeoutMs: inputs.timeout,
  });
  return { scanner, has: (image) => hasReport(inputs, image) };
}

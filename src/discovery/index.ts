import type { Discovery, SourceOutcome } from "../domain/history/running.ts";
import type { ReaderOptions } from "../images/registry/client.ts";
import { asGateError, GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { readCompose } from "./declared/compose/compose.ts";
import { readHelm } from "./declared/kubernetes/helm.ts";
import { readKubernetes } from "./declared/kubernetes/kubernetes.ts";
import { readList } from "./declared/list.ts";
import { SOURCE_DEADLINE_MS } from "./live/asking.ts";
import { readDocker } from "./live/docker.ts";
import { readKubectl } from "./live/kubectl.ts";
import { limitsOf } from "./registries/errors.ts";
import { readHarbor } from "./registries/harbor.ts";
import { readRegistry } from "./registries/registry.ts";
import type { Read, Source } from "./source.ts";

/** What sources that ask somebody need. */
export interface Asking {
  /** The runner's login of a repository's registry. */
  readonly credentials: ReaderOptions["credentials"];
  /** Milliseconds for each source; ten minutes by default. */
  readonly timeoutMs?: number | undefined;
}

/**
 * What the sources say runs. Only reads: it changes nothing, and asks no registry that no source names. A source that
 * cannot be read has its error in its outcome, and does not stop the others.
 * @throws GateError if the run is cancelled
 */
export async function discover(sources: readonly Source[], world: World, asking: Asking): Promise<Discovery> {
  const read = new Map<Source, Read>();
  // Parsing holds everything up, so the deadlines of hosts and clusters begin only after it.
  for (const source of sources) if (!isLive(source)) read.set(source, await attempt(source, world, asking));
  await Promise.all(
    sources.filter(isLive).map(async (source) => {
      read.set(source, await attempt(source, world, asking));
    }),
  );
  const inOrder = sources.map((source) => [source, read.get(source) as Read] as const);
  return {
    images: inOrder.flatMap(([, { images }]) => images),
    sources: inOrder.map(([source, each]) => outcomeOf(source, each)),
  };
}

function isLive({ kind }: Source): boolean {
  return kind === "docker" || kind === "kubectl" || kind === "registry" || kind === "harbor";
}

async function attempt(source: Source, world: World, asking: Asking): Promise<Read> {
  try {
    return await reading(source, world, asking);
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    return { images: [], notes: [], problem: asGateError(thrown) };
  }
}

async function reading(source: Source, world: World, asking: Asking): Promise<Read> {
  const { credentials, timeoutMs = SOURCE_DEADLINE_MS } = asking;
  switch (source.kind) {
    case "file":
      return readList(source, world);
    case "docker":
      return readDocker(source, world, timeoutMs);
    case "compose":
      return readCompose(source, world, timeoutMs);
    case "kubectl":
      return readKubectl(source, world, timeoutMs);
    case "kubernetes":
      return readKubernetes(source, world, timeoutMs);
    case "helm":
      return readHelm(source, world, timeoutMs);
    case "registry":
      return readRegistry(source, credentials, limitsOf(world.signal, timeoutMs));
    case "harbor":
      return readHarbor(source, credentials, limitsOf(world.signal, timeoutMs));
  }
}

function outcomeOf({ line }: Source, { images, notes, problem }: Read): SourceOutcome {
  // An empty source is probably a mistake.
  const nothing = () =>
    new GateError(
      "discovery-no-image",
      `The source ${JSON.stringify(line)} names no image`,
      "Check what it points at, or remove the line.",
    );
  const error = problem ?? (images.length === 0 ? nothing() : undefined);
  const outcome = { source: line, images: images.length, notes };
  return error === undefined
    ? outcome
    : { ...outcome, error: { code: error.code, what: error.what, remedy: error.remedy } };
}

import type { Discovery, SourceOutcome } from "../domain/history/running.ts";
import type { ReaderOptions } from "../images/registry/client.ts";
import { timeLimit } from "../system/background.ts";
import { described } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { readCompose } from "./declared/compose/compose.ts";
import { readHelm } from "./declared/kubernetes/helm.ts";
import { readKubernetes } from "./declared/kubernetes/kubernetes.ts";
import { readList } from "./declared/list.ts";
import type { Allowance } from "./declared/programs/run.ts";
import { fault } from "./fault.ts";
import { type Gathering, gathered, type Read } from "./gather.ts";
import { readDocker } from "./live/docker.ts";
import { readKubectl } from "./live/kubectl.ts";
import type { Source, SourceOf } from "./parse-source.ts";
import { readHarbor } from "./registries/harbor.ts";
import { readRegistry } from "./registries/registry.ts";

/** Time limit of one source by default. */
const SOURCE_DEADLINE_MS = 600_000;

/** The logins and the time for sources that ask a server or a program. */
export interface SourceAccess extends Pick<ReaderOptions, "credentials"> {
  /** Milliseconds for each source; ten minutes by default. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Finds the images that run, according to the sources. Only reads: it changes nothing, and asks only registries that a
 * source names. A source that cannot be read has its error in its outcome, and does not stop the others.
 * @throws GateError if the run is cancelled
 */
export async function discover(sources: readonly Source[], world: World, access: SourceAccess): Promise<Discovery> {
  const reads = new Map<Source, Read>();
  const read = async (source: Source) => {
    reads.set(source, await gathered(source.line, (found) => reading(source, found, world, access)));
  };
  // Parsing blocks everything, so the deadlines of hosts and clusters begin only after it.
  for (const source of sources) if (!isLive(source)) await read(source);
  await Promise.all(sources.filter(isLive).map(read));
  const inOrder = sources.map((source) => [source, reads.get(source) as Read] as const);
  return {
    images: inOrder.flatMap(([, { images }]) => images),
    sources: inOrder.map(([source, each]) => outcomeOf(source, each)),
  };
}

function isLive({ kind }: Source): boolean {
  return kind === "docker" || kind === "kubectl" || kind === "registry" || kind === "harbor";
}

type Reader<S> = (source: S, found: Gathering, allowance: Allowance) => Promise<void> | void;

const READERS: { readonly [Kind in Source["kind"]]: Reader<SourceOf<Kind>> } = {
  file: readList,
  docker: readDocker,
  compose: readCompose,
  kubectl: readKubectl,
  kubernetes: readKubernetes,
  helm: readHelm,
  registry: readRegistry,
  harbor: readHarbor,
};

async function reading(source: Source, found: Gathering, world: World, access: SourceAccess): Promise<void> {
  const { credentials, timeoutMs = SOURCE_DEADLINE_MS } = access;
  const signal = AbortSignal.any([world.signal, timeLimit(timeoutMs)]);
  const allowance = { world, credentials, end: performance.now() + timeoutMs, signal };
  await (READERS[source.kind] as Reader<Source>)(source, found, allowance);
}

function outcomeOf({ line }: Source, { images, notes, problem }: Read): SourceOutcome {
  // An empty source is probably a mistake.
  const isEmpty = problem === undefined && images.length === 0;
  const error = isEmpty ? fault("discovery-no-image", `The source ${JSON.stringify(line)} names no image`) : problem;
  return { source: line, images: images.length, notes, ...(error && { error: described(error) }) };
}

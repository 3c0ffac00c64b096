import { registryHost } from "../../../domain/image/reference.ts";
import { listSome } from "../../../domain/list-some.ts";
import { imageError } from "../../../images/fault.ts";
import { type DataSet, type Fault, type KeptRequest, kept, logOldCopy, type Source } from "../../../supply/kept.ts";
import { GateError } from "../../../system/errors.ts";
import { TarProblem } from "../../../system/tar/problem.ts";
import type { World } from "../../../system/world.ts";
import { placesError } from "../../database-fault.ts";
import type { ScannerSettings } from "../../scanner.ts";
import type { DatabaseKind } from "../process/arguments.ts";
import { fetchDatabase } from "./download.ts";
import { checkDatabase, type Database, type DatabaseDates, filesOf, KINDS } from "./health.ts";

export type { Database } from "./health.ts";

/** The settings that databases need, and the folder in which they are kept. */
export type DatabaseRequest = KeptRequest &
  Pick<ScannerSettings, "maxDbAge" | "dbRepository" | "javaDbRepository" | "offline">;

/** Trivy's defaults in its order, then the Trivy project's copies elsewhere. */
const repositoriesOf = (name: string): readonly string[] =>
  ["mirror.gcr.io/aquasec", "ghcr.io/aquasecurity", "public.ecr.aws/aquasecurity", "docker.io/aquasec"].map(
    (project) => `${project}/${name}`,
  );
export const VULNERABILITY_REPOSITORIES: readonly string[] = repositoriesOf("trivy-db:2");
export const JAVA_REPOSITORIES: readonly string[] = repositoriesOf("trivy-java-db:1");

/**
 * Provides a usable database. The one for identifying jars is only needed if a target has any.
 * @throws GateError `database-unavailable`, `database-timeout`, `database-stale`, `database-offline`, `run-cancelled`
 */
export async function prepareDatabase(kind: DatabaseKind, request: DatabaseRequest, world: World): Promise<Database> {
  const set = dataSet(kind, request, world);
  const { value, folder, note, notRefreshed } = await kept(set, request, world);
  if (notRefreshed !== undefined) logOldCopy(set, value.updatedAt, notRefreshed, world.log);
  return { ...value, folder, sha256: note.files[KINDS[kind].file] };
}

function dataSet(kind: DatabaseKind, request: DatabaseRequest, world: World): DataSet<DatabaseDates> {
  const { offline, maxDbAge: maxAgeMs } = request;
  const { repositories, isNamed } = sourcesOf(kind, request);
  const { folder: name, cachePrefix, name: called } = KINDS[kind];
  return {
    name,
    called: `the ${called}`,
    files: filesOf(kind),
    cachePrefix,
    sources: offline && !isNamed ? undefined : repositories.map((repository): Source => ({ name: repository })),
    check: (folder, { checkedAt }) => checkDatabase(folder, kind, { now: world.now(), maxAgeMs, checkedAt }),
    fetch: ({ name: repository }, into, asking) => fetchDatabase({ kind, repository, isNamed, into }, asking, world),
    faultOf,
    error: (faults, untried) => databaseError(kind, request, faults, untried),
    offline: () => offlineWithoutDatabase(kind, world),
  };
}

/** The repositories to ask, in order: those that the user named, otherwise the public ones. */
function sourcesOf(kind: DatabaseKind, { dbRepository, javaDbRepository }: DatabaseRequest) {
  const named = kind === "java" ? javaDbRepository : dbRepository;
  if (named.length > 0) return { repositories: [...new Set(named)], isNamed: true };
  return { repositories: kind === "java" ? JAVA_REPOSITORIES : VULNERABILITY_REPOSITORIES, isNamed: false };
}

/** Reasons that are the same for a database. */
const REASONS: Readonly<Record<string, string>> = { "registry-too-slow": "timeout", "scan-timeout": "timeout" };

function faultOf(thrown: unknown) {
  if (thrown instanceof TarProblem || /^Z_/.test((thrown as NodeJS.ErrnoException).code ?? ""))
    return { reason: "damaged", why: "its download is cut off or damaged" };
  const { code, what } = imageError(thrown, "", 0);
  if (code === "image-unreadable" || code === "image-inconsistent")
    return { reason: "image-unreadable", why: "its content is not such a database" };
  return { reason: REASONS[code] ?? code, why: what.replace(/^ was not fetched: /, "") };
}

const CODES = { timeout: "database-timeout", stale: "database-stale", unavailable: "database-unavailable" };

/** `offline` is set, and no source for a database is configured. */
function offlineWithoutDatabase(kind: DatabaseKind, { isAtTerminal }: Pick<World, "isAtTerminal">): GateError {
  const copy = `${inputOf(kind)} to a copy within your network: docs/air-gapped.md shows how to make one.`;
  const update = `image-gate db update${kind === "java" ? " --java" : ""}`;
  return new GateError(
    "database-offline",
    `This machine has no usable ${KINDS[kind].name}, and \`offline\` forbids asking the public repositories`,
    isAtTerminal ? `Run \`${update}\` while there is a network, or set ${copy}` : `Set ${copy}`,
  );
}

function inputOf(kind: DatabaseKind): string {
  return kind === "java" ? "`java-db-repository`" : "`db-repository`";
}

/**
 * The error if no repository provided a usable database.
 * @param untried the number of repositories for which no time was left
 * @returns GateError `database-timeout`, `database-stale`, `database-unavailable`
 */
export function databaseError(
  kind: DatabaseKind,
  request: DatabaseRequest,
  faults: readonly Fault[],
  untried: number,
): GateError {
  const input = inputOf(kind);
  const { repositories, isNamed } = sourcesOf(kind, request);
  const hosts = listSome([...new Set(repositories.map(registryHost))], MOST_HOSTS);
  const reach = `Open port 443 (or the port after a name) from this machine to ${hosts} and to the hosts of their contents (docs/network.md). HTTPS_PROXY and NO_PROXY count. Or set ${input} to a copy that it can reach.`;
  const names = `Check the names in ${input}.`;
  const refresh = isNamed
    ? `Refresh the copy that ${input} names, or remove it to use the public ones.`
    : `See github.com/aquasecurity/${kind === "java" ? "trivy-java-db" : "trivy-db"} for why the public ones are late.`;
  const later = kind === "java" ? [] : ["Until then, a higher `max-db-age` accepts an older one."];
  const remedies = {
    timeout: [reach, `Or raise \`timeout\`, which is ${Math.round(request.timeout / 1000)} s.`],
    "registry-certificate": "Name the file of your certificate authority in the environment variable SSL_CERT_FILE.",
    "registry-rate-limit": `Run again in some minutes, or set ${input} to your own copy.`,
    "image-denied": `Log in first (\`docker login\`): a repository that ${input} names is read with the login for its host, and the public ones without a login.`,
    ...{ "image-not-found": names, "image-unreadable": names, "layer-missing": names },
    "disk-full": "Free some disk space: the databases need about 2 GB.",
    ...{ damaged: refresh, empty: refresh, schema: refresh, stale: [refresh, ...later] },
    replaced: [],
  };
  const what = `No ${KINDS[kind].name} could be downloaded`;
  return placesError({ what, codes: CODES, remedies, otherwise: reach }, faults, untried);
}

/** The public repositories are on fewer hosts. */
const MOST_HOSTS = 20;

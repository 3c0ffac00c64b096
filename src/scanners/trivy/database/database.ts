import { imageError } from "../../../images/fault.ts";
import { type DataSet, type KeptRequest, kept, type Source, tellOld } from "../../../supply/kept.ts";
import { TarProblem } from "../../../system/tar/problem.ts";
import type { World } from "../../../system/world.ts";
import type { DatabaseKind } from "../process/arguments.ts";
import { fetchDatabase } from "./download.ts";
import { databaseError, offlineWithoutDatabase } from "./errors.ts";
import { checkDatabase, type Database, type DatabaseDates, filesOf, JAVA_MAX_AGE_MS, KINDS } from "./health.ts";

export type { Database } from "./health.ts";

export interface DatabaseRequest extends KeptRequest {
  /** Tried in order. Empty: Trivy's own, then their public mirrors. */
  readonly repositories: readonly string[];
  /** Maximum age of a vulnerability database since it was built, in milliseconds. Older ones are not used. */
  readonly maxAgeMs: number;
  /** Only repositories that the user named may be contacted. */
  readonly offline: boolean;
}

/** Trivy's defaults in its order, then the Trivy project's copies elsewhere. */
export const VULNERABILITY_REPOSITORIES: readonly string[] = [
  "mirror.gcr.io/aquasec/trivy-db:2",
  "ghcr.io/aquasecurity/trivy-db:2",
  "public.ecr.aws/aquasecurity/trivy-db:2",
  "docker.io/aquasec/trivy-db:2",
];
export const JAVA_REPOSITORIES: readonly string[] = [
  "mirror.gcr.io/aquasec/trivy-java-db:1",
  "ghcr.io/aquasecurity/trivy-java-db:1",
  "public.ecr.aws/aquasecurity/trivy-java-db:1",
  "docker.io/aquasec/trivy-java-db:1",
];

/**
 * Provides a usable vulnerability database.
 * @throws GateError `database-unavailable`, `database-timeout`, `database-stale`, `database-offline`, `run-cancelled`
 */
export function prepareDatabase(request: DatabaseRequest, world: World): Promise<Database> {
  return prepare("vulnerability", request, world);
}

/** The same for the database by which Trivy identifies jars. Only needed if a target has any. */
export function prepareJavaDatabase(request: DatabaseRequest, world: World): Promise<Database> {
  return prepare("java", { ...request, maxAgeMs: JAVA_MAX_AGE_MS }, world);
}

async function prepare(kind: DatabaseKind, request: DatabaseRequest, world: World): Promise<Database> {
  const set = dataSet(kind, request, world);
  const { value, folder, sha256, notRefreshed } = await kept(set, request, world);
  if (notRefreshed !== undefined) tellOld(set, value.updatedAt, notRefreshed, world.log);
  return { ...value, folder, sha256: sha256[KINDS[kind].file] };
}

function dataSet(kind: DatabaseKind, request: DatabaseRequest, world: World): DataSet<DatabaseDates> {
  const { repositories, offline, timeoutMs, maxAgeMs } = request;
  const named = repositories.length > 0;
  const asked = named ? [...new Set(repositories)] : DEFAULTS[kind];
  const { folder: name, cachePrefix, name: called } = KINDS[kind];
  return {
    name,
    called: `the ${called}`,
    files: filesOf(kind),
    cachePrefix,
    sources: offline && !named ? undefined : asked.map((repository): Source => ({ name: repository })),
    check: (folder, { checkedAt }) => checkDatabase(folder, kind, { now: world.now(), maxAgeMs, checkedAt }),
    fetch: ({ name: repository }, into, asking) => fetchDatabase({ kind, repository, named, into }, asking, world),
    faultOf,
    error: (faults, untried) => databaseError({ kind, repositories: asked, named, timeoutMs }, faults, untried),
    offline: () => offlineWithoutDatabase(kind, world),
  };
}

const DEFAULTS = { vulnerability: VULNERABILITY_REPOSITORIES, java: JAVA_REPOSITORIES } as const;

/** Reasons that mean the same for a database. */
const REASONS: Readonly<Record<string, string>> = { "registry-too-slow": "timeout", "scan-timeout": "timeout" };

function faultOf(thrown: unknown) {
  if (thrown instanceof TarProblem || /^Z_/.test((thrown as NodeJS.ErrnoException).code ?? ""))
    return { reason: "damaged", why: "what it sent is cut off or damaged" };
  const { code, what } = imageError(thrown, "", 0);
  if (code === "image-unreadable" || code === "image-inconsistent")
    return { reason: "image-unreadable", why: "what lies there is something else" };
  return { reason: REASONS[code] ?? code, why: what.replace(/^ was not fetched: /, "") };
}

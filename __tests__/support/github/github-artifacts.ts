import { createHash } from "node:crypto";
import { answer, listen } from "../network/http.ts";
import type { Contract } from "./github-contract.ts";

/** A workflow run of the fake, by default a successful one of the default branch. */
export interface StoredRun {
  readonly id: number;
  readonly event: string;
  readonly conclusion: string | null;
  readonly headBranch: string;
  readonly headSha: string;
  readonly repositoryId: number;
  readonly headRepositoryId: number;
}

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  readonly zip: Buffer;
  readonly runId: number;
  readonly expired: boolean;
  readonly digest: string | null;
  /** Replaces the time in GitHub's example. */
  readonly createdAt?: Date;
}

const REPOSITORY_ID = 42;
export const FORK_ID = 4242;

/** Artifacts and runs in GitHub's form, and the other host with the archives. */
export interface ArtifactState {
  readonly runs: Map<number, StoredRun>;
  readonly artifacts: StoredArtifact[];
  /** Adds an artifact and the run that made it. Returns the run's id. */
  plant(
    artifact: Partial<StoredArtifact> & Pick<StoredArtifact, "name" | "zip">,
    run: Partial<StoredRun> & Pick<StoredRun, "headSha">,
  ): number;
}

export function artifactState(defaultBranch: string): ArtifactState {
  const runs = new Map<number, StoredRun>();
  const artifacts: StoredArtifact[] = [];
  return {
    runs,
    artifacts,
    plant(artifact, run) {
      const id = run.id ?? 100 + runs.size;
      const good = { event: "push", conclusion: "success", headBranch: defaultBranch, repositoryId: REPOSITORY_ID };
      runs.set(id, { ...good, headRepositoryId: REPOSITORY_ID, ...run, id });
      const digest = `sha256:${createHash("sha256").update(artifact.zip).digest("hex")}`;
      artifacts.push({ id: 1000 + artifacts.length, runId: id, expired: false, digest, ...artifact });
      return id;
    },
  };
}

type Fields = Record<string, unknown>;

/** The newest first, as GitHub lists them. */
export function artifactsJson(contract: Contract, state: ArtifactState, name: string | null): Fields[] {
  const { artifacts } = contract.example<{ artifacts: (Fields & { workflow_run: Fields })[] }>("artifact-paginated");
  const [example] = artifacts;
  return state.artifacts
    .filter((each) => name === null || each.name === name)
    .toReversed()
    .map((each) => {
      const run = state.runs.get(each.runId);
      const workflow_run = run && {
        id: run.id,
        repository_id: run.repositoryId,
        head_repository_id: run.headRepositoryId,
        head_branch: run.headBranch,
        head_sha: run.headSha,
      };
      const { id, expired, digest, createdAt } = each;
      const created = createdAt && { created_at: createdAt.toISOString() };
      const own = { id, name: each.name, size_in_bytes: each.zip.length, expired, digest, ...created };
      return { ...example, ...own, workflow_run: workflow_run ?? null };
    });
}

export function runJson(contract: Contract, state: ArtifactState, id: number, repository: string): Fields | undefined {
  const run = state.runs.get(id);
  if (!run) return undefined;
  const example = contract.example<Fields & { repository: Fields; head_repository: Fields }>("workflow-run");
  return {
    ...example,
    id,
    event: run.event,
    status: "completed",
    conclusion: run.conclusion,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    html_url: `https://github.com/${repository}/actions/runs/${id}`,
    repository: { ...example.repository, id: run.repositoryId },
    head_repository: { ...example.head_repository, id: run.headRepositoryId },
  };
}

/** Another host than the API's, where archives of artifacts are. */
export async function startArchiveHost(state: ArtifactState) {
  /** `Authorization` of each request: there must be none. */
  const authorizations: (string | undefined)[] = [];
  const { port, close } = await listen((request, response) => {
    authorizations.push(request.headers.authorization);
    const id = Number(/^\/archive\/(\d+)\?sig=/.exec(request.url ?? "")?.[1]);
    const artifact = state.artifacts.find((each) => each.id === id);
    return answer(response, artifact ? 200 : 404, artifact?.zip ?? "", { "content-type": "application/zip" });
  });
  const addressOf = (id: number) => `http://127.0.0.1:${port}/archive/${id}?sig=signedForThisAlone`;
  return { authorizations, addressOf, close };
}

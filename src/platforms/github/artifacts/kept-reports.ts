import { createHash } from "node:crypto";
import { z } from "zod";
import type { NotCompared } from "../../../domain/change/comparison.ts";
import type { World } from "../../../system/world.ts";
import type { Access, KeptReport, KeptReportSearch } from "../../platform.ts";
import { type Api, connect } from "../api/api.ts";
import { isForgejo } from "../api/forgejo.ts";
import { commitOfBranch, defaultBranch } from "../base-policy.ts";
import { BASELINE_EVENTS, type GitHubEvent } from "../event.ts";
import { isOnForgejoBranch, listedOnForgejo } from "./forgejo-artifacts.ts";
import { type Artifact, listSchema, PERMISSION } from "./listed.ts";

/** Milliseconds for one request, including a download. */
const TIMEOUT_MS = 20_000;
const BUDGET_MS = 30_000;

interface ArtifactSearch extends KeptReportSearch {
  /** This run, whose own artifacts are not baseline. */
  readonly ownRun?: number | undefined;
}

/** Called for each skipped artifact, with a clause that says why. */
type OnSkipped = (artifact: number, why: string) => void;

/** A limit, since a fork's runs may make any number of artifacts of the same name. */
const MOST_PAGES = 3;
/** Each takes up to three requests, within the budget for all of them. */
const MOST_RUNS = 40;

const runSchema = z.object({
  id: z.int(),
  event: z.string(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  head_branch: z.string().nullish(),
  head_sha: z.string().regex(/^[0-9a-f]{40,64}$/),
  html_url: z.string().optional(),
  repository: z.object({ id: z.int() }),
  /** Null if the fork was deleted. */
  head_repository: z.object({ id: z.int() }).nullish(),
});
type Run = z.infer<typeof runSchema>;

/**
 * The reports of the default branch's successful runs, newest first; or why there are none for this run.
 * @throws ReportingError if a request fails; also during the iteration
 */
export async function keptReports(
  search: KeptReportSearch,
  { event, token, offline }: Access & { readonly event: GitHubEvent },
  { env, log, signal }: Pick<World, "env" | "log" | "signal">,
): Promise<NotCompared | AsyncIterable<KeptReport>> {
  if (event.name === "" || event.repository === undefined)
    return { none: "there is no GitHub repository whose default branch could be asked", quiet: true };
  if (offline) return { none: "`offline` forbids asking GitHub for the default branch's report", quiet: true };
  if (!hasChange(event)) return { none: "this run is about no change", quiet: true };
  if (token === "") return { none: "there is no `token` to ask GitHub with", trouble: true };
  const api = await connect({ token, event, signal, timeoutMs: TIMEOUT_MS, budgetMs: BUDGET_MS });
  const ownRun = Number(env.GITHUB_RUN_ID) || undefined;
  return keptArtifacts(api, { ...search, ownRun }, (id, why) =>
    log.debug(`Baseline: the artifact ${id} is not taken: ${why}.`),
  );
}

/** Whether the run is about a change: a pull request, a push, or a scheduled run of the default branch. */
function hasChange({ name, pullRequest, lookup }: GitHubEvent): boolean {
  return pullRequest !== undefined || lookup !== undefined || name === "push" || name === "schedule";
}

/**
 * The artifacts of this name that a baseline may come from, newest first. Their runs must be successful push or
 * schedule runs of this repository's default branch, and their commit must be on that branch. Anybody's pull request
 * can make artifacts of any name in runs of this repository, and a fork's branch or a tag can have the default branch's
 * name. None of these can make such a run. `workflow_run` runs are on the default branch but judge pull requests, so
 * they are not used.
 * @throws ReportingError if a request fails
 */
async function* keptArtifacts(api: Api, search: ArtifactSearch, onSkipped: OnSkipped): AsyncGenerator<KeptReport> {
  const branch = await defaultBranch(api);
  let head: string | undefined;
  let asked = 0;
  const all = isForgejo(api.event) ? listedOnForgejo(api, search.name, MOST_PAGES) : listed(api, search.name);
  for await (const artifact of all) {
    const why = incompatible(artifact, search) ?? elsewhere(api, artifact, branch);
    if (why !== undefined) {
      onSkipped(artifact.id, why);
      continue;
    }
    asked += 1;
    if (asked > MOST_RUNS) return;
    const run = await runOf(api, artifact.workflow_run?.id ?? 0);
    const wrong = untrusted(api, { run, artifact, branch });
    if (wrong !== undefined) {
      onSkipped(artifact.id, wrong);
      continue;
    }
    head ??= await commitOfBranch(api, branch);
    if (!(await isOnBranch(api, run.head_sha, head))) {
      onSkipped(artifact.id, `its commit is not on ${branch}`);
      continue;
    }
    const zip = await archiveOf(api, artifact, search.maxBytes);
    if (zip === undefined) onSkipped(artifact.id, "what was downloaded has another SHA-256 than GitHub says");
    else yield { zip, branch, commit: run.head_sha, url: run.html_url, madeAt: artifact.created_at ?? undefined };
  }
}

async function* listed(api: Api, name: string): AsyncGenerator<Artifact> {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { data, more } = await api.call(
      {
        route: "GET /repos/{owner}/{repo}/actions/artifacts",
        parameters: { name, per_page: 100, page },
        failed: "The artifacts of earlier runs could not be listed",
        permission: PERMISSION,
      },
      listSchema,
    );
    yield* data.artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
    if (!more) return;
  }
}

/** Why an artifact cannot be the baseline, according to the list alone. */
function incompatible({ expired, size_in_bytes: size, workflow_run: run }: Artifact, search: ArtifactSearch) {
  if (expired) return "it has expired";
  if (run?.id === undefined) return "its run is gone";
  if (run.id === search.ownRun) return "it is of this run";
  return size > search.maxBytes ? `it has more than ${search.maxBytes} bytes` : undefined;
}

/** Why an artifact is not of the default branch. The lists of Forgejo and Gitea do not say; the run does. */
function elsewhere(api: Api, { workflow_run: run }: Artifact, branch: string): string | undefined {
  if (isForgejo(api.event)) return undefined;
  if (run?.head_branch !== branch) return `it is not of ${branch}`;
  return run.repository_id === undefined || run.head_repository_id !== run.repository_id
    ? "it is of another repository's branch"
    : undefined;
}

async function runOf(api: Api, id: number): Promise<Run> {
  const { data } = await api.call(
    {
      route: "GET /repos/{owner}/{repo}/actions/runs/{run_id}",
      parameters: { run_id: id },
      failed: `The workflow run ${id} could not be read`,
      permission: PERMISSION,
    },
    runSchema,
  );
  return data;
}

/** Why a run is not trusted. */
function untrusted(
  { event }: Api,
  {
    run,
    artifact: { workflow_run: listed },
    branch,
  }: { readonly run: Run; readonly artifact: Artifact; readonly branch: string },
): string | undefined {
  if (run.id !== listed?.id || run.repository.id !== listed.repository_id) return "its run is another one";
  // A push to a fork runs in the fork on Forgejo and Gitea, whose answers leave the repository of the head out.
  if (!isForgejo(event) && run.head_repository?.id !== run.repository.id)
    return "its run is of another repository's branch";
  if (run.head_branch !== branch) return `its run is not of ${branch}`;
  if (!BASELINE_EVENTS.has(run.event)) return `its run was started by ${run.event}`;
  if (run.status !== "completed" || run.conclusion !== "success") return "its run was not successful";
  return undefined;
}

/** Needed because the push of a tag with the branch's name makes a run that looks like the branch's. */
async function isOnBranch(api: Api, commit: string, head: string): Promise<boolean> {
  if (commit === head) return true;
  if (isForgejo(api.event)) return isOnForgejoBranch(api, commit, head);
  const { data } = await api.call(
    {
      route: "GET /repos/{owner}/{repo}/compare/{basehead}",
      parameters: { basehead: `${commit}...${head}`, per_page: 1 },
      failed: `The commit ${commit} could not be compared with the default branch`,
      permission: "contents: read",
    },
    z.object({ status: z.string() }),
  );
  return data.status === "ahead" || data.status === "identical";
}

async function archiveOf(api: Api, { id, digest }: Artifact, maxBytes: number): Promise<Buffer | undefined> {
  const zip = await api.archive(
    {
      route: "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
      parameters: { artifact_id: id, archive_format: "zip" },
      failed: `The artifact ${id} could not be downloaded`,
      permission: PERMISSION,
    },
    maxBytes,
  );
  const wanted = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "")?.[1];
  return wanted === undefined || createHash("sha256").update(zip).digest("hex") === wanted ? zip : undefined;
}

import { createHash } from "node:crypto";
import { z } from "zod";
import type { NotCompared } from "../../../domain/change/comparison.ts";
import { type Request, requestsWith } from "../../../forge/client.ts";
import { once } from "../../../forge/once.ts";
import type { World } from "../../../system/world.ts";
import type { KeptReport, KeptReportSearch } from "../../platform.ts";
import { type Api, connect } from "../api/api.ts";
import { commitOfBranch, defaultBranch } from "../base-policy.ts";
import { BASELINE_EVENTS, type GitHubEvent } from "../event.ts";

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

const artifactSchema = z.object({
  id: z.int().positive(),
  name: z.string(),
  size_in_bytes: z.int().nonnegative(),
  expired: z.boolean(),
  digest: z.string().nullish(),
  created_at: z.string().nullish(),
  workflow_run: z
    .object({
      id: z.int().positive().optional(),
      repository_id: z.int().optional(),
      head_repository_id: z.int().optional(),
      /** Forgejo and Gitea leave it out here, as the repository of the head. */
      head_branch: z.string().nullish(),
    })
    .nullish(),
});
type Artifact = z.infer<typeof artifactSchema>;
const listSchema = z.object({ artifacts: z.array(artifactSchema), total_count: z.int().nonnegative().optional() });

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
  { event, token }: { readonly event: GitHubEvent; readonly token: string },
  { env, log, signal }: Pick<World, "env" | "log" | "signal">,
): Promise<NotCompared | AsyncIterable<KeptReport>> {
  if (!hasChange(event)) return { none: "this run is about no change", quiet: true };
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
  const head = once(() => commitOfBranch(api, branch));
  let tried = 0;
  for await (const artifact of listed(api, search.name)) {
    const known = incompatible(artifact, search) ?? elsewhere(api, artifact, branch);
    if (known === undefined) tried += 1;
    if (tried > MOST_RUNS) return;
    const found = known ?? (await reportIn(api, artifact, { branch, head, maxBytes: search.maxBytes }));
    if (typeof found === "string") onSkipped(artifact.id, found);
    else yield found;
  }
}

interface Trusted {
  readonly branch: string;
  /** The branch's newest commit. */
  head(): Promise<string>;
  readonly maxBytes: number;
}

/** The report in an artifact; or why it is not taken. */
async function reportIn(
  api: Api,
  artifact: Artifact,
  { branch, head, maxBytes }: Trusted,
): Promise<KeptReport | string> {
  const run = await runOf(api, artifact.workflow_run?.id ?? 0);
  const wrong = untrusted(api, { run, artifact, branch });
  if (wrong !== undefined) return wrong;
  if (!(await isOnBranch(api, run.head_sha, await head()))) return `its commit is not on ${branch}`;
  const zip = await archiveOf(api, artifact, maxBytes);
  if (zip === undefined) return "what was downloaded has another SHA-256 than GitHub says";
  return { zip, branch, commit: run.head_sha, url: run.html_url, madeAt: artifact.created_at ?? undefined };
}

const asked = requestsWith({ needs: "actions: read" });

/**
 * The artifacts of this name, newest first. Gitea lists them oldest first, without links to other pages, so that the
 * last pages are read.
 */
async function* listed(api: Api, name: string): AsyncGenerator<Artifact> {
  const page = (number: number) => {
    const failed = "The artifacts of earlier runs could not be listed";
    return api.call(asked("GET /actions/artifacts", { name, ...api.pageSize, page: number }, failed), listSchema);
  };
  const first = await page(1);
  const last = Math.max(1, Math.ceil((first.data.total_count ?? 0) / 50));
  for (let at = 0; at < MOST_PAGES; at++) {
    const number = api.isForgejo ? last - at : 1 + at;
    if (number < 1) return;
    const { data, next } = number === 1 ? first : await page(number);
    yield* data.artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
    if (!api.isForgejo && next === undefined) return;
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
  if (api.isForgejo) return undefined;
  if (run?.head_branch !== branch) return `it is not of ${branch}`;
  return run.repository_id === undefined || run.head_repository_id !== run.repository_id
    ? "it is of another repository's branch"
    : undefined;
}

async function runOf(api: Api, id: number): Promise<Run> {
  const request = asked("GET /actions/runs/{id}", { id }, `The workflow run ${id} could not be read`);
  return (await api.call(request, runSchema)).data;
}

/** Why a run is not trusted. */
function untrusted(
  { isForgejo }: Api,
  {
    run,
    artifact: { workflow_run: listed },
    branch,
  }: { readonly run: Run; readonly artifact: Artifact; readonly branch: string },
): string | undefined {
  if (run.id !== listed?.id || run.repository.id !== listed.repository_id) return "its run is another one";
  // A push to a fork runs in the fork on Forgejo and Gitea, whose answers leave the repository of the head out.
  if (!isForgejo && run.head_repository?.id !== run.repository.id) return "its run is of another repository's branch";
  if (run.head_branch !== branch) return `its run is not of ${branch}`;
  if (!BASELINE_EVENTS.has(run.event)) return `its run was started by ${run.event}`;
  if (run.status !== "completed" || run.conclusion !== "success") return "its run was not successful";
  return undefined;
}

/**
 * Needed because the push of a tag with the branch's name makes a run that looks like the branch's. The comparison of
 * Forgejo and Gitea has no status, but the number of commits that the branch has not.
 */
async function isOnBranch(api: Api, commit: string, head: string): Promise<boolean> {
  if (commit === head) return true;
  const compared = (parameters: Readonly<Record<string, unknown>>): Request => ({
    route: "GET /compare/{basehead}",
    parameters,
    failed: `The commit ${commit} could not be compared with the default branch`,
    needs: "contents: read",
  });
  if (api.isForgejo) {
    const request = compared({ basehead: `${head}...${commit}`, verification: false, files: false });
    return (await api.call(request, z.object({ total_commits: z.int() }))).data.total_commits === 0;
  }
  const request = compared({ basehead: `${commit}...${head}`, per_page: 1 });
  return ["ahead", "identical"].includes((await api.call(request, z.object({ status: z.string() }))).data.status);
}

async function archiveOf(api: Api, { id, digest }: Artifact, maxBytes: number): Promise<Buffer | undefined> {
  const request = asked("GET /actions/artifacts/{id}/zip", { id }, `The artifact ${id} could not be downloaded`);
  const zip = await api.archive({ ...request, maxBytes });
  const wanted = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "")?.[1];
  return wanted === undefined || createHash("sha256").update(zip).digest("hex") === wanted ? zip : undefined;
}

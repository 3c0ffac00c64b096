import { copyFileSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { NotCompared } from "../../domain/change/comparison.ts";
import type { Request } from "../../forge/client.ts";
import type { World } from "../../system/world.ts";
import { onFailure, unlessStatus } from "../api-failure.ts";
import type { KeptReport, KeptReportSearch, ReportToKeep } from "../platform.ts";
import { type Api, connect, defaultBranchOf } from "./api/api.ts";
import type { Token } from "./api/token.ts";
import type { Pipeline } from "./pipeline.ts";
import { type GitWorld, repositoryIn } from "./rules/git.ts";

/**
 * The folder of the workspace in which a job keeps its report. `artifacts: paths:` of the job must name it, as the
 * component does.
 */
const FOLDER = "image-gate-report";
/**
 * Pipelines whose reports are trusted: only somebody who may push to the default branch causes them. Others can be
 * started with variables of their own.
 */
const SOURCES = ["push", "schedule", "parent_pipeline"];
const MOST_PIPELINES = 20;
const MOST_JOBS = 40;
const TIMEOUT_MS = 20_000;

type BaselineWorld = GitWorld & Pick<World, "env" | "log" | "signal" | "workspace">;

const pipelineSchema = z.object({
  id: z.int(),
  ref: z.string(),
  source: z.string(),
  web_url: z.string().nullish(),
});
const jobSchema = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  ref: z.string(),
  tag: z.boolean(),
  finished_at: z.string().nullish(),
  web_url: z.string().nullish(),
  commit: z.object({ id: z.string().regex(/^[0-9a-f]{40,64}$/) }),
  artifacts_file: z.object({ filename: z.string() }).nullish(),
});

interface Search extends KeptReportSearch {
  readonly project: number;
  readonly branch: string;
  readonly jobName: string;
  /** This pipeline, whose own reports do not count. */
  readonly ownPipeline: number | undefined;
}

/**
 * The reports of the default branch's successful jobs, newest first; or why there are none for this run. Without a
 * token that lists pipelines, it is the report of the newest successful pipeline's job of the same name.
 * @throws ReportingError if a request fails; also during the iteration
 */
export async function keptReports(
  search: KeptReportSearch,
  token: Token | undefined,
  pipeline: Pipeline,
  world: BaselineWorld,
): Promise<NotCompared | AsyncIterable<KeptReport>> {
  const { projectId: own, mergeRequest, source, branch, problem } = pipeline;
  const project = mergeRequest?.projectId ?? own;
  if (mergeRequest === undefined && (branch === undefined || !SOURCES.includes(source)))
    return { none: "this pipeline is about no change", quiet: true };
  const api = await connect(token, pipeline, world, { timeoutMs: TIMEOUT_MS });
  if (api === undefined || project === undefined || problem !== undefined)
    return { none: "GitLab cannot be asked for the default branch's report", trouble: true };
  const defaultBranch = project === own ? pipeline.defaultBranch : undefined;
  const all: Search = {
    ...search,
    project,
    branch: defaultBranch ?? (await defaultBranchOf(api, project)),
    jobName: world.env.CI_JOB_NAME ?? "",
    ownPipeline: pipeline.stamp?.run,
  };
  return api.isJobToken ? newestOfJob(api, all, world) : reportsOf(api, all);
}

/** @param below the project's own path: `GET /pipelines` */
function asked({ project }: Search, route: string, failed: string, more: object = {}): Request {
  const needs = "the scope `read_api` and the role Reporter";
  return { route: route.replace(" ", " /projects/{project}"), parameters: { project, ...more }, failed, needs };
}

async function* reportsOf(api: Api, search: Search): AsyncGenerator<KeptReport> {
  const { branch } = search;
  let tried = 0;
  for (const { id, web_url: page } of await pipelinesOf(api, search)) {
    for (const job of await jobsOf(api, id, search)) {
      tried += 1;
      if (tried > MOST_JOBS) return;
      const report = await fileOf(api, "/jobs/{job}/artifacts", search, { job: job.id });
      const { commit, web_url: url = page, finished_at: madeAt } = job;
      if (report !== undefined)
        yield { report, branch, commit: commit.id, url: url ?? undefined, madeAt: madeAt ?? undefined };
    }
  }
}

/** Whether a tag has the branch's name; undefined if the job's own token may not look. */
async function hasTag(api: Api, search: Search): Promise<boolean | undefined> {
  const more = { tag: `refs/tags/${search.branch}` };
  const request = asked(search, "GET /repository/commits/{tag}", "The tag could not be looked for", more);
  return api.call(request, z.unknown()).then(
    () => true,
    onFailure((failure) => {
      // A project that this token does not see is not found either.
      return failure.status === 404 && /Commit Not Found/i.test(failure.what) ? false : undefined;
    }),
  );
}

/**
 * The branch's newest pipelines that are trusted, newest first. Each source is asked for: others may be a hundred, and
 * child pipelines are listed only if they are. A merge request's pipelines have other refs and another source.
 */
async function pipelinesOf(api: Api, search: Search) {
  const { branch, ownPipeline } = search;
  const listed = async (source: string) => {
    const query = { ref: branch, source, order_by: "id", sort: "desc", per_page: MOST_PIPELINES };
    const request = asked(search, "GET /pipelines", "The earlier pipelines could not be listed", query);
    return (await api.call(request, z.array(pipelineSchema))).data;
  };
  return (await Promise.all(SOURCES.map(listed)))
    .flat()
    .filter(({ id, ref, source }) => id !== ownPipeline && ref === branch && SOURCES.includes(source))
    .sort((a, b) => b.id - a.id)
    .slice(0, MOST_PIPELINES);
}

/** Successful jobs of the branch, those of this job's name first. A tag may have the branch's name. */
async function jobsOf(api: Api, pipeline: number, search: Search): Promise<z.infer<typeof jobSchema>[]> {
  const { branch, jobName } = search;
  const more = { pipeline, scope: "success", per_page: 100 };
  const request = asked(search, "GET /pipelines/{pipeline}/jobs", "A pipeline's jobs could not be read", more);
  const { data } = await api.call(request, z.array(jobSchema));
  const rank = ({ name }: { readonly name: string }) => (name === jobName ? 0 : 1);
  return data
    .filter(({ status, ref, tag, artifacts_file: file }) => status === "success" && ref === branch && !tag && file)
    .sort((a, b) => rank(a) - rank(b) || b.id - a.id);
}

/** The kept report among a job's artifacts; undefined if it has none of this name, or they have expired. */
function fileOf(api: Api, below: string, search: Search, more: object): Promise<Buffer | undefined> {
  const { name, maxBytes } = search;
  const route = `GET ${below}/${FOLDER}/{file}`;
  const request = asked(search, route, "The report of an earlier job could not be read", {
    file: `${name}.json`,
    ...more,
  });
  return unlessStatus([404], api.bytes({ ...request, maxBytes }));
}

/**
 * A job's own token lists no pipelines, but reads a file of the newest successful job of a branch or tag. That no tag
 * has the default branch's name is asked of the API, and of Git on a server that is too old for that.
 */
async function* newestOfJob(api: Api, search: Search, world: BaselineWorld): AsyncGenerator<KeptReport> {
  const { branch } = search;
  if (((await hasTag(api, search)) ?? (await repositoryIn(world)?.hasTag(branch))) !== false) {
    world.log.info("Baseline: a job's own token cannot tell the default branch from a tag; no report is taken.");
    return;
  }
  const report = await fileOf(api, "/jobs/artifacts/{branch}/raw", search, { branch, job: search.jobName });
  if (report !== undefined) yield { report, branch, commit: "" };
}

/**
 * Puts the report where the job's artifacts are, if later runs may trust this one. A link in its place is replaced, not
 * followed.
 */
export function keepReport({ name, file }: ReportToKeep, pipeline: Pipeline, { workspace, log }: BaselineWorld): void {
  const { mergeRequest, tag, branch, defaultBranch, source } = pipeline;
  const isTrusted = mergeRequest === undefined && tag === undefined && branch === defaultBranch;
  if (!isTrusted || !SOURCES.includes(source)) return;
  const folder = join(workspace, FOLDER);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(folder);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  rmSync(path, { force: true });
  copyFileSync(file, path);
  log.info(`The report for later pipelines is ${FOLDER}/${name}.json: keep the folder as an artifact of the job.`);
}

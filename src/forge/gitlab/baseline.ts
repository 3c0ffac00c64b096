import { copyFileSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import type { ReportToKeep } from "../../job/job.ts";
import type { World } from "../../system/world.ts";
import { onFailure, unlessStatus } from "../api-failure.ts";
import { BASELINE_TRIGGERS, baselines, isBaseline, MOST_REPORT_BYTES, type StoredReport } from "../baseline.ts";
import type { KeptReport } from "../forge.ts";
import { type Api, type AskingJob, connect, defaultBranchOf, reading } from "./api.ts";

/**
 * The folder of the workspace in which a job keeps its report. `artifacts: paths:` of the job must name it, as the
 * component does.
 */
const FOLDER = "image-gate-report";
const MOST_PIPELINES = 20;
const TIMEOUT_MS = 20_000;

const pipelineSchema = z.object({ id: z.int(), source: z.string() });
const jobSchema = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  ref: z.string(),
  tag: z.boolean(),
  finished_at: z.string().nullish(),
  web_url: z.string().optional(),
  commit: z.object({ id: z.string().regex(/^[0-9a-f]{40,64}$/) }),
  artifacts_file: z.object({ filename: z.string() }).nullish(),
});

const PROJECT = "GET /projects/{project}";

interface Search {
  readonly name: string;
  readonly project: number;
  readonly branch: string;
  readonly jobName: string;
}

/**
 * The reports of the default branch's successful jobs, newest first. Without a token that lists
 * pipelines, it is the report of the newest successful pipeline's job of the same name.
 * @throws ReportingError if a request fails; also during the iteration
 */
export async function keptReports(name: string, job: AskingJob): Promise<AsyncIterable<KeptReport>> {
  const { pipeline, world } = job;
  const api = await connect(job, { timeoutMs: TIMEOUT_MS });
  const project = pipeline.mergeRequest?.projectId ?? api.project;
  const defaultBranch = project === api.project ? pipeline.defaultBranch : undefined;
  const branch = defaultBranch ?? (await defaultBranchOf(api, project));
  const all: Search = { name, project, branch, jobName: world.env.CI_JOB_NAME ?? "" };
  if (api.isJobToken) return newestOfJob(api, all, world.log);
  return baselines(storedIn(api, all), { ...all, ownRun: pipeline.stamp?.run }, world.log);
}

async function* storedIn(api: Api, search: Search): AsyncGenerator<StoredReport> {
  for (const { id: run, source: trigger } of await pipelinesOf(api, search))
    for (const job of await jobsOf(api, run, search)) {
      const { id, status, tag, ref, commit, web_url: url, finished_at } = job;
      const madeAt = finished_at ?? undefined;
      const isSuccessful = status === "success";
      yield {
        label: `the report of job ${id}`,
        listed: { run, trigger, branch: tag ? "" : ref, isSuccessful, commit: commit.id, url, madeAt },
        unfit: job.artifacts_file ? undefined : "it has expired",
        read: async () =>
          (await fileOf(api, "/jobs/{job}/artifacts", search, { job: id })) ?? "it is not there any more",
      };
    }
}

/** True if a tag has the branch's name; undefined if the job's own token is not allowed to look. */
async function hasTag(api: Api, { project, branch }: Search): Promise<boolean | undefined> {
  const tag = `refs/tags/${branch}`;
  const route = `${PROJECT}/repository/commits/{tag}`;
  return api.call(reading(route, { project, tag }, "The tag could not be looked for"), z.unknown()).then(
    () => true,
    // A project that this token does not see is not found either.
    onFailure(({ status, what }) => (status === 404 && /Commit Not Found/i.test(what) ? false : undefined)),
  );
}

/**
 * The branch's newest pipelines, newest first. Each source is asked for separately: pipelines of other sources could
 * fill the first hundred, and child pipelines are listed only on request. A merge request's pipelines have other refs
 * and another source.
 */
async function pipelinesOf(api: Api, { project, branch }: Search) {
  const listed = async (source: string) => {
    const query = { project, ref: branch, source, order_by: "id", sort: "desc", per_page: MOST_PIPELINES };
    const request = reading(`${PROJECT}/pipelines`, query, "The earlier pipelines could not be listed");
    return api.call(request, z.array(pipelineSchema));
  };
  const all = (await Promise.all(BASELINE_TRIGGERS.map(listed))).flat();
  return all.sort((a, b) => b.id - a.id).slice(0, MOST_PIPELINES);
}

/** Successful jobs, the ones of this job's name first. */
async function jobsOf(api: Api, pipeline: number, { project, jobName }: Search): Promise<z.infer<typeof jobSchema>[]> {
  const query = { project, pipeline, scope: "success", per_page: 100 };
  const request = reading(`${PROJECT}/pipelines/{pipeline}/jobs`, query, "A pipeline's jobs could not be read");
  const rank = ({ name }: { readonly name: string }) => (name === jobName ? 0 : 1);
  return (await api.call(request, z.array(jobSchema))).sort((a, b) => rank(a) - rank(b) || b.id - a.id);
}

/** The kept report among a job's artifacts; undefined if it has none of this name, or they have expired. */
function fileOf(api: Api, below: string, { project, name }: Search, more: object) {
  const parameters = { project, file: `${name}.json`, ...more };
  const failed = "The report of an earlier job could not be read";
  const request = reading(`${PROJECT}${below}/${FOLDER}/{file}`, parameters, failed);
  return unlessStatus([404], api.bytes({ ...request, maxBytes: MOST_REPORT_BYTES }));
}

/**
 * A job's own token lists no pipelines, but reads a file of the newest successful job of a branch or tag. The API must
 * say that no tag has the default branch's name.
 */
async function* newestOfJob(api: Api, search: Search, log: World["log"]): AsyncGenerator<KeptReport> {
  const { branch, jobName: job } = search;
  if ((await hasTag(api, search)) !== false)
    return log.info("Baseline: a job's own token cannot tell the default branch from a tag; no report is taken.");
  const report = await fileOf(api, "/jobs/artifacts/{branch}/raw", search, { branch, job });
  if (report !== undefined) yield { report, branch, commit: "" };
}

/**
 * Puts the report where the job's artifacts are, if later runs may trust this one. A link in its place is replaced, not
 * followed.
 */
export function keepReport({ name, file }: ReportToKeep, pipeline: Pipeline, { workspace, log }: World): void {
  if (!isBaseline(pipeline)) return;
  const folder = join(workspace, FOLDER);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(folder);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  rmSync(path, { force: true });
  copyFileSync(file, path);
  log.info(`The report for later pipelines is ${FOLDER}/${name}.json: keep the folder as an artifact of the job.`);
}

import { asClause } from "../../domain/one-line.ts";
import { type RunStamp, wholeNumber } from "../../domain/run-stamp.ts";
import type { World } from "../../system/world.ts";
import { httpUrl } from "../http-url.ts";
import type { RunChange } from "../job.ts";
import { readOnlyBecause, type WritingRun } from "../may-write.ts";

type Env = World["env"];

/** The merge request that a pipeline is about. */
export interface MergeRequest {
  /** The target project, which has the merge request and its notes. */
  readonly projectId: number;
  /** The number that people see: `!7`. */
  readonly iid: number;
  readonly targetBranch: string;
  /** Where source and target branch parted. */
  readonly diffBaseSha?: string | undefined;
  /** The target's commit that is merged into what is checked out: only merged results and merge trains have one. */
  readonly mergedSha?: string | undefined;
  /** The source branch is in another project. */
  readonly isFork: boolean;
}

/** A merge request as a branch's pipeline knows it. */
export interface OpenMergeRequest {
  /** The project that has it: its path if it is not the pipeline's own. */
  readonly project: number | string;
  readonly iid: number;
}

/** What the variables of a pipeline say. Formats are checked, since their values become parts of addresses. */
export interface Pipeline {
  /** CI_PIPELINE_SOURCE: `push`, `merge_request_event`, `schedule`, `parent_pipeline`, … */
  readonly source: string;
  /** Without a final slash. Undefined: no token may be sent anywhere. */
  readonly apiUrl?: string | undefined;
  /** The project whose pipeline this is; a fork's own pipeline has the fork. */
  readonly projectId?: number | undefined;
  readonly projectPath?: string | undefined;
  readonly mergeRequest?: MergeRequest | undefined;
  /** Open merge requests from the branch; those of a fork are the target's. The variable names at most four. */
  readonly openMergeRequests: readonly OpenMergeRequest[];
  readonly defaultBranch?: string | undefined;
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
  /** The commit of the source branch, not the one that merges it into the target. */
  readonly head?: string | undefined;
  /** What the job has checked out. */
  readonly checkedOut?: string | undefined;
  readonly pageUrl?: string | undefined;
  readonly isPrivileged: boolean;
  /** What cannot be used: one sentence without a full stop. */
  readonly problem?: string | undefined;
  readonly stamp?: RunStamp | undefined;
}

const SHA = /^[0-9a-f]{40,64}$/;

function shaOf(text: string | undefined): string | undefined {
  return SHA.test(text ?? "") ? text : undefined;
}

/**
 * Reads the predefined variables. Never throws. Pipelines for merge requests have CI_MERGE_REQUEST_…, and so have their
 * child pipelines, whose source is `parent_pipeline`.
 */
export function readPipeline(env: Env): Pipeline {
  const source = /^[a-z_]{1,50}$/.exec(env.CI_PIPELINE_SOURCE ?? "")?.[0] ?? "unknown";
  const apiUrl = httpUrl(env.CI_API_V4_URL);
  const projectId = wholeNumber(env.CI_PROJECT_ID);
  const found = mergeRequestOf(env);
  const mergeRequest = found === undefined || "problem" in found ? undefined : found;
  const head = shaOf(env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA) ?? shaOf(env.CI_COMMIT_SHA);
  const problem =
    found !== undefined && "problem" in found
      ? found.problem
      : apiUrl === undefined
        ? "CI_API_V4_URL is not an http or https URL"
        : undefined;
  return {
    source,
    apiUrl,
    projectId,
    projectPath: env.CI_PROJECT_PATH || undefined,
    mergeRequest,
    openMergeRequests: found === undefined ? openMergeRequests(env, projectId) : [],
    defaultBranch: env.CI_DEFAULT_BRANCH || undefined,
    branch: env.CI_COMMIT_BRANCH || undefined,
    tag: env.CI_COMMIT_TAG || undefined,
    head,
    checkedOut: shaOf(env.CI_COMMIT_SHA),
    pageUrl: httpUrl(env.CI_JOB_URL) ?? httpUrl(env.CI_PIPELINE_URL),
    // A fork's pipeline in the parent project runs the fork's .gitlab-ci.yml with the parent's variables.
    isPrivileged: found !== undefined && ("problem" in found || (found.isFork && projectId === found.projectId)),
    problem,
    stamp: stampOf(env, source, head),
  };
}

function mergeRequestOf(env: Env): MergeRequest | { readonly problem: string } | undefined {
  if (env.CI_MERGE_REQUEST_IID === undefined || env.CI_MERGE_REQUEST_IID === "") return undefined;
  const [iid, projectId, sourceId] = ["IID", "PROJECT_ID", "SOURCE_PROJECT_ID"].map((name) =>
    wholeNumber(env[`CI_MERGE_REQUEST_${name}`]),
  );
  const { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: targetBranch = "" } = env;
  if (iid === undefined || projectId === undefined || sourceId === undefined || targetBranch === "")
    return {
      problem:
        "The merge request is not known: one of CI_MERGE_REQUEST_IID, …_PROJECT_ID, …_SOURCE_PROJECT_ID and …_TARGET_BRANCH_NAME cannot be used",
    };
  return {
    projectId,
    iid,
    targetBranch,
    diffBaseSha: shaOf(env.CI_MERGE_REQUEST_DIFF_BASE_SHA),
    mergedSha: shaOf(env.CI_MERGE_REQUEST_TARGET_BRANCH_SHA),
    isFork: sourceId !== projectId,
  };
}

/** `group/project!7,group/project!9`. A path has a slash, so that it is never `..` as a part of an address. */
function openMergeRequests(
  { CI_OPEN_MERGE_REQUESTS: list = "", CI_PROJECT_PATH: own = "" }: Env,
  id: number | undefined,
): OpenMergeRequest[] {
  return list.split(",").flatMap((each) => {
    const at = each.lastIndexOf("!");
    const path = each.slice(0, at).trim();
    const project = path === own ? id : path;
    const iid = wholeNumber(each.slice(at + 1));
    return project === undefined || iid === undefined || !path.includes("/") ? [] : [{ project, iid }];
  });
}

/** All jobs of a pipeline, and so a job that is tried again, have the pipeline's id. It grows across a server. */
function stampOf(env: Env, source: string, head: string | undefined): RunStamp | undefined {
  const run = wholeNumber(env.CI_PIPELINE_ID);
  if (run === undefined) return undefined;
  // Child pipelines of a merge request's pipeline are the merge request's own as well.
  const event = env.CI_MERGE_REQUEST_IID ? "merge_request_event" : source;
  return { run, number: wholeNumber(env.CI_PIPELINE_IID) ?? 1, attempt: 1, event, commit: head };
}

/** What the run is about, in every platform's words. */
export function changeOf(pipeline: Pipeline): RunChange {
  const { source, head, checkedOut, projectPath, pageUrl, mergeRequest, openMergeRequests } = pipeline;
  const { defaultBranch, isPrivileged, problem } = pipeline;
  return {
    trigger: source,
    commit: head,
    commits: [...new Set([checkedOut, head])].filter((sha) => sha !== undefined),
    repository: projectPath,
    runUrl: pageUrl,
    stamp: pipeline.stamp,
    lookedUpOn: openMergeRequests.length > 0 ? source : undefined,
    noConversation:
      mergeRequest || openMergeRequests.length > 0 ? undefined : `this pipeline (${source}) has no merge request`,
    hasBase: mergeRequest !== undefined,
    defaultBranch,
    privileged: isPrivileged,
    // GitLab's runner checks out what the pipeline is about, whatever rights it has.
    isCheckedOut: mergeRequest !== undefined,
    problem,
    readOnlyBecause: readOnlyBecause(writingRun(pipeline)),
  };
}

/** Facts that decide whether a pipeline may write. */
export function writingRun({ source: trigger, problem, branch, defaultBranch }: Pipeline): WritingRun {
  return { noun: "pipeline", trigger, problem: problem && asClause(problem), branch, defaultBranch };
}

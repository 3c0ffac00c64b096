import { wholeNumber } from "../../domain/run-stamp.ts";
import type { World } from "../../system/world.ts";
import { httpUrl } from "../http-url.ts";
import type { RunChange } from "../job.ts";
import { readOnlyBecause } from "../may-write.ts";

type Env = World["env"];

/** The merge request that a pipeline is about. */
export interface MergeRequest {
  /** The target project, which has the merge request and its notes. */
  readonly projectId: number;
  /** The number that people see: `!7`. */
  readonly iid: number;
  readonly targetBranch: string;
  /** The commit at which source and target branch parted. */
  readonly diffBaseSha?: string | undefined;
  /** The target's commit in the checked-out merge: only merged results and merge trains have one. */
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

/** The facts in a pipeline's variables. Formats are checked, since the values become parts of addresses. */
export interface Pipeline extends RunChange {
  /** Without a final slash. Undefined: no token may be sent anywhere. */
  readonly apiUrl?: string | undefined;
  /** The project whose pipeline this is; a fork's own pipeline has the fork. */
  readonly projectId?: number | undefined;
  readonly mergeRequest?: MergeRequest | undefined;
  /** Open merge requests from the branch. A fork's are in the target project. The variable names at most four. */
  readonly openMergeRequests: readonly OpenMergeRequest[];
  /** Undefined: it is on a tag, or about a merge request. */
  readonly branch?: string | undefined;
  /** The commit that the job has checked out. */
  readonly checkedOut?: string | undefined;
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
  const trigger = /^[a-z_]{1,50}$/.exec(env.CI_PIPELINE_SOURCE ?? "")?.[0] ?? "unknown";
  const apiUrl = httpUrl(env.CI_API_V4_URL);
  const projectId = wholeNumber(env.CI_PROJECT_ID);
  const isForMergeRequest = Boolean(env.CI_MERGE_REQUEST_IID);
  const mergeRequest = mergeRequestOf(env);
  const openMergeRequests = openMergeRequestsIn(env, projectId);
  const [run, number = 1] = [wholeNumber(env.CI_PIPELINE_ID), wholeNumber(env.CI_PIPELINE_IID)];
  const event = isForMergeRequest ? "merge_request_event" : trigger;
  const checkedOut = shaOf(env.CI_COMMIT_SHA);
  // The commit of the source branch, not the one that merges it into the target.
  const commit = shaOf(env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA) ?? checkedOut;
  const branch = (!isForMergeRequest && !env.CI_COMMIT_TAG && env.CI_COMMIT_BRANCH) || undefined;
  const defaultBranch = env.CI_DEFAULT_BRANCH || undefined;
  const problem =
    isForMergeRequest && mergeRequest === undefined
      ? "The merge request is not known: one of CI_MERGE_REQUEST_IID, …_PROJECT_ID, …_SOURCE_PROJECT_ID and …_TARGET_BRANCH_NAME cannot be used"
      : apiUrl === undefined
        ? "CI_API_V4_URL is not an http or https URL"
        : undefined;
  return {
    trigger,
    apiUrl,
    projectId,
    repository: env.CI_PROJECT_PATH || undefined,
    mergeRequest,
    openMergeRequests,
    branch,
    defaultBranch,
    commit,
    checkedOut,
    commits: [...new Set([checkedOut, commit])].filter((sha) => sha !== undefined),
    runUrl: httpUrl(env.CI_JOB_URL) ?? httpUrl(env.CI_PIPELINE_URL),
    // All jobs of a pipeline have its id, which grows across a server. A job's id grows as well, and so does a retried
    // job's. Child pipelines of a merge request's pipeline are the merge request's own as well.
    stamp: run === undefined ? undefined : { run, number, attempt: 1, event, commit },
    lookedUpOn: openMergeRequests.length > 0 ? trigger : undefined,
    noConversation:
      mergeRequest || openMergeRequests.length > 0 ? undefined : `this pipeline (${trigger}) has no merge request`,
    hasBase: mergeRequest !== undefined,
    // A fork's pipeline in the parent project runs the fork's .gitlab-ci.yml with the parent's variables.
    privileged:
      isForMergeRequest &&
      (mergeRequest === undefined || (mergeRequest.isFork && projectId === mergeRequest.projectId)),
    // GitLab's runner checks out the pipeline's own commit, whatever rights it has.
    isCheckedOut: mergeRequest !== undefined,
    problem,
    readOnlyBecause: readOnlyBecause({ noun: "pipeline", trigger, problem, branch, defaultBranch }),
  };
}

/** Undefined: there is none, or it cannot be used. */
function mergeRequestOf(env: Env): MergeRequest | undefined {
  const [iid, projectId, sourceId] = ["IID", "PROJECT_ID", "SOURCE_PROJECT_ID"].map((name) =>
    wholeNumber(env[`CI_MERGE_REQUEST_${name}`]),
  );
  const { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: targetBranch = "" } = env;
  if (iid === undefined || projectId === undefined || sourceId === undefined || targetBranch === "") return undefined;
  return {
    projectId,
    iid,
    targetBranch,
    diffBaseSha: shaOf(env.CI_MERGE_REQUEST_DIFF_BASE_SHA),
    mergedSha: shaOf(env.CI_MERGE_REQUEST_TARGET_BRANCH_SHA),
    isFork: sourceId !== projectId,
  };
}

/**
 * `group/project!7,group/project!9`, for a branch's pipeline. A path has a slash, so it is never `..` as a part of an
 * address.
 */
function openMergeRequestsIn(
  { CI_MERGE_REQUEST_IID: known, CI_OPEN_MERGE_REQUESTS: list = "", CI_PROJECT_PATH: own = "" }: Env,
  id: number | undefined,
): OpenMergeRequest[] {
  if (known) return [];
  return list.split(",").flatMap((each) => {
    const at = each.lastIndexOf("!");
    const path = each.slice(0, at).trim();
    const project = path === own ? id : path;
    const iid = wholeNumber(each.slice(at + 1));
    return project === undefined || iid === undefined || !path.includes("/") ? [] : [{ project, iid }];
  });
}

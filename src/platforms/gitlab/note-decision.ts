import { decideText, type Lacking, offlineBecause } from "../../forge/lacking.ts";
import type { Access, CommentDecision, CommentMode } from "../platform.ts";
import { ownToken } from "./api/token.ts";
import { asClause, type Pipeline } from "./pipeline.ts";

interface Circumstances extends Access {
  readonly mode: CommentMode;
  readonly answer: "pass" | "fail" | "error";
  readonly pipeline: Pipeline;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether to write, update or leave the note. Sends no request. The job's own token reads notes and writes none
 * (GitLab, `lib/api/notes.rb`), so that without another nothing is tried.
 */
export function decideNote({ mode, answer, pipeline, env, ...access }: Circumstances): CommentDecision {
  const { problem, mergeRequest, openMergeRequests, source } = pipeline;
  const ofToken = ownToken(access.token, env) === undefined ? noToken(pipeline, env) : undefined;
  const lacking = offlineBecause(access, "GitLab") ?? ofToken;
  const isAlone = mergeRequest === undefined && openMergeRequests.length === 0;
  const none = isAlone ? `this pipeline (${source}) has no merge request` : undefined;
  return decideText(mode, answer, { lacking, problem: problem && asClause(problem), none });
}

function noToken({ mergeRequest, openMergeRequests, projectId }: Pipeline, env: Circumstances["env"]): Lacking {
  const isOwn =
    mergeRequest === undefined
      ? openMergeRequests.some(({ project }) => project === projectId)
      : !mergeRequest.isFork || mergeRequest.projectId === projectId;
  if (!isOwn)
    return { why: "the pipeline runs in the fork, which has no GITLAB_TOKEN for the target project", level: "notice" };
  // GitLab gives protected variables to pipelines of protected branches alone.
  const hidden =
    env.CI_COMMIT_REF_PROTECTED === "true"
      ? ""
      : "; a protected variable is not there for a branch that is not protected";
  const why = `a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope \`api\`${hidden}`;
  return { why, level: "warning" };
}

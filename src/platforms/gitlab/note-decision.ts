import type { Access, CommentDecision, CommentMode } from "../platform.ts";
import { tokenOf } from "./api/token.ts";
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
export function decideNote({ mode, answer, pipeline, env, token, offline }: Circumstances): CommentDecision {
  const no = (level: "info" | "notice" | "warning", why: string): CommentDecision => ({ write: false, level, why });
  if (mode === "never") return no("info", "the input `comment` is `never`");
  if (offline) return no("info", "`offline` forbids asking GitLab");
  const { problem, mergeRequest, openMergeRequests, source, projectId } = pipeline;
  if (problem !== undefined) return no("warning", asClause(problem));
  if (mergeRequest === undefined && openMergeRequests.length === 0)
    return no("info", `this pipeline (${source}) has no merge request`);
  const found = tokenOf(token, env);
  if (found !== undefined && !found.isJobToken) return { write: true, create: mode === "always" || answer !== "pass" };
  const isOwn =
    mergeRequest === undefined
      ? openMergeRequests.some(({ project }) => project === projectId)
      : !mergeRequest.isFork || mergeRequest.projectId === projectId;
  if (!isOwn) return no("notice", "the pipeline runs in the fork, which has no GITLAB_TOKEN for the target project");
  // GitLab gives protected variables to pipelines of protected branches alone.
  const hidden =
    env.CI_COMMIT_REF_PROTECTED === "true"
      ? ""
      : "; a protected variable is not there for a branch that is not protected";
  return no(
    "warning",
    `a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope \`api\`${hidden}`,
  );
}

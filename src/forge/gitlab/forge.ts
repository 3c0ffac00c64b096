import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import type { World } from "../../system/world.ts";
import type { Forge, Lacking } from "../forge.ts";
import { tokenOf } from "./api.ts";
import { ruleReader } from "./rules.ts";

/** GitLab takes a million characters (`Gitlab::Database::MAX_TEXT_SIZE_LIMIT`); bytes are never fewer. */
const NOTE_BYTES = 900_000;

/**
 * GitLab. The job's own token reads, and writes neither notes (GitLab, `lib/api/notes.rb`) nor issues nor branches, so
 * that without another nothing is tried. What asks GitLab is loaded when it is first used, but for the rules.
 * @param given the input `token`; empty: none
 */
export function gitlabForge(pipeline: Pipeline, given: string, world: World): Forge {
  const token = tokenOf(given, world.env);
  const own = token?.isJobToken === false ? token : undefined;
  return {
    rules: ruleReader(token, pipeline, world),
    keptReports: async (search) => (await import("./baseline.ts")).keptReports(search, token, pipeline, world),
    state: own
      ? async (name) => (await import("./state.ts")).stateBranch(name, own, pipeline, world)
      : {
          why: "a job's own token does not push",
          level: "warning",
          remedy:
            "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder with `state-dir`",
        },
    issues: own
      ? async (scope) => (await import("./issues.ts")).issueTracker(scope, { token: own, pipeline, world })
      : {
          why: "a job's own token writes no issues; set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter",
          level: "warning",
        },
    comments: own
      ? {
          mostUnits: NOTE_BYTES,
          measuredIn: "bytes",
          write: async (text) => (await import("./notes.ts")).reportNote({ ...text, token: own, pipeline, world }),
        }
      : noToken(pipeline),
  };
}

function noToken({ mergeRequest, openMergeRequests, projectId }: Pipeline): Lacking {
  const isOwn =
    mergeRequest === undefined
      ? openMergeRequests.some(({ project }) => project === projectId)
      : !mergeRequest.isFork || mergeRequest.projectId === projectId;
  if (!isOwn)
    return { why: "the pipeline runs in the fork, which has no GITLAB_TOKEN for the target project", level: "notice" };
  const why = `a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope \`api\`; a protected variable is available on protected branches alone`;
  return { why, level: "warning" };
}

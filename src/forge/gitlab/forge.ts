import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import type { World } from "../../system/world.ts";
import type { Forge } from "../forge.ts";
import { tokenOf } from "./api.ts";
import { ruleReader } from "./rules.ts";

/** GitLab takes a million characters (`Gitlab::Database::MAX_TEXT_SIZE_LIMIT`); bytes are never fewer. */
const NOTE_BYTES = 900_000;

/**
 * GitLab. The job's own token reads, and writes neither notes (GitLab, `lib/api/notes.rb`) nor issues nor branches.
 * Without another token, nothing is tried. The client is loaded when it is first used, except for the rules.
 * @param given the input `token`; empty: none
 */
export function gitlabForge(pipeline: Pipeline, given: string, world: World): Forge {
  const token = tokenOf(given, world.env);
  const own = token?.isJobToken === false ? token : undefined;
  const job = { token, pipeline, world };
  return {
    rules: ruleReader(job),
    keptReports: async (name) => (await import("./baseline.ts")).keptReports(name, job),
    state: own
      ? async (name) => (await import("./state.ts")).stateBranch(name, own, pipeline, world)
      : {
          why: "a job's own token does not push",
          level: "warning",
          remedy:
            "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder with `state-dir`",
        },
    issues: own
      ? async (scope) => (await import("./issues.ts")).issueTracker(scope, job)
      : {
          why: "a job's own token writes no issues; set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter",
          level: "warning",
        },
    comments: own
      ? {
          mostUnits: NOTE_BYTES,
          measuredIn: "bytes",
          write: async (text) => (await import("./notes.ts")).reportNote({ ...text, ...job }),
        }
      : {
          why: "a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope `api`. A protected variable is available on protected branches alone, and a fork's pipeline gets no variables of the target project",
          level: "warning",
        },
  };
}

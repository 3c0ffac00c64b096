import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import { readOnlyBecause } from "../../job/may-write.ts";
import { tokenMissing, unreadable } from "../../system/store/state-branch.ts";
import type { World } from "../../system/world.ts";
import type { StateStore } from "../forge.ts";
import { stateBranch as branchByGit } from "../git-branch.ts";
import type { Token } from "./api.ts";

/**
 * The state on a branch of the project. Only the default branch's own pipelines write it.
 * @param token one that may write; undefined: there is none
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(name: string, token: Token | undefined, pipeline: Pipeline, world: World): StateStore {
  return branchByGit(
    {
      name,
      oneAtATime: "give the job a `resource_group`",
      whoWrites:
        "Let a pipeline of the default branch write it: of a push, of a schedule, or one that was started by hand.",
      unprotect: "Leave the branch out of the protected branches and push rules, or let the token's role push to it.",
      remote() {
        if (token === undefined)
          throw tokenMissing(
            name,
            "a job's own token does not push",
            "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder with `state-dir`.",
          );
        const { apiUrl, repository, problem } = pipeline;
        if (apiUrl === undefined || repository === undefined)
          throw unreadable(name, problem ?? "CI_PROJECT_PATH is not set");
        // Not CI_PROJECT_URL, which a variable may replace: the token goes to the server of the API alone.
        return {
          address: `${apiUrl.replace(/\/api\/v\d+$/, "")}/${encodeURI(repository)}.git`,
          user: "oauth2",
          token: token.value,
          authorityFile: world.env.CI_SERVER_TLS_CA_FILE,
          needs: "Give GITLAB_TOKEN the scope `api` (or `write_repository`) and the role Developer.",
        };
      },
      // The pipeline's own variables can be replaced, so that the server names the default branch.
      readOnlyBecause: (now) =>
        readOnlyBecause({ noun: "pipeline", ...pipeline, ...(now && { defaultBranch: now.name }) }) ??
        (token === undefined ? "a job's own token does not write it" : undefined),
    },
    world,
  );
}

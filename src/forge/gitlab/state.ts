import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import { readOnlyBecause } from "../../job/may-write.ts";
import type { World } from "../../system/world.ts";
import type { StateStore } from "../forge.ts";
import { stateBranch as branchByGit } from "../git-branch.ts";
import type { Token } from "./api.ts";

/**
 * The state on a branch of the project. Only the default branch's own pipelines write it.
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(name: string, { value: token }: Token, pipeline: Pipeline, world: World): StateStore {
  const { apiUrl, repository, problem } = pipeline;
  return branchByGit(
    {
      name,
      oneAtATime: "give the job a `resource_group`",
      // Not CI_PROJECT_URL, which a variable may replace: the token goes to the server of the API alone.
      address: apiUrl && repository && `${apiUrl.replace(/\/api\/v\d+$/, "")}/${encodeURI(repository)}.git`,
      problem,
      user: "oauth2",
      token,
      authorityFile: world.env.CI_SERVER_TLS_CA_FILE,
      needs: "Give GITLAB_TOKEN the scope `api` (or `write_repository`) and the role Developer.",
      // A user can replace the pipeline's own variables, so the server is asked for the default branch.
      readOnlyBecause: (now) =>
        readOnlyBecause({ noun: "pipeline", ...pipeline, ...(now && { defaultBranch: now.name }) }),
    },
    world,
  );
}

import { changeOf, type Pipeline } from "../../job/gitlab/pipeline.ts";
import { httpUrl } from "../../job/http-url.ts";
import { otherServer, tokenMissing, unreadable } from "../../system/state/errors.ts";
import type { World } from "../../system/world.ts";
import type { StateStore } from "../forge.ts";
import { stateBranch as branchByGit } from "../git-branch.ts";
import type { Token } from "./api/token.ts";

/**
 * The state on a branch of the project. Only the default branch's own pipelines write it.
 * @param token one that may write; undefined: there is none
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(name: string, token: Token | undefined, pipeline: Pipeline, world: World): StateStore {
  const { env } = world;
  const byToken = token === undefined ? "a job's own token does not write it" : undefined;
  const why = changeOf(pipeline).readOnlyBecause ?? byToken;
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
        const address = httpUrl(env.CI_PROJECT_URL);
        if (pipeline.apiUrl === undefined || address === undefined)
          throw unreadable(name, pipeline.problem ?? "CI_PROJECT_URL is not an http or https URL");
        // A variable of the project or of the pipeline can replace it.
        if (new URL(address).origin !== new URL(pipeline.apiUrl).origin) throw otherServer(name, address);
        return {
          address: `${address}.git`,
          user: "oauth2",
          token: token.value,
          authorityFile: env.CI_SERVER_TLS_CA_FILE,
          needs: "Give GITLAB_TOKEN the scope `api` (or `write_repository`) and the role Developer.",
        };
      },
      readOnlyBecause: async () => why,
    },
    world,
  );
}

import { stateBranch as branchByGit } from "../../../forge/git-branch.ts";
import { unreadable } from "../../../system/state/errors.ts";
import type { World } from "../../../system/world.ts";
import type { StateStore } from "../../platform.ts";
import type { GitHubEvent } from "../event.ts";
import { readOnlyBecause } from "./may-write.ts";

/**
 * The state on an orphan branch of the repository. GitHub, Forgejo and Gitea let a token in by any name.
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(name: string, token: string, event: GitHubEvent, world: World): StateStore {
  return branchByGit(
    {
      name,
      oneAtATime: "give the workflow a `concurrency` group",
      whoWrites: "Let a run of the default branch on `schedule`, `push` or `workflow_dispatch` write it.",
      unprotect:
        "Leave the branch out of the branch protection and rulesets, or let the workflow's identity bypass them.",
      remote() {
        const { repository, serverUrl, problem } = event;
        if (repository === undefined) throw unreadable(name, problem ?? "the repository of this run is not known");
        return {
          address: `${serverUrl}/${repository.owner}/${repository.repo}`,
          user: "x-access-token",
          token,
          needs: "Add `contents: write` to the job's `permissions`; a repository that is archived takes no push.",
        };
      },
      readOnlyBecause: (ask) => readOnlyBecause({ event, env: world.env }, ask),
    },
    world,
  );
}

import { wholeNumber } from "../../domain/run-stamp.ts";
import type { GitHubEvent } from "../../job/github/event.ts";
import { readOnlyBecause } from "../../job/may-write.ts";
import type { World } from "../../system/world.ts";
import type { StateStore } from "../forge.ts";
import { stateBranch as branchByGit } from "../git-branch.ts";

/**
 * The state on an orphan branch of the repository. GitHub, Forgejo and Gitea let a token in by any name.
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(name: string, token: string, event: GitHubEvent, world: World): StateStore {
  const { repository, serverUrl, problem } = event;
  return branchByGit(
    {
      name,
      oneAtATime: "give the workflow a `concurrency` group",
      address: repository && `${serverUrl}/${repository}`,
      problem,
      user: "x-access-token",
      token,
      needs: "Add `contents: write` to the job's `permissions`; a repository that is archived takes no push.",
      readOnlyBecause(now) {
        const why = readOnlyBecause({ noun: "run", ...event, defaultBranch: now?.name ?? event.branch });
        // A repetition of an old run knows only what was declared then.
        const isRepeated = (wholeNumber(world.env.GITHUB_RUN_ATTEMPT) ?? 1) > 1 && now?.commit !== event.runSha;
        if (why !== undefined || now === undefined || !isRepeated) return why;
        return `this repeats a run of an older commit than ${JSON.stringify(now.name)} has now`;
      },
    },
    world,
  );
}

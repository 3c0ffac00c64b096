import { readOnlyBecause, wholeNumber } from "./shared.inputs.js";
import { stateBranch as stateBranch$1 } from "./forge.git-branch.js";

// src/forge/github/state.ts
function stateBranch(name, token, event, world) {
	const { repository, serverUrl, problem } = event;
	return stateBranch$1({
		name,
		oneAtATime: "give the workflow a `concurrency` group",
		address: repository && `${serverUrl}/${repository}`,
		problem,
		user: "x-access-token",
		token,
		needs: "Add `contents: write` to the job's `permissions`; a repository that is archived takes no push.",
		readOnlyBecause(now) {
			const why = readOnlyBecause({
				noun: "run",
				...event,
				defaultBranch: now?.name ?? event.branch
			});
			const isRepeated = (wholeNumber(world.env.GITHUB_RUN_ATTEMPT) ?? 1) > 1 && now?.commit !== event.runSha;
			if (why !== void 0 || now === void 0 || !isRepeated) return why;
			return `this repeats a run of an older commit than ${JSON.stringify(now.name)} has now`;
		}
	}, world);
}

export { stateBranch };
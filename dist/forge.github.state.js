import { readOnlyBecause, unreadable, wholeNumber, writingRun } from "./shared.inputs.js";
import { stateBranch as stateBranch$1 } from "./forge.git-branch.js";

// src/forge/github/state.ts
function stateBranch(name, token, event, world) {
	return stateBranch$1({
		name,
		oneAtATime: "give the workflow a `concurrency` group",
		whoWrites: "Let a run of the default branch on `schedule`, `push` or `workflow_dispatch` write it.",
		unprotect: "Leave the branch out of the branch protection and rulesets, or let the workflow's identity bypass them.",
		remote() {
			const { repository, serverUrl, problem } = event;
			if (repository === void 0) throw unreadable(name, problem ?? "the repository of this run is not known");
			return {
				address: `${serverUrl}/${repository.owner}/${repository.repo}`,
				user: "x-access-token",
				token,
				needs: "Add `contents: write` to the job's `permissions`; a repository that is archived takes no push."
			};
		},
		readOnlyBecause: (ask) => readOnlyNow(event, world.env, ask)
	}, world);
}
async function readOnlyNow(event, env, ask) {
	const run = writingRun(event, env);
	const known = readOnlyBecause({
		...run,
		defaultBranch: run.branch
	});
	if (known !== void 0) return known;
	const { name: defaultBranch, commit } = await ask();
	const elsewhere = readOnlyBecause({
		...run,
		defaultBranch
	});
	if (elsewhere !== void 0 || (wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1) === 1 || commit === event.runSha) return elsewhere;
	return `this repeats a run of an older commit than ${JSON.stringify(defaultBranch)} has now`;
}

export { stateBranch };
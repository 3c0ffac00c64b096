import { stateBranch as stateBranch$1, tokenMissing, unreadable } from "./forge.git-branch.js";
import { readOnlyBecause } from "./shared.inputs.js";

// src/platforms/github/state/store.ts
function stateBranch(name, access, event, world) {
	const { token } = access;
	return stateBranch$1({
		name,
		oneAtATime: "give the workflow a `concurrency` group",
		whoWrites: "Let a run of the default branch on `schedule`, `push` or `workflow_dispatch` write it.",
		unprotect: "Leave the branch out of the branch protection and rulesets, or let the workflow's identity bypass them.",
		remote() {
			const { repository, serverUrl, problem } = event;
			if (token === "") throw tokenMissing(name, "the input `token` is empty", "Leave the input `token` at its default, `github.token`.");
			if (repository === void 0) throw unreadable(name, problem ?? "the repository of this run is not known");
			return {
				address: `${serverUrl}/${repository.owner}/${repository.repo}`,
				user: "x-access-token",
				token,
				needs: "Add `contents: write` to the job's `permissions`; a repository that is archived takes no push."
			};
		},
		readOnlyBecause: (ask) => readOnlyBecause({
			...access,
			event,
			env: world.env
		}, ask)
	}, world);
}

export { stateBranch };
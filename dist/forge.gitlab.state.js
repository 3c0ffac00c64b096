import { readOnlyBecause, tokenMissing, unreadable } from "./shared.inputs.js";
import { stateBranch as stateBranch$1 } from "./forge.git-branch.js";

// src/forge/gitlab/state.ts
function stateBranch(name, token, pipeline, world) {
	return stateBranch$1({
		name,
		oneAtATime: "give the job a `resource_group`",
		whoWrites: "Let a pipeline of the default branch write it: of a push, of a schedule, or one that was started by hand.",
		unprotect: "Leave the branch out of the protected branches and push rules, or let the token's role push to it.",
		remote() {
			if (token === void 0) throw tokenMissing(name, "a job's own token does not push", "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder with `state-dir`.");
			const { apiUrl, repository, problem } = pipeline;
			if (apiUrl === void 0 || repository === void 0) throw unreadable(name, problem ?? "CI_PROJECT_PATH is not set");
			return {
				address: `${apiUrl.replace(/\/api\/v\d+$/, "")}/${encodeURI(repository)}.git`,
				user: "oauth2",
				token: token.value,
				authorityFile: world.env.CI_SERVER_TLS_CA_FILE,
				needs: "Give GITLAB_TOKEN the scope `api` (or `write_repository`) and the role Developer."
			};
		},
		readOnlyBecause: (now) => readOnlyBecause({
			noun: "pipeline",
			...pipeline,
			...now && { defaultBranch: now.name }
		}) ?? (token === void 0 ? "a job's own token does not write it" : void 0)
	}, world);
}

export { stateBranch };
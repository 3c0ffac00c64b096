import { readOnlyBecause } from "./shared.inputs.js";
import { stateBranch as stateBranch$1 } from "./forge.git-branch.js";

// src/forge/gitlab/state.ts
function stateBranch(name, { value: token }, pipeline, world) {
	const { apiUrl, repository, problem } = pipeline;
	return stateBranch$1({
		name,
		oneAtATime: "give the job a `resource_group`",
		address: apiUrl && repository && `${apiUrl.replace(/\/api\/v\d+$/, "")}/${encodeURI(repository)}.git`,
		problem,
		user: "oauth2",
		token,
		authorityFile: world.env.CI_SERVER_TLS_CA_FILE,
		needs: "Give GITLAB_TOKEN the scope `api` (or `write_repository`) and the role Developer.",
		readOnlyBecause: (now) => readOnlyBecause({
			noun: "pipeline",
			...pipeline,
			...now && { defaultBranch: now.name }
		})
	}, world);
}

export { stateBranch };
import { otherServer, stateBranch as stateBranch$1, tokenMissing, unreadable } from "./forge.git-branch.js";
import { httpUrl, offlineBecause } from "./shared.inputs.js";
import { ownToken } from "./platforms.gitlab.api.token.js";
import { changeOf, notBySource } from "./platforms.gitlab.pipeline.js";

// src/platforms/gitlab/state.ts
function stateBranch(name, access, pipeline, world) {
	const { env } = world;
	const why = mayNotBecause(access, pipeline, env);
	return stateBranch$1({
		name,
		oneAtATime: "give the job a `resource_group`",
		whoWrites: "Let a pipeline of the default branch write it: of a push, of a schedule, or one that was started by hand.",
		unprotect: "Leave the branch out of the protected branches and push rules, or let the token's role push to it.",
		remote() {
			const token = ownToken(access.token, env);
			if (token === void 0) throw tokenMissing(name, "a job's own token does not push", "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder with `state-dir`.");
			const address = httpUrl(env.CI_PROJECT_URL);
			if (pipeline.apiUrl === void 0 || address === void 0) throw unreadable(name, pipeline.problem ?? "CI_PROJECT_URL is not an http or https URL");
			if (new URL(address).origin !== new URL(pipeline.apiUrl).origin) throw otherServer(name, address);
			return {
				address: `${address}.git`,
				user: "oauth2",
				token: token.value,
				authorityFile: env.CI_SERVER_TLS_CA_FILE,
				needs: "Give GITLAB_TOKEN the scope `api` (or `write_repository`) and the role Developer."
			};
		},
		readOnlyBecause: async () => why
	}, world);
}
function mayNotBecause(access, pipeline, env) {
	const why = offlineBecause(access, "GitLab")?.why ?? changeOf(pipeline).readOnlyBecause ?? notBySource(pipeline);
	if (why !== void 0) return why;
	return ownToken(access.token, env) === void 0 ? "a job's own token does not write it" : void 0;
}

export { stateBranch };
import { changeOf, notBySource } from "./job.gitlab.pipeline.js";
import { httpUrl, otherServer, tokenMissing, unreadable } from "./shared.inputs.js";
import { stateBranch as stateBranch$1 } from "./forge.git-branch.js";

// src/forge/gitlab/state.ts
function stateBranch(name, token, pipeline, world) {
	const { env } = world;
	const byToken = token === void 0 ? "a job's own token does not write it" : void 0;
	const why = changeOf(pipeline).readOnlyBecause ?? notBySource(pipeline) ?? byToken;
	return stateBranch$1({
		name,
		oneAtATime: "give the job a `resource_group`",
		whoWrites: "Let a pipeline of the default branch write it: of a push, of a schedule, or one that was started by hand.",
		unprotect: "Leave the branch out of the protected branches and push rules, or let the token's role push to it.",
		remote() {
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

export { stateBranch };
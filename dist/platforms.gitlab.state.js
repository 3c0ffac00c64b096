import { stateBranch as stateBranch$1, tokenMissing, unreadable } from "./platforms.git-branch.js";
import { ownToken } from "./platforms.gitlab.api.token.js";
import { changeOf, httpUrl } from "./platforms.gitlab.pipeline.js";

// src/platforms/gitlab/state.ts
const WRITING = /* @__PURE__ */ new Set([
	"schedule",
	"push",
	"web"
]);
function stateBranch(name, access, pipeline, world) {
	const { env } = world;
	const why = mayNotBecause(access, pipeline, env);
	return stateBranch$1({
		name,
		platform: "GitLab",
		offline: access.offline,
		oneAtATime: "give the job a `resource_group`",
		whoWrites: "Let a pipeline of the default branch write it: of a push, of a schedule, or one that was started by hand.",
		unprotect: "Leave the branch out of the protected branches and push rules, or let the token's role push to it.",
		remote() {
			const token = ownToken(access.token, env);
			if (token === void 0) throw tokenMissing(name, "a job's own token does not push", "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder with `state-dir`.");
			const address = httpUrl(env.CI_PROJECT_URL);
			if (pipeline.apiUrl === void 0 || address === void 0) throw unreadable(name, pipeline.problem ?? "CI_PROJECT_URL is not an http or https URL");
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
function mayNotBecause({ token, offline }, pipeline, env) {
	if (offline) return "`offline` forbids asking GitLab";
	const { readOnlyBecause } = changeOf(pipeline);
	if (readOnlyBecause !== void 0) return readOnlyBecause;
	if (!WRITING.has(pipeline.source)) return `a pipeline of the source \`${pipeline.source}\` does not write it`;
	return ownToken(token, env) === void 0 ? "a job's own token does not write it" : void 0;
}

export { stateBranch };
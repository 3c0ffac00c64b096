import { int, object, string } from "./package.zod.js";
import { ReportingError } from "./forge.api-failure.js";
import { client, openConnection, requestsWith } from "./forge.connection.js";

// src/forge/gitlab/api.ts
function tokenOf(given, env) {
	const { CI_JOB_TOKEN: ofJob = "", GITLAB_TOKEN: ofVariable = "" } = env;
	for (const value of [
		given,
		ofVariable,
		ofJob
	].map((each) => each.trim())) if (value !== "") return {
		value,
		isJobToken: value === ofJob || value.startsWith("glcbt-")
	};
}
const TOKEN = /^[\x21-\x7e]+$/;
const NO_TOKEN = "There is no token for GitLab's API";
async function connect({ token, pipeline, world }, limits = {}) {
	const { apiUrl, projectId: project, problem } = pipeline;
	const { env, signal } = world;
	if (token === void 0 || apiUrl === void 0 || project === void 0) throw new ReportingError({
		code: "gitlab-token-missing",
		what: token ? problem ?? "There is no CI_PROJECT_ID for GitLab's API" : NO_TOKEN,
		remedy: token ? "Let a job of GitLab's runner start it, and let no variable of yours replace one that GitLab sets." : "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter."
	});
	const { value, isJobToken } = token;
	if (!TOKEN.test(value)) throw new ReportingError({
		code: "gitlab-token-unusable",
		what: "The token for GitLab has a character that no token has, such as a blank or a line break",
		remedy: "Give the token alone in the variable GITLAB_TOKEN."
	});
	const server = {
		prefix: "gitlab",
		name: "GitLab",
		host: new URL(apiUrl).host,
		variable: "CI_API_V4_URL",
		authority: "CI_SERVER_TLS_CA_FILE",
		hidden: "a token of a fork does not reach the target project",
		tokenFrom: isJobToken ? "The job's own token cannot do this on this server: use a project access token with {needs}." : "It may have been revoked or be of another server: make a new project access token.",
		disturbances: "ask those who run the server if it stays"
	};
	const place = {
		baseUrl: apiUrl,
		headers: {
			accept: "application/json",
			[isJobToken ? "job-token" : "private-token"]: value
		},
		maxRedirects: 0,
		authorityFile: env.CI_SERVER_TLS_CA_FILE
	};
	const to = await openConnection(place);
	return {
		...client(server, to, {
			...limits,
			signal
		}),
		isJobToken,
		project
	};
}
const WRITES = "the scope `api` and the role Reporter";
const writing = requestsWith({ needs: WRITES });
async function accountOf(api) {
	const request = writing("GET /user", {}, "The account of the token could not be read");
	return (await api.call(request, object({ id: int() }))).id;
}
const reading = requestsWith({ needs: "the scope `read_api` and the role Reporter" });
async function defaultBranchOf(api, project) {
	const request = reading("GET /projects/{project}", { project }, "The project could not be read");
	return (await api.call(request, object({ default_branch: string().min(1) }))).default_branch;
}

export { NO_TOKEN, WRITES, accountOf, connect, defaultBranchOf, reading, tokenOf, writing };
import { literal, object, string } from "./package.zod.js";
import { changeOf } from "./job.gitlab.pipeline.js";
import { ReportingError } from "./forge.api-failure.js";
import { once } from "./shared.inputs.js";
import { reasonOf, rulesBy } from "./forge.rules.js";
import { connect, defaultBranchOf } from "./forge.gitlab.api.api.js";
import { repositoryIn } from "./forge.gitlab.rules.git.js";

// src/forge/gitlab/api/token.ts
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

// src/forge/gitlab/rules/read.ts
const withId = object({ id: string().regex(/^[0-9a-f]{40,64}$/) });
function asked(route, parameters, failed) {
	const needs = "the scope `read_api` and the role Reporter";
	return {
		route: route.replace(" ", " /projects/{project}/repository"),
		parameters: { ...parameters },
		failed,
		needs
	};
}
async function commitByApi(api, { commit, branch, project }) {
	const named = async (name, failed) => (await api.call(asked("GET /commits/{name}", {
		project,
		name
	}, failed), withId)).data.id;
	if (commit !== void 0) return named(commit, `The commit ${commit} could not be read`);
	const name = branch ?? await defaultBranchOf(api, project);
	const failed = `The branch ${JSON.stringify(name)} could not be read`;
	if (api.isJobToken) return named(`refs/heads/${name}`, failed);
	const schema = object({
		name: literal(name),
		commit: withId
	});
	return (await api.call(asked("GET /branches/{name}", {
		project,
		name
	}, failed), schema)).data.commit.id;
}
async function readerByApi(api, place) {
	const { project } = place;
	const ref = await commitByApi(api, place);
	return async ({ what, path, maxBytes }) => {
		const failed = `The ${what} ${JSON.stringify(path)} could not be read at ${ref}`;
		try {
			return { text: await api.bytes({
				...asked("GET /files/{path}/raw", {
					project,
					path,
					ref
				}, failed),
				maxBytes
			}) };
		} catch (thrown) {
			if (thrown instanceof ReportingError && thrown.status === 404 && /\(404: 404 File Not Found\)$/.test(thrown.what)) return { absent: true };
			throw thrown;
		}
	};
}
function ruleReader(token, pipeline, world) {
	const { mergeRequest, projectId: own, checkedOut: commit, isPrivileged, problem, source, defaultBranch } = pipeline;
	const { mergedSha, diffBaseSha, targetBranch: target, isFork = false, projectId = own } = mergeRequest ?? {};
	const git = repositoryIn(world);
	const connected = once(() => connect(token, pipeline, world));
	const neither = git === void 0 ? "the job's image has no Git, which could fetch it" : "Git could not fetch it from the remote `origin` either";
	async function readerAt({ commit, branch: named, isOwn: isRuns }) {
		const isOwn = isRuns === true || projectId === own;
		const project = isOwn ? own : projectId;
		if (project === void 0) return "The project of this pipeline is not known";
		const branch = named ?? (isOwn ? defaultBranch : void 0);
		let why = "There is no token for GitLab's API";
		try {
			const api = await connected();
			if (api !== void 0) return await readerByApi(api, {
				commit,
				branch,
				project
			});
		} catch (thrown) {
			why = reasonOf(thrown);
		}
		const at = await git?.commitAt({
			commit,
			branch: isOwn ? branch : void 0
		});
		if (git !== void 0 && at !== void 0) return (file) => git.read(at, file);
		return `${why}; ${neither}`;
	}
	const parting = isFork ? diffBaseSha : void 0;
	const compared = async () => {
		const known = mergedSha ?? diffBaseSha;
		return known === void 0 ? void 0 : { commit: known };
	};
	const run = {
		label: `This pipeline (${source})`,
		privileged: isPrivileged,
		problem,
		commit,
		target,
		compared,
		parting
	};
	return rulesBy(run, readerAt, world.log);
}

// src/forge/gitlab/forge.ts
const NOTE_BYTES = 9e5;
function gitlabForge(pipeline, given, world) {
	const token = tokenOf(given, world.env);
	const own = token?.isJobToken === false ? token : void 0;
	return {
		rules: ruleReader(token, pipeline, world),
		keptReports: async (search) => (await import("./forge.gitlab.baseline.js")).keptReports(search, token, pipeline, world),
		state: async (name) => (await import("./forge.gitlab.state.js")).stateBranch(name, own, pipeline, world),
		issues: async (scope) => {
			const readOnlyBecause = noIssuesBecause(own !== void 0, pipeline);
			const { issueTracker } = await import("./forge.gitlab.issues.js");
			return issueTracker({
				scope,
				readOnlyBecause
			}, {
				token: own,
				pipeline,
				world
			});
		},
		comments: own ? {
			mostUnits: NOTE_BYTES,
			measuredIn: "bytes",
			write: async (text) => (await import("./forge.gitlab.notes.js")).reportNote({
				...text,
				token: own,
				pipeline,
				world
			})
		} : noToken(pipeline, world.env)
	};
}
function noIssuesBecause(mayWrite, pipeline) {
	if (mayWrite || changeOf(pipeline).readOnlyBecause !== void 0) return void 0;
	return "a job's own token writes no issues; set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter";
}
function noToken({ mergeRequest, openMergeRequests, projectId }, env) {
	if (!(mergeRequest === void 0 ? openMergeRequests.some(({ project }) => project === projectId) : !mergeRequest.isFork || mergeRequest.projectId === projectId)) return {
		why: "the pipeline runs in the fork, which has no GITLAB_TOKEN for the target project",
		level: "notice"
	};
	return {
		why: `a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope \`api\`${env.CI_COMMIT_REF_PROTECTED === "true" ? "" : "; a protected variable is not available on a branch that is not protected"}`,
		level: "warning"
	};
}

export { gitlabForge };
import { literal, object, string } from "./package.zod.js";
import { NO_TOKEN, connect, defaultBranchOf, reading, tokenOf } from "./forge.gitlab.api.js";
import { ReportingError } from "./forge.api-failure.js";
import { once } from "./shared.inputs.js";
import { rulesBy } from "./forge.rules.js";

// src/forge/gitlab/rules.ts
const withId = object({ id: string().regex(/^[0-9a-f]{40,64}$/) });
const REPOSITORY = "GET /projects/{project}/repository";
async function commitOf(api, project, { commit, branch }) {
	const named = async (name, failed) => (await api.call(reading(`${REPOSITORY}/commits/{name}`, {
		project,
		name
	}, failed), withId)).id;
	if (commit !== void 0) return named(commit, `The commit ${commit} could not be read`);
	const name = branch ?? await defaultBranchOf(api, project);
	const failed = `The branch ${JSON.stringify(name)} could not be read`;
	if (api.isJobToken) return named(`refs/heads/${name}`, failed);
	const schema = object({
		name: literal(name),
		commit: withId
	});
	return (await api.call(reading(`${REPOSITORY}/branches/{name}`, {
		project,
		name
	}, failed), schema)).commit.id;
}
async function readerIn(api, project, wanted) {
	const ref = await commitOf(api, project, wanted);
	return async ({ what, path, maxBytes }) => {
		const failed = `The ${what} ${JSON.stringify(path)} could not be read at ${ref}`;
		const request = reading(`${REPOSITORY}/files/{path}/raw`, {
			project,
			path,
			ref
		}, failed);
		try {
			return { text: await api.bytes({
				...request,
				maxBytes
			}) };
		} catch (thrown) {
			if (thrown instanceof ReportingError && thrown.status === 404 && /\(404: 404 File Not Found\)$/.test(thrown.what)) return { absent: true };
			throw thrown;
		}
	};
}
function ruleReader(job) {
	const { mergeRequest, defaultBranch, checkedOut: commit, privileged, problem, trigger } = job.pipeline;
	const { mergedSha, diffBaseSha, targetBranch: target, isFork = false } = mergeRequest ?? {};
	const connected = once(() => connect(job));
	async function readerAt({ commit, branch }) {
		if (job.token === void 0) return async () => ({ unreadable: NO_TOKEN });
		const api = await connected();
		const own = api.project;
		const { projectId = own } = mergeRequest ?? {};
		const found = readerIn(api, projectId, {
			commit,
			branch: branch ?? (projectId === own ? defaultBranch : void 0)
		});
		if (commit === void 0 || own === projectId) return found;
		return found.catch(() => readerIn(api, own, { commit })).catch(() => found);
	}
	const parting = isFork ? diffBaseSha : void 0;
	const known = mergedSha ?? diffBaseSha;
	const compared = async () => known === void 0 ? void 0 : { commit: known };
	const label = `This pipeline (${trigger})`;
	return rulesBy({
		label,
		privileged,
		problem,
		commit,
		target,
		compared,
		parting
	}, readerAt, job.world.log);
}

// src/forge/gitlab/forge.ts
const NOTE_BYTES = 9e5;
function gitlabForge(pipeline, given, world) {
	const token = tokenOf(given, world.env);
	const own = token?.isJobToken === false ? token : void 0;
	const job = {
		token,
		pipeline,
		world
	};
	return {
		rules: ruleReader(job),
		keptReports: async (name) => (await import("./forge.gitlab.baseline.js")).keptReports(name, job),
		state: own ? async (name) => (await import("./forge.gitlab.state.js")).stateBranch(name, own, pipeline, world) : {
			why: "a job's own token does not push",
			level: "warning",
			remedy: "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder with `state-dir`"
		},
		issues: own ? async (scope) => (await import("./forge.gitlab.issues.js")).issueTracker(scope, job) : {
			why: "a job's own token writes no issues; set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter",
			level: "warning"
		},
		comments: own ? {
			mostUnits: NOTE_BYTES,
			measuredIn: "bytes",
			write: async (text) => (await import("./forge.gitlab.notes.js")).reportNote({
				...text,
				...job
			})
		} : {
			why: "a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope `api`. A protected variable is available on protected branches alone, and a fork's pipeline gets no variables of the target project",
			level: "warning"
		}
	};
}

export { gitlabForge };
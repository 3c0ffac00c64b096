import { asGateError } from "./shared.start.js";
import { literal, object, string } from "./package.zod.js";
import { ReportingError } from "./platforms.api-failure.js";
import { rulesBy } from "./platforms.rule-files.js";
import { connect } from "./platforms.gitlab.api.api.js";
import { tokenOf } from "./platforms.gitlab.api.token.js";
import { repositoryIn } from "./platforms.gitlab.rules.git.js";

// src/platforms/gitlab/rules/read.ts
const NEEDS = "the scope `read_api` and the role Reporter";
const sha = string().regex(/^[0-9a-f]{40,64}$/);
function wantedCommit(use, pipeline) {
	const { mergeRequest, projectId: own, checkedOut, defaultBranch, isPrivileged, problem } = pipeline;
	if (own === void 0) return void 0;
	if (use === "run") return checkedOut === void 0 ? void 0 : {
		projectId: own,
		commit: checkedOut
	};
	if (problem !== void 0 && !isPrivileged) return void 0;
	const projectId = mergeRequest?.projectId ?? own;
	const ofDefault = {
		projectId,
		branch: projectId === own ? defaultBranch : void 0
	};
	if (use === "comparison") {
		if (mergeRequest === void 0) return void 0;
		const { mergedSha, diffBaseSha, targetBranch: branch } = mergeRequest;
		const commit = mergedSha ?? diffBaseSha;
		return commit === void 0 ? {
			projectId,
			branch
		} : {
			projectId,
			commit
		};
	}
	if (use === "default-branch" || isPrivileged || mergeRequest === void 0) return ofDefault;
	return {
		projectId,
		branch: mergeRequest.targetBranch
	};
}
function partingOf(use, pipeline) {
	const { isFork, diffBaseSha: commit, projectId = 0 } = pipeline.mergeRequest ?? {};
	return use === "base" && !pipeline.isPrivileged && isFork === true && commit !== void 0 ? {
		projectId,
		commit
	} : void 0;
}
const project = (id) => `/projects/${id}`;
async function branchOf(api, { projectId, branch }) {
	if (branch !== void 0) return branch;
	const request = {
		method: "GET",
		path: project(projectId),
		failed: "The project could not be read",
		needs: NEEDS
	};
	return (await api.call(request, object({ default_branch: string().min(1) }))).data.default_branch;
}
async function commitByApi(api, wanted) {
	const at = `${project(wanted.projectId)}/repository`;
	const commit = (name, failed) => api.call({
		method: "GET",
		path: `${at}/commits/${encodeURIComponent(name)}`,
		failed,
		needs: NEEDS
	}, object({ id: sha }));
	if ("commit" in wanted) return (await commit(wanted.commit, `The commit ${wanted.commit} could not be read`)).data.id;
	const branch = await branchOf(api, wanted);
	const failed = `The branch ${JSON.stringify(branch)} could not be read`;
	if (api.isJobToken) return (await commit(`refs/heads/${branch}`, failed)).data.id;
	const path = `${at}/branches/${encodeURIComponent(branch)}`;
	const schema = object({
		name: literal(branch),
		commit: object({ id: sha })
	});
	return (await api.call({
		method: "GET",
		path,
		failed,
		needs: NEEDS
	}, schema)).data.commit.id;
}
async function readerByApi(api, wanted) {
	const ref = await commitByApi(api, wanted);
	return async ({ what, path, maxBytes }) => {
		const request = {
			method: "GET",
			path: `${project(wanted.projectId)}/repository/files/${encodeURIComponent(path)}/raw`,
			query: { ref },
			failed: `The ${what} ${JSON.stringify(path)} could not be read at ${ref}`,
			needs: NEEDS,
			maxBytes
		};
		try {
			return { text: await api.bytes(request) };
		} catch (thrown) {
			if (thrown instanceof ReportingError && thrown.status === 404 && /\(404: 404 File Not Found\)$/.test(thrown.what)) return { absent: true };
			throw thrown;
		}
	};
}
async function readerByGit(git, wanted, own) {
	const isOwn = wanted.projectId === own;
	const commit = "commit" in wanted ? wanted.commit : isOwn && wanted.branch !== void 0 ? await git.tipOf(wanted.branch) : void 0;
	if (commit === void 0 || !await git.has(commit)) return void 0;
	return (file) => git.read(commit, file);
}
async function readerOf(use, pipeline, sources) {
	const wanted = wantedCommit(use, pipeline);
	const none = pipeline.problem ?? `This pipeline (${pipeline.source}) has no base`;
	if (wanted === void 0) return async () => ({ unreadable: none });
	const found = await readerAt(wanted, pipeline, sources);
	if (typeof found !== "string") return found;
	const parting = partingOf(use, pipeline);
	const older = parting && await readerAt(parting, pipeline, sources);
	if (older === void 0 || typeof older === "string") return async () => ({ unreadable: found });
	sources.log.notice(`The base's rules are those of the commit where the branches parted. ${found}.`);
	return older;
}
async function readerAt(wanted, pipeline, { api, git }) {
	let why = "There is no token for GitLab's API";
	try {
		const found = await api();
		if (found !== void 0) return await readerByApi(found, wanted);
	} catch (thrown) {
		const { what, remedy } = asGateError(thrown);
		why = `${what}. ${remedy.replace(/\.$/, "")}`;
	}
	return (git && await readerByGit(git, wanted, pipeline.projectId).catch(() => void 0)) ?? `${why}; ${git === void 0 ? "the job's image has no Git, which could fetch it" : "Git could not fetch it from the remote `origin` either"}`;
}
function ruleReader({ token, offline }, pipeline, world) {
	if (offline) return async () => ({ unreadable: "`offline` forbids asking GitLab" });
	let connected;
	const api = async () => {
		const found = tokenOf(token, world.env);
		if (pipeline.apiUrl === void 0 || found === void 0) return void 0;
		const authorityFile = world.env.CI_SERVER_TLS_CA_FILE;
		connected ??= connect({
			apiUrl: pipeline.apiUrl,
			token: found,
			authorityFile,
			signal: world.signal
		});
		return connected;
	};
	return rulesBy((use) => readerOf(use, pipeline, {
		api,
		git: repositoryIn(world),
		log: world.log
	}));
}

export { ruleReader };
import { changeOf, notBySource } from "./job.gitlab.pipeline.js";
import { array, boolean, int, literal, object, string, union, unknown } from "./package.zod.js";
import { accountOf, connect, defaultBranchOf, keptReports, repositoryIn } from "./forge.gitlab.baseline.js";
import { GateError, asGateError } from "./shared.thread.js";
import { ReportingError, onFailure } from "./forge.client.js";
import { LABEL, issueTracker as issueTracker$1, plainName, reasonOf, rulesBy, stateBranch as stateBranch$1, tooManyIssues } from "./forge.git-branch.js";
import { keepOneText, tellOwnText } from "./forge.own-text.js";
import { httpUrl, once, otherServer, tokenMissing, unreadable } from "./shared.inputs.js";

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

// src/forge/gitlab/issues.ts
const issueSchema = object({
	iid: int(),
	web_url: string(),
	state: string(),
	title: string(),
	description: string().nullish(),
	author: object({ id: int() }).nullish(),
	labels: array(string()).nullish(),
	assignees: array(object({ username: string() })).nullish()
});
const MAX_ASSIGNEES = 10;
const accountSchema = object({
	id: int(),
	username: string()
});
const NEEDS$1 = "the scope `api` and the role Reporter";
const LIMITS = {
	timeoutMs: 2e4,
	budgetMs: 3e5
};
const MAX_PAGES$1 = 100;
function issueTracker(facts, options) {
	return issueTracker$1({
		...facts,
		lengths: [
			5e5,
			65e3,
			12e3
		]
	}, async () => serverOf(await begin(options)));
}
async function begin({ token, pipeline, world }) {
	const api = await connect(token, pipeline, world, LIMITS);
	const { projectId: project } = pipeline;
	if (api === void 0 || project === void 0) throw new GateError("issues-token-missing", "A job's own token writes no issues", "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter, or set `issues: false`.");
	const isConfidential = world.env.CI_PROJECT_VISIBILITY !== "private";
	return {
		api,
		project,
		account: await accountOf(api, NEEDS$1),
		isConfidential
	};
}
function serverOf(session) {
	const { api, project, account } = session;
	const toIssue = (answered) => ({
		number: answered.iid,
		url: answered.web_url,
		title: answered.title,
		body: answered.description ?? "",
		isOpen: answered.state === "opened",
		isByUs: answered.author?.id === account,
		labels: answered.labels ?? [],
		assignees: (answered.assignees ?? []).map(({ username }) => username)
	});
	const asked = (route, failed, more) => ({
		route: route.replace(" ", " /projects/{project}/issues"),
		parameters: {
			project,
			...more
		},
		failed,
		needs: NEEDS$1
	});
	return {
		name: "GitLab",
		async *pages() {
			const request = asked("GET ", "The issues could not be read", {
				author_id: account,
				scope: "all",
				state: "all",
				order_by: "created_at",
				sort: "asc",
				per_page: 100
			});
			const tooMany = () => tooManyIssues(1e4);
			for await (const page of api.pages(request, array(issueSchema), MAX_PAGES$1, tooMany)) yield page.map(toIssue);
		},
		async create(wanted) {
			const failed = `The issue ${JSON.stringify(wanted.title)} could not be opened`;
			const request = asked("POST ", failed, await creationOf(session, wanted));
			return toIssue((await api.call(request, issueSchema)).data);
		},
		async update(iid, change) {
			const request = asked("PUT /{iid}", `Issue #${iid} could not be updated`, {
				iid,
				...changesOf(change)
			});
			return toIssue((await api.call(request, issueSchema)).data);
		},
		comment(iid, body) {
			const request = asked("POST /{iid}/notes", `The comment on issue #${iid} could not be written`, {
				iid,
				body
			});
			return api.call(request, object({ id: int() }));
		}
	};
}
async function creationOf({ api, isConfidential }, wanted) {
	const { title, body: description, due } = wanted;
	const ids = await accountsOf(api, [...new Set(wanted.assignees.map((name) => plainName(name).toLowerCase()))].slice(0, MAX_ASSIGNEES));
	return {
		title,
		description,
		labels: [.../* @__PURE__ */ new Set([LABEL, ...wanted.labels])],
		confidential: isConfidential,
		...due && { due_date: due },
		...ids.length > 0 && { assignee_ids: ids }
	};
}
function changesOf({ title, body, state, due }) {
	return {
		...title !== void 0 && { title },
		...body !== void 0 && { description: body },
		...due !== void 0 && { due_date: due },
		...state !== void 0 && { state_event: state === "open" ? "reopen" : "close" }
	};
}
async function accountsOf(api, names) {
	const ids = [];
	for (const username of names) {
		const failed = `The account ${JSON.stringify(username)} could not be looked up`;
		const request = {
			route: "GET /users",
			parameters: { username },
			failed,
			needs: NEEDS$1
		};
		const found = await api.call(request, array(accountSchema)).catch(onFailure(() => ({ data: [] })));
		ids.push(...found.data.filter((each) => each.username.toLowerCase() === username).map(({ id }) => id));
	}
	return ids;
}

// src/forge/gitlab/notes.ts
const noteSchema = object({
	id: int(),
	body: string().nullish(),
	author: object({ id: int() }).nullish(),
	resolvable: boolean().nullish(),
	resolved: boolean().nullish()
});
const discussionSchema = object({
	id: string().regex(/^[0-9a-f]{1,64}$/),
	notes: array(noteSchema).min(1)
});
const mergeRequestSchema = object({
	state: string(),
	sha: string().nullish(),
	web_url: string()
});
const NEEDS = "the scope `api` and the role Reporter";
const MAX_PAGES = 200;
function requestOn({ project, iid }, route, failed, more = {}) {
	return {
		route: route.replace(" ", " /projects/{project}/merge_requests/{iid}"),
		parameters: {
			project,
			iid,
			...more
		},
		failed: failed.replace("%s", () => `!${iid}`),
		needs: NEEDS
	};
}
async function notesOf(api, place, found, holdsUp) {
	const account = await accountOf(api, NEEDS);
	const toNote = ({ id, body, author, resolvable, resolved }) => ({
		id,
		url: `${found.web_url}#note_${id}`,
		body: body ?? "",
		isByUs: author?.id === account,
		mustGo: holdsUp && resolvable !== true,
		resolvable: resolvable === true,
		resolved: resolved === true
	});
	return {
		change: "merge request",
		run: "pipeline",
		head: found.sha ?? void 0,
		isOwnRun: ({ event }) => event === "merge_request_event",
		async *texts() {
			const request = requestOn(place, "GET /notes", "The notes of %s could not be read", {
				sort: "asc",
				order_by: "created_at",
				per_page: 100
			});
			for await (const notes of api.pages(request, array(noteSchema), MAX_PAGES)) yield notes.map(toNote);
		},
		async create(body) {
			const request = holdsUp ? requestOn(place, "POST /discussions", "The thread on %s could not be opened", { body }) : requestOn(place, "POST /notes", "The note on %s could not be written", { body });
			const { data } = await api.call(request, union([noteSchema, discussionSchema]));
			return toNote("notes" in data ? data.notes[0] : data);
		},
		async update(note, body) {
			const request = requestOn(place, "PUT /notes/{note}", "The note on %s could not be updated", {
				note: note.id,
				body
			});
			const { data } = await api.call(request, noteSchema);
			return {
				...note,
				resolvable: data.resolvable === true,
				resolved: data.resolved === true
			};
		},
		remove({ id: note }) {
			return api.call(requestOn(place, "DELETE /notes/{note}", "A second note of ours on %s could not be deleted", { note }), unknown());
		}
	};
}
async function settleThread(api, place, note, holdsUp) {
	if (!note.resolvable || note.resolved === !holdsUp) return;
	const failed = `The thread on %s could not be ${holdsUp ? "opened again" : "resolved"}`;
	const asked = (route, more) => ({
		...requestOn(place, route, failed, more),
		needs: "the scope `api` and the role Developer"
	});
	const list = asked("GET /discussions", { per_page: 100 });
	for await (const discussions of api.pages(list, array(discussionSchema), MAX_PAGES)) {
		const discussion = discussions.find(({ notes }) => notes[0]?.id === note.id)?.id;
		if (discussion === void 0) continue;
		await api.call(asked("PUT /discussions/{discussion}", {
			discussion,
			resolved: !holdsUp
		}), unknown());
		return;
	}
}
async function writeTo(api, place, report) {
	const { log } = report.world;
	const { pipeline, holdsUp = false } = report;
	const request = requestOn(place, "GET ", "The merge request %s could not be read");
	const found = (await api.call(request, mergeRequestSchema)).data;
	if (pipeline.mergeRequest === void 0 && found.sha !== pipeline.head) {
		log.notice(`No comment: !${place.iid} is about another commit by now.`);
		return;
	}
	const isOpen = found.state === "opened";
	const conversation = () => notesOf(api, place, found, holdsUp);
	const result = await keepOneText(conversation, {
		...report,
		create: report.create && isOpen
	});
	if (result.status === "skipped" && !isOpen) log.notice(`No comment: the merge request !${place.iid} is ${found.state} by now.`);
	else tellOwnText(result, "Note", log, log.notice);
	if (result.text !== void 0) await settleThread(api, place, result.text, holdsUp).catch(onFailure(({ message }) => log.warning(message)));
	return result.url;
}
function placesOf({ mergeRequest, openMergeRequests }) {
	return mergeRequest === void 0 ? openMergeRequests : [{
		project: mergeRequest.projectId,
		iid: mergeRequest.iid
	}];
}
async function reportNote(report) {
	const { pipeline, token, world } = report;
	const warn = (thrown) => {
		world.log.warning(asGateError(thrown).message);
	};
	const api = await connect(token, pipeline, world).catch(warn);
	if (api === void 0) return void 0;
	const urls = [];
	for (const place of placesOf(pipeline)) urls.push(await writeTo(api, place, report).catch(warn));
	return urls.find((url) => url !== void 0);
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

// src/forge/gitlab/forge.ts
const NOTE_BYTES = 9e5;
function gitlabForge(pipeline, given, world) {
	const token = tokenOf(given, world.env);
	const own = token?.isJobToken === false ? token : void 0;
	return {
		rules: ruleReader(token, pipeline, world),
		keptReports: (search) => keptReports(search, token, pipeline, world),
		state: (name) => stateBranch(name, own, pipeline, world),
		issues: (scope) => issueTracker({
			scope,
			readOnlyBecause: noIssuesBecause(own !== void 0, pipeline)
		}, {
			token: own,
			pipeline,
			world
		}),
		comments: own ? {
			mostUnits: NOTE_BYTES,
			measuredIn: "bytes",
			write: (text) => reportNote({
				...text,
				token: own,
				pipeline,
				world
			})
		} : noToken(pipeline, world.env)
	};
}
function noIssuesBecause(mayWrite, pipeline) {
	if (changeOf(pipeline).readOnlyBecause !== void 0) return void 0;
	if (mayWrite) return notBySource(pipeline);
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
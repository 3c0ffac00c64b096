import { LABEL, keptIssues, plainName, requireOnline, tooManyIssues } from "./forge.issues.js";
import { array, int, object, string } from "./package.zod.js";
import { GateError } from "./shared.start.js";
import { ReportingError } from "./platforms.api-failure.js";
import { connect } from "./platforms.gitlab.api.api.js";
import { ownToken } from "./platforms.gitlab.api.token.js";

// src/platforms/gitlab/issues.ts
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
const NEEDS = "the scope `api` and the role Reporter";
const LIMITS = {
	timeoutMs: 2e4,
	budgetMs: 3e5
};
const MAX_PAGES = 100;
async function issueTracker(options) {
	return keptIssues(options.scope, serverOf(await begin(options)));
}
async function begin({ access, pipeline, world }) {
	const { token: given, offline } = access;
	const { apiUrl, projectId } = pipeline;
	requireOnline(offline, "GitLab");
	const token = ownToken(given, world.env);
	if (token === void 0 || apiUrl === void 0 || projectId === void 0) throw new GateError("issues-token-missing", "A job's own token writes no issues", "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter, or set `issues: false`.");
	const { CI_SERVER_TLS_CA_FILE: authorityFile, CI_PROJECT_VISIBILITY: visibility } = world.env;
	const api = await connect({
		apiUrl,
		token,
		authorityFile,
		signal: world.signal,
		...LIMITS
	});
	const request = {
		path: "/user",
		failed: "The account of the token could not be read",
		needs: NEEDS
	};
	const { data } = await api.call({
		...request,
		method: "GET"
	}, object({ id: int() }));
	return {
		api,
		projectId,
		account: data.id,
		isConfidential: visibility !== "private"
	};
}
function serverOf(session) {
	const { api, projectId, account } = session;
	const path = `/projects/${projectId}/issues`;
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
	const written = async (request) => toIssue((await api.call({
		...request,
		needs: NEEDS
	}, issueSchema)).data);
	return {
		name: "GitLab",
		async *pages() {
			let query = {
				author_id: account,
				scope: "all",
				state: "all",
				order_by: "created_at",
				sort: "asc",
				per_page: 100
			};
			for (let page = 1; page <= MAX_PAGES; page++) {
				const request = {
					method: "GET",
					path,
					query,
					failed: "The issues could not be read",
					needs: NEEDS
				};
				const { data, next } = await api.call(request, array(issueSchema));
				yield data.map(toIssue);
				if (next === void 0) return;
				query = {
					...query,
					...next
				};
			}
			throw tooManyIssues(1e4);
		},
		async create(wanted) {
			const failed = `The issue ${JSON.stringify(wanted.title)} could not be opened`;
			return written({
				method: "POST",
				path,
				body: await creationOf(session, wanted),
				failed
			});
		},
		update: (number, change) => written({
			method: "PUT",
			path: `${path}/${number}`,
			body: changesOf(change),
			failed: `Issue #${number} could not be updated`
		}),
		comment(number, body) {
			const failed = `The comment on issue #${number} could not be written`;
			const request = {
				method: "POST",
				path: `${path}/${number}/notes`,
				body: { body },
				failed,
				needs: NEEDS
			};
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
	const request = {
		method: "GET",
		path: "/users",
		needs: NEEDS
	};
	const ids = [];
	for (const username of names) {
		const failed = `The account ${JSON.stringify(username)} could not be looked up`;
		try {
			const { data } = await api.call({
				...request,
				query: { username },
				failed
			}, array(accountSchema));
			ids.push(...data.filter((found) => found.username.toLowerCase() === username).map(({ id }) => id));
		} catch (thrown) {
			if (!(thrown instanceof ReportingError)) throw thrown;
		}
	}
	return ids;
}

export { issueTracker };
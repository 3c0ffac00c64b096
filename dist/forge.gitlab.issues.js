import { GateError } from "./shared.thread.js";
import { array, int, object, string } from "./package.zod.js";
import { onFailure } from "./forge.api-failure.js";
import { LABEL, issueTracker as issueTracker$1, plainName, tooManyIssues } from "./forge.issues.js";
import { accountOf, connect } from "./forge.gitlab.api.api.js";

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
const NEEDS = "the scope `api` and the role Reporter";
const LIMITS = {
	timeoutMs: 2e4,
	budgetMs: 3e5
};
const MAX_PAGES = 100;
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
		account: await accountOf(api, NEEDS),
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
		needs: NEEDS
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
			for await (const page of api.pages(request, array(issueSchema), MAX_PAGES, tooMany)) yield page.map(toIssue);
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
			needs: NEEDS
		};
		const found = await api.call(request, array(accountSchema)).catch(onFailure(() => ({ data: [] })));
		ids.push(...found.data.filter((each) => each.username.toLowerCase() === username).map(({ id }) => id));
	}
	return ids;
}

export { issueTracker };
import { array, int, object, string } from "./package.zod.js";
import { onFailure } from "./forge.api-failure.js";
import { ISSUE_LIMITS, issueTracker as issueTracker$1 } from "./forge.issues.js";
import { accountOf, connect, writing } from "./forge.gitlab.api.js";

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
const accountSchema = object({
	id: int(),
	username: string()
});
const ISSUES = "/projects/{project}/issues";
function issueTracker(scope, job) {
	return issueTracker$1(scope, () => issueServer(job));
}
async function issueServer(job) {
	const api = await connect(job, ISSUE_LIMITS);
	const { project } = api;
	const account = await accountOf(api);
	return {
		name: "GitLab",
		api,
		issue: issueSchema.transform(({ iid, web_url: url, title, description, state, author, labels, assignees }) => ({
			number: iid,
			url,
			title,
			body: description ?? "",
			isOpen: state === "opened",
			isByUs: author?.id === account,
			labels: labels ?? [],
			assignees: (assignees ?? []).map(({ username }) => username)
		})),
		list: writing(`GET ${ISSUES}`, {
			project,
			author_id: account,
			scope: "all",
			state: "all",
			order_by: "created_at",
			sort: "asc",
			per_page: 100
		}, "The issues could not be read"),
		async create({ title, body: description, labels, assignees, due: due_date }) {
			const ids = await accountsOf(api, new Set(assignees.map((name) => name.toLowerCase())));
			const parameters = {
				project,
				title,
				description,
				labels,
				confidential: job.world.env.CI_PROJECT_VISIBILITY !== "private",
				due_date,
				assignee_ids: ids.length > 0 ? ids : void 0
			};
			return writing(`POST ${ISSUES}`, parameters, `The issue ${JSON.stringify(title)} could not be opened`);
		},
		update(iid, { title, body: description, due: due_date, state }) {
			return writing(`PUT ${ISSUES}/{iid}`, {
				project,
				iid,
				title,
				description,
				due_date,
				state_event: state && (state === "open" ? "reopen" : "close")
			}, `Issue #${iid} could not be updated`);
		},
		comment: (iid, body) => writing(`POST ${ISSUES}/{iid}/notes`, {
			project,
			iid,
			body
		}, `The comment on issue #${iid} could not be written`)
	};
}
async function accountsOf(api, names) {
	const ids = [];
	for (const username of names) {
		const failed = `The account ${JSON.stringify(username)} could not be looked up`;
		const found = await api.call(writing("GET /users", { username }, failed), array(accountSchema)).catch(onFailure(() => []));
		ids.push(...found.filter((each) => each.username.toLowerCase() === username).map(({ id }) => id));
	}
	return ids;
}

export { issueTracker };
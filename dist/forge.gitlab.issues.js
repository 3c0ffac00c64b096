import { array, int, object, string } from "./package.zod.js";
import { onFailure } from "./forge.api-failure.js";
import { ISSUE_LIMITS, issueTracker as issueTracker$1 } from "./forge.issues.js";
import { WRITES, accountOf, connect, writing } from "./forge.gitlab.api.js";

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
function issueTracker(scope, job) {
	return issueTracker$1(scope, () => issueServer(job));
}
async function issueServer(job) {
	const api = await connect(job, ISSUE_LIMITS);
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
		right: { needs: WRITES },
		path: `/projects/${api.project}/issues`,
		comments: "notes",
		update: "PUT",
		mine: {
			author_id: account,
			scope: "all",
			state: "all",
			order_by: "created_at",
			sort: "asc",
			per_page: 100
		},
		async create({ title, body: description, labels, assignees, due: due_date }) {
			const ids = await accountsOf(api, new Set(assignees.map((name) => name.toLowerCase())));
			return {
				title,
				description,
				labels,
				confidential: job.world.env.CI_PROJECT_VISIBILITY !== "private",
				due_date,
				assignee_ids: ids.length > 0 ? ids : void 0
			};
		},
		change: ({ title, body: description, due: due_date, state }) => ({
			title,
			description,
			due_date,
			state_event: state && (state === "open" ? "reopen" : "close")
		})
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
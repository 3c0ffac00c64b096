import { GateError } from "./shared.thread.js";
import { array, int, object, string } from "./package.zod.js";
import { onFailure } from "./forge.api-failure.js";
import { requestsWith } from "./forge.client.js";
import { ISSUE_LIMITS, LABEL, issueTracker as issueTracker$1, plainName } from "./forge.issues.js";
import { accountOf, connect } from "./forge.gitlab.api.js";

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
const NEEDS = "the scope `api` and the role Reporter";
const ISSUES = "/projects/{project}/issues";
const asked = requestsWith({ needs: NEEDS });
function issueTracker(facts, options) {
	return issueTracker$1({
		...facts,
		mostUnits: 5e5
	}, () => issueServer(options));
}
async function issueServer({ token, pipeline, world }) {
	const api = await connect(token, pipeline, world, ISSUE_LIMITS);
	const { projectId: project } = pipeline;
	if (api === void 0 || project === void 0) throw new GateError("issues-token-missing", "A job's own token writes no issues", "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter, or set `issues: false`.");
	const account = await accountOf(api, NEEDS);
	return {
		name: "GitLab",
		api,
		paceMs: 0,
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
		lists: [asked(`GET ${ISSUES}`, {
			project,
			author_id: account,
			scope: "all",
			state: "all",
			order_by: "created_at",
			sort: "asc",
			per_page: 100
		}, "The issues could not be read")],
		async create({ title, body: description, labels, assignees, due: due_date }) {
			const names = new Set(assignees.map((name) => plainName(name).toLowerCase()));
			const ids = await accountsOf(api, [...names].slice(0, 10));
			const parameters = {
				project,
				title,
				description,
				labels: [.../* @__PURE__ */ new Set([LABEL, ...labels])],
				confidential: world.env.CI_PROJECT_VISIBILITY !== "private",
				due_date,
				assignee_ids: ids.length > 0 ? ids : void 0
			};
			return [asked(`POST ${ISSUES}`, parameters, `The issue ${JSON.stringify(title)} could not be opened`)];
		},
		update(iid, { title, body: description, due: due_date, state }) {
			return asked(`PUT ${ISSUES}/{iid}`, {
				project,
				iid,
				title,
				description,
				due_date,
				state_event: state && (state === "open" ? "reopen" : "close")
			}, `Issue #${iid} could not be updated`);
		},
		comment: (iid, body) => asked(`POST ${ISSUES}/{iid}/notes`, {
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
		const found = await api.call(asked("GET /users", { username }, failed), array(accountSchema)).catch(onFailure(() => ({ data: [] })));
		ids.push(...found.data.filter((each) => each.username.toLowerCase() === username).map(({ id }) => id));
	}
	return ids;
}

export { issueTracker };
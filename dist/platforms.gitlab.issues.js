import { readIssueMarker } from "./shared.domain.js";
import { array, int, object, string } from "./package.zod.js";
import { GateError } from "./shared.start.js";
import { ReportingError } from "./platforms.api-failure.js";
import { normalised } from "./platforms.kept-text.js";
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
const LABEL = "image-gate";
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
	const session = await begin(options);
	return {
		ours: () => ours(session),
		open: (wanted) => open(session, wanted),
		change: (known, change) => changeIssue(session, known, change)
	};
}
async function begin({ scope, access, pipeline, world }) {
	const { token: given, offline } = access;
	const { apiUrl, projectId } = pipeline;
	if (offline) throw new GateError("issues-offline", "`offline` forbids asking GitLab, so that no issue is opened or closed", "Leave `offline` out, or set `issues: false`.");
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
		scope,
		projectId,
		account: data.id,
		isConfidential: visibility !== "private"
	};
}
async function ours({ api, scope, projectId, account }) {
	const found = [];
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
			path: `/projects/${projectId}/issues`,
			query,
			failed: "The issues could not be read",
			needs: NEEDS
		};
		const listed = await api.call(request, array(issueSchema));
		for (const issue of listed.data) {
			const mark = issue.author?.id === account ? readIssueMarker(issue.description ?? "") : void 0;
			if (mark?.scope === scope) found.push(toOwn(issue, mark.image));
		}
		if (listed.next === void 0) return found.sort((a, b) => a.number - b.number);
		query = {
			...query,
			...listed.next
		};
	}
	throw new GateError("issues-too-many", `The token's account has more than 10000 issues in this project, and those that were not read would be opened a second time`, "Use a token whose account opens no other issues.");
}
function toOwn({ iid, web_url: url, state, title, description }, about) {
	return {
		number: iid,
		url,
		about,
		isOpen: state === "opened",
		title,
		body: description ?? ""
	};
}
async function open({ api, scope, projectId, isConfidential }, wanted) {
	const mark = readIssueMarker(wanted.body);
	if (mark?.scope !== scope) throw new Error("an issue's body must begin with its marker");
	const labels = [.../* @__PURE__ */ new Set([LABEL, ...wanted.labels])];
	const { title, body: description, due } = wanted;
	const wantedNames = [...new Set(wanted.assignees.map((login) => login.replace(/^@/, "").toLowerCase()))];
	const ids = await accountsOf(api, wantedNames.slice(0, MAX_ASSIGNEES));
	const body = {
		title,
		description,
		labels,
		confidential: isConfidential,
		...due && { due_date: due },
		...ids.length > 0 && { assignee_ids: ids }
	};
	const failed = `The issue ${JSON.stringify(title)} could not be opened`;
	const path = `/projects/${projectId}/issues`;
	const { data } = await api.call({
		method: "POST",
		path,
		body,
		failed,
		needs: NEEDS
	}, issueSchema);
	const assigned = new Set((data.assignees ?? []).map(({ username }) => username.toLowerCase()));
	const leftOut = wantedNames.filter((name) => !assigned.has(name)).map((name) => `the assignee ${name}`);
	return {
		...toOwn(data, mark.image),
		leftOut
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
async function changeIssue({ api, projectId }, known, change) {
	const { title, body, state, comment, due } = change;
	const path = `/projects/${projectId}/issues/${known.number}`;
	const failed = `Issue #${known.number} could not be updated`;
	const parameters = {
		...title !== void 0 && { title },
		...body !== void 0 && { description: body },
		...due !== void 0 && { due_date: due },
		...state !== void 0 && { state_event: state === "open" ? "reopen" : "close" }
	};
	if (Object.keys(parameters).length > 0) {
		const { data } = await api.call({
			method: "PUT",
			path,
			body: parameters,
			failed,
			needs: NEEDS
		}, issueSchema);
		if (!(body === void 0 || normalised(data.description ?? "") === normalised(body)) || state !== void 0 && data.state === "opened" !== (state === "open")) throw new GateError("issues-not-kept", `GitLab did not keep what was written to issue #${known.number}`, "Read the run's report instead; if it happens again, please report this to Image Gate.");
	}
	if (comment === void 0) return;
	const request = {
		method: "POST",
		path: `${path}/notes`,
		body: { body: comment }
	};
	await api.call({
		...request,
		failed: `The comment on issue #${known.number} could not be written`,
		needs: NEEDS
	}, object({ id: int() }));
}

export { issueTracker };
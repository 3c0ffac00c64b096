import { GateError } from "./shared.thread.js";
import { array, int, looseObject, object, string, union } from "./package.zod.js";
import { onFailure } from "./forge.api-failure.js";
import { requestsWith } from "./forge.connection.js";
import { ISSUE_LIMITS, LABEL, issueTracker as issueTracker$1 } from "./forge.issues.js";
import { once } from "./shared.inputs.js";
import { author, connect, isWrittenBy } from "./forge.github.api.js";

// src/forge/github/issues.ts
const issueSchema = object({
	number: int(),
	html_url: string(),
	state: string(),
	title: string(),
	body: string().nullish(),
	user: author,
	labels: array(union([string(), object({ name: string().nullish() })])).nullish(),
	assignees: array(object({ login: string() }).nullish()).nullish(),
	pull_request: looseObject({}).nullish()
});
const PACE_MS = 1e3;
function issueTracker({ scope, ...options }) {
	return issueTracker$1(scope, () => issueServer(options));
}
const RIGHT = {
	needs: "issues: write",
	without: "issues: false"
};
const asked = requestsWith(RIGHT);
async function issueServer(options) {
	const api = await connect({
		...ISSUE_LIMITS,
		paceMs: PACE_MS,
		...options
	});
	const login = await api.login();
	if (login === void 0) throw new GateError("issues-identity-unknown", "GitHub does not name the account of this token, so the run's own issues cannot be recognised", "Run it again; if it happens each time, leave the input `token` at its default, `github.token`.");
	const known = once(() => labelsOf(api));
	return {
		name: "GitHub",
		api,
		issue: issueSchema.transform(({ number, html_url: url, state, title, body, user, labels, assignees, pull_request: isPull }) => ({
			number,
			url,
			title,
			body: body ?? "",
			isOpen: state === "open",
			isByUs: !isPull && isWrittenBy(login, user),
			labels: (labels ?? []).map((each) => typeof each === "string" ? each : each.name ?? ""),
			assignees: (assignees ?? []).flatMap((each) => each?.login ?? [])
		})),
		right: RIGHT,
		path: "/issues",
		comments: "comments",
		update: "PATCH",
		mine: {
			...searchOf(api, login),
			...api.kind.pageSize,
			page: 1
		},
		async create({ title, body, due, labels, assignees }) {
			const taken = api.kind.isComplete ? labels : numbersOf(labels, await known());
			return {
				...changesOf(api, {
					title,
					body,
					due
				}),
				labels: taken,
				assignees
			};
		},
		change: (change) => changesOf(api, change)
	};
}
const labelSchema = object({
	id: int(),
	name: string()
});
const MAX_LABEL_PAGES = 20;
async function labelsOf(api) {
	const failed = "The label for issues could not be made";
	const list = asked("GET /labels", {
		...api.kind.pageSize,
		page: 1
	}, failed);
	const labels = /* @__PURE__ */ new Map();
	const read = async () => {
		for await (const { id, name } of api.items(list, labelSchema, MAX_LABEL_PAGES)) labels.set(name.toLowerCase(), id);
	};
	await read().catch(onFailure(() => void 0));
	const make = () => api.call(asked("POST /labels", {
		name: LABEL,
		color: "b60205"
	}, failed), labelSchema);
	if (!labels.has("image-gate")) await make().then(({ id }) => labels.set(LABEL, id), onFailure(() => void 0));
	return labels;
}
function numbersOf(names, labels) {
	return names.flatMap((name) => labels.get(name.toLowerCase()) ?? []);
}
function searchOf({ kind }, creator) {
	return kind.isComplete ? {
		creator,
		state: "all",
		sort: "created",
		direction: "asc"
	} : {
		type: "issues",
		state: "all"
	};
}
function changesOf({ kind }, { title, body, state, due }) {
	return {
		title,
		body,
		state: state && (state === "open" ? "open" : "closed"),
		state_reason: state && {
			open: "reopened",
			completed: "completed",
			duplicate: "duplicate"
		}[state],
		due_date: due === void 0 || kind.isComplete ? void 0 : `${due}T23:59:59Z`
	};
}

export { issueTracker };
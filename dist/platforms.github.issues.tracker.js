import { LABEL, keptIssues, plainName, requireOnline, tooManyIssues } from "./forge.issues.js";
import { array, int, looseObject, object, string, union } from "./package.zod.js";
import { GateError } from "./shared.start.js";
import { ReportingError } from "./platforms.api-failure.js";
import { lateTracker } from "./platforms.issue-tracker.js";
import { connect } from "./platforms.github.api.api.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";
import { author, isWrittenBy, loginOfToken } from "./platforms.github.api.own-texts.js";
import { issueLimits } from "./platforms.github.issues.limits.js";
import { setTimeout } from "node:timers/promises";

// src/platforms/github/issues/forgejo-labels.ts
const label = object({
	id: int(),
	name: string()
});
const PER_PAGE$1 = 50;
const MAX_PAGES$1 = 20;
async function labelNumbers(api, asked) {
	const found = /* @__PURE__ */ new Map();
	for (let page = 1; page <= MAX_PAGES$1; page++) {
		const request = asked("GET /repos/{owner}/{repo}/labels", "The repository's labels could not be read", {
			limit: PER_PAGE$1,
			page
		});
		const { data, more } = await api.call(request, array(label));
		for (const { id, name } of data) found.set(name.toLowerCase(), id);
		if (!more) return found;
	}
	return found;
}

// src/platforms/github/issues/tracker.ts
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
const PER_PAGE = 100;
const FORGEJO_PER_PAGE = 50;
const MAX_PAGES = 100;
const MAX_ASSIGNEES = 10;
const LONGEST_LABEL = 50;
const PACE_MS = 1e3;
function issueTracker(options) {
	return lateTracker(issueLimits, async () => keptIssues(options.scope, serverOf(await begin(options))));
}
async function begin({ scope: _, offline, paceMs = PACE_MS, ...options }) {
	requireOnline(offline, "GitHub");
	const api = await connect({
		timeoutMs: 2e4,
		budgetMs: 3e5,
		...options
	});
	const login = await loginOfToken(api);
	if (login === void 0) throw new GateError("issues-identity-unknown", "GitHub does not say whose token this is, so that no issue can be told to be this run's own", "Run it again; if it happens each time, leave the input `token` at its default, `github.token`.");
	let last = Number.NEGATIVE_INFINITY;
	const turn = async () => {
		const wait = last + paceMs - performance.now();
		if (wait > 0) await setTimeout(wait, void 0, options.signal ? { signal: options.signal } : {}).catch(() => void 0);
		last = performance.now();
	};
	return {
		api,
		login,
		turn,
		hasLabel: false,
		labels: /* @__PURE__ */ new Map()
	};
}
function asked(route, failed, parameters) {
	return {
		route,
		parameters,
		failed,
		permission: "issues: write",
		without: "issues: false"
	};
}
function serverOf(session) {
	const { api, login } = session;
	const toIssue = ({ number, html_url: url, state, title, body, user, labels, assignees }) => ({
		number,
		url,
		title,
		body: body ?? "",
		isOpen: state === "open",
		isByUs: isWrittenBy(login, user),
		labels: (labels ?? []).map((each) => typeof each === "string" ? each : each.name ?? ""),
		assignees: (assignees ?? []).flatMap((each) => each?.login ?? [])
	});
	return {
		name: "GitHub",
		async *pages() {
			const names = isForgejo(api.event) ? [login] : namesOf(login);
			for (const creator of names) for await (const page of issuesOf(api, creator, names.length > 1)) yield page.filter((each) => !each.pull_request).map(toIssue);
		},
		create: async (wanted) => toIssue(await open(session, wanted)),
		update: async (number, change) => toIssue(await update(session, number, change)),
		async comment(number, body) {
			await session.turn();
			const failed = `The comment on issue #${number} could not be written`;
			return api.call(asked("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", failed, {
				issue_number: number,
				body
			}), object({ id: int() }));
		}
	};
}
function namesOf(login) {
	return login.endsWith("[bot]") ? [login] : [login, `${login}[bot]`];
}
async function* issuesOf(api, creator, mayBeNobody) {
	for (let page = 1; page <= MAX_PAGES; page++) {
		const { data, more } = await listPage(api, {
			creator,
			page,
			mayBeNobody
		});
		yield data;
		if (!more) return;
	}
	throw tooManyIssues(1e4);
}
async function listPage(api, { creator, page, mayBeNobody }) {
	if (isForgejo(api.event)) return listOnForgejo(api, page);
	const request = asked("GET /repos/{owner}/{repo}/issues", "The repository's issues could not be read", {
		creator,
		state: "all",
		sort: "created",
		direction: "asc",
		per_page: PER_PAGE,
		page
	});
	try {
		return await api.call(request, array(issueSchema));
	} catch (thrown) {
		if (mayBeNobody && page === 1 && thrown instanceof ReportingError && thrown.status === 422) return {
			data: [],
			more: false
		};
		throw switchedOff(thrown);
	}
}
async function listOnForgejo(api, page) {
	const parameters = {
		type: "issues",
		state: "all",
		limit: FORGEJO_PER_PAGE,
		page
	};
	const failed = "The repository's issues could not be read";
	try {
		return await api.call(asked("GET /repos/{owner}/{repo}/issues", failed, parameters), array(issueSchema));
	} catch (thrown) {
		throw switchedOff(thrown);
	}
}
function switchedOff(thrown) {
	if (!(thrown instanceof ReportingError) || thrown.status !== 410) return thrown;
	return new GateError("issues-off", "Issues are switched off for this repository", "Switch them on in its settings, or set `issues: false`.", { cause: thrown });
}
async function open(session, wanted) {
	await ensureLabel(session);
	const labels = [LABEL, ...wanted.labels.filter((label) => label.length <= LONGEST_LABEL && label !== "image-gate")];
	const assignees = wanted.assignees.map(plainName).slice(0, MAX_ASSIGNEES);
	const { title, body, due } = wanted;
	return create(session, {
		title,
		body,
		labels: taken(session, labels),
		assignees,
		...dueDate(session, due)
	});
}
function taken({ api, labels }, names) {
	if (!isForgejo(api.event)) return names;
	return names.flatMap((name) => labels.get(name.toLowerCase()) ?? []);
}
function dueDate({ api }, due) {
	return due !== void 0 && isForgejo(api.event) ? { due_date: `${due}T23:59:59Z` } : {};
}
async function create(session, creation) {
	const send = async (parameters) => {
		await session.turn();
		const request = asked("POST /repos/{owner}/{repo}/issues", `The issue "${creation.title}" could not be opened`, parameters);
		return (await session.api.call(request, issueSchema)).data;
	};
	try {
		return await send(creation);
	} catch (thrown) {
		if (!(thrown instanceof ReportingError && thrown.status === 422) || creation.assignees.length === 0 && creation.labels.length === 1) throw switchedOff(thrown);
		return await send({
			...creation,
			labels: taken(session, [LABEL]),
			assignees: []
		});
	}
}
async function ensureLabel(session) {
	if (session.hasLabel) return;
	session.hasLabel = true;
	try {
		if (!await isLabelThere(session)) await makeLabel(session);
	} catch (refused) {
		if (!(refused instanceof ReportingError)) throw refused;
	}
}
const LABEL_FAILED = "The label for issues could not be made";
async function isLabelThere(session) {
	const { api } = session;
	if (isForgejo(api.event)) {
		session.labels = await labelNumbers(api, asked);
		return session.labels.has(LABEL);
	}
	try {
		const request = asked("GET /repos/{owner}/{repo}/labels/{name}", LABEL_FAILED, { name: LABEL });
		await api.call(request, object({ name: string() }));
		return true;
	} catch (thrown) {
		if (thrown instanceof ReportingError && thrown.status === 404) return false;
		throw thrown;
	}
}
async function makeLabel(session) {
	const description = "A running image that does not pass. Image Gate opens and closes these issues.";
	await session.turn();
	const request = asked("POST /repos/{owner}/{repo}/labels", LABEL_FAILED, {
		name: LABEL,
		color: "b60205",
		description
	});
	const { data } = await session.api.call(request, object({ id: int().optional() }));
	if (data.id !== void 0) session.labels = new Map([...session.labels, [LABEL, data.id]]);
}
async function update(session, number, change) {
	const { title, body, state, due } = change;
	await session.turn();
	const parameters = {
		issue_number: number,
		...title !== void 0 && { title },
		...body !== void 0 && { body },
		...state !== void 0 && stateParameters(state),
		...dueDate(session, due)
	};
	const request = asked("PATCH /repos/{owner}/{repo}/issues/{issue_number}", `Issue #${number} could not be updated`, parameters);
	return (await session.api.call(request, issueSchema)).data;
}
function stateParameters(state) {
	return state === "open" ? {
		state: "open",
		state_reason: "reopened"
	} : {
		state: "closed",
		state_reason: state === "duplicate" ? "duplicate" : "completed"
	};
}

export { issueTracker };
import { readIssueMarker } from "./shared.domain.js";
import { array, int, looseObject, object, string, union } from "./package.zod.js";
import { GateError } from "./shared.start.js";
import { ReportingError } from "./platforms.api-failure.js";
import { lateTracker } from "./platforms.issue-tracker.js";
import { normalised } from "./platforms.kept-text.js";
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
const issue = object({
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
const LABEL = "image-gate";
const PER_PAGE = 100;
const FORGEJO_PER_PAGE = 50;
const MAX_PAGES = 100;
const MAX_ASSIGNEES = 10;
const LONGEST_LABEL = 50;
const PACE_MS = 1e3;
function issueTracker(options) {
	return lateTracker(issueLimits, async () => {
		const session = await begin(options);
		return {
			ours: () => ours(session),
			open: (wanted) => open(session, wanted),
			change: (known, change) => changeIssue(session, known, change)
		};
	});
}
async function begin({ scope, offline, paceMs = PACE_MS, ...options }) {
	if (offline) throw new GateError("issues-offline", "`offline` forbids asking GitHub, so that no issue is opened or closed", "Leave `offline` out, or set `issues: false`.");
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
		scope,
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
async function ours({ api, scope, login }) {
	const found = /* @__PURE__ */ new Map();
	const names = isForgejo(api.event) ? [login] : namesOf(login);
	for (const creator of names) for (const each of await issuesOf(api, creator, names.length > 1)) {
		const about = isWrittenBy(login, each.user) ? readIssueMarker(each.body ?? "") : void 0;
		if (about?.scope === scope && !each.pull_request) found.set(each.number, toOwn(each, about.image));
	}
	return [...found.values()].sort((a, b) => a.number - b.number);
}
function namesOf(login) {
	return login.endsWith("[bot]") ? [login] : [login, `${login}[bot]`];
}
async function issuesOf(api, creator, mayBeNobody) {
	const found = [];
	for (let page = 1; page <= MAX_PAGES; page++) {
		const listed = await listPage(api, {
			creator,
			page,
			mayBeNobody
		});
		found.push(...listed.data);
		if (!listed.more) return found;
	}
	throw new GateError("issues-too-many", `The token's account has opened more than 10000 issues and pull requests here, so that not all could be read`, "Give `token` one of an account, or of an app, that opens fewer.");
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
		return await api.call(request, array(issue));
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
		return await api.call(asked("GET /repos/{owner}/{repo}/issues", failed, parameters), array(issue));
	} catch (thrown) {
		throw switchedOff(thrown);
	}
}
function toOwn({ number, html_url: url, state, title, body }, about) {
	return {
		number,
		url,
		about,
		isOpen: state === "open",
		title,
		body: body ?? ""
	};
}
function switchedOff(thrown) {
	if (!(thrown instanceof ReportingError) || thrown.status !== 410) return thrown;
	return new GateError("issues-off", "Issues are switched off for this repository", "Switch them on in its settings, or set `issues: false`.", { cause: thrown });
}
async function open(session, wanted) {
	const mark = readIssueMarker(wanted.body);
	if (mark?.scope !== session.scope) throw new Error("an issue's body must begin with its marker");
	await ensureLabel(session);
	const labels = [LABEL, ...wanted.labels.filter((label) => label.length <= LONGEST_LABEL && label !== LABEL)];
	const assignees = wanted.assignees.map((login) => login.replace(/^@/, "")).slice(0, MAX_ASSIGNEES);
	const { title, body, due } = wanted;
	const created = await create(session, {
		title,
		body,
		labels: taken(session, labels),
		assignees,
		...dueDate(session, due)
	});
	if (!isWrittenBy(session.login, created.user)) throw new GateError("issues-identity-unknown", `GitHub opened issue #${created.number} as another account than the token's, so that later runs would not find it`, "Leave the input `token` at its default, `github.token`.");
	if (readIssueMarker(created.body ?? "")?.image !== mark.image) throw notKept(created.number);
	return {
		...toOwn(created, mark.image),
		leftOut: leftOut(created, wanted)
	};
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
		return (await session.api.call(request, issue)).data;
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
function leftOut({ labels, assignees }, wanted) {
	const hasLabel = new Set((labels ?? []).map((each) => (typeof each === "string" ? each : each.name)?.toLowerCase()));
	const isAssigned = new Set((assignees ?? []).map((each) => each?.login.toLowerCase()));
	return [...wanted.assignees.filter((login) => !isAssigned.has(login.replace(/^@/, "").toLowerCase())).map((login) => `the assignee ${login}`), ...wanted.labels.filter((label) => !hasLabel.has(label.toLowerCase())).map((label) => `the label ${label}`)];
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
async function changeIssue(session, known, change) {
	const { title, body, state, comment, due } = change;
	if (title !== void 0 || body !== void 0 || state !== void 0) {
		await session.turn();
		assertKept((await session.api.call(asked("PATCH /repos/{owner}/{repo}/issues/{issue_number}", `Issue #${known.number} could not be updated`, {
			issue_number: known.number,
			...title !== void 0 && { title },
			...body !== void 0 && { body },
			...state !== void 0 && stateParameters(state),
			...dueDate(session, due)
		}), issue)).data, change);
	}
	if (comment === void 0) return;
	await session.turn();
	await session.api.call(asked("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", `The comment on issue #${known.number} could not be written`, {
		issue_number: known.number,
		body: comment
	}), object({ id: int() }));
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
function assertKept(written, { body, state }) {
	if (!((body === void 0 || normalised(written.body ?? "") === normalised(body)) && (state === void 0 || written.state === "open" === (state === "open")))) throw notKept(written.number);
}
function notKept(number) {
	return new GateError("issues-not-kept", `GitHub did not keep what was written to issue #${number}`, "Read the run's summary instead; if it happens again, please report this to Image Gate.");
}

export { issueTracker };
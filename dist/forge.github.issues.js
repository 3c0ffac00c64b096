import { GateError } from "./shared.thread.js";
import { array, int, looseObject, object, string, union } from "./package.zod.js";
import { onFailure, unlessStatus } from "./forge.api-failure.js";
import { requestsWith } from "./forge.client.js";
import { LABEL, issueTracker as issueTracker$1, plainName, tooManyIssues } from "./forge.issues.js";
import { once } from "./shared.inputs.js";
import { connect } from "./forge.github.api.api.js";
import { author, isWrittenBy, loginOfToken } from "./forge.github.api.own-texts.js";
import { setTimeout } from "node:timers/promises";

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
const labelSchema = object({
	id: int(),
	name: string()
});
const MAX_PAGES = 100;
const MAX_LABEL_PAGES = 20;
const MAX_ASSIGNEES = 10;
const LONGEST_LABEL = 50;
const PACE_MS = 1e3;
function issueTracker({ scope, ...options }) {
	return issueTracker$1({
		scope,
		lengths: [
			65e3,
			3e4,
			12e3
		]
	}, () => issueServer(options));
}
async function issueServer({ paceMs = PACE_MS, ...options }) {
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
	return serverOf({
		api,
		login,
		turn,
		labels: once(() => labelsWithOurs(api, turn).catch(onFailure(() => /* @__PURE__ */ new Map())))
	});
}
const asked = requestsWith({
	needs: "issues: write",
	without: "issues: false"
});
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
			for await (const page of issuesOf(session)) yield page.filter((each) => !each.pull_request).map(toIssue);
		},
		async create(wanted) {
			return toIssue(await create(session, wanted));
		},
		async update(number, change) {
			const failed = `Issue #${number} could not be updated`;
			await session.turn();
			const request = asked("PATCH /issues/{number}", {
				number,
				...changesOf(api, change)
			}, failed);
			return toIssue((await api.call(request, issueSchema)).data);
		},
		async comment(number, body) {
			await session.turn();
			const failed = `The comment on issue #${number} could not be written`;
			return api.call(asked("POST /issues/{number}/comments", {
				number,
				body
			}, failed), object({ id: int() }));
		}
	};
}
async function* issuesOf({ api, login }) {
	const order = {
		state: "all",
		sort: "created",
		direction: "asc"
	};
	const searches = !api.kind.finds ? [{
		type: "issues",
		state: "all"
	}] : (login.endsWith("[bot]") ? [login] : [login, `${login}[bot]`]).map((creator) => ({
		creator,
		...order
	}));
	for (const search of searches) {
		const parameters = {
			...search,
			...api.kind.pageSize,
			page: 1
		};
		const request = asked("GET /issues", parameters, "The repository's issues could not be read");
		const pages = api.pages(request, array(issueSchema), MAX_PAGES, () => tooManyIssues(1e4));
		const first = searches.length > 1 ? await unlessStatus([422], pages.next()) : await pages.next();
		if (first === void 0) continue;
		if (!first.done) yield first.value;
		yield* pages;
	}
}
async function create(session, { title, body, due, ...wanted }) {
	const { api } = session;
	const labels = [LABEL, ...wanted.labels.filter((label) => label.length <= LONGEST_LABEL && label !== "image-gate")];
	const assignees = wanted.assignees.map(plainName).slice(0, MAX_ASSIGNEES);
	const numbers = await session.labels();
	const taken = (names) => api.kind.finds ? names : names.flatMap((name) => numbers.get(name.toLowerCase()) ?? []);
	const send = async (names, to) => {
		await session.turn();
		const parameters = {
			...changesOf(api, {
				title,
				body,
				due
			}),
			labels: taken(names),
			assignees: to
		};
		const request = asked("POST /issues", parameters, `The issue "${title}" could not be opened`);
		return (await api.call(request, issueSchema)).data;
	};
	if (assignees.length === 0 && labels.length === 1) return send(labels, []);
	return await unlessStatus([422], send(labels, assignees)) ?? send(["image-gate"], []);
}
function changesOf({ kind }, { title, body, state, due }) {
	const reason = {
		open: "reopened",
		completed: "completed",
		duplicate: "duplicate"
	};
	return {
		...title !== void 0 && { title },
		...body !== void 0 && { body },
		...state !== void 0 && {
			state: state === "open" ? "open" : "closed",
			state_reason: reason[state]
		},
		...due !== void 0 && !kind.finds && { due_date: `${due}T23:59:59Z` }
	};
}
async function labelsWithOurs(api, turn) {
	const failed = "The label for issues could not be made";
	const description = "A running image that does not pass. Image Gate opens and closes these issues.";
	const list = asked("GET /labels", {
		...api.kind.pageSize,
		page: 1
	}, failed);
	const all = api.kind.finds ? [] : await api.all(list, array(labelSchema), MAX_LABEL_PAGES);
	const labels = new Map(all.map(({ id, name }) => [name.toLowerCase(), id]));
	if (labels.has("image-gate")) return labels;
	await turn();
	const request = asked("POST /labels", {
		name: LABEL,
		color: "b60205",
		description
	}, failed);
	const made = await api.call(request, labelSchema).catch(onFailure(() => void 0));
	return made === void 0 ? labels : labels.set(LABEL, made.data.id);
}

export { issueTracker };
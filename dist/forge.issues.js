import { readIssueMarker } from "./shared.domain.js";
import { int, object } from "./package.zod.js";
import { GateError } from "./shared.thread.js";
import { unlessStatus } from "./forge.api-failure.js";
import { concernsOne } from "./forge.failures.js";
import { once } from "./shared.inputs.js";
import { normalised } from "./forge.own-text.js";

// src/forge/issues.ts
const ISSUE_LIMITS = {
	timeoutMs: 2e4,
	budgetMs: 3e5
};
const MAX_PAGES = 100;
const MOST_UNITS = 65e3;
const LABEL = "image-gate";
const ABOUT_ONE = /-conversation-locked$|-not-found$|^issues-not-kept$/;
function concernsOneIssue(error) {
	return concernsOne(error) || ABOUT_ONE.test(error.code);
}
function issueTracker(scope, begin) {
	const server = once(begin);
	return {
		async ours() {
			const { api, issue, path, mine, right } = await server();
			const list = {
				route: `GET ${path}`,
				parameters: mine,
				failed: "The repository's issues could not be read",
				...right
			};
			const found = /* @__PURE__ */ new Map();
			for await (const each of api.items(list, issue, MAX_PAGES, tooMany)) {
				const mark = each.isByUs ? readIssueMarker(each.body) : void 0;
				if (mark?.scope === scope) found.set(each.number, {
					...each,
					about: mark.image
				});
			}
			return [...found.values()].sort((a, b) => a.number - b.number);
		},
		async open(wanted) {
			const mark = readIssueMarker(wanted.body);
			if (mark?.scope !== scope) throw new Error("an issue's body must begin with its marker");
			const to = await server();
			const failed = `The issue ${JSON.stringify(wanted.title)} could not be opened`;
			const create = async (labels, assignees) => {
				const parameters = await to.create({
					...wanted,
					labels: [.../* @__PURE__ */ new Set([LABEL, ...labels])],
					assignees
				});
				return to.api.call({
					route: `POST ${to.path}`,
					parameters,
					failed,
					...to.right
				}, to.issue);
			};
			const created = await unlessStatus([422], create(wanted.labels, wanted.assignees.map(plainName))) ?? await create([], []);
			if (!created.isByUs) throw new GateError("issues-identity-unknown", `${to.name} opened issue #${created.number} as another account than the token's, so that later runs would not find it`, "Leave the input `token` at its default.");
			if (readIssueMarker(created.body)?.image !== mark.image) throw notKept(created.number, to);
			return {
				...created,
				about: mark.image,
				leftOut: leftOut(created, wanted)
			};
		},
		async change({ number }, { comment, ...change }) {
			const to = await server();
			const path = `${to.path}/${number}`;
			if (Object.values(change).some((value) => value !== void 0)) {
				const failed = `Issue #${number} could not be updated`;
				const request = {
					route: `${to.update} ${path}`,
					parameters: to.change(change),
					failed,
					...to.right
				};
				const written = await to.api.call(request, to.issue);
				const { body, state } = change;
				if (!((body === void 0 || normalised(written.body) === normalised(body)) && (state === void 0 || written.isOpen === (state === "open")))) throw notKept(number, to);
			}
			if (comment === void 0) return;
			const failed = `The comment on issue #${number} could not be written`;
			const request = {
				route: `POST ${path}/${to.comments}`,
				parameters: { body: comment },
				failed,
				...to.right
			};
			await to.api.call(request, object({ id: int() }));
		}
	};
}
function notKept(number, { name }) {
	return new GateError("issues-not-kept", `${name} did not keep the new text of issue #${number}`, "Read the run's own report instead; if it happens again, please report this to Image Gate.");
}
function tooMany() {
	return new GateError("issues-too-many", `The token's account has opened more than ${MAX_PAGES} pages of issues and requests to merge here, so that not all could be read`, "Use a token of an account, or of an app, that opens fewer.");
}
function leftOut({ labels, assignees }, wanted) {
	const missing = (names, there) => {
		const known = new Set(there.map((name) => name.toLowerCase()));
		return names.filter((name) => !known.has(plainName(name).toLowerCase()));
	};
	return [...missing(wanted.assignees, assignees).map((name) => `the assignee ${name}`), ...missing(wanted.labels, labels).map((name) => `the label ${name}`)];
}
function plainName(name) {
	return name.replace(/^@/, "");
}

export { ISSUE_LIMITS, LABEL, MOST_UNITS, concernsOneIssue, issueTracker };
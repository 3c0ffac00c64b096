import { isoSeconds } from "./shared.inputs.js";
import { GateError } from "./shared.thread.js";
import { timeLimit } from "./shared.scan.js";
import { FinalError } from "./system.http.js";
import { setTimeout } from "node:timers/promises";

// src/forge/api-failure.ts
var ReportingError = class extends GateError {
	status;
	constructor({ code, what, remedy }, failure, options) {
		super(code, what, remedy, options);
		this.status = failure?.status;
	}
};
function quoted(message, most = 200) {
	const line = message.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	return line.length > most ? `${line.slice(0, most)} …` : line;
}
function onFailure(handle) {
	return (thrown) => {
		if (thrown instanceof ReportingError) return handle(thrown);
		throw thrown;
	};
}
function unlessStatus(statuses, request) {
	return request.catch(onFailure((failure) => {
		if (!statuses.includes(failure.status ?? 0)) throw failure;
	}));
}

// src/forge/failures.ts
const AGAIN = "Run the job again";
const again = ({ server }) => `${AGAIN}; ${server.disturbances}.`;
const tooMany = "accepts no more requests";
const ofKind = (kind) => ({ failure }) => failure.kind === kind;
const onGitHub = (statuses, message) => ({ server, status, failure }) => server.prefix === "github" && statuses.includes(status) && (message === void 0 || message.test(failure.message));
const onGitLab = (status, message) => (found) => found.server.prefix === "gitlab" && found.status === status && (message?.test(found.failure.message) ?? true);
const NO_ACCESS = /not accessible by (integration|personal access token)/i;
const mayNot = (reader) => (found) => found.server.readOnly === reader && onGitHub([403], NO_ACCESS)(found) && /: (write|admin)$/.test(found.needs);
const IN_SETTINGS = "Switch it on in the repository's settings under \"Advanced Security\"";
const ROWS = [
	{
		code: "*-unreachable",
		if: ofKind("network"),
		what: ({ server, said }) => `${server.host} cannot be reached (${said})`,
		remedy: ({ server }) => `Open the way to ${server.host} for the runner, or set \`https_proxy\` and \`no_proxy\`; name the file of your own certificate authority with ${server.prefix === "gitlab" ? "CI_SERVER_TLS_CA_FILE" : "SSL_CERT_FILE"} or NODE_EXTRA_CA_CERTS.`
	},
	{
		code: "*-timeout",
		if: ofKind("timeout"),
		what: ({ server, timeoutMs }) => `${server.host} did not answer within ${timeoutMs / 1e3} s`,
		remedy: again
	},
	{
		code: "*-time-used-up",
		if: ofKind("budget"),
		what: ({ budgetMs }) => `the ${budgetMs / 1e3} s for it are used up`,
		remedy: again
	},
	{
		code: "*-answer-unreadable",
		if: ofKind("unreadable"),
		what: ({ server, said }) => `${server.host} gave an answer that its API does not give (${said})`,
		remedy: ({ server }) => `See whether ${server.variable} or a proxy leads to another server.`
	},
	{
		code: "*-redirected-elsewhere",
		if: ofKind("elsewhere"),
		what: ({ server, said }) => `${server.host} redirects to ${said}, which must not get the token`,
		remedy: ({ server }) => `See whether ${server.variable} leads to another server, or a proxy in front of it wants a login.`
	},
	{
		code: "*-request-cancelled",
		if: ofKind("cancelled"),
		what: () => "the run was cancelled",
		remedy: () => `${AGAIN}.`
	},
	{
		code: "*-rate-limited",
		if: ({ failure }) => isRateLimit(failure),
		what: ({ server, failure, brief }) => `${server.name} ${tooMany} ${untilWhen(failure.headers)} ${brief}`,
		remedy: () => `${AGAIN} then, or use a token with its own limit.`
	},
	{
		code: "*-token-refused",
		if: ({ status }) => status === 401,
		what: ({ server, brief }) => `${server.name} does not know the token, or it has expired ${brief}`,
		remedy: ({ server, needs }) => server.isJobToken ? `The job's own token may not do this on this server: use a project access token with ${needs}.` : server.tokenFrom
	},
	{
		code: "github-conversation-locked",
		if: onGitHub([403], /\blocked\b/i),
		what: () => "the conversation is locked",
		remedy: ({ doWithout }) => `Unlock it, or ${doWithout}.`
	},
	{
		code: "dependency-graph-off",
		if: onGitHub([403, 404], /dependency graph is (?:disabled|not enabled)/i),
		what: ({ answer }) => `the dependency graph is switched off for this repository ${answer}`,
		remedy: ({ doWithout }) => `${IN_SETTINGS}, or ${doWithout}.`
	},
	{
		code: "code-scanning-off",
		if: onGitHub([403, 404], /code scanning is (?:not enabled|disabled)|not enabled for code scanning|(?:code|advanced) security must be enabled/i),
		what: ({ answer }) => `code scanning is switched off for this repository ${answer}`,
		remedy: ({ doWithout }) => `${IN_SETTINGS} (a private repository needs a licence for GitHub Code Security), or ${doWithout}.`
	},
	{
		code: "github-archived",
		if: onGitHub([403, 404], /\barchived\b/i),
		what: ({ answer }) => `the repository is archived, so nothing can be written to it ${answer}`,
		remedy: ({ doWithout }) => `Unarchive it, or ${doWithout}.`
	},
	{
		code: "github-fork-read-only",
		if: mayNot("fork"),
		what: ({ needs, brief }) => `the pull request comes from a fork, and the token of such a run may only read, never \`${needs}\` ${brief}`,
		remedy: ({ without }) => without === void 0 ? "Judge the report in a `workflow_run` workflow, as docs/fork-pull-requests.md of Image Gate shows, or set `comment: never`." : `Set \`${without}\` for pull requests from forks; after the merge the branch's own run does it.`
	},
	{
		code: "github-dependabot-read-only",
		if: mayNot("dependabot"),
		what: ({ brief }) => `Dependabot started this run, and its token may only read unless the workflow says more ${brief}`,
		remedy: ({ needs }) => `Add \`${needs}\` to the job's \`permissions\`, or judge the report in a \`workflow_run\` workflow as docs/fork-pull-requests.md of Image Gate shows.`
	},
	{
		code: "github-permission-missing",
		if: onGitHub([403], NO_ACCESS),
		what: ({ answer }) => `the token lacks a permission ${answer}`,
		remedy: ({ needs, failure }) => {
			const others = acceptedPermissions(failure.headers["x-accepted-github-permissions"]);
			return `Add \`${needs}\` to the job's \`permissions\`.${others.length > 0 ? ` GitHub would accept any of these: ${others.join(" or ")}.` : ""}`;
		}
	},
	{
		code: "*-refused",
		if: onGitHub([403]),
		what: ({ server, answer }) => `${server.name} refused it ${answer}`,
		remedy: ({ needs }) => `Give the token \`${needs}\`, and see whether a rule of the organization (single sign-on, allowed addresses) or an archived repository stands in the way.`
	},
	{
		code: "gitlab-forbidden",
		if: onGitLab(403),
		what: ({ server, answer }) => `${server.name} does not allow it to this token ${answer}`,
		remedy: ({ needs }) => `Give the token ${needs}.`
	},
	{
		code: "*-not-found",
		if: ({ status }) => status === 404,
		what: ({ server, brief }) => `${server.name} finds nothing there, or hides it from this token ${brief}`,
		remedy: ({ server, needs }) => server.prefix === "github" ? `Give the token \`${needs}\` for this repository; a job's \`permissions\` set everything that they do not name to none.` : `Give the token ${needs} in the project that has it; a token of a fork does not reach the target project.`
	},
	{
		code: "issues-off",
		if: onGitHub([410], /issues .*disabled/i),
		what: ({ answer }) => `issues are switched off for this repository ${answer}`,
		remedy: ({ doWithout }) => `Switch them on in its settings, or ${doWithout}.`
	},
	{
		code: "github-gone",
		if: onGitHub([410]),
		what: ({ brief }) => `it is gone, or switched off for this repository ${brief}`,
		remedy: ({ doWithout }) => `Look in the repository's settings, or ${doWithout}.`
	},
	{
		code: "github-too-large",
		if: onGitHub([413]),
		what: ({ server, answer }) => `${server.name} finds it too large ${answer}`,
		remedy: ({ doWithout }) => `Judge fewer targets in one step, or ${doWithout}; please report this to Image Gate.`
	},
	{
		code: "github-text-too-long",
		if: onGitHub([422], /too long|maximum is \d+/i),
		what: ({ server, answer }) => `${server.name} finds the text too long ${answer}`,
		remedy: () => "Read the job summary, which has more room; please report this to Image Gate."
	},
	{
		code: "github-text-refused",
		if: onGitHub([422]),
		what: ({ server, answer }) => `${server.name} did not accept the request ${answer}`,
		remedy: () => "Read the job summary; if it happens again, please report this to Image Gate."
	},
	{
		code: "gitlab-notes-full",
		if: onGitLab(400, /maximum number of comments exceeded/i),
		what: ({ answer }) => `the merge request has as many notes as GitLab allows ${answer}`,
		remedy: () => "Delete some of its notes, or open a new merge request."
	},
	{
		code: "*-unavailable",
		if: ({ status }) => status >= 500,
		what: ({ server, answer }) => `${server.name} answered ${answer}`,
		remedy: again
	},
	{
		code: "*-refused",
		if: () => true,
		what: ({ server, answer }) => `${server.name} did not accept the request ${answer}`,
		remedy: ({ server }) => `${AGAIN}; if it stays, please report it to Image Gate, with the words of ${server.name}.`
	}
];
function describeFailure(failure, attempt, server) {
	const { status = 0, message } = failure;
	const inBrackets = (text) => text === "" ? `(${status})` : `(${status}: ${text})`;
	const found = {
		...attempt,
		failure,
		status,
		said: quoted(message),
		answer: inBrackets(quoted(message)),
		brief: inBrackets(quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""))),
		doWithout: `set \`${attempt.without ?? "comment: never"}\``,
		server
	};
	const row = ROWS.find((each) => each.if(found));
	const described = {
		code: row.code.replace("*", server.prefix),
		what: `${attempt.failed}: ${row.what(found)}`,
		remedy: row.remedy(found)
	};
	return new ReportingError(described, failure);
}
const ABOUT_ONE = /* @__PURE__ */ new Set([
	400,
	413,
	422
]);
function concernsAll(thrown) {
	return thrown instanceof ReportingError && !ABOUT_ONE.has(thrown.status);
}
function acceptedPermissions(header) {
	return (header ?? "").split(";").flatMap((alternative) => {
		const pairs = alternative.split(",").map((pair) => /^\s*([a-z_]+)=(read|write|admin)\s*$/.exec(pair));
		if (pairs.some((pair) => pair === null)) return [];
		return [pairs.map((pair) => `${pair?.[1]?.replaceAll("_", "-")}: ${pair?.[2]}`).join(" with ")];
	});
}
function isRateLimit({ status, headers, message }) {
	if (status === 429) return true;
	if (status !== 403) return false;
	return headers["retry-after"] !== void 0 || headers["x-ratelimit-remaining"] === "0" || /secondary rate|rate limit exceeded/i.test(message);
}
function untilWhen(headers) {
	const seconds = Number(headers["retry-after"]);
	if (headers["retry-after"] !== void 0 && Number.isFinite(seconds)) return `for another ${seconds} seconds`;
	const reset = Number(headers["x-ratelimit-reset"]) * 1e3;
	if (headers["x-ratelimit-reset"] !== void 0 && Math.abs(reset) <= 864e13) return `until ${isoSeconds(new Date(reset))}`;
	return "for a minute or more";
}

// src/forge/sender.ts
var ElsewhereError = class extends Error {
	name = "ElsewhereError";
};
const MAX_ATTEMPTS = 3;
const UNNAMED_PAUSE_MS = 6e4;
const failureOf = (kind, message = "") => ({
	kind,
	message,
	headers: {}
});
function lowerCaseHeaders(headers) {
	return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
function toFailure(thrown) {
	const chain = [];
	for (let error = thrown; error instanceof Error && chain.length < 5; error = error.cause) chain.push(error);
	const message = chain[0]?.message ?? String(thrown);
	const elsewhere = chain.find((error) => error instanceof ElsewhereError);
	if (elsewhere) return failureOf("elsewhere", elsewhere.message);
	const final = chain.find((error) => error instanceof FinalError);
	if (final) return failureOf("unreadable", final.message);
	if (chain[0]?.name === "GraphqlResponseError") return failureOf("unreadable", message);
	const response = thrown.response;
	if (typeof response?.status === "number") return {
		kind: "status",
		status: response.status,
		message,
		headers: lowerCaseHeaders(response.headers)
	};
	return failureOf("network", chain.at(-1)?.message || message);
}
function pauseBeforeRetry(failure, attempt, rule, now) {
	if (attempt >= MAX_ATTEMPTS) return void 0;
	if (failure.kind === "status" && isRateLimit(failure)) {
		const { "retry-after": after, "x-ratelimit-remaining": left, "x-ratelimit-reset": reset } = failure.headers;
		if (after !== void 0 && /^\d+$/.test(after)) return Number(after) * 1e3;
		if (left === "0" && reset !== void 0) return Math.max(0, Number(reset) * 1e3 - now);
		return UNNAMED_PAUSE_MS;
	}
	return (failure.kind === "network" || failure.kind === "status" && (failure.status ?? 0) >= 500) && rule.repeatable ? 500 * attempt : void 0;
}
async function once(send, timeMs, kind, cancel) {
	if (cancel?.aborted) return failureOf("cancelled");
	if (timeMs <= 0) return failureOf("budget");
	const clock = timeLimit(timeMs);
	const ended = () => {
		if (cancel?.aborted) return failureOf("cancelled");
		return clock.aborted ? failureOf(kind) : void 0;
	};
	try {
		const sent = await send(cancel ? AbortSignal.any([cancel, clock]) : clock);
		return ended() ?? sent;
	} catch (thrown) {
		return ended() ?? toFailure(thrown);
	}
}
function sender({ timeoutMs, budgetMs, signal, now = Date.now }) {
	let left = budgetMs;
	async function spend(work) {
		const start = performance.now();
		try {
			return await work();
		} finally {
			left -= performance.now() - start;
		}
	}
	return async (send, rule) => {
		for (let attempt = 1;; attempt++) {
			const time = Math.min(timeoutMs, left);
			const result = await spend(() => once(send, time, time < timeoutMs ? "budget" : "timeout", signal));
			if (!("kind" in result)) return result;
			const pause = pauseBeforeRetry(result, attempt, rule, now());
			if (pause === void 0 || pause >= Math.min(left, rule.longestPauseMs ?? left)) return result;
			await spend(() => setTimeout(pause, void 0, signal ? { signal } : {}).catch(() => void 0));
		}
	};
}

// src/forge/client.ts
function requestsWith(right) {
	return (route, parameters, failed) => ({
		route,
		parameters,
		failed,
		...right
	});
}
function client(server, usual, limits) {
	const { timeoutMs = 1e4, budgetMs = 3e4 } = limits;
	const sendWithin = sender({
		...limits,
		timeoutMs,
		budgetMs
	});
	const failed = ({ failed, needs, without }, failure) => describeFailure(failure, {
		failed,
		needs,
		without,
		timeoutMs,
		budgetMs
	}, server);
	async function sent(request, isRaw, exchange, rule) {
		const repeatable = request.repeatable ?? !request.route.startsWith("POST ");
		const result = await sendWithin((signal) => exchange(request, isRaw, signal), rule ?? { repeatable });
		if ("kind" in result) throw failed(request, result);
		return result;
	}
	async function call(request, schema) {
		const { data, headers } = await sent(request, false, usual);
		const parsed = schema.safeParse(data);
		if (parsed.success) return {
			data: parsed.data,
			next: nextPage(headers)
		};
		const path = parsed.error.issues[0]?.path.map(String).join(".");
		const message = typeof data === "string" ? "not JSON" : `unexpected value at ${path || "the top"}`;
		throw failed(request, {
			kind: "unreadable",
			message,
			headers: {}
		});
	}
	async function* pages(request, schema, most, tooMany) {
		let { parameters = {} } = request;
		for (let page = 1; page <= most; page++) {
			const { data, next } = await call({
				...request,
				parameters
			}, schema);
			yield data;
			if (next === void 0) return;
			parameters = {
				...parameters,
				...next
			};
		}
		if (tooMany) throw tooMany();
	}
	return {
		call,
		pages,
		async all(request, schema, most) {
			const found = [];
			for await (const page of pages(request, schema, most)) found.push(...page);
			return found;
		},
		bytes: async (request) => (await sent(request, true, usual)).data,
		send: (request, exchange, rule) => sent(request, true, exchange, rule)
	};
}
function nextPage({ link = "", "x-next-page": page = "" }) {
	const [, address = ""] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(String(link)) ?? [];
	if (URL.canParse(address)) return Object.fromEntries(new URL(address).searchParams);
	return /^\d{1,9}$/.test(String(page)) ? { page: String(page) } : void 0;
}

export { ElsewhereError, ReportingError, client, concernsAll, onFailure, quoted, requestsWith, unlessStatus };
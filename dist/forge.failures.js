import { isoSeconds } from "./shared.inputs.js";
import { ReportingError, quoted } from "./forge.api-failure.js";

// src/forge/failures.ts
const AGAIN = "Run the job again";
const ofKind = (kind) => (found) => found.kind === kind;
const says = (statuses, wanted) => ({ status, message }) => statuses.includes(status) && wanted.test(message);
const hasNoAccess = says([403], /not accessible by (integration|personal access token)/i);
const ROWS = [
	{
		code: "*-unreachable",
		if: ofKind("network"),
		what: "{host} cannot be reached ({said})",
		remedy: "Open the way to {host} for the runner, or set `https_proxy` and `no_proxy`; name the file of your certificate authority in {authority} or NODE_EXTRA_CA_CERTS."
	},
	{
		code: "*-timeout",
		if: ofKind("timeout"),
		what: "{host} did not answer in time ({seconds} s for a request, {allSeconds} s for all)",
		remedy: `${AGAIN}; {disturbances}.`
	},
	{
		code: "*-answer-unreadable",
		if: ofKind("unreadable"),
		what: "{host} gave an unexpected answer ({said})",
		remedy: "See whether {variable} or a proxy leads to another server, or a proxy in front of it wants a login."
	},
	{
		code: "*-request-cancelled",
		if: ofKind("cancelled"),
		what: "the run was cancelled",
		remedy: `${AGAIN}.`
	},
	{
		code: "*-rate-limited",
		if: isRateLimit,
		what: "{name} accepts no more requests {until} {answer}",
		remedy: `${AGAIN} then, or use a token with its own limit.`
	},
	{
		code: "*-token-refused",
		if: ({ status }) => status === 401,
		what: "{name} does not know the token, or it has expired {answer}",
		remedy: "{tokenFrom}"
	},
	{
		code: "github-conversation-locked",
		if: says([403], /\blocked\b/i),
		what: "the conversation is locked",
		remedy: "Unlock it, or {doWithout}."
	},
	{
		code: "github-switched-off",
		if: says([
			403,
			404,
			410
		], /\bdisabled\b|not enabled|must be enabled|\barchived\b/i),
		what: "the repository is archived, or this is switched off for this repository {answer}",
		remedy: "Switch it on in the repository's settings, unarchive the repository, or {doWithout}. Code scanning of a private repository needs a licence for GitHub Code Security."
	},
	{
		code: "github-fork-read-only",
		if: (found) => found.server.isFork === true && hasNoAccess(found) && /: (write|admin)$/.test(found.needs),
		what: "the pull request comes from a fork, and the token of such a run may only read, never {needs} {answer}",
		remedy: "For pull requests from forks {doWithout}, or use a run with more rights, as docs/fork-pull-requests.md of Image Gate shows."
	},
	{
		code: "github-permission-missing",
		if: hasNoAccess,
		what: "the token lacks a permission {answer}",
		remedy: "Add {needs} to the job's `permissions`."
	},
	{
		code: "*-forbidden",
		if: ({ status }) => status === 403,
		what: "{name} does not allow it to this token {answer}",
		remedy: "Give the token {needs}, and see whether a rule is in the way (single sign-on, allowed addresses)."
	},
	{
		code: "*-not-found",
		if: ({ status }) => status === 404,
		what: "{name} finds nothing there, or hides it from this token {answer}",
		remedy: "Give the token {needs} where it is looked for; {hidden}."
	},
	{
		code: "*-over-limit",
		if: (found) => found.status === 413 || says([400, 422], /too long|\bmaximum\b/i)(found),
		what: "it is over a limit of {name} {answer}",
		remedy: "Do what the answer asks for, or {doWithout}. If no limit of yours is meant, please report it to Image Gate."
	},
	{
		code: "*-unavailable",
		if: ({ status }) => status >= 500,
		what: "{name} answered {answer}",
		remedy: `${AGAIN}; {disturbances}.`
	},
	{
		code: "*-refused",
		if: () => true,
		what: "{name} did not accept the request {answer}",
		remedy: `${AGAIN}; if it stays, please report it to Image Gate, with the words of {name}.`
	}
];
function wordsOf({ server, without, needs, status, message, headers, timeoutMs, budgetMs }) {
	const free = limitEndsAt({ headers });
	const said = quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""));
	return {
		...server,
		needs: needs.replace(/^[a-z-]+: [a-z]+$/, "`$&`"),
		said,
		answer: said === "" ? `(${status})` : `(${status}: ${said})`,
		doWithout: `set \`${without ?? "comment: never"}\``,
		until: free === void 0 ? "for a minute or more" : `until ${isoSeconds(new Date(free))}`,
		seconds: timeoutMs / 1e3,
		allSeconds: budgetMs / 1e3
	};
}
function describeFailure(failure, attempt, server) {
	const found = {
		...attempt,
		status: 0,
		...failure,
		server
	};
	const isHere = ({ code }) => code.startsWith("*") || code.startsWith(server.prefix);
	const row = ROWS.find((each) => isHere(each) && each.if(found));
	const words = new Map(Object.entries(wordsOf(found)));
	const filled = (text) => text.replace(/\{(\w+)\}/g, (_, name) => String(words.get(name)));
	const described = {
		code: row.code.replace("*", server.prefix),
		what: `${attempt.failed}: ${filled(row.what)}`,
		remedy: filled(row.remedy.replace("{tokenFrom}", server.tokenFrom))
	};
	return new ReportingError(described, failure);
}
function concernsOne({ code }) {
	return /-(?:refused|over-limit)$/.test(code) && !code.endsWith("token-refused");
}
function isRateLimit({ status, headers, message }) {
	if (status !== 403) return status === 429;
	return headers["retry-after"] !== void 0 || headers["x-ratelimit-remaining"] === "0" || /secondary rate|rate limit exceeded/i.test(message);
}
function limitEndsAt({ headers }) {
	const { "retry-after": after = "", "x-ratelimit-remaining": left, "x-ratelimit-reset": reset = "" } = headers;
	if (/^\d{1,9}$/.test(after)) return Date.now() + Number(after) * 1e3;
	return left === "0" && /^\d{1,11}$/.test(reset) ? Number(reset) * 1e3 : void 0;
}

export { concernsOne, describeFailure, isRateLimit, limitEndsAt };
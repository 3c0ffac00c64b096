import { isoSeconds } from "./shared.inputs.js";
import { ReportingError, quoted } from "./forge.api-failure.js";

// src/forge/failures.ts
const AGAIN = "Run the job again";
const again = ({ server }) => `${AGAIN}; ${server.disturbances}.`;
const ofKind = (kind) => ({ failure }) => failure.kind === kind;
const says = (statuses, message) => ({ status, failure }) => statuses.includes(status) && message.test(failure.message);
const hasNoAccess = says([403], /not accessible by (integration|personal access token)/i);
const ROWS = [
	{
		code: "*-unreachable",
		if: ofKind("network"),
		what: ({ server, said }) => `${server.host} cannot be reached (${said})`,
		remedy: ({ server }) => `Open the way to ${server.host} for the runner, or set \`https_proxy\` and \`no_proxy\`; name the file of your own certificate authority with ${server.authority} or NODE_EXTRA_CA_CERTS.`
	},
	{
		code: "*-timeout",
		if: ofKind("timeout"),
		what: ({ server, timeoutMs, budgetMs }) => `${server.host} did not answer in time (${timeoutMs / 1e3} s for a request, ${budgetMs / 1e3} s for all)`,
		remedy: again
	},
	{
		code: "*-answer-unreadable",
		if: ofKind("unreadable"),
		what: ({ server, said }) => `${server.host} gave an answer that its API does not give (${said})`,
		remedy: ({ server }) => `See whether ${server.variable} or a proxy leads to another server, or a proxy in front of it wants a login.`
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
		what: ({ server, failure, answer }) => `${server.name} accepts no more requests ${untilWhen(failure.headers)} ${answer}`,
		remedy: () => `${AGAIN} then, or use a token with its own limit.`
	},
	{
		code: "*-token-refused",
		if: ({ status }) => status === 401,
		what: ({ server, answer }) => `${server.name} does not know the token, or it has expired ${answer}`,
		remedy: ({ server, needs }) => server.isJobToken ? `The job's own token may not do this on this server: use a project access token with ${needs}.` : server.tokenFrom
	},
	{
		code: "github-conversation-locked",
		if: says([403], /\blocked\b/i),
		what: () => "the conversation is locked",
		remedy: ({ doWithout }) => `Unlock it, or ${doWithout}.`
	},
	{
		code: "github-switched-off",
		if: says([
			403,
			404,
			410
		], /\bdisabled\b|not enabled|must be enabled|\barchived\b/i),
		what: ({ answer }) => `the repository is archived, or this is switched off for this repository ${answer}`,
		remedy: ({ doWithout }) => `Switch it on in the repository's settings, unarchive the repository, or ${doWithout}. Code scanning of a private repository needs a licence for GitHub Code Security.`
	},
	{
		code: "github-fork-read-only",
		if: (found) => found.server.isFork === true && hasNoAccess(found) && /: (write|admin)`$/.test(found.needs),
		what: ({ needs, answer }) => `the pull request comes from a fork, and the token of such a run may only read, never ${needs} ${answer}`,
		remedy: ({ without }) => without === void 0 ? "Judge the report in a `workflow_run` workflow, as docs/fork-pull-requests.md of Image Gate shows, or set `comment: never`." : `Set \`${without}\` for pull requests from forks; after the merge the branch's own run does it.`
	},
	{
		code: "github-permission-missing",
		if: hasNoAccess,
		what: ({ answer }) => `the token lacks a permission ${answer}`,
		remedy: ({ needs }) => `Add ${needs} to the job's \`permissions\`.`
	},
	{
		code: "*-forbidden",
		if: ({ status }) => status === 403,
		what: ({ server, answer }) => `${server.name} does not allow it to this token ${answer}`,
		remedy: ({ needs }) => `Give the token ${needs}, and see whether a rule stands in the way (single sign-on, allowed addresses).`
	},
	{
		code: "*-not-found",
		if: ({ status }) => status === 404,
		what: ({ server, answer }) => `${server.name} finds nothing there, or hides it from this token ${answer}`,
		remedy: ({ server, needs }) => `Give the token ${needs} where it is looked for; ${server.hidden}.`
	},
	{
		code: "*-over-limit",
		if: (found) => found.status === 413 || says([400, 422], /too long|\bmaximum\b/i)(found),
		what: ({ server, answer }) => `it is over a limit of ${server.name} ${answer}`,
		remedy: ({ doWithout }) => `Do what the answer asks for, or ${doWithout}. If no limit of yours is meant, please report it to Image Gate.`
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
	const needs = attempt.needs.replace(/^[a-z-]+: [a-z]+$/, "`$&`");
	const said = quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""));
	const found = {
		...attempt,
		needs,
		failure,
		status,
		said,
		answer: said === "" ? `(${status})` : `(${status}: ${said})`,
		doWithout: `set \`${attempt.without ?? "comment: never"}\``,
		server
	};
	const isHere = ({ code }) => code.startsWith("*") || code.startsWith(server.prefix);
	const row = ROWS.find((each) => isHere(each) && each.if(found));
	const described = {
		code: row.code.replace("*", server.prefix),
		what: `${attempt.failed}: ${row.what(found)}`,
		remedy: row.remedy(found)
	};
	return new ReportingError(described, failure);
}
function concernsOne({ code }) {
	return /-(?:refused|over-limit)$/.test(code) && !code.endsWith("token-refused");
}
function isRateLimit({ status, headers, message }) {
	if (status === 429) return true;
	if (status !== 403) return false;
	return headers["retry-after"] !== void 0 || headers["x-ratelimit-remaining"] === "0" || /secondary rate|rate limit exceeded/i.test(message);
}
function untilWhen(headers) {
	const seconds = Number(headers["retry-after"]);
	if (seconds > 0) return `for another ${seconds} seconds`;
	const reset = Number(headers["x-ratelimit-reset"]) * 1e3;
	return reset > 0 && reset <= 864e13 ? `until ${isoSeconds(new Date(reset))}` : "for a minute or more";
}

export { concernsOne, describeFailure, isRateLimit };
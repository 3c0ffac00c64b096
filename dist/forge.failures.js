import { isoSeconds } from "./shared.inputs.js";
import { ReportingError, quoted } from "./forge.api-failure.js";

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

export { concernsAll, describeFailure, isRateLimit };
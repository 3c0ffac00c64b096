import { isoSeconds } from "./shared.answer.js";
import { ReportingError, quoted } from "./platforms.api-failure.js";

// src/platforms/github/api/failure.ts
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
function withoutFork({ without }) {
	return without === void 0 ? "Judge the report in a `workflow_run` workflow, as docs/fork-pull-requests.md of Image Gate shows, or set `comment: never`." : `Set \`${without}\` for pull requests from forks; after the merge the branch's own run does it.`;
}
function doWithout({ without = "comment: never" }) {
	return `set \`${without}\``;
}
function answered({ status, message }) {
	const text = quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""));
	return text === "" ? `(${status})` : `(${status}: ${text})`;
}
function readOnlyToken(failure, attempt, situation) {
	const { failed, permission } = attempt;
	if (situation.pullRequest?.fork && !situation.privileged) return {
		code: "github-fork-read-only",
		what: `${failed}: the pull request comes from a fork, and the token of such a run may only read, never \`${permission}\` ${answered(failure)}`,
		remedy: withoutFork(attempt)
	};
	if (situation.dependabot) return {
		code: "github-dependabot-read-only",
		what: `${failed}: Dependabot started this run, and its token may only read unless the workflow says more ${answered(failure)}`,
		remedy: `Add \`${permission}\` to the job's \`permissions\`, or judge the report in a \`workflow_run\` workflow as docs/fork-pull-requests.md of Image Gate shows.`
	};
}
const SWITCHED_OFF = /code scanning is (?:not enabled|disabled)|not enabled for code scanning|(?:code|advanced) security must be enabled/i;
const WITHOUT_GRAPH = /dependency graph is (?:disabled|not enabled)/i;
function closed({ message, status }, attempt) {
	const { failed } = attempt;
	if (WITHOUT_GRAPH.test(message)) return {
		code: "dependency-graph-off",
		what: `${failed}: the dependency graph is switched off for this repository (${status}: ${quoted(message)})`,
		remedy: `Switch it on in the repository's settings under "Advanced Security", or ${doWithout(attempt)}.`
	};
	if (SWITCHED_OFF.test(message)) return {
		code: "code-scanning-off",
		what: `${failed}: code scanning is switched off for this repository (403: ${quoted(message)})`,
		remedy: `Switch it on in the repository's settings under "Advanced Security" (a private repository needs a licence for GitHub Code Security), or ${doWithout(attempt)}.`
	};
	if (/\barchived\b/i.test(message)) return {
		code: "github-archived",
		what: `${failed}: the repository is archived, so nothing can be written to it (403: ${quoted(message)})`,
		remedy: `Unarchive it, or ${doWithout(attempt)}.`
	};
}
function forbidden(failure, attempt, situation) {
	const { failed, permission } = attempt;
	if (/\blocked\b/i.test(failure.message)) return {
		code: "github-conversation-locked",
		what: `${failed}: the conversation is locked`,
		remedy: `Unlock it, or ${doWithout(attempt)}.`
	};
	const shut = closed(failure, attempt);
	if (shut !== void 0) return shut;
	if (!/not accessible by (integration|personal access token)/i.test(failure.message)) return {
		code: "github-refused",
		what: `${failed}: GitHub refused it (403: ${quoted(failure.message)})`,
		remedy: `Give the token \`${permission}\`, and see whether a rule of the organization (single sign-on, allowed addresses) or an archived repository stands in the way.`
	};
	const readOnly = /: (write|admin)$/.test(permission) ? readOnlyToken(failure, attempt, situation) : void 0;
	if (readOnly) return readOnly;
	const others = acceptedPermissions(failure.headers["x-accepted-github-permissions"]);
	const hint = others.length > 0 ? ` GitHub would accept any of these: ${others.join(" or ")}.` : "";
	return {
		code: "github-permission-missing",
		what: `${failed}: the token lacks a permission (403: ${quoted(failure.message)})`,
		remedy: `Add \`${permission}\` to the job's \`permissions\`.${hint}`
	};
}
function unprocessable(failure, { failed }) {
	if (/too long|maximum is \d+/i.test(failure.message)) return {
		code: "github-text-too-long",
		what: `${failed}: GitHub finds the text too long (422: ${quoted(failure.message)})`,
		remedy: "Read the job summary, which has more room; please report this to Image Gate."
	};
	return {
		code: "github-text-refused",
		what: `${failed}: GitHub did not accept the request (422: ${quoted(failure.message)})`,
		remedy: "Read the job summary; if it happens again, please report this to Image Gate."
	};
}
function notFound(failure, { failed, permission }) {
	return {
		code: "github-not-found",
		what: `${failed}: GitHub finds nothing there, or hides it from this token ${answered(failure)}`,
		remedy: `Give the token \`${permission}\` for this repository; a job's \`permissions\` set everything that they do not name to none.`
	};
}
function byStatus(failure, attempt, situation) {
	const { failed } = attempt;
	if (isRateLimit(failure)) return {
		code: "github-rate-limited",
		what: `${failed}: GitHub accepts no more requests ${untilWhen(failure.headers)} ${answered(failure)}`,
		remedy: "Run the job again then, or give `token` one with a limit of its own."
	};
	switch (failure.status) {
		case 400: return {
			code: "github-refused",
			what: `${failed}: GitHub answered 400 (${quoted(failure.message)})`,
			remedy: "Please report this to Image Gate, with GitHub's words."
		};
		case 401: return {
			code: "github-token-refused",
			what: `${failed}: GitHub does not know the token, or it has expired ${answered(failure)}`,
			remedy: "Leave the input `token` at its default, or renew the secret that it is taken from."
		};
		case 403: return forbidden(failure, attempt, situation);
		case 404: return closed(failure, attempt) ?? notFound(failure, attempt);
		case 410: return {
			code: "github-gone",
			what: `${failed}: it is gone, or switched off for this repository ${answered(failure)}`,
			remedy: `Look in the repository's settings, or ${doWithout(attempt)}.`
		};
		case 413: return {
			code: "github-too-large",
			what: `${failed}: GitHub finds it too large (413: ${quoted(failure.message)})`,
			remedy: `Judge fewer targets in one step, or ${doWithout(attempt)}; please report this to Image Gate.`
		};
		case 422: return unprocessable(failure, attempt);
		default: return {
			code: (failure.status ?? 0) >= 500 ? "github-unavailable" : "github-refused",
			what: `${failed}: GitHub answered ${failure.status} (${quoted(failure.message)})`,
			remedy: "Run the job again; https://www.githubstatus.com tells of disturbances."
		};
	}
}
function describeApiFailure(failure, attempt, situation) {
	const { failed } = attempt;
	const host = URL.canParse(situation.apiUrl) ? new URL(situation.apiUrl).host : "GitHub";
	switch (failure.kind) {
		case "status": return byStatus(failure, attempt, situation);
		case "network": return {
			code: "github-unreachable",
			what: `${failed}: ${host} cannot be reached (${quoted(failure.message)})`,
			remedy: `Open port 443 to ${host} for the runner, or set \`https_proxy\` and \`no_proxy\`; name the file of your own certificate authority by SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.`
		};
		case "timeout": return {
			code: "github-timeout",
			what: `${failed}: ${host} did not answer within ${attempt.timeoutMs / 1e3} s`,
			remedy: "Run the job again; https://www.githubstatus.com tells of disturbances."
		};
		case "budget": return {
			code: "github-time-used-up",
			what: `${failed}: the ${attempt.budgetMs / 1e3} s for reporting are used up`,
			remedy: "Run the job again; https://www.githubstatus.com tells of disturbances."
		};
		case "unreadable": return {
			code: "github-answer-unreadable",
			what: `${failed}: ${host} gave an answer that is not what GitHub's API gives (${quoted(failure.message)})`,
			remedy: "See whether GITHUB_API_URL or a proxy leads to another server."
		};
		case "elsewhere": return {
			code: "github-redirected-elsewhere",
			what: `${failed}: ${host} redirects to another server (${quoted(failure.message)}), which must not get the token`,
			remedy: "See whether GITHUB_API_URL or a proxy leads to another server."
		};
		case "cancelled": return {
			code: "github-request-cancelled",
			what: `${failed}: the run was cancelled`,
			remedy: "Run the job again."
		};
	}
}

export { concernsAll, describeApiFailure, isRateLimit };
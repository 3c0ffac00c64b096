import { N as GateError } from "./shared.js";
import { setTimeout } from "node:timers/promises";

// src/platforms/github/api/transport.ts
var ElsewhereError = class extends Error {
	name = "ElsewhereError";
};
var AnswerTooLargeError = class extends Error {
	name = "AnswerTooLargeError";
};
const MAX_REDIRECTS = 3;
function withinOrigin(baseUrl, fetch) {
	const { origin } = new URL(baseUrl);
	return async (first, options) => {
		let url = first;
		for (let step = 0;; step++) {
			const target = new URL(url);
			if (target.origin !== origin) throw new ElsewhereError(target.host);
			const response = await fetch(url, {
				...options,
				redirect: "manual"
			});
			const location = response.headers.get("location");
			if (options.redirect === "manual" || ![
				301,
				302,
				307,
				308
			].includes(response.status) || location === null || step === MAX_REDIRECTS) return response;
			await response.body?.cancel();
			url = new URL(location, url).href;
		}
	};
}
const MAX_ANSWER = 64 << 20;
async function withinLimit(fetch, send, maxBytes = MAX_ANSWER) {
	let excess;
	const limited = async (url, options) => {
		const response = await fetch(url, options);
		if (response.body === null) return response;
		let size = 0;
		const limit = new TransformStream({ transform(piece, controller) {
			size += piece.length;
			if (size <= maxBytes) return controller.enqueue(piece);
			excess = new AnswerTooLargeError(`it has more than ${maxBytes} bytes`);
			controller.error(excess);
		} });
		const { status, statusText, headers } = response;
		return new Response(response.body.pipeThrough(limit), {
			status,
			statusText,
			headers: [...headers]
		});
	};
	try {
		const sent = await send(limited);
		if (excess === void 0) return sent;
	} catch (error) {
		if (excess === void 0) throw error;
	}
	throw excess;
}

// src/platforms/github/api/archive.ts
async function download(url, fetch, { maxBytes, signal }) {
	const response = await fetch(url, {
		redirect: "follow",
		signal
	});
	const { host } = new URL(url);
	if (!response.ok || response.body === null) throw new Error(`${host} answered ${response.status}`);
	const chunks = [];
	let size = 0;
	for await (const chunk of response.body) {
		size += chunk.length;
		if (size > maxBytes) throw new AnswerTooLargeError(`${host} gave more than ${maxBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

// src/platforms/github/api/failure.ts
var ReportingError = class extends GateError {
	status;
	constructor(told, failure, options) {
		super(told.code, told.what, told.remedy, options);
		this.status = failure?.status;
	}
};
const ABOUT_ONE = /* @__PURE__ */ new Set([
	400,
	413,
	422
]);
function concernsAll(thrown) {
	return thrown instanceof ReportingError && !ABOUT_ONE.has(thrown.status);
}
function quoted(message, most = 200) {
	const line = message.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	return line.length > most ? `${line.slice(0, most)} …` : line;
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
	if (headers["x-ratelimit-reset"] !== void 0 && Math.abs(reset) <= 864e13) return `until ${new Date(reset).toISOString().replace(/\.\d+Z$/, "Z")}`;
	return "for a minute or more";
}
function withoutFork({ without }) {
	return without === void 0 ? "Judge the report in a `workflow_run` workflow, as docs/fork-pull-requests.md of Image Gate shows, or set `comment: never`." : `Set \`${without}\` for pull requests from forks; after the merge the branch's own run does it.`;
}
function doWithout({ without = "comment: never" }) {
	return `set \`${without}\``;
}
function answered({ status, message }) {
	const words = quoted(message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""));
	return words === "" ? `(${status})` : `(${status}: ${words})`;
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
			remedy: `Open port 443 to ${host} for the runner, or set \`https_proxy\` and \`no_proxy\`; a certificate of your own goes into NODE_EXTRA_CA_CERTS.`
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

// src/platforms/github/api/retry.ts
const MAX_ATTEMPTS = 3;
const UNNAMED_PAUSE_MS = 6e4;
function lowerCaseHeaders(headers) {
	return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
function causes(thrown) {
	const all = [];
	for (let error = thrown; error instanceof Error && all.length < 5; error = error.cause) all.push(error);
	return all;
}
function toFailure(thrown) {
	const chain = causes(thrown);
	const message = chain[0]?.message ?? String(thrown);
	const elsewhere = chain.find((error) => error instanceof ElsewhereError);
	if (elsewhere) return {
		kind: "elsewhere",
		message: elsewhere.message,
		headers: {}
	};
	const excess = chain.find((error) => error instanceof AnswerTooLargeError);
	if (excess) return {
		kind: "unreadable",
		message: excess.message,
		headers: {}
	};
	if (chain[0]?.name === "GraphqlResponseError") return {
		kind: "unreadable",
		message,
		headers: {}
	};
	const response = thrown.response;
	if (typeof response?.status === "number") return {
		kind: "status",
		status: response.status,
		message,
		headers: lowerCaseHeaders(response.headers)
	};
	return {
		kind: "network",
		message: chain.at(-1)?.message || message,
		headers: {}
	};
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
	const clock = AbortSignal.timeout(Math.ceil(timeMs));
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
function failureOf(kind) {
	return {
		kind,
		message: "",
		headers: {}
	};
}
function sender({ timeoutMs, budgetMs, signal, now }) {
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

// src/platforms/github/api/api.ts
const API_VERSION = "2022-11-28";
async function octokitFor(token, baseUrl) {
	const { getOctokit, defaults } = await import("./github-api.js").catch((cause) => {
		throw new ReportingError({
			code: "github-client-broken",
			what: "The client for GitHub's API could not be started",
			remedy: "See whether GITHUB_EVENT_PATH names a readable JSON file."
		}, void 0, { cause });
	});
	const silent = () => void 0;
	const throughProxy = defaults.request?.fetch ?? fetch;
	return {
		octokit: getOctokit(token, {
			baseUrl,
			userAgent: "image-gate",
			log: {
				debug: silent,
				info: silent,
				warn: silent,
				error: silent
			}
		}),
		throughProxy,
		toApi: withinOrigin(baseUrl, throughProxy)
	};
}
function sending({ octokit, toApi }, event, { route, parameters }, accept, redirect) {
	const headers = {
		"x-github-api-version": API_VERSION,
		...accept ? { accept } : {}
	};
	return (signal) => withinLimit(toApi, async (fetch) => {
		const request = {
			signal,
			redirect,
			fetch,
			parseSuccessResponseBody: accept === void 0
		};
		const sent = await octokit.request(route, {
			...event.repository,
			...parameters,
			headers,
			request
		});
		if (accept === void 0) return sent;
		return {
			...sent,
			data: Buffer.from(await new Response(sent.data).arrayBuffer())
		};
	});
}
function checkConnectable({ token, event }) {
	if (token === "") throw new ReportingError({
		code: "github-token-missing",
		what: "There is no token for GitHub's API",
		remedy: "Leave the input `token` at its default, `github.token`."
	});
	if (!event.repository) throw new ReportingError({
		code: "github-repository-unknown",
		what: event.problem ?? "The repository of this run is not known",
		remedy: "Run in a GitHub workflow, which sets GITHUB_REPOSITORY."
	});
}
async function connect(options) {
	checkConnectable(options);
	const { token, event, timeoutMs = 1e4, budgetMs = 3e4, signal, now = Date.now } = options;
	const connection = await octokitFor(token, event.apiUrl);
	const send = sender({
		timeoutMs,
		budgetMs,
		signal,
		now
	});
	function failed({ failed, permission, without }, failure) {
		return new ReportingError(describeApiFailure(failure, {
			failed,
			permission,
			without,
			timeoutMs,
			budgetMs
		}, event), failure);
	}
	async function sent(request, accept) {
		const result = await send(sending(connection, event, request, accept), { repeatable: request.repeatable ?? !request.route.startsWith("POST ") });
		if ("kind" in result) throw failed(request, result);
		return result;
	}
	return {
		event,
		async call(request, schema) {
			const { data, headers } = await sent(request);
			const parsed = schema.safeParse(data);
			if (parsed.success) return {
				data: parsed.data,
				more: /;\s*rel="?next"?/.test(String(headers.link ?? ""))
			};
			const path = parsed.error.issues[0]?.path.map(String).join(".");
			throw failed(request, {
				kind: "unreadable",
				message: typeof data === "string" ? "not JSON" : `unexpected value at ${path || "the top"}`,
				headers: {}
			});
		},
		bytes: async (request) => (await sent(request, "application/vnd.github.raw+json")).data,
		async archive(request, maxBytes) {
			const asked = async (abort) => {
				const { headers } = await sending(connection, event, request, void 0, "manual")(abort);
				const from = new URL(String(headers.location), event.apiUrl).href;
				return {
					status: 200,
					headers: {},
					data: await download(from, connection.throughProxy, {
						maxBytes,
						signal: abort
					})
				};
			};
			const result = await send(asked, { repeatable: true });
			if ("kind" in result) throw failed(request, result);
			return result.data;
		},
		async query(query, schema) {
			const asked = async (abort) => ({
				status: 200,
				headers: {},
				data: await withinLimit(connection.toApi, (fetch) => connection.octokit.graphql(query, { request: {
					signal: abort,
					fetch
				} }))
			});
			const result = await send(asked, {
				repeatable: true,
				longestPauseMs: 2e3
			});
			return "kind" in result ? void 0 : schema.safeParse(result.data).data;
		}
	};
}

export { quoted as i, ReportingError as n, concernsAll as r, connect as t };
import { __toESM } from "./rolldown-runtime.js";
import { timeLimit } from "./system.background.js";
import { FinalError, readBody } from "./system.http.js";
import { ReportingError, quoted } from "./platforms.api-failure.js";
import { readFileSync } from "./shared.start.js";
import { require_tls } from "./package.node.js";
import { withAuthorities } from "./system.authorities.js";
import { setTimeout } from "node:timers/promises";

// src/platforms/gitlab/api/failure.ts
function answered({ status, message }) {
	const text = quoted(message);
	return text === "" ? `(${status})` : `(${status}: ${text})`;
}
const NOTES_FULL = /maximum number of comments exceeded/i;
function rightsError(failure, { failed, needs, isJobToken }) {
	const { status } = failure;
	if (status === 401) return new ReportingError({
		code: "gitlab-token-refused",
		what: `${failed}: GitLab does not accept the token ${answered(failure)}`,
		remedy: isJobToken ? `The job's own token may not do this on this server: use a project access token with ${needs}.` : "It may have expired, been revoked or be of another server: make a new project access token."
	}, failure);
	if (status === 403) return new ReportingError({
		code: "gitlab-forbidden",
		what: `${failed}: GitLab does not allow it to this token ${answered(failure)}`,
		remedy: `Give the token ${needs}.`
	}, failure);
	return new ReportingError({
		code: "gitlab-not-found",
		what: `${failed}: GitLab finds nothing there, or hides it from this token ${answered(failure)}`,
		remedy: `Give the token ${needs} in the project that has it; a token of a fork does not reach the target project.`
	}, failure);
}
function statusError(failure, attempt) {
	const { failed } = attempt;
	const { status = 0, headers } = failure;
	if ([
		401,
		403,
		404
	].includes(status)) return rightsError(failure, attempt);
	if (status === 429) return new ReportingError({
		code: "gitlab-rate-limited",
		what: `${failed}: GitLab accepts no more requests for ${headers["retry-after"] ?? "some"} seconds ${answered(failure)}`,
		remedy: "Run the job again then."
	}, failure);
	if (status === 400 && NOTES_FULL.test(failure.message)) return new ReportingError({
		code: "gitlab-notes-full",
		what: `${failed}: the merge request has as many notes as GitLab allows ${answered(failure)}`,
		remedy: "Delete some of its notes, or open the merge request anew."
	}, failure);
	if (status >= 500) return new ReportingError({
		code: "gitlab-unavailable",
		what: `${failed}: GitLab answered ${answered(failure)}`,
		remedy: "Run the job again; ask those who run the server if it stays."
	}, failure);
	return new ReportingError({
		code: "gitlab-refused",
		what: `${failed}: GitLab did not accept the request ${answered(failure)}`,
		remedy: "If it happens again, please report this to Image Gate, with GitLab's words."
	}, failure);
}
function describeFailure(failure, attempt) {
	const { failed, host, timeoutMs, budgetMs } = attempt;
	switch (failure.kind) {
		case "status": return statusError(failure, attempt);
		case "network": return new ReportingError({
			code: "gitlab-unreachable",
			what: `${failed}: ${host} cannot be reached (${quoted(failure.message)})`,
			remedy: "Let the runner reach it, or set `https_proxy` and `no_proxy`; name the file of your own certificate authority by CI_SERVER_TLS_CA_FILE or NODE_EXTRA_CA_CERTS."
		});
		case "timeout": return new ReportingError({
			code: "gitlab-timeout",
			what: `${failed}: ${host} did not answer within ${timeoutMs / 1e3} s`,
			remedy: "Run the job again; ask those who run the server if it stays."
		});
		case "budget": return new ReportingError({
			code: "gitlab-time-used-up",
			what: `${failed}: the ${budgetMs / 1e3} s for it are used up`,
			remedy: "Run the job again."
		});
		case "unreadable": return new ReportingError({
			code: "gitlab-answer-unreadable",
			what: `${failed}: ${host} gave an answer that is not what GitLab's API gives (${quoted(failure.message)})`,
			remedy: "See whether CI_API_V4_URL or a proxy leads to another server."
		});
		case "elsewhere": return new ReportingError({
			code: "gitlab-redirected-elsewhere",
			what: `${failed}: ${host} redirects to ${quoted(failure.message)}, such as a page to log in, which must not get the token`,
			remedy: "See whether a proxy in front of GitLab wants a login, and let the API pass it."
		});
		case "cancelled": return new ReportingError({
			code: "gitlab-request-cancelled",
			what: `${failed}: the run was cancelled`,
			remedy: "Run the job again."
		});
	}
}

// src/platforms/gitlab/api/transport.ts
var import_tls = /* @__PURE__ */ __toESM(require_tls(), 1);
const SILENCE_MS = 3e4;
async function exchanger(authorityFile) {
	const { HttpClient } = await import("./package.@actions.http-client.lib.entry.js");
	const ca = authoritiesWith(authorityFile);
	const client = new HttpClient("image-gate", [{
		prepareRequest(options) {
			if (ca !== void 0) options.ca = ca;
		},
		canHandleAuthentication: () => false,
		handleAuthentication: () => Promise.reject(/* @__PURE__ */ new Error("there is no login to add"))
	}], {
		allowRedirects: false,
		keepAlive: true,
		socketTimeout: SILENCE_MS
	});
	return (message, maxBytes, signal) => withAuthorities(() => once(client, message, maxBytes, signal));
}
function authoritiesWith(file) {
	if (!file) return void 0;
	try {
		return [...import_tls.default.rootCertificates, readFileSync(file, "utf8")];
	} catch {
		return;
	}
}
async function once(client, { method, url, headers, text }, maxBytes, signal) {
	signal.throwIfAborted();
	const asked = client.request(method, url.href, text ?? null, headers).then(({ message }) => message);
	const { promise: aborted, reject } = Promise.withResolvers();
	const stop = () => {
		asked.then((message) => message.destroy()).catch(() => {});
		reject(signal.reason);
	};
	signal.addEventListener("abort", stop, { once: true });
	try {
		const message = await Promise.race([asked, aborted]);
		const body = await readBody(message, maxBytes, signal);
		const named = Object.entries(message.headers).map(([name, value]) => [name, value?.toString()]);
		return {
			status: message.statusCode ?? 0,
			headers: Object.fromEntries(named),
			body
		};
	} finally {
		signal.removeEventListener("abort", stop);
	}
}

// src/platforms/gitlab/api/api.ts
const MAX_ANSWER = 128 << 20;
const MAX_ATTEMPTS = 3;
const UNNAMED_PAUSE_MS = 5e3;
const MAX_REDIRECTS = 3;
var Elsewhere = class extends Error {};
const TOKEN = /^[\x21-\x7e]+$/;
async function connect(options) {
	const { token, timeoutMs = 1e4, budgetMs = 3e4 } = options;
	if (!TOKEN.test(token.value)) throw new ReportingError({
		code: "gitlab-token-unusable",
		what: "The token for GitLab has a character that no token has, such as a blank or a line break",
		remedy: "Give the token alone in the variable GITLAB_TOKEN."
	});
	const exchange = await exchanger(options.authorityFile);
	const send = sender({
		...options,
		timeoutMs,
		budgetMs
	}, exchange);
	const attempt = {
		host: new URL(options.apiUrl).host,
		timeoutMs,
		budgetMs,
		isJobToken: token.isJobToken
	};
	const failed = (request, failure) => describeFailure(failure, {
		...attempt,
		...request
	});
	async function sent(request) {
		const result = await send(request);
		if ("kind" in result) throw failed(request, result);
		return result;
	}
	return {
		isJobToken: token.isJobToken,
		async call(request, schema) {
			const { body, headers } = await sent(request);
			const found = schema.safeParse(parsed(body));
			if (found.success) return {
				data: found.data,
				next: nextPage(headers)
			};
			const at = found.error.issues[0]?.path.map(String).join(".") || "the top";
			throw failed(request, {
				kind: "unreadable",
				message: `unexpected value at ${at}`,
				headers: {}
			});
		},
		bytes: async (request) => (await sent(request)).body
	};
}
function parsed(body) {
	try {
		return body.length === 0 ? void 0 : JSON.parse(body.toString("utf8"));
	} catch {
		return;
	}
}
function nextPage({ link = "", "x-next-page": page = "" }) {
	const [, address = ""] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link) ?? [];
	if (URL.canParse(address)) return Object.fromEntries(new URL(address).searchParams);
	return /^\d{1,9}$/.test(page) ? { page } : void 0;
}
function messageOf({ apiUrl, token }, { method, path, query = {}, body }) {
	const url = new URL(`${apiUrl}${path}`);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
	return {
		method,
		url,
		headers: {
			accept: "application/json",
			[token.isJobToken ? "job-token" : "private-token"]: token.value,
			...body === void 0 ? {} : { "content-type": "application/json" }
		},
		text: body === void 0 ? void 0 : JSON.stringify(body)
	};
}
async function exchanged(ask, first, apiUrl) {
	let message = first;
	for (let step = 0;; step++) {
		const answer = await ask(message);
		const { location } = answer.headers;
		if (![
			301,
			302,
			303,
			307,
			308
		].includes(answer.status) || location === void 0) return answer;
		const url = URL.canParse(location, message.url.href) ? new URL(location, message.url) : void 0;
		if (url === void 0 || first.method !== "GET" || step === MAX_REDIRECTS) throw new Elsewhere("another address");
		if (!url.href.startsWith(`${apiUrl}/`)) throw new Elsewhere(`${url.host}${url.pathname}`);
		message = {
			...message,
			url
		};
	}
}
function sender(options, exchange) {
	const { apiUrl, signal, timeoutMs, budgetMs } = options;
	let left = budgetMs;
	async function once(request) {
		if (signal.aborted) return failure("cancelled");
		if (left <= 0) return failure("budget");
		const limit = Math.min(timeoutMs, left);
		const clock = timeLimit(limit);
		try {
			const { maxBytes = MAX_ANSWER } = request;
			const ask = (message) => exchange(message, maxBytes, AbortSignal.any([signal, clock]));
			const answer = await exchanged(ask, messageOf(options, request), apiUrl);
			return answer.status >= 200 && answer.status < 300 ? answer : statusFailure(answer);
		} catch (thrown) {
			if (signal.aborted) return failure("cancelled");
			return clock.aborted ? failure(limit < timeoutMs ? "budget" : "timeout") : thrownFailure(thrown);
		}
	}
	return async (request) => {
		for (let attempt = 1;; attempt++) {
			const start = performance.now();
			const result = await once(request);
			left -= performance.now() - start;
			if (!("kind" in result)) return result;
			const pause = attempt < MAX_ATTEMPTS ? pauseAfter(result, request, attempt) : void 0;
			if (pause === void 0 || pause >= left) return result;
			left -= pause;
			await setTimeout(pause, void 0, { signal }).catch(() => void 0);
		}
	};
}
function pauseAfter({ kind, status = 0, headers }, { method }, attempt) {
	if (kind === "status" && status === 429) {
		const seconds = headers["retry-after"];
		return /^\d{1,6}$/.test(seconds ?? "") ? Number(seconds) * 1e3 : UNNAMED_PAUSE_MS;
	}
	return (kind === "network" || kind === "status" && status >= 500) && method !== "POST" ? 500 * attempt : void 0;
}
function failure(kind, message = "") {
	return {
		kind,
		message,
		headers: {}
	};
}
function statusFailure({ status, headers, body }) {
	const { message, error } = parsed(body) ?? {};
	const said = message ?? error ?? "";
	return {
		kind: "status",
		status,
		headers,
		message: typeof said === "string" ? said : JSON.stringify(said)
	};
}
function thrownFailure(thrown) {
	if (thrown instanceof Elsewhere) return failure("elsewhere", thrown.message);
	const { message = "", cause } = thrown ?? {};
	const said = message || cause?.message || String(thrown);
	return failure(thrown instanceof FinalError ? "unreadable" : "network", said);
}

export { connect };
import { withAuthorities } from "./system.authorities.js";
import { ReportingError } from "./platforms.api-failure.js";
import { requirePayload } from "./platforms.github.payload-file.js";
import { describeApiFailure, isRateLimit } from "./platforms.github.api.failure.js";
import { inWordsOfForgejo, isForgejo } from "./platforms.github.api.forgejo.js";
import { timeLimit } from "./system.background.js";
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
async function toolkit() {
	requirePayload(process.env.GITHUB_EVENT_PATH ?? "");
	return import("./platforms.github.api.octokit.js");
}
async function octokitFor(token, baseUrl) {
	const { getOctokit, defaults } = await toolkit().catch((cause) => {
		throw new ReportingError({
			code: "github-client-broken",
			what: "The client for GitHub's API could not be started",
			remedy: "See whether GITHUB_EVENT_PATH names a readable JSON file."
		}, void 0, { cause });
	});
	const silent = () => void 0;
	const ownFetch = defaults.request?.fetch ?? fetch;
	const throughProxy = (url, options) => withAuthorities(() => ownFetch(url, options));
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
function sending({ octokit, toApi }, event, { route, parameters }, { accept, redirect, maxBytes } = {}) {
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
	}, maxBytes);
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
		const described = describeApiFailure(failure, {
			failed,
			permission,
			without,
			timeoutMs,
			budgetMs
		}, event);
		return new ReportingError(isForgejo(event) ? inWordsOfForgejo(described) : described, failure);
	}
	async function sent(request, how = {}) {
		const result = await send(sending(connection, event, request, how), { repeatable: request.repeatable ?? !request.route.startsWith("POST ") });
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
		bytes: async (request, maxBytes) => (await sent(request, {
			accept: "application/vnd.github.raw+json",
			maxBytes
		})).data,
		async archive(request, maxBytes) {
			const asked = async (abort) => {
				const { headers } = await sending(connection, event, request, { redirect: "manual" })(abort);
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

export { connect };
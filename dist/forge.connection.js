import { timeLimit } from "./shared.scan.js";
import { FinalError, TooLongError, authorityBundle, withAuthorities } from "./shared.system.js";
import { array } from "./package.zod.js";
import { requirePayload } from "./shared.inputs.js";
import { ReportingError } from "./forge.api-failure.js";
import { describeFailure, isRateLimit, limitEndsAt } from "./forge.failures.js";
import { setTimeout } from "node:timers/promises";

// src/forge/client.ts
function requestsWith(right) {
	return (route, parameters, failed) => ({
		route,
		parameters,
		failed,
		...right
	});
}
const MAX_ATTEMPTS = 3;
const UNNAMED_PAUSE_MS = 6e4;
const failureOf = (kind, message = "") => ({
	kind,
	message,
	headers: {}
});
function toFailure(thrown) {
	const chain = [];
	for (let error = thrown; error instanceof Error && chain.length < 5; error = error.cause) chain.push(error);
	const message = chain[0]?.message ?? String(thrown);
	const final = chain.find((error) => error instanceof FinalError);
	if (final) return failureOf("unreadable", final.message);
	const { response } = thrown;
	if (typeof response?.status === "number") return {
		kind: "status",
		message: saidIn(response.data, message),
		status: response.status,
		headers: response.headers
	};
	return failureOf("network", chain.at(-1)?.message || message);
}
function saidIn(data, message) {
	const { message: said, error } = data ?? {};
	if (typeof said === "object" && said !== null) return JSON.stringify(said);
	return said === void 0 && typeof error === "string" ? error : message;
}
function pauseBeforeRetry(failure, attempt, repeatable) {
	if (attempt >= MAX_ATTEMPTS) return void 0;
	if (failure.kind === "status" && isRateLimit(failure)) {
		const free = limitEndsAt(failure);
		return free === void 0 ? UNNAMED_PAUSE_MS : Math.max(0, free - Date.now());
	}
	return (failure.kind === "network" || failure.kind === "status" && (failure.status ?? 0) >= 500) && repeatable ? 500 * attempt : void 0;
}
async function once(send, timeMs, cancel) {
	if (cancel.aborted) return failureOf("cancelled");
	if (timeMs <= 0) return failureOf("timeout");
	const clock = timeLimit(timeMs);
	try {
		return await send(AbortSignal.any([cancel, clock]));
	} catch (thrown) {
		if (cancel.aborted) return failureOf("cancelled");
		return clock.aborted ? failureOf("timeout") : toFailure(thrown);
	}
}
function client(server, exchange, limits) {
	const { timeoutMs = 1e4, budgetMs = 3e4, paceMs = 0, signal = AbortSignal.any([]) } = limits;
	let left = budgetMs;
	let nextWrite = 0;
	async function spend(work) {
		const start = performance.now();
		try {
			return await work();
		} finally {
			left -= performance.now() - start;
		}
	}
	const failed = (request, failure) => describeFailure(failure, {
		...request,
		timeoutMs,
		budgetMs
	}, server);
	async function send(request) {
		const { repeatable = !request.route.startsWith("POST ") } = request;
		if (!request.route.startsWith("GET ")) {
			await setTimeout(Math.max(0, nextWrite - performance.now()));
			nextWrite = performance.now() + paceMs;
		}
		for (let attempt = 1;; attempt++) {
			const time = Math.min(timeoutMs, left);
			const result = await spend(() => once((within) => exchange(request, within), time, signal));
			if (!("kind" in result)) return result;
			const wait = pauseBeforeRetry(result, attempt, repeatable);
			if (wait === void 0 || wait >= left) throw failed(request, result);
			await spend(() => setTimeout(wait, void 0, { signal }).catch(() => void 0));
		}
	}
	async function page(request, schema) {
		const { data, headers } = await send(request);
		const parsed = schema.safeParse(data);
		if (parsed.success) return {
			data: parsed.data,
			next: nextPage(headers)
		};
		const path = parsed.error.issues[0]?.path.map(String).join(".");
		const message = typeof data === "string" ? "not JSON" : `unexpected value at ${path || "the top"}`;
		throw failed(request, failureOf("unreadable", message));
	}
	async function* items(request, schema, most, tooMany) {
		let { parameters = {} } = request;
		for (let count = 1; count <= most; count++) {
			const { data, next } = await page({
				...request,
				parameters
			}, array(schema));
			yield* data;
			if (next === void 0) return;
			parameters = {
				...parameters,
				...next
			};
		}
		if (tooMany) throw tooMany();
	}
	return {
		call: async (request, schema) => (await page(request, schema)).data,
		items,
		bytes: async (request) => (await send({
			as: "bytes",
			...request
		})).data
	};
}
function nextPage({ link = "", "x-next-page": page = "" }) {
	const [, address = ""] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link) ?? [];
	if (URL.canParse(address)) return Object.fromEntries(new URL(address).searchParams);
	return /^\d{1,9}$/.test(page) ? { page } : void 0;
}

// src/forge/connection.ts
const MAX_ANSWER = 64 << 20;
async function openConnection(place) {
	const { baseUrl, auth, authorityFile, headers, headersOfFiles } = place;
	const { Agent, fetch, GitHub, getProxyUrl, ProxyAgent } = await toolkit();
	const tls = authorityFile ? { ca: authorityBundle(authorityFile) } : {};
	const proxy = getProxyUrl(new URL(baseUrl))?.href;
	const dispatcher = proxy ? new ProxyAgent({
		uri: proxy,
		requestTls: tls
	}) : new Agent({ connect: tls });
	const throughProxy = ((url, options) => withAuthorities(() => fetch(url, {
		...options,
		dispatcher
	})));
	const silent = () => void 0;
	const octokit = new GitHub({
		baseUrl,
		userAgent: "image-gate",
		log: {
			debug: silent,
			info: silent,
			warn: silent,
			error: silent
		},
		...auth && { auth }
	});
	return async ({ route, parameters, maxBytes, as }, signal) => {
		const answer = await octokit.request(route, {
			...parameters,
			headers: {
				...headers,
				...as === "bytes" && headersOfFiles
			},
			request: {
				signal,
				fetch: wholeWithin(maxBytes, withinOrigin(place, throughProxy, as === "archive")),
				parseSuccessResponseBody: as === void 0
			}
		});
		if (as === void 0) return answer;
		return {
			...answer,
			data: Buffer.from(await new Response(answer.data).arrayBuffer())
		};
	};
}
async function toolkit() {
	try {
		requirePayload(process.env.GITHUB_EVENT_PATH ?? "");
		return await import("./forge.octokit.js");
	} catch (cause) {
		throw new ReportingError({
			code: "github-client-broken",
			what: "The client for GitHub's API could not be started",
			remedy: "See whether GITHUB_EVENT_PATH names a readable JSON file."
		}, void 0, { cause });
	}
}
function withinOrigin({ baseUrl, maxRedirects }, fetch, isArchive) {
	const { origin } = new URL(baseUrl);
	return async (first, options) => {
		let url = first;
		for (let step = 0;; step++) {
			if (isArchive && step > 0) return fetch(url, {
				redirect: "follow",
				signal: options.signal ?? null
			});
			const target = new URL(url);
			if (target.origin !== origin || step > maxRedirects) throw new FinalError(`it redirects to ${target.host}, which does not get the token`);
			const response = await fetch(url, {
				...options,
				redirect: "manual"
			});
			const location = response.headers.get("location");
			if (![
				301,
				302,
				307,
				308
			].includes(response.status) || location === null) return response;
			await response.body?.cancel();
			url = new URL(location, url).href;
		}
	};
}
function wholeWithin(maxBytes = MAX_ANSWER, fetch) {
	return async (url, options) => {
		const response = await fetch(url, options);
		const pieces = [];
		let size = 0;
		for await (const piece of response.body ?? []) {
			size += piece.length;
			if (size > maxBytes) throw new TooLongError(maxBytes);
			pieces.push(piece);
		}
		const { status, statusText, headers } = response;
		return new Response(size === 0 ? null : Buffer.concat(pieces), {
			status,
			statusText,
			headers: [...headers]
		});
	};
}

export { client, openConnection, requestsWith };
import { describeFailure, isRateLimit } from "./forge.failures.js";
import { timeLimit } from "./shared.scan.js";
import { FinalError } from "./system.http.js";
import { setTimeout } from "node:timers/promises";

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

export { ElsewhereError, client, requestsWith };
import { requirePayload } from "./shared.inputs.js";
import { FinalError, TooLongError, authorityBundle, withAuthorities } from "./shared.system.js";
import { ReportingError } from "./forge.api-failure.js";

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
		const ask = async (fetch) => {
			const answer = await octokit.request(route, {
				...parameters,
				headers: {
					...headers,
					...as === "bytes" && headersOfFiles
				},
				request: {
					signal,
					fetch,
					parseSuccessResponseBody: as === void 0
				}
			});
			if (as === void 0) return answer;
			return {
				...answer,
				data: Buffer.from(await new Response(answer.data).arrayBuffer())
			};
		};
		return withinLimit(withinOrigin(place, throughProxy, as === "archive"), ask, maxBytes);
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
async function withinLimit(fetch, send, maxBytes = MAX_ANSWER) {
	let excess;
	const limited = async (url, options) => {
		const response = await fetch(url, options);
		if (response.body === null) return response;
		let size = 0;
		const limit = new TransformStream({ transform(piece, controller) {
			size += piece.length;
			if (size <= maxBytes) return controller.enqueue(piece);
			excess = new TooLongError(maxBytes);
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

export { openConnection };
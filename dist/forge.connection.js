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

export { openConnection };
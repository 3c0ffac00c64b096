import { kindOf, requirePayload } from "./shared.inputs.js";
import { withAuthorities } from "./system.authorities.js";
import { ReportingError, onFailure } from "./forge.api-failure.js";
import { ElsewhereError, client } from "./forge.client.js";
import { TooLongError } from "./system.http.js";

// src/forge/github/api/transport.ts
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

// src/forge/github/api/api.ts
const API_VERSION = "2022-11-28";
async function toolkit() {
	requirePayload(process.env.GITHUB_EVENT_PATH ?? "");
	return import("./forge.github.api.octokit.js");
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
async function sent({ octokit, toApi }, { route, parameters, maxBytes }, { repository }, more) {
	const { accept, redirect, signal } = more;
	const [method, path = ""] = route.split(" ");
	const whole = path === "/user" ? route : `${method} /repos/{owner}/{repo}${path.replace(/^\/$/, "")}`;
	const headers = {
		"x-github-api-version": API_VERSION,
		...accept !== void 0 && { accept }
	};
	const ask = async (fetch) => {
		const request = {
			signal,
			redirect,
			fetch,
			parseSuccessResponseBody: accept === void 0
		};
		const answer = await octokit.request(whole, {
			...repository,
			...parameters,
			headers,
			request
		});
		if (accept === void 0) return answer;
		return {
			...answer,
			data: Buffer.from(await new Response(answer.data).arrayBuffer())
		};
	};
	return withinLimit(toApi, ask, maxBytes);
}
function requireRepository(event) {
	if (!event.repository) throw new ReportingError({
		code: "github-repository-unknown",
		what: event.problem ?? "The repository of this run is not known",
		remedy: "Run in a GitHub workflow, which sets GITHUB_REPOSITORY."
	});
}
async function connect(options) {
	const { token, event } = options;
	requireRepository(event);
	const connection = await octokitFor(token, event.apiUrl);
	const accept = "application/vnd.github.raw+json";
	const known = client(serverOf(event), (request, isRaw, signal) => sent(connection, request, event, {
		signal,
		...isRaw && { accept }
	}), options);
	return {
		...known,
		event,
		kind: kindOf(event),
		async archive(request) {
			const { data } = await known.send(request, async (_, __, signal) => {
				const { status, headers } = await sent(connection, request, event, {
					signal,
					redirect: "manual"
				});
				const from = new URL(String(headers.location), event.apiUrl).href;
				return {
					status,
					headers,
					data: await download(from, connection.throughProxy, request.maxBytes, signal)
				};
			});
			return data;
		},
		async query(query, schema) {
			const request = {
				route: "POST /graphql",
				failed: "The query was not answered",
				needs: ""
			};
			const exchange = async (_, __, signal) => {
				const ask = (fetch) => connection.octokit.graphql(query, { request: {
					signal,
					fetch
				} });
				return {
					status: 200,
					headers: {},
					data: await withinLimit(connection.toApi, ask)
				};
			};
			const answer = await known.send(request, exchange, {
				repeatable: true,
				longestPauseMs: 2e3
			}).catch(onFailure(() => void 0));
			return answer && schema.safeParse(answer.data).data;
		}
	};
}
function download(url, throughProxy, maxBytes, signal) {
	const load = async (fetch) => {
		const response = await fetch(url, {
			redirect: "follow",
			signal
		});
		if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
		return Buffer.from(await response.arrayBuffer());
	};
	return withinLimit(throughProxy, load, maxBytes);
}
const GITHUB = {
	prefix: "github",
	variable: "GITHUB_API_URL",
	authority: "SSL_CERT_FILE",
	hidden: "a job's `permissions` set everything that they do not name to none",
	tokenFrom: "Leave the input `token` at its default, or renew the secret that it is taken from."
};
function serverOf(event) {
	const { apiUrl, pullRequest, privileged, dependabot } = event;
	const { name, disturbances } = kindOf(event);
	const isFork = pullRequest?.fork === true && !privileged;
	return {
		...GITHUB,
		name,
		disturbances,
		host: URL.canParse(apiUrl) ? new URL(apiUrl).host : "GitHub",
		readOnly: isFork ? "fork" : dependabot ? "dependabot" : void 0
	};
}

export { connect, serverOf };
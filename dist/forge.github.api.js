import { object, string } from "./package.zod.js";
import { kindOf } from "./shared.inputs.js";
import { ReportingError, onFailure } from "./forge.api-failure.js";
import { client } from "./forge.client.js";
import { openConnection } from "./forge.connection.js";

// src/forge/github/api.ts
const API_VERSION = "2022-11-28";
const userSchema = object({ login: string().min(1) });
async function connect({ token, event, ...limits }) {
	const { apiUrl, repository } = event;
	if (!repository) throw new ReportingError({
		code: "github-repository-unknown",
		what: event.problem ?? "The repository of this run is not known",
		remedy: "Run in a GitHub workflow, which sets GITHUB_REPOSITORY."
	});
	const to = await openConnection({
		baseUrl: apiUrl,
		auth: token,
		headers: { "x-github-api-version": API_VERSION },
		maxRedirects: 3
	});
	const whole = ({ route, parameters, maxBytes }) => {
		const [method, path = ""] = route.split(" ");
		const isUser = path === "/user";
		return {
			route: isUser ? route : `${method} /repos/{owner}/{repo}${path.replace(/^\/$/, "")}`,
			parameters: isUser ? {} : {
				...repository,
				...parameters
			},
			maxBytes
		};
	};
	const raw = {
		isRaw: true,
		headers: { accept: "application/vnd.github.raw+json" }
	};
	const exchange = (request, isRaw, signal) => to.request(whole(request), {
		signal,
		...isRaw && raw
	});
	const known = client(serverOf(event), exchange, limits);
	const kind = kindOf(event);
	return {
		...known,
		event,
		kind,
		async archive(request) {
			const { data } = await known.send(request, async (signal) => {
				const { status, headers } = await to.request(whole(request), {
					signal,
					redirect: "manual"
				});
				const from = new URL(String(headers.location), apiUrl).href;
				return {
					status,
					headers,
					data: await to.download(from, request.maxBytes, signal)
				};
			});
			return data;
		},
		login: () => loginOfToken(known, kind, to.query)
	};
}
async function loginOfToken(api, { hasMore }, query) {
	const request = {
		route: "GET /user",
		failed: "The account of the token could not be read",
		needs: "pull-requests: write"
	};
	if (!hasMore) return (await api.call(request, userSchema)).data.login;
	const ask = async (signal) => ({
		status: 200,
		headers: {},
		data: await query("query { viewer { login } }", signal)
	});
	const answer = await api.send(request, ask, 2e3).catch(onFailure(() => void 0));
	return answer && object({ viewer: userSchema }).safeParse(answer.data).data?.viewer.login;
}
const author = object({
	login: string(),
	type: string().optional()
}).nullish();
function isWrittenBy(login, user) {
	const name = user?.login.toLowerCase();
	return name === login.toLowerCase() || user?.type === "Bot" && name === `${login.toLowerCase()}[bot]`;
}
const GITHUB = {
	prefix: "github",
	variable: "GITHUB_API_URL",
	authority: "SSL_CERT_FILE",
	hidden: "a job's `permissions` set everything that they do not name to none",
	tokenFrom: "Leave the input `token` at its default, or renew the secret that it is taken from."
};
function serverOf(event) {
	const { apiUrl, pullRequest, privileged } = event;
	const { name, disturbances } = kindOf(event);
	return {
		...GITHUB,
		name,
		disturbances,
		host: URL.canParse(apiUrl) ? new URL(apiUrl).host : "GitHub",
		isFork: pullRequest?.fork === true && !privileged
	};
}

export { author, connect, isWrittenBy, serverOf };
import { object, string } from "./package.zod.js";
import { kindOf } from "./shared.inputs.js";
import { ReportingError, onFailure } from "./forge.api-failure.js";
import { client, openConnection } from "./forge.connection.js";

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
	const address = `${apiUrl}/repos/${repository}`;
	const to = await openConnection({
		baseUrl: address,
		auth: token,
		headers: { "x-github-api-version": API_VERSION },
		headersOfFiles: { accept: "application/vnd.github.raw+json" },
		maxRedirects: 3
	});
	const known = client(serverOf(event), to, limits);
	return {
		...known,
		event,
		address,
		kind: kindOf(event),
		login: () => loginOfToken(known, event)
	};
}
async function loginOfToken(api, event) {
	const about = {
		failed: "The account of the token could not be read",
		needs: "pull-requests: write"
	};
	if (!kindOf(event).isComplete) return (await api.call({
		route: `GET ${event.apiUrl}/user`,
		...about
	}, userSchema)).login;
	const request = {
		route: `POST ${event.apiUrl.replace(/\/api\/v3$/, "/api")}/graphql`,
		parameters: { query: "query { viewer { login } }" },
		repeatable: true,
		...about
	};
	const answer = object({ data: object({ viewer: userSchema }) });
	return (await api.call(request, answer).catch(onFailure(() => void 0)))?.data.viewer.login;
}
const author = object({ login: string() }).nullish();
function isWrittenBy(login, user) {
	return user?.login.toLowerCase() === login.toLowerCase();
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

export { author, connect, isWrittenBy };
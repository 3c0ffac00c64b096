import { int, object, string } from "./package.zod.js";
import { ReportingError } from "./forge.api-failure.js";
import { ElsewhereError, client } from "./forge.client.js";
import { authorityBundle, withAuthorities } from "./system.authorities.js";
import { readBody } from "./system.http.js";

// src/forge/gitlab/api/transport.ts
const SILENCE_MS = 3e4;
async function exchanger(authorityFile) {
	const { HttpClient } = await import("./package.@actions.http-client.lib.entry.js");
	const ca = authorityFile ? authorityBundle(authorityFile) : void 0;
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

// src/forge/gitlab/api/api.ts
const MAX_ANSWER = 128 << 20;
const TOKEN = /^[\x21-\x7e]+$/;
async function connect(token, { apiUrl }, { env, signal }, limits = {}) {
	if (token === void 0 || apiUrl === void 0) return void 0;
	if (!TOKEN.test(token.value)) throw new ReportingError({
		code: "gitlab-token-unusable",
		what: "The token for GitLab has a character that no token has, such as a blank or a line break",
		remedy: "Give the token alone in the variable GITLAB_TOKEN."
	});
	const place = {
		apiUrl,
		token
	};
	const send = await exchanger(env.CI_SERVER_TLS_CA_FILE);
	const exchange = async (request, isRaw, within) => {
		const message = messageOf(place, request);
		const answer = await send(message, request.maxBytes ?? MAX_ANSWER, within);
		const { location } = answer.headers;
		if (location !== void 0 && answer.status >= 300 && answer.status < 400) throw new ElsewhereError(URL.canParse(location, apiUrl) ? new URL(location, apiUrl).host : "another address");
		if (answer.status < 200 || answer.status >= 300) throw new StatusError(answer);
		return {
			...answer,
			data: isRaw ? answer.body : parsed(answer.body)
		};
	};
	return {
		...client(serverOf(place), exchange, {
			...limits,
			signal
		}),
		isJobToken: token.isJobToken
	};
}
function serverOf({ apiUrl, token }) {
	return {
		prefix: "gitlab",
		name: "GitLab",
		host: new URL(apiUrl).host,
		variable: "CI_API_V4_URL",
		authority: "CI_SERVER_TLS_CA_FILE",
		hidden: "a token of a fork does not reach the target project",
		tokenFrom: "It may have been revoked or be of another server: make a new project access token.",
		disturbances: "ask those who run the server if it stays",
		isJobToken: token.isJobToken
	};
}
var StatusError = class extends Error {
	response;
	constructor(response) {
		const { message, error } = parsed(response.body) ?? {};
		const said = message ?? error ?? "";
		super(typeof said === "string" ? said : JSON.stringify(said));
		this.response = response;
	}
};
function parsed(body) {
	try {
		return body.length === 0 ? void 0 : JSON.parse(body.toString("utf8"));
	} catch {
		return;
	}
}
function messageOf({ apiUrl, token }, { route, parameters = {} }) {
	const [method, template = ""] = route.split(" ");
	const rest = { ...parameters };
	const path = template.replace(/\{(\w+)\}/g, (_, name) => {
		delete rest[name];
		return encodeURIComponent(String(parameters[name]));
	});
	const url = new URL(`${apiUrl}${path}`);
	const hasBody = method === "POST" || method === "PUT";
	if (!hasBody) for (const [name, value] of Object.entries(rest)) url.searchParams.set(name, String(value));
	return {
		method,
		url,
		headers: {
			accept: "application/json",
			[token.isJobToken ? "job-token" : "private-token"]: token.value,
			...hasBody && { "content-type": "application/json" }
		},
		text: hasBody ? JSON.stringify(rest) : void 0
	};
}
async function accountOf(api, needs) {
	const request = {
		route: "GET /user",
		failed: "The account of the token could not be read",
		needs
	};
	return (await api.call(request, object({ id: int() }))).data.id;
}
async function defaultBranchOf(api, project) {
	const request = {
		route: "GET /projects/{project}",
		parameters: { project },
		failed: "The project could not be read",
		needs: "the scope `read_api` and the role Reporter"
	};
	return (await api.call(request, object({ default_branch: string().min(1) }))).data.default_branch;
}

export { accountOf, connect, defaultBranchOf };
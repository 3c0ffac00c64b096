import { __toESM } from "./rolldown-runtime.js";
import { copyFileSync, lstatSync, mkdirSync, readFileSync, rmSync } from "./shared.thread.js";
import { ElsewhereError, ReportingError, client, onFailure, unlessStatus } from "./forge.client.js";
import { require_tls } from "./package.node.js";
import { withAuthorities } from "./system.authorities.js";
import { readBody } from "./system.http.js";
import { PROXY_VARIABLES, handedOn, runProcess } from "./system.process.js";
import { array, boolean, int, object, string, unknown } from "./package.zod.js";
import { findProgram, programPath } from "./shared.start.js";
import { join } from "node:path";

// src/forge/gitlab/api/transport.ts
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

// src/forge/gitlab/api/api.ts
const MAX_ANSWER = 128 << 20;
const MAX_REDIRECTS = 3;
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
		const ask = (message) => send(message, request.maxBytes ?? MAX_ANSWER, within);
		const answer = await exchanged(ask, messageOf(place, request), apiUrl);
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
		if (url === void 0 || first.method !== "GET" || step === MAX_REDIRECTS) throw new ElsewhereError("another address");
		if (!url.href.startsWith(`${apiUrl}/`)) throw new ElsewhereError(`${url.host}${url.pathname}`);
		message = {
			...message,
			url
		};
	}
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

// src/forge/gitlab/rules/git.ts
const SHA = /^[0-9a-f]{40,64}$/;
const DEADLINE_MS = 6e4;
const REGULAR = /^100(?:644|755)$/;
const QUIET = [
	"-c",
	"core.fsmonitor=false",
	"-c",
	"core.hooksPath=/dev/null",
	"-c",
	"protocol.ext.allow=never"
];
function repositoryIn(world) {
	const program = findProgram("git", world);
	if (program === void 0) return void 0;
	const { env, workspace, signal } = world;
	const given = handedOn(env, [
		"HOME",
		"CI_JOB_TOKEN",
		...PROXY_VARIABLES,
		"SSL_CERT_FILE",
		"SSL_CERT_DIR"
	]);
	const authority = env.CI_SERVER_TLS_CA_FILE ? { GIT_SSL_CAINFO: env.CI_SERVER_TLS_CA_FILE } : {};
	const options = {
		cwd: workspace,
		env: {
			...given,
			...authority,
			PATH: programPath(world),
			GIT_TERMINAL_PROMPT: "0",
			LC_ALL: "C"
		},
		deadlineMs: DEADLINE_MS,
		signal,
		stdout: "capture"
	};
	const git = (args, maxCapture) => runProcess(program, [
		...QUIET,
		"-c",
		`safe.directory=${workspace}`,
		...args
	], {
		...options,
		maxCapture
	});
	const isHere = async (commit) => (await git([
		"cat-file",
		"-e",
		`${commit}^{commit}`
	])).code === 0;
	const tipOf = async (branch) => {
		const name = `refs/heads/${branch}`;
		const { code, stdout } = await git([
			"ls-remote",
			"--exit-code",
			"--heads",
			"--",
			"origin",
			name
		]);
		const [sha, found] = stdout.split("\n", 1)[0]?.split("	") ?? [];
		return code === 0 && found === name ? sha : void 0;
	};
	const has = async (commit) => {
		if (await isHere(commit)) return true;
		const { stdout } = await git(["rev-parse", "--is-shallow-repository"]);
		const depth = stdout.trim() === "true" ? ["--depth=1"] : [];
		await git([
			"fetch",
			"--quiet",
			"--no-tags",
			...depth,
			"--",
			"origin",
			commit
		]);
		return isHere(commit);
	};
	return {
		async commitAt({ commit, branch }) {
			const found = commit ?? (branch && await tipOf(branch).catch(() => void 0));
			return found !== void 0 && SHA.test(found) && await has(found).catch(() => false) ? found : void 0;
		},
		async hasTag(name) {
			const asked = [
				"ls-remote",
				"--exit-code",
				"--tags",
				"--",
				"origin",
				`refs/tags/${name}`
			];
			const { code } = await git(asked).catch(() => ({ code: null }));
			return code === 0 ? true : code === 2 ? false : void 0;
		},
		async read(commit, { what, path, maxBytes }) {
			const named = `The ${what} ${JSON.stringify(path)}`;
			const listed = await git([
				"ls-tree",
				"-z",
				"-l",
				"--full-tree",
				commit,
				"--",
				path
			]);
			if (listed.code !== 0) return { unreadable: `${named} could not be read at ${commit} by Git` };
			const entry = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t([^\0]*)\0$/.exec(listed.stdout);
			if (listed.stdout === "") return { absent: true };
			const [, mode = "", type, id = "", size = "", found] = entry ?? [];
			if (found !== path || type !== "blob" || !REGULAR.test(mode)) return { unreadable: `${named} is not a file at ${commit}` };
			if (Number(size) > maxBytes) return { unreadable: `${named} has ${size} bytes; at most ${maxBytes} are read` };
			const { code, stdout } = await git([
				"cat-file",
				"blob",
				id
			], maxBytes + 1);
			const text = Buffer.from(stdout);
			return code === 0 && text.length === Number(size) ? { text } : { unreadable: `${named} at ${commit} is not whole, or no text in UTF-8` };
		}
	};
}

// src/forge/gitlab/baseline.ts
const FOLDER = "image-gate-report";
const SOURCES = [
	"push",
	"schedule",
	"parent_pipeline"
];
const MOST_PIPELINES = 20;
const MOST_JOBS = 40;
const TIMEOUT_MS = 2e4;
const pipelineSchema = object({
	id: int(),
	ref: string(),
	source: string(),
	web_url: string().nullish()
});
const jobSchema = object({
	id: int(),
	name: string(),
	status: string(),
	ref: string(),
	tag: boolean(),
	finished_at: string().nullish(),
	web_url: string().nullish(),
	commit: object({ id: string().regex(/^[0-9a-f]{40,64}$/) }),
	artifacts_file: object({ filename: string() }).nullish()
});
async function keptReports(search, token, pipeline, world) {
	const { projectId: own, mergeRequest, source, branch, problem } = pipeline;
	const project = mergeRequest?.projectId ?? own;
	if (mergeRequest === void 0 && (branch === void 0 || !SOURCES.includes(source))) return {
		none: "this pipeline is about no change",
		quiet: true
	};
	const api = await connect(token, pipeline, world, { timeoutMs: TIMEOUT_MS });
	if (api === void 0 || project === void 0 || problem !== void 0) return {
		none: "GitLab cannot be asked for the default branch's report",
		trouble: true
	};
	const defaultBranch = project === own ? pipeline.defaultBranch : void 0;
	const all = {
		...search,
		project,
		branch: defaultBranch ?? await defaultBranchOf(api, project),
		jobName: world.env.CI_JOB_NAME ?? "",
		ownPipeline: pipeline.stamp?.run
	};
	return api.isJobToken ? newestOfJob(api, all, world) : reportsOf(api, all);
}
function asked({ project }, route, failed, more = {}) {
	const needs = "the scope `read_api` and the role Reporter";
	return {
		route: route.replace(" ", " /projects/{project}"),
		parameters: {
			project,
			...more
		},
		failed,
		needs
	};
}
async function* reportsOf(api, search) {
	const { branch } = search;
	let tried = 0;
	for (const { id, web_url: page } of await pipelinesOf(api, search)) for (const job of await jobsOf(api, id, search)) {
		tried += 1;
		if (tried > MOST_JOBS) return;
		const report = await fileOf(api, "/jobs/{job}/artifacts", search, { job: job.id });
		const { commit, web_url: url = page, finished_at: madeAt } = job;
		if (report !== void 0) yield {
			report,
			branch,
			commit: commit.id,
			url: url ?? void 0,
			madeAt: madeAt ?? void 0
		};
	}
}
async function hasTag(api, search) {
	const request = asked(search, "GET /repository/commits/{tag}", "The tag could not be looked for", { tag: `refs/tags/${search.branch}` });
	return api.call(request, unknown()).then(() => true, onFailure((failure) => {
		return failure.status === 404 && /Commit Not Found/i.test(failure.what) ? false : void 0;
	}));
}
async function pipelinesOf(api, search) {
	const { branch, ownPipeline } = search;
	const listed = async (source) => {
		const request = asked(search, "GET /pipelines", "The earlier pipelines could not be listed", {
			ref: branch,
			source,
			order_by: "id",
			sort: "desc",
			per_page: MOST_PIPELINES
		});
		return (await api.call(request, array(pipelineSchema))).data;
	};
	return (await Promise.all(SOURCES.map(listed))).flat().filter(({ id, ref, source }) => id !== ownPipeline && ref === branch && SOURCES.includes(source)).sort((a, b) => b.id - a.id).slice(0, MOST_PIPELINES);
}
async function jobsOf(api, pipeline, search) {
	const { branch, jobName } = search;
	const request = asked(search, "GET /pipelines/{pipeline}/jobs", "A pipeline's jobs could not be read", {
		pipeline,
		scope: "success",
		per_page: 100
	});
	const { data } = await api.call(request, array(jobSchema));
	const rank = ({ name }) => name === jobName ? 0 : 1;
	return data.filter(({ status, ref, tag, artifacts_file: file }) => status === "success" && ref === branch && !tag && file).sort((a, b) => rank(a) - rank(b) || b.id - a.id);
}
function fileOf(api, below, search, more) {
	const { name, maxBytes } = search;
	const request = asked(search, `GET ${below}/${FOLDER}/{file}`, "The report of an earlier job could not be read", {
		file: `${name}.json`,
		...more
	});
	return unlessStatus([404], api.bytes({
		...request,
		maxBytes
	}));
}
async function* newestOfJob(api, search, world) {
	const { branch } = search;
	if ((await hasTag(api, search) ?? await repositoryIn(world)?.hasTag(branch)) !== false) {
		world.log.info("Baseline: a job's own token cannot tell the default branch from a tag; no report is taken.");
		return;
	}
	const report = await fileOf(api, "/jobs/artifacts/{branch}/raw", search, {
		branch,
		job: search.jobName
	});
	if (report !== void 0) yield {
		report,
		branch,
		commit: ""
	};
}
function keepReport({ name, file }, pipeline, { workspace, log }) {
	const { mergeRequest, tag, branch, defaultBranch, source } = pipeline;
	if (!(mergeRequest === void 0 && tag === void 0 && branch === defaultBranch) || !SOURCES.includes(source)) return;
	const folder = join(workspace, FOLDER);
	if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(folder);
	mkdirSync(folder, { recursive: true });
	const path = join(folder, `${name}.json`);
	rmSync(path, { force: true });
	copyFileSync(file, path);
	log.info(`The report for later pipelines is ${FOLDER}/${name}.json: keep the folder as an artifact of the job.`);
}

export { accountOf, connect, defaultBranchOf, keepReport, keptReports, repositoryIn };
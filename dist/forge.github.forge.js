import { GateError, asGateError, createHash } from "./shared.thread.js";
import { _enum, array, boolean, int, literal, looseObject, object, string, union, unknown } from "./package.zod.js";
import { BASELINE_EVENTS, isForgejo, isoSeconds, once, readOnlyBecause, unreadable } from "./shared.inputs.js";
import { author, connect, isWrittenBy, loginOfToken } from "./forge.github.api.own-texts.js";
import { concernsAll, onFailure, quoted, requestsWith, unlessStatus } from "./forge.client.js";
import { LABEL, issueTracker as issueTracker$1, plainName, rulesBy, stateBranch as stateBranch$1, tooManyIssues } from "./forge.git-branch.js";
import { setTimeout } from "node:timers/promises";

// src/forge/github/sending.ts
function aboutRun({ privileged, name }, env, { changes, sha = "", isRef }) {
	const no = (why) => ({
		level: "warning",
		why
	});
	const { GITHUB_REF: ref = "" } = env;
	if (privileged) return no(`a run on \`${name}\` would change the default branch's ${changes} with an image that a stranger may have made`);
	if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("GITHUB_SHA names no commit");
	return isRef.test(ref) ? {
		sha,
		ref
	} : no("GITHUB_REF names no branch, tag or pull request");
}
function alertsAbout(event, env) {
	return aboutRun(event, env, {
		changes: "alerts",
		sha: env.GITHUB_SHA,
		isRef: /^refs\/(?:heads|tags|pull)\/./
	});
}
function packagesAbout(event, env) {
	return aboutRun(event, env, {
		changes: "packages",
		sha: event.sha,
		isRef: /^refs\/./
	});
}
async function sendInTurn(items, send, log, left) {
	for (const [index, item] of items.entries()) try {
		await send(item);
	} catch (thrown) {
		log.warning(asGateError(thrown).message);
		const others = items.length - index - 1;
		if (!concernsAll(thrown) || others === 0) continue;
		log.info(left(others));
		return;
	}
}

// src/forge/github/code-scanning.ts
const TIMEOUT_MS$2 = 3e4;
const BUDGET_MS$1 = 6e4;
const PATIENCE_MS = 3e4;
const PAUSE_MS = 1e3;
const LONGEST_PAUSE_MS = 5e3;
const LONGEST_MESSAGE$1 = 500;
const statusSchema = object({
	processing_status: _enum([
		"pending",
		"complete",
		"failed"
	]),
	errors: array(string()).nullish()
});
async function reportToCodeScanning(report) {
	const { uploads, log } = report;
	const sent = [];
	const upload = async (one) => {
		sent.push({
			upload: one,
			id: await send(one, report)
		});
	};
	await sendInTurn(uploads, upload, log, (left) => `Code scanning: ${left} more not uploaded.`);
	if (sent.length > 0) await awaitProcessing(sent, report);
}
const asked$3 = requestsWith({
	needs: "security-events: write",
	without: "upload-sarif: false"
});
async function send({ gzip, what }, report) {
	const { token, event, signal, commit, tool, startedAt, limits } = report;
	const api = await connect({
		token,
		event,
		signal,
		timeoutMs: TIMEOUT_MS$2,
		budgetMs: BUDGET_MS$1,
		...limits
	});
	const parameters = {
		commit_sha: commit.sha,
		ref: commit.ref,
		started_at: isoSeconds(startedAt),
		tool_name: tool,
		sarif: gzip.toString("base64")
	};
	const request = asked$3("POST /code-scanning/sarifs", parameters, `SARIF (${what}) could not be uploaded to code scanning`);
	return (await api.call({
		...request,
		repeatable: true
	}, object({ id: string() }))).data.id;
}
async function awaitProcessing(sent, report) {
	const { token, event, log, signal, limits: { patienceMs = PATIENCE_MS, pauseMs = PAUSE_MS } = {} } = report;
	const until = performance.now() + patienceMs;
	let waiting = sent;
	try {
		const api = await connect({
			token,
			event,
			signal,
			budgetMs: patienceMs
		});
		for (let pause = pauseMs; waiting.length > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
			const left = until - performance.now();
			if (left <= 0) break;
			await setTimeout(Math.min(pause, left), void 0, signal && { signal });
			for (const each of waiting) if (await isDone(api, each, report)) waiting = waiting.filter((one) => one !== each);
		}
	} catch (thrown) {
		if (signal?.aborted) return log.info("Code scanning: the run was cancelled while GitHub worked on the upload.");
		const error = asGateError(thrown);
		if (error.code !== "github-time-used-up") {
			log.warning(error.message);
			const others = waiting.length - 1;
			if (others > 0) log.info(`Code scanning: ${others} more uploaded; what became of them is not known.`);
			return;
		}
	}
	for (const { upload } of waiting) log.info(`Code scanning: ${upload.what} uploaded; GitHub's work on it is still pending after ${patienceMs / 1e3} s: ${alertsPage(report)}`);
}
async function isDone(api, { upload, id }, report) {
	const failed = `What became of the SARIF (${upload.what}) that was uploaded to code scanning could not be read`;
	const { data } = await api.call(asked$3("GET /code-scanning/sarifs/{id}", { id }, failed), statusSchema);
	if (data.processing_status === "pending") return false;
	const errors = data.errors ?? [];
	if (data.processing_status === "failed" || errors.length > 0) report.log.warning(notProcessed(upload, errors).message);
	else report.log.info(`Code scanning: ${upload.what} uploaded: ${alertsPage(report)}`);
	return true;
}
function notProcessed({ what }, errors) {
	const messages = errors.map((error) => quoted(error, LONGEST_MESSAGE$1));
	const shown = quoted(messages.join("; "), LONGEST_MESSAGE$1);
	return new GateError("sarif-not-processed", `GitHub could not take all of the SARIF (${what}) into code scanning: ${shown === "" ? "it does not say why" : shown}`, "The verdict stands; please report this to Image Gate if the message does not name a setting of yours.");
}
function alertsPage({ event, commit, tool }) {
	const { owner = "", repo = "" } = event.repository ?? {};
	const pull = /^refs\/pull\/(\d+)\//.exec(commit.ref)?.[1];
	const branch = /^refs\/heads\/(.+)$/.exec(commit.ref)?.[1];
	const about = pull === void 0 ? branch === void 0 ? "" : ` branch:${branch}` : ` pr:${pull}`;
	const query = encodeURIComponent(`is:open tool:"${tool}"${about}`);
	return `${event.serverUrl}/${owner}/${repo}/security/code-scanning?query=${query}`;
}

// src/forge/github/dependency-graph.ts
const TIMEOUT_MS$1 = 2e4;
const LONGEST_MESSAGE = 500;
const answerSchema = object({
	result: string(),
	message: string().nullish()
});
async function reportDependencies(report) {
	const { submissions, event, token, log, signal, limits } = report;
	try {
		const api = await connect({
			token,
			event,
			signal,
			timeoutMs: TIMEOUT_MS$1,
			...limits
		});
		const send = (submission) => submit(api, submission, log);
		await sendInTurn(submissions, send, log, (left) => `Dependency graph: ${left} more not sent.`);
	} catch (thrown) {
		log.warning(asGateError(thrown).message);
	}
}
async function submit(api, { snapshot, what }, log) {
	const request = {
		route: "POST /dependency-graph/snapshots",
		parameters: snapshot,
		failed: `The dependency graph could not be given ${what}`,
		needs: "contents: write",
		without: "dependency-graph: false",
		repeatable: true
	};
	const { data } = await api.call(request, answerSchema);
	const message = quoted(data.message ?? "", LONGEST_MESSAGE);
	if (data.result === "SUCCESS" || data.result === "ACCEPTED") log.info(`Dependency graph: ${what} sent. ${message}`.trim());
	else log.warning(new GateError("dependency-snapshot-refused", `GitHub did not take ${what} into the dependency graph (${data.result.slice(0, 40)}: ${message === "" ? "it does not say why" : message})`, "The verdict stands; please report this to Image Gate if the message does not name a setting of yours.").message);
}

// src/forge/github/issues.ts
const issueSchema = object({
	number: int(),
	html_url: string(),
	state: string(),
	title: string(),
	body: string().nullish(),
	user: author,
	labels: array(union([string(), object({ name: string().nullish() })])).nullish(),
	assignees: array(object({ login: string() }).nullish()).nullish(),
	pull_request: looseObject({}).nullish()
});
const labelSchema = object({
	id: int(),
	name: string()
});
const MAX_PAGES = 100;
const MAX_LABEL_PAGES = 20;
const MAX_ASSIGNEES = 10;
const LONGEST_LABEL = 50;
const PACE_MS = 1e3;
function issueTracker({ scope, ...options }) {
	return issueTracker$1({
		scope,
		lengths: [
			65e3,
			3e4,
			12e3
		]
	}, () => issueServer(options));
}
async function issueServer({ paceMs = PACE_MS, ...options }) {
	const api = await connect({
		timeoutMs: 2e4,
		budgetMs: 3e5,
		...options
	});
	const login = await loginOfToken(api);
	if (login === void 0) throw new GateError("issues-identity-unknown", "GitHub does not say whose token this is, so that no issue can be told to be this run's own", "Run it again; if it happens each time, leave the input `token` at its default, `github.token`.");
	let last = Number.NEGATIVE_INFINITY;
	const turn = async () => {
		const wait = last + paceMs - performance.now();
		if (wait > 0) await setTimeout(wait, void 0, options.signal ? { signal: options.signal } : {}).catch(() => void 0);
		last = performance.now();
	};
	return serverOf({
		api,
		login,
		turn,
		hasLabel: false,
		labels: /* @__PURE__ */ new Map()
	});
}
const asked$2 = requestsWith({
	needs: "issues: write",
	without: "issues: false"
});
function serverOf(session) {
	const { api, login } = session;
	const toIssue = ({ number, html_url: url, state, title, body, user, labels, assignees }) => ({
		number,
		url,
		title,
		body: body ?? "",
		isOpen: state === "open",
		isByUs: isWrittenBy(login, user),
		labels: (labels ?? []).map((each) => typeof each === "string" ? each : each.name ?? ""),
		assignees: (assignees ?? []).flatMap((each) => each?.login ?? [])
	});
	return {
		name: "GitHub",
		async *pages() {
			for await (const page of issuesOf(session)) yield page.filter((each) => !each.pull_request).map(toIssue);
		},
		async create(wanted) {
			await ensureLabel(session).catch(onFailure(() => void 0));
			return toIssue(await create(session, wanted));
		},
		async update(number, change) {
			const failed = `Issue #${number} could not be updated`;
			await session.turn();
			const request = asked$2("PATCH /issues/{number}", {
				number,
				...changesOf(api, change)
			}, failed);
			return toIssue((await api.call(request, issueSchema)).data);
		},
		async comment(number, body) {
			await session.turn();
			const failed = `The comment on issue #${number} could not be written`;
			return api.call(asked$2("POST /issues/{number}/comments", {
				number,
				body
			}, failed), object({ id: int() }));
		}
	};
}
async function* issuesOf({ api, login }) {
	const order = {
		state: "all",
		sort: "created",
		direction: "asc"
	};
	const searches = api.isForgejo ? [{
		type: "issues",
		state: "all"
	}] : (login.endsWith("[bot]") ? [login] : [login, `${login}[bot]`]).map((creator) => ({
		creator,
		...order
	}));
	for (const search of searches) {
		const parameters = {
			...search,
			...api.pageSize,
			page: 1
		};
		const request = asked$2("GET /issues", parameters, "The repository's issues could not be read");
		const pages = api.pages(request, array(issueSchema), MAX_PAGES, () => tooManyIssues(1e4));
		const first = searches.length > 1 ? await unlessStatus([422], pages.next()) : await pages.next();
		if (first === void 0) continue;
		if (!first.done) yield first.value;
		yield* pages;
	}
}
async function create(session, { title, body, due, ...wanted }) {
	const { api } = session;
	const labels = [LABEL, ...wanted.labels.filter((label) => label.length <= LONGEST_LABEL && label !== "image-gate")];
	const assignees = wanted.assignees.map(plainName).slice(0, MAX_ASSIGNEES);
	const send = async (names, to) => {
		await session.turn();
		const parameters = {
			...changesOf(api, {
				title,
				body,
				due
			}),
			labels: taken(session, names),
			assignees: to
		};
		const request = asked$2("POST /issues", parameters, `The issue "${title}" could not be opened`);
		return (await api.call(request, issueSchema)).data;
	};
	if (assignees.length === 0 && labels.length === 1) return send(labels, []);
	return await unlessStatus([422], send(labels, assignees)) ?? send(["image-gate"], []);
}
function taken({ api, labels }, names) {
	return api.isForgejo ? names.flatMap((name) => labels.get(name.toLowerCase()) ?? []) : names;
}
function changesOf({ isForgejo }, { title, body, state, due }) {
	const reason = {
		open: "reopened",
		completed: "completed",
		duplicate: "duplicate"
	};
	return {
		...title !== void 0 && { title },
		...body !== void 0 && { body },
		...state !== void 0 && {
			state: state === "open" ? "open" : "closed",
			state_reason: reason[state]
		},
		...due !== void 0 && isForgejo && { due_date: `${due}T23:59:59Z` }
	};
}
async function ensureLabel(session) {
	if (session.hasLabel) return;
	session.hasLabel = true;
	const { api } = session;
	const failed = "The label for issues could not be made";
	const description = "A running image that does not pass. Image Gate opens and closes these issues.";
	if (api.isForgejo) {
		const request = asked$2("GET /labels", {
			...api.pageSize,
			page: 1
		}, failed);
		const labels = await api.all(request, array(labelSchema), MAX_LABEL_PAGES);
		session.labels = new Map(labels.map(({ id, name }) => [name.toLowerCase(), id]));
		if (session.labels.has("image-gate")) return;
	}
	await session.turn();
	const request = asked$2("POST /labels", {
		name: LABEL,
		color: "b60205",
		description
	}, failed);
	session.labels = new Map([...session.labels, [LABEL, (await api.call(request, labelSchema)).data.id]]);
}

// src/forge/github/rules.ts
const sha = string().regex(/^[0-9a-f]{40,64}$/);
const content = union([
	object({
		type: literal("file"),
		size: int().nonnegative(),
		encoding: string(),
		content: string()
	}),
	object({ type: _enum([
		"symlink",
		"submodule",
		"dir"
	]) }),
	array(unknown())
]);
const asked$1 = requestsWith({ needs: "contents: read" });
async function commitOfBranch(api, branch) {
	const failed = `The branch ${JSON.stringify(branch)} could not be read`;
	if (api.isForgejo) {
		const schema = object({
			name: literal(branch),
			commit: object({ id: sha })
		});
		return (await api.call(asked$1("GET /branches/{branch}", { branch }, failed), schema)).data.commit.id;
	}
	const schema = object({
		ref: literal(`refs/heads/${branch}`),
		object: object({ sha })
	});
	return (await api.call(asked$1("GET /git/ref/{ref}", { ref: `heads/${branch}` }, failed), schema)).data.object.sha;
}
async function defaultBranch(api) {
	if (api.event.defaultBranch !== void 0) return api.event.defaultBranch;
	const schema = object({ default_branch: string().min(1) });
	return (await api.call(asked$1("GET /", {}, "The repository could not be read"), schema)).data.default_branch;
}
async function parentsOf(api, commit) {
	const request = asked$1("GET /git/commits/{commit_sha}", { commit_sha: commit }, `The commit ${commit} could not be read`);
	const schema = object({ parents: array(object({ sha: string().min(1) })) });
	return (await api.call(request, schema)).data.parents.map((parent) => parent.sha);
}
async function mergedInto(api) {
	const { name, runSha, pullRequest } = api.event;
	if (name !== "pull_request" || runSha === void 0) return void 0;
	const [base, head] = await parentsOf(api, runSha);
	return base !== void 0 && head === pullRequest?.headSha ? {
		commit: base,
		isRead: true
	} : void 0;
}
async function commitOf(api, { commit, branch, isRead }) {
	if (commit === void 0) return commitOfBranch(api, branch ?? await defaultBranch(api));
	if (!isRead) await parentsOf(api, commit);
	return commit;
}
async function contentsOf(api, { what, path, maxBytes }, ref) {
	const named = `The ${what} ${JSON.stringify(path)}`;
	const request = asked$1("GET /contents/{path}", {
		path,
		ref
	}, `${named} could not be read at ${ref}`);
	const found = (await unlessStatus([404], api.call(request, content)))?.data;
	if (found === void 0) return { absent: true };
	const kind = Array.isArray(found) ? "dir" : found.type;
	if (Array.isArray(found) || found.type !== "file") return { unreadable: `${named} is not a file at ${ref}, but of the kind ${kind}` };
	if (found.size > maxBytes) return { unreadable: `${named} has ${found.size} bytes; at most ${maxBytes} are read` };
	const text = found.encoding === "base64" ? Buffer.from(found.content, "base64") : await api.bytes(request);
	return text.length === found.size ? { text } : { unreadable: `${request.failed}: the answer is not whole` };
}
function rulesAtBase(event, connected, log) {
	const { name, privileged, problem, runSha: commit, pullRequest, mergeInto } = event;
	const target = pullRequest?.baseRef ?? mergeInto;
	const compared = async () => mergedInto(await connected());
	const run = {
		label: `This run (${name})`,
		privileged,
		problem,
		commit,
		target,
		compared
	};
	const readerAt = async (wanted) => {
		const api = await connected();
		const ref = await commitOf(api, wanted);
		return (file) => contentsOf(api, file, ref);
	};
	return rulesBy(run, readerAt, log);
}

// src/forge/github/kept-reports.ts
const TIMEOUT_MS = 2e4;
const BUDGET_MS = 3e4;
const MOST_PAGES = 3;
const MOST_RUNS = 40;
const artifactSchema = object({
	id: int().positive(),
	name: string(),
	size_in_bytes: int().nonnegative(),
	expired: boolean(),
	digest: string().nullish(),
	created_at: string().nullish(),
	workflow_run: object({
		id: int().positive().optional(),
		repository_id: int().optional(),
		head_repository_id: int().optional(),
		head_branch: string().nullish()
	}).nullish()
});
const listSchema = object({
	artifacts: array(artifactSchema),
	total_count: int().nonnegative().optional()
});
const runSchema = object({
	id: int(),
	event: string(),
	status: string().nullish(),
	conclusion: string().nullish(),
	head_branch: string().nullish(),
	head_sha: string().regex(/^[0-9a-f]{40,64}$/),
	html_url: string().optional(),
	repository: object({ id: int() }),
	head_repository: object({ id: int() }).nullish()
});
async function keptReports(search, { event, token }, { env, log, signal }) {
	if (!hasChange(event)) return {
		none: "this run is about no change",
		quiet: true
	};
	const api = await connect({
		token,
		event,
		signal,
		timeoutMs: TIMEOUT_MS,
		budgetMs: BUDGET_MS
	});
	const ownRun = Number(env.GITHUB_RUN_ID) || void 0;
	return keptArtifacts(api, {
		...search,
		ownRun
	}, (id, why) => log.debug(`Baseline: the artifact ${id} is not taken: ${why}.`));
}
function hasChange({ name, pullRequest, lookup }) {
	return pullRequest !== void 0 || lookup !== void 0 || name === "push" || name === "schedule";
}
async function* keptArtifacts(api, search, onSkipped) {
	const branch = await defaultBranch(api);
	const head = once(() => commitOfBranch(api, branch));
	let tried = 0;
	for await (const artifact of listed(api, search.name)) {
		const known = incompatible(artifact, search) ?? elsewhere(api, artifact, branch);
		if (known === void 0) tried += 1;
		if (tried > MOST_RUNS) return;
		const found = known ?? await reportIn(api, artifact, {
			branch,
			head,
			maxBytes: search.maxBytes
		});
		if (typeof found === "string") onSkipped(artifact.id, found);
		else yield found;
	}
}
async function reportIn(api, artifact, { branch, head, maxBytes }) {
	const run = await runOf(api, artifact.workflow_run?.id ?? 0);
	const wrong = untrusted(api, {
		run,
		artifact,
		branch
	});
	if (wrong !== void 0) return wrong;
	if (!await isOnBranch(api, run.head_sha, await head())) return `its commit is not on ${branch}`;
	const zip = await archiveOf(api, artifact, maxBytes);
	if (zip === void 0) return "what was downloaded has another SHA-256 than GitHub says";
	return {
		zip,
		branch,
		commit: run.head_sha,
		url: run.html_url,
		madeAt: artifact.created_at ?? void 0
	};
}
const asked = requestsWith({ needs: "actions: read" });
async function* listed(api, name) {
	const page = (number) => {
		const failed = "The artifacts of earlier runs could not be listed";
		return api.call(asked("GET /actions/artifacts", {
			name,
			...api.pageSize,
			page: number
		}, failed), listSchema);
	};
	const first = await page(1);
	const last = Math.max(1, Math.ceil((first.data.total_count ?? 0) / 50));
	for (let at = 0; at < MOST_PAGES; at++) {
		const number = api.isForgejo ? last - at : 1 + at;
		if (number < 1) return;
		const { data, next } = number === 1 ? first : await page(number);
		yield* data.artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
		if (!api.isForgejo && next === void 0) return;
	}
}
function incompatible({ expired, size_in_bytes: size, workflow_run: run }, search) {
	if (expired) return "it has expired";
	if (run?.id === void 0) return "its run is gone";
	if (run.id === search.ownRun) return "it is of this run";
	return size > search.maxBytes ? `it has more than ${search.maxBytes} bytes` : void 0;
}
function elsewhere(api, { workflow_run: run }, branch) {
	if (api.isForgejo) return void 0;
	if (run?.head_branch !== branch) return `it is not of ${branch}`;
	return run.repository_id === void 0 || run.head_repository_id !== run.repository_id ? "it is of another repository's branch" : void 0;
}
async function runOf(api, id) {
	const request = asked("GET /actions/runs/{id}", { id }, `The workflow run ${id} could not be read`);
	return (await api.call(request, runSchema)).data;
}
function untrusted({ isForgejo }, { run, artifact: { workflow_run: listed }, branch }) {
	if (run.id !== listed?.id || run.repository.id !== listed.repository_id) return "its run is another one";
	if (!isForgejo && run.head_repository?.id !== run.repository.id) return "its run is of another repository's branch";
	if (run.head_branch !== branch) return `its run is not of ${branch}`;
	if (!BASELINE_EVENTS.has(run.event)) return `its run was started by ${run.event}`;
	if (run.status !== "completed" || run.conclusion !== "success") return "its run was not successful";
}
async function isOnBranch(api, commit, head) {
	if (commit === head) return true;
	const compared = (parameters) => ({
		route: "GET /compare/{basehead}",
		parameters,
		failed: `The commit ${commit} could not be compared with the default branch`,
		needs: "contents: read"
	});
	if (api.isForgejo) {
		const request = compared({
			basehead: `${head}...${commit}`,
			verification: false,
			files: false
		});
		return (await api.call(request, object({ total_commits: int() }))).data.total_commits === 0;
	}
	const request = compared({
		basehead: `${commit}...${head}`,
		per_page: 1
	});
	return ["ahead", "identical"].includes((await api.call(request, object({ status: string() }))).data.status);
}
async function archiveOf(api, { id, digest }, maxBytes) {
	const request = asked("GET /actions/artifacts/{id}/zip", { id }, `The artifact ${id} could not be downloaded`);
	const zip = await api.archive({
		...request,
		maxBytes
	});
	const wanted = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "")?.[1];
	return wanted === void 0 || createHash("sha256").update(zip).digest("hex") === wanted ? zip : void 0;
}

// src/forge/github/state.ts
function stateBranch(name, token, event, world) {
	return stateBranch$1({
		name,
		oneAtATime: "give the workflow a `concurrency` group",
		whoWrites: "Let a run of the default branch on `schedule`, `push` or `workflow_dispatch` write it.",
		unprotect: "Leave the branch out of the branch protection and rulesets, or let the workflow's identity bypass them.",
		remote() {
			const { repository, serverUrl, problem } = event;
			if (repository === void 0) throw unreadable(name, problem ?? "the repository of this run is not known");
			return {
				address: `${serverUrl}/${repository.owner}/${repository.repo}`,
				user: "x-access-token",
				token,
				needs: "Add `contents: write` to the job's `permissions`; a repository that is archived takes no push."
			};
		},
		readOnlyBecause: (ask) => readOnlyBecause({
			event,
			env: world.env
		}, ask)
	}, world);
}

// src/forge/github/forge.ts
const COMMENT_UNITS = 65e3;
function githubForge(event, token, world) {
	const { env, log, signal } = world;
	if (token === "") return {
		why: "the input `token` is empty",
		level: "warning",
		remedy: "Leave the input `token` at its default, `github.token`"
	};
	const by = {
		event,
		token,
		log,
		signal
	};
	const everywhere = {
		rules: rulesAtBase(event, once(() => connect(by)), log),
		keptReports: (search) => keptReports(search, by, world),
		state: (name) => stateBranch(name, token, event, world),
		comments: {
			mostUnits: COMMENT_UNITS,
			write: async (text) => (await import("./forge.github.comment.js")).reportComment({
				...text,
				...by
			})
		},
		issues: (scope) => issueTracker({
			scope,
			...by
		})
	};
	if (isForgejo(event)) return everywhere;
	return {
		...everywhere,
		alerts: {
			about: alertsAbout(event, env),
			send: ({ about: commit, ...alerts }) => reportToCodeScanning({
				...alerts,
				commit,
				...by
			})
		},
		packages: {
			about: packagesAbout(event, env),
			jobFor: (image) => submittingJob(image, event, env),
			send: (submissions) => reportDependencies({
				submissions,
				...by
			})
		}
	};
}
function submittingJob(image, { runUrl }, env) {
	const whole = [
		env.GITHUB_WORKFLOW,
		env.GITHUB_JOB,
		image
	].filter(Boolean).join(" / ");
	const hash = createHash("sha256").update(whole).digest("hex").slice(0, 16);
	const correlator = whole.length > 500 ? `${whole.slice(0, 480)} … ${hash}` : whole;
	return {
		id: env.GITHUB_RUN_ID || correlator,
		correlator,
		...runUrl && { html_url: runUrl }
	};
}

export { githubForge };
import { createHash } from "./shared.thread.js";
import { array, boolean, int, object, string } from "./package.zod.js";
import { BASELINE_EVENTS, once } from "./shared.inputs.js";
import { requestsWith } from "./forge.client.js";
import { connect } from "./forge.github.api.api.js";
import { commitOfBranch, defaultBranch } from "./forge.github.rules.js";

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

export { keptReports };
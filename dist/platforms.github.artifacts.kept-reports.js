import { createHash } from "./shared.start.js";
import { array, boolean, int, object, string } from "./package.zod.js";
import { connect } from "./platforms.github.api.api.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";
import { commitOfBranch, defaultBranch } from "./platforms.github.base-policy.js";
import { BASELINE_EVENTS } from "./platforms.github.event.js";

// src/platforms/github/artifacts/listed.ts
const PERMISSION = "actions: read";
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
		head_branch: string().nullish(),
		head_sha: string().optional()
	}).nullish()
});
const listSchema = object({
	artifacts: array(artifactSchema),
	total_count: int().nonnegative().optional()
});

// src/platforms/github/artifacts/forgejo-artifacts.ts
const PER_PAGE = 50;
async function* listedOnForgejo(api, name, mostPages) {
	const page = async (number) => {
		const request = {
			route: "GET /repos/{owner}/{repo}/actions/artifacts",
			parameters: {
				name,
				limit: PER_PAGE,
				page: number
			},
			failed: "The artifacts of earlier runs could not be listed",
			permission: PERMISSION
		};
		return (await api.call(request, listSchema)).data;
	};
	const first = await page(1);
	const last = Math.ceil((first.total_count ?? 0) / PER_PAGE);
	for (let number = Math.max(1, last); number > Math.max(0, last - mostPages); number--) {
		const { artifacts } = number === 1 ? first : await page(number);
		yield* artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
	}
}
async function isOnForgejoBranch(api, commit, head) {
	const request = {
		route: "GET /repos/{owner}/{repo}/compare/{basehead}",
		parameters: {
			basehead: `${head}...${commit}`,
			verification: false,
			files: false
		},
		failed: `The commit ${commit} could not be compared with the default branch`,
		permission: "contents: read"
	};
	return (await api.call(request, object({ total_commits: int() }))).data.total_commits === 0;
}

// src/platforms/github/artifacts/kept-reports.ts
const TIMEOUT_MS = 2e4;
const BUDGET_MS = 3e4;
const MOST_PAGES = 3;
const MOST_RUNS = 40;
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
async function keptReports(search, { event, token, offline }, { env, log, signal }) {
	if (event.name === "" || event.repository === void 0) return {
		none: "there is no GitHub repository whose default branch could be asked",
		quiet: true
	};
	if (offline) return {
		none: "`offline` forbids asking GitHub for the default branch's report",
		quiet: true
	};
	if (!hasChange(event)) return {
		none: "this run is about no change",
		quiet: true
	};
	if (token === "") return {
		none: "there is no `token` to ask GitHub with",
		trouble: true
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
	let head;
	let asked = 0;
	const all = isForgejo(api.event) ? listedOnForgejo(api, search.name, MOST_PAGES) : listed(api, search.name);
	for await (const artifact of all) {
		const why = incompatible(artifact, search) ?? elsewhere(api, artifact, branch);
		if (why !== void 0) {
			onSkipped(artifact.id, why);
			continue;
		}
		asked += 1;
		if (asked > MOST_RUNS) return;
		const run = await runOf(api, artifact.workflow_run?.id ?? 0);
		const wrong = untrusted(api, {
			run,
			artifact,
			branch
		});
		if (wrong !== void 0) {
			onSkipped(artifact.id, wrong);
			continue;
		}
		head ??= await commitOfBranch(api, branch);
		if (!await isOnBranch(api, run.head_sha, head)) {
			onSkipped(artifact.id, `its commit is not on ${branch}`);
			continue;
		}
		const zip = await archiveOf(api, artifact, search.maxBytes);
		if (zip === void 0) onSkipped(artifact.id, "what was downloaded has another SHA-256 than GitHub says");
		else yield {
			zip,
			branch,
			commit: run.head_sha,
			url: run.html_url,
			madeAt: artifact.created_at ?? void 0
		};
	}
}
async function* listed(api, name) {
	for (let page = 1; page <= MOST_PAGES; page++) {
		const { data, more } = await api.call({
			route: "GET /repos/{owner}/{repo}/actions/artifacts",
			parameters: {
				name,
				per_page: 100,
				page
			},
			failed: "The artifacts of earlier runs could not be listed",
			permission: PERMISSION
		}, listSchema);
		yield* data.artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
		if (!more) return;
	}
}
function incompatible({ expired, size_in_bytes: size, workflow_run: run }, search) {
	if (expired) return "it has expired";
	if (run?.id === void 0) return "its run is gone";
	if (run.id === search.ownRun) return "it is of this run";
	return size > search.maxBytes ? `it has more than ${search.maxBytes} bytes` : void 0;
}
function elsewhere(api, { workflow_run: run }, branch) {
	if (isForgejo(api.event)) return void 0;
	if (run?.head_branch !== branch) return `it is not of ${branch}`;
	return run.repository_id === void 0 || run.head_repository_id !== run.repository_id ? "it is of another repository's branch" : void 0;
}
async function runOf(api, id) {
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/actions/runs/{run_id}",
		parameters: { run_id: id },
		failed: `The workflow run ${id} could not be read`,
		permission: PERMISSION
	}, runSchema);
	return data;
}
function untrusted({ event }, { run, artifact: { workflow_run: listed }, branch }) {
	if (run.id !== listed?.id || run.repository.id !== listed.repository_id) return "its run is another one";
	if (!isForgejo(event) && run.head_repository?.id !== run.repository.id) return "its run is of another repository's branch";
	if (run.head_branch !== branch) return `its run is not of ${branch}`;
	if (!BASELINE_EVENTS.has(run.event)) return `its run was started by ${run.event}`;
	if (run.status !== "completed" || run.conclusion !== "success") return "its run was not successful";
}
async function isOnBranch(api, commit, head) {
	if (commit === head) return true;
	if (isForgejo(api.event)) return isOnForgejoBranch(api, commit, head);
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/compare/{basehead}",
		parameters: {
			basehead: `${commit}...${head}`,
			per_page: 1
		},
		failed: `The commit ${commit} could not be compared with the default branch`,
		permission: "contents: read"
	}, object({ status: string() }));
	return data.status === "ahead" || data.status === "identical";
}
async function archiveOf(api, { id, digest }, maxBytes) {
	const zip = await api.archive({
		route: "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
		parameters: {
			artifact_id: id,
			archive_format: "zip"
		},
		failed: `The artifact ${id} could not be downloaded`,
		permission: PERMISSION
	}, maxBytes);
	const wanted = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "")?.[1];
	return wanted === void 0 || createHash("sha256").update(zip).digest("hex") === wanted ? zip : void 0;
}

export { keptReports };
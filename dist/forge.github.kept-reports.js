import { createHash } from "./shared.thread.js";
import { array, boolean, int, object, string } from "./package.zod.js";
import { MOST_REPORT_BYTES, baselines } from "./forge.baseline.js";
import { requestsWith } from "./forge.connection.js";
import { once } from "./shared.inputs.js";
import { connect } from "./forge.github.api.js";
import { commitOfBranch, defaultBranch, reading } from "./forge.github.rules.js";

// src/forge/github/kept-reports.ts
const TIMEOUT_MS = 2e4;
const MOST_PAGES = 3;
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
	total_count: int().nonnegative().default(0)
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
async function keptReports(name, { event, token, log, signal }, env) {
	const api = await connect({
		token,
		event,
		signal,
		timeoutMs: TIMEOUT_MS
	});
	const branch = await defaultBranch(api);
	return baselines(storedIn(api, name, branch), {
		branch,
		ownRun: Number(env.GITHUB_RUN_ID) || void 0
	}, log);
}
const asked = requestsWith({ needs: "actions: read" });
async function* storedIn(api, name, defaultBranch) {
	const maxBytes = MOST_REPORT_BYTES;
	const head = once(() => commitOfBranch(api, defaultBranch));
	for await (const { id, expired, size_in_bytes: bytes, created_at, digest, workflow_run: run } of listed(api, name)) {
		const isThere = !expired && run?.id !== void 0 && bytes <= maxBytes;
		const { id: of, head_branch: branch, repository_id: own, head_repository_id: from } = run ?? {};
		yield {
			label: `the artifact ${id}`,
			listed: {
				run: of,
				branch: branch ?? void 0,
				isElsewhere: from !== void 0 && from !== own,
				madeAt: created_at ?? void 0
			},
			unfit: isThere ? void 0 : `it has expired, its run is gone, or it has more than ${maxBytes} bytes`,
			async details() {
				const request = asked("GET /actions/runs/{id}", { id: of }, `The workflow run ${of} could not be read`);
				const found = await api.call(request, runSchema);
				const { repository, head_repository } = found;
				return {
					run: found.id,
					trigger: found.event,
					branch: found.head_branch ?? "",
					isElsewhere: head_repository !== void 0 && head_repository?.id !== repository.id,
					isSuccessful: found.status === "completed" && found.conclusion === "success",
					commit: found.head_sha,
					url: found.html_url
				};
			},
			async read({ commit = "" }) {
				if (!await isOnBranch(api, commit, await head())) return `its commit is not on ${defaultBranch}`;
				const archive = asked("GET /actions/artifacts/{id}/zip", { id }, `The artifact ${id} could not be downloaded`);
				const zip = await api.bytes({
					...archive,
					as: "archive",
					maxBytes
				});
				return !digest || digest === `sha256:${createHash("sha256").update(zip).digest("hex")}` ? zip : "it was changed on the way";
			}
		};
	}
}
async function* listed(api, name) {
	const { pageSize, isComplete } = api.kind;
	const page = async (number) => {
		const failed = "The artifacts of earlier runs could not be listed";
		return api.call(asked("GET /actions/artifacts", {
			name,
			...pageSize,
			page: number
		}, failed), listSchema);
	};
	const first = await page(1);
	const last = Math.max(1, Math.ceil(first.total_count / (Object.values(pageSize)[0] ?? 1)));
	for (let at = 0; at < Math.min(MOST_PAGES, last); at++) {
		const number = isComplete ? 1 + at : last - at;
		const { artifacts } = number === 1 ? first : await page(number);
		yield* artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
	}
}
async function isOnBranch(api, commit, head) {
	if (commit === head) return true;
	const failed = `The commit ${commit} could not be compared with the default branch`;
	const request = reading("GET /compare/{basehead}", { basehead: `${head}...${commit}` }, failed);
	return (await api.call(request, object({ total_commits: int() }))).total_commits === 0;
}

export { keptReports };
import { copyFileSync, lstatSync, mkdirSync, rmSync } from "./shared.thread.js";
import { array, boolean, int, object, string, unknown } from "./package.zod.js";
import { onFailure, unlessStatus } from "./forge.api-failure.js";
import { BASELINE_TRIGGERS, MOST_REPORT_BYTES, baselines, isBaseline } from "./forge.baseline.js";
import { connect, defaultBranchOf, reading } from "./forge.gitlab.api.js";
import { join } from "node:path";

// src/forge/gitlab/baseline.ts
const FOLDER = "image-gate-report";
const MOST_PIPELINES = 20;
const TIMEOUT_MS = 2e4;
const pipelineSchema = object({
	id: int(),
	source: string()
});
const jobSchema = object({
	id: int(),
	name: string(),
	status: string(),
	ref: string(),
	tag: boolean(),
	finished_at: string().nullish(),
	web_url: string().optional(),
	commit: object({ id: string().regex(/^[0-9a-f]{40,64}$/) }),
	artifacts_file: object({ filename: string() }).nullish()
});
const PROJECT = "GET /projects/{project}";
async function keptReports(name, job) {
	const { pipeline, world } = job;
	const api = await connect(job, { timeoutMs: TIMEOUT_MS });
	const project = pipeline.mergeRequest?.projectId ?? api.project;
	const all = {
		name,
		project,
		branch: (project === api.project ? pipeline.defaultBranch : void 0) ?? await defaultBranchOf(api, project),
		jobName: world.env.CI_JOB_NAME ?? ""
	};
	if (api.isJobToken) return newestOfJob(api, all, world.log);
	return baselines(storedIn(api, all), {
		...all,
		ownRun: pipeline.stamp?.run
	}, world.log);
}
async function* storedIn(api, search) {
	for (const { id: run, source: trigger } of await pipelinesOf(api, search)) for (const job of await jobsOf(api, run, search)) {
		const { id, status, tag, ref, commit, web_url: url, finished_at } = job;
		const madeAt = finished_at ?? void 0;
		const isSuccessful = status === "success";
		yield {
			label: `the report of job ${id}`,
			listed: {
				run,
				trigger,
				branch: tag ? "" : ref,
				isSuccessful,
				commit: commit.id,
				url,
				madeAt
			},
			unfit: job.artifacts_file ? void 0 : "it has expired",
			read: async () => await fileOf(api, "/jobs/{job}/artifacts", search, { job: id }) ?? "it is not there any more"
		};
	}
}
async function hasTag(api, { project, branch }) {
	const tag = `refs/tags/${branch}`;
	const route = `${PROJECT}/repository/commits/{tag}`;
	return api.call(reading(route, {
		project,
		tag
	}, "The tag could not be looked for"), unknown()).then(() => true, onFailure(({ status, what }) => status === 404 && /Commit Not Found/i.test(what) ? false : void 0));
}
async function pipelinesOf(api, { project, branch }) {
	const listed = async (source) => {
		const request = reading(`${PROJECT}/pipelines`, {
			project,
			ref: branch,
			source,
			order_by: "id",
			sort: "desc",
			per_page: MOST_PIPELINES
		}, "The earlier pipelines could not be listed");
		return api.call(request, array(pipelineSchema));
	};
	return (await Promise.all(BASELINE_TRIGGERS.map(listed))).flat().sort((a, b) => b.id - a.id).slice(0, MOST_PIPELINES);
}
async function jobsOf(api, pipeline, { project, jobName }) {
	const request = reading(`${PROJECT}/pipelines/{pipeline}/jobs`, {
		project,
		pipeline,
		scope: "success",
		per_page: 100
	}, "A pipeline's jobs could not be read");
	const rank = ({ name }) => name === jobName ? 0 : 1;
	return (await api.call(request, array(jobSchema))).sort((a, b) => rank(a) - rank(b) || b.id - a.id);
}
function fileOf(api, below, { project, name }, more) {
	const parameters = {
		project,
		file: `${name}.json`,
		...more
	};
	const request = reading(`${PROJECT}${below}/${FOLDER}/{file}`, parameters, "The report of an earlier job could not be read");
	return unlessStatus([404], api.bytes({
		...request,
		maxBytes: MOST_REPORT_BYTES
	}));
}
async function* newestOfJob(api, search, log) {
	const { branch, jobName: job } = search;
	if (await hasTag(api, search) !== false) return log.info("Baseline: a job's own token cannot tell the default branch from a tag; no report is taken.");
	const report = await fileOf(api, "/jobs/artifacts/{branch}/raw", search, {
		branch,
		job
	});
	if (report !== void 0) yield {
		report,
		branch,
		commit: ""
	};
}
function keepReport({ name, file }, pipeline, { workspace, log }) {
	if (!isBaseline(pipeline)) return;
	const folder = join(workspace, FOLDER);
	if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(folder);
	mkdirSync(folder, { recursive: true });
	const path = join(folder, `${name}.json`);
	rmSync(path, { force: true });
	copyFileSync(file, path);
	log.info(`The report for later pipelines is ${FOLDER}/${name}.json: keep the folder as an artifact of the job.`);
}

export { keepReport, keptReports };
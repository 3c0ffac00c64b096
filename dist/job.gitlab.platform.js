import { httpUrl, readOnlyBecause, wholeNumber } from "./shared.inputs.js";
import { VERSION, writeOutputs } from "./shared.start.js";

// src/job/gitlab/pipeline.ts
const SHA = /^[0-9a-f]{40,64}$/;
function shaOf(text) {
	return SHA.test(text ?? "") ? text : void 0;
}
function readPipeline(env) {
	const trigger = /^[a-z_]{1,50}$/.exec(env.CI_PIPELINE_SOURCE ?? "")?.[0] ?? "unknown";
	const apiUrl = httpUrl(env.CI_API_V4_URL);
	const projectId = wholeNumber(env.CI_PROJECT_ID);
	const isForMergeRequest = Boolean(env.CI_MERGE_REQUEST_IID);
	const mergeRequest = mergeRequestOf(env);
	const openMergeRequests = openMergeRequestsIn(env, projectId);
	const [run, number = 1] = [wholeNumber(env.CI_PIPELINE_ID), wholeNumber(env.CI_PIPELINE_IID)];
	const event = isForMergeRequest ? "merge_request_event" : trigger;
	const checkedOut = shaOf(env.CI_COMMIT_SHA);
	const commit = shaOf(env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA) ?? checkedOut;
	const branch = !isForMergeRequest && !env.CI_COMMIT_TAG && env.CI_COMMIT_BRANCH || void 0;
	const defaultBranch = env.CI_DEFAULT_BRANCH || void 0;
	const problem = isForMergeRequest && mergeRequest === void 0 ? "The merge request is not known: one of CI_MERGE_REQUEST_IID, …_PROJECT_ID, …_SOURCE_PROJECT_ID and …_TARGET_BRANCH_NAME cannot be used" : apiUrl === void 0 ? "CI_API_V4_URL is not an http or https URL" : void 0;
	return {
		trigger,
		apiUrl,
		projectId,
		repository: env.CI_PROJECT_PATH || void 0,
		mergeRequest,
		openMergeRequests,
		branch,
		defaultBranch,
		commit,
		checkedOut,
		commits: [.../* @__PURE__ */ new Set([checkedOut, commit])].filter((sha) => sha !== void 0),
		runUrl: httpUrl(env.CI_JOB_URL) ?? httpUrl(env.CI_PIPELINE_URL),
		stamp: run === void 0 ? void 0 : {
			run,
			number,
			attempt: 1,
			event,
			commit
		},
		lookedUpOn: openMergeRequests.length > 0 ? trigger : void 0,
		noConversation: mergeRequest || openMergeRequests.length > 0 ? void 0 : `this pipeline (${trigger}) has no merge request`,
		hasBase: mergeRequest !== void 0,
		privileged: isForMergeRequest && (mergeRequest === void 0 || mergeRequest.isFork && projectId === mergeRequest.projectId),
		isCheckedOut: mergeRequest !== void 0,
		problem,
		readOnlyBecause: readOnlyBecause({
			noun: "pipeline",
			trigger,
			problem,
			branch,
			defaultBranch
		})
	};
}
function mergeRequestOf(env) {
	const [iid, projectId, sourceId] = [
		"IID",
		"PROJECT_ID",
		"SOURCE_PROJECT_ID"
	].map((name) => wholeNumber(env[`CI_MERGE_REQUEST_${name}`]));
	const { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: targetBranch = "" } = env;
	if (iid === void 0 || projectId === void 0 || sourceId === void 0 || targetBranch === "") return void 0;
	return {
		projectId,
		iid,
		targetBranch,
		diffBaseSha: shaOf(env.CI_MERGE_REQUEST_DIFF_BASE_SHA),
		mergedSha: shaOf(env.CI_MERGE_REQUEST_TARGET_BRANCH_SHA),
		isFork: sourceId !== projectId
	};
}
function openMergeRequestsIn({ CI_MERGE_REQUEST_IID: known, CI_OPEN_MERGE_REQUESTS: list = "", CI_PROJECT_PATH: own = "" }, id) {
	if (known) return [];
	return list.split(",").flatMap((each) => {
		const at = each.lastIndexOf("!");
		const path = each.slice(0, at).trim();
		const project = path === own ? id : path;
		const iid = wholeNumber(each.slice(at + 1));
		return project === void 0 || iid === void 0 || !path.includes("/") ? [] : [{
			project,
			iid
		}];
	});
}

// src/job/gitlab/platform.ts
const WORDS = {
	name: "GitLab",
	lacking: "GitLab has no such thing",
	mayRead: "Give the job a token with the scope `read_api`",
	changeRequest: "merge request",
	workflow: "pipeline"
};
function gitlabPlatform(world, outputsFile) {
	const { env } = world;
	const pipeline = readPipeline(env);
	const job = httpUrl(env.CI_JOB_URL);
	return {
		words: WORDS,
		change: pipeline,
		action: {
			name: "Image Gate",
			version: VERSION
		},
		defaultReports: {
			lines: REPORTS,
			pageOf: (path) => job && `${job}/artifacts/file/${path.split("/").map(encodeURIComponent).join("/")}`
		},
		markdown: "glfm",
		workflowFile: env.CI_CONFIG_PATH || ".gitlab-ci.yml",
		sharedCache: env.IMAGE_GATE_CACHE === "true" ? async () => (await import("./job.gitlab.cache.js")).sharedCache(world) : void 0,
		forge: async (token) => (await import("./forge.gitlab.forge.js")).gitlabForge(pipeline, token, world),
		keepReport: async (report) => (await import("./forge.gitlab.baseline.js")).keepReport(report, pipeline, world),
		outputs: async (values) => {
			const lasting = Object.entries(values).filter(([, value]) => !value.includes(`${world.runFolder}/`));
			const left = writeOutputs(outputsFile, Object.fromEntries(lasting));
			if (left.length > 0) world.log.info(`image-gate.env has no room for ${left.join(", ")}.`);
		}
	};
}
const REPORTS = [
	"gitlab: gl-container-scanning-report.json",
	"gitlab-code-quality: gl-code-quality-report.json",
	"gitlab-sbom: gl-sbom-{target}.cdx.json",
	"junit: gl-junit-report.xml",
	"html: image-gate-report.html",
	"gitlab-annotations: gl-annotations-report.json"
];

export { gitlabPlatform };
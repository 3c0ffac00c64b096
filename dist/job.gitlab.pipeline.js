import { asClause } from "./shared.start.js";
import { httpUrl, readOnlyBecause, wholeNumber } from "./shared.inputs.js";

// src/job/gitlab/pipeline.ts
const SHA = /^[0-9a-f]{40,64}$/;
function shaOf(text) {
	return SHA.test(text ?? "") ? text : void 0;
}
function readPipeline(env) {
	const source = /^[a-z_]{1,50}$/.exec(env.CI_PIPELINE_SOURCE ?? "")?.[0] ?? "unknown";
	const apiUrl = httpUrl(env.CI_API_V4_URL);
	const projectId = wholeNumber(env.CI_PROJECT_ID);
	const found = mergeRequestOf(env);
	const mergeRequest = found === void 0 || "problem" in found ? void 0 : found;
	const head = shaOf(env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA) ?? shaOf(env.CI_COMMIT_SHA);
	const problem = found !== void 0 && "problem" in found ? found.problem : apiUrl === void 0 ? "CI_API_V4_URL is not an http or https URL" : void 0;
	return {
		source,
		apiUrl,
		projectId,
		projectPath: env.CI_PROJECT_PATH || void 0,
		mergeRequest,
		openMergeRequests: found === void 0 ? openMergeRequests(env, projectId) : [],
		defaultBranch: env.CI_DEFAULT_BRANCH || void 0,
		branch: env.CI_COMMIT_BRANCH || void 0,
		tag: env.CI_COMMIT_TAG || void 0,
		head,
		checkedOut: shaOf(env.CI_COMMIT_SHA),
		pageUrl: httpUrl(env.CI_JOB_URL) ?? httpUrl(env.CI_PIPELINE_URL),
		isPrivileged: found !== void 0 && ("problem" in found || found.isFork && projectId === found.projectId),
		problem,
		stamp: stampOf(env, source, head)
	};
}
function mergeRequestOf(env) {
	if (env.CI_MERGE_REQUEST_IID === void 0 || env.CI_MERGE_REQUEST_IID === "") return void 0;
	const [iid, projectId, sourceId] = [
		"IID",
		"PROJECT_ID",
		"SOURCE_PROJECT_ID"
	].map((name) => wholeNumber(env[`CI_MERGE_REQUEST_${name}`]));
	const { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: targetBranch = "" } = env;
	if (iid === void 0 || projectId === void 0 || sourceId === void 0 || targetBranch === "") return { problem: "The merge request is not known: one of CI_MERGE_REQUEST_IID, …_PROJECT_ID, …_SOURCE_PROJECT_ID and …_TARGET_BRANCH_NAME cannot be used" };
	return {
		projectId,
		iid,
		targetBranch,
		diffBaseSha: shaOf(env.CI_MERGE_REQUEST_DIFF_BASE_SHA),
		mergedSha: shaOf(env.CI_MERGE_REQUEST_TARGET_BRANCH_SHA),
		isFork: sourceId !== projectId
	};
}
function openMergeRequests({ CI_OPEN_MERGE_REQUESTS: list = "", CI_PROJECT_PATH: own = "" }, id) {
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
function stampOf(env, source, head) {
	const run = wholeNumber(env.CI_PIPELINE_ID);
	if (run === void 0) return void 0;
	const event = env.CI_MERGE_REQUEST_IID ? "merge_request_event" : source;
	return {
		run,
		number: wholeNumber(env.CI_PIPELINE_IID) ?? 1,
		attempt: 1,
		event,
		commit: head
	};
}
function changeOf(pipeline) {
	const { source, head, checkedOut, projectPath, pageUrl, mergeRequest, openMergeRequests } = pipeline;
	const { defaultBranch, isPrivileged, problem } = pipeline;
	return {
		trigger: source,
		commit: head,
		commits: [.../* @__PURE__ */ new Set([checkedOut, head])].filter((sha) => sha !== void 0),
		repository: projectPath,
		runUrl: pageUrl,
		stamp: pipeline.stamp,
		lookedUpOn: openMergeRequests.length > 0 ? source : void 0,
		noConversation: mergeRequest || openMergeRequests.length > 0 ? void 0 : `this pipeline (${source}) has no merge request`,
		hasBase: mergeRequest !== void 0,
		defaultBranch,
		privileged: isPrivileged,
		isCheckedOut: mergeRequest !== void 0,
		problem,
		readOnlyBecause: readOnlyBecause(writingRun(pipeline))
	};
}
function writingRun({ source: trigger, problem, branch, defaultBranch }) {
	return {
		noun: "pipeline",
		trigger,
		problem: problem && asClause(problem),
		branch,
		defaultBranch
	};
}

export { changeOf, readPipeline, writingRun };
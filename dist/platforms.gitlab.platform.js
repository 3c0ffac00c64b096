import { version } from "./package.json.js";
import { tokenOf } from "./platforms.gitlab.api.token.js";
import { SEVERITIES, severityName } from "./shared.answer.js";
import { wholeNumber } from "./shared.domain.js";
import { rmSync, writeFileSync } from "node:fs";

// src/platforms/gitlab/notes/decide.ts
function decideNote({ mode, answer, pipeline, env, token, offline }) {
	const no = (level, why) => ({
		write: false,
		level,
		why
	});
	if (mode === "never") return no("info", "the input `comment` is `never`");
	if (offline) return no("info", "`offline` forbids asking GitLab");
	const { problem, mergeRequest, openMergeRequests, source, projectId } = pipeline;
	if (problem !== void 0) return no("warning", `${problem.charAt(0).toLowerCase()}${problem.slice(1)}`);
	if (mergeRequest === void 0 && openMergeRequests.length === 0) return no("info", `this pipeline (${source}) has no merge request`);
	const found = tokenOf(token, env);
	if (found !== void 0 && !found.isJobToken) return {
		write: true,
		create: mode === "always" || answer !== "pass"
	};
	return mergeRequest?.isFork && projectId !== mergeRequest.projectId ? no("info", "the pipeline runs in the fork, which has no GITLAB_TOKEN for the target project") : no("warning", "a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope `api`");
}

// src/platforms/gitlab/outputs.ts
const MOST_BYTES = 5e3;
const MOST_VARIABLES = 20;
const FIRST = [
	"verdict",
	...SEVERITIES.map(severityName),
	"accepted",
	"image-digest",
	"index-digest"
];
const LAST = [
	"reason",
	"trivy-report",
	"results"
];
function rankOf(name) {
	if (FIRST.includes(name)) return FIRST.indexOf(name);
	return FIRST.length + Math.max(0, LAST.indexOf(name) + 1);
}
function variableOf(name) {
	return `IMAGE_GATE_${name.toUpperCase().replaceAll("-", "_")}`;
}
function oneLineOf(text) {
	return text.trim().replace(/[\r\n]+/g, " ").replaceAll("$", "[U+0024]");
}
function dotenvOf(values) {
	let text = "";
	let count = 0;
	const left = [];
	for (const name of Object.keys(values).sort((a, b) => rankOf(a) - rankOf(b))) {
		const line = `${variableOf(name)}=${oneLineOf(values[name] ?? "")}\n`;
		if (count === MOST_VARIABLES || Buffer.byteLength(text + line) > MOST_BYTES) left.push(name);
		else {
			text += line;
			count += 1;
		}
	}
	return {
		text,
		left
	};
}
function clearOutputs(path) {
	rmSync(path, { force: true });
}
function writeOutputs(path, values, log) {
	const { text, left } = dotenvOf(values);
	rmSync(path, { force: true });
	writeFileSync(path, text, { flag: "wx" });
	if (left.length > 0) log.info(`image-gate.env has no room for ${left.map(variableOf).join(", ")}.`);
}

// src/platforms/gitlab/pipeline.ts
const SHA = /^[0-9a-f]{40,64}$/;
function shaOf(text) {
	return SHA.test(text ?? "") ? text : void 0;
}
function httpUrl(text) {
	if (!text || !URL.canParse(text)) return void 0;
	const { protocol, username, password, search, hash } = new URL(text);
	return username === "" && password === "" && search === "" && hash === "" && /^https?:$/.test(protocol) ? text.replace(/(?<!\/)\/+$/, "") : void 0;
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
		openMergeRequests: found === void 0 ? openMergeRequests(env) : [],
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
		isFork: sourceId !== projectId
	};
}
function openMergeRequests({ CI_OPEN_MERGE_REQUESTS: list = "", CI_PROJECT_PATH: own = "" }) {
	return list.split(",").flatMap((each) => {
		const at = each.lastIndexOf("!");
		return each.slice(0, at).trim() === own ? wholeNumber(each.slice(at + 1)) ?? [] : [];
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
	const { source, head, checkedOut, projectPath, pageUrl, mergeRequest, defaultBranch, isPrivileged, problem } = pipeline;
	return {
		trigger: source,
		commit: head,
		commits: [.../* @__PURE__ */ new Set([checkedOut, head])].filter((sha) => sha !== void 0),
		repository: projectPath,
		runUrl: pageUrl,
		stamp: pipeline.stamp,
		lookedUpOn: pipeline.openMergeRequests.length > 0 ? source : void 0,
		hasBase: mergeRequest !== void 0,
		defaultBranch,
		privileged: isPrivileged,
		problem,
		readOnlyBecause: readOnlyBecause(pipeline)
	};
}
function readOnlyBecause({ mergeRequest, tag, branch, defaultBranch, problem }) {
	if (problem !== void 0) return `${problem.charAt(0).toLowerCase()}${problem.slice(1)}`;
	if (mergeRequest !== void 0) return "this pipeline is about a merge request";
	if (tag !== void 0) return `this pipeline is about the tag ${JSON.stringify(tag)}`;
	if (defaultBranch === void 0) return "CI_DEFAULT_BRANCH is not set";
	return branch === defaultBranch ? void 0 : "this pipeline is not one of the default branch";
}

// src/platforms/gitlab/platform.ts
const WORDS = {
	name: "GitLab",
	lacking: "GitLab has no such thing",
	mayRead: "Give the job a token with the scope `read_api`, or let Git fetch from the remote `origin`",
	changeRequest: "merge request",
	workflow: "pipeline"
};
function gitlabPlatform(world, outputsFile) {
	const { env, log } = world;
	const pipeline = readPipeline(env);
	clearOutputs(outputsFile);
	return {
		words: WORDS,
		change: changeOf(pipeline),
		action: {
			name: "Image Gate",
			version,
			url: "https://gitlab.com"
		},
		annotate: (messages) => annotate(log, messages),
		defaultReports: reportsOf(env),
		markdown: "glfm",
		workflowFile: env.CI_CONFIG_PATH || ".gitlab-ci.yml",
		ruleReader(access) {
			let reader;
			return async (use, file) => {
				reader ??= import("./platforms.gitlab.rules.read.js").then(({ ruleReader }) => ruleReader(access, pipeline, world));
				return (await reader)(use, file);
			};
		},
		sharedCache: env.IMAGE_GATE_CACHE === "true" ? async () => (await import("./platforms.gitlab.cache.js")).sharedCache(world) : void 0,
		keptReports: {
			async find(search, access) {
				const { keptReports } = await import("./platforms.gitlab.baseline.js");
				return keptReports(search, access, pipeline, world);
			},
			async keep(report) {
				const { keepReport } = await import("./platforms.gitlab.baseline.js");
				keepReport(report, pipeline, world);
			}
		},
		comments: commentsOf(pipeline, world),
		outputs: async (values) => writeOutputs(outputsFile, values, log)
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
function reportsOf({ CI_JOB_URL: job = "" }) {
	return {
		lines: REPORTS,
		pageOf: (path) => URL.canParse(job) ? `${job}/artifacts/file/${path.split("/").map(encodeURIComponent).join("/")}` : void 0
	};
}
const NOTE_BYTES = 9e5;
function commentsOf(pipeline, world) {
	return {
		mostUnits: NOTE_BYTES,
		measuredIn: "bytes",
		decide: (mode, answer, access) => decideNote({
			mode,
			answer,
			pipeline,
			env: world.env,
			...access
		}),
		async write(text, access) {
			const { reportNote } = await import("./platforms.gitlab.notes.report.js");
			return reportNote({
				...text,
				pipeline,
				access,
				world
			});
		}
	};
}
const LEVELS = [
	"error",
	"warning",
	"notice"
];
function annotate(log, messages) {
	for (const wanted of LEVELS) for (const { level, message, file, line = 1 } of messages) if (level === wanted) log.annotate(level, message, file === void 0 ? void 0 : {
		file,
		line
	});
}

export { gitlabPlatform };
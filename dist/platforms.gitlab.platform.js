import { annotate, decideText, httpUrl, offlineBecause, once, version } from "./shared.inputs.js";
import { ownToken } from "./platforms.gitlab.api.token.js";
import { asClause, changeOf, notBySource, readPipeline } from "./platforms.gitlab.pipeline.js";
import { rmSync, writeFileSync } from "./shared.thread.js";
import { SEVERITIES, severityName } from "./shared.names.js";

// src/platforms/gitlab/note-decision.ts
function decideNote({ mode, answer, pipeline, env, ...access }) {
	const { problem, mergeRequest, openMergeRequests, source } = pipeline;
	const ofToken = ownToken(access.token, env) === void 0 ? noToken(pipeline, env) : void 0;
	const lacking = offlineBecause(access, "GitLab") ?? ofToken;
	const none = mergeRequest === void 0 && openMergeRequests.length === 0 ? `this pipeline (${source}) has no merge request` : void 0;
	return decideText(mode, answer, {
		lacking,
		problem: problem && asClause(problem),
		none
	});
}
function noToken({ mergeRequest, openMergeRequests, projectId }, env) {
	if (!(mergeRequest === void 0 ? openMergeRequests.some(({ project }) => project === projectId) : !mergeRequest.isFork || mergeRequest.projectId === projectId)) return {
		why: "the pipeline runs in the fork, which has no GITLAB_TOKEN for the target project",
		level: "notice"
	};
	return {
		why: `a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope \`api\`${env.CI_COMMIT_REF_PROTECTED === "true" ? "" : "; a protected variable is not there for a branch that is not protected"}`,
		level: "warning"
	};
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
function lasting(values, runFolder) {
	const within = `${runFolder}/`;
	const isGone = (value) => value.split("\n").some((line) => line.startsWith(within));
	const start = JSON.stringify(within).slice(0, -1).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
	const inJson = new RegExp(`${start}(?:[^"\\\\]|\\\\.)*`, "gs");
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isGone(value) ? "" : value.replace(inJson, "\"")]));
}
function writeOutputs(path, values, log) {
	const { text, left } = dotenvOf(values);
	rmSync(path, { force: true });
	writeFileSync(path, text, { flag: "wx" });
	if (left.length > 0) log.info(`image-gate.env has no room for ${left.map(variableOf).join(", ")}.`);
}

// src/platforms/gitlab/platform.ts
const WORDS = {
	name: "GitLab",
	lacking: "GitLab has no such thing",
	mayRead: "Give the job a token with the scope `read_api`, or let Git fetch from the remote `origin`",
	changeRequest: "merge request",
	workflow: "pipeline",
	elsewhere: "the reports among the job's artifacts have more"
};
function gitlabPlatform(world, outputsFile) {
	const { env, log } = world;
	const pipeline = readPipeline(env);
	let isNamed = false;
	return {
		words: WORDS,
		change: changeOf(pipeline),
		action: {
			name: "Image Gate",
			version
		},
		annotate: (messages) => annotate(log, messages),
		defaultReports: reportsOf(env),
		markdown: "glfm",
		workflowFile: env.CI_CONFIG_PATH || ".gitlab-ci.yml",
		ruleReader(access) {
			const reader = once(async () => (await import("./platforms.gitlab.rules.read.js")).ruleReader(access, pipeline, world));
			return async (use, file) => (await reader())(use, file);
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
		async state(name, access) {
			isNamed ||= !access.offline && ownToken(access.token, env) === void 0;
			const { stateBranch } = await import("./platforms.gitlab.state.js");
			return stateBranch(name, access, pipeline, world);
		},
		async issues(scope, access) {
			const readOnlyBecause = noIssuesBecause(access, pipeline, env, isNamed);
			const { issueTracker } = await import("./platforms.gitlab.issues.js");
			return issueTracker({
				scope,
				readOnlyBecause
			}, {
				access,
				pipeline,
				world
			});
		},
		comments: commentsOf(pipeline, world),
		outputs: async (values) => writeOutputs(outputsFile, lasting(values, world.runFolder), log)
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
function reportsOf({ CI_JOB_URL: url }) {
	const job = httpUrl(url);
	return {
		lines: REPORTS,
		pageOf: (path) => job === void 0 ? void 0 : `${job}/artifacts/file/${path.split("/").map(encodeURIComponent).join("/")}`
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
			const { reportNote } = await import("./platforms.gitlab.notes.js");
			return reportNote({
				...text,
				pipeline,
				access,
				world
			});
		}
	};
}
function noIssuesBecause({ token }, pipeline, env, isTokenNamed) {
	if (changeOf(pipeline).readOnlyBecause !== void 0) return void 0;
	if (ownToken(token, env) !== void 0) return notBySource(pipeline);
	const why = "a job's own token writes no issues";
	return isTokenNamed ? why : `${why}; set GITLAB_TOKEN to a project access token with the scope \`api\` and the role Reporter`;
}

export { gitlabPlatform };
import { version } from "./package.json.js";
import { lateTracker } from "./platforms.issue-tracker.js";
import { ownToken, tokenOf } from "./platforms.gitlab.api.token.js";
import { asClause, changeOf, httpUrl, readPipeline } from "./platforms.gitlab.pipeline.js";
import { rmSync, writeFileSync } from "./shared.start.js";
import { SEVERITIES, severityName } from "./shared.answer.js";

// src/platforms/gitlab/issue-limits.ts
const ABOUT_ONE = /* @__PURE__ */ new Set([
	"gitlab-not-found",
	"gitlab-refused",
	"issues-not-kept"
]);
const issueLimits = {
	lengths: [
		5e5,
		65e3,
		12e3
	],
	concernsOne: ({ code }) => ABOUT_ONE.has(code),
	mayBeTooLong: ({ code, what }) => code === "gitlab-refused" && /too long/i.test(what)
};

// src/platforms/gitlab/note-decision.ts
function decideNote({ mode, answer, pipeline, env, token, offline }) {
	const no = (level, why) => ({
		write: false,
		level,
		why
	});
	if (mode === "never") return no("info", "the input `comment` is `never`");
	if (offline) return no("info", "`offline` forbids asking GitLab");
	const { problem, mergeRequest, openMergeRequests, source, projectId } = pipeline;
	if (problem !== void 0) return no("warning", asClause(problem));
	if (mergeRequest === void 0 && openMergeRequests.length === 0) return no("info", `this pipeline (${source}) has no merge request`);
	const found = tokenOf(token, env);
	if (found !== void 0 && !found.isJobToken) return {
		write: true,
		create: mode === "always" || answer !== "pass"
	};
	if (!(mergeRequest === void 0 ? openMergeRequests.some(({ project }) => project === projectId) : !mergeRequest.isFork || mergeRequest.projectId === projectId)) return no("notice", "the pipeline runs in the fork, which has no GITLAB_TOKEN for the target project");
	return no("warning", `a job's own token only reads; set GITLAB_TOKEN to a project access token with the scope \`api\`${env.CI_COMMIT_REF_PROTECTED === "true" ? "" : "; a protected variable is not there for a branch that is not protected"}`);
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
	const start = JSON.stringify(within).slice(0, -1);
	const without = (value) => value.split(start).map((part, at) => at === 0 ? part : `"${part.slice(endOfString(part))}`).join("");
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isGone(value) ? "" : without(value)]));
}
function endOfString(text) {
	return /^(?:[^"\\]|\\.)*/s.exec(text)?.[0].length ?? 0;
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
		async state(name, access) {
			isNamed ||= !access.offline && ownToken(access.token, env) === void 0;
			const { stateBranch } = await import("./platforms.gitlab.state.js");
			return stateBranch(name, access, pipeline, world);
		},
		issues: issuesOf(pipeline, world, () => isNamed),
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
function issuesOf(pipeline, world, isTokenNamed) {
	return (scope, access) => {
		const readOnlyBecause = noIssuesBecause(access, pipeline, world.env, isTokenNamed());
		return lateTracker({
			...issueLimits,
			readOnlyBecause
		}, async () => {
			const { issueTracker } = await import("./platforms.gitlab.issues.js");
			return issueTracker({
				scope,
				access,
				pipeline,
				world
			});
		});
	};
}
function noIssuesBecause({ token, offline }, pipeline, env, isTokenNamed) {
	if (ownToken(token, env) !== void 0 || offline || changeOf(pipeline).readOnlyBecause !== void 0) return void 0;
	const why = "a job's own token writes no issues";
	return isTokenNamed ? why : `${why}; set GITLAB_TOKEN to a project access token with the scope \`api\` and the role Reporter`;
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
import { r as wholeNumber } from "./shared.js";
import { r as readEvent } from "./event.js";
import { n as readOnlyByEvent } from "./may-write.js";
import { readFileSync } from "node:fs";

// package.json
var version = "0.1.0";

// src/platforms/github/platform.ts
function githubPlatform(world, event = readEvent(world.env, (path) => readFileSync(path, "utf8"))) {
	const { env, log } = world;
	return {
		change: changeOf(event, env),
		action: actionOf(env),
		workflowFile: workflowOf(env),
		summary: env.GITHUB_STEP_SUMMARY ? async (markdown) => (await import("./github-runner-files.js")).writeSummary(markdown) : void 0,
		outputs: env.GITHUB_OUTPUT ? async (values) => (await import("./github-runner-files.js")).setOutputs(values) : void 0,
		annotate: (messages) => annotate(log, messages),
		async sharedCache() {
			const { sharedCache } = await import("./cache-shared-cache.js");
			return sharedCache(world);
		},
		...repositoryOf(event, world),
		...requestOf(event, world),
		...pagesOf(event, world),
		issues: issuesOf(event, world)
	};
}
function repositoryOf(event, world) {
	return {
		ruleReader(access) {
			let reader;
			return async (use, file) => {
				reader ??= import("./github-base-policy.js").then(({ ruleReader }) => ruleReader(access, event, world.signal));
				return (await reader)(use, file);
			};
		},
		async keptReports(search, access) {
			const { keptReports } = await import("./artifacts-kept-reports.js");
			return keptReports(search, {
				...access,
				event
			}, world);
		},
		async stateBranch(name, access) {
			const { stateBranch } = await import("./state-store.js");
			return stateBranch(name, {
				...access,
				event,
				env: world.env,
				signal: world.signal
			});
		},
		async keep(files) {
			const { keepFiles } = await import("./artifacts-keep.js");
			return keepFiles(files, event.runUrl, world);
		},
		async keepReport({ name, file }) {
			const { keepReport } = await import("./artifacts-keep.js");
			await keepReport({
				name,
				reportFile: file,
				event
			}, world);
		}
	};
}
function issuesOf(event, { signal }) {
	return (scope, access) => {
		let loaded;
		const tracker = () => {
			loaded ??= import("./issues-tracker.js").then(({ issueTracker }) => issueTracker({
				scope,
				...access,
				event,
				signal
			}));
			return loaded;
		};
		return {
			ours: async () => (await tracker()).ours(),
			open: async (issue) => (await tracker()).open(issue),
			change: async (issue, change) => (await tracker()).change(issue, change)
		};
	};
}
function requestOf(event, { log, signal }) {
	return {
		decideComment: (mode, answer, access) => decideComment({
			mode,
			answer,
			event,
			...access
		}),
		async comment(text, { token }) {
			const { reportComment } = await import("./comment-report-comment.js");
			return reportComment({
				...text,
				event,
				token,
				log,
				signal
			});
		}
	};
}
function pagesOf(event, { env, log, signal }) {
	return {
		async decideAlerts(judged, access) {
			const { decideAlerts } = await import("./github-sending.js");
			return decideAlerts(judged, {
				event,
				env,
				cancelled: signal.aborted,
				...access
			});
		},
		async sendAlerts({ uploads, about: commit, tool, startedAt }, { token }) {
			const { reportToCodeScanning } = await import("./github-code-scanning.js");
			await reportToCodeScanning({
				uploads,
				event,
				commit,
				token,
				tool,
				startedAt,
				log,
				signal
			});
		},
		async decidePackages(images, access) {
			const { decidePackages } = await import("./github-sending.js");
			return decidePackages(images, {
				event,
				env,
				cancelled: signal.aborted,
				...access
			});
		},
		submittingJob: (image) => submittingJob(image, event, env),
		async sendPackages(submissions, { token }) {
			const { reportDependencies } = await import("./github-dependency-graph.js");
			await reportDependencies({
				submissions,
				event,
				token,
				log,
				signal
			});
		}
	};
}
function changeOf(event, env) {
	const { name, sha, repository, runUrl, lookup, pullRequest, mergeInto, privileged, problem } = event;
	return {
		trigger: name,
		commit: sha,
		commits: [env.GITHUB_SHA, sha].filter((each) => each !== void 0 && each !== ""),
		repository: repository && `${repository.owner}/${repository.repo}`,
		runUrl,
		stamp: stampOf(env, event),
		lookedUpOn: lookup === void 0 ? void 0 : name,
		hasBase: pullRequest !== void 0 || mergeInto !== void 0,
		defaultBranch: event.defaultBranch,
		privileged,
		problem,
		readOnlyBecause: readOnlyByEvent({
			event,
			env
		})
	};
}
function actionOf(env) {
	const server = env.GITHUB_SERVER_URL || "https://github.com";
	const repository = [env.GITHUB_ACTION_REPOSITORY, env.GITHUB_REPOSITORY].find((name) => /^[\w-]+\/[\w.-]+$/.test(name ?? ""));
	const page = URL.canParse(server) ? new URL(repository ?? "", `${server.replace(/(?<!\/)\/+$/, "")}/`).href : void 0;
	return {
		name: "Image Gate",
		version,
		url: page ?? "https://github.com"
	};
}
function workflowOf({ GITHUB_WORKFLOW_REF: reference = "", GITHUB_REPOSITORY: own }) {
	const [, repository, file] = /^([^/]+\/[^/]+)\/(\.github\/workflows\/[^@]+)@/.exec(reference) ?? [];
	return own === void 0 || own === "" || repository?.toLowerCase() === own.toLowerCase() ? file : void 0;
}
const LONGEST_CORRELATOR = 500;
function submittingJob(image, { runUrl }, env) {
	const wanted = [
		env.GITHUB_WORKFLOW,
		env.GITHUB_JOB,
		image
	].filter(Boolean).join(" / ");
	const correlator = wanted.length <= LONGEST_CORRELATOR ? wanted : `${wanted.slice(0, 480)} #${shortHash(wanted)}`;
	return {
		id: env.GITHUB_RUN_ID || correlator,
		correlator,
		...runUrl && { html_url: runUrl }
	};
}
function shortHash(text) {
	const { hash } = process.getBuiltinModule("node:crypto");
	return hash("sha256", text).slice(0, 12);
}
const OF_THE_HEAD = /* @__PURE__ */ new Set([
	"pull_request",
	"pull_request_target",
	"pull_request_review",
	"pull_request_review_comment",
	"push",
	"workflow_run"
]);
function stampOf(env, event) {
	const run = wholeNumber(env.GITHUB_RUN_ID);
	if (run === void 0 || !/^[a-z_]{1,50}$/.test(event.name)) return void 0;
	return {
		run,
		number: wholeNumber(env.GITHUB_RUN_NUMBER) ?? 1,
		attempt: wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1,
		event: event.name,
		commit: OF_THE_HEAD.has(event.name) && /^[0-9a-f]{40,64}$/.test(event.sha ?? "") ? event.sha : void 0
	};
}
const KEPT_FREE = 2;
const LEVELS = [
	"error",
	"warning",
	"notice"
];
function annotate(log, annotations) {
	for (const level of LEVELS) {
		const all = annotations.filter((annotation) => annotation.level === level);
		const room = log.annotationsLeft(level) - 2;
		const shown = all.length > room ? all.slice(0, Math.max(0, room - 1)) : all;
		for (const { message, file, line } of shown) log.annotate(level, message, file === void 0 ? void 0 : {
			file,
			line: line ?? 1
		});
		const left = all.length - shown.length;
		if (left > 0) log.annotate(level, `${left} more like these: see the job summary.`);
	}
}
function decideComment({ mode, answer, event, token, offline }) {
	if (mode === "never") return {
		write: false,
		level: "info",
		why: "the input `comment` is `never`"
	};
	if (offline) return {
		write: false,
		level: "info",
		why: "`offline` forbids asking GitHub"
	};
	if (event.name === "") return {
		write: false,
		level: "info",
		why: "this run is outside of GitHub"
	};
	if (event.problem !== void 0) return {
		write: false,
		level: "warning",
		why: event.problem
	};
	if (!event.pullRequest && !event.lookup) return {
		write: false,
		level: "info",
		why: `this run (${event.name}) has no pull request`
	};
	if (token === "") return {
		write: false,
		level: "warning",
		why: "the input `token` is empty"
	};
	return {
		write: true,
		create: mode === "always" || answer !== "pass"
	};
}

export { githubPlatform };
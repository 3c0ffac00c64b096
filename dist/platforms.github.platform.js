import { version } from "./package.json.js";
import { wholeNumber } from "./shared.domain.js";
import { decideText } from "./forge.lacking.js";
import { once } from "./forge.once.js";
import { annotate } from "./platforms.annotate.js";
import { isForgejo } from "./platforms.github.api.forgejo.js";
import { readEvent } from "./platforms.github.event.js";
import { lackingOn } from "./platforms.github.lacking.js";
import { readPayload } from "./platforms.github.payload-file.js";
import { readOnlyByEvent } from "./platforms.github.state.may-write.js";

// src/platforms/github/forgejo.ts
const WORDS = {
	name: "Forgejo or Gitea",
	lacking: "Image Gate does not do this on Forgejo and Gitea",
	mayRead: "Leave `token` at its default, or give it one that may read the repository"
};
function onForgejo(platform) {
	const { alerts: _, packages: __, keepFiles: ___, ...kept } = platform;
	return {
		...kept,
		words: {
			...platform.words,
			...WORDS
		}
	};
}

// src/platforms/github/platform.ts
function githubPlatform(world, event = readEvent(world.env, readPayload)) {
	const { env, log } = world;
	const platform = {
		words: {
			name: "GitHub",
			lacking: "this run is outside of GitHub",
			mayRead: "Give the job `contents: read` and leave `token` at its default",
			changeRequest: "pull request",
			workflow: "workflow"
		},
		change: changeOf(event, env),
		action: actionOf(env),
		workflowFile: workflowOf(env),
		summary: env.GITHUB_STEP_SUMMARY ? {
			mostBytes: SUMMARY_BYTES,
			write: async (markdown) => (await import("./platforms.github.runner-files.js")).writeSummary(markdown)
		} : void 0,
		outputs: env.GITHUB_OUTPUT ? async (values) => (await import("./platforms.github.runner-files.js")).setOutputs(values) : void 0,
		annotate: (messages) => annotate(log, messages),
		async sharedCache() {
			const { sharedCache } = await import("./platforms.github.cache.shared-cache.js");
			return sharedCache(world);
		},
		...repositoryOf(event, world),
		comments: commentsOf(event, world),
		alerts: alertsOf(event, world),
		packages: packagesOf(event, world),
		async issues(scope, { token }) {
			const { issueTracker } = await import("./platforms.github.issues.tracker.js");
			return issueTracker({
				scope,
				token,
				event,
				signal: world.signal
			});
		}
	};
	return isForgejo(event) ? onForgejo(platform) : platform;
}
const SUMMARY_BYTES = 1e6;
const COMMENT_UNITS = 65e3;
function repositoryOf(event, world) {
	return {
		ruleReader(access) {
			const reader = once(async () => (await import("./platforms.github.base-policy.entry.js")).ruleReader(access, event, world));
			return async (use, file) => (await reader())(use, file);
		},
		keptReports: {
			async find(search, access) {
				const { keptReports } = await import("./platforms.github.artifacts.kept-reports.js");
				return keptReports(search, {
					...access,
					event
				}, world);
			},
			async keep({ name, file }) {
				const { keepReport } = await import("./platforms.github.artifacts.keep.js");
				await keepReport({
					name,
					reportFile: file,
					event
				}, world);
			}
		},
		async state(name, access) {
			const { stateBranch } = await import("./platforms.github.state.store.js");
			return stateBranch(name, access, event, world);
		},
		async keepFiles(files) {
			const { keepFiles } = await import("./platforms.github.artifacts.keep.js");
			return keepFiles(files, event.runUrl, world);
		}
	};
}
function commentsOf(event, { log, signal }) {
	return {
		mostUnits: COMMENT_UNITS,
		decide: (mode, answer, access) => decideComment({
			mode,
			answer,
			event,
			...access
		}),
		async write(text, { token }) {
			const { reportComment } = await import("./platforms.github.comment.js");
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
function alertsOf(event, { env, log, signal }) {
	return {
		async decide(judged, access) {
			const { decideAlerts } = await import("./platforms.github.sending.entry.js");
			return decideAlerts(judged, {
				event,
				env,
				cancelled: signal.aborted,
				...access
			});
		},
		async send({ uploads, about: commit, tool, startedAt }, { token }) {
			const { reportToCodeScanning } = await import("./platforms.github.code-scanning.js");
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
		}
	};
}
function packagesOf(event, { env, log, signal }) {
	return {
		async decide(images, access) {
			const { decidePackages } = await import("./platforms.github.sending.entry.js");
			return decidePackages(images, {
				event,
				env,
				cancelled: signal.aborted,
				...access
			});
		},
		jobFor: (image) => submittingJob(image, event, env),
		async send(submissions, { token }) {
			const { reportDependencies } = await import("./platforms.github.dependency-graph.js");
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
function submittingJob(image, { runUrl }, env) {
	const correlator = [
		env.GITHUB_WORKFLOW,
		env.GITHUB_JOB,
		image
	].filter(Boolean).join(" / ").slice(0, 500);
	return {
		id: env.GITHUB_RUN_ID || correlator,
		correlator,
		...runUrl && { html_url: runUrl }
	};
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
function decideComment({ mode, answer, event, ...access }) {
	const { name, pullRequest, lookup, problem } = event;
	const none = pullRequest || lookup ? void 0 : `this run (${name}) has no pull request`;
	return decideText(mode, answer, {
		lacking: lackingOn(event, access),
		problem,
		none
	});
}

export { githubPlatform };
import { kindOf, once } from "./shared.inputs.js";
import { sentAbout } from "./forge.github.sending.js";

// src/forge/github/forge.ts
const COMMENT_UNITS = 65e3;
function githubForge(event, token, world) {
	const { env, log, signal } = world;
	if (token === "") return {
		why: "the input `token` is empty",
		level: "warning",
		remedy: "Leave the input `token` at its default, `github.token`"
	};
	const by = {
		event,
		token,
		log,
		signal
	};
	const rules = once(async () => (await import("./forge.github.rules.entry.js")).rulesAtBase(by));
	const everywhere = {
		rules: async (use, file) => (await rules())(use, file),
		keptReports: async (name) => (await import("./forge.github.kept-reports.js")).keptReports(name, by, env),
		state: async (name) => (await import("./forge.github.state.js")).stateBranch(name, token, event, world),
		comments: {
			mostUnits: COMMENT_UNITS,
			write: async (text) => (await import("./forge.github.comment.js")).reportComment({
				...text,
				...by
			})
		},
		issues: async (scope) => (await import("./forge.github.issues.js")).issueTracker({
			scope,
			...by
		})
	};
	if (!kindOf(event).isComplete) return everywhere;
	return {
		...everywhere,
		alerts: {
			about: sentAbout(event, env, "alerts"),
			send: async (alerts) => (await import("./forge.github.code-scanning.js")).reportToCodeScanning({
				...alerts,
				...by
			})
		},
		packages: {
			about: sentAbout(event, env, "packages"),
			jobFor: (image) => submittingJob(image, event, env),
			send: async (submissions) => (await import("./forge.github.dependency-graph.js")).reportDependencies({
				submissions,
				...by
			})
		}
	};
}
function submittingJob(image, { runUrl }, env) {
	const correlator = [
		env.GITHUB_WORKFLOW,
		env.GITHUB_JOB,
		image
	].filter(Boolean).join(" / ");
	return {
		id: env.GITHUB_RUN_ID || correlator,
		correlator,
		...runUrl && { html_url: runUrl }
	};
}

export { githubForge };
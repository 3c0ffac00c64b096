import { annotate, httpUrl, version } from "./shared.inputs.js";
import { rmSync, writeFileSync } from "./shared.thread.js";
import { SEVERITIES, severityName } from "./shared.names.js";
import { changeOf, readPipeline } from "./job.gitlab.pipeline.js";

// src/job/gitlab/outputs.ts
const MOST_BYTES = 5e3;
const MOST_VARIABLES = 20;
const FIRST = [
	"verdict",
	...SEVERITIES.map(severityName),
	"accepted",
	"image-digest",
	"index-digest"
];
const LAST = ["reason", "results"];
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
function dotenvOf(values, runFolder) {
	let text = "";
	let count = 0;
	const left = [];
	const lasting = Object.entries(values).filter(([, value]) => !value.includes(`${runFolder}/`));
	for (const [name, value] of lasting.sort(([a], [b]) => rankOf(a) - rankOf(b))) {
		const line = `${variableOf(name)}=${oneLineOf(value)}\n`;
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
function writeOutputs(path, values, { runFolder, log }) {
	const { text, left } = dotenvOf(values, runFolder);
	rmSync(path, { force: true });
	writeFileSync(path, text, { flag: "wx" });
	if (left.length > 0) log.info(`image-gate.env has no room for ${left.map(variableOf).join(", ")}.`);
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
	const { env, log } = world;
	const pipeline = readPipeline(env);
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
		sharedCache: env.IMAGE_GATE_CACHE === "true" ? async () => (await import("./job.gitlab.cache.js")).sharedCache(world) : void 0,
		forge: async (token) => (await import("./forge.gitlab.forge.js")).gitlabForge(pipeline, token, world),
		async keepReport(report) {
			const { keepReport } = await import("./forge.gitlab.baseline.js");
			keepReport(report, pipeline, world);
		},
		outputs: async (values) => writeOutputs(outputsFile, values, world)
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

export { gitlabPlatform };
import { SEVERITIES, closest, namedRegistry, parseReference, registryHost, severityName } from "./shared.names.js";
import { isLoopback } from "./shared.scanner.js";
import { GateError } from "./shared.thread.js";
import { _enum } from "./package.zod.js";
import { actionInputs, count, factsOf, input, inputs, judging, matching, namesWhere, optional, optionalCount, otherScanners, scanners, scanning, serviceWithLogin, switchOr, textOr, uniqueLines, withContradictions } from "./shared.inputs.js";

// src/discovery/parse-source.ts
const GLOB = "GLOB, a pattern that starts in the workspace and stays in it, with / between folders";
const KINDS = {
	file: {
		form: "file:PATH, a path and no URL",
		read: (rest = "") => /^(?!\/\/)./.test(rest) ? { path: rest } : void 0
	},
	compose: {
		form: `compose:${GLOB}`,
		read: globOf
	},
	kubernetes: {
		form: `kubernetes:${GLOB}`,
		read: globOf
	},
	helm: {
		form: "helm:CHART [values=FILE …], paths that start in the workspace and stay in it, without patterns and URLs",
		read: chartOf
	},
	docker: {
		form: "docker; the variable DOCKER_HOST names the engine",
		read: (rest) => rest === void 0 ? {} : void 0
	},
	kubectl: {
		form: "kubectl or kubectl:CONTEXT",
		read: (context) => /^(?!-)./.test(context ?? "any") ? { context } : void 0
	},
	registry: {
		form: "registry:HOST/REPOSITORY[:TAGS] [newest=N], with docker.io for Docker Hub, a pattern only in TAGS, and N from 1 to 1000",
		read: registryTags
	},
	harbor: {
		form: "harbor:https://HOST/PROJECT[/REPOSITORIES][:TAGS] [newest=N], with a host that has a dot or a port, http:// only for this machine, no login (docker login has it), and N from 1 to 1000",
		read: harborProject
	}
};
function parseSource(text) {
	const line = text.trim();
	if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) return { mistake: "has a character that cannot be seen" };
	const [, word = "", rest] = /^([^:]*)(?::\s*(.*))?$/.exec(line) ?? [];
	const known = Object.keys(KINDS);
	const kind = known.find((each) => each === word);
	if (kind === void 0) {
		const meant = closest(word, known);
		const kinds = known.map((each) => KINDS[each].form.replace(/[,;].*/, "")).join(", ");
		return { mistake: `is not a source: ${meant === void 0 ? `write ${kinds}` : `did you mean ${JSON.stringify(meant + line.slice(word.length))}?`}` };
	}
	const source = KINDS[kind].read(rest);
	return source === void 0 ? { mistake: `is not of the form ${KINDS[kind].form}` } : {
		kind,
		line,
		...source
	};
}
function pathWithin(text) {
	const path = text.replace(/^(?:\.\/+)+(?=.)/, "");
	return /^(?:\/|[a-z][a-z0-9+.-]*:[\\/])|\\|(?:^|\/)\.\.(?:\/|$)/i.test(path) || path.length === 0 || path.length > 1e3 ? void 0 : path;
}
function globOf(rest = "") {
	const glob = pathWithin(rest);
	return glob === void 0 ? void 0 : { glob };
}
function chartOf(rest = "") {
	const [chart = "", ...options] = rest.split(/\s+/);
	const [path, ...values] = [chart, ...options.map((option) => /^values=(.*)/.exec(option)?.[1] ?? "")].map(pathWithin);
	return [path, ...values].every((each) => each !== void 0 && !/[*?]/.test(each)) ? {
		chart: path,
		values
	} : void 0;
}
const CHOICE = "(?::(?<tags>[\\w.*?-]{1,128}))?(?:\\s+newest=(?<newest>[1-9]\\d{0,2}|1000))?$";
const REGISTRY = new RegExp(`^(?<repository>[^\\s/]+/(?:[^\\s/]*/)*[^\\s/:]+)${CHOICE}`);
const HARBOR = new RegExp(`^(?<address>https?://[^\\s/\\\\@?#]+)/(?<project>[a-z0-9]+(?:[._-][a-z0-9]+)*)(?:/(?<repositories>[a-z0-9._/*?-]{1,255}))?${CHOICE}`);
const DEFAULT_NEWEST = 1;
function registryTags(rest = "") {
	const { repository = "", tags, newest } = REGISTRY.exec(rest)?.groups ?? {};
	if (namedRegistry(repository) === void 0 || parseReference(repository)?.name !== repository) return void 0;
	return {
		repository,
		tags,
		newest: Number(newest ?? DEFAULT_NEWEST)
	};
}
function harborProject(rest = "") {
	const { address = "", project = "", repositories, tags, newest } = HARBOR.exec(rest)?.groups ?? {};
	const url = URL.canParse(address) ? new URL(address) : void 0;
	if (url === void 0 || registryHost(`${url.host}/x`) !== url.host) return void 0;
	if (url.protocol === "http:" && !isLoopback(url)) return void 0;
	return {
		origin: url.origin,
		project,
		repositories,
		tags,
		newest: Number(newest ?? DEFAULT_NEWEST)
	};
}

// src/actions/rescan/foreign-inputs.ts
const REPLACED = {
	"name images in a list, and the list by `discover: file:PATH`": "image images image-ref",
	"it belongs to the gate, which judges one image before it is deployed": "path repository trivy-report scan-report max-report-age base-image base-image-candidates dockerfile upload-sarif dependency-graph gitlab-thread",
	"the source of `discover` says where an image is looked for": "image-source",
	"SBOMs are kept in the state; see `reuse-sbom`": "sbom",
	"the platform is what the source of `discover` says, else `linux/amd64`": "platform",
	"an image is compared with its own history, in the state": "baseline",
	"an SBOM that is scanned again must be whole; accept findings by `paths` in the policy file": "skip-dirs skip-files",
	"the policy is the checked-out one, but the default branch's for triggers that a stranger may cause": "policy-from",
	"use `issues`": "comment",
	[`use ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`]: "severity",
	"use `mode: enforce` or `mode: warn`": "exit-code",
	"use `token`": "github-token github_token",
	"set the environment variable KUBECONFIG": "kubeconfig",
	"use `discover: kubectl:CONTEXT`": "context",
	"set the environment variable DOCKER_HOST": "docker-host"
};

// src/actions/rescan/inputs.ts
const STATE_BRANCH = "image-gate-state";
const MOST_SHARDS = 256;
const MOST_ISSUES = 500;
const IN_MERGE = { parts: ["merge"] };
const shard = matching(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/, "must be a shard of the plan's matrix, such as `1/8`");
const expected = matching(/^[0-9a-f]{64}$/, "must be the plan's output `expected`, a SHA-256");
const shape = {
	discover: input(uniqueLines, {
		address: true,
		words: [
			"file",
			"compose",
			"kubernetes",
			"helm",
			"kubectl",
			"registry",
			"harbor",
			"docker"
		],
		parts: ["plan"]
	}),
	"reuse-sbom": input(switchOr(true), { parts: ["scan"] }),
	"harbor-report": input(switchOr(false), { parts: ["scan"] }),
	"state-branch": input(textOr(STATE_BRANCH), { parts: ["scan", "merge"] }),
	"state-dir": input(optional, { parts: ["scan", "merge"] }),
	part: optional.pipe(_enum([
		"plan",
		"scan",
		"merge"
	], "must be `plan`, `scan` or `merge`").optional()),
	...inputs({ shards: optionalCount(1, MOST_SHARDS) }, {
		parts: ["plan"],
		onlyInPart: true
	}),
	...inputs({ shard }, {
		parts: ["scan"],
		onlyInPart: true
	}),
	...inputs({ expected }, {
		parts: ["scan", "merge"],
		onlyInPart: true
	}),
	...inputs({ reports: optional }, {
		parts: ["merge"],
		onlyInPart: true
	}),
	issues: input(switchOr(false), IN_MERGE),
	"max-issues": input(count(50, MOST_ISSUES), IN_MERGE),
	scanners: input(scanners, { parts: ["scan"] }),
	...otherScanners,
	vex: input(uniqueLines, {
		...IN_MERGE,
		file: true,
		words: ["repo"]
	}),
	policy: input(optional, {
		...IN_MERGE,
		file: true
	}),
	...inputs(judging, IN_MERGE),
	name: input(judging.name, { initially: "Running images" }),
	summary: switchOr(true),
	metrics: input(optional, IN_MERGE),
	pushgateway: input(serviceWithLogin, {
		...IN_MERGE,
		secret: true
	}),
	page: input(optional, IN_MERGE),
	...scanning
};
const { schema, names, read, reporting } = actionInputs({
	shape,
	replaced: REPLACED,
	contradictions,
	page: "docs/rescan.md"
});
const ONLY_IN_PARTS = namesWhere(shape, ({ onlyInPart }) => onlyInPart);
const REPORTING = [
	"summary",
	"token",
	"name",
	"offline"
];
function nothingGiven() {
	return schema.parse(Object.fromEntries(names.map((name) => [name, ""])), { jitless: true });
}
function readInputs(env) {
	const given = read(env);
	if (given.discover.length === 0 && (given.part === void 0 || given.part === "plan")) throw new GateError("no-source", "There is nowhere to look for running images: `discover` is empty", "Name at least one source, for example `discover: kubernetes:deploy/**/*.yaml`; docs/discovery.md of Image Gate lists them.");
	return given;
}
function reportingInputs(env) {
	return reporting(REPORTING, env);
}
function contradictions(data) {
	const mistakes = withContradictions(data);
	if (data.issues && data.offline) mistakes.push("`issues: true` asks the platform's API, which `offline` forbids");
	if (data.offline && data.part !== void 0) mistakes.push("`part` hands the plan on as an artifact of the platform, which `offline` forbids asking");
	else if (data.offline && data["state-dir"] === void 0) mistakes.push("`offline` forbids asking the platform for the history: name a folder for it by `state-dir`");
	if (data.page !== void 0 && data.page === data.metrics) mistakes.push("`page` and `metrics` name the same file, of which only one could stay");
	const sources = sourceMistakes(data.discover);
	if (data["harbor-report"] && sources.length === 0) mistakes.push(...reportMistakes(data));
	return [
		...mistakes,
		...sources,
		...partMistakes(data)
	];
}
function reportMistakes({ discover, scanners: asked }) {
	const mistakes = [];
	if (discover.length > 0 && discover.every((line) => harborOf(line) === void 0)) mistakes.push("`harbor-report` needs a line `harbor:` in `discover`, whose images have such reports");
	if (asked.some((each) => each !== "vuln")) mistakes.push("`harbor-report` has vulnerabilities alone, and `scanners` asks for more");
	return mistakes;
}
function sourceMistakes(lines) {
	return lines.flatMap((line) => {
		const source = parseSource(line);
		return "mistake" in source ? [`\`discover\`: ${JSON.stringify(line)} ${source.mistake}`] : [];
	});
}
function sourcesOf({ discover }) {
	return discover.map(parseSource).filter((source) => !("mistake" in source));
}
function harborOf(line) {
	const source = parseSource(line);
	return "kind" in source && source.kind === "harbor" ? source.origin : void 0;
}
function partMistakes(data) {
	const { part } = data;
	const partsOf = (name) => factsOf(shape[name]).parts ?? [];
	const wordsOf = (name) => partsOf(name).map((each) => `\`part: ${each}\``).join(" and ");
	const isMissing = (name) => data[name] === void 0;
	if (part === void 0) return ONLY_IN_PARTS.filter((name) => !isMissing(name)).map((name) => `\`${name}\` needs ${wordsOf(name)}`);
	const none = nothingGiven();
	const isAboutScanners = part === "scan" && data["scan-with"].length > 1;
	const wrong = namesWhere(shape, ({ parts }) => parts !== void 0 && !parts.includes(part)).filter((name) => JSON.stringify(data[name]) !== JSON.stringify(none[name])).filter((name) => name !== "policy" || !isAboutScanners).map((name) => `\`${name}\` has no meaning in \`part: ${part}\`: it belongs to ${wordsOf(name)}`);
	const missing = ONLY_IN_PARTS.filter((name) => partsOf(name).includes(part) && isMissing(name)).map((name) => `\`part: ${part}\` needs \`${name}\`, which was not given, or empty`);
	return [...wrong, ...missing];
}

export { ONLY_IN_PARTS, harborOf, names, readInputs, reportingInputs, sourcesOf };
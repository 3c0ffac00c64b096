import { SEVERITIES, closest, namedRegistry, parseReference, registryHost, severityName } from "./shared.names.js";
import { _enum } from "./package.zod.js";
import { isLoopback } from "./images.engine.address.js";
import { GateError } from "./shared.thread.js";
import { actionInputs, count, factsOf, input, inputs, judging, namesWhere, optional, optionalCount, otherScanners, scanners, scanning, serviceWithLogin, switchOr, textOr, uniqueLines, withContradictions } from "./shared.inputs.js";

// src/discovery/registries/line.ts
const DEFAULT_NEWEST = 1;
const MAX_NEWEST = 1e3;
function registryTags(text) {
	if (/^https?:\/\//i.test(text)) return { mistake: "is a URL; write registry:HOST/REPOSITORY" };
	const read = parts(text);
	if ("mistake" in read) return read;
	const { name: repository, tags, newest } = read;
	if (repository === "") return { mistake: "names no repository; write registry:HOST/REPOSITORY" };
	if (namedRegistry(repository) === void 0) return { mistake: "names no registry; write registry:HOST/REPOSITORY, with docker.io for Docker Hub" };
	if (parseReference(repository)?.name !== repository) return { mistake: "has a repository that cannot be: no pattern stands there, and no upper case" };
	return {
		kind: "registry",
		repository,
		...tags,
		newest
	};
}
const HARBOR = /^(https?):\/\/([^/]*)\/(.*)$/i;
function harborProject(text) {
	const [, scheme = "", authority = "", path] = HARBOR.exec(text) ?? [];
	if (path === void 0) return { mistake: "has no address and project; write harbor:https://HOST/PROJECT" };
	const address = `${scheme}://${authority}`;
	if (authority.includes("@")) return { mistake: "has a login, which belongs into docker login" };
	const url = URL.canParse(address) ? new URL(address) : void 0;
	if (url === void 0 || url.pathname !== "/" || /[?#]/.test(authority)) return { mistake: "has an address that cannot be" };
	if (registryHost(`${url.host}/x`) !== url.host) return { mistake: "has a host that no image can name: it needs a dot or a port" };
	if (url.protocol === "http:" && !isLoopback(url)) return { mistake: "would send the login without TLS; write https:// (http:// is for this machine alone)" };
	const read = parts(path);
	if ("mistake" in read) return read;
	const [project = "", ...rest] = read.name.split("/");
	if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(project)) return { mistake: project === "" ? "names no project" : "has a project that cannot be: no pattern stands there" };
	const repositories = rest.join("/");
	if (rest.length > 0 && !/^[a-z0-9._/*?-]{1,255}$/.test(repositories)) return { mistake: "has a pattern of repositories that fits none" };
	const wanted = rest.length > 0 ? { repositories } : {};
	return {
		kind: "harbor",
		origin: url.origin,
		project,
		...wanted,
		...read.tags,
		newest: read.newest
	};
}
function parts(text) {
	const [named = "", option, ...more] = text.split(/\s+/);
	const number = option === void 0 ? String(DEFAULT_NEWEST) : /^newest=(\d{1,6})$/.exec(option)?.[1];
	if (number === void 0 || more.length > 0) return { mistake: "may have only newest=N behind a space" };
	const newest = Number(number);
	if (newest < 1 || newest > MAX_NEWEST) return { mistake: `has a newest that is not from 1 to ${MAX_NEWEST}` };
	const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
	if (colon === -1) return {
		name: named,
		tags: {},
		newest
	};
	const tags = named.slice(colon + 1);
	if (!/^[\w.*?-]{1,128}$/.test(tags)) return { mistake: "has a pattern of tags that fits none" };
	return {
		name: named.slice(0, colon),
		tags: { tags },
		newest
	};
}

// src/discovery/parse-source.ts
const KINDS = [
	"file",
	"compose",
	"kubernetes",
	"helm",
	"docker",
	"kubectl",
	"registry",
	"harbor"
];
const SOURCE_FORMS = "file:PATH, compose:GLOB, kubernetes:GLOB, helm:CHART, docker, kubectl, kubectl:CONTEXT, registry:HOST/REPOSITORY or harbor:https://HOST/PROJECT";
function parseSource(text) {
	const line = text.trim();
	if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) return { mistake: "has a character that cannot be seen" };
	const colon = line.indexOf(":");
	const word = colon === -1 ? line : line.slice(0, colon);
	const rest = colon === -1 ? void 0 : line.slice(colon + 1).trim();
	if (!isKind(word)) return { mistake: `is not a source: ${advice(line, word)}` };
	return sourceOf(line, word, rest);
}
function isKind(word) {
	return KINDS.includes(word);
}
function advice(line, word) {
	const meant = closest(word, KINDS);
	if (meant !== void 0) return `did you mean ${JSON.stringify(meant + line.slice(word.length))}?`;
	if (/\.(?:txt|lst|list)$/.test(line)) return `write ${JSON.stringify(`file:${line}`)} for a list of images`;
	return `write ${SOURCE_FORMS}`;
}
function sourceOf(line, kind, rest) {
	if (kind === "docker") {
		if (rest === void 0) return {
			kind,
			line
		};
		return { mistake: "has something behind \"docker\"; the variable DOCKER_HOST names the engine" };
	}
	if (kind === "kubectl") {
		if (rest === void 0) return {
			kind,
			line
		};
		if (rest === "") return { mistake: "names no context; without one, leave the colon out" };
		return rest.startsWith("-") ? { mistake: "has a context that starts with -" } : {
			kind,
			line,
			context: rest
		};
	}
	if (kind === "registry" || kind === "harbor") {
		const read = kind === "registry" ? registryTags(rest ?? "") : harborProject(rest ?? "");
		return "mistake" in read ? read : {
			...read,
			line
		};
	}
	return kind === "helm" ? chartOf(line, rest ?? "") : filesOf(line, kind, rest);
}
function chartOf(line, rest) {
	const [chart = "", ...options] = rest.split(/\s+/);
	if (chart === "") return { mistake: "names no chart" };
	const strange = options.find((option) => !/^values=./.test(option));
	if (strange !== void 0) return { mistake: `has ${JSON.stringify(strange)}; only values=FILE may follow the chart, any number of times` };
	const [path = "", ...values] = [chart, ...options.map((option) => option.slice(7))].map((each) => each.replace(/^(?:\.\/+)+/, ""));
	for (const each of [path, ...values]) {
		if (/^[a-z][a-z0-9+.-]*:/i.test(each)) return { mistake: "has a URL; name what lies in the workspace" };
		const wrong = /[*?]/.test(each) ? "has a pattern; name one chart and its files" : wrongGlob(each);
		if (wrong !== void 0) return { mistake: wrong.replace("the pattern starts", "the path starts") };
	}
	return {
		kind: "helm",
		line,
		chart: path === "" ? "." : path,
		values
	};
}
function filesOf(line, kind, rest) {
	if (rest === void 0 || rest === "") return { mistake: `names no ${kind === "file" ? "file" : "files"}` };
	if (kind === "file") return rest.startsWith("//") ? { mistake: "is a URL; name a file in the workspace" } : {
		kind,
		line,
		path: rest
	};
	const glob = rest.replace(/^(?:\.\/+)+/, "");
	const wrong = wrongGlob(glob);
	return wrong === void 0 ? {
		kind,
		line,
		glob
	} : { mistake: wrong };
}
function wrongGlob(glob) {
	if (glob.length > 1e3) return "has more than 1,000 characters";
	if (/^(?:\/|[A-Za-z]:[\\/])/.test(glob)) return "is absolute; the pattern starts in the workspace";
	if (glob.includes("\\")) return "has a backslash; folders are separated by /";
	if (glob.split("/").includes("..")) return "leads out of the workspace by ..";
}

// src/actions/rescan/foreign-inputs.ts
const IMAGES = "name images in a list, and the list by `discover: file:PATH`";
const LIMITS = `use ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`;
const GATE = "it belongs to the gate, which judges one image before it is deployed";
const RULES = "the policy is the checked-out one, but the default branch's for triggers that a stranger may cause";
const TRANSLATIONS = {
	image: IMAGES,
	images: IMAGES,
	"image-ref": IMAGES,
	"image-source": "the source of `discover` says where an image is looked for",
	path: GATE,
	repository: GATE,
	sbom: "SBOMs are kept in the state; see `reuse-sbom`",
	"trivy-report": GATE,
	"scan-report": GATE,
	"max-report-age": GATE,
	platform: "the platform is what the source of `discover` says, else `linux/amd64`",
	baseline: "an image is compared with its own history, in the state",
	"base-image": GATE,
	"base-image-candidates": GATE,
	dockerfile: GATE,
	"skip-dirs": "an SBOM that is scanned again must be whole; accept findings by `paths` in the policy file",
	"skip-files": "an SBOM that is scanned again must be whole; accept findings by `paths` in the policy file",
	"policy-from": RULES,
	comment: "use `issues`",
	reports: GATE,
	"upload-sarif": GATE,
	"dependency-graph": GATE,
	"gitlab-thread": GATE,
	severity: LIMITS,
	"exit-code": "use `mode: enforce` or `mode: warn`",
	"github-token": "use `token`",
	github_token: "use `token`",
	kubeconfig: "set the environment variable KUBECONFIG",
	context: "use `discover: kubectl:CONTEXT`",
	"docker-host": "set the environment variable DOCKER_HOST"
};

// src/actions/rescan/part-inputs.ts
function partMistakes(shape, data, defaults) {
	const { part } = data;
	const partsOf = (name) => factsOf(shape[name]).parts ?? [];
	const wordsOf = (name) => partsOf(name).map((each) => `\`part: ${each}\``).join(" and ");
	const onlyInParts = namesWhere(shape, ({ onlyInPart }) => onlyInPart);
	if (part === void 0) return onlyInParts.filter((name) => data[name] !== void 0).map((name) => `\`${name}\` needs ${wordsOf(name)}`);
	const none = defaults();
	const wrong = namesWhere(shape, ({ parts }) => parts !== void 0 && !parts.includes(part)).filter((name) => JSON.stringify(data[name]) !== JSON.stringify(none[name])).filter((name) => name !== "policy" || !isAboutScanners(data)).map((name) => `\`${name}\` has no meaning in \`part: ${part}\`: it belongs to ${wordsOf(name)}`);
	const missing = onlyInParts.filter((name) => partsOf(name).includes(part) && data[name] === void 0).map((name) => `\`part: ${part}\` needs \`${name}\`, which was not given, or empty`);
	return [...wrong, ...missing];
}
function isAboutScanners({ part, "scan-with": scanWith }) {
	return part === "scan" && Array.isArray(scanWith) && scanWith.length > 1;
}

// src/actions/rescan/inputs.ts
const STATE_BRANCH = "image-gate-state";
const MOST_SHARDS = 256;
const MOST_ISSUES = 500;
const IN_MERGE = { parts: ["merge"] };
const shard = optional.refine(isShard, "must be a shard of the plan's matrix, such as `1/8`");
const expected = optional.refine(isDigest, "must be the plan's output `expected`, a SHA-256");
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
function isShard(value) {
	return value === void 0 || /^[1-9]\d{0,2}\/[1-9]\d{0,2}$/.test(value);
}
function isDigest(value) {
	return value === void 0 || /^[0-9a-f]{64}$/.test(value);
}
const { schema, names, read, reporting } = actionInputs({
	shape,
	translations: TRANSLATIONS,
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
		...partMistakes(shape, data, nothingGiven)
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

export { ONLY_IN_PARTS, harborOf, names, readInputs, reportingInputs, sourcesOf };
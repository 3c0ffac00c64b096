import { parseSource } from "./discovery.parse-source.js";
import { _enum } from "./package.zod.js";
import { actionInputs, factsOf, input, inputs, judging, matching, namesWhere, optional, optionalCount, otherScanners, scanWithMistakes, scanners, scanning, serviceWithLogin, switchOr, uniqueLines, withDefault } from "./shared.inputs.js";
import { SEVERITIES, severityName } from "./shared.names.js";

// src/actions/rescan/foreign-inputs.ts
const REPLACED = {
	"name images in a list, and the list with `discover: file:PATH`": "image images image-ref",
	"it belongs to the gate, which judges one image before it is deployed": "path repository trivy-report scan-report max-report-age base-image base-image-candidates dockerfile upload-sarif dependency-graph",
	"the source of `discover` says where an image is looked for": "image-source",
	"SBOMs are kept in the state; see `reuse-sbom`": "sbom",
	"the platform is what the source of `discover` says, otherwise `linux/amd64`": "platform",
	"an image is compared with its own history, in the state": "baseline",
	"an SBOM that is scanned again must be whole; accept findings with `paths` in the policy file": "skip-dirs skip-files",
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
const sources = uniqueLines.transform((items, context) => items.flatMap((line) => {
	const source = parseSource(line);
	if (!("mistake" in source)) return [source];
	context.addIssue({
		code: "custom",
		message: `has a line ${JSON.stringify(line)} that ${source.mistake}`
	});
	return [];
}));
const IN_MERGE = { parts: ["merge"] };
const shard = matching(/^[1-9]\d{0,2}\/[1-9]\d{0,2}$/, "must be a shard of the plan's matrix, such as `1/8`");
const expected = matching(/^[0-9a-f]{64}$/, "must be the plan's output `expected`, a SHA-256");
const shape = {
	discover: input(sources, {
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
	"state-branch": input(withDefault(optional, STATE_BRANCH), { parts: ["scan", "merge"] }),
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
	"max-issues": input(withDefault(optionalCount(0, MOST_ISSUES), "50"), IN_MERGE),
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
	name: withDefault(judging.name, "Running images"),
	summary: switchOr(true),
	metrics: input(optional, IN_MERGE),
	pushgateway: input(serviceWithLogin, {
		...IN_MERGE,
		secret: true
	}),
	page: input(optional, IN_MERGE),
	...scanning
};
const known = {
	shape,
	replaced: REPLACED,
	contradictions,
	page: "docs/rescan.md"
};
const { names: INPUT_NAMES, read: readInputs, readCorrect } = actionInputs(known);
const ONLY_IN_PARTS = namesWhere(shape, ({ onlyInPart }) => onlyInPart);
function contradictions(data) {
	const { discover, part = "", offline, scanners: asked, page, metrics } = data;
	const hasReports = data["harbor-report"];
	return {
		"`discover` is empty: name at least one source, for example `discover: kubernetes:deploy/**/*.yaml`; docs/discovery.md of Image Gate lists them": discover.length === 0 && ["", "plan"].includes(part),
		...scanWithMistakes(data),
		"`issues: true` asks the platform's API, which `offline` forbids": data.issues && offline,
		"`part` hands the plan on as an artifact of the platform, which `offline` forbids asking": offline && part !== "",
		"`offline` forbids asking the platform for the history: name a folder for it with `state-dir`": offline && part === "" && data["state-dir"] === void 0,
		"`page` and `metrics` name the same file, of which only one could stay": page !== void 0 && page === metrics,
		"`harbor-report` needs a line `harbor:` in `discover`, whose images have such reports": hasReports && discover.length > 0 && discover.every(({ kind }) => kind !== "harbor"),
		"`harbor-report` has vulnerabilities alone, and `scanners` asks for more": hasReports && asked.some((each) => each !== "vuln"),
		...partMistakes(data)
	};
}
function partMistakes(data) {
	const { part } = data;
	const isAboutScanners = part === "scan" && data["scan-with"].length > 1;
	const rows = Object.entries(shape).flatMap(([name, field]) => {
		const { parts, onlyInPart = false } = factsOf(field);
		if (parts === void 0 || name === "policy" && isAboutScanners) return [];
		const absent = field.safeParse("", { jitless: true }).data;
		const isGiven = JSON.stringify(data[name]) !== JSON.stringify(absent);
		const isHere = part === void 0 ? !onlyInPart : parts.includes(part);
		const owners = parts.map((each) => `\`part: ${each}\``).join(" and ");
		return [[`\`${name}\` has no meaning ${part === void 0 ? "without `part`" : `in \`part: ${part}\``}: it belongs to ${owners}`, isGiven && !isHere], [`\`part: ${part}\` needs \`${name}\`, which is missing or empty`, onlyInPart && isHere && !isGiven]];
	});
	return Object.fromEntries(rows);
}

export { INPUT_NAMES, ONLY_IN_PARTS, readCorrect, readInputs };
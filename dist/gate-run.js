import { Xt as defaultName, bn as perSeverityName, cr as dayOf, ht as plain, jn as undecided, mn as SEVERITIES, nn as savedTags, or as listSome, rn as withSavedTags, xn as severityName } from "./shared.js";
import { n as clearRunFolder, r as deliver, t as attempt } from "./deliver.js";
import { _ as strictObject } from "./zod.js";
import { n as asGateError, t as GateError } from "./start.js";
import { C as wordList, S as word, a as scanners, b as textOr, c as camelKeys, d as firstLinesOf, f as lines, g as platforms, i as scannerContradictions, m as optional, o as scanning, p as linesOf, r as readWith, t as judging, w as wordOrSwitch, x as uniqueLines, y as switchOr } from "./shared-inputs.js";
import { t as givenNames } from "./input-names.js";
import { n as withBeginning, t as UNREAD_POLICY } from "./beginning.js";
import { G as resultOf, H as acceptedCount, U as harmlessJson, W as openCount } from "./document.js";
import { join } from "node:path";

// src/scan/scans.ts
const NO_SCANS = {
	outcomes: [],
	reportFiles: [],
	reportFileOf: /* @__PURE__ */ new Map()
};

// src/actions/gate/foreign-inputs.ts
const LOGIN = "log in with docker/login-action before this step; the runner's Docker login is used";
const LIMITS = `set ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`;
const REPORTS = "use `reports`, lines of `format: path` such as `sarif: image-gate.sarif`; the JSON reports are in the outputs `report` and `trivy-report`";
const POLICY = "write exceptions into the policy file; `npm run import-trivyignore -- FILE` converts an ignore file";
const TARGETS$1 = "name the target by its kind: `image`, `path`, `repository` or `sbom`";
const NOT_NEEDED = "it is not needed, leave it out";
const TRANSLATIONS = {
	"image-ref": "use `image`",
	input: "use `image`, which takes `docker save` tars and OCI layout folders as well",
	"scan-type": TARGETS$1,
	"scan-ref": "use `path`, `repository` or `sbom`",
	severity: LIMITS,
	"exit-code": "a broken limit always fails the step; set `mode: warn` to report only, and `max-*` for the limits",
	format: REPORTS,
	output: REPORTS,
	template: REPORTS,
	"vuln-type": NOT_NEEDED,
	"pkg-types": NOT_NEEDED,
	"hide-progress": NOT_NEEDED,
	"list-all-pkgs": NOT_NEEDED,
	"cache-dir": NOT_NEEDED,
	"limit-severities-for-sarif": NOT_NEEDED,
	"security-checks": "use `scanners`",
	"ignore-policy": POLICY,
	trivyignores: POLICY,
	"trivy-config": "a configuration file could switch the gate off: use the inputs and the policy file",
	"github-pat": "use `token`",
	"docker-host": "set the environment variable DOCKER_HOST",
	version: "use `trivy-version`",
	"skip-setup-trivy": "use `trivy-binary`",
	"token-setup-trivy": NOT_NEEDED,
	"fail-build": "use `mode: enforce` or `mode: warn`",
	"severity-cutoff": LIMITS,
	"only-fixed": "use `ignore-unfixed`",
	"output-format": REPORTS,
	"output-file": REPORTS,
	"registry-username": LOGIN,
	"registry-password": LOGIN,
	"grype-version": "this gate scans with Trivy; use `trivy-version`",
	tarball: "use `image`",
	trivy_version: "use `trivy-version`",
	severity_threshold: LIMITS,
	annotations: NOT_NEEDED,
	command: NOT_NEEDED,
	"only-severities": LIMITS,
	"exit-on": LIMITS,
	"dockerhub-user": LOGIN,
	"dockerhub-password": LOGIN,
	"write-comment": "use `comment`",
	"fail-on-severity": LIMITS,
	"config-file": "use `policy`",
	"allow-ghsas": POLICY,
	"comment-summary-in-pr": "use `comment`",
	"warn-only": "use `mode: warn`",
	"github-token": "use `token`",
	github_token: "use `token`",
	images: "use `image`, one a line",
	username: LOGIN,
	password: LOGIN
};
function translationOf(name) {
	return Object.hasOwn(TRANSLATIONS, name) ? TRANSLATIONS[name] : void 0;
}

// src/actions/gate/inputs.ts
const schema = strictObject({
	image: lines,
	"image-source": wordList([
		"docker",
		"containerd",
		"podman",
		"remote"
	], []),
	path: lines,
	repository: lines,
	sbom: lines,
	"trivy-report": lines,
	platform: platforms,
	baseline: textOr("auto"),
	"base-image": optional,
	"base-image-candidates": uniqueLines,
	dockerfile: optional,
	vex: uniqueLines,
	"skip-dirs": lines,
	"skip-files": lines,
	scanners,
	policy: optional,
	"policy-from": word([
		"workspace",
		"base",
		"default-branch"
	], "workspace"),
	...judging,
	comment: wordOrSwitch([
		"always",
		"on-failure",
		"never"
	], "always", {
		yes: "always",
		no: "never"
	}),
	summary: switchOr(true),
	reports: lines,
	"upload-sarif": switchOr(false),
	"dependency-graph": switchOr(false),
	...scanning
});
const TARGETS = [
	"image",
	"path",
	"repository",
	"sbom",
	"trivy-report",
	"platform"
];
const REPORTING = [
	"comment",
	"summary",
	"reports",
	"upload-sarif",
	"dependency-graph",
	"token",
	"name",
	"offline"
];
const FILES = [
	"policy",
	"dockerfile",
	"vex",
	"baseline",
	"trivy-binary"
];
const INPUT_NAMES = Object.keys(schema.shape);
function readInputs(env) {
	const inputs = readWith(schema, namesIn(env), contradictions, "docs/inputs.md");
	if (countTargets(inputs) === 0) throw new GateError("no-target", "There is nothing to judge: none of `image`, `path`, `repository`, `sbom` and `trivy-report` is given, or the expression in it was empty", "Name what to scan, for example `image: ghcr.io/acme/app:${{ github.sha }}`.");
	return inputs;
}
function reportingInputs(env) {
	const given = givenInputs(env);
	const isUnreadable = lenient("offline", given) === void 0;
	const inputs = correctInputs(REPORTING, given);
	return {
		...inputs,
		mode: "enforce",
		offline: inputs.offline || isUnreadable
	};
}
function namedTargets(env) {
	return correctInputs(TARGETS, givenInputs(env));
}
function areTargetsKnown(env) {
	const { given, mistakes } = namesIn(env);
	return mistakes.length === 0 && TARGETS.every((name) => lenient(name, given) !== void 0);
}
function namedFiles(env) {
	return valuesOf(env, (name) => FILES.includes(name)).flatMap(linesOf).map(fileOf);
}
function namedThings(env) {
	return Object.entries(env).filter(([name]) => /^INPUT_/i.test(name) && name !== "INPUT_REPORTS").flatMap(([, value = ""]) => linesOf(value)).map(fileOf);
}
function fileOf(line) {
	return line.replace(/^repo:(.*)$/s, "$1/index.json");
}
function namedReports(env) {
	return firstLinesOf(valuesOf(env, (name) => name === "reports"));
}
function valuesOf(env, isAsked) {
	return [...givenInputs(env)].flatMap(([name, value]) => isAsked(name) ? [value] : []);
}
function correctInputs(names, given) {
	const values = names.map((name) => [name, lenient(name, given) ?? schema.shape[name].parse("", { jitless: true })]);
	return camelKeys(Object.fromEntries(values));
}
function lenient(name, given) {
	return schema.shape[name].safeParse(given.get(name) ?? "", { jitless: true }).data;
}
function givenInputs(env) {
	return namesIn(env).given;
}
function namesIn(env) {
	return givenNames(env, {
		names: INPUT_NAMES,
		translationOf
	});
}
function foreignInputs(env) {
	return namesIn(env).others;
}
function contradictions(data) {
	const mistakes = scannerContradictions(data);
	if (data.offline && data["policy-from"] !== "workspace") mistakes.push(`\`policy-from: ${data["policy-from"]}\` asks GitHub's API, which \`offline\` forbids`);
	if (data.platform.length > 0 && data.image.length === 0) mistakes.push("`platform` needs an `image`");
	return mistakes;
}
function targetsOf(inputs) {
	const { image, path, repository, sbom, trivyReport: report, platform } = inputs;
	return {
		image,
		path,
		repository,
		sbom,
		report,
		platform
	};
}
function countTargets(inputs) {
	return inputs.image.length + inputs.path.length + inputs.repository.length + inputs.sbom.length + inputs.trivyReport.length;
}

// src/actions/gate/known.ts
function beginning(world) {
	return withBeginning(world, reportingInputs, {
		targets: [],
		policy: UNREAD_POLICY,
		scans: NO_SCANS,
		namedFiles: namedFiles(world.env)
	});
}

// src/actions/gate/outputs.ts
const OUTPUT_NAMES = [
	"verdict",
	"reason",
	...SEVERITIES.map(severityName),
	"accepted",
	"results",
	"report",
	"report-digest",
	"trivy-report",
	"image-digest",
	"index-digest",
	"trivy-version",
	"db-updated-at",
	"db-age-hours",
	"comment-url"
];
function outputsOf(view, facts) {
	const { verdict } = view;
	const judged = verdict.targets.filter((target) => target.answer !== "error");
	const known = verdict.answer !== "error" && judged.length === verdict.targets.length;
	const count = (value) => known ? String(value) : "";
	return {
		verdict: verdict.answer,
		reason: plain(verdict.reason),
		...perSeverityName((severity) => count(sum(judged, (target) => openCount(target, severity)))),
		accepted: count(sum(judged, acceptedCount)),
		results: harmlessJson(verdict.targets.map((each) => resultOf(each, { trivyReport: facts.reportFileOf.get(each.target) ?? "" }))),
		report: facts.reportFile ?? "",
		"report-digest": facts.reportDigest ?? "",
		"trivy-report": facts.reportFiles.join("\n"),
		"image-digest": singleImage(verdict.targets)?.digest ?? "",
		"index-digest": singleImage(verdict.targets)?.index?.digest ?? "",
		"trivy-version": facts.scannerVersion ?? "",
		"db-updated-at": facts.databaseUpdatedAt ?? "",
		"db-age-hours": wholeHours(facts.databaseUpdatedAt, view.now),
		"comment-url": facts.commentUrl ?? ""
	};
}
function wholeHours(since, now) {
	return since === void 0 ? "" : String(Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 36e5)));
}
function singleImage(targets) {
	const [only] = targets;
	return targets.length !== 1 || only === void 0 || only.answer === "error" ? void 0 : only.scan.artifact;
}
function sum(items, value) {
	return items.reduce((total, item) => total + value(item), 0);
}

// src/actions/gate/view.ts
async function viewOf(verdict, known, change, world) {
	const { inputs, policy, now } = known;
	const tags = needsTags(known) ? await savedTags(verdict.targets, (target) => savedTagOf(target, world)).catch(() => void 0) : void 0;
	return {
		name: inputs.name ?? defaultName(withSavedTags(verdict.targets, tags), change.commits),
		verdict,
		savedTags: tags,
		mode: inputs.mode,
		today: dayOf(now),
		now,
		policy: {
			...policy.source,
			count: policy.policy.count
		},
		policyChange: policy.change,
		...known.around,
		lookedUpOn: change.lookedUpOn,
		commit: change.commit,
		runUrl: change.runUrl,
		stamp: change.stamp
	};
}
function needsTags({ inputs, reports = [], failure }) {
	if (inputs.name === void 0) return true;
	const hasCategories = inputs.uploadSarif || inputs.dependencyGraph || reports.some(({ format }) => format === "sarif");
	return failure === void 0 && hasCategories;
}
async function savedTagOf(target, world) {
	const { savedTag } = await import("./scan-saved-tag.js");
	return savedTag(target, world);
}

// src/actions/gate/wrong-inputs.ts
function listForeignInputs({ env, log }) {
	const names = foreignInputs(env);
	if (names.length === 0) return;
	log.info(`Left alone, as Image Gate has no such inputs: ${listSome(names, 10)}`);
}
async function targetsMeant(world) {
	const named = namedTargets(world.env);
	if (countTargets(named) === 0) return [];
	const { resolveTargets } = await import("./scan-targets.js");
	return resolveTargets(targetsOf(named), world);
}
async function plannedAnyway(targets, world) {
	const lines = namedReports(world.env);
	if (lines.length === 0) return void 0;
	return attempt(world, "report-file-not-written", async () => {
		const { planAnyway } = await import("./reports.js");
		const { DEFAULT_POLICY } = await import("./policy-read.js");
		const read = [
			...targets.map(({ input }) => input),
			DEFAULT_POLICY,
			...namedThings(world.env)
		];
		const isKnown = areTargetsKnown(world.env) && targets.length > 0;
		return planAnyway({
			lines,
			targets,
			isKnown,
			read
		}, world);
	});
}

// src/actions/gate/run.ts
async function gate(world, platform) {
	const known = beginning(world);
	listForeignInputs(world);
	const verdict = await judged(known, platform, world).catch((thrown) => brokenOff(thrown, known, world));
	const view = await viewOf(verdict, known, platform.change, world);
	const { inputs, scans, reports, sboms, failure } = known;
	await deliver(view, {
		channels: {
			...inputs,
			access: known.access()
		},
		reports,
		sboms,
		scannerReports: scans.reportFileOf,
		failure,
		outputs: (shown) => outputsOf(view, {
			...scans,
			...shown
		}),
		platform,
		world
	});
	await finish(known, platform, world);
	return verdict.answer === "pass" || verdict.answer === "fail" && inputs.mode === "warn" ? 0 : 1;
}
async function judged(known, platform, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	known.inputs = inputs;
	const { decide } = await import("./gate-decide.js");
	return decide(inputs, known, platform, world);
}
async function brokenOff(thrown, known, world) {
	known.failure = asGateError(thrown);
	known.scans = NO_SCANS;
	known.around = void 0;
	if (known.targets.length === 0) known.targets = await targetsMeant(world).catch(() => []);
	known.reports ??= await plannedAnyway(known.targets, world);
	return undecided(known.failure, known.targets, known.inputs.name);
}
async function finish({ keptAs, cache }, platform, world) {
	await attempt(world, "run-not-tidied", async () => {
		if (keptAs !== void 0) {
			const { artifactName } = await import("./baseline-artifact-name.js");
			await platform.keepReport({
				name: artifactName(keptAs),
				file: join(world.runFolder, "report.json")
			});
		}
		await cache?.settle();
	});
	clearRunFolder(world);
}

export { OUTPUT_NAMES, gate };
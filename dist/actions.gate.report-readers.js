import { GateError } from "./shared.start.js";
import { SEVERITIES, severityName } from "./shared.domain.js";
import { strictObject } from "./package.zod.js";
import { camelKeys, firstLinesOf, givenNames, judging, lines, linesOf, optional, optionalDuration, platforms, readWith, scannerContradictions, scanners, scanning, switchOr, textOr, uniqueLines, word, wordList, wordOrSwitch } from "./actions.input-names.js";

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
const HOUR_MS = 36e5;
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
	"scan-report": lines,
	"max-report-age": optionalDuration({
		least: HOUR_MS,
		most: 8760 * HOUR_MS,
		example: "`1d`, `36h` or `7d`"
	}),
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
	"scan-report",
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
	if (countTargets(inputs) === 0) throw new GateError("no-target", "There is nothing to judge: none of `image`, `path`, `repository`, `sbom`, `trivy-report` and `scan-report` is given, or the expression in it was empty", "Name what to scan, for example `image: ghcr.io/acme/app:${{ github.sha }}`.");
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
	if (data.offline && data["policy-from"] !== "workspace") mistakes.push(`\`policy-from: ${data["policy-from"]}\` asks the platform's API, which \`offline\` forbids`);
	if (data.platform.length > 0 && data.image.length === 0) mistakes.push("`platform` needs an `image`");
	if (data["max-report-age"] !== void 0 && data["trivy-report"].length + data["scan-report"].length === 0) mistakes.push("`max-report-age` needs a `scan-report` or a `trivy-report`");
	return mistakes;
}
function targetsOf(inputs) {
	const { image, path, repository, sbom, trivyReport: report, scanReport, platform } = inputs;
	return {
		image,
		path,
		repository,
		sbom,
		report,
		scanReport,
		platform
	};
}
function countTargets(inputs) {
	const { image, path, repository, sbom, trivyReport, scanReport } = inputs;
	return [
		image,
		path,
		repository,
		sbom,
		trivyReport,
		scanReport
	].reduce((sum, { length }) => sum + length, 0);
}

// src/actions/gate/report-readers.ts
const reportReaders = async () => (await import("./scanners.readers.js")).REPORT_READERS;
async function readersOfNamed({ report, scanReport = [] }) {
	return report.length + scanReport.length === 0 ? [] : reportReaders();
}

export { areTargetsKnown, countTargets, foreignInputs, namedFiles, namedReports, namedTargets, namedThings, readInputs, readersOfNamed, reportReaders, reportingInputs, targetsOf };
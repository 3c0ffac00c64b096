import { At as severityName, Et as SEVERITIES, J as shorten, Pt as reasonAndRemedies, Ut as undecided, _t as withSavedTags, a as closest, gt as savedTags, hn as dayOf, kt as perSeverityName, lt as writePieces, o as upgradesIn, q as plain, s as EMPTY_POLICY, ut as defaultName } from "./shared.js";
import { n as asGateError, o as oneLine, t as GateError } from "./start.js";
import { $ as split, A as stepText, E as coloured, O as renderLog, Q as needingAttention, S as movingAnnotations, U as unjudgedAnnotations, X as attentionWords, Y as gapWarnings, _ as inPieces, j as upgradeText, w as unmatchedAnnotations, x as dockerfileAnnotations, z as runNoteAnnotations } from "./document.js";
import { n as removeProgramFolders } from "./program-folder.js";
import { h as strictObject } from "./zod.js";
import { _ as wordList, a as scanning, c as firstLinesOf, d as optional, f as platforms, g as word, h as uniqueLines, i as scanners, l as lines, m as textOr, n as readWith, p as switchOr, r as scannerContradictions, s as camelKeys, t as judging, u as linesOf, v as wordOrSwitch } from "./shared-inputs.js";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

// src/scan/scans.ts
const NO_SCANS = {
	outcomes: [],
	reportFiles: [],
	reportFileOf: /* @__PURE__ */ new Map()
};

// src/render/annotations.ts
const LONGEST = 4e3;
function annotationsOf(view) {
	const lines = dockerfileAnnotations(view);
	const attention = needingAttention(view.verdict);
	const warnings = [
		...policyChangesOf(view),
		...runNoteAnnotations(view),
		...gapWarnings(view).map((words) => ({
			level: "warning",
			message: shorten(plain(words), LONGEST)
		})),
		...endOfLifeOf(view),
		...unmatchedAnnotations(view),
		...attention.filter((item) => !isNotice(item)).map((item) => exceptionAnnotation(item, view, "warning")),
		...lines.filter(({ level }) => level === "warning")
	];
	const notices = [
		...unjudgedAnnotations(view),
		...movingAnnotations(view),
		...attention.filter(isNotice).map((item) => exceptionAnnotation(item, view, "notice"))
	];
	return [
		...lines.filter(({ level }) => level === "error"),
		...warnings,
		...notices
	];
}
function isNotice(item) {
	return item.why === "unused" || item.why === "overlapped";
}
function policyChangesOf(view) {
	const change = view.policyChange;
	if (change === void 0) return [];
	if ("unreadable" in change) {
		const message = `Whether this pull request changes the policy is not known: ${plain(change.unreadable)}`;
		return [{
			level: "warning",
			message: shorten(message, LONGEST)
		}];
	}
	const tightening = change.changes.filter((one) => !one.loosens);
	return [...change.changes.filter((one) => one.loosens).map((one) => {
		const message = `This pull request loosens the policy: ${changeWords(one)}.`;
		return {
			level: "warning",
			message: shorten(message, LONGEST),
			...changePlace(view, one)
		};
	}), ...tightening.length === 0 ? [] : [tighteningOf(tightening)]];
}
function tighteningOf(changes) {
	const message = `This pull request changes the policy: ${changes.map(changeWords).join("; ")}.`;
	return {
		level: "warning",
		message: shorten(message, LONGEST)
	};
}
function changeWords({ what, subject, about, from, to, file }) {
	const place = file === void 0 || file === about ? "" : ` in ${plain(shorten(file, 500))}`;
	const words = subject === about ? `${what} ${subject}` : `${what} ${subject} ${plain(shorten(about, 500))}${place}`;
	const [before, after] = [from, to].map((value) => value && plain(shorten(value, 500)));
	if (before !== void 0 && after !== void 0) return `${words} from ${before} to ${after}`;
	if (after !== void 0) return `${words} (${after})`;
	return before === void 0 ? words : `${words} (was ${before})`;
}
function endOfLifeOf(view) {
	return view.verdict.targets.flatMap((target) => {
		if (target.answer === "error") return [];
		const os = target.scan.artifact.os;
		if (os?.endOfLife !== true) return [];
		return [{
			level: "warning",
			message: `${plain(shorten(`${os.family} ${os.name}`, 100))} in ${plain(shorten(target.target.label, 500))} is past its end of life: it gets no security fixes.`
		}];
	});
}
function exceptionAnnotation(item, view, level) {
	const { exception } = item.use;
	const scope = exception.package === void 0 ? "" : ` (${plain(shorten(exception.package, 200))})`;
	const owner = exception.owner === void 0 ? "" : ` Owner: ${plain(shorten(exception.owner, 200))}.`;
	const message = `${exception.gap ? "Coverage" : "Exception"} ${plain(shorten(exception.id, 200))}${scope} ${attentionWords(item)}.${owner}`;
	return {
		level,
		message: shorten(message, LONGEST),
		...placeOf(view, exception.line)
	};
}
function changePlace(view, { file, line }) {
	if (file === void 0) return placeOf(view, line, true);
	const path = file.replace(/^\.\//, "");
	return line > 0 ? {
		file: path,
		line
	} : { file: path };
}
function placeOf(view, line, ofHead = false) {
	if (view.policy.path === void 0 || view.policy.from !== "workspace" && !ofHead) return {};
	return line > 0 ? {
		file: view.policy.path,
		line
	} : { file: view.policy.path };
}

// src/render/json/comparison.ts
function packagesOf({ packages }) {
	return packages.map(({ name, version, type, purl, path, system, source, modularity, thirdParty }) => ({
		name,
		version,
		type,
		purl,
		path,
		system,
		source,
		modularity,
		thirdParty
	}));
}
function aboutOf({ package: about }) {
	if (about === void 0) return void 0;
	const { name, version, purl, type } = about;
	return {
		name,
		version,
		purl,
		type
	};
}
function baselineOf(comparison) {
	if (comparison === void 0) return void 0;
	if ("none" in comparison) return {
		kind: "none",
		why: comparison.none,
		trouble: comparison.trouble
	};
	const { kind, image, platform, given, branch, commit, url, madeAt, notes } = comparison.baseline.source;
	return {
		kind,
		image,
		platform,
		given,
		branch,
		commit,
		run: url,
		madeAt,
		notes: notes && [...notes],
		counts: comparison.counts,
		systemChange: comparison.systemChange
	};
}
function fixedOf(view) {
	return goneOf(view, ({ fixed }) => fixed);
}
function unseenOf(view) {
	const unseen = goneOf(view, (compared) => compared.unseen ?? []);
	return unseen?.length === 0 ? void 0 : unseen;
}
function goneOf({ verdict, comparisons }, which) {
	const compared = verdict.targets.flatMap(({ target }, index) => {
		const comparison = comparisons?.get(target);
		return comparison === void 0 || "none" in comparison ? [] : [{
			index,
			fixed: which(comparison)
		}];
	});
	if (compared.length === 0) return void 0;
	return compared.flatMap(({ index, fixed }) => fixed.map(({ kind, id, severity, title, url, package: about, path }) => ({
		target: index,
		kind,
		id,
		severity,
		title,
		url,
		package: aboutOf({ package: about }),
		path
	})));
}

// src/render/json/plan.ts
function reportedPlans(targets, layersOf) {
	const plan = [];
	const upgrades = [];
	for (const [target, verdict] of targets.entries()) {
		if (verdict.answer === "error") continue;
		const { steps } = split(verdict).plan;
		const layers = layersOf(target);
		const indexes = /* @__PURE__ */ new Map();
		for (const upgrade of upgradesIn({ steps })) {
			indexes.set(upgrade, upgrades.length);
			upgrades.push(reportedUpgrade(upgrade, target, layers));
		}
		for (const step of steps) plan.push(reportedStep(step, target, layers, indexes));
	}
	return {
		plan,
		upgrades
	};
}
function reportedUpgrade(upgrade, target, layers) {
	const { package: name, type, from, to, clears, ids, owner, layer } = upgrade;
	return {
		target,
		package: name,
		type,
		from,
		to,
		alternatives: filled(upgrade.alternatives),
		clears,
		text: upgradeText(upgrade),
		ids: [...ids],
		owner,
		layer: layer && layers.get(layer),
		paths: filled(upgrade.paths),
		chains: filled(upgrade.chains.map((chain) => ({
			...chain,
			packages: [...chain.packages]
		})))
	};
}
function reportedStep(step, target, layers, indexes) {
	const { kind, clears, ids, exploited, epss } = step;
	const common = {
		target,
		kind,
		text: stepText(step),
		clears,
		ids: [...ids],
		exploited: exploited || void 0,
		epss
	};
	if (step.kind === "secret") {
		const places = step.places.map(({ path, line, layer }) => ({
			path,
			line,
			layer: layer && layers.get(layer)
		}));
		return {
			...common,
			places
		};
	}
	const upgrades = filled(step.members.map((each) => indexes.get(each) ?? -1));
	const check = step.check && {
		stays: [...step.check.stays],
		brings: [...step.check.brings]
	};
	if (step.kind === "base") return {
		...common,
		upgrades,
		rebuildOn: step.newer?.reference,
		check,
		command: step.command
	};
	const { family, to, command, line } = step;
	return {
		...common,
		upgrades,
		family,
		to,
		check,
		command,
		line
	};
}
function filled(list) {
	return list.length === 0 ? void 0 : [...list];
}

// src/render/json/report.ts
function* renderReport(view) {
	const { verdict } = view;
	const indexes = new Map(verdict.exceptions.map((use, index) => [use.exception, index]));
	const layers = verdict.targets.map(layersOf);
	const head = {
		version: 1,
		verdict: verdict.answer,
		reason: verdict.reason,
		reasons: verdict.targets.flatMap(reasonsOf),
		name: view.name,
		mode: view.mode,
		count: view.policy.count,
		generatedAt: view.now.toISOString(),
		targets: verdict.targets.map((target, index) => ({
			...targetOf(target, layers[index] ?? [], view, indexes),
			baseline: baselineOf(view.comparisons?.get(target.target))
		}))
	};
	const tail = {
		fixed: fixedOf(view),
		unseen: unseenOf(view),
		exceptions: verdict.exceptions.map((use) => exceptionOf(use, indexes)),
		policyChanges: policyChanges(view),
		notes: view.notes && [...view.notes],
		provenance: {
			policy: view.policy.path,
			policyFrom: view.policy.from,
			commit: view.commit,
			run: view.runUrl
		}
	};
	const placesOf = layers.map((list) => new Map(list.map((layer, place) => [layer, place])));
	yield `${JSON.stringify(head).slice(0, -1)},\n"findings":[`;
	let separator = "\n";
	for (const [index, target] of verdict.targets.entries()) {
		const findings = target.answer === "error" ? [] : target.findings;
		const places = placesOf[index] ?? /* @__PURE__ */ new Map();
		yield* inPieces(findings, (each) => {
			const line = separator + JSON.stringify(findingOf(each, index, indexes, places));
			separator = ",\n";
			return line;
		});
	}
	const { plan, upgrades } = reportedPlans(verdict.targets, (index) => placesOf[index] ?? /* @__PURE__ */ new Map());
	const lines = (list) => list.map((each) => JSON.stringify(each)).join(",\n");
	yield `\n],\n"plan":[\n${lines(plan)}\n],\n"upgrades":[\n${lines(upgrades)}`;
	yield `\n],\n${JSON.stringify(tail).slice(1)}\n`;
}
function layersOf(target) {
	if (target.answer === "error") return [];
	return [...new Set(target.findings.map(({ finding }) => finding.layer))].filter((layer) => layer !== void 0);
}
function reasonsOf(target, index) {
	if (target.answer === "error") return [{
		target: index,
		...target.error
	}];
	const broken = target.rows.filter((row) => row.broken);
	const exploits = target.exploitRows?.filter((row) => row.broken) ?? [];
	return [...broken.map(({ severity, open, limit }) => ({
		target: index,
		severity,
		open,
		limit
	})), ...exploits.map(({ kind, above, open, limit }) => ({
		target: index,
		kind,
		above,
		open,
		limit
	}))];
}
function targetOf(verdict, layers, view, indexes) {
	const { label, kind, input, as, platform } = verdict.target;
	const base = {
		label,
		kind,
		input,
		as,
		platform,
		verdict: verdict.answer
	};
	const coverage = coverageOf(verdict, indexes);
	if (verdict.answer === "error") return {
		...base,
		error: verdict.error,
		coverage
	};
	const { artifact, suppressed, provenance } = verdict.scan;
	return {
		...base,
		rows: [...verdict.rows],
		exploitRows: verdict.exploitRows && [...verdict.exploitRows],
		uncompared: verdict.uncompared,
		coverage,
		artifact: {
			...artifact,
			names: [...artifact.names],
			claims: artifact.claims && [...artifact.claims],
			index: indexOf(artifact)
		},
		layers,
		base: baseOf(view.bases?.get(verdict.target)),
		packages: packagesOf(verdict.scan),
		suppressed,
		provenance: {
			...provenance,
			scanners: provenance.scanners && [...provenance.scanners],
			skipped: provenance.skipped && [...provenance.skipped],
			notes: provenance.notes && [...provenance.notes]
		}
	};
}
function indexOf({ index }) {
	return index && {
		...index,
		images: [...index.images]
	};
}
function coverageOf({ coverage }, indexes) {
	if (coverage === void 0) return void 0;
	return {
		rows: coverage.rows.map((row) => ({ ...row })),
		gaps: coverage.gaps.map(({ gap, accepted, ended }) => ({
			...gap,
			accepted: accepted && indexes.get(accepted),
			ended: ended && indexes.get(ended)
		}))
	};
}
function baseOf(base) {
	return base;
}
function findingOf(judged, target, indexes, layers) {
	const { finding, outcome, origin, change, exceptions, ended } = judged;
	return {
		target,
		kind: finding.kind,
		id: finding.id,
		severity: finding.severity,
		title: finding.title,
		url: finding.url,
		package: aboutOf(finding),
		fixedVersions: finding.fixedVersions,
		status: finding.status,
		path: finding.path,
		line: finding.line,
		layer: finding.layer && layers.get(finding.layer),
		owner: finding.owner,
		outcome,
		origin,
		change,
		spared: judged.spared,
		countsFrom: judged.countsFrom,
		vex: judged.vex,
		exploitation: judged.exploitation,
		exceptions: exceptions.length === 0 ? void 0 : exceptions.map((each) => indexes.get(each) ?? -1),
		ended: ended && indexes.get(ended)
	};
}
function exceptionOf(use, indexes) {
	const { exception, state, matches, daysLeft, overlappedBy } = use;
	return {
		...exception,
		paths: exception.paths && [...exception.paths],
		images: exception.images && [...exception.images],
		state,
		matches,
		daysLeft,
		overlappedBy: overlappedBy && indexes.get(overlappedBy)
	};
}
function policyChanges({ policyChange }) {
	if (policyChange === void 0) return void 0;
	return "changes" in policyChange ? [...policyChange.changes] : policyChange;
}

// src/steps/deliver.ts
async function deliver(view, delivery) {
	const { reports, failure, platform, world } = delivery;
	const { log } = world;
	await attempt(world, "log-not-written", () => log.info(renderLog(view), coloured));
	const reportFile = await attempt(world, "report-not-written", () => writeReport(view, world));
	if (reports !== void 0) await attempt(world, "report-file-not-written", () => writeReports(reports, view, delivery));
	const summary = await attempt(world, "summary-not-written", () => draftSummary(view, delivery));
	const comment = await attempt(world, "comment-not-written", () => draftComment(view, delivery));
	const whole = [summary, comment].some((draft) => draft?.isWhole === false) ? await attempt(world, "whole-report-not-written", () => keepWhole(view, reportFile, delivery)) : void 0;
	await attempt(world, "summary-not-written", async () => summary?.write(whole));
	const commentUrl = await send(view, comment, whole, delivery);
	await attempt(world, "log-not-written", () => platform.annotate([...mistakesOf(failure), ...annotationsOf(view)]));
	await attempt(world, "outputs-not-written", () => platform.outputs?.(delivery.outputs({
		reportFile,
		commentUrl
	})));
	await attempt(world, "log-not-written", () => finalAnnotation(view, world));
}
async function send(view, comment, whole, { channels: { uploadSarif, dependencyGraph, access }, platform, world }) {
	const [commentUrl] = await Promise.all([
		attempt(world, "comment-not-written", async () => comment?.write(whole)),
		uploadSarif && attempt(world, "sarif-not-uploaded", () => sendAlerts(view, access, platform, world)),
		dependencyGraph && attempt(world, "dependency-snapshot-not-made", () => sendPackages(view, access, platform, world))
	]);
	return commentUrl;
}
function writeReport(view, world) {
	const path = join(world.runFolder, "report.json");
	writePieces(path, renderReport(view));
	return path;
}
async function writeReports(reports, view, { sboms, platform, world }) {
	const files = await import("./reports.js");
	await files.writeReports(reports, view, {
		...files.reportFacts(view, platform, world),
		sboms
	}, world);
}
async function sendAlerts(view, access, platform, world) {
	const { uploadSarif } = await import("./reports-upload-sarif.js");
	await uploadSarif(view, access, platform, world);
}
async function sendPackages(view, access, platform, world) {
	const { submitPackages } = await import("./reports-submit-packages.js");
	await submitPackages(view, access, platform, world);
}
function draft(render, write) {
	const first = render();
	return {
		isWhole: first.isWhole,
		write: (whole) => write(first.isWhole || whole === void 0 ? first.text : render(whole).text)
	};
}
async function draftSummary(view, { channels, platform }) {
	const { summary } = platform;
	if (!channels.summary || summary === void 0) return void 0;
	const { fitSummary } = await import("./documents.js");
	return draft((whole) => fitSummary(view, whole), summary);
}
async function keepWhole(view, reportFile, { channels: { access }, platform, world }) {
	if (world.signal.aborted) return void 0;
	const { keepWholeReport } = await import("./reports-keep-full-report.js");
	const { wholeReportName } = await import("./baseline-artifact-name.js");
	const { offline } = access;
	return keepWholeReport(view, {
		reportFile,
		offline,
		name: wholeReportName(view.name),
		platform
	}, world);
}
async function draftComment(view, { channels, platform, world: { log, signal } }) {
	if (signal.aborted) return void 0;
	const decision = platform.decideComment(channels.comment, view.verdict.answer, channels.access);
	if (!decision.write) {
		log[decision.level](`No comment: ${decision.why}.`);
		return;
	}
	const { fitComment, marker } = await import("./documents.js");
	const about = {
		marker: marker(view.name),
		stamp: view.stamp,
		create: decision.create
	};
	return draft((whole) => fitComment(view, whole), async (body) => signal.aborted ? void 0 : platform.comment({
		...about,
		body
	}, channels.access));
}
function mistakesOf(failure) {
	if (failure?.code !== "policy-invalid") return [];
	const { file, mistakes } = failure;
	return mistakes.map(({ line, message }) => ({
		level: "error",
		message,
		file,
		line
	}));
}
function finalAnnotation({ verdict, mode }, { log }) {
	const { answer, reason } = verdict;
	if (answer === "error") log.annotate("error", reasonAndRemedies(verdict));
	else if (answer === "fail" && mode === "warn") log.annotate("warning", reason);
	else if (answer === "fail") log.annotate("error", reason);
}
async function attempt({ log }, code, act) {
	try {
		return await act();
	} catch (thrown) {
		const why = oneLine(thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
		log.warning(`[${code}] ${why}. The verdict stands; see whether the runner's disk is full, or a step removed its files.`);
		return;
	}
}

// src/actions/input-names.ts
const PREFIX = "INPUT_";
function givenNames(env, known) {
	const given = /* @__PURE__ */ new Map();
	const mistakes = [];
	const others = [];
	const byVariable = new Map(known.names.map((name) => [variableOf(name), name]));
	const bySound = new Map(known.names.map((name) => [soundOf(name), name]));
	for (const [variable, value] of Object.entries(env)) {
		if (value === void 0 || !variable.toUpperCase().startsWith(PREFIX)) continue;
		const name = byVariable.get(variable);
		const sound = bySound.get(soundOf(variable.slice(6)));
		if (name !== void 0) given.set(name, value);
		else if (sound !== void 0) mistakes.push(otherSpelling(variable, sound));
		else if (value === "" && !variable.includes("-")) others.push(variable);
		else {
			const mistake = unknownInput(variable.slice(6).toLowerCase(), known);
			if (mistake === void 0) others.push(variable);
			else mistakes.push(mistake);
		}
	}
	return {
		given,
		mistakes,
		others
	};
}
function variableOf(name) {
	return `${PREFIX}${name.replaceAll(" ", "_").toUpperCase()}`;
}
function soundOf(name) {
	return name.toLowerCase().replace(/[ _-]+/g, "-");
}
function otherSpelling(variable, name) {
	return `${shown(variable)} is another spelling of \`${name}\`, which the runner spells ${variableOf(name)}: write \`${name}\` in the step's \`with:\`, and take the variable out of \`env\``;
}
function unknownInput(name, known) {
	const translation = known.translationOf(name);
	const isTyped = name.includes("-");
	const hint = isTyped ? "" : ` (if it is a variable of the job's \`env\`, set it to \`""\` in this step's \`env\`)`;
	if (translation !== void 0) return `${shown(name)} is not an input of Image Gate: ${translation}${hint}`;
	const meant = closest(name, known.names);
	const isNear = meant !== void 0 && meant[0] === name[0] && Math.abs(meant.length - name.length) <= 2;
	if (meant !== void 0 && (isTyped || isNear)) return `${shown(name)} is not an input; did you mean \`${meant}\`?${hint}`;
	return isTyped ? `${shown(name)} is not an input of Image Gate` : void 0;
}
function shown(name) {
	return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

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
	let inputs;
	return {
		get inputs() {
			inputs ??= reportingInputs(world.env);
			return inputs;
		},
		set inputs(read) {
			inputs = read;
		},
		now: world.now(),
		targets: [],
		policy: {
			policy: EMPTY_POLICY,
			source: { from: "workspace" },
			change: void 0
		},
		scans: NO_SCANS,
		namedFiles: namedFiles(world.env),
		access() {
			const { token = "", offline } = this.inputs;
			return {
				token,
				offline
			};
		}
	};
}

// src/render/json/results.ts
const UNKNOWN_COUNTS = perSeverityName(() => null);
function resultOf(target, more) {
	const gaps = (target.coverage?.gaps ?? []).map(({ gap, accepted }) => ({
		code: gap.code,
		path: gap.path,
		accepted: accepted?.expires ?? null
	}));
	const base = {
		target: target.target.label,
		verdict: target.answer,
		gaps,
		...more
	};
	if (target.answer === "error") return {
		...base,
		code: target.error.code,
		counts: UNKNOWN_COUNTS,
		accepted: null,
		digest: "",
		indexDigest: ""
	};
	return {
		...base,
		counts: perSeverityName((severity) => openCount(target, severity)),
		accepted: acceptedCount(target),
		digest: target.scan.artifact.digest ?? "",
		indexDigest: target.scan.artifact.index?.digest ?? ""
	};
}
function openCount(target, severity) {
	return target.rows.find((row) => row.severity === severity)?.open ?? 0;
}
function acceptedCount(target) {
	return target.rows.reduce((total, row) => total + row.accepted, 0);
}
function harmlessJson(value) {
	const escaped = (text) => text.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
	return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=##)\[/gu, escaped);
}

// src/actions/gate/outputs.ts
const OUTPUT_NAMES = [
	"verdict",
	"reason",
	...SEVERITIES.map(severityName),
	"accepted",
	"results",
	"report",
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
	const rest = names.length - 10;
	const named = `${names.slice(0, 10).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
	log.info(`Left alone, as Image Gate has no such inputs: ${named}`);
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
function clearRunFolder(world) {
	const { runFolder, log } = world;
	try {
		removeProgramFolders(world);
		for (const entry of readdirSync(runFolder)) if (!/\.(?:json|md)$/.test(entry)) rmSync(join(runFolder, entry), {
			recursive: true,
			force: true
		});
	} catch (error) {
		log.debug(`Temporary files are left: ${String(error)}`);
	}
}

export { OUTPUT_NAMES, gate };
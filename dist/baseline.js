import { BASELINE_TRIGGERS } from "./forge.baseline.js";
import { GateError, asGateError, existsSync, mkdtempSync, writeFileSync } from "./shared.thread.js";
import { artifactName } from "./baseline.artifact-name.js";
import { SYSTEM_GAPS, compare, findingInPlainWords, inPlainWords, lastingIdentity, pair, sameFinding, subjectOf, unscanned } from "./shared.answer.js";
import { packageChanges } from "./shared.domain.js";
import { PURL_TYPES, distributionNamed, errorOf, kindsOf, parsePurl, platformMatches } from "./shared.scan.js";
import { GIVEN_REPORT, listSome, scannersOf } from "./shared.inputs.js";
import { readGivenFile, removedAtEnd } from "./shared.start.js";
import { baselineOtherImage, baselinePlatform, baselineUnavailable } from "./baseline.errors.js";
import { isBaselineFile, isSameImage } from "./baseline.stored-baseline.js";
import { join, resolve } from "node:path";

// src/baseline/automatic.ts
function automaticBaseline({ name, forge: connect, platform }, { log, signal }) {
	return async () => {
		try {
			const forge = await connect();
			if ("why" in forge) return () => ({
				none: forge.why,
				...forge.level === "info" ? { quiet: true } : { trouble: true }
			});
			if (forge.keptReports === void 0) return () => ({
				none: platform.words.lacking,
				quiet: true
			});
			const { noConversation, trigger } = platform.change;
			if (noConversation !== void 0 && !BASELINE_TRIGGERS.includes(trigger)) return () => ({
				none: "this run does not check a change",
				quiet: true
			});
			return await newest(await forge.keptReports(artifactName(name)), platform.change, log);
		} catch (thrown) {
			if (signal.aborted) throw thrown;
			const { what, remedy } = asGateError(thrown);
			log.info(`No baseline: ${what}. ${remedy}`);
			return () => ({
				none: what,
				trouble: true
			});
		}
	};
}
async function newest(reports, change, log) {
	let isOther = false;
	for await (const kept of reports) {
		const { baselineInReport, readKeptReport } = await import("./baseline.kept-report.js");
		const report = readKeptReport(kept);
		if ("unusable" in report) {
			isOther ||= report.isOther === true;
			log.info(`Baseline: the report of run ${kept.url ?? kept.commit} is not taken: it ${report.unusable}.`);
			continue;
		}
		const { branch, commit, url, madeAt } = kept;
		const source = {
			kind: "run",
			branch,
			commit: commit || report.provenance.commit,
			url,
			madeAt
		};
		return (judged) => baselineInReport(report, judged, source, `The report of ${branch}`);
	}
	const branch = change.defaultBranch ?? "the default branch";
	const other = `the report that ${branch} has kept is from another version of Image Gate; its next successful run keeps a new one (with \`mode: warn\` if it fails)`;
	const absent = `no successful run on ${branch} was found that has kept a report under this name (let the gate run there, with \`mode: warn\` if it fails)`;
	return () => ({ none: isOther ? other : absent });
}

// src/domain/coverage/unseen.ts
const UNACCOUNTED = "packages-unaccounted";
const IN_PART = /* @__PURE__ */ new Set([
	"sbom-packages-unread",
	"sbom-packages-missing",
	"versions-unreadable"
]);
function unseenIn(scan, baseline) {
	const gaps = scan.coverage?.gaps ?? [];
	const isOfSystem = (path = "") => /(?:^|\/)(?:dpkg|apk|rpm|sysimage)\//.test(path);
	const isBlind = gaps.some(({ code, path }) => SYSTEM_GAPS.has(code) || code === UNACCOUNTED && isOfSystem(path));
	const unread = gaps.flatMap(({ code, path }) => (code === "packages-unreadable" || code === UNACCOUNTED) && path !== void 0 ? [path] : []);
	const change = systemChange(scan, baseline);
	const types = new Set(baseline.packages.flatMap(({ system, type }) => system === true ? [type] : []));
	const remaining = new Set(change && scan.packages.flatMap((each) => each.system === true ? [versionKey(each)] : []));
	const isPart = gaps.some(({ code, path }) => IN_PART.has(code) || code === UNACCOUNTED && path === void 0);
	const isUnread = (path) => isPart || path !== void 0 && unread.some((file) => path === file || path.startsWith(`${file}/`));
	const isUnseen = (about, path) => types.has(about.type) ? isBlind || isPart || remaining.has(versionKey(about)) : isUnread(path);
	const asked = scannersOf(scan);
	const isAsked = ({ opinions }) => opinions?.some(({ scanner }) => asked.includes(scanner)) ?? true;
	return {
		finding: (finding) => {
			const { package: about, path } = finding;
			return !isAsked(finding) || (about === void 0 ? isUnread(path) : isUnseen(about, path));
		},
		package: (each) => isUnseen(each, each.path),
		change
	};
}
function withUnseen(compared, unseen) {
	const gone = compared.fixed.filter(unseen.finding);
	const withChange = {
		...compared,
		...unseen.change && { systemChange: unseen.change }
	};
	if (gone.length === 0) return withChange;
	const fixed = compared.fixed.filter((finding) => !unseen.finding(finding));
	const counts = {
		...compared.counts,
		fixed: fixed.length,
		unseen: gone.length
	};
	return {
		...withChange,
		fixed,
		unseen: gone,
		counts
	};
}
function versionKey({ name, version }) {
	return `${name}\0${version}`;
}
function systemChange({ artifact, packages }, baseline) {
	const from = systemOf(baseline.packages);
	if (from === void 0) return void 0;
	const { os } = artifact;
	const to = systemOf(packages) ?? (os && releaseName(os.family, os.name)) ?? "none that is known";
	return from === to ? void 0 : {
		from,
		to
	};
}
function systemOf(packages) {
	const first = packages.find(({ system, purl }) => system === true && purl !== void 0);
	if (first === void 0) return void 0;
	const { distro = "" } = parsePurl(first.purl ?? "")?.qualifiers ?? {};
	const [, named = first.type] = /^([a-z][a-z-]*)-\d/.exec(distro) ?? [];
	return releaseName(Object.values(PURL_TYPES).includes(first.type) ? distributionNamed(named)?.name ?? named : first.type, distro.replace(/^[a-z][a-z-]*-(?=\d)/, ""));
}
const BY_MAJOR = /* @__PURE__ */ new Set([
	"debian",
	"redhat",
	"centos",
	"rocky",
	"alma",
	"oracle",
	"amazon"
]);
function releaseName(family, name) {
	return `${family} ${(BY_MAJOR.has(family) ? /^\d+/ : /^\d+(?:\.\d+)?/).exec(name)?.[0] ?? name}`.trim();
}

// src/domain/change/beyond-scanner.ts
function beyondScanner(earlier, scan, matched) {
	const others = earlier.filter(({ kind, opinions }) => kind === "vulnerability" && opinions !== void 0);
	if (others.length === 0) return [];
	const passes = sameFinding(lastingIdentity);
	const unmatched = pair(others, matched, passes).gone;
	const { fresh: left } = pair(matched, scan.findings, passes);
	const present = new Set(pair(unmatched, left, passes).pairs.values());
	const installed = new Set(scan.packages.map((each) => subjectOf(each).key));
	const asked = scannersOf(scan);
	return unmatched.filter((finding) => {
		const { package: about, opinions = [] } = finding;
		const isInstalled = about !== void 0 && installed.has(subjectOf(about).key);
		const isAsked = opinions.some(({ scanner }) => asked.includes(scanner));
		return present.has(finding) || !isInstalled || !isAsked;
	});
}

// src/baseline/match.ts
async function matchBaseline(match, scans, world) {
	const { stored, judged, name } = match;
	checkPlatform(stored.platform, judged, name);
	const { contents, earlier = [] } = stored;
	const isPlaced = judged.scan.packages.some(({ system, path }) => system !== true && path !== void 0);
	const withoutPaths = stored.withoutPaths === true || judged.target.kind === "sbom" && !isPlaced;
	const own = kindsOf(judged.scan.provenance.scanners);
	if ("reference" in contents) {
		const fromRegistry = (target) => scans.rescan(target, { imageSource: ["remote"] });
		const { reference } = contents;
		const scan = await scanned({
			kind: "image",
			input: reference,
			platform: judged.target.platform ?? judged.scan.artifact.platform,
			label: `${reference} (baseline)`
		}, match, fromRegistry, world);
		checkPlatform(scan.artifact.platform, judged, name);
		const { packages, findings, provenance } = scan;
		const kinds = common(own, kindsOf(provenance.scanners));
		return {
			source: sourceOf({
				...match,
				stored: {
					...stored,
					platform: scan.artifact.platform
				}
			}, world),
			packages,
			findings,
			kinds
		};
	}
	const kinds = common(own, stored.kinds);
	const scan = kinds.has("vulnerability") ? await matchedPackages(match, scans, world) : void 0;
	const matched = (scan?.findings ?? []).filter((finding) => finding.kind === "vulnerability");
	const others = earlier.filter((finding) => finding.kind !== "vulnerability");
	const beyond = beyondScanner(earlier, judged.scan, matched);
	return {
		source: sourceOf(match, world, [gapNote(stored, scan)]),
		packages: "packages" in contents ? contents.packages : scan?.packages ?? [],
		findings: [
			...matched,
			...beyond,
			...others
		],
		earlier: stored.earlier,
		unsettled: stored.unsettled,
		blind: stored.blind,
		kinds,
		withoutPaths
	};
}
function gapNote({ contents }, scan) {
	const gaps = "sbom" in contents ? scan?.coverage?.gaps ?? [] : [];
	if (gaps.length === 0) return void 0;
	return `It was not completely scanned, so some findings may seem to be new: ${listSome(gaps, MOST_GAPS, {
		show: (gap) => gap.what,
		clauses: true
	})}.`;
}
const MOST_GAPS = 3;
function common(a, b) {
	return new Set([...a].filter((kind) => b.has(kind)));
}
function checkPlatform(platform, { scan }, name) {
	const wanted = scan.artifact.platform;
	if (platform === void 0 || wanted === void 0 || platformMatches(wanted, platform)) return;
	throw baselinePlatform(name, platform, wanted);
}
const NO_PLATFORM = "Its platform is unknown: if it is another one, the comparison is meaningless.";
function sourceOf({ stored, judged, name }, { log }, more = []) {
	const { names, platform } = stored;
	const isUnknown = platform === void 0 && judged.scan.artifact.platform !== void 0;
	const notes = [
		...stored.source.notes ?? [],
		...more,
		isUnknown ? NO_PLATFORM : void 0
	].filter((note) => note !== void 0);
	const source = {
		...stored.source,
		platform,
		...notes.length > 0 && { notes }
	};
	if (names.length === 0 || isSameImage(names, judged)) return source;
	const image = source.image ?? names[0] ?? "";
	log.warning(baselineOtherImage(name, image, judged.target.label).message);
	return {
		...source,
		notes: [...notes, `It is from another image: ${image}.`]
	};
}
async function matchedPackages(match, { rescan, lookUp }, world) {
	const { contents } = match.stored;
	if ("reference" in contents) throw new TypeError("an image has no list");
	const target = {
		kind: "sbom",
		input: "baseline.cdx.json",
		label: "the baseline"
	};
	if ("packages" in contents) {
		if (contents.packages.length === 0) return void 0;
		const listed = unscanned(contents.packages, contents.os, target.label);
		if (lookUp === void 0) throw baselineUnavailable(match.name, "the scanner cannot be asked about packages", "Name an image.", void 0);
		return await scanned(target, match, () => lookUp(target, listed), world);
	}
	const folder = mkdtempSync(join(world.runFolder, "baseline-"));
	using _ = removedAtEnd(folder);
	const file = join(folder, target.input);
	writeFileSync(file, contents.sbom, { mode: 384 });
	return await scanned({
		...target,
		input: file
	}, match, rescan, world);
}
async function scanned(target, match, rescan, { signal }) {
	const { name, judged } = match;
	try {
		return await rescan(target);
	} catch (cause) {
		if (signal.aborted || !(cause instanceof GateError)) throw cause;
		if (cause.code !== "platform-mismatch") throw baselineUnavailable(name, `[${cause.code}] ${cause.what}`, cause.remedy, cause);
		const wanted = target.platform ?? judged.scan.artifact.platform ?? "one";
		throw baselinePlatform(name, "another platform", wanted);
	}
}

// src/baseline/given.ts
function earlierReport({ stored, judged, name }, world) {
	const { by, contents, earlier } = stored;
	const { scan } = judged;
	if (!("packages" in contents) || earlier === void 0 || by === void 0) return none("the baseline is not one");
	const [was, is] = [by.scanner, scan.provenance.scanner];
	if (was !== is) return none(`the baseline is one by ${was} and not by ${is}: scanners name packages differently`);
	checkPlatform(stored.platform, judged, name);
	const isListed = contents.packages.length > 0 && scan.packages.length > 0;
	const since = Date.parse(by.databaseUpdatedAt ?? by.scannedAt ?? "");
	const packages = isListed ? contents.packages : [];
	const kinds = common(kindsOf(scan.provenance.scanners), stored.kinds);
	const source = sourceOf({
		stored,
		judged,
		name
	}, world);
	const before = {
		...stored,
		source,
		packages,
		findings: earlier,
		earlier,
		kinds
	};
	const { changeOf, fixed } = compare(scan.findings, before);
	const hadThen = placesIn(contents.packages, earlier);
	const hasNow = placesIn(scan.packages, scan.findings);
	const withdrawn = new Set(fixed.filter(hasNow));
	const disclosed = scan.findings.filter((each) => changeOf(each) === "new" && Date.parse(each.publishedAt ?? "") > since && hadThen(each));
	const notes = [
		...source.notes ?? [],
		...Number.isNaN(since) ? [UNDATED] : [],
		...isListed ? [] : ["It lists no packages: a finding that is gone may have been withdrawn."]
	];
	const findings = [...earlier.filter((each) => !withdrawn.has(each)), ...disclosed];
	return {
		...before,
		source: {
			...source,
			...notes.length > 0 && { notes }
		},
		findings
	};
}
const UNDATED = "It has no date, so an advisory that was published since then seems to be new.";
function none(why) {
	return { none: `a given report is compared with an earlier report by the same scanner, and ${why}` };
}
function placesIn(packages, findings) {
	const keyOf = (about, path = "") => {
		const { key, isSystem } = subjectOf(about);
		return isSystem ? key : `${key}\n${path}`;
	};
	const places = /* @__PURE__ */ new Set([...packages.map((each) => keyOf(each, each.path)), ...findings.flatMap(({ package: about, path }) => about === void 0 ? [] : [keyOf(about, path)])]);
	return ({ package: about, path }) => about !== void 0 && about.version !== "" && places.has(keyOf(about, path));
}

// src/baseline/compare-targets.ts
async function compareTargets(source, { outcomes, rescan, lookUp }, world) {
	const { given: baseline, automatic } = source;
	const comparisons = /* @__PURE__ */ new Map();
	if (baseline === "none") return {
		outcomes,
		comparisons
	};
	const isAutomatic = baseline === "auto";
	const name = isAutomatic ? "The default branch's report" : `The baseline ${JSON.stringify(baseline)}`;
	let found;
	const find = () => {
		found ??= isAutomatic ? automatic() : findNamed(source, world);
		return found;
	};
	const comparisonOf = async (judged) => {
		if (!isAutomatic && isBaselineFile(baseline)) await find();
		const why = incomparable(judged, baseline);
		if (why !== void 0) return {
			none: why,
			quiet: isAutomatic
		};
		const isGiven = judged.target.kind === GIVEN_REPORT;
		if (!isGiven && rescan === void 0) return {
			none: "nothing was scanned",
			quiet: isAutomatic
		};
		const stored = (await find())(judged);
		if ("none" in stored) return stored;
		const match = {
			stored,
			judged,
			name
		};
		const matched = isGiven ? earlierReport(match, world) : await matchBaseline(match, {
			rescan,
			lookUp
		}, world);
		return "none" in matched ? matched : comparedWith(judged.scan, matched);
	};
	const one = async (outcome) => {
		if ("error" in outcome) return outcome;
		try {
			comparisons.set(outcome.target, await comparisonOf(outcome));
			return outcome;
		} catch (thrown) {
			if (world.signal.aborted) throw thrown;
			if (!isAutomatic) return {
				target: outcome.target,
				error: errorOf(thrown)
			};
			const { what } = asGateError(thrown);
			world.log.warning(new GateError("baseline-unused", `There is no baseline: ${what}`, "The verdict is valid without it. See Image Gate's docs/baseline.md for what a baseline needs.").message);
			comparisons.set(outcome.target, {
				none: what,
				trouble: true
			});
			return outcome;
		}
	};
	const compared = [];
	for (const outcome of outcomes) compared.push(await one(outcome));
	return {
		outcomes: compared,
		comparisons
	};
}
function comparedWith(scan, baseline) {
	const unseen = unseenIn(scan, baseline);
	const compared = withUnseen(compare(scan.findings, baseline), unseen);
	if (!baseline.withoutPaths) return {
		...compared,
		packages: packageChanges(scan, baseline, unseen.package)
	};
	const given = new Map(baseline.packages.map((each) => [inPlainWords(each), each]));
	const before = {
		packages: [...given.keys()],
		findings: baseline.findings.map(findingInPlainWords)
	};
	const now = {
		packages: scan.packages.map(inPlainWords),
		findings: scan.findings.map(findingInPlainWords)
	};
	return {
		...compared,
		packages: packageChanges(now, before, (each) => unseen.package(given.get(each) ?? each))
	};
}
function changesOf(comparisons) {
	const compared = [...comparisons].flatMap(([target, each]) => "none" in each ? [] : [[target, each]]);
	return {
		changes: new Map(compared.map(([target, { changeOf }]) => [target, changeOf])),
		unsettled: new Map(compared.map(([target, { unsettled }]) => [target, unsettled]))
	};
}
function incomparable({ target }, baseline) {
	if (baseline === "auto" || target.kind === "image" || isBaselineFile(baseline)) return void 0;
	return target.kind === "trivy-report" ? "a given report is compared with an earlier report by the same scanner, and the baseline is an image" : "the baseline is an image, and this target is not";
}
async function findNamed({ given: baseline, file, reports }, world) {
	if (isBaselineFile(baseline)) {
		const { baselineIn } = await import("./baseline.read-file.entry.js");
		const { bytes } = file ?? { bytes: readGivenFile({
			what: "baseline",
			path: baseline
		}, world) };
		if (bytes !== void 0) return baselineIn(bytes, baseline, await reports());
		return () => ({
			none: `the branch that sets the rules has no file ${baseline} yet`,
			trouble: true
		});
	}
	if (existsSync(resolve(world.workspace, baseline))) throw new GateError("baseline-ambiguous", `\`baseline\` ${JSON.stringify(baseline)} is an image reference, and the workspace has a file of that name`, "The proposed change may have added it, to choose its own baseline. Remove the file; to name it as the baseline, write `./` in front.");
	return () => ({
		source: {
			kind: "image",
			given: baseline,
			image: baseline
		},
		names: [baseline],
		contents: { reference: baseline },
		kinds: /* @__PURE__ */ new Set()
	});
}

export { automaticBaseline, changesOf, compareTargets };
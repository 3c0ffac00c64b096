import { DEFAULT_POLICY, GIVEN_REPORT, GIVEN_REPORT_NAME, accessOf, countSeverities, dayOf, defaultName, isDigest, isSbomFormat, namedFiles, namedRegistry, parseReference, perSeverity, readGivenFile, readersOfNamed, registryHost, removedAtEnd, reportReaders, repositoryName, statusOf, targetsOf } from "./shared.answer.js";
import { choiceNotes, claimNotes, judge, platformInIndex, repeatedKey, unconfirmedTagNotes } from "./shared.domain.js";
import { progressLine } from "./shared.render.js";
import { showDescriptions } from "./shared.reports.js";
import { GateError, asGateError, cancelled, isObject, mkdirSync, mkdtempSync, rmSync, tryOr, writeFileSync } from "./shared.start.js";
import { atMost } from "./system.pool.js";
import { release } from "./system.used-buffers.js";
import { givenDocument, readerOf, requireMatch } from "./scan.given-reports.js";
import { obtain, outcomeOf, sayEnds, scanEach, settled, thisMachine } from "./scan.obtain.js";
import { locateTarget, requireName, resolveTargets, withOpinions } from "./scan.targets.js";
import { addCommands, beginWeighing, loadPolicy, planUpgrades, withChanges } from "./steps.plan-upgrades.js";
import { ruleSource } from "./steps.rule-source.js";
import { background } from "./system.background.js";
import { chosenScanner, usable } from "./actions.chosen-scanner.js";
import { basename, dirname, join } from "node:path";
import { setImmediate as setImmediate$1 } from "node:timers/promises";

// src/reports/sboms.ts
const AT_A_TIME = 2;
function beginSboms(planned, maker, world) {
	const wanted = planned.flatMap(({ format, path, target }, index) => isSbomFormat(format) ? [{
		format,
		path,
		target,
		index
	}] : []);
	if (wanted.length === 0) return void 0;
	const stop = new AbortController();
	const signal = AbortSignal.any([world.signal, stop.signal]);
	const folder = join(world.runFolder, "sboms");
	const files = /* @__PURE__ */ new Map();
	const inTurn = atMost(AT_A_TIME);
	let making;
	async function made(format, packages, output) {
		making ??= maker(signal);
		await (await making).make({
			format,
			packages,
			output
		}, {
			...world,
			signal
		});
		return output;
	}
	return {
		take(target, report) {
			const ofTarget = wanted.filter((each) => each.target === target);
			if (ofTarget[0] === void 0) return;
			const packages = join(folder, `packages-${ofTarget[0].index}.json`);
			const written = (async () => writePackages(packages, report, target, world))();
			for (const { format, path, index } of ofTarget) {
				const file = inTurn(() => written.then(() => made(format, packages, join(folder, `sbom-${index}.json`))));
				files.set(path, file);
				file.catch(() => {});
			}
		},
		async fileOf(report) {
			const file = files.get(report.path);
			if (file === void 0) throw notScanned(report);
			return file;
		},
		async end() {
			stop.abort();
			await Promise.allSettled(files.values());
		}
	};
}
function writePackages(file, report, target, { log }) {
	mkdirSync(dirname(file), {
		recursive: true,
		mode: 448
	});
	writeFileSync(file, report.packages(target), { mode: 384 });
	if (target.kind !== "trivy-report" || report.listsPackages) return;
	const what = `The ${GIVEN_REPORT_NAME} ${JSON.stringify(target.input)} lists no packages, so its SBOM has hardly anything in it`;
	log.warning(new GateError("sbom-empty", what, "Make the report without `--list-all-pkgs=false`.").message);
}
function notScanned({ format }) {
	return new GateError("sbom-not-made", `There is nothing to make the ${format} report of`, "The verdict stands.");
}

// src/scan/looked-into.ts
async function requireLookedInto(scan, { kind, input }, { how, location }) {
	if (how !== "folder" || !isPassedOver(scan) || statusOf(location)?.isFile() !== true || await isLockFile(location)) return scan;
	throw new GateError("path-not-read", `\`${kind}\` ${JSON.stringify(input)} is a file in which the scanner found nothing that it knows`, "Name a lock file by its usual name, or the folder that it lies in. An SBOM, an image and a scanner's report are targets of their own kinds: `sbom`, `image` and `scan-report`. Only for secrets can any text be searched: leave the others out of `scanners`.");
}
const IN_ANY_TEXT = /* @__PURE__ */ new Set(["Secrets", "Licences"]);
function isPassedOver({ findings, packages, coverage, provenance: { scanners = [] } }) {
	if (findings.length > 0 || packages.length > 0 || coverage === void 0) return false;
	const asksPackages = scanners.includes("vuln") || scanners.includes("license");
	return coverage.rows.every(({ subject, status }) => status === "nothing-there" || status === "not-asked" || asksPackages && IN_ANY_TEXT.has(subject));
}
async function isLockFile(path) {
	const { kindsOf } = await import("./images.layers.inventory.kinds.entry.js");
	const name = basename(path);
	return name.includes("lock") && kindsOf(name).includes("lock-file");
}

// src/domain/foreign/json-documents.ts
const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = /* @__PURE__ */ new Set([123, 91]);
const CLOSE = /* @__PURE__ */ new Set([125, 93]);
const SPACE = 32;
const MOST = 1e3;
function jsonDocuments(bytes) {
	const parts = [];
	for (let at = afterSpace(bytes, 0); at < bytes.length; at = afterSpace(bytes, at)) {
		const end = OPEN.has(bytes[at]) ? endOfNested(bytes, at) : endOfWord(bytes, at);
		if (end === void 0 || parts.length === MOST) return void 0;
		parts.push(bytes.subarray(at, end));
		at = end;
	}
	return parts;
}
function afterSpace(bytes, from) {
	let at = from;
	while (at < bytes.length && bytes[at] <= SPACE) at++;
	return at;
}
function endOfWord(bytes, from) {
	if (bytes[from] === QUOTE) return endOfString(bytes, from);
	let at = from + 1;
	while (at < bytes.length && bytes[at] > SPACE && !OPEN.has(bytes[at])) at++;
	return at;
}
function endOfNested(bytes, from) {
	let depth = 0;
	for (let at = from; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === QUOTE) {
			const end = endOfString(bytes, at);
			if (end === void 0) return void 0;
			at = end - 1;
		} else if (OPEN.has(byte)) depth++;
		else if (CLOSE.has(byte) && --depth === 0) return at + 1;
	}
}
function endOfString(bytes, from) {
	for (let at = from + 1; at < bytes.length; at++) if (bytes[at] === BACKSLASH) at++;
	else if (bytes[at] === QUOTE) return at + 1;
}

// src/scan/scan-report.ts
const MAX_BYTES = 5e8;
function readScanReport(target, { reports, maxAge, ...options }, world) {
	const parts = partsOf(withoutMark(readGivenFile({
		what: "scan report",
		path: target.input,
		maxBytes: MAX_BYTES
	}, world)));
	const reader = parts.length === 1 ? ownerOf(parts[0], reports) : ownerOfAll(parts, reports);
	const asked = target.as === void 0 ? void 0 : parseReference(target.as)?.digest;
	const { part, isNamed } = partAbout(asked, parts, reader);
	if (reader !== reports[0] && repeatedKey(part.bytes, part.value) !== void 0) throw ambiguous(reader);
	const scan = withDigests(reader.given(part, target, options), reader, part.value);
	requireYoung(scan, maxAge, reader, world.now());
	return asked === void 0 || isNamed ? scan : withNote(scan, NOT_NAMED);
}
function withDigests(scan, reader, document) {
	const digests = reader.digests?.(document) ?? [];
	return digests.length === 0 ? scan : {
		...scan,
		artifact: {
			...scan.artifact,
			reportedDigests: digests
		}
	};
}
const NOT_NAMED = "The report does not say by digest which image it is about; that it is the named one is the caller's word.";
function withNote(scan, note) {
	return {
		...scan,
		provenance: {
			...scan.provenance,
			notes: [note, ...scan.provenance.notes ?? []]
		}
	};
}
function withoutMark(bytes) {
	return bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191 ? bytes.subarray(3) : bytes;
}
function partsOf(bytes) {
	const whole = parse(bytes);
	if (whole !== void 0) return [whole];
	const parts = (jsonDocuments(bytes) ?? []).map(parse);
	const read = parts.filter((part) => part !== void 0);
	if (read.length > 1 && read.length === parts.length) return read;
	const isEmpty = bytes.toString("latin1", 0, 1024).trim() === "";
	throw new GateError("report-invalid", `The scan report ${isEmpty ? "is empty" : "is not JSON, or only a part of it"}`, "See whether what writes the report ended well, and give the file as the scanner wrote it.");
}
function parse(bytes) {
	return tryOr(() => ({
		bytes,
		value: JSON.parse(bytes.toString("utf8"))
	}), void 0);
}
function ownerOf({ value }, reports) {
	const reader = readerOf(value, reports);
	if (reader !== void 0) return reader;
	if (value === null) throw new GateError("report-unfinished", "The scan report is `null`: its scanner has no report on the image", FAILED);
	if (isObject(value) && (value.bomFormat === "CycloneDX" || typeof value.spdxVersion === "string")) throw new GateError("report-unsupported", "The scan report is an SBOM, which lists packages and not what was found", "Name it in `sbom`, so that it is scanned.");
	if (isObject(value) && "verdict" in value && Array.isArray(value.targets)) throw new GateError("report-unsupported", "The scan report is one of Image Gate's own, which has a verdict already", "Give the scanner's report that lies beside it. `image-gate policy test` judges this one by another policy.");
	throw new GateError("report-unsupported", "The scan report is none that is known", `Known are, by their content: ${reports.map(({ madeBy }) => madeBy).join("; ")}.`);
}
function ownerOfAll(parts, reports) {
	const filled = parts.filter(({ value }) => value !== null);
	const owners = new Set((filled.length === 0 ? parts : filled).map((part) => ownerOf(part, reports)));
	const [owner] = owners;
	if (owner === void 0 || owners.size > 1 || !owner.severalInFile) throw new GateError("report-unsupported", `The scan report has ${parts.length} documents one after the other, as no known scanner writes them`, "Give each report a file and a line of its own.");
	if (filled.length < parts.length) throw new GateError("report-unfinished", `One of the documents in the report of ${owner.name} is \`null\`: it has no report on one of the images`, FAILED);
	return owner;
}
const FAILED = "See in the scanner's own log why it failed on an image, and make the report again.";
function partAbout(asked, parts, reader) {
	const digests = parts.map(({ value }) => reader.digests?.(value) ?? []);
	const known = [...new Set(digests.flat())];
	const [part, ...others] = asked === void 0 ? parts : parts.filter((_, index) => digests[index]?.includes(asked));
	if (part !== void 0 && others.length === 0) return {
		part,
		isNamed: asked !== void 0
	};
	if (asked === void 0 || part !== void 0) throw severalDocuments(parts.length, known, reader);
	if (known.length > 0) throw ofAnotherImage(asked, known, reader);
	if (parts.length > 1) throw severalDocuments(parts.length, known, reader);
	return {
		part: parts[0],
		isNamed: false
	};
}
const MOST_NAMED = 5;
function severalDocuments(count, digests, { name }) {
	const named = digests.length === 0 ? "" : `, on ${listed(digests)}`;
	return new GateError("report-not-chosen", `The file has ${count} reports of ${name}${named}, and its line does not say which one is meant`, "Each image is judged alone: give each a line with its digest, such as `reports.json as ghcr.io/acme/app@sha256:…`.");
}
function ofAnotherImage(asked, known, { name }) {
	return new GateError("report-of-another-image", `The report of ${name} is about ${listed(known)}, and not about ${asked}`, "Make the report of the image by its digest in the registry: of a tar or a local image, a scanner may name another digest. An index has other digests than its images.");
}
function listed(digests) {
	return `${digests.slice(0, MOST_NAMED).map((each) => JSON.stringify(each.slice(0, 80)).slice(1, -1)).join(", ")}${digests.length > MOST_NAMED ? `, and ${digests.length - MOST_NAMED} more` : ""}`;
}
function ambiguous({ name }) {
	return new GateError("report-ambiguous", `The report of ${name} has a key twice in one object, so that not every program reads the same in it`, "No scanner writes such a report: make it again, and find out what has changed it.");
}
function ofAnotherScanner({ name }, { name: own }) {
	return new GateError("report-unsupported", `The ${own} report is one of ${name}`, "Name it in `scan-report`, which takes the reports of every scanner that is known.");
}
const AHEAD_MS = 36e5;
function requireYoung({ provenance }, maxAge, { name }, now) {
	if (maxAge === void 0) return;
	const dates = [[
		"when it was made",
		"it was made",
		provenance.scannedAt
	], [
		"how old its vulnerability database is",
		"its vulnerability database was built",
		provenance.databaseUpdatedAt
	]];
	for (const [unknown, what, text] of dates) {
		const time = text === void 0 ? NaN : Date.parse(text);
		if (Number.isNaN(time) || time > now.getTime() + AHEAD_MS) throw new GateError("report-age-unknown", `The report of ${name} does not say ${unknown}${Number.isNaN(time) ? "" : ", as its date lies ahead"}: \`max-report-age\` cannot be promised`, "Give a report that says both (Grype's does), scan the image here, or leave `max-report-age` out.");
		if (now.getTime() - time > maxAge) throw new GateError("report-too-old", `The report of ${name} is older than \`max-report-age\` allows: ${what} on ${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`, "Make it again with a new database, or raise `max-report-age`.");
	}
}

// src/scan/scan-targets.ts
async function scanTargets(targets, scanning, world) {
	const { scanner } = scanning;
	const fileOf = reportFiles(targets, scanning, world);
	const asked = targets.flatMap((target) => [target, ...target.opinions ?? []]);
	const learnt = await obtain(asked, [(open) => readReports(open.filter(isReport), scanning, world), (open) => scanOpen(open, scanning, fileOf, world)]);
	const outcomes = await withOneOpinion(asked.map((target) => ({
		target,
		...outcomeOf(target, learnt)
	})), scanning);
	const scanned = outcomes.filter((outcome) => "scan" in outcome && !isReport(outcome.target));
	const reportFileOf = new Map(scanned.map(({ target }) => [target, fileOf(target)]));
	const found = {
		outcomes,
		reportFiles: [...reportFileOf.values()],
		reportFileOf
	};
	if (scanner === void 0 || scanner instanceof GateError) return found;
	const { databaseUpdatedAt, checkVersions } = scanner;
	const check = checkVersions && ((questions) => checkVersions(questions, world));
	return {
		...found,
		databaseUpdatedAt,
		rescan: rescanWith(scanner, world),
		checkVersions: check
	};
}
async function withOneOpinion(outcomes, { opinionRules }) {
	if (outcomes.length < 2 || !outcomes.some(({ target }) => isReport(target))) return outcomes;
	const { mergeOutcomes } = await import("./scan.merge-outcomes.js");
	return mergeOutcomes(outcomes, opinionRules);
}
function reportFiles(targets, { scanner }, { runFolder }) {
	const name = scanner === void 0 || scanner instanceof GateError ? "report" : `${scanner.name.toLowerCase()}-report`;
	return (target) => join(runFolder, targets.length === 1 ? `${name}.json` : `${name}-${targets.indexOf(target) + 1}.json`);
}
async function readReports(targets, scanning, world) {
	const found = /* @__PURE__ */ new Map();
	if (targets.length === 0) return found;
	const reading = {
		...scanning,
		reports: await scanning.reports()
	};
	for (const target of targets) {
		found.set(target, { outcome: await settled(async () => ({ scan: readGivenReport(target, reading, world) }), world) });
		await setImmediate$1();
		if (world.signal.aborted) throw cancelled();
	}
	return found;
}
async function scanOpen(targets, scanning, fileOf, world) {
	const { scanner, machine = thisMachine(), progress } = scanning;
	if (scanner === void 0) return /* @__PURE__ */ new Map();
	const say = sayEnds(targets.length, progress, world.log);
	const ask = async (target, act, { log }) => {
		const began = performance.now();
		const outcome = await settled(async () => ({ scan: await act() }), world);
		say({
			label: target.label,
			outcome,
			began
		}, log);
		return { outcome };
	};
	if (scanner instanceof GateError) {
		const found = /* @__PURE__ */ new Map();
		for (const target of targets) found.set(target, await ask(target, () => Promise.reject(scanner), world));
		return found;
	}
	const scan = (target, { session, memory }, own) => {
		const options = {
			reportFile: fileOf(target),
			memory,
			onReport: showing(target, scanning)
		};
		const look = async () => {
			const located = locateTarget(target, world);
			return await requireLookedInto(await session.scan(target, located, options, own), target, located);
		};
		return ask(target, look, own);
	};
	return scanEach(targets, {
		scanner,
		machine
	}, scan, world).catch((why) => {
		for (const target of targets) rmSync(fileOf(target), { force: true });
		throw why;
	});
}
function readGivenReport(target, { reports, descriptions, ...scanning }, world) {
	requireName(target, true);
	requireMatch(target);
	const options = {
		descriptions,
		onReport: showing(target, scanning)
	};
	if (target.anyScanner) return readScanReport(target, {
		...options,
		reports,
		maxAge: scanning.maxReportAge
	}, world);
	const document = givenDocument(readGivenFile({
		what: GIVEN_REPORT_NAME,
		path: target.input
	}, world), reports[0]);
	const reader = readerOf(document.value, reports) ?? reports[0];
	if (reader !== reports[0]) throw ofAnotherScanner(reader, reports[0]);
	const scan = withDigests(reader.given(document, target, options), reader, document.value);
	release(document.bytes);
	requireYoung(scan, scanning.maxReportAge, reader, world.now());
	return scan;
}
function showing(target, { onReport }) {
	return onReport && ((report) => onReport(target, report));
}
function isReport({ kind }) {
	return kind === GIVEN_REPORT;
}
function rescanWith(scanner, world) {
	const session = scanner.session(join(world.runFolder, "compared-cache"));
	return async (target, { list, ...options } = {}) => {
		const located = options.anonymous ? strangersImage(target) : locateTarget(target, world);
		const folder = mkdtempSync(join(world.runFolder, "rescan-"));
		using _ = removedAtEnd(folder);
		const isList = located.how === "sbom";
		const reportFile = join(folder, "report.json");
		if (list !== void 0 && scanner.matchListed !== void 0) return await scanner.matchListed(target, listedEarlier(target, list), { reportFile }, world);
		return await session.scan(target, located, {
			...options,
			isList,
			reportFile
		}, world);
	};
}
function listedEarlier({ label }, { packages, os }) {
	return {
		artifact: {
			names: [label],
			os,
			packages: packages.length
		},
		packages,
		layers: [],
		findings: [],
		suppressed: 0,
		provenance: {
			scanner: "an earlier run",
			source: "an earlier run's list of packages"
		}
	};
}
function strangersImage({ input, platform }) {
	return {
		how: "reference",
		location: input,
		platform
	};
}

// src/domain/image/attack-surface.ts
const KNOWN = [
	{
		group: "shells",
		kind: "system",
		match: /^(?:bash|dash|zsh|ksh|mksh|ksh93|fish|tcsh|csh|posh|yash|oksh|loksh|ash)$/
	},
	{
		group: "shells",
		kind: "system",
		name: "busybox",
		match: /^busybox(?:-(?:static|binsh))?$/
	},
	{
		group: "shells",
		kind: "system",
		name: "toybox",
		match: /^toybox$/
	},
	{
		group: "shells",
		kind: "system",
		name: "powershell",
		match: /^powershell(?:-lts)?$/
	},
	{
		group: "compilers",
		kind: "system",
		name: "gcc",
		match: /^gcc(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?$/
	},
	{
		group: "compilers",
		kind: "system",
		name: "g++",
		match: /^(?:g\+\+(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?|gcc\d*-c\+\+)$/
	},
	{
		group: "compilers",
		kind: "system",
		name: "clang",
		match: /^clang(?:-?\d+(?:\.\d+)*)?$/
	},
	{
		group: "compilers",
		kind: "system",
		name: "go",
		match: /^(?:go(?:-?\d+(?:\.\d+)*)?|golang(?:-\d+\.\d+)?(?:-go|-bin)?)$/
	},
	{
		group: "compilers",
		kind: "system",
		name: "rustc",
		match: /^(?:rustc(?:-\d+(?:\.\d+)*)?|rust(?:-?\d+(?:\.\d+)*)?)$/
	},
	{
		group: "compilers",
		kind: "system",
		name: "tcc",
		match: /^tcc$/
	},
	{
		group: "compilers",
		kind: "system",
		name: "javac",
		match: /^(?:openjdk-?\d+-jdk(?:-headless)?|java-[\w.]+-openjdk-devel)$/
	},
	{
		group: "packageManagers",
		kind: "system",
		match: /^(?:apt|aptitude|dpkg|dnf|dnf5|microdnf|yum|rpm|zypper|pacman|opkg|tdnf)$/
	},
	{
		group: "packageManagers",
		kind: "system",
		name: "apk",
		match: /^apk-tools$/
	},
	{
		group: "packageManagers",
		kind: "system",
		name: "pip",
		match: /^(?:python3?(?:\.?\d)*-pip|py3-pip|py3\.\d+-pip)$/
	},
	{
		group: "packageManagers",
		kind: "system",
		match: /^(?:npm|composer|cargo|yarn)$/
	},
	{
		group: "packageManagers",
		kind: "system",
		name: "npm",
		match: /^nodejs-npm$/
	},
	{
		group: "packageManagers",
		kind: "system",
		name: "gem",
		match: /^(?:rubygems|ruby-rubygems)$/
	},
	{
		group: "packageManagers",
		kind: "language",
		match: /^(?:pip|npm|yarn|pnpm)$/
	},
	{
		group: "packageManagers",
		kind: "language",
		name: "composer",
		match: /^composer\/composer$/
	}
];
const SYSTEM = /^pkg:(?:deb|apk|rpm|alpm|opkg|qpkg)\//;
function attackSurface({ packages }) {
	if (!packages.some((each) => kindOf(each) === "system")) return void 0;
	const found = {
		shells: /* @__PURE__ */ new Set(),
		compilers: /* @__PURE__ */ new Set(),
		packageManagers: /* @__PURE__ */ new Set()
	};
	for (const each of packages) {
		const known = KNOWN.find(({ kind, match }) => kind === kindOf(each) && match.test(each.name));
		if (known !== void 0) found[known.group].add(known.name ?? each.name);
	}
	return {
		shells: [...found.shells].sort(),
		compilers: [...found.compilers].sort(),
		packageManagers: [...found.packageManagers].sort()
	};
}
function kindOf({ purl = "" }) {
	return SYSTEM.test(purl) ? "system" : "language";
}

// src/domain/image/base-image.ts
function isBelow(base, layers) {
	return base.length > 0 && base.every((diffId, index) => diffId === layers[index]);
}
function originFinder(scan, baseLayers) {
	if (baseLayers === 0) return () => void 0;
	const base = new Set(scan.layers.slice(0, baseLayers));
	let places;
	const placeOf = ({ package: found, path }) => {
		if (found === void 0) return void 0;
		places ??= new Map(scan.packages.flatMap((each) => each.diffId ? [[placeKey(each), each.diffId]] : []));
		return places.get(placeKey({
			name: found.name,
			path
		}));
	};
	return (finding) => {
		const diffId = finding.layer?.diffId ?? placeOf(finding);
		return base.has(diffId) ? "base" : "own";
	};
}
function placeKey({ name, path }) {
	return `${name}\0${path ?? ""}`;
}
function countOrigins(findings, originOf) {
	const counts = {
		base: perSeverity(() => 0),
		own: perSeverity(() => 0)
	};
	for (const finding of findings) counts[originOf(finding) ?? "own"][finding.severity] += 1;
	return counts;
}
function compareBases(base, newer) {
	const had = new Set(base.map(sameness));
	const has = new Set(newer.map(sameness));
	return {
		clears: base.filter((finding) => !has.has(sameness(finding))).length,
		of: base.length,
		brings: newer.filter((finding) => !had.has(sameness(finding))).length,
		lacks: (finding) => !has.has(sameness(finding))
	};
}
function sameness({ kind, id, package: found, path }) {
	return `${kind}\0${id}\0${found?.name ?? path ?? ""}`;
}
const SAME = .5;
function olderBaseLayers(image, current) {
	const [best] = [image.build?.baseLayers ?? 0, current.layers.length].filter((length) => length > 0 && length <= image.layers.length).map((length) => ({
		length,
		likeness: likenessOfRecipes(image, length, current)
	})).sort((a, b) => b.likeness - a.likeness);
	if (best === void 0 || best.likeness < SAME || !samePackages(image, best.length, current)) return void 0;
	return best.length;
}
function likenessOfRecipes(image, length, current) {
	const older = image.build?.instructions.slice(0, length) ?? [];
	const newer = current.build?.instructions ?? [];
	return older.filter((each, index) => each !== void 0 && shape(each) === shape(newer[index] ?? "")).length / Math.max(older.length, newer.length, 1);
}
function shape(instruction) {
	return instruction.toLowerCase().replace(/[0-9a-f]{12,}|\d+/g, "#").replace(/\s+/g, " ");
}
function samePackages(image, length, current) {
	const layers = new Set(image.layers.slice(0, length));
	const older = namesOf(image.packages.filter(({ diffId }) => diffId !== void 0 && layers.has(diffId)));
	const newer = namesOf(current.packages);
	const both = [...older].filter((name) => newer.has(name)).length;
	const all = older.size + newer.size - both;
	return both >= SAME * all;
}
function namesOf(packages) {
	return new Set(packages.map(({ type, name }) => `${type}\0${name}`));
}

// src/base-image/search.ts
const WITHOUT_LOGIN = " What only the image itself names is asked for without a login: name it by `base-image` to use the login of this machine.";
async function searchBase(reference, image, ask) {
	const { tagged, pinned, anonymous } = reference;
	const today = tagged === void 0 ? void 0 : await attempt(ask(tagged, anonymous));
	const current = today?.scan;
	if (current !== void 0 && isBelow(current.layers, image.layers)) return {
		reference,
		layers: current.layers.length,
		inUse: current,
		newer: await newerInRegistry(reference, current, ask)
	};
	let failure = today?.failure;
	for (const version of pinned) {
		const { scan, failure: why } = await attempt(ask(version, anonymous));
		if (scan !== void 0 && isBelow(scan.layers, image.layers)) return {
			reference,
			layers: scan.layers.length,
			inUse: scan,
			newer: current
		};
		failure ??= scan === void 0 ? why : void 0;
	}
	const layers = current && olderBaseLayers(image, current);
	if (layers !== void 0) return {
		reference,
		layers,
		newer: current
	};
	return current === void 0 && failure !== void 0 ? `The base image could not be scanned: ${failure}.${anonymous ? WITHOUT_LOGIN : ""}` : `The base image ${JSON.stringify(reference.shown)} is not below this image: their first layers are not the same, and it does not look like a newer version of its base.`;
}
async function newerInRegistry({ tagged, registryToo }, local, ask) {
	const { provenance, artifact } = local;
	if (!(provenance.source?.startsWith("the local ") === true && artifact.referenceDigest !== void 0) || !registryToo || tagged === void 0) return void 0;
	const { scan } = await attempt(ask(tagged, true));
	if (scan === void 0 || olderBaseLayers(local, scan) === void 0) return void 0;
	return scan.layers.join() === local.layers.join() ? void 0 : scan;
}
async function attempt(scan) {
	try {
		return { scan: await scan };
	} catch (thrown) {
		const { code, what } = asGateError(thrown);
		if (code === "run-cancelled") throw thrown;
		return { failure: what };
	}
}
function inputReference(input, { build }, permission) {
	const registryToo = !permission.offline && asksRegistries(permission);
	const parts = parseReference(input);
	if (parts === void 0) return {
		found: "input",
		shown: input,
		tagged: input,
		pinned: [],
		anonymous: false,
		registryToo
	};
	const { name, tag, digest } = parts;
	return {
		found: "input",
		shown: tag === void 0 && digest !== void 0 ? input : tagOnly(name, tag),
		tagged: tag === void 0 && digest !== void 0 ? void 0 : tagOnly(name, tag),
		pinned: pinnedTo(name, [digest, build?.baseDigest]),
		anonymous: false,
		registryToo
	};
}
function annotatedReference(target, scan, permission, world) {
	const text = scan.build?.baseName?.trim();
	if (!text) return void 0;
	const parts = parseReference(text);
	if (parts === void 0) return "What the image's annotations name as its base is not an image reference, and is not asked for.";
	if (!mayBeAsked(registryHost(parts.name), ownRegistry(target, scan, world), permission)) return `The image's annotations name ${JSON.stringify(text)} as its base; a registry that only an image names is not asked. Name the base by \`base-image\` to have it compared.`;
	const name = repositoryName(parts.name);
	return {
		found: "annotation",
		shown: parts.tag === void 0 && parts.digest !== void 0 ? text : tagOnly(parts.name, parts.tag),
		tagged: parts.tag === void 0 && parts.digest !== void 0 ? void 0 : tagOnly(name, parts.tag ?? "latest"),
		pinned: pinnedTo(name, [parts.digest, scan.build?.baseDigest]),
		anonymous: true,
		registryToo: false
	};
}
function mayBeAsked(host, own, permission) {
	const { baseImage, offline } = permission;
	if (!asksRegistries(permission)) return false;
	if (host === own) return true;
	const named = baseImage === void 0 ? void 0 : parseReference(baseImage)?.name;
	return !offline && named !== void 0 && host === registryHost(named);
}
function asksRegistries({ imageSource }) {
	return imageSource.length === 0 || imageSource.includes("remote");
}
function ownRegistry(target, scan, world) {
	if (target.kind !== "image" || !isReference(target, world)) return void 0;
	return scan.artifact.referenceDigest !== void 0 ? registryHost(target.input) : namedRegistry(target.input);
}
function isReference(target, world) {
	return tryOr(() => locateTarget(target, world).how === "reference", false);
}
function tagOnly(name, tag) {
	return tag === void 0 ? name : `${name}:${tag}`;
}
function pinnedTo(name, digests) {
	return [...new Set(digests.filter((each) => each !== void 0 && isDigest(each)))].map((each) => `${name}@${each}`);
}

// src/base-image/find-bases.ts
async function findBases(outcomes, settings, world) {
	const rescan = settings.rescan && scanOnce(settings.rescan);
	const reports = /* @__PURE__ */ new Map();
	const origins = /* @__PURE__ */ new Map();
	const said = /* @__PURE__ */ new Set();
	for (const outcome of outcomes) {
		if ("error" in outcome || outcome.scan.layers.length === 0) continue;
		const { target, scan } = outcome;
		const report = await reportOn(target, scan, {
			...settings,
			rescan
		}, world);
		for (const warning of warningsOf(target, report)) {
			if (!said.has(warning)) world.log.warning(warning);
			said.add(warning);
		}
		if (isEmpty(report)) continue;
		reports.set(target, report);
		origins.set(target, originFinder(scan, report.layers));
	}
	return {
		reports,
		origins
	};
}
function scanOnce(rescan) {
	const scans = /* @__PURE__ */ new Map();
	return (target, options = {}) => {
		const key = `${target.input}\0${target.platform ?? ""}\0${options.anonymous === true}`;
		const scan = scans.get(key) ?? rescan(target, options);
		scans.set(key, scan);
		return scan;
	};
}
async function reportOn(target, scan, settings, world) {
	const { rescan } = settings;
	const ask = rescan && ((reference, anonymous) => rescan(imageTarget(reference, platformOf(target, scan)), { anonymous }));
	const { base, problem, note } = await search({
		target,
		scan
	}, ask, settings, world);
	const layers = base?.layers ?? scan.build?.baseLayers ?? 0;
	const originOf = originFinder(scan, layers);
	const findings = scan.findings.filter((each) => originOf(each) === "base");
	return {
		...base === void 0 ? byHistory(scan, layers) : named(base, scan),
		layers,
		counts: layers === 0 ? void 0 : countOrigins(scan.findings, originOf),
		newer: base?.newer && newerOf(base.reference.shown, findings, base.newer, world.now()),
		candidates: await candidatesOf(settings.candidates, ask),
		problem,
		note
	};
}
async function search({ target, scan }, ask, settings, world) {
	const { baseImage } = settings;
	if (ask === void 0) return baseImage === void 0 ? {} : { problem: "`base-image` needs a scan, and this run only judges reports that were given." };
	const asked = baseImage === void 0 ? void 0 : await searchBase(inputReference(baseImage, scan, settings), scan, ask);
	if (typeof asked === "object") return { base: asked };
	const annotated = annotatedReference(target, scan, settings, world);
	if (typeof annotated !== "object") return {
		problem: asked,
		note: asked === void 0 ? annotated : void 0
	};
	const found = await searchBase(annotated, scan, ask);
	return typeof found === "object" ? {
		base: found,
		problem: asked
	} : { problem: asked ?? found };
}
function platformOf(target, { artifact }) {
	return platformInIndex(target.platform ?? artifact.platform);
}
function imageTarget(reference, platform) {
	return {
		kind: "image",
		input: reference,
		platform,
		label: reference
	};
}
function named({ reference, inUse }, scan) {
	return {
		found: reference.found,
		reference: reference.shown,
		digest: inUse?.artifact.digest ?? digestOf(scan),
		inUse: inUse && figuresOf(reference.shown, inUse)
	};
}
function byHistory(scan, layers) {
	return layers === 0 ? {} : {
		found: "history",
		digest: digestOf(scan)
	};
}
function digestOf({ build }) {
	const digest = build?.baseDigest;
	return digest !== void 0 && isDigest(digest) ? digest : void 0;
}
function newerOf(reference, base, newer, now) {
	const { digest, createdAt } = newer.artifact;
	return {
		reference,
		digest,
		ageDays: ageInDays(createdAt, now),
		...compareBases(base, newer.findings)
	};
}
const DAY_MS = 864e5;
const FIRST_IMAGES = Date.parse("2013-01-01T00:00:00Z");
function ageInDays(createdAt, now) {
	const time = Date.parse(createdAt ?? "");
	return time >= FIRST_IMAGES && time <= now.getTime() ? Math.floor((now.getTime() - time) / DAY_MS) : void 0;
}
async function candidatesOf(references, ask) {
	const candidates = [];
	for (const reference of new Set(references)) try {
		const scan = await ask?.(reference, false);
		candidates.push(scan === void 0 ? {
			reference,
			problem: "this run has no scanner"
		} : figuresOf(reference, scan));
	} catch (thrown) {
		const { code, what } = asGateError(thrown);
		if (code === "run-cancelled") throw thrown;
		candidates.push({
			reference,
			problem: what
		});
	}
	return candidates;
}
function figuresOf(reference, scan) {
	return {
		reference,
		findings: countSeverities(scan.findings, ({ severity }) => severity),
		size: scan.artifact.size,
		surface: attackSurface(scan)
	};
}
function warningsOf({ label }, { problem, candidates }) {
	return [...problem === void 0 ? [] : [`${label}: ${problem}`], ...candidates.flatMap((each) => "problem" in each ? [`\`base-image-candidates\`: ${JSON.stringify(each.reference)} is not compared: ${each.problem}.`] : [])];
}
function isEmpty({ layers, candidates, problem, note }) {
	return layers === 0 && candidates.length === 0 && (problem ?? note) === void 0;
}

// src/steps/attribute.ts
async function prepareAttribution(sources, platform, world) {
	const { baseImage, baseImageCandidates: candidates, imageSource, access } = sources;
	const dockerfile = sources.dockerfile === void 0 ? void 0 : await given(sources.dockerfile, world);
	return { async of(scans) {
		const unmatched = [];
		const located = scans.outcomes.map((outcome) => {
			if (dockerfile === void 0 || "error" in outcome) return outcome;
			const { scan, unmatched: why } = dockerfile.locateLayers(outcome.scan, dockerfile.read);
			if (why !== void 0) unmatched.push({
				label: outcome.target.label,
				why
			});
			return {
				...outcome,
				scan
			};
		});
		const asked = {
			baseImage,
			candidates,
			imageSource,
			offline: access.offline,
			rescan: scans.rescan
		};
		const bases = await findBases(located, asked, world);
		const { outcomes, comparisons, changes, unsettled } = await beside({
			...scans,
			outcomes: located
		}, sources, platform, world);
		return {
			outcomes,
			forJudging: {
				changes,
				unsettled,
				origins: bases.origins
			},
			forView: {
				dockerfile: dockerfile && {
					...dockerfile.read,
					unmatched
				},
				bases: bases.reports,
				comparisons
			}
		};
	} };
}
async function given(path, world) {
	const { locateLayers, readDockerfile } = await import("./base-image.dockerfile.js");
	return {
		read: readDockerfile(path, world),
		locateLayers
	};
}
async function beside(scans, { baseline, baselineFile: file, name, access, reports }, platform, world) {
	if (baseline === "none") return { outcomes: scans.outcomes };
	const { automaticBaseline, changesOf, compareTargets } = await import("./baseline.js");
	const { outcomes, comparisons } = await compareTargets({
		given: baseline,
		automatic: automaticBaseline({
			name,
			access,
			platform
		}, world),
		file,
		reports
	}, scans, world);
	return {
		outcomes,
		comparisons,
		...changesOf(comparisons)
	};
}

// src/actions/gate/decide.ts
async function* decide(inputs, now, platform, world) {
	await using work = background(world.signal);
	const { imageSource, offline, timeout: timeoutMs, limits, ignoreUnfixed } = inputs;
	const targets = await findTargets(inputs, world);
	yield { targets };
	const bringing = needsScanner(targets) ? await import("./actions.gate.bring-images.js") : void 0;
	await using images = bringing?.imageAcquirer({
		imageSource,
		offline,
		timeoutMs,
		isKept: inputs.cache
	}, world);
	const reports = await planFiles(inputs, targets, platform, world);
	yield { reports };
	const cache = inputs.cache && !offline ? await platform.sharedCache?.() : void 0;
	yield { cache };
	const chosen = chosenScanner(inputs);
	const install = (signal) => chosen.install(cache, {
		...world,
		signal
	});
	const installing = work.begin(async (signal) => needsScanner(targets) ? install(signal) : void 0);
	const rules = yield* loadRules(inputs, now, platform, world);
	if (images !== void 0) bringing?.acquireFirst(targets, images, world);
	const { policy } = rules.policy;
	const weighing = await beginWeighing(policy, {
		...rules,
		offline,
		cache
	}, world);
	const name = typedName(inputs, targets, platform.change);
	const sources = {
		...inputs,
		baselineFile: rules.baseline,
		name,
		access: accessOf(inputs),
		reports: reportReaders
	};
	const attribution = await prepareAttribution(sources, platform, world);
	const installed = await installing.catch((thrown) => withoutScanner(thrown, targets, world));
	const sboms = reports && beginSboms(reports, sbomMaker(installed, install), world);
	yield { sboms };
	const descriptions = showDescriptions(inputs, platform.defaultReports?.lines);
	const onImages = (scanner) => images && bringing ? bringing.onAcquiredImages(scanner, images) : scanner;
	const means = {
		targets,
		cache,
		sboms,
		work,
		onImages,
		chosen,
		policy
	};
	const scans = await scan(installed, {
		...inputs,
		descriptions
	}, means, world);
	yield { scans };
	const { outcomes, forJudging, forView } = await attribution.of(scans);
	const weights = await weighing.about(outcomes);
	const settings = {
		policy,
		limits,
		ignoreUnfixed,
		today: dayOf(now),
		...forJudging,
		...weights
	};
	const verdict = judge(outcomes, settings);
	const weighed = withChanges(rules.policy, weighing.changes(), weighing.notes());
	const nameNotes = [
		...claimNotes(outcomes, policy),
		...unconfirmedTagNotes(outcomes, policy),
		...choiceNotes(outcomes, policy)
	];
	yield {
		policy: weighed.policy,
		around: {
			...forView,
			notes: [
				...rules.notes,
				...weighed.notes,
				...nameNotes
			]
		}
	};
	const planning = {
		settings,
		weigh: weighing.about,
		check: scans.checkVersions,
		bases: forView.bases
	};
	const planned = await addCommands(await planUpgrades(verdict, planning, world), world);
	if (verdict.answer !== "error" && inputs.baseline !== "none" && !offline) yield { keptAs: name };
	return planned;
}
async function findTargets(inputs, world) {
	const named = targetsOf(inputs);
	const { imageSource } = inputs;
	const locate = (target) => locateTarget(target, world);
	const targets = resolveTargets(named, await readersOfNamed(named), world);
	if (!targets.some(({ everyPlatform }) => everyPlatform)) return withOpinions(targets);
	const { expandPlatforms } = await import("./actions.gate.bring-images.js");
	return withOpinions(await expandPlatforms(targets, {
		imageSource,
		locate
	}, world));
}
async function* loadRules(inputs, now, platform, world) {
	const source = ruleSource(inputs.policyFrom, accessOf(inputs), platform);
	const policy = await loadPolicy(inputs.policy, source, dayOf(now), world);
	yield { policy };
	const rules = await ruleFiles(inputs, source, policy, world);
	yield { policy: rules.policy };
	return rules;
}
function sbomMaker(installed, install) {
	return async (signal) => (installed ? usable(installed) : await install(signal)).sboms;
}
async function scan(installed, inputs, { targets, cache, sboms, work, onImages, chosen, policy }, world) {
	const { descriptions } = inputs;
	const onStarted = () => warmUp(chosen);
	const { severityFrom, trustedReports, agreement, optionalScanners: optional } = policy;
	const rules = {
		severityFrom,
		trustedReports,
		agreement,
		optional,
		asked: inputs.scanners
	};
	const settings = {
		...inputs,
		cache,
		onStarted,
		rules
	};
	const own = installed && await readyToScan(installed, settings, work, world).catch((thrown) => withoutScanner(thrown, targets, world));
	const scanning = {
		scanner: own === void 0 || own instanceof GateError ? own : onImages(own),
		reports: reportReaders,
		maxReportAge: inputs.maxReportAge,
		descriptions,
		onReport: sboms?.take,
		progress: progressLine,
		opinionRules: rules
	};
	const scannerVersions = installed instanceof GateError ? void 0 : installed?.versions;
	return {
		...await scanTargets(targets, scanning, world),
		scannerVersions
	};
}
async function planFiles({ reports }, targets, { defaultReports }, world) {
	if (reports.length === 0 && defaultReports === void 0) return void 0;
	const { planWithDefaults } = await import("./reports.js");
	const read = [
		...targets.map(({ input }) => input),
		DEFAULT_POLICY,
		...namedFiles(world.env)
	];
	return planWithDefaults({
		lines: reports,
		defaults: defaultReports
	}, targets, world, read);
}
function warmUp(chosen) {
	setImmediate(() => {
		for (const loading of [...chosen.warmUp(), import("./render.documents.js")]) loading?.catch(() => {});
	});
}
function needsScanner(targets) {
	return targets.some((target) => target.kind !== GIVEN_REPORT);
}
async function ruleFiles({ vex, baseline }, source, policy, world) {
	if (vex.length === 0 && ["auto", "none"].includes(baseline)) return {
		vex: [],
		baseline: void 0,
		notes: [],
		policy
	};
	const { loadRuleFiles } = await import("./steps.rule-files.entry.js");
	const files = await loadRuleFiles({
		vex,
		baseline
	}, source, policy.policy, world);
	return {
		...files,
		...withChanges(policy, files.changes, files.notes)
	};
}
function typedName({ name }, targets, { commits }) {
	const named = targets.map((target) => ({ target }));
	return name ?? defaultName(named, commits);
}
function withoutScanner(thrown, targets, { signal }) {
	if (signal.aborted || targets.every((target) => target.kind !== "trivy-report")) throw thrown;
	return asGateError(thrown);
}
async function readyToScan(installed, settings, work, world) {
	return usable(installed).ready(settings, work, world);
}

export { decide };
import { ADVICE_MS, DEFAULT_POLICY, GIVEN_REPORT, GIVEN_REPORT_NAME, accessOf, dayOf, defaultName, isSbomFormat, namedFiles, progressLine, readersOfNamed, reportReaders, targetsOf } from "./shared.answer.js";
import { checkedBy, choiceNotes, claimNotes, judge, unconfirmedTagNotes } from "./shared.domain.js";
import { showDescriptions } from "./shared.reports.js";
import { GateError, asGateError, cancelled, mkdirSync, mkdtempSync, rmSync, tryOr, writeFileSync } from "./shared.thread.js";
import { atMost } from "./system.pool.js";
import { readGivenFile, removedAtEnd, statusOf } from "./shared.start.js";
import { knownDocument } from "./scan.known-documents.js";
import { sayEnds, settled } from "./scan.outcomes.js";
import { givenDocument, readGivenReport } from "./scan.scan-report.js";
import { locateTarget, resolveTargets, whereIs, withOpinions } from "./scan.targets.js";
import { scanEach, thisMachine } from "./scan.workers.js";
import { countSeverities, isDigest, namedRegistry, parseReference, perSeverity, registryHost, repositoryName } from "./shared.names.js";
import { beginWeighing, loadPolicy, planUpgrades, withChanges } from "./steps.plan-upgrades.js";
import { ruleSource } from "./steps.rule-source.js";
import { background } from "./system.background.js";
import { chosenScanner, usable } from "./actions.chosen-scanner.js";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

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

// src/scan/scan-targets.ts
async function scanTargets(targets, scanning, world) {
	const { scanner } = scanning;
	const fileOf = reportFiles(targets, scanning, world);
	const asked = targets.flatMap((target) => [target, ...target.opinions ?? []]);
	const others = asked.filter((target) => !isReport(target));
	const lost = notLocated(others, world);
	const found = new Map([
		...await readReports(asked.filter(isReport), scanning, world),
		...lost,
		...await scanOpen(others.filter((target) => !lost.has(target)), scanning, fileOf, world)
	]);
	const outcomes = await withOneOpinion(asked.map((target) => ({
		target,
		...outcomeOf(target, found)
	})), scanning);
	const scanned = outcomes.filter((outcome) => "scan" in outcome && !isReport(outcome.target));
	const reportFileOf = new Map(scanned.map(({ target }) => [target, fileOf(target)]));
	const answers = {
		outcomes,
		reportFiles: [...reportFileOf.values()],
		reportFileOf
	};
	if (scanner === void 0 || scanner instanceof GateError) return answers;
	const { databaseUpdatedAt, match, askAll = askedAlone(scanner) } = scanner;
	return {
		...answers,
		databaseUpdatedAt,
		rescan: rescanWith(scanner, world),
		match: match && ((lists) => match(lists, { timeoutMs: 2e4 }, world)),
		lookUp: askAll && ((target, listed) => askAll(target, listed, world))
	};
}
function outcomeOf(target, found) {
	const outcome = found.get(target);
	if (outcome === void 0) throw new TypeError("a scan needs a scanner");
	return outcome;
}
function askedAlone(scanner) {
	if (scanner.match === void 0) return void 0;
	return async (target, listed, world) => {
		const { askAbout } = await import("./scan.several.several-scanners.js");
		return askAbout(scanner, {
			target,
			listed
		}, world);
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
	const reports = await scanning.reports();
	const { maxReportAge: maxAge, descriptions } = scanning;
	for (const target of targets) {
		const reading = {
			reports,
			maxAge,
			descriptions,
			onReport: showing(target, scanning)
		};
		found.set(target, await settled(async () => ({ scan: readGivenReport(target, reading, world) }), world));
		await setImmediate();
		if (world.signal.aborted) throw cancelled();
	}
	return found;
}
function notLocated(targets, world) {
	return new Map(targets.flatMap((target) => {
		const located = whereIs(target, world);
		return "error" in located ? [[target, located]] : [];
	}));
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
		return outcome;
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
			const scanned = session.scan(target, located, options, own).catch(insteadOf(target, scanning, world));
			return await requireLookedInto(await scanned, target, located);
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
function insteadOf(target, { reports }, world) {
	return async (thrown) => {
		if (!(thrown instanceof GateError && thrown.code === "sbom-unreadable" && target.kind === "sbom")) throw thrown;
		const { value } = givenDocument(readGivenFile({
			what: "SBOM",
			path: target.input
		}, world));
		const known = knownDocument(value, await reports());
		if (known.kind !== "report") throw thrown;
		throw new GateError("sbom-unreadable", `${target.label} is a report of ${known.reader.name}, and not an SBOM`, "Name it in `scan-report`, which judges the findings in it, or give an SBOM.", { cause: thrown });
	};
}
function showing(target, { onReport }) {
	return onReport && ((report) => onReport(target, report));
}
function isReport({ kind }) {
	return kind === GIVEN_REPORT;
}
function rescanWith(scanner, world) {
	const session = scanner.session(join(world.runFolder, "compared-cache"));
	return async (target, options = {}) => {
		const located = options.anonymous ? strangersImage(target) : locateTarget(target, world);
		const folder = mkdtempSync(join(world.runFolder, "rescan-"));
		using _ = removedAtEnd(folder);
		return await session.scan(target, located, {
			...options,
			reportFile: join(folder, "report.json")
		}, world);
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
const SYSTEM = {
	shells: [
		[/^(?:bash|dash|zsh|ksh|mksh|ksh93|fish|tcsh|csh|posh|yash|oksh|loksh|ash)$/],
		[/^busybox(?:-(?:static|binsh))?$/, "busybox"],
		[/^toybox$/],
		[/^powershell(?:-lts)?$/, "powershell"]
	],
	compilers: [
		[/^gcc(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?$/, "gcc"],
		[/^(?:g\+\+(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?|gcc\d*-c\+\+)$/, "g++"],
		[/^clang(?:-?\d+(?:\.\d+)*)?$/, "clang"],
		[/^(?:go(?:-?\d+(?:\.\d+)*)?|golang(?:-\d+\.\d+)?(?:-go|-bin)?)$/, "go"],
		[/^(?:rustc(?:-\d+(?:\.\d+)*)?|rust(?:-?\d+(?:\.\d+)*)?)$/, "rustc"],
		[/^tcc$/],
		[/^(?:openjdk-?\d+-jdk(?:-headless)?|java-[\w.]+-openjdk-devel)$/, "javac"]
	],
	packageManagers: [
		[/^(?:apt|aptitude|dpkg|dnf|dnf5|microdnf|yum|rpm|zypper|pacman|opkg|tdnf|npm|composer|cargo|yarn)$/],
		[/^apk-tools$/, "apk"],
		[/^(?:python3?(?:\.?\d)*-pip|py3-pip|py3\.\d+-pip)$/, "pip"],
		[/^nodejs-npm$/, "npm"],
		[/^(?:rubygems|ruby-rubygems)$/, "gem"]
	]
};
const LANGUAGES = [[/^(?:pip|npm|yarn|pnpm)$/], [/^composer\/composer$/, "composer"]];
const SYSTEM_PURL = /^pkg:(?:deb|apk|rpm|alpm|opkg|qpkg)\//;
function attackSurface({ packages }) {
	const [system, others] = [true, false].map((is) => packages.filter(({ purl = "" }) => SYSTEM_PURL.test(purl) === is));
	if (system === void 0 || system.length === 0) return void 0;
	return {
		shells: namesIn(system, SYSTEM.shells),
		compilers: namesIn(system, SYSTEM.compilers),
		packageManagers: [.../* @__PURE__ */ new Set([...namesIn(system, SYSTEM.packageManagers), ...namesIn(others ?? [], LANGUAGES)])].sort()
	};
}
function namesIn(packages, known) {
	const found = packages.flatMap(({ name }) => {
		const [match, shown = name] = known.find(([pattern]) => pattern.test(name)) ?? [];
		return match === void 0 ? [] : [shown];
	});
	return [...new Set(found)].sort();
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
	const common = {
		found: "input",
		anonymous: false,
		registryToo
	};
	if (parts === void 0) return {
		...common,
		shown: input,
		tagged: input,
		pinned: []
	};
	const { name, tag, digest } = parts;
	const tagged = tag === void 0 && digest !== void 0 ? void 0 : tagOnly(name, tag);
	return {
		...common,
		shown: tagged ?? input,
		tagged,
		pinned: pinnedTo(name, [digest, build?.baseDigest])
	};
}
function annotatedReference(target, scan, permission, world) {
	const text = scan.build?.baseName?.trim();
	if (!text) return void 0;
	const parts = parseReference(text);
	if (parts === void 0) return "What the image's annotations name as its base is not an image reference, and is not asked for.";
	if (!mayBeAsked(registryHost(parts.name), ownRegistry(target, scan, world), permission)) return `The image's annotations name ${JSON.stringify(text)} as its base; a registry that only an image names is not asked. Name the base by \`base-image\` to have it compared.`;
	const name = repositoryName(parts.name);
	const { tag, digest } = parts;
	const isPinned = tag === void 0 && digest !== void 0;
	return {
		found: "annotation",
		shown: isPinned ? text : tagOnly(parts.name, tag),
		tagged: isPinned ? void 0 : tagOnly(name, tag ?? "latest"),
		pinned: pinnedTo(name, [digest, scan.build?.baseDigest]),
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
	const ownWord = scan.build?.baseDigest;
	const digest = base?.inUse?.artifact.digest ?? (isDigest(ownWord ?? "") ? ownWord : void 0);
	const shown = base?.reference.shown ?? "";
	return {
		...layers > 0 && {
			found: base?.reference.found ?? "history",
			digest
		},
		...base && {
			reference: shown,
			inUse: base.inUse && figuresOf(shown, base.inUse)
		},
		layers,
		counts: layers === 0 ? void 0 : countOrigins(scan.findings, originOf),
		newer: base?.newer && newerOf(shown, findings, base.newer, world.now()),
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
	return target.platform ?? artifact.platform;
}
function imageTarget(reference, platform) {
	return {
		kind: "image",
		input: reference,
		platform,
		label: reference
	};
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
	for (const reference of new Set(references)) {
		const { scan, failure = "this run has no scanner" } = ask ? await attempt(ask(reference, false)) : {};
		candidates.push(scan === void 0 ? {
			reference,
			problem: failure
		} : figuresOf(reference, scan));
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
	const failed = candidates.flatMap((each) => "problem" in each ? [each] : []);
	return [...problem === void 0 ? [] : [`${label}: ${problem}`], ...failed.map((each) => `\`base-image-candidates\`: ${JSON.stringify(each.reference)} is not compared: ${each.problem}.`)];
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
async function decide(inputs, run, platform, world) {
	await using work = background(world.signal);
	const { imageSource, offline, timeout: timeoutMs, limits, ignoreUnfixed } = inputs;
	const targets = await findTargets(inputs, world);
	run.targets = targets;
	const isScanned = needsScanner(targets, world);
	const bringing = isScanned ? await import("./actions.gate.bring-images.js") : void 0;
	await using images = bringing?.imageAcquirer({
		imageSource,
		offline,
		timeoutMs,
		isKept: inputs.cache
	}, world);
	const reports = await planFiles(inputs, targets, platform, world);
	run.reports = reports;
	const cache = inputs.cache && !offline ? await platform.sharedCache?.() : void 0;
	run.cache = cache;
	const chosen = chosenScanner(inputs);
	const install = (signal) => chosen.install(cache, {
		...world,
		signal
	});
	const installing = work.begin(async (signal) => isScanned ? install(signal) : void 0);
	const rules = await loadRules(inputs, run, platform, world);
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
	run.sboms = sboms;
	const descriptions = showDescriptions(inputs, platform.defaultReports?.lines);
	const onImages = (scanner) => images && bringing ? bringing.onAcquiredImages(scanner, images) : scanner;
	const means = {
		targets,
		cache,
		sboms,
		work,
		onImages,
		policy
	};
	const scans = await scan(installed, {
		...inputs,
		descriptions
	}, means, world);
	run.scans = scans;
	const { outcomes, forJudging, forView } = await attribution.of(scans);
	const weights = await weighing.about(outcomes);
	const settings = {
		policy,
		limits,
		ignoreUnfixed,
		today: dayOf(run.now),
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
	run.policy = weighed.policy;
	run.around = {
		...forView,
		notes: [
			...rules.notes,
			...weighed.notes,
			...nameNotes
		]
	};
	const planning = {
		settings,
		weigh: weighing.about,
		check: scans.match && checkedBy(scans.match),
		bases: forView.bases
	};
	const planned = await planUpgrades(verdict, planning, world);
	if (verdict.answer !== "error" && inputs.baseline !== "none" && !offline) run.keptAs = name;
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
async function loadRules(inputs, run, platform, world) {
	const source = ruleSource(inputs.policyFrom, accessOf(inputs), platform);
	const policy = await loadPolicy(inputs.policy, source, dayOf(run.now), world);
	run.policy = policy;
	const rules = await ruleFiles(inputs, source, policy, world);
	run.policy = rules.policy;
	return rules;
}
function sbomMaker(installed, install) {
	return async (signal) => (installed ? usable(installed) : await install(signal)).sboms;
}
async function scan(installed, inputs, { targets, cache, sboms, work, onImages, policy }, world) {
	const { descriptions } = inputs;
	const { severityFrom, agreement, optionalScanners: optional } = policy;
	const rules = {
		severityFrom,
		agreement,
		optional,
		asked: inputs.scanners
	};
	const settings = {
		...inputs,
		cache,
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
function needsScanner(targets, world) {
	return targets.some((target) => target.kind !== "trivy-report" && !("error" in whereIs(target, world)));
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
		baseline,
		readers: reportReaders
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
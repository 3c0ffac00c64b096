import { asGateError, tryOr } from "./shared.thread.js";
import { countSeverities, isDigest, namedRegistry, parseReference, perSeverity, registryHost, repositoryName } from "./shared.names.js";
import { locateTarget, withChanges } from "./shared.scan.js";
import { dayOf, unique } from "./shared.inputs.js";
import { choiceNotes, claimNotes, unconfirmedTagNotes } from "./shared.domain.js";
import { checkedBy, decisionsOf, judge, judgeAnswers, makePlan, questionsOf, withCommands } from "./shared.answer.js";

// src/steps/plan-upgrades.ts
const NO_SCANNER = "no scanner with a vulnerability database was at hand";
const TOO_MANY = "there are more versions than one run checks";
async function planUpgrades(verdict, sources, { log }) {
	const { bases } = sources;
	const failed = verdict.targets.filter((target) => target.answer === "fail");
	if (failed.length === 0) return verdict;
	try {
		const open = failed.map((target) => ({
			target,
			decisions: decisionsOf(target, bases?.get(target.target))
		}));
		const found = await checked(open, sources).catch((thrown) => asGateError(thrown).what);
		if (typeof found === "string") log.debug(`The fix plan is unproven: ${found}.`);
		const plans = /* @__PURE__ */ new Map();
		for (const { target, decisions } of open) {
			const facts = typeof found === "string" ? { unproven: found } : {
				checked: found.get(target),
				unproven: TOO_MANY
			};
			const plan = makePlan(target, {
				base: bases?.get(target.target),
				decisions,
				...facts
			});
			plans.set(target, {
				...target,
				plan: withCommands(plan, target.scan.packages)
			});
		}
		return {
			...verdict,
			targets: verdict.targets.map((target) => plans.get(target) ?? target)
		};
	} catch (thrown) {
		log.debug(`No fix plan: ${String(thrown)}`);
		return verdict;
	}
}
async function checked(open, { settings, weigh, check }) {
	if (open.some(({ decisions }) => decisions.some(({ versions }) => versions.length > 0)) && check === void 0) return NO_SCANNER;
	const asked = questionsOf(open);
	const questions = asked.flat().map(({ question }) => question);
	if (questions.length === 0 || check === void 0) return new Map(open.map(({ target }) => [target, /* @__PURE__ */ new Map()]));
	const answers = (await check(questions)).values();
	const answered = open.map(({ target }, index) => {
		return {
			target,
			own: asked[index]?.map((one) => ({
				...one,
				answer: answers.next().value
			})) ?? []
		};
	});
	const hypothetical = answered.map(({ target: { target, scan }, own }) => {
		return {
			target,
			scan: {
				...scan,
				findings: own.flatMap(({ answer }) => answer ?? [])
			}
		};
	});
	const all = {
		...settings,
		...await weigh(hypothetical)
	};
	return new Map(answered.map(({ target, own }) => [target, judgeAnswers(target, own, all)]));
}

// src/steps/judge-scans.ts
async function judgeScans(outcomes, { rules, run, inputs: { limits, ignoreUnfixed }, known, match, bases }, world) {
	const { weighing } = rules;
	const { policy } = rules.policy;
	const weights = await weighing.about(outcomes);
	const settings = {
		policy,
		limits,
		ignoreUnfixed,
		today: dayOf(run.now),
		...known,
		...weights
	};
	const verdict = judge(outcomes, settings);
	const weighed = withChanges(rules.policy, weighing.changes(), weighing.notes());
	run.policy = weighed.policy;
	const notes = [
		...rules.notes,
		...weighed.notes,
		...unconfirmedTagNotes(outcomes, policy),
		...choiceNotes(outcomes, policy)
	];
	const planning = {
		settings,
		weigh: weighing.about,
		check: match && checkedBy(match),
		bases
	};
	return {
		verdict: await planUpgrades(verdict, planning, world),
		notes
	};
}

// src/actions/gate/judge-scans.ts
async function judgeAttributed({ outcomes, forJudging, forView }, judging, world) {
	const means = {
		...judging,
		known: forJudging,
		bases: forView.bases
	};
	const { verdict, notes } = await judgeScans(outcomes, means, world);
	judging.run.around = {
		...forView,
		notes: [...notes, ...claimNotes(outcomes, judging.rules.policy.policy)]
	};
	return verdict;
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
	const system = packages.filter(({ purl = "" }) => SYSTEM_PURL.test(purl));
	if (system.length === 0) return void 0;
	return {
		shells: namesIn(system, SYSTEM.shells),
		compilers: namesIn(system, SYSTEM.compilers),
		packageManagers: unique([...namesIn(system, SYSTEM.packageManagers), ...namesIn(packages, LANGUAGES)]).sort()
	};
}
function namesIn(packages, known) {
	const found = packages.flatMap(({ name }) => {
		const [match, shown = name] = known.find(([pattern]) => pattern.test(name)) ?? [];
		return match === void 0 ? [] : [shown];
	});
	return unique(found).sort();
}

// src/domain/image/base-image.ts
function isBelow(base, layers) {
	return base.length > 0 && base.every((diffId, index) => diffId === layers[index]);
}
function originFinder(scan, baseLayers) {
	if (baseLayers === 0) return () => void 0;
	const base = new Set(scan.layers.slice(0, baseLayers));
	return ({ layer }) => layer !== void 0 && base.has(layer.diffId) ? "base" : "own";
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
const WITHOUT_LOGIN = " A reference that only the image itself names is requested without a login: set `base-image` to use the login of this machine.";
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
	if (parts === void 0) return "The base that the image's annotations name is not an image reference, so it is not requested.";
	if (!mayBeAsked(registryHost(parts.name), ownRegistry(target, scan, world), permission)) return `The image's annotations name ${JSON.stringify(text)} as its base; a registry that only an image names is not asked. Name the base with \`base-image\` to compare it.`;
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
	const platform = target.platform ?? scan.artifact.platform;
	const ask = rescan && ((reference, anonymous) => rescan({
		kind: "image",
		input: reference,
		platform,
		label: reference
	}, { anonymous }));
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
	if (ask === void 0) return baseImage === void 0 ? {} : { problem: "`base-image` needs a scan, and this run only judges given reports." };
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

export { findBases, judgeAttributed, judgeScans };
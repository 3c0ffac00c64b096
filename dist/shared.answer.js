import { DEFAULT_POLICY, GIVEN_REPORT, TARGET_KINDS, addDays, addTo, andMore, breaks, codePoint, codedLetters, compareAnswers, counted, countedUnder, dayOf, daysBetween, distinct, exploitWords as exploitWords$1, failing, fallsUnder, isDay, joined as joined$2, judgedAmong, listSome, number, opinionsIn, pathEnd, plain, reasonOf, scannersOf as scannersOf$1, shorten, someLines, unique, visible, wholeNames, worstAnswer } from "./shared.inputs.js";
import { DEFAULT_THRESHOLDS, SEVERITIES, compareCounts, countSeverities, isNamedAsFile, lowerLimit, perSeverity, severityName, severityRank, withoutTag } from "./shared.names.js";
import { clipped, compareDigits, compareDotted, compareEach, comparePieces, compareSemver, compareText, compareWords, errorPage, memoize, missingFirst, oncePer, orderBy } from "./shared.start.js";
import { _enum, array, boolean, int, literal, number as number$1, object, record, string, union } from "./package.zod.js";
import { BREAK, ECOSYSTEMS, MOST_WORK, PURL_ECOSYSTEMS, SYSTEM_ECOSYSTEMS, age, alert, answer, broken, code as code$1, compileGlob, compileImageGlobs, dot, ecosystemOf, ecosystemOfType, exploitRowsOf, fold, folderOf, heading, isEmpty, isFixable, isOnPackage, isWhole, join, leftOut, link, list, listed as listed$1, more, name as name$1, names, needed, note, para, parsePurl, paste, path, plainName, prose, purlKey, purlOfVersion, purlWithoutVersion, pythonName, releaseCovers, say, severity as severity$1, severityList, sizeWords, small, some, strong, table, textLine, textPrinter, unjudgedPlatforms, version as version$2 } from "./shared.scan.js";
import { stripVTControlCharacters } from "node:util";

// src/domain/policy/exception-coverage.ts
function addCoverage(kept, matched, { fixable, today }) {
	const covering = matched.filter((exception) => covers(exception, fixable)).sort(byLastDay);
	const live = covering.filter((exception) => !hasEnded(exception, today));
	const coverage = {
		matched,
		fixable,
		live,
		ended: live.length === 0 ? covering[0] : void 0,
		isOpen: false
	};
	kept.push(coverage);
	return coverage;
}
function covers(exception, fixable) {
	return !(exception.onlyWhileUnfixed && fixable);
}
function hasEnded(exception, today) {
	return exception.expires < today;
}
function byLastDay(a, b) {
	return compareText(b.expires, a.expires);
}
function exceptionUses(policy, today, seen) {
	const byException = /* @__PURE__ */ new Map();
	for (const each of seen.coverages) for (const exception of each.matched) addTo(byException, exception, each);
	return policy.exceptions.map((exception) => {
		const meant = byException.get(exception) ?? [];
		const covered = meant.filter(({ fixable }) => covers(exception, fixable));
		const daysLeft = daysBetween(today, exception.expires);
		const stateOf = () => {
			if (hasEnded(exception, today)) return "ended";
			if (meant.length === 0) return seen.complete && seen.inScope.has(exception) ? "unused" : "elsewhere";
			if (covered.length === 0) return "fixed";
			return daysLeft <= policy.exceptionRules.warnDays ? "ending" : "live";
		};
		const state = stateOf();
		const [overlappedBy] = covered.flatMap(({ live }) => live.slice(0, 1).filter((each) => each !== exception)).sort((a, b) => byLastDay(a, b) || a.line - b.line);
		return {
			exception,
			state,
			matches: state === "fixed" ? meant.length : covered.length,
			open: covered.filter(({ isOpen }) => isOpen).length,
			daysLeft,
			overlappedBy
		};
	});
}

// src/domain/policy/exception-matcher.ts
function compileScopes(exceptions) {
	const matching = compileImageGlobs(exceptions);
	return (artifactNames) => {
		const named = matching(artifactNames).confirmed;
		return exceptions.filter((exception) => exception.images === void 0 || named.has(exception));
	};
}
function matcherOf(inScope) {
	const work = { left: MOST_WORK };
	const byKey = /* @__PURE__ */ new Map();
	const named = new Set(inScope.map(({ id }) => id.toLowerCase()));
	for (const [position, exception] of inScope.entries()) {
		const { package: wanted, paths } = exception;
		const purl = wanted?.startsWith("pkg:") ? parsePurl(wanted) : void 0;
		const scope = {
			exception,
			position,
			purl,
			paths: paths?.map((glob) => compileGlob(glob, work))
		};
		for (const key of keysOf(exception, purl)) addTo(byKey, key, scope);
	}
	return { matches({ id, aliases = [], package: about, path }) {
		if (named.size === 0) return [];
		const ids = [...new Set([id, ...aliases].map((each) => each.toLowerCase()))].filter((each) => named.has(each));
		if (ids.length === 0) return [];
		const found = about?.purl === void 0 ? void 0 : parsePurl(about.purl);
		const keys = [
			"",
			...about ? [nameKey(about)] : [],
			...found ? [`\0${purlKey(found)}`] : []
		];
		return ids.flatMap((each) => keys.flatMap((key) => byKey.get(each + key) ?? [])).filter(({ purl }) => purl === void 0 || found !== void 0 && releaseCovers(purl, found)).filter(({ paths }) => !paths || path !== void 0 && paths.some((isMatch) => isMatch(path))).sort((a, b) => a.position - b.position).map(({ exception }) => exception);
	} };
}
function keysOf({ id, package: wanted }, purl) {
	return (wanted === void 0 ? [""] : !wanted.startsWith("pkg:") ? [nameKey({
		name: wanted,
		type: ""
	}), nameKey({
		name: wanted,
		type: "pypi"
	})] : purl === void 0 ? [] : [`\0${purlKey(purl)}`]).map((end) => id.toLowerCase() + end);
}
function nameKey(about) {
	return ecosystemOf(about) === "pypi" ? `\0\0pypi\0${pythonName(about.name)}` : `\0\0${about.name}`;
}

// src/domain/coverage/gap-codes.ts
const SYSTEM_GAP_CODES = [
	"os-unknown",
	"sbom-os-missing",
	"os-release-unknown",
	"os-mismatch",
	"os-packages-missing",
	"packages-skipped",
	"advisories-replaced"
];
const SYSTEM_GAPS = new Set(SYSTEM_GAP_CODES);
const UNREAD_GAP_CODES = [
	"packages-unaccounted",
	"folder-not-read",
	"sbom-packages-missing",
	"sbom-packages-unread",
	"sbom-packages-unmatched",
	"versions-unreadable",
	"packages-unreadable"
];
const UNREAD_GAPS = new Set(UNREAD_GAP_CODES);
const GAP_CODES = [
	...SYSTEM_GAP_CODES,
	...UNREAD_GAP_CODES,
	"config-unreadable",
	"terraform-not-read",
	"misconfig-nothing-read"
];

// src/domain/coverage/words.ts
const MOST_NAMED = 5;
const LONGEST$6 = 200;
function shortened(text) {
	return clipped(text, LONGEST$6);
}
function someOf(texts) {
	return listSome(texts, MOST_NAMED, { show: shortened });
}
function someGaps(gaps) {
	return listSome(gaps, MOST_NAMED, {
		show: ({ what }) => what,
		clauses: true
	});
}
function systemName({ family, name }) {
	return `${family} ${name}`.trim();
}
function unaccounted(what, advice, path) {
	return {
		code: "packages-unaccounted",
		what,
		...advice,
		path
	};
}

// src/domain/coverage/judge-coverage.ts
function judgeCoverage({ rows, gaps }, inScope, coverages, today) {
	const matcher = matcherOf(inScope);
	const judged = gaps.map((gap) => {
		const matched = matcher.matches({
			id: gap.code,
			path: gap.path
		});
		if (matched.length === 0) return { gap };
		const coverage = addCoverage(coverages, matched, {
			fixable: false,
			today
		});
		const accepted = coverage.live[0];
		if (accepted === void 0) coverage.isOpen = true;
		return {
			gap,
			accepted,
			ended: coverage.ended
		};
	});
	const order = ({ gap }) => GAP_CODES.indexOf(gap.code);
	return {
		rows,
		gaps: judged.sort((a, b) => order(a) - order(b))
	};
}
function gapError({ gaps }, label) {
	const open = gaps.filter(({ accepted }) => accepted === void 0).map(({ gap }) => gap);
	const [first] = open;
	if (first === void 0) return void 0;
	const codes = [...new Set(open.map(({ code }) => code))];
	const remedies = [...new Set(open.map(({ remedy }) => remedy))].join(" ");
	const accept = `To accept it for a time, name ${codes.map((code) => `\`gap: ${code}\``).join(", ")} under \`coverage\` in the policy, with reason and last day.`;
	return {
		code: first.code,
		what: `${label} was not completely scanned: ${someGaps(open)}`,
		remedy: `${remedies} ${accept}`
	};
}

// src/domain/policy/grace.ts
function compileGrace({ graceDays = {} }, today) {
	if (!Object.values(graceDays).some((days) => days > 0)) return void 0;
	return ({ severity, publishedAt }) => {
		const days = graceDays[severity] ?? 0;
		const published = days > 0 && publishedAt !== void 0 ? publicationDay(publishedAt) : void 0;
		if (published === void 0 || published > today) return void 0;
		const from = addDays(published, days);
		return from > today ? from : void 0;
	};
}
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/i;
function publicationDay(text) {
	const day = TIME.exec(text)?.[1];
	if (day === void 0 || !isDay(day)) return void 0;
	const time = Date.parse(text);
	return Number.isNaN(time) ? void 0 : dayOf(new Date(time));
}

// src/domain/judge/sort-findings.ts
const RANK$1 = {
	new: 0,
	"newly-disclosed": 1,
	unchanged: 2
};
function changeRank(change = "unchanged") {
	return RANK$1[change];
}
function sortFindings(findings) {
	const attacked = ({ exploitation }) => exploitation?.kev === void 0 ? 1 : 0;
	return findings.toSorted((one, other) => {
		const [a, b] = [one.finding, other.finding];
		return severityRank(a.severity) - severityRank(b.severity) || attacked(one) - attacked(other) || changeRank(one.change) - changeRank(other.change) || (other.exploitation?.epss ?? 0) - (one.exploitation?.epss ?? 0) || compareText(a.package?.name ?? "", b.package?.name ?? "") || compareText(a.id, b.id) || compareText(a.path ?? "", b.path ?? "");
	});
}

// src/domain/judge/judge.ts
function judge(outcomes, settings) {
	if (outcomes.length === 0) throw new RangeError("There is no target to judge.");
	const bench = benchOf(settings);
	const targets = outcomes.map((outcome) => "error" in outcome ? {
		...outcome,
		answer: "error"
	} : judgeTarget(outcome.target, outcome.scan, bench));
	const answer = worstAnswer(targets.map((target) => target.answer));
	const { coverages, inScope } = bench;
	const { policy, today } = settings;
	const all = {
		...policy,
		exceptions: [...policy.exceptions, ...policy.coverage ?? []]
	};
	const exceptions = exceptionUses(all, today, {
		coverages,
		inScope,
		complete: answer !== "error"
	});
	return {
		answer,
		reason: reasonOf(targets, exceptions),
		targets,
		exceptions
	};
}
function benchOf(settings) {
	const { policy, today } = settings;
	return {
		settings,
		limitsOf: compileLimits(policy, settings.limits),
		exceptionsFor: compileScopes(policy.exceptions),
		acceptancesFor: compileScopes(policy.coverage ?? []),
		ignoreUnfixed: settings.ignoreUnfixed ?? policy.ignoreUnfixed ?? false,
		grace: compileGrace(policy, today),
		coverages: [],
		inScope: /* @__PURE__ */ new Set()
	};
}
function compileLimits(policy, inputs) {
	const matching = compileImageGlobs(policy.targets);
	const limitsBy = (rules) => {
		const position = policy.targets.findIndex((each) => rules.has(each));
		const rule = policy.targets[position];
		const bound = (name, own, common, usual) => {
			if (own !== void 0) return {
				limit: own,
				place: [
					"targets",
					position,
					"thresholds",
					name
				]
			};
			return common === void 0 ? { limit: usual } : {
				limit: common,
				place: ["thresholds", name]
			};
		};
		return {
			...perSeverity((severity) => {
				const [input, usual] = [inputs[severity], DEFAULT_THRESHOLDS[severity]];
				if (input !== void 0) return { limit: input };
				return bound(severityName(severity), rule?.thresholds[severity], policy.thresholds[severity], usual);
			}),
			exploited: bound("exploited", rule?.exploited, policy.exploited, void 0)
		};
	};
	return (artifactNames) => {
		const { all, confirmed } = matching(artifactNames);
		return all === confirmed ? limitsBy(all) : stricter(limitsBy(all), limitsBy(confirmed));
	};
}
function stricter(one, other) {
	const lower = (a, b) => a.limit !== void 0 && lowerLimit(a.limit, b.limit ?? "unlimited") === a.limit ? a : b;
	return {
		...perSeverity((severity) => lower(one[severity], other[severity])),
		exploited: lower(one.exploited, other.exploited)
	};
}
function judgeTarget(target, scan, bench) {
	const { names } = scan.artifact;
	const { settings } = bench;
	const limits = bench.limitsOf(names);
	const exploits = {
		exploited: limits.exploited.limit,
		epss: settings.policy.epss
	};
	const error = missingFor(exploits, settings);
	const coverage = coverageOf$1(scan, names, bench);
	const failure = error ?? (coverage && gapError(coverage, target.label));
	if (failure !== void 0) return {
		answer: "error",
		target,
		error: failure,
		...coverage && { coverage }
	};
	const exceptions = bench.exceptionsFor(names);
	for (const exception of exceptions) bench.inScope.add(exception);
	const matcher = matcherOf(exceptions);
	const known = knownOf(target, scan, settings);
	const findings = sortFindings(scan.findings.map((finding) => judgeFinding(finding, matcher.matches(finding), known, bench)));
	const bySeverity = Map.groupBy(findings, ({ finding }) => finding.severity);
	const rows = SEVERITIES.map((severity) => ({
		severity,
		...countedUnder(limits[severity].limit, bySeverity.get(severity) ?? [])
	}));
	const exploitRows = exploitRowsOf(exploits, findings);
	const isIntroduced = settings.policy.count === "introduced";
	const uncompared = isIntroduced && known.change === void 0;
	const isKnown = (change) => change !== void 0 && change !== "new";
	const due = findings.filter(({ outcome, change }) => isIntroduced && outcome === "open" && isKnown(change)).length;
	return {
		answer: [...rows, ...exploitRows].some((row) => row.broken) ? "fail" : "pass",
		target,
		scan,
		rows,
		...exploitRows.length > 0 && { exploitRows },
		limitedBy: limits,
		...uncompared && { uncompared },
		...due > 0 && { due },
		...coverage && { coverage },
		findings
	};
}
function coverageOf$1({ coverage }, names, bench) {
	if (coverage === void 0) return void 0;
	const acceptances = bench.acceptancesFor(names);
	for (const acceptance of acceptances) bench.inScope.add(acceptance);
	return judgeCoverage(coverage, acceptances, bench.coverages, bench.settings.today);
}
function missingFor(limits, { exploits, missingExploitData = {} }) {
	const need = needed(limits);
	const error = need.kev && missingExploitData.kev || need.epss && missingExploitData.epss || void 0;
	if (error === void 0 && (need.kev || need.epss) && exploits === void 0) throw new RangeError("A limit on exploited findings needs exploit data.");
	return error;
}
function knownOf(target, scan, { changes, unsettled, origins, exploits, vex }) {
	return {
		change: changes?.get(target),
		unsettled: unsettled?.get(target),
		origin: origins?.get(target),
		exploits,
		vex: vex && ((finding) => vex(finding, target, scan))
	};
}
function judgeFinding(finding, matched, known, bench) {
	const exploitation = finding.kind === "vulnerability" ? exploitationOf(finding, known.exploits) : void 0;
	const facts = {
		change: known.change?.(finding),
		origin: known.origin?.(finding),
		exploitation
	};
	const on = {
		fixable: isFixable(finding),
		today: bench.settings.today
	};
	const coverage = matched.length === 0 ? void 0 : addCoverage(bench.coverages, matched, on);
	const live = coverage?.live ?? [];
	const held = {
		finding,
		exceptions: live,
		ended: coverage?.ended,
		...facts
	};
	const vex = known.vex?.(finding);
	if (live.length > 0) return {
		...held,
		outcome: "accepted"
	};
	if (vex !== void 0) return {
		...held,
		outcome: "accepted",
		vex
	};
	if (finding.missedBy !== void 0 && bench.settings.policy.agreement === "all") return {
		...held,
		outcome: "not-counted",
		spared: "not-agreed"
	};
	const rule = exemptedBy(held, matched.length > 0 || known.unsettled?.has(finding) === true, bench);
	if (rule !== void 0) return {
		...held,
		outcome: "not-counted",
		...rule
	};
	if (coverage !== void 0) coverage.isOpen = true;
	return {
		...held,
		outcome: "open"
	};
}
function exploitationOf({ id, aliases, opinions }, exploits) {
	const own = exploits?.(id);
	if (exploits === void 0 || aliases === void 0 && opinions === void 0) return own;
	const others = /* @__PURE__ */ new Set([...aliases ?? [], ...(opinions ?? []).map((each) => each.id)]);
	others.delete(id);
	const known = [own, ...[...others].map(exploits)].filter((each) => each !== void 0);
	if (known.length < 2) return known[0];
	const kev = known.find((each) => each.kev !== void 0)?.kev;
	const scores = known.flatMap(({ epss }) => epss ?? []);
	return {
		...kev && { kev },
		...scores.length > 0 && { epss: Math.max(...scores) }
	};
}
function exemptedBy({ finding, change, exploitation }, isDue, { ignoreUnfixed, grace, settings }) {
	if (exploitation?.kev !== void 0) return void 0;
	const isOld = change !== void 0 && change !== "new" && !isDue;
	if (settings.policy.count === "introduced" && isOld) return { spared: "not-introduced" };
	if (ignoreUnfixed && !isFixable(finding)) return { spared: "unfixed" };
	const countsFrom = graceOf(finding, grace);
	return countsFrom === void 0 ? void 0 : {
		spared: "grace",
		countsFrom
	};
}
function graceOf(finding, grace) {
	const day = grace?.(finding);
	if (day === void 0 || finding.raisedFrom === void 0) return day;
	const own = grace?.({
		...finding,
		severity: finding.raisedFrom
	});
	return own === void 0 || own < day ? own : day;
}

// src/domain/opinions/names.ts
function scannersLine(scan) {
	return namesOf(opinionsIn(scan).map(({ scanner, version = "" }) => `${scanner} ${version}`.trim()));
}
function namesOf(names, word = "and") {
	return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
function isScannerNamed(scanner, name) {
	const [lower, wanted] = [scanner.toLowerCase(), name.toLowerCase()];
	return lower === wanted || lower.startsWith(`${wanted} (`) && !lower.includes(CLAIMED);
}
const CLAIMED = "(cyclonedx)";

// src/domain/opinions/subject.ts
function subjectOfFinding(finding) {
	if (isOnPackage(finding)) return subjectOf(finding.package);
	const { kind, package: about, path = "", line } = finding;
	return {
		key: `${kind}\n${about?.name ?? ""}\n${path}\n${line ?? ""}`,
		needs: kind,
		isSystem: false
	};
}
function needsOf({ ecosystem, purl, type }) {
	if (ecosystem !== void 0) return ecosystem;
	const [, named] = /^pkg:\/{0,2}([a-z][\w.+-]*)\//i.exec(purl ?? "") ?? [];
	return named && (PURL_ECOSYSTEMS.get(named.toLowerCase()) ?? named.toLowerCase()) || type;
}
const subjectOf = oncePer((about) => {
	const needs = needsOf(about);
	const isSystem = SYSTEM_ECOSYSTEMS.has(needs);
	return {
		key: `${needs}\n${nameOf$2(about, needs)}\n${versionOf(about.version, needs)}`,
		needs,
		isSystem
	};
});
function nameOf$2({ name, purl }, needs) {
	if (SYSTEM_ECOSYSTEMS.has(needs)) return name;
	const parsed = purl === void 0 ? void 0 : parsePurl(purl);
	const full = parsed === void 0 ? name : plainName(parsed);
	if (needs === "pypi") return pythonName(full);
	if (needs === "maven") return full.replace(":", "/");
	return needs === "nuget" || needs === "go" || needs === "hex" ? full.toLowerCase() : full;
}
function versionOf(version, needs) {
	if (needs === "rpm" || needs === "debian") return version.replace(/^0+:/, "");
	return needs === "go" ? version.replace(/^(?:v|go)(?=\d)/, "") : version;
}

// src/domain/packages/package-list.ts
function listOf({ packages, artifact }, subject) {
	return {
		packages: packages.map((each, index) => ({
			...each,
			ref: String(index)
		})),
		system: artifact.os,
		subject
	};
}
function unscanned(packages, os, label) {
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
function withAnswer(listed, answer) {
	const { packages, layers: diffIds, coverage, provenance } = listed;
	const listedBy = `The packages are those that ${`${provenance.scanner} ${provenance.scannerVersion ?? ""}`.trim()} has listed; ${answer.by.scanner}'s database was asked about them.`;
	const layers = new Map(diffIds.map((diffId, index) => [diffId, {
		diffId,
		number: index + 1
	}]));
	const findings = packages.flatMap((each, index) => (answer.found.get(String(index)) ?? []).map((finding) => placed$2(finding, each, layers)));
	const unread = packages.filter((_, index) => answer.unread.has(String(index)));
	const gaps = [...unreadGaps(unread, answer.by.scanner), ...answer.coverage?.gaps ?? []];
	const subject = `${answer.by.scanner}'s database`;
	const rows = gaps.map(({ what }) => ({
		subject,
		status: "gap",
		detail: what
	}));
	const blindTo = /* @__PURE__ */ new Set([...answer.blindTo ?? [], ...unread.map(needsOf)]);
	return {
		...listed,
		findings: [...findings, ...answer.found.get("") ?? []],
		suppressed: answer.suppressed ?? 0,
		coverage: {
			rows: [
				...rows,
				...answer.coverage?.rows ?? [],
				...coverage?.rows ?? []
			],
			gaps: [...gaps, ...coverage?.gaps ?? []]
		},
		...blindTo.size > 0 && { blindTo: [...blindTo].sort() },
		provenance: {
			...provenance,
			...answer.by,
			scanners: ["vuln"],
			notes: [
				...provenance.notes ?? [],
				listedBy,
				...answer.notes
			]
		}
	};
}
function unreadGaps(unread, scanner) {
	if (unread.length === 0) return [];
	const names = listSome(unread, 5, { show: ({ name }) => name });
	return [{
		code: "packages-skipped",
		what: `${scanner} has left out ${unread.length} packages of the list, which have no package URL or one that it does not understand: ${names}`,
		remedy: `Scan the image with ${scanner}, which reads its packages itself, or correct the SBOM's package URLs.`
	}];
}
function placed$2(finding, each, layers) {
	const { name, version, type, ecosystem, purl, path, diffId } = each;
	return {
		...finding,
		package: {
			name,
			version,
			type,
			ecosystem,
			purl
		},
		path,
		layer: diffId === void 0 ? void 0 : layers.get(diffId) ?? { diffId }
	};
}
function inVersion(installed, version) {
	const purl = installed.purl === void 0 ? void 0 : parsePurl(installed.purl);
	const own = purl?.type === "golang" && /^v\d/.test(installed.version) && /^\d/.test(version) ? `v${version}` : version;
	const { source } = installed;
	return {
		...installed,
		version: own,
		...purl && { purl: purlOfVersion(purl, own) },
		...source && { source: {
			...source,
			version: own
		} }
	};
}

// src/domain/versions/apk.ts
const SUFFIXES = [
	"alpha",
	"beta",
	"pre",
	"rc",
	"",
	"cvs",
	"svn",
	"git",
	"hg",
	"p"
];
const SYNTAX$1 = /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:-r(\d+))?$/;
const compareOptional = missingFirst(compareDigits);
const compareApk = orderBy(parse$4, (a, b) => compareDigits(a.major, b.major) || compareEach(a.rest, b.rest, compareComponents) || compareText(a.letter, b.letter) || compareEach(a.suffixes, b.suffixes, compareSuffixes) || compareOptional(a.revision, b.revision));
function parse$4(text) {
	const [, major, rest = "", letter = "", suffixes = "", revision] = SYNTAX$1.exec(text) ?? [];
	if (major === void 0) return void 0;
	return {
		major,
		rest: rest.split("."),
		letter,
		suffixes: suffixes.split("_"),
		revision
	};
}
function compareComponents(a, b) {
	const compare = a?.startsWith("0") || b?.startsWith("0") ? compareText : compareDigits;
	return missingFirst(compare)(a, b);
}
function compareSuffixes(a, b) {
	const [, word = "", number] = /([a-z]+)(\d+)?/.exec(a ?? "") ?? [];
	const [, otherWord = "", otherNumber] = /([a-z]+)(\d+)?/.exec(b ?? "") ?? [];
	return SUFFIXES.indexOf(word) - SUFFIXES.indexOf(otherWord) || compareOptional(number, otherNumber);
}

// src/domain/versions/dpkg.ts
const END$1 = {
	rank: 0,
	text: ""
};
const compareDpkg = orderBy(parse$3, (a, b) => compareDigits(a.epoch, b.epoch) || comparePieces(a.upstream, b.upstream, END$1) || comparePieces(a.revision, b.revision, END$1));
function parse$3(text) {
	const [, epoch = "", upstream, revision = ""] = /^(?:(\d+):)?([A-Za-z0-9.+~:-]*?[A-Za-z0-9.+~:])(?:-([A-Za-z0-9.+~]+))?$/.exec(text) ?? [];
	return upstream === void 0 ? void 0 : {
		epoch,
		upstream: piecesOf$1(upstream),
		revision: piecesOf$1(revision)
	};
}
function piecesOf$1(part) {
	return (part.match(/\d+|\D/g) ?? []).map((token) => /\d/.test(token) ? {
		rank: 0,
		text: token
	} : {
		rank: rankOf$1(token),
		text: ""
	});
}
function rankOf$1(sign) {
	return sign === "~" ? -1 : sign.charCodeAt(0) + (/[A-Za-z]/.test(sign) ? 0 : 256);
}

// src/domain/versions/maven.ts
const KINDS$1 = [
	"qualifier",
	"hyphened",
	"dotted"
];
const QUALIFIERS = [
	"alpha",
	"beta",
	"milestone",
	"rc",
	"snapshot",
	"",
	"sp"
];
const ALIASES = new Map(Object.entries({
	ga: "",
	final: "",
	release: "",
	cr: "rc"
}));
const SHORT$1 = new Map(Object.entries({
	a: "alpha",
	b: "beta",
	m: "milestone"
}));
const compareMaven = orderBy(parse$2, (a, b) => compareEach(a, b, compareTokens));
function parse$2(text) {
	if (!/^\d[\w.+-]*$/.test(text)) return void 0;
	const parts = text.toLowerCase().match(/[.-]|\d+|[^\d.-]+/g) ?? [];
	const tokens = [];
	let before = ".";
	parts.forEach((part, index) => {
		const next = parts[index + 1] ?? "";
		if (part === "." || part === "-") {
			before = part;
			if (next === "." || next === "-") tokens.push(numberToken("0", before));
			return;
		}
		tokens.push(/\d/.test(part) ? numberToken(part, before) : qualifierToken(part, /\d/.test(next)));
		before = "-";
	});
	return trimmed(tokens);
}
function numberToken(text, before) {
	return {
		kind: before === "." ? "dotted" : "hyphened",
		text
	};
}
function qualifierToken(text, beforeNumber) {
	const word = (beforeNumber ? SHORT$1.get(text) : void 0) ?? text;
	return {
		kind: "qualifier",
		text: ALIASES.get(word) ?? word
	};
}
function trimmed(tokens) {
	const kept = [];
	for (const token of tokens.toReversed()) {
		const next = kept.at(-1);
		if (!(isNothing(token) && (next === void 0 || next.kind !== "dotted"))) kept.push(token);
	}
	return kept.reverse();
}
function isNothing({ kind, text }) {
	return kind === "qualifier" ? text === "" : /^0+$/.test(text);
}
function compareTokens(a, b) {
	const x = a ?? emptyToken(b);
	const y = b ?? emptyToken(a);
	if (x.kind !== y.kind) return KINDS$1.indexOf(x.kind) - KINDS$1.indexOf(y.kind);
	return x.kind === "qualifier" ? compareText(sortable(x.text), sortable(y.text)) : compareDigits(x.text, y.text);
}
function emptyToken(token) {
	return token?.kind === "dotted" ? {
		kind: "dotted",
		text: "0"
	} : {
		kind: "qualifier",
		text: ""
	};
}
function sortable(qualifier) {
	const known = QUALIFIERS.indexOf(qualifier);
	return known < 0 ? `${QUALIFIERS.length}-${qualifier}` : String(known);
}

// src/domain/versions/pep440.ts
const SYNTAX = new RegExp([
	/^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
	/(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d*))?/,
	/(?:-(?<implicitPost>\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\d*))?/,
	/(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\d*))?/,
	/(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/
].map((part) => part.source).join(""), "i");
const comparePep440 = orderBy(parse$1, (a, b) => compareDigits(a.epoch, b.epoch) || compareDotted(a.release, b.release) || comparePieces(a.parts, b.parts, {
	rank: 0,
	text: ""
}) || compareEach(a.local, b.local, missingFirst((x, y) => compareWords(x, y, 1))));
function parse$1(text) {
	const groups = SYNTAX.exec(text.trim())?.groups;
	if (groups === void 0) return void 0;
	const post = groups.post !== void 0 || groups.implicitPost !== void 0;
	const dev = groups.dev !== void 0;
	const parts = [
		{
			rank: preRank(groups.pre, dev && !post),
			text: groups.preNumber ?? ""
		},
		{
			rank: post ? 1 : 0,
			text: groups.implicitPost ?? groups.postNumber ?? ""
		},
		{
			rank: dev ? 0 : 1,
			text: groups.devNumber ?? ""
		}
	];
	return {
		epoch: groups.epoch ?? "",
		release: groups.release ?? "",
		parts,
		local: groups.local?.toLowerCase().split(/[-_.]/) ?? []
	};
}
function preRank(word, devOnly) {
	if (word === void 0) return devOnly ? 0 : 4;
	const letter = word.toLowerCase()[0];
	return letter === "a" ? 1 : letter === "b" ? 2 : 3;
}

// src/domain/versions/rpm.ts
const compareRpm = orderBy(parse, (a, b) => {
	const difference = compareDigits(a.epoch, b.epoch) || comparePieces(a.version, b.version, END);
	if (difference !== 0 || (a.release ?? b.release) === void 0) return difference;
	return a.release && b.release && comparePieces(a.release, b.release, END);
});
function parse(text) {
	const [, epoch = "", version, release] = /^(?:(\d+):)?([\w.+~^]+)(?:-([\w.+~^]+))?$/.exec(text) ?? [];
	if (version === void 0) return void 0;
	return {
		epoch,
		version: piecesOf(version),
		release: release === void 0 ? void 0 : piecesOf(release)
	};
}
function piecesOf(label) {
	return (label.match(/~|\^|\d+|[A-Za-z]+/g) ?? []).map((text) => {
		return {
			rank: SIGNS[text] ?? (/\d/.test(text) ? 4 : 3),
			text
		};
	});
}
const SIGNS = {
	"~": 0,
	"^": 2
};
const END = {
	rank: 1,
	text: ""
};

// src/domain/versions/compare.ts
const RULES$2 = {
	alpine: compareApk,
	debian: compareDpkg,
	maven: compareMaven,
	pypi: comparePep440,
	rpm: compareRpm
};
const BY_ECOSYSTEM = new Map(ECOSYSTEMS.map((each) => [each, RULES$2[each] ?? compareSemver]));
const MAX_LENGTH = 256;
function compareVersions(ecosystem, a, b) {
	if (a.length > MAX_LENGTH || b.length > MAX_LENGTH) return void 0;
	return (BY_ECOSYSTEM.get(ecosystem) ?? compareNumbers)(a, b);
}
const compareNumbers = orderBy((text) => /^[vV]?(\d+(?:\.\d+)*)$/.exec(text)?.[1], compareDotted);

// src/domain/upgrade/places.ts
const NOWHERE = placeAt$1("", void 0);
function placeFinder(packages) {
	const byPath = Map.groupBy(packages, ({ path }) => path);
	const isShared = (path) => (byPath.get(path)?.length ?? 0) > 1;
	return ({ package: { type }, path, owner }) => {
		if (path === void 0 && owner === void 0) return NOWHERE;
		const application = type === "jar" && path !== void 0 ? applicationOf(path) : void 0;
		const tool = type === "node-pkg" && path !== void 0 ? toolOf(path) : void 0;
		const shipping = type === "node-pkg" || application !== void 0 ? void 0 : owner;
		return {
			...placeAt$1(keyOf$3(type, path, isShared), shipping),
			application,
			tool
		};
	};
}
function placeAt$1(key, owner) {
	const shippedBy = [
		owner?.ecosystem,
		owner?.name,
		owner?.version
	];
	return {
		key: JSON.stringify([key, ...shippedBy]),
		shippedBy: JSON.stringify(shippedBy),
		...owner && { owner }
	};
}
function keyOf$3(type, path, isShared) {
	if (path === void 0) return "";
	switch (type) {
		case "node-pkg": return projectOf(path);
		case "jar": return /^.*?\.(?:jar|war|ear|par)(?=\/)/.exec(path)?.[0] ?? (isShared(path) ? path : folderOf(path));
		case "python-pkg": return /^.*?(?:site|dist)-packages(?=\/)/.exec(path)?.[0] ?? folderOf(path);
		case "gobinary":
		case "rustbinary": return folderOf(path);
		default: return path;
	}
}
function projectOf(path) {
	const project = /^(.*?)\/?node_modules\//.exec(path)?.[1] ?? folderOf(path);
	const tool = toolOf(path);
	return tool === void 0 ? project : `${project}/node_modules/${tool}`;
}
function toolOf(path) {
	return /(?:^|\/)node_modules\/(npm|yarn|pnpm|corepack)\/(?:node_modules|dist)\//.exec(path)?.[1];
}
function applicationOf(path) {
	return /^(.*\.(?:jar|war|ear))\/(?:(?:BOOT|WEB|APP)-INF\/)?lib\/[^/]+\.jar$/.exec(path)?.[1];
}

// src/domain/upgrade/smallest-fix.ts
function clearingVersion(ecosystem, installed, fixes) {
	const lists = distinct(fixes);
	const [lowest] = suggestedVersions(ecosystem, [{
		installed,
		failing: lists,
		open: lists
	}]);
	const isClear = (list) => lowest !== void 0 && isCleared(ecosystem, installed, lowest, list);
	return lists.every(isClear) ? lowest : void 0;
}
function suggestedVersions(ecosystem, parts) {
	const compare = (a, b) => compareVersions(ecosystem, a, b) ?? 0;
	const above = ascending(ecosystem, unique(parts.flatMap(({ open }) => open.flat())).filter((version) => parts.some(({ installed }) => compare(version, installed) > 0))).filter((version) => parts.every(({ installed }) => compare(version, installed) > 0));
	const releases = above.filter((version) => !isPreRelease(ecosystem, version));
	const among = releases.length > 0 ? releases : above;
	if (among.length === 0) return [];
	const clearing = (which, versions) => {
		return lowestClearing(parts.flatMap(({ installed, [which]: own }) => distinct(own).map((list) => list.filter((fix) => compare(fix, installed) > 0).sort(compare))), versions, compare);
	};
	const enough = clearing("failing", among);
	const line = among.slice(among.indexOf(enough)).filter((version) => isSameLine(ecosystem, enough, version));
	const wanted = /* @__PURE__ */ new Set([
		enough,
		clearing("open", line),
		line.at(-1),
		among.at(-1)
	]);
	return among.filter((version) => wanted.has(version));
}
function lowestClearing(lists, among, compare) {
	const highest = among.at(-1);
	const cleared = lists.filter((list) => clears(highest, list, compare));
	const least = cleared.flatMap(([lowest]) => lowest ?? []).reduce((a, b) => compare(a, b) < 0 ? b : a, among[0] ?? "");
	return among.filter((version) => compare(version, least) >= 0).find((version) => cleared.every((list) => clears(version, list, compare))) ?? highest;
}
function isCleared(ecosystem, installed, version, fixes) {
	const compare = (a, b) => compareVersions(ecosystem, a, b) ?? NaN;
	return clears(version, fixes.filter((fix) => compare(fix, installed) > 0).sort(compare), compare);
}
function isSameLine(ecosystem, from, to) {
	if (SYSTEM_ECOSYSTEMS.has(ecosystem)) return true;
	const numbers = (version) => /^(?:\d+:)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/i.exec(version)?.slice(1) ?? [];
	const [installed, wanted] = [numbers(from), numbers(to)];
	if (installed.length === 0 || wanted.length === 0) return false;
	const first = ecosystem === "go" ? 0 : installed.findIndex((number = "0") => number !== "0");
	const until = first === -1 ? installed.length : first + 1;
	return installed.slice(0, until).every((number = "0", index) => number === (wanted[index] ?? "0"));
}
function isOnlyOlder(ecosystem, installed, fixes) {
	return fixes.every((fix) => (compareVersions(ecosystem, fix, installed) ?? 1) <= 0);
}
function advisedVersions(ecosystem, installed, fixes) {
	const clearing = clearingVersion(ecosystem, installed, [fixes]);
	return clearing === void 0 ? fixes.filter((fix) => !isOnlyOlder(ecosystem, installed, [fix])) : [clearing];
}
function ascending(ecosystem, versions) {
	let isKnown = true;
	const compare = (a, b) => {
		const order = compareVersions(ecosystem, a, b);
		isKnown &&= order !== void 0;
		return order || compareText(a, b);
	};
	const sorted = versions.toSorted(compare);
	return isKnown ? sorted : [];
}
function clears(version, fixed, compare) {
	const agreeing = fixed.map((fix) => agreement(version, fix));
	const furthest = Math.max(...agreeing);
	const branch = fixed.findLast((_, index) => agreeing[index] === furthest);
	return branch !== void 0 && compare(version, branch) >= 0;
}
function agreement(a, b) {
	const x = leadingNumbers(a);
	const y = leadingNumbers(b);
	const first = x.findIndex((number, index) => number !== y[index]);
	return first < 0 ? x.length : first;
}
function leadingNumbers(version) {
	return /(?<=^v?)\d+(?:\.\d+)*/i.exec(version)?.[0].split(".") ?? [];
}
const PRE_RELEASE = /(?:alpha|beta|cr|dev|milestone|pre|preview|rc|snapshot|(?<=\d[.-]?)[abm](?=\d))[.-]?\d*(?:$|[^a-z\d])/i;
function isPreRelease(ecosystem, version) {
	return !SYSTEM_ECOSYSTEMS.has(ecosystem) && PRE_RELEASE.test(version);
}

// src/domain/upgrade/decisions.ts
function isOfBase({ finding, origin }) {
	return origin === "base" && finding.kind === "vulnerability";
}
function packageKey({ type, name, version }) {
	return `${type}\0${name}\0${version}`;
}
function sourceOf({ listed }) {
	return listed?.system ? listed.source : void 0;
}
function comparable(member) {
	return sourceOf(member)?.version || member.about.version;
}
function decisionsOf(target, base) {
	const groups = Map.groupBy(membersOf(target, base), familyKey);
	const neighbours = mavenNeighbours(target.scan.packages);
	return [...groups.values()].flatMap((members) => {
		const relatives = relativesOf(members, neighbours);
		const family = familyOf(members, relatives, neighbours);
		const versions = versionsFor(members);
		if (versions.length > 0 || members.length === 1) return [{
			family,
			members,
			relatives,
			versions
		}];
		return members.map((each) => ({
			members: [each],
			relatives: [],
			versions: versionsFor([each])
		}));
	});
}
function membersOf(target, base) {
	const { packages } = target.scan;
	const placeOf = placeFinder(packages);
	const lacks = base?.newer?.lacks ?? (() => false);
	const isFailing = breaks(target);
	const listed = new Map(packages.map((each) => [packageKey(each), each]));
	const keysAt = memoize((at) => memoize((about) => `${packageKey(about)}\0${at}`));
	const open = target.findings.flatMap((judged) => {
		const { finding, outcome } = judged;
		if (outcome !== "open" || !isOnPackage(finding)) return [];
		const ofBase = isOfBase(judged);
		const fails = isFailing(judged) && !(ofBase && lacks(finding));
		return [{
			finding,
			place: placeOf(finding),
			ofBase,
			fails
		}];
	});
	return [...Map.groupBy(open, ({ finding, place: { key }, ofBase }) => keysAt(ofBase ? `${key}\0base` : key)(finding.package)).values()].flatMap((group) => {
		const failing = group.flatMap(({ finding, fails }) => fails ? [finding] : []);
		const [first] = group;
		if (first === void 0 || failing.length === 0) return [];
		const { place, ofBase } = first;
		const { package: about } = first.finding;
		return [{
			about,
			ecosystem: ecosystemOf(about),
			place,
			ofBase,
			listed: listed.get(packageKey(about)),
			failing,
			open: group.map(({ finding }) => finding)
		}];
	});
}
function versionsFor(members) {
	const listsOf = (findings) => unique(findings.map(({ fixedVersions }) => fixedVersions));
	const parts = [...Map.groupBy(members, comparable)].map(([installed, same]) => ({
		installed,
		failing: listsOf(same.flatMap(({ failing }) => failing)),
		open: listsOf(same.flatMap(({ open }) => open))
	}));
	return suggestedVersions(members[0].ecosystem, parts);
}
function familyKey(member) {
	const { about, ecosystem, place, ofBase } = member;
	const { type, name, version } = about;
	const source = sourceOf(member);
	if (source !== void 0) return JSON.stringify([
		ofBase,
		"source",
		type,
		source.name
	]);
	if (ecosystem !== "maven" || !name.includes(":")) return JSON.stringify([
		ofBase,
		type,
		name,
		version,
		place.key
	]);
	const train = releaseTrainOf(name);
	return JSON.stringify([
		ofBase,
		"maven",
		type,
		place.key,
		...train ? [train.name] : [groupOf(name), version]
	]);
}
function groupOf(name) {
	return name.slice(0, name.indexOf(":"));
}
function relativesOf(members, neighbours) {
	const [first] = members;
	const train = first.ecosystem === "maven" ? releaseTrainOf(first.about.name) : void 0;
	if (train === void 0) return [];
	const names = new Set(members.map(({ about }) => about.name));
	return neighbours(first).filter(({ name }) => !names.has(name) && releaseTrainOf(name)?.name === train.name).map((listed) => {
		const { name, version, type, purl } = listed;
		const about = {
			name,
			version,
			type,
			ecosystem: listed.ecosystem,
			purl
		};
		return {
			...first,
			about,
			listed,
			failing: [],
			open: []
		};
	});
}
function familyOf(members, relatives, neighbours) {
	const [first] = members;
	const { name } = first.about;
	const source = sourceOf(first);
	const isAlone = new Set(members.map(({ about }) => about.name)).size === 1;
	if (source !== void 0) return isAlone ? void 0 : {
		kind: "source",
		name: source.name
	};
	if (first.ecosystem !== "maven") return void 0;
	const train = releaseTrainOf(name);
	if (train === void 0) return isAlone ? void 0 : {
		kind: "group",
		name: `${groupOf(name)}:*`
	};
	if (isAlone && relatives.length === 0) return void 0;
	return {
		kind: "group",
		name: train.name,
		bom: train.bom,
		springBoot: springBootIn(neighbours(first), train)
	};
}
function springBootIn(beside, { property }) {
	const version = beside.find(({ name }) => name === `${SPRING_BOOT}:spring-boot`)?.version;
	if (version === void 0 || property === void 0) return void 0;
	return /^(?:2\.(?:[3-9]|\d\d)|3)\./.test(version) ? {
		version,
		property
	} : void 0;
}
function mavenNeighbours(packages) {
	const placeOf = placeFinder(packages);
	const known = Map.groupBy(packages.filter((each) => ecosystemOf(each) === "maven"), (each) => placeOf({
		package: each,
		path: each.path,
		owner: void 0
	}).key);
	return ({ place: { key } }) => known.get(key) ?? [];
}
const SPRING_BOOT = "org.springframework.boot";
const TRAINS = [
	{
		name: "spring-boot-*",
		groups: [SPRING_BOOT],
		bom: `${SPRING_BOOT}:spring-boot-starter-parent`
	},
	{
		...withBom("org.springframework", "spring-framework"),
		name: "spring-*",
		property: "spring-framework.version"
	},
	{
		...withBom("org.springframework.security", "spring-security"),
		property: "spring-security.version"
	},
	{
		...withBom("com.fasterxml.jackson", "jackson"),
		groups: [
			"core",
			"dataformat",
			"datatype",
			"jaxrs",
			"jakarta.rs",
			"module"
		].map((each) => `com.fasterxml.jackson.${each}`),
		property: "jackson-bom.version"
	},
	{
		...withBom("org.apache.logging.log4j", "log4j"),
		property: "log4j2.version"
	},
	{
		...withBom("io.netty", "netty"),
		except: /^netty-(?:tcnative|jni-util|incubator)/,
		property: "netty.version"
	},
	{
		name: "tomcat-embed-*",
		groups: ["org.apache.tomcat.embed"],
		property: "tomcat.version"
	},
	{
		...withBom("org.eclipse.jetty", "jetty"),
		property: "jetty.version"
	},
	{
		name: "logback-*",
		groups: ["ch.qos.logback"],
		property: "logback.version"
	},
	withBom("io.grpc", "grpc"),
	withBom("org.apache.camel", "camel"),
	withBom("org.apache.cxf", "cxf"),
	withBom("org.jetbrains.kotlin", "kotlin")
];
function withBom(group, stem) {
	return {
		name: `${stem}-*`,
		groups: [group],
		bom: `${group}:${stem}-bom`
	};
}
const BY_GROUP = new Map(TRAINS.flatMap((train) => train.groups.map((group) => [group, train])));
function releaseTrainOf(name) {
	const [group = "", artifact = ""] = name.split(":");
	const train = BY_GROUP.get(group);
	return train?.except?.test(artifact) ? void 0 : train;
}

// src/domain/upgrade/check.ts
function checkedBy(match) {
	return async (questions) => {
		const numbered = questions.map(({ package: about, os }, at) => ({
			os,
			listed: {
				...about,
				ref: String(at)
			}
		}));
		const lists = [...Map.groupBy(numbered, ({ os }) => JSON.stringify(os)).values()];
		const found = await match(lists.map((own) => ({
			packages: own.map((each) => each.listed),
			system: own[0]?.os
		})));
		const answers = /* @__PURE__ */ new Map();
		for (const [at, own] of lists.entries()) for (const { ref } of own.map((each) => each.listed)) if (found[at]?.unread.has(ref) === false) answers.set(ref, found[at].found.get(ref) ?? []);
		return questions.map((_, at) => answers.get(String(at)));
	};
}
const MOST$4 = 2e4;
function questionsOf(open) {
	const known = /* @__PURE__ */ new Set();
	let cost = 0;
	return open.map(({ target, decisions }) => decisions.flatMap((decision) => {
		const asked = questionsAbout(decision, target);
		const costs = new Map(asked.map((each) => [JSON.stringify(each.question), Math.max(3, each.member.open.length)]));
		for (const key of costs.keys()) if (known.has(key)) costs.delete(key);
		const more = [...costs.values()].reduce((sum, each) => sum + each, 0);
		if (cost + more > MOST$4) return [];
		cost += more;
		for (const key of costs.keys()) known.add(key);
		return asked;
	}));
}
function questionsAbout(decision, { scan }) {
	const { members, relatives, versions } = decision;
	if (versions.length === 0) return [];
	const isRaised = ({ ecosystem, about }, version) => (compareVersions(ecosystem, version, about.version) ?? 0) > 0;
	return [...members.map((member) => ({
		member,
		of: [void 0, ...versions]
	})), ...relatives.map((member) => ({
		member,
		of: versions.filter((version) => isRaised(member, version))
	}))].flatMap(({ member, of }) => {
		const { system, source, modularity } = member.listed ?? {};
		const installed = {
			...member.about,
			system,
			source,
			modularity
		};
		return of.map((version) => {
			return {
				decision,
				member,
				version,
				question: {
					package: version === void 0 ? installed : inVersion(installed, version),
					os: scan.artifact.os
				}
			};
		});
	});
}
function checkedVersion(version, members) {
	const all = members.flatMap(({ fails }) => fails);
	return {
		version,
		failing: all.length,
		bySeverity: countSeverities(all, ({ severity }) => severity),
		members
	};
}
const NOT_REPRODUCED = "the second scan did not show the findings of the installed version";
const NOT_READ = "the second scan could not read the versions";
function judgeAnswers(target, answered, settings) {
	const judged = answered.map((each) => ({
		...each,
		found: placed$1(each)
	}));
	const fails = wouldFail(target, judged.flatMap(({ version, found }) => version === void 0 ? [] : found), settings);
	const known = Map.groupBy(target.scan.findings.filter(isOnPackage), ({ package: about }) => packageKey(about));
	const byDecision = Map.groupBy(judged, ({ decision }) => decision);
	return new Map([...byDecision].map(([decision, each]) => [decision, checked$1(decision, each, {
		fails,
		known
	})]));
}
function checked$1(decision, answered, { fails, known }) {
	const isShown = ({ member, answer }) => {
		const ids = new Set(answer?.map(({ id }) => id));
		return known.get(packageKey(member.about))?.every(({ id }) => ids.has(id)) !== false;
	};
	if (!answered.filter(({ version }) => version === void 0).every(isShown)) return NOT_REPRODUCED;
	const versions = decision.versions.flatMap((version) => {
		const about = answered.filter((each) => each.version === version);
		if (about.some(({ answer }) => answer === void 0)) return [];
		return [checkedVersion(version, about.map(({ member, answer = [], found }) => {
			const own = found.filter((each) => fails.has(each));
			const others = openElsewhere(member, version).filter(({ id }) => own.every((each) => each.id !== id));
			const ids = new Set([...answer, ...others].map(({ id }) => id));
			return {
				member,
				has: ({ id }) => ids.has(id),
				fails: [...own, ...others]
			};
		}))];
	});
	return versions.length === 0 ? NOT_READ : versions;
}
function openElsewhere(member, version) {
	return member.failing.filter(({ opinions, fixedVersions }) => opinions !== void 0 && fixedVersions.length > 0 && !isCleared(member.ecosystem, comparable(member), version, fixedVersions));
}
function placed$1({ member, question, answer = [] }) {
	const places = new Map(member.failing.map((each) => [JSON.stringify([each.path, each.layer?.diffId]), each]));
	const nowhere = {
		path: member.listed?.path,
		layer: void 0,
		owner: void 0
	};
	return (places.size > 0 ? [...places.values()] : [nowhere]).flatMap(({ path, layer, owner }) => answer.map((finding) => ({
		...finding,
		package: question.package,
		path,
		layer,
		owner
	})));
}
function wouldFail(target, findings, settings) {
	if (findings.length === 0) return /* @__PURE__ */ new Set();
	const [judged] = judge([{
		target: target.target,
		scan: {
			...target.scan,
			findings
		}
	}], {
		...settings,
		...asBefore(target, findings, settings)
	}).targets;
	if (judged === void 0 || judged.answer === "error") return new Set(findings);
	const strict = (row) => {
		return {
			...row,
			broken: row.broken || row.limit === 0
		};
	};
	const fails = breaks({
		rows: target.rows.map(strict),
		exploitRows: target.exploitRows?.map(strict)
	});
	return new Set(judged.findings.filter(fails).map(({ finding }) => finding));
}
function asBefore({ target, findings: own }, findings, { changes, unsettled }) {
	if (!changes?.has(target)) return {
		changes: void 0,
		unsettled: void 0
	};
	const keyOf = ({ id, package: about, path }) => JSON.stringify([
		id,
		about?.type,
		about?.name,
		path
	]);
	const before = new Map(own.map((judged) => [keyOf(judged.finding), judged]));
	const still = findings.filter((each) => unsettled?.get(target)?.has(before.get(keyOf(each))?.finding));
	return {
		changes: /* @__PURE__ */ new Map([[target, (finding) => before.get(keyOf(finding))?.change ?? "new"]]),
		unsettled: /* @__PURE__ */ new Map([[target, new Set(still)]])
	};
}

// src/domain/upgrade/commands.ts
const NAME$3 = 214;
const VERSION = 100;
const COMMAND$2 = 600;
function pasteFor(packages, situation) {
	const text = situation.manager === void 0 ? projectText(packages, situation) : systemText(packages, situation.manager);
	if (text === void 0 || text.length > COMMAND$2) return void 0;
	return situation.manager === void 0 && packages[0]?.type === "pip" ? { line: {
		text,
		file: "requirements.txt"
	} } : { command: text };
}
function upgradeAll(manager) {
	const { before = "", all } = SYSTEMS[manager];
	return `${before}${manager} ${all}`;
}
const SYSTEMS = {
	"apt-get": {
		packages: ["apt"],
		before: "apt-get update && ",
		some: "install -y --only-upgrade",
		all: "upgrade -y"
	},
	apk: {
		packages: ["apk-tools"],
		some: "add --no-cache --upgrade",
		all: "upgrade --no-cache"
	},
	dnf: {
		packages: ["dnf", "dnf5"],
		some: "upgrade -y",
		all: "upgrade -y"
	},
	microdnf: {
		packages: ["microdnf"],
		some: "upgrade -y",
		all: "upgrade -y"
	},
	yum: {
		packages: ["yum"],
		some: "update -y",
		all: "update -y"
	},
	tdnf: {
		packages: ["tdnf"],
		some: "update -y",
		all: "update -y"
	},
	zypper: {
		packages: ["zypper"],
		some: "update -y",
		all: "update -y"
	}
};
function managerAmong(packages) {
	const names = new Set(packages.filter(({ system }) => system).map(({ name }) => name));
	return Object.keys(SYSTEMS).find((each) => SYSTEMS[each].packages.some((name) => names.has(name)));
}
const DEBIAN = /^[a-z0-9][a-z0-9+.-]*[a-z0-9]\+*$/;
const SYSTEM = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
function systemText(packages, manager) {
	const names = namesIn(packages, manager === "apt-get" ? DEBIAN : SYSTEM);
	const { before = "", some } = SYSTEMS[manager];
	return names && `${before}${manager} ${some} ${names.join(" ")}`;
}
function namesIn(packages, grammar) {
	const names = unique(packages.map(({ name }) => name)).sort();
	return names.length > 0 && names.every((name) => name.length <= NAME$3 && grammar.test(name)) ? names : void 0;
}
function projectText(packages, situation) {
	const [first, ...others] = packages;
	const rule = RULES$1.get(first?.type ?? "");
	if (rule === void 0 || first?.to === void 0 || packages.some(({ to }) => to !== first.to)) return void 0;
	const to = rule.raisesSeveral ? first.to : first.to.replace(/^v(?=\d)/, "");
	const names = namesIn(packages, rule.names);
	if (names === void 0 || to.length > VERSION || !rule.versions.test(to)) return void 0;
	if (others.length > 0 && !rule.raisesSeveral) return void 0;
	if (rule.isRight?.(first, to, situation) === false) return void 0;
	if (rule.text.includes("FROM") && !rule.versions.test(first.from)) return void 0;
	const words = {
		NAME: names.join(","),
		FROM: first.from,
		VERSION: to
	};
	return rule.text.replace(/NAME|FROM|VERSION/g, (word) => words[word] ?? word);
}
const isDirect = (_raised, _to, situation) => situation.isDirect === true;
const isInRange = ({ from }, to) => isSameLine("", from, to);
const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
const NUMBERS = /^\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
const NPM = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/;
const PYPI = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const PEP440 = /^\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?$/;
const RULES$1 = new Map(Object.entries({
	npm: {
		names: NPM,
		versions: SEMVER,
		text: "npm install NAME@VERSION",
		isRight: isDirect
	},
	pnpm: {
		names: NPM,
		versions: SEMVER,
		text: "pnpm update NAME@VERSION",
		isRight: isDirect
	},
	yarn: {
		names: NPM,
		versions: SEMVER,
		text: "yarn add NAME@VERSION",
		isRight: isDirect
	},
	bun: {
		names: NPM,
		versions: SEMVER,
		text: "bun add NAME@VERSION",
		isRight: isDirect
	},
	pip: {
		names: PYPI,
		versions: PEP440,
		text: "NAME==VERSION"
	},
	"python-pkg": {
		names: PYPI,
		versions: PEP440,
		text: "pip install NAME==VERSION"
	},
	poetry: {
		names: PYPI,
		versions: PEP440,
		text: "poetry add NAME==VERSION",
		isRight: isDirect
	},
	uv: {
		names: PYPI,
		versions: PEP440,
		text: "uv lock --upgrade-package NAME==VERSION"
	},
	gomod: {
		names: /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/,
		versions: /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?(?:\+incompatible)?$/,
		text: "go get NAME@vVERSION",
		isRight: ({ name, from }, to) => {
			const major = Number(to.split(".", 1)[0]);
			const suffix = /\/v(\d+)$/.exec(name)?.[1];
			return suffix === void 0 ? major < 2 || from.endsWith("+incompatible") : Number(suffix) === major;
		}
	},
	pom: {
		names: /^[A-Za-z0-9_][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9._-]*$/,
		versions: /^[0-9A-Za-z][0-9A-Za-z._-]*$/,
		text: "mvn versions:use-dep-version -Dincludes=NAME -DdepVersion=VERSION",
		isRight: isDirect,
		raisesSeveral: true
	},
	cargo: {
		names: /^[A-Za-z][A-Za-z0-9_-]*$/,
		versions: SEMVER,
		text: "cargo update -p NAME@FROM --precise VERSION",
		isRight: isInRange
	},
	composer: {
		names: /^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/,
		versions: NUMBERS,
		text: "composer require NAME:VERSION",
		isRight: isDirect
	},
	bundler: {
		names: /^[A-Za-z0-9_][A-Za-z0-9._-]*$/,
		versions: NUMBERS,
		text: "bundle update --conservative NAME",
		isRight: isInRange
	},
	nuget: {
		names: /^(?!(?:Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App|runtime)\b)[A-Za-z0-9_][A-Za-z0-9._-]*$/i,
		versions: NUMBERS,
		text: "dotnet add package NAME --version VERSION"
	}
}));
function withCommands(plan, packages) {
	const byPath = Map.groupBy(packages, ({ path }) => path);
	const manager = managerAmong(packages);
	const situationOf = (members) => members[0]?.source === void 0 ? { isDirect: members.every((each) => isDirectIn(byPath.get(each.paths[0]) ?? [], each)) } : { manager };
	const steps = plan.steps.map((step) => {
		if (step.kind !== "upgrade" || !step.members.every(isProjects)) return step;
		const raised = step.members.map(({ package: name, from, to, type }) => {
			return {
				name,
				from,
				to: step.to ?? to,
				type: {
					gobinary: "gomod",
					rustbinary: "cargo"
				}[type] ?? type
			};
		});
		return {
			...step,
			...pasteFor(raised, situationOf(step.members))
		};
	});
	return {
		...plan,
		steps
	};
}
function isProjects({ owner, place, type, paths }) {
	if (owner !== void 0 || place.tool !== void 0) return false;
	return type !== "nuget" || paths.every((path) => /(?:^|\/)packages\.lock\.json$/.test(path));
}
function isDirectIn(beside, { package: name, from }) {
	const isWorkspace = beside.some(({ relationship }) => relationship === "workspace");
	const own = beside.find((each) => each.name === name && each.version === from);
	return !isWorkspace && own?.relationship === "direct";
}

// src/domain/upgrade/base-step.ts
function baseStep(found, { base, packages, attacks, steps }) {
	const { newer } = base ?? {};
	const cleared = found.filter(({ finding }) => newer?.lacks?.(finding));
	const upgrades = steps.flatMap(({ members }) => members);
	if (cleared.length + upgrades.length === 0) return void 0;
	const manager = managerAmong(packages);
	const ofSystem = upgrades.filter(({ source }) => source !== void 0);
	const mayStay = steps.flatMap((each) => each.mayStay ?? []);
	const checks = steps.flatMap(({ check }) => check ?? []);
	const stays = checks.flatMap((check) => check.stays);
	const brings = checks.flatMap((check) => check.brings);
	return {
		kind: "base",
		...base?.reference !== void 0 && { reference: base.reference },
		...cleared.length > 0 && {
			newer,
			rebuilding: cleared.length
		},
		staying: found.length - cleared.length,
		fixable: new Set(upgrades.map((each) => `${each.type}\0${each.package}`)).size,
		members: upgrades,
		...mayStay.length > 0 && { mayStay: sumOf(mayStay) },
		...stays.length + brings.length > 0 && { check: {
			stays,
			brings
		} },
		...manager !== void 0 && ofSystem.length > 0 && {
			command: upgradeAll(manager),
			commandClears: sumOf(ofSystem).clears
		},
		...weightOf(sumOf([countOf(cleared.map(({ finding }) => finding)), ...upgrades]), attacks)
	};
}
function attacksOn(findings) {
	return new Map(findings.flatMap(({ finding, exploitation }) => exploitation ? [[finding.id, exploitation]] : []));
}
function sumOf(parts) {
	const bySeverity = perSeverity((severity) => parts.reduce((sum, each) => sum + each.bySeverity[severity], 0));
	return {
		clears: parts.reduce((sum, { clears }) => sum + clears, 0),
		ids: [...new Set(parts.flatMap(({ ids }) => ids))],
		bySeverity
	};
}
function countOf(findings) {
	return {
		clears: findings.length,
		ids: [...new Set(findings.map(({ id }) => id))],
		bySeverity: countSeverities(findings, ({ severity }) => severity)
	};
}
function weightOf({ clears, ids, bySeverity }, attacks) {
	const known = ids.map((id) => attacks.get(id));
	const scores = known.flatMap((exploitation) => exploitation?.epss ?? []);
	return {
		clears,
		ids,
		bySeverity,
		exploited: known.filter((exploitation) => exploitation?.kev !== void 0).length,
		...scores.length > 0 && { epss: scores.reduce((a, b) => Math.max(a, b)) }
	};
}

// src/domain/upgrade/dependency-chains.ts
const LONGEST$5 = 12;
function listsTheProject(each) {
	return ecosystemOf(each) === "cargo" && each.listedIn !== "program";
}
function chainFinder(packages) {
	const files = Map.groupBy(packages, (each) => each.path);
	const chainsIn = memoize((path) => chainsOf(files.get(path) ?? []));
	return (path, name, version) => {
		const found = chainsIn(path)(keyOf$2({
			name,
			version
		}));
		return found && {
			path,
			...found
		};
	};
}
function chainsOf(listed) {
	const [byId, byName] = [(each) => each.id, keyOf$2].map((key) => new Map(listed.toReversed().map((each) => [key(each), each])));
	const needsOf = (each) => (each.dependsOn ?? []).flatMap((id) => byId?.get(id) ?? []).filter((need) => need !== each);
	const { starts, direct } = startsOf(listed, needsOf);
	const ways = new Map(starts.map((start) => [start, { start }]));
	for (const [before, { start }] of ways) for (const need of needsOf(before)) if (!ways.has(need)) ways.set(need, {
		start,
		before
	});
	return (key) => {
		const end = byName?.get(key);
		const way = end && ways.get(end);
		if (end === void 0 || way?.before === void 0) return void 0;
		const links = [end];
		for (let at = way; at.before !== void 0 && links.length < LONGEST$5; at = ways.get(at.before)) links.unshift(at.before);
		links[0] = way.start;
		return {
			packages: links.map(({ name, version }) => ({
				name,
				version
			})),
			direct
		};
	};
}
function keyOf$2({ name, version }) {
	return `${name}\0${version}`;
}
function startsOf(listed, needsOf) {
	const related = (...words) => listed.filter(({ relationship = "" }) => words.includes(relationship));
	const direct = related("direct");
	if (direct.length > 0) return {
		starts: direct,
		direct: true
	};
	const projects = related("root", "workspace");
	if (projects.length > 0) return {
		starts: projects.flatMap(needsOf),
		direct: true
	};
	const wanted = new Set(listed.flatMap(needsOf));
	const [any] = listed;
	return {
		starts: listed.filter((each) => !wanted.has(each)),
		direct: any === void 0 || !listsTheProject(any)
	};
}

// src/domain/upgrade/plan.ts
const UNKNOWN_ORDER = "the order of its fixed versions is unknown";
const OLDER_FIX = "fixed in older versions only";
const FAILED_FIX = "fixed in no release that was looked at";
const WORSE_FIX = "fixed only in versions with as many other failing findings";
function makePlan(target, facts) {
	const { base, decisions = decisionsOf(target, base), checked, unproven } = facts;
	const { packages } = target.scan;
	const fails = failing(target);
	const attacks = attacksOn(fails);
	const chainOf = chainFinder(packages);
	const noFix = [];
	const all = [];
	for (const decision of decisions) {
		const why = checked !== void 0 && decision.versions.length === 0 ? UNKNOWN_ORDER : unproven;
		const found = checked?.get(decision) ?? why;
		const outcome = typeof found === "string" ? withoutScan(decision, found) : outcomeAmong(decision, found);
		for (const each of outcome.noFix) noFix.push(each);
		const step = stepOf(decision, outcome, chainOf, attacks);
		if (step !== void 0) all.push({
			step,
			ofBase: decision.members[0].ofBase
		});
	}
	const others = all.filter(({ step }) => step.check === void 0);
	const advised = {
		versions: all.length,
		scanned: all.length - others.length,
		reasons: unique(others.flatMap(({ step }) => step.unproven ?? []))
	};
	const stepsOf = (base) => all.flatMap(({ step, ofBase }) => ofBase === base ? [step] : []);
	const rebuild = baseStep(fails.filter(isOfBase), {
		base,
		packages,
		attacks,
		steps: stepsOf(true)
	});
	const isPlans = advised.scanned === 0 && advised.reasons.length === 1;
	return {
		steps: inOrder$2([
			...stepsOf(false).map((step) => isPlans ? {
				...step,
				unproven: void 0
			} : step),
			...rebuild ? [rebuild] : [],
			...secretSteps(fails)
		], target),
		noFix: noFixOf(noFix),
		advised
	};
}
function outcomeAmong({ members }, versions) {
	const isAsGood = (a, b) => a.failing - b.failing || compareCounts(a.bySeverity, b.bySeverity);
	const best = versions.toSorted(isAsGood)[0];
	const [{ ecosystem }] = members;
	const advised = versions.slice(versions.indexOf(best)).filter((each) => each === best || isAsGood(best, each) === 0 && isSameLine(ecosystem, best.version, each.version)).toSorted((a, b) => leftIn(a).length - leftIn(b).length)[0];
	const raised = advised.members.flatMap(({ member, has }) => {
		const cleared = member.failing.filter((finding) => !has(finding));
		return cleared.length > 0 ? [{
			member,
			cleared
		}] : [];
	});
	const noFix = members.flatMap((member, index) => member.failing.flatMap((finding) => {
		if (versions.every((each) => each.members[index]?.has(finding))) return [{
			member,
			finding,
			status: whyNoFix(finding, member)
		}];
		return raised.length === 0 ? [{
			member,
			finding,
			status: WORSE_FIX
		}] : [];
	}));
	const enough = best !== advised && best.failing === 0 ? enoughFor(best.version, advised) : void 0;
	return {
		raised,
		to: advised.version,
		alternatives: [],
		enough,
		mayStay: [],
		advised,
		noFix
	};
}
function withoutScan(decision, unproven) {
	const outcome = outcomeAmong(decision, asAdvised(decision));
	const fixes = outcome.raised.flatMap(({ cleared }) => cleared.flatMap(({ fixedVersions }) => fixedVersions));
	const named = decision.versions.length > 0 ? [outcome.to] : unique(fixes);
	const isOpen = outcome.raised.length > 0 && !SYSTEM_ECOSYSTEMS.has(decision.members[0].ecosystem);
	const isUnnamed = ({ finding }) => isOpen && finding.fixedVersions.length === 0;
	return {
		...outcome,
		...named.length > 1 ? {
			to: void 0,
			alternatives: unique(fixes)
		} : { to: named[0] },
		mayStay: outcome.noFix.filter(isUnnamed).map(({ finding }) => finding),
		noFix: outcome.noFix.filter((each) => !isUnnamed(each)),
		advised: void 0,
		unproven
	};
}
function asAdvised({ members, versions }) {
	return (versions.length > 0 ? versions : [""]).map((version) => {
		const found = members.map((member) => {
			const { ecosystem } = member;
			const installed = comparable(member);
			const isClear = memoize((fixes) => version === "" ? !isOnlyOlder(ecosystem, installed, fixes) : isCleared(ecosystem, installed, version, fixes));
			const has = ({ fixedVersions }) => !isClear(fixedVersions);
			return {
				member,
				has,
				fails: member.failing.filter(has)
			};
		});
		return checkedVersion(version, found);
	});
}
function checkOf({ members }) {
	return {
		stays: members.flatMap(({ member, has }) => listed(member, member.failing.filter(has))),
		brings: members.flatMap(({ member, fails }) => {
			const had = new Set(member.failing.map(({ id }) => id));
			return listed(member, fails.filter(({ id }) => !had.has(id)));
		})
	};
}
function leftIn({ members }) {
	return members.flatMap(({ member, has }) => member.open.filter(has));
}
function listed({ about }, findings) {
	return [...new Map(findings.map((finding) => [finding.id, finding])).values()].map(({ id, severity, url }) => ({
		package: about.name,
		id,
		severity,
		url
	}));
}
function enoughFor(version, { members }) {
	const cleared = members.flatMap(({ member, has }) => member.open.filter((finding) => !has(finding)));
	const { clears, bySeverity } = countOf(cleared);
	return {
		version,
		clears,
		of: members.flatMap(({ member }) => member.open).length,
		bySeverity
	};
}
function whyNoFix({ fixedVersions, status }, member) {
	if (fixedVersions.length === 0) return status;
	return isOnlyOlder(member.ecosystem, comparable(member), fixedVersions) ? OLDER_FIX : FAILED_FIX;
}
function stepOf({ family }, { raised, to, alternatives, enough, mayStay, advised, unproven }, chainOf, attacks) {
	if (raised.length === 0) return void 0;
	const members = raised.map(({ member, cleared }) => upgradeOf(member, cleared, {
		to,
		alternatives,
		chainOf
	}));
	return {
		kind: "upgrade",
		members,
		...family && { family },
		to,
		alternatives,
		...weightOf(sumOf(members), attacks),
		...enough && { enough },
		...mayStay.length > 0 && { mayStay: countOf(mayStay) },
		...advised && { check: checkOf(advised) },
		...unproven !== void 0 && { unproven }
	};
}
function upgradeOf(member, cleared, { to, alternatives, chainOf }) {
	const { about, ecosystem, place } = member;
	const { owner, ...at } = place;
	const paths = unique(cleared.map((finding) => finding.path ?? "")).filter((path) => path !== "");
	const layers = new Map(cleared.map(({ layer }) => [layer?.diffId, layer]));
	return {
		package: about.name,
		type: about.type,
		from: about.version,
		ecosystem,
		place: at,
		source: sourceOf(member),
		to,
		alternatives,
		...countOf(cleared),
		owner,
		layer: layers.size === 1 ? [...layers.values()][0] : void 0,
		paths,
		chains: paths.flatMap((path) => chainOf(path, about.name, about.version) ?? [])
	};
}
function noFixOf(unfixed) {
	const textOf = ({ name, version }) => `${name}\0${version}`;
	const named = (member) => sourceOf(member) ?? member.about;
	return [...Map.groupBy(unfixed, ({ member }) => {
		const { name, version } = named(member);
		return JSON.stringify([
			member.about.type,
			name,
			version,
			sourceOf(member) === void 0,
			member.place.shippedBy
		]);
	}).values()].map((group) => {
		const [{ member }] = group;
		const sorted = group.toSorted((a, b) => severityRank(a.finding.severity) - severityRank(b.finding.severity));
		const packages = unique(group.map((each) => each.member.about.name));
		const { name, version } = packages.length > 1 ? named(member) : member.about;
		const { ids, bySeverity } = countOf(sorted.map(({ finding }) => finding));
		const statuses = unique(sorted.map(({ status }) => status));
		const { owner } = member.place;
		return {
			name,
			version: version || member.about.version,
			packages,
			statuses,
			ids,
			bySeverity,
			owner
		};
	}).sort((a, b) => compareCounts(b.bySeverity, a.bySeverity) || compareText(textOf(a), textOf(b)));
}
function secretSteps(failing) {
	const secrets = failing.filter(({ finding }) => finding.kind === "secret");
	return [...Map.groupBy(secrets, ({ finding }) => finding.id)].map(([id, found]) => ({
		kind: "secret",
		title: found[0]?.finding.title || id,
		places: found.map(({ finding: { path = "", line, layer } }) => ({
			path,
			line,
			layer
		})),
		...weightOf(countOf(found.map(({ finding }) => finding)), attacksOn(found))
	}));
}
const URGENT = {
	exploited: 0,
	exploitLimit: 1,
	secret: 2,
	other: 3
};
function inOrder$2(steps, target) {
	const broken = (target.exploitRows ?? []).filter((row) => row.broken);
	const limited = new Set(target.findings.filter((judged) => judged.outcome === "open" && broken.some((row) => fallsUnder(row, judged))).map(({ finding }) => finding.id));
	const urgency = (step) => {
		if (step.exploited > 0) return URGENT.exploited;
		if (step.ids.some((id) => limited.has(id))) return URGENT.exploitLimit;
		return step.kind === "secret" ? URGENT.secret : URGENT.other;
	};
	return steps.toSorted((a, b) => urgency(a) - urgency(b) || percent(b) - percent(a) || b.clears - a.clears || compareCounts(b.bySeverity, a.bySeverity) || compareText(nameOf$1(a), nameOf$1(b)));
}
function percent({ epss = 0 }) {
	return Math.round(epss * 100);
}
function nameOf$1(step) {
	if (step.kind === "secret") return step.title;
	return `${step.members[0]?.package ?? ""} ${step.members[0]?.from ?? ""}`;
}

// src/domain/report/coverage-schema.ts
const coverageRow = object({
	subject: string(),
	status: _enum([
		"looked",
		"gap",
		"nothing-there",
		"not-asked",
		"not-known"
	]),
	detail: string().describe("The details")
});
const gap = object({
	code: _enum(GAP_CODES),
	what: string(),
	remedy: string(),
	path: string().optional().describe("The file that it is about")
});
const seenCoverage = object({
	rows: array(coverageRow),
	gaps: array(gap)
});
const judgedGap = gap.extend({
	accepted: int().optional().describe("`line` of the acceptance that covers it"),
	ended: int().optional().describe("`line` of an acceptance that has ended and would cover it")
});
const coverage = object({
	rows: array(coverageRow),
	gaps: array(judgedGap)
}).describe("The parts that were scanned, and the gaps; a gap that is not accepted makes the target an error");

// src/domain/report/finding-schema.ts
const severity = _enum(SEVERITIES);
const day = string().regex(/^\d{4}-\d{2}-\d{2}$/).describe("A day in UTC");
const owner = object({
	ecosystem: string(),
	name: string(),
	version: string().optional()
}).describe("The package that ships the file");
const layer = object({
	diffId: string(),
	number: int().optional().describe("1 for the first layer"),
	instruction: string().optional().describe("The Dockerfile instruction that made it"),
	source: object({
		file: string(),
		line: int().positive()
	}).optional().describe("That instruction in the given Dockerfile; of a base image's layer, the FROM")
});
const opinion = object({
	scanner: string(),
	id: string().describe("The scanner's id for it"),
	severity,
	fixedVersions: array(string()),
	byName: literal(true).optional().describe("Only a product's name (CPE) connects advisory and package"),
	bySystem: literal(true).optional().describe("A package of the distribution has installed the package")
});
const seenFinding = object({
	kind: _enum([
		"vulnerability",
		"misconfiguration",
		"secret",
		"license"
	]),
	id: string().describe("The advisory, rule or licence"),
	aliases: array(string()).optional().describe("Other ids of the same advisory; rules for any of them apply"),
	severity,
	title: string(),
	url: string().optional(),
	package: object({
		name: string(),
		version: string(),
		purl: string().optional(),
		type: string()
	}).optional(),
	fixedVersions: array(string()).describe("One for each branch with a fix; empty: there is no fix"),
	status: string().describe("The vendor's status"),
	path: string().optional(),
	line: int().optional(),
	layer: layer.optional(),
	owner: owner.optional(),
	opinions: array(opinion).optional().describe("The opinions of all scanners that report it; absent: the target has one scanner's opinion"),
	missedBy: array(string()).optional().describe("Scanners with advisories for its kind of package that do not report it; absent: none")
});
const judged = object({
	outcome: _enum([
		"open",
		"accepted",
		"not-counted"
	]).describe("Its outcome"),
	origin: _enum(["base", "own"]).optional().describe("The part of the image that added it: the base image or the layers on it; absent if the base is unknown"),
	change: _enum([
		"new",
		"unchanged",
		"newly-disclosed"
	]).optional().describe("How it compares with the baseline; absent if there is no baseline, or it cannot show that"),
	spared: _enum([
		"unfixed",
		"grace",
		"not-introduced",
		"not-agreed"
	]).optional().describe("Why it does not count"),
	countsFrom: day.optional().describe("The day in UTC from which a finding in its grace period counts"),
	vex: object({
		status: _enum(["not_affected", "fixed"]),
		justification: string().optional(),
		author: string().optional(),
		document: string()
	}).optional().describe("The VEX statement that accepts it, if no exception does"),
	exploitation: object({
		kev: object({
			dueDate: day.optional(),
			ransomware: boolean()
		}).optional().describe("Its entry in CISA's KEV"),
		epss: number$1().optional().describe("Probability of exploitation within 30 days")
	}).optional().describe("Absent if nothing is known, or it was not requested"),
	exceptions: array(int()).optional().describe("`line` of each of the `exceptions` that cover it; the first one decides"),
	ended: int().optional().describe("`line` of an exception that has ended and would cover it")
});
const finding = object({
	target: int().nonnegative().describe("Index into `targets`"),
	...seenFinding.shape,
	layer: string().optional().describe("`diffId` of one of the target's `layers`"),
	...judged.shape
});

// src/domain/report/target-schema.ts
const sha256 = string().regex(/^[0-9a-f]{64}$/);
const imageIndex = object({
	digest: string().optional(),
	images: array(object({
		digest: string(),
		platform: string().optional()
	}))
});
const artifact = object({
	names: array(string()).describe("The names that rules of the policy can match: as typed"),
	claims: array(string()).optional().describe("Its own names; rules ignore them"),
	digest: string().optional().describe("The digest of the judged manifest; absent: unknown"),
	index: imageIndex.optional().describe("The index that contains the manifest, and all of its images"),
	referenceDigest: string().optional().describe("The index's or manifest's digest for the reference in its repository, as the scanner reports it"),
	reportedDigests: array(string()).optional().describe("The digests of manifests or indexes by which a given report names its image"),
	imageId: string().optional(),
	platform: string().optional(),
	os: object({
		family: string(),
		name: string(),
		endOfLife: boolean()
	}).optional(),
	layers: int().optional(),
	size: int().optional().describe("Bytes of all layers, unpacked"),
	createdAt: string().optional().describe("When the image was made, according to its own metadata"),
	packages: int().optional().describe("The number that the scanner listed; absent if a given report has no list")
});
const opinionSource = object({
	scanner: string().describe("Its name in the opinions of findings"),
	version: string().optional(),
	scannerSha256: sha256.optional().describe("The digest of its program, if the run started it"),
	databaseUpdatedAt: string().optional(),
	databaseSha256: sha256.optional().describe("The digest of its vulnerability database, recorded at the download"),
	findings: int().nonnegative().describe("Its number of findings"),
	sees: array(string()).describe("Ecosystems that it has advisories for and could check, and other kinds of findings"),
	listsPackages: literal(true).optional().describe("The target's packages are from it"),
	given: literal(true).optional().describe("A given report, which only adds findings to the run's own; absent: the run's own scan"),
	failed: object({
		code: string(),
		what: string()
	}).optional().describe("Why it has no opinion, if the policy lets the run continue without it")
});
const provenance = object({
	scanner: string(),
	scannerVersion: string().optional(),
	scannerSha256: sha256.optional().describe("The digest of the scanner's program; absent: it was not computed"),
	databaseUpdatedAt: string().optional(),
	databaseSha256: sha256.optional().describe("The digest of the vulnerability database's file, recorded at the download; absent: not downloaded"),
	scannedAt: string().optional(),
	source: string().optional(),
	readAs: _enum([
		"reference",
		"archive",
		"layout",
		"folder",
		"repository",
		"sbom"
	]).optional().describe("The form in which the scanner got the target; absent: it scanned nothing in this run"),
	digestUnknown: string().optional().describe("Why the judged manifest is unknown"),
	scanners: array(string()).optional(),
	skipped: array(string()).optional(),
	notes: array(string()).optional()
});
const version$1 = object({
	name: string(),
	version: string()
});
const installed = object({
	...version$1.shape,
	type: string(),
	purl: string().optional(),
	path: string().optional(),
	system: boolean().optional().describe("It belongs to the operating system"),
	source: version$1.optional().describe("The source package that it was built from"),
	modularity: string().optional().describe("Module stream of an RPM"),
	thirdParty: boolean().optional().describe("Not from the system's own repository")
}).describe("A package that the scanner listed, with all fields that a later database needs to match it");

// src/domain/advisory-ids.ts
const MOST_IDS$1 = 64;
function idsOf({ id, aliases = [] }) {
	return aliases.length === 0 || aliases.length >= MOST_IDS$1 ? [id] : [id, ...aliases];
}
function weaknessIds(named) {
	const ids = idsOf(named);
	if (ids.length === 1) return ids;
	const cves = ids.filter(isCve);
	return cves.length > 0 ? cves : ids;
}
function isSameAdvisory(one, other) {
	if (one.id === other.id) return true;
	const [ids, others] = [idsOf(one), new Set(idsOf(other))];
	if (!ids.some((id) => others.has(id))) return false;
	const cves = ids.filter(isCve);
	return cves.length === 0 || ![...others].some(isCve) || cves.some((id) => others.has(id));
}
function otherIds(id, names) {
	if (names.every((each) => each.id === id && each.aliases === void 0)) return void 0;
	const all = new Set(names.flatMap(idsOf));
	all.delete(id);
	if (all.size === 0) return void 0;
	const sorted = [...all].sort();
	if (sorted.length < MOST_IDS$1) return sorted;
	return [...sorted.filter(isCve), ...sorted.filter((each) => !isCve(each))].slice(0, 63);
}
function isCve(id) {
	return id.startsWith("CVE-");
}

// src/domain/same/names.ts
function textOf$1({ kind, id, package: about = "", path = "" }) {
	return `${kind} ${withoutSpaces(id)} ${withoutSpaces(about)} ${withoutSpaces(path)}`;
}
function withoutSpaces(part) {
	return /[% ]/.test(part) ? part.replace(/[% ]/g, encodeURIComponent) : part;
}
function identityOf({ kind, id, package: about, path }) {
	return textOf$1({
		kind,
		id,
		package: about && packageName$1(about),
		path
	});
}
function packageName$1({ purl, type, name }) {
	return purl === void 0 ? `${type}/${name}` : purlWithoutVersion(purl);
}
function placeOf(about, path) {
	if (about === void 0) return {
		package: void 0,
		path
	};
	return {
		package: packageName$1(about),
		path: path && pathWithoutVersion(path, about)
	};
}
function lastingIdentity({ kind, id, package: about, path }) {
	return textOf$1({
		kind,
		id,
		...placeOf(about, path)
	});
}
function otherNames(finding) {
	if (finding.aliases === void 0) return [];
	return weaknessIds(finding).filter((id) => id !== finding.id).map((id) => ({
		...finding,
		id
	}));
}
function sameFinding(identity) {
	return [{ keys: (finding) => [identity(finding)] }, {
		keys: (finding) => idsOf(finding).map((id) => identity({
			...finding,
			id
		})),
		fits: isSameAdvisory
	}];
}
const FITS = [
	(a, b) => a === b,
	(a, b) => a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
	(a, b) => a === "" || b === ""
];
const LONGEST$4 = 256;
const LETTERS = "0-9A-Za-z\\u0080-\\uffff";
function pathWithoutVersion(path, about) {
	const { name, version } = about ?? {
		name: "",
		version: ""
	};
	if (version === "" || version.length > LONGEST$4 || !path.includes(version)) return path;
	const own = asWord(version);
	if (/[.\-_+]/.test(version)) return path.replace(own, "");
	const start = pythonName(lastPart(name));
	const isMeant = (segment) => pythonName(segment).startsWith(start);
	return path.split("/").map((segment) => isMeant(segment) ? segment.replace(own, "") : segment).join("/");
}
function lastPart(name) {
	return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}
const asWord = memoize((version) => {
	const text = version.replace(/[^0-9A-Za-z\u0080-\uffff]/g, "\\$&");
	return new RegExp(`(?<=(?:^|[^.${LETTERS}])[vV]?)${text}(?=$|\\.(?!\\d)|[^.${LETTERS}])`, "g");
});

// src/domain/same/pair.ts
const MOST_ALIKE = 64;
function pair(before, now, passes) {
	const pairs = /* @__PURE__ */ new Map();
	let [gone, fresh] = [before, now];
	for (const { keys, fits } of passes) {
		if (gone.length === 0 || fresh.length === 0) break;
		const known = byKey(gone, keys);
		const crowds = fits && crowdsIn(known, byKey(fresh, keys));
		const taken = /* @__PURE__ */ new Set();
		fresh = fresh.filter((one) => {
			const alike = keys(one).map((key) => crowds?.has(key) ? [] : known.get(key) ?? []);
			const was = fits === void 0 ? firstFree(alike, taken) : firstFitting(alike, (each) => !taken.has(each) && fits(each, one));
			if (was === void 0) return true;
			taken.add(was);
			pairs.set(one, was);
			return false;
		});
		gone = gone.filter((each) => !taken.has(each));
	}
	return {
		pairs,
		gone,
		fresh
	};
}
function byKey(all, keys) {
	const found = /* @__PURE__ */ new Map();
	for (const each of all.toReversed()) for (const key of keys(each)) addTo(found, key, each);
	return found;
}
function crowdsIn(...sides) {
	return new Set(sides.flatMap((side) => [...side].flatMap(([key, { length }]) => length > MOST_ALIKE ? key : [])));
}
function firstFree(lists, taken) {
	for (const list of lists) {
		while (list.length > 0 && taken.has(list.at(-1))) list.pop();
		if (list.length > 0) return list.at(-1);
	}
}
function firstFitting(lists, isFitting) {
	for (const one of new Set(lists.flatMap((list) => list.toReversed()))) if (isFitting(one)) return one;
}
function unite(lists, { key: keyOf, passes, join }) {
	const byKey = /* @__PURE__ */ new Map();
	for (const [at, list] of lists.entries()) {
		const copies = /* @__PURE__ */ new Map();
		for (const one of list) {
			const key = keyOf(one);
			const copy = copies.get(key) ?? 0;
			copies.set(key, copy + 1);
			const part = {
				one,
				from: /* @__PURE__ */ new Set([at])
			};
			const known = byKey.get(`${copy} ${key}`);
			byKey.set(`${copy} ${key}`, known ? joined$1(known, part, join) : part);
		}
	}
	let parts = [...byKey.values()];
	for (const { keys, fits } of passes) for (const at of lists.keys()) {
		const open = parts.filter(({ from }) => from.size < lists.length);
		const { pairs, gone, fresh } = pair(open.filter(({ from }) => !from.has(at)), open.filter(({ from }) => from.has(at)), [{
			keys: ({ one }) => keys(one),
			fits: (a, b) => isApart(a, b) && fits(a.one, b.one)
		}]);
		if (pairs.size === 0) continue;
		parts = [
			...parts.filter(({ from }) => from.size === lists.length),
			...[...pairs].map(([now, before]) => joined$1(before, now, join)),
			...gone,
			...fresh
		];
	}
	return parts.map(({ one }) => one);
}
function isApart({ from }, other) {
	return [...from].every((at) => !other.from.has(at));
}
function joined$1(a, b, join) {
	return {
		one: join(a.one, b.one),
		from: /* @__PURE__ */ new Set([...a.from, ...b.from])
	};
}

// src/domain/policy/change.ts
function looseningFirst(changes) {
	return changes.toSorted((a, b) => Number(b.loosens) - Number(a.loosens));
}

// src/domain/rows/attention.ts
const ORDER$2 = [
	"ended",
	"fixed",
	"ending",
	"overlapped",
	"unused"
];
function needingAttention(verdict) {
	const byLine = verdict.exceptions.toSorted((a, b) => a.exception.line - b.exception.line);
	const whyOf = ({ state, overlappedBy }) => ORDER$2.find((each) => each === state) ?? (overlappedBy && "overlapped");
	return ORDER$2.flatMap((why) => byLine.filter((use) => whyOf(use) === why).map((use) => ({
		why,
		use
	})));
}

// src/domain/rows/package-rows.ts
function packageRows(findings, installed = []) {
	const sources = sourcesIn(installed);
	const rows = /* @__PURE__ */ new Map();
	const rowOf = (finding) => {
		const { package: about, layer, path = "" } = finding;
		const source = about && sources.get(packageKey(about));
		const key = `${[
			layer?.diffId ?? `\0${path}`,
			about?.type,
			source && "source"
		].join("\0")}\0${keyOf$1(finding, source ?? about)}`;
		const row = rows.get(key) ?? newRow(source);
		rows.set(key, row);
		if (about && row.packages.every((each) => packageKey(each) !== packageKey(about))) row.packages.push(about);
		return row;
	};
	let before;
	for (const judged of findings) if (before !== void 0 && isOfSameRow(before.judged, judged)) {
		before.row.findings.push(judged);
		before.row.counts[judged.finding.severity] += 1;
	} else {
		before = {
			judged,
			row: rowOf(judged.finding)
		};
		add(before.row, judged);
	}
	for (const each of rows.values()) if (each.packages.length < 2) each.source = void 0;
	return inOrder$1([...rows.values()], (one) => one);
}
function keyOf$1({ kind, id, path = "", owner }, about) {
	if (about === void 0) return `${kind}\0${id}\0${path}`;
	if (kind === "vulnerability" && owner === void 0) return `${about.name}\0${about.version}`;
	return [
		about.name,
		about.version,
		kind,
		owner?.ecosystem,
		owner?.name,
		owner?.version
	].join("\0");
}
function isOfSameRow(before, judged) {
	const [one, other] = [before.finding, judged.finding];
	const { package: a, layer: { diffId } = {} } = one;
	const { package: b } = other;
	return a !== void 0 && a.name === b?.name && a.version === b.version && a.type === b.type && diffId === other.layer?.diffId && (diffId !== void 0 || one.path === other.path) && one.kind === other.kind && one.owner === other.owner && one.severity === other.severity && before.change === judged.change && judged.exploitation === void 0;
}
const NO_COUNTS = perSeverity(() => 0);
function newRow(source) {
	return {
		source,
		packages: [],
		findings: [],
		counts: { ...NO_COUNTS },
		worst: Number.POSITIVE_INFINITY,
		change: 0,
		isExploited: false,
		epss: 0
	};
}
function add(row, judged) {
	const { finding, exploitation } = judged;
	row.findings.push(judged);
	row.counts[finding.severity] += 1;
	const [rank, change] = [severityRank(finding.severity), changeRank(judged.change)];
	if (rank <= row.worst) row.change = rank < row.worst ? change : Math.min(row.change, change);
	row.worst = Math.min(row.worst, rank);
	if (exploitation === void 0) return;
	row.isExploited ||= exploitation.kev !== void 0;
	row.epss = Math.max(row.epss, exploitation.epss ?? 0);
}
function inOrder$1(all, rowOf) {
	return all.toSorted((one, other) => {
		const [a, b] = [rowOf(one), rowOf(other)];
		return a.worst - b.worst || Number(b.isExploited) - Number(a.isExploited) || a.change - b.change || compareCounts(b.counts, a.counts) || b.epss - a.epss || compareText(nameOf(a), nameOf(b));
	});
}
function nameOf({ source, packages, findings }) {
	return source?.name ?? packages[0]?.name ?? findings[0].finding.path ?? "";
}
const sourcesIn = oncePer((installed) => new Map(installed.flatMap((each) => each.system && each.source ? [[packageKey(each), each.source]] : [])));

// src/domain/fix-plan.ts
function upgradesIn({ steps }) {
	return steps.flatMap((step) => step.kind === "secret" ? [] : step.members);
}
function commonSteps(plans) {
	const all = plans.flatMap(({ steps }, target) => steps.map((step) => ({
		step,
		target,
		key: keyOf(step)
	})));
	const { undefined: _, ...alike } = Object.groupBy(all, ({ key }) => `${key}`);
	return Object.values(alike).flatMap((same = []) => same.slice(0, 1).map(({ step }) => ({
		step,
		targets: unique(same.map(({ target }) => target))
	}))).filter(({ targets }) => targets.length > 1).sort((a, b) => b.targets.length - a.targets.length);
}
function keyOf(step) {
	if (step.kind === "secret") return void 0;
	if (step.kind === "base") {
		const base = step.newer?.reference ?? step.reference;
		return base === void 0 ? void 0 : JSON.stringify(["base", base]);
	}
	const { members, family, to } = step;
	const [first] = members;
	const versions = to === void 0 ? members.map((each) => [each.package, each.to]) : to;
	return JSON.stringify([
		"upgrade",
		first?.type,
		family?.name ?? first?.package,
		versions
	]);
}

// src/domain/rows/row-fix.ts
function rowFixes(plan) {
	const adviceOn = fixAdvisor();
	const planned = Map.groupBy(upgradesIn(plan), (upgrade) => upgrade.package);
	return memoize(({ packages, findings }) => {
		const vulnerabilities = findings.map(({ finding }) => finding).filter(({ kind }) => kind === "vulnerability");
		const [first] = vulnerabilities;
		if (first === void 0) return void 0;
		const of = vulnerabilities.length;
		const upgrades = packages.flatMap(({ name, type, version }) => (planned.get(name) ?? []).filter((each) => each.type === type && each.from === version));
		const [to, ...others] = new Set(upgrades.map((upgrade) => upgrade.to));
		if (to !== void 0 && others.length === 0) {
			const cleared = new Set(upgrades.flatMap((each) => each.ids.map((id) => `${each.package}\0${id}`)));
			const clears = vulnerabilities.filter(({ id, package: about, fixedVersions }) => about !== void 0 && (cleared.has(`${about.name}\0${id}`) || isCleared(ecosystemOf(about), about.version, to, fixedVersions))).length;
			if (clears > 0) return {
				to: [to],
				clears,
				of
			};
		}
		const fixable = vulnerabilities.filter((finding) => adviceOn(finding).to !== void 0);
		if (fixable.length === 0) return { none: adviceOn(first).none ?? "" };
		const named = unique(fixable.flatMap((finding) => adviceOn(finding).to ?? []));
		return {
			to: named.length === 1 ? named : clearing(fixable, named),
			clears: fixable.length,
			of
		};
	});
}
const MOST_COMPARED = 500;
function clearing(fixable, named) {
	const about = fixable[0]?.package;
	const lists = unique(fixable.map(({ fixedVersions }) => fixedVersions));
	if (about === void 0 || lists.length > MOST_COMPARED) return named;
	const one = clearingVersion(ecosystemOf(about), about.version, lists);
	return one === void 0 ? named : [one];
}
function fixAdvisor() {
	const known = /* @__PURE__ */ new Map();
	return (finding) => {
		const { package: about, fixedVersions, status } = finding;
		const isFixed = fixedVersions.length > 0;
		const key = JSON.stringify(isFixed ? [
			about && ecosystemOf(about),
			about?.version,
			fixedVersions
		] : status);
		const advice = known.get(key) ?? adviceOn(finding);
		known.set(key, advice);
		return advice;
	};
}
function adviceOn({ package: about, fixedVersions, status }) {
	if (fixedVersions.length === 0) return { none: statusWords(status) };
	const [first, ...others] = about === void 0 ? fixedVersions : advisedVersions(ecosystemOf(about), about.version, fixedVersions);
	return first === void 0 ? { none: OLDER_FIX } : { to: [first, ...others] };
}
const STATUS = /* @__PURE__ */ new Map([
	["affected", "no fix yet"],
	["will_not_fix", "vendor will not fix it"],
	["fix_deferred", "vendor deferred the fix"],
	["end_of_life", "end of life: no fix will come"],
	["under_investigation", "vendor is looking into it"],
	["not_affected", "vendor says not affected"],
	["unknown", "no fix known"],
	["fixed", "fixed in a version not named"]
]);
function statusWords(status) {
	return STATUS.get(status) ?? status;
}

// src/domain/rows/groups.ts
const NO_PLAN = {
	steps: [],
	noFix: [],
	advised: {
		versions: 0,
		scanned: 0,
		reasons: []
	}
};
const split = oncePer((target) => {
	const isFailing = breaks(target);
	const failing = [];
	const within = [];
	const notCounted = [];
	const accepted = [];
	for (const judged of target.findings) if (judged.outcome === "open") (isFailing(judged) ? failing : within).push(judged);
	else (judged.outcome === "accepted" ? accepted : notCounted).push(judged);
	return {
		failing,
		within,
		notCounted,
		accepted,
		plan: target.plan ?? NO_PLAN
	};
});
const ORDER$1 = [
	"not-agreed",
	"not-introduced",
	"grace",
	"unfixed"
];
const splitRows = oncePer((target) => {
	const { failing: fails, within, notCounted, plan } = split(target);
	const rowsOf = (findings) => packageRows(findings, target.scan.packages);
	const fresh = [fails, within].flatMap((open) => open.filter(isNew)).sort(bySeverity);
	const old = (open) => fresh.length === 0 ? open : open.filter((judged) => !isNew(judged));
	const reasons = Map.groupBy(notCounted, ({ spared = "unfixed" }) => spared);
	return {
		fresh: rowsOf(fresh),
		failing: rowsOf(old(fails)),
		within: rowsOf(old(within)),
		notCounted: [...reasons].sort(([a], [b]) => ORDER$1.indexOf(a) - ORDER$1.indexOf(b)).map(([spared, found]) => ({
			spared,
			rows: rowsOf(found)
		})),
		fixes: rowFixes(plan)
	};
});
function everyRow(target) {
	const fixOf = rowFixes(split(target).plan);
	return packageRows(target.findings, target.scan.packages).map((row) => ({
		row,
		fix: fixOf(row)
	}));
}
function bySeverity(a, b) {
	return severityRank(a.finding.severity) - severityRank(b.finding.severity);
}
function isNew({ change }) {
	return change === "new";
}
function worstFirst(targets) {
	return targets.toSorted((a, b) => compareAnswers(a.answer, b.answer));
}

// src/domain/rows/failing-lines.ts
function failingByLine(targets) {
	return judgedAmong(targets).flatMap(linesOf$1).sort((a, b) => rankOf(a) - rankOf(b));
}
function linesOf$1(target) {
	const { failing, plan } = split(target);
	return [...Map.groupBy(failing, ({ finding }) => finding.layer?.source?.line)].flatMap(([line, found]) => {
		const file = found[0]?.finding.layer?.source?.file;
		if (line === void 0 || file === void 0) return [];
		return [{
			target,
			file,
			line,
			found,
			steps: plan.steps.filter((step) => (step.kind === "secret" ? step.places : step.members).some(({ layer }) => layer?.source?.line === line))
		}];
	});
}
function rankOf({ found: [first] }) {
	return severityRank(first?.finding.severity ?? "UNKNOWN");
}
const OLD_IMAGE = 10;
function* unfixedFirst(target) {
	const { failing, plan } = split(target);
	const unfixed = /* @__PURE__ */ new Map();
	for (const { packages, ids } of plan.noFix) for (const name of packages) unfixed.set(name, /* @__PURE__ */ new Set([...ids, ...unfixed.get(name) ?? []]));
	for (const wanted of unfixed.size === 0 ? [false] : [true, false]) for (const judged of failing) {
		const { id, package: about } = judged.finding;
		if ((unfixed.get(about?.name)?.has(id) ?? false) === wanted) yield judged;
	}
}
function startingLimits(verdict, judged) {
	if (judged.reduce((sum, target) => sum + split(target).failing.length, 0) < OLD_IMAGE || verdict.exceptions.length > 0) return [];
	return SEVERITIES.flatMap((severity) => {
		const rows = judged.flatMap((target) => target.rows.filter((row) => row.severity === severity && row.broken));
		return rows.length === 0 ? [] : [{
			severity,
			open: Math.max(...rows.map((row) => row.open))
		}];
	});
}

// src/render/shared/location.ts
const INSTRUCTION = 44;
const WHOLE_PATH = 1e3;
const WHOLE_INSTRUCTION = 500;
function shortInstruction(instruction, most = INSTRUCTION) {
	const bare = shorten(instruction, 2e3).replace(/^(?:RUN )?\/bin\/sh -c (#\(nop\)\s*)?/, (_, nop) => nop === void 0 ? "RUN " : "").replace(/(?<!\s)\s*# buildkit\s*$/, "").replace(/\s+/g, " ").trim();
	return shorten(bare, most);
}
function briefInstruction(instruction, most = INSTRUCTION) {
	return shorten(shortInstruction(instruction, WHOLE_INSTRUCTION).replace(/\b([0-9a-f]{8})[0-9a-f]{16,}\b/g, "$1…"), most);
}
function placed(path, line) {
	return line === void 0 ? path : `${path}:${line}`;
}
function instructionWords({ instruction = "" }) {
	const words = briefInstruction(instruction);
	return words === "" ? "" : code$1(words);
}
function sourceWords({ source }) {
	return source === void 0 ? "" : path(placed(source.file, source.line));
}
function ownerWords({ ecosystem, name: of, version: installed = "" }) {
	return join(" ", [
		prose(ecosystem, 40),
		name$1(of),
		installed === "" ? "" : version$2(installed)
	]);
}
function layerWords$2(layer) {
	if (layer === void 0) return "";
	const place = layer.number === void 0 ? "" : `layer ${layer.number}`;
	return join(" ", [
		sourceWords(layer),
		place,
		instructionWords(layer)
	]);
}
function fileWords$1({ owner, path: path$3, line }) {
	const place = path$3 === void 0 ? "" : path(placed(path$3, line));
	return owner === void 0 ? place : join(": ", [say`in ${ownerWords(owner)}`, place]);
}
function whereWords(finding) {
	return join(BREAK, [fileWords$1(finding), layerWords$2(finding.layer)]);
}

// src/render/shared/status.ts
function statusOf(judged) {
	if (judged.outcome === "open") return "open";
	return judged.outcome === "not-counted" ? "not counted" : `accepted: ${whyAccepted(judged)}`;
}
function whyAccepted({ exceptions: [exception], vex }) {
	if (exception !== void 0) return plain(exception.reason);
	const words = vex?.status === "fixed" ? "VEX fixed" : "VEX not affected";
	return plain(vex?.justification === void 0 ? words : `${words}: ${vex.justification}`);
}
function sparingRule(judged) {
	const { countsFrom } = judged;
	return EXEMPTED[judged.spared ?? "unfixed"] + (countsFrom === void 0 ? "" : `; counts from ${plain(countsFrom)}`);
}
function whyExempted(judged) {
	if (judged.outcome === "open") return "";
	if (judged.outcome === "not-counted") return `not counted: ${sparingRule(judged)}`;
	const [exception] = judged.exceptions;
	return `${statusOf(judged)}${exception === void 0 ? "" : ` (until ${plain(exception.expires)})`}`;
}
const EXEMPTED = {
	unfixed: "without a fix",
	grace: "in their grace period",
	"not-introduced": "not brought in by this change",
	"not-agreed": "that not all scanners see"
};
const ORIGINS = {
	base: "base image",
	own: "ours"
};
const LEAST_SCORE = .01;
function exploitWords({ exploitation }) {
	const { kev, epss } = exploitation ?? {};
	return [...kev === void 0 ? [] : [`exploited${kev.dueDate === void 0 ? "" : `, due ${plain(shorten(kev.dueDate, 10))}`}${kev.ransomware ? ", ransomware" : ""}`], ...epss !== void 0 && epss >= LEAST_SCORE ? [`EPSS ${Math.floor(epss * 100 + 1e-9)} %`] : []];
}

// src/render/shared/steps.ts
const FEW = 3;
const LINKS = 4;
const LIKELY = .1;
const shortProse = (words) => prose(words, 80);
function stepWords(step) {
	const { what, clears, notes } = step.kind === "upgrade" ? upgradeWords(step) : step.kind === "base" ? baseWords$1(step) : secretWords(step);
	const { exploited, epss = 0 } = step;
	const marks = [exploited > 0 ? "🔥 exploited" : "", ...epss >= LIKELY ? exploitWords({ exploitation: { epss } }) : []];
	const brief = say`${what}${step.kind === "upgrade" ? "" : " ·"} clears ${join(", ", [clears, ...marks])}`;
	return {
		what,
		brief,
		line: join(" · ", [brief, ...notes])
	};
}
function terseStep(step, show = name$1) {
	if (step.kind === "secret") return say`revoke and remove ${counted(step.places.length, "secret")}`;
	if (step.kind === "base") {
		const { newer } = step;
		return newer === void 0 ? "rebuild on a newer base image" : say`rebuild on ${strong(show(newer.reference))}`;
	}
	const { members, family } = step;
	const [first] = members;
	if (first.owner !== void 0) return say`upgrade or replace ${show(first.owner.name)}`;
	const isOne = new Set(members.map((each) => each.package)).size === 1;
	return say`${show(isOne ? first.package : family?.name ?? first.package)} → ${targetWords(step, show)}`;
}
function clearsWords({ clears, bySeverity }) {
	const list = severityList(bySeverity);
	return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}
function upgradeWords(step) {
	const { members, enough } = step;
	const [first] = members;
	const { owner, ecosystem } = first;
	const shipping = owner && join(" ", [
		shortProse(owner.ecosystem),
		name$1(owner.name),
		version$2(owner.version ?? "")
	]);
	const what = say`${subjectWords(step)} → ${targetWords(step)}`;
	return {
		what: shipping === void 0 ? what : say`Upgrade or replace ${shipping}: it bundles ${what}`,
		clears: enough === void 0 ? clearsWords(step) : clearsOpenWords(enough),
		notes: [
			...leavesWords(step),
			step.unproven === void 0 ? "" : say`unproven: ${shortProse(step.unproven)}`,
			placeWords$2(members),
			chainWords(first, step),
			familyWords(step),
			ecosystem === "go" && first.package === "stdlib" ? "build with this version of Go" : ""
		]
	};
}
function subjectWords({ members, family }) {
	const packages = new Set(members.map((each) => each.package));
	const versions = [...new Set(members.map(({ source, from }) => packages.size > 1 && source?.version || from))];
	const from = some(versions, 2, { show: (each) => version$2(each) });
	const [first = ""] = packages;
	if (family === void 0 || packages.size === 1) return say`${name$1(first)} ${from}`;
	return say`${name$1(family.name)} (${counted(packages.size, "package")}) ${from}`;
}
function targetWords({ to, alternatives, members }, shown = name$1) {
	if (to !== void 0) return strong(version$2(to));
	if (alternatives.length === 0) return some(members, FEW, { show: (each) => say`${shown(each.package)} ${strong(version$2(each.to ?? ""))}` });
	const named = alternatives.slice(0, FEW).map((each) => version$2(each));
	return say`${join(" or ", [...named, alternatives.length > FEW ? "…" : ""])} (unknown order)`;
}
function clearsOpenWords({ version: enough, clears, of, bySeverity }) {
	const amount = clears === of ? `all ${number(of)}` : `${number(clears)} of ${number(of)}`;
	return say`${amount} (${version$2(enough)} is enough for the gate): ${severityList(bySeverity)}`;
}
function leavesWords({ mayStay, check }) {
	const { stays = [], brings = [] } = check ?? {};
	return [
		mayStay === void 0 ? "" : say`${amountWords(mayStay)} may stay: no fix is named`,
		stays.length === 0 ? "" : say`${foundWords(stays)} ${stays.length === 1 ? "stays" : "stay"}`,
		brings.length === 0 ? "" : say`brings ${foundWords(brings)}`
	];
}
function foundWords(found) {
	return amountWords({
		bySeverity: countSeverities(found, ({ severity }) => severity),
		ids: [...new Set(found.map(({ id }) => id))]
	});
}
function amountWords({ bySeverity, ids }) {
	return say`${strong(severityList(bySeverity))} (${some(ids, FEW, { show: shortProse })})`;
}
function placeWords$2(members) {
	const [{ place, type }] = members;
	const { tool, application } = place;
	if (tool !== void 0) return say`${name$1(tool)}’s own copy: upgrade ${name$1(tool)} itself`;
	const paths = [...new Set(members.flatMap((each) => each.paths))];
	if (application !== void 0) return say`in the build of ${path(application)}`;
	const [first] = paths;
	if (first !== void 0 && (type === "gobinary" || type === "rustbinary")) return say`in the build of ${paths.length === 1 ? path(first) : counted(paths.length, "program")}`;
	const layer = layerWords$1(members);
	if (paths.length > 1) return join(", ", [counted(paths.length, "place"), layer]);
	return isEmpty(layer) && first !== void 0 ? path(first) : layer;
}
function layerWords$1(members) {
	const layers = new Map(members.map(({ layer }) => [layer?.diffId, layer]));
	const [layer] = layers.values();
	if (layers.size > 1 || layer === void 0) return "";
	return layer.source === void 0 && layer.number !== void 0 ? say`layer ${layer.number}` : sourceWords(layer);
}
function familyWords({ family, members }) {
	if (family === void 0 || family.kind === "source") return "";
	const { bom, springBoot } = family;
	if (springBoot !== void 0) return say`set by Spring Boot ${version$2(springBoot.version)}: raise its parent, or set ${name$1(springBoot.property)}`;
	const isAlone = new Set(members.map((each) => each.package)).size === 1;
	return join(", ", [isAlone ? say`with all ${name$1(family.name)}` : "", bom === void 0 ? "" : say`by ${name$1(bom)}`]);
}
function chainWords({ chains: [chain] }, { command, line }) {
	const links = chain?.packages.slice(0, -1) ?? [];
	const [first] = links;
	if (chain === void 0 || first === void 0) return "";
	const shown = links.slice(0, LINKS).map((link) => name$1(link.name));
	const way = join(" → ", links.length > LINKS ? [...shown, "…"] : shown);
	const touch = chain.direct && command === void 0 && line === void 0;
	return say`brought in by ${way}${touch ? join(" ", [
		": raise",
		name$1(first.name),
		version$2(first.version)
	]) : ""}`;
}
function baseWords$1(step) {
	const { newer, reference, fixable, command, commandClears = 0, clears, members, rebuilding = 0, staying } = step;
	if (newer === void 0) {
		const base = reference === void 0 ? "the base image" : say`the base image ${name$1(reference)}`;
		const act = command === void 0 ? "rebuild on a newer one" : "upgrade them, or rebuild on a newer one";
		const isPart = command !== void 0 && commandClears < clears;
		return {
			what: say`${counted(fixable, "package")} of ${base} ${fixable === 1 ? "has a fix" : "have fixes"}: ${act}`,
			clears: clearsWords(step),
			notes: [isPart ? say`the command clears ${number(commandClears)} of them` : "", ...leavesWords(step)]
		};
	}
	const { brings } = newer;
	const then = commandClears === 0 ? "" : `, of which the command clears ${number(commandClears)}`;
	return {
		what: say`Rebuild on ${strong(name$1(newer.reference))}${ageWords(newer)}`,
		clears: say`${number(rebuilding)} of ${number(rebuilding + staying)}`,
		notes: [
			staying === 0 ? "" : say`${number(staying)} ${staying === 1 ? "stays" : "stay"}${then}`,
			brings === 0 ? "" : say`brings ${counted(brings, "other finding")}`,
			sourceWords({ source: members.find(({ layer }) => layer?.source !== void 0)?.layer?.source }),
			...leavesWords(step)
		]
	};
}
function ageWords({ ageDays }) {
	if (ageDays === void 0) return "";
	return ageDays === 0 ? " (made today)" : ` (${counted(ageDays, "day")} old)`;
}
function secretWords({ title, places, ...weight }) {
	const show = (place) => path(placed(place.path, place.line));
	const shown = some(places, FEW, {
		show,
		what: "place"
	});
	const layers = [...new Set(places.flatMap(({ layer }) => layer?.number ?? []))].sort((a, b) => a - b);
	const list = some(layers.map(String), FEW, { show: (layer) => layer });
	return {
		what: say`Revoke, then remove: ${shortProse(title)} in ${shown}`,
		clears: clearsWords(weight),
		notes: [layers.length === 0 ? "" : say`layer ${list}: a later layer does not remove it`]
	};
}
function proofWords(plans) {
	const versions = plans.reduce((sum, { advised }) => sum + advised.versions, 0);
	const left = plans.reduce((sum, { advised }) => sum - advised.scanned, versions);
	if (versions === 0) return "";
	if (left === 0) return "Each version was scanned with the same database.";
	const [reason, ...others] = new Set(plans.flatMap(({ advised }) => advised.reasons));
	const why = reason === void 0 || others.length > 0 ? "" : say`, since ${shortProse(reason)}`;
	const what = left === versions ? "Unproven" : `${number(left)} of ${number(versions)} versions are unproven`;
	return say`${what}${why}: a version may have its own findings.`;
}

// src/render/story/base.ts
const REFERENCE$1 = 100;
const MOST_ROWS = 20;
const MOST_NAMES = 6;
function baseSection(base) {
	if (base === void 0) return [];
	return [
		...base.problem === void 0 ? [] : [alert("WARNING", prose(base.problem, 600))],
		para(baseWords(base)),
		para(base.note === void 0 ? "" : note(prose(base.note, 600))),
		...candidatesTable(base)
	];
}
function baseWords(base) {
	return join(" ", [splitLine(base), base.newer === void 0 ? "" : newerLine(base.newer)]);
}
function splitLine({ found, reference, layers, counts }) {
	if (counts === void 0) return "";
	const named = reference === void 0 ? "" : say` ${code$1(reference, REFERENCE$1)}`;
	const place = layers === 1 ? "layer 1" : `layers 1 to ${number(layers)}`;
	const all = sum(counts.base) + sum(counts.own);
	return say`${strong("Base image")}${named} (${place}${found === void 0 ? "" : HOW[found]}): of ${counted(all, "finding")}, ${countedWords(counts.base, "from it")} and ${countedWords(counts.own, "ours")}.`;
}
const HOW = {
	input: "",
	annotation: ", by the image's own word",
	history: ", by the image's history"
};
function countedWords(counts, whose) {
	const list = severityList(counts);
	return `${number(sum(counts))} ${whose}${list === "" ? "" : ` (${list})`}`;
}
function sum(counts) {
	return SEVERITIES.reduce((all, severity) => all + counts[severity], 0);
}
function newerLine(newer) {
	const { reference, clears, of, brings } = newer;
	const brought = brings === 0 ? "" : `, and brings ${counted(brings, "other")}`;
	return say`${strong("Rebuilding on ", code$1(reference, REFERENCE$1), say`${ageWords(newer)} clears ${clears} of ${of}`)}${brought}.`;
}
const HEAD$3 = [
	"base",
	"findings",
	{
		words: "size",
		align: "right"
	},
	"shells",
	"compilers",
	"package managers"
];
function candidatesTable({ inUse, candidates }) {
	if (candidates.length === 0) return [];
	const rows = candidates.slice(0, MOST_ROWS).map(candidateRow);
	return [table(HEAD$3, [...inUse === void 0 ? [] : [figuresRow(inUse, " (in use)")], ...rows]), para(leftOut(candidates.length - rows.length, "more candidate"))];
}
function candidateRow(candidate) {
	if (!("problem" in candidate)) return figuresRow(candidate);
	const problem = say`not scanned: ${prose(candidate.problem, 200)}`;
	return [
		code$1(candidate.reference, REFERENCE$1),
		problem,
		"–",
		"–",
		"–",
		"–"
	];
}
function figuresRow({ reference, findings, size, surface }, use = "") {
	return [
		[code$1(reference, REFERENCE$1), use],
		severityList(findings) || "none",
		size === void 0 ? "–" : sizeWords(size),
		...surfaceCells(surface)
	];
}
function surfaceCells(surface) {
	if (surface === void 0) return [
		"not known",
		"not known",
		"not known"
	];
	return [
		surface.shells,
		surface.compilers,
		surface.packageManagers
	].map((names) => {
		return names.length === 0 ? "none found" : some(names, MOST_NAMES, { show: (each) => name$1(each) });
	});
}
const MOST_UNMATCHED = 5;
function dockerfileSection({ dockerfile }) {
	const lines = [...Map.groupBy(dockerfile?.unmatched ?? [], ({ why }) => why)].map(([why, targets]) => {
		const names = some(targets, MOST_UNMATCHED, { show: ({ label }) => code$1(label, REFERENCE$1) });
		return say`${strong(code$1(dockerfile?.file ?? "", 100), " was not matched with ", names, ":")} ${UNMATCHED_WHY[why]}. No line of it is named.`;
	});
	return lines.length === 0 ? [] : [alert("WARNING", ...lines)];
}
const UNMATCHED_WHY = {
	"no-instruction": "it has no RUN, COPY or ADD that makes a layer, so nothing shows that it belongs to the image",
	"no-match": "no RUN, COPY or ADD of it made a layer of the image, which is built from another Dockerfile or commit",
	"no-history": "the image does not say which instructions made its layers"
};

// src/render/shared/advisory-page.ts
const PAGES = [
	[/^CVE-\d{4}-\d{4,9}$/, (id) => `https://nvd.nist.gov/vuln/detail/${id}`],
	[/^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/, (id) => `https://github.com/advisories/${id}`],
	[/^RUSTSEC-\d{4}-\d{4}$/, (id) => `https://rustsec.org/advisories/${id}.html`],
	[/^GO-\d{4}-\d{4,6}$/, (id) => `https://pkg.go.dev/vuln/${id}`],
	[/^(PYSEC|MAL|OSV|BIT|HSEC|EEF)-\d{4}-\d{1,9}$/, (id) => `https://osv.dev/vulnerability/${id}`],
	[/^(DSA|DLA)-\d{1,6}-\d{1,3}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
	[/^TEMP-\d{7}-[0-9A-F]{6}$/, (id) => `https://security-tracker.debian.org/tracker/${id}`],
	[/^USN-\d{1,6}-\d{1,3}$/, (id) => `https://ubuntu.com/security/notices/${id}`],
	[/^RH[SBE]A-\d{4}:\d{4,6}$/, (id) => `https://access.redhat.com/errata/${id}`],
	[/^ELSA-\d{4}-\d{4,6}$/, (id) => `https://linux.oracle.com/errata/${id}.html`]
];
const KNOWN_PAGES = [
	/^https:\/\/(avd\.aquasec\.com|nvd\.nist\.gov|osv\.dev|rustsec\.org|pkg\.go\.dev|advisories\.gitlab\.com)\//,
	/^https:\/\/(security-tracker\.debian\.org|www\.debian\.org|ubuntu\.com|people\.canonical\.com)\//,
	/^https:\/\/(access\.redhat\.com|linux\.oracle\.com|errata\.almalinux\.org|errata\.rockylinux\.org)\//,
	/^https:\/\/(alas\.aws\.amazon\.com|www\.suse\.com|security\.alpinelinux\.org|security\.gentoo\.org)\//,
	/^https:\/\/(msrc\.microsoft\.com|images\.chainguard\.dev|www\.cve\.org)\//,
	/^https:\/\/github\.com\/advisories\/GHSA-/
];
const PLAIN_URL = /^https:\/\/[a-z0-9.-]+\/[\w./:%~+=?-]{1,300}$/;
function advisoryUrl(id, url) {
	const page = PAGES.find(([pattern]) => pattern.test(id));
	if (page !== void 0) return page[1](id);
	return url !== void 0 && PLAIN_URL.test(url) && KNOWN_PAGES.some((known) => known.test(url)) ? url : void 0;
}
function advisory(id, url) {
	const page = advisoryUrl(id, url);
	if (page === void 0 || !/^[A-Za-z0-9-]+(?::\d+)?$/.test(id)) return code$1(id, 60);
	return link(shorten(id, 60, "middle"), page);
}

// src/render/print/markdown-text.ts
const LONGEST_CODE = 160;
const LONGEST_TEXT = 600;
const LONGEST_WORD = 100;
function code(untrusted, most = 160) {
	return span(visible(shorten(untrusted, most, "middle")));
}
function packageName(untrusted) {
	return span(codedLetters(visible(shorten(untrusted, 160, "middle"))));
}
function span(text) {
	if (text === "") return "`\"\"`";
	const shown = withoutColour(noComment(text)).replace(/\\(?=\|)/g, codePoint).replace(/^ | $/g, codePoint);
	if (!shown.includes("`")) return `\`${shown}\``;
	const fenceText = "`".repeat(longestRun(shown) + 1);
	return `${fenceText} ${shown} ${fenceText}`;
}
function withoutColour(text) {
	return /^\s*(?:#[0-9a-f]{3,8}|(?:rgb|hsl)a?\(.*\))\s*$/i.test(text) ? text.replace(/\S/, codePoint) : text;
}
function longestRun(text) {
	return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
function noComment(text) {
	return text.includes("<!--") ? text.replaceAll("<!--", "<\\u{21}--") : text;
}
const AROUND = /^["'(]+|["'.,;:!?)%…]+$/gu;
const HARMLESS_CORE = /^[\p{L}\p{M}\p{N}\p{S}\p{P}]+$/u;
const HARMLESS_ASCII = /^[!-~]+$/;
const MEANINGFUL = /[!"#$%&()*+.:;<=>?@[\\\]^_`{|}~]/;
const NUMBER = /^\d+(\.\d+)+$/;
const REFERENCE = /(?:^|[^\p{L}\p{N}])(?:g[hl]-\d|[0-9a-f]{7,64}(?![\p{L}\p{N}]))/iu;
function text(untrusted, most = 600) {
	return shorten(untrusted, most).replace(/\s+/g, " ").trim().split(/(`[^`]+`)/).map((piece, index) => index % 2 === 1 ? code(piece.slice(1, -1)) : proseWords(piece)).reduce((before, piece) => before.endsWith("`") && piece.startsWith("`") ? `${before} ${piece}` : before + piece, "").replace(/^(\d+)([.)])(?= |$)/, "$1\\$2");
}
const PLAIN_WORD = /^(?!www\.)[a-f]*[g-z][a-z]*[.,]?$/i;
function proseWords(piece) {
	return piece.split(" ").map((word) => {
		if (word === "" || word.length <= LONGEST_WORD && PLAIN_WORD.test(word)) return word;
		return proseWord(visible(shorten(word, LONGEST_WORD, "middle")));
	}).join(" ");
}
function proseWord(word) {
	if (/^[-–—/]+$/.test(word)) return word.replaceAll("-", "\\-");
	if (word === "&") return "&amp;";
	if (/^(?:["'(]*[.,;!?)"'%…]*|:)$/.test(word) && !/[!%]"|^;;;/.test(word)) return word;
	if (isHarmless(word.replace(AROUND, "")) && !/www\./i.test(word)) return word;
	const [, before = "", within = word, after = ""] = /^([("']*)(.*?)([.,;!?)"']*)$/su.exec(word) ?? [];
	return within === "" ? span(word) : `${before}${span(within)}${after}`;
}
function isHarmless(core) {
	if (!(HARMLESS_ASCII.test(core) || HARMLESS_CORE.test(core)) || REFERENCE.test(core)) return false;
	if (/^[-/]/.test(core)) return false;
	return !MEANINGFUL.test(core) || NUMBER.test(core);
}
function version(untrusted) {
	if (!(/^(?:\d{1,4}:)?[0-9A-Za-z][0-9A-Za-z.+~-]{0,59}$/.test(untrusted) && !/^\d+\.$/.test(untrusted)) || REFERENCE.test(untrusted) || /www\./i.test(untrusted)) return untrusted === "" ? "" : code(untrusted, 60);
	return untrusted.replaceAll("~", "\\~");
}
function isLinkable(url) {
	return LINKABLE.test(url);
}
const LINKABLE = /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./:%~+=?-]*(?:#[a-z0-9-]+)?$/i;
const RULES = {
	left: ":--",
	right: "--:",
	none: "---"
};
function tableHead(columns, align = []) {
	return `${tableRow(columns)}\n|${columns.map((_, i) => RULES[align[i] ?? "none"]).join("|")}|`;
}
function tableRow(cells) {
	return `| ${cells.map(tableCell).join(" | ")} |`;
}
function tableCell(markdown) {
	if (!/[\r\n|]/.test(markdown)) return markdown;
	return markdown.replace(/[\r\n]+/g, " ").replaceAll("|", "\\|");
}
function html(untrusted, most = Number.POSITIVE_INFINITY, isCode = false) {
	const one = visible(shorten(untrusted, most, "middle").replace(/\s+/g, " "));
	return !isCode && isProse(one) && !REFERENCE.test(one) && !/!\d/.test(one) ? escaped(one) : `<code>${escaped(withoutColour(one))}</code>`;
}
function isProse(one) {
	if (/^(?:[A-Za-z\d ,.;()'?!-]|: )*$/.test(one)) return !/\.[A-Za-z]/.test(one);
	return /^(?:[\p{L}\p{N} ,.;()'’?!–-]|: )*$/u.test(one) && !/\.\p{L}/u.test(one);
}
function escaped(text) {
	return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
const COMMAND$1 = /^((?:[\s>]|[-*+](?=\s)|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s)){0,200})\/(?=[a-z_])/i;
function fence(untrusted, language = "") {
	const lines = untrusted.split(/\r\n|\r|\n/).map((line) => visible(line).replace(COMMAND$1, (_, before) => before + codePoint("/"))).join("\n");
	const marks = "`".repeat(Math.max(3, longestRun(lines) + 1));
	return `${marks}${language}\n${noComment(lines)}\n${marks}`;
}
function quote(markdown) {
	return markdown.split("\n").map((line) => `> ${line}`).join("\n");
}

// src/render/story/provenance.ts
function targetProvenance(target, view, hasWholeDigests = false) {
	const { artifact, provenance } = target.scan;
	const digestWords = (digest, what) => digest === void 0 ? "" : say`${what} ${code$1(hasWholeDigests ? digest : digest.replace(DIGEST$1, "$1…"), 40)}`;
	const skipped = provenance.skipped ?? [];
	return [
		digestWords(artifact.digest, "image"),
		digestWords(artifact.index?.digest, "of index"),
		provenance.digestUnknown === void 0 ? "" : say`image's digest not known, as ${prose(provenance.digestUnknown, 120)}`,
		digestWords(artifact.imageId, "image id"),
		artifact.platform === void 0 ? "" : code$1(artifact.platform, 40),
		artifact.os === void 0 || artifact.os.family === "none" ? "" : code$1(`${artifact.os.family} ${artifact.os.name}`.trim(), 60),
		provenance.source === void 0 ? "" : say`from ${prose(provenance.source, 80)}`,
		scannerWords(target),
		databaseWords(provenance.databaseUpdatedAt, view),
		skipped.length === 0 ? "" : say`skipped ${some(skipped, 5, { show: (path) => code$1(path, 60) })}`
	].filter((part) => !isEmpty(part));
}
function scannersOf(targets, view) {
	const all = targets.map((target) => join(", ", [scannerWords(target), databaseWords(target.scan.provenance.databaseUpdatedAt, view)]));
	return [...new Map(all.filter((part) => !isEmpty(part)).map((part) => [JSON.stringify(part), part])).values()].slice(0, 3);
}
const DIGEST$1 = /^(sha256:[0-9a-f]{12})[0-9a-f]+$/;
function scannerWords(target) {
	const { scanners = [] } = target.scan.provenance;
	const asked = opinionsIn(target.scan).filter(({ scanner }) => scanner !== "");
	if (asked.length === 0) return "";
	const kinds = join(", ", scanners.map((kind) => prose(kind, 20)));
	return [names(asked.map(({ scanner, version: of }) => join(" ", [prose(scanner, 40), of === void 0 ? "" : version$2(of)]))), scanners.every((kind) => kind === "vuln") ? "" : say` (${kinds})`];
}
function databaseWords(updatedAt, view) {
	if (updatedAt === void 0) return "";
	const old = age(updatedAt, view.now);
	return old === void 0 ? "" : `database ${old} old`;
}
function branchWords(from) {
	if (from === "workspace") return "";
	return from === "base" ? " of the base branch" : " of the default branch";
}
function policyWords({ path, from, isUnread = false }) {
	if (path !== void 0) return say`policy ${code$1(path)}${branchWords(from)}`;
	return isUnread ? "" : "no policy file";
}
function runProvenance({ policy, commit, runUrl }) {
	return [
		policyWords(policy),
		commit === void 0 ? "" : say`commit ${code$1(commit.slice(0, 12), 12)}`,
		runUrl !== void 0 && isLinkable(runUrl) ? link("this run", runUrl) : ""
	].filter((part) => !isEmpty(part));
}
function smallPrint(parts) {
	return para(small(join(" · ", parts)));
}

// src/render/story/exceptions.ts
function attentionWords({ why, use }) {
	const { exception, matches, open, overlappedBy, daysLeft } = use;
	if (why === "fixed") return "is over, as a fix exists (only-while-unfixed): upgrade, then delete it";
	if (why === "unused") return "matches nothing: delete it";
	const noun = exception.gap ? "gap" : "finding";
	const day = `${daysLeft < 0 ? "ended" : "ends"} on ${exception.expires}`;
	const also = overlappedBy === void 0 ? "" : `; line ${overlappedBy.line} covers the same until ${overlappedBy.expires}`;
	if (why === "ending") return `${day}, covers ${counted(matches, noun)}${also}`;
	if (open > 0) return `${day}: ${counted(open, noun)} ${open === 1 ? "counts" : "count"} again`;
	return `${day}${also}: ${why === "ended" ? "delete it" : "keep one of the two"}`;
}
const SIGN$3 = {
	ended: "⛔ ",
	fixed: "🔧 ",
	ending: "⏳ ",
	overlapped: "🔁 ",
	unused: "🧹 "
};
const OPEN$1 = 6;
function exceptionsSection({ verdict, policy }, rank, unfolded = false) {
	return listed$1(needingAttention(verdict), {
		title: say`Exceptions that need attention${policy.path === void 0 ? "" : say` (${code$1(policy.path)})`}`,
		row: (item) => [attentionItem(item)],
		rank,
		share: .12,
		what: "more exception",
		open: unfolded ? void 0 : OPEN$1
	});
}
function attentionItem(item) {
	const { exception } = item.use;
	const { line, gap, id, package: about, owner } = exception;
	const scope = about === void 0 ? "" : say` on ${name$1(about)}`;
	const answers = owner === void 0 ? "" : say` · ${code$1(owner, 60)}`;
	return say`${SIGN$3[item.why]}line ${`${line}`}: ${gap ? "coverage " : ""}${advisory(id)}${scope} ${attentionWords(item)}${answers}`;
}
const MOST$3 = 10;
const LONGEST$3 = 1e3;
function snippetSection(targets, policy, start = []) {
	const exceptions = targets.flatMap((target) => {
		const { kind, as, input } = target.target;
		const image = targets.length > 1 && kind === "image" ? withoutTag(as ?? input) : void 0;
		return [...unfixedFirst(target).take(500).map(({ finding }) => yamlScope(finding, image))];
	});
	const total = targets.reduce((sum, target) => sum + split(target).failing.length, 0);
	const of = `${counted(total, "failing finding")}, no fix first`;
	return pasteFold("exceptions", exceptions, {
		most: MOST$3,
		of,
		why: "why may it run?",
		policy,
		below: start
	});
}
function pasteFold(kind, candidates, { most, of, why, policy: { path, from, isUnread = false }, below = [] }) {
	const all = new Set(candidates);
	const items = [...all].filter(({ length }) => length <= LONGEST$3).slice(0, most);
	if (items.length === 0) return [...below];
	const some = items.length < all.size ? ` (${number(items.length)} of ${of})` : "";
	const key = kind === "gaps" ? "coverage:" : "exceptions:";
	const isNew = path === void 0 && !isUnread;
	const file = say`In ${isNew ? "a new file " : ""}${code$1(path ?? ".github/image-gate.yml")}${branchWords(from)}`;
	const where = isNew ? say`${file}:` : say`${file}, below ${code$1(key)} if that is there:`;
	const filledIn = [
		`    reason: ""    # required: ${why}`,
		"    owner: \"\"     # who answers for it; or delete this line",
		"    expires: \"\"   # required: last day, YYYY-MM-DD"
	];
	const lines = [
		isNew ? "version: 1" : "",
		key,
		...items.flatMap((item) => [item, ...filledIn])
	];
	const blocks = [
		para(isUnread ? "" : where),
		paste(joined$2("\n", lines), "yaml"),
		...below
	];
	return [fold(`Accept for a time instead: ${kind} to paste into the policy${some}`, blocks)];
}
function pasteItem(first, path, image) {
	const scope = Object.entries({
		paths: path,
		images: image
	}).map(([key, glob = "*"]) => glob === "" || /[*?]/.test(glob) ? "" : `    ${key}: [${yamlText(glob)}]`);
	return joined$2("\n", [first, ...scope]);
}
function yamlScope(finding, image) {
	const about = finding.package === void 0 ? "" : `\n    package: ${yamlText(finding.package.name)}`;
	return pasteItem(`  - id: ${yamlText(finding.id)}${about}`, finding.path, image);
}
function yamlText(untrusted) {
	if (/^(?:CVE|GHSA|RUSTSEC|GO|PYSEC|DSA|DLA|DS|AVD)-[A-Za-z0-9-]+$/.test(untrusted)) return untrusted;
	return JSON.stringify(untrusted).replace(/[^\x20-\x7e]|<|`/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function startSection({ verdict }, judged) {
	const limits = startingLimits(verdict, judged);
	if (limits.length === 0) return [];
	const lines = limits.map(({ severity, open }) => {
		const limit = DEFAULT_THRESHOLDS[severity];
		return `  ${severityName(severity)}: ${open}   # aim: ${limit === "unlimited" ? "lower" : limit}`;
	});
	const words = say`Either set ${code$1("mode: warn")}: all of this is reported, and the run does not fail. Or take today's counts as limits, so that nothing is added, and lower them as you upgrade:`;
	const policy = [
		"version: 1",
		"thresholds:",
		...lines
	].join("\n");
	return [fold("An old image? How to start", [para(words), paste(policy, "yaml")])];
}

// src/render/story/coverage.ts
const MOST_GAPS = 20;
const LONGEST$2 = 500;
const SIGN$2 = {
	looked: "✅ ",
	gap: "⛔ not looked at: ",
	"nothing-there": "➖ nothing there: ",
	"not-asked": "➖ not asked for: ",
	"not-known": "❔ not known: "
};
function acceptedWords({ accepted, ended }) {
	if (accepted !== void 0) return `accepted${accepted.owner === void 0 ? "" : ` by ${accepted.owner}`} until ${accepted.expires}: ${accepted.reason}`;
	return ended === void 0 ? "not accepted" : `the acceptance in line ${ended.line} ended on ${ended.expires}`;
}
function coverageSection({ coverage = NOTHING }, rank) {
	const { gaps } = coverage;
	const seen = withoutEmpty(coverage.rows).map(({ subject, status, detail }) => [SIGN$2[status], join(": ", [prose(subject, 100), detail === "" ? "" : prose(detail, LONGEST$2)])]);
	return listed$1(seen.length === 0 ? [] : [...seen, ...gaps.map(gapItem)], {
		row: (item) => [item],
		rank,
		share: .2,
		what: "more row",
		most: seen.length + MOST_GAPS,
		open: 0,
		folded: () => summaryWords$1(coverage),
		isUnfolded: gaps.length > 0
	});
}
const NOTHING = {
	rows: [],
	gaps: []
};
function withoutEmpty(rows) {
	const isEmpty = ({ status, detail }) => status === "not-asked" && detail === "";
	const empty = rows.filter(isEmpty);
	if (empty.length < 2) return rows;
	const subject = empty.map((row) => row.subject).join(", ");
	return [...rows.filter((row) => !isEmpty(row)), {
		subject,
		status: "not-asked",
		detail: ""
	}];
}
function gapItem(judged) {
	const { gap } = judged;
	const path = gap.path === void 0 ? "" : say` ${code$1(gap.path)}`;
	return say`${judged.accepted === void 0 ? "⛔" : "⚠️"} ${code$1(gap.code)}${path}: ${prose(acceptedWords(judged), LONGEST$2)}`;
}
function summaryWords$1(coverage) {
	const { gaps, rows } = coverage;
	const leavesOut = rows.some(({ status, detail }) => status === "not-asked" && detail !== "");
	if (gaps.length === 0 && leavesOut) return "Coverage: without the parts that the run leaves out";
	if (gaps.length === 0) return isWhole(coverage) ? "Coverage: complete" : "Coverage, as far as it is known";
	const accepted = gaps.filter((gap) => gap.accepted !== void 0).length;
	const kinds = {
		"not accepted": gaps.length - accepted,
		accepted
	};
	const parts = Object.entries(kinds).map(([kind, count]) => count === 0 ? "" : `${counted(count, "gap")} ${kind}`);
	return `Coverage: ${joined$2(", ", parts)}`;
}
function gapSnippet({ verdict: { targets }, policy }) {
	const open = targets.flatMap(({ coverage, target }) => {
		return (coverage?.gaps ?? []).filter(({ accepted }) => accepted === void 0).map(({ gap }) => pasteItem(`  - gap: ${gap.code}`, gap.path, withoutTag(target.input)));
	});
	return pasteFold("gaps", open, {
		most: MOST_GAPS,
		of: counted(open.length, "gap"),
		why: "why may it run without being looked at?",
		policy
	});
}
function gapNotes({ coverage }) {
	return (coverage?.gaps ?? []).map((judged) => ({
		code: judged.gap.code,
		words: `Not looked at: ${judged.gap.what} (${acceptedWords(judged)})`
	}));
}

// src/render/shared/explained.ts
function explained(id, pages) {
	const page = errorPage(id);
	if (pages === void 0) return say`See ${code$1(page)} of Image Gate.`;
	return say`${link("More about this error", `${pages}/${page}`)}.`;
}

// src/render/story/counts.ts
const COUNTED = [...SEVERITIES, "accepted"];
const SIGN$1 = {
	pass: "✅\xA0pass",
	fail: "❌\xA0fail",
	error: "⛔\xA0error"
};
const RIGHT = "right";
function targetsOverview(targets, rank) {
	const head = [
		"",
		"target",
		...COUNTED.map((words) => ({
			words,
			align: RIGHT
		}))
	];
	return listed$1(worstFirst(targets), {
		head,
		row: overviewRow,
		rank,
		share: .3,
		what: "more target"
	});
}
function savedAs(judged) {
	const { kind, input, as } = judged.target;
	if (judged.answer === "error" || kind !== "image" || as !== void 0 || !isNamedAsFile(input)) return [];
	return (judged.scan.artifact.claims ?? []).slice(0, 1);
}
function overviewRow(target) {
	const label = join(BREAK, [target.target.label, ...savedAs(target)].map((each) => code$1(each)));
	if (target.answer === "error") return [
		SIGN$1.error,
		[
			label,
			BREAK,
			code$1(target.error.code, 60)
		],
		...COUNTED.map(() => "?")
	];
	const accepted = target.rows.reduce((sum, row) => sum + row.accepted, 0);
	return [
		SIGN$1[target.answer],
		[label, exploitBreaks(target)],
		...target.rows.map(openCell),
		number(accepted)
	];
}
function countsSection(target, unfolded) {
	return fold(countsWords(target), [countsTable(target)], unfolded);
}
function countsWords(target) {
	return `Counts and limits: ${KINDS.flatMap(([kind, words, none]) => {
		const list = kindWords(target, kind) || none;
		return list === void 0 ? [] : [`${list} ${words}`];
	}).join("; ")}`;
}
const KINDS = [
	[
		"open",
		"open",
		"none"
	],
	[
		"accepted",
		"accepted",
		void 0
	],
	[
		"notCounted",
		"not counted",
		void 0
	]
];
function kindWords({ rows }, kind) {
	return severityList(Object.fromEntries(rows.map((row) => [row.severity, row[kind]])));
}
function countsTable(target) {
	const cells = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0).map((row) => countCells(row.severity, row));
	for (const row of target.exploitRows ?? []) cells.push(countCells(row.kind === "exploited" ? "🔥 exploited" : exploitWords$1(row), row));
	const numbers = [
		"open",
		"limit",
		"accepted",
		"not counted"
	].map((words) => ({
		words,
		align: RIGHT
	}));
	return table(["", ...numbers], cells);
}
function countCells(words, row) {
	return [
		row.broken ? ["❌ ", broken(words)] : words,
		row.broken ? broken(number(row.open)) : number(row.open),
		limitWords(row.limit),
		number(row.accepted),
		number(row.notCounted)
	];
}
function exploitBreaks({ exploitRows = [] }) {
	return exploitRows.filter((row) => row.broken).map((row) => [
		BREAK,
		broken(number(row.open)),
		` ${exploitWords$1(row)} (limit ${limitWords(row.limit)})`
	]);
}
function limitWords(limit) {
	return limit === "unlimited" ? "–" : number(limit);
}
function openCell(row) {
	return row.broken ? [broken(number(row.open)), ` (limit ${limitWords(row.limit)})`] : number(row.open);
}
function suppressedLine(target) {
	const { suppressed, provenance } = target.scan;
	if (suppressed === 0) return "";
	return `${counted(suppressed, "row")} ${suppressed === 1 ? "was" : "were"} suppressed by ${provenance.scanner === "" ? "the scanner" : "the scanner itself"} (VEX or an ignore file) and ${suppressed === 1 ? "is" : "are"} not counted.`;
}
const MOST$2 = 12;
function unjudgedNotice({ target }, { verdict, platformRemedy }) {
	const found = unjudgedPlatforms(verdict.targets).find((each) => each.target === target);
	if (found === void 0) return "";
	const show = (each) => code$1(each, 60);
	const one = found.judged === void 0 ? "One image" : say`The image for ${show(found.judged)}`;
	const what = say`${one} was judged. Its index has others, which were not looked at: ${some(found.others, MOST$2, { show })}.`;
	const remedy = say`${code$1("platform: all")} judges each; a list of platforms these.`;
	return [
		strong(what),
		" ",
		platformRemedy === void 0 ? remedy : prose(platformRemedy)
	];
}

// src/domain/opinions/agreement.ts
function agreementOf(scanners, findings) {
	const found = findings.flatMap(({ kind, opinions = [] }) => kind === "vulnerability" ? [opinions] : []);
	const disputed = found.filter(({ length }) => length !== scanners.length);
	const counts = Map.groupBy(disputed, ([first, second]) => second === void 0 ? first?.scanner : void 0);
	const alone = scanners.flatMap((scanner) => {
		const { length } = counts.get(scanner) ?? [];
		return length === 0 ? [] : [[scanner, length]];
	});
	const some = counts.get(void 0)?.length ?? 0;
	return {
		scanners,
		all: found.length,
		agreed: found.length - disputed.length,
		alone,
		some
	};
}
function agreementsOf(scans) {
	const merged = scans.filter(({ opinions }) => opinions !== void 0);
	return [...Map.groupBy(merged, (scan) => JSON.stringify(scannersOf$1(scan))).values()].map((same) => {
		const findings = unique(same.map((scan) => scan.findings)).flat();
		return agreementOf(same[0] === void 0 ? [] : scannersOf$1(same[0]), findings);
	});
}
function agreementLine({ scanners, all, agreed, alone, some }) {
	if (scanners.length < 2) return `Only ${namesOf(scanners)} has an opinion`;
	const rest = [...alone.map(([scanner, count]) => `${number(count)} only ${scanner}`), ...some > 0 ? [`${number(some)} some of them`] : []];
	const line = `${namesOf(scanners)} agree on ${number(agreed)} of ${number(all)}`;
	return rest.length === 0 ? line : `${line}; ${rest.join(", ")}`;
}
function differences(scan) {
	const sources = (scan.opinions ?? []).filter(({ failed }) => failed === void 0);
	const isListed = memoizedListing(scan);
	return (finding) => {
		const { opinions } = finding;
		if (opinions === void 0 || finding.kind !== "vulnerability") return [];
		const by = opinions.map(({ scanner }) => scanner);
		const absent = sources.filter(({ scanner }) => !by.includes(scanner));
		return [
			...[...Map.groupBy(absent, (source) => whyNot(finding, source, isListed))].map(([why, sources]) => ({
				kind: "seen",
				by,
				not: sources.map(({ scanner }) => scanner),
				why
			})),
			...isVaried(opinions, ({ severity }) => severity) ? [{
				kind: "severity",
				says: opinions
			}] : [],
			...isVaried(opinions, ({ fixedVersions }) => String(fixedVersions.length > 0)) ? [{
				kind: "fix",
				says: opinions
			}] : []
		];
	};
}
function isVaried(opinions, of) {
	const [first, ...others] = opinions.map(of);
	return others.some((each) => each !== first);
}
function whyNot(finding, source, isListed) {
	const { package: about, opinions = [] } = finding;
	if (about !== void 0 && !source.sees.includes(needsOf(about))) return "no-data";
	if (opinions.every(({ byName }) => byName)) return "by-name";
	if (opinions.some(({ bySystem }) => bySystem)) return "by-system";
	if ([finding.title, finding.description ?? ""].some((text) => WITHDRAWN.test(text))) return "withdrawn";
	return source.listsPackages && !isListed(finding) ? "no-package" : "unproven";
}
const WITHDRAWN = /^\s*(?:\*\*\s*(?:reject(?:ed)?|disputed)\s*\*\*|rejected reason:|\[?withdrawn\b)/i;
function memoizedListing({ packages, findings, opinions = [] }) {
	const lister = opinions.find(({ listsPackages }) => listsPackages)?.scanner;
	const found = () => findings.filter(({ opinions: by = [] }) => by.some(({ scanner }) => scanner === lister));
	let keys;
	return (finding) => {
		keys ??= new Set([...packages.map(subjectOf), ...found().map(subjectOfFinding)].map(({ key }) => key));
		return keys.has(subjectOfFinding(finding).key);
	};
}
function whyWords({ not, why }, { package: about }) {
	const needs = about === void 0 ? "" : needsOf(about);
	const names = namesOf(not, "or");
	return {
		"no-data": `there is no evidence that ${names} has advisories for ${SYSTEM_ECOSYSTEMS.has(needs) ? "the distribution" : `${needs} packages`}`,
		"by-name": "only a product's name (CPE) matches, which is weak evidence",
		"by-system": "a package of the distribution has installed it, and may have its own fix",
		withdrawn: "the advisory is withdrawn, rejected or disputed",
		"no-package": `${names} does not list the package`,
		unproven: "the results show no reason"
	}[why];
}

// src/render/story/opinions.ts
function agreementsWords(targets) {
	const all = agreementsOf(targets.map(({ scan }) => scan));
	return join(" ", all.map((each) => say`${prose(agreementLine(each), 300)}.`));
}
function missingOpinions({ scan }) {
	return (scan.opinions ?? []).map(({ scanner, failed }) => failed === void 0 ? "" : say`${strong(name(scanner), " failed, and the policy says that it is optional.")} The answer is without it: ${prose(`[${failed.code}] ${failed.what}`, 300)}`);
}
function differencesSection(target, rank) {
	const found = target.scan.opinions === void 0 ? [] : differencesIn(target);
	return listed$1(found, {
		head: HEAD$2,
		row: cellsOf$1,
		rank: ({ finding }) => rank + severityRank(finding.severity),
		what: "more row",
		open: 0,
		folded: () => `${counted(found.length, "difference")} between the scanners`
	});
}
const HEAD$2 = [
	"severity",
	{
		words: "advisory",
		letters: 14
	},
	"package",
	"difference",
	"likely reason"
];
const differencesIn = oncePer(({ scan, findings }) => {
	const differencesOf = differences(scan);
	return findings.flatMap(({ finding }) => differencesOf(finding).map((difference) => ({
		finding,
		difference
	})));
});
function cellsOf$1({ finding, difference }) {
	return [
		severity$1(finding.severity),
		advisory(finding.id, finding.url),
		name$1(finding.package?.name ?? finding.path ?? ""),
		what(difference),
		why(difference, finding)
	];
}
const name = (scanner) => prose(scanner, 60);
function what(difference) {
	if (difference.kind === "seen") {
		const [by, not] = [difference.by.map(name), difference.not.map(name)];
		return say`${by.length === 1 ? "only " : ""}${names(by)}, not ${names(not, "or")}`;
	}
	const said = difference.kind === "severity" ? ({ severity: of }) => of : fixWords$2;
	return some(difference.says, 3, { show: (each) => say`${name(each.scanner)}: ${said(each)}` });
}
function fixWords$2({ fixedVersions }) {
	return fixedVersions.length === 0 ? "no fix" : some(fixedVersions, 2, { show: (each) => prose(each, 60) });
}
function why(difference, finding) {
	if (difference.kind === "seen") return prose(whyWords(difference, finding), 200);
	if (difference.kind === "severity") return `other severity source; ${finding.severity} counts`;
	const known = difference.says.filter(({ fixedVersions }) => fixedVersions.length > 0);
	return say`fix known to ${some(known, 3, { show: ({ scanner }) => name(scanner) })} only`;
}

// src/render/story/notices.ts
function noticesOf(target, view) {
	const notes = (target.scan.provenance.notes ?? []).slice(0, 5).map((each) => prose(each, 300));
	return [
		alert("WARNING", ...missingOpinions(target)),
		alert("CAUTION", endOfLifeWords(target)),
		alert("WARNING", nothingSeenWords(target)),
		alert("WARNING", ...notes),
		alert("NOTE", suppressedLine(target)),
		alert("NOTE", uncomparedWords(target)),
		alert("NOTE", unjudgedNotice(target, view))
	];
}
function endOfLifeWords({ scan }) {
	const { os } = scan.artifact;
	if (os?.endOfLife !== true) return "";
	return say`${strong(code$1(`${os.family} ${os.name}`, 60), " is past its end of life.")} It gets no security fixes, and new vulnerabilities in it might never be listed: few findings mean little. Move to a release that is maintained.`;
}
function nothingSeenWords({ target, scan, findings }) {
	const { packages } = scan.artifact;
	const { scanner, scanners = ["vuln"] } = scan.provenance;
	if ((packages === void 0 ? findings.some(({ finding }) => finding.package) : packages > 0) || !scanners.includes("vuln")) return "";
	const who = scanner === "" ? "The scanner" : prose(scanner, 40);
	const what = packages === void 0 ? say`This report lists no packages, which ${code$1("--list-all-pkgs")} adds.` : say`${who} recognised no packages in this ${target.kind === "image" ? "image" : "target"}.`;
	return say`${strong(what)} No findings then means "nothing was looked at" as much as "nothing is wrong".`;
}
function errorSection(target, { verdict, pages }) {
	const { code: id, what, remedy } = target.error;
	const [first = "", ...lines] = what.split("\n");
	const said = verdict.targets.every((each) => each.answer === "error" && each.error.what === what) && (verdict.reason.includes(what) || lines.length > 0);
	return [
		para(said ? "" : say`${code$1(`[${id}]`, 80)} ${prose(first, 1e3)}${/[.:]$/.test(first) ? "" : "."}`),
		list(lines.map((line) => prose(line.replace(/;$/, ""), 500))),
		para(strong("What to do:"), " ", prose(remedy, 1500), " ", explained(id, pages))
	];
}
function uncomparedWords({ uncompared, due = 0 }) {
	const policy = say`The policy has ${code$1("count: introduced")}, and `;
	if (uncompared === true) return [policy, "there is nothing to compare with, so that everything counts."];
	if (due === 0) return "";
	return [policy, `${due === 1 ? "1 finding counts" : `${due} findings count`} though the baseline has ${due === 1 ? "it" : "them"}: what was let through for a time, broke a limit or is exploited counts.`];
}
const MOST$1 = 10;
const LONGEST$1 = 1e3;
function runNotesSection({ notes = [] }) {
	return alert("WARNING", ...someLines(notes, MOST$1, { what: "note" }).map((each) => prose(each, LONGEST$1)));
}

// src/render/story/plan.ts
const OPEN = 8;
const NO_FIX = 6;
const COMMAND = 700;
function planSection(target, rank, proven) {
	const { failing, plan } = split(target);
	const { noFix, steps } = plan;
	if (steps.length + noFix.length === 0) return [];
	const cleared = steps.reduce((sum, { clears }) => sum + clears, 0);
	const words = steps.length === 0 ? "nothing to upgrade to" : clearWords(steps.length, cleared, failing.length);
	return [
		heading(3, `Fix plan: ${words}`),
		listed$1(steps, {
			row: (step) => [stepItem(step)],
			isNumbered: true,
			rank,
			share: .2,
			what: "more step",
			open: OPEN
		}),
		para(noFixPart(plan)),
		...proven ? [proofPart([plan])] : []
	];
}
function clearWords(steps, cleared, failing) {
	const all = ["the finding", "both findings"][failing - 1] ?? `all ${counted(failing, "finding")}`;
	const some = `${number(cleared)} of ${counted(failing, "finding")}`;
	return `${counted(steps, "step")} ${steps === 1 ? "clears" : "clear"} ${cleared === failing ? all : some}`;
}
function stepItem(step) {
	const { line } = stepWords(step);
	const pasted = step.kind === "upgrade" ? step.line : void 0;
	const text = step.kind === "secret" ? void 0 : step.command ?? pasted?.text;
	if (text === void 0) return line;
	return [
		line,
		BREAK,
		code$1(text, COMMAND),
		pasted?.file === void 0 ? "" : say` in ${code$1(pasted.file)}`
	];
}
function noFixPart({ noFix }) {
	if (noFix.length === 0) return "";
	const shown = some(noFix, NO_FIX, {
		show: noFixWords,
		what: "package"
	});
	return say`${strong("No fix:")} ${shown}. Remove or replace, or accept for a time.`;
}
function noFixWords({ name: of, packages, version: installed, bySeverity, statuses, owner }) {
	const many = packages.length === 1 ? "" : ` (${counted(packages.length, "package")})`;
	const bundled = owner === void 0 ? "" : say` bundled by ${ownerWords(owner)}`;
	const why = join(", ", statuses.map((status) => prose(statusWords(status), 60)));
	return say`${name$1(of)}${many} ${version$2(installed)}${bundled} (${severityList(bySeverity)}: ${why})`;
}
const OPEN_COMMON = 5;
const NAMED = 3;
function commonStepsSection(targets, rank) {
	const failing = failingOf(targets);
	const plans = failing.map((target) => split(target).plan);
	return listed$1(plans.length < 2 ? [] : commonSteps(plans), {
		title: "Steps that several targets need",
		row: ({ step, targets: of }) => {
			const named = some(of, NAMED, { show: (each) => code$1(failing[each]?.target.label ?? "", 60) });
			return [say`${stepWords(step).what} in ${strong(counted(of.length, "target"))} (${named})`];
		},
		isNumbered: true,
		rank,
		share: .2,
		what: "more step",
		open: OPEN_COMMON
	});
}
function failingOf(targets) {
	return targets.flatMap((target) => target.answer === "fail" ? [target] : []);
}
function proofSection(targets) {
	return proofPart(targets.length < 2 ? [] : failingOf(targets).map((target) => split(target).plan));
}
function proofPart(plans) {
	const proof = proofWords(plans);
	return para(isEmpty(proof) ? "" : note(proof));
}
function upgradeText({ package: name, from, to, alternatives, clears }) {
	return `${name} ${from} → ${to ?? `${alternatives.join(" or ")} (unknown order)`} clears ${number(clears)}`;
}
function stepSummary(step) {
	return shorten(textLine(stepWords(step).brief), 400);
}
function stepText(step) {
	return shorten(textLine(stepWords(step).line), 1e3);
}

// src/render/story/policy-changes.ts
function changeRequest({ words }) {
	return words?.changeRequest ?? "pull request";
}
function changesSection(view, rank) {
	const change = view.policyChange ?? { changes: [] };
	if ("unreadable" in change) return alert("WARNING", say`${strong(`It is unknown if this ${changeRequest(view)} changes the policy:`)} ${prose(change.unreadable, 500)}`);
	const changes = looseningFirst(change.changes);
	const { path, from } = view.policy;
	const file = path === void 0 || changes.every(({ file: other }) => other !== void 0) ? "" : say` (${code$1(path)})`;
	const [sign, verb] = changes.some(({ loosens }) => loosens) ? ["⚠️ ", "loosens"] : ["", "changes"];
	const force = say`, but not before the merge: ${code$1("policy-from")} is ${code$1(from)}`;
	return listed$1(changes, {
		title: say`${sign}This ${changeRequest(view)} ${verb} the policy${file}${from === "workspace" ? "" : force}`,
		row: (each) => [[each.loosens ? [
			"🔓 ",
			strong("loosens:"),
			" "
		] : "", changeWords(each)]],
		rank,
		share: .12,
		what: "more change"
	});
}
function changeWords(change) {
	const { what, subject, about, file } = change;
	const line = change.line > 0 ? ` (line ${change.line})` : "";
	const named = subject === about ? code$1(about) : say`${subject} ${code$1(about, 120)}`;
	const place = file === void 0 || file === about ? "" : say` in ${code$1(file, 120)}`;
	return say`${what} ${named}${place}${valueWords(change)}${line}`;
}
function changeText(change) {
	return textLine(changeWords({
		...change,
		line: 0
	}));
}
function valueWords({ from, to }) {
	if (from !== void 0 && to !== void 0) return say`: ${code$1(from)} → ${code$1(to)}`;
	if (to !== void 0) return say`: ${code$1(to)}`;
	return from === void 0 ? "" : say`: was ${code$1(from)}`;
}

// src/render/annotations.ts
const LONGEST = 4e3;
const MOST_IDS = 10;
const MOST_UPGRADES = 5;
function annotationsOf(view) {
	const all = [
		...policyChanges(view),
		...boxes([changesSection(view, 0), runNotesSection(view)]),
		...gapWarnings(view),
		...view.verdict.targets.flatMap((target) => target.answer === "error" ? [] : boxes(noticesOf(target, view), say`${code$1(target.target.label, 500)}: `)),
		...boxes(dockerfileSection(view), "", { file: view.dockerfile?.file }),
		...attention(view),
		...dockerfileLines(view)
	];
	return [
		"error",
		"warning",
		"notice"
	].flatMap((level) => all.filter((each) => each.level === level));
}
function annotation(level, words, place = {}) {
	return {
		level,
		message: shorten(textLine(words), LONGEST),
		...place
	};
}
function boxes(blocks, about = "", place = {}) {
	return blocks.flatMap((block) => block.kind === "alert" ? block.paragraphs.map((words) => annotation(block.as === "NOTE" ? "notice" : "warning", [about, words], place)) : []);
}
function policyChanges(view) {
	const { policyChange } = view;
	if (policyChange === void 0 || "unreadable" in policyChange) return [];
	return looseningFirst(policyChange.changes).map((change) => {
		const { file = view.policy.path, line, loosens } = change;
		return annotation("warning", `This ${changeRequest(view)} ${loosens ? "loosens" : "changes"} the policy: ${changeText(change)}.`, placeAt(file?.replace(/^\.\//, ""), line));
	});
}
function placeAt(file, line) {
	return file === void 0 ? {} : {
		file,
		...line > 0 && { line }
	};
}
function attention(view) {
	const { path: file, from } = view.policy;
	return needingAttention(view.verdict).map((item) => {
		const level = item.why === "unused" || item.why === "overlapped" ? "notice" : "warning";
		const place = placeAt(from === "workspace" ? file : void 0, item.use.exception.line);
		return annotation(level, say`Exception in ${attentionItem(item)}`, place);
	});
}
function gapWarnings(view) {
	return view.verdict.targets.flatMap((target) => {
		if (target.answer === "error") return [];
		return [...Map.groupBy(target.coverage?.gaps ?? [], ({ gap }) => gap.code).values()].map((gaps) => {
			const [first] = gaps;
			const more = gaps.length === 1 ? "" : `; and ${counted(gaps.length - 1, "more gap")} of the kind`;
			const what = plain(`${first.gap.what} (${acceptedWords(first)})`);
			return annotation("warning", say`${code$1(target.target.label, 500)} was not completely scanned: ${what}${more}`);
		});
	});
}
function dockerfileLines({ verdict, mode, dockerfile }) {
	if (dockerfile === void 0) return [];
	return failingByLine(verdict.targets).map(({ target, file, line, found, steps }) => {
		const counts = severityList(countSeverities(found, ({ finding }) => finding.severity));
		const show = (text) => plain(shorten(text, 200, "middle"));
		const ids = listSome([...new Set(found.map(({ finding }) => finding.id))], MOST_IDS, { show });
		const upgrades = listSome(steps.map(stepSummary), MOST_UPGRADES, {
			show,
			clauses: true
		});
		const toDo = upgrades === "" ? "" : ` To do: ${upgrades}.`;
		const words = say`Failing in ${code$1(target.target.label, 200)} because of this line: ${counts} (${ids}).${toDo}`;
		return annotation(mode === "warn" ? "warning" : "error", words, {
			file,
			line
		});
	});
}

// src/domain/json/pieces.ts
const PIECE = 65536;
function* joined(texts) {
	let piece = "";
	for (const text of texts) {
		piece += text;
		if (piece.length < PIECE) continue;
		yield piece;
		piece = "";
	}
	if (piece !== "") yield piece;
}
function jsonPieces(value, lists) {
	return joined(linesOf(value, lists));
}
function* linesOf(value, lists) {
	yield* partsOf(value, lists);
	yield "\n";
}
function* partsOf(value, lists) {
	if (lists === 0 || typeof value !== "object" || value === null) return yield textOf(value);
	if (Symbol.iterator in value) return yield* joined(listParts(value, lists));
	let separator = "{";
	for (const [key, member] of Object.entries(value)) {
		if (member === void 0) continue;
		yield `${separator}${JSON.stringify(key)}:`;
		yield* partsOf(member, lists);
		separator = ",";
	}
	yield separator === "{" ? "{}" : "}";
}
function* listParts(list, lists) {
	let separator = "[";
	for (const item of list) {
		if (lists === 1) yield separator + textOf(item);
		else {
			yield separator;
			yield* partsOf(item, lists - 1);
		}
		separator = ",\n";
	}
	yield separator === "[" ? "[]" : "]";
}
function textOf(value) {
	return JSON.stringify(value) ?? "null";
}

// src/render/json/fields.ts
function fieldsOf({ shape }) {
	const keys = Object.keys(shape);
	return (from, to) => {
		const taken = to ?? {};
		for (const key of keys) {
			const value = from[key];
			if (value !== void 0) taken[key] = value;
		}
		return taken;
	};
}

// src/domain/report/plan-schema.ts
const chain = object({
	path: string().describe("The lock file"),
	packages: array(object({
		name: string(),
		version: string()
	})).describe("The shortest chain, up to the package itself; only the start and the end if it is very long"),
	direct: boolean().describe("True if the first is known to be a direct dependency")
});
const upgrade = object({
	package: string(),
	type: string().describe("The scanner's package type"),
	from: string(),
	to: string().optional().describe("The version to upgrade to; absent: the order of `alternatives` is unknown"),
	alternatives: array(string()).optional().describe("The versions named as fixes, if their order is unknown"),
	clears: int().positive().describe("Findings that it clears"),
	text: string().describe("`package from → to clears n`"),
	ids: array(string()).describe("Their advisories"),
	owner: owner.optional().describe("The package that bundles it: to be upgraded or replaced"),
	layer: string().optional().describe("`diffId` of one of the target's `layers`, if all are in it"),
	paths: array(string()).optional().describe("Its places"),
	chains: array(chain).optional().describe("The chains that pull it in, one for each lock file")
}).describe("An upgrade that clears findings that broke a limit");
const checked = array(object({
	package: string(),
	id: string(),
	severity,
	url: string().optional()
}));
const planStep = object({
	target: int().nonnegative().describe("Index into `targets`"),
	kind: _enum([
		"upgrade",
		"base",
		"secret"
	]),
	text: string().describe("The step in words, on one line"),
	clears: int().nonnegative().describe("Failing findings that it clears"),
	ids: array(string()).describe("Their advisories or rules"),
	exploited: int().positive().optional().describe("The number of these in CISA's catalog; absent: none"),
	epss: number$1().optional().describe("The highest EPSS score among them"),
	upgrades: array(upgrade).optional().describe("The upgrades to make together: each package and version"),
	family: object({
		kind: _enum(["source", "group"]).describe("Built from one source, or released together"),
		name: string(),
		bom: string().optional().describe("The BOM or parent that sets the version"),
		springBoot: object({
			version: string(),
			property: string()
		}).optional()
	}).optional(),
	to: string().optional().describe("The version for all of `upgrades`"),
	enough: object({
		version: string(),
		clears: int().positive(),
		of: int().positive()
	}).optional().describe("A lower version that passes the gate; `to` clears this number of all open findings of the packages"),
	mayStay: array(string()).optional().describe("Failing findings without a fix, which this version may still have"),
	check: object({
		stays: checked.describe("Failing findings that the version still has"),
		brings: checked.describe("Findings that only the version has, and that would fail")
	}).optional().describe("The result of a scan of the version; absent: it was not scanned"),
	command: string().optional().describe("Safe to paste into a shell"),
	line: object({
		text: string(),
		file: string().optional()
	}).optional().describe("A line for a file"),
	rebuildOn: string().optional().describe("The newer base image"),
	places: array(object({
		path: string(),
		line: int().optional(),
		layer: string().optional().describe("`diffId` of one of the target's `layers`")
	})).optional().describe("The place of a secret")
}).describe("One decision");

// src/domain/report/policy-schema.ts
const line = int().nonnegative().describe("Line in the policy file, 1-based; 0 if there is none");
const writtenException = object({
	id: string(),
	package: string().optional(),
	paths: array(string()).optional(),
	images: array(string()).optional(),
	reason: string(),
	owner: string().optional(),
	created: day.optional(),
	expires: day,
	onlyWhileUnfixed: boolean(),
	gap: boolean().optional().describe("It accepts a gap in the coverage: `id` is the gap's code"),
	line
});
const exception = writtenException.extend({
	state: _enum([
		"live",
		"ending",
		"ended",
		"fixed",
		"unused",
		"elsewhere"
	]),
	matches: int(),
	daysLeft: int(),
	overlappedBy: int().optional().describe("`line` of an exception on the same finding that ends later")
});
const policyChange = object({
	what: _enum([
		"added",
		"changed",
		"removed"
	]),
	subject: string(),
	about: string(),
	from: string().optional(),
	to: string().optional(),
	loosens: boolean(),
	line,
	file: string().optional().describe("The VEX document or baseline; absent: the policy file")
});

// src/domain/report/schema.ts
const limit = union([int().nonnegative(), literal("unlimited")]);
const row = {
	open: int().nonnegative().describe("Findings that count"),
	limit: limit.describe("The highest number that passes"),
	accepted: int().nonnegative().describe("Findings that a live exception covers"),
	notCounted: int().nonnegative().describe("Findings without a fix, in their grace period, or not introduced by the change"),
	broken: boolean().describe("More open findings than the limit allows")
};
const severityRow = object({
	severity,
	...row
}).describe("One severity of a target");
const counts = record(severity, int().nonnegative());
const surface = object({
	shells: array(string()),
	compilers: array(string()),
	packageManagers: array(string())
}).describe("Packages in it that help an attacker; absent if the packages do not show that");
const baseFigures = object({
	reference: string(),
	findings: counts,
	size: int().optional().describe("Bytes of all layers, unpacked"),
	surface: surface.optional()
});
const base = object({
	found: _enum([
		"input",
		"annotation",
		"history"
	]).optional().describe("The source; absent if no base was found"),
	reference: string().optional(),
	digest: string().optional(),
	layers: int().nonnegative().describe("The number of the base's layers, which are the image's first ones"),
	counts: object({
		base: counts,
		own: counts
	}).optional().describe("All findings by the part that added them"),
	inUse: baseFigures.optional().describe("The version of the base that the image was built on"),
	newer: object({
		reference: string(),
		digest: string().optional(),
		ageDays: int().nonnegative().optional(),
		clears: int().nonnegative().describe("Findings of the base that the newer one lacks"),
		of: int().nonnegative().describe("All findings of the base"),
		brings: int().nonnegative().describe("Findings that only the newer one has")
	}).optional().describe("The image that the base's tag refers to today, if that is another one"),
	candidates: array(union([baseFigures, object({
		reference: string(),
		problem: string()
	})])),
	problem: string().optional().describe("The problem in finding it"),
	note: string().optional().describe("The steps that were skipped on purpose")
}).describe("The image that it was built on");
const baseline = object({
	kind: _enum([
		"run",
		"report",
		GIVEN_REPORT,
		"sbom",
		"image",
		"none"
	]),
	why: string().optional().describe("For `none`: why there is no baseline"),
	trouble: boolean().optional().describe("For `none`: there may be one, but it could not be fetched or used"),
	image: string().optional(),
	platform: string().optional().describe("Its platform; absent: unknown"),
	given: string().optional().describe("The reference or file, as given"),
	branch: string().optional(),
	commit: string().optional(),
	run: string().optional().describe("Link to the workflow run that made it"),
	madeAt: string().optional(),
	notes: array(string()).optional(),
	counts: object({
		new: int(),
		fixed: int(),
		unchanged: int(),
		newlyDisclosed: int(),
		unseen: int().optional().describe("Findings that could not be checked again; absent: none")
	}).optional().describe("Findings of all severities"),
	systemChange: object({
		from: string(),
		to: string()
	}).optional().describe("The operating system, if it differs from the baseline's")
}).describe("The target's baseline");
const exploitRow = object({
	kind: _enum(["exploited", "epss"]),
	above: number$1().optional().describe("The score above which `epss` counts"),
	...row
}).describe("A limit on exploited vulnerabilities; its findings are in the severities' rows too");
const described = object({
	code: string(),
	what: string(),
	remedy: string()
});
const evidenceFile = object({
	path: string().describe("Relative to the folder of this report, if the file is in it"),
	sha256: sha256.describe("The digest of its bytes")
});
const target = object({
	label: string().describe("The target's displayed name: as typed, with the platform if one was requested"),
	kind: _enum(TARGET_KINDS),
	input: string(),
	as: string().optional().describe("The reference that was typed after a file: `app.tar as ghcr.io/acme/app:1.2`"),
	platform: string().optional().describe("The requested platform"),
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	error: described.optional(),
	rows: array(severityRow).optional().describe("Absent if the scan did not happen"),
	exploitRows: array(exploitRow).optional().describe("Absent if the policy has no such limit"),
	uncompared: boolean().optional().describe("Only findings that the change introduces should count, but there was no baseline"),
	coverage: coverage.optional().describe("Absent if the scan did not happen"),
	artifact: artifact.optional(),
	layers: array(layer).optional().describe("The layers with findings, without duplicates"),
	base: base.optional(),
	packages: array(installed).optional().describe("All packages, for the comparison in a later run"),
	baseline: baseline.optional(),
	suppressed: int().optional().describe("Rows that the scanner itself suppressed"),
	opinions: array(opinionSource).optional().describe("The scanners whose opinions were merged; absent: it is one scanner's result"),
	provenance: provenance.optional(),
	files: object({
		scannerReport: evidenceFile.optional().describe("The scanner's report"),
		cyclonedx: evidenceFile.optional().describe("Its SBOM, if `reports` requests one")
	}).optional().describe("The files that were written about it with this report; absent unless the run's verdict is `pass`")
});
const fixed = finding.pick({
	target: true,
	kind: true,
	id: true,
	severity: true,
	title: true,
	url: true,
	package: true,
	path: true
}).describe("A finding of the baseline, according to this run's database, whose package or version is gone");
const REPORT_VERSION = 2;
const reportSchema = object({
	version: literal(2),
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	reason: string().describe("The verdict's one line"),
	reasons: array(union([
		finding.pick({ target: true }).extend(severityRow.pick({
			severity: true,
			open: true,
			limit: true
		}).shape),
		finding.pick({ target: true }).extend(exploitRow.pick({
			kind: true,
			above: true,
			open: true,
			limit: true
		}).shape),
		finding.pick({ target: true }).extend(described.shape)
	])).describe("Each broken limit and each target that could not be scanned"),
	name: string(),
	mode: _enum(["enforce", "warn"]),
	count: _enum(["all", "introduced"]).optional().describe("The findings that count; absent: all"),
	generatedAt: string().describe("ISO 8601, UTC"),
	targets: array(target),
	findings: array(finding).describe("All findings"),
	fixed: array(fixed).optional().describe("Findings of the baseline that are gone; absent if there is no baseline"),
	unseen: array(fixed).optional().describe("Findings of the baseline that could not be checked again; absent: none"),
	plan: array(planStep).optional().describe("The fix plan: the most important steps first, target by target"),
	exceptions: array(exception),
	policyChanges: union([array(policyChange), object({ unreadable: string() })]).optional().describe("The pull request's changes to the policy; absent if there is no pull request"),
	notes: array(string()).optional().describe("Notes about the whole run"),
	provenance: object({
		policy: string().optional().describe("Path of the policy file; absent if there is none"),
		policySha256: sha256.optional().describe("The digest of the policy file; absent if there is none"),
		policyFrom: _enum([
			"workspace",
			"base",
			"default-branch"
		]),
		commit: string().optional(),
		run: string().optional().describe("Link to the workflow run")
	})
}).meta({ title: "Image Gate report" });

// src/render/json/fix-plan.ts
const stepFields = fieldsOf(planStep);
const upgradeFields = fieldsOf(upgrade);
const enoughFields = fieldsOf(planStep.shape.enough.unwrap());
function reportedPlan(targets) {
	return targets.flatMap((verdict, target) => verdict.answer === "error" ? [] : split(verdict).plan.steps.map((step) => reportedStep(step, target)));
}
function reportedUpgrade(of) {
	const { alternatives, layer, paths, chains } = of;
	return {
		...upgradeFields(of),
		alternatives: filled(alternatives),
		text: upgradeText(of),
		layer: layer?.diffId,
		paths: filled(paths),
		chains: filled(chains)
	};
}
function reportedStep(step, target) {
	const common = {
		target,
		text: stepText(step),
		exploited: step.exploited || void 0
	};
	if (step.kind === "secret") {
		const places = step.places.map(({ path, line, layer }) => ({
			path,
			line,
			layer: layer?.diffId
		}));
		return {
			...stepFields(step),
			...common,
			places
		};
	}
	const more = {
		...common,
		upgrades: filled(step.members.map(reportedUpgrade)),
		mayStay: filled(step.mayStay?.ids ?? [])
	};
	return step.kind === "base" ? {
		...stepFields(step),
		...more,
		rebuildOn: step.newer?.reference
	} : {
		...stepFields(step),
		...more,
		enough: step.enough && enoughFields(step.enough)
	};
}
function filled(list) {
	return list.length === 0 ? void 0 : list;
}

// src/render/json/report.ts
const packageFields = fieldsOf(installed);
const seenFields = fieldsOf(seenFinding);
const judgedFields = fieldsOf(judged);
function renderReport(view, files) {
	return jsonPieces(reportWith(findingsOf(view), view, files), 1);
}
function reportOf(view) {
	return reportWith([...findingsOf(view)], view);
}
function reportWith(findings, view, files) {
	const { verdict, policy } = view;
	return {
		version: 2,
		verdict: verdict.answer,
		reason: verdict.reason,
		reasons: verdict.targets.flatMap(reasonsOf),
		name: view.name,
		mode: view.mode,
		count: policy.count,
		generatedAt: view.now.toISOString(),
		targets: verdict.targets.map((target) => ({
			...targetOf(target, view),
			baseline: baselineOf(view.comparisons?.get(target.target)),
			files: files?.get(target.target)
		})),
		findings,
		plan: reportedPlan(verdict.targets),
		fixed: goneOf(view, "fixed"),
		unseen: goneOf(view, "unseen"),
		exceptions: verdict.exceptions.map(exceptionOf),
		policyChanges: policyChangesOf(view),
		notes: view.notes,
		provenance: {
			policy: policy.path,
			policySha256: policy.sha256,
			policyFrom: policy.from,
			commit: view.commit,
			run: view.runUrl
		}
	};
}
function* findingsOf({ verdict }) {
	for (const [index, target] of verdict.targets.entries()) if (target.answer !== "error") for (const each of target.findings) yield findingOf(each, index);
}
function policyChangesOf({ policyChange }) {
	return policyChange !== void 0 && "changes" in policyChange ? policyChange.changes : policyChange;
}
function layersOf({ findings }) {
	const layers = findings.flatMap(({ finding: { layer } }) => layer ?? []);
	return [...new Map(layers.toReversed().map((layer) => [layer.diffId, layer])).values()].toReversed();
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
function targetOf(verdict, view) {
	const { label, kind, input, as, platform } = verdict.target;
	const base = {
		label,
		kind,
		input,
		as,
		platform,
		verdict: verdict.answer
	};
	const coverage = coverageOf(verdict);
	if (verdict.answer === "error") return {
		...base,
		error: verdict.error,
		coverage
	};
	const { artifact, suppressed, provenance } = verdict.scan;
	return {
		...base,
		rows: verdict.rows,
		exploitRows: verdict.exploitRows,
		uncompared: verdict.uncompared,
		coverage,
		artifact,
		layers: layersOf(verdict),
		base: view.bases?.get(verdict.target),
		packages: verdict.scan.packages.map((each) => packageFields(each)),
		suppressed,
		opinions: verdict.scan.opinions,
		provenance
	};
}
function coverageOf({ coverage }) {
	if (coverage === void 0) return void 0;
	return {
		rows: coverage.rows,
		gaps: coverage.gaps.map(({ gap, accepted, ended }) => ({
			...gap,
			accepted: accepted?.line,
			ended: ended?.line
		}))
	};
}
function findingOf(judged, target) {
	const { finding, exceptions, ended } = judged;
	return {
		...judgedFields(judged, seenFields(finding, { target })),
		package: aboutOf(finding),
		layer: finding.layer?.diffId,
		exceptions: exceptions.length === 0 ? void 0 : exceptions.map(({ line }) => line),
		ended: ended?.line
	};
}
function exceptionOf(use) {
	const { exception, state, matches, daysLeft, overlappedBy } = use;
	return {
		...exception,
		state,
		matches,
		daysLeft,
		overlappedBy: overlappedBy?.line
	};
}
const goneFields = fieldsOf(fixed);
const aboutFields = fieldsOf(seenFinding.shape.package.unwrap());
function aboutOf({ package: about }) {
	return about && aboutFields(about);
}
function baselineOf(comparison) {
	if (comparison === void 0) return void 0;
	if ("none" in comparison) return {
		kind: "none",
		why: comparison.none,
		trouble: comparison.trouble
	};
	const { url: run, ...about } = comparison.baseline.source;
	return {
		...about,
		run,
		counts: comparison.counts,
		systemChange: comparison.systemChange
	};
}
function goneOf({ verdict, comparisons }, which) {
	const gone = verdict.targets.flatMap(({ target }, index) => {
		const comparison = comparisons?.get(target);
		const found = comparison === void 0 || "none" in comparison ? void 0 : comparison[which];
		const reported = (finding) => {
			return {
				target: index,
				...goneFields(finding),
				package: aboutOf(finding)
			};
		};
		return found === void 0 ? [] : [found.map(reported)];
	});
	return gone.length === 0 ? void 0 : gone.flat();
}

// src/render/fit.ts
const utf16Units = (text) => text.length;
const utf8Bytes = (text) => Buffer.byteLength(text);
const TOO_LONG = para(note("Some sections are left out here: there was no room for them."));
const FRAMES = .75;
const MOST = 1e3;
function fitBlocks(blocks, room) {
	const { limit, measure, printer, always = 2 } = room;
	const all = new Map(rowsIn(blocks).map((rows) => [rows, {
		rows,
		shown: [],
		room: (rows.share ?? 1) * limit
	}]));
	const write = (some) => printer.document(laidOut(some, all));
	const most = all.size === 0 ? limit : FRAMES * limit;
	let kept = blocks;
	let text = write(kept);
	for (let count = blocks.length - 1; count >= always && measure(text) > most; count -= 1) {
		kept = [...blocks.slice(0, count), TOO_LONG];
		text = write(kept);
	}
	const sections = rowsIn(kept).map((rows) => all.get(rows));
	const taken = fill(sections, limit - measure(text), room);
	if (taken.length > 0) text = write(kept);
	for (let over = measure(text) - limit; over > 0 && taken.length > 0; over = measure(text) - limit) {
		while (over > 0 && taken.length > 0) {
			const { section, size } = taken.pop();
			section.shown.pop();
			over -= size;
		}
		text = write(kept);
	}
	const isAll = ({ rows, shown }) => !rows.isShort && shown.length === rows.count;
	return {
		text,
		isWhole: kept === blocks && sections.every(isAll)
	};
}
function rowsIn(blocks) {
	return blocks.flatMap((block) => block.kind === "rows" ? [block] : block.kind === "fold" ? rowsIn(block.blocks) : []);
}
function laidOut(blocks, sections) {
	return blocks.flatMap((block) => {
		if (block.kind === "fold") return [{
			...block,
			blocks: laidOut(block.blocks, sections)
		}];
		if (block.kind !== "rows") return [block];
		return block.layout(sections.get(block)?.shown ?? []);
	});
}
function fill(sections, room, { limit, measure, printer }) {
	const taken = [];
	let left = room;
	for (const { section, index } of inOrder(sections, limit)) {
		if (section.room === 0) continue;
		const row = section.rows.row(index);
		const size = measure(printer.row(row)) + 1;
		if (size > Math.min(left, section.room)) {
			section.room = 0;
			continue;
		}
		left -= size;
		section.room -= size;
		section.shown.push(row);
		taken.push({
			section,
			size
		});
	}
	return taken;
}
function inOrder(sections, limit) {
	return sections.flatMap((section) => {
		const { count } = section.rows;
		const length = limit === Number.POSITIVE_INFINITY ? count : Math.min(count, MOST);
		return Array.from({ length }, (_, index) => ({
			section,
			index,
			rank: section.rows.rank(index)
		}));
	}).sort((a, b) => a.rank - b.rank);
}

// src/render/story/form.ts
const EACH = Number.POSITIVE_INFINITY;
const SHORT = {
	ids: 2,
	folded: 100,
	title: 58,
	path: 40,
	members: 2,
	open: 3,
	unfolded: false,
	mostTargets: 25
};
const LONG = {
	ids: 500,
	folded: 0,
	title: 160,
	path: 120,
	members: 50,
	open: EACH,
	unfolded: true,
	mostTargets: 100
};
const ALL = {
	...LONG,
	ids: EACH,
	mostTargets: EACH
};

// src/render/story/heading.ts
const REASON = 1500;
const NAME$2 = 100;
const SIGN = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function title({ verdict: { answer }, mode, name }, words) {
	const sign = answer === "fail" && mode === "warn" ? "⚠️" : SIGN[answer];
	return heading(2, say`${sign} ${code$1(wholeNames(name, NAME$2), NAME$2)}${words}`);
}
function headingSection(view) {
	return [
		title(view, `${colonFor(view)} ${verdictWords(view)}`),
		para(strong(headingReason(view).trim() === "" ? "–" : prose(headingReason(view), REASON))),
		para(modeWords(view))
	];
}
function verdictWords({ verdict, mode }) {
	const { answer, targets } = verdict;
	if (answer === "pass") return "may run";
	const [errors, fails] = [answering("error", verdict), answering("fail", verdict)];
	const isOne = targets.length <= 1;
	const failing = mode === "enforce" ? "must not run" : `${isOne || fails === 1 ? "breaks" : "break"} the policy`;
	if (isOne) return answer === "error" ? "could not be judged" : failing;
	const of = `of ${number(targets.length)}`;
	if (errors === 0) return `${number(fails)} ${of} ${failing}`;
	return `${number(errors)} ${of} could not be judged${fails === 0 ? "" : `, ${number(fails)} ${failing}`}`;
}
function colonFor({ verdict }) {
	return verdict.answer !== "pass" && verdict.targets.length > 1 ? ":" : "";
}
function answering(answer, { targets }) {
	return targets.filter((target) => target.answer === answer).length;
}
function reasonText(view) {
	const { reason, targets } = view.verdict;
	const bare = reason.replace(/^(?:pass|fail|error): /, "");
	const named = ` in ${view.name}`;
	const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
	const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
	return at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare;
}
const DIGEST = /(@sha256:[0-9a-f]{12})[0-9a-f]{52}(?![0-9a-f])/g;
function headingReason(view) {
	const error = commonError(view.verdict.targets)?.error;
	return error?.what.includes("\n") ? `[${error.code}] ${error.what.replace(/:?\n[\s\S]*$/, "")}` : reasonText(view).replace(DIGEST, "$1…");
}
function commonError(targets) {
	const [first] = targets;
	if (first?.answer !== "error") return void 0;
	const { code, what } = first.error;
	const same = (each) => each.answer === "error" && each.error.code === code && each.error.what === what;
	return targets.every(same) ? first : void 0;
}
function modeWords({ verdict, mode }) {
	if (mode !== "warn" || verdict.answer === "pass") return "";
	return verdict.answer === "fail" ? say`${code$1("mode: warn")}: this is only reported, the run does not fail.` : say`${code$1("mode: warn")} does not cover this: the run fails, as the image's contents are unknown.`;
}

// src/render/story/accepted.ts
const HEAD$1 = [
	"severity",
	{
		words: "advisory",
		letters: 14
	},
	"package",
	"reason",
	"owner",
	{
		words: "last day",
		letters: 11
	}
];
function acceptedSection(target, rank, isUnfolded) {
	const { accepted } = split(target);
	const groups = [...Map.groupBy(accepted, holder).values()];
	return listed$1(groups, {
		head: HEAD$1,
		row: acceptedRow,
		rank: ([first]) => rank + severityRank(first.finding.severity),
		what: "more row",
		open: 0,
		folded: () => `${counted(accepted.length, "accepted finding")} with reason, owner and last day`,
		isUnfolded
	});
}
function holder({ finding, exceptions: [exception], vex }) {
	return exception ?? JSON.stringify([
		finding.id,
		vex?.document,
		vex?.author,
		vex?.status,
		vex?.justification
	]);
}
function acceptedRow(findings) {
	const [first] = findings;
	const { finding, vex } = first;
	const [exception] = first.exceptions;
	const names = new Set(findings.map(({ finding: each }) => each.package?.name ?? each.path ?? each.title));
	const shown = some([...names], 3, { show: (each) => name$1(each) });
	const owner = exception === void 0 ? vex?.author ?? vex?.document : exception.owner;
	return [
		severity$1(finding.severity),
		advisory(exception?.id ?? finding.id, finding.url),
		findings.length > 1 ? say`${shown} (${number(findings.length)})` : shown,
		prose(whyAccepted(first), 300),
		owner === void 0 ? "–" : code$1(owner, 60),
		exception === void 0 ? "–" : prose(exception.expires, 20)
	];
}

// src/domain/change/plain-words.ts
function inPlainWords(about) {
	const purl = about.purl === void 0 ? void 0 : parsePurl(about.purl);
	if (purl === void 0) return {
		...about,
		path: void 0
	};
	return {
		...about,
		name: plainName(purl),
		type: purl.type,
		ecosystem: ecosystemOfType(purl.type),
		version: plainVersion(purl, about.version),
		purl: void 0,
		path: void 0
	};
}
function findingInPlainWords({ path: _, package: about, ...rest }) {
	return {
		...rest,
		...about && { package: inPlainWords(about) }
	};
}
function plainVersion({ type, version = "", qualifiers }, stated) {
	const found = version || stated;
	if (type === "golang" && found === "(devel)") return "";
	const { epoch } = qualifiers;
	const isBeside = (type === "deb" || type === "rpm") && epoch !== void 0 && !/^\d+:/.test(found);
	return versionOf(isBeside ? `${epoch}:${found}` : found, ecosystemOfType(type) ?? type);
}

// src/domain/change/comparison.ts
function countsLine(counts) {
	const texts = [
		[counts.new, `+${number(counts.new)} new`],
		[counts.fixed, `−${number(counts.fixed)} fixed`],
		[counts.unchanged, `${number(counts.unchanged)} unchanged`],
		[counts.newlyDisclosed, `${number(counts.newlyDisclosed)} newly disclosed`],
		[counts.unseen ?? 0, `${number(counts.unseen ?? 0)} no longer seen`]
	].filter(([count]) => count > 0).map(([, words]) => words);
	return texts.length === 0 ? "no findings on either side" : texts.join(", ");
}
function compare(findings, baseline) {
	const names = comparisonKeys(baseline);
	const { identity, releaseOf, movedOf } = names;
	const isCompared = ({ kind }) => baseline.kinds.has(kind);
	const once = (all) => baseline.withoutPaths ? [...new Map(all.map((each) => [releaseOf(each), each])).values()] : all;
	const own = findings.filter(isCompared);
	const paired = pair(once(baseline.findings.filter(isCompared)), once(own), [
		{ keys: (finding) => [releaseOf(finding)] },
		...sameFinding(identity),
		{ keys: (finding) => finding.package === void 0 ? [] : [movedOf(finding)] }
	]);
	const [changes, unsettled] = [/* @__PURE__ */ new Map(), openStill(paired, baseline, names)];
	const isUnseen = unseenBy(baseline);
	const known = baseline.earlier && allNames(baseline.earlier, names);
	for (const finding of paired.fresh) changes.set(finding, "new");
	for (const [finding, was] of paired.pairs) {
		const isKnown = known === void 0 || isIn(known, finding, was, names);
		if (!isKnown && isUnseen(finding)) unsettled.add(finding);
		changes.set(finding, isKnown || isUnseen(finding) ? "unchanged" : "newly-disclosed");
	}
	if (baseline.withoutPaths) {
		const counted = new Map([...changes].map(([finding, change]) => [releaseOf(finding), {
			finding,
			change
		}]));
		for (const each of own) {
			const like = counted.get(releaseOf(each));
			if (like !== void 0) changes.set(each, like.change);
			if (like !== void 0 && unsettled.has(like.finding)) unsettled.add(each);
		}
	}
	const fixed = paired.gone.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
	const all = [...changes.values()];
	const count = (change) => all.filter((each) => each === change).length;
	return {
		baseline,
		changeOf: (finding) => changes.get(finding),
		was: paired.pairs,
		unsettled,
		fixed,
		counts: {
			new: count("new"),
			fixed: fixed.length,
			unchanged: count("unchanged"),
			newlyDisclosed: count("newly-disclosed")
		}
	};
}
function comparisonKeys({ withoutPaths }) {
	const named = withoutPaths ? findingInPlainWords : (finding) => finding;
	const identity = memoize((finding) => lastingIdentity(named(finding)));
	const versionOf = ({ package: about }) => about?.version ?? "";
	return {
		identity,
		releaseOf: (finding) => `${identity(finding)} ${versionOf(finding)}`,
		movedOf: (finding) => `${lastingIdentity({
			...named(finding),
			path: void 0
		})} ${versionOf(finding)}`
	};
}
function openStill({ pairs, gone }, { unsettled = /* @__PURE__ */ new Set() }, names) {
	const { identity, movedOf } = names;
	const open = allNames([...unsettled], names);
	if (open.size === 0) return /* @__PURE__ */ new Set();
	const moved = [...pairs].filter(([now, was]) => now.id === was.id && identity(now) !== identity(was));
	const left = [...gone, ...moved.map(([, was]) => was)].filter((was) => open.has(identity(was)));
	const elsewhere = new Set(left.map(movedOf));
	return /* @__PURE__ */ new Set([...[...pairs].filter(([finding, was]) => isIn(open, finding, was, names)).map(([finding]) => finding), ...moved.filter(([, was]) => elsewhere.has(movedOf(was))).map(([finding]) => finding)]);
}
function allNames(findings, { identity }) {
	const names = new Set(findings.map(identity));
	for (const each of findings) for (const other of otherNames(each)) names.add(identity(other));
	return names;
}
function isIn(known, finding, was, { identity }) {
	return known.has(identity(was)) || otherNames(finding).some((each) => known.has(identity(each)));
}
function unseenBy({ blind, packages }) {
	const types = new Set(blind ? packages.flatMap((each) => each.system ? [each.type] : []) : []);
	return ({ package: about }) => about !== void 0 && types.has(about.type);
}

// src/render/rows/row-marks.ts
function rowMarks(findings) {
	if (!findings.some(hasMark)) return NONE;
	const many = (count, words = "") => count === 0 ? "" : findings.length === 1 ? words : `${number(count)} ${words}`;
	const withChange = (change) => findings.filter((each) => each.change === change).length;
	const kevs = findings.flatMap(({ exploitation }) => exploitation?.kev ?? []);
	const epss = findings.reduce((best, { exploitation }) => Math.max(best, exploitation?.epss ?? 0), 0);
	const [dueDate] = kevs.flatMap((kev) => kev.dueDate ?? []).sort();
	const kev = {
		dueDate,
		ransomware: kevs.some(({ ransomware }) => ransomware)
	};
	const ended = findings.flatMap((each) => each.outcome === "open" ? each.ended?.expires ?? [] : []).sort();
	const [countsFrom, ...later] = findings.flatMap((each) => each.countsFrom ?? []).sort();
	return [
		{
			words: many(withChange("new"), "new"),
			about: "new"
		},
		{
			words: many(kevs.length, exploitWords({ exploitation: { kev } })[0]),
			about: "exploited"
		},
		{
			words: exploitWords({ exploitation: { epss } }).join(),
			about: "other"
		},
		{
			words: many(withChange("newly-disclosed"), "newly disclosed"),
			about: "other"
		},
		{
			words: many(ended.length, `${ended.length > 1 ? "exceptions" : "exception"} ended ${ended.at(-1)}`),
			about: "other"
		},
		{
			words: many(countsFrom === void 0 ? 0 : later.length + 1, `${later.length > 0 ? "count" : "counts"} from ${countsFrom}`),
			about: "other"
		}
	].filter(({ words }) => words !== "");
}
const NONE = [];
function hasMark({ change, exploitation, ended, countsFrom }) {
	return change !== void 0 && change !== "unchanged" || exploitation !== void 0 || ended !== void 0 || countsFrom !== void 0;
}

// src/render/story/findings.ts
function packagesSection(section) {
	const { rows, title, fixes, form, open = form.open } = section;
	const hasPlaces = rows.some((row) => !isEmpty(placeWords$1(row)));
	const copies = Map.groupBy(rows, copyKey);
	const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
	return listed$1(rows, {
		title: title && `${title}: ${counted(findings, "finding")} in ${packagesWords(rows)}`,
		head: [
			"severity",
			"package",
			{
				words: "advisories",
				letters: ONE_ID
			},
			...hasPlaces ? ["where"] : []
		],
		row: (row) => {
			const isCopy = row.packages.length > 0 && (copies.get(copyKey(row)) ?? []).length > 1;
			const place = placeWords$1(row);
			return [
				severity$1(row.findings[0].finding.severity),
				packageCell(row, form, fixes?.(row), isCopy),
				advisoriesCell(row, form),
				...hasPlaces ? [isEmpty(place) ? "–" : place] : []
			];
		},
		rank: ({ findings: [{ finding }] }) => section.rank + severityRank(finding.severity),
		share: section.share,
		isShort: rows.some(({ findings }) => isCut(findings, form)),
		what: "row",
		where: (left) => `left out here (${severitiesOf(left)})`,
		open: title === void 0 ? 0 : open,
		folded: (rest) => title === void 0 ? `${severitiesOf(rest)} ${section.folded}, in ${packagesWords(rest)}` : `And ${packagesWords(rest)}: ${severitiesOf(rest)}`,
		isUnfolded: form.unfolded
	});
}
function isCut(findings, { ids, folded }) {
	const most = ids + folded;
	return findings.length > most && new Set(findings.map(({ finding: { id } }) => id)).size > most;
}
function packagesWords(rows) {
	const others = rows.filter(({ packages }) => packages.length === 0);
	const files = new Set(others.map(({ findings: [{ finding }] }) => finding.path ?? ""));
	const packages = rows.length - others.length;
	const parts = [packages === 0 ? "" : counted(packages, "package"), files.size === 0 ? "" : counted(files.size, "file")];
	return joined$2(" and ", parts);
}
function severitiesOf(rows) {
	const counts = perSeverity(() => 0);
	for (const row of rows) for (const severity of SEVERITIES) counts[severity] += row.counts[severity];
	return severityList(counts);
}
const ONE_ID = 19;
function copyKey({ source, packages }) {
	const { name, version: installed } = source ?? packages[0] ?? {
		name: "",
		version: ""
	};
	return `${name}\0${installed}`;
}
function packageCell(row, form, fix, isCopy) {
	const { source, packages, findings } = row;
	const { title } = findings[0].finding;
	const about = source ?? packages[0];
	const file = fileWords(row, form, isCopy);
	if (about === void 0) return join(BREAK, [title === "" ? "–" : prose(title, 100), file]);
	return join(BREAK, [
		join(" ", [name$1(about.name), about.version === "" ? "" : version$2(about.version)]),
		fix === void 0 ? "" : fixWords$1(fix),
		source === void 0 ? "" : small(some(packages, form.members, { show: (each) => name$1(each.name) })),
		file
	]);
}
function fixWords$1(fix) {
	if (fix.to === void 0) return prose(fix.none, 60);
	const shown = fix.to.slice(0, 2).map((each) => strong(version$2(each)));
	const rest = fix.to.length > shown.length ? " or …" : "";
	const of = fix.clears === fix.of ? "" : ` for ${number(fix.clears)} of ${number(fix.of)}`;
	return say`→ ${join(" or ", shown)}${rest}${of}`;
}
function markWords({ words, about }) {
	if (about === "new") return strong(words);
	return about === "exploited" ? ["🔥 ", prose(words)] : prose(words);
}
function advisoriesCell({ packages, findings }, { ids, folded, title }) {
	const worst = findings[0].finding;
	const advisories = [...new Map(findings.toReversed().map((judged) => [judged.finding.id, judged])).values()].reverse();
	let before = worst.severity;
	const show = ({ finding: { id, url, severity: of }, exploitation }, isLinked) => {
		const colour = of === before ? "" : dot(of);
		before = of;
		const fire = exploitation?.kev !== void 0 && advisories.length > 1 ? "🔥\xA0" : "";
		const shown = isLinked ? advisory(id, url) : PLAIN_ID.test(id) ? id : code$1(id, 60);
		return colour === "" && fire === "" ? shown : [
			colour,
			fire,
			shown
		];
	};
	const rest = advisories.slice(ids);
	const hasFold = folded > 0 && rest.length > 0;
	const between = folded > 0 ? [",", BREAK] : ", ";
	const first = advisories.slice(0, ids).map((each) => show(each, true));
	const ofRow = join(" ", [join(between, first), hasFold ? "" : andMore(rest.length)]);
	const words = packages.length === 0 ? "" : titleWords(worst.title, title);
	const line = join(BREAK, [join(" · ", [ofRow, ...rowMarks(findings).map(markWords)]), small(words)]);
	if (!hasFold) return line;
	const shown = rest.slice(0, folded).map((each) => show(each, false));
	const list = shown.every((each) => typeof each === "string") ? shown.join(", ") : join(", ", shown);
	return [line, more(andMore(rest.length), join(" ", [list, andMore(rest.length - shown.length)]))];
}
const PLAIN_ID = /^(?:CVE-\d{4}-\d{4,9}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/;
function titleWords(title, most) {
	const bare = shorten(title, 1e3).replace(/^[\w.+@/:-]{1,80}: +(?=\S)/, "");
	return bare === "" ? "" : prose(bare, most);
}
function placeWords$1({ findings: [{ finding, origin }] }) {
	const { layer } = finding;
	if (layer?.number !== void 0) return `layer\u{A0}${layer.number}`;
	const words = layerWords$2(layer);
	return isEmpty(words) && origin !== void 0 ? ORIGINS[origin] : words;
}
const NAMES_PACKAGE = /(?:^|\/)(?:METADATA|PKG-INFO|package\.json|[^/]+\.gemspec|[^/]+\.egg-info)$/;
const BESIDE_OWNER = 28;
function fileWords({ findings }, { path: most, unfolded }, isCopy) {
	const { layer, owner } = findings[0].finding;
	const places = [...new Set(findings.flatMap(({ finding: { path, line } }) => path === void 0 ? [] : placed(path, line)))];
	const isSaid = !isCopy && !unfolded && layer !== void 0 && NAMES_PACKAGE.test(places[0] ?? "");
	const room = owner === void 0 || unfolded ? most : Math.min(most, BESIDE_OWNER);
	const show = (place) => isCopy ? code$1(place, WHOLE_PATH) : code$1(pathEnd(place, room), room);
	const shipped = owner === void 0 ? "" : say`in ${ownerWords(owner)}`;
	const many = places.length > 1 ? `${number(places.length)} places` : "";
	return small(join(": ", [shipped, isSaid ? many : some(places, 1, { show })]));
}

// src/render/story/comparison.ts
function comparisonWords(target, view) {
	const comparison = view.comparisons?.get(target.target);
	if (comparison === void 0) return "";
	if ("none" in comparison) return comparison.quiet ? "" : say`Not compared with a baseline: ${prose(comparison.none, 300)}.`;
	const { source } = comparison.baseline;
	const notes = (source.notes ?? []).slice(0, 3).map((each) => prose(each, 300));
	const run = source.url !== void 0 && isLinkable(source.url) ? say`, ${link("run", source.url)}` : "";
	const line = say`${strong(countsLine(comparison.counts))}, compared with ${baselineWords(source, view.now)}${run}.`;
	return join(" ", [
		line,
		systemWords(comparison),
		...notes
	]);
}
const NAME$1 = 100;
const BASELINES = {
	run: "the report of ",
	report: "the report ",
	[GIVEN_REPORT]: "the scanner's report ",
	sbom: "the SBOM ",
	image: ""
};
function baselineWords({ kind, branch, given, image, commit, madeAt = "", platform }, now) {
	const old = age(madeAt, now);
	const name = kind === "run" ? branch ?? "the default branch" : given ?? image ?? "";
	const about = join(", ", [
		commit === void 0 ? "" : say`commit ${code$1(commit.slice(0, 12))}`,
		old === void 0 ? "" : `${old} old`,
		platform === void 0 ? "" : say`for ${code$1(platform, NAME$1)}`
	]);
	return [
		BASELINES[kind],
		code$1(name, NAME$1),
		isEmpty(about) ? "" : say` (${about})`
	];
}
function systemWords({ systemChange }) {
	if (systemChange === void 0) return "";
	return say`The operating system changed from ${code$1(systemChange.from, 60)} to ${code$1(systemChange.to, 60)}.`;
}
function goneSections({ target }, { comparisons }, ranks, form) {
	const compared = comparisons?.get(target);
	if (compared === void 0 || "none" in compared) return [];
	const { unseen = [], fixed, packages } = compared;
	const section = (gone, folded) => {
		const findings = gone.map((each) => ({
			...each,
			layer: void 0
		}));
		const rows = packageRows(findings.map((finding) => ({
			finding,
			outcome: "open",
			exceptions: []
		})));
		return packagesSection({
			rows,
			folded,
			rank: ranks.findings,
			form
		});
	};
	return [
		section(unseen, "no longer seen (the packages could not be looked at, so it is not known if they were fixed)"),
		section(fixed, "fixed (the package or its version is gone)"),
		...packages === void 0 ? [] : packageChangesSection(packages, ranks.packages)
	];
}
const PACKAGE_COLUMNS = [
	"package",
	"before",
	"now",
	"findings"
];
const ORDER = [
	"gained",
	"lost",
	"upgraded",
	"downgraded",
	"changed"
];
function packageChangesSection({ changes, counts, unseen = 0 }, rank) {
	const kinds = ORDER.filter((kind) => counts[kind] > 0).map((kind) => `${number(counts[kind])} ${kind}`);
	const unknown = `${counted(unseen, "package")} of the baseline could not be looked at: it is unknown if they are still there.`;
	return [para(unseen === 0 ? "" : unknown), listed$1(changes, {
		head: PACKAGE_COLUMNS,
		row: changeRow,
		rank,
		share: .2,
		what: "more change",
		open: 0,
		folded: () => `Package changes: ${kinds.join(", ")}`
	})];
}
function changeRow({ kind, name: of, path: path$2, from, to, brought, cleared }) {
	const findings = join(BREAK, [findingsWords("brought", brought), findingsWords("cleared", cleared)]);
	return [
		join(BREAK, [say`${name$1(of)} ${kind}`, path$2 === void 0 ? "" : path(path$2)]),
		from ? version$2(from) : "–",
		to ? version$2(to) : "–",
		isEmpty(findings) ? "–" : findings
	];
}
function findingsWords(what, { ids, bySeverity }) {
	if (ids.length === 0) return "";
	return say`${what} ${severityList(bySeverity)}: ${some(ids, 3, { show: (id) => code$1(id, 60) })}`;
}

// src/render/story/findings-table.ts
const HEAD = [
	{
		words: "severity",
		letters: 16
	},
	{
		words: "advisory",
		letters: 16
	},
	"package",
	{
		words: "installed",
		letters: 8
	},
	{
		words: "fixed",
		letters: 8
	},
	{
		words: "where",
		cutAt: "end"
	}
];
const NAME = 400;
function findingsTable(target, { severities, most }, rank) {
	const { failing, within } = split(target);
	const all = severities ? [...failing, ...within].filter(({ finding }) => severities.includes(finding.severity)) : failing;
	const adviceOn = fixAdvisor();
	return listed$1(all, {
		most,
		head: HEAD,
		row: (judged) => cellsOf(judged, adviceOn(judged.finding)),
		rank: ({ finding }) => rank + severityRank(finding.severity),
		what: severities === void 0 ? "more failing finding" : "more finding",
		where: (left) => `left out here: ${severityList(countSeverities(left, ({ finding }) => finding.severity))}`
	});
}
function cellsOf(judged, advice) {
	const { id, url, severity, title, package: about, kind } = judged.finding;
	return [
		severity$1(severity),
		advisory(id, url),
		about === void 0 ? prose(title, NAME) : name$1(about.name, NAME),
		version$2(about?.version ?? ""),
		kind === "vulnerability" ? fixWords(advice) : "",
		join("; ", [...exploitWords(judged), placeWords(judged.finding)])
	];
}
function fixWords({ to, none }) {
	return to === void 0 ? prose(none) : say`${version$2(to[0])}${to.length > 1 ? " …" : ""}`;
}
function placeWords({ path: path$1, line, layer }) {
	if (path$1 !== void 0) return path(placed(path$1, line), 40);
	return layer?.source === void 0 ? layerWords$2(layer) : sourceWords(layer);
}

// src/render/story/layers.ts
function layersSection(rows, rank) {
	const layers = numbered(rows);
	return listed$1(layers, {
		row: (layer) => [layerWords(layer)],
		rank,
		share: .1,
		what: "more layer",
		open: 0,
		folded: () => `Layers: the instructions of the ${counted(layers.length, "layer")} with findings`
	});
}
function numbered(rows) {
	const layers = /* @__PURE__ */ new Map();
	for (const { findings } of rows) {
		const [{ finding, origin }] = findings;
		const { layer } = finding;
		if (layer?.number !== void 0 && !layers.has(layer.number)) layers.set(layer.number, {
			layer,
			origin
		});
	}
	return [...layers.values()].sort((a, b) => a.layer.number - b.layer.number);
}
function layerWords({ layer, origin }) {
	const about = join(", ", [sourceWords(layer), origin === "base" ? "base image" : ""]);
	return join(" ", [
		strong(`${layer.number}`),
		instructionWords(layer),
		isEmpty(about) ? "" : say`(${about})`
	]);
}

// src/render/story/story.ts
const RANK = {
	changes: 0,
	overview: 1,
	common: 1,
	coverage: 1,
	exceptions: 2,
	upgrades: 3,
	layers: 4,
	fresh: 5,
	failing: 10,
	accepted: 20,
	fixed: 25,
	within: 30,
	packages: 35,
	notCounted: 40,
	differences: 45
};
function blocksOf(view, telling) {
	const { targets } = view.verdict;
	const judged = judgedAmong(targets);
	const several = targets.length > 1;
	const start = startSection(view, judged);
	return [
		changesSection(view, RANK.changes),
		runNotesSection(view),
		...several ? [commonStepsSection(targets, RANK.common), targetsOverview(targets, RANK.overview)] : [],
		...targetSections(view, telling),
		proofSection(targets),
		...dockerfileSection(view),
		exceptionsSection(view, RANK.exceptions, telling.form.unfolded),
		...telling.table ? start : [...snippetSection(judged, view.policy, start), ...gapSnippet(view)],
		smallPrint([...several ? [] : judged.flatMap((target) => targetProvenance(target, view, telling.isPage)), ...telling.isPage ? [] : runProvenance(view)])
	];
}
function targetSections(view, telling) {
	const { targets } = view.verdict;
	const alone = commonError(targets) ?? (telling.table || targets.length > 1 ? void 0 : targets[0]);
	if (alone) return sections(alone, view, telling);
	const worst = worstFirst(targets);
	const shown = worst.slice(0, telling.form.mostTargets);
	const isFew = ({ answer }) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
	return [...shown.flatMap((target) => telling.table ? [heading(3, [
		code$1(target.target.label, 200),
		": ",
		answer(target.answer)
	]), ...sections(target, view, telling)] : [foldedTarget(target, view, telling, isFew(target))]), para(leftOut(worst.length - shown.length, "more target"))];
}
const MOST_OPEN = 3;
function foldedTarget(target, view, telling, open) {
	const { answer } = target;
	const provenance = answer === "error" ? [] : targetProvenance(target, view, telling.isPage);
	const summary = say`${SIGN[answer]} ${code$1(target.target.label)}: ${summaryWords(target)}`;
	return fold(summary, [...sections(target, view, telling), smallPrint(provenance)], open && answer !== "pass");
}
function summaryWords(target) {
	if (target.answer === "error") return say`not judged, ${prose(target.error.code)}`;
	return kindWords(target, "open") || "nothing open";
}
function sections(target, view, telling) {
	const coverage = coverageSection(target, RANK.coverage);
	if (target.answer === "error") return [...errorSection(target, view), coverage];
	const { form, table, isPage = false } = telling;
	const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
	const facts = [
		...noticesOf(target, view),
		table ? para(countsWords(target)) : countsSection(target, form.unfolded),
		...hasGaps || table ? [coverage] : [],
		...planSection(target, RANK.upgrades, view.verdict.targets.length === 1),
		...baseSection(view.bases?.get(target.target)),
		para(comparisonWords(target, view)),
		para(agreementsWords([target]))
	];
	if (table) return [...facts, findingsTable(target, table, RANK.failing)];
	return [
		...facts,
		differencesSection(target, RANK.differences),
		...isPage ? [] : [...findingsSections(target, form), acceptedSection(target, RANK.accepted, form.unfolded)],
		...goneSections(target, view, {
			findings: RANK.fixed,
			packages: RANK.packages
		}, form),
		...hasGaps ? [] : [coverage]
	];
}
const OPEN_FRESH = 6;
function findingsSections(target, form) {
	const { fresh, failing, within, notCounted, fixes } = splitRows(target);
	const section = (of) => packagesSection({
		...of,
		form,
		fixes
	});
	const title = fresh.length > 0 ? "Also failing" : "Failing";
	return [
		section({
			rows: fresh,
			title: "New with this change",
			open: Math.max(form.open, OPEN_FRESH),
			rank: RANK.fresh,
			share: .4
		}),
		section({
			rows: failing,
			title,
			rank: RANK.failing,
			share: .9
		}),
		layersSection([
			...fresh,
			...failing,
			...within,
			...notCounted.flatMap(({ rows }) => rows)
		], RANK.layers),
		section({
			rows: within,
			folded: "open within the limits",
			rank: RANK.within
		}),
		...notCounted.map(({ spared, rows }) => {
			return section({
				rows,
				folded: `${EXEMPTED[spared]}, not counted`,
				rank: RANK.notCounted
			});
		})
	];
}

// src/render/log/log.ts
const LIMIT_BYTES = 54e3;
const withoutColours = (text) => utf8Bytes(stripVTControlCharacters(text));
function renderLog(view, look, limit) {
	return withReason(blocksOf(view, {
		form: SHORT,
		table: {}
	}), view, look, limit);
}
function withReason(blocks, view, look = {}, limit = LIMIT_BYTES) {
	const printer = textPrinter(look);
	const last = printer.document([para(modeWords(view)), para(reasonWords(view))]);
	const room = {
		limit: limit - withoutColours(last) - 2,
		measure: withoutColours,
		printer
	};
	return `${fitBlocks(blocks, room).text}\n\n${last}`;
}
function reasonWords({ verdict: { answer: answer$1, reason } }) {
	const rest = reason.startsWith(`${answer$1}: `) ? reason.slice(answer$1.length) : void 0;
	return rest === void 0 ? prose(reason, 4e3) : [answer(answer$1), prose(rest, 4e3)];
}

export { ALL, EXEMPTED, FITS, GAP_CODES, LINKABLE, LONG, ORIGINS, SHORT, SYSTEM_GAPS, UNREAD_GAPS, advisory, advisoryUrl, agreementsWords, annotationsOf, artifact, blocksOf, branchWords, briefInstruction, changeRequest, changesSection, checkedBy, clearingVersion, code, colonFor, commonError, commonStepsSection, compare, compareVersions, coverageRow, decisionsOf, everyRow, exceptionsSection, explained, fence, fieldsOf, fileWords$1 as fileWords, findingInPlainWords, fitBlocks, fixAdvisor, foldedTarget, gap, gapNotes, hasEnded, headingSection, html, identityOf, idsOf, inOrder$1 as inOrder, inPlainWords, installed, isSameAdvisory, isScannerNamed, joined, jsonPieces, judge, judgeAnswers, lastingIdentity, listOf, makePlan, modeWords, namesOf, needsOf, opinionSource, otherIds, packageName, pair, pathWithoutVersion, placeOf, placed, provenance, questionsOf, quote, reasonText, reasonWords, renderLog, renderReport, reportOf, reportSchema, rowMarks, runNotesSection, runProvenance, sameFinding, scannersLine, scannersOf, seenCoverage, seenFinding, shortInstruction, shortened, smallPrint, someGaps, someOf, sourceWords, sparingRule, split, statusOf, statusWords, subjectOf, subjectOfFinding, systemName, tableHead, tableRow, terseStep, text, textOf$1 as textOf, title, unaccounted, unite, unscanned, utf16Units, utf8Bytes, verdictWords, version, versionOf, weaknessIds, whereWords, whyAccepted, whyExempted, withAnswer, withCommands, withReason };
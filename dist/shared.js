// src/domain/one-line.ts
function oneLine(text) {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

// src/errors.ts
var GateError = class extends Error {
	name = "GateError";
	code;
	what;
	remedy;
	constructor(code, what, remedy, options) {
		super(`[${code}] ${what}. ${remedy}`, options);
		this.code = code;
		this.what = what;
		this.remedy = remedy;
	}
};
function asGateError(thrown) {
	if (thrown instanceof GateError) return thrown;
	const code = thrown?.code;
	if (code === "ENOSPC" || code === "EDQUOT") return new GateError("disk-full", "The disk is full", "Free some space where RUNNER_TEMP and RUNNER_TOOL_CACHE lie: layers, databases and reports need it.", { cause: thrown });
	const text = thrown instanceof Error ? thrown.message : String(thrown);
	return new GateError("internal-error", `Image Gate itself failed: ${text}`, "This is a fault of Image Gate, not of your image. Please report it with this log.", { cause: thrown });
}

// src/domain/dates.ts
const DAY_IN_MS = 864e5;
function dayOf(now) {
	return now.toISOString().slice(0, 10);
}
function isDay(text) {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && dayOf(new Date(time)) === text;
}
function daysBetween(from, to) {
	return (startOf(to) - startOf(from)) / DAY_IN_MS;
}
function addDays(day, days) {
	return dayOf(new Date(startOf(day) + days * DAY_IN_MS));
}
function startOf(day) {
	return Date.parse(`${day}T00:00:00Z`);
}

// src/domain/verdict.ts
function failing(target) {
	const broken = new Set(target.rows.filter((row) => row.broken).map((row) => row.severity));
	return target.findings.filter((f) => f.outcome === "open" && broken.has(f.finding.severity));
}
function undecided(error, targets, name) {
	const { code, what, remedy } = error;
	const label = name ?? "this run";
	const meant = targets.length > 0 ? targets : [{
		kind: "image",
		input: label,
		label
	}];
	return {
		answer: "error",
		reason: `error: [${code}] ${firstOf(what)}`,
		targets: meant.map((target) => ({
			answer: "error",
			target,
			error: {
				code,
				what,
				remedy
			}
		})),
		exceptions: []
	};
}
function firstOf(what) {
	const [head = "", first, ...more] = what.split("\n");
	const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
	return oneLine(`${[head, first].join(" ").trimEnd()}${rest}`);
}

// src/domain/closest.ts
function closest(typed, words) {
	const wanted = typed.slice(0, 64).toLowerCase();
	let best;
	let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const word of words) {
		const distance = distanceOf(wanted, word.toLowerCase());
		if (distance < least) {
			least = distance;
			best = word;
		}
	}
	return best;
}
function distanceOf(typed, word) {
	const [short, long] = typed.length < word.length ? [typed, word] : [word, typed];
	return short.length > 2 && long.startsWith(short) ? Math.min(1, long.length - short.length) : editDistance(typed, word);
}
function editDistance(a, b) {
	let before = [];
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : change;
			row.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
		}
		before = previous;
		previous = row;
	}
	return previous[b.length] ?? 0;
}

// src/domain/policy-types.ts
const EMPTY_POLICY = {
	thresholds: {},
	targets: [],
	exceptionRules: {
		maxDays: 365,
		warnDays: 14,
		requireOwner: false
	},
	exceptions: []
};

// src/domain/severity.ts
const SEVERITIES = [
	"CRITICAL",
	"HIGH",
	"MEDIUM",
	"LOW",
	"UNKNOWN"
];
const DEFAULT_THRESHOLDS = {
	CRITICAL: 0,
	HIGH: 0,
	MEDIUM: "unlimited",
	LOW: "unlimited",
	UNKNOWN: "unlimited"
};
const RANK = new Map(SEVERITIES.map((severity, rank) => [severity, rank]));
function severityRank(severity) {
	return RANK.get(severity) ?? SEVERITIES.length - 1;
}
function toSeverity(text) {
	const severity = text?.toUpperCase() ?? "";
	return RANK.has(severity) ? severity : "UNKNOWN";
}
function perSeverity(make) {
	return Object.fromEntries(SEVERITIES.map((severity) => [severity, make(severity)]));
}

// src/domain/versions/order.ts
function compareDigits(a, b) {
	const x = a.replace(/^0+/, "");
	const y = b.replace(/^0+/, "");
	return x.length - y.length || compareText(x, y);
}
function compareText(a, b) {
	return a === b ? 0 : a < b ? -1 : 1;
}
function compareEach(a, b, compare) {
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const difference = compare(a[index], b[index]);
		if (difference !== 0) return difference;
	}
	return 0;
}

// src/domain/versions/apk.ts
const SUFFIXES = /* @__PURE__ */ new Map([
	["alpha", -4],
	["beta", -3],
	["pre", -2],
	["rc", -1],
	["cvs", 1],
	["svn", 2],
	["git", 3],
	["hg", 4],
	["p", 5]
]);
const SYNTAX$2 = /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:-r(\d+))?$/;
function compareApk(a, b) {
	const x = parse$5(a);
	const y = parse$5(b);
	if (x === void 0 || y === void 0) return void 0;
	return compareDigits(x.major, y.major) || compareEach(x.rest, y.rest, compareComponents) || compareText(x.letter, y.letter) || compareEach(x.suffixes, y.suffixes, compareSuffixes) || compareOptional(x.revision, y.revision);
}
function parse$5(text) {
	const [, major, rest = "", letter = "", suffixes = "", revision] = SYNTAX$2.exec(text) ?? [];
	if (major === void 0) return void 0;
	return {
		major,
		rest: rest.split(".").slice(1),
		letter,
		suffixes: suffixes.split("_").slice(1),
		revision
	};
}
function compareComponents(a, b) {
	if (a?.startsWith("0") && b !== void 0) return compareText(a, b);
	if (b?.startsWith("0") && a !== void 0) return compareText(a, b);
	return compareOptional(a, b);
}
function compareSuffixes(a, b) {
	const [, word = "", number] = /^([a-z]+)(\d+)?$/.exec(a ?? "") ?? [];
	const [, otherWord = "", otherNumber] = /^([a-z]+)(\d+)?$/.exec(b ?? "") ?? [];
	return (SUFFIXES.get(word) ?? 0) - (SUFFIXES.get(otherWord) ?? 0) || compareOptional(number, otherNumber);
}
function compareOptional(a, b) {
	if (a === void 0 || b === void 0) return Number(b === void 0) - Number(a === void 0);
	return compareDigits(a, b);
}

// src/domain/versions/dpkg.ts
function compareDpkg(a, b) {
	const x = parse$4(a);
	const y = parse$4(b);
	if (x === void 0 || y === void 0) return void 0;
	return compareDigits(x.epoch, y.epoch) || compareParts$1(x.upstream, y.upstream) || compareParts$1(x.revision, y.revision);
}
function parse$4(text) {
	const [, epoch = "", upstream, revision = ""] = /^(?:(\d+):)?([A-Za-z0-9.+~:-]*?[A-Za-z0-9.+~:])(?:-([A-Za-z0-9.+~]+))?$/.exec(text) ?? [];
	return upstream === void 0 ? void 0 : {
		epoch,
		upstream,
		revision
	};
}
function compareParts$1(a, b) {
	return compareEach([...a.matchAll(/(\D*)(\d*)/g)], [...b.matchAll(/(\D*)(\d*)/g)], (x, y) => {
		return compareWords(x?.[1] ?? "", y?.[1] ?? "") || compareDigits(x?.[2] ?? "", y?.[2] ?? "");
	});
}
function compareWords(a, b) {
	return compareEach([...a], [...b], (x, y) => weight(x) - weight(y));
}
function weight(character) {
	if (character === void 0) return 0;
	if (character === "~") return -1;
	const code = character.charCodeAt(0);
	return /[A-Za-z]/.test(character) ? code : code + 256;
}

// src/domain/versions/maven.ts
const KINDS = [
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
const ALIASES = /* @__PURE__ */ new Map([
	["ga", ""],
	["final", ""],
	["release", ""],
	["cr", "rc"]
]);
const SHORT = /* @__PURE__ */ new Map([
	["a", "alpha"],
	["b", "beta"],
	["m", "milestone"]
]);
function compareMaven(a, b) {
	const x = parse$3(a);
	const y = parse$3(b);
	return x === void 0 || y === void 0 ? void 0 : compareEach(x, y, compareTokens);
}
function parse$3(text) {
	if (!/^\d[\w.+-]*$/.test(text)) return void 0;
	const pieces = text.toLowerCase().match(/[.-]|\d+|[^\d.-]+/g) ?? [];
	const tokens = [];
	let before = ".";
	pieces.forEach((piece, index) => {
		const next = pieces[index + 1] ?? "";
		if (piece === "." || piece === "-") {
			before = piece;
			if (next === "." || next === "-") tokens.push(numberToken("0", before));
			return;
		}
		tokens.push(/^\d/.test(piece) ? numberToken(piece, before) : qualifierToken(piece, /^\d/.test(next)));
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
	const word = (beforeNumber ? SHORT.get(text) : void 0) ?? text;
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
	const x = a ?? nothingBeside(b);
	const y = b ?? nothingBeside(a);
	if (x.kind !== y.kind) return KINDS.indexOf(x.kind) - KINDS.indexOf(y.kind);
	return x.kind === "qualifier" ? compareText(sortable(x.text), sortable(y.text)) : compareDigits(x.text, y.text);
}
function nothingBeside(token) {
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

// src/domain/versions/semver.ts
const SYNTAX$1 = /^[vV]?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;
function compareSemver(a, b) {
	const x = SYNTAX$1.exec(a);
	const y = SYNTAX$1.exec(b);
	if (x === null || y === null) return void 0;
	return compareDotted(x[1] ?? "", y[1] ?? "") || comparePreReleases(x[2], y[2]);
}
function compareDotted(a, b) {
	return compareEach(a.split("."), b.split("."), (x = "", y = "") => compareDigits(x, y));
}
function comparePreReleases(a, b) {
	if (a === void 0 || b === void 0) return Number(a === void 0) - Number(b === void 0);
	return compareEach(a.split("."), b.split("."), compareIdentifiers);
}
function compareIdentifiers(a, b) {
	if (a === void 0 || b === void 0) return Number(b === void 0) - Number(a === void 0);
	const isNumber = /^\d+$/.test(a);
	if (isNumber !== /^\d+$/.test(b)) return isNumber ? -1 : 1;
	return isNumber ? compareDigits(a, b) : compareText(a, b);
}

// src/domain/versions/pep440.ts
const SYNTAX = new RegExp([
	/^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
	/(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d*))?/,
	/(?:-(?<implicitPost>\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\d*))?/,
	/(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\d*))?/,
	/(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/
].map((part) => part.source).join(""), "i");
function comparePep440(a, b) {
	const x = parse$2(a);
	const y = parse$2(b);
	if (x === void 0 || y === void 0) return void 0;
	return compareDigits(x.epoch, y.epoch) || compareDotted(x.release, y.release) || compareEach(x.parts, y.parts, compareParts) || compareEach(x.local, y.local, compareLocal);
}
function parse$2(text) {
	const groups = SYNTAX.exec(text.trim())?.groups;
	if (groups === void 0) return void 0;
	const post = groups.post !== void 0 || groups.implicitPost !== void 0;
	const dev = groups.dev !== void 0;
	return {
		epoch: groups.epoch ?? "",
		release: groups.release ?? "",
		parts: [
			[preRank(groups.pre, dev && !post), groups.preNumber ?? ""],
			[post ? 1 : 0, groups.implicitPost ?? groups.postNumber ?? ""],
			[dev ? 0 : 1, groups.devNumber ?? ""]
		],
		local: groups.local?.toLowerCase().split(/[-_.]/) ?? []
	};
}
function preRank(word, devOnly) {
	if (word === void 0) return devOnly ? 0 : 4;
	const letter = word.toLowerCase()[0];
	return letter === "a" ? 1 : letter === "b" ? 2 : 3;
}
function compareParts(a, b) {
	const [rank, digits] = a ?? [0, ""];
	const [otherRank, otherDigits] = b ?? [0, ""];
	return rank - otherRank || compareDigits(digits, otherDigits);
}
function compareLocal(a, b) {
	if (a === void 0 || b === void 0) return Number(b === void 0) - Number(a === void 0);
	const isNumber = /^\d+$/.test(a);
	if (isNumber !== /^\d+$/.test(b)) return isNumber ? 1 : -1;
	return isNumber ? compareDigits(a, b) : compareText(a, b);
}

// src/domain/versions/rpm.ts
function compareRpm(a, b) {
	const x = parse$1(a);
	const y = parse$1(b);
	if (x === void 0 || y === void 0) return void 0;
	const difference = compareDigits(x.epoch, y.epoch) || compareLabels(x.version, y.version);
	if (difference !== 0) return difference;
	if (x.release === void 0 && y.release === void 0) return 0;
	return x.release === void 0 || y.release === void 0 ? void 0 : compareLabels(x.release, y.release);
}
function parse$1(text) {
	const [, epoch = "", version, release] = /^(?:(\d+):)?([\w.+~^]+)(?:-([\w.+~^]+))?$/.exec(text) ?? [];
	return version === void 0 ? void 0 : {
		epoch,
		version,
		release
	};
}
function compareLabels(a, b) {
	return compareEach(segments(a), segments(b), compareSegments);
}
function segments(label) {
	return label.match(/~|\^|\d+|[A-Za-z]+/g) ?? [];
}
function compareSegments(a, b) {
	const x = rank(a);
	const y = rank(b);
	if (x !== y || a === void 0 || b === void 0) return x - y;
	return x === NUMBER ? compareDigits(a, b) : compareText(a, b);
}
const NUMBER = 4;
function rank(segment) {
	if (segment === void 0) return 1;
	if (segment === "~") return 0;
	if (segment === "^") return 2;
	return /\d/.test(segment) ? NUMBER : 3;
}

// src/domain/versions.ts
const BY_TYPE = new Map([
	[compareDpkg, [
		"debian",
		"ubuntu",
		"echo"
	]],
	[compareRpm, [
		"alma",
		"amazon",
		"azurelinux",
		"bottlerocket",
		"cbl-mariner",
		"centos",
		"centos-stream",
		"coreos",
		"fedora",
		"opensuse",
		"opensuse-leap",
		"opensuse-tumbleweed",
		"oracle",
		"photon",
		"redhat",
		"rocky",
		"slem",
		"sles",
		"suse"
	]],
	[compareApk, [
		"alpine",
		"chainguard",
		"minimos",
		"wolfi"
	]],
	[compareSemver, [
		"bun",
		"cargo",
		"dotnet-core",
		"gobinary",
		"gomod",
		"hex",
		"javascript",
		"julia",
		"node-pkg",
		"npm",
		"nuget",
		"packages-props",
		"pnpm",
		"pub",
		"rustbinary",
		"swift",
		"yarn"
	]],
	[comparePep440, [
		"pip",
		"pipenv",
		"poetry",
		"pylock",
		"python-pkg",
		"uv"
	]],
	[compareMaven, [
		"gradle",
		"jar",
		"pom",
		"sbt"
	]]
].flatMap(([compare, types]) => types.map((type) => [type, compare])));
const MAX_LENGTH = 256;
function compareVersions(type, a, b) {
	if (a.length > MAX_LENGTH || b.length > MAX_LENGTH) return void 0;
	return (BY_TYPE.get(type) ?? compareNumbers)(a, b);
}
function compareNumbers(a, b) {
	const numbers = /^[vV]?(\d+(?:\.\d+)*)$/;
	const x = numbers.exec(a)?.[1];
	const y = numbers.exec(b)?.[1];
	return x === void 0 || y === void 0 ? void 0 : compareDotted(x, y);
}

// src/domain/clearing-version.ts
function clearingVersion(type, installed, fixes) {
	const named = [...new Set(fixes.flat())];
	if (named.length === 1) return named[0];
	const ranks = ranksOf(type, [...named, installed]);
	if (ranks === void 0) return void 0;
	const rank = (version) => ranks.get(version);
	const ascending = (versions) => versions.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b));
	const lists = distinct(fixes).map(ascending);
	let least = 0;
	for (const list of lists) {
		const newer = list.find((version) => rank(version) > rank(installed));
		least = Math.max(least, newer === void 0 ? Number.POSITIVE_INFINITY : rank(newer));
	}
	return ascending(named).find((version) => rank(version) >= least && lists.every((list) => clears(version, list, rank)));
}
function ranksOf(type, versions) {
	let known = true;
	const compare = (a, b) => {
		const order = compareVersions(type, a, b);
		if (order === void 0) known = false;
		return order ?? 0;
	};
	const ranks = /* @__PURE__ */ new Map();
	let last;
	let rank = 0;
	for (const version of versions.toSorted(compare)) {
		if (last !== void 0 && compare(last, version) !== 0) rank += 1;
		ranks.set(version, rank);
		last = version;
	}
	return known ? ranks : void 0;
}
function clears(version, fixed, rank) {
	const agreeing = fixed.map((fix) => agreement(version, fix));
	const furthest = Math.max(...agreeing);
	const branch = fixed.findLast((_, index) => agreeing[index] === furthest);
	return branch !== void 0 && rank(version) >= rank(branch);
}
function agreement(a, b) {
	const x = leadingNumbers(a);
	const y = leadingNumbers(b);
	const first = x.findIndex((number, index) => number !== y[index]);
	return first < 0 ? x.length : first;
}
function leadingNumbers(version) {
	return /^v?(\d+(?:\.\d+)*)/i.exec(version)?.[1]?.split(".") ?? [];
}
function distinct(lists) {
	return [...new Map(lists.map((list) => [list.join(), list])).values()];
}

// src/domain/upgrades.ts
function planUpgrades(findings) {
	const vulnerable = findings.filter(isVulnerable);
	const fixable = vulnerable.filter((finding) => finding.fixedVersions.length > 0);
	const unfixed = vulnerable.filter((finding) => finding.fixedVersions.length === 0);
	return {
		upgrades: groups(fixable, packageKey).map(upgradeOf).sort(byWeight),
		noFix: groups(unfixed, (finding) => `${packageKey(finding)}\n${finding.status}`).map(noFixOf).sort(byWeight)
	};
}
function isVulnerable(finding) {
	return finding.kind === "vulnerability" && finding.package !== void 0;
}
function packageKey({ package: about, owner }) {
	return JSON.stringify([
		about.type,
		about.name,
		about.version,
		owner?.ecosystem,
		owner?.name,
		owner?.version
	]);
}
function groups(findings, keyOf) {
	return [...Map.groupBy(findings, keyOf).values()];
}
function upgradeOf(group) {
	const [{ package: about, owner }] = group;
	const lists = group.map((finding) => finding.fixedVersions);
	const to = clearingVersion(about.type, about.version, lists);
	return {
		package: about.name,
		type: about.type,
		from: about.version,
		to,
		alternatives: to === void 0 ? unique(lists.flat()) : [],
		clears: group.length,
		ids: unique(group.map((finding) => finding.id)),
		bySeverity: countsOf(group),
		owner,
		layer: commonLayer(group),
		paths: unique(group.flatMap((finding) => finding.path ?? []))
	};
}
function noFixOf(group) {
	const [{ package: about, status, owner }] = group;
	return {
		package: about.name,
		type: about.type,
		version: about.version,
		status,
		count: group.length,
		ids: unique(group.map((finding) => finding.id)),
		bySeverity: countsOf(group),
		owner
	};
}
function commonLayer(group) {
	const { layer } = group[0];
	return group.every((finding) => finding.layer?.diffId === layer?.diffId) ? layer : void 0;
}
function countsOf(group) {
	const counts = perSeverity(() => 0);
	for (const finding of group) counts[finding.severity] += 1;
	return counts;
}
function unique(texts) {
	return [...new Set(texts)];
}
function byWeight(a, b) {
	for (const severity of SEVERITIES) {
		const difference = b.bySeverity[severity] - a.bySeverity[severity];
		if (difference !== 0) return difference;
	}
	return compareText(a.package, b.package);
}

// src/domain/purl.ts
const CASE_FOLDED = /* @__PURE__ */ new Set([
	"alpm",
	"apk",
	"bitbucket",
	"bitnami",
	"composer",
	"deb",
	"github",
	"golang",
	"hex",
	"oci",
	"pub"
]);
function parsePurl(text) {
	try {
		return parse(text.toWellFormed());
	} catch {
		return;
	}
}
function purlCovers(wanted, found) {
	return purlKey(wanted) === purlKey(found) && (wanted.version === void 0 || wanted.version === found.version) && (wanted.subpath === void 0 || wanted.subpath === found.subpath) && Object.entries(wanted.qualifiers).every(([key, value]) => found.qualifiers[key] === value);
}
function purlKey({ type, namespace, name }) {
	return `${type}/${namespace === void 0 ? "" : `${namespace}/`}${name}`;
}
function parse(text) {
	const [, rest, query = "", fragment = ""] = /^pkg:\/*([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(text) ?? [];
	const [, type, path] = /^([a-z][a-z0-9.+-]*)\/(.*)$/is.exec(rest ?? "") ?? [];
	if (type === void 0 || path === void 0) return void 0;
	const cut = versionAt(path);
	const segments = decodedSegments(path.slice(0, cut));
	const name = segments.pop();
	if (name === void 0) return void 0;
	const fold = foldFor(type.toLowerCase());
	const version = decodeURIComponent(path.slice(cut + 1));
	const subpath = decodedSegments(fragment).filter((segment) => segment !== "." && segment !== "..");
	return {
		type: type.toLowerCase(),
		...segments.length > 0 && { namespace: fold(segments.join("/")) },
		name: fold(name),
		...version !== "" && { version },
		qualifiers: qualifiersOf(query),
		...subpath.length > 0 && { subpath: subpath.join("/") }
	};
}
function versionAt(path) {
	const at = path.lastIndexOf("@");
	return at > path.lastIndexOf("/") ? at : path.length;
}
function decodedSegments(path) {
	return path.split("/").filter((segment) => segment !== "").map(decodeURIComponent);
}
function foldFor(type) {
	if (type === "pypi") return (text) => text.toLowerCase().replaceAll("_", "-");
	return CASE_FOLDED.has(type) ? (text) => text.toLowerCase() : (text) => text;
}
function qualifiersOf(query) {
	const pairs = query.split("&").map((pair) => {
		const cut = pair.indexOf("=");
		return cut < 0 ? [pair, ""] : [pair.slice(0, cut).toLowerCase(), decodeURIComponent(pair.slice(cut + 1))];
	});
	return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

export { isDay as _, DEFAULT_THRESHOLDS as a, oneLine as b, severityRank as c, closest as d, failing as f, daysBetween as g, dayOf as h, planUpgrades as i, toSeverity as l, addDays as m, purlCovers as n, SEVERITIES as o, undecided as p, purlKey as r, perSeverity as s, parsePurl as t, EMPTY_POLICY as u, GateError as v, asGateError as y };
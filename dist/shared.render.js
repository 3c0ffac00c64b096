import { createHash, hash } from "./shared.start.js";
import { DEFAULT_POLICY, DEFAULT_THRESHOLDS, GIVEN_REPORT, LIMIT_BYTES, LONGEST as LONGEST$5, SEVERITIES, SEVERITY_STYLES, andMore, bytes, changeRequest, codePoint, coloured, countSeverities, counted, errorLines, exploitWords as exploitWords$1, failureOf, fitLog, headText, isNamedAsFile, joined, lettersTold, listSome, namesOf, number, opinionsIn, pathEnd, perSeverity, placeOf as placeOf$1, plain, policyChangesOf, severityName, severityRank, shorten, someLines, tailOf, tailText, visible, wholeNames, withoutTag, workflow } from "./shared.answer.js";
import { age, agreementLine, agreementOf, agreementsOf, commonSteps, countsLine, differences, exemptedGroups, failingByLine, fixAdvisor, isNew, isWhole, looseningFirst, memoize, namesOf as namesOf$1, needingAttention, noFixEntries, oncePer, packageRows, severityList, split, splitRows, startingLimits, statusWords, unfixedFirst, unjudgedPlatforms, upgradesIn, whenItEnds, whyWords, worstFirst } from "./shared.domain.js";

// src/render/markdown/markdown.ts
const LONGEST_CODE = 160;
const LONGEST_TEXT = 600;
const LONGEST_WORD = 100;
function code$1(untrusted, most = LONGEST_CODE) {
	return span(visible(shorten(untrusted, most, "middle")));
}
function packageName(untrusted) {
	return span(lettersTold(visible(shorten(untrusted, LONGEST_CODE, "middle"))));
}
function span(text) {
	if (text === "") return "`\"\"`";
	const shown = noComment(text).replace(/\\(?=\|)/g, codePoint).replace(/^ | $/g, codePoint);
	if (!shown.includes("`")) return `\`${shown}\``;
	const fenceText = "`".repeat(longestRun(shown) + 1);
	return `${fenceText} ${shown} ${fenceText}`;
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
const REFERENCE$1 = /(?:^|[^\p{L}\p{N}])(?:g[hl]-\d|[0-9a-f]{7,64}(?![\p{L}\p{N}]))/iu;
function text(untrusted, most = LONGEST_TEXT) {
	return shorten(untrusted, most).replace(/\s+/g, " ").trim().split(/(`[^`]+`)/).map((piece, index) => index % 2 === 1 ? code$1(piece.slice(1, -1)) : proseWords(piece)).reduce((before, piece) => before.endsWith("`") && piece.startsWith("`") ? `${before} ${piece}` : before + piece, "").replace(/^(\d+)([.)])(?= |$)/, "$1\\$2");
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
	if (/^(?:["'(]*[.,;!?)"'%…]*|:)$/.test(word)) return word;
	if (isHarmless(word.replace(AROUND, "")) && !/www\./i.test(word)) return word;
	const [, before = "", within = word, after = ""] = /^([("']*)(.*?)([.,;!?)"']*)$/su.exec(word) ?? [];
	return within === "" ? span(word) : `${before}${span(within)}${after}`;
}
function isHarmless(core) {
	if (!(HARMLESS_ASCII.test(core) || HARMLESS_CORE.test(core)) || REFERENCE$1.test(core)) return false;
	if (/^[-/]/.test(core)) return false;
	return !MEANINGFUL.test(core) || NUMBER.test(core);
}
function version(untrusted) {
	if (!/^(?:\d{1,4}:)?[0-9A-Za-z][0-9A-Za-z.+~-]{0,59}$/.test(untrusted) || REFERENCE$1.test(untrusted) || /www\./i.test(untrusted)) return untrusted === "" ? "" : code$1(untrusted, 60);
	return untrusted.replaceAll("~", "\\~");
}
function link$1(label, url) {
	return url !== void 0 && LINKABLE.test(url) ? `[${label}](${url})` : label;
}
const LINKABLE = /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./:%~+=?-]*$/i;
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
function table(columns, rows, align = []) {
	return [tableHead(columns, align), ...rows.map(tableRow)].join("\n");
}
function details(summary, body, isOpen = false) {
	return `<details${isOpen ? " open" : ""}><summary>${html(summary)}</summary>\n\n${body}\n\n</details>`;
}
function fold(sign, label, words, isOpen) {
	const name = `<code>${escaped$1(visible(shorten(label, LONGEST_CODE, "middle")))}</code>`;
	return {
		open: `<details${isOpen ? " open" : ""}><summary>${sign} ${name}: ${html(words)}</summary>`,
		close: "</details>"
	};
}
function html(untrusted) {
	const one = visible(untrusted.replace(/\s+/g, " "));
	const shown = escaped$1(one);
	return isProse(one) && !REFERENCE$1.test(one) && !/!\d/.test(one) ? shown : `<code>${shown}</code>`;
}
function isProse(one) {
	if (/^(?:[A-Za-z\d ,.;()'?!-]|: )*$/.test(one)) return !/\.[A-Za-z]/.test(one);
	return /^(?:[\p{L}\p{N} ,.;()'’?!–-]|: )*$/u.test(one) && !/\.\p{L}/u.test(one);
}
function escaped$1(text) {
	return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
function fence(untrusted, language = "") {
	const lines = untrusted.split(/\r\n|\r|\n/).map(visible).join("\n");
	const marks = "`".repeat(Math.max(3, longestRun(lines) + 1));
	return `${marks}${language}\n${noComment(lines)}\n${marks}`;
}
function alert(kind, markdown) {
	return quote(`[!${kind}]\n${markdown}`);
}
const ALERT_SIGN = {
	NOTE: "ℹ️",
	TIP: "💡",
	IMPORTANT: "❗",
	WARNING: "⚠️",
	CAUTION: "🛑"
};
function foldedAlert(kind, markdown) {
	return quote(`${ALERT_SIGN[kind]} ${markdown}`);
}
function quote(markdown) {
	return markdown.split("\n").map((line) => `> ${line}`).join("\n");
}

// src/render/shared/change.ts
function baselineWords(source, now, show) {
	const { commit, madeAt, platform } = source;
	const old = madeAt === void 0 ? void 0 : age(madeAt, now);
	const details = [
		commit === void 0 ? "" : `commit ${show(commit.slice(0, 12))}`,
		old === void 0 ? "" : `${old} old`,
		platform === void 0 ? "" : `for ${show(platform)}`
	].filter((part) => part !== "");
	return `${nameOf(source, show)}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}
function nameOf({ kind, branch, given, image }, show) {
	if (kind === "run") return `the report of ${show(branch ?? "the default branch")}`;
	const name = show(given ?? image ?? "");
	switch (kind) {
		case "report": return `the report ${name}`;
		case GIVEN_REPORT: return `the scanner's report ${name}`;
		case "sbom": return `the SBOM ${name}`;
		case "image": return name;
	}
}

// src/render/shared/location.ts
const INSTRUCTION$1 = 44;
const WHOLE_PATH = 4096;
const WHOLE_INSTRUCTION = 500;
function shortInstruction(instruction, most = INSTRUCTION$1) {
	const bare = shorten(instruction, 2e3).replace(/^(?:RUN )?\/bin\/sh -c (#\(nop\)\s*)?/, (_, nop) => nop === void 0 ? "RUN " : "").replace(/(?<!\s)\s*# buildkit\s*$/, "").replace(/\s+/g, " ").trim();
	return shorten(bare, most);
}
function briefInstruction(instruction, most = INSTRUCTION$1) {
	return shorten(shortInstruction(instruction, 500).replace(/\b([0-9a-f]{8})[0-9a-f]{16,}\b/g, "$1…"), most);
}
function placed(path, line) {
	return line === void 0 ? path : `${path}:${line}`;
}

// src/render/markdown/location.ts
function layerWords$2(layer, unabridged = false) {
	if (layer?.number === void 0 || unabridged) return describedLayer(layer, unabridged);
	return joined(" ", [sourceWords(layer.source, false), `layer ${layer.number}`]);
}
function describedLayer(layer, unabridged) {
	if (layer === void 0) return "";
	const place = layer.number === void 0 ? "" : `layer ${layer.number}`;
	return joined(" ", [
		sourceWords(layer.source, unabridged),
		place,
		instructionWords$1(layer, unabridged)
	]);
}
function instructionWords$1({ instruction = "" }, unabridged = false) {
	const words = unabridged ? shortInstruction(instruction, 500) : briefInstruction(instruction);
	return words === "" ? "" : code$1(words, 500);
}
function sourceWords(source, unabridged = false) {
	if (source === void 0) return "";
	const most = unabridged ? WHOLE_PATH : 48;
	return code$1(pathEnd(placed(source.file, source.line), most), most);
}
function whereCell(finding, unabridged = false, wordsOf = (layer) => describedLayer(layer, unabridged), told) {
	const { owner, path, line, layer } = finding;
	if (owner === void 0 && path === void 0) return layer === void 0 ? "–" : wordsOf(layer) || "–";
	const most = unabridged ? WHOLE_PATH : 48;
	const place = path === void 0 ? "" : code$1(told ?? pathEnd(placed(path, line), most), told === void 0 ? most : WHOLE_PATH);
	const parts = [owner === void 0 ? place : joined(": ", [`in ${ownerWords(owner)}`, place]), layer === void 0 ? "" : wordsOf(layer)].filter((part) => part !== "");
	return parts.length === 0 ? "–" : parts.join("<br>");
}
function ownerWords(owner) {
	const name = `${text(owner.ecosystem, 40)} ${packageName(owner.name)}`;
	return owner.version === void 0 || owner.version === "" ? name : `${name} ${version(owner.version)}`;
}

// src/render/rows/distinct-paths.ts
const LEAST$2 = 24;
const WHOLE = 4096;
function distinctPaths(paths, most) {
	const alike = Map.groupBy(new Set(paths), (path) => most === 0 ? "" : pathEnd(path, most));
	const told = /* @__PURE__ */ new Map();
	for (const group of alike.values()) if (group.length > 1) tellApart(group, Math.max(most, LEAST$2), told);
	return told;
}
function tellApart(paths, most, told) {
	const split = paths.map((path) => path.split("/"));
	const [first = []] = split;
	const shortest = split.reduce((least, { length }) => Math.min(least, length), first.length);
	const common = (limit, at) => {
		let count = 0;
		while (count < limit && split.every((folders) => at(folders, count) === at(first, count))) count += 1;
		return count;
	};
	const after = common(shortest - 1, (folders, index) => folders.at(-1 - index));
	const before = common(shortest - after - 1, (folders, index) => folders[index]);
	const texts = split.map((folders) => {
		const rest = folders.slice(before, folders.length - after).join("/");
		return `${before > 0 ? "…/" : ""}${rest}${after > 0 ? "/…" : ""}`;
	});
	const short = texts.map((text) => shorten(text, most, "middle"));
	const isTold = new Set(short).size === texts.length;
	for (const [index, path] of paths.entries()) told.set(path, isTold ? short[index] : shorten(texts[index], WHOLE, "middle"));
}
function pathsOfAlike(rows, { look, pathOf, most = 0 }) {
	const texts = /* @__PURE__ */ new Map();
	for (const alike of Map.groupBy(rows, look).values()) {
		if (alike.length === 1) continue;
		const paths = distinctPaths(alike.flatMap((row) => pathOf(row) ?? []), most);
		for (const row of alike) {
			const text = paths.get(pathOf(row) ?? "");
			if (text !== void 0) texts.set(row, text);
		}
	}
	return texts;
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

// src/render/rows/row-marks.ts
function rowMarks(findings) {
	if (!findings.some(hasMark)) return NONE;
	return [
		{
			words: countedMark(findings, ({ change }) => change === "new", "new"),
			about: "new"
		},
		{
			words: exploitedMark(findings),
			about: "exploited"
		},
		{
			words: scoreMark(findings),
			about: "score"
		},
		{
			words: countedMark(findings, ({ change }) => change === "newly-disclosed", "newly disclosed"),
			about: "disclosed"
		},
		{
			words: endedMark(findings),
			about: "ended"
		},
		{
			words: graceMark(findings),
			about: "grace"
		}
	].filter(({ words }) => words !== "");
}
const NONE = [];
function hasMark({ change, exploitation, ended, countsFrom }) {
	return change !== void 0 && change !== "unchanged" || exploitation !== void 0 || ended !== void 0 || countsFrom !== void 0;
}
function countedMark(findings, is, word) {
	const count = findings.filter(is).length;
	if (count === 0) return "";
	return findings.length === 1 ? word : `${number(count)} ${word}`;
}
function exploitedMark(findings) {
	const exploited = findings.filter(({ exploitation }) => exploitation?.kev !== void 0);
	if (exploited.length === 0) return "";
	const first = exploited.toSorted((a, b) => dueOf(a).localeCompare(dueOf(b), "en"))[0];
	const ransomware = exploited.some(({ exploitation }) => exploitation?.kev?.ransomware === true);
	const due = first.exploitation?.kev?.dueDate;
	const kev = {
		ransomware,
		...due === void 0 ? {} : { dueDate: due }
	};
	const [words = ""] = exploitWords({
		...first,
		exploitation: { kev }
	});
	return `${exploited.length === 1 ? "" : `${number(exploited.length)} `}${words}`;
}
function dueOf({ exploitation }) {
	return exploitation?.kev?.dueDate ?? "~";
}
function scoreMark(findings) {
	let best;
	for (const judged of findings) if ((judged.exploitation?.epss ?? 0) > (best?.exploitation?.epss ?? 0)) best = judged;
	return best === void 0 ? "" : exploitWords({
		...best,
		exploitation: { epss: best.exploitation?.epss }
	}).join("");
}
function endedMark(findings) {
	const days = findings.flatMap(({ ended, outcome }) => ended === void 0 || outcome !== "open" ? [] : [ended.expires]);
	if (days.length === 0) return "";
	const last = days.toSorted().at(-1) ?? "";
	return `${days.length === 1 ? "exception" : `${number(days.length)} exceptions`} ended ${last}`;
}
function graceMark(findings) {
	const days = findings.flatMap(({ countsFrom }) => countsFrom === void 0 ? [] : [countsFrom]);
	if (days.length === 0) return "";
	const [first = ""] = days.toSorted();
	return `${days.length === findings.length ? "" : `${number(days.length)} `}${days.length === 1 ? "counts" : "count"} from ${first}`;
}

// src/render/rows/row-view.ts
function rowViewer() {
	return memoize(({ source, packages, findings }) => {
		const [{ finding, origin }] = findings;
		const { severity, kind, title, layer, owner } = finding;
		const advisories = /* @__PURE__ */ new Map();
		const places = /* @__PURE__ */ new Set();
		for (const { finding: each, exploitation } of findings) {
			const { id, url, path, line } = each;
			if (!advisories.has(id)) advisories.set(id, {
				id,
				url,
				severity: each.severity,
				isExploited: exploitation?.kev !== void 0
			});
			if (path !== void 0) places.add(placed(path, line));
		}
		return {
			severity,
			kind,
			title,
			layer,
			origin,
			owner,
			about: source ?? packages[0],
			members: source === void 0 ? void 0 : packages.map(({ name }) => name),
			advisories: [...advisories.values()],
			marks: rowMarks(findings),
			places: [...places],
			path: packages.length === 0 ? void 0 : finding.path
		};
	});
}

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

// src/render/sections/cells.ts
function severityCell(severity) {
	return `${SEVERITY_STYLES[severity].dot}&nbsp;${severity}`;
}
function widened(word, letters) {
	return word + "&nbsp;".repeat(Math.max(0, (letters - word.length + 1) * 2));
}
function advisory(id, url) {
	const page = advisoryUrl(id, url);
	return page !== void 0 && /^[A-Za-z0-9:-]+$/.test(id) ? link$1(shorten(id, 60, "middle"), page) : code$1(id, 60);
}
function markWords({ words, about }) {
	if (about === "new") return `**${words}**`;
	return about === "exploited" ? `🔥 ${text(words)}` : text(words);
}

// src/render/sections/packages.ts
const DETAILS = [
	"full",
	"brief",
	"bare",
	"least"
];
const MOST_IDS$1 = 2e3;
const FULL = {
	ids: 2,
	links: 2,
	folded: MOST_IDS$1,
	title: 58,
	path: 40,
	members: 2
};
const BRIEF = {
	ids: 2,
	links: 1,
	folded: MOST_IDS$1,
	title: 0,
	path: 32,
	members: 1
};
const LEAST$1 = {
	ids: 1,
	links: 0,
	folded: 0,
	title: 0,
	path: 0,
	members: 0
};
const BARE = {
	...LEAST$1,
	ids: MOST_IDS$1
};
const OPEN$4 = {
	full: () => FULL,
	brief: () => FULL,
	bare: () => FULL,
	least: memoize(openLeast)
};
const FOLDED = {
	full: () => FULL,
	brief: () => BRIEF,
	bare: () => BARE,
	least: memoize(foldedLeast)
};
const TERSE = {
	...LEAST$1,
	ids: 0
};
const QUIET = {
	full: {
		...FULL,
		folded: 0
	},
	brief: {
		...BRIEF,
		folded: 0
	},
	bare: TERSE,
	least: TERSE
};
function openLeast(named) {
	return {
		...FULL,
		folded: Math.max(0, named - FULL.ids)
	};
}
function foldedLeast(named) {
	return {
		...LEAST$1,
		ids: named
	};
}
const ALL = {
	ids: 500,
	links: 500,
	folded: 0,
	title: 160,
	path: 120,
	members: 50
};
const FEW$1 = 3;
function packagesSection(section) {
	const { rows, heading } = section;
	const open = heading === void 0 ? 0 : rows.length - section.open <= FEW$1 ? rows.length : section.open;
	const { detail, named } = section;
	const { views, told, lines } = knownOf(rows);
	const openWith = (count) => detail === "all" ? ALL : OPEN$4[detail](count);
	const foldedWith = (count) => detail === "all" ? ALL : heading === void 0 ? QUIET[detail] : FOLDED[detail](count);
	const countAt = (index) => detail === "least" && named !== void 0 ? namedCount(views(rows[index]), named) : 1;
	const most = detail === "least" ? Math.max(1, ...rows.map((_, index) => countAt(index))) : 1;
	const [opened, folded] = [openWith(most), foldedWith(most)];
	const fixes = folded === TERSE ? void 0 : section.fixes;
	const hasPlaces = rows.some(({ findings: [{ finding, origin }] }) => placeWords$3(finding.layer, origin) !== "");
	const rankAt = (index) => severityRank(rows[index].findings[0].finding.severity);
	const measuresAt = (index) => (index < open ? openWith : foldedWith)(countAt(index));
	const total = sum$1(rows.map(({ counts }) => counts));
	const placesIn = ({ path }) => hasPlaces && path > 0;
	const heads = memoize((measures) => head(rows, placesIn(measures), measures.ids));
	return {
		count: rows.length,
		row: (index) => {
			const [row, measures] = [rows[index], measuresAt(index)];
			const known = lines(measures);
			const shown = {
				...measures,
				hasPlaces: placesIn(measures)
			};
			known[index] ??= packageRow(views(row), shown, fixes?.(row), told(row, shown));
			return known[index];
		},
		rank: (index) => section.rank + rankAt(index),
		most: section.most,
		canSayLess: section.crowded !== true || folded !== TERSE,
		share: section.share,
		layout: (shown, indexes) => {
			if (rows.length === 0) return "";
			const without = (count) => {
				const seen = sum$1(indexes.slice(0, count).map((index) => rows[index].counts));
				return perSeverity((severity) => total[severity] - seen[severity]);
			};
			const rest = leftOut$1(rows.length - shown.length, without(shown.length), section);
			const openRows = shown.slice(0, open);
			const foldedRows = shown.slice(open);
			const table = (some, isOpen) => some.length === 0 ? "" : [heads(isOpen ? opened : folded), ...some].join("\n");
			const below = joined("\n\n", [table(foldedRows, false), rest]);
			const summary = () => section.folded(packagesWords(rows.slice(openRows.length)), without(openRows.length));
			return joined("\n\n", [
				heading ?? "",
				table(openRows, true),
				foldedRows.length > 0 || heading === void 0 ? details(summary(), below, section.unfolded) : rest
			]);
		}
	};
}
function namedCount({ advisories }, { severity: last, each }) {
	const worse = advisories.filter(({ severity }) => severityRank(severity) < severityRank(last)).length;
	const alike = advisories.filter(({ severity }) => severity === last).length;
	return Math.max(1, worse + Math.min(each, alike));
}
const knownOf = oncePer((rows) => {
	const views = rowViewer();
	return {
		views,
		told: toldApart$1(rows, views),
		lines: memoize(() => [])
	};
});
function packagesWords(rows) {
	const others = rows.filter(({ packages }) => packages.length === 0);
	const files = new Set(others.map(({ findings: [{ finding }] }) => finding.path ?? ""));
	const packages = rows.length - others.length;
	const parts = [packages === 0 ? "" : counted(packages, "package"), files.size === 0 ? "" : counted(files.size, "file")];
	return joined(" and ", parts);
}
function leftOut$1(left, counts, { elsewhere }) {
	return left === 0 ? "" : `_${counted(left, "row")} left out here (${severityList(counts)}); ${elsewhere}._`;
}
function sum$1(all) {
	const counts = perSeverity(() => 0);
	for (const each of all) for (const severity of SEVERITIES) counts[severity] += each[severity];
	return counts;
}
const IDS = 42;
const ROOM = 70;
const MOST_MEASURED = 100;
function head(rows, hasPlaces, most) {
	const measured = rows.slice(0, MOST_MEASURED);
	const longest = (lengths) => Math.max(0, ...lengths);
	const ids = longest(measured.map(({ findings }) => idsLength(findings, most)));
	const name = longest(measured.flatMap(({ source, packages }) => unbroken(source?.name ?? packages[0]?.name ?? "")));
	const letters = Math.min(IDS, ids, Math.max(ONE_ID, ROOM - name));
	const columns = [
		"severity",
		"package",
		widened("advisories", letters),
		...hasPlaces ? ["where"] : []
	];
	return tableHead(columns, columns.map(() => "left"));
}
const ONE_ID = 19;
function idsLength(findings, most) {
	const ids = [...new Set(findings.slice(0, Math.min(most, 3)).map(({ finding: { id } }) => id))];
	const named = ids.slice(0, idsInLine(ids, most));
	return named.join(", ").length + (findings.length > named.length ? 12 : 0);
}
function idsInLine(ids, most) {
	const [first = "", second = ""] = ids;
	return most === 2 && first.length + second.length > ROOM_FOR_TWO ? 1 : most;
}
const ROOM_FOR_TWO = 34;
function unbroken(name) {
	return shorten(name, 200).split(/(?<=[-/])/).map(({ length }) => length);
}
function toldApart$1(rows, views) {
	let copies;
	const texts = /* @__PURE__ */ new Map();
	return (row, shown) => {
		if (row.packages.length === 0 || row.findings[0].finding.path === void 0) return void 0;
		copies ??= Map.groupBy(rows, copyKey);
		const key = copyKey(row);
		const group = copies.get(key) ?? [];
		if (group.length < 2) return void 0;
		const name = `${shown.path}\0${shown.members}\0${shown.hasPlaces}\0${key}`;
		const known = texts.get(name) ?? textsFor(group.map(views), shown);
		texts.set(name, known);
		return known.get(views(row));
	};
}
function textsFor(copies, { hasPlaces, ...measures }) {
	const look = (view) => `${hasPlaces ? placeWords$3(view.layer, view.origin) : ""}\0${fileWords$1(view, measures, void 0)}`;
	return pathsOfAlike(copies, {
		look,
		pathOf: ({ path }) => path
	});
}
function copyKey({ source, packages }) {
	const { name, version: installed } = source ?? packages[0] ?? {
		name: "",
		version: ""
	};
	return `${name}\0${installed}`;
}
function packageRow(view, measures, fix, told) {
	return tableRow([
		severityCell(view.severity),
		packageCell(view, measures, fix, told),
		advisoriesCell(view, measures),
		...measures.hasPlaces ? [placeWords$3(view.layer, view.origin) || "–"] : []
	]);
}
function packageCell(view, measures, fix, told) {
	const { about, members = [], title } = view;
	const file = fileWords$1(view, measures, told);
	if (about === void 0) return joined("<br>", [title === "" ? "–" : text(title, 100), file]);
	return joined("<br>", [
		`${packageName(about.name)} ${version(about.version)}`.trim(),
		fix === void 0 ? "" : fixWords$1(fix),
		members.length === 0 || measures.members === 0 ? "" : small(listSome(members, measures.members, { show: packageName })),
		file
	]);
}
function fixWords$1(fix) {
	if (fix.to === void 0) return text(fix.none, 60);
	const shown = fix.to.slice(0, 2).map((each) => `**${version(each)}**`);
	const more = fix.to.length > shown.length ? " or …" : "";
	const some = fix.clears === fix.of ? "" : ` for ${number(fix.clears)} of ${number(fix.of)}`;
	return `→ ${shown.join(" or ")}${more}${some}`;
}
function small(words) {
	return `<sub>${words}</sub>`;
}
function advisoriesCell(view, { ids, links, folded, title }) {
	const { advisories, about, marks } = view;
	let before = view.severity;
	const show = ({ id, url, severity, isExploited }, index) => {
		const dot = severity === before ? "" : `${SEVERITY_STYLES[severity].dot}&nbsp;`;
		before = severity;
		return dot + (isExploited && advisories.length > 1 ? "🔥&nbsp;" : "") + (index < links ? advisory(id, url) : PLAIN_ID.test(id) ? id : code$1(id, 60));
	};
	const first = idsInLine(advisories.map(({ id }) => id), ids);
	const rest = advisories.slice(first);
	const hasFold = folded > 0 && rest.length > 0;
	const list = ids === 0 ? number(advisories.length) : listSome(hasFold ? advisories.slice(0, first) : advisories, first, { show });
	const words = about === void 0 || title === 0 ? "" : titleWords$1(view.title, title);
	const line = joined("<br>", [[list, ...marks.map(markWords)].join(" · "), words === "" ? "" : small(words)]);
	return hasFold ? line + restFold(rest.slice(0, folded).map((each) => show(each, links)), rest.length) : line;
}
function restFold(shown, count) {
	const lines = shown.map((each, at) => each + (at === shown.length - 1 ? "" : at % 2 === 1 ? ",<br>" : ", ")).join("");
	return `<details><summary>${andMore(count)}</summary>${[lines, andMore(count - shown.length)].join(" ").trimEnd()}</details>`;
}
const PLAIN_ID = /^(?:CVE-\d{4}-\d{4,9}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/;
function titleWords$1(title, most) {
	const bare = shorten(title, 1e3).replace(/^[\w.+@/:-]{1,80}: +(?=\S)/, "");
	return text(shortenAtWord(bare, most), most);
}
function shortenAtWord(words, most) {
	if (words.length <= most) return words;
	const cut = shorten(words, most);
	const end = cut.lastIndexOf(" ");
	return end > most / 2 ? `${cut.slice(0, end)}…` : cut;
}
function placeWords$3(layer, origin) {
	if (layer?.number !== void 0) return `layer&nbsp;${layer.number}`;
	return layerWords$2(layer) || (origin === void 0 ? "" : ORIGINS[origin]);
}
const NAMES_PACKAGE = /(?:^|\/)(?:METADATA|PKG-INFO|package\.json|[^/]+\.gemspec|[^/]+\.egg-info)$/;
const BESIDE_OWNER = 28;
function fileWords$1({ places, layer, owner }, measures, told) {
	const { path: most, members } = measures;
	const [first = ""] = places;
	const isSaid = layer !== void 0 && members !== ALL.members && NAMES_PACKAGE.test(first);
	const room = owner === void 0 || members === ALL.members ? most : Math.min(most, BESIDE_OWNER);
	const isNamed = told !== void 0 || places.length > 0 && most > 0 && !isSaid;
	const show = (place) => told === void 0 ? code$1(pathEnd(place, room), room) : code$1(told, WHOLE_PATH);
	const many = places.length > 1 ? `${number(places.length)} places` : "";
	const files = isNamed ? listSome(places, 1, { show }) : many;
	const shipped = owner === void 0 ? "" : `in ${ownerWords(owner)}`;
	const words = joined(": ", [shipped, files]);
	return words === "" ? "" : small(words);
}

// src/render/sections/comparison.ts
function comparisonSection(target, view) {
	const comparison = view.comparisons?.get(target.target);
	if (comparison === void 0) return "";
	if ("none" in comparison) return comparison.quiet ? "" : `Not compared with a baseline: ${text(comparison.none, 300)}.`;
	const { source } = comparison.baseline;
	const notes = (source.notes ?? []).slice(0, 3).map((note) => text(note, 300));
	const words = baselineWords(source, view.now, (untrusted) => code$1(untrusted, 100));
	const run = source.url === void 0 ? "" : runLink(source.url);
	const line = `**${countsLine(comparison.counts)}**, compared with ${words}${run}.`;
	return joined(" ", [
		line,
		systemWords(comparison, (untrusted) => code$1(untrusted, 60)),
		...notes
	]);
}
function systemWords({ systemChange }, show) {
	if (systemChange === void 0) return "";
	return `The operating system changed from ${show(systemChange.from)} to ${show(systemChange.to)}.`;
}
function runLink(url) {
	const linked = link$1("run", url);
	return linked === "run" ? "" : `, ${linked}`;
}
function fixedSection(target, view, look) {
	return goneSection(fixedIn(target, view), fixedWords, look);
}
function unseenSection(target, view, look) {
	return goneSection(unseenOf$1(target, view), unseenWords, look);
}
function goneSection(gone, words, { rank, detail, unfolded }) {
	const rows = packageRows(gone.map((finding) => ({
		finding: {
			...finding,
			layer: void 0
		},
		outcome: "open",
		exceptions: []
	})));
	return packagesSection({
		rows,
		open: 0,
		folded: () => words(gone.length),
		unfolded,
		elsewhere: "the JSON report has all",
		rank,
		most: 100,
		detail
	});
}
function fixedWords(count) {
	return `${number(count)} fixed: the package or its version went`;
}
function unseenWords(count) {
	return `${number(count)} no longer seen: nobody could look at the packages, so whether they were fixed is not known`;
}
function unseenOf$1({ target }, view) {
	return comparedIn(target, view)?.unseen ?? [];
}
function fixedIn({ target }, view) {
	return comparedIn(target, view)?.fixed ?? [];
}
const PACKAGE_COLUMNS = [
	"package",
	"before",
	"now",
	"findings"
];
const PATH$2 = 48;
const MOST$5 = 300;
const ORDER = [
	"gained",
	"lost",
	"upgraded",
	"downgraded",
	"changed"
];
function packageChangesSection({ changes, counts, unseen = 0 }, rank, unabridged = false) {
	return {
		count: changes.length,
		row: (index) => changeRow$1(changes[index], unabridged),
		rank: () => rank,
		most: MOST$5,
		share: .2,
		layout: (shown) => {
			if (changes.length === 0 && unseen === 0) return "";
			const left = changes.length - shown.length;
			const table = shown.length === 0 ? "" : [tableHead(PACKAGE_COLUMNS), ...shown].join("\n");
			const rest = left === 0 ? "" : `_${counted(left, "more change")} left out here._`;
			const kinds = ORDER.filter((kind) => counts[kind] > 0).map((kind) => `${number(counts[kind])} ${kind}`);
			if (unseen > 0) kinds.push(`${number(unseen)} no longer seen`);
			return details(`Package changes: ${kinds.join(", ")}`, joined("\n\n", [
				unseenPackageWords(unseen),
				table,
				rest
			]));
		}
	};
}
function unseenPackageWords(unseen) {
	return unseen === 0 ? "" : `Nobody could look at ${counted(unseen, "package")} of the baseline: whether they are still there is not known.`;
}
function changeRow$1({ kind, name, path, from, to, brought, cleared }, unabridged) {
	const most = unabridged ? WHOLE_PATH : PATH$2;
	const place = path === void 0 ? "" : `<br>${code$1(pathEnd(path, most), most)}`;
	const findings = [findingsWords("brought", brought, unabridged), findingsWords("cleared", cleared, unabridged)].filter((part) => part !== "");
	return tableRow([
		`${packageName(name)} ${kind}${place}`,
		from === void 0 ? "–" : version(from) || "–",
		to === void 0 ? "–" : version(to) || "–",
		findings.length === 0 ? "–" : findings.join("<br>")
	]);
}
function findingsWords(what, { ids, bySeverity }, unabridged) {
	if (ids.length === 0) return "";
	const named = ids.slice(0, unabridged ? ids.length : 3).map((id) => code$1(id, 60));
	return `${what} ${severityList(bySeverity)}: ${named.join(", ")}${ids.length > named.length ? ", …" : ""}`;
}
function comparedIn(target, { comparisons }) {
	const comparison = comparisons?.get(target);
	return comparison === void 0 || "none" in comparison ? void 0 : comparison;
}

// src/render/markdown/fit.ts
const utf16Units = (text) => text.length;
const utf8Bytes = (text) => Buffer.byteLength(text);
function listRows(items, { row, rank, layout, ...bounds }) {
	const at = (index) => items[index];
	return {
		...bounds,
		count: items.length,
		row: (index) => row(at(index)),
		rank: typeof rank === "number" ? () => rank : (index) => rank(at(index)),
		layout: (shown) => items.length === 0 ? "" : layout(shown, items.length - shown.length)
	};
}
const BETWEEN$1 = "\n\n";
function fitBlocks(blocks, limit, measure) {
	const flat = [];
	const closings = /* @__PURE__ */ new Map();
	flatten(blocks, flat, closings);
	const fillings = flat.map((block) => typeof block === "string" ? block : filling(block, limit));
	let excess = 0;
	for (let attempt = 0; attempt < 12; attempt += 1) {
		fill(fillings, limit - excess, measure);
		const text = join(fillings);
		const over = measure(text) - limit;
		if (over <= 0) return {
			text,
			isWhole: fillings.every(isShown),
			hadRoom: fillings.every(isFilled)
		};
		if (fillings.every((part) => typeof part === "string" || part.shown.length === 0)) break;
		excess += over;
	}
	keepFirstRows(fillings, closings, limit, measure);
	return {
		text: dropSections(fillings, closings, limit, measure),
		isWhole: false,
		hadRoom: false
	};
}
function isShown(part) {
	return typeof part === "string" || part.shown.length === part.block.count;
}
function isFilled(part) {
	return typeof part === "string" || part.block.canSayLess !== true || part.shown.length === part.most;
}
function flatten(blocks, flat, closings) {
	for (const block of blocks) {
		if (typeof block === "string" || "layout" in block) {
			flat.push(block);
			continue;
		}
		const opening = flat.push(block.open) - 1;
		flatten(block.blocks, flat, closings);
		closings.set(opening, flat.push(block.close) - 1);
	}
}
function filling(block, limit) {
	return {
		block,
		shown: [],
		indexes: [],
		next: 0,
		most: Math.min(block.count, block.most ?? block.count),
		room: (block.share ?? 1) * limit,
		used: 0,
		cache: []
	};
}
function fill(parts, limit, measure) {
	const open = parts.filter((part) => typeof part !== "string");
	for (const part of open) empty(part);
	const whole = limit - measure(join(parts));
	let left = whole;
	const waiting = new Set(open.filter(hasMore));
	while (waiting.size > 0 && left > 0) {
		const part = lowestRank(waiting);
		const rank = part.block.rank(part.next);
		while (hasMore(part) && part.block.rank(part.next) === rank) {
			const size = measure(rowOf(part, part.next)) + 1;
			if (size > Math.min(whole, part.room)) {
				part.next += 1;
				continue;
			}
			if (size > left) return;
			if (part.used + size > part.room) {
				waiting.delete(part);
				break;
			}
			left -= take(part, size);
		}
		if (!hasMore(part)) waiting.delete(part);
	}
}
function empty(part) {
	part.shown.length = 0;
	part.indexes.length = 0;
	part.next = 0;
	part.used = 0;
}
function hasMore(part) {
	return part.shown.length < part.most && part.next < part.block.count;
}
function take(part, size) {
	part.shown.push(rowOf(part, part.next));
	part.indexes.push(part.next);
	part.next += 1;
	part.used += size;
	return size;
}
function lowestRank(parts) {
	let best;
	let bestRank = Number.POSITIVE_INFINITY;
	for (const part of parts) {
		const rank = part.block.rank(part.next);
		if (best === void 0 || rank < bestRank) [best, bestRank] = [part, rank];
	}
	return best;
}
function rowOf(part, index) {
	while (part.cache.length <= index) part.cache.push(part.block.row(part.cache.length));
	return part.cache[index];
}
function join(parts) {
	return parts.map((part) => typeof part === "string" ? part : part.block.layout(part.shown, part.indexes)).filter((text) => text !== "").join(BETWEEN$1);
}
function keepFirstRows(parts, closings, limit, measure) {
	for (const part of parts) if (typeof part !== "string") empty(part);
	if (closings.size > 0) fill(parts.slice(0, Math.min(...closings.keys())), limit, measure);
}
const TOO_LONG = "_Some sections are left out here: there was no room for them._";
function dropSections(parts, closings, limit, measure) {
	const kept = parts.map((part) => typeof part === "string" ? part : part.block.layout(part.shown, part.indexes));
	const closes = new Set(closings.values());
	const text = (...end) => [...kept.filter((part) => part !== ""), ...end].join(BETWEEN$1);
	for (let last = kept.length - 1; last >= 2; last -= 1) {
		if (closes.has(last)) continue;
		for (const at of [last, closings.get(last) ?? last]) kept[at] = "";
		const shorter = text(TOO_LONG);
		if (measure(shorter) <= limit) return shorter;
	}
	return text();
}

// src/render/sections/provenance.ts
function targetProvenance(target, view) {
	const { artifact, provenance } = target.scan;
	const skipped = provenance.skipped ?? [];
	return [
		digestWords(artifact.digest, "image"),
		digestWords(artifact.index?.digest, "of index"),
		provenance.digestUnknown === void 0 ? "" : `image's digest not known, as ${text(provenance.digestUnknown, 120)}`,
		digestWords(artifact.imageId, "image id"),
		artifact.platform === void 0 ? "" : code$1(artifact.platform, 40),
		artifact.os === void 0 || artifact.os.family === "none" ? "" : code$1(`${artifact.os.family} ${artifact.os.name}`.trim(), 60),
		provenance.source === void 0 ? "" : `from ${text(provenance.source, 80)}`,
		scannerWords(target),
		databaseWords(provenance.databaseUpdatedAt, view),
		skipped.length === 0 ? "" : `skipped ${skipped.slice(0, 5).map((path) => code$1(path, 60)).join(", ")}${skipped.length > 5 ? ", …" : ""}`
	].filter((part) => part !== "");
}
function scannersOf(targets, view) {
	const all = targets.map((target) => joined(", ", [scannerWords(target), databaseWords(target.scan.provenance.databaseUpdatedAt, view)]));
	return [...new Set(all)].filter((part) => part !== "").slice(0, 3);
}
function digestWords(digest, what) {
	return digest === void 0 ? "" : `${what} ${code$1(digest.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…"), 40)}`;
}
function scannerWords(target) {
	const { scanners } = target.scan.provenance;
	const names = opinionsIn(target.scan).filter(({ scanner }) => scanner !== "");
	const kinds = (scanners ?? []).filter((kind) => kind !== "vuln").length === 0 ? "" : ` (${(scanners ?? []).map((kind) => text(kind, 20)).join(", ")})`;
	const show = ({ scanner, version: of }) => `${text(scanner, 40)}${of === void 0 ? "" : ` ${version(of)}`}`;
	return names.length === 0 ? "" : `${namesOf$1(names.map(show))}${kinds}`;
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
function policyWords({ path, from, isUnread = false }, show) {
	if (path !== void 0) return `policy ${show(path)}${branchWords(from)}`;
	return isUnread ? "" : "no policy file";
}
function runProvenance(view) {
	return [
		policyWords(view.policy, code$1),
		view.commit === void 0 ? "" : `commit ${code$1(view.commit.slice(0, 12), 12)}`,
		link$1("run", view.runUrl) === "run" ? "" : link$1("this run", view.runUrl)
	].filter((part) => part !== "");
}
function smallPrint(parts) {
	return parts.length === 0 ? "" : `<sub>${parts.join(" · ")}</sub>`;
}

// src/render/sections/exceptions.ts
function attentionWords({ why, use }, lasting = false) {
	const { exception, matches, open, overlappedBy } = use;
	const noun = exception.gap ? "gap" : "finding";
	const day = dayWords(use, lasting);
	const also = overlappedBy === void 0 ? "" : `; line ${overlappedBy.line} covers the same until ${overlappedBy.expires}`;
	if (why === "ended") {
		if (open > 0) return `${day}: ${counted(open, noun)} ${open === 1 ? "counts" : "count"} again`;
		if (overlappedBy !== void 0) return `${day}${also}: delete it`;
		return matches === 0 ? `${day} and matches nothing: delete it` : `${day}; ${counted(matches, noun)} of it ${matches === 1 ? "does" : "do"} not count at present`;
	}
	if (why === "fixed") return "is over, as a fix exists (only-while-unfixed): upgrade, then delete it";
	if (why === "ending") return `${day}, covers ${counted(matches, noun)}${also}`;
	if (why === "unused") return "matches nothing: delete it";
	return `is covered until ${overlappedBy?.expires ?? ""} by line ${overlappedBy?.line ?? 0} as well: keep one of the two`;
}
function dayWords({ exception: { expires }, daysLeft }, lasting) {
	return lasting ? `${daysLeft < 0 ? "ended" : "ends"} on ${expires}` : `${whenItEnds(daysLeft)} (${expires})`;
}
function listWord({ use }) {
	return use.exception.gap ? "coverage " : "";
}
const SIGN$4 = {
	ended: "⛔",
	fixed: "🔧",
	ending: "⏳",
	overlapped: "🔁",
	unused: "🧹"
};
const OPEN$3 = 6;
function exceptionsSection(view, rank, unfolded = false) {
	const items = needingAttention(view.verdict);
	const file = view.policy.path === void 0 ? "" : ` (${code$1(view.policy.path)})`;
	return listRows(items, {
		row: (item) => attentionRow(item, view.lasting),
		rank,
		most: 50,
		share: .12,
		layout: (shown, left) => {
			const rest = left === 0 ? [] : [`- _${counted(left, "more exception")} left out here._`];
			const open = unfolded || items.length <= 8 ? items.length : OPEN$3;
			const title = `### Exceptions that need attention${file}`;
			if (items.length === open) return `${title}\n\n${[...shown, ...rest].join("\n")}`;
			const folded = [...shown.slice(open), ...rest].join("\n");
			return `${title}\n\n${shown.slice(0, open).join("\n")}\n\n${details(`And ${number(items.length - open)} more`, folded)}`;
		}
	});
}
function attentionRow(item, lasting) {
	const { exception } = item.use;
	const scope = exception.package === void 0 ? "" : ` on ${packageName(exception.package)}`;
	const owner = exception.owner === void 0 ? "" : ` · ${code$1(exception.owner, 60)}`;
	return `- ${SIGN$4[item.why]} line ${exception.line}: ${listWord(item)}${advisory(exception.id)}${scope} ${text(attentionWords(item, lasting))}${owner}`;
}
const MOST$4 = 10;
const MOST_OF_ALL = 1e3;
const LOOKED_AT = 50;
const LONGEST$4 = 1e3;
function snippetSection(targets, unabridged = false, start = "", policy) {
	const { entries, left } = proposals(targets, unabridged ? MOST_OF_ALL : MOST$4);
	if (entries.length === 0) return start === "" ? "" : details("An old image? How to start", start);
	const yaml = entries.map((scope) => `${scope}\n${TO_FILL_IN$1}`);
	const total = targets.reduce((sum, target) => sum + split(target).failing.length, 0);
	const first = left === "too-long" ? "" : "the first ";
	const order = targets.some((target) => split(target).plan.noFix.length > 0) ? ", no fix first" : "";
	const some = `${first}${number(entries.length)} of ${counted(total, "failing finding")}${order}`;
	const what = start === "" ? "Accept for a time instead: exceptions to paste into the policy" : "Accept for a time, or start with an old image: exceptions and limits";
	const block = pasteBlock("exceptions", yaml, policy);
	return details(`${what}${left === void 0 ? "" : ` (${some})`}`, joined("\n\n", [block, start]));
}
function pasteBlock(list, items, policy) {
	const isNew = policy !== void 0 && policy.path === void 0 && policy.isUnread !== true;
	const yaml = fence([
		...isNew ? ["version: 1"] : [],
		`${list}:`,
		...items
	].join("\n"), "yaml");
	return joined("\n\n", [pasteWords(list, isNew, policy), yaml]);
}
function pasteWords(list, isNew, policy) {
	if (isNew) return `In a new file ${code$1(DEFAULT_POLICY)}${branchWords(policy?.from ?? "workspace")}:`;
	if (policy?.path === void 0) return "";
	return `In ${code$1(policy.path)}${branchWords(policy.from)}, below ${code$1(`${list}:`)} if that is there:`;
}
function proposals(targets, most) {
	const entries = /* @__PURE__ */ new Set();
	let left;
	let looks = most * LOOKED_AT;
	for (const target of targets) {
		const image = targets.length > 1 && target.target.kind === "image" ? withoutTag(target.target.as ?? target.target.input) : void 0;
		for (const { finding } of unfixedFirst(target)) {
			const scope = yamlScope(finding, image);
			if (looks === 0 || entries.size === most && !entries.has(scope)) return {
				entries: [...entries],
				left: left ?? "too-many"
			};
			looks -= 1;
			if (scope.length > LONGEST$4) left = "too-long";
			else entries.add(scope);
		}
	}
	return {
		entries: [...entries],
		left
	};
}
const TO_FILL_IN$1 = [
	"    reason: \"\"    # required: why may it run?",
	"    owner: \"\"     # who answers for it; or delete this line",
	"    expires: \"\"   # required: last day, YYYY-MM-DD"
].join("\n");
function yamlScope(finding, image) {
	const lines = [`  - id: ${yamlText(finding.id)}`];
	if (finding.package !== void 0) lines.push(`    package: ${yamlText(finding.package.name)}`);
	if (isLiteral$1(finding.path)) lines.push(`    paths: [${yamlText(finding.path)}]`);
	if (isLiteral$1(image)) lines.push(`    images: [${yamlText(image)}]`);
	return lines.join("\n");
}
function isLiteral$1(glob) {
	return glob !== void 0 && glob !== "" && !/[*?]/.test(glob);
}
function yamlText(untrusted) {
	if (/^(?:CVE|GHSA|RUSTSEC|GO|PYSEC|DSA|DLA|DS|AVD)-[A-Za-z0-9-]+$/.test(untrusted)) return untrusted;
	return JSON.stringify(untrusted).replace(/[^\x20-\x7e]|<|`/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function startSection(view, judged) {
	const limits = startingLimits(view.verdict, judged);
	if (limits.length === 0) return "";
	const lines = limits.map(({ severity, open }) => `  ${severityName(severity)}: ${open}   # aim: ${aim(severity)}`);
	return [`**An old image?** Either set \`mode: warn\` in the ${workflow(view)}: all of this is reported and stops nobody. Or take today's counts as limits, so that nothing is added, and lower them as you upgrade:`, fence([
		"version: 1",
		"thresholds:",
		...lines
	].join("\n"), "yaml")].join("\n\n");
}
function aim(severity) {
	const limit = DEFAULT_THRESHOLDS[severity];
	return limit === "unlimited" ? "lower" : String(limit);
}

// src/render/sections/coverage.ts
const MOST_ROWS$2 = 25;
const MOST_GAPS = 20;
const LONGEST$3 = 500;
const STATUS_WORDS = {
	looked: "looked at",
	gap: "not looked at",
	"nothing-there": "nothing there",
	"not-asked": "not asked for",
	"not-known": "not known"
};
const SIGN$3 = {
	looked: "✅",
	gap: "⛔",
	"nothing-there": "➖",
	"not-asked": "➖",
	"not-known": "❔"
};
function acceptedWords({ accepted, ended }) {
	if (accepted !== void 0) return `accepted${accepted.owner === void 0 ? "" : ` by ${accepted.owner}`} until ${accepted.expires}: ${accepted.reason}`;
	return ended === void 0 ? "not accepted" : `the acceptance in line ${ended.line} ended on ${ended.expires}`;
}
function coverageSection({ coverage }, unabridged = false) {
	if (coverage === void 0 || coverage.rows.length === 0) return "";
	const joinedRows = withoutEmpty(coverage.rows);
	const rows = unabridged ? joinedRows : joinedRows.slice(0, MOST_ROWS$2);
	const gaps = unabridged ? coverage.gaps : coverage.gaps.slice(0, MOST_GAPS);
	const left = joinedRows.length - rows.length + coverage.gaps.length - gaps.length;
	const body = [
		[tableHead([
			"",
			"what",
			"seen"
		]), ...rows.map(({ subject, status, detail }) => tableRow([
			`${SIGN$3[status]}&nbsp;${STATUS_WORDS[status]}`,
			text(subject, 100),
			text(detail, LONGEST$3)
		]))].join("\n"),
		gaps.map((gap) => gapItem(gap)).join("\n"),
		left === 0 ? "" : `_${counted(left, "more row")} in the JSON report._`
	].filter((part) => part !== "");
	return `<details${coverage.gaps.length > 0 ? " open" : ""}><summary>${summaryWords$1(coverage)}</summary>\n\n${body.join("\n\n")}\n\n</details>`;
}
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
	const path = gap.path === void 0 ? "" : ` ${code$1(gap.path)}`;
	return `- ${judged.accepted === void 0 ? "⛔" : "⚠️"} ${code$1(gap.code)}${path}: ${text(acceptedWords(judged), LONGEST$3)}`;
}
function summaryWords$1(coverage) {
	const { gaps, rows } = coverage;
	const leavesOut = rows.some(({ status, detail }) => status === "not-asked" && detail !== "");
	if (gaps.length === 0 && leavesOut) return "What was looked at: not what the run leaves out";
	if (gaps.length === 0) return isWhole(coverage) ? "What was looked at: all of it" : "What was looked at, as far as it is known";
	const accepted = gaps.filter((gap) => gap.accepted !== void 0).length;
	const open = gaps.length - accepted;
	return `What was looked at: ${[...open > 0 ? [`${counted(open, "gap")} not accepted`] : [], ...accepted > 0 ? [`${counted(accepted, "gap")} accepted`] : []].join(", ")}`;
}
function gapSnippet({ verdict: { targets }, policy }) {
	const entries = /* @__PURE__ */ new Set();
	for (const { coverage, target } of targets) for (const { gap, accepted } of coverage?.gaps ?? []) {
		if (accepted !== void 0 || entries.size === MOST_GAPS) continue;
		const paths = isLiteral(gap.path) ? `\n    paths: [${yamlText(gap.path)}]` : "";
		const images = isLiteral(target.input) ? `\n    images: [${yamlText(withoutTag(target.input))}]` : "";
		entries.add(`  - gap: ${gap.code}${paths}${images}`);
	}
	if (entries.size === 0) return "";
	const yaml = [...entries].map((entry) => `${entry}\n${TO_FILL_IN}`);
	return `<details><summary>Accept it for a time instead: what to paste into the policy</summary>\n\n${pasteBlock("coverage", yaml, policy)}\n\n</details>`;
}
const TO_FILL_IN = [
	"    reason: \"\"    # required: why may it run although nobody looked?",
	"    owner: \"\"     # who answers for it; or delete this line",
	"    expires: \"\"   # required: last day, YYYY-MM-DD"
].join("\n");
function isLiteral(glob) {
	return glob !== void 0 && glob !== "" && !/[*?]/.test(glob) && glob.length <= LONGEST$3;
}
function coverageLines(target) {
	return [...lookedLines(target), ...gapLines(target)];
}
const LINE_WORDS = [
	["looked", "Looked at"],
	["not-known", "Not known"],
	["not-asked", "Left out"]
];
function lookedLines({ coverage }) {
	return LINE_WORDS.flatMap(([wanted, words]) => {
		const told = (coverage?.rows ?? []).filter(({ status }) => status === wanted).flatMap(({ subject, detail }) => {
			if (detail === "") return wanted === "not-asked" ? [] : [subject];
			return [`${subject}: ${detail}`];
		});
		return told.length === 0 ? [] : [`  ${words}: ${shorten(plain(told.join("; ")), LONGEST$3)}.`];
	});
}
function gapLines({ coverage }) {
	if (coverage === void 0) return [];
	const gaps = coverage.gaps.slice(0, MOST_GAPS).map((judged) => {
		const { gap } = judged;
		return `  Not looked at: [${gap.code}] ${shorten(plain(gap.what), LONGEST$3)}; ${withoutStop(shorten(plain(acceptedWords(judged)), LONGEST$3))}.`;
	});
	const left = coverage.gaps.length - gaps.length;
	return [...gaps, ...left === 0 ? [] : [`  ${counted(left, "more gap")} in the report.`]];
}
function gapNotes({ coverage }) {
	return (coverage?.gaps ?? []).map((judged) => ({
		code: judged.gap.code,
		words: `Not looked at: ${judged.gap.what} (${acceptedWords(judged)})`
	}));
}
function gapWarnings(view) {
	return view.verdict.targets.flatMap((target) => {
		if (target.answer === "error") return [];
		return [...Map.groupBy(target.coverage?.gaps ?? [], ({ gap }) => gap.code).values()].map((gaps) => {
			const [first] = gaps;
			const more = gaps.length === 1 ? "" : ` (and ${counted(gaps.length - 1, "more gap")} of the kind)`;
			return `${target.target.label} was not wholly looked at: ${first.gap.what}${more}; ${withoutStop(acceptedWords(first))}.`;
		});
	});
}
function withoutStop(words) {
	return words.replace(/\.\s*$/, "");
}

// src/render/sections/targets.ts
const COUNTED = [...SEVERITIES, "accepted"];
const SIGN$2 = {
	pass: "✅&nbsp;pass",
	fail: "❌&nbsp;fail",
	error: "⛔&nbsp;error"
};
function targetsOverview(targets, rank) {
	const worst = worstFirst(targets);
	return listRows(worst, {
		row: overviewRow,
		rank,
		share: .3,
		layout: (shown, left) => {
			const head = tableHead([
				"",
				"target",
				...COUNTED
			], [
				"left",
				"left",
				...COUNTED.map(() => "right")
			]);
			return joined("\n", [
				head,
				...shown,
				left === 0 ? "" : `\n_${counted(left, "more target")} left out here._`
			]);
		}
	});
}
function savedAs(judged) {
	const { kind, input, as } = judged.target;
	if (judged.answer === "error" || kind !== "image" || as !== void 0 || !isNamedAsFile(input)) return [];
	return (judged.scan.artifact.claims ?? []).slice(0, 1);
}
function overviewRow(target) {
	const label = [target.target.label, ...savedAs(target)].map((name) => code$1(name)).join("<br>");
	if (target.answer === "error") return tableRow([
		SIGN$2.error,
		`${label}<br>${code$1(target.error.code, 60)}`,
		...COUNTED.map(() => "?")
	]);
	const accepted = target.rows.reduce((sum, row) => sum + row.accepted, 0);
	return tableRow([
		SIGN$2[target.answer],
		label + exploitBreaks(target),
		...target.rows.map(openCell),
		number(accepted)
	]);
}
function foldedCounts(target) {
	const { rows } = target;
	const counts = (of) => Object.fromEntries(rows.map((row) => [row.severity, of(row)]));
	const parts = [
		`${severityList(counts(({ open }) => open)) || "none"} open`,
		listed(severityList(counts(({ accepted }) => accepted)), "accepted"),
		listed(severityList(counts(({ notCounted }) => notCounted)), "not counted")
	].filter((part) => part !== "");
	return details(`Counts and limits: ${parts.join("; ")}`, countsTable(target));
}
function listed(list, words) {
	return list === "" ? "" : `${list} ${words}`;
}
function countsTable(target) {
	const cells = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0).map((row) => countCells(row.severity, row));
	for (const row of target.exploitRows ?? []) cells.push(countCells(row.kind === "exploited" ? "🔥 exploited" : exploitWords$1(row), row));
	return table([
		"",
		"open",
		"limit",
		"accepted",
		"not counted"
	], cells, [
		"left",
		"right",
		"right",
		"right",
		"right"
	]);
}
function countCells(words, row) {
	return [
		row.broken ? `❌ **${words}**` : words,
		row.broken ? `**${number(row.open)}**` : number(row.open),
		limitWords(row.limit),
		number(row.accepted),
		number(row.notCounted)
	];
}
function exploitBreaks({ exploitRows = [] }) {
	return exploitRows.filter((row) => row.broken).map((row) => `<br>**${number(row.open)}** ${exploitWords$1(row)} (limit ${limitWords(row.limit)})`).join("");
}
function limitWords(limit) {
	return limit === "unlimited" ? "–" : number(limit);
}
function openCell(row) {
	return row.broken ? `**${number(row.open)}** (limit ${limitWords(row.limit)})` : number(row.open);
}
function suppressedLine(target) {
	const { suppressed, provenance } = target.scan;
	if (suppressed === 0) return "";
	return `${counted(suppressed, "row")} ${suppressed === 1 ? "was" : "were"} suppressed by ${provenance.scanner === "" ? "the scanner" : "the scanner itself"} (VEX or an ignore file) and ${suppressed === 1 ? "is" : "are"} not counted.`;
}
const MOST$3 = 12;
const REMEDY = "`platform: all` judges each; a list of platforms these.";
function unjudgedNotice({ target }, view, alert) {
	const found = unjudgedPlatforms(view.verdict.targets).find((each) => each.target === target);
	if (found === void 0) return "";
	return alert("NOTE", `**${sentence$1(found, (name) => code$1(name, 60))}** ${view.platformRemedy ?? REMEDY}`);
}
function unjudgedWords({ target }, { verdict }) {
	const found = unjudgedPlatforms(verdict.targets).find((each) => each.target === target);
	return found === void 0 ? "" : sentence$1(found, (name) => plain(shorten(name, 60)));
}
function unjudgedAnnotations({ verdict, platformRemedy = REMEDY }) {
	return unjudgedPlatforms(verdict.targets).map((found) => ({
		level: "notice",
		message: `${plain(shorten(found.target.label, 500))}: ${sentence$1(found, (name) => plain(shorten(name, 60)))} ${platformRemedy}`
	}));
}
function sentence$1({ judged, others }, show) {
	return `${judged === void 0 ? "One image" : `The image for ${show(judged)}`} was judged. Its index has others, which were not looked at: ${listSome(others, MOST$3, { show })}.`;
}

// src/render/sections/notices.ts
function noticesOf(target, view, alert) {
	const { provenance } = target.scan;
	const notes = (provenance.notes ?? []).slice(0, 5).map((note) => text(note, 300));
	const suppressed = suppressedLine(target);
	return [
		endOfLife(target, alert),
		nothingSeen(target, alert),
		notes.length === 0 ? "" : alert("WARNING", notes.join("\n\n")),
		suppressed === "" ? "" : alert("NOTE", suppressed),
		uncomparedNotice(target, alert),
		unjudgedNotice(target, view, alert)
	].filter((notice) => notice !== "");
}
function endOfLifeWords(target) {
	const os = target.scan.artifact.os;
	return os?.endOfLife === true ? `\`${systemName(os)}\` ${END_OF_LIFE.join(" ")}` : "";
}
function nothingSeenWords(target) {
	if (!sawNothing(target)) return "";
	return [nothingSeenWhat(target, target.scan.provenance.scanner), NOTHING_SEEN_MEANS].join(" ");
}
const END_OF_LIFE = ["is past its end of life.", "It gets no security fixes, and new vulnerabilities in it may not even be listed: few findings mean little. Move to a release that is maintained."];
const NOTHING_SEEN_MEANS = "No findings then means \"nothing was looked at\" as much as \"nothing is wrong\".";
function nothingSeenWhat({ target, scan }, scanner) {
	if (scan.artifact.packages === void 0) return `This report lists no packages${REPORT_REMEDY}.`;
	return `${scanner || "The scanner"} recognised no packages in this ${target.kind === "image" ? "image" : "target"}.`;
}
const REPORT_REMEDY = ", which `--list-all-pkgs` adds";
function sawNothing(target) {
	const { packages } = target.scan.artifact;
	if (!looksForPackages(target)) return false;
	return packages === void 0 ? target.findings.every(({ finding }) => finding.package === void 0) : packages === 0;
}
function systemName({ family, name }) {
	return `${family} ${name}`;
}
function endOfLife(target, alert) {
	const os = target.scan.artifact.os;
	if (os?.endOfLife !== true) return "";
	return alert("CAUTION", `**${code$1(systemName(os), 60)} ${END_OF_LIFE[0]}** ${END_OF_LIFE[1]}`);
}
function looksForPackages(target) {
	const scanners = target.scan.provenance.scanners;
	return scanners === void 0 || scanners.length === 0 || scanners.includes("vuln");
}
function nothingSeen(target, alert) {
	if (!sawNothing(target)) return "";
	return alert("WARNING", `**${nothingSeenWhat(target, text(target.scan.provenance.scanner, 40))}** ${NOTHING_SEEN_MEANS}`);
}
function errorSection(target, { verdict }) {
	const { code: id, what, remedy } = target.error;
	const [first = "", ...list] = what.split("\n");
	const said = verdict.targets.every((each) => each.answer === "error" && each.error.what === what) && (verdict.reason.includes(what) || list.length > 0);
	return joined("\n\n", [
		said ? "" : `${code$1(`[${id}]`, 80)} ${text(first, 1e3)}${/[.:]$/.test(first) ? "" : "."}`,
		list.map((line) => `- ${text(line.replace(/;$/, ""), 500)}`).join("\n"),
		`**What to do:** ${text(remedy, 1500)}`
	]);
}
const POLICY = "The policy has `count: introduced`, and";
const UNCOMPARED = "there is nothing to compare with, so that everything counts";
function uncomparedWords(target) {
	const words = moreWords(target);
	return words === void 0 ? "" : `${POLICY} ${words}.`;
}
function uncomparedNotice(target, alert) {
	const words = uncomparedWords(target);
	return words === "" ? "" : alert("NOTE", words);
}
function uncomparedLines(target) {
	const words = moreWords(target);
	return words === void 0 ? [] : [`  count: introduced, and ${words}.`];
}
function moreWords({ uncompared, due = 0 }) {
	if (uncompared === true) return UNCOMPARED;
	if (due === 0) return void 0;
	return `${due === 1 ? "1 finding counts" : `${due} findings count`} though the baseline has ${due === 1 ? "it" : "them"}: what was let through for a time, broke a limit or is exploited counts`;
}
const MOST$2 = 10;
const LONGEST$2 = 1e3;
function runNotesSection({ notes = [] }) {
	if (notes.length === 0) return "";
	return alert("WARNING", shown(notes).map((note) => text(note, LONGEST$2)).join("\n\n"));
}
function runNoteLines({ notes = [] }) {
	return notes.length === 0 ? [] : [...shown(notes).map((note) => shorten(plain(note), LONGEST$2)), ""];
}
function runNoteAnnotations({ notes = [] }) {
	return shown(notes).map((note) => ({
		level: "warning",
		message: shorten(plain(note), LONGEST$2)
	}));
}
function shown(notes) {
	return someLines(notes, MOST$2, { what: "note" });
}

// src/render/shared/steps.ts
const FEW = 3;
const LINKS = 4;
const LIKELY = .1;
function stepLine(step, ink, words = stepWords(step, ink)) {
	return [briefStep(step, ink, words), ...words.notes].join(" · ");
}
function briefStep(step, ink, { what, clears } = stepWords(step, ink)) {
	return `${what}${step.kind === "upgrade" ? "" : " ·"} clears ${clears}`;
}
function stepWords(step, ink) {
	const words = wordsOf(step, ink);
	const marks = [...step.exploited > 0 ? [`${ink.fire}exploited`] : [], ...(step.epss ?? 0) >= LIKELY ? [`EPSS ${Math.floor((step.epss ?? 0) * 100 + 1e-9)} %`] : []];
	return {
		...words,
		clears: [words.clears, ...marks].join(", "),
		notes: words.notes.filter((note) => note !== "")
	};
}
function terseStep(step, ink) {
	if (step.kind === "secret") return `revoke and remove ${counted(step.places.length, "secret")}`;
	if (step.kind === "base") {
		const { newer } = step;
		return newer === void 0 ? "rebuild on a newer base image" : `rebuild on ${ink.strong(ink.name(newer.reference))}`;
	}
	const { members, family } = step;
	const [first] = members;
	if (first.owner !== void 0) return `upgrade or replace ${ink.name(first.owner.name)}`;
	const isOne = new Set(members.map((each) => each.package)).size === 1;
	return `${ink.name(isOne ? first.package : family?.name ?? first.package)} → ${targetWords(step, ink)}`;
}
function wordsOf(step, ink) {
	switch (step.kind) {
		case "upgrade": return upgradeWords(step, ink);
		case "base": return baseWords(step, ink);
		default: return secretWords(step, ink);
	}
}
function clearsWords({ clears, bySeverity }) {
	const list = severityList(bySeverity);
	return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}
function upgradeWords(step, ink) {
	const { members, command, line } = step;
	const [first] = members;
	const { owner } = first;
	const shipping = owner && `${ink.prose(owner.ecosystem)} ${ink.name(owner.name)} ${ink.version(owner.version ?? "")}`.trimEnd();
	const what = `${subjectWords(step, ink)} → ${targetWords(step, ink)}`;
	return {
		what: shipping === void 0 ? what : `Upgrade or replace ${shipping}: it bundles ${what}`,
		clears: step.enough === void 0 ? clearsWords(step) : clearsOpenWords(step.enough, ink),
		notes: [
			...checkWords(step, ink),
			placeWords$2(members, ink),
			...howWords(step, ink)
		],
		paste: command === void 0 ? line : { text: command }
	};
}
function subjectWords({ members, family }, ink) {
	const packages = new Set(members.map((each) => each.package));
	const versions = [...new Set(members.map(({ source, from }) => packages.size > 1 && source?.version || from))];
	const from = named(versions, ink.unabridged ? versions.length : 2, ink.version);
	const [first = ""] = packages;
	if (family === void 0 || packages.size === 1) return `${ink.name(first)} ${from}`;
	const list = ink.unabridged ? `: ${[...packages].map(ink.name).join(", ")}` : "";
	return `${ink.name(family.name)} (${counted(packages.size, "package")}${list}) ${from}`;
}
function targetWords({ to, alternatives, members }, ink) {
	if (to !== void 0) return ink.strong(ink.version(to));
	const most = ink.unabridged ? Number.POSITIVE_INFINITY : FEW;
	if (alternatives.length > 0) {
		const more = alternatives.length > most ? " or …" : "";
		return `${alternatives.slice(0, most).map(ink.version).join(" or ")}${more} (unknown order)`;
	}
	const own = members.slice(0, most).map((each) => `${ink.name(each.package)} ${ink.strong(ink.version(each.to ?? ""))}`);
	return `${own.join(", ")}${members.length > own.length ? ", …" : ""}`;
}
function clearsOpenWords({ version, clears, of, bySeverity }, ink) {
	return `${clears === of ? `all ${number(of)}` : `${number(clears)} of ${number(of)}`} (${ink.version(version)} is enough for the gate): ${severityList(bySeverity)}`;
}
function named(texts, most, write) {
	const shown = texts.slice(0, most).map(write).join(", ");
	return texts.length > most ? `${shown}, …` : shown;
}
function checkWords({ check, unproven, mayStay }, ink) {
	if (check !== void 0) return foundInVersions(check, ink);
	return [mayStayWords(mayStay, ink), unproven === void 0 ? "" : `unproven: ${ink.prose(unproven)}`];
}
function mayStayWords(mayStay, ink) {
	if (mayStay === void 0) return "";
	const { ids, bySeverity } = mayStay;
	return `${ink.strong(severityList(bySeverity))} (${named(ids, ink.unabridged ? ids.length : FEW, ink.prose)}) may stay: no fix is named`;
}
function foundInVersions(check, ink) {
	return [check.stays.length === 0 ? "" : `${foundWords(check.stays, ink)} ${check.stays.length === 1 ? "stays" : "stay"}`, check.brings.length === 0 ? "" : `brings ${foundWords(check.brings, ink)}`];
}
function foundWords(found, ink) {
	const counts = countSeverities(found, ({ severity }) => severity);
	const ids = [...new Set(found.map(({ id }) => id))];
	return `${ink.strong(severityList(counts))} (${named(ids, ink.unabridged ? ids.length : FEW, ink.prose)})`;
}
function placeWords$2(members, ink) {
	const [{ place, type }] = members;
	const { tool, application } = place;
	if (tool !== void 0) return `${ink.name(tool)}’s own copy: upgrade ${ink.name(tool)} itself`;
	const paths = [...new Set(members.flatMap((each) => each.paths))];
	const files = ink.unabridged && paths.length > 1 ? `: ${paths.map(ink.path).join(", ")}` : "";
	if (application !== void 0) return `in the build of ${ink.path(application)}${files}`;
	const [path = ""] = paths;
	if (path !== "" && PROGRAMS.has(type)) return `in the build of ${paths.length === 1 ? ink.path(path) : `${counted(paths.length, "program")}${files}`}`;
	const layer = layerWords$1(members, ink);
	if (paths.length > 1) return `${counted(paths.length, "place")}${layer === "" ? "" : `, ${layer}`}${files}`;
	const file = path === "" ? "" : ink.path(path);
	return ink.unabridged ? `${layer} ${file}`.trim() : layer || file;
}
const PROGRAMS = /* @__PURE__ */ new Set(["gobinary", "rustbinary"]);
function layerWords$1(members, ink) {
	const layers = new Map(members.map(({ layer }) => [layer?.diffId, layer]));
	const [layer] = layers.values();
	return layers.size > 1 || layer === void 0 ? "" : ink.layer(layer);
}
function briefLayer(layer, path) {
	if (layer.source !== void 0) return path(placed(layer.source.file, layer.source.line));
	return layer.number === void 0 ? "" : `layer ${number(layer.number)}`;
}
function howWords(step, ink) {
	const [first] = step.members;
	const isGo = first.ecosystem === "go" && first.package === "stdlib";
	return [
		chainWords(first, step, ink),
		familyWords(step, ink),
		isGo ? "build with this version of Go" : ""
	];
}
function familyWords({ family, members }, ink) {
	if (family === void 0 || family.kind === "source") return "";
	const { bom, springBoot } = family;
	if (springBoot !== void 0) return `set by Spring Boot ${ink.version(springBoot.version)}: raise its parent, or set ${ink.name(springBoot.property)}`;
	const words = [new Set(members.map((each) => each.package)).size === 1 ? `with all ${ink.name(family.name)}` : "", bom === void 0 ? "" : `by ${ink.name(bom)}`];
	return joined(", ", words);
}
function chainWords({ chains: [chain] }, { command, line }, ink) {
	const links = chain?.packages.slice(0, -1) ?? [];
	const [first] = links;
	if (chain === void 0 || first === void 0) return "";
	return `brought in by ${(links.length > LINKS && !ink.unabridged ? [
		...links.slice(0, 3),
		void 0,
		...links.slice(-1)
	] : links).map((link) => link === void 0 ? "…" : ink.name(link.name)).join(" → ")}${chain.direct && command === void 0 && line === void 0 ? `: raise ${ink.name(first.name)} ${ink.version(first.version)}`.trimEnd() : ""}`;
}
function baseWords(step, ink) {
	const { newer, command } = step;
	const words = newer === void 0 ? upgradedBase(step, ink) : newerBase(step, newer, ink);
	const found = step.check === void 0 ? [] : foundInVersions(step.check, ink);
	return {
		...words,
		notes: [
			...words.notes,
			mayStayWords(step.mayStay, ink),
			...found
		],
		paste: command === void 0 ? void 0 : { text: command }
	};
}
function upgradedBase(step, ink) {
	const { reference, fixable, command, commandClears = 0, clears } = step;
	const base = reference === void 0 ? "the base image" : `the base image ${ink.name(reference)}`;
	const act = command === void 0 ? "rebuild on a newer one" : "upgrade them, or rebuild on a newer one";
	return {
		what: `${counted(fixable, "package")} of ${base} ${fixable === 1 ? "has a fix" : "have fixes"}: ${act}`,
		clears: clearsWords(step),
		notes: [command !== void 0 && commandClears < clears ? `the command clears ${number(commandClears)} of them` : ""]
	};
}
function fromLine({ members }, ink) {
	const source = members.find(({ layer }) => layer?.source !== void 0)?.layer?.source;
	return source === void 0 ? "" : ink.path(placed(source.file, source.line));
}
function newerBase(step, newer, ink) {
	const { rebuilding = 0, staying, commandClears = 0 } = step;
	const { reference, ageDays, brings } = newer;
	const made = ageDays === 0 ? "made today" : `${counted(ageDays ?? 0, "day")} old`;
	const then = commandClears === 0 ? "" : `, of which the command clears ${number(commandClears)}`;
	return {
		what: `Rebuild on ${ink.strong(ink.name(reference))}${ageDays === void 0 ? "" : ` (${made})`}`,
		clears: `${number(rebuilding)} of ${number(rebuilding + staying)}`,
		notes: [
			staying === 0 ? "" : `${number(staying)} ${staying === 1 ? "stays" : "stay"}${then}`,
			brings === 0 ? "" : `brings ${counted(brings, "other finding")}`,
			fromLine(step, ink)
		]
	};
}
function secretWords({ title, places, ...weight }, ink) {
	const show = ({ path, line }) => ink.path(placed(path, line));
	const shown = listSome(places, ink.unabridged ? places.length : FEW, {
		show,
		what: "place"
	});
	const layers = [...new Set(places.flatMap(({ layer }) => layer?.number ?? []))].sort((a, b) => a - b);
	const list = named(layers.map(String), FEW, (layer) => layer);
	return {
		what: `Revoke, then remove: ${ink.prose(title)} in ${shown}`,
		clears: clearsWords(weight),
		notes: [layers.length === 0 ? "" : `layer ${list}: a later layer does not remove it`]
	};
}
function clearedBy(steps) {
	return steps.reduce((sum, { clears }) => sum + clears, 0);
}
function proofWords(plans, prose) {
	const sumOf = (count) => plans.reduce((sum, { advised }) => sum + count(advised), 0);
	const versions = sumOf((advised) => advised.versions);
	const scanned = sumOf((advised) => advised.scanned);
	if (versions === 0) return "";
	if (scanned === versions) return "Each version was scanned with the same database.";
	const [reason, ...others] = new Set(plans.flatMap(({ advised }) => advised.reasons));
	const why = reason === void 0 || others.length > 0 ? "" : `, since ${prose(reason)}`;
	if (scanned === 0) return `Unproven${why}: a version may have findings of its own.`;
	const left = versions - scanned;
	const [are, may, its] = left === 1 ? [
		"is",
		"it may",
		"its"
	] : [
		"are",
		"they may",
		"their"
	];
	return `${number(scanned)} of ${counted(versions, "version")} ${scanned === 1 ? "was" : "were"} scanned with the same database. The other${left === 1 ? "" : ` ${number(left)}`} ${are} unproven${why}: ${may} have findings of ${its} own.`;
}

// src/render/shared/upgrades.ts
const NAME$1 = 120;
const VERSION$1 = 60;
const STEPS = 20;
const NO_FIX$1 = 10;
function upgradeText({ package: name, from, to, alternatives, clears }) {
	return `${name} ${from} → ${to ?? `${alternatives.join(" or ")} (unknown order)`} clears ${number(clears)}`;
}
function logPath(path) {
	return plain(shorten(path, 200, "middle"));
}
const LOG_INK = {
	name: (name) => lettersTold(plain(shorten(name, NAME$1, "middle"))),
	version: (version) => plain(shorten(version, VERSION$1, "middle")),
	path: logPath,
	layer: (layer) => briefLayer(layer, logPath),
	prose: (words) => plain(shorten(words, NAME$1)),
	strong: (own) => own,
	fire: ""
};
function planLines(plan) {
	const { steps } = plan;
	const noFix = noFixEntries(plan.noFix);
	if (steps.length + noFix.length === 0) return [];
	const proof = proofWords([plan], LOG_INK.prose);
	return [
		"  What to do:",
		...someLines(steps, STEPS, {
			show: stepLines,
			what: "step",
			rest: (more) => `    … ${more}; the report has all.`
		}),
		...someLines(noFix, NO_FIX$1, {
			show: (one) => `    ${noFixText(one)}`,
			what: "package",
			rest: (more) => `    … ${more} without a fix`
		}),
		...proof === "" ? [] : [`    ${proof}`]
	];
}
function stepLines(step) {
	const { paste } = stepWords(step, LOG_INK);
	const file = paste?.file === void 0 ? "$ " : `${paste.file}: `;
	return `    ${stepText(step)}${paste === void 0 ? "" : `\n      ${file}${paste.text}`}`;
}
function stepSummary(step) {
	return plain(shorten(briefStep(step, LOG_INK), 400));
}
function stepText(step) {
	return plain(shorten(stepLine(step, LOG_INK), 1e3));
}
function noFixText({ name, packages, version, statuses, bySeverity }) {
	const of = packages === 1 ? "" : ` (${counted(packages, "package")})`;
	const about = `${lettersTold(plain(shorten(name, NAME$1, "middle")))}${of} ${shorten(version, VERSION$1, "middle")}`;
	const why = statuses.map((status) => plain(shorten(statusWords(status), VERSION$1))).join(", ");
	return `${plain(about)}: ${why} (${severityList(bySeverity)})`;
}

// src/render/log/table.ts
const WIDTH = 120;
const COLUMNS$1 = [
	"severity",
	"advisory",
	"package",
	"installed → fixed",
	"where"
];
const BETWEEN = "  ";
const [SEVERITY, ADVISORY$1, PACKAGE, VERSIONS, WHERE] = [
	0,
	1,
	2,
	3,
	4
];
const NARROWER = [
	[WHERE, 34],
	[PACKAGE, 22],
	[VERSIONS, 37],
	[WHERE, 32],
	[VERSIONS, 35],
	[PACKAGE, 20],
	[WHERE, 24],
	[ADVISORY$1, 19],
	[SEVERITY, 8],
	[WHERE, 12],
	[VERSIONS, 17],
	[PACKAGE, 14]
];
const LONGEST_CELL = 400;
function findingLines(failing, room, { width = WIDTH, mostRows = Number.POSITIVE_INFINITY, what = "failing finding" } = {}) {
	if (failing.length === 0) return [];
	const most = Math.max(0, Math.min(failing.length, Math.floor(room / 60), mostRows));
	const rows = failing.slice(0, most);
	const cellsOf = cellMaker();
	const widths = widthsOf(rows, cellsOf, width);
	const told = pathsOfAlike(rows.filter(({ finding: { path } }) => path !== void 0), {
		look: (judged) => cellsOf(judged, widths).join("\0"),
		pathOf: ({ finding: { path } }) => path
	});
	const lines = [];
	let left = room;
	for (let index = -1; index < most; index += 1) {
		const judged = rows[index];
		const line = lineOf(judged === void 0 ? COLUMNS$1 : cellsOf(judged, widths, told.get(judged)), widths);
		left -= Buffer.byteLength(line) + 1;
		if (left < 0) break;
		lines.push(line);
	}
	const shown = Math.max(0, lines.length - 1);
	if (shown === failing.length) return lines;
	const rest = countSeverities(failing.slice(shown), ({ finding }) => finding.severity);
	return [...lines, `  … ${andMore(failing.length - shown, what)}: ${severityList(rest)}`];
}
function cellMaker() {
	const adviceOn = fixAdvisor();
	const cell = (untrusted, most) => shortenToColumns(plain(shorten(untrusted, LONGEST_CELL)), most);
	return (judged, widths, told) => {
		const { finding } = judged;
		return [
			cell(finding.severity, widths[SEVERITY]),
			cell(finding.id, widths[ADVISORY$1]),
			finding.package === void 0 ? cell(finding.title, widths[PACKAGE]) : shortenToColumns(lettersTold(plain(shorten(finding.package.name, LONGEST_CELL))), widths[PACKAGE]),
			versions(finding, adviceOn(finding), widths[VERSIONS]),
			placeOf(judged, widths[WHERE], told)
		];
	};
}
const UNCUT = [
	1e400,
	1e400,
	1e400,
	1e400,
	1e400
];
function widthsOf(rows, cellsOf, most) {
	const widths = COLUMNS$1.map((name) => name.length);
	rows.forEach((row) => {
		cellsOf(row, UNCUT).forEach((cell, column) => {
			widths[column] = Math.max(widths[column] ?? 0, columns(cell));
		});
	});
	const whole = widths[VERSIONS];
	let over = widths.reduce((sum, width) => sum + 2 + width, 0) - most;
	for (const [column, least] of NARROWER) {
		const less = Math.max(0, Math.min(over, widths[column] - least));
		widths[column] -= less;
		over -= less;
	}
	if (most >= WIDTH) return widths;
	const used = Math.max(COLUMNS$1[WHERE].length, ...rows.map((row) => columns(cellsOf(row, widths)[WHERE])));
	const spare = Math.min(whole - widths[VERSIONS], widths[WHERE] - used);
	widths[VERSIONS] += spare;
	widths[WHERE] -= spare;
	return widths;
}
const VERSION = 17;
const LEAST_VERSION = 6;
function versions({ kind, package: about }, { to, none }, most) {
	const installed = plain(shorten(about?.version ?? "", VERSION));
	if (kind !== "vulnerability") return shortenToColumns(installed, most);
	const words = to === void 0 ? ` (${plain(shorten(none, 30))})` : ` → ${plain(shorten(to[0], VERSION))}${to.length > 1 ? " …" : ""}`;
	const left = most - columns(words);
	if (left < LEAST_VERSION) return shortenToColumns(installed + words, most);
	return shortenToColumns(installed, left, "end") + words;
}
function lineOf(cells, widths) {
	return (BETWEEN + cells.map((cell, column) => padColumns(cell, widths[column] ?? 0)).join(BETWEEN)).trimEnd();
}
const PATH$1 = 1e3;
const INSTRUCTION = 60;
const OWNER = 60;
const LEAST = 8;
function placeOf(judged, most, told) {
	const marks = shortenToColumns(plain(exploitWords(judged).join("; ")), most, "end");
	const words = (left) => told === void 0 ? placeWords$1(judged.finding, left) : shortenToColumns(plain(told), left);
	if (marks === "") return words(most);
	const left = most - columns(marks) - 2;
	const place = left < LEAST ? "" : words(left);
	return place === "" ? marks : `${marks}; ${place}`;
}
function placeWords$1({ owner, path, line, layer }, most) {
	if (path !== void 0) return fileWords(plain(shorten(placed(path, line), PATH$1, "middle")), owner, most);
	return layer === void 0 ? "" : layerWords(layer, most);
}
function fileWords(place, owner, most) {
	const before = owner === void 0 ? "" : `${plain(shorten(owner.name, OWNER, "middle"))}: `;
	const name = place.slice(Math.max(0, place.lastIndexOf("/") - 1));
	const left = most - columns(before);
	return left >= Math.min(columns(place), columns(name)) ? before + pathIn(place, left) : pathIn(place, most);
}
function pathIn(path, most) {
	const end = pathEnd(path, most);
	return shortenToColumns(end.length >= most / 2 || path.length <= most ? end : `…${path.slice(1 - most)}`, most);
}
function layerWords({ number, source, instruction = "" }, most) {
	const layer = number === void 0 ? "" : `layer ${number}`;
	const at = source === void 0 ? layer : pathIn(plain(placed(source.file, source.line)), most);
	const words = instructionWords(instruction);
	if (at === "") return shortenToColumns(words, most, "end");
	const left = most - columns(at) - 1;
	return words === "" || left < LEAST ? at : `${at} ${shortenToColumns(words, left, "end")}`;
}
const instructionWords = memoize((instruction) => plain(briefInstruction(instruction, INSTRUCTION)));
const WIDE = /[\u1100-\u115F\u2329\u232A\u2630-\u2637\u268A-\u268F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1D300}-\u{1D376}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const MARK = /[\p{Mn}\p{Me}]/u;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
function columns(text) {
	if (PRINTABLE_ASCII.test(text)) return text.length;
	let count = 0;
	for (const character of text) count += WIDE.test(character) ? 2 : MARK.test(character) ? 0 : 1;
	return count;
}
function shortenToColumns(text, most, where = "middle") {
	let units = most;
	let shown = shorten(text, units, where);
	while (columns(shown) > most && units > 1) {
		units -= 1;
		shown = shorten(text, units, where);
	}
	return shown;
}
function padColumns(text, width) {
	return text + " ".repeat(Math.max(0, width - columns(text)));
}

// src/render/log/log.ts
function renderLog(view, limitBytes = LIMIT_BYTES) {
	const end = [
		...exceptionLines(view),
		...runNoteLines(view),
		...startLines(view),
		...modeLines(view)
	];
	const { targets, reason } = view.verdict;
	return fitLog(targets, {
		end,
		reason,
		limitBytes,
		linesOf: (target, room) => linesOf(target, view, room)
	});
}
function linesOf(target, view, room) {
	return target.answer === "error" ? [
		...errorLines(target),
		...coverageLines(target),
		""
	] : judgedLines(target, view, room);
}
function judgedLines(target, view, room) {
	const { failing, within, notCounted, accepted, plan } = split(target);
	const rest = [
		within.length === 0 ? "" : `${tally(within)} within the limits`,
		accepted.length === 0 ? "" : `${counted(accepted.length, "finding")} accepted`,
		...exemptedGroups(notCounted).map(({ spared, findings }) => `${counted(findings.length, "finding")} ${EXEMPTED[spared]} not counted`)
	].filter((part) => part !== "");
	const lines = [
		`${shorten(plain(target.target.label), 200)}: ${target.answer}`,
		...coverageLines(target),
		...noticeLines(target),
		...[unjudgedWords(target, view)].filter((words) => words !== "").map((words) => `  ${words}`),
		...comparisonLines(target, view)
	];
	const after = [
		...planLines(plan),
		...rest.length === 0 ? [] : [`  ${rest.join("; ")}`],
		""
	];
	return [
		...lines,
		...findingLines(failing, room - bytes([...lines, ...after]) - 100),
		...after
	];
}
function tally(findings) {
	return severityList(countSeverities(findings, ({ finding }) => finding.severity));
}
function noticeLines(target) {
	const { artifact, suppressed, provenance } = target.scan;
	const lines = [];
	if (artifact.os?.endOfLife === true) lines.push(`  ${plain(shorten(`${artifact.os.family} ${artifact.os.name}`, 100))} is past its end of life: it gets no security fixes.`);
	if (artifact.packages === void 0) lines.push("  The report lists no packages.");
	if (artifact.packages === 0) lines.push(`  ${plain(shorten(provenance.scanner, 100)) || "The scanner"} recognised no packages.`);
	if (suppressed > 0) lines.push(`  ${counted(suppressed, "row")} suppressed by the scanner itself.`);
	lines.push(...uncomparedLines(target));
	return lines;
}
function modeLines(view) {
	return view.mode === "warn" && view.verdict.answer === "fail" ? ["mode: warn: the step does not fail."] : [];
}
function startLines(view) {
	const judged = view.verdict.targets.filter((target) => target.answer !== "error");
	const limits = startingLimits(view.verdict, judged).map(({ severity, open }) => `max-${severityName(severity)}: ${open}`);
	return limits.length === 0 || view.mode === "warn" ? [] : [`An old image? Start with mode: warn, or with today's counts as limits: ${limits.join(", ")}.`, ""];
}
function exceptionLines(view) {
	const items = needingAttention(view.verdict);
	if (items.length === 0) return [];
	const show = (item) => {
		const { exception } = item.use;
		const scope = exception.package === void 0 ? "" : ` (${shorten(plain(exception.package), 60)})`;
		return `  line ${exception.line}: ${listWord(item)}${shorten(plain(exception.id), 60)}${scope} ${attentionWords(item)}`;
	};
	const shown = someLines(items, 40, {
		show,
		rest: (more) => `  … ${more}`
	});
	return [
		`Exceptions in ${view.policy.path === void 0 ? "the policy" : plain(view.policy.path)} that need attention:`,
		...shown,
		""
	];
}
function comparisonLines(target, view) {
	const comparison = view.comparisons?.get(target.target);
	if (comparison === void 0) return [];
	if ("none" in comparison) return comparison.quiet ? [] : [`  not compared: ${shorten(plain(comparison.none), 300)}`];
	const { counts, baseline } = comparison;
	const words = baselineWords(baseline.source, view.now, (untrusted) => shorten(plain(untrusted), 100));
	const system = systemWords(comparison, (untrusted) => shorten(plain(untrusted), 60));
	return [`  ${countsLine(counts)}, compared with ${words}`, ...system === "" ? [] : [`  ${system}`]];
}
function progressLine({ count, of, label, result, milliseconds }) {
	const what = "error" in result ? `error [${plain(result.error)}]` : counted(result.findings, "finding");
	return `[${count}/${of}] ${plain(shorten(label, 120, "middle"))}: ${what} in ${(milliseconds / 1e3).toFixed(1)} s`;
}

// src/render/sections/base-image.ts
const REFERENCE = 100;
const MOST_ROWS$1 = 20;
const MOST_NAMES = 6;
function baseSection(base, alert) {
	if (base === void 0) return [];
	return [
		base.problem === void 0 ? "" : alert("WARNING", text(base.problem, 600)),
		joined(" ", [splitLine(base), base.newer === void 0 ? "" : newerLine(base.newer)]),
		base.note === void 0 ? "" : `_${text(base.note, 600)}_`,
		candidatesTable(base)
	].filter((part) => part !== "");
}
function splitLine({ found, reference, layers, counts }) {
	if (counts === void 0) return "";
	const name = reference === void 0 ? "" : ` ${code$1(reference, REFERENCE)}`;
	const place = layers === 1 ? "layer 1" : `layers 1 to ${number(layers)}`;
	const all = sum(counts.base) + sum(counts.own);
	return `**Base image**${name} (${place}${found === void 0 ? "" : HOW[found]}): of ${counted(all, "finding")}, ${countedWords(counts.base, "from it")} and ${countedWords(counts.own, "ours")}.`;
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
function newerLine({ reference, ageDays, clears, of, brings }) {
	const age = ageDays === void 0 ? "" : ` (${ageDays === 0 ? "made today" : `${counted(ageDays, "day")} old`})`;
	const more = brings === 0 ? "" : `, and brings ${counted(brings, "other")}`;
	return `**Rebuilding on ${code$1(reference, REFERENCE)}${age} clears ${number(clears)} of ${number(of)}**${more}.`;
}
function candidatesTable({ inUse, candidates }) {
	if (candidates.length === 0) return "";
	const shown = candidates.slice(0, MOST_ROWS$1);
	const left = candidates.length - shown.length;
	const rows = [...inUse === void 0 ? [] : [figuresRow(inUse, " (in use)")], ...shown.map(candidateRow)];
	const made = table([
		"base",
		"findings",
		"size",
		"shells",
		"compilers",
		"package managers"
	], rows, [
		"left",
		"left",
		"right"
	]);
	return left === 0 ? made : `${made}\n\n_${counted(left, "more candidate")} in the JSON report only._`;
}
function candidateRow(candidate) {
	if ("problem" in candidate) return [
		code$1(candidate.reference, REFERENCE),
		`not scanned: ${text(candidate.problem, 200)}`,
		"–",
		"–",
		"–",
		"–"
	];
	return figuresRow(candidate);
}
function figuresRow({ reference, findings, size, surface }, note = "") {
	return [
		`${code$1(reference, REFERENCE)}${note}`,
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
		if (names.length === 0) return "none found";
		const more = names.length > MOST_NAMES ? ", …" : "";
		return names.slice(0, MOST_NAMES).map(packageName).join(", ") + more;
	});
}
function sizeWords(bytes) {
	const [divisor, unit] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
	const value = bytes / divisor;
	return `${value < 10 ? value.toFixed(1) : number(Math.round(value))} ${unit}`;
}
const MOST_IDS = 10;
const MOST_UPGRADES = 5;
const LONGEST$1 = 4e3;
function dockerfileSection({ dockerfile }) {
	const lines = unmatchedLines(dockerfile, (label) => code$1(label, REFERENCE)).map(({ names, why }) => {
		return `**${code$1(dockerfile?.file ?? "", 100)} was not matched with ${names}:** ${why}`;
	});
	return lines.length === 0 ? "" : alert("WARNING", lines.join("\n\n"));
}
const MOST_UNMATCHED = 5;
function unmatchedLines(dockerfile, show) {
	return [...Map.groupBy(dockerfile?.unmatched ?? [], ({ why }) => why)].map(([why, targets]) => {
		const labels = targets.map(({ label }) => label);
		return {
			names: listSome(labels, MOST_UNMATCHED, { show }),
			why: `${UNMATCHED_WHY[why]}. No line of it is named.`
		};
	});
}
const UNMATCHED_WHY = {
	"no-instruction": "it has no RUN, COPY or ADD that makes a layer, so nothing shows that it belongs to the image",
	"no-match": "no RUN, COPY or ADD of it made a layer of the image, which is built from another Dockerfile or commit",
	"no-history": "the image does not say which instructions made its layers"
};
function unmatchedAnnotations({ dockerfile }) {
	return unmatchedLines(dockerfile, (label) => plain(shorten(label, 200))).map(({ names, why }) => ({
		level: "warning",
		message: `The Dockerfile was not matched with ${names}: ${why}`,
		file: dockerfile?.file
	}));
}
function dockerfileAnnotations({ verdict, mode, dockerfile }) {
	if (dockerfile === void 0) return [];
	return failingByLine(verdict.targets).map(({ target, file, line, found, steps }) => {
		const message = messageOf(target, found, steps.map(stepSummary));
		return {
			level: mode === "warn" ? "warning" : "error",
			message,
			file,
			line
		};
	});
}
function messageOf(target, found, steps) {
	const counts = countSeverities(found, ({ finding }) => finding.severity);
	const ids = [...new Set(found.map(({ finding }) => finding.id))];
	const show = (text) => plain(shorten(text, 200, "middle"));
	const upgrades = listSome(steps, MOST_UPGRADES, {
		show,
		clauses: true
	});
	const message = `${severityList(counts)} that ${found.length === 1 ? "fails" : "fail"} in ${plain(shorten(target.target.label, 200))} ${found.length === 1 ? "comes" : "come"} from here: ${listSome(ids, MOST_IDS, { show })}.${upgrades === "" ? "" : ` To do: ${upgrades}.`}`;
	return shorten(message, LONGEST$1);
}

// src/render/annotations.ts
function annotationsOf(view) {
	const lines = dockerfileAnnotations(view);
	const attention = needingAttention(view.verdict);
	const warnings = [
		...policyChangesOf(view),
		...runNoteAnnotations(view),
		...gapWarnings(view).map((words) => ({
			level: "warning",
			message: shorten(plain(words), LONGEST$5)
		})),
		...endOfLifeOf(view),
		...unmatchedAnnotations(view),
		...attention.filter((item) => !isNotice(item)).map((item) => exceptionAnnotation(item, view, "warning")),
		...lines.filter(({ level }) => level === "warning")
	];
	const notices = [...unjudgedAnnotations(view), ...attention.filter(isNotice).map((item) => exceptionAnnotation(item, view, "notice"))];
	return [
		...lines.filter(({ level }) => level === "error"),
		...warnings,
		...notices
	];
}
function attentionOf(view) {
	const exceptions = needingAttention(view.verdict).map((item) => exceptionAnnotation(item, view, isNotice(item) ? "notice" : "warning"));
	return [
		...policyChangesOf(view),
		...endOfLifeOf(view),
		...exceptions
	];
}
function isNotice(item) {
	return item.why === "unused" || item.why === "overlapped";
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
		message: shorten(message, LONGEST$5),
		...placeOf$1(view, exception.line)
	};
}

// src/render/report-format.ts
const CATEGORY_PREFIX = "image-gate/";
const PIECE$1 = 65536;
function* inPieces(items, textOf) {
	let piece = "";
	for (let index = 0; index < items.length; index += 1) {
		piece += textOf(items[index], index);
		if (piece.length < PIECE$1) continue;
		yield piece;
		piece = "";
	}
	if (piece !== "") yield piece;
}
function jsonLines() {
	let separator = "\n";
	return (items, textOf) => inPieces(items, (item, index) => {
		const line = separator + textOf(item, index);
		separator = ",\n";
		return line;
	});
}
function uniqueTexts(between) {
	const seen = /* @__PURE__ */ new Map();
	return (text) => {
		const count = (seen.get(text) ?? 0) + 1;
		seen.set(text, count);
		return count === 1 ? text : `${text}${between}${count}`;
	};
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
		notes,
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

// src/render/json/fix-plan.ts
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
		ids,
		owner,
		layer: layer && layers.get(layer),
		paths: filled(upgrade.paths),
		chains: filled(upgrade.chains)
	};
}
function reportedStep(step, target, layers, indexes) {
	const { kind, clears, ids, exploited, epss } = step;
	const common = {
		target,
		kind,
		text: stepText(step),
		clears,
		ids,
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
	const { check, command } = step;
	const mayStay = filled(step.mayStay?.ids ?? []);
	if (step.kind === "base") return {
		...common,
		upgrades,
		rebuildOn: step.newer?.reference,
		mayStay,
		check,
		command
	};
	const { family, to, line } = step;
	const enough = step.enough && {
		version: step.enough.version,
		clears: step.enough.clears,
		of: step.enough.of
	};
	return {
		...common,
		upgrades,
		family,
		to,
		enough,
		mayStay,
		check,
		command,
		line
	};
}
function filled(list) {
	return list.length === 0 ? void 0 : list;
}

// src/render/json/report.ts
function* renderReport(view, files) {
	const { verdict } = view;
	const indexes = new Map(verdict.exceptions.map((use, index) => [use.exception, index]));
	const layers = verdict.targets.map(layersOf);
	const targets = verdict.targets.map((target, index) => ({
		...targetOf(target, layers[index] ?? [], view, indexes),
		baseline: baselineOf(view.comparisons?.get(target.target)),
		files: files?.get(target.target)
	}));
	const tail = tailOf(view, {
		fixed: fixedOf(view),
		unseen: unseenOf(view),
		exceptions: verdict.exceptions.map((use) => exceptionOf(use, indexes))
	});
	const placesOf = layers.map((list) => new Map(list.map((layer, place) => [layer, place])));
	yield headText(view, {
		reasons: verdict.targets.flatMap(reasonsOf),
		targets
	});
	const lines = jsonLines();
	for (const [index, target] of verdict.targets.entries()) {
		const findings = target.answer === "error" ? [] : target.findings;
		const places = placesOf[index] ?? /* @__PURE__ */ new Map();
		yield* lines(findings, (each) => JSON.stringify(findingOf(each, index, indexes, places)));
	}
	const { plan, upgrades } = reportedPlans(verdict.targets, (index) => placesOf[index] ?? /* @__PURE__ */ new Map());
	yield tailText({
		plan,
		upgrades,
		tail
	});
}
function layersOf(target) {
	if (target.answer === "error") return [];
	return [...new Set(target.findings.map(({ finding }) => finding.layer))].filter((layer) => layer !== void 0);
}
function reasonsOf(target, index) {
	if (target.answer === "error") return [failureOf(target, index)];
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
	const base = namesOf(verdict);
	const coverage = coverageOf(verdict, indexes);
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
		layers,
		base: view.bases?.get(verdict.target),
		packages: packagesOf(verdict.scan),
		suppressed,
		opinions: verdict.scan.opinions,
		provenance
	};
}
function coverageOf({ coverage }, indexes) {
	if (coverage === void 0) return void 0;
	return {
		rows: coverage.rows,
		gaps: coverage.gaps.map(({ gap, accepted, ended }) => ({
			...gap,
			accepted: accepted && indexes.get(accepted),
			ended: ended && indexes.get(ended)
		}))
	};
}
function findingOf(judged, target, indexes, layers) {
	const { finding, outcome, origin, change, exceptions, ended } = judged;
	return {
		target,
		kind: finding.kind,
		id: finding.id,
		aliases: finding.aliases,
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
		opinions: finding.opinions,
		missedBy: finding.missedBy,
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
		state,
		matches,
		daysLeft,
		overlappedBy: overlappedBy && indexes.get(overlappedBy)
	};
}

// src/render/sections/accepted.ts
const LEFT = Array.from({ length: 6 }, () => "left");
function acceptedSection(accepted, rank, unfolded = false) {
	const groups = byException(accepted);
	return listRows(groups, {
		row: acceptedRow,
		rank: (group) => rank + severityRank(first(group).finding.severity),
		most: 200,
		layout: (shown, left) => {
			return details(`${counted(accepted.length, "accepted finding")} with reason, owner and last day`, joined("\n", [
				shown.length === 0 ? "" : tableHead([
					"severity",
					widened("advisory", 14),
					"package",
					"reason",
					"owner",
					widened("last day", 11)
				], LEFT),
				...shown,
				left === 0 ? "" : `\n_${counted(left, groups.some(isByVex) ? "row" : "exception")} left out here; the least severe first._`
			]), unfolded);
		}
	});
}
function first(group) {
	return group.findings[0];
}
function byException(accepted) {
	const groups = /* @__PURE__ */ new Map();
	for (const judged of accepted) {
		const holder = judged.exceptions[0] ?? (judged.vex && vexKey(judged));
		if (holder === void 0) continue;
		const group = groups.get(holder) ?? { findings: [] };
		group.findings.push(judged);
		groups.set(holder, group);
	}
	return [...groups.values()];
}
function isByVex(group) {
	return first(group).exceptions.length === 0;
}
function acceptedRow(group) {
	const { findings } = group;
	const names = /* @__PURE__ */ new Set();
	for (const judged of findings) {
		names.add(judged.finding.package?.name ?? judged.finding.path ?? judged.finding.title);
		if (names.size > 3) break;
	}
	const shownNames = [...names].slice(0, 3).map(packageName).join(", ") + (names.size > 3 ? ", …" : "");
	return tableRow([
		severityCell(first(group).finding.severity),
		advisory(first(group).exceptions[0]?.id ?? first(group).finding.id, first(group).finding.url),
		findings.length > 1 ? `${shownNames} (${number(findings.length)})` : shownNames,
		...holderCells(first(group))
	]);
}
function holderCells({ exceptions: [exception], vex }) {
	if (exception === void 0) return vex === void 0 ? [
		"–",
		"–",
		"–"
	] : vexCells(vex);
	const { reason, owner, expires } = exception;
	return [
		text(reason, 300),
		owner === void 0 ? "–" : code$1(owner, 60),
		text(expires, 20)
	];
}
function vexKey({ finding, vex }) {
	return JSON.stringify([
		finding.id,
		vex?.document,
		vex?.author,
		vex?.status,
		vex?.justification
	]);
}
function vexCells({ status, justification, author, document }) {
	return [
		`VEX ${status === "fixed" ? "fixed" : "not affected"}${justification === void 0 ? "" : `: ${text(justification.replace(/^[a-z_]+(?=:|$)/, (label) => label.replaceAll("_", " ")), 300)}`} (${code$1(document, 100)})`,
		author === void 0 ? "–" : code$1(author, 60),
		"–"
	];
}

// src/render/sections/upgrades.ts
const OPEN$2 = 8;
const NO_FIX = 6;
const OF_BASE = 30;
const PATH = 48;
const COMMAND$1 = 700;
function markdownInk(unabridged = false) {
	const path = (of) => unabridged ? code$1(of, WHOLE_PATH) : code$1(pathEnd(of, PATH));
	return {
		name: packageName,
		version,
		path,
		layer: (layer) => unabridged ? layerWords$2(layer, true) : briefLayer(layer, path),
		prose: (words) => text(words, 80),
		strong: (own) => `**${own}**`,
		fire: "🔥 ",
		unabridged
	};
}
function upgradesSection(section) {
	const { plan, failing, level, rank, proven, share = .3, unabridged = false } = section;
	const { noFix, steps } = plan;
	const cleared = clearedBy(steps);
	const title = `${level} What to do: ${steps.length === 0 ? "nothing to upgrade to" : clearWords(steps.length, cleared, failing)}`;
	const ink = markdownInk(unabridged);
	const base = steps.find((each) => each.kind === "base");
	const proof = proven ? proofWords([plan], ink.prose) : "";
	return {
		count: steps.length,
		row: (index) => `${index + 1}. ${stepRow(steps[index], ink)}`,
		rank: () => rank,
		most: 200,
		share,
		layout: (shown) => {
			if (steps.length + noFix.length === 0) return "";
			const left = steps.length - shown.length;
			const rest = left === 0 ? "" : `_${counted(left, "further step")} left out here._`;
			const folded = joined("\n\n", [shown.slice(OPEN$2).join("\n"), rest]);
			return joined("\n\n", [
				title,
				shown.slice(0, OPEN$2).join("\n"),
				shown.length > OPEN$2 ? details(counted(steps.length - OPEN$2, "more step"), folded) : rest,
				base === void 0 ? "" : basePart(base, unabridged),
				noFixPart(plan, unabridged),
				proof === "" ? "" : `_${proof}_`
			]);
		}
	};
}
function clearWords(steps, cleared, failing) {
	const all = ["the finding", "both findings"][failing - 1] ?? `all ${counted(failing, "finding")}`;
	const some = `${number(cleared)} of ${counted(failing, "finding")}`;
	return `${counted(steps, "step")} ${steps === 1 ? "clears" : "clear"} ${cleared === failing ? all : some}`;
}
function stepRow(step, ink) {
	const words = stepWords(step, ink);
	const { paste } = words;
	const below = paste === void 0 ? "" : `<br>${code$1(paste.text, COMMAND$1)}${paste.file === void 0 ? "" : ` in ${code$1(paste.file)}`}`;
	return `${stepLine(step, ink, words)}${below}`;
}
function basePart({ members, newer, fixable }, unabridged) {
	const raised = [...new Set(members.map(memberWords))];
	if (raised.length === 0) return "";
	const shown = listSome(raised, unabridged ? raised.length : OF_BASE);
	const of = newer === void 0 ? "of the base image that can be upgraded" : "that can be upgraded without a newer base";
	return details(`${counted(fixable, "package")} ${of}`, `${shown}.`);
}
function memberWords({ package: name, source, to, alternatives }) {
	const target = to === void 0 ? alternatives.slice(0, 3).map(version).join(" or ") : version(to);
	return `${packageName(source?.name ?? name)} → ${target}`;
}
function noFixPart(plan, unabridged) {
	const noFix = noFixEntries(plan.noFix);
	if (noFix.length === 0) return "";
	const shown = listSome(noFix, NO_FIX, {
		show: noFixWords,
		what: "package"
	});
	const rest = noFix.slice(NO_FIX);
	const line = `**No fix:** ${shown}. Remove or replace, or accept for a time.`;
	if (rest.length === 0 || !unabridged) return line;
	const list = rest.map((one) => `- ${noFixWords(one)}`).join("\n");
	return `${line}\n\n${details(`${counted(rest.length, "other package")} without a fix`, list)}`;
}
function noFixWords({ name, packages, version: installed, bySeverity, statuses, owner }) {
	const of = packages === 1 ? "" : ` (${counted(packages, "package")})`;
	const bundled = owner === void 0 ? "" : ` bundled by ${ownerWords(owner)}`;
	const why = `${severityList(bySeverity)}: ${statuses.map((status) => text(statusWords(status), 60)).join(", ")}`;
	return `${packageName(name)}${of} ${version(installed)}${bundled} (${why})`;
}

// src/render/sections/common-steps.ts
const OPEN$1 = 5;
const MOST$1 = 40;
const NAMED$1 = 3;
function commonStepsSection(targets, level) {
	const failing = failingOf(targets);
	if (failing.length < 2) return "";
	const common = commonSteps(failing.map((target) => split(target).plan));
	if (common.length === 0) return "";
	const ink = markdownInk();
	const labels = failing.map((target) => target.target.label);
	const rows = common.slice(0, MOST$1).map(({ step, targets: of }, index) => `${index + 1}. ${commonRow(step, of.map((each) => labels[each] ?? ""), ink)}`);
	const left = common.length - rows.length;
	const folded = [rows.slice(OPEN$1).join("\n"), left > 0 ? `_${counted(left, "more step")} in the JSON report only._` : ""];
	return joined("\n\n", [
		`${level} What several targets need`,
		rows.slice(0, OPEN$1).join("\n"),
		rows.length > OPEN$1 ? details(counted(common.length - OPEN$1, "more step"), joined("\n\n", folded)) : ""
	]);
}
function failingOf(targets) {
	return targets.flatMap((target) => target.answer === "fail" ? [target] : []);
}
function commonRow(step, labels, ink) {
	const { what } = stepWords(step, ink);
	const named = labels.slice(0, NAMED$1).map((label) => code$1(label, 60));
	const more = labels.length > named.length ? ", …" : "";
	return `${what} in **${counted(labels.length, "target")}** (${named.join(", ")}${more})`;
}
function proofSection(targets) {
	const proof = proofWords(failingOf(targets).map((target) => split(target).plan), markdownInk().prose);
	return targets.length < 2 || proof === "" ? "" : `_${proof}_`;
}

// src/render/sections/findings.ts
const COLUMNS = [
	"severity",
	"advisory",
	"package",
	"fixed in",
	"where"
];
function cellsOf(unabridged) {
	const packageWords = memoize(({ name, version: installed }) => `${packageName(name)} ${version(installed)}`);
	const versionWords = memoize(version);
	const unfixedWords = memoize((status) => text(statusWords(status), 60));
	const advisories = /* @__PURE__ */ new Map();
	const layer = memoize((one) => layerWords$2(one, unabridged));
	return {
		about({ package: found, title }) {
			if (found === void 0) return title === "" ? "–" : text(title, unabridged ? 600 : 100);
			return packageWords(found).trim();
		},
		fixed({ kind, fixedVersions, status }) {
			if (kind !== "vulnerability") return "–";
			const fixed = fixedVersions.slice(0, unabridged ? fixedVersions.length : 3).map(versionWords);
			if (fixed.length === 0) return unfixedWords(status);
			return fixed.join(", ") + (fixedVersions.length > fixed.length ? ", …" : "");
		},
		advisory({ id, url }) {
			const known = advisories.get(id);
			if (known !== void 0 && known.url === url) return known.cell;
			const cell = advisory(id, url);
			advisories.set(id, {
				url,
				cell
			});
			return cell;
		},
		where: (finding, told) => whereCell(finding, unabridged, layer, told)
	};
}
const BELOW_SEVERITY = ["ended", "grace"];
function below(marks, isDecided) {
	let lines = "";
	for (const mark of marks) if (BELOW_SEVERITY.includes(mark.about) === isDecided) lines += `<br>${markWords(mark)}`;
	return lines;
}
function findingRow(judged, cells, told) {
	const { finding } = judged;
	const marks = rowMarks([judged]);
	return tableRow([
		severityCell(finding.severity) + below(marks, true),
		cells.advisory(finding) + below(marks, false),
		cells.about(finding),
		cells.fixed(finding),
		withOrigin(judged.origin, cells.where(finding, told))
	]);
}
function toldApart(findings) {
	const isCut = ({ path, line }) => path !== void 0 && placed(path, line).length > 48;
	const look = ({ id, package: about }) => `${id}\0${about?.name}\0${about?.version}`;
	let known;
	return (finding) => {
		if (!isCut(finding)) return void 0;
		known ??= pathsOfAlike(findings.flatMap((each) => isCut(each.finding) ? [each.finding] : []), {
			look,
			pathOf: ({ path }) => path,
			most: 48
		});
		return known.get(finding);
	};
}
function findingsSection(section) {
	const { findings, open, heading, unabridged = false } = section;
	const cells = cellsOf(unabridged);
	const told = unabridged ? () => void 0 : toldApart(findings);
	const severityAt = (index) => findings[index].finding.severity;
	return {
		count: findings.length,
		row: (index) => {
			const judged = findings[index];
			return findingRow(judged, cells, told(judged.finding));
		},
		rank: (index) => section.rank + severityRank(severityAt(index)),
		most: section.most,
		share: section.share,
		around: () => {
			const [before = "", after = ""] = whole(section, findings).split(ROWS);
			return {
				before,
				after
			};
		},
		layout: (shown, indexes) => {
			if (findings.length === 0) return "";
			const left = findings.length - shown.length;
			const without = (count) => {
				const all = countSeverities(findings, ({ finding }) => finding.severity);
				const seen = countSeverities(indexes.slice(0, count), severityAt);
				return perSeverity((severity) => all[severity] - seen[severity]);
			};
			const rest = left === 0 ? "" : leftOut(without(shown.length), left, section);
			const visibleRows = shown.slice(0, open);
			const foldedRows = shown.slice(open);
			const folded = joined("\n\n", [rows(foldedRows), rest]);
			return joined("\n\n", [
				heading ?? "",
				rows(visibleRows),
				foldedRows.length > 0 || heading === void 0 ? details(section.folded(without(visibleRows.length)), folded) : rest
			]);
		}
	};
}
const ROWS = "\0";
function whole({ heading, folded }, findings) {
	const table = rows([ROWS]);
	if (heading !== void 0) return `${heading}\n\n${table}`;
	return details(folded(countSeverities(findings, ({ finding }) => finding.severity)), table);
}
function rows(shown) {
	return shown.length === 0 ? "" : [tableHead(COLUMNS), ...shown].join("\n");
}
function leftOut(counts, left, section) {
	return `_${counted(left, "row")} left out here (${severityList(counts)}); ${section.elsewhere}._`;
}
function withOrigin(origin, cell) {
	if (origin === void 0) return cell;
	return cell === "–" ? ORIGINS[origin] : `${ORIGINS[origin]}<br>${cell}`;
}

// src/render/sections/heading.ts
const REASON = 1500;
const NAME = 100;
const SIGN$1 = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function headingSection(view) {
	const { answer } = view.verdict;
	return `## ${answer === "fail" && view.mode === "warn" ? "⚠️" : SIGN$1[answer]} ${code$1(wholeNames(view.name, NAME), NAME)}${colonFor(view)} ${verdictWords(view)}\n\n**${text(headingReason(view), REASON) || "–"}**${modeWords(view)}`;
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
	const list = commonList(view.verdict);
	return list === void 0 ? reasonText(view).replace(DIGEST, "$1…") : `[${list.code}] ${list.what.replace(/:?\n[\s\S]*$/, "")}`;
}
function commonList({ targets }) {
	const [first] = targets;
	if (first?.answer !== "error" || !first.error.what.includes("\n")) return void 0;
	const { code, what } = first.error;
	const same = (each) => each.answer === "error" && each.error.code === code && each.error.what === what;
	return targets.every(same) ? first.error : void 0;
}
function modeWords(view) {
	if (view.mode !== "warn" || view.verdict.answer === "pass") return "";
	return view.verdict.answer === "fail" ? "\n\n`mode: warn`: this is reported, the step does not fail." : "\n\n`mode: warn` does not cover this: the step fails, as nobody knows what is in the image.";
}

// src/render/sections/layers.ts
const OPEN = 5;
function layersSection(findings, rank) {
	const layers = numbered(findings);
	return listRows(layers, {
		row: layerRow,
		rank,
		share: .1,
		layout: (shown, left) => {
			const rest = left === 0 ? [] : [`_${counted(left, "more layer")} left out here._`];
			if (layers.length <= OPEN) return `<sub>Layers: ${[...shown, ...rest].join(" · ")}</sub>`;
			return details(`Layers: what made the ${counted(layers.length, "layer")} with findings`, [...shown, ...rest].map((line) => `- ${line}`).join("\n"));
		}
	});
}
function numbered(findings) {
	const layers = /* @__PURE__ */ new Map();
	for (const { finding, origin } of findings) {
		const { layer } = finding;
		if (layer?.number !== void 0 && !layers.has(layer.number)) layers.set(layer.number, {
			layer,
			origin
		});
	}
	return [...layers.values()].sort((a, b) => a.layer.number - b.layer.number);
}
function layerRow({ layer, origin }) {
	const made = instructionWords$1(layer);
	const where = sourceWords(layer.source);
	const about = joined(", ", [where, origin === "base" ? "base image" : ""]);
	return joined(" ", [
		`**${layer.number}**`,
		made,
		about === "" ? "" : `(${about})`
	]);
}

// src/render/sections/opinions.ts
const MOST = 200;
function agreementSection({ scan }) {
	const agreement = agreementOf(scan);
	return agreement === void 0 ? "" : `${text(agreementLine(agreement), 300)}.`;
}
function agreementsSection(targets) {
	return agreementsOf(targets.map(({ scan }) => scan)).map((each) => `${text(agreementLine(each), 300)}.`).join(" ");
}
function missingOpinions({ scan }, alert) {
	return (scan.opinions ?? []).filter((each) => each.failed !== void 0).map(({ scanner, failed: why }) => alert("WARNING", `**${text(scanner, 60)} failed, and the policy says that it is optional.** The answer is without it: ${text(`[${why?.code}] ${why?.what}`, 300)}`));
}
function differencesSection(target, rank) {
	if (target.scan.opinions === void 0) return void 0;
	const rows = rowsOf(target);
	return listRows(rows, {
		row: rowText,
		rank: ({ finding }) => rank + severityRank(finding.severity),
		most: MOST,
		layout: (shown, left) => {
			const head = tableHead([
				"severity",
				widened("advisory", 14),
				"package",
				"difference",
				"likely reason"
			]);
			const rest = left === 0 ? "" : `\n_${counted(left, "row")} left out here; the JSON report has all._`;
			const table = shown.length === 0 ? "" : [head, ...shown].join("\n");
			const body = joined("\n", [table, rest]);
			return details(`${counted(rows.length, "difference")} between the scanners`, body);
		}
	});
}
const rowsOf = oncePer(({ scan, findings }) => {
	const differencesOf = differences(scan);
	return findings.flatMap(({ finding }) => differencesOf(finding).map((difference) => ({
		finding,
		difference
	})));
});
function rowText({ finding, difference }) {
	return tableRow([
		severityCell(finding.severity),
		advisory(finding.id, finding.url),
		packageName(finding.package?.name ?? finding.path ?? ""),
		text(what(difference), 200),
		text(why(difference, finding), 200)
	]);
}
function what(difference) {
	if (difference.kind === "seen") {
		const { by, not } = difference;
		return `${by.length === 1 ? "only " : ""}${namesOf$1(by)}, not ${namesOf$1(not, "or")}`;
	}
	const say = difference.kind === "severity" ? ({ severity }) => severity : fixWords;
	return listSome(difference.says, 3, { show: (each) => `${each.scanner}: ${say(each)}` });
}
function fixWords({ fixedVersions }) {
	return fixedVersions.length === 0 ? "no fix" : listSome(fixedVersions, 2);
}
function why(difference, finding) {
	if (difference.kind === "seen") return whyWords(difference, finding);
	if (difference.kind === "severity") return `other severity source; ${finding.severity} counts`;
	const known = difference.says.filter(({ fixedVersions }) => fixedVersions.length > 0);
	return `fix known to ${listSome(known, 3, { show: ({ scanner }) => scanner })} only`;
}

// src/render/sections/policy-changes.ts
function changesSection(view, rank) {
	const change = view.policyChange;
	if (change === void 0) return "";
	if ("unreadable" in change) return alert("WARNING", `**${notKnownWords(view)}:** ${text(change.unreadable, 500)}`);
	const changes = looseningFirst(change.changes);
	const { path } = view.policy;
	const file = path === void 0 || changes.every(({ file: other }) => other !== void 0) ? "" : ` (${code$1(path)})`;
	const force = forceWords(view);
	return listRows(changes, {
		row: changeRow,
		rank,
		most: 50,
		share: .12,
		layout: (shown, left) => {
			const title = `### ${changes.some(({ loosens }) => loosens) ? "⚠️ " : ""}${titleWords(changes, view)}${file}`;
			const rest = left === 0 ? "" : `\n- _${counted(left, "more change")} left out here._`;
			return `${title}\n\n${force === "" ? "" : `${force}\n\n`}${shown.join("\n")}${rest}`;
		}
	});
}
function changeRow(change) {
	return `- ${change.loosens ? "🔓 **loosens:** " : ""}${changeWords(change, code$1)}`;
}
function notKnownWords(view) {
	return `Whether this ${changeRequest(view)} changes the policy is not known`;
}
function titleWords(changes, view) {
	return `This ${changeRequest(view)} ${changes.some(({ loosens }) => loosens) ? "loosens" : "changes"} the policy`;
}
function forceWords({ policy }) {
	return policy.from === "workspace" ? "" : `It does not apply before the merge: \`policy-from\` is \`${policy.from}\`.`;
}
function changeWords(change, show) {
	const { what, subject, about, file } = change;
	const line = change.line > 0 ? ` (line ${change.line})` : "";
	return `${what} ${subject === about ? show(about) : `${subject} ${show(about, 120)}`}${file === void 0 || file === about ? "" : ` in ${show(file, 120)}`}${valueWords(change, show)}${line}`;
}
function valueWords({ from, to }, show) {
	if (from !== void 0 && to !== void 0) return `: ${show(from)} → ${show(to)}`;
	if (to !== void 0) return `: ${show(to)}`;
	return from === void 0 ? "" : `: was ${show(from)}`;
}

// src/render/documents/document.ts
const RANK = {
	changes: 0,
	overview: 1,
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
function renderDocument(view, frame) {
	const { targets } = view.verdict;
	const foot = frame.foot ? `\n\n${frame.foot}` : "";
	const { text, isWhole, hadRoom } = fitted(view, {
		...frame,
		limit: frame.limit - frame.measure(foot)
	});
	const hasAllTargets = targets.length <= frame.mostTargets || commonError(targets) !== void 0;
	return {
		text: `${text}${foot}\n`,
		isWhole: isWhole && hasAllTargets,
		hadRoom
	};
}
function fitted(view, frame) {
	const madeWith = (how) => fitBlocks(documentBlocks(view, {
		...frame,
		...how
	}), frame.limit - 1, frame.measure);
	for (const detail of DETAILS.slice(0, -1)) {
		const made = madeWith({ detail });
		if (made.hadRoom) return made;
	}
	const least = madeWith({ detail: "least" });
	const crowded = !least.hadRoom;
	return naming((named) => madeWith({
		detail: "least",
		named,
		crowded
	}), least);
}
const NAMED = SEVERITIES.flatMap((severity) => [
	2,
	3,
	4,
	6,
	8,
	12,
	20,
	40,
	80,
	200,
	600
].map((each) => ({
	severity,
	each
})));
function naming(madeWith, least) {
	const second = madeWith(NAMED[0]);
	if (!second.hadRoom) return least;
	let [best, from, to] = [
		second,
		1,
		NAMED.length
	];
	while (from < to) {
		const middle = from + to >> 1;
		const made = madeWith(NAMED[middle]);
		if (made.hadRoom) [best, from] = [made, middle + 1];
		else to = middle;
	}
	return best;
}
function documentBlocks(view, frame) {
	const { targets } = view.verdict;
	const judged = targets.filter((target) => target.answer !== "error");
	const headed = joined("\n", [frame.first ?? "", headingSection(view)]);
	const heading = joined("\n\n", [headed, frame.note ?? ""]);
	const several = targets.length > 1;
	return [
		heading,
		changesSection(view, RANK.changes),
		runNotesSection(view),
		several ? commonStepsSection(targets, "###") : void 0,
		several ? targetsOverview(targets, RANK.overview) : void 0,
		...targetSections(view, frame),
		proofSection(targets),
		dockerfileSection(view),
		exceptionsSection(view, RANK.exceptions, frame.unfolded === true || frame.unabridged),
		snippet(view, judged, frame.unabridged),
		gapSnippet(view),
		smallPrint([...several ? [] : judged.flatMap((target) => targetProvenance(target, view)), ...runProvenance(view)])
	].filter((block) => block !== void 0 && block !== "");
}
const SNIPPETS = /* @__PURE__ */ new WeakMap();
function snippet(view, judged, unabridged = false) {
	const make = () => snippetSection(judged, unabridged, startSection(view, judged), view.policy);
	if (unabridged) return make();
	const known = SNIPPETS.get(view) ?? make();
	SNIPPETS.set(view, known);
	return known;
}
function targetSections(view, frame) {
	const { targets } = view.verdict;
	const common = commonError(targets);
	if (common) return errorSections(common, view, frame.unabridged);
	if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame, {
		level: "###",
		alert
	}));
	const worst = worstFirst(targets);
	const shown = worst.slice(0, frame.mostTargets);
	const left = worst.length - shown.length;
	const isFew = ({ answer }) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
	return [...shown.map((target) => foldedTarget(target, view, frame, isFew(target))), left === 0 ? void 0 : `_${counted(left, "more target")} in the table above only._`];
}
function foldedTarget(target, view, frame, open) {
	const { answer } = target;
	const blocks = [...sections(target, view, frame, {
		level: "####",
		alert: foldedAlert
	}), answer === "error" ? void 0 : smallPrint(targetProvenance(target, view))];
	return {
		...fold(SIGN[answer], target.target.label, summaryWords(target), open && answer !== "pass"),
		blocks: blocks.filter((block) => block !== void 0 && block !== "")
	};
}
function summaryWords(target) {
	if (target.answer === "error") return `not judged, ${target.error.code}`;
	const open = Object.fromEntries(target.rows.map((row) => [row.severity, row.open]));
	return severityList(open) || "nothing open";
}
function commonError(targets) {
	const [first] = targets;
	if (first?.answer !== "error") return void 0;
	const { code, what } = first.error;
	const same = (each) => each.answer === "error" && each.error.code === code && each.error.what === what;
	return targets.every(same) ? first : void 0;
}
const MOST_OPEN = 3;
const SIGN = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function sections(target, view, frame, look) {
	return target.answer === "error" ? errorSections(target, view, frame.unabridged) : judgedSections(target, view, frame, look);
}
function errorSections(target, view, unabridged = false) {
	return [errorSection(target, view), coverageSection(target, unabridged)];
}
function packageSection({ target }, view, unabridged = false) {
	const { packages } = comparedIn(target, view) ?? {};
	return packages && packageChangesSection(packages, RANK.packages, unabridged);
}
function everyAccepted(accepted, { elsewhere }) {
	return findingsSection({
		findings: accepted,
		open: 0,
		folded: (counts) => `${severityList(counts)} accepted, one by one`,
		elsewhere,
		rank: RANK.accepted,
		unabridged: true
	});
}
function judgedSections(target, view, frame, look) {
	const { failing, accepted, plan } = split(target);
	const { level, alert } = look;
	const { unabridged } = frame;
	const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
	const isAlone = view.verdict.targets.length === 1;
	const { unfolded, detail } = packagesFrame(frame);
	const gone = {
		rank: RANK.fixed,
		unfolded,
		detail
	};
	return [
		...missingOpinions(target, alert),
		...noticesOf(target, view, alert),
		frame.unfolded === true || unabridged ? countsTable(target) : foldedCounts(target),
		hasGaps ? coverageSection(target, unabridged) : void 0,
		upgradesSection({
			plan,
			failing: failing.length,
			level,
			rank: RANK.upgrades,
			share: frame.detail === "least" ? .15 : void 0,
			proven: isAlone,
			unabridged
		}),
		...baseSection(view.bases?.get(target.target), alert),
		comparisonSection(target, view),
		agreementSection(target),
		differencesSection(target, RANK.differences),
		...unabridged ? everyOpen(target, frame, look) : openSections(target, frame, look),
		acceptedSection(accepted, RANK.accepted, frame.unfolded),
		unabridged ? everyAccepted(accepted, frame) : void 0,
		unseenSection(target, view, gone),
		fixedSection(target, view, gone),
		packageSection(target, view, unabridged),
		...unabridged ? everyExempted(target, frame) : quietSections(target, frame),
		hasGaps ? void 0 : coverageSection(target, unabridged)
	];
}
const FRESH = "New with this change";
function failsTitle(hasFresh) {
	return `What${hasFresh ? " else" : ""} fails`;
}
const OPEN_FRESH = 6;
function openSections(target, frame, { level }) {
	const { open } = frame;
	const { fresh, failing, fixes } = splitRows(target);
	const common = {
		...packagesFrame(frame),
		fixes,
		open,
		folded: (packages, counts) => `And ${packages}: ${severityList(counts)}`,
		most: frame.mostFailing
	};
	const counted = target.findings.filter(({ outcome }) => outcome !== "accepted");
	const title = failsTitle(fresh.length > 0);
	return [
		packagesSection({
			...common,
			rows: fresh,
			heading: `${level} ${FRESH}: ${rowsWords(fresh)}`,
			open: Math.max(open, OPEN_FRESH),
			rank: RANK.fresh,
			share: .4
		}),
		packagesSection({
			...common,
			rows: failing,
			heading: `${level} ${title}: ${rowsWords(failing)}`,
			rank: RANK.failing,
			share: .9
		}),
		layersSection(counted, RANK.layers)
	];
}
function rowsWords(rows) {
	const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
	return `${counted(findings, "finding")} in ${packagesWords(rows)}`;
}
function quietSections(target, frame) {
	const { within, notCounted, fixes } = splitRows(target);
	const folded = (rows, words, rank) => packagesSection({
		...packagesFrame(frame),
		fixes,
		rows,
		open: 0,
		folded: (packages, counts) => `${severityList(counts)} ${words}, in ${packages}`,
		rank,
		most: frame.mostWithin
	});
	return [folded(within, "open within the limits", RANK.within), ...notCounted.map(({ spared, rows }) => folded(rows, `${EXEMPTED[spared]}, not counted`, RANK.notCounted))];
}
function packagesFrame({ elsewhere, unfolded = false, unabridged = false, detail = "full", named, crowded }) {
	return {
		elsewhere,
		unfolded,
		named,
		crowded,
		detail: unabridged || unfolded && detail === "full" ? "all" : detail
	};
}
function everyOpen(target, { open, elsewhere, mostFailing: most }, { level }) {
	const { failing, within } = split(target);
	const fresh = [...failing, ...within].filter(isNew);
	const rest = failing.filter((each) => !isNew(each));
	const folded = (counts) => `And ${severityList(counts)} more`;
	const common = {
		open,
		folded,
		elsewhere,
		unabridged: true,
		most
	};
	const title = failsTitle(fresh.length > 0);
	return [findingsSection({
		...common,
		findings: fresh,
		heading: `${level} ${FRESH}`,
		rank: RANK.fresh
	}), findingsSection({
		...common,
		findings: rest,
		heading: `${level} ${title}`,
		rank: RANK.failing
	})];
}
function everyExempted(target, frame) {
	const { within, notCounted } = split(target);
	const folded = foldedFindings(frame);
	return [folded(within.filter((each) => !isNew(each)), "open within the limits", RANK.within), ...exemptedGroups(notCounted).map(({ spared, findings }) => folded(findings, `${EXEMPTED[spared]}, not counted`, RANK.notCounted))];
}
function foldedFindings({ elsewhere, mostWithin: most }) {
	return (findings, words, rank) => findingsSection({
		findings,
		open: 0,
		folded: (counts) => `${severityList(counts)} ${words}`,
		elsewhere,
		unabridged: true,
		rank,
		most
	});
}
function wholeReportWords(whole) {
	return whole !== void 0 && "url" in whole ? `${linked$1(whole.url)} has all` : void 0;
}
function wholeReportNote(whole) {
	if (whole === void 0) return {
		note: "",
		foot: ""
	};
	if ("url" in whole) return {
		note: `_Not everything has room here: ${linked$1(whole.url)} has it all, as ${whole.as ?? "Markdown and JSON"}._`,
		foot: ""
	};
	return {
		note: "",
		foot: `_Not everything has room here. ${filesWords(whole.files)}._`
	};
}
function filesWords(files) {
	if (files.length === 0) return "The log says why no file has it all";
	return `On the runner, ${files.map((file) => code$1(file, 300)).join(" and ")} ${files.length === 1 ? "has" : "have"} it all`;
}
function linked$1(url) {
	return link$1("the whole report", url);
}

// src/render/markdown/glfm.ts
function toGlfm(markdown) {
	let fence = "";
	return withoutFrontMatter(lineFeeds(markdown)).split("\n").map((line) => {
		const [, marks = ""] = FENCE.exec(line) ?? [];
		const isEnd = fence !== "" && marks.startsWith(fence) && line.trimEnd().endsWith(marks);
		if (fence !== "" && !isEnd) return withoutCommand(line);
		if (isEnd || marks !== "") {
			fence = isEnd ? "" : marks;
			return line;
		}
		return withoutCommand(spansOf(line).map(harmlessPiece).join(""));
	}).join("\n");
}
function lineFeeds(markdown) {
	return markdown.replace(/\r\n?/g, "\n");
}
function withoutFrontMatter(markdown) {
	return markdown.replace(/^(\s*)(?=---|\+\+\+|;;;)/, "$1\\");
}
const FENCE = /^[ >]{0,40}(`{3,}(?=[^`]*$)|~{3,})/;
const COMMAND = /^((?:[\s>]|[-*+](?=\s)|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s)){0,200})\/(?=[a-z_])/i;
function withoutCommand(line) {
	return line.replace(COMMAND, (_, before) => before + codePoint("/"));
}
const RAW = /<!--.{0,2000}?-->|<code>.{0,5000}?<\/code>|<\/?[a-z][^<>]*>|\]\([^()\s]*\)/gi;
function spansOf(line) {
	const pieces = [];
	const runs = [...line.matchAll(/`+/g)];
	let end = 0;
	for (let at = 0; at < runs.length; at += 1) {
		const [marks] = runs[at] ?? [""];
		let closing = at + 1;
		while (closing < runs.length && runs[closing]?.[0] !== marks) closing += 1;
		const start = runs[at]?.index ?? 0;
		const last = runs[closing];
		if (last === void 0) continue;
		pieces.push(...textPieces(line.slice(end, start)));
		end = last.index + last[0].length;
		pieces.push({
			kind: "code",
			text: line.slice(start, end)
		});
		at = closing;
	}
	pieces.push(...textPieces(line.slice(end)));
	return pieces;
}
function textPieces(text) {
	const pieces = [];
	let end = 0;
	for (const { index, 0: raw } of text.matchAll(RAW)) {
		pieces.push({
			kind: "text",
			text: text.slice(end, index)
		}, {
			kind: "raw",
			text: raw
		});
		end = index + raw.length;
	}
	return [...pieces, {
		kind: "text",
		text: text.slice(end)
	}];
}
function harmlessPiece({ kind, text }, index, all) {
	if (kind !== "text") return withoutColour(text);
	const [before, after] = [all[index - 1]?.kind, all[index + 1]?.kind];
	return harmlessText(text, before === "code", after === "code");
}
const COLOUR = /^(`+ ?|<code> *)(#[0-9a-f]{3,8}|(?:rgb|hsl)a?\(.*\))( *<\/code>| ?`+)$/i;
function withoutColour(span) {
	return span.replace(COLOUR, (_, open, [sign = "", ...rest], close) => [
		open,
		codePoint(sign),
		...rest,
		close
	].join(""));
}
const WORD = new RegExp([
	String.raw`(?<![\w.+:/-])[\w.+:/-]*(?:\\?~["\w][\w.+:-]*)+`,
	String.raw`(?<![\w@])\\?@[\w"][\w./-]*`,
	String.raw`(?<![\w./-])[\w./-]*\\?(?<!&)[#!%$^][\d"][\w.-]*`,
	String.raw`(?<!\w)\\?[%$][a-z][\w.-]*`,
	String.raw`(?<![\w./-])[\w./-]*\\?&(?:amp;)?\d[\w.-]*`,
	String.raw`(?<![\w:]):[a-z0-9_+-]+:(?![\w:])`,
	String.raw`(?<!\w)gl-\d+`,
	String.raw`\[\[|\[\^|\[_?TOC_?\]|[[{][+-](?! |\])`
].join("|"), "gi");
const SIGNS = /[~@#%$^&{[]|![\d"]|:[a-z0-9_+-]+:|gl-\d/i;
function harmlessText(text, isAfterCode, isBeforeCode) {
	if (!SIGNS.test(text)) return text;
	const harmless = text.replace(WORD, (word, at) => {
		const span = `\`${word.replace(/\\(?=[~@#!%$^&])/g, "").replaceAll("&amp;", "&")}\``;
		const end = at + word.length;
		return `${isAfterCode && at === 0 ? " " : isEscaped(text, at) ? "\\" : ""}${span}${isBeforeCode && end === text.length ? " " : ""}`;
	});
	return isBeforeCode ? harmless.replace(/\$$/, codePoint("$")) : harmless;
}
function isEscaped(text, at) {
	let start = at;
	while (text[start - 1] === "\\") start -= 1;
	return (at - start) % 2 === 1;
}

// src/render/markdown/dialect.ts
function inDialect(markdown, dialect) {
	return dialect === void 0 ? markdown : toGlfm(markdown);
}
function fittedInDialect(make, { limit, measure, dialect }) {
	for (let room = limit;;) {
		const fitted = make(room);
		const text = inDialect(fitted.text, dialect);
		const length = measure(text);
		if (length <= limit || room === 0) return {
			...fitted,
			text
		};
		room = Math.floor(.95 * room * limit / length);
	}
}

// src/render/shared/license-words.ts
const MOST_LICENSES = 10;
function licenseWords({ gained, lost, changed }, show = (name) => name) {
	const some = (names) => listSome(names, MOST_LICENSES, { show });
	return [
		gained.length > 0 && `gained ${some(gained)}`,
		lost.length > 0 && `lost ${some(lost)}`,
		changed.length > 0 && `${counted(changed.length, "package")} changed`
	].filter((part) => part !== false).join("; ");
}

// src/render/terminal/answer.ts
const MOST_ROWS = 40;
const ENOUGH_BYTES = 5e7;
function renderAnswer(view, look) {
	const { verdict } = view;
	const text = [
		shorten(plain(verdict.reason), 4e3),
		policyLine(view),
		...attentionLines(view),
		...view.mode === "warn" && verdict.answer === "fail" ? ["mode: warn: the exit code is 0."] : [],
		"",
		...verdict.targets.flatMap((target) => targetLines(target, view, look)),
		...(view.notes ?? []).map((note) => plain(shorten(note, 1e3))),
		moreLine(view, look)
	].flatMap((line) => line?.split("\n") ?? []).flatMap((line) => wrapped(line, look.columns)).join("\n");
	const painted = look.colours ? coloured(text) : text;
	return look.links ? linked(painted) : painted;
}
const ADVISORY = /(?<= )[A-Z]{2,6}-[\w:-]{4,30}(?= {2})/g;
function linked(text) {
	return text.replace(ADVISORY, (id) => {
		const url = advisoryUrl(id);
		return url === void 0 ? id : `\u001b]8;;${url}\u001b\\${id}\u001b]8;;\u001b\\`;
	});
}
const OF = {
	workspace: "the working directory",
	base: "the base",
	"default-branch": "the default branch"
};
function policyLine({ policy, verdict }) {
	const { path, from, isUnread } = policy;
	if (isUnread) return void 0;
	if (path === void 0) return `Policy: none in ${OF[from]}; ${limitsWords(verdict)}`;
	const isElsewhere = from === "workspace" && OUTSIDE.test(path);
	return `Policy: ${plain(shorten(path, 300))}${isElsewhere ? "" : ` of ${OF[from]}`}`;
}
function limitsWords({ targets }) {
	return targets.flatMap((target) => target.answer === "error" ? [] : target.rows).every(({ severity, limit }) => limit === DEFAULT_THRESHOLDS[severity]) ? "the default limits" : "the limits that were given";
}
const OUTSIDE = /^(?:\/|\.\.\/|[A-Za-z]:[\\/])/;
const MOST_ATTENTION = 20;
function attentionLines(view) {
	return someLines(attentionOf(view), MOST_ATTENTION, {
		show: ({ level, message, file, line }) => `${level}: ${message}${placeWords(file, line)}`,
		what: "warning"
	});
}
function placeWords(file, line) {
	if (file === void 0) return "";
	return ` (${plain(shorten(file, 300))}${line === void 0 ? "" : `:${line}`})`;
}
function targetLines(target, view, look) {
	const head = view.verdict.targets.length > 1 ? [`${shorten(plain(target.target.label), 200)}: ${target.answer}`] : [];
	if (target.answer === "error") {
		const { code, what } = target.error;
		return [
			...head,
			`  [${plain(code)}] ${shorten(plain(what), 2e3)}.`,
			...coverageLines(target),
			""
		];
	}
	const { failing, plan } = split(target);
	const shown = look.severities === void 0 ? failing : open(target, look.severities);
	const table = findingLines(shown, ENOUGH_BYTES, {
		width: look.columns,
		mostRows: look.isTerminal ? MOST_ROWS : Number.POSITIVE_INFINITY,
		what: look.severities === void 0 ? "failing finding" : "finding"
	});
	const rest = [
		...restLines(target, look),
		...unusedLines(target, view),
		...seenLines(target)
	];
	const parts = [
		gapLines(target),
		planLines(plan),
		table,
		rest
	];
	return [...head, ...parts.filter((part) => part.length > 0).flatMap((part) => [...part, ""])];
}
function open(target, severities) {
	const { failing, within } = split(target);
	return [...failing, ...within].filter(({ finding }) => severities.includes(finding.severity));
}
function unusedLines(target, { comparisons }) {
	const comparison = comparisons?.get(target.target);
	return [...comparison !== void 0 && "none" in comparison && comparison.isNamed === true ? [`  Not compared with the baseline: ${shorten(plain(comparison.none), 300)}.`] : [], ...uncomparedLines(target)];
}
function seenLines(target) {
	const lines = lookedLines(target);
	const isUnknown = target.coverage === void 0 || target.coverage.rows.some(({ status }) => status === "not-known");
	return lines.length > 0 || isUnknown || gapLines(target).length > 0 ? lines : ["  Looked at: nothing. The scanner recognised nothing here."];
}
function restLines(target, { severities }) {
	const { failing, within, notCounted, accepted } = split(target);
	const rest = [
		[
			failing,
			within,
			notCounted,
			accepted
		].every((part) => part.length === 0) ? "No finding" : "",
		severities === void 0 && within.length > 0 ? `${severityList(countSeverities(within, ({ finding }) => finding.severity))} within the limits` : "",
		accepted.length > 0 ? `${counted(accepted.length, "finding")} accepted` : "",
		notCounted.length > 0 ? `${counted(notCounted.length, "finding")} not counted` : ""
	].filter((part) => part !== "");
	return rest.length === 0 ? [] : [`  ${rest.join("; ")}`];
}
function moreLine(view, { command, severities }) {
	const judged = view.verdict.targets.filter((target) => target.answer !== "error");
	const [first] = judged.flatMap((target) => split(target).failing);
	if (first !== void 0 && /^[A-Za-z][\w-]+$/.test(first.finding.id)) return `More: image-gate explain ${first.finding.id}`;
	if (judged.some((target) => split(target).within.length > 0) && severities === void 0) return `More: image-gate ${command} --severity ${SEVERITIES.join(",")}`;
	if (judged.length > 0) return `More: image-gate ${command} --json`;
	return `More: image-gate ${command.split(" ")[0]} --help`;
}
const UNWRAPPED = new RegExp(`^\\s*(?:\\$ |severity {2}|(?:${SEVERITIES.join("|")}) {2})`);
function wrapped(line, most) {
	if (columns(line) <= most || UNWRAPPED.test(line)) return [line];
	const indent = " ".repeat(line.length - line.trimStart().length);
	const lines = [];
	let current = indent;
	for (const word of line.trimStart().split(/ (?!\d+$)/)) {
		const longer = current.trim() === "" ? current + word : `${current} ${word}`;
		if (columns(longer) > most && current.trim() !== "") {
			lines.push(current);
			current = `${indent}  ${word}`;
		} else current = longer;
	}
	return [...lines, current];
}

// src/render/formats/uuid.ts
function uuidOf(text) {
	const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash("sha256", text)) ?? [];
	return `${a}-${b}-8${c}-8${d}-${e}`;
}

// src/render/html/base.generated.json
var style = "/* What all pages have alike: colours for light and dark screens, fonts and headings. Each colour of text has a contrast of at least 4.5:1. */\n:root {\n  color-scheme: light dark;\n  --paper: #fff;\n  --panel: #f6f7f9;\n  --ink: #1c2127;\n  --soft: #555f6b;\n  --line: #d5dae0;\n  --link: #0b57b0;\n  --sans: system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", sans-serif;\n  --mono: ui-monospace, \"SF Mono\", \"Cascadia Mono\", Menlo, Consolas, \"Liberation Mono\", monospace;\n}\n\n@media screen and (prefers-color-scheme: dark) {\n  :root {\n    --paper: #14181d;\n    --panel: #1c2229;\n    --ink: #e4e8ed;\n    --soft: #a5afba;\n    --line: #343c46;\n    --link: #85b8ff;\n  }\n}\n\n* {\n  box-sizing: border-box;\n}\n\nhtml {\n  font: 15px / 1.45 var(--sans);\n  color: var(--ink);\n  background: var(--paper);\n  -webkit-text-size-adjust: 100%;\n  text-size-adjust: 100%;\n}\n\nbody {\n  margin: 0 auto;\n  padding: 1.5rem clamp(0.75rem, 2.5vw, 2.5rem) 3rem;\n  overflow-wrap: anywhere;\n}\n\na {\n  color: var(--link);\n  text-underline-offset: 0.15em;\n}\n\n:focus-visible {\n  outline: 3px solid var(--link);\n  outline-offset: 2px;\n}\n\nh1,\nh2,\nh3,\np,\nul,\ndl,\ndd,\nfigure,\ntable {\n  margin: 0;\n}\n\nh1 {\n  font-size: 1.65rem;\n  line-height: 1.2;\n  font-weight: 650;\n  letter-spacing: -0.01em;\n}\n\nh2 {\n  font-size: 1.2rem;\n  margin: 2.25rem 0 0.75rem;\n  font-weight: 650;\n}\n\nh3 {\n  font-size: 1rem;\n  font-weight: 650;\n}\n\ncode {\n  font: 0.88em / 1.4 var(--mono);\n}\n\n/* Untrusted text never changes the direction of the text beside it. */\ncode,\na,\nbdi,\nsmall,\nh1,\nh3 {\n  unicode-bidi: isolate;\n}\n";

// src/render/html/document-head.ts
function documentHead({ title, style: own, script }) {
	const style$1 = `${style}${own}`;
	return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style$1, script)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style$1}</style>
<script>${script}<\/script>
</head>
<body>
`;
}
function contentPolicy(style, script) {
	const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
	return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
}

// src/render/html/text.ts
const SPECIAL = /[&<>"']/;
const ENTITIES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;",
	"'": "&#39;"
};
const SHORT = 12;
const SHORT_PATH = 24;
const LONGEST = 300;
function escaped(untrusted) {
	const text = visible(untrusted);
	return SPECIAL.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : text;
}
function name(untrusted, most = LONGEST) {
	return escaped(shorten(untrusted, most, "middle"));
}
function breakable(html) {
	return html.length <= SHORT ? html : html.replace(/[/:.@](?=[a-z0-9])/gi, "$&<wbr>");
}
function pathCode(path, most) {
	const html = escaped(pathEnd(path, most));
	return `<code>${html.length <= SHORT_PATH ? html : html.replace(/\/(?=[^/])/g, "/<wbr>")}</code>`;
}
function prose(untrusted, most = LONGEST) {
	return escaped(shorten(oneLine(untrusted, most), most));
}
function sentence(untrusted, most = LONGEST) {
	return prose(untrusted, most).replace(/`([^`]+)`/g, "<code>$1</code>");
}
function code(untrusted, most = LONGEST) {
	return `<code>${untrusted === "" ? "&quot;&quot;" : name(untrusted, most)}</code>`;
}
function link(label, url) {
	return `<a href="${escaped(url)}" rel="noreferrer noopener">${label}</a>`;
}
function isLinkable(url) {
	return /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./%~-]*$/i.test(url);
}
function oneLine(text, most) {
	return text.slice(0, most * 4).replace(/\s+/g, " ").trim();
}

// src/render/documents/full-report.ts
const FRAME = {
	limit: Number.POSITIVE_INFINITY,
	measure: utf16Units,
	open: Number.POSITIVE_INFINITY,
	mostWithin: Number.POSITIVE_INFINITY,
	mostFailing: Number.POSITIVE_INFINITY,
	mostTargets: Number.POSITIVE_INFINITY,
	elsewhere: "",
	unabridged: true
};
const PIECE = 500;
function* renderWholeMarkdown(view) {
	let between = "";
	for (const block of flat(documentBlocks(view, FRAME))) {
		let isEmpty = true;
		for (const text of typeof block === "string" ? [block] : allRows(block)) {
			if (text === "") continue;
			yield isEmpty ? `${between}${text}` : text;
			isEmpty = false;
		}
		if (!isEmpty) between = "\n\n";
	}
	yield "\n";
}
function* flat(blocks) {
	for (const block of blocks) if (typeof block === "string" || "layout" in block) yield block;
	else {
		yield block.open;
		yield* flat(block.blocks);
		yield block.close;
	}
}
function* allRows(block) {
	if (block.around === void 0 || block.count === 0) {
		const indexes = Array.from({ length: block.count }, (_, index) => index);
		return yield block.layout(indexes.map((index) => block.row(index)), indexes);
	}
	const { before, after } = block.around();
	yield before;
	for (let from = 0; from < block.count; from += PIECE) {
		let rows = "";
		const end = Math.min(from + PIECE, block.count);
		for (let index = from; index < end; index += 1) rows += `${index === 0 ? "" : "\n"}${block.row(index)}`;
		yield rows;
	}
	yield after;
}

export { CATEGORY_PREFIX, ORIGINS, STATUS_WORDS, acceptedWords, advisory, advisoryUrl, agreementsSection, alert, annotationsOf, attentionWords, baselineWords, branchWords, breakable, briefInstruction, briefLayer, changeWords, changesSection, clearsWords, code, code$1, colonFor, columns, details, documentHead, endOfLifeWords, escaped, exceptionsSection, fence, fitBlocks, fittedInDialect, fixedIn, fixedWords, foldedTarget, forceWords, gapNotes, headingReason, inDialect, inPieces, isLinkable, jsonLines, licenseWords, link, link$1, listRows, listWord, markdownInk, name, notKnownWords, nothingSeenWords, packageName, padColumns, pathCode, placed, policyLine, policyWords, progressLine, proofWords, prose, reasonText, renderAnswer, renderDocument, renderLog, renderReport, renderWholeMarkdown, rowMarks, runNoteLines, runNotesSection, runProvenance, savedAs, scannersOf, sentence, severityCell, shortInstruction, shortenToColumns, smallPrint, sparingRule, statusOf, stepWords, suppressedLine, systemWords, table, tableCell, tableHead, tableRow, terseStep, text, titleWords, toGlfm, uncomparedWords, uniqueTexts, unjudgedWords, unmatchedLines, unseenOf$1 as unseenOf, unseenWords, upgradeText, utf16Units, utf8Bytes, uuidOf, verdictWords, version, whereCell, wholeReportNote, wholeReportWords, whyAccepted, whyExempted, wrapped };
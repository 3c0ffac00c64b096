import { C as severityRank, D as breaks, O as failing, S as perSeverity, b as DEFAULT_THRESHOLDS, g as planUpgrades, x as SEVERITIES } from "./shared.js";
import { a as alert, c as fence, f as tableHead, h as version, i as whereCell, l as link, m as text, o as code, p as tableRow, s as details, u as packageName, v as plain, y as shorten } from "./where.js";

// src/render/change.ts
const MARKS = {
	new: "**new**",
	"newly-disclosed": "newly disclosed"
};
function withChange(change, cell) {
	const mark = change === void 0 ? void 0 : MARKS[change];
	return mark === void 0 ? cell : `${cell}<br>${mark}`;
}
const RANK = {
	new: 0,
	"newly-disclosed": 1,
	unchanged: 2
};
function newFirst(findings) {
	if (!findings.some(({ change }) => change === "new" || change === "newly-disclosed")) return findings;
	return [...findings].sort((a, b) => rankOf(a) - rankOf(b));
}
function rankOf({ finding, exploitation, change }) {
	const attacked = exploitation?.kev === void 0 ? 1 : 0;
	return (severityRank(finding.severity) * 2 + attacked) * 3 + (change === void 0 ? RANK.unchanged : RANK[change]);
}

// src/render/split.ts
const KNOWN = /* @__PURE__ */ new WeakMap();
function split(target) {
	const known = KNOWN.get(target);
	if (known !== void 0) return known;
	const findings = newFirst(target.findings);
	const fails = failing({
		...target,
		findings
	});
	const isFailing = breaks(target);
	const made = {
		failing: fails,
		within: findings.filter((f) => f.outcome === "open" && !isFailing(f)),
		notCounted: findings.filter((f) => f.outcome === "not-counted"),
		accepted: findings.filter((f) => f.outcome === "accepted"),
		plan: planUpgrades(fails.map((judged) => judged.finding), target.scan.packages)
	};
	KNOWN.set(target, made);
	return made;
}

// src/render/words.ts
function number(value) {
	return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
function counted(value, singular, plural = `${singular}s`) {
	return `${number(value)} ${value === 1 ? singular : plural}`;
}
function severityList(counts) {
	return SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => `${number(counts[severity])} ${severity}`).join(", ");
}
function countSeverities(severityAt, first, end) {
	const counts = perSeverity(() => 0);
	for (let index = first; index < end; index += 1) counts[severityAt(index)] += 1;
	return counts;
}
function whenItEnds(daysLeft) {
	if (daysLeft === 0) return "ends today";
	if (daysLeft === 1) return "ends tomorrow";
	if (daysLeft > 1) return `ends in ${number(daysLeft)} days`;
	return daysLeft === -1 ? "ended yesterday" : `ended ${number(-daysLeft)} days ago`;
}
function age(time, now) {
	const minutes = Math.round((now.getTime() - Date.parse(time)) / 6e4);
	if (Number.isNaN(minutes)) return void 0;
	if (minutes < 60) return `${Math.max(0, minutes)} min`;
	if (minutes < 2880) return `${Math.round(minutes / 60)} h`;
	return `${number(Math.round(minutes / 1440))} days`;
}
const STATUS = {
	affected: "no fix yet",
	will_not_fix: "vendor will not fix it",
	fix_deferred: "vendor deferred the fix",
	end_of_life: "end of life: no fix will come",
	under_investigation: "vendor is looking into it",
	not_affected: "vendor says not affected",
	unknown: "no fix known",
	fixed: "fixed"
};
function statusWords(status) {
	return Object.hasOwn(STATUS, status) ? STATUS[status] : status;
}

// src/render/upgrade-words.ts
const NAME = 120;
const VERSION = 60;
const STEPS = 20;
const NO_FIX = 10;
function upgradeText({ package: name, from, to, alternatives, clears }) {
	return `${name} ${from} → ${to ?? `${alternatives.join(" or ")} (unknown order)`} clears ${number(clears)}`;
}
function planLines(upgrades, noFix) {
	if (upgrades.length + noFix.length === 0) return [];
	const more = upgrades.length - STEPS;
	const others = noFix.length - NO_FIX;
	return [
		"  What to do:",
		...upgrades.slice(0, STEPS).map((upgrade) => `    ${plain(upgradeText(shortened(upgrade)))}${howText(upgrade)}`),
		...more > 0 ? [`    … and ${counted(more, "more upgrade")}; the report has all.`] : [],
		...noFix.slice(0, NO_FIX).map((one) => `    ${noFixText(one)}`),
		...others > 0 ? [`    … and ${counted(others, "other package")} without a fix`] : []
	];
}
function shortened(upgrade) {
	return {
		...upgrade,
		package: shorten(upgrade.package, NAME, "middle"),
		from: shorten(upgrade.from, VERSION, "middle"),
		to: upgrade.to && shorten(upgrade.to, VERSION, "middle"),
		alternatives: upgrade.alternatives.slice(0, 3).map((version) => shorten(version, VERSION, "middle"))
	};
}
function howText({ owner, chains, layer, paths }) {
	const [chain] = chains;
	const source = layer?.source;
	const parts = [
		owner === void 0 ? "" : `bundled by ${owner.name} ${owner.version ?? ""}`.trimEnd(),
		chain === void 0 ? "" : `through ${chain.packages.slice(0, -1).map(({ name }) => name).join(" → ")}`,
		source === void 0 ? "" : `${source.file}:${source.line}`,
		source === void 0 && layer === void 0 && paths.length === 1 ? paths[0] : ""
	].filter((part) => part !== "");
	return parts.length === 0 ? "" : ` (${parts.map((part) => shorten(plain(part), 200, "middle")).join("; ")})`;
}
function noFixText({ package: name, version, status, count }) {
	const about = `${shorten(name, NAME, "middle")} ${shorten(version, VERSION, "middle")}`;
	return `${plain(about)}: ${plain(shorten(statusWords(status), VERSION))} (${number(count)})`;
}

// src/render/dockerfile.ts
const MOST_FROMS = 5;
const MOST_IDS = 10;
const MOST_UPGRADES = 5;
const LONGEST$2 = 4e3;
function movingSection({ dockerfile }) {
	if (dockerfile === void 0 || dockerfile.moving.length === 0) return "";
	const { file, moving } = dockerfile;
	const lines = moving.slice(0, MOST_FROMS).map(({ line, image, why }) => {
		return `- ${code(`${file}:${line}`, 100)} ${code(`FROM ${image}`, 120)}: ${WHY[why]}`;
	});
	const left = moving.length - lines.length;
	return alert("NOTE", [
		`**${moving.length === 1 ? "A base image moves" : `${counted(moving.length, "base image")} move`}:** the next build may start from another image than this one. Name a version, or pin the digest.`,
		"",
		...lines,
		...left > 0 ? [`- and ${counted(left, "more FROM")}`] : []
	].join("\n"));
}
const WHY = {
	"no-tag": "without a tag it means `latest`",
	"moving-tag": "the tag names no version"
};
function movingAnnotations({ dockerfile }) {
	return (dockerfile?.moving ?? []).map(({ line, image, why }) => {
		return {
			level: "notice",
			message: `FROM ${plain(shorten(image, 200))} moves (${plain(WHY[why])}): the next build may start from another image. Name a version, or pin the digest.`,
			file: dockerfile?.file,
			line
		};
	});
}
function dockerfileAnnotations({ verdict, mode, dockerfile }) {
	if (dockerfile === void 0) return [];
	return verdict.targets.flatMap((target) => target.answer === "error" ? [] : annotationsOf(target, mode === "warn" ? "warning" : "error")).sort((a, b) => a.rank - b.rank).map(({ rank: _, ...annotation }) => annotation);
}
function annotationsOf(target, level) {
	const { failing, plan } = split(target);
	const lines = Map.groupBy(failing, ({ finding }) => finding.layer?.source);
	const byLine = /* @__PURE__ */ new Map();
	for (const [source, found] of lines) {
		if (source === void 0) continue;
		const same = byLine.get(source.line);
		if (same === void 0) byLine.set(source.line, {
			file: source.file,
			found: [...found]
		});
		else for (const each of found) same.found.push(each);
	}
	return [...byLine].map(([line, { file, found }]) => {
		const steps = plan.upgrades.filter(({ layer }) => layer?.source?.line === line);
		const rank = found.reduce((least, { finding }) => Math.min(least, severityRank(finding.severity)), 1e400);
		return {
			level,
			message: messageOf(target, found, steps.map(upgradeText)),
			file,
			line,
			rank
		};
	});
}
function messageOf(target, found, steps) {
	const counts = perSeverity(() => 0);
	for (const { finding } of found) counts[finding.severity] += 1;
	const ids = [...new Set(found.map(({ finding }) => finding.id))];
	const upgrades = listed(steps, MOST_UPGRADES, "; ");
	const message = `${severityList(counts)} that fail in ${plain(shorten(target.target.label, 200))} come from here: ${listed(ids, MOST_IDS, ", ")}.${upgrades === "" ? "" : ` To do: ${upgrades}.`}`;
	return shorten(message, LONGEST$2);
}
function listed(texts, most, separator) {
	const shown = texts.slice(0, most).map((text) => plain(shorten(text, 200, "middle")));
	const left = texts.length - shown.length;
	return `${shown.join(separator)}${left > 0 ? ` and ${left} more` : ""}`;
}

// src/render/advisory.ts
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

// src/render/marks.ts
const LEAST_SCORE = .01;
function exploitMark(judged) {
	return exploitWords(judged).map((words, index) => `<br>${index === 0 && judged.exploitation?.kev !== void 0 ? "🔥 " : ""}${words}`).join("");
}
function exploitWords({ exploitation }) {
	const { kev, epss } = exploitation ?? {};
	return [...kev === void 0 ? [] : [`exploited${kev.dueDate === void 0 ? "" : `, due ${text(kev.dueDate, 10)}`}${kev.ransomware ? ", ransomware" : ""}`], ...epss !== void 0 && epss >= LEAST_SCORE ? [`EPSS ${Math.floor(epss * 100 + 1e-9)} %`] : []];
}
function graceMark({ countsFrom }) {
	return countsFrom === void 0 ? "" : `<br>counts from ${text(countsFrom, 20)}`;
}

// src/render/origin.ts
const WORDS$2 = {
	base: "base image",
	own: "ours"
};
function withOrigin(origin, cell) {
	if (origin === void 0) return cell;
	return cell === "–" ? WORDS$2[origin] : `${WORDS$2[origin]}<br>${cell}`;
}

// src/render/findings.ts
const COLUMNS = [
	"severity",
	"advisory",
	"package",
	"fixed in",
	"where"
];
const DOT = {
	CRITICAL: "🔴",
	HIGH: "🟠",
	MEDIUM: "🟡",
	LOW: "⚪",
	UNKNOWN: "❔"
};
function severityCell(severity) {
	return `${DOT[severity]}&nbsp;${severity}`;
}
function advisory(id, url) {
	const page = advisoryUrl(id, url);
	return page !== void 0 && /^[A-Za-z0-9:-]+$/.test(id) ? link(shorten(id, 60, "middle"), page) : code(id, 60);
}
function packageCell(finding) {
	const found = finding.package;
	if (found === void 0) return finding.title === "" ? "–" : text(finding.title, 100);
	return `${packageName(found.name)} ${version(found.version)}`.trim();
}
function fixedCell(finding) {
	if (finding.kind !== "vulnerability") return "–";
	const [...fixed] = finding.fixedVersions.slice(0, 3).map(version);
	if (fixed.length === 0) return text(statusWords(finding.status), 60);
	return fixed.join(", ") + (finding.fixedVersions.length > 3 ? ", …" : "");
}
function findingRow(judged) {
	const { finding, ended } = judged;
	const note = ended === void 0 || judged.outcome !== "open" ? "" : `<br>exception ended ${text(ended.expires, 20)}`;
	return tableRow([
		severityCell(finding.severity) + note + graceMark(judged),
		withChange(judged.change, advisory(finding.id, finding.url)) + exploitMark(judged),
		packageCell(finding),
		fixedCell(finding),
		withOrigin(judged.origin, whereCell(finding))
	]);
}
function findingsSection(section) {
	const { findings, open, heading } = section;
	const severityAt = (index) => findings[index].finding.severity;
	return {
		count: findings.length,
		row: (index) => findingRow(findings[index]),
		rank: (index) => section.rank + severityRank(severityAt(index)),
		most: section.most,
		share: section.share,
		layout: (shown, indexes) => {
			if (findings.length === 0) return "";
			const left = findings.length - shown.length;
			const without = (count) => {
				const all = countSeverities(severityAt, 0, findings.length);
				const seen = countSeverities((place) => severityAt(indexes[place]), 0, count);
				return perSeverity((severity) => all[severity] - seen[severity]);
			};
			const rest = left === 0 ? "" : leftOut(without(shown.length), left, section);
			const visibleRows = shown.slice(0, open);
			const foldedRows = shown.slice(open);
			const folded = [rows(foldedRows), rest].filter((part) => part !== "").join("\n\n");
			return [
				heading ?? "",
				rows(visibleRows),
				foldedRows.length > 0 || heading === void 0 ? details(section.folded(without(visibleRows.length)), folded) : rest
			].filter((part) => part !== "").join("\n\n");
		}
	};
}
function rows(shown) {
	return shown.length === 0 ? "" : [tableHead(COLUMNS), ...shown].join("\n");
}
function leftOut(counts, left, section) {
	return `_${counted(left, "row")} left out here (${severityList(counts)}); ${section.elsewhere}._`;
}

// src/render/exceptions.ts
const ORDER$1 = [
	"ended",
	"fixed",
	"ending",
	"overlapped",
	"unused"
];
function needingAttention(verdict) {
	return verdict.exceptions.flatMap((use) => {
		const why = attention(use);
		return why === void 0 ? [] : [{
			why,
			use
		}];
	}).sort((a, b) => ORDER$1.indexOf(a.why) - ORDER$1.indexOf(b.why) || a.use.exception.line - b.use.exception.line);
}
function attention(use) {
	if (use.state === "ended" || use.state === "fixed" || use.state === "ending" || use.state === "unused") return use.state;
	return use.overlappedBy === void 0 ? void 0 : "overlapped";
}
function attentionWords({ why, use }) {
	const { exception, matches, daysLeft, overlappedBy } = use;
	const day = `${whenItEnds(daysLeft)} (${exception.expires})`;
	const also = overlappedBy === void 0 ? "" : `; line ${overlappedBy.line} covers the same until ${overlappedBy.expires}`;
	if (why === "ended") {
		if (overlappedBy !== void 0) return `${day}${also}: delete it`;
		return matches === 0 ? `${day} and matches nothing: delete it` : `${day}: ${counted(matches, "finding")} ${matches === 1 ? "counts" : "count"} again`;
	}
	if (why === "fixed") return "is over, as a fix exists (only-while-unfixed): upgrade, then delete it";
	if (why === "ending") return `${day}, covers ${counted(matches, "finding")}${also}`;
	if (why === "unused") return "matches nothing: delete it";
	return `is covered until ${overlappedBy?.expires ?? ""} by line ${overlappedBy?.line ?? 0} as well: keep one of the two`;
}
const SIGN = {
	ended: "⛔",
	fixed: "🔧",
	ending: "⏳",
	overlapped: "🔁",
	unused: "🧹"
};
function exceptionsSection(view, rank) {
	const items = needingAttention(view.verdict);
	const file = view.policy.path === void 0 ? "" : ` (${code(view.policy.path)})`;
	return {
		count: items.length,
		row: (index) => attentionRow(items[index]),
		rank: () => rank,
		most: 50,
		share: .12,
		layout: (shown) => {
			if (items.length === 0) return "";
			const left = items.length - shown.length;
			const rest = left === 0 ? "" : `\n- _${counted(left, "more exception")} left out here._`;
			return `### Exceptions that need attention${file}\n\n${shown.join("\n")}${rest}`;
		}
	};
}
function attentionRow(item) {
	const { exception } = item.use;
	const scope = exception.package === void 0 ? "" : ` on ${packageName(exception.package)}`;
	const owner = exception.owner === void 0 ? "" : ` · ${code(exception.owner, 60)}`;
	return `- ${SIGN[item.why]} line ${exception.line}: ${advisory(exception.id)}${scope} ${text(attentionWords(item))}${owner}`;
}

// src/render/run-notes.ts
const MOST$1 = 10;
const LONGEST$1 = 1e3;
function runNotesSection({ notes = [] }) {
	if (notes.length === 0) return "";
	return alert("WARNING", shown(notes).map((note) => text(note, LONGEST$1)).join("\n\n"));
}
function runNoteLines({ notes = [] }) {
	return notes.length === 0 ? [] : [...shown(notes).map((note) => shorten(plain(note), LONGEST$1)), ""];
}
function runNoteAnnotations({ notes = [] }) {
	return shown(notes).map((note) => ({
		level: "warning",
		message: shorten(plain(note), LONGEST$1)
	}));
}
function shown(notes) {
	const left = notes.length - MOST$1;
	return left <= 0 ? [...notes] : [...notes.slice(0, MOST$1), `And ${left} more notes.`];
}

// src/render/baseline-words.ts
function baselineWords(source, now, show) {
	const { commit, madeAt } = source;
	const old = madeAt === void 0 ? void 0 : age(madeAt, now);
	const details = [commit === void 0 ? "" : `commit ${show(commit.slice(0, 12))}`, old === void 0 ? "" : `${old} old`].filter((part) => part !== "");
	return `${nameOf(source, show)}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}
function nameOf({ kind, branch, given, image }, show) {
	if (kind === "run") return `the report of ${show(branch ?? "the default branch")}`;
	const name = show(given ?? image ?? "");
	switch (kind) {
		case "report": return `the report ${name}`;
		case "trivy-report": return `the Trivy report ${name}`;
		case "sbom": return `the SBOM ${name}`;
		case "image": return name;
	}
}

// src/render/not-counted.ts
const WORDS$1 = {
	unfixed: "without a fix",
	grace: "in their grace period",
	"not-introduced": "not brought in by this change"
};
const ORDER = [
	"not-introduced",
	"grace",
	"unfixed"
];
function sparedGroups(notCounted) {
	return ORDER.map((spared) => ({
		words: WORDS$1[spared],
		findings: notCounted.filter((judged) => (judged.spared ?? "unfixed") === spared)
	})).filter(({ findings }) => findings.length > 0);
}

// src/render/snippet.ts
const MOST = 10;
const LONGEST = 1e3;
const OLD_IMAGE = 10;
function snippetSection(targets) {
	const several = targets.length > 1;
	const scopes = targets.flatMap((target) => {
		const image = several && target.target.kind === "image" ? withoutTag(target.target.input) : void 0;
		return split(target).failing.slice(0, 500).map((judged) => yamlScope(judged.finding, image));
	});
	const proposed = scopes.filter((scope) => scope.length <= LONGEST);
	const entries = [...new Set(proposed)].slice(0, MOST);
	if (entries.length === 0) return "";
	const yaml = entries.map((scope) => `${scope}\n${TO_FILL_IN}`);
	const total = targets.reduce((sum, target) => sum + split(target).failing.length, 0);
	const first = proposed.length === scopes.length ? "the first " : "";
	const which = total > entries.length ? ` (${first}${entries.length} of ${counted(total, "failing finding")})` : "";
	return details(`Accept for a time instead: exceptions to paste into the policy${which}`, fence(["exceptions:", ...yaml].join("\n"), "yaml"));
}
const TO_FILL_IN = [
	"    reason: \"\"    # required: why is this acceptable?",
	"    owner: \"\"     # who answers for it",
	"    expires: \"\"   # required: last day on which it holds, YYYY-MM-DD"
].join("\n");
function yamlScope(finding, image) {
	const lines = [`  - id: ${yamlText(finding.id)}`];
	if (finding.package !== void 0) lines.push(`    package: ${yamlText(finding.package.name)}`);
	if (isLiteral(finding.path)) lines.push(`    paths: [${yamlText(finding.path)}]`);
	if (isLiteral(image)) lines.push(`    images: [${yamlText(image)}]`);
	return lines.join("\n");
}
function withoutTag(reference) {
	return reference.replace(/@sha256:[0-9a-f]+$/, "").replace(/:\w[\w.-]*$/, "");
}
function isLiteral(glob) {
	return glob !== void 0 && glob !== "" && !/[*?]/.test(glob);
}
function yamlText(untrusted) {
	if (/^(?:CVE|GHSA|RUSTSEC|GO|PYSEC|DSA|DLA|DS|AVD)-[A-Za-z0-9-]+$/.test(untrusted)) return untrusted;
	return JSON.stringify(untrusted).replace(/[^\x20-\x7e]|<|`/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function oldImageSection(verdict, judged) {
	const limits = startingLimits(verdict, judged);
	if (limits.length === 0) return "";
	const lines = limits.map(({ severity, open }) => `  ${severity.toLowerCase()}: ${open}   # aim: ${aim(severity)}`);
	return details("An old image? How to start", ["Either set `mode: warn` in the workflow: all of this is reported and stops nobody. Or take today's counts as limits, so that nothing is added, and lower them as you upgrade:", fence([
		"version: 1",
		"thresholds:",
		...lines
	].join("\n"), "yaml")].join("\n\n"));
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
function aim(severity) {
	const limit = DEFAULT_THRESHOLDS[severity];
	return limit === "unlimited" ? "lower" : String(limit);
}

// src/render/uncompared.ts
const WORDS = "there is nothing to compare with, so that everything counts";
function uncomparedNotice({ uncompared }) {
	return uncompared === true ? alert("NOTE", `The policy has \`count: introduced\`, and ${WORDS}.`) : "";
}
function uncomparedLines({ uncompared }) {
	return uncompared === true ? [`  count: introduced, and ${WORDS}.`] : [];
}

export { age as C, severityList as D, number as E, statusWords as O, upgradeText as S, counted as T, exploitWords as _, startingLimits as a, movingSection as b, runNoteAnnotations as c, attentionWords as d, exceptionsSection as f, severityCell as g, findingsSection as h, snippetSection as i, split as k, runNoteLines as l, advisory as m, uncomparedNotice as n, sparedGroups as o, needingAttention as p, oldImageSection as r, baselineWords as s, uncomparedLines as t, runNotesSection as u, dockerfileAnnotations as v, countSeverities as w, planLines as x, movingAnnotations as y };
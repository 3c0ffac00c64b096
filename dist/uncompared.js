import { C as countSeverities, D as statusWords, E as severityList, H as severityRank, K as breaks, L as shorten, O as whenItEnds, V as perSeverity, k as planUpgrades, q as failing, w as counted } from "./shared.js";
import { _ as text, d as link, f as packageName, g as tableRow, h as tableHead, i as whereCell, o as code, s as details, v as version } from "./where.js";
import { t as advisoryUrl } from "./advisory.js";

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
const WORDS$1 = {
	base: "base image",
	own: "ours"
};
function withOrigin(origin, cell) {
	if (origin === void 0) return cell;
	return cell === "–" ? WORDS$1[origin] : `${WORDS$1[origin]}<br>${cell}`;
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
function packageCell(finding, unabridged) {
	const found = finding.package;
	if (found === void 0) return finding.title === "" ? "–" : text(finding.title, unabridged ? 600 : 100);
	return `${packageName(found.name)} ${version(found.version)}`.trim();
}
function fixedCell({ kind, fixedVersions, status }, unabridged) {
	if (kind !== "vulnerability") return "–";
	const fixed = fixedVersions.slice(0, unabridged ? fixedVersions.length : 3).map(version);
	if (fixed.length === 0) return text(statusWords(status), 60);
	return fixed.join(", ") + (fixedVersions.length > fixed.length ? ", …" : "");
}
function findingRow(judged, unabridged) {
	const { finding, ended } = judged;
	const note = ended === void 0 || judged.outcome !== "open" ? "" : `<br>exception ended ${text(ended.expires, 20)}`;
	return tableRow([
		severityCell(finding.severity) + note + graceMark(judged),
		withChange(judged.change, advisory(finding.id, finding.url)) + exploitMark(judged),
		packageCell(finding, unabridged),
		fixedCell(finding, unabridged),
		withOrigin(judged.origin, whereCell(finding, unabridged))
	]);
}
function findingsSection(section) {
	const { findings, open, heading, unabridged = false } = section;
	const severityAt = (index) => findings[index].finding.severity;
	return {
		count: findings.length,
		row: (index) => findingRow(findings[index], unabridged),
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
const ORDER = [
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
	}).sort((a, b) => ORDER.indexOf(a.why) - ORDER.indexOf(b.why) || a.use.exception.line - b.use.exception.line);
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

// src/render/uncompared.ts
const WORDS = "there is nothing to compare with, so that everything counts";
function uncomparedWords({ uncompared }) {
	return uncompared === true ? `The policy has \`count: introduced\`, and ${WORDS}.` : "";
}
function uncomparedNotice(target, alert) {
	const words = uncomparedWords(target);
	return words === "" ? "" : alert("NOTE", words);
}
function uncomparedLines({ uncompared }) {
	return uncompared === true ? [`  count: introduced, and ${WORDS}.`] : [];
}

export { exceptionsSection as a, findingsSection as c, split as d, newFirst as f, attentionWords as i, severityCell as l, uncomparedNotice as n, needingAttention as o, uncomparedWords as r, advisory as s, uncomparedLines as t, exploitWords as u };
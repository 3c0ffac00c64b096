import { B as SEVERITIES, D as statusWords, E as severityList, F as pathEnd, H as severityRank, S as age, T as number, _ as countsLine, w as counted } from "./shared.js";
import { _ as text, a as alert, d as link, f as packageName, g as tableRow, h as tableHead, i as whereCell, l as fold, n as ownerWords, o as code, p as table, s as details, t as layerWords, u as foldedAlert, v as version } from "./where.js";
import { a as exceptionsSection, c as findingsSection, d as split, l as severityCell, s as advisory } from "./uncompared.js";
import { i as baselineWords, n as snippetSection, s as runNotesSection, t as oldImageSection, u as movingSection } from "./snippet.js";
import { a as headingSection, c as exploitBreaks, i as noticesOf, l as openCell, n as errorSection, s as countsTable } from "./notices.js";
import { t as sparedGroups } from "./not-counted.js";

// src/render/accepted-by-vex.ts
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
		`VEX ${status === "fixed" ? "fixed" : "not affected"}${justification === void 0 ? "" : `: ${text(justification.replace(/^[a-z_]+(?=:|$)/, (label) => label.replaceAll("_", " ")), 300)}`} (${code(document, 100)})`,
		author === void 0 ? "–" : code(author, 60),
		"–"
	];
}

// src/render/accepted.ts
function acceptedSection(accepted, rank) {
	const groups = byException(accepted);
	return {
		count: groups.length,
		row: (index) => acceptedRow(groups[index]),
		rank: (index) => rank + severityRank(first(groups[index]).finding.severity),
		most: 200,
		layout: (shown) => {
			if (groups.length === 0) return "";
			const left = groups.length - shown.length;
			return details(`${counted(accepted.length, "accepted finding")} with reason, owner and last day`, [
				shown.length === 0 ? "" : tableHead([
					"severity",
					"advisory",
					"package",
					"reason",
					"owner",
					"last day"
				]),
				...shown,
				left === 0 ? "" : `\n_${counted(left, groups.some(isByVex) ? "row" : "exception")} left out here; the least severe first._`
			].filter((part) => part !== "").join("\n"));
		}
	};
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
		owner === void 0 ? "–" : code(owner, 60),
		text(expires, 20)
	];
}

// src/render/base.ts
const REFERENCE = 100;
const MOST_ROWS = 20;
const MOST_NAMES = 6;
function baseSection(base, alert) {
	if (base === void 0) return [];
	return [
		base.problem === void 0 ? "" : alert("WARNING", text(base.problem, 600)),
		[splitLine(base), base.newer === void 0 ? "" : newerLine(base.newer)].filter((part) => part !== "").join(" "),
		base.note === void 0 ? "" : `_${text(base.note, 600)}_`,
		candidatesTable(base)
	].filter((part) => part !== "");
}
function splitLine({ found, reference, layers, counts }) {
	if (counts === void 0) return "";
	const name = reference === void 0 ? "" : ` ${code(reference, REFERENCE)}`;
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
	return `**Rebuilding on ${code(reference, REFERENCE)}${age} clears ${number(clears)} of ${number(of)}**${more}.`;
}
function candidatesTable({ inUse, candidates }) {
	if (candidates.length === 0) return "";
	const shown = candidates.slice(0, MOST_ROWS);
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
		code(candidate.reference, REFERENCE),
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
		`${code(reference, REFERENCE)}${note}`,
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

// src/render/changes.ts
function changesSection(view, rank) {
	const change = view.policyChange;
	if (change === void 0) return "";
	if ("unreadable" in change) return alert("WARNING", `**Whether this pull request changes the policy is not known:** ${text(change.unreadable, 500)}`);
	const changes = [...change.changes].sort((a, b) => Number(b.loosens) - Number(a.loosens));
	const file = view.policy.path === void 0 ? "" : ` (${code(view.policy.path)})`;
	const force = view.policy.from === "base" ? " It does not apply before the merge: `policy-from` is `base`." : "";
	return {
		count: changes.length,
		row: (index) => changeRow$1(changes[index]),
		rank: () => rank,
		most: 50,
		share: .12,
		layout: (shown) => {
			if (changes.length === 0) return "";
			const title = changes.filter((one) => one.loosens).length === 0 ? `### This pull request changes the policy${file}` : `### ⚠️ This pull request loosens the policy${file}`;
			const left = changes.length - shown.length;
			const rest = left === 0 ? "" : `\n- _${counted(left, "more change")} left out here._`;
			return `${title}\n\n${force === "" ? "" : `${force.trim()}\n\n`}${shown.join("\n")}${rest}`;
		}
	};
}
function changeRow$1(change) {
	const line = change.line > 0 ? ` (line ${change.line})` : "";
	return `- ${change.loosens ? "🔓 **loosens:** " : ""}${change.what} ${change.subject} ${code(change.about, 120)}${valueWords(change)}${line}`;
}
function valueWords({ from, to }) {
	if (from !== void 0 && to !== void 0) return `: ${code(from)} → ${code(to)}`;
	if (to !== void 0) return `: ${code(to)}`;
	return from === void 0 ? "" : `: was ${code(from)}`;
}

// src/render/comparison.ts
function comparisonSection(target, view) {
	const comparison = view.comparisons?.get(target.target);
	if (comparison === void 0) return "";
	if ("none" in comparison) return comparison.quiet ? "" : `Not compared with a baseline: ${text(comparison.none, 300)}.`;
	const { source } = comparison.baseline;
	const notes = (source.notes ?? []).slice(0, 3).map((note) => text(note, 300));
	const words = baselineWords(source, view.now, (untrusted) => code(untrusted, 100));
	const run = source.url === void 0 ? "" : runLink(source.url);
	return [`**${countsLine(comparison.counts)}**, compared with ${words}${run}.`, ...notes].join(" ");
}
function runLink(url) {
	const linked = link("run", url);
	return linked === "run" ? "" : `, ${linked}`;
}
function fixedSection(target, view, rank) {
	const fixed = fixedIn(view.comparisons?.get(target.target));
	return {
		count: fixed.length,
		row: (index) => fixedRow(fixed[index]),
		rank: (index) => rank + severityRank(fixed[index].severity),
		most: 100,
		layout: (shown) => {
			if (fixed.length === 0) return "";
			const left = fixed.length - shown.length;
			const rest = left === 0 ? "" : `_${counted(left, "row")} left out here; the JSON report has all._`;
			const table = shown.length === 0 ? "" : [tableHead([
				"severity",
				"advisory",
				"package",
				"where"
			]), ...shown].join("\n");
			return details(`${number(fixed.length)} fixed: the package or its version went`, [table, rest].filter((part) => part !== "").join("\n\n"));
		}
	};
}
const SORTED = /* @__PURE__ */ new WeakMap();
function fixedIn(comparison) {
	if (comparison === void 0 || "none" in comparison) return [];
	const known = SORTED.get(comparison);
	if (known !== void 0) return known;
	const sorted = [...comparison.fixed].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
	SORTED.set(comparison, sorted);
	return sorted;
}
function fixedRow(finding) {
	const about = finding.package;
	return tableRow([
		severityCell(finding.severity),
		advisory(finding.id, finding.url),
		about === void 0 ? text(finding.title, 100) || "–" : `${packageName(about.name)} ${version(about.version)}`.trim(),
		whereCell({
			...finding,
			layer: void 0
		})
	]);
}

// src/render/fit.ts
const utf16Units = (text) => text.length;
const utf8Bytes = (text) => Buffer.byteLength(text);
const BETWEEN = "\n\n";
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
			isWhole: fillings.every(isShown)
		};
		if (fillings.every((part) => typeof part === "string" || part.shown.length === 0)) break;
		excess += over;
	}
	return {
		text: dropSections(fillings, closings, limit, measure),
		isWhole: false
	};
}
function isShown(part) {
	return typeof part === "string" || part.shown.length === part.block.count;
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
	return parts.map((part) => typeof part === "string" ? part : part.block.layout(part.shown, part.indexes)).filter((text) => text !== "").join(BETWEEN);
}
const TOO_LONG = "_Some sections are left out here: there was no room for them._";
function dropSections(parts, closings, limit, measure) {
	const kept = parts.map((part) => typeof part === "string" ? part : part.block.layout([], []));
	const closes = new Set(closings.values());
	const text = (...end) => [...kept.filter((part) => part !== ""), ...end].join(BETWEEN);
	for (let last = kept.length - 1; last >= 2; last -= 1) {
		if (closes.has(last)) continue;
		for (const at of [last, closings.get(last) ?? last]) kept[at] = "";
		const shorter = text(TOO_LONG);
		if (measure(shorter) <= limit) return shorter;
	}
	return text();
}

// src/render/package-changes.ts
const COLUMNS$1 = [
	"package",
	"before",
	"now",
	"findings"
];
const PATH$1 = 48;
const MOST = 300;
const ORDER = [
	"gained",
	"lost",
	"upgraded",
	"downgraded",
	"changed"
];
function packageChangesSection({ changes, counts }, rank) {
	return {
		count: changes.length,
		row: (index) => changeRow(changes[index]),
		rank: () => rank,
		most: MOST,
		share: .2,
		layout: (shown) => {
			if (changes.length === 0) return "";
			const left = changes.length - shown.length;
			const table = shown.length === 0 ? "" : [tableHead(COLUMNS$1), ...shown].join("\n");
			const rest = left === 0 ? "" : `_${counted(left, "more change")} left out here._`;
			const kinds = ORDER.filter((kind) => counts[kind] > 0).map((kind) => `${number(counts[kind])} ${kind}`);
			return details(`Package changes: ${kinds.join(", ")}`, [table, rest].filter((part) => part !== "").join("\n\n"));
		}
	};
}
function changeRow({ kind, name, path, from, to, brought, cleared }) {
	const place = path === void 0 ? "" : `<br>${code(pathEnd(path, PATH$1))}`;
	const findings = [findingsWords("brought", brought), findingsWords("cleared", cleared)].filter((part) => part !== "");
	return tableRow([
		`${packageName(name)} ${kind}${place}`,
		from === void 0 ? "–" : version(from) || "–",
		to === void 0 ? "–" : version(to) || "–",
		findings.length === 0 ? "–" : findings.join("<br>")
	]);
}
function findingsWords(what, { ids, bySeverity }) {
	if (ids.length === 0) return "";
	const named = ids.slice(0, 3).map((id) => code(id, 60));
	return `${what} ${severityList(bySeverity)}: ${named.join(", ")}${ids.length > named.length ? ", …" : ""}`;
}

// src/render/provenance.ts
function targetProvenance(target, view) {
	const { artifact, provenance } = target.scan;
	const skipped = provenance.skipped ?? [];
	return [
		digestWords(artifact.digest, "image"),
		digestWords(artifact.imageId, "image id"),
		artifact.platform === void 0 ? "" : code(artifact.platform, 40),
		artifact.os === void 0 ? "" : code(`${artifact.os.family} ${artifact.os.name}`.trim(), 60),
		provenance.source === void 0 ? "" : `from ${text(provenance.source, 80)}`,
		scannerWords(target),
		databaseWords(provenance.databaseUpdatedAt, view),
		skipped.length === 0 ? "" : `skipped ${skipped.slice(0, 5).map((path) => code(path, 60)).join(", ")}${skipped.length > 5 ? ", …" : ""}`
	].filter((part) => part !== "");
}
function digestWords(digest, what) {
	return digest === void 0 ? "" : `${what} ${code(digest.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…"), 40)}`;
}
function scannerWords(target) {
	const { scanner, scannerVersion, scanners } = target.scan.provenance;
	const kinds = (scanners ?? []).filter((kind) => kind !== "vuln").length === 0 ? "" : ` (${(scanners ?? []).map((kind) => text(kind, 20)).join(", ")})`;
	return scanner === "" ? "" : `${text(scanner, 40)}${scannerVersion === void 0 ? "" : ` ${version(scannerVersion)}`}${kinds}`;
}
function databaseWords(updatedAt, view) {
	if (updatedAt === void 0) return "";
	const old = age(updatedAt, view.now);
	return old === void 0 ? "" : `database ${old} old`;
}
function runProvenance(view) {
	const { path, from } = view.policy;
	return [
		path === void 0 ? "no policy file" : `policy ${code(path)}${from === "base" ? " of the base branch" : ""}`,
		view.commit === void 0 ? "" : `commit ${code(view.commit.slice(0, 12), 12)}`,
		link("run", view.runUrl) === "run" ? "" : link("this run", view.runUrl)
	].filter((part) => part !== "");
}
function smallPrint(parts) {
	return parts.length === 0 ? "" : `<sub>${parts.join(" · ")}</sub>`;
}

// src/render/targets.ts
const COLUMNS = [
	"",
	"target",
	"CRITICAL",
	"HIGH",
	"MEDIUM",
	"LOW",
	"UNKNOWN",
	"accepted"
];
const SIGN$1 = {
	pass: "✅&nbsp;pass",
	fail: "❌&nbsp;fail",
	error: "⛔&nbsp;error"
};
function targetsOverview(targets, rank) {
	const order = {
		error: 0,
		fail: 1,
		pass: 2
	};
	const worst = [...targets].sort((a, b) => order[a.answer] - order[b.answer]);
	return {
		count: worst.length,
		row: (index) => overviewRow(worst[index]),
		rank: () => rank,
		share: .3,
		layout: (shown) => {
			const left = worst.length - shown.length;
			return [
				tableHead(COLUMNS, [
					"left",
					"left",
					"right",
					"right",
					"right",
					"right",
					"right",
					"right"
				]),
				...shown,
				left === 0 ? "" : `\n_${counted(left, "more target")} left out here._`
			].filter((part) => part !== "").join("\n");
		}
	};
}
function overviewRow(target) {
	const label = code(target.target.label);
	if (target.answer === "error") return tableRow([
		SIGN$1.error,
		`${label}<br>${code(target.error.code, 60)}`,
		"?",
		"?",
		"?",
		"?",
		"?",
		"?"
	]);
	const accepted = target.rows.reduce((sum, row) => sum + row.accepted, 0);
	return tableRow([
		SIGN$1[target.answer],
		label + exploitBreaks(target),
		...target.rows.map(openCell),
		number(accepted)
	]);
}

// src/render/upgrades.ts
const OPEN = 8;
const NO_FIX = 6;
const PATH = 48;
const LINKS = 4;
function upgradesSection(plan, failing, level, rank) {
	const { upgrades, noFix } = plan;
	const cleared = upgrades.reduce((sum, upgrade) => sum + upgrade.clears, 0);
	const title = upgrades.length === 0 ? `${level} What to do: nothing to upgrade to` : `${level} What to do: ${counted(upgrades.length, "upgrade")} ${upgrades.length === 1 ? "clears" : "clear"} ${number(cleared)} of ${number(failing)}`;
	return {
		count: upgrades.length,
		row: (index) => `${index + 1}. ${step(upgrades[index])}`,
		rank: () => rank,
		most: 100,
		share: .15,
		layout: (shown) => {
			if (upgrades.length + noFix.length === 0) return "";
			const left = upgrades.length - shown.length;
			const rest = left === 0 ? "" : `_${counted(left, "smaller upgrade")} left out here._`;
			const folded = [shown.slice(OPEN).join("\n"), rest].filter((part) => part !== "").join("\n\n");
			return [
				title,
				shown.slice(0, OPEN).join("\n"),
				shown.length > OPEN ? details(counted(upgrades.length - OPEN, "more upgrade"), folded) : rest,
				noFixLine(plan)
			].filter((part) => part !== "").join("\n\n");
		}
	};
}
function step(upgrade) {
	const { owner } = upgrade;
	return `${owner === void 0 ? "" : `Upgrade or replace ${ownerWords(owner)}: it bundles `}${`${packageName(upgrade.package)} ${version(upgrade.from)} → ${targetWords(upgrade)}`} clears ${clearsWords(upgrade)}${placeWords(upgrade)}${chainWords(upgrade)}`;
}
function targetWords({ to, alternatives }) {
	if (to !== void 0) return `**${version(to)}**`;
	return `${alternatives.slice(0, 3).map(version).join(" or ")}${alternatives.length > 3 ? " or …" : ""} (unknown order)`;
}
function clearsWords({ clears, bySeverity }) {
	const list = severityList(bySeverity);
	return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}
function placeWords({ layer, paths }) {
	const file = paths.length === 1 ? code(pathEnd(paths[0], PATH)) : "";
	const places = paths.length > 1 ? `${number(paths.length)} places` : layerWords(layer) || file;
	const line = paths.length > 1 && layer?.source !== void 0 ? `, ${layerWords(layer)}` : "";
	return places === "" ? "" : ` · ${places}${line}`;
}
function chainWords({ chains }) {
	const [chain] = chains;
	if (chain === void 0) return "";
	const links = chain.packages.slice(0, -1);
	const [first] = links;
	if (first === void 0) return "";
	const way = (links.length > LINKS ? [
		...links.slice(0, 3),
		void 0,
		...links.slice(-1)
	] : links).map((link) => link === void 0 ? "…" : packageName(link.name)).join(" → ");
	const touch = chain.direct ? `: raise ${packageName(first.name)} ${version(first.version)}` : "";
	const others = chains.length > 1 ? ` (in ${number(chains.length - 1)} other lock files by others)` : "";
	return ` · brought in by ${way}${touch.trimEnd()}${others}`;
}
function noFixLine({ noFix }) {
	if (noFix.length === 0) return "";
	const more = noFix.length > NO_FIX ? ` and ${counted(noFix.length - NO_FIX, "other package")}` : "";
	return `**No fix:** ${noFix.slice(0, NO_FIX).map(noFixWords).join(", ")}${more}. Remove or replace, or accept for a time.`;
}
function noFixWords({ package: name, version: installed, count, status, owner }) {
	const bundled = owner === void 0 ? "" : ` bundled by ${ownerWords(owner)}`;
	return `${packageName(name)} ${version(installed)}${bundled} (${number(count)}: ${text(statusWords(status), 60)})`;
}

// src/render/document.ts
const RANK = {
	changes: 0,
	overview: 1,
	exceptions: 2,
	upgrades: 3,
	fresh: 5,
	failing: 10,
	accepted: 20,
	fixed: 25,
	within: 30,
	packages: 35,
	notCounted: 40
};
function renderDocument(view, frame) {
	const { targets } = view.verdict;
	const { text, isWhole } = fitBlocks(documentBlocks(view, frame), frame.limit - 1, frame.measure);
	const hasAllTargets = targets.length <= frame.mostTargets || commonError(targets) !== void 0;
	return {
		text: `${text}\n`,
		isWhole: isWhole && hasAllTargets
	};
}
function documentBlocks(view, frame) {
	const { targets } = view.verdict;
	const judged = targets.filter((target) => target.answer !== "error");
	const heading = [[frame.first ?? "", headingSection(view)].filter((part) => part !== "").join("\n"), frame.note ?? ""].filter((part) => part !== "").join("\n\n");
	const several = targets.length > 1;
	return [
		heading,
		changesSection(view, RANK.changes),
		runNotesSection(view),
		several ? targetsOverview(targets, RANK.overview) : void 0,
		...targetSections(view, frame),
		movingSection(view),
		exceptionsSection(view, RANK.exceptions),
		oldImageSection(view.verdict, judged),
		snippetSection(judged),
		smallPrint([...several ? [] : judged.flatMap((target) => targetProvenance(target, view)), ...runProvenance(view)])
	].filter((block) => block !== void 0 && block !== "");
}
function targetSections(view, frame) {
	const { targets } = view.verdict;
	const common = commonError(targets);
	if (common) return errorSections(common, view);
	if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame, {
		level: "###",
		alert
	}));
	const worst = [...targets].sort((a, b) => badness(b) - badness(a));
	const shown = worst.slice(0, frame.mostTargets);
	const left = worst.length - shown.length;
	const open = worst.filter(({ answer }) => answer !== "pass").length <= MOST_OPEN;
	return [...shown.map((target) => foldedTarget(target, view, frame, open)), left === 0 ? void 0 : `_${counted(left, "more target")} in the table above only._`];
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
function badness(target) {
	return target.answer === "error" ? 2 : target.answer === "fail" ? 1 : 0;
}
function sections(target, view, frame, look) {
	return target.answer === "error" ? errorSections(target, view) : judgedSections(target, view, frame, look);
}
function errorSections(target, view) {
	return [errorSection(target, view)];
}
function packageSection({ target }, view) {
	const comparison = view.comparisons?.get(target);
	if (comparison === void 0 || "none" in comparison || comparison.packages === void 0) return void 0;
	return packageChangesSection(comparison.packages, RANK.packages);
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
function judgedSections(target, view, frame, { level, alert }) {
	const { failing, within, notCounted, accepted, plan } = split(target);
	const { open, elsewhere, unabridged } = frame;
	const isNew = ({ change }) => change === "new";
	const fresh = [...failing, ...within].filter(isNew);
	return [
		...noticesOf(target, alert),
		countsTable(target),
		...baseSection(view.bases?.get(target.target), alert),
		comparisonSection(target, view),
		upgradesSection(plan, failing.length, level, RANK.upgrades),
		findingsSection({
			findings: fresh,
			heading: `${level} New with this change`,
			open,
			folded: (counts) => `And ${severityList(counts)} more`,
			elsewhere,
			unabridged,
			rank: RANK.fresh,
			most: frame.mostFailing,
			share: .4
		}),
		findingsSection({
			findings: failing.filter((each) => !isNew(each)),
			heading: `${level} What${fresh.length > 0 ? " else" : ""} fails`,
			open,
			folded: (counts) => `And ${severityList(counts)} more`,
			elsewhere,
			unabridged,
			rank: RANK.failing,
			most: frame.mostFailing,
			share: .6
		}),
		acceptedSection(accepted, RANK.accepted),
		unabridged ? everyAccepted(accepted, frame) : void 0,
		fixedSection(target, view, RANK.fixed),
		packageSection(target, view),
		findingsSection({
			findings: within.filter((each) => !isNew(each)),
			open: 0,
			folded: (counts) => `${severityList(counts)} open within the limits`,
			elsewhere,
			unabridged,
			rank: RANK.within,
			most: frame.mostWithin
		}),
		...sparedGroups(notCounted).map(({ words, findings }) => findingsSection({
			findings,
			open: 0,
			folded: (counts) => `${severityList(counts)} ${words}, not counted`,
			elsewhere,
			unabridged,
			rank: RANK.notCounted,
			most: frame.mostWithin
		}))
	];
}

export { utf8Bytes as i, renderDocument as n, utf16Units as r, documentBlocks as t };
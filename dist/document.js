import { c as severityRank } from "./shared.js";
import { C as link, D as tableRow, E as tableHead, O as text, S as details, T as table, _ as layerWords, b as alert, c as advisory, d as age, g as statusWords, h as severityList, i as split, k as version, l as findingsSection, m as number, n as snippetSection, o as exceptionsSection, p as counted, t as oldImageSection, u as severityCell, v as ownerWords, w as packageName, x as code } from "./snippet.js";

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
				left === 0 ? "" : `\n_${counted(left, "exception")} left out here; the least severe first._`
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
		const exception = judged.exceptions[0];
		if (exception === void 0) continue;
		const group = groups.get(exception) ?? {
			exception,
			findings: []
		};
		group.findings.push(judged);
		groups.set(exception, group);
	}
	return [...groups.values()];
}
function acceptedRow(group) {
	const { exception, findings } = group;
	const names = /* @__PURE__ */ new Set();
	for (const judged of findings) {
		names.add(judged.finding.package?.name ?? judged.finding.path ?? judged.finding.title);
		if (names.size > 3) break;
	}
	const shownNames = [...names].slice(0, 3).map(packageName).join(", ") + (names.size > 3 ? ", …" : "");
	return tableRow([
		severityCell(first(group).finding.severity),
		advisory(exception.id, first(group).finding.url),
		findings.length > 1 ? `${shownNames} (${number(findings.length)})` : shownNames,
		text(exception.reason, 300),
		exception.owner === void 0 ? "–" : code(exception.owner, 60),
		text(exception.expires, 20)
	]);
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
		row: (index) => changeRow(changes[index]),
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
function changeRow(change) {
	const line = change.line > 0 ? ` (line ${change.line})` : "";
	return `- ${change.loosens ? "🔓 **loosens:** " : ""}${change.what} ${change.subject} ${code(change.about, 120)}${valueWords(change)}${line}`;
}
function valueWords({ from, to }) {
	if (from !== void 0 && to !== void 0) return `: ${code(from)} → ${code(to)}`;
	if (to !== void 0) return `: ${code(to)}`;
	return from === void 0 ? "" : `: was ${code(from)}`;
}

// src/render/counts.ts
function countsTable(target) {
	const cells = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0).map((row) => [
		row.broken ? `❌ **${row.severity}**` : row.severity,
		row.broken ? `**${number(row.open)}**` : number(row.open),
		limitWords(row.limit),
		number(row.accepted),
		number(row.notCounted)
	]);
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

// src/render/fit.ts
const utf16Units = (text) => text.length;
const utf8Bytes = (text) => Buffer.byteLength(text);
const BETWEEN = "\n\n";
function fitTo(blocks, limit, measure = utf16Units) {
	const fillings = blocks.map((block) => typeof block === "string" ? block : filling(block, limit));
	let excess = 0;
	for (let attempt = 0; attempt < 12; attempt += 1) {
		fill(fillings, limit - excess, measure);
		const text = join(fillings);
		const over = measure(text) - limit;
		if (over <= 0) return text;
		if (fillings.every((part) => typeof part === "string" || part.shown.length === 0)) break;
		excess += over;
	}
	return dropSections(fillings, limit, measure);
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
function dropSections(parts, limit, measure) {
	const kept = parts.map((part) => typeof part === "string" ? part : part.block.layout([], []));
	for (let last = kept.length - 1; last >= 2; last -= 1) {
		kept[last] = "";
		const text = [...kept.filter((part) => part !== ""), TOO_LONG].join(BETWEEN);
		if (measure(text) <= limit) return text;
	}
	return kept.slice(0, 2).join(BETWEEN);
}

// src/render/heading.ts
const REASON = 1500;
function headingSection(view) {
	return `## ${verdictWords(view)}\n\n**${reasonWords(view)}**${modeWords(view)}`;
}
function verdictWords(view) {
	const name = code(view.name, 100);
	if (view.verdict.answer === "pass") return `✅ ${name} may run`;
	if (view.verdict.answer === "error") return `⛔ ${name} could not be judged`;
	return view.mode === "warn" ? `⚠️ ${name} breaks the policy` : `❌ ${name} must not run`;
}
function reasonWords(view) {
	const { reason, targets } = view.verdict;
	const bare = reason.replace(/^(?:pass|fail|error): /, "");
	const named = ` in ${view.name}`;
	const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
	const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
	return text(at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare, REASON) || "–";
}
function modeWords(view) {
	if (view.mode !== "warn" || view.verdict.answer === "pass") return "";
	return view.verdict.answer === "fail" ? "\n\n`mode: warn`: this is reported, the step does not fail." : "\n\n`mode: warn` does not cover this: the step fails, as nobody knows what is in the image.";
}

// src/render/notices.ts
function noticesOf(target) {
	const { artifact, provenance } = target.scan;
	const notes = (provenance.notes ?? []).slice(0, 5).map((note) => text(note, 300));
	const suppressed = suppressedLine(target);
	return [
		endOfLife(target),
		artifact.packages === 0 && looksForPackages(target) ? nothingSeen(target) : "",
		notes.length === 0 ? "" : alert("WARNING", notes.join("\n\n")),
		suppressed === "" ? "" : alert("NOTE", suppressed)
	].filter((notice) => notice !== "");
}
function endOfLife(target) {
	const os = target.scan.artifact.os;
	if (os?.endOfLife !== true) return "";
	return alert("CAUTION", `**${code(`${os.family} ${os.name}`, 60)} is past its end of life.** It gets no security fixes, and new vulnerabilities in it may not even be listed: few findings mean little. Move to a release that is maintained.`);
}
function looksForPackages(target) {
	const scanners = target.scan.provenance.scanners;
	return scanners === void 0 || scanners.length === 0 || scanners.includes("vuln");
}
function nothingSeen(target) {
	const what = target.target.kind === "image" ? "image" : "target";
	return alert("WARNING", `**${text(target.scan.provenance.scanner, 40) || "The scanner"} recognised no packages in this ${what}.** No findings then means "nothing was looked at" as much as "nothing is wrong".`);
}
function errorSection(target, { verdict }) {
	const { code: id, what, remedy } = target.error;
	const [first = "", ...list] = what.split("\n");
	return [
		verdict.targets.every((each) => each.answer === "error" && each.error.what === what) && verdict.reason.includes(what) ? "" : `${code(`[${id}]`, 80)} ${text(first, 1e3)}${/[.:]$/.test(first) ? "" : "."}`,
		list.map((line) => `- ${text(line, 500)}`).join("\n"),
		`**What to do:** ${text(remedy, 1500)}`
	].filter((part) => part !== "").join("\n\n");
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
		label,
		...target.rows.map(openCell),
		number(accepted)
	]);
}

// src/render/upgrades.ts
const OPEN = 8;
const NO_FIX = 6;
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
	const installed = `${packageName(upgrade.package)} ${version(upgrade.from)}`;
	const clears = `clears ${clearsWords(upgrade)}${placeWords(upgrade)}`;
	return owner === void 0 ? `${installed} → ${targetWords(upgrade)} ${clears}` : `Upgrade or replace ${ownerWords(owner)}: it bundles ${installed} (fixed in ${targetWords(upgrade)}); ${clears}`;
}
function targetWords({ to, alternatives }) {
	if (to !== void 0) return `**${version(to)}**`;
	const named = alternatives.slice(0, 3).map(version).join(", ");
	return `${alternatives.length > 1 ? "one of " : ""}${named}${alternatives.length > 3 ? ", …" : ""}`;
}
function clearsWords({ clears, bySeverity }) {
	const list = severityList(bySeverity);
	return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}
function placeWords({ layer, paths }) {
	const places = paths.length > 1 ? `${number(paths.length)} places` : layerWords(layer);
	return places === "" ? "" : ` · ${places}`;
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
	failing: 10,
	accepted: 20,
	within: 30,
	notCounted: 40
};
function renderDocument(view, frame) {
	const { targets } = view.verdict;
	const judged = targets.filter((target) => target.answer !== "error");
	const heading = [frame.first ?? "", headingSection(view)].filter((part) => part !== "").join("\n");
	const several = targets.length > 1;
	const blocks = [
		heading,
		changesSection(view, RANK.changes),
		several ? targetsOverview(targets, RANK.overview) : void 0,
		...targetSections(view, frame),
		exceptionsSection(view, RANK.exceptions),
		oldImageSection(view.verdict, judged),
		snippetSection(judged),
		smallPrint([...several ? [] : judged.flatMap((target) => targetProvenance(target, view)), ...runProvenance(view)])
	];
	return `${fitTo(blocks.filter((block) => block !== void 0 && block !== ""), frame.limit - 1, frame.measure)}\n`;
}
function targetSections(view, frame) {
	const { targets } = view.verdict;
	const common = commonError(targets);
	if (common) return errorSections(common, view);
	if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame, "###"));
	const worst = [...targets].sort((a, b) => badness(b) - badness(a));
	const shown = worst.slice(0, frame.mostTargets);
	const left = worst.length - shown.length;
	return [...shown.flatMap((target) => [
		`### ${SIGN[target.answer]} ${code(target.target.label)}`,
		...sections(target, view, frame, "####"),
		target.answer === "error" ? void 0 : smallPrint(targetProvenance(target, view))
	]), left === 0 ? void 0 : `_${counted(left, "more target")} in the table above only._`];
}
function commonError(targets) {
	const [first] = targets;
	if (first?.answer !== "error") return void 0;
	const { code, what } = first.error;
	const same = (each) => each.answer === "error" && each.error.code === code && each.error.what === what;
	return targets.every(same) ? first : void 0;
}
const SIGN = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function badness(target) {
	return target.answer === "error" ? 2 : target.answer === "fail" ? 1 : 0;
}
function sections(target, view, frame, level) {
	return target.answer === "error" ? errorSections(target, view) : judgedSections(target, frame, level);
}
function errorSections(target, view) {
	return [errorSection(target, view)];
}
function judgedSections(target, frame, level) {
	const { failing, within, notCounted, accepted, plan } = split(target);
	const { open, elsewhere } = frame;
	return [
		...noticesOf(target),
		countsTable(target),
		upgradesSection(plan, failing.length, level, RANK.upgrades),
		findingsSection({
			findings: failing,
			heading: `${level} What fails`,
			open,
			folded: (counts) => `And ${severityList(counts)} more`,
			elsewhere,
			rank: RANK.failing,
			most: frame.mostFailing,
			share: .6
		}),
		acceptedSection(accepted, RANK.accepted),
		findingsSection({
			findings: within,
			open: 0,
			folded: (counts) => `${severityList(counts)} open within the limits`,
			elsewhere,
			rank: RANK.within,
			most: frame.mostWithin
		}),
		findingsSection({
			findings: notCounted,
			open: 0,
			folded: (counts) => `${severityList(counts)} without a fix, not counted`,
			elsewhere,
			rank: RANK.notCounted,
			most: frame.mostWithin
		})
	];
}

export { utf16Units as n, utf8Bytes as r, renderDocument as t };
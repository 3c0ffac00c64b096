import { T as number, s as exploitWords, w as counted } from "./shared.js";
import { _ as text, o as code, p as table } from "./where.js";
import { n as uncomparedNotice } from "./uncompared.js";

// src/render/counts.ts
function countsTable(target) {
	const cells = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0).map((row) => [
		row.broken ? `❌ **${row.severity}**` : row.severity,
		row.broken ? `**${number(row.open)}**` : number(row.open),
		limitWords(row.limit),
		number(row.accepted),
		number(row.notCounted)
	]);
	for (const row of target.exploitRows ?? []) cells.push(exploitCells(row));
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
function exploitCells(row) {
	const words = row.kind === "exploited" ? "🔥 exploited" : exploitWords(row);
	return [
		row.broken ? `❌ **${words}**` : words,
		row.broken ? `**${number(row.open)}**` : number(row.open),
		limitWords(row.limit),
		number(row.accepted),
		number(row.notCounted)
	];
}
function exploitBreaks({ exploitRows = [] }) {
	return exploitRows.filter((row) => row.broken).map((row) => `<br>**${number(row.open)}** ${exploitWords(row)} (limit ${limitWords(row.limit)})`).join("");
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

// src/render/heading.ts
const REASON = 1500;
function headingSection(view) {
	return `## ${verdictWords(view)}\n\n**${text(reasonText(view), REASON) || "–"}**${modeWords(view)}`;
}
function verdictWords(view) {
	const name = code(view.name, 100);
	if (view.verdict.answer === "pass") return `✅ ${name} may run`;
	if (view.verdict.answer === "error") return `⛔ ${name} could not be judged`;
	return view.mode === "warn" ? `⚠️ ${name} breaks the policy` : `❌ ${name} must not run`;
}
function reasonText(view) {
	const { reason, targets } = view.verdict;
	const bare = reason.replace(/^(?:pass|fail|error): /, "");
	const named = ` in ${view.name}`;
	const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
	const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
	return at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare;
}
function modeWords(view) {
	if (view.mode !== "warn" || view.verdict.answer === "pass") return "";
	return view.verdict.answer === "fail" ? "\n\n`mode: warn`: this is reported, the step does not fail." : "\n\n`mode: warn` does not cover this: the step fails, as nobody knows what is in the image.";
}

// src/render/notices.ts
function noticesOf(target, alert) {
	const { artifact, provenance } = target.scan;
	const notes = (provenance.notes ?? []).slice(0, 5).map((note) => text(note, 300));
	const suppressed = suppressedLine(target);
	return [
		endOfLife(target, alert),
		artifact.packages === 0 && looksForPackages(target) ? nothingSeen(target, alert) : "",
		notes.length === 0 ? "" : alert("WARNING", notes.join("\n\n")),
		suppressed === "" ? "" : alert("NOTE", suppressed),
		uncomparedNotice(target, alert)
	].filter((notice) => notice !== "");
}
function endOfLifeWords(target) {
	const os = target.scan.artifact.os;
	return os?.endOfLife === true ? `\`${systemName(os)}\` ${END_OF_LIFE.join(" ")}` : "";
}
function nothingSeenWords(target) {
	if (target.scan.artifact.packages > 0 || !looksForPackages(target)) return "";
	return `${target.scan.provenance.scanner || "The scanner"} ${nothingSeenParts(target).join(" ")}`;
}
const END_OF_LIFE = ["is past its end of life.", "It gets no security fixes, and new vulnerabilities in it may not even be listed: few findings mean little. Move to a release that is maintained."];
function nothingSeenParts({ target }) {
	return [`recognised no packages in this ${target.kind === "image" ? "image" : "target"}.`, "No findings then means \"nothing was looked at\" as much as \"nothing is wrong\"."];
}
function systemName({ family, name }) {
	return `${family} ${name}`;
}
function endOfLife(target, alert) {
	const os = target.scan.artifact.os;
	if (os?.endOfLife !== true) return "";
	return alert("CAUTION", `**${code(systemName(os), 60)} ${END_OF_LIFE[0]}** ${END_OF_LIFE[1]}`);
}
function looksForPackages(target) {
	const scanners = target.scan.provenance.scanners;
	return scanners === void 0 || scanners.length === 0 || scanners.includes("vuln");
}
function nothingSeen(target, alert) {
	const [what, means] = nothingSeenParts(target);
	return alert("WARNING", `**${text(target.scan.provenance.scanner, 40) || "The scanner"} ${what}** ${means}`);
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

export { headingSection as a, exploitBreaks as c, noticesOf as i, openCell as l, errorSection as n, reasonText as o, nothingSeenWords as r, countsTable as s, endOfLifeWords as t, suppressedLine as u };
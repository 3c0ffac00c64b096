import { B as SEVERITIES, D as statusWords, E as severityList, H as severityRank, I as plain, L as shorten, S as age, T as number, V as perSeverity, w as counted, z as DEFAULT_THRESHOLDS } from "./shared.js";
import { _ as text, a as alert, c as fence, o as code, s as details } from "./where.js";
import { d as split } from "./uncompared.js";

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

export { runNoteAnnotations as a, dockerfileAnnotations as c, planLines as d, upgradeText as f, baselineWords as i, movingAnnotations as l, snippetSection as n, runNoteLines as o, startingLimits as r, runNotesSection as s, oldImageSection as t, movingSection as u };
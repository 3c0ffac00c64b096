import { hash } from "./shared.thread.js";
import { fixAdvisor, identityOf, jsonPieces } from "./shared.answer.js";
import { uniqueTexts } from "./shared.render.js";
import { SEVERITY_STYLES } from "./shared.scan.js";
import { joined, plain, shorten, visible } from "./shared.inputs.js";

// src/render/formats/gitlab-code-quality.ts
const LONGEST_DESCRIPTION = 400;
const LONGEST_PATH = 1e3;
function renderCodeQuality({ verdict }, facts) {
	const unique = uniqueTexts("\0");
	const entries = verdict.targets.values().flatMap((target) => {
		const scope = facts.categories.get(target.target) ?? target.target.label;
		return target.answer === "error" ? [errorEntry(target, scope, facts)] : entriesOf(target, scope, facts);
	});
	return jsonPieces(entries.map((entry) => shown(entry, hash("sha256", unique(entry.identity)))), 1);
}
function entriesOf(target, scope, facts) {
	const adviceOn = fixAdvisor();
	return target.findings.filter(({ outcome }) => outcome === "open").map(({ finding }) => ({
		description: `${describe(finding, adviceOn(finding))} [${target.target.label}]`,
		checkName: finding.id,
		identity: `${scope}\0${identityOf(finding)}`,
		severity: SEVERITY_STYLES[finding.severity].codeQuality,
		place: placeIn(target.target, finding, facts)
	}));
}
function describe({ severity, id, package: about, title }, { to }) {
	const fix = to === void 0 ? "" : ` (fixed in ${shorten(to[0], 60)})`;
	return `${severity} ${id}${about === void 0 ? "" : ` in ${joined(" ", [about.name, about.version])}`}${title === "" || title === id ? "" : `: ${shorten(title, 160)}`}${fix}`;
}
function placeIn(target, finding, facts) {
	const { layer, path, line = 1 } = finding;
	if (target.kind !== "path" && target.kind !== "repository" && layer?.source === void 0 && path) return {
		file: path,
		line
	};
	return facts.placeOf(target, finding);
}
function errorEntry({ target, error }, scope, facts) {
	const { code, what } = error;
	return {
		description: `${target.label} could not be judged: [${code}] ${what}`,
		checkName: code,
		identity: `${scope}\0error\0${code}`,
		severity: "blocker",
		place: facts.placeOf(target, {})
	};
}
function withoutStyle(text) {
	return text.replaceAll("%{", "%\\u{7B}");
}
function shown({ description, checkName, severity, place }, fingerprint) {
	return {
		engine_name: "image-gate",
		type: "issue",
		check_name: visible(shorten(checkName, 200)),
		description: withoutStyle(plain(shorten(description, LONGEST_DESCRIPTION))),
		categories: ["Security"],
		severity,
		fingerprint,
		location: {
			path: visible(shorten(place.file, LONGEST_PATH, "middle")),
			lines: { begin: place.line }
		}
	};
}

export { renderCodeQuality };
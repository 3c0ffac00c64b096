import { D as statusWords, K as breaks, R as visible } from "./shared.js";
import { t as advisoryUrl } from "./advisory.js";
import { r as whySpared } from "./status.js";

// src/render/junit.ts
const PIECE = 500;
function* renderJunit(view) {
	const { targets } = view.verdict;
	const suites = targets.map((target) => ({
		target,
		counts: countsOf(target)
	}));
	const total = (count) => suites.reduce((sum, { counts }) => sum + counts[count], 0);
	const sums = {
		tests: total("tests"),
		failures: total("failures"),
		errors: total("errors")
	};
	yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({
		name: `Image Gate: ${view.name}`,
		...sums
	})}>\n`;
	const timestamp = view.now.toISOString().slice(0, 19);
	for (const { target, counts } of suites) {
		yield `  <testsuite${attributes({
			name: target.target.label,
			...counts,
			timestamp
		})}>\n`;
		yield* target.answer === "error" ? [errorCase(target)] : findingCases(target);
		yield "  </testsuite>\n";
	}
	yield "</testsuites>\n";
}
function countsOf(target) {
	if (target.answer === "error") return {
		tests: 1,
		failures: 0,
		errors: 1,
		skipped: 0
	};
	const { findings } = target;
	return {
		tests: Math.max(1, findings.length),
		failures: findings.filter(breaks(target)).length,
		errors: 0,
		skipped: findings.filter(({ outcome }) => outcome !== "open").length
	};
}
function errorCase({ target, error }) {
	const body = `${error.what}.\n${error.remedy}`.split("\n").map(xml).join("\n");
	return testCase("scan", target.label, `<error${attributes({
		type: error.code,
		message: `[${error.code}] ${error.what}`
	})}>${body}</error>`);
}
function* findingCases(target) {
	const { label } = target.target;
	const { findings } = target;
	if (findings.length === 0) yield testCase("no findings", label, "");
	const fails = breaks(target);
	const unique = uniqueNames();
	for (let from = 0; from < findings.length; from += PIECE) yield findings.slice(from, from + PIECE).map((judged) => testCase(unique(nameOf(judged)), label, outcomeOf(judged, fails(judged)))).join("");
}
function uniqueNames() {
	const seen = /* @__PURE__ */ new Map();
	return (name) => {
		const count = (seen.get(name) ?? 0) + 1;
		seen.set(name, count);
		return count === 1 ? name : `${name} #${count}`;
	};
}
function testCase(name, classname, content) {
	const start = `    <testcase${attributes({
		name,
		classname
	})}`;
	return content === "" ? `${start}/>\n` : `${start}>${content}</testcase>\n`;
}
function nameOf({ finding }) {
	const { id, package: about, path, title } = finding;
	return [
		id,
		about === void 0 ? title : `${about.name} ${about.version}`.trim(),
		path === void 0 ? "" : `in ${path}`
	].filter((part) => part !== "").join(" ");
}
function outcomeOf(judged, fails) {
	if (judged.outcome !== "open") return `<skipped${attributes({ message: whySpared(judged) })}/>`;
	if (!fails) return "";
	const { severity, title } = judged.finding;
	return `<failure${attributes({
		type: severity,
		message: `${severity}: ${title || judged.finding.id}`
	})}>${bodyOf(judged).map(xml).join("\n")}</failure>`;
}
function bodyOf({ finding }) {
	const { fixedVersions, status, path, line, layer } = finding;
	const url = advisoryUrl(finding.id, finding.url);
	const isVulnerability = finding.kind === "vulnerability";
	const place = path === void 0 || line === void 0 ? path : `${path}:${line}`;
	return [
		isVulnerability ? `Fix: ${fixedVersions.length > 0 ? fixedVersions.join(", ") : statusWords(status)}` : "",
		place === void 0 ? "" : `Path: ${place}`,
		layer?.instruction === void 0 ? "" : `Layer: ${layer.instruction}`,
		url === void 0 ? "" : `See: ${url}`
	].filter((part) => part !== "");
}
function attributes(values) {
	return Object.entries(values).map(([name, value]) => ` ${name}="${xml(String(value))}"`).join("");
}
const ENTITIES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;"
};
function xml(untrusted) {
	return visible(untrusted).replace(/[&<>"]/g, (character) => ENTITIES[character]);
}

export { renderJunit };
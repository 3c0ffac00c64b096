import { L as shorten, R as visible, l as identityOf, w as counted } from "./shared.js";
import { t as advisoryUrl } from "./advisory.js";
import { _ as text, f as packageName, o as code, r as shortInstruction, v as version } from "./where.js";
import { hash } from "node:crypto";

// src/render/gitlab.ts
const SCHEMA_VERSION = "15.0.7";
const PIECE = 500;
const LONGEST_NAME = 255;
const LONGEST_DESCRIPTION = 1e4;
const SEVERITY = {
	CRITICAL: "Critical",
	HIGH: "High",
	MEDIUM: "Medium",
	LOW: "Low",
	UNKNOWN: "Unknown"
};
function* renderGitlab(view, facts) {
	const { targets } = view.verdict;
	const head = {
		version: SCHEMA_VERSION,
		scan: scanOf(view, facts)
	};
	yield `${JSON.stringify(head).slice(0, -1)},\n"vulnerabilities":[`;
	const ids = uniqueIds();
	let separator = "\n";
	for (const target of targets) {
		if (target.answer === "error") continue;
		const open = target.findings.filter(isReported);
		const place = placeOf(target);
		for (let from = 0; from < open.length; from += PIECE) {
			const lines = open.slice(from, from + PIECE).map(({ finding }) => JSON.stringify(vulnerability(finding, ids(target.target, finding), place)));
			yield `${separator}${lines.join(",\n")}`;
			separator = ",\n";
		}
	}
	yield `\n],\n"remediations":[]}\n`;
}
function isReported({ outcome, finding }) {
	return outcome === "open" && finding.kind === "vulnerability";
}
function scanOf({ verdict, now }, { tool, endedAt }) {
	const { targets } = verdict;
	const messages = [...targets.flatMap(errorMessages), ...leftOut(targets)];
	return {
		analyzer: {
			id: "image-gate",
			name: tool.name,
			url: tool.url,
			version: tool.version,
			vendor: { name: tool.name }
		},
		scanner: scannerOf(targets),
		type: "container_scanning",
		start_time: time(now),
		end_time: time(endedAt),
		status: targets.some(({ answer }) => answer === "error") ? "failure" : "success",
		...messages.length === 0 ? {} : { messages }
	};
}
function time(when) {
	return when.toISOString().slice(0, 19);
}
function scannerOf(targets) {
	const scanned = targets.find((target) => target.answer !== "error");
	return {
		id: "trivy",
		name: "Trivy",
		version: visible(scanned?.scan.provenance.scannerVersion ?? "") || "unknown",
		vendor: { name: "Aqua Security" }
	};
}
function errorMessages(target) {
	if (target.answer !== "error") return [];
	const { code: id, what, remedy } = target.error;
	return [{
		level: "fatal",
		value: visible(`${target.target.label}: [${id}] ${what}. ${remedy}`)
	}];
}
const KINDS = [
	[
		"misconfiguration",
		"misconfiguration",
		"misconfigurations"
	],
	[
		"secret",
		"secret",
		"secrets"
	],
	[
		"license",
		"licence",
		"licences"
	]
];
function leftOut(targets) {
	const findings = targets.flatMap((target) => target.answer === "error" ? [] : target.findings);
	const vulnerabilities = findings.filter(({ finding }) => finding.kind === "vulnerability");
	const accepted = vulnerabilities.filter(({ outcome }) => outcome === "accepted").length;
	const notCounted = vulnerabilities.filter(({ outcome }) => outcome === "not-counted").length;
	const others = KINDS.flatMap(([kind, one, many]) => {
		const open = findings.filter(({ finding, outcome }) => finding.kind === kind && outcome === "open").length;
		return open === 0 ? [] : [counted(open, one, many)];
	});
	return [...others.length === 0 ? [] : [{
		level: "warn",
		value: `Not in this report, which is about vulnerabilities: ${others.join(", ")}.`
	}], ...accepted + notCounted === 0 ? [] : [{
		level: "info",
		value: `Left out: ${accepted} accepted, ${notCounted} not counted.`
	}]];
}
function uniqueIds() {
	const seen = /* @__PURE__ */ new Map();
	return ({ kind, input, platform = "" }, finding) => {
		const identity = [
			kind,
			input,
			platform,
			identityOf(finding)
		].join("\0");
		const count = (seen.get(identity) ?? 0) + 1;
		seen.set(identity, count);
		return uuid(hash("sha256", count === 1 ? identity : `${identity}\0${count}`));
	};
}
function uuid(hex) {
	const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hex) ?? [];
	return `${a}-${b}-8${c}-8${d}-${e}`;
}
function placeOf({ target, scan }) {
	const { os } = scan.artifact;
	return {
		operating_system: (os === void 0 ? "" : visible(`${os.family} ${os.name}`.trim())) || "Unknown",
		image: visible(imageOf(target, scan.artifact.names)) || "Unknown"
	};
}
function imageOf({ kind, input, label }, names) {
	if (kind !== "image") return label;
	const tagged = [input, ...names].find((name) => /:\w[\w.-]*$/.test(name) || name.includes("@"));
	if (tagged !== void 0) return tagged;
	return /^\.{0,2}\/|\.tar$|\.tar\.gz$|\.tgz$/.test(input) ? label : `${input}:latest`;
}
function vulnerability(finding, id, place) {
	const url = advisoryUrl(finding.id, finding.url);
	const about = finding.package;
	const solution = solutionOf(finding);
	return {
		id,
		name: nameOf(finding),
		description: descriptionOf(finding),
		severity: SEVERITY[finding.severity],
		...solution === "" ? {} : { solution },
		identifiers: [identifierOf(finding.id, url)],
		...url === void 0 ? {} : { links: [{ url }] },
		details: detailsOf(finding),
		location: {
			dependency: {
				package: { name: visible(about?.name ?? "") },
				version: visible(about?.version ?? "")
			},
			...place
		}
	};
}
function nameOf({ id, title }) {
	const name = visible([id, title].filter((part) => part !== "").join(": "));
	return shorten(name, LONGEST_NAME) || "An advisory without a name";
}
function descriptionOf({ title, description, package: about, path }) {
	const subject = about === void 0 ? "" : `${packageName(about.name)} ${version(about.version)}`.trim();
	const place = path === void 0 ? "" : ` in ${code(path)}`;
	return [text(description || title, LONGEST_DESCRIPTION), subject === "" ? "" : `Found: ${subject}${place}`].filter((part) => part !== "").join("\n\n");
}
const MOST_VERSIONS = 5;
function solutionOf({ package: about, fixedVersions }) {
	const [first, ...more] = fixedVersions.slice(0, MOST_VERSIONS).map(version);
	if (about === void 0 || first === void 0) return "";
	const rest = fixedVersions.length > MOST_VERSIONS ? ", …" : "";
	return `Upgrade ${packageName(about.name)} to ${more.length === 0 ? first : `one of ${[first, ...more].join(", ")}${rest}`}`;
}
function identifierOf(id, url) {
	const known = shorten(visible(id), LONGEST_NAME) || "unknown";
	return {
		type: /^([A-Za-z]{2,10})-/.exec(id)?.[1]?.toLowerCase() ?? "other",
		name: known,
		value: known,
		...url === void 0 ? {} : { url }
	};
}
function detailsOf({ path, layer }) {
	const field = (name, value) => ({
		type: "text",
		name,
		value: visible(value)
	});
	const instruction = layer?.instruction;
	return {
		...path === void 0 ? {} : { path: field("Path", path) },
		...instruction === void 0 ? {} : { layer: field("Layer", shortInstruction(instruction, 500)) }
	};
}

export { renderGitlab };
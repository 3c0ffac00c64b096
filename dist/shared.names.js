// src/domain/image/reference.ts
const LONGEST = 600;
const REFERENCE = new RegExp([
	"^((?:(?:[a-z0-9-]+(?:\\.[a-z0-9-]+)*|\\[[0-9a-f:]+\\])(?::\\d{1,5})?/)?",
	"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)",
	"(?::(\\w[\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$"
].join(""));
function parseReference(text) {
	if (text.length > LONGEST || text.startsWith("-")) return void 0;
	const [, name, tag, digest] = REFERENCE.exec(text) ?? [];
	return name === void 0 ? void 0 : {
		name,
		tag,
		digest
	};
}
function isNamedAsFile(image) {
	return /^(?:\.{0,2}\/|[A-Za-z]:[\\/])|\.(?:tar|tar\.gz|tgz)$/.test(image);
}
function imageNaming(text) {
	if (isNamedAsFile(text)) return void 0;
	const named = text.replace(/@[^/]*$/, "");
	const parsed = parseReference(named.replace(/^[^/]*\//, (host) => host.toLowerCase()));
	if (parsed === void 0) return void 0;
	return parsed.tag !== void 0 || named !== text || namedHost(parsed.name) !== void 0 ? "whole" : "alone";
}
function isDigest(text) {
	return /^sha256:[0-9a-f]{64}$/.test(text);
}
const ENDING = /^([^:@]+)(?::(\w[\w.-]{0,127}))?(?:@([a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]+))?$/i;
function referenceParts(text) {
	const start = text.lastIndexOf("/") + 1;
	const [, last, tag, digest] = ENDING.exec(text.slice(start)) ?? [];
	return last === void 0 ? { name: text } : {
		name: text.slice(0, start) + last,
		tag,
		digest
	};
}
function withoutTag(reference) {
	return referenceParts(reference).name;
}
function referenceForms(reference) {
	const { name, tag, digest } = referenceParts(reference);
	const behind = digest === void 0 ? "" : `@${digest}`;
	return [
		reference,
		tag === void 0 ? name : `${name}:${tag}`,
		name + behind,
		name
	];
}
function hasUnconfirmedTag(reference) {
	const { tag, digest } = referenceParts(reference);
	return tag !== void 0 && digest !== void 0;
}
function confirmedForms(reference) {
	const forms = referenceForms(reference);
	return hasUnconfirmedTag(reference) ? forms.slice(2) : forms;
}
const DOCKER_HUB = /* @__PURE__ */ new Set(["index.docker.io", "registry-1.docker.io"]);
function namedRegistry(repository) {
	const host = namedHost(repository)?.toLowerCase();
	return host !== void 0 && DOCKER_HUB.has(host) ? "docker.io" : host;
}
function registryHost(repository) {
	return namedRegistry(repository) ?? "docker.io";
}
function repositoryName(reference) {
	const name = withoutTag(reference);
	const host = registryHost(name);
	const written = namedHost(name);
	const path = written === void 0 ? name : name.slice(written.length + 1);
	return host === "docker.io" && !path.includes("/") ? `${host}/library/${path}` : `${host}/${path}`;
}
function isSameRepository(a, b) {
	return repositoryName(a) === repositoryName(b);
}
function namedHost(name) {
	return /^(?:[^/.:]*[.:][^/]*|localhost)(?=\/)/.exec(name)?.[0];
}

// src/domain/severity.ts
const SEVERITIES = [
	"CRITICAL",
	"HIGH",
	"MEDIUM",
	"LOW",
	"UNKNOWN"
];
const URGENT = ["critical", "high"];
function isUrgent(severity) {
	return URGENT.some((each) => each === severity);
}
function lowerLimit(a, b) {
	if (a === "unlimited") return b;
	return b === "unlimited" ? a : Math.min(a, b);
}
const DEFAULT_THRESHOLDS = {
	CRITICAL: 0,
	HIGH: 0,
	MEDIUM: "unlimited",
	LOW: "unlimited",
	UNKNOWN: "unlimited"
};
function severityRank(severity) {
	return SEVERITIES.indexOf(severity);
}
function toSeverity(text) {
	if (text === void 0) return "UNKNOWN";
	return KNOWN.get(text) ?? KNOWN.get(text.toUpperCase()) ?? "UNKNOWN";
}
const KNOWN = new Map(SEVERITIES.map((severity) => [severity, severity]));
function perSeverity(make) {
	const made = {};
	for (const severity of SEVERITIES) made[severity] = make(severity);
	return made;
}
function perSeverityName(make) {
	const entries = SEVERITIES.map((severity) => [severityName(severity), make(severity)]);
	return Object.fromEntries(entries);
}
function severityName(severity) {
	return severity.toLowerCase();
}
function compareCounts(a, b) {
	for (const severity of SEVERITIES) {
		const difference = a[severity] - b[severity];
		if (difference !== 0) return difference;
	}
	return 0;
}
function countSeverities(items, severityOf) {
	const counts = perSeverity(() => 0);
	for (const item of items) counts[severityOf(item)] += 1;
	return counts;
}
function severityOfScore(score) {
	if (score >= 9) return "CRITICAL";
	if (score >= 7) return "HIGH";
	return score >= 4 ? "MEDIUM" : "LOW";
}

// src/domain/did-you-mean.ts
function closest(typed, words) {
	const wanted = typed.slice(0, 64).toLowerCase();
	let best;
	let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const word of words.toSorted((a, b) => b.length - a.length)) {
		const distance = distanceOf(wanted, word.toLowerCase());
		if (distance < least) [least, best] = [distance, word];
	}
	return best;
}
function distanceOf(typed, word) {
	return Math.min(typed.length, word.length) > 2 && (typed.startsWith(word) || word.startsWith(typed)) && typed !== word ? 1 : editDistance(typed, word);
}
function editDistance(a, b) {
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	let before = previous;
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : change;
			row.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
		}
		before = previous;
		previous = row;
	}
	return previous[b.length] ?? 0;
}

export { DEFAULT_THRESHOLDS, SEVERITIES, URGENT, closest, compareCounts, confirmedForms, countSeverities, hasUnconfirmedTag, imageNaming, isDigest, isNamedAsFile, isSameRepository, isUrgent, lowerLimit, namedRegistry, parseReference, perSeverity, perSeverityName, referenceForms, referenceParts, registryHost, repositoryName, severityName, severityOfScore, severityRank, toSeverity, withoutTag };
import { parseReference } from "./shared.names.js";
import { GIVEN_REPORT, listSome } from "./shared.inputs.js";
import { mergeScans } from "./shared.domain.js";

// src/scan/merge-outcomes.ts
function mergeOutcomes(outcomes, rules = {}) {
	const groups = [];
	const owners = /* @__PURE__ */ new Map();
	for (const outcome of outcomes) {
		const { target } = outcome;
		const group = owners.get(target) ?? (target.kind === "trivy-report" ? groupOf(outcome, groups) : void 0);
		if (group !== void 0) group.push(outcome);
		else {
			const made = [outcome];
			groups.push(made);
			for (const opinion of target.opinions ?? []) owners.set(opinion, made);
		}
	}
	return groups.map((group) => group.length === 1 ? group[0] : merged(group, rules));
}
function groupOf(outcome, groups) {
	return groups.find((group) => group[0].target.kind === "trivy-report" && group.some((other) => isNamedAlike(outcome.target, other.target)) && !group.some((other) => isAnotherOfScanner(outcome, other)));
}
function isNamedAlike({ as }, { as: other }) {
	if (as === void 0 || other === void 0) return false;
	const digest = parseReference(as)?.digest;
	return as === other || digest !== void 0 && digest === parseReference(other)?.digest;
}
function isAnotherOfScanner(one, other) {
	if ("error" in one || "error" in other) return false;
	const { scanner } = one.scan.provenance;
	return scanner === other.scan.provenance.scanner && isOneImage(one.scan.artifact, other.scan.artifact) === "no";
}
function digestsOf({ digest, index, referenceDigest, reportedDigests = [] }) {
	return [
		digest,
		index?.digest,
		referenceDigest,
		...reportedDigests
	].filter((each) => each !== void 0);
}
function isOneImage(a, b) {
	const machine = (platform) => platform.split("/").slice(0, 2).join("/");
	if (a.platform !== void 0 && b.platform !== void 0 && machine(a.platform) !== machine(b.platform)) return "no";
	if (a.imageId !== void 0 && a.imageId === b.imageId) return "yes";
	if (a.imageId !== void 0 && b.imageId !== void 0) return "no";
	const [mine, theirs] = [digestsOf(a), digestsOf(b)];
	if (mine.length === 0 || theirs.length === 0) return "unknown";
	return mine.some((digest) => theirs.includes(digest)) ? "yes" : "no";
}
function merged(group, rules) {
	const [first] = group;
	const target = first.target.kind === "trivy-report" ? withFiles(group) : first.target;
	const failed = group.find((outcome) => "error" in outcome);
	if (failed !== void 0 && "error" in failed) {
		const { error } = failed;
		return {
			target,
			error: failed === first ? error : {
				...error,
				what: `${fileOf(failed.target)}: ${error.what}`
			}
		};
	}
	const scanned = group;
	const other = scanned.find(({ scan }) => isOneImage(scanned[0].scan.artifact, scan.artifact) === "no");
	if (other !== void 0) return {
		target,
		error: {
			code: "report-of-another-image",
			what: `${aboutWords(scanned[0])}, and ${aboutWords(other)}: they are opinions on one target, but not about the same image`,
			remedy: "Make the reports of one image, by its digest in the registry and for one platform. Reports on other images need their own name (`reports/other.json as NAME`), and a run without `image`, or with several."
		}
	};
	const scan = mergeScans(named(scanned), [], rules);
	const names = first.target.kind === "trivy-report" ? scan.artifact.names : scanned[0].scan.artifact.names;
	const unnamed = scanned.slice(1).filter((each) => isOneImage(scanned[0].scan.artifact, each.scan.artifact) === "unknown");
	const label = scanned[0].target.label;
	const notes = [...unnamed.map((each) => `${fileOf(each.target)} does not prove that it is about the same image as ${label}; the caller's word is trusted.`), ...scan.provenance.notes ?? []];
	return {
		target,
		scan: {
			...scan,
			artifact: {
				...scan.artifact,
				names
			},
			provenance: {
				...scan.provenance,
				notes
			}
		}
	};
}
const SHOWN = 3;
function withFiles(group) {
	const [{ target }] = group;
	const all = group.map((each) => fileOf(each.target));
	const files = listSome(all, SHOWN, { what: "report" });
	const name = target.as ?? target.label.replace(` (${fileOf(target)})`, "");
	const label = name === fileOf(target) ? files : `${name} (${files})`;
	return {
		...target,
		label,
		opinions: group.map((each) => each.target)
	};
}
function fileOf({ file, input }) {
	return file ?? input;
}
function named(scanned) {
	const seen = /* @__PURE__ */ new Set();
	return scanned.map(({ target, scan }) => {
		const name = scan.provenance.scanner || "Unnamed scanner";
		const scanner = seen.has(name) ? `${name} (${fileOf(target)})` : name;
		for (const each of [name, ...(scan.opinions ?? []).map((source) => source.scanner)]) seen.add(each);
		if (target.kind !== "trivy-report") return {
			scanner,
			scan
		};
		return {
			scanner,
			scan,
			given: true
		};
	});
}
function aboutWords({ target, scan: { artifact } }) {
	const known = [artifact.digest ?? digestsOf(artifact)[0] ?? artifact.imageId, artifact.platform];
	return `${target.kind === "trivy-report" ? fileOf(target) : target.label} is about ${known.filter((each) => each !== void 0).join(", ")}`;
}

export { mergeOutcomes };
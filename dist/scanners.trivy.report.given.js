import { NOTHING, withReportGap } from "./shared.domain.js";
import { isDigest, referenceParts } from "./shared.names.js";
import { misspeltKey } from "./shared.scan.js";
import { array, object, string } from "./package.zod.js";
import { GateError } from "./shared.thread.js";
import { reportTooLarge } from "./shared.trivy.js";
import { TRIVY, givenSchema } from "./scanners.trivy.report.packages.js";
import { reportOf, toScanResult } from "./scanners.trivy.report.report.js";

// src/scanners/trivy/report/given.ts
const digestsSchema = object({ Metadata: object({ RepoDigests: array(string()).nullish() }).nullish() });
const trivyReports = {
	name: "Trivy",
	madeBy: "Trivy's JSON (`trivy … --format json`)",
	digests: (document) => {
		return (digestsSchema.safeParse(document).data?.Metadata?.RepoDigests ?? []).map((each) => referenceParts(each).digest ?? "").filter(isDigest);
	},
	owns: (document) => typeof document === "object" && document !== null && "SchemaVersion" in document,
	subjectIn(start) {
		const [, text] = /"ArtifactName"\s*:\s*("(?:[^"\\\n]|\\.)*")/.exec(start) ?? [];
		const name = text === void 0 ? void 0 : JSON.parse(text);
		return typeof name === "string" && name !== "" ? name : void 0;
	},
	given(given, target, { descriptions = false, onReport }) {
		const { value, keys } = jsonOf(given);
		const result = toScanResult(value, target, {
			provenance: { source: "an existing Trivy report" },
			descriptions
		});
		requireSpelling(keys);
		requireOneImage(value, result);
		onReport?.(reportOf(value));
		const { coverage } = result;
		return coverage !== void 0 && saysNothing(value, result) ? {
			...result,
			coverage: withReportGap(coverage, NOTHING)
		} : result;
	},
	earlier: (document, target) => toScanResult(document, target)
};
function jsonOf(document) {
	const { fault } = document;
	if (fault?.kind === "too-large") throw reportTooLarge(TRIVY.name, fault);
	if (fault?.kind === "ambiguous") throw ambiguous(fault.message, fault);
	if (fault !== void 0) throw TRIVY.invalid(fault.message, fault);
	return document;
}
function requireSpelling(keys) {
	const meant = misspeltKey(keys, givenSchema);
	if (meant !== void 0) throw ambiguous(`has a key that only some programs read as "${meant}"`);
}
function ambiguous(what, cause) {
	return new GateError("report-ambiguous", `The Trivy report ${what}, so programs read it differently`, "Trivy writes no such report: make it again with `trivy … --format json`, and find out what has changed it.", { cause });
}
function saysNothing({ ArtifactType: type, Results: results }, { artifact: { os } }) {
	return type === "container_image" && !results?.length && os === void 0;
}
function requireOneImage({ ArtifactName: name, Metadata: metadata }, { layers, findings }) {
	const asked = /@(sha256:[0-9a-f]{64})$/.exec(name ?? "")?.[1];
	const digests = (metadata?.RepoDigests ?? []).map((each) => each.split("@")[1]);
	if (asked !== void 0 && digests.length > 0 && !digests.includes(asked)) throw contradictory("names an image by digest, and its Metadata has another image's digest");
	const configured = metadata?.ImageConfig?.rootfs?.diff_ids;
	if (configured?.length && layers.length > 0 && configured.join() !== layers.join()) throw contradictory("has other layers in Metadata.DiffIDs than in Metadata.ImageConfig");
	if (layers.length > 0 && findings.some(({ layer }) => layer !== void 0 && layer.number === void 0)) throw contradictory("has findings in a layer that its image does not have");
}
function contradictory(what) {
	return new GateError("report-contradictory", `The Trivy report ${what}: it was put together from more than one`, "Give the report as Trivy wrote it, for the named image.");
}

export { trivyReports };
import { JsonFault, architectureOf, readStrict } from "./shared.scan.js";
import { isObject, listIn } from "./domain.json.is-object.js";
import { readReport } from "./shared.evidence.js";
import { GIVEN_REPORT } from "./shared.inputs.js";
import { isSbom, isTrivys, readSbom } from "./sboms.read.js";
import { knownDocument } from "./scan.known-documents.js";
import { GateError } from "./shared.thread.js";
import { baselineDamaged, baselineIncomplete, baselineUnknown } from "./baseline.errors.js";
import { baselineInReport, storedIn } from "./baseline.stored-report.js";

// src/baseline/read-file.ts
function baselineIn(bytes, given, reports) {
	const { own, sbom, scan } = contentsOf(bytes, given, reports);
	if (own !== void 0) return (judged) => baselineInReport(own, judged, {
		kind: "report",
		given
	}, nameOf(given));
	const report = sbom === void 0 ? scan?.() : void 0;
	return ({ target: { kind } }) => {
		if (kind === "trivy-report") return report ?? scan?.() ?? sbom;
		return sbom ?? forImages(report, nameOf(given));
	};
}
function baselinesIn(bytes, given, reports) {
	const { own, sbom, scan } = contentsOf(bytes, given, reports);
	if (own === void 0) return [sbom, scan?.()].filter((each) => each !== void 0);
	return [...own.targets.keys()].filter((index) => own.targets[index]?.verdict !== "error").map((index) => storedIn(own, index, {
		kind: "report",
		given
	}, nameOf(given)));
}
function contentsOf(bytes, given, reports) {
	const name = nameOf(given);
	const json = parse(bytes, name);
	const { value: document } = json;
	const known = knownDocument(document, reports);
	const scan = known.kind === "report" ? () => scannersReport(json, known.reader, given) : void 0;
	if (isSbom(document)) return {
		sbom: sbomFile(document, bytes, given, name),
		scan
	};
	if (scan !== void 0) return { scan };
	if (known.kind === "own") return { own: ownReport(document, name) };
	throw baselineUnknown(name, "is neither a report of Image Gate or a known scanner, nor an SBOM");
}
function nameOf(given) {
	return `The baseline ${JSON.stringify(given)}`;
}
function parse(bytes, name) {
	const { value, keys } = readAs(name, () => readStrict(bytes));
	if (isObject(value)) return {
		value,
		keys
	};
	throw baselineUnknown(name, "is not a JSON object");
}
function readAs(name, read) {
	try {
		return read();
	} catch (fault) {
		throw fault instanceof JsonFault ? baselineDamaged(name, fault.message, fault) : fault;
	}
}
function sbomFile(document, bytes, given, name) {
	const sbom = readAs(name, () => readSbom(bytes));
	const { format, subject, packages } = sbom;
	if (packages.length === 0 && listIn(document.components).length === 0) throw baselineIncomplete(name, "lists no packages");
	const image = subject === "" ? void 0 : subject;
	const isPlaced = isTrivys(document);
	const note = `It is an SBOM (${format}) without the package paths that Trivy writes: a second copy elsewhere might not count as new.`;
	return {
		source: {
			kind: "sbom",
			given,
			image,
			madeAt: madeAt(document),
			notes: isPlaced ? void 0 : [note]
		},
		names: image === void 0 ? [] : [image],
		platform: platformOf(packages.map(({ purl }) => purl)),
		contents: { sbom: bytes },
		kinds: /* @__PURE__ */ new Set(["vulnerability"]),
		withoutPaths: !isPlaced,
		sbom
	};
}
function madeAt({ metadata, creationInfo }) {
	const time = isObject(metadata) ? metadata.timestamp : isObject(creationInfo) ? creationInfo.created : void 0;
	return typeof time === "string" ? time : void 0;
}
function platformOf(purls) {
	const found = new Set(purls.flatMap((purl) => /^pkg:(?:deb|apk|rpm)\/[^?]*\?(?:.*&)?arch=([\w-]+)/.exec(purl ?? "")?.[1] ?? []));
	for (const any of ["all", "noarch"]) found.delete(any);
	const [only] = found;
	return found.size === 1 && only !== void 0 ? `linux/${architectureOf(only)}` : void 0;
}
function scannersReport(json, reader, given) {
	const { artifact, packages, findings, provenance } = readScan(json, reader, given);
	const { claims: names = [] } = artifact;
	return {
		source: {
			kind: GIVEN_REPORT,
			given,
			image: names.at(-1),
			madeAt: provenance.scannedAt
		},
		names,
		platform: artifact.platform,
		contents: {
			packages,
			os: artifact.os
		},
		earlier: findings,
		by: provenance,
		kinds: /* @__PURE__ */ new Set(["vulnerability", ...findings.map((finding) => finding.kind)]),
		...reader.earlier === void 0 && { only: reader.name }
	};
}
function forImages(report, name) {
	const { only, contents, earlier = [] } = report;
	if (only !== void 0) throw baselineUnknown(name, `is a report of ${only}, which names and places packages in its own way`);
	if (contents.packages.length === 0 && earlier.length > 0) throw baselineIncomplete(name, "lists no packages");
	return report;
}
function readScan(json, reader, given) {
	const name = nameOf(given);
	const target = {
		kind: GIVEN_REPORT,
		input: given,
		label: given
	};
	try {
		return reader.earlier?.(json.value, target) ?? reader.given(json, target, {});
	} catch (cause) {
		if (!(cause instanceof GateError)) throw cause;
		if (cause.code === "report-schema-unknown") throw baselineUnknown(name, `has another version: ${cause.what}`);
		throw baselineDamaged(name, `cannot be read: ${cause.what}`, cause);
	}
}
function ownReport(document, name) {
	const report = readReport(document);
	if (!("wrong" in report)) return report;
	throw report.isOther ? baselineUnknown(name, report.wrong) : baselineDamaged(name, report.wrong);
}

export { baselineIn, baselinesIn };
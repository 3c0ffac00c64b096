import { isSbom, readSbom } from "./documents.sbom.js";
import { GateError, isObject, listIn } from "./shared.start.js";
import { repeatedKey } from "./shared.domain.js";
import { GIVEN_REPORT, readGivenFile } from "./shared.answer.js";
import { readerOf } from "./scan.given-reports.js";
import { baselineDamaged, baselineIncomplete, baselineMissing, baselineSpdx, baselineUnknown } from "./baseline.errors.js";
import { asCycloneDx } from "./baseline.packages-sbom.js";
import { baselineInReport, storedReportSchema } from "./baseline.stored-report.js";

// src/baseline/read-file.ts
function readBaselineFile(given, reports, world) {
	return baselineIn(readBytes(given, world), given, reports);
}
function baselineIn(bytes, given, reports) {
	const name = `The baseline ${JSON.stringify(given)}`;
	const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
	const start = text.trimStart().slice(0, 4096);
	const isXml = start.startsWith("<");
	if (start.startsWith("SPDXVersion:") || isXml && start.includes("spdx.org/rdf")) throw baselineSpdx(name);
	if (isXml) throw baselineUnknown(name, "is XML");
	const document = parse(text, name);
	if (repeatedKey(bytes, document) !== void 0) throw baselineDamaged(name, "has a key twice in one object");
	if (isSpdx3(document)) throw baselineSpdx(name);
	if (isSbom(document)) {
		const sbom = sbomFile(document, bytes, given, name);
		return () => sbom;
	}
	const reader = readerOf(document, reports);
	if (reader?.earlier) return scannersReport(readScan(document, given, name, reader.earlier), given, name);
	if (reader !== void 0) throw baselineUnknown(name, `is a report of ${reader.name}, which names and places packages in its own way`);
	if ("version" in document && "targets" in document) return ownReport(document, given, name);
	throw baselineUnknown(name, "is neither Image Gate's report nor a known scanner's nor an SBOM");
}
function readBytes(given, world) {
	try {
		return readGivenFile({
			what: "baseline",
			path: given
		}, world);
	} catch (error) {
		throw error instanceof GateError && error.code === "file-missing" ? baselineMissing(given) : error;
	}
}
function parse(text, name) {
	let value;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw baselineDamaged(name, text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", cause);
	}
	if (isObject(value)) return value;
	throw baselineUnknown(name, "is no JSON object");
}
function isSpdx3(document) {
	return JSON.stringify(document["@context"] ?? "").includes("spdx.org");
}
function sbomFile(document, bytes, given, name) {
	const sbom = readSbom(document);
	if ("wrong" in sbom) throw baselineDamaged(name, sbom.wrong);
	const { format, subject, packages } = sbom;
	if (packages.length === 0 && listIn(document.components).length === 0) throw baselineIncomplete(name, "lists no packages");
	const image = subject === "" ? void 0 : subject;
	const isPlaced = hasTrivysPlaces(document);
	return {
		source: {
			kind: "sbom",
			given,
			image,
			madeAt: madeAt(document),
			notes: isPlaced ? void 0 : [noPlaces(format)]
		},
		names: image === void 0 ? [] : [image],
		platform: platformOf(packages.map(({ purl }) => purl)),
		contents: { sbom: "artifacts" in document ? Buffer.from(JSON.stringify(asCycloneDx(sbom))) : bytes },
		kinds: /* @__PURE__ */ new Set(["vulnerability"]),
		withoutPaths: !isPlaced,
		licensed: sbom
	};
}
function noPlaces(format) {
	return `It is an SBOM (${format}) that does not say where packages lie as Trivy does: a second copy elsewhere may not be seen as new.`;
}
function hasTrivysPlaces({ components }) {
	return listIn(components).some((each) => listIn(isObject(each) ? each.properties : void 0).some((one) => isObject(one) && typeof one.name === "string" && one.name.startsWith("aquasecurity:trivy:")));
}
function madeAt({ metadata, creationInfo }) {
	const time = isObject(metadata) ? metadata.timestamp : isObject(creationInfo) ? creationInfo.created : void 0;
	return typeof time === "string" ? time : void 0;
}
function platformOf(purls) {
	const found = new Set(purls.flatMap((purl) => /^pkg:(?:deb|apk|rpm)\/[^?]*\?(?:.*&)?arch=([\w-]+)/.exec(purl ?? "")?.[1] ?? []));
	for (const any of ["all", "noarch"]) found.delete(any);
	const [only] = found;
	return found.size === 1 && only !== void 0 ? `linux/${ARCHITECTURES[only] ?? only}` : void 0;
}
const ARCHITECTURES = {
	x86_64: "amd64",
	aarch64: "arm64",
	armhf: "arm",
	armv7: "arm",
	armel: "arm",
	i386: "386",
	i686: "386",
	x86: "386",
	ppc64el: "ppc64le"
};
function scannersReport(scan, given, name) {
	const { artifact, packages, findings, provenance } = scan;
	if (packages.length === 0 && findings.length > 0) throw baselineIncomplete(name, "lists no packages");
	const { claims: names = [] } = artifact;
	return () => ({
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
		kinds: /* @__PURE__ */ new Set(["vulnerability", ...findings.map((finding) => finding.kind)])
	});
}
function readScan(document, given, name, earlier) {
	try {
		return earlier(document, {
			kind: GIVEN_REPORT,
			input: given,
			label: given
		});
	} catch (cause) {
		if (!(cause instanceof GateError)) throw cause;
		if (cause.code === "report-schema-unknown") throw baselineUnknown(name, `is of another version: ${cause.what}`);
		throw baselineDamaged(name, `cannot be read: ${cause.what}`, cause);
	}
}
function ownReport(document, given, name) {
	if (document.version !== 1) throw baselineUnknown(name, "is an Image Gate report of another version than 1");
	const parsed = storedReportSchema.safeParse(document);
	if (!parsed.success) throw baselineDamaged(name, `has a wrong value at ${keyOf(parsed.error)}`);
	return (judged) => baselineInReport(parsed.data, judged, {
		kind: "report",
		given
	}, name);
}
function keyOf(error) {
	return (error.issues[0]?.path ?? []).map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").replace(/^\./, "") || "the top";
}

export { baselineIn, readBaselineFile };
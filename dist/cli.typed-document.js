import { JsonFault } from "./shared.scan.js";
import { readReport } from "./shared.evidence.js";
import { GIVEN_REPORT } from "./shared.inputs.js";
import { readSbom } from "./sboms.read.js";
import { knownDocument } from "./scan.known-documents.js";
import { givenDocument } from "./scan.scan-report.js";
import { GateError } from "./shared.thread.js";
import { REPORT_READERS } from "./scanners.readers.js";
import { readTyped } from "./cli.reading.js";

// src/documents/read-document.ts
function readDocument(bytes, named, readers) {
	const { input: file, as } = named;
	const given = givenDocument(bytes);
	const { value, fault } = given;
	const known = knownDocument(value, readers);
	if (known.kind === "report") {
		const { reader } = known;
		const target = {
			kind: GIVEN_REPORT,
			input: file,
			as,
			label: as ?? file,
			file,
			anyScanner: true
		};
		return {
			kind: "scan",
			scanner: reader.name,
			target,
			scan: reader.given(given, target, {})
		};
	}
	if (fault !== void 0) throw damaged(file, fault.message);
	if (known.kind === "unknown") throw unknown(file, NEITHER, "Name a JSON report, or an SBOM in CycloneDX, SPDX or Syft's JSON.");
	if (known.kind === "own") {
		const report = readReport(known.document);
		if (!("wrong" in report)) return {
			kind: "own",
			report
		};
		throw report.isOther ? unknown(file, report.wrong, OTHER_VERSION) : damaged(file, report.wrong);
	}
	if ("spdxVersion" in known.document && !Array.isArray(known.document.packages)) throw damaged(file, "has no list of packages");
	try {
		return {
			kind: "sbom",
			...readSbom(bytes)
		};
	} catch (fault) {
		throw fault instanceof JsonFault ? damaged(file, fault.message) : fault;
	}
}
const NEITHER = "is neither a report of Image Gate or of a known scanner, nor an SBOM";
const OTHER_VERSION = "Make the report again with this version of Image Gate, or read it with the version that made it.";
function unknown(file, how, remedy) {
	return new GateError("document-unknown", `${JSON.stringify(file)} ${how}`, remedy);
}
function damaged(file, how) {
	return new GateError("document-damaged", `${JSON.stringify(file)} ${how}`, "Name the tool's unchanged file.");
}

// src/cli/typed-document.ts
const AS_OPTION = {
	name: "as",
	kind: "text",
	value: "IMAGE",
	about: "The image that a scanner's report is about, for rules by image."
};
const MAX_DOCUMENT_BYTES = 268435456;
function typedDocument(file, world, as) {
	const bytes = readTyped({
		what: "report",
		path: file,
		maxBytes: MAX_DOCUMENT_BYTES
	}, world);
	return readDocument(bytes, {
		input: file,
		as
	}, REPORT_READERS);
}

export { AS_OPTION, typedDocument };
import { GateError, isObject } from "./shared.start.js";
import { repeatedKey } from "./shared.domain.js";
import { GIVEN_REPORT } from "./shared.answer.js";
import { array, object } from "./package.zod.js";
import { givenDocument, readerOf } from "./scan.given-reports.js";
import { artifact, exception, exploitRow, fieldsOf, finding, installed, judgedGap, layer, provenance, reportSchema, severityRow, target, upgrade } from "./shared.evidence.js";
import { isSbom, readSbom } from "./documents.sbom.js";
import { REPORT_READERS } from "./scanners.readers.js";
import { readTyped } from "./cli.reading.js";

// src/documents/own-report.ts
const { base, baseline } = target.shape;
const exploitation = finding.shape.exploitation.unwrap();
const source = installed.shape.source.unwrap();
const ownTarget = object({
	...fieldsOf(target, "label", "kind", "input", "as", "platform", "verdict"),
	error: object(target.shape.error.unwrap().shape).optional(),
	rows: array(object(severityRow.shape)).optional(),
	exploitRows: array(object(exploitRow.shape)).optional(),
	coverage: object({ gaps: array(object(fieldsOf(judgedGap, "code", "what", "remedy", "path", "accepted"))) }).optional(),
	artifact: object({
		...fieldsOf(artifact, "names", "claims", "digest", "platform"),
		os: object(artifact.shape.os.unwrap().shape).optional()
	}).optional(),
	layers: array(object({
		...fieldsOf(layer, "diffId", "number", "instruction"),
		source: object(layer.shape.source.unwrap().shape).optional()
	})).optional(),
	base: object(fieldsOf(base.unwrap(), "reference", "digest", "layers")).optional(),
	packages: array(object({
		...installed.shape,
		source: object(source.shape).optional()
	})).optional(),
	baseline: object(fieldsOf(baseline.unwrap(), "kind")).optional(),
	provenance: object(fieldsOf(provenance, "scanner", "scannerVersion", "databaseUpdatedAt", "scannedAt", "scanners")).optional()
});
const ownFinding = object({
	...finding.shape,
	package: object(finding.shape.package.unwrap().shape).optional(),
	owner: object(finding.shape.owner.unwrap().shape).optional(),
	vex: object(finding.shape.vex.unwrap().shape).optional(),
	exploitation: object({
		kev: object(exploitation.shape.kev.unwrap().shape).optional(),
		epss: exploitation.shape.epss
	}).optional()
});
const ownReport = object({
	...fieldsOf(reportSchema, "version", "verdict", "reason", "count", "generatedAt"),
	targets: array(ownTarget).min(1),
	findings: array(ownFinding),
	exceptions: array(object(exception.shape)),
	upgrades: array(object(fieldsOf(upgrade, "target", "package", "from", "to", "text", "ids", "paths"))).optional(),
	provenance: object(fieldsOf(reportSchema.shape.provenance, "policy", "policySha256", "commit", "run"))
});
function isOwnReport(document) {
	return "version" in document && "verdict" in document && "targets" in document;
}
function readOwnReport(document) {
	if (document.version !== 1) return { wrong: "is an Image Gate report of another version than 1" };
	const parsed = ownReport.safeParse(document);
	if (!parsed.success) {
		const path = parsed.error.issues[0]?.path.map(String).join(".").slice(0, 200);
		return { wrong: `has a wrong value at ${JSON.stringify(path ?? "")}` };
	}
	const { targets, findings, exceptions } = parsed.data;
	return findings.every(({ target: index, exceptions: held = [], ended, layer }) => index < targets.length && [...held, ...ended === void 0 ? [] : [ended]].every((each) => each >= 0 && each < exceptions.length) && (layer === void 0 || layer < (targets[index]?.layers?.length ?? 0))) ? parsed.data : { wrong: "names a target, a layer or an exception that is not in it" };
}

// src/documents/read-document.ts
function readDocument({ bytes, file, as }, readers) {
	const given = givenDocument(bytes);
	const { value } = given;
	const reader = readerOf(value, readers);
	if (reader !== void 0) {
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
	if (value === void 0) throw damaged(file, bytes.length === 0 ? "is empty" : "is not JSON, or only a part of it");
	if (!isObject(value)) throw unknown(file);
	if (isOwnReport(value)) {
		if (repeatedKey(bytes, value) !== void 0) throw damaged(file, "has a key twice in one object");
		const report = readOwnReport(value);
		if ("wrong" in report) throw damaged(file, report.wrong);
		return {
			kind: "own",
			report
		};
	}
	if (!isSbom(value)) throw unknown(file);
	const sbom = readSbom(value);
	if ("wrong" in sbom) throw damaged(file, sbom.wrong);
	return {
		kind: "sbom",
		...sbom
	};
}
function unknown(file) {
	return new GateError("document-unknown", `${JSON.stringify(file)} is neither a report of Image Gate or of a known scanner, nor an SBOM`, "Name a JSON report, or an SBOM in CycloneDX, SPDX or Syft's JSON.");
}
function damaged(file, how) {
	return new GateError("document-damaged", `${JSON.stringify(file)} ${how}`, "Name the file as its tool wrote it.");
}

// src/cli/typed-document.ts
const AS_OPTION = {
	name: "as",
	kind: "text",
	value: "IMAGE",
	about: "The image that a scanner's report is about, for rules by image."
};
const MAX_DOCUMENT_BYTES = 268435456;
function typedDocument(file, world, { what = "report", as } = {}) {
	const bytes = readTyped({
		what,
		path: file,
		maxBytes: MAX_DOCUMENT_BYTES
	}, world);
	return readDocument({
		bytes,
		file,
		as
	}, REPORT_READERS);
}

export { AS_OPTION, typedDocument };
import { isObject } from "./domain.json.is-object.js";
import { isReport } from "./shared.evidence.js";
import { isSbom } from "./sboms.read.js";
import { GateError } from "./shared.thread.js";

// src/scan/known-documents.ts
function knownDocument(value, readers) {
	const [reader, second] = readers.filter((each) => each.owns(value));
	if (second !== void 0 && reader !== void 0) throw new GateError("report-unsupported", `The report could be from two scanners, ${reader.name} and ${second.name}, which would read it differently`, "Give the report as its scanner wrote it, without additions.");
	if (reader !== void 0) return {
		kind: "report",
		reader
	};
	if (!isObject(value)) return { kind: "unknown" };
	if (isReport(value)) return {
		kind: "own",
		document: value
	};
	return isSbom(value) ? {
		kind: "sbom",
		document: value
	} : { kind: "unknown" };
}

export { knownDocument };
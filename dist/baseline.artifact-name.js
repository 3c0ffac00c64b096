import { createHash } from "./shared.thread.js";

// src/baseline/artifact-name.ts
function artifactName(gate) {
	return named("image-gate", gate, gate);
}
function wholeReportName(gate) {
	return named("image-gate-report", gate, `report of ${gate}`);
}
function named(prefix, gate, hashed) {
	const readable = gate.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|(?<![-.])[-.]+$/g, "").slice(0, 80);
	const hash = createHash("sha256").update(hashed).digest("hex").slice(0, 10);
	return `${prefix}-${readable === "" ? "" : `${readable}-`}${hash}`;
}
const REPORT_FILE = "report.json";

export { REPORT_FILE, artifactName, wholeReportName };
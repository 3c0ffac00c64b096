// src/signing/subject.ts
const EVIDENCE_NAMES = {
	vulnerabilities: "vulnerability report",
	sbom: "SBOM",
	verdict: "verdict"
};
function referenceOf({ repository, digest }) {
	return `${repository}@${digest}`;
}

export { EVIDENCE_NAMES, referenceOf };
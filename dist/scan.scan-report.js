import { GIVEN_REPORT, GIVEN_REPORT_NAME, listSome, unique } from "./shared.inputs.js";
import { parseReference } from "./shared.names.js";
import { JsonFault, readStrict, requireName } from "./shared.scan.js";
import { GateError } from "./shared.thread.js";
import { readGivenFile } from "./shared.start.js";
import { release } from "./system.used-buffers.js";
import { knownDocument } from "./scan.known-documents.js";

// src/scan/scan-report.ts
const MAX_BYTES = 5e8;
function readGivenReport(target, { reports, maxAge, ...options }, world) {
	requireName(target, true);
	const { anyScanner = false, as, input: path, matchesNothing } = target;
	if (matchesNothing) throw new GateError("file-missing", `No file matches the pattern ${JSON.stringify(path)} of \`${anyScanner ? "scan-report" : GIVEN_REPORT}\`, or it is outside of the workspace and the folder for temporary files`, "Check that the step that downloads the reports has found any, and where it puts them; `*` stands for one folder or a part of its name, `**` for any.");
	const bytes = readGivenFile(anyScanner ? {
		what: "scan report",
		path,
		maxBytes: MAX_BYTES
	} : {
		what: GIVEN_REPORT_NAME,
		path
	}, world);
	const document = givenDocument(bytes);
	const reader = anyScanner ? ownerOf(document, reports) : ownOrRefused(document, reports);
	const asked = anyScanner && as !== void 0 ? parseReference(as)?.digest : void 0;
	const digests = unique(reader.digests?.(document.value) ?? []);
	if (asked !== void 0 && digests.length > 0 && !digests.includes(asked)) throw new GateError("report-of-another-image", `The report of ${reader.name} is about ${listSome(digests, MOST_NAMED)}, and not about ${asked}`, "Make the report of the image by its digest in the registry: of a tar or a local image, a scanner may name another digest. An index has other digests than its images.");
	const scan = reader.given(document, target, options);
	release(bytes);
	requireYoung(scan, maxAge, reader, world.now());
	const { artifact, provenance } = scan;
	const notes = [...asked !== void 0 && digests.length === 0 ? [NOT_NAMED] : [], ...provenance.notes ?? []];
	return {
		...scan,
		artifact: {
			...artifact,
			...digests.length > 0 && { reportedDigests: digests }
		},
		provenance: {
			...provenance,
			...notes.length > 0 && { notes }
		}
	};
}
function ownOrRefused({ value }, reports) {
	const [own] = reports;
	const known = knownDocument(value, reports);
	if (known.kind !== "report" || known.reader === own) return own;
	throw new GateError("report-unsupported", `The ${own.name} report comes from ${known.reader.name}`, "Name it in `scan-report`, which takes the reports of every known scanner.");
}
function givenDocument(bytes) {
	try {
		return readStrict(bytes);
	} catch (fault) {
		if (!(fault instanceof JsonFault)) throw fault;
		return { fault };
	}
}
const NOT_NAMED = "The report does not say by digest which image it is about; the caller's word is trusted that it is the named one.";
function ownerOf({ value, fault }, reports) {
	if (fault?.kind === "ambiguous") throw new GateError("report-ambiguous", `The scan report ${fault.message}: programs read it differently`, "No scanner writes such a report: make it again, and find out what has changed it.", { cause: fault });
	if (fault !== void 0) throw new GateError("report-invalid", `The scan report ${fault.message}`, "Check that the program that writes the report ended without an error. Give the file as the scanner wrote it, with the report on one image.", { cause: fault });
	const known = knownDocument(value, reports);
	if (known.kind === "report") return known.reader;
	if (value === null) throw new GateError("report-unfinished", "The scan report is `null`: its scanner has no report on the image", "Find the reason in the scanner's own log, and make the report again.");
	const [what, remedy] = {
		sbom: ["is an SBOM, which lists packages and no findings", "Name it in `sbom`, so that it is scanned."],
		own: ["is Image Gate's own report, which has a verdict already", "Give the scanner's report next to it. `image-gate policy test` judges this one under another policy."],
		unknown: ["has an unknown format", `Known are, by their content: ${reports.map(({ madeBy }) => madeBy).join("; ")}.`]
	}[known.kind];
	throw new GateError("report-unsupported", `The scan report ${what}`, remedy);
}
const MOST_NAMED = 5;
const AHEAD_MS = 36e5;
function requireYoung({ provenance }, maxAge, { name }, now) {
	if (maxAge === void 0) return;
	const dates = [[
		"when it was made",
		"it was made",
		provenance.scannedAt
	], [
		"how old its vulnerability database is",
		"its vulnerability database was built",
		provenance.databaseUpdatedAt
	]];
	for (const [unknown, what, text] of dates) {
		const time = text === void 0 ? NaN : Date.parse(text);
		if (Number.isNaN(time) || time > now.getTime() + AHEAD_MS) throw new GateError("report-age-unknown", `The report of ${name} does not say ${unknown}${Number.isNaN(time) ? "" : ", as its date is ahead"}: \`max-report-age\` cannot be checked`, "Give a report that says both (Grype's does), scan the image here, or leave `max-report-age` out.");
		if (now.getTime() - time > maxAge) throw new GateError("report-too-old", `The report of ${name} is older than \`max-report-age\` allows: ${what} on ${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`, "Make it again with a new database, or raise `max-report-age`.");
	}
}

export { givenDocument, readGivenReport };
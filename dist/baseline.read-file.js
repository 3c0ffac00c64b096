import { SYSTEM_GAPS, isObject, platformMatches, repeatedKey } from "./shared.domain.js";
import { GIVEN_REPORT, readGivenFile, repositoryName } from "./shared.answer.js";
import { readerOf } from "./scan.given-reports.js";
import { array, number, object, string } from "./package.zod.js";
import { GateError } from "./shared.start.js";
import { exploitRow, fieldsOf, finding, installed, reportSchema, severityRow, target } from "./shared.evidence.js";

// src/baseline/errors.ts
function baselineMissing(given) {
	return new GateError("baseline-missing", `\`baseline\` ${JSON.stringify(given)} reads as a file, and there is none`, "Check the path, which is relative to the workspace, and that a step before this one writes it. An image reference does not start with `./` or `/` and does not end in `.json`.");
}
function baselineAmbiguous(given) {
	return new GateError("baseline-ambiguous", `\`baseline\` ${JSON.stringify(given)} is an image reference, and the workspace has a file of that name`, "A change that is proposed may have added it, to be compared with something of its own. Remove the file; to name it as the baseline, write `./` in front.");
}
function baselineDamaged(name, why, cause) {
	return new GateError("baseline-damaged", `${name} ${why}`, "It must be a whole JSON document: Image Gate's `report`, Trivy's JSON, or a CycloneDX SBOM. Make it again, or set `baseline: none`.", { cause });
}
function baselineUnknown(name, why) {
	return new GateError("baseline-unknown", `${name} ${why}`, "Use Image Gate's `report` (version 1), Trivy's JSON (SchemaVersion 2), or a CycloneDX SBOM as JSON.");
}
function baselineSpdx(name) {
	return new GateError("baseline-spdx", `${name} is an SPDX document, and SPDX loses the paths at which packages lie, so that what is new could not be told`, "Make a CycloneDX SBOM instead (`trivy image --format cyclonedx`), or use Image Gate's `report`.");
}
function baselineIncomplete(name, why) {
	return new GateError("baseline-incomplete", `${name} ${why}, so that it cannot be matched with the database of this run`, "Make it again with a current Image Gate, or with a Trivy that lists all packages (`--list-all-pkgs`).");
}
function baselinePlatform(name, platform, wanted) {
	return new GateError("baseline-platform", `${name} is for ${platform}, but what is judged is for ${wanted}`, "Name a baseline of the same platform; images of several platforms need a step of their own for each.");
}
function baselineUnavailable(name, why, remedy, cause) {
	return new GateError("baseline-unavailable", `${name} could not be scanned: ${why}`, remedy, { cause });
}
function baselineOtherImage(name, image, label) {
	return new GateError("baseline-other-image", `${name} is of another image: ${JSON.stringify(image)}, not ${label}`, "The comparison stands, and says what differs between the two. Name a baseline of the same image if that is not what you want.");
}
function baselineUnused(why) {
	return new GateError("baseline-unused", `There is no baseline: ${why}`, "The verdict stands without it. See docs/baseline.md of Image Gate for what a baseline needs.");
}

// src/baseline/stored-baseline.ts
const KINDS = {
	vuln: "vulnerability",
	misconfig: "misconfiguration",
	secret: "secret",
	license: "license"
};
function kindsOf(scanners = ["vuln"]) {
	return new Set(scanners.flatMap((name) => KINDS[name] ?? []));
}

// src/baseline/stored-report.ts
const text = string();
const { artifact, baseline, provenance } = target.shape;
const targetSchema = object({
	...fieldsOf(target, "label", "as", "kind", "verdict"),
	input: text.optional(),
	artifact: object({
		...fieldsOf(artifact.unwrap(), "names", "claims", "platform"),
		os: object(artifact.unwrap().shape.os.unwrap().shape).optional()
	}).optional(),
	packages: array(object({
		...installed.shape,
		source: object(installed.shape.source.unwrap().shape).optional()
	})).optional(),
	provenance: object(fieldsOf(provenance.unwrap(), "scanners")).optional(),
	baseline: object({
		...fieldsOf(baseline.unwrap(), "trouble"),
		kind: text
	}).optional(),
	rows: array(object({
		...fieldsOf(severityRow, "broken"),
		severity: text
	})).optional(),
	coverage: object({ gaps: array(object({ code: text })) }).optional(),
	exploitRows: array(object({
		...fieldsOf(exploitRow, "above", "broken"),
		kind: text
	})).optional()
});
const findingSchema = object({
	...fieldsOf(finding, "target", "kind", "id", "severity", "title", "url", "path"),
	package: object(finding.shape.package.unwrap().shape).optional(),
	opinions: array(object({ scanner: text })).optional(),
	outcome: text.optional(),
	spared: text.optional(),
	exploitation: object({
		kev: object({}).optional(),
		epss: number().optional()
	}).optional()
});
const storedReportSchema = object({
	...fieldsOf(reportSchema, "version", "generatedAt"),
	mode: text.optional(),
	count: text.optional(),
	targets: array(targetSchema),
	findings: array(findingSchema),
	provenance: object(fieldsOf(reportSchema.shape.provenance, "commit", "run"))
});
function isBlind({ coverage }) {
	return coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) === true;
}
function findingsOf(report, target) {
	const index = report.targets.indexOf(target);
	const earlier = [];
	const unsettled = /* @__PURE__ */ new Set();
	const isStock = tookStock(report, target);
	for (const each of report.findings) {
		if (each.target !== index) continue;
		const { opinions, ...rest } = each;
		const finding = {
			...rest,
			fixedVersions: [],
			status: "unknown",
			...opinions && { opinions: opinions.map(({ scanner }) => ({
				...NO_OPINION,
				scanner,
				id: each.id
			})) }
		};
		earlier.push(finding);
		if (!isLetIn(each, target, isStock)) unsettled.add(finding);
	}
	return {
		earlier,
		unsettled
	};
}
const NO_OPINION = {
	severity: "UNKNOWN",
	fixedVersions: []
};
function isLetIn({ outcome, spared, severity, exploitation }, target, isStock) {
	if (outcome === "not-counted") return spared === "not-introduced";
	if (outcome !== "open") return false;
	if (isStock) return true;
	const { rows = [], exploitRows = [] } = target;
	if (rows.length === 0 || rows.some((row) => row.broken && row.severity === severity)) return false;
	return !exploitRows.some(({ broken, kind, above = 1 }) => broken && kind === "exploited" ? exploitation?.kev !== void 0 : broken && (exploitation?.epss ?? 0) > above);
}
function tookStock({ mode, count }, { baseline }) {
	const hadNone = baseline === void 0 || baseline.kind === "none" && baseline.trouble !== true;
	return mode === "warn" && (hadNone || count !== "introduced");
}
function baselineInReport(report, judged, source, name) {
	const stored = matching(report, judged);
	if (stored === void 0) throw baselineIncomplete(name, `is about ${report.targets.length} other targets than ${judged.target.label}`);
	if (stored.verdict === "error") throw baselineIncomplete(name, "is of a scan that did not happen");
	if (stored.packages === void 0) throw baselineIncomplete(name, "was made by an Image Gate that kept no packages");
	return {
		source: {
			image: stored.label,
			commit: report.provenance.commit,
			madeAt: report.generatedAt,
			...source
		},
		names: [...stored.artifact?.names ?? [], ...stored.artifact?.claims ?? []],
		platform: stored.artifact?.platform,
		contents: {
			packages: stored.packages,
			os: stored.artifact?.os
		},
		...findingsOf(report, stored),
		blind: isBlind(stored),
		kinds: kindsOf(stored.provenance?.scanners)
	};
}
function matching({ targets }, judged) {
	const { platform } = judged.scan.artifact;
	const typed = repositoryName(judged.target.as ?? judged.target.input);
	const same = targets.filter(({ as, input, label }) => repositoryName(as ?? input ?? label) === typed);
	return same.filter((each) => platform === void 0 || platformMatches(platform, each.artifact?.platform))[0] ?? same[0] ?? (targets.length === 1 ? targets[0] : void 0);
}
function isSameImage(names, { target, scan }) {
	const own = new Set([
		target.input,
		...scan.artifact.names,
		...scan.artifact.claims ?? []
	].map(repositoryName));
	return names.some((name) => own.has(repositoryName(name)));
}

// src/baseline/read-file.ts
function isBaselineFile(given) {
	return /^(?:\.{1,2}\/|\/|[A-Za-z]:[\\/])|\.(?:json|cdx|xml|spdx)$/.test(given);
}
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
	if ("spdxVersion" in document || "SPDXID" in document || isSpdx3(document)) throw baselineSpdx(name);
	if (document.bomFormat === "CycloneDX") return () => cycloneDx(document, bytes, given, name);
	const reader = readerOf(document, reports);
	if (reader?.earlier) return scannersReport(readScan(document, given, name, reader.earlier), given, name);
	if (reader !== void 0) throw baselineUnknown(name, `is a report of ${reader.name}, which names and places packages in its own way`);
	if ("version" in document && "targets" in document) return ownReport(document, given, name);
	throw baselineUnknown(name, "is neither Image Gate's report nor a known scanner's nor a CycloneDX SBOM");
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
const sbomSchema = object({
	metadata: object({
		timestamp: string().optional(),
		component: object({ name: string().optional() }).optional()
	}).optional(),
	components: array(object({
		purl: string().optional(),
		properties: array(object({ name: string() })).optional()
	})).optional()
});
function allIn(document) {
	const all = [];
	const waiting = [document.components, subjectOf(document).components];
	while (waiting.length > 0) {
		const list = waiting.pop();
		for (const each of Array.isArray(list) ? list : []) {
			if (typeof each !== "object" || each === null) continue;
			all.push(each);
			waiting.push(each.components);
		}
	}
	return all;
}
function subjectOf({ metadata }) {
	return metadata?.component ?? {};
}
function cycloneDx(document, bytes, given, name) {
	const parsed = sbomSchema.safeParse(document);
	if (!parsed.success) throw baselineDamaged(name, `has a wrong value at ${keyOf(parsed.error)}`);
	const { metadata, components = [] } = parsed.data;
	const all = allIn(document);
	if (all.length === 0) throw baselineIncomplete(name, "has no components");
	const isTrivys = components.some((each) => each.properties?.some(({ name: key }) => key.startsWith("aquasecurity:trivy:")));
	const image = metadata?.component?.name;
	return {
		source: {
			kind: "sbom",
			given,
			image,
			madeAt: metadata?.timestamp,
			notes: isTrivys ? void 0 : ["It was not made by Trivy and does not say where packages lie: a second copy elsewhere may not be seen as new."]
		},
		names: image === void 0 ? [] : [image],
		platform: platformOf(all.map(({ purl }) => typeof purl === "string" ? purl : void 0)),
		contents: { sbom: bytes },
		kinds: /* @__PURE__ */ new Set(["vulnerability"]),
		withoutPaths: !isTrivys
	};
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

export { baselineAmbiguous, baselineIn, baselineInReport, baselineOtherImage, baselinePlatform, baselineUnavailable, baselineUnused, isBaselineFile, isSameImage, kindsOf, readBaselineFile, storedReportSchema };
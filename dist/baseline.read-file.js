import { isSbom, readSbom } from "./documents.sbom.js";
import { GateError, isObject } from "./shared.start.js";
import { SYSTEM_GAPS, parsePurl, platformMatches, repeatedKey } from "./shared.domain.js";
import { array, number, object, string } from "./package.zod.js";
import { GIVEN_REPORT, readGivenFile, repositoryName } from "./shared.answer.js";
import { readerOf } from "./scan.given-reports.js";
import { exploitRow, fieldsOf, finding, installed, reportSchema, severityRow, target } from "./shared.evidence.js";

// src/baseline/errors.ts
function baselineMissing(given) {
	return new GateError("baseline-missing", `\`baseline\` ${JSON.stringify(given)} reads as a file, and there is none`, "Check the path, which is relative to the workspace, and that a step before this one writes it. An image reference does not start with `./` or `/` and does not end in `.json`.");
}
function baselineAmbiguous(given) {
	return new GateError("baseline-ambiguous", `\`baseline\` ${JSON.stringify(given)} is an image reference, and the workspace has a file of that name`, "A change that is proposed may have added it, to be compared with something of its own. Remove the file; to name it as the baseline, write `./` in front.");
}
function baselineDamaged(name, why, cause) {
	return new GateError("baseline-damaged", `${name} ${why}`, "It must be a whole JSON document: Image Gate's `report`, Trivy's JSON, or an SBOM. Make it again, or set `baseline: none`.", { cause });
}
function baselineUnknown(name, why) {
	return new GateError("baseline-unknown", `${name} ${why}`, "Use Image Gate's `report` (version 1), Trivy's JSON (SchemaVersion 2), or an SBOM as JSON: CycloneDX, SPDX 2 or Syft's own.");
}
function baselineSpdx(name) {
	return new GateError("baseline-spdx", `${name} is an SPDX document of a kind that is not read: SPDX 3, RDF, or tags and values`, "Make it as JSON of SPDX 2 (`trivy image --format spdx-json`) or CycloneDX (`trivy image --format cyclonedx`).");
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

// src/baseline/packages-sbom.ts
const OWN_FILE = /* @__PURE__ */ new Set([
	"python-pkg",
	"conda-pkg",
	"gemspec",
	"node-pkg",
	"jar"
]);
function toCycloneDx({ name, os, packages }) {
	const root = component({
		"bom-ref": "root",
		type: "container",
		name
	}, { SchemaVersion: "2" });
	const system = os && component({
		"bom-ref": "os",
		type: "operating-system",
		name: os.family,
		version: os.name
	}, {
		Class: "os-pkgs",
		Type: os.family
	});
	const files = /* @__PURE__ */ new Map();
	const libraries = [];
	const below = /* @__PURE__ */ new Map();
	const put = (parent, child) => {
		const children = below.get(parent);
		if (children === void 0) below.set(parent, [child]);
		else children.push(child);
	};
	if (system) put(root["bom-ref"], system["bom-ref"]);
	for (const [index, each] of packages.entries()) {
		if (each.purl === void 0 || each.thirdParty === true) continue;
		const library = libraryOf(each, each.purl, index);
		libraries.push(library);
		if (each.system === true) put("os", library["bom-ref"]);
		else if (OWN_FILE.has(each.type)) put(root["bom-ref"], library["bom-ref"]);
		else put(fileOf(each, files, (ref) => put(root["bom-ref"], ref)), library["bom-ref"]);
	}
	return {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: { component: root },
		components: [
			...system ? [system] : [],
			...files.values(),
			...libraries
		],
		dependencies: [...below].map(([ref, dependsOn]) => ({
			ref,
			dependsOn
		}))
	};
}
function asCycloneDx({ subject, packages }) {
	return {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: { component: {
			"bom-ref": "root",
			type: "container",
			name: subject ?? ""
		} },
		components: packages.flatMap(({ name, version, purl }, index) => purl === void 0 ? [] : [{
			"bom-ref": `package-${index}`,
			type: "library",
			name,
			version,
			purl
		}])
	};
}
function fileOf({ type, path = "" }, files, added) {
	const key = `${type}\0${path}`;
	const known = files.get(key);
	if (known !== void 0) return known["bom-ref"];
	const made = component({
		"bom-ref": `file-${files.size}`,
		type: "application",
		name: path
	}, {
		Class: "lang-pkgs",
		Type: type
	});
	files.set(key, made);
	added(made["bom-ref"]);
	return made["bom-ref"];
}
function libraryOf(each, purl, index) {
	const [epoch, version] = splitEpoch(each.source?.version ?? "");
	const properties = {
		FilePath: OWN_FILE.has(each.type) ? each.path : void 0,
		LayerDiffID: each.diffId,
		Modularitylabel: each.modularity,
		PkgID: each.id,
		PkgType: each.type,
		SrcName: each.source?.name,
		SrcVersion: version || void 0,
		SrcEpoch: epoch
	};
	const { name, group } = nameOf(each.name, purl);
	return component({
		"bom-ref": `package-${index}`,
		type: "library",
		name,
		group,
		version: each.version,
		purl
	}, properties);
}
function nameOf(name, purl) {
	const parsed = parsePurl(purl);
	return parsed?.type === "maven" || parsed?.type === "npm" ? {
		name: parsed.name,
		group: parsed.namespace
	} : { name };
}
function splitEpoch(version) {
	const colon = version.indexOf(":");
	return colon === -1 ? [void 0, version] : [version.slice(0, colon), version.slice(colon + 1)];
}
function component(about, properties) {
	const given = Object.entries(properties).flatMap(([key, value]) => value === void 0 ? [] : [{
		name: `aquasecurity:trivy:${key}`,
		value
	}]);
	return {
		...about,
		properties: given
	};
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
	if (packages.length === 0 && listOf(document.components).length === 0) throw baselineIncomplete(name, "lists no packages");
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
	return listOf(components).some((each) => listOf(isObject(each) ? each.properties : void 0).some((one) => isObject(one) && typeof one.name === "string" && one.name.startsWith("aquasecurity:trivy:")));
}
function madeAt({ metadata, creationInfo }) {
	const time = isObject(metadata) ? metadata.timestamp : isObject(creationInfo) ? creationInfo.created : void 0;
	return typeof time === "string" ? time : void 0;
}
function listOf(value) {
	return Array.isArray(value) ? value : [];
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

export { baselineAmbiguous, baselineIn, baselineInReport, baselineOtherImage, baselinePlatform, baselineUnavailable, baselineUnused, isBaselineFile, isSameImage, kindsOf, readBaselineFile, storedReportSchema, toCycloneDx };
import { Ct as isDigest, Dt as parseReference, H as GateError, L as readGivenFile, O as withoutRunnerPath, Ot as referenceParts, Tt as isSameRepository, a as argumentsWithoutSecrets, h as repeatedKey, i as shownInstruction, in as toSeverity, m as misspeltKey, n as coverageOf, o as withoutSecrets, pt as remembering, r as layerInstructions, t as disagreement, x as isAbsolutePath } from "./shared.js";
import { d as number, f as object, h as string, i as boolean, p as record, r as array, u as never } from "./zod.js";
import { i as requireMatch, n as requireName } from "./targets.js";
import { chmodSync, closeSync, copyFileSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

// src/scanners/trivy/report/ecosystems.ts
const BY_TYPE = new Map(Object.entries({
	debian: ["ubuntu", "echo"],
	rpm: [
		"alma",
		"amazon",
		"azurelinux",
		"bottlerocket",
		"cbl-mariner",
		"centos",
		"centos-stream",
		"coreos",
		"fedora",
		"opensuse",
		"opensuse-leap",
		"opensuse-tumbleweed",
		"oracle",
		"photon",
		"redhat",
		"rocky",
		"slem",
		"sles",
		"suse"
	],
	alpine: [
		"chainguard",
		"minimos",
		"wolfi"
	],
	cargo: ["rustbinary"],
	go: ["gobinary", "gomod"],
	npm: [
		"bun",
		"javascript",
		"node-pkg",
		"pnpm",
		"yarn"
	],
	nuget: ["dotnet-core", "packages-props"],
	pypi: [
		"pip",
		"pipenv",
		"poetry",
		"pylock",
		"python-pkg",
		"uv"
	],
	maven: [
		"gradle",
		"jar",
		"pom",
		"sbt"
	]
}).flatMap(([ecosystem, types]) => types.map((type) => [type, ecosystem])));
const OWN_FILE = /* @__PURE__ */ new Set([
	"python-pkg",
	"conda-pkg",
	"gemspec",
	"node-pkg",
	"jar"
]);
const PROGRAMS = /* @__PURE__ */ new Set(["gobinary", "rustbinary"]);
function ecosystemOfType(type) {
	return BY_TYPE.get(type);
}
function listedIn(type) {
	if (OWN_FILE.has(type)) return "own-file";
	return PROGRAMS.has(type) ? "program" : void 0;
}

// src/scanners/trivy/report/schema.ts
const layer = object({ DiffID: string().optional() }).optional();
const vulnerabilitySchema = object({
	VulnerabilityID: string().min(1),
	PkgName: string().optional(),
	PkgPath: string().optional(),
	PkgIdentifier: object({ PURL: string().optional() }).optional(),
	InstalledVersion: string().optional(),
	FixedVersion: string().optional(),
	Status: string().optional(),
	PublishedDate: string().optional(),
	Layer: layer,
	PrimaryURL: string().optional(),
	Title: string().optional(),
	Severity: string().optional()
});
const explainedVulnerabilitySchema = vulnerabilitySchema.extend({ Description: string().optional() });
const misconfigurationSchema = object({
	ID: string().min(1),
	Title: string().optional(),
	Description: string().optional(),
	Severity: string().optional(),
	PrimaryURL: string().optional(),
	Status: string(),
	Layer: layer,
	CauseMetadata: object({ StartLine: number().optional() }).optional()
});
const secretSchema = object({
	RuleID: string().min(1),
	Title: string().optional(),
	Severity: string().optional(),
	StartLine: number().optional(),
	Layer: layer
});
const licenseSchema = object({
	Name: string(),
	Severity: string().optional(),
	Category: string().optional(),
	PkgName: string().optional(),
	FilePath: string().optional(),
	Link: string().optional()
});
const packageSchema = object({
	ID: string().optional(),
	Name: string().optional(),
	Identifier: object({ PURL: string().optional() }).optional(),
	Version: string().optional(),
	Release: string().optional(),
	Epoch: number().optional(),
	SrcName: string().optional(),
	SrcVersion: string().optional(),
	SrcRelease: string().optional(),
	SrcEpoch: number().optional(),
	Modularitylabel: string().optional(),
	Repository: object({ Class: string().optional() }).optional(),
	FilePath: string().optional(),
	Relationship: string().optional(),
	DependsOn: array(string()).optional(),
	Layer: layer,
	InstalledFiles: array(string()).optional(),
	AnalyzedBy: string().optional()
});
const resultSchema = object({
	Target: string().optional(),
	Class: string().optional(),
	Type: string().optional(),
	Packages: never().optional(),
	Vulnerabilities: never().optional(),
	Misconfigurations: never().optional(),
	Secrets: never().optional(),
	Licenses: never().optional(),
	ExperimentalModifiedFindings: never().optional()
});
const metadataSchema = object({
	OS: object({
		Family: string().optional(),
		Name: string().optional(),
		EOSL: boolean().optional()
	}).optional(),
	ImageID: string().optional(),
	Size: number().optional(),
	Layers: array(object({ Size: number().optional() })).optional(),
	DiffIDs: array(string()).optional(),
	RepoTags: array(string()).optional(),
	RepoDigests: array(string()).optional(),
	ImageConfig: object({
		architecture: string().optional(),
		variant: string().optional(),
		os: string().optional(),
		created: string().optional(),
		config: object({ Labels: record(string(), string()).nullish() }).optional().catch(void 0),
		history: array(object({
			created_by: string().optional(),
			empty_layer: boolean().optional()
		})).nullish(),
		rootfs: object({ diff_ids: array(string()).nullish() }).optional()
	}).optional()
});
const reportSchema = object({
	Trivy: object({ Version: string().optional() }).optional(),
	CreatedAt: string().optional(),
	ArtifactName: string().optional(),
	ArtifactType: string(),
	Metadata: metadataSchema.optional()
});
function invalidReport(what, path, cause) {
	const where = path === void 0 || path.length === 0 ? "" : ` at ${keyPath(path)}`;
	return new GateError("report-invalid", `The Trivy report ${what}${where}`, "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.", { cause });
}
function parsed(schema, value, at, ...row) {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const issue = result.error.issues[0];
	throw invalidReport(issue?.code === "invalid_type" ? `has no ${expected(issue.expected)}` : "has a wrong value", [
		...at,
		...row,
		...issue?.path ?? []
	]);
}
function expected(type) {
	return type === "never" ? "array" : type;
}
function keyPath(path) {
	return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").replace(/^\./, "");
}

// src/scanners/trivy/report/document.ts
function wholeDocument(text) {
	const { Results: results, ...rest } = objectIn(text);
	if (results === void 0) return {
		head: rest,
		results: []
	};
	if (!Array.isArray(results)) throw invalidReport("has no array", ["Results"]);
	return {
		head: {
			...rest,
			Results: []
		},
		results: results.map(rawResult)
	};
}
function rawResult(result) {
	if (typeof result !== "object" || result === null || Array.isArray(result)) return {
		fields: result,
		rows: /* @__PURE__ */ new Map()
	};
	const entries = Object.entries(result);
	return {
		fields: Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value))),
		rows: new Map(entries.filter((entry) => Array.isArray(entry[1])))
	};
}
function objectIn(text) {
	const document = parse(text);
	if (typeof document === "object" && document !== null && !Array.isArray(document)) return document;
	throw invalidReport("is not a JSON object");
}
function parse(text) {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw invalidReport(text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", void 0, cause);
	}
}
function textOf(bytes) {
	try {
		const hasMark = bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191;
		return bytes.toString("utf8", hasMark ? 3 : 0);
	} catch (cause) {
		throw reportTooLarge(cause);
	}
}
function reportTooLarge(cause) {
	return new GateError("report-too-large", "The Trivy report is larger than can be read at once", "Scan less at a time: name parts of the target, or leave folders out by `skip-dirs`.", { cause });
}
const RESULTS = "\n  \"Results\": [\n";
const ROW_START = "        {";
const LAST_ROW_END = Buffer.from("}\n      ]");
const ROW_INDENT = 8;
const WINDOW = 2048;
const BETWEEN_ROWS = Buffer.from("},\n        {\n");
const BATCH = 32;
const NEWLINE = 10;
function cutDocument(bytes) {
	const start = bytes.indexOf(RESULTS);
	if (bytes[0] !== 123 || start === -1) return void 0;
	const lines = new Lines(bytes, start + 16);
	const results = [];
	for (let hasMore = true; hasMore;) {
		if (lines.next() !== "    {") return void 0;
		const result = cutResult(bytes, lines);
		if (result === void 0) return void 0;
		results.push(result);
		hasMore = lines.current === "    },";
	}
	if (!/^ {2}\],?$/.test(lines.next())) return void 0;
	const comma = lines.current.endsWith(",") ? "," : "";
	const text = `${bytes.toString("utf8", 0, start)}\n  "Results": []${comma}\n${bytes.toString("utf8", lines.at)}`;
	try {
		const head = objectIn(text);
		return Array.isArray(head.Results) && head.Results.length === 0 ? {
			head,
			results
		} : void 0;
	} catch {
		return;
	}
}
var Lines = class {
	#bytes;
	at;
	current = "";
	constructor(bytes, at) {
		this.#bytes = bytes;
		this.at = at;
	}
	next() {
		const end = this.#bytes.indexOf(NEWLINE, this.at);
		this.current = end === -1 ? "" : this.#bytes.toString("utf8", this.at, end);
		this.at = end === -1 ? this.#bytes.length : end + 1;
		return this.current;
	}
	isNext(line) {
		return this.#bytes.toString("latin1", this.at, this.at + line.length + 1) === `${line}\n`;
	}
};
function cutResult(bytes, lines) {
	const fields = [];
	const rows = /* @__PURE__ */ new Map();
	for (;;) {
		const line = lines.next();
		if (line === "") return void 0;
		if (/^ {4}\},?$/.test(line)) break;
		const key = /^ {6}"(\w+)": \[$/.exec(line)?.[1];
		if (key === void 0 || !lines.isNext(ROW_START)) {
			fields.push(line);
			continue;
		}
		const cut = cutRows(bytes, lines);
		if (cut === void 0 || rows.has(key)) return void 0;
		rows.set(key, cut);
	}
	try {
		const text = fields.join("\n").replace(/,$/, "");
		const rest = rawResult(JSON.parse(`{${text}}`));
		return {
			fields: rest.fields,
			rows: new Map([...rest.rows, ...rows])
		};
	} catch {
		return;
	}
}
function cutRows(bytes, lines) {
	const start = lines.at;
	const close = indexInWindows(bytes, LAST_ROW_END, start);
	if (bytes[close - ROW_INDENT - 1] !== NEWLINE) return void 0;
	const list = bytes.subarray(start, close + 1);
	lines.at = start + list.length + 1;
	if (!/^ {6}\],?$/.test(lines.next())) return void 0;
	return { *[Symbol.iterator]() {
		let at = 0;
		for (const end of batchEnds(list)) {
			yield* parse(`[${list.toString("utf8", at, end)}]`);
			at = end + 1;
		}
	} };
}
function indexInWindows(bytes, needle, from) {
	for (let at = from; at < bytes.length; at += WINDOW) {
		const index = bytes.subarray(at, at + WINDOW + needle.length - 1).indexOf(needle);
		if (index !== -1) return at + index;
	}
	return -1;
}
function* batchEnds(list) {
	let rows = 0;
	for (let at = list.indexOf(BETWEEN_ROWS); at !== -1; at = list.indexOf(BETWEEN_ROWS, at + BETWEEN_ROWS.length)) if (++rows % BATCH === 0) yield at + 1;
	yield list.length;
}

// src/scanners/trivy/report/sanitize.ts
function writeSanitized({ raw, bytes, document }, file) {
	const patch = needsRewrite(document, bytes) ? void 0 : metadataPatch(bytes, document);
	if (patch === void 0) rewrite(raw, bytes);
	else overwrite(raw, patch);
	chmodSync(raw, 384);
	move(raw, file);
}
function rewrite(file, bytes) {
	let text;
	try {
		text = JSON.stringify(sanitized(JSON.parse(textOf(bytes))), void 0, 2);
	} catch (cause) {
		throw cause instanceof RangeError ? reportTooLarge(cause) : cause;
	}
	writeFileSync(file, `${text}\n`);
}
function overwrite(file, { at, text }) {
	const descriptor = openSync(file, "r+");
	try {
		for (let done = 0; done < text.length;) done += writeSync(descriptor, text, done, text.length - done, at + done);
	} finally {
		closeSync(descriptor);
	}
}
function move(from, to) {
	try {
		renameSync(from, to);
	} catch (error) {
		if (error.code !== "EXDEV") throw error;
		copyFileSync(from, to);
	}
}
function sanitized(report) {
	if (!isObject(report)) return report;
	const copy = { ...report };
	if (typeof copy.ArtifactName === "string") copy.ArtifactName = withoutLogin(copy.ArtifactName);
	if (isObject(copy.Metadata)) copy.Metadata = cleanMetadata(copy.Metadata);
	if (Array.isArray(copy.Results)) copy.Results = copy.Results.map(cleanResult);
	return copy;
}
function needsRewrite({ head, results }, bytes) {
	if (typeof head.ArtifactName === "string" && withoutLogin(head.ArtifactName) !== head.ArtifactName) return true;
	return results.some(({ rows }) => [...rows.keys()].some((key) => !PLAIN_ROWS.has(key))) || bytes.includes("tedBy\":");
}
const PLAIN_ROWS = /* @__PURE__ */ new Set([
	"Packages",
	"Vulnerabilities",
	"Licenses"
]);
const METADATA = "\n  \"Metadata\": {\n";
const METADATA_END = "\n  }";
function metadataPatch(bytes, { head }) {
	if (head.Metadata === void 0) return {
		at: 0,
		text: Buffer.alloc(0)
	};
	const start = bytes.indexOf(METADATA);
	if (bytes[0] !== 123 || start === -1) return void 0;
	const at = start + 17 - 2;
	const end = bytes.indexOf(METADATA_END, at);
	if (end === -1) return void 0;
	const close = end + 4;
	const metadata = cleanMetadata(JSON.parse(bytes.toString("utf8", at, close)));
	const text = Buffer.from(JSON.stringify(metadata, void 0, 2).replaceAll("\n", "\n  "));
	if (text.length > close - at) return void 0;
	return {
		at,
		text: Buffer.concat([text, Buffer.alloc(close - at - text.length, " ")])
	};
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function cleanMetadata(metadata) {
	const copy = { ...metadata };
	if ("ImageConfig" in copy) copy.ImageConfig = cleanImageConfig(copy.ImageConfig);
	if (Array.isArray(copy.Layers)) copy.Layers = copy.Layers.map(cleanLayer);
	if (typeof copy.RepoURL === "string") copy.RepoURL = withoutLogin(copy.RepoURL);
	return copy;
}
function cleanImageConfig(value) {
	if (typeof value === "string") return withoutSecrets(value);
	if (Array.isArray(value) && value.every((each) => typeof each === "string")) return argumentsWithoutSecrets(value);
	if (Array.isArray(value)) return value.map(cleanImageConfig);
	if (!isObject(value)) return value;
	const entries = Object.entries(value).flatMap(([key, each]) => {
		if (key.toLowerCase() === "env") return [];
		if (key === "created_by" && typeof each === "string") return [[key, shownInstruction(each)]];
		if (key === "OnBuild" && Array.isArray(each)) return [[key, each.map(cleanTrigger)]];
		if (key === "container_config") return [];
		if (key === "Labels" && isObject(each)) return [[key, Object.fromEntries(Object.entries(each).map(cleanLabel))]];
		return [[key, cleanImageConfig(each)]];
	});
	return Object.fromEntries(entries);
}
function cleanLabel([name, value]) {
	if (typeof value !== "string") return [name, cleanImageConfig(value)];
	return [name, withoutSecrets(`${name}=x`) !== `${name}=x` ? "***" : withoutSecrets(value)];
}
function cleanTrigger(trigger) {
	return typeof trigger === "string" ? shownInstruction(trigger) : trigger;
}
function cleanResult(result) {
	if (!isObject(result)) return result;
	const copy = { ...result };
	if (Array.isArray(copy.Secrets)) copy.Secrets = copy.Secrets.map(cleanSecret);
	if (Array.isArray(copy.Misconfigurations)) copy.Misconfigurations = copy.Misconfigurations.map(cleanMisconfiguration);
	for (const key of [
		"Packages",
		"Vulnerabilities",
		"Licenses",
		"CustomResources"
	]) if (Array.isArray(copy[key])) copy[key] = copy[key].map(cleanRow);
	if (Array.isArray(copy.ExperimentalModifiedFindings)) copy.ExperimentalModifiedFindings = copy.ExperimentalModifiedFindings.map(cleanModified);
	return copy;
}
function cleanModified(modified) {
	if (!isObject(modified) || !("Finding" in modified)) return modified;
	const { Type: type, Finding: finding } = modified;
	if (type === "vulnerability" || type === "license") return {
		...modified,
		Finding: cleanRow(finding)
	};
	return {
		...modified,
		Finding: cleanSecret(cleanMisconfiguration(finding))
	};
}
function cleanMisconfiguration(row) {
	if (!isObject(row)) return row;
	const { Message: _message, Traces: _traces, ...rest } = row;
	if (isObject(rest.CauseMetadata)) {
		const { Code: _code, RenderedCause: _rendered, Occurrences: _occurrences, ...cause } = rest.CauseMetadata;
		rest.CauseMetadata = cause;
	}
	return cleanRow(rest);
}
function cleanSecret(secret) {
	if (!isObject(secret)) return secret;
	const { Match: _match, Code: _code, ...rest } = secret;
	return cleanRow(rest);
}
function cleanRow(row) {
	return isObject(row) && isObject(row.Layer) && "CreatedBy" in row.Layer ? {
		...row,
		Layer: cleanLayer(row.Layer)
	} : row;
}
function cleanLayer(layer) {
	if (!isObject(layer) || typeof layer.CreatedBy !== "string") return layer;
	return {
		...layer,
		CreatedBy: shownInstruction(layer.CreatedBy)
	};
}
function withoutLogin(text) {
	return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]+@/i, "$1***@");
}

// src/scanners/trivy/report/packages.ts
function packagesOf(results) {
	return results.flatMap((result, at) => {
		const { Type: type = "" } = result;
		const [ecosystem, place] = [ecosystemOfType(type), listedIn(type)];
		return [...result.rows.get("Packages") ?? []].map((value, index) => {
			const each = parsed(packageSchema, value, [
				"Results",
				at,
				"Packages"
			], index);
			return {
				name: each.Name ?? "",
				version: versionOf(each.Epoch, each.Version, each.Release),
				type,
				ecosystem,
				listedIn: place,
				purl: each.Identifier?.PURL,
				path: pathOf(each, result),
				system: result.Class === "os-pkgs" || void 0,
				source: sourceOf(each),
				modularity: each.Modularitylabel || void 0,
				thirdParty: each.Repository?.Class === "third-party" || void 0,
				diffId: each.Layer?.DiffID,
				id: each.ID,
				relationship: each.Relationship,
				dependsOn: each.DependsOn,
				filePath: each.FilePath,
				installedFiles: each.InstalledFiles,
				manager: each.AnalyzedBy
			};
		});
	});
}
function pathOf({ FilePath: file }, { Class: kind, Type: type = "", Target: target }) {
	return (file ?? (kind === "lang-pkgs" && listedIn(type) !== "own-file" ? target : void 0))?.replace(/^\/+/, "") || void 0;
}
function sourceOf(each) {
	if (!each.SrcName) return void 0;
	return {
		name: each.SrcName,
		version: versionOf(each.SrcEpoch, each.SrcVersion, each.SrcRelease)
	};
}
function versionOf(epoch, version, release) {
	if (version === void 0) return "";
	return `${epoch ? `${epoch}:` : ""}${version}${release ? `-${release}` : ""}`;
}
function packageFinder(packages) {
	let index;
	return (name, path) => {
		index ??= new Map(packages.map((each) => [`${each.name}\0${each.filePath?.replace(/^\/+/, "") ?? ""}`, each]));
		return index.get(`${name}\0${path ?? ""}`);
	};
}
const PACKAGE_CLASSES = /* @__PURE__ */ new Set(["os-pkgs", "lang-pkgs"]);
function packagesReport({ head, results }, target) {
	const name = nameOf(head.ArtifactName, target);
	const lists = results.flatMap(({ fields, rows }) => {
		const { Class: kind, Type: type, Target: place } = fields;
		if (!PACKAGE_CLASSES.has(kind)) return [];
		const packages = [...rows.get("Packages") ?? []].map(withoutFiles);
		return [{
			Target: placeOf(place, head.ArtifactName, name),
			Class: kind,
			Type: type,
			Packages: packages
		}];
	});
	return JSON.stringify(sanitized({
		...head,
		ArtifactName: name,
		Results: lists
	}));
}
function withoutFiles(row) {
	const { InstalledFiles: _files, ...rest } = row;
	return rest;
}
function nameOf(artifact, { kind, label }) {
	if (typeof artifact !== "string" || !isAbsolutePath(artifact)) return artifact;
	return kind === "trivy-report" ? withoutRunnerPath(artifact) : label;
}
function placeOf(place, artifact, name) {
	if (typeof place !== "string" || typeof artifact !== "string" || typeof name !== "string") return place;
	return artifact !== "" && place.startsWith(artifact) ? `${name}${place.slice(artifact.length)}` : place;
}

// src/scanners/trivy/report/build-trace.ts
const BASE_NAME = "org.opencontainers.image.base.name";
const BASE_DIGEST = "org.opencontainers.image.base.digest";
function buildTrace(metadata, layers) {
	if (layers.length === 0) return void 0;
	const config = metadata?.ImageConfig;
	const labels = config?.config?.Labels ?? {};
	return {
		baseName: labels[BASE_NAME],
		baseDigest: labels[BASE_DIGEST],
		baseLayers: historyBaseLayers(config?.history ?? [], layers.length),
		instructions: layers.map(({ instruction }) => instruction)
	};
}
const COMMAND = /^(?:\/bin\/sh -c #\(nop\) +)?CMD\b/;
function historyBaseLayers(history, layers) {
	if (history.filter((entry) => entry.empty_layer !== true).length !== layers) return void 0;
	const lastLayer = history.findLastIndex((entry) => entry.empty_layer !== true);
	const command = history.slice(0, Math.max(0, lastLayer)).findLastIndex((entry) => entry.empty_layer === true && COMMAND.test(entry.created_by ?? ""));
	const below = history.slice(0, command + 1).filter((entry) => entry.empty_layer !== true).length;
	return below === 0 ? void 0 : below;
}

// src/scanners/trivy/report/findings.ts
function knownSeverity(text, rows, row) {
	const severity = toSeverity(text);
	if (severity !== "UNKNOWN" || text?.toUpperCase() === "UNKNOWN") return severity;
	throw invalidReport(text ? "has a severity that Trivy does not know" : "has no severity", [
		...rows,
		row,
		"Severity"
	]);
}
function addFindings(result, index, context, found) {
	const at = ["Results", index];
	addVulnerabilities(result, [...at, "Vulnerabilities"], context, found);
	addMisconfigurations(result, [...at, "Misconfigurations"], context, found);
	addSecrets(result, [...at, "Secrets"], context, found);
	addLicenses(result, [...at, "Licenses"], context, found);
}
function rowsOf({ rows }, key) {
	return rows.get(key) ?? [];
}
function addVulnerabilities(result, at, context, found) {
	let row = 0;
	const type = result.Type ?? "";
	const lockFile = result.Class === "lang-pkgs" && listedIn(type) !== "own-file" ? plain$1(result.Target) : void 0;
	const packageOf = sharingPackages(type);
	const versionsOf = remembering(versionsIn);
	const { describe } = context;
	const schema = describe === NO_DESCRIPTIONS ? vulnerabilitySchema : explainedVulnerabilitySchema;
	for (const value of rowsOf(result, "Vulnerabilities")) {
		const each = parsed(schema, value, at, row++);
		const name = each.PkgName ?? "";
		const path = plain$1(each.PkgPath) ?? lockFile;
		found.push({
			kind: "vulnerability",
			id: each.VulnerabilityID,
			severity: context.severityOf(each.Severity, at, row - 1),
			title: each.Title ?? "",
			description: describe(each.VulnerabilityID, each.Description),
			url: each.PrimaryURL,
			package: packageOf(name, each.InstalledVersion ?? "", each.PkgIdentifier?.PURL),
			fixedVersions: versionsOf(each.FixedVersion ?? ""),
			status: each.Status ?? "unknown",
			publishedAt: each.PublishedDate,
			path,
			layer: layerOf(each.Layer?.DiffID, context),
			owner: path === void 0 ? void 0 : context.ownerOf({
				path,
				name
			})
		});
	}
}
function sharingPackages(type) {
	const known = /* @__PURE__ */ new Map();
	const ecosystem = ecosystemOfType(type);
	return (name, version, purl) => {
		const same = known.get(purl);
		if (same !== void 0 && same.name === name && same.version === version) return same;
		const made = {
			name,
			version,
			purl,
			type,
			ecosystem
		};
		known.set(purl, made);
		return made;
	};
}
function addMisconfigurations(result, at, context, found) {
	let row = 0;
	for (const value of rowsOf(result, "Misconfigurations")) {
		const each = parsed(misconfigurationSchema, value, at, row++);
		if (each.Status !== "FAIL") continue;
		found.push({
			kind: "misconfiguration",
			id: each.ID,
			severity: context.severityOf(each.Severity, at, row - 1),
			title: each.Title || each.ID,
			description: context.describe(each.ID, each.Description),
			url: each.PrimaryURL,
			fixedVersions: [],
			status: "affected",
			path: pathOfTarget(result, context),
			line: lineOf(each.CauseMetadata?.StartLine),
			layer: layerOf(each.Layer?.DiffID, context)
		});
	}
}
function addSecrets(result, at, context, found) {
	let row = 0;
	const path = pathOfTarget(result, context);
	for (const value of rowsOf(result, "Secrets")) {
		const each = parsed(secretSchema, value, at, row++);
		found.push({
			kind: "secret",
			id: each.RuleID,
			severity: context.severityOf(each.Severity, at, row - 1),
			title: each.Title ?? "",
			fixedVersions: [],
			status: "affected",
			path,
			line: lineOf(each.StartLine),
			layer: layerOf(each.Layer?.DiffID, context),
			owner: path === void 0 ? void 0 : context.ownerOf({ path })
		});
	}
}
function addLicenses(result, at, context, found) {
	let row = 0;
	for (const value of rowsOf(result, "Licenses")) {
		const each = parsed(licenseSchema, value, at, row++);
		const path = plain$1(each.FilePath);
		found.push({
			kind: "license",
			id: each.Name,
			severity: context.severityOf(each.Severity, at, row - 1),
			title: each.Category ? `${each.Name}: ${each.Category} license` : each.Name,
			url: each.Link || void 0,
			package: each.PkgName ? licensedPackage(each.PkgName, path, context) : void 0,
			fixedVersions: [],
			status: "affected",
			path,
			owner: path === void 0 ? void 0 : context.ownerOf({
				path,
				name: each.PkgName
			})
		});
	}
}
function licensedPackage(name, path, { packageAt }) {
	const found = packageAt(name, path);
	const type = found?.type ?? "";
	return {
		name,
		version: found?.version ?? "",
		type,
		ecosystem: ecosystemOfType(type)
	};
}
function pathOfTarget({ Target: target }, { artifactName }) {
	return target === artifactName ? void 0 : plain$1(target);
}
function layerOf(diffId, { layers }) {
	if (!diffId) return void 0;
	const known = layers.get(diffId);
	if (known) return known;
	const unlisted = { diffId };
	layers.set(diffId, unlisted);
	return unlisted;
}
function lineOf(line) {
	return line !== void 0 && Number.isSafeInteger(line) && line > 0 ? line : void 0;
}
function versionsIn(text) {
	if (!text) return [];
	if (!text.includes(",")) return [text.trim()];
	return text.split(",").map((version) => version.trim()).filter((version) => version !== "");
}
function plain$1(path) {
	const without = path?.replace(/^\/+/, "");
	return without === "" ? void 0 : without;
}
const LONGEST = 1e3;
function keepingDescriptions() {
	const known = /* @__PURE__ */ new Map();
	return (id, text) => {
		if (text === void 0 || text.trim() === "") return void 0;
		const made = cut(text);
		const first = known.get(id);
		if (first === made) return first;
		if (first === void 0) known.set(id, made);
		return made;
	};
}
const NO_DESCRIPTIONS = () => void 0;
function cut(text) {
	if (text.length <= LONGEST) return text;
	const head = text.slice(0, 999).replace(/[\uD800-\uDBFF]$/, "");
	return Buffer.from(`${head}…`).toString();
}

// src/scanners/trivy/database/buckets.ts
const HEADER = 16;
const ELEMENT = 16;
const BRANCH = 1;
const MOST_PAGES = 2e3;
const MOST_BYTES$1 = 16777216;
const known = /* @__PURE__ */ new WeakMap();
function bucketsOf(database) {
	if (!known.has(database)) known.set(database, readBuckets(join(database.folder, "trivy.db")));
	return known.get(database);
}
function readBuckets(path) {
	let file;
	try {
		file = openSync(path, "r");
		const pages = pagesOf(file);
		const names = /* @__PURE__ */ new Set();
		const waiting = [pages.root];
		for (let read = 0; waiting.length > 0; read += 1) {
			if (read === MOST_PAGES) return void 0;
			const page = pages.read(waiting.pop());
			const flags = page.readUInt16LE(8);
			const count = page.readUInt16LE(10);
			if ((flags & 3) === 0) return void 0;
			for (let index = 0; index < count; index += 1) if ((flags & BRANCH) !== 0) waiting.push(childAt(page, index));
			else names.add(keyAt(page, index).toLowerCase());
		}
		return names;
	} catch {
		return;
	} finally {
		if (file !== void 0) closeSync(file);
	}
}
function pagesOf(file) {
	const first = readAt(file, 0, 80);
	const size = first.readUInt32LE(24);
	const metas = [first, readAt(file, size, 80)].filter((meta) => meta.readUInt32LE(HEADER) === 3977042669);
	const transaction = (meta) => meta.readBigUInt64LE(64);
	const [latest] = metas.sort((a, b) => Number(transaction(b) - transaction(a)));
	if (latest === void 0) throw new TypeError("no database");
	return {
		root: Number(latest.readBigUInt64LE(32)),
		read(id) {
			const bytes = size * (1 + readAt(file, id * size, HEADER).readUInt32LE(12));
			if (bytes > MOST_BYTES$1) throw new TypeError("no page of Trivy's");
			return readAt(file, id * size, bytes);
		}
	};
}
function readAt(file, position, bytes) {
	const buffer = Buffer.alloc(bytes);
	if (readSync(file, buffer, 0, bytes, position) !== bytes) throw new TypeError("cut off");
	return buffer;
}
function childAt(page, index) {
	return Number(page.readBigUInt64LE(HEADER + index * ELEMENT + 8));
}
function keyAt(page, index) {
	const at = HEADER + index * ELEMENT;
	const start = at + page.readUInt32LE(at + 4);
	return page.toString("utf8", start, start + page.readUInt32LE(at + 8));
}
const major = (name) => /^\d+/.exec(name)?.[0] ?? name;
const minor = (name) => /^\d+\.\d+/.exec(name)?.[0] ?? name;
const asItIs = (name) => name;
function amazon(name) {
	const release = major(name);
	return [
		"2",
		"2022",
		"2023"
	].includes(release) ? release : "1";
}
const BUCKETS = {
	alpine: ["alpine", minor],
	alma: ["alma", major],
	amazon: ["amazon linux", amazon],
	azurelinux: ["azure linux", minor],
	bottlerocket: ["bottlerocket"],
	"cbl-mariner": ["cbl-mariner", minor],
	centos: ["red hat"],
	chainguard: ["chainguard"],
	debian: ["debian", major],
	echo: ["echo"],
	minimos: ["minimos"],
	"opensuse-leap": ["opensuse leap", asItIs],
	"opensuse-tumbleweed": ["opensuse tumbleweed"],
	oracle: ["oracle linux", major],
	photon: ["photon os", asItIs],
	redhat: ["red hat"],
	rocky: ["rocky", major],
	slem: ["suse linux enterprise micro", asItIs],
	sles: ["suse linux enterprise", asItIs],
	ubuntu: ["ubuntu", (name) => /^\d+\.\d+/.exec(name)?.[0] ?? name],
	wolfi: ["wolfi"]
};
function isSupportedFamily(family) {
	return Object.hasOwn(BUCKETS, family) || family === "coreos" || family === "activestate" || family === "opensuse";
}
function knowsRelease({ family, name }, buckets, repositories = []) {
	if (family === "alpine" && repositories.length > 0) return repositories.every((release) => buckets.has(`alpine ${release === "edge" ? release : minor(release)}`));
	const [prefix, release] = BUCKETS[family] ?? [family, major];
	if (release === void 0) return buckets.has(prefix);
	const wanted = `${prefix} ${release(name).toLowerCase()}`;
	return buckets.has(wanted) || buckets.has(`${wanted}-esm`);
}

// src/scanners/trivy/report/looked-at.ts
const UNMATCHED = /* @__PURE__ */ new Set(["conda-pkg", "conda-environment"]);
const HOSTED = /* @__PURE__ */ new Set([
	"python-pkg",
	"conda-pkg",
	"gemspec",
	"node-pkg",
	"jar",
	"composer-vendor",
	"dotnet-core",
	"julia"
]);
function lookedAt(report, results, packages, heard) {
	const ofSystem = packages.filter(({ system }) => system === true);
	const systemResult = results.find((result) => result.Class === "os-pkgs");
	const system = systemOf(report);
	const lists = heard !== void 0 || packages.length > 0;
	return {
		kind: kindOf(report.ArtifactType),
		isImageSbom: heard?.isImageSbom ?? false,
		scanners: heard?.scanners,
		system,
		matching: matchingOf(system, systemResult !== void 0, heard),
		release: releaseOf(system, hasRows(systemResult, "Vulnerabilities"), heard),
		repositories: heard?.words.repositories,
		disagreement: typeof system === "object" ? disagreement(system, ofSystem, heard?.words.repositories) : void 0,
		systemPackages: lists ? ofSystem.length : void 0,
		thirdParty: ofSystem.filter(({ thirdParty }) => thirdParty === true).length,
		skippedPackages: heard?.words.skippedPackages ?? 0,
		nestedComponents: heard === void 0 ? 0 : heard.nestedComponents,
		applications: applicationsIn(results, packages),
		unmatchedTypes: UNMATCHED,
		hostedTypes: HOSTED,
		unread: heard?.words.unread ?? [],
		unreadMore: heard?.words.unreadMore ?? 0,
		unreadTold: heard?.words.understood ?? false,
		configFiles: results.filter((result) => result.Class === "config").length,
		terraform: heard?.terraform,
		leftOut: heard?.leftOut,
		layersWithoutSecrets: heard?.baseLayers ?? 0,
		said: heard?.words.said ?? []
	};
}
function kindOf(type) {
	if (type === "container_image" || type === "vm") return "image";
	return type === "cyclonedx" || type === "spdx" ? "sbom" : "files";
}
function systemOf({ Metadata: metadata }) {
	const os = metadata?.OS;
	if (os === void 0) return void 0;
	const { Family: family = "none", Name: name = "", EOSL: endOfLife = false } = os;
	return family === "none" || family === "" ? "none" : {
		family,
		name,
		endOfLife
	};
}
function matchingOf(system, hasResult, heard) {
	if (hasResult) return "yes";
	if (heard !== void 0) return heard.scanners.includes("vuln") ? "no" : "unknown";
	return typeof system === "object" && !isSupportedFamily(system.family) ? "no" : "unknown";
}
function releaseOf(system, found, heard) {
	if (typeof system !== "object") return "not-told";
	if (found) return "known";
	if (heard === void 0 || !heard.scanners.includes("vuln")) return "not-told";
	const { buckets, words } = heard;
	if (buckets === void 0 || !knowsRelease(system, buckets, words.repositories)) return "unknown";
	return (system.family === "redhat" || system.family === "centos") && words.releaseUnlisted ? "unknown" : "known";
}
function hasRows(result, key) {
	for (const _ of result?.rows.get(key) ?? []) return true;
	return false;
}
function applicationsIn(results, packages) {
	const files = /* @__PURE__ */ new Map();
	const counts = /* @__PURE__ */ new Map();
	for (const { Class: kind, Type: type = "" } of results) if (kind === "lang-pkgs") counts.set(type, 0);
	for (const { system, type, path } of packages) {
		if (system === true) continue;
		counts.set(type, (counts.get(type) ?? 0) + 1);
		const known = files.get(type) ?? /* @__PURE__ */ new Set();
		files.set(type, known);
		if (path !== void 0) known.add(path);
	}
	return new Map([...counts].map(([type, count]) => [type, {
		packages: count,
		files: files.get(type)?.size ?? 0
	}]));
}
const MOST_BYTES = 134217728;
const MOST_DEPTH = 1e3;
function readSbom(path) {
	try {
		if (statSync(path).size > MOST_BYTES) return {
			nestedComponents: void 0,
			isImageSbom: false
		};
		const document = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
		return {
			nestedComponents: nestedIn(document),
			isImageSbom: isOfImage(document)
		};
	} catch {
		return {
			nestedComponents: 0,
			isImageSbom: false
		};
	}
}
function isOfImage(document) {
	if (document?.metadata?.component?.type === "container") return true;
	const packages = document?.packages;
	return Array.isArray(packages) && packages.some((each) => each?.primaryPackagePurpose === "CONTAINER");
}
function nestedIn(document) {
	const top = listOf(document?.components);
	const read = new Set(top.map(({ purl }) => purl));
	const nested = /* @__PURE__ */ new Set();
	let level = top.flatMap(({ components }) => listOf(components));
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth === MOST_DEPTH) return void 0;
		for (const { purl } of level) if (typeof purl === "string" && !read.has(purl)) nested.add(purl);
		level = level.flatMap(({ components }) => listOf(components));
	}
	return nested.size;
}
function listOf(value) {
	return Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];
}

// src/scanners/trivy/report/one-reading.ts
const REPORT_KEYS = [
	"SchemaVersion",
	"ArtifactName",
	"ArtifactType",
	"Metadata",
	"Results"
];
const RESULT_KEYS = [
	"Target",
	"Class",
	"Type",
	"Packages",
	"Vulnerabilities",
	"Misconfigurations",
	"Secrets",
	"Licenses",
	"ExperimentalModifiedFindings"
];
function requireOneReading(bytes, { head, results }) {
	const twice = repeatedKey(bytes);
	if (twice !== void 0) throw ambiguous(`has a key twice in one object, at line ${lineAt(bytes, twice)}`);
	requireSpelling(Object.keys(head), REPORT_KEYS, "");
	for (const [index, { fields, rows }] of results.entries()) requireSpelling([...Object.keys(fields ?? {}), ...rows.keys()], RESULT_KEYS, ` of Results[${index}]`);
}
function requireSpelling(found, known, where) {
	const meant = misspeltKey(found, known);
	if (meant !== void 0) throw ambiguous(`spells ${meant}${where} in another case`);
}
function lineAt(bytes, offset) {
	let line = 1;
	for (let at = bytes.indexOf("\n"); at !== -1 && at < offset; at = bytes.indexOf("\n", at + 1)) line++;
	return line;
}
function ambiguous(what) {
	return new GateError("report-ambiguous", `The Trivy report ${what}, so that not every program reads the same in it`, "Trivy writes no such report: make it again with `trivy … --format json`, and find out what has changed it.");
}
function requireOneImage(head, { layers, findings }) {
	const { ArtifactName: name, Metadata: metadata } = head;
	const asked = /@(sha256:[0-9a-f]{64})$/.exec(name ?? "")?.[1];
	const digests = (metadata?.RepoDigests ?? []).map((each) => each.split("@")[1]);
	if (asked !== void 0 && digests.length > 0 && !digests.includes(asked)) throw contradictory("names an image by digest, and its Metadata the digest of another");
	const configured = metadata?.ImageConfig?.rootfs?.diff_ids;
	if (configured?.length && layers.length > 0 && configured.join() !== layers.join()) throw contradictory("has other layers in Metadata.DiffIDs than in Metadata.ImageConfig");
	if (layers.length > 0 && findings.some(({ layer }) => layer !== void 0 && layer.number === void 0)) throw contradictory("has findings in a layer that its image does not have");
}
function contradictory(what) {
	return new GateError("report-contradictory", `The Trivy report ${what}: it was put together from more than one`, "Give the report as Trivy wrote it, for the image that is meant.");
}

// src/scanners/trivy/report/owning-package.ts
const SYSTEMS = {
	debian: "Debian",
	ubuntu: "Ubuntu",
	alpine: "Alpine",
	redhat: "Red Hat",
	centos: "CentOS",
	rocky: "Rocky Linux",
	alma: "AlmaLinux",
	fedora: "Fedora",
	amazon: "Amazon Linux",
	oracle: "Oracle Linux",
	wolfi: "Wolfi",
	chainguard: "Chainguard",
	photon: "Photon"
};
function ownerFinder(packages) {
	const finders = [
		archiveFinder(packages),
		pythonFinder(packages),
		nodeFinder(packages),
		rubyFinder(packages),
		composerFinder(packages),
		systemFinder(packages)
	];
	const known = /* @__PURE__ */ new Map();
	return (thing) => {
		const key = `${thing.path}\0${thing.name ?? ""}`;
		if (known.has(key)) return known.get(key);
		let owner;
		for (const find of finders) {
			owner = find(thing);
			if (owner !== void 0) break;
		}
		known.set(key, owner);
		return owner;
	};
}
function toOwner(ecosystem, { name, version }) {
	return {
		ecosystem,
		name,
		version
	};
}
function ofType(packages, ...types) {
	return packages.filter((each) => types.includes(each.type));
}
function archiveFinder(packages) {
	const byPath = new Map(ofType(packages, "jar").map((each) => [plain(each.filePath), each]));
	return ({ path, name }) => {
		const end = outerArchive(path);
		if (end === void 0) return void 0;
		const archive = byPath.get(end);
		if (archive !== void 0 && archive.name !== name) return toOwner("Java", archive);
		return archive === void 0 ? {
			ecosystem: "Java",
			name: end.slice(end.lastIndexOf("/") + 1)
		} : void 0;
	};
}
function outerArchive(path) {
	return /^(.*\.(?:jar|war|ear|par))\/[^/]/.exec(path)?.[1];
}
function normalised(name) {
	return name.toLowerCase().replace(/[-_.]+/g, "-");
}
function pythonFinder(packages) {
	const index = /* @__PURE__ */ new Map();
	for (const each of ofType(packages, "python-pkg")) {
		const folder = /^(.*(?:site|dist)-packages)\//.exec(plain(each.filePath) ?? "")?.[1];
		if (folder !== void 0) index.set(`${folder}\0${normalised(each.name)}`, each);
	}
	return ({ path, name }) => {
		const [, folder = "", top = ""] = /^(.*(?:site|dist)-packages)\/([^/]+)\/./.exec(path) ?? [];
		const found = index.get(`${folder}\0${normalised(top)}`);
		return found === void 0 || found.name === name ? void 0 : toOwner("Python", found);
	};
}
function nodeFinder(packages) {
	const byFolder = /* @__PURE__ */ new Map();
	for (const each of ofType(packages, "node-pkg")) byFolder.set((plain(each.filePath) ?? "").replace(/\/package\.json$/, ""), each);
	return ({ path, name }) => {
		const folders = [...path.matchAll(/(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/g)];
		for (const match of folders.reverse()) {
			const folder = path.slice(0, match.index + match[0].length);
			const isItself = match[1] === name && path === `${folder}/package.json`;
			const found = byFolder.get(folder);
			if (!isItself && found !== void 0) return toOwner("Node.js", found);
		}
	};
}
function rubyFinder(packages) {
	const byFolder = new Map(ofType(packages, "gemspec").map((each) => [`${each.name}-${each.version ?? ""}`, each]));
	return ({ path, name }) => {
		const folder = /(?:^|\/)gems\/([^/]+-[^/]+)\/./.exec(path)?.[1];
		const found = folder === void 0 ? void 0 : byFolder.get(folder);
		return found === void 0 || found.name === name ? void 0 : toOwner("Ruby", found);
	};
}
function composerFinder(packages) {
	const byName = new Map(ofType(packages, "composer-vendor", "composer").map((each) => [each.name, each]));
	return ({ path, name }) => {
		const vendor = /(?:^|\/)vendor\/([^/]+\/[^/]+)\/./.exec(path)?.[1];
		const found = vendor === void 0 ? void 0 : byName.get(vendor);
		return found === void 0 || found.name === name ? void 0 : toOwner("PHP", found);
	};
}
function systemFinder(packages) {
	let byFile;
	return ({ path, name }) => {
		byFile ??= filesOf(packages);
		const found = byFile.get(path) ?? byFile.get(outerArchive(path) ?? path);
		if (found === void 0 || found.name === name) return void 0;
		return toOwner(SYSTEMS[found.type] ?? found.type, found);
	};
}
function filesOf(packages) {
	const files = /* @__PURE__ */ new Map();
	for (const each of packages) for (const file of each.installedFiles ?? []) files.set(plain(file) ?? file, each);
	return files;
}
function plain(path) {
	return path?.replace(/^\/+/, "");
}

// src/scanners/trivy/report/report.ts
const SCHEMA_VERSION = 2;
function toScanResult(document, target, provenance = {}, descriptions = false, heard) {
	checkSchema(document.head.SchemaVersion);
	const report = parsed(reportSchema, document.head, []);
	const results = document.results.map(({ fields, rows }, index) => ({
		...parsed(resultSchema, fields, ["Results", index]),
		rows
	}));
	const packages = packagesOf(results);
	const ids = diffIds(report.Metadata);
	const layers = layersOf(ids, layerInstructions(report.Metadata?.ImageConfig?.history ?? void 0, ids.length));
	const build = buildTrace(report.Metadata, [...layers.values()]);
	const context = {
		artifactName: report.ArtifactName,
		layers,
		ownerOf: ownerFinder(packages),
		packageAt: packageFinder(packages),
		severityOf: target.kind === "trivy-report" ? knownSeverity : toSeverity,
		describe: descriptions ? keepingDescriptions() : NO_DESCRIPTIONS
	};
	const findings = [];
	let suppressed = 0;
	for (const [index, result] of results.entries()) {
		addFindings(result, index, context, findings);
		suppressed += [...result.rows.get("ExperimentalModifiedFindings") ?? []].length;
	}
	return {
		artifact: artifactOf(report, target, packages.length),
		...build && { build },
		packages,
		layers: ids,
		findings,
		suppressed,
		coverage: coverageOf(lookedAt(report, results, packages, heard)),
		provenance: {
			scanner: "Trivy",
			scannerVersion: report.Trivy?.Version,
			scannedAt: report.CreatedAt,
			...provenance
		}
	};
}
function readTrivyReport(target, folders, { descriptions = false, onReport } = {}) {
	requireName(target, true);
	requireMatch(target, folders);
	const bytes = readGivenFile({
		what: "Trivy report",
		path: target.input
	}, folders);
	const document = wholeDocument(textOf(bytes));
	requireOneReading(bytes, document);
	const result = toScanResult(document, target, { source: "an existing Trivy report" }, descriptions);
	requireOneImage(document.head, result);
	onReport?.(document);
	return result;
}
function checkSchema(version) {
	if (version === SCHEMA_VERSION) return;
	if (version === void 0) throw invalidReport("has no SchemaVersion, so it is not the JSON of `trivy … --format json`");
	throw new GateError("report-schema-unknown", `The Trivy report has SchemaVersion ${typeof version === "number" ? version : "of a wrong type"}, not ${SCHEMA_VERSION}`, "Make it with a Trivy from 0.63 to 0.76, as `trivy … --format json`.");
}
function layersOf(ids, instructions) {
	return new Map(ids.map((diffId, index) => [diffId, {
		diffId,
		number: index + 1,
		instruction: instructions[index]
	}]));
}
function diffIds(metadata) {
	return metadata?.DiffIDs ?? metadata?.ImageConfig?.rootfs?.diff_ids ?? [];
}
function namesOf({ as, input }) {
	return as === void 0 ? [input] : [as, input];
}
function claimsOf({ ArtifactName: name, Metadata: metadata }, { kind, input }) {
	const inside = kind === "image" && name === input && !input.startsWith("/") ? [] : (metadata?.RepoTags ?? []).slice(0, 1);
	const scanned = kind === "trivy-report" && name ? [name] : [];
	return [.../* @__PURE__ */ new Set([...inside, ...scanned])];
}
function artifactOf(report, target, packages) {
	const { Metadata: metadata } = report;
	const config = metadata?.ImageConfig;
	const layers = diffIds(metadata).length;
	const claims = claimsOf(report, target);
	return {
		names: namesOf(target),
		...claims.length > 0 && { claims },
		referenceDigest: referenceDigest(report, target),
		imageId: metadata?.ImageID,
		os: metadata?.OS && {
			family: metadata.OS.Family ?? "unknown",
			name: metadata.OS.Name ?? "",
			endOfLife: metadata.OS.EOSL === true
		},
		platform: config?.os && config.architecture ? platformOf(config.os, config.architecture, config.variant) : void 0,
		layers: layers === 0 ? void 0 : layers,
		size: sizeOf(metadata),
		createdAt: config?.created,
		packages
	};
}
function sizeOf({ Size: whole, Layers: layers = [] } = {}) {
	const sizes = layers.flatMap(({ Size: size }) => size === void 0 ? [] : [size]);
	return whole ?? (sizes.length > 0 ? sizes.reduce((sum, size) => sum + size, 0) : void 0);
}
function platformOf(os, architecture, variant) {
	return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}
function referenceDigest({ ArtifactName: name, Metadata: metadata }, target) {
	const reference = target.kind === "trivy-report" ? name ?? "" : target.input;
	const asked = parseReference(reference)?.digest;
	const own = (metadata?.RepoDigests ?? []).flatMap((each) => {
		const { digest = "" } = referenceParts(each);
		return isDigest(digest) && isSameRepository(each, reference) ? [digest] : [];
	});
	return own.find((each) => each === asked) ?? own[0];
}

export { BASE_DIGEST as a, writeSanitized as c, textOf as d, wholeDocument as f, bucketsOf as i, cutDocument as l, toScanResult as n, BASE_NAME as o, readSbom as r, packagesReport as s, readTrivyReport as t, reportTooLarge as u };
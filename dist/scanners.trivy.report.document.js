import { GateError, isObject, tryOr } from "./shared.start.js";
import { memoize } from "./shared.domain.js";
import { ZodNumber, ZodObject, ZodOptional, ZodString, array, boolean, never, number, object, record, string } from "./package.zod.js";

// src/scanners/trivy/report/other-documents.ts
const JSON_REPORT = "`trivy … --format json`";
const KUBERNETES = {
	what: "one of a Kubernetes cluster (`trivy k8s`), which is about many images at once",
	remedy: "Each image is judged alone: name the cluster's images in `image`, or give a report of each by `trivy image --format json`."
};
const RESULTS_ALONE = {
	what: "a list of results, as Trivy wrote it before 0.20: it does not say which image they are about",
	remedy: `Make it again with a Trivy from 0.63 to 0.76, as ${JSON_REPORT}.`
};
const COMPLIANCE = {
	what: "a compliance report, which lists checks and not what was found",
	remedy: `Make it by ${JSON_REPORT} without \`--compliance\`.`
};
const SARIF = {
	what: "SARIF, which leaves out much of what Trivy found",
	remedy: `Make it by ${JSON_REPORT}; \`trivy convert\` makes SARIF of it.`
};
const SBOM = {
	what: "an SBOM (CycloneDX or SPDX), which lists packages and not what was found",
	remedy: "Name it in `sbom`, so that it is scanned."
};
function operators(kind) {
	return {
		what: `a resource of the Trivy Operator${kind}, and not what Trivy itself writes`,
		remedy: "Name the image in `image`, or give a report of it by `trivy image --format json`."
	};
}
function refuseOtherDocument(document) {
	const other = otherDocument(document);
	if (other !== void 0) throw new GateError("report-unsupported", `The Trivy report is ${other.what}`, other.remedy);
}
function otherDocument(document) {
	if (Array.isArray(document)) return ofList(document);
	if (!isObject(document)) return void 0;
	if (typeof document.ArtifactType === "string" && document.SchemaVersion !== void 0) return void 0;
	if ("ClusterName" in document) return KUBERNETES;
	if (isOfOperator(document)) return operators(kindOf(document));
	if ("SummaryControls" in document || isText$1(document.ID) && isText$1(document.Title)) return COMPLIANCE;
	if (Array.isArray(document.runs)) return SARIF;
	if (document.bomFormat === "CycloneDX" || isText$1(document.spdxVersion)) return SBOM;
}
function ofList(list) {
	const [first] = list;
	if (!isObject(first)) return void 0;
	if (isOfOperator(first)) return operators(kindOf(first));
	return isText$1(first.Target) ? RESULTS_ALONE : void 0;
}
function isOfOperator({ apiVersion, kind, items, ...rest }) {
	if (isText$1(apiVersion) && apiVersion.startsWith("aquasecurity.github.io/")) return true;
	if (kind === "List" && Array.isArray(items)) return isObject(items[0]) && isOfOperator({
		...items[0],
		items: void 0
	});
	return Object.keys(rest).some((key) => key.endsWith("reports.aquasecurity.github.io"));
}
function kindOf({ kind }) {
	return isText$1(kind) && /^[A-Z][A-Za-z]{0,40}Report$/.test(kind) ? ` (${kind})` : "";
}
function isText$1(value) {
	return typeof value === "string";
}

// src/scanners/trivy/report/row-check.ts
const ITEMS = /* @__PURE__ */ new WeakMap();
function listOf(item) {
	const list = array(item).nullable().transform((items) => items ?? void 0).optional();
	ITEMS.set(list, item);
	return list;
}
function rowCheck(schema) {
	if (!(schema instanceof ZodObject) || schema.def.catchall !== void 0) return void 0;
	const fields = Object.entries(schema.shape).map(([key, field]) => fieldOf(key, field));
	const texts = fields.flatMap((field) => field !== void 0 && "least" in field ? [field] : []);
	const objects = fields.flatMap((field) => field !== void 0 && "check" in field ? [field] : []);
	if (texts.length + objects.length < fields.length) return void 0;
	return (value) => {
		if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
		const row = value;
		for (const { key, isNeeded, least } of texts) {
			const text = row[key];
			if (text === void 0 ? isNeeded : typeof text !== "string" || text.length < least) return false;
		}
		for (const { key, check } of objects) if (row[key] !== void 0 && !check(row[key])) return false;
		return true;
	};
}
function fieldOf(key, field) {
	const inner = field instanceof ZodOptional ? field.unwrap() : field;
	if (isText(inner)) return {
		key,
		isNeeded: inner === field,
		least: inner.minLength ?? 0
	};
	const check = inner === field ? void 0 : listCheck(ITEMS.get(field)) ?? checkOf$1(inner);
	return check && {
		key,
		check
	};
}
function checkOf$1(schema) {
	if (schema instanceof ZodObject) return rowCheck(schema);
	return schema instanceof ZodNumber && !("coerce" in schema.def) && !schema.def.checks?.length && !("check" in schema.def) ? Number.isFinite : void 0;
}
function listCheck(item) {
	if (!isText(item) || item.minLength !== null) return void 0;
	return (value) => Array.isArray(value) && value.every((each) => typeof each === "string");
}
function isText(schema) {
	if (!(schema instanceof ZodString) || "coerce" in schema.def) return false;
	return (schema.def.checks ?? []).every((each) => each._zod.def.check === "min_length");
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
	BuildInfo: object({
		ContentSets: listOf(string()),
		Nvr: string().optional(),
		Arch: string().optional()
	}).optional(),
	Repository: object({ Class: string().optional() }).optional(),
	Maintainer: string().optional(),
	FilePath: string().optional(),
	Relationship: string().optional(),
	DependsOn: listOf(string()),
	Layer: layer,
	InstalledFiles: listOf(string()),
	AnalyzedBy: string().optional()
});
const ROW_KEYS = [
	"Packages",
	"Vulnerabilities",
	"Misconfigurations",
	"Secrets",
	"Licenses",
	"ExperimentalModifiedFindings"
];
const noRows = never().optional();
const resultSchema = object({
	Target: string().optional(),
	Class: string().optional(),
	Type: string().optional(),
	Packages: noRows,
	Vulnerabilities: noRows,
	Misconfigurations: noRows,
	Secrets: noRows,
	Licenses: noRows,
	ExperimentalModifiedFindings: noRows
});
const metadataSchema = object({
	OS: object({
		Family: string().optional(),
		Name: string().optional(),
		EOSL: boolean().optional(),
		extended: boolean().optional(),
		Supplier: string().optional()
	}).optional(),
	ImageID: string().optional(),
	Size: number().optional(),
	Layers: listOf(object({ Size: number().optional() })),
	DiffIDs: listOf(string()),
	RepoTags: listOf(string()),
	RepoDigests: listOf(string()),
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
	const place = path === void 0 || path.length === 0 ? "" : ` at ${keyPath(path)}`;
	return new GateError("report-invalid", `The Trivy report ${what}${place}`, "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.", { cause });
}
const checkOf = memoize(rowCheck);
function parsed(schema, value, at, ...row) {
	if (row.length > 0 && checkOf(schema)?.(value)) return value;
	const result = schema.safeParse(value, { jitless: row.length === 0 });
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
	return documentOf(parse(text));
}
function documentOf(value) {
	const { Results: results, ...rest } = objectOf(value);
	if (results === void 0 || results === null) return {
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
	const fields = [];
	const rows = /* @__PURE__ */ new Map();
	for (const [key, value] of Object.entries(result)) if (Array.isArray(value)) rows.set(key, value);
	else if (value === null && LISTS.has(key)) rows.set(key, []);
	else fields.push([key, value]);
	return {
		fields: Object.fromEntries(fields),
		rows
	};
}
const LISTS = new Set(ROW_KEYS);
function objectOf(document) {
	if (typeof document === "object" && document !== null && !Array.isArray(document)) return document;
	refuseOtherDocument(document);
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
const RESULTS = Buffer.from("\n  \"Results\": [\n");
const ROW_START = "        {";
const LAST_ROW_END = Buffer.from("}\n      ]");
const ROW_INDENT = 8;
const WINDOW = 2048;
const BETWEEN_ROWS = Buffer.from("},\n        {\n");
const BATCH = 32;
const NEWLINE = Buffer.from("\n");
var ReportBytes = class {
	#bytes;
	length;
	constructor(bytes) {
		this.#bytes = bytes;
		this.length = bytes.length;
	}
	byteAt(offset) {
		return this.#bytes[offset];
	}
	indexOf(needle, from) {
		return needle === LAST_ROW_END ? indexInWindows(this.#bytes, needle, from) : this.#bytes.indexOf(needle, from);
	}
	text(from, to) {
		return this.#bytes.toString("utf8", from, to);
	}
	*batches(from, to) {
		const list = this.#bytes.subarray(from, to);
		if (list.length === 0) throw new TypeError("the report's bytes were released");
		let at = 0;
		for (const end of batchEnds(list)) {
			yield `[${list.toString("utf8", at, end)}]`;
			at = end + 1;
		}
	}
};
function cutDocument(report) {
	return tryOr(() => cutParts(Buffer.isBuffer(report) ? new ReportBytes(report) : report), void 0);
}
function cutParts(source) {
	const start = source.indexOf(RESULTS, 0);
	if (source.byteAt(0) !== 123 || start === -1 || !isOpenObject(source.text(0, start), "Results")) return void 0;
	const lines = new Lines(source, start + RESULTS.length);
	const results = [];
	for (let hasMore = true; hasMore;) {
		if (lines.next() !== "    {") return void 0;
		const result = cutResult(source, lines);
		if (result === void 0) return void 0;
		results.push(result);
		hasMore = lines.current === "    },";
	}
	if (!/^ {2}\],?$/.test(lines.next())) return void 0;
	const comma = lines.current.endsWith(",") ? "," : "";
	const head = objectOf(parse(`${source.text(0, start)}\n  "Results": []${comma}\n${source.text(lines.at)}`));
	return Array.isArray(head.Results) && head.Results.length === 0 ? {
		head,
		results
	} : void 0;
}
function isOpenObject(text, key) {
	try {
		JSON.parse(`${text}"${key}":[]}`);
		return true;
	} catch {
		return false;
	}
}
var Lines = class {
	#source;
	at;
	current = "";
	constructor(source, at) {
		this.#source = source;
		this.at = at;
	}
	next() {
		const end = this.#source.indexOf(NEWLINE, this.at);
		this.current = end === -1 ? "" : this.#source.text(this.at, end);
		this.at = end === -1 ? this.#source.length : end + 1;
		return this.current;
	}
	isNext(line) {
		return this.#source.text(this.at, this.at + line.length + 1) === `${line}\n`;
	}
};
function cutResult(source, lines) {
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
		const cut = isOpenObject(`{${fields.join("\n")}`, key) ? cutRows(source, lines, key) : void 0;
		if (cut === void 0 || rows.has(key)) return void 0;
		rows.set(key, cut);
		fields.push(`"${key}": []${lines.current.endsWith(",") ? "," : ""}`);
	}
	const rest = rawResult(JSON.parse(`{${fields.join("\n")}}`));
	if ([...rows.keys()].some((key) => !rest.rows.has(key))) return void 0;
	return {
		fields: rest.fields,
		rows: new Map([...rest.rows, ...rows])
	};
}
function cutRows(source, lines, key) {
	const start = lines.at;
	const close = source.indexOf(LAST_ROW_END, start);
	if (source.byteAt(close - ROW_INDENT - 1) !== NEWLINE[0]) return void 0;
	lines.at = close + 2;
	if (!/^ {6}\],?$/.test(lines.next())) return void 0;
	return { *[Symbol.iterator]() {
		for (const text of source.batches(start, close + 1, key)) yield* parse(text);
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

export { BETWEEN_ROWS, ROW_KEYS, cutDocument, documentOf, explainedVulnerabilitySchema, indexInWindows, invalidReport, licenseSchema, misconfigurationSchema, packageSchema, parsed, refuseOtherDocument, reportSchema, reportTooLarge, resultSchema, secretSchema, textOf, vulnerabilitySchema, wholeDocument };
import { GateError, isObject } from "./shared.start.js";
import { array, boolean, never, number, object, record, string, unknown } from "./package.zod.js";

// src/scanners/trivy/report/invalid.ts
function invalidReport(what, path, cause) {
	const place = path === void 0 || path.length === 0 ? "" : ` at ${keyPath(path)}`;
	return new GateError("report-invalid", `The Trivy report ${what}${place}`, "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.", { cause });
}
function keyPath(path) {
	return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").replace(/^\./, "");
}

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
	if ("SummaryControls" in document || isText(document.ID) && isText(document.Title)) return COMPLIANCE;
	if (Array.isArray(document.runs)) return SARIF;
	if (document.bomFormat === "CycloneDX" || isText(document.spdxVersion)) return SBOM;
}
function ofList(list) {
	const [first] = list;
	if (!isObject(first)) return void 0;
	if (isOfOperator(first)) return operators(kindOf(first));
	return isText(first.Target) ? RESULTS_ALONE : void 0;
}
function isOfOperator({ apiVersion, kind, items, ...rest }) {
	if (isText(apiVersion) && apiVersion.startsWith("aquasecurity.github.io/")) return true;
	if (kind === "List" && Array.isArray(items)) return isObject(items[0]) && isOfOperator({
		...items[0],
		items: void 0
	});
	return Object.keys(rest).some((key) => key.endsWith("reports.aquasecurity.github.io"));
}
function kindOf({ kind }) {
	return isText(kind) && /^[A-Z][A-Za-z]{0,40}Report$/.test(kind) ? ` (${kind})` : "";
}
function isText(value) {
	return typeof value === "string";
}

// src/scanners/trivy/report/rows.ts
const LAYER = { DiffID: "text" };
const VULNERABILITY = {
	VulnerabilityID: "id",
	PkgName: "text",
	PkgPath: "text",
	PkgIdentifier: { PURL: "text" },
	InstalledVersion: "text",
	FixedVersion: "text",
	Status: "text",
	PublishedDate: "text",
	Layer: LAYER,
	PrimaryURL: "text",
	Title: "text",
	Description: "text",
	Severity: "text"
};
const MISCONFIGURATION = {
	ID: "id",
	Title: "text",
	Description: "text",
	Severity: "text",
	PrimaryURL: "text",
	Status: "needed",
	Layer: LAYER,
	CauseMetadata: { StartLine: "number" }
};
const SECRET = {
	RuleID: "id",
	Title: "text",
	Severity: "text",
	StartLine: "number",
	Layer: LAYER
};
const LICENSE = {
	Name: "needed",
	Severity: "text",
	Category: "text",
	PkgName: "text",
	FilePath: "text",
	Link: "text"
};
const PACKAGE = {
	ID: "text",
	Name: "text",
	Identifier: { PURL: "text" },
	Version: "text",
	Release: "text",
	Epoch: "number",
	SrcName: "text",
	SrcVersion: "text",
	SrcRelease: "text",
	SrcEpoch: "number",
	Modularitylabel: "text",
	BuildInfo: {
		ContentSets: "texts",
		Nvr: "text",
		Arch: "text"
	},
	Repository: { Class: "text" },
	Maintainer: "text",
	FilePath: "text",
	Relationship: "text",
	DependsOn: "texts",
	Layer: LAYER,
	InstalledFiles: "texts",
	AnalyzedBy: "text"
};
function rowOf(fields, value, at, index) {
	const fault = faultIn(value, fields);
	if (fault === void 0) return value;
	throw invalidReport(fault.what, [
		...at,
		index,
		...fault.path
	]);
}
function faultIn(value, fields) {
	if (!isObject(value)) return {
		what: "has no object",
		path: []
	};
	for (const key in fields) {
		const kind = fields[key];
		const field = value[key];
		if (field === void 0 && kind !== "id" && kind !== "needed") continue;
		const fault = typeof kind === "object" ? faultIn(field, kind) : wrong(field, kind);
		if (fault !== void 0) return {
			what: fault.what,
			path: [key, ...fault.path]
		};
	}
}
function wrong(value, kind) {
	if (kind === "number") return Number.isFinite(value) ? void 0 : {
		what: "has no number",
		path: []
	};
	if (kind !== "texts") {
		if (typeof value !== "string") return {
			what: "has no string",
			path: []
		};
		return kind === "id" && value === "" ? {
			what: "has a wrong value",
			path: []
		} : void 0;
	}
	if (value === null) return void 0;
	if (!Array.isArray(value)) return {
		what: "has no array",
		path: []
	};
	const index = value.findIndex((each) => typeof each !== "string");
	return index === -1 ? void 0 : {
		what: "has no string",
		path: [index]
	};
}

// src/scanners/trivy/report/schema.ts
function listOf(item) {
	return array(item).nullable().transform((items) => items ?? void 0).optional();
}
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
const rows = (row) => array(object(keysOf(row))).nullish();
function keysOf(row) {
	const keys = Object.entries(row).map(([key, kind]) => [key, typeof kind === "object" ? object(keysOf(kind)) : any]);
	return Object.fromEntries(keys);
}
const any = unknown();
const givenSchema = reportSchema.extend({
	SchemaVersion: number(),
	Results: array(resultSchema.extend({
		Packages: rows(PACKAGE),
		Vulnerabilities: rows(VULNERABILITY),
		Misconfigurations: rows(MISCONFIGURATION),
		Secrets: rows(SECRET),
		Licenses: rows(LICENSE)
	})).nullish()
});
function parsed(schema, value, at) {
	const result = schema.safeParse(value, { jitless: true });
	if (result.success) return result.data;
	const issue = result.error.issues[0];
	throw invalidReport(issue?.code === "invalid_type" ? `has no ${expected(issue.expected)}` : "has a wrong value", [...at, ...issue?.path ?? []]);
}
function expected(type) {
	return type === "never" ? "array" : type;
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
		return bytes.toString("utf8");
	} catch (cause) {
		throw reportTooLarge(cause);
	}
}
function reportTooLarge(cause) {
	return new GateError("report-too-large", "The Trivy report is larger than can be read at once", "Scan less at a time: name parts of the target, or leave folders out by `skip-dirs`.", { cause });
}

export { LICENSE, MISCONFIGURATION, PACKAGE, SECRET, VULNERABILITY, documentOf, givenSchema, invalidReport, parse, parsed, refuseOtherDocument, reportSchema, reportTooLarge, resultSchema, rowOf, textOf, wholeDocument };
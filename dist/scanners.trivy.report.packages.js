import { GateError, closeSync, openSync, readSync, tryOr } from "./shared.thread.js";
import { memoize, oncePer, writePieces } from "./shared.start.js";
import { toSeverity } from "./shared.names.js";
import { argumentsWithoutSecrets, fixedVersionsIn, withoutSecrets } from "./shared.scan.js";
import { isObject, listIn } from "./domain.json.is-object.js";
import { array, boolean, custom, number as number$1, object, record, string } from "./package.zod.js";
import { isAbsolutePath, withoutLogin, withoutRunnerPath } from "./shared.inputs.js";
import { sameWeaknessIds, shownInstruction } from "./shared.domain.js";
import { jsonPieces } from "./shared.answer.js";
import { ReportSource, pathIn } from "./scanners.given-report.js";
import { boltMeta, reportTooLarge } from "./shared.trivy.js";
import { ecosystemOfType, libraryOf, listedIn } from "./scanners.trivy.database.libraries.js";
import { join } from "node:path";

// src/scanners/trivy/report/document.ts
const TRIVY = new ReportSource({
	name: "Trivy",
	remedy: "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.",
	refusal: {
		start: "The Trivy report",
		code: "report-invalid"
	}
});
function parse(text) {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw TRIVY.invalid(text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", cause);
	}
}
function textOf(bytes) {
	try {
		return bytes.toString("utf8");
	} catch (cause) {
		throw reportTooLarge("Trivy", cause);
	}
}

// src/scanners/trivy/database/buckets.ts
const known = /* @__PURE__ */ new WeakMap();
function bucketsOf(database) {
	if (!known.has(database)) known.set(database, readBuckets(join(database.folder, "trivy.db")));
	return known.get(database);
}
function readBuckets(path) {
	return readBolt(path, (root) => new Set(keysOf(root).map((name) => name.toLowerCase())));
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
const BUCKETS = new Map(Object.entries({
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
	ubuntu: ["ubuntu", minor],
	wolfi: ["wolfi"]
}));
function bucketOf({ family, name }) {
	const [prefix, release] = BUCKETS.get(family) ?? [family, major];
	return release === void 0 ? prefix : `${prefix} ${release(name).toLowerCase()}`;
}
function isSupportedFamily(family) {
	return BUCKETS.has(family) || family === "coreos" || family === "activestate" || family === "opensuse";
}
function knowsRelease(system, buckets, repositories = []) {
	if (system.family === "alpine" && repositories.length > 0) return repositories.every((release) => buckets.has(`alpine ${release === "edge" ? release : minor(release)}`));
	const wanted = bucketOf(system);
	return buckets.has(wanted) || buckets.has(`${wanted}-esm`);
}
const RARE = /* @__PURE__ */ new Set([
	"bitnami",
	"cocoapods",
	"conan",
	"kubernetes"
]);
function advisedAs(type) {
	return libraryOf(type)?.bucket ?? (RARE.has(type) ? type : void 0);
}
function unadvisedTypes(types, buckets) {
	if (buckets === void 0) return /* @__PURE__ */ new Set();
	const names = [...buckets];
	const isAdvised = (type) => {
		const prefix = libraryOf(type)?.bucket;
		return prefix === void 0 || names.some((name) => name.startsWith(prefix));
	};
	return new Set([...new Set(types)].filter((type) => !isAdvised(type)));
}
function advisedNames(system, names, database) {
	const wanted = bucketOf(system);
	return readBolt(join(database.folder, "trivy.db"), (root) => {
		const key = keysOf(root).find((each) => each.toLowerCase() === wanted);
		const bucket = key === void 0 ? void 0 : root.bucket(key);
		return bucket && new Set(names.filter((each) => bucket.bucket(each) !== void 0));
	});
}
const indices = array(number$1());
function ofOtherProducts(builds, major, database) {
	const isOwn = ownRepositories(major);
	return (database && readBolt(join(database.folder, "trivy.db"), (root) => judgedBy(root, builds, isOwn))) ?? builds.filter(({ ContentSets: sets = [], Nvr: image }) => sets.length > 0 && !image && !sets.map(cleaned).some(isOwn));
}
function judgedBy(root, builds, isOwn) {
	const products = root.bucket("Red Hat CPE");
	const repositories = [...products?.bucket("repository")?.entries() ?? []];
	const own = new Set(repositories.flatMap(([name, value]) => isOwn(name) ? numbersIn(value) : []));
	if (products === void 0 || own.size === 0) return void 0;
	return builds.filter((build) => !productsOf(build, products).some((product) => own.has(product)));
}
function productsOf({ ContentSets: sets = [], Nvr: build = "", Arch: arch = "" }, products) {
	const [repositories, images] = [products.bucket("repository"), products.bucket("nvr")];
	return [...sets.map((set) => repositories?.value(cleaned(set))), images?.value(`${build}-${arch}`)].flatMap((value) => value === void 0 ? [] : numbersIn(value));
}
function numbersIn(value) {
	return indices.parse(JSON.parse(value.toString()));
}
function cleaned(set) {
	return set.replace(/__\d+$/, "");
}
function ownRepositories(major) {
	const own = Number(major) >= 8 ? new RegExp(`^(?:rhel|ubi)-${major}-(?:for-\\w+-)?baseos-`) : new RegExp(`^rhel-${major}-(?:server|workstation|desktop|client|hpc-node|for-[a-z0-9-]+?)(?:-(?:eus|e4s|aus|tus|els))*-rpms`);
	return (name) => own.test(name);
}
const HEADER = 16;
const ELEMENT = 16;
const BUCKET_HEADER = 16;
const LEAF = 2;
const IS_BUCKET = 1;
const MOST_PAGES = 2e3;
const MOST_BYTES = 16777216;
const MOST_LEVELS = 32;
const keysOf = (bucket) => [...bucket.entries()].map(([key]) => key);
function readBolt(path, read) {
	return tryOr(() => {
		using cleanup = new DisposableStack();
		const { root, page } = pagesOf(cleanup.adopt(openSync(path, "r"), closeSync));
		return read(bucketAt(page(root), page));
	}, void 0);
}
function pagesOf(file) {
	const meta = boltMeta(file);
	if (meta === void 0) throw new TypeError("no database");
	const { root, size } = meta;
	return {
		root,
		page(id) {
			const bytes = size * (1 + readAt(file, id * size, HEADER).readUInt32LE(12));
			if (bytes > MOST_BYTES) throw new TypeError("no page of Trivy's");
			return readAt(file, id * size, bytes);
		}
	};
}
function readAt(file, position, bytes) {
	const buffer = Buffer.alloc(bytes);
	if (readSync(file, buffer, 0, bytes, position) !== bytes) throw new TypeError("cut off");
	return buffer;
}
function bucketAt(root, page) {
	function* leaves() {
		const waiting = [root];
		for (let read = 0; waiting.length > 0; read += 1) {
			if (read === MOST_PAGES) throw new TypeError("no bucket of Trivy's");
			const each = waiting.pop();
			if (isLeaf(each)) yield each;
			else for (let index = 0; index < countOf(each); index += 1) waiting.push(page(childAt(each, index)));
		}
	}
	function find(key) {
		const wanted = Buffer.from(key);
		let at = root;
		for (let level = 0; level < MOST_LEVELS; level += 1) {
			if (isLeaf(at)) {
				const index = lastUpTo(at, wanted);
				return index >= 0 && keyAt(at, index).equals(wanted) ? {
					leaf: at,
					index
				} : void 0;
			}
			at = page(childAt(at, Math.max(0, lastUpTo(at, wanted))));
		}
		throw new TypeError("no bucket of Trivy's");
	}
	return {
		*entries() {
			for (const leaf of leaves()) for (let index = 0; index < countOf(leaf); index += 1) yield [keyAt(leaf, index).toString(), valueAt(leaf, index)];
		},
		value(key) {
			const found = find(key);
			return found && valueAt(found.leaf, found.index);
		},
		bucket(name) {
			const found = find(name);
			if (found === void 0 || (found.leaf.readUInt32LE(elementAt(found.index)) & IS_BUCKET) === 0) return void 0;
			const value = valueAt(found.leaf, found.index);
			const id = Number(value.readBigUInt64LE(0));
			return bucketAt(id === 0 ? value.subarray(BUCKET_HEADER) : page(id), page);
		}
	};
}
function isLeaf(page) {
	const flags = page.readUInt16LE(8);
	if ((flags & 3) === 0) throw new TypeError("no page of a bucket");
	return (flags & LEAF) !== 0;
}
const countOf = (page) => page.readUInt16LE(10);
const elementAt = (index) => HEADER + index * ELEMENT;
function lastUpTo(page, wanted) {
	let [low, high] = [0, countOf(page)];
	while (low < high) {
		const middle = low + high >> 1;
		if (Buffer.compare(keyAt(page, middle), wanted) <= 0) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}
function childAt(page, index) {
	return Number(page.readBigUInt64LE(elementAt(index) + 8));
}
function keyAt(page, index) {
	const at = elementAt(index);
	const fields = isLeaf(page) ? at + 4 : at;
	const start = at + page.readUInt32LE(fields);
	return page.subarray(start, start + page.readUInt32LE(fields + 4));
}
function valueAt(leaf, index) {
	const at = elementAt(index);
	const start = at + leaf.readUInt32LE(at + 4) + leaf.readUInt32LE(at + 8);
	return leaf.subarray(start, start + leaf.readUInt32LE(at + 12));
}

// src/scanners/trivy/report/naming.ts
function nameReport(report, naming) {
	if (!isOwn(report)) return;
	nameArtifact(report, naming.name);
	if (isOwn(report.Metadata)) nameMetadata(report.Metadata, naming);
	for (const result of objectsIn(report.Results)) for (const row of rowsIn(result)) nameRow(row, naming);
}
function nameRow(row, naming) {
	if (isOwn(row)) nameLayer(isOwn(row.Finding) ? row.Finding.Layer : row.Layer, naming);
}
function nameArtifact(report, name) {
	if (!isOwn(report)) return;
	const { ArtifactName: former } = report;
	report.ArtifactName = name;
	for (const result of objectsIn(report.Results)) if (isNamedAfter(result, former)) result.Target = `${name}${result.Target.slice(String(former).length)}`;
}
function isOwn(value) {
	return isObject(value);
}
function objectsIn(list) {
	return Array.isArray(list) ? list.filter(isOwn) : [];
}
function rowsIn(result) {
	return Object.values(result).flatMap(objectsIn);
}
function nameLayer(layer, { digests, withoutDigest }) {
	if (!isOwn(layer) || typeof layer.Digest !== "string") return;
	const { Digest: digest } = layer;
	layer.Digest = withoutDigest?.has(digest) ? void 0 : digests.get(digest) ?? digest;
}
function isNamedAfter(result, artifact) {
	const { Target: target, Class: kind } = result;
	if (typeof target !== "string" || typeof artifact !== "string" || artifact === "") return false;
	return target === artifact || kind === "os-pkgs" && target.startsWith(`${artifact} (`);
}
function nameMetadata(metadata, naming) {
	const { repoTags, repoDigests } = naming;
	metadata.RepoTags = repoTags.length > 0 ? repoTags : void 0;
	metadata.RepoDigests = repoDigests.length > 0 ? repoDigests : void 0;
	metadata.Reference = void 0;
	for (const layer of objectsIn(metadata.Layers)) nameLayer(layer, naming);
}

// src/scanners/trivy/report/row-list.ts
const BATCH = 65536;
const BLOCK = 1 << 20;
var RowList = class {
	#text;
	#options;
	#isRead = false;
	constructor(text, options) {
		this.#text = text;
		this.#options = options;
	}
	forEach(read) {
		if (this.#isRead) throw new TypeError("rows are read once");
		this.#isRead = true;
		writePieces(this.#options.file, this.#written(read));
	}
	*#written(read) {
		const { name, clean } = this.#options;
		let index = 0;
		for (const rows of this.#batches()) {
			if (index > 0) yield ",\n";
			for (const row of rows) {
				name(row);
				read(row, index++);
				clean(row);
			}
			yield JSON.stringify(rows).slice(1, -1);
		}
	}
	*#batches() {
		const text = this.#text;
		for (let start = 0, end = 0; start < text.length; start = end + 1) {
			const fitting = text.lastIndexOf(ROW_END, start + BATCH);
			const last = fitting < start ? text.indexOf(ROW_END, start) : fitting;
			end = last === -1 ? text.length : last + ROW_END.length;
			yield parse(`[${text.toString("utf8", start, end)}]`);
		}
	}
	*written() {
		using cleanup = new DisposableStack();
		const file = cleanup.adopt(openSync(this.#options.file, "r"), closeSync);
		const room = Buffer.allocUnsafeSlow(BLOCK);
		for (let length = readSync(file, room); length > 0; length = readSync(file, room)) yield room.subarray(0, length);
	}
};
const LIST_START = Buffer.from("\n      \"Vulnerabilities\": [\n");
const ROW_END = Buffer.from("\n        }");
const LIST_END = Buffer.from("\n      ]");
function parseByRows(bytes, optionsOf) {
	const { frame, lists } = cutRows(bytes);
	const report = parse(textOf(frame));
	const empty = objectsIn(isObject(report) ? report.Results : void 0).filter(({ Vulnerabilities: rows }) => Array.isArray(rows) && rows.length === 0);
	if (empty.length !== lists.length) return parse(textOf(bytes));
	for (const [index, text] of lists.entries()) empty[index].Vulnerabilities = new RowList(text, optionsOf(index));
	return report;
}
function cutRows(bytes) {
	const frame = [];
	const lists = [];
	let rest = 0;
	for (;;) {
		const start = bytes.indexOf(LIST_START, rest);
		const first = start + LIST_START.length;
		const end = start === -1 ? -1 : bytes.indexOf(LIST_END, first);
		if (end === -1) break;
		frame.push(bytes.subarray(rest, first));
		lists.push(bytes.subarray(first, end));
		rest = end;
	}
	return {
		frame: Buffer.concat([...frame, bytes.subarray(rest)]),
		lists
	};
}

// src/scanners/trivy/report/schema.ts
const text = string().optional();
const texts = array(string()).nullish();
const number = number$1().optional();
const flag = boolean().optional();
const unread = custom((list) => list == null || Array.isArray(list)).optional();
const rowList = custom((list) => list == null || Array.isArray(list) || list instanceof RowList).optional();
const resultSchema = object({
	Target: text,
	Class: text,
	Type: text,
	Packages: unread,
	Vulnerabilities: rowList,
	Misconfigurations: unread,
	Secrets: unread,
	Licenses: unread,
	ExperimentalModifiedFindings: unread
});
const configSchema = object({
	architecture: text,
	variant: text,
	os: text,
	created: text,
	config: object({ Labels: record(string(), string()).nullish() }).optional().catch(void 0),
	history: array(object({
		created_by: text,
		empty_layer: flag
	})).nullish(),
	rootfs: object({ diff_ids: texts }).optional()
});
const metadataSchema = object({
	OS: object({
		Family: text,
		Name: text,
		EOSL: flag,
		extended: flag,
		Supplier: text
	}).optional(),
	ImageID: text,
	Size: number,
	DiffIDs: texts,
	RepoTags: texts,
	RepoDigests: texts,
	ImageConfig: configSchema.optional()
});
const reportSchema = object({
	Trivy: object({ Version: text }).optional(),
	CreatedAt: text,
	ArtifactName: text,
	ArtifactType: string(),
	Metadata: metadataSchema.optional(),
	Results: array(resultSchema).nullish().transform((results) => results ?? [])
});
const id = string().min(1);
const layer = object({ DiffID: text }).optional();
const VULNERABILITY = object({
	VulnerabilityID: id,
	PkgName: text,
	PkgPath: text,
	PkgIdentifier: object({ PURL: text }).optional(),
	InstalledVersion: text,
	FixedVersion: text,
	Status: text,
	PublishedDate: text,
	Layer: layer,
	PrimaryURL: text,
	Title: text,
	Description: text,
	Severity: text
});
const MISCONFIGURATION = object({
	ID: id,
	Title: text,
	Description: text,
	Severity: text,
	PrimaryURL: text,
	Status: string(),
	Layer: layer,
	CauseMetadata: object({ StartLine: number }).optional()
});
const SECRET = object({
	RuleID: id,
	Title: text,
	Severity: text,
	StartLine: number,
	Layer: layer
});
const LICENSE = object({
	Name: string(),
	Severity: text,
	Category: text,
	PkgName: text,
	FilePath: text,
	Link: text
});
const PACKAGE = object({
	ID: text,
	Name: text,
	Identifier: object({ PURL: text }).optional(),
	Version: text,
	Release: text,
	Epoch: number,
	SrcName: text,
	SrcVersion: text,
	SrcRelease: text,
	SrcEpoch: number,
	Modularitylabel: text,
	BuildInfo: object({
		ContentSets: texts,
		Nvr: text,
		Arch: text
	}).optional(),
	Repository: object({ Class: text }).optional(),
	Maintainer: text,
	FilePath: text,
	Relationship: text,
	DependsOn: texts,
	Layer: layer,
	InstalledFiles: texts,
	AnalyzedBy: text
});
function rowOf(schema, value, at, index) {
	return checkOf(schema)(value) ? value : TRIVY.checked(schema, value, [...at, index]);
}
const checkOf = oncePer((schema) => {
	const { def } = schema._zod;
	switch (def.type) {
		case "optional": {
			const inner = checkOf(def.innerType);
			return (value) => value === void 0 || inner(value);
		}
		case "nullable": {
			const inner = checkOf(def.innerType);
			return (value) => value === null || inner(value);
		}
		case "array": {
			const element = checkOf(def.element);
			return (value) => Array.isArray(value) && value.every(element);
		}
		case "object": {
			const fields = Object.entries(def.shape).map(([key, each]) => ({
				key,
				check: checkOf(each)
			}));
			return (value) => isObject(value) && fields.every(({ key, check }) => check(value[key]));
		}
		case "string": return (value) => typeof value === "string" && value !== "";
		default: return () => false;
	}
});
const rows = (row) => array(row).nullish();
const givenSchema = reportSchema.extend({
	SchemaVersion: number$1(),
	Results: array(resultSchema.extend({
		Packages: rows(PACKAGE),
		Vulnerabilities: rows(VULNERABILITY),
		Misconfigurations: rows(MISCONFIGURATION),
		Secrets: rows(SECRET),
		Licenses: rows(LICENSE)
	})).nullish()
});
const SCHEMA_VERSION = 2;
function checkedReport(value) {
	const { SchemaVersion: version } = isObject(value) ? value : {};
	if (version === void 0) throw new GateError("report-unsupported", "The Trivy report has no SchemaVersion, so it is not a report on a single target from `trivy … --format json`", "Each target is judged alone: make such a report for it. Reports on clusters and compliance, and SARIF, lack many of Trivy's findings. An SBOM goes into `sbom`.");
	if (version !== SCHEMA_VERSION) throw new GateError("report-schema-unknown", `The Trivy report has SchemaVersion ${typeof version === "number" ? version : "of a wrong type"}, not ${SCHEMA_VERSION}`, "Make it with a Trivy from 0.63 to 0.76, as `trivy … --format json`.");
	return TRIVY.checked(reportSchema, value);
}

// src/scanners/trivy/report/findings.ts
function knownSeverity(text, rows, row) {
	const severity = toSeverity(text);
	return severity === "UNKNOWN" ? TRIVY.severityOfWord(text ?? "", [
		...rows,
		row,
		"Severity"
	]) : severity;
}
function addFindings(result, index, context, found) {
	const at = ["Results", index];
	addVulnerabilities(result, [...at, "Vulnerabilities"], context, found);
	addMisconfigurations(result, [...at, "Misconfigurations"], context, found);
	addSecrets(result, [...at, "Secrets"], context, found);
	addLicenses(result, [...at, "Licenses"], context, found);
}
function addVulnerabilities(result, at, context, found) {
	const type = result.Type ?? "";
	const lockFile = result.Class === "lang-pkgs" && listedIn(type) !== "own-file" ? pathIn(result.Target) : void 0;
	const packageOf = sharingPackages(type);
	const versionsOf = memoize(fixedVersionsIn);
	const { describe } = context;
	result.Vulnerabilities?.forEach((value, row) => {
		const each = rowOf(VULNERABILITY, value, at, row);
		const name = each.PkgName ?? "";
		const path = pathIn(each.PkgPath) ?? lockFile;
		const aliases = aliasesIn(value, each.VulnerabilityID);
		found.push({
			kind: "vulnerability",
			id: each.VulnerabilityID,
			aliases: aliases.length > 0 ? aliases : void 0,
			severity: context.severityOf(each.Severity, at, row),
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
	});
}
function aliasesIn(row, own) {
	const { VendorIDs: given } = row;
	if (!Array.isArray(given)) return [];
	return sameWeaknessIds(own, given.filter((each) => typeof each === "string"));
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
const NOT_FAILED = /* @__PURE__ */ new Set(["PASS", "EXCEPTION"]);
function addMisconfigurations(result, at, context, found) {
	for (const [row, value] of (result.Misconfigurations ?? []).entries()) {
		const each = rowOf(MISCONFIGURATION, value, at, row);
		if (NOT_FAILED.has(each.Status.toUpperCase())) continue;
		found.push({
			kind: "misconfiguration",
			id: each.ID,
			severity: context.severityOf(each.Severity, at, row),
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
	const path = pathOfTarget(result, context);
	for (const [row, value] of (result.Secrets ?? []).entries()) {
		const each = rowOf(SECRET, value, at, row);
		found.push({
			kind: "secret",
			id: each.RuleID,
			severity: context.severityOf(each.Severity, at, row),
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
	for (const [row, value] of (result.Licenses ?? []).entries()) {
		const each = rowOf(LICENSE, value, at, row);
		const path = pathIn(each.FilePath);
		found.push({
			kind: "license",
			id: each.Name,
			severity: context.severityOf(each.Severity, at, row),
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
	return target === artifactName ? void 0 : pathIn(target);
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

// src/scanners/trivy/report/sanitize.ts
function writeSanitized(report, file) {
	sanitize(report);
	writePieces(file, piecesOf(report));
}
function* piecesOf(report) {
	if (!isObject(report) || !Array.isArray(report.Results)) return yield* jsonPieces(report, 2);
	const { Results: results, ...head } = report;
	const start = JSON.stringify(head).slice(0, -1);
	yield `${start}${start === "{" ? "" : ","}"Results":[`;
	for (const [index, result] of results.entries()) {
		if (index > 0) yield ",\n";
		yield* isObject(result) ? resultPieces(result) : [JSON.stringify(result)];
	}
	yield "]}\n";
}
function* resultPieces(result) {
	const { Vulnerabilities: rows, ...rest } = result;
	if (!(rows instanceof RowList)) return yield* jsonPieces(result, 1);
	const start = JSON.stringify(rest).slice(0, -1);
	yield `${start}${start === "{" ? "" : ","}"Vulnerabilities":[`;
	yield* rows.written();
	yield "]}";
}
const LEFT_OUT = [
	"Match",
	"Code",
	"Message",
	"Traces",
	"Fingerprint"
];
const QUOTES = [
	"Code",
	"RenderedCause",
	"Occurrences"
];
function sanitize(report) {
	if (!isObject(report)) return;
	const own = report;
	own.ArtifactID = void 0;
	if (typeof own.ArtifactName === "string") own.ArtifactName = withoutLogin(own.ArtifactName);
	if (isObject(own.Metadata)) own.Metadata = cleanMetadata(own.Metadata);
	const clean = rowCleaner();
	for (const result of objectsIn(own.Results)) for (const row of rowsIn(result)) clean(row);
}
function rowCleaner() {
	const shown = memoize(shownInstruction);
	return (row) => {
		if (!isObject(row)) return;
		cleanRow(row, shown);
		if (isObject(row.Finding)) cleanRow(row.Finding, shown);
	};
}
function cleanRow(row, shown) {
	remove(row, LEFT_OUT);
	if (isObject(row.CauseMetadata)) remove(row.CauseMetadata, QUOTES);
	if (isObject(row.Layer) && typeof row.Layer.CreatedBy === "string") row.Layer = {
		...row.Layer,
		CreatedBy: shown(row.Layer.CreatedBy)
	};
}
function remove(object, keys) {
	for (const key of keys) if (object[key] !== void 0) object[key] = void 0;
}
const MOST_CONFIG = 8388608;
function requireBoundedConfig(config, most = MOST_CONFIG) {
	if (config === void 0 || JSON.stringify(config).length <= most) return;
	throw new GateError("report-too-large", `The image's configuration (history, labels, commands) has more than ${most} characters`, "Build the image with shorter labels and instructions.");
}
function cleanMetadata(metadata) {
	const copy = { ...metadata };
	requireBoundedConfig(copy.ImageConfig);
	if ("ImageConfig" in copy) copy.ImageConfig = cleanImageConfig(copy.ImageConfig);
	for (const layer of objectsIn(copy.Layers)) if (typeof layer.CreatedBy === "string") layer.CreatedBy = shownInstruction(layer.CreatedBy);
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

// src/scanners/trivy/report/packages.ts
function packagesOf(results) {
	return results.flatMap((result, at) => {
		const { Type: type = "" } = result;
		const [ecosystem, place] = [ecosystemOfType(type), listedIn(type)];
		return (result.Packages ?? []).map((value, index) => {
			const each = rowOf(PACKAGE, value, [
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
				maintainer: each.Repository?.Class === "third-party" ? each.Maintainer : void 0,
				diffId: each.Layer?.DiffID,
				id: each.ID,
				relationship: each.Relationship,
				dependsOn: each.DependsOn ?? void 0,
				filePath: each.FilePath,
				installedFiles: each.InstalledFiles ?? void 0,
				manager: each.AnalyzedBy,
				build: each.BuildInfo && buildOf(each.BuildInfo)
			};
		});
	});
}
function buildOf({ ContentSets: sets, Nvr, Arch }) {
	return {
		ContentSets: sets ?? void 0,
		Nvr,
		Arch
	};
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
function packagesReport(given, target, files = NONE) {
	const { Results: results, ...head } = isObject(given) ? given : {};
	const lists = listIn(results).filter(isObject).flatMap(({ Class: kind, Type: type, Target: place, Packages: rows }) => {
		if (!PACKAGE_CLASSES.has(kind)) return [];
		return [{
			Target: place,
			Class: kind,
			Type: type,
			Packages: listIn(rows).map((row) => withFiles(row, files))
		}];
	});
	const report = {
		...head,
		Results: lists
	};
	if (typeof head.ArtifactName === "string") nameArtifact(report, nameOf(head.ArtifactName, target));
	sanitize(report);
	return JSON.stringify(report);
}
const NONE = /* @__PURE__ */ new Set();
function withFiles(row, files) {
	const { InstalledFiles: all, ...rest } = row;
	if (files.size === 0 || all === void 0) return rest;
	const kept = listIn(all).filter((each) => typeof each === "string" && files.has(each.replace(/^\/+/, "")));
	return kept.length === 0 ? rest : {
		...rest,
		InstalledFiles: kept
	};
}
function nameOf(artifact, { kind, label }) {
	if (!isAbsolutePath(artifact)) return artifact;
	return kind === "trivy-report" ? withoutRunnerPath(artifact) : label;
}

export { NO_DESCRIPTIONS, TRIVY, addFindings, advisedAs, advisedNames, bucketsOf, checkedReport, givenSchema, isSupportedFamily, keepingDescriptions, knownSeverity, knowsRelease, nameArtifact, nameReport, nameRow, ofOtherProducts, packageFinder, packagesOf, packagesReport, parse, parseByRows, requireBoundedConfig, rowCleaner, textOf, unadvisedTypes, writeSanitized };
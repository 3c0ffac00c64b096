import { asGateError, isObject, mkdirSync, readFileSync, rmSync, statSync, tryOr, writeFileSync } from "./shared.start.js";
import { GAP_CODES, platformMatches } from "./shared.domain.js";
import { addTo, privateFolder, removedAtEnd } from "./shared.answer.js";
import { _enum, array, boolean, literal, looseObject, number, object, string } from "./package.zod.js";
import { accountedIn, bucketsOf, outerArchive, packagesOf, packagesReport, toScanResult } from "./scanners.trivy.report.report.js";
import { linkDatabase } from "./scanners.trivy.database.link.js";
import { LogListener, convertReport } from "./scanners.trivy.process.log-facts.js";
import { logGroup } from "./scanners.trivy.process.process-output.js";
import { scanSbom } from "./scanners.trivy.process.sbom-scan.js";
import { cutDocument, textOf, wholeDocument } from "./scanners.trivy.report.document.js";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";

// src/scanners/trivy/stored/batch.ts
const SYSTEM = "system";
const ROOT = "root";
const FILE_PATH = "aquasecurity:trivy:FilePath";
const OF_IMAGE = /^aquasecurity:trivy:Layer/;
function batchOf(sboms) {
	const batch = new Joined();
	const documents = sboms.map(({ text }) => JSON.parse(text));
	for (const [sbom, document] of documents.entries()) batch.add(sbom, document);
	const [first] = documents;
	return {
		text: JSON.stringify({
			...first,
			...batch.content(first?.metadata)
		}),
		meant: batch.meant
	};
}
var Joined = class {
	meant = /* @__PURE__ */ new Map();
	#components = /* @__PURE__ */ new Map();
	#edges = /* @__PURE__ */ new Map([[ROOT, /* @__PURE__ */ new Set([SYSTEM])]]);
	#systemPackages = /* @__PURE__ */ new Map();
	add(sbom, { components = [], dependencies = [] }) {
		const refs = new Map(components.map((each) => [String(each["bom-ref"]), this.#component(sbom, each)]));
		for (const { ref, dependsOn = [] } of dependencies) {
			const from = refs.get(ref);
			if (from === void 0) continue;
			const to = this.#edges.get(from) ?? /* @__PURE__ */ new Set();
			for (const each of dependsOn) to.add(refs.get(each) ?? each);
			this.#edges.set(from, to);
		}
	}
	content(metadata = {}) {
		const { component } = metadata;
		const known = this.#components;
		const dependencies = [...this.#edges].map(([ref, to]) => ({
			ref,
			dependsOn: [...to].filter((each) => known.has(each))
		}));
		const components = [...known.values()];
		return {
			metadata: {
				...metadata,
				component: {
					...component,
					"bom-ref": ROOT
				}
			},
			components,
			dependencies
		};
	}
	#component(sbom, component) {
		const ref = String(component["bom-ref"]);
		const name = this.#nameOf(component, `${sbom}:${ref}`);
		addTo(this.meant, name, {
			sbom,
			ref
		});
		if (!this.#components.has(name)) this.#components.set(name, inImage(component, sbom, name));
		return name;
	}
	#nameOf(component, own) {
		if (component.type === "operating-system") return SYSTEM;
		if (isFile(component)) return own;
		const key = JSON.stringify({
			...component,
			...propertiesOf(component),
			"bom-ref": ""
		});
		const known = this.#systemPackages.get(key) ?? own;
		this.#systemPackages.set(key, known);
		return known;
	}
};
function isFile({ type, purl }) {
	return type === "application" || !/^pkg:(?:deb|apk|rpm)\//.test(String(purl));
}
function propertiesOf({ properties }) {
	return { properties: (Array.isArray(properties) ? properties : []).filter(({ name }) => !OF_IMAGE.test(String(name))) };
}
function inImage(component, sbom, ref) {
	const properties = (Array.isArray(component.properties) ? component.properties : []).map((each) => each.name === FILE_PATH ? {
		...each,
		value: `${sbom}/${each.value}`
	} : each);
	const name = component.type === "application" ? { name: `${sbom}/${component.name}` } : {};
	return {
		...component,
		...name,
		properties,
		"bom-ref": ref
	};
}
function split({ head, results }, { meant }, count) {
	const parts = Array.from({ length: count }, () => []);
	for (const { fields, rows } of results) {
		const own = parts.map(() => /* @__PURE__ */ new Map());
		for (const [key, list] of rows) {
			const field = key === "Packages" ? "Identifier" : "PkgIdentifier";
			for (const row of list) {
				const identifier = row[field];
				for (const { sbom, ref } of meant.get(String(identifier?.BOMRef)) ?? []) {
					const part = own[sbom];
					const copies = part?.get(key) ?? [];
					copies.push({
						...row,
						[field]: {
							...identifier,
							BOMRef: ref
						}
					});
					part?.set(key, copies);
				}
			}
		}
		for (const [sbom, part] of own.entries()) if (part.size > 0) parts[sbom]?.push({
			fields,
			rows: part
		});
	}
	return parts.map((part) => ({
		head,
		results: part
	}));
}

// src/scanners/trivy/stored/stored-sbom.ts
const PROPERTY = "image-gate:scan";
const VERSION = 2;
const MOST_BYTES = 67108864;
const digest = string().regex(/^sha256:[0-9a-f]{64}$/);
const unread = object({
	path: string().optional(),
	kind: _enum([
		"packages",
		"config",
		"no-package"
	]),
	why: string()
});
const accounted = object({
	accounting: object({
		gaps: array(object({
			code: _enum(GAP_CODES),
			what: string(),
			remedy: string(),
			path: string().optional()
		})),
		notes: array(object({
			subject: string(),
			status: _enum([
				"looked",
				"gap",
				"nothing-there",
				"not-asked",
				"not-known"
			]),
			detail: string()
		}))
	}),
	marks: array(object({
		path: string(),
		layer: number(),
		vendor: string()
	}))
});
const factsSchema = object({
	version: literal(VERSION),
	digest,
	platform: string().optional(),
	manifest: digest.optional(),
	index: object({
		digest: digest.optional(),
		images: array(object({
			digest,
			platform: string().optional()
		}))
	}).optional(),
	digestUnknown: string().optional(),
	baseName: string().optional(),
	baseDigest: string().optional(),
	scannedAt: string().optional(),
	scannerVersion: string(),
	leftOut: object({
		"skip-dirs": array(string()),
		"skip-files": array(string())
	}),
	heard: object({
		unread: array(unread),
		unreadMore: number(),
		understood: boolean(),
		repositories: array(string()),
		otherWarnings: array(string()),
		baseLayers: number(),
		accounted: accounted.optional()
	}),
	report: looseObject({ Results: array(object({
		Target: string().optional(),
		Class: string(),
		Type: string().optional(),
		Packages: array(looseObject({}))
	})) })
});
const versionSchema = object({ version: number() });
var Incompatible = class extends Error {
	name = "Incompatible";
};
function pack(text, facts) {
	const document = JSON.parse(text);
	const property = {
		name: PROPERTY,
		value: JSON.stringify({
			version: VERSION,
			...facts
		})
	};
	const properties = [...document.metadata?.properties ?? [], property];
	const bytes = Buffer.from(JSON.stringify({
		...document,
		metadata: {
			...document.metadata,
			properties
		}
	}));
	if (bytes.length > MOST_BYTES) throw new Incompatible(`it would have more than ${MOST_BYTES / 1024 / 1024} MiB`);
	return gzipSync(bytes, { level: 9 });
}
function unpack(packed) {
	const document = documentIn$1(packed);
	const metadata = objectIn(document.metadata);
	const properties = Array.isArray(metadata.properties) ? metadata.properties : [];
	const [own, ...more] = properties.filter((each) => objectIn(each).name === PROPERTY);
	const facts = jsonIn(objectIn(own).value);
	if (facts === void 0 || more.length > 0) throw new Incompatible("it is not one that Image Gate has made");
	const { version = VERSION } = versionSchema.safeParse(facts).data ?? {};
	if (version > VERSION) throw new Incompatible("a newer Image Gate has made it");
	if (version < VERSION) throw new Incompatible("an older Image Gate has made it, which read less in an image");
	const read = factsSchema.safeParse(facts);
	if (!read.success) throw new Incompatible("it is damaged");
	const others = properties.filter((each) => each !== own);
	return {
		facts: read.data,
		text: JSON.stringify({
			...document,
			metadata: {
				...metadata,
				properties: others
			}
		})
	};
}
function documentIn$1(packed) {
	try {
		return objectIn(JSON.parse(gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8")));
	} catch {
		throw new Incompatible("it cannot be read");
	}
}
function jsonIn(text) {
	return tryOr(() => typeof text === "string" ? JSON.parse(text) : void 0, void 0);
}
function objectIn(value) {
	return isObject(value) ? value : {};
}
function factsOf({ artifact, build, provenance }) {
	return {
		platform: artifact.platform,
		manifest: artifact.digest,
		index: artifact.index && {
			digest: artifact.index.digest,
			images: [...artifact.index.images]
		},
		digestUnknown: provenance.digestUnknown,
		baseName: build?.baseName,
		baseDigest: build?.baseDigest,
		scannedAt: provenance.scannedAt
	};
}
function withFacts(result, facts) {
	const { artifact, build, provenance } = result;
	const { manifest, index, digestUnknown, baseName, baseDigest } = facts;
	return {
		...result,
		artifact: {
			...artifact,
			...manifest && { digest: manifest },
			...index && { index }
		},
		...build && { build: {
			...build,
			baseName,
			baseDigest
		} },
		provenance: {
			...provenance,
			...digestUnknown && { digestUnknown }
		}
	};
}

// src/scanners/trivy/stored/merge-findings.ts
function matchedBy({ name, version, source, modularity }) {
	return JSON.stringify([
		name,
		version,
		source?.name,
		source?.version,
		modularity
	]);
}
function mergeFindings(facts, scanned) {
	const { Results: results, ...head } = facts.report;
	const packages = storedPackages(results);
	for (const result of scanned.results) readResult(result, results, packages);
	for (const { row, isSeen } of packages.values()) if (!isSeen) throw new Incompatible(`Trivy does not read its package ${String(row.Name)}`);
	const rowsOf = Map.groupBy(packages.values(), ({ result }) => result);
	return {
		head: {
			...headOf(head, scanned.head),
			Results: []
		},
		results: results.map(({ Packages: rows, ...fields }, at) => ({
			fields,
			rows: /* @__PURE__ */ new Map([["Packages", rows], ["Vulnerabilities", (rowsOf.get(at) ?? []).flatMap(({ found }) => found)]])
		}))
	};
}
function storedPackages(results) {
	const packages = /* @__PURE__ */ new Map();
	for (const [result, { Packages: rows, ...fields }] of results.entries()) {
		const read = packagesOf([{
			...fields,
			rows: /* @__PURE__ */ new Map([["Packages", rows]])
		}]);
		for (const [index, row] of rows.entries()) {
			const own = read[index];
			if (own !== void 0) packages.set(refOf(row.Identifier), {
				result,
				row,
				matchedBy: matchedBy(own),
				found: [],
				isSeen: false
			});
		}
	}
	return packages;
}
function refOf(identifier) {
	const ref = identifier?.BOMRef;
	return typeof ref === "string" ? ref : "";
}
function readResult({ fields, rows }, stored, packages) {
	const { Class: kind, Type: type } = fields;
	const packageOf = (identifier) => {
		const found = packages.get(refOf(identifier));
		const own = found && stored[found.result];
		if (found === void 0 || own?.Class !== kind || own?.Type !== type) throw new Incompatible("Trivy reads another package in it than it lists");
		return found;
	};
	const read = packagesOf([{
		...fields,
		rows
	}]);
	for (const [index, row] of [...rows.get("Packages") ?? []].entries()) {
		const known = packageOf(row.Identifier);
		const own = read[index];
		if (own === void 0 || matchedBy(own) !== known.matchedBy) throw new Incompatible(`Trivy reads its package ${String(known.row.Name)} as another`);
		known.isSeen = true;
	}
	for (const row of rows.get("Vulnerabilities") ?? []) {
		const known = packageOf(row.PkgIdentifier);
		const { Repository: repository } = known.row;
		if (repository?.Class === "third-party") continue;
		known.found.push(asInImage(row, known.row));
	}
}
function asInImage(found, { Identifier: identifier, FilePath: path, Layer: layer }) {
	const { PURL } = identifier ?? {};
	return {
		...found,
		PkgPath: path,
		PkgIdentifier: { PURL },
		Layer: layer
	};
}
function headOf(stored, { CreatedAt, Trivy, Metadata: metadata }) {
	const [own, now] = [stored.Metadata, metadata].map((each) => each?.OS);
	if (own?.Family !== now?.Family || own?.Name !== now?.Name) throw new Incompatible("Trivy reads another operating system in it");
	const { EOSL: _then, ...os } = own ?? {};
	return {
		...stored,
		CreatedAt,
		Trivy,
		Metadata: {
			...stored.Metadata,
			...own && { OS: {
				...os,
				...now?.EOSL === void 0 ? {} : { EOSL: now.EOSL }
			} }
		}
	};
}

// src/scanners/trivy/stored/make.ts
async function makeStored(scan, trivy, again, world) {
	const folder = privateFolder(world, "stored");
	using _ = removedAtEnd(folder);
	try {
		const report = reportWithRefs(scan);
		requireMatchable(report, scan);
		const [input, output] = [join(folder, "packages.json"), join(folder, "sbom.json")];
		mkdirSync(folder, { recursive: true });
		writeFileSync(input, JSON.stringify(report));
		await convertReport({
			trivy,
			format: "cyclonedx",
			report: input,
			output
		}, world);
		const packed = pack(readFileSync(output, "utf8"), {
			...factsFor(scan),
			report
		});
		requireSame(scan.result, await again(packed));
		return packed;
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		return { why: thrown instanceof Incompatible ? thrown.message : asGateError(thrown).what };
	}
}
function factsFor({ digest, result, scanFacts, scannerVersion, skipDirs, skipFiles }) {
	const { unread, unreadMore, understood, repositories, otherWarnings } = scanFacts.log;
	return {
		digest,
		...factsOf(result),
		scannerVersion,
		leftOut: {
			"skip-dirs": [...skipDirs],
			"skip-files": [...skipFiles]
		},
		heard: {
			unread: [...unread],
			unreadMore,
			understood,
			repositories: [...repositories],
			otherWarnings: [...otherWarnings],
			baseLayers: scanFacts.baseLayers,
			accounted: structuredClone(accountedIn(scanFacts))
		}
	};
}
function reportWithRefs({ document, target }) {
	const report = JSON.parse(packagesReport(document, target));
	const files = ownedFiles(document);
	const Results = report.Results.map((result, at) => ({
		...result,
		Packages: result.Packages.map((each, index) => ({
			...each,
			Identifier: {
				...each.Identifier,
				BOMRef: `${at}-${index}`
			},
			...files(each)
		}))
	}));
	return {
		...report,
		Results
	};
}
function ownedFiles({ results }) {
	const paths = /* @__PURE__ */ new Set();
	const lists = /* @__PURE__ */ new Map();
	const add = (path) => {
		if (typeof path !== "string") return;
		const own = path.replace(/^\/+/, "");
		paths.add(own).add(outerArchive(own) ?? own);
	};
	for (const { fields, rows } of results) {
		add(fields.Target);
		for (const row of rows.get("Packages") ?? []) {
			const { FilePath: path, InstalledFiles: files, Identifier: identifier } = row;
			add(path);
			const uid = identifier?.UID;
			if (typeof uid === "string" && Array.isArray(files)) lists.set(uid, files);
		}
	}
	return ({ Identifier: identifier }) => {
		const uid = identifier?.UID;
		const owned = ((typeof uid === "string" ? lists.get(uid) : void 0) ?? []).filter((each) => paths.has(each.replace(/^\/+/, "")));
		return owned.length === 0 ? {} : { InstalledFiles: owned };
	};
}
function requireMatchable({ Results: results }, { result, scanFacts, document }) {
	const { os } = result.artifact;
	const release = /^\d+\.\d+/.exec(os?.name ?? "")?.[0];
	const others = scanFacts.log.repositories.filter((each) => each !== release);
	if (others.length > 0) throw new Incompatible(`its packages are matched by their repository, ${others.join(", ")}`);
	if (results.some(({ Packages: packages }) => packages.some((each) => each.BuildInfo !== void 0))) throw new Incompatible("its packages are matched by the Red Hat product that they come from");
	const metadata = document.head.Metadata;
	if (metadata?.OS?.Supplier !== void 0) throw new Incompatible("its packages are matched by another supplier's advisories, of which no SBOM tells");
	if (metadata?.OS?.extended === true) throw new Incompatible("its system has extended support, of which no SBOM tells");
}
function requireSame(image, sbom) {
	const plain = ({ packages, layers, findings, suppressed, coverage, artifact, build }) => JSON.parse(JSON.stringify({
		packages,
		layers,
		findings,
		suppressed,
		coverage,
		artifact,
		build
	}));
	const [one, other] = [plain(image), plain(sbom)];
	for (const key of Object.keys(one)) if (!isDeepStrictEqual(withoutOrder(key, one[key]), withoutOrder(key, other[key]))) throw new Incompatible(`its scan differs from the image's in ${key}`);
}
function withoutOrder(key, value) {
	if (key === "findings") return value.map((each) => JSON.stringify(each)).sort();
	if (key === "packages") return value.map(({ installedFiles: _files, ...rest }) => rest);
	return value;
}

// src/scanners/trivy/stored/index.ts
const DEFAULT_PLATFORM = "linux/amd64";
async function scanStored(target, { packed, digest, anyVersion = false }, settings, world) {
	const { facts, text } = unpack(packed);
	requireFit(facts, {
		digest,
		target,
		anyVersion,
		...settings
	});
	return resultOf(target, facts, await trivySbom(target.label, text, settings, world), settings);
}
const MOST_TOGETHER = 25;
const MOST_TEXT = 4194304;
async function scanTogether(items, settings, world) {
	const outcomes = items.map(() => "alone");
	const ready = [];
	for (const [index, { target, sbom }] of items.entries()) try {
		const unpacked = unpack(sbom.packed);
		const { digest, anyVersion = false } = sbom;
		requireFit(unpacked.facts, {
			digest,
			target,
			anyVersion,
			...settings
		});
		if (unpacked.text.length <= MOST_TEXT) ready.push({
			index,
			target,
			...unpacked
		});
	} catch (thrown) {
		if (!(thrown instanceof Incompatible)) throw thrown;
		outcomes[index] = thrown;
	}
	for (const same of Map.groupBy(ready, systemOf).values()) for (let at = 0; at < same.length; at += MOST_TOGETHER) for (const [index, result] of await scanBatch(same.slice(at, at + MOST_TOGETHER), settings, world)) outcomes[index] = result;
	return outcomes;
}
function systemOf({ facts }) {
	const { OS: system } = facts.report.Metadata ?? {};
	return JSON.stringify([system?.Family, system?.Name]);
}
async function scanBatch(ready, settings, world) {
	const results = /* @__PURE__ */ new Map();
	if (ready.length < 2) return results;
	try {
		const batch = batchOf(ready);
		const scanned = await trivySbom(`${ready.length} images`, batch.text, settings, world);
		const { log } = scanned;
		if (!(log.skippedPackages + log.unreadMore + log.unread.length + log.unreadVersions.length + log.otherWarnings.length === 0) || log.unreadSystemVersion !== void 0) return results;
		for (const [at, document] of split(scanned.document, batch, ready.length).entries()) {
			const each = ready[at];
			if (each !== void 0) results.set(each.index, resultOf(each.target, each.facts, {
				document,
				log
			}, settings));
		}
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		world.log.debug(`Stored SBOMs are scanned one by one: ${String(thrown)}`);
	}
	return results;
}
function resultOf(target, facts, { document, log }, settings) {
	const scanFacts = {
		scanners: ["vuln"],
		log: {
			...log,
			...facts.heard,
			otherWarnings: [.../* @__PURE__ */ new Set([...facts.heard.otherWarnings, ...log.otherWarnings])]
		},
		buckets: bucketsOf(settings.database),
		database: settings.database,
		terraform: [],
		baseLayers: facts.heard.baseLayers,
		accounted: facts.heard.accounted,
		leftOut: new Map(Object.entries(facts.leftOut))
	};
	const { version, database, descriptions } = settings;
	const provenance = {
		scannerVersion: version,
		databaseUpdatedAt: database.updatedAt.toISOString(),
		databaseSha256: database.sha256,
		readAs: "reference",
		source: `its SBOM, made${facts.scannedAt ? ` on ${facts.scannedAt.slice(0, 10)}` : ""} by Trivy ${facts.scannerVersion}`,
		scanners: ["vuln"],
		skipped: Object.values(facts.leftOut).flat()
	};
	return withFacts(toScanResult(mergeFindings(facts, document), target, {
		provenance,
		descriptions,
		scanFacts
	}), facts);
}
function requireFit(facts, { digest, target, anyVersion, version, skipDirs, skipFiles }) {
	if (facts.digest !== digest) throw new Incompatible("it is of another digest");
	const asked = target.platform ?? DEFAULT_PLATFORM;
	if (facts.index !== void 0 && !platformMatches(asked, facts.platform)) throw new Incompatible(`it is of ${facts.platform ?? "no known platform"}`);
	if (target.platform !== void 0 && !platformMatches(target.platform, facts.platform)) throw new Incompatible(`it is of ${facts.platform ?? "no known platform"}`);
	const leftOut = [facts.leftOut["skip-dirs"], facts.leftOut["skip-files"]];
	if (JSON.stringify(leftOut) !== JSON.stringify([skipDirs, skipFiles])) throw new Incompatible("it was made with other values of skip-dirs or skip-files");
	if (!anyVersion && facts.scannerVersion !== version) throw new OldVersion(facts.scannerVersion, version);
}
var OldVersion = class extends Incompatible {
	constructor(made, used) {
		super(`Trivy ${made} made it, and this run uses ${used}`);
	}
};
async function trivySbom(about, text, { trivy, database, ...settings }, world) {
	const folder = privateFolder(world, "stored-scan");
	const group = logGroup(`Trivy: ${about}, by SBOM`, world.log);
	const listener = new LogListener();
	const onLine = (line) => {
		listener.line(line);
		group.line(line);
	};
	try {
		linkDatabase(folder, "vulnerability", database);
		const { timeoutMs, memory } = settings;
		const done = await scanSbom({
			trivy,
			text,
			folder,
			timeoutMs,
			memory,
			onLine
		}, world);
		if ("output" in done) return {
			document: documentIn(done.output),
			log: listener.facts()
		};
		if (done.failed === "too-long") throw new Incompatible("Trivy takes too long to read it");
		throw new Incompatible(`Trivy cannot read it (${done.reason ?? "it gives no reason"})`);
	} finally {
		group.end();
		rmSync(folder, {
			recursive: true,
			force: true
		});
	}
}
function documentIn(output) {
	if (!statSync(output, { throwIfNoEntry: false })?.isFile()) throw new Incompatible("Trivy wrote no report about it");
	const bytes = readFileSync(output);
	return cutDocument(bytes) ?? wholeDocument(textOf(bytes));
}

export { Incompatible, OldVersion, makeStored, scanStored, scanTogether };
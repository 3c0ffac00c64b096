import { GateError, rmSync, statSync, tryOr, writeFileSync } from "./shared.thread.js";
import { isoSeconds, spanWords } from "./shared.inputs.js";
import { isObject } from "./domain.json.is-object.js";
import { JsonFault, parsePurl, parseStrict } from "./shared.scan.js";
import { scanTimeout } from "./shared.layers.js";
import { compareDotted, privateFolder, readSmallText, removedAtEnd } from "./shared.start.js";
import { array, literal, object, string, unknown } from "./package.zod.js";
import { DISK_FULL, isKilled, outOfMemory, readWritten, toldFailure } from "./shared.scanner.js";
import { faultOfAge } from "./shared.trivy.js";
import { databaseCache, lastWords, runGrype } from "./scanners.grype.process.run.js";
import { GRYPE, ageOf, readDocument, sourcesFor } from "./scanners.grype.report.report.js";
import { SYSTEM_TYPES, ecosystemNamed } from "./scanners.applications.js";
import { word, words } from "./scanners.given-report.js";
import { join } from "node:path";

// src/scanners/grype/database/facts.ts
async function factsOf(file) {
	return reading(file, (database) => {
		const { model, revision, addition, build_timestamp } = database.prepare("SELECT * FROM db_metadata").get() ?? {};
		const captured = database.prepare("SELECT id, date_captured FROM providers").all().map((row) => [String(row.id), timeIn(row.date_captured)]);
		return {
			schema: [
				model,
				revision,
				addition
			].join("."),
			built: timeIn(build_timestamp),
			captured: new Map(captured),
			hasAdvisories: ["affected_package_handles", "affected_cpe_handles"].some((table) => database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== void 0)
		};
	});
}
async function reading(file, read) {
	const { DatabaseSync } = await import("node:sqlite");
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		return read(database);
	} finally {
		database.close();
	}
}
function timeIn(value) {
	return new Date(String(value).replace(" ", "T"));
}
async function knowsRelease(file, release) {
	return reading(file, (database) => {
		const wanted = replaced(release, database);
		const rows = database.prepare("SELECT id, major_version, minor_version, label_version, codename FROM operating_systems WHERE (name = ? COLLATE NOCASE OR release_id = ? COLLATE NOCASE) AND (channel IS NULL OR channel = '')").all(wanted.name, wanted.name);
		const affected = database.prepare("SELECT 1 FROM affected_package_handles WHERE operating_system_id = ? LIMIT 1");
		return fitting(rows, wanted.version).some(({ id }) => affected.get(id) !== void 0);
	});
}
async function knownKinds(file) {
	return reading(file, (database) => {
		const rows = database.prepare("SELECT DISTINCT ecosystem FROM packages").all();
		return new Set(rows.map(({ ecosystem }) => String(ecosystem)));
	});
}
const SAMPLE = 1e3;
async function sourcesOf(file, kinds) {
	return reading(file, (database) => {
		const sources = database.prepare(`SELECT DISTINCT provider_id FROM vulnerability_handles WHERE id IN (
        SELECT vulnerability_id FROM affected_package_handles
        WHERE operating_system_id IS NULL AND package_id IN (SELECT id FROM packages WHERE ecosystem = ?) LIMIT ${SAMPLE})`);
		return new Set([...kinds].flatMap((kind) => sources.all(kind).map((row) => String(row.provider_id))));
	});
}
function replaced({ name, version }, database) {
	const rule = database.prepare("SELECT * FROM operating_system_specifier_overrides WHERE alias = ? COLLATE NOCASE").all(name).find(({ version: exact, version_pattern: pattern, codename }) => !codename && !pattern && (!exact || exact === version));
	if (rule === void 0) return {
		name,
		version
	};
	const text = (value) => typeof value === "string" ? value : void 0;
	const major = text(rule.replacement_major_version) ?? (rule.rolling ? "" : partsOf(version)[0]);
	const minor = text(rule.replacement_minor_version) ?? (rule.rolling ? "" : partsOf(version)[1]);
	const label = text(rule.replacement_label_version);
	const numbers = [major, minor].filter(Boolean).join(".");
	return {
		name: text(rule.replacement) ?? name,
		version: numbers || (label ?? "")
	};
}
const partsOf = (version) => /^\d/.test(version) ? version.split(".") : [];
function fitting(rows, version) {
	const [major = "", minor = ""] = partsOf(version);
	if (major === "") {
		const named = version.toLowerCase();
		if (named === "") return rows;
		const isNamed = (value) => String(value ?? "").toLowerCase() === named;
		return rows.filter(({ label_version: label, codename }) => isNamed(label) || isNamed(codename));
	}
	const ofMajor = rows.filter((row) => String(row.major_version ?? "") === major);
	const exact = ofMajor.filter((row) => String(row.minor_version ?? "") === minor);
	if (exact.length > 0) return exact;
	const whole = ofMajor.filter((row) => !row.minor_version);
	return whole.length > 0 ? whole : ofMajor;
}

// src/scanners/grype/database/health.ts
const MODEL = "6";
const FILE = "vulnerability.db";
const IMPORT_NOTE = "import.json";
const FILES = [FILE, IMPORT_NOTE];
const MIB = 1048576;
async function checkDatabase(folder, importer, { maxAgeMs, now, minBytes = MIB, grype }) {
	const file = join(folder, FILE);
	let facts;
	try {
		facts = await factsOf(file);
	} catch (error) {
		return {
			reason: "damaged",
			why: `it is not a database of Grype's (${error.message.slice(0, 200)})`
		};
	}
	if (facts.schema.split(".")[0] !== "6") return {
		reason: "schema",
		why: `it has the schema ${facts.schema}, and this Grype reads ${"6"}`
	};
	const older = olderThanDatabase(folder, facts, {
		grype,
		importer
	});
	if (older !== void 0) return {
		reason: "schema",
		why: older
	};
	const { size } = statSync(file);
	if (size < minBytes) return {
		reason: "empty",
		why: `it has only ${size} bytes, so it is empty`
	};
	if (!facts.hasAdvisories) return {
		reason: "empty",
		why: "it has no advisories"
	};
	const dates = [facts.built, ...facts.captured.values()].map((date) => date.getTime());
	if (Number.isNaN(facts.built.getTime())) return {
		reason: "damaged",
		why: "it does not say when it was built"
	};
	const newest = Math.max(...dates.filter((date) => !Number.isNaN(date)));
	return faultOfAge(new Date(newest), "the date of its newest source is", {
		now,
		maxAgeMs
	}) ?? facts;
}
const MOST_NOTE = 1048576;
function importerIn(folder) {
	return tryOr(() => {
		const note = JSON.parse(readSmallText(join(folder, IMPORT_NOTE), MOST_NOTE));
		return String(note?.client_version);
	}, void 0);
}
function olderThanDatabase(folder, { schema }, { grype, importer }) {
	const [, known] = /^v?(\d+\.\d+)\.\d+$/.exec(importerIn(folder) ?? "") ?? [];
	if (known !== void 0 && compareDotted(`${known}.0`, `${schema.split(".").slice(0, 2).join(".")}.0`) < 0) return `it has the schema ${schema}, and this Grype is older: it reads ${known}`;
	return importer !== void 0 && compareDotted(grype, importer) < 0 ? `Grype ${importer} has imported it, and this Grype is older (${grype})` : void 0;
}

// src/scanners/grype/scan/packages.ts
const long = string().max(1e4);
const componentSchema = object({
	...words("version"),
	type: word,
	name: word,
	purl: long.nullish(),
	properties: array(object({
		name: word,
		value: long
	})).nullish()
});
const documentSchema = object({
	bomFormat: literal("CycloneDX"),
	components: array(unknown()).max(5e5).nullish()
});
function packagesIn(value) {
	const { components } = GRYPE.checked(documentSchema, value);
	return (components ?? []).flatMap((each, index) => {
		const { name, version, purl, properties } = GRYPE.checked(componentSchema, each, ["components", index]);
		const told = new Map((properties ?? []).map((property) => [property.name, property.value]));
		const type = told.get("syft:package:type");
		if (type === void 0) return [];
		const paths = pathsIn(told);
		const isSystem = SYSTEM_TYPES.has(type);
		const source = isSystem && type !== "rpm" ? upstreamIn(purl ?? void 0, version ?? "") : void 0;
		return [{
			name,
			version: version ?? "",
			type,
			ecosystem: ecosystemNamed(type),
			purl: purl || void 0,
			path: isSystem ? void 0 : paths[0],
			paths,
			diffId: told.get("syft:location:0:layerID"),
			...isSystem && { system: true },
			...source && { source }
		}];
	});
}
function pathsIn(told) {
	const virtual = told.get("syft:metadata:virtualPath")?.replaceAll(":", "/");
	const located = virtual === void 0 ? [] : [virtual];
	for (let index = 0;; index++) {
		const path = told.get(`syft:location:${index}:path`);
		if (path === void 0) break;
		located.push(path);
	}
	return [...new Set(located.map((path) => path.replace(/^\/+/, "")))];
}
function upstreamIn(purl, version) {
	const upstream = purl === void 0 ? void 0 : parsePurl(purl)?.qualifiers.upstream;
	if (upstream === void 0) return void 0;
	const at = upstream.lastIndexOf("@");
	return at > 0 ? {
		name: upstream.slice(0, at),
		version: upstream.slice(at + 1)
	} : {
		name: upstream,
		version
	};
}

// src/scanners/grype/scan/answer.ts
function namesOf({ program: { version, sha256 }, database }) {
	return {
		scanner: GRYPE.name,
		scannerVersion: version,
		scannerSha256: sha256,
		databaseSha256: database.sha256
	};
}
async function answerOn(target, input, settings, world) {
	const { program, database, timeoutMs, spentMs = 0, descriptions = false, reportFile } = settings;
	if (reportFile !== void 0) rmSync(reportFile, { force: true });
	const folder = privateFolder(world, "answer");
	using _ = removedAtEnd(folder);
	const [report, list] = [join(folder, "report.json"), join(folder, "packages.json")];
	const args = [
		input,
		"-o",
		`json=${report}`,
		"-o",
		`cyclonedx-json=${list}`
	];
	const databaseFolder = databaseCache(database.folder, world);
	const left = Math.max(1, timeoutMs - spentMs);
	const result = await runGrype({
		program: program.path,
		args,
		databaseFolder,
		timeoutMs: left
	}, world);
	if (result.code !== 0 || result.timedOut) throw scanFailure(result, target, timeoutMs);
	const document = documentIn(report);
	const read = readDocument(document, target, descriptions);
	const packages = packagesIn(documentIn(list));
	if (reportFile !== void 0) writeFileSync(reportFile, JSON.stringify(withoutSettings(document)), { mode: 384 });
	return {
		read,
		packages
	};
}
function documentIn(path) {
	try {
		return parseStrict(readWritten(path, GRYPE.name));
	} catch (fault) {
		throw fault instanceof JsonFault ? GRYPE.invalid(fault.message, fault) : fault;
	}
}
function withoutSettings(document) {
	if (!isObject(document)) return document;
	const { descriptor, source } = document;
	const target = isObject(source) && isObject(source.target) ? source.target : void 0;
	return {
		...document,
		...isObject(descriptor) && { descriptor: without(descriptor, ["configuration"]) },
		...target && { source: {
			...source,
			target: without(target, ["config", "manifest"])
		} }
	};
}
function without(object, keys) {
	return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
function kindsOf(packages) {
	return new Set(packages.flatMap(({ system, type }) => system === true ? [] : [type]));
}
async function requireYoung({ target: { label }, system, kinds, told }, { maxAgeMs, database }, { now }) {
	const ofSystem = sourcesFor(system) ?? [];
	const ofKinds = kinds.size === 0 ? [] : await sourcesOf(join(database.folder, FILE), kinds);
	const sources = /* @__PURE__ */ new Set([
		...ofSystem,
		...ofKinds,
		...kinds.has("binary") ? ["nvd"] : []
	]);
	const updatedAt = ageOf(told, sources);
	const age = updatedAt === void 0 ? void 0 : now().getTime() - Date.parse(updatedAt);
	if (updatedAt !== void 0 && age !== void 0 && age <= maxAgeMs) return updatedAt;
	const when = updatedAt === void 0 ? "have no date" : `are of ${isoSeconds(new Date(updatedAt))}, more than ${spanWords(maxAgeMs)} ago`;
	throw new GateError("grype-database-stale", `${label} cannot be judged: the advisories of Grype's database that matter for it (${[...sources].join(", ") || "all"}) ${when}`, "Refresh the copy that `grype-db` names, or accept an older one with a higher `max-db-age`.");
}
function notAnImage({ label }, { how }) {
	return new GateError("target-kind-unsupported", `${label} was not scanned: Grype only gets images here, and this is ${KINDS[how]}, for which it does not report omitted parts`, "Use `scan-with: grype-match`, which asks Grype's database about the packages that another scanner lists in it, or judge it in its own run without `scan-with`.");
}
const KINDS = {
	folder: "a folder",
	repository: "a repository",
	sbom: "an SBOM"
};
const FAILURES = [DISK_FULL, {
	code: "grype-database-unusable",
	match: /^(?=.*(?:database|\bdb\b)).*(?:schema|does not exist|not a database|malformed|no such table)/is,
	what: "Grype cannot read its database",
	remedy: "Use a Grype and a database that fit each other: `grype-version` and `grype-db` name them."
}];
function scanFailure(result, target, timeoutMs) {
	if (result.timedOut) return scanTimeout(target, timeoutMs);
	if (isKilled(result)) return outOfMemory(target, "Grype was ended by SIGKILL");
	const words = lastWords(result);
	const told = toldFailure(FAILURES, [result.stderr], words, target);
	if (told !== void 0) return told;
	return new GateError("grype-failed", `${target.label} was not scanned: Grype ended with ${result.signal ?? `exit code ${result.code}`} (${words})`, "Run again. If it happens again, try the Grype that `grype-version` names without `grype-binary`.");
}

export { FILE, FILES, answerOn, checkDatabase, kindsOf, knownKinds, knowsRelease, namesOf, notAnImage, requireYoung };
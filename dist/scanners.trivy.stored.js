import { platformMatches } from "./shared.scan.js";
import { asGateError, tryOr } from "./shared.thread.js";
import { bucketsOf, packagesOf } from "./scanners.trivy.report.packages.js";
import { _enum, array, boolean, literal, looseObject, number, object, string, unknown } from "./package.zod.js";
import { lookUp, refOf } from "./scanners.trivy.match.look-up.js";
import { toScanResult } from "./scanners.trivy.report.report.js";
import { isObject } from "./domain.json.is-object.js";
import { coverageRow, gap } from "./shared.answer.js";
import { gunzipSync, gzipSync } from "node:zlib";

// src/scanners/trivy/stored/stored-sbom.ts
const PROPERTY = "image-gate:scan";
const VERSION = 3;
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
		gaps: array(gap),
		notes: array(coverageRow)
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
const documentSchema = object({ metadata: object({ properties: array(looseObject({
	name: unknown(),
	value: unknown()
})) }) });
function unpack(packed) {
	const text = tryOr(() => gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8"), "");
	const [own, ...more] = documentSchema.safeParse(jsonIn(text)).data?.metadata.properties.filter(({ name }) => name === PROPERTY) ?? [];
	const facts = jsonIn(own?.value);
	if (!isObject(facts) || more.length > 0) throw new Incompatible("it was not made by Image Gate");
	if (facts.version !== VERSION) throw new Incompatible("another release of Image Gate has made it");
	const read = factsSchema.safeParse(facts);
	if (!read.success) throw new Incompatible("it is damaged");
	return read.data;
}
function jsonIn(text) {
	return tryOr(() => JSON.parse(text), void 0);
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

// src/scanners/trivy/stored/index.ts
const DEFAULT_PLATFORM = "linux/amd64";
const MOST_TOGETHER = 5e3;
async function scanStored(items, settings, world) {
	const memory = items[0]?.sbom.memory;
	const own = {
		...settings,
		...memory !== void 0 && { memory }
	};
	const read = items.map((item) => orIncompatible(() => readyOne(item, settings)));
	const ready = read.filter((each) => "facts" in each);
	const outcomes = /* @__PURE__ */ new Map();
	const add = (group) => addOutcomes(outcomes, group, own, world);
	await add(ready.filter(isSmall));
	for (const each of ready) if (!outcomes.has(each)) await add([each]);
	return read.map((each) => "facts" in each ? outcomes.get(each) : each);
}
function isSmall({ facts: { report } }) {
	return report.Results.reduce((sum, { Packages }) => sum + Packages.length, 0) <= MOST_TOGETHER;
}
function orIncompatible(act) {
	try {
		return act();
	} catch (thrown) {
		if (thrown instanceof Incompatible) return {
			incompatible: thrown.message,
			isOlder: false
		};
		throw thrown;
	}
}
function readyOne({ target, sbom }, settings) {
	const facts = unpack(sbom.packed);
	requireFit(facts, {
		target,
		sbom
	}, settings);
	if (sbom.anyVersion || facts.scannerVersion === settings.version) return {
		target,
		facts
	};
	return {
		incompatible: `Trivy ${facts.scannerVersion} made it, and this run uses ${settings.version}`,
		isOlder: true
	};
}
async function addOutcomes(outcomes, group, settings, world) {
	const title = ([first, ...more]) => more.length > 0 ? `${more.length + 1} images` : group[first ?? 0]?.target.label ?? "";
	try {
		const lists = group.map(({ facts }) => listIn(facts));
		const found = await lookUp(lists, {
			...settings,
			title
		}, world);
		for (const [at, each] of group.entries()) {
			const own = found[at];
			if (!found.some((other) => other !== own && other.log === own.log) || isClear(own.log)) outcomes.set(each, resultOf(each, own, settings));
		}
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		const [one, ...others] = group;
		if (one !== void 0 && others.length === 0) outcomes.set(one, {
			incompatible: asGateError(thrown).what,
			isOlder: false
		});
		else world.log.debug(`Stored SBOMs are looked up one by one: ${String(thrown)}`);
	}
}
function isClear(log) {
	return [
		...log.unread,
		...log.unreadVersions,
		...log.otherWarnings
	].length + log.unreadMore + log.skippedPackages === 0 && log.unreadSystemVersion === void 0;
}
function resultOf({ target, facts }, found, settings) {
	const { database, version: scannerVersion, descriptions } = settings;
	const { heard } = facts;
	const { log } = found;
	const scanFacts = {
		scanners: ["vuln"],
		log: {
			...log,
			...heard,
			otherWarnings: [.../* @__PURE__ */ new Set([...heard.otherWarnings, ...log.otherWarnings])]
		},
		buckets: bucketsOf(database),
		database,
		terraform: [],
		baseLayers: heard.baseLayers,
		accounted: heard.accounted,
		leftOut: new Map(Object.entries(facts.leftOut))
	};
	const provenance = {
		scannerVersion,
		databaseUpdatedAt: database.updatedAt.toISOString(),
		databaseSha256: database.sha256,
		readAs: "reference",
		source: `its SBOM, made${facts.scannedAt ? ` on ${facts.scannedAt.slice(0, 10)}` : ""} by Trivy ${facts.scannerVersion}`,
		scanners: ["vuln"],
		skipped: Object.values(facts.leftOut).flat()
	};
	return orIncompatible(() => {
		const report = withFindings(facts, found);
		return withFacts(toScanResult(report, target, {
			provenance,
			descriptions,
			scanFacts
		}), facts);
	});
}
function requireFit(facts, { target, sbom: { digest } }, { skipDirs, skipFiles }) {
	if (facts.digest !== digest) throw new Incompatible("it belongs to another digest");
	const asked = target.platform ?? (facts.index === void 0 ? void 0 : DEFAULT_PLATFORM);
	if (asked !== void 0 && !platformMatches(asked, facts.platform)) throw new Incompatible(`it is of ${facts.platform ?? "no known platform"}`);
	const leftOut = [facts.leftOut["skip-dirs"], facts.leftOut["skip-files"]];
	if (JSON.stringify(leftOut) !== JSON.stringify([skipDirs, skipFiles])) throw new Incompatible("it was made with other values of skip-dirs or skip-files");
}
function listIn({ report }) {
	const packages = report.Results.flatMap((result) => packagesOf([result]).flatMap((each, index) => each.thirdParty ? [] : [{
		...each,
		ref: refOf(result.Packages[index]?.Identifier)
	}]));
	const { OS: os } = report.Metadata ?? {};
	const { Family: family, Name: name = "" } = os ?? {};
	return {
		packages,
		...family !== void 0 && { system: {
			family,
			name,
			endOfLife: false
		} }
	};
}
function withFindings({ report }, { rows, report: now = {} }) {
	const { Results: results, ...head } = report;
	const found = (each) => {
		const { Repository: repository } = each;
		if (repository?.Class === "third-party") return [];
		const own = rows.get(refOf(each.Identifier));
		if (own === void 0) throw new Incompatible(`Trivy does not read its package ${String(each.Name)} as in the image`);
		return own.map((row) => asInImage(row, each));
	};
	return {
		...headOf(head, now),
		Results: results.map((result) => ({
			...result,
			Vulnerabilities: result.Packages.flatMap(found)
		}))
	};
}
function asInImage(found, { ID, Name, Identifier: identifier, FilePath: path, Layer: layer }) {
	const { PURL } = identifier ?? {};
	return {
		...found,
		PkgID: ID,
		PkgName: Name,
		PkgPath: path,
		PkgIdentifier: { PURL },
		Layer: layer
	};
}
function headOf(stored, { CreatedAt, Trivy, Metadata: metadata }) {
	const [own, now] = [stored.Metadata, metadata].map((each) => each?.OS);
	if (own !== void 0 && (own.Family !== now?.Family || own.Name !== now?.Name)) throw new Incompatible("Trivy reads another operating system in it");
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

export { Incompatible, factsOf, pack, scanStored };
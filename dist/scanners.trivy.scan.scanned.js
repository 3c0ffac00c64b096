import { release } from "./system.used-buffers.js";
import { readWritten, sourceOf } from "./shared.scanner.js";
import { bucketsOf, nameArtifact, nameReport, nameRow, parseByRows, rowCleaner, writeSanitized } from "./scanners.trivy.report.packages.js";
import { BASE_DIGEST, BASE_NAME, reportOf, toScanResult } from "./scanners.trivy.report.report.js";

// src/scanners/trivy/scan/scanned.ts
function readScanned(scan, ended) {
	const { target, settings } = scan;
	const { report, bytes } = reportIn(scan);
	const scanFacts = scanFactsOf(scan, ended);
	const read = toScanResult(report, target, {
		provenance: provenanceOf(scan),
		descriptions: settings.descriptions,
		scanFacts
	});
	release(bytes);
	return {
		report,
		result: settings.image === void 0 ? read : withImage(read, settings.image),
		scanFacts,
		ended,
		isWhole: ended.log.unread.every(({ kind }) => kind === "no-package"),
		shown: () => reportOf(report),
		write: (file) => writeSanitized(report, file)
	};
}
function reportIn({ raw, given, settings, sbom }) {
	const bytes = readWritten(raw, "Trivy");
	const naming = settings.image && namingOf(given, settings.image);
	const name = (row) => naming && nameRow(row, naming);
	const report = parseByRows(bytes, (list) => ({
		file: `${raw}.rows-${list}`,
		name,
		clean: rowCleaner()
	}));
	if (naming !== void 0) nameReport(report, naming);
	if (sbom !== void 0) nameArtifact(report, given.location);
	return {
		report,
		bytes
	};
}
function scanFactsOf({ given, settings, sbom, told, tree }, { log, baseLayers = [] }) {
	const { scanners, database, skipDirs, skipFiles } = settings;
	const isCloned = given.how === "repository" && tree === void 0;
	const buckets = database && bucketsOf(database);
	const leftOut = /* @__PURE__ */ new Map([["skip-dirs", skipDirs], ["skip-files", skipFiles]]);
	return {
		scanners,
		log,
		buckets,
		database,
		terraform: !scanners.includes("misconfig") ? [] : isCloned ? void 0 : tree?.terraform ?? [],
		sbom: sbom?.scanFacts(log),
		leftOut,
		source: tree?.files,
		baseLayers: baseLayers.length,
		inventory: told?.inventory
	};
}
function provenanceOf({ given, settings, asked, sbom }) {
	const { skipDirs, skipFiles, image } = asked;
	const notes = [...sbom?.notes ?? [], ...image?.notes ?? []];
	return {
		scannerVersion: settings.trivy.version,
		scannerSha256: settings.trivy.sha256,
		databaseUpdatedAt: settings.database?.updatedAt.toISOString(),
		databaseSha256: settings.database?.sha256,
		readAs: given.how,
		source: sourceOf(given, settings.image?.place),
		scanners: settings.scanners,
		skipped: [...skipDirs, ...skipFiles],
		...notes.length > 0 && { notes }
	};
}
function namingOf({ location }, image) {
	const { repoTags, repoDigests, layers, place } = image;
	const digests = new Map(layers.toReversed().map(({ digest, diffId }) => [diffId, digest]));
	const named = {
		name: location,
		repoTags: place === "layout" ? [] : repoTags.map(asTrivyWrites),
		repoDigests: repoDigests.map(asTrivyWrites)
	};
	if (place === "remote" || place === "layout") return {
		...named,
		digests
	};
	return {
		...named,
		digests: /* @__PURE__ */ new Map(),
		withoutDigest: new Set(layers.map(({ diffId }) => diffId))
	};
}
function asTrivyWrites(name) {
	return name.replace(/^docker\.io\/(?:library\/)?/, "");
}
function withImage(result, image) {
	const { build, artifact, provenance } = result;
	const base = image.annotations.find((each) => (each["org.opencontainers.image.base.name"] ?? each["org.opencontainers.image.base.digest"]) !== void 0);
	const { digest, index, digestUnknown } = image;
	return {
		...result,
		artifact: {
			...artifact,
			...digest !== void 0 && {
				digest,
				index
			}
		},
		provenance: {
			...provenance,
			...digestUnknown !== void 0 && { digestUnknown }
		},
		...build && base && { build: {
			...build,
			baseName: base["org.opencontainers.image.base.name"],
			baseDigest: base["org.opencontainers.image.base.digest"]
		} }
	};
}

export { readScanned };
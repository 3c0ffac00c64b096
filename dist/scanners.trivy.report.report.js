import { accountFor, accountForSource, coverageOf, disagreement, folderGaps, isPastSupport, judgeSuppliers, layerInstructions } from "./shared.domain.js";
import { isDigest, isSameRepository, parseReference, referenceParts, toSeverity } from "./shared.names.js";
import { isObject, listIn } from "./domain.json.is-object.js";
import { joined, withoutLogin } from "./shared.inputs.js";
import { needsOf } from "./shared.answer.js";
import { namesOf, pathIn } from "./scanners.given-report.js";
import { NO_DESCRIPTIONS, addFindings, advisedNames, checkedReport, isSupportedFamily, keepingDescriptions, knownSeverity, knowsRelease, ofOtherProducts, packageFinder, packagesOf, packagesReport, requireBoundedConfig, unadvisedTypes } from "./scanners.trivy.report.packages.js";
import { applicationsIn } from "./scanners.applications.js";
import { leftOutPaths, shortened } from "./shared.trivy.js";

// src/scanners/trivy/report/coverage-facts.ts
const UNMATCHED = /* @__PURE__ */ new Set(["conda-pkg", "conda-environment"]);
const HOSTED = new Set("python-pkg conda-pkg gemspec node-pkg jar composer-vendor dotnet-core julia".split(" "));
const UNVERSIONED = /* @__PURE__ */ new Set(["pom"]);
const NO_SECRETS = [
	"tests",
	"examples",
	"Markdown",
	"`vendor/`",
	"`node_modules/`",
	"`usr/share/` and similar folders",
	"binaries"
];
const WITHOUT_SYSTEM = "--pkg-types library";
function leavesSystemOut(system, results) {
	if (typeof system !== "object" || !isSupportedFamily(system.family)) return false;
	const isOf = (kind) => results.some(({ Class }) => Class === kind);
	return !isOf("os-pkgs") && (results.length === 0 || isOf("lang-pkgs"));
}
function lookedAt(report, packages, scanFacts) {
	const { Results: results } = report;
	const ofSystem = packages.filter(({ system }) => system === true);
	const systemResult = results.find((result) => result.Class === "os-pkgs");
	const system = systemOf(report);
	const isMatched = scanFacts?.scanners.includes("vuln") === true;
	const withSystem = ofSystem.length > 0 || system === void 0 || !isMatched;
	const isSystemLeftOut = scanFacts === void 0 && leavesSystemOut(system, results);
	const lists = scanFacts !== void 0 || packages.length > 0 || isSystemLeftOut;
	const matching = matchingOf(system, systemResult !== void 0, scanFacts);
	const applications = listedIn(results, packages);
	return {
		kind: kindOf(report.ArtifactType),
		isImageSbom: scanFacts?.sbom?.isImage ?? false,
		scanners: scanFacts?.scanners,
		system,
		otherKernel: otherKernelOf(report),
		matching,
		release: releaseOf(system, hasRows(systemResult?.Vulnerabilities), scanFacts),
		repositories: scanFacts?.log.repositories,
		disagreement: disagreementOf(system, ofSystem, scanFacts),
		systemPackages: lists ? ofSystem.length : void 0,
		systemLeftOutBy: isSystemLeftOut ? WITHOUT_SYSTEM : void 0,
		thirdParty: ofSystem.filter(({ thirdParty }) => thirdParty === true).length,
		skippedPackages: scanFacts?.log.skippedPackages ?? 0,
		listed: scanFacts?.sbom?.listed(packages, {
			isMatched,
			withSystem
		}),
		applications,
		unmatchedTypes: /* @__PURE__ */ new Set([...UNMATCHED, ...unadvisedTypes(applications.keys(), scanFacts?.buckets)]),
		hostedTypes: HOSTED,
		unread: scanFacts?.sbom === void 0 ? scanFacts?.log.unread ?? [] : [],
		unreadMore: scanFacts?.sbom === void 0 ? scanFacts?.log.unreadMore ?? 0 : 0,
		listsUnread: scanFacts?.log.understood ?? false,
		unreadVersions: unreadVersionsIn(packages, scanFacts?.log),
		suppliers: suppliersOf(report, system, ofSystem, scanFacts),
		accounting: scanFacts && accountingOf(matching === "no" ? "unmatched" : system, packages, scanFacts)?.accounting,
		source: scanFacts?.source && accountForSource(scanFacts.source, {
			packages,
			unversionedTypes: UNVERSIONED,
			withoutDevelopment: scanFacts.log.withoutDevelopment === true
		}),
		leftOutFolders: scanFacts?.source && folderGaps(scanFacts.source),
		secretsNotIn: scanFacts?.scanners.includes("secret") ? NO_SECRETS : void 0,
		configFiles: results.filter((result) => result.Class === "config").length,
		terraform: scanFacts?.terraform,
		leftOut: scanFacts?.leftOut,
		layersWithoutSecrets: scanFacts?.baseLayers ?? 0,
		otherWarnings: scanFacts?.log.otherWarnings ?? []
	};
}
function hasRows(rows) {
	return Array.isArray(rows) ? rows.length > 0 : rows != null;
}
const LONGEST_KERNEL = 20;
function otherKernelOf({ Metadata }) {
	const kernel = Metadata?.ImageConfig?.os?.toLowerCase() ?? "";
	return kernel === "" || kernel === "linux" ? void 0 : kernel.slice(0, LONGEST_KERNEL);
}
function unreadVersionsIn(packages, log) {
	const versions = new Set(log?.unreadVersions);
	if (versions.size === 0 && log?.unreadSystemVersion === void 0) return [];
	const named = packages.filter(({ version }) => versions.has(version)).map(({ name, version }) => `${name} ${version}`);
	const known = new Set(packages.map(({ version }) => version));
	const unnamed = [...versions].filter((version) => !known.has(version));
	const ofSystem = log?.unreadSystemVersion === void 0 ? [] : [`a system's package: ${log.unreadSystemVersion}`];
	return [...new Set([...named, ...unnamed].map(shortened)), ...ofSystem];
}
function suppliersOf({ Metadata: metadata, CreatedAt: matchedAt }, system, packages, scanFacts) {
	const { Supplier: supplier, extended: isExtended = false } = metadata?.OS ?? {};
	if (typeof system !== "object") return void 0;
	const database = scanFacts?.database;
	return judgeSuppliers({
		system,
		packages: database === void 0 ? packages.map((each) => ({
			...each,
			thirdParty: void 0
		})) : packages,
		supplier,
		isExtended,
		matchedAt,
		advised: database && ((names) => advisedNames(system, names, database))
	}, scanFacts?.inventory?.marks ?? scanFacts?.accounted?.marks);
}
const accountedBy = /* @__PURE__ */ new WeakMap();
function accountedIn(scanFacts) {
	return accountedBy.get(scanFacts) ?? scanFacts.accounted;
}
function accountingOf(system, packages, scanFacts) {
	const { inventory, log, leftOut } = scanFacts;
	if (inventory === void 0) return scanFacts.accounted;
	const { gaps, notes } = accountFor(inventory, {
		system: system === "none" ? "unmatched" : system,
		packages,
		unread: log.unread,
		isLeftOut: leftOutPaths({
			skipDirs: leftOut.get("skip-dirs") ?? [],
			skipFiles: leftOut.get("skip-files") ?? []
		})
	});
	const accounted = {
		accounting: {
			gaps,
			notes
		},
		marks: inventory.marks
	};
	accountedBy.set(scanFacts, accounted);
	return accounted;
}
function kindOf(type) {
	if (type === "container_image" || type === "vm") return "image";
	return type === "cyclonedx" || type === "spdx" ? "sbom" : "files";
}
function isEnded({ Metadata: metadata, CreatedAt: at }) {
	const { EOSL: isTold = false, extended = false, Family: family = "", Name: name = "" } = metadata?.OS ?? {};
	return isTold || extended && isPastSupport({
		family,
		name
	}, at) === true;
}
function systemOf(report) {
	const os = report.Metadata?.OS;
	if (os === void 0) return void 0;
	const { Family: family = "none", Name: name = "" } = os;
	return family === "none" || family === "" ? "none" : {
		family,
		name,
		endOfLife: isEnded(report)
	};
}
function disagreementOf(system, packages, scanFacts) {
	if (typeof system !== "object") return void 0;
	const named = (scanFacts?.sbom?.systems ?? []).map(({ family, name }) => `${family} ${name}`);
	if (named.length > 1 && packages.length > 0) return `the SBOM names ${named.length}: ${named.slice(0, 3).join(", ")}`;
	return disagreement(system, packages, {
		repositories: scanFacts?.log.repositories,
		otherProduct: otherProductIn(system, packages, scanFacts?.database)
	});
}
function otherProductIn({ family, name }, packages, database) {
	const major = /^\d+/.exec(name)?.[0];
	if (family !== "redhat" && family !== "centos" || major === void 0) return void 0;
	const builds = /* @__PURE__ */ new Map();
	for (const { build } of packages) if (build !== void 0) builds.set(JSON.stringify(build), build);
	if (builds.size === 0) return void 0;
	const others = new Set(ofOtherProducts([...builds.values()], major, database).map((each) => JSON.stringify(each)));
	const matched = packages.filter(({ build }) => build !== void 0 && others.has(JSON.stringify(build)));
	const [first] = matched;
	const { ContentSets: sets = [], Nvr: image } = first?.build ?? {};
	return first && {
		packages: matched.length,
		example: first.name,
		sources: [...sets, ...image ? [image] : []]
	};
}
function matchingOf(system, hasResult, scanFacts) {
	if (hasResult) return "yes";
	if (scanFacts !== void 0) return scanFacts.scanners.includes("vuln") ? "no" : "unknown";
	return typeof system === "object" && !isSupportedFamily(system.family) ? "no" : "unknown";
}
function releaseOf(system, found, scanFacts) {
	if (typeof system !== "object") return "not-told";
	if (found) return "known";
	if (scanFacts === void 0 || !scanFacts.scanners.includes("vuln")) return "not-told";
	const { buckets, log } = scanFacts;
	if (buckets === void 0 || !knowsRelease(system, buckets, log.repositories)) return "unknown";
	return (system.family === "redhat" || system.family === "centos") && log.releaseUnlisted ? "unknown" : "known";
}
function listedIn(results, packages) {
	const none = results.flatMap(({ Class: kind, Type: type = "" }) => kind === "lang-pkgs" ? [type] : []).map((type) => [type, {
		packages: 0,
		files: 0
	}]);
	return new Map([...none, ...applicationsIn(packages)]);
}

// src/scanners/trivy/report/owning-package.ts
const SYSTEMS = /* @__PURE__ */ new Map([
	["redhat", "Red Hat"],
	["centos", "CentOS"],
	["alma", "AlmaLinux"]
]);
function systemName(family) {
	return SYSTEMS.get(family) ?? `${family.slice(0, 1).toUpperCase()}${family.slice(1)}`;
}
function ownerFinder(packages) {
	const finders = [
		archiveFinder(packages),
		...LAYOUTS.map((layout) => layoutFinder(layout, packages)),
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
function archiveFinder(packages) {
	const jars = packages.filter(({ type }) => type === "jar");
	const byPath = new Map(jars.map((each) => [placeOf(each), each]));
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
const LAYOUTS = [
	{
		ecosystem: "Python",
		types: ["python-pkg"],
		keyOf: (each) => `${/^.*(?:site|dist)-packages\//.exec(placeOf(each))?.[0]}${normalised(each.name)}`,
		keysAround(path) {
			const [, folder, name] = /^(.*(?:site|dist)-packages\/)([^/]+)\/./.exec(path) ?? [];
			return name === void 0 ? [] : [`${folder}${normalised(name)}`];
		}
	},
	{
		ecosystem: "Node.js",
		types: ["node-pkg"],
		keyOf: (each) => placeOf(each).replace(/\/package\.json$/, ""),
		keysAround(path) {
			return [...path.matchAll(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/g)].reverse().map((match) => path.slice(0, match.index + match[0].length));
		}
	},
	{
		ecosystem: "Ruby",
		types: ["gemspec"],
		keyOf: ({ name, version = "" }) => `${name}-${version}`,
		keysAround: (path) => /(?:^|\/)gems\/((?=[^/]+-[^/])[^/]+)\/./.exec(path)?.slice(1) ?? []
	},
	{
		ecosystem: "PHP",
		types: ["composer-vendor", "composer"],
		keyOf: ({ name }) => name,
		keysAround: (path) => /(?:^|\/)vendor\/([^/]+\/[^/]+)\/./.exec(path)?.slice(1) ?? []
	}
];
function layoutFinder({ ecosystem, types, keyOf, keysAround }, packages) {
	const byKey = new Map(packages.filter(({ type }) => types.includes(type)).map((each) => [keyOf(each), each]));
	return ({ path, name }) => {
		const found = keysAround(path).map((key) => byKey.get(key)).find((each) => each !== void 0 && !(each.name === name && placeOf(each) === path));
		return found && toOwner(ecosystem, found);
	};
}
function systemFinder(packages) {
	let byFile;
	return ({ path, name }) => {
		byFile ??= filesOf(packages);
		const found = byFile.get(path) ?? byFile.get(outerArchive(path) ?? path);
		if (found === void 0 || found.name === name) return void 0;
		return toOwner(systemName(found.type), found);
	};
}
function filesOf(packages) {
	const files = /* @__PURE__ */ new Map();
	for (const each of packages) for (const file of each.installedFiles ?? []) files.set(pathIn(file) ?? "", each);
	return files;
}
function placeOf({ filePath }) {
	return pathIn(filePath) ?? "";
}

// src/scanners/trivy/report/report.ts
function toScanResult(value, target, { provenance = {}, descriptions = false, scanFacts } = {}) {
	const report = checkedReport(value);
	requireBoundedConfig(report.Metadata?.ImageConfig);
	const { Results: results } = report;
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
		suppressed += result.ExperimentalModifiedFindings?.length ?? 0;
	}
	return {
		artifact: artifactOf(report, target, scanFacts === void 0 && packages.length === 0 ? void 0 : packages.length),
		...build && { build },
		packages,
		layers: ids,
		findings,
		suppressed,
		...blindTo(packages, scanFacts),
		coverage: coverageOf(lookedAt(report, packages, scanFacts)),
		provenance: {
			scanner: "Trivy",
			scannerVersion: report.Trivy?.Version,
			scannedAt: report.CreatedAt,
			...provenance
		}
	};
}
function blindTo(packages, scanFacts) {
	const libraries = packages.filter(({ system }) => system !== true);
	const types = unadvisedTypes(libraries.map(({ type }) => type), scanFacts?.buckets);
	if (types.size === 0) return {};
	return { blindTo: [...new Set(libraries.filter(({ type }) => types.has(type)).map(needsOf))].sort() };
}
function reportOf(report) {
	const results = isObject(report) ? listIn(report.Results).filter(isObject) : [];
	return {
		listsPackages: results.length === 0 || results.some(({ Packages: rows }) => Array.isArray(rows)),
		packages: (target) => packagesReport(report, target)
	};
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
function claimsOf({ ArtifactName: name, Metadata: metadata }, { kind, input }) {
	const inside = kind === "image" && name === input && !input.startsWith("/") ? [] : (metadata?.RepoTags ?? []).slice(0, 1);
	const scanned = kind === "trivy-report" && name ? [withoutLogin(name)] : [];
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
			endOfLife: isEnded(report)
		},
		platform: config?.os && config.architecture ? joined("/", [
			config.os,
			config.architecture,
			config.variant ?? ""
		]) : void 0,
		layers: layers === 0 ? void 0 : layers,
		size: metadata?.Size,
		createdAt: config?.created,
		packages
	};
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

export { BASE_DIGEST, BASE_NAME, accountedIn, outerArchive, reportOf, toScanResult };
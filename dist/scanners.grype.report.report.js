import { NAMED, advisoriesOf, idsIn, reportedCoverage, shownSystem, systemNamed } from "./shared.domain.js";
import { isDigest, referenceParts, severityOfScore } from "./shared.names.js";
import { isObject } from "./domain.json.is-object.js";
import { withoutLogin } from "./shared.inputs.js";
import { array, boolean, literal, looseObject, number, object, record, string, union, unknown } from "./package.zod.js";
import { SYSTEM_TYPES, ecosystemNamed } from "./scanners.applications.js";
import { ReportSource, dateIn, namesOf, pathIn, placeWords, requireFewer, undatedNotes, word, words, worstOf } from "./scanners.given-report.js";
import { SYSTEM_PYTHON } from "./shared.scan.js";
import { GateError } from "./shared.thread.js";

// src/scanners/grype/report/schema.ts
const GRYPE = new ReportSource({
	name: "Grype",
	remedy: "Make it again with `grype -o json`, and give the file as Grype wrote it.",
	lowest: /^negligible$/i
});
const advisorySchema = object({
	id: string().regex(NAMED).max(1e3),
	...words("severity"),
	description: string().nullish(),
	cvss: unknown().optional()
});
const vulnerabilitySchema = advisorySchema.extend({
	...words("namespace"),
	dataSource: string().nullish(),
	fix: object({
		...words("state"),
		versions: array(word).nullish()
	}).nullish()
});
const scoresSchema = array(object({ metrics: object({ baseScore: number().nullish() }).nullish() }));
const detailSchema = object({
	...words("type"),
	fix: object(words("suggestedVersion")).nullish()
});
const locationSchema = object({
	...words("path", "layerID"),
	annotations: record(string(), unknown()).nullish()
});
const artifactSchema = object({
	...words("id"),
	name: word,
	version: word,
	type: word,
	locations: array(locationSchema).nullish(),
	purl: string().max(1e4).nullish()
});
const matchSchema = object({
	vulnerability: vulnerabilitySchema,
	relatedVulnerabilities: array(advisorySchema).nullish(),
	matchDetails: array(detailSchema).nullish(),
	artifact: artifactSchema
});
const ruleSchema = looseObject({
	...words("vulnerability", "reason", "match-type"),
	package: looseObject(words("name", "type", "upstream-name")).nullish()
});
const ignoredSchema = matchSchema.extend({ appliedIgnoreRules: array(ruleSchema) });
const imageSchema = object({
	...words("userInput", "imageID", "manifestDigest", "architecture", "os"),
	tags: array(word).nullish(),
	repoDigests: array(word).nullish(),
	layers: array(object({ digest: word })).nullish()
});
const statusSchema = object({
	...words("built"),
	schemaVersion: union([word, number()]).nullish(),
	valid: boolean().nullish(),
	error: unknown().optional()
});
const databaseSchema = statusSchema.extend({
	status: statusSchema.nullish(),
	providers: record(string(), looseObject(words("captured"))).nullish()
});
const documentSchema = object({
	matches: array(unknown()).max(5e5),
	ignoredMatches: array(unknown()).max(5e5).nullish(),
	source: object({
		type: word,
		target: unknown().optional()
	}),
	distro: object(words("name", "version")).nullish(),
	descriptor: object({
		...words("timestamp"),
		name: literal("grype"),
		version: word,
		db: unknown().optional(),
		configuration: unknown().optional()
	})
});
const settingsSchema = object({
	exclude: array(word).nullish().catch(void 0),
	ignore: array(ruleSchema).nullish().catch(void 0),
	distro: word.nullish().catch(void 0),
	search: object({ "indexed-archives": boolean().nullish() }).nullish().catch(void 0)
});

// src/scanners/grype/report/database.ts
function databaseOf(value) {
	if (value === void 0 || value === null) return { providers: /* @__PURE__ */ new Map() };
	const facts = GRYPE.checked(databaseSchema, value, ["descriptor", "db"]);
	const status = facts.status ?? facts;
	requireVersion(status.schemaVersion);
	if (status.valid === false || typeof status.error === "string" && status.error !== "") throw GRYPE.invalid("was made with a database that is damaged according to Grype (`descriptor.db`)");
	return {
		providers: providersOf(facts),
		built: dateIn(status.built)
	};
}
function requireVersion(version) {
	if (version === void 0 || version === null) return;
	const [, major] = /^v?(\d{1,3})(?:\.\d+){0,2}$/.exec(String(version)) ?? [];
	if (major !== void 0 && Number(major) >= 3 && Number(major) <= 6) return;
	throw GRYPE.unknownVersion("was made with a database of an unknown version", "the versions 3 to 6");
}
function providersOf({ providers }) {
	const dates = Object.entries(providers ?? {}).map(([name, { captured }]) => [name, dateIn(captured) ?? ""]);
	return new Map(dates);
}
const OWN = "alpine alma amazon azurelinux chainguard debian minimos oracle photon rocky sles ubuntu wolfi".split(" ");
const OTHERS = new Map([...[
	"alma",
	"centos",
	"redhat",
	"rocky"
].map((name) => [name, "rhel"]), ...["azurelinux", "cbl-mariner"].map((name) => [name, "mariner"])]);
function sourcesFor(system) {
	const name = systemNamed(system?.name ?? "")?.name ?? system?.name ?? "";
	const sources = [...OWN.filter((each) => each === name), ...OTHERS.has(name) ? [OTHERS.get(name)] : []];
	return sources.length === 0 ? void 0 : sources;
}
function ageOf({ providers, built }, sources) {
	const dates = [...sources].flatMap((name) => providers.has(name) ? [providers.get(name)] : []);
	if (dates.length === 0) return built;
	return dates.includes("") ? void 0 : dates.sort()[0];
}

// src/scanners/grype/report/findings.ts
const PACKAGE_LISTS = /^(?:var\/lib\/(?:dpkg|rpm|pacman)|(?:usr\/)?lib\/(?:apk|sysimage\/rpm)|usr\/share\/rpm)\//;
function findingsOf(match, row, context) {
	const { vulnerability, relatedVulnerabilities, artifact } = match;
	const at = [
		"matches",
		row,
		"vulnerability"
	];
	const related = (relatedVulnerabilities ?? []).flatMap(({ id }) => idsIn(id));
	const { name, version, type, purl } = artifact;
	const location = placeOf(artifact);
	const fixedVersions = fixesOf(match, at);
	const description = [vulnerability, ...relatedVulnerabilities ?? []].find((each) => each.description)?.description;
	return advisoriesOf(vulnerability.id, related).map(({ id, aliases }) => ({
		kind: "vulnerability",
		id,
		...aliases.length > 0 && { aliases },
		severity: severityOf(match, at),
		title: aliases.join(", "),
		...context.descriptions && description && { description: description.slice(0, 1e3) },
		url: vulnerability.dataSource || void 0,
		package: {
			name,
			version,
			type,
			ecosystem: ecosystemNamed(type),
			purl: purl || void 0
		},
		fixedVersions,
		status: statusOf(match, fixedVersions),
		path: PACKAGE_LISTS.test(location.path ?? "") ? void 0 : location.path,
		layer: location.layer === void 0 ? void 0 : context.layers.get(location.layer) ?? { diffId: location.layer },
		...isByName(match) && { byName: true },
		...context.isBySystem(artifact) && { bySystem: true }
	}));
}
function placeOf({ locations }) {
	const places = locations ?? [];
	const { path, layerID } = places.find((each) => each.annotations?.evidence === "primary") ?? places[0] ?? {};
	return {
		path: pathIn(path),
		layer: layerID || void 0
	};
}
const FOLDERS = new RegExp(`^(?:${SYSTEM_PYTHON}|usr/share/(?:nodejs|javascript|java|rubygems-integration|gems|perl5)/|usr/lib/ruby/vendor_ruby/)`);
function isInstalledBySystem(artifact) {
	return !SYSTEM_TYPES.has(artifact.type) && FOLDERS.test(placeOf(artifact).path ?? "");
}
function severityOf({ vulnerability, relatedVulnerabilities }, at) {
	const own = GRYPE.severityOfWord(vulnerability.severity ?? "", [...at, "severity"]);
	if (own !== "UNKNOWN") return own;
	const related = relatedVulnerabilities ?? [];
	const words = related.map(({ severity }) => GRYPE.severityOfWord(severity || "Unknown", at));
	const word = worstOf(words) ?? own;
	return word === "UNKNOWN" ? worstOf([vulnerability, ...related].flatMap(severitiesByScore)) ?? word : word;
}
function severitiesByScore({ cvss }) {
	return (scoresSchema.safeParse(cvss).data ?? []).flatMap(({ metrics }) => metrics?.baseScore == null ? [] : [severityOfScore(metrics.baseScore)]);
}
const STATES = new Map(Object.entries({
	fixed: "fixed",
	"not-fixed": "affected",
	"wont-fix": "will_not_fix",
	unknown: "unknown",
	"": "unknown"
}));
function fixesOf({ vulnerability, matchDetails }, at) {
	const { versions, state } = vulnerability.fix ?? {};
	if (!STATES.has(state ?? "")) throw GRYPE.invalid(`has a state that Grype does not have at ${placeWords([...at, "fix"])}`);
	const named = (versions ?? []).filter((version) => version !== "");
	if (named.length > 0 || state !== "fixed") return named;
	const suggested = (matchDetails ?? []).map(({ fix }) => fix?.suggestedVersion ?? "").filter((each) => each !== "");
	if (suggested.length > 0) return [...new Set(suggested)];
	throw GRYPE.invalid(`has a fix without a version, at ${placeWords(at)}`);
}
function statusOf({ vulnerability }, fixedVersions) {
	return fixedVersions.length > 0 ? "fixed" : STATES.get(vulnerability.fix?.state ?? "") ?? "unknown";
}
function isByName({ matchDetails, vulnerability }) {
	const types = (matchDetails ?? []).map(({ type }) => type ?? "");
	if (types.length > 0 && types.every((type) => type !== "")) return types.every((type) => type === "cpe-match");
	return /^nvd(?::cpe)?$/.test(vulnerability.namespace ?? "");
}
function withoutRepeats(rows) {
	return [...Map.groupBy(rows, ({ artifact: { id, name, version, type }, finding }) => id ? [
		finding.id,
		id,
		name,
		version,
		type,
		finding.path
	].join("\n") : finding).values()].flatMap((same) => unrepeated(same.map(({ finding }) => finding)));
}
function unrepeated(same) {
	if (same.length === 1) return same;
	const fixed = same.filter(({ fixedVersions }) => fixedVersions.length > 0);
	const kept = Map.groupBy(fixed.length > 0 ? fixed : same, ({ fixedVersions }) => fixedVersions.join());
	const aliases = [...new Set(same.flatMap((each) => each.aliases ?? []))];
	const severity = worstOf(same.map((each) => each.severity));
	const isByName = same.every(({ byName }) => byName);
	return [...kept.values()].map(([first]) => {
		const { byName: _, ...finding } = first;
		return {
			...finding,
			severity: severity ?? finding.severity,
			...aliases.length > 0 && { aliases },
			...isByName && { byName: true }
		};
	});
}

// src/scanners/grype/report/ignored.ts
const KERNEL_HEADERS = /* @__PURE__ */ new Map([
	["rpm kernel-headers kernel", /^kernel-headers$/],
	["deb linux(-.*)?-headers-.* linux.*", /^linux(?:-.*)?-headers-/],
	["deb linux-headers-.* linux.*", /^linux-headers-/],
	["deb linux-libc-dev linux", /^linux-libc-dev$/],
	["deb linux-kbuild-.* linux.*", /^linux-kbuild-/]
]);
const OWNED = /* @__PURE__ */ new Set([
	"Explicit APK NAK",
	"DistroPackageFixed",
	"CPE not vulnerable"
]);
const OWNED_KEYS = new Set("vulnerability reason include-aliases package match-type".split(" "));
function requireBuiltInRules(rows, told) {
	for (const [index, row] of rows.entries()) {
		const ignored = GRYPE.checked(ignoredSchema, row, ["ignoredMatches", index]);
		const { appliedIgnoreRules: rules } = ignored;
		if (rules.length > 0 && rules.some((rule) => isBuiltIn(rule, ignored, told))) continue;
		throw new GateError("report-filtered", `Grype was configured to leave findings out: \`ignoredMatches[${index}]\` of ${rows.length} was ignored by a rule that is not its own`, "Run Grype without `ignore` rules, `--only-fixed`, `--ignore-states`, VEX documents and `.grype.yaml`, and write what is accepted into the policy.");
	}
	return rows.length;
}
function isBuiltIn(rule, ignored, told) {
	return isKernelRule(rule, ignored) || isOwnersRule(rule, ignored) && !told.some(({ reason }) => isOwners(reason));
}
function isOwners(reason) {
	return OWNED.has(reason ?? "");
}
function isKernelRule({ package: about, ...rule }, { artifact, matchDetails }) {
	const hasOther = Object.entries(rule).some(([key, value]) => key !== "match-type" && isSet(value));
	const names = KERNEL_HEADERS.get([
		artifact.type,
		about?.name,
		about?.["upstream-name"]
	].join(" "));
	const matches = [rule["match-type"], ...(matchDetails ?? []).map(({ type }) => type)];
	return !hasOther && about?.type === artifact.type && names?.test(artifact.name) === true && matches.every((each) => each === "exact-indirect-match");
}
function isOwnersRule(rule, { vulnerability, relatedVulnerabilities }) {
	if (Object.entries(rule).some(([key, value]) => !OWNED_KEYS.has(key) && isSet(value)) || !isOwners(rule.reason)) return false;
	return [vulnerability, ...relatedVulnerabilities ?? []].some(({ id }) => id === rule.vulnerability);
}
function isSet(value) {
	return value !== void 0 && value !== null && value !== "" && value !== false;
}

// src/scanners/grype/report/report.ts
const grypeReports = {
	name: GRYPE.name,
	madeBy: "Grype's JSON (`grype -o json`)",
	owns: (document) => isObject(document) && isObject(document.descriptor) && document.descriptor.name === "grype",
	digests: (document) => isObject(document) && isObject(document.source) ? digestsIn(document.source.target) : [],
	given({ value }, target, { descriptions = false }) {
		const read = readDocument(value, target, descriptions);
		return {
			...read.result,
			advisoriesFor: advisoriesIn(read.database, read.system),
			coverage: coverageOf(read),
			provenance: provenanceOf(read)
		};
	}
};
const OF_GITHUB = "cargo composer gem go hex maven npm nuget pub pypi swift".split(" ");
function advisoriesIn(database, system) {
	const known = hasAdvisories(system, database) === "yes" ? systemNamed(system?.name ?? "") : void 0;
	const found = [...database.providers.has("github") ? OF_GITHUB : [], ...known ? [known.ecosystem] : []];
	return found.length === 0 ? void 0 : found;
}
function digestsIn(target) {
	const { repoDigests, manifestDigest } = imageSchema.safeParse(target).data ?? {};
	const named = (repoDigests ?? []).map((each) => referenceParts(each).digest ?? "");
	return [.../* @__PURE__ */ new Set([...named, manifestDigest ?? ""])].filter(isDigest);
}
const VERSIONS = /^v?0\.\d+\.\d+(?:[-+].*)?$|^\[not provided\]$/;
function readDocument(value, target, descriptions) {
	const document = GRYPE.checked(documentSchema, value);
	const { descriptor, distro, ignoredMatches } = document;
	if (!VERSIONS.test(descriptor.version)) throw GRYPE.unknownVersion("has an unknown version", "the versions 0.x of Grype");
	const matches = document.matches.map((row, index) => GRYPE.checked(matchSchema, row, ["matches", index]));
	const suppressed = requireBuiltInRules(ignoredMatches ?? [], settingsIn(document).ignore ?? []);
	const image = imageOf(document);
	const layers = (image?.layers ?? []).map(({ digest }) => digest);
	const context = {
		layers: new Map(layers.map((diffId, index) => [diffId, {
			diffId,
			number: index + 1
		}])),
		isBySystem: isInstalledBySystem,
		descriptions
	};
	const system = distro?.name ? {
		name: distro.name,
		version: distro.version ?? ""
	} : void 0;
	return {
		result: {
			artifact: artifactOf(image, system, target, layers.length),
			packages: [],
			layers,
			findings: withoutRepeats(rowsOf(matches, context)),
			suppressed
		},
		document,
		matches,
		image,
		system,
		database: databaseOf(descriptor.db)
	};
}
function rowsOf(matches, context) {
	const rows = [];
	for (const [index, match] of matches.entries()) {
		for (const finding of findingsOf(match, index, context)) rows.push({
			artifact: match.artifact,
			finding
		});
		requireFewer(rows.length, GRYPE);
	}
	return rows;
}
function imageOf({ source }) {
	return source.type === "image" ? GRYPE.checked(imageSchema, source.target, ["source", "target"]) : void 0;
}
function artifactOf(image, system, target, layers) {
	const claim = image?.tags?.[0] ?? image?.userInput ?? "";
	const repoDigest = (image?.repoDigests ?? []).map((each) => referenceParts(each).digest ?? "").find(isDigest);
	return {
		names: namesOf(target),
		...claim !== "" && { claims: [withoutLogin(claim)] },
		referenceDigest: repoDigest,
		imageId: isDigest(image?.imageID ?? "") ? image?.imageID : void 0,
		os: system && shownSystem(system),
		platform: image?.os && image.architecture ? `${image.os}/${image.architecture}` : void 0,
		layers: layers === 0 ? void 0 : layers,
		packages: void 0
	};
}
function coverageOf({ document, matches, database, system }) {
	const kind = KINDS.get(document.source.type);
	if (kind === void 0) throw GRYPE.invalid("is about an unknown kind of source (`source.type`)");
	const ofSystem = matches.filter(({ artifact }) => SYSTEM_TYPES.has(artifact.type));
	const { exclude, distro: told, search } = settingsIn(document);
	const leftOut = /* @__PURE__ */ new Map([["Grype's `exclude`", exclude ?? []], ["Grype's `search.indexed-archives`", search?.["indexed-archives"] === false ? ["archives"] : []]]);
	return reportedCoverage({
		...kind,
		system,
		hasAdvisories: hasAdvisories(system, database),
		matchedSystem: ofSystem.some(({ vulnerability }) => isOfSystem(vulnerability.namespace ?? "", system)),
		packages: packagesIn(matches),
		...told && { disagreement: `Grype was given the distribution ${told} (\`distro\`), and did not look` },
		leftOut
	});
}
const KINDS = /* @__PURE__ */ new Map([
	["image", { kind: "image" }],
	["directory", {
		kind: "files",
		silence: {
			code: "os-unknown",
			what: "Grype's report on a folder names neither a distribution nor a package, so there is no sign that Grype found any package in it",
			remedy: "Name the folder in `path` with `scan-with: grype-match`: then the packages in it are listed. A folder that can have no packages can be accepted."
		}
	}],
	["file", {
		kind: "files",
		silence: {
			code: "os-unknown",
			what: "Grype scanned its input as a single file, and there is no sign that it recognised anything in it",
			remedy: "Name the kind of the file when you start Grype: `docker-archive:app.tar`, `oci-archive:app.tar` or `oci-dir:FOLDER`. A file that can have no vulnerabilities can be accepted."
		}
	}],
	["sbom", { kind: "sbom" }],
	["sbom-file", { kind: "sbom" }]
]);
function settingsIn({ descriptor }) {
	return settingsSchema.safeParse(descriptor.configuration).data ?? {};
}
function hasAdvisories(system, { providers }) {
	const sources = sourcesFor(system);
	if (sources === void 0) return "no";
	if (providers.size === 0) return "unknown";
	return sources.some((name) => providers.has(name)) ? "yes" : "no";
}
function isOfSystem(namespace, system) {
	const parts = namespace.toLowerCase().split(":");
	const release = parts.at(-1) ?? "";
	const isNamed = parts.length === 2 || parts[1] === "distro";
	const version = system?.version.toLowerCase() ?? "";
	return isNamed && release !== "" && (version === release || version.startsWith(`${release}.`));
}
function packagesIn(matches) {
	return [...new Map(matches.map(({ artifact: { type, name, version } }) => [JSON.stringify([
		type,
		name,
		version
	]), type])).values()].map((type) => ({
		type,
		system: SYSTEM_TYPES.has(type)
	}));
}
function provenanceOf({ document: { descriptor, source }, matches, database, system }) {
	const matched = matches.map(({ vulnerability }) => vulnerability.namespace?.split(":")[0] ?? "");
	const sources = /* @__PURE__ */ new Set([...sourcesFor(system) ?? [], ...matched]);
	const updated = ageOf(database, sources);
	const made = dateIn(descriptor.timestamp);
	return {
		scanner: GRYPE.name,
		scannerVersion: descriptor.version.startsWith("[") ? void 0 : descriptor.version,
		databaseUpdatedAt: updated,
		scannedAt: made,
		source: `an existing Grype report of ${source.type === "image" ? "an image" : `a source of the kind ${source.type}`}`,
		scanners: ["vuln"],
		notes: [...undatedNotes(GRYPE, {
			scannedAt: made,
			databaseUpdatedAt: updated
		}), ...answerNotes({
			matches,
			database
		}, updated)]
	};
}
const DAY_MS = 864e5;
function answerNotes({ matches, database: { built } }, updated) {
	const isOld = built !== void 0 && updated !== void 0 && Date.parse(updated) - Date.parse(built) > DAY_MS;
	const byName = matches.filter(isByName).length;
	const owned = matches.filter(({ artifact }) => isInstalledBySystem(artifact)).length;
	const oldest = `The oldest source of Grype's database is of ${built?.slice(0, 10)}; those that matter here are newer.`;
	const weak = `${byName} of the rows match by a product's name (CPE) alone, which is weak evidence.`;
	const installed = `${owned} of the rows are about applications' packages that the distribution has installed: it may have fixed them in its own version.`;
	return [
		...isOld ? [oldest] : [],
		...byName > 0 ? [weak] : [],
		...owned > 0 ? [installed] : []
	];
}

export { GRYPE, ageOf, answerNotes, findingsOf, grypeReports, readDocument, sourcesFor };
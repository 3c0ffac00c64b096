import { NAMED, advisoriesOf, applicationPackage, fixesIn, idsIn, idsInLinks, isVersion, systemNamed, systemPackage, unspecifiedCoverage, withReportGap } from "./shared.domain.js";
import { isDigest, parseReference, referenceParts, severityOfScore } from "./shared.names.js";
import { isObject, listIn } from "./domain.json.is-object.js";
import { GateError, tryOr } from "./shared.thread.js";
import { SYSTEM_TYPES, kindNamed, withManager } from "./scanners.applications.js";
import { _enum, array, boolean, looseObject, number, object, record, string, union, unknown } from "./package.zod.js";
import { ReportSource, dateIn, listOf, pathIn, placeWords, word, words, worstOf } from "./scanners.given-report.js";
import { PURL_ECOSYSTEMS, UNSPECIFIED_TYPE, fixedVersionsIn, parsePurl } from "./shared.scan.js";
import { memoize } from "./shared.start.js";
import { grypeReports } from "./scanners.grype.report.report.js";
import { harborReports } from "./scanners.harbor.report.js";
import { trivyReports } from "./scanners.trivy.report.given.js";
import { isDeepStrictEqual } from "node:util";

// src/scanners/amazon/report.ts
const AMAZON = new ReportSource({
	name: "Amazon Inspector",
	remedy: "Give the whole answer of `aws ecr describe-image-scan-findings` (enhanced scanning) or `aws inspector2 list-findings`, without `--max-items`, once the scan is complete.",
	lowest: /^(?:informational|negligible)$/i
});
const packageSchema$1 = object({
	...words("version", "release", "arch", "packageManager", "filePath", "fixedInVersion"),
	name: word,
	epoch: number().int().min(0).nullish()
});
const imageSchema = object({
	...words("imageHash", "platform", "repositoryName"),
	imageTags: listOf(word)
}).nullish();
const score = number().min(0).max(10).nullish();
const findingSchema = object({
	...words("type", "fixAvailable"),
	status: _enum([
		"ACTIVE",
		"SUPPRESSED",
		"CLOSED"
	]),
	severity: word.transform((stated) => /^untriaged$/i.test(stated) ? "UNKNOWN" : stated),
	description: string().nullish(),
	inspectorScore: score,
	score,
	packageVulnerabilityDetails: object({
		vulnerabilityId: string().regex(NAMED).max(1e3),
		relatedVulnerabilities: listOf(word),
		...words("source"),
		sourceUrl: string().nullish(),
		vulnerablePackages: listOf(packageSchema$1)
	}).nullish(),
	resources: listOf(object({ details: object({ awsEcrContainerImage: imageSchema }).nullish() }))
});
const pages = {
	nextToken: string().nullish(),
	NextToken: string().nullish()
};
const findings = array(findingSchema).max(2e5);
const inspectorSchema = object({
	...pages,
	findings
});
const ecrSchema = object({
	...pages,
	imageId: object(words("imageDigest")).nullish(),
	imageScanStatus: object(words("status")).nullish(),
	imageScanFindings: object({
		imageScanCompletedAt: word.nullish().catch(void 0),
		vulnerabilitySourceUpdatedAt: word.nullish().catch(void 0),
		findingSeverityCounts: record(string(), number()).nullish(),
		enhancedFindings: findings.nullish()
	}).nullish()
});
const amazonReports = AMAZON.reader({
	madeBy: "Amazon's findings (`aws ecr describe-image-scan-findings`, `aws inspector2 list-findings`)",
	owns: (document) => isEcr(document) || isInspector(document),
	digests: (document) => isEcr(document) ? [ecrSchema.pick({ imageId: true }).safeParse(document).data?.imageId?.imageDigest] : imagesOf(inspectorSchema.safeParse(document).data?.findings ?? []),
	parts: partsOf$4
});
function isEcr(document) {
	return "imageScanStatus" in document || "imageScanFindings" in document;
}
function isInspector({ findings: all }) {
	const [first] = Array.isArray(all) ? all : [];
	return isObject(first) && typeof first.findingArn === "string" && first.findingArn.startsWith("arn:aws");
}
function imagesOf(all) {
	const each = all.flatMap(({ resources }) => resources.length > 0 ? resources : [void 0]);
	return [...new Set(each.map((resource) => resource?.details?.awsEcrContainerImage?.imageHash ?? ""))];
}
function partsOf$4(document, target) {
	const { findings: all, ...dates } = isEcr(document) ? ecrAnswer(document) : inspectorAnswer(document, target);
	const vulnerabilities = all.filter(({ type }) => !OTHERS.test(type ?? ""));
	if (vulnerabilities.some(({ packageVulnerabilityDetails: details }) => !details)) throw AMAZON.invalid("has a finding without `packageVulnerabilityDetails`");
	const known = vulnerabilities.filter(({ status }) => status !== "CLOSED");
	const active = known.filter(({ status }) => status === "ACTIVE");
	const image = known[0]?.resources[0]?.details?.awsEcrContainerImage;
	const platform = platformOf(image?.platform ?? "");
	const packages = known.flatMap((row) => row.packageVulnerabilityDetails?.vulnerablePackages ?? []);
	const others = all.length - vulnerabilities.length;
	return {
		claim: image?.repositoryName ? `${image.repositoryName}:${image.imageTags[0] ?? ""}`.replace(/:$/, "") : void 0,
		system: platform,
		rows: rowsOf$4(active, platform),
		suppressed: known.length - active.length,
		looked: {
			kind: "image",
			hasAdvisories: "unknown",
			matchedSystem: known.some(isByVendor),
			packages: packages.map((each) => ({
				type: kindNamed(each.packageManager),
				system: isOfSystem$1(each)
			}))
		},
		provenance: {
			...dates,
			source: "existing findings of Amazon Inspector",
			notes: others > 0 ? [`${others} of the findings are not about packages and were left out.`] : []
		}
	};
}
const OTHERS = /^(?:NETWORK_REACHABILITY|CODE_VULNERABILITY)$/;
const VENDORS = /^(?:ALMA|ALPINE|AMAZON|CENTOS|CHAINGUARD|DEBIAN|FEDORA|ORACLE|PHOTON|REDHAT|ROCKY|SUSE|UBUNTU)/i;
function isByVendor({ packageVulnerabilityDetails: details }) {
	return details?.vulnerablePackages.some(isOfSystem$1) === true && VENDORS.test(details?.source ?? "");
}
function ecrAnswer(document) {
	const answer = AMAZON.checked(ecrSchema, document);
	requireWhole(answer);
	const { imageScanStatus, imageScanFindings } = answer;
	AMAZON.requireEnded("imageScanStatus", imageScanStatus?.status, /^(?:COMPLETE|ACTIVE)$/);
	const { enhancedFindings, findingSeverityCounts: counts, imageScanCompletedAt, vulnerabilitySourceUpdatedAt } = imageScanFindings ?? {};
	if (!enhancedFindings) throw AMAZON.invalid("is from ECR's basic scan, or has no `enhancedFindings`: a basic scan does not show which findings have a fix");
	if (Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0) > enhancedFindings.length) throw AMAZON.unfinished("it lists fewer findings than its `findingSeverityCounts`");
	return {
		findings: enhancedFindings,
		scannedAt: dateIn(imageScanCompletedAt),
		databaseUpdatedAt: dateIn(vulnerabilitySourceUpdatedAt)
	};
}
function inspectorAnswer(document, { as }) {
	const answer = AMAZON.checked(inspectorSchema, document);
	requireWhole(answer);
	const images = imagesOf(answer.findings);
	const asked = as === void 0 ? void 0 : parseReference(as)?.digest;
	if (asked !== void 0 && images.includes(asked)) return { findings: answer.findings.filter((each) => imagesOf([each]).includes(asked)) };
	if (images.length === 1 && images[0] !== "") return { findings: answer.findings };
	throw new GateError("report-not-chosen", `The findings of Amazon Inspector are about ${images.length} resources, and the line does not name one image`, "Name the image by its digest, such as `findings.json as ghcr.io/acme/app@sha256:…`; one file may have findings on several images.");
}
function requireWhole({ nextToken, NextToken }) {
	if (nextToken || NextToken) throw AMAZON.unfinished("it has a `nextToken`, so there are more pages of findings");
}
function platformOf(text) {
	const [, name, version] = /^([A-Z][A-Z_]*?)(?:_LINUX)?_(\d+(?:_\d+)*)$/i.exec(text) ?? [];
	if (name === void 0 || version === void 0) return void 0;
	return {
		name: name.toLowerCase(),
		version: version.replaceAll("_", ".")
	};
}
function isOfSystem$1({ packageManager }) {
	return packageManager === "OS";
}
function* rowsOf$4(active, platform) {
	for (const [index, row] of active.entries()) {
		const { packageVulnerabilityDetails: details, description, severity: stated, inspectorScore, score } = row;
		const { vulnerabilityId = "", relatedVulnerabilities = [], vulnerablePackages = [], sourceUrl } = details ?? {};
		const said = {
			advisories: advisoriesOf(vulnerabilityId, relatedVulnerabilities.flatMap(idsIn)),
			severity: AMAZON.severityOf([stated], inspectorScore || score || void 0, [
				"findings",
				index,
				"severity"
			]),
			description,
			links: sourceUrl
		};
		if (vulnerablePackages.length === 0) yield {
			...said,
			fix: fixesIn("")
		};
		for (const each of vulnerablePackages) yield {
			...said,
			about: packageOf$3(each, platform),
			fix: fixOf(each, row.fixAvailable)
		};
	}
}
function fixOf({ fixedInVersion }, isAvailable) {
	const { versions } = fixesIn((fixedInVersion ?? "").replace(/^0:/, ""));
	return {
		versions,
		isUnreadable: versions.length === 0 && isAvailable === "YES"
	};
}
function packageOf$3(each, platform) {
	const { name, epoch, release, arch, packageManager: manager, filePath } = each;
	const version = `${epoch ? `${epoch}:` : ""}${each.version ?? ""}${release ? `-${release}` : ""}`;
	if (isOfSystem$1(each)) return systemPackage({
		name,
		version,
		arch: arch?.toLowerCase()
	}, platform);
	return {
		...applicationPackage({
			name,
			version
		}, kindNamed(manager)),
		path: pathIn(filePath)
	};
}

// src/scanners/clair/quay.ts
const QUAY = new ReportSource({
	name: "Quay",
	remedy: "Wait until Quay has scanned the image, and give its whole answer to `GET …/manifest/DIGEST/security?vulnerabilities=true`.",
	lowest: /^negligible$/i
});
const vulnerabilitySchema$2 = object({
	...words("NamespaceName"),
	Severity: word,
	Link: string().max(2e5).nullish(),
	FixedBy: string().max(2e4).nullish(),
	Description: string().nullish(),
	Name: string().regex(NAMED).max(5e3),
	Metadata: object(words("DistroName")).nullish()
});
const featureSchema = object({
	Name: word,
	Version: word.nullish(),
	Vulnerabilities: array(vulnerabilitySchema$2)
});
const layerSchema = object({
	Name: word,
	Features: array(featureSchema).max(2e5)
});
const quayReports = QUAY.reader({
	madeBy: "Quay's security answer (`GET …/manifest/DIGEST/security?vulnerabilities=true`)",
	owns: (document) => isAnswer(document) || isObject(document.Layer) && "Features" in document.Layer,
	digests: ({ data }) => isObject(data) && isObject(data.Layer) ? [data.Layer.Name] : [],
	parts: partsOf$3
});
function isAnswer(document) {
	if (typeof document.status !== "string" || !("data" in document)) return false;
	return document.data === null || isObject(document.data) && "Layer" in document.data;
}
function partsOf$3({ status, data }) {
	QUAY.requireEnded("status", status, /^scanned$/);
	const layer = QUAY.checked(layerSchema, isObject(data) ? data.Layer : void 0, ["data", "Layer"]);
	return {
		digest: layer.Name,
		rows: rowsOf$3(layer.Features),
		looked: coverageOf(layer.Features),
		provenance: { source: "an existing answer of Quay's security API" }
	};
}
function* rowsOf$3(features) {
	for (const [index, { Name: name, Version: version, Vulnerabilities: all }] of features.entries()) for (const { Severity: word, Name: title, Link: links, Description: description, FixedBy: fix } of all) {
		const at = [
			"data",
			"Layer",
			"Features",
			name.slice(0, 80),
			"Severity"
		];
		const advisories = advisoriesOf(title, idsInLinks(links ?? ""));
		const about = {
			name,
			version: version ?? "",
			type: UNSPECIFIED_TYPE
		};
		const said = {
			title,
			links,
			description,
			severity: QUAY.severityOfWord(word, at),
			fix: fixesIn(fix ?? "")
		};
		yield {
			place: String(index),
			advisories,
			about,
			...said
		};
	}
}
const SYSTEM_SOURCE = /^(?:alpine|aws|amazon|chainguard|debian|oracle|photon|rhel|suse|ubuntu|wolfi)\b/i;
function coverageOf(features) {
	const unspecified = unspecifiedCoverage();
	if (features.some(({ Vulnerabilities: all }) => all.some(({ NamespaceName: source, Metadata: more }) => more?.DistroName || SYSTEM_SOURCE.test(source ?? "")))) return unspecified;
	return withReportGap(unspecified, features.length === 0 ? NOTHING : UNMATCHED);
}
const NOTHING = {
	code: "os-unknown",
	what: "Quay's answer lists no package, so there is no sign that its scanner recognised anything in the image",
	remedy: "Check that Clair knows the image's distribution. An image that contains only its own program can be accepted."
};
const UNMATCHED = {
	code: "os-unknown",
	what: "Quay's answer neither names the distribution nor has a finding by its advisories, and Clair does not report an unknown distribution",
	remedy: "Give Clair's own report (`clairctl report -o json`), which names the distribution."
};

// src/scanners/clair/packages.ts
const CLAIR = new ReportSource({
	name: "Clair",
	remedy: "Make it again with `clairctl report -o json IMAGE` of Clair 4, and give the file as it was written.",
	lowest: /^negligible$/i
});
const mapOf = (value) => record(string(), value).nullish().transform((map) => new Map(Object.entries(map ?? {})));
const packageSchema = object({
	name: word,
	version: word,
	...words("arch", "module"),
	source: object(words("name", "version")).nullish()
});
const distributionSchema = object(words("did", "version", "version_id"));
const environmentSchema = object(words("package_db", "distribution_id"));
const aliasSchema = union([string().max(1e3), looseObject({
	Space: unknown().optional(),
	Name: string().max(1e3).optional(),
	space: unknown().optional(),
	name: string().max(1e3).optional()
})]);
const vulnerabilitySchema$1 = object({
	name: string().regex(NAMED).max(5e3),
	...words("issued", "normalized_severity"),
	description: string().nullish(),
	links: string().max(2e5).nullish(),
	distribution: distributionSchema.nullish(),
	fixed_in_version: string().max(2e4).nullish(),
	range: object({ ")": word.nullish() }).nullish(),
	Aliases: listOf(aliasSchema),
	aliases: listOf(aliasSchema),
	Invert: boolean().nullish(),
	invert: boolean().nullish()
});
const reportSchema = object({
	manifest_hash: string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/),
	packages: mapOf(packageSchema),
	distributions: mapOf(distributionSchema),
	environments: mapOf(listOf(environmentSchema)),
	vulnerabilities: mapOf(vulnerabilitySchema$1),
	package_vulnerabilities: mapOf(listOf(string().max(1e3))),
	enrichments: mapOf(listOf(unknown()))
});
const REQUIRED = [
	"packages",
	"distributions",
	"environments",
	"vulnerabilities",
	"package_vulnerabilities"
];
const scoresSchema = mapOf(listOf(object({
	baseScore: number().min(0).max(10).nullish(),
	baseSeverity: word.nullish()
})));
const SYSTEM_LIST = /^(?:(?:bdb|sqlite|ndb|rpm):)?\/?(?:usr\/)?(?:var\/)?(?:lib|share)\/(?:sysimage\/)?(?<manager>dpkg|apk|rpm)(?:\/|$)/;
function packagesOf(report) {
	return new Map([...report.packages].map(([id, each]) => [id, packageOf$2(id, each, report)]));
}
function packageOf$2(id, each, report) {
	const environments = report.environments.get(id) ?? [];
	const placed = environments.find(({ distribution_id: of }) => of) ?? environments[0];
	const list = placed?.package_db ?? "";
	const { manager } = SYSTEM_LIST.exec(list)?.groups ?? {};
	if (manager !== void 0) return {
		...placedBySystem(each, distributionOf(placed?.distribution_id ?? "", report)),
		manager
	};
	const [, kind, path] = /^([^:]*):(.*)$/s.exec(list) ?? [];
	const { name, version } = each;
	return {
		...applicationPackage({
			name,
			version
		}, kindNamed(kind)),
		path: pathIn(path)
	};
}
function placedBySystem({ name, version, arch, module, source }, own) {
	return {
		...systemPackage({
			name,
			version,
			arch: arch ?? void 0
		}, own),
		system: true,
		...source?.name && { source: {
			name: source.name,
			version: source.version ?? ""
		} },
		modularity: module || void 0
	};
}
function distributionOf(id, { distributions }) {
	const named = distributions.get(id) ?? (distributions.size === 1 ? [...distributions.values()][0] : void 0);
	return named && systemOf$2(named);
}
function systemOf$2({ did, version_id: id, version }) {
	return did ? {
		name: did,
		version: id || version || ""
	} : void 0;
}
function mainSystem(packages, report) {
	const counts = /* @__PURE__ */ new Map();
	for (const [id, { system }] of packages) {
		if (!system) continue;
		const of = (report.environments.get(id) ?? []).find(({ distribution_id: each }) => each)?.distribution_id ?? "";
		counts.set(of, (counts.get(of) ?? 0) + 1);
	}
	const [main = ""] = [...counts].filter(([id]) => id !== "").sort(([, a], [, b]) => b - a)[0] ?? [];
	return distributionOf(main, report);
}

// src/scanners/clair/report.ts
const clairReports = CLAIR.reader({
	madeBy: "Clair 4's report (`clairctl report -o json`)",
	owns: ({ manifest_hash: hash }) => typeof hash === "string",
	digests: ({ manifest_hash: hash }) => [hash],
	parts: partsOf$2
});
function partsOf$2(document) {
	requireReport(document);
	const report = CLAIR.checked(reportSchema, document);
	const packages = packagesOf(report);
	const all = [...packages.values()];
	const system = mainSystem(packages, report);
	return {
		digest: report.manifest_hash,
		system,
		packages: all.map(({ arch: _, manager: __, ...rest }) => rest),
		rows: rowsOf$2(report, packages),
		looked: {
			kind: "image",
			hasAdvisories: ADVISED.has(systemNamed(system?.name ?? "")?.name ?? "") ? "yes" : "no",
			matchedSystem: hasFindingsOf(report, packages, system),
			packages: all,
			listed: all.filter((each) => each.system === true)
		},
		provenance: { source: "an existing Clair report" }
	};
}
function requireReport(document) {
	if (!("vulnerabilities" in document) && "state" in document) throw CLAIR.invalid("is its list of packages (an index report), without findings");
	if ("state" in document) throw CLAIR.unknownVersion("is of a time before Clair 4.0", "the reports of Clair 4");
	const missing = REQUIRED.find((key) => !isObject(document[key]));
	if (missing !== void 0) throw CLAIR.invalid(`has no ${JSON.stringify(missing)}`);
}
const ADVISED = new Set("alpine amazon chainguard debian opensuse-leap oracle photon redhat sles ubuntu wolfi".split(" "));
function hasFindingsOf({ package_vulnerabilities: found, vulnerabilities }, packages, system) {
	if (system === void 0) return false;
	return [...found].some(([id, all]) => packages.get(id)?.system === true && all.some((each) => {
		const { distribution, Invert, invert } = vulnerabilities.get(each) ?? {};
		const of = distribution && systemOf$2(distribution);
		return !Invert && !invert && of?.name === system.name && of.version === system.version;
	}));
}
function* rowsOf$2(report, packages) {
	const byScore = severitiesByScore(report);
	const advisoriesAbout = memoize((id) => advisoriesIn(report.vulnerabilities.get(id)));
	for (const [place, ids] of report.package_vulnerabilities) for (const id of ids) {
		const [about, vulnerability] = [packages.get(place), report.vulnerabilities.get(id)];
		if (about === void 0 || vulnerability === void 0) {
			const at = placeWords(["package_vulnerabilities", place.slice(0, 80)]);
			throw CLAIR.invalid(`refers to a missing entry at ${at}`);
		}
		if (vulnerability.Invert || vulnerability.invert) continue;
		const { name: title, links, description, issued } = vulnerability;
		const said = {
			title,
			links,
			description,
			publishedAt: dateIn(issued),
			fix: fixesOf$1(vulnerability)
		};
		const severity = severityOf(id, vulnerability, byScore);
		yield {
			place,
			advisories: advisoriesAbout(id),
			severity,
			about,
			...said
		};
	}
}
function fixesOf$1({ fixed_in_version: field, range }) {
	const end = field ? void 0 : versionAt(range?.[")"] ?? "");
	return end === void 0 ? fixesIn(field ?? "") : {
		versions: [end],
		isUnreadable: false
	};
}
function versionAt(text) {
	const [, version] = /^semver:0\.(\d+\.\d+\.\d+)(?:\.0)*$/.exec(text) ?? [];
	return version === "0.0.0" ? void 0 : version;
}
function advisoriesIn({ name, links, Aliases, aliases }) {
	return advisoriesOf(name, [...idsInLinks(links ?? ""), ...[...Aliases, ...aliases].flatMap(aliasIds)]);
}
function aliasIds(alias) {
	if (typeof alias === "string") return idsIn(alias);
	const space = alias.space ?? alias.Space;
	const name = alias.name ?? alias.Name ?? "";
	return idsIn(typeof space === "string" && space !== "" ? `${space}-${name}` : name);
}
const ENRICHER = /enricher=clair\.cvss(?![\w.])/;
function severitiesByScore({ enrichments }) {
	const found = /* @__PURE__ */ new Map();
	for (const [key, maps] of enrichments) {
		if (!ENRICHER.test(key)) continue;
		for (const [index, map] of maps.entries()) for (const [id, scores] of CLAIR.checked(scoresSchema, map, [
			"enrichments",
			key,
			index
		])) {
			const all = scores.flatMap(({ baseScore, baseSeverity }) => {
				if (typeof baseScore === "number") return [severityOfScore(baseScore)];
				return baseSeverity ? [CLAIR.severityOfWord(baseSeverity, ["enrichments", id])] : [];
			});
			const worst = worstOf([...all, ...found.has(id) ? [found.get(id)] : []]);
			if (worst !== void 0) found.set(id, worst);
		}
	}
	return found;
}
function severityOf(id, { normalized_severity: word }, byScore) {
	const own = CLAIR.severityOfWord(word ?? "", [
		"vulnerabilities",
		id,
		"normalized_severity"
	]);
	return own === "UNKNOWN" ? byScore.get(id) ?? own : own;
}

// src/scanners/cyclonedx/components.ts
const CYCLONEDX = new ReportSource({
	name: "CycloneDX",
	remedy: "Let the scanner write its findings and its components into one CycloneDX file, and give it as it was written.",
	lowest: /^(?:info|negligible|none)$/i
});
const componentSchema = object({
	...words("type", "name", "group", "version"),
	purl: string().max(1e4).nullish(),
	"bom-ref": string().max(1e4).nullish(),
	properties: listOf(object({
		name: word.nullish(),
		value: string().nullish()
	}))
});
const nestedSchema = componentSchema.extend({ components: array(unknown()).nullish() });
const ratingSchema = object({
	...words("severity", "method", "vector"),
	source: object(words("name")).nullish(),
	score: number().min(0).max(10).nullish()
});
const vulnerabilitySchema = object({
	id: string().regex(NAMED).max(1e3),
	references: listOf(object(words("id"))),
	ratings: listOf(ratingSchema),
	description: string().nullish(),
	recommendation: string().max(2e5).nullish(),
	...words("published"),
	source: object({ url: string().nullish() }).nullish(),
	advisories: listOf(object({ url: string().nullish() })),
	affects: listOf(object({
		ref: string().max(1e4),
		versions: listOf(object(words("range", "status")))
	})),
	analysis: object(words("state")).nullish()
});
const toolSchema = object(words("name", "version"));
const documentSchema$1 = object({
	...words("serialNumber"),
	specVersion: word,
	metadata: object({
		...words("timestamp"),
		tools: union([array(toolSchema), object({ components: listOf(toolSchema) })]).nullish(),
		component: unknown().optional()
	}).nullish(),
	components: array(unknown()).nullish(),
	vulnerabilities: array(vulnerabilitySchema).min(1).max(5e5)
});
const MOST = 5e5;
function componentsOf({ metadata, components }) {
	const all = [];
	const waiting = [...components ?? []].reverse();
	if (metadata?.component !== void 0) waiting.push(metadata.component);
	while (waiting.length > 0) {
		if (all.length === MOST) throw CYCLONEDX.invalid("has more than 500,000 components");
		const { components: inner, ...own } = CYCLONEDX.checked(nestedSchema, waiting.pop(), ["components"]);
		all.push(own);
		for (const each of inner ?? []) waiting.push(each);
	}
	return all;
}
function packageOf$1({ name, group, version, purl, properties }) {
	const url = parsedPurl(purl ?? "");
	const type = url?.type ?? "unknown";
	const ecosystem = PURL_ECOSYSTEMS.get(type);
	const isSystem = SYSTEM_TYPES.has(type);
	return {
		name: `${group ? `${group}${type === "maven" ? ":" : "/"}` : ""}${name ?? ""}`,
		version: isSystem ? withEpoch(version ?? "", url?.qualifiers.epoch) : version ?? "",
		type,
		...ecosystem !== void 0 && ecosystem !== type && { ecosystem },
		...url !== void 0 && { purl },
		...isSystem ? { system: true } : { path: pathIn(properties.find(({ name: key }) => PATH.test(key ?? ""))?.value) }
	};
}
function withEpoch(version, epoch = "") {
	return /^\d+$/.test(epoch) && !version.includes(":") ? `${epoch}:${version}` : version;
}
const PATH = /:FilePath$|^syft:location:0:path$/;
const parsedPurl = memoize(parsePurl);
function distroOf({ purl }) {
	const { type = "", namespace = "", qualifiers = {} } = parsedPurl(purl ?? "") ?? {};
	const [, name = namespace, version] = /^([a-z][\w.-]*?)-(\d[\w.]*)$/i.exec(qualifiers.distro ?? "") ?? [];
	return SYSTEM_TYPES.has(type) && version !== void 0 ? {
		name,
		version
	} : void 0;
}
function otherRelease(system, components) {
	const systems = components.filter(({ type, name }) => type === "operating-system" && name);
	const [, second] = systems;
	if (second !== void 0 && !systems.every((each) => isSameRelease(releaseOf(each), system))) return `it names ${systems.length} of them, such as ${system.name} ${system.version} and ${second.name} ${second.version ?? ""}`.trim();
	const named = components.flatMap((each) => distroOf(each) ?? []);
	const others = named.filter((each) => !isSameRelease(each, system));
	const [first] = others;
	return first && others.length * 2 > named.length ? `it says that it is ${system.name} ${system.version}, but ${others.length} of its package URLs are of ${first.name} ${first.version}` : void 0;
}
function releaseOf({ name, version }) {
	return {
		name: name ?? "",
		version: version ?? ""
	};
}
function isSameRelease(a, b) {
	const [one, other] = [a, b].map(({ name }) => systemNamed(name)?.name ?? name.toLowerCase());
	const [mine, theirs] = [a, b].map(({ version }) => /^\d+(?:\.\d+)*/.exec(version)?.[0]);
	if (mine === void 0 || theirs === void 0) return one === other;
	return one === other && (`${mine}.`.startsWith(`${theirs}.`) || `${theirs}.`.startsWith(`${mine}.`));
}
function systemOf$1(components) {
	const own = components.find(({ type, name }) => type === "operating-system" && name);
	if (own) return releaseOf(own);
	for (const each of components) {
		const named = distroOf(each);
		if (named !== void 0) return named;
	}
}
function digestsOf({ version, purl, properties, "bom-ref": ref }) {
	return [
		version,
		...[purl ?? "", ref ?? ""].map((each) => parsePurl(each)?.version),
		...properties.flatMap(({ name, value }) => /:RepoDigest$/.test(name ?? "") ? [referenceParts(value ?? "").digest] : [])
	];
}

// src/scanners/cyclonedx/report.ts
const cycloneDxReports = CYCLONEDX.reader({
	madeBy: "CycloneDX as JSON with components and their `vulnerabilities`",
	owns: ({ bomFormat, vulnerabilities }) => bomFormat === "CycloneDX" && listIn(vulnerabilities).length > 0,
	digests: ({ metadata }) => {
		const { data } = nestedSchema.safeParse(isObject(metadata) ? metadata.component : void 0);
		return data === void 0 ? [] : digestsOf(data);
	},
	parts: partsOf$1
});
const VERSIONS = /^1\.[4-7]$/;
function partsOf$1(value) {
	const document = CYCLONEDX.checked(documentSchema$1, value);
	if (!VERSIONS.test(document.specVersion)) throw CYCLONEDX.unknownVersion("has an unknown `specVersion`", "the versions 1.4 to 1.7");
	const components = componentsOf(document);
	const subject = document.metadata?.component === void 0 ? void 0 : components[0];
	const packages = packagesByRef(components);
	const listed = [...packages.values()].filter(({ purl, type }) => purl !== void 0 && type !== "oci");
	const system = systemOf$1(components);
	return {
		claim: subject?.name,
		system,
		packages: listed,
		rows: rowsOf$1(document, packages),
		looked: {
			kind: subject?.type === "container" ? "image" : "sbom",
			hasAdvisories: "unknown",
			matchedSystem: false,
			packages: listed,
			listed: listed.filter((each) => each.system === true).map(withManager),
			disagreement: system && otherRelease(system, components)
		},
		provenance: provenanceOf(document)
	};
}
function packagesByRef(components) {
	const packages = /* @__PURE__ */ new Map();
	for (const each of components) {
		const { "bom-ref": own, purl } = each;
		const [ref, about] = [own ?? purl ?? "", packageOf$1(each)];
		const known = own ? packages.get(own) : void 0;
		if (known !== void 0 && !isDeepStrictEqual(known, about)) throw CYCLONEDX.invalid("gives two components one `bom-ref`");
		packages.set(ref, about);
	}
	return packages;
}
function provenanceOf({ metadata, vulnerabilities }) {
	const { tools } = metadata ?? {};
	const [tool] = tools === null || tools === void 0 ? [] : Array.isArray(tools) ? tools : tools.components;
	const analysed = vulnerabilities.filter(({ analysis }) => analysis?.state).length;
	const unheeded = `${analysed} of its entries have an analysis, which accepts nothing here: name the file in \`vex\` for that.`;
	return {
		scanner: tool?.name ? `${tool.name} (CycloneDX)` : CYCLONEDX.name,
		scannerVersion: tool?.version || void 0,
		scannedAt: dateIn(metadata?.timestamp),
		source: "an existing CycloneDX file with vulnerabilities",
		notes: analysed === 0 ? [] : [unheeded]
	};
}
function* rowsOf$1({ vulnerabilities, serialNumber }, packages) {
	for (const [index, entry] of vulnerabilities.entries()) {
		const at = ["vulnerabilities", index];
		const { affects, ratings, description, recommendation = "", published } = entry;
		const related = entry.references.flatMap(({ id }) => idsIn(id ?? ""));
		const said = {
			advisories: advisoriesOf(entry.id, related),
			description,
			links: entry.advisories[0]?.url || entry.source?.url,
			publishedAt: dateIn(published)
		};
		const rowFor = (about, versions) => ({
			...said,
			severity: rated(ratings, about, at),
			about,
			fix: {
				versions: fixesOf(versions, recommendation ?? "", about?.name ?? ""),
				isUnreadable: false
			}
		});
		if (affects.length === 0) yield rowFor(void 0, []);
		for (const { ref, versions } of affects) yield rowFor(packageAt(ref, at, packages, serialNumber), versions);
	}
}
function packageAt(ref, at, packages, serialNumber) {
	const [, serial, own] = /^urn:cdx:([^/#]+)\/[^#]*#(.*)$/s.exec(ref) ?? [];
	const isOwn = serial !== void 0 && serialNumber === `urn:uuid:${serial}`;
	const found = packages.get(ref) ?? (isOwn ? packages.get(decoded(own ?? "")) : void 0);
	if (found !== void 0) return found;
	throw CYCLONEDX.invalid(`is about a missing component, at ${placeWords([...at, "affects"])}`);
}
function decoded(text) {
	return tryOr(() => decodeURIComponent(text), text);
}
function rated(ratings, about, at) {
	const vendor = about?.system ? parsePurl(about.purl ?? "")?.namespace : void 0;
	const isVendors = ({ source: of }) => vendor !== void 0 && (of?.name ?? "").toLowerCase().startsWith(vendor);
	const own = worstRating(ratings.filter(isVendors).map(({ method: _, ...rating }) => rating), at);
	const severity = own === "UNKNOWN" ? worstRating(ratings, at) : own;
	if (severity === "UNKNOWN" && ratings.some(({ method, vector }) => vector && /^CVSS/i.test(method || vector))) throw CYCLONEDX.invalid(`rates with a vector alone, without score and severity, at ${placeWords(at)}`);
	return severity;
}
function worstRating(ratings, at) {
	const all = ratings.map(({ score, severity, method }) => {
		const isDecided = typeof score === "number" && /^CVSSv[34]/i.test(method ?? "");
		return CYCLONEDX.severityOf(isDecided ? [] : [severity], score, [...at, "ratings"]);
	});
	return worstOf(all) ?? "UNKNOWN";
}
function fixesOf(versions, recommendation, name) {
	const ranges = versions.flatMap(({ range, status }) => {
		const [, from] = /^vers:[a-z][\w.-]*\/>=([^|<>=!*]+)$/.exec(range ?? "") ?? [];
		return status === "unaffected" && from !== void 0 ? [decoded(from)] : [];
	});
	const advised = recommendation.split("; ").flatMap((sentence) => {
		const start = `Upgrade ${name} to version `;
		return name !== "" && sentence.startsWith(start) ? fixedVersionsIn(sentence.slice(start.length)) : [];
	});
	return [.../* @__PURE__ */ new Set([...ranges, ...advised])].filter(isVersion);
}

// src/scanners/google/report.ts
const GOOGLE = new ReportSource({
	name: "Google Artifact Analysis",
	remedy: "Make it with `gcloud artifacts docker images describe IMAGE --show-package-vulnerability --format=json`, once the analysis has ended well.",
	lowest: /^(?:minimal|negligible)$/i
});
const versionSchema = object(words("fullName", "kind")).nullish();
const severity = word.nullish().transform((stated) => stated === "SEVERITY_UNSPECIFIED" ? void 0 : stated);
const issueSchema = object({
	...words("affectedCpeUri", "packageType"),
	affectedPackage: word,
	affectedVersion: versionSchema,
	effectiveSeverity: severity,
	fileLocation: listOf(object(words("filePath"))),
	fixedVersion: versionSchema
});
const occurrenceSchema = object({
	noteName: word.nullish(),
	vulnerability: object({
		effectiveSeverity: severity,
		severity,
		cvssScore: number().min(0).max(10).nullish(),
		shortDescription: word.nullish(),
		packageIssue: array(issueSchema).min(1),
		relatedUrls: listOf(object({ url: string().nullish() }))
	})
});
const discoverySchema = object({ discovery: object(words("analysisStatus", "lastScanTime")) });
const documentSchema = object({
	image_summary: object(words("digest", "fully_qualified_digest")),
	discovery_summary: object({ discovery: listOf(discoverySchema) }).nullish(),
	package_vulnerability_summary: object({
		total_vulnerability_found: number().nullish(),
		vulnerabilities: record(string(), array(occurrenceSchema).nullish()).nullish()
	}).nullish()
});
const googleReports = GOOGLE.reader({
	madeBy: "Google Artifact Analysis (`gcloud artifacts docker images describe … --show-package-vulnerability --format=json`)",
	owns: ({ image_summary: image }) => isObject(image) && ("fully_qualified_digest" in image || "digest" in image),
	digests: (document) => digestsIn(documentSchema.pick({ image_summary: true }).safeParse(document).data?.image_summary),
	parts: partsOf
});
function digestsIn(image) {
	return [image?.digest, referenceParts(image?.fully_qualified_digest ?? "").digest];
}
function partsOf(value) {
	const document = GOOGLE.checked(documentSchema, value);
	const found = finishedFindings(document);
	const issues = found.flatMap(({ vulnerability }) => vulnerability.packageIssue);
	const [system] = issues.flatMap((issue) => systemOf(issue.affectedCpeUri ?? "") ?? []);
	const scanned = (document.discovery_summary?.discovery ?? []).map(({ discovery }) => dateIn(discovery.lastScanTime) ?? "");
	return {
		claim: document.image_summary.fully_qualified_digest?.split("@")[0],
		digest: digestsIn(document.image_summary).find((each) => isDigest(each ?? "")) ?? void 0,
		system,
		rows: rowsOf(found),
		looked: {
			kind: "image",
			hasAdvisories: "unknown",
			matchedSystem: system !== void 0 && issues.some(isOfSystem),
			packages: issues.map((issue) => ({
				type: kindNamed(issue.packageType),
				system: isOfSystem(issue)
			}))
		},
		provenance: {
			scannedAt: scanned.sort()[0] || void 0,
			source: "an existing answer of Google Artifact Analysis"
		}
	};
}
function finishedFindings({ discovery_summary: summary, package_vulnerability_summary: found }) {
	const states = (summary?.discovery ?? []).map(({ discovery }) => discovery.analysisStatus);
	for (const state of states.length === 0 ? [void 0] : states) GOOGLE.requireEnded("analysisStatus", state, /^FINISHED_SUCCESS$/);
	if (found === void 0 || found === null) throw GOOGLE.unfinished("it has no `package_vulnerability_summary`, as without `--show-package-vulnerability`");
	const all = Object.values(found.vulnerabilities ?? {}).flatMap((listed) => listed ?? []);
	if ((found.total_vulnerability_found ?? 0) > all.length) throw GOOGLE.unfinished("it lists fewer vulnerabilities than its `total_vulnerability_found`");
	return all;
}
function isOfSystem({ packageType: type }) {
	return !type || type === "OS";
}
const CPE_NAMES = /* @__PURE__ */ new Map([["enterprise_linux", "redhat"], ["linux_enterprise_server", "sles"]]);
function systemOf(cpe) {
	const [, name, version] = /^cpe:\/o:[\w.-]+:([\w.-]+):([\w.]+)/.exec(cpe) ?? [];
	return name === void 0 || version === void 0 ? void 0 : {
		name: CPE_NAMES.get(name) ?? name.replace(/_linux$/, ""),
		version
	};
}
function* rowsOf(found) {
	let row = 0;
	for (const { noteName, vulnerability } of found) {
		const own = noteName?.split("/").at(-1) || vulnerability.shortDescription || "a vulnerability without a name";
		const advisories = advisoriesOf(own, []);
		for (const issue of vulnerability.packageIssue) {
			const stated = [
				issue.effectiveSeverity,
				vulnerability.effectiveSeverity,
				vulnerability.severity
			];
			const at = [
				"vulnerabilities",
				row++,
				"effectiveSeverity"
			];
			yield {
				advisories,
				severity: GOOGLE.severityOf(stated, vulnerability.cvssScore || void 0, at),
				links: vulnerability.relatedUrls[0]?.url,
				about: packageOf(issue),
				fix: fixesIn(issue.fixedVersion?.kind === "MAXIMUM" ? "" : issue.fixedVersion?.fullName ?? "")
			};
		}
	}
}
function packageOf(issue) {
	const named = {
		name: issue.affectedPackage,
		version: issue.affectedVersion?.fullName ?? ""
	};
	if (isOfSystem(issue)) return systemPackage(named, systemOf(issue.affectedCpeUri ?? ""));
	return {
		...applicationPackage(named, kindNamed(issue.packageType)),
		path: pathIn(issue.fileLocation[0]?.filePath)
	};
}

// src/scanners/readers.ts
const REPORT_READERS = [
	trivyReports,
	grypeReports,
	clairReports,
	quayReports,
	harborReports,
	amazonReports,
	googleReports,
	cycloneDxReports
];

export { REPORT_READERS };
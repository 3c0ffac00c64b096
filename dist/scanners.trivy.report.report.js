import { accountFor, accountForSource, argumentsWithoutSecrets, compileGlobs, coverageOf, disagreement, fixedVersionsIn, folderGaps, hasSoManyKeys, isPastSupport, judgeSuppliers, keysIn, layerInstructions, memoize, misspeltKey, needsOf, repeatedKey, sameWeaknessIds, shownInstruction, withoutSecrets } from "./shared.domain.js";
import { isAbsolutePath, isDigest, isSameRepository, parseReference, referenceParts, repositoryName, toSeverity, withoutLogin, withoutRunnerPath } from "./shared.answer.js";
import { GateError, chmodSync, closeSync, copyFileSync, ftruncateSync, hash, isObject, openSync, readFileSync, readSync, renameSync, tryOr, writeFileSync, writeSync } from "./shared.start.js";
import { array, number, object, string } from "./package.zod.js";
import { ROW_KEYS, cutDocument, documentOf, explainedVulnerabilitySchema, invalidReport, licenseSchema, misconfigurationSchema, packageSchema, parsed, refuseOtherDocument, reportSchema, reportTooLarge, resultSchema, secretSchema, textOf, vulnerabilitySchema, wholeDocument } from "./scanners.trivy.report.document.js";
import { join } from "node:path";

// src/scanners/trivy/database/buckets.ts
const known = /* @__PURE__ */ new WeakMap();
function bucketsOf(database) {
	if (!known.has(database)) known.set(database, readBuckets(join(database.folder, "trivy.db")));
	return known.get(database);
}
function readBuckets(path) {
	return readBolt(path, (root) => new Set(root.keys().map((name) => name.toLowerCase())));
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
const BUCKETS = {
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
	ubuntu: ["ubuntu", (name) => /^\d+\.\d+/.exec(name)?.[0] ?? name],
	wolfi: ["wolfi"]
};
function isSupportedFamily(family) {
	return Object.hasOwn(BUCKETS, family) || family === "coreos" || family === "activestate" || family === "opensuse";
}
function knowsRelease({ family, name }, buckets, repositories = []) {
	if (family === "alpine" && repositories.length > 0) return repositories.every((release) => buckets.has(`alpine ${release === "edge" ? release : minor(release)}`));
	const [prefix, release] = BUCKETS[family] ?? [family, major];
	if (release === void 0) return buckets.has(prefix);
	const wanted = `${prefix} ${release(name).toLowerCase()}`;
	return buckets.has(wanted) || buckets.has(`${wanted}-esm`);
}
const LIBRARIES = {
	...libraries("cargo", "cargo rustbinary"),
	...libraries("composer", "composer composer-vendor"),
	...libraries("erlang", "hex"),
	...libraries("go", "gobinary gomod"),
	...libraries("maven", "gradle jar pom sbt"),
	...libraries("npm", "bun javascript node-pkg npm pnpm yarn"),
	...libraries("nuget", "dotnet-core nuget packages-props"),
	...libraries("pip", "pip pipenv poetry pylock python-pkg uv"),
	...libraries("pub", "pub"),
	...libraries("rubygems", "bundler gemspec"),
	...libraries("swift", "swift")
};
function libraries(prefix, types) {
	return Object.fromEntries(types.split(" ").map((type) => [type, `${prefix}::`]));
}
function unadvisedTypes(types, buckets) {
	if (buckets === void 0) return /* @__PURE__ */ new Set();
	const names = [...buckets];
	const isAdvised = (type) => {
		const prefix = Object.hasOwn(LIBRARIES, type) ? LIBRARIES[type] : void 0;
		return prefix === void 0 || names.some((name) => name.startsWith(prefix));
	};
	return new Set([...new Set(types)].filter((type) => !isAdvised(type)));
}
function advisedNames({ family, name }, names, database) {
	const [prefix, release] = BUCKETS[family] ?? [family, major];
	const wanted = release === void 0 ? prefix : `${prefix} ${release(name).toLowerCase()}`;
	return readBolt(join(database.folder, "trivy.db"), (root) => {
		const key = root.keys().find((each) => each.toLowerCase() === wanted);
		const bucket = key === void 0 ? void 0 : root.bucket(key);
		return bucket && new Set(names.filter((each) => bucket.bucket(each) !== void 0));
	});
}
const indices = array(number());
function ofOtherProducts(builds, major, database) {
	const isOwn = ownRepositories(major);
	return (database && readBolt(join(database.folder, "trivy.db"), (root) => judgedBy(root, builds, isOwn))) ?? builds.filter(({ ContentSets: sets = [], Nvr: image }) => sets.length > 0 && !image && !sets.map(cleaned).some(isOwn));
}
function judgedBy(root, builds, isOwn) {
	const products = root.bucket("Red Hat CPE");
	const own = new Set(products?.bucket("repository")?.values(isOwn).flatMap(numbersIn));
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
function readBolt(path, read) {
	let file;
	try {
		file = openSync(path, "r");
		const { root, page } = pagesOf(file);
		return read(bucketAt(page(root), page));
	} catch {
		return;
	} finally {
		if (file !== void 0) closeSync(file);
	}
}
function pagesOf(file) {
	const first = readAt(file, 0, 80);
	const size = first.readUInt32LE(24);
	const metas = [first, readAt(file, size, 80)].filter((meta) => meta.readUInt32LE(HEADER) === 3977042669);
	const transaction = (meta) => meta.readBigUInt64LE(64);
	const [latest] = metas.sort((a, b) => Number(transaction(b) - transaction(a)));
	if (latest === void 0) throw new TypeError("no database");
	return {
		root: Number(latest.readBigUInt64LE(32)),
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
		keys: () => [...leaves()].flatMap((leaf) => indexesOf(leaf).map((index) => keyAt(leaf, index).toString())),
		values: (accept) => [...leaves()].flatMap((leaf) => indexesOf(leaf).filter((index) => accept(keyAt(leaf, index).toString())).map((index) => valueAt(leaf, index))),
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
const indexesOf = (page) => [...Array(countOf(page)).keys()];
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

// src/scanners/trivy/report/build-trace.ts
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

// src/scanners/trivy/report/coverage-facts.ts
const UNMATCHED = /* @__PURE__ */ new Set(["conda-pkg", "conda-environment"]);
const HOSTED = /* @__PURE__ */ new Set([
	"python-pkg",
	"conda-pkg",
	"gemspec",
	"node-pkg",
	"jar",
	"composer-vendor",
	"dotnet-core",
	"julia"
]);
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
function leavesSystemOut(system, results) {
	if (typeof system !== "object" || !isSupportedFamily(system.family)) return false;
	const isOf = (kind) => results.some(({ Class }) => Class === kind);
	return !isOf("os-pkgs") && (results.length === 0 || isOf("lang-pkgs"));
}
function lookedAt(report, results, packages, scanFacts) {
	const ofSystem = packages.filter(({ system }) => system === true);
	const systemResult = results.find((result) => result.Class === "os-pkgs");
	const system = systemOf(report);
	const isMatched = scanFacts?.scanners.includes("vuln") === true;
	const withSystem = ofSystem.length > 0 || system === void 0 || !isMatched;
	const lists = scanFacts !== void 0 || packages.length > 0 || leavesSystemOut(system, results);
	const matching = matchingOf(system, systemResult !== void 0, scanFacts);
	const applications = applicationsIn(results, packages);
	return {
		kind: kindOf(report.ArtifactType),
		isImageSbom: scanFacts?.sbom?.isImage ?? false,
		scanners: scanFacts?.scanners,
		system,
		otherKernel: otherKernelOf(report),
		matching,
		release: releaseOf(system, hasRows(systemResult, "Vulnerabilities"), scanFacts),
		repositories: scanFacts?.log.repositories,
		disagreement: disagreementOf(system, ofSystem, scanFacts),
		systemPackages: lists ? ofSystem.length : void 0,
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
		suppliers: suppliersOf(report, ofSystem, scanFacts),
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
	return [.../* @__PURE__ */ new Set([...named, ...unnamed]), ...ofSystem];
}
function suppliersOf({ Metadata: metadata, CreatedAt: matchedAt }, packages, scanFacts) {
	const { Family: family = "none", Name: name = "", Supplier: supplier, extended: isExtended = false } = metadata?.OS ?? {};
	if (family === "none" || family === "") return void 0;
	const system = {
		family,
		name
	};
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
		isLeftOut: leftOutPaths(leftOut)
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
function leftOutPaths(leftOut) {
	const globs = (input) => compileGlobs((leftOut.get(input) ?? []).map((entry) => ({
		glob: entry.replace(/^\.?\/+/, "").replace(/\/+$/, ""),
		value: true
	})));
	const [isFolder, isFile] = [globs("skip-dirs"), globs("skip-files")];
	return (path) => {
		if (isFile(path).length > 0) return true;
		for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) if (isFolder(path.slice(0, at)).length > 0) return true;
		return false;
	};
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
	const named = scanFacts?.sbom?.systems ?? [];
	if (named.length > 1 && packages.length > 0) return `the SBOM names ${named.length}: ${named.slice(0, 3).map(({ family, name }) => `${family} ${name}`).join(", ")}`;
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
function hasRows(result, key) {
	for (const _ of result?.rows.get(key) ?? []) return true;
	return false;
}
function applicationsIn(results, packages) {
	const files = /* @__PURE__ */ new Map();
	const counts = /* @__PURE__ */ new Map();
	for (const { Class: kind, Type: type = "" } of results) if (kind === "lang-pkgs") counts.set(type, 0);
	for (const { system, type, path } of packages) {
		if (system === true) continue;
		counts.set(type, (counts.get(type) ?? 0) + 1);
		const known = files.get(type) ?? /* @__PURE__ */ new Set();
		files.set(type, known);
		if (path !== void 0) known.add(path);
	}
	return new Map([...counts].map(([type, count]) => [type, {
		packages: count,
		files: files.get(type)?.size ?? 0
	}]));
}

// src/scanners/trivy/report/ecosystems.ts
const BY_TYPE = new Map(Object.entries({
	debian: ["ubuntu", "echo"],
	rpm: [
		"alma",
		"amazon",
		"azurelinux",
		"bottlerocket",
		"cbl-mariner",
		"centos",
		"centos-stream",
		"coreos",
		"fedora",
		"opensuse",
		"opensuse-leap",
		"opensuse-tumbleweed",
		"oracle",
		"photon",
		"redhat",
		"rocky",
		"slem",
		"sles",
		"suse"
	],
	alpine: [
		"chainguard",
		"minimos",
		"wolfi"
	],
	cargo: ["rustbinary"],
	go: ["gobinary", "gomod"],
	npm: [
		"bun",
		"javascript",
		"node-pkg",
		"pnpm",
		"yarn"
	],
	nuget: ["dotnet-core", "packages-props"],
	pypi: [
		"pip",
		"pipenv",
		"poetry",
		"pylock",
		"python-pkg",
		"uv"
	],
	maven: [
		"gradle",
		"jar",
		"pom",
		"sbt"
	]
}).flatMap(([ecosystem, types]) => types.map((type) => [type, ecosystem])));
const OWN_FILE = /* @__PURE__ */ new Set([
	"python-pkg",
	"conda-pkg",
	"gemspec",
	"node-pkg",
	"jar"
]);
const PROGRAMS = /* @__PURE__ */ new Set(["gobinary", "rustbinary"]);
function ecosystemOfType(type) {
	return BY_TYPE.get(type);
}
function listedIn(type) {
	if (OWN_FILE.has(type)) return "own-file";
	return PROGRAMS.has(type) ? "program" : void 0;
}

// src/scanners/trivy/report/findings.ts
function knownSeverity(text, rows, row) {
	const severity = toSeverity(text);
	if (severity !== "UNKNOWN" || text?.toUpperCase() === "UNKNOWN") return severity;
	throw invalidReport(text ? "has a severity that Trivy does not know" : "has no severity", [
		...rows,
		row,
		"Severity"
	]);
}
function addFindings(result, index, context, found) {
	const at = ["Results", index];
	addVulnerabilities(result, [...at, "Vulnerabilities"], context, found);
	addMisconfigurations(result, [...at, "Misconfigurations"], context, found);
	addSecrets(result, [...at, "Secrets"], context, found);
	addLicenses(result, [...at, "Licenses"], context, found);
}
function rowsOf({ rows }, key) {
	return rows.get(key) ?? [];
}
function addVulnerabilities(result, at, context, found) {
	const read = vulnerabilityReader(result, at, context);
	for (const finding of Array.from(rowsOf(result, "Vulnerabilities"), read)) found.push(finding);
}
function vulnerabilityReader(result, at, context) {
	const type = result.Type ?? "";
	const lockFile = result.Class === "lang-pkgs" && listedIn(type) !== "own-file" ? withoutLeadingSlash$1(result.Target) : void 0;
	const packageOf = sharingPackages(type);
	const versionsOf = memoize(fixedVersionsIn);
	const { describe } = context;
	const schema = describe === NO_DESCRIPTIONS ? vulnerabilitySchema : explainedVulnerabilitySchema;
	return (value, row) => {
		const each = parsed(schema, value, at, row);
		const name = each.PkgName ?? "";
		const path = withoutLeadingSlash$1(each.PkgPath) ?? lockFile;
		const aliases = aliasesIn(value, each.VulnerabilityID);
		return {
			kind: "vulnerability",
			id: each.VulnerabilityID,
			...aliases.length > 0 && { aliases },
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
		};
	};
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
	let row = 0;
	for (const value of rowsOf(result, "Misconfigurations")) {
		const each = parsed(misconfigurationSchema, value, at, row++);
		if (NOT_FAILED.has(each.Status.toUpperCase())) continue;
		found.push({
			kind: "misconfiguration",
			id: each.ID,
			severity: context.severityOf(each.Severity, at, row - 1),
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
	let row = 0;
	const path = pathOfTarget(result, context);
	for (const value of rowsOf(result, "Secrets")) {
		const each = parsed(secretSchema, value, at, row++);
		found.push({
			kind: "secret",
			id: each.RuleID,
			severity: context.severityOf(each.Severity, at, row - 1),
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
	let row = 0;
	for (const value of rowsOf(result, "Licenses")) {
		const each = parsed(licenseSchema, value, at, row++);
		const path = withoutLeadingSlash$1(each.FilePath);
		found.push({
			kind: "license",
			id: each.Name,
			severity: context.severityOf(each.Severity, at, row - 1),
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
	return target === artifactName ? void 0 : withoutLeadingSlash$1(target);
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
function withoutLeadingSlash$1(path) {
	const without = path?.replace(/^\/+/, "");
	return without === "" ? void 0 : without;
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

// src/scanners/trivy/report/one-reading.ts
const REPORT_KEYS = [
	"SchemaVersion",
	"ArtifactName",
	"ArtifactType",
	"Metadata",
	"Results"
];
const RESULT_KEYS = [
	"Target",
	"Class",
	"Type",
	...ROW_KEYS
];
function requireOneReading(bytes, { head, results }) {
	const twice = repeatedKey(bytes, [head, results.map(({ fields, rows }) => [fields, Object.fromEntries(rows)])]);
	if (twice !== void 0) throw ambiguous(`has a key twice in one object, at line ${lineAt(bytes, twice)}`);
	requireKnownSpelling({
		head,
		results
	});
}
function readInOneWay(bytes, cut, read) {
	const lists = [];
	const results = cut.results.map(({ fields, rows }) => {
		const counted = [...rows].map(([key, values]) => [key, new CountedRows(values)]);
		lists.push(...counted.map(([, list]) => list));
		return {
			fields,
			rows: new Map(counted)
		};
	});
	try {
		const made = read({
			...cut,
			results
		});
		const names = results.map(({ fields, rows }) => [fields, Object.fromEntries([...rows.keys()].map((key) => [key, 0]))]);
		const count = lists.reduce((sum, list) => sum + list.keys(), keysIn([cut.head, names]));
		if (!hasSoManyKeys(bytes, count)) return void 0;
		requireKnownSpelling(cut);
		return made;
	} catch {
		return;
	}
}
var CountedRows = class {
	#rows;
	#keys;
	constructor(rows) {
		this.#rows = rows;
	}
	*[Symbol.iterator]() {
		let keys = 0;
		for (const row of this.#rows) {
			keys += keysIn(row);
			yield row;
		}
		this.#keys = keys;
	}
	keys() {
		if (this.#keys === void 0) for (const _ of this);
		return this.#keys ?? NaN;
	}
};
function requireKnownSpelling({ head, results }) {
	requireSpelling(Object.keys(head), REPORT_KEYS, "");
	for (const [index, { fields, rows }] of results.entries()) requireSpelling([...Object.keys(fields ?? {}), ...rows.keys()], RESULT_KEYS, ` of Results[${index}]`);
}
function requireSpelling(found, known, place) {
	const meant = misspeltKey(found, known);
	if (meant !== void 0) throw ambiguous(`spells ${meant}${place} in another case`);
}
function lineAt(bytes, offset) {
	let line = 1;
	for (let at = bytes.indexOf("\n"); at !== -1 && at < offset; at = bytes.indexOf("\n", at + 1)) line++;
	return line;
}
function ambiguous(what) {
	return new GateError("report-ambiguous", `The Trivy report ${what}, so that not every program reads the same in it`, "Trivy writes no such report: make it again with `trivy … --format json`, and find out what has changed it.");
}
function requireOneImage(head, { layers, findings }) {
	const { ArtifactName: name, Metadata: metadata } = head;
	const asked = /@(sha256:[0-9a-f]{64})$/.exec(name ?? "")?.[1];
	const digests = (metadata?.RepoDigests ?? []).map((each) => each.split("@")[1]);
	if (asked !== void 0 && digests.length > 0 && !digests.includes(asked)) throw contradictory("names an image by digest, and its Metadata the digest of another");
	const configured = metadata?.ImageConfig?.rootfs?.diff_ids;
	if (configured?.length && layers.length > 0 && configured.join() !== layers.join()) throw contradictory("has other layers in Metadata.DiffIDs than in Metadata.ImageConfig");
	if (layers.length > 0 && findings.some(({ layer }) => layer !== void 0 && layer.number === void 0)) throw contradictory("has findings in a layer that its image does not have");
}
function contradictory(what) {
	return new GateError("report-contradictory", `The Trivy report ${what}: it was put together from more than one`, "Give the report as Trivy wrote it, for the image that is meant.");
}

// src/scanners/trivy/report/owning-package.ts
const SYSTEMS = {
	debian: "Debian",
	ubuntu: "Ubuntu",
	alpine: "Alpine",
	redhat: "Red Hat",
	centos: "CentOS",
	rocky: "Rocky Linux",
	alma: "AlmaLinux",
	fedora: "Fedora",
	amazon: "Amazon Linux",
	oracle: "Oracle Linux",
	wolfi: "Wolfi",
	chainguard: "Chainguard",
	photon: "Photon"
};
function ownerFinder(packages) {
	const finders = [
		archiveFinder(packages),
		pythonFinder(packages),
		nodeFinder(packages),
		rubyFinder(packages),
		composerFinder(packages),
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
function ofType(packages, ...types) {
	return packages.filter((each) => types.includes(each.type));
}
function archiveFinder(packages) {
	const byPath = new Map(ofType(packages, "jar").map((each) => [withoutLeadingSlash(each.filePath), each]));
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
function pythonFinder(packages) {
	const index = /* @__PURE__ */ new Map();
	for (const each of ofType(packages, "python-pkg")) {
		const folder = /^(.*(?:site|dist)-packages)\//.exec(withoutLeadingSlash(each.filePath) ?? "")?.[1];
		if (folder !== void 0) index.set(`${folder}\0${normalised(each.name)}`, each);
	}
	return ({ path, name }) => {
		const [, folder = "", top = ""] = /^(.*(?:site|dist)-packages)\/([^/]+)\/./.exec(path) ?? [];
		const found = index.get(`${folder}\0${normalised(top)}`);
		return found === void 0 || found.name === name ? void 0 : toOwner("Python", found);
	};
}
function nodeFinder(packages) {
	const byFolder = /* @__PURE__ */ new Map();
	for (const each of ofType(packages, "node-pkg")) byFolder.set((withoutLeadingSlash(each.filePath) ?? "").replace(/\/package\.json$/, ""), each);
	return ({ path, name }) => {
		const folders = [...path.matchAll(/(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/g)];
		for (const match of folders.reverse()) {
			const folder = path.slice(0, match.index + match[0].length);
			const isItself = match[1] === name && path === `${folder}/package.json`;
			const found = byFolder.get(folder);
			if (!isItself && found !== void 0) return toOwner("Node.js", found);
		}
	};
}
function rubyFinder(packages) {
	const byFolder = new Map(ofType(packages, "gemspec").map((each) => [`${each.name}-${each.version ?? ""}`, each]));
	return ({ path, name }) => {
		const folder = /(?:^|\/)gems\/((?=[^/]+-[^/])[^/]+)\/./.exec(path)?.[1];
		const found = folder === void 0 ? void 0 : byFolder.get(folder);
		return found === void 0 || found.name === name ? void 0 : toOwner("Ruby", found);
	};
}
function composerFinder(packages) {
	const byName = new Map(ofType(packages, "composer-vendor", "composer").map((each) => [each.name, each]));
	return ({ path, name }) => {
		const vendor = /(?:^|\/)vendor\/([^/]+\/[^/]+)\/./.exec(path)?.[1];
		const found = vendor === void 0 ? void 0 : byName.get(vendor);
		return found === void 0 || found.name === name ? void 0 : toOwner("PHP", found);
	};
}
function systemFinder(packages) {
	let byFile;
	return ({ path, name }) => {
		byFile ??= filesOf(packages);
		const found = byFile.get(path) ?? byFile.get(outerArchive(path) ?? path);
		if (found === void 0 || found.name === name) return void 0;
		return toOwner(SYSTEMS[found.type] ?? found.type, found);
	};
}
function filesOf(packages) {
	const files = /* @__PURE__ */ new Map();
	for (const each of packages) for (const file of each.installedFiles ?? []) files.set(withoutLeadingSlash(file) ?? file, each);
	return files;
}
function withoutLeadingSlash(path) {
	return path?.replace(/^\/+/, "");
}

// src/scanners/trivy/report/artifact-ids.ts
const ARCHIVE = /\.(?:tar|gz|gzip|tgz)$/i;
function referenceOf({ name, repoTags, repoDigests }) {
	const known = [...repoTags, ...repoDigests].filter((each) => parseReference(each) !== void 0);
	if (ARCHIVE.test(name) || parseReference(name) === void 0) return known[0];
	const asked = fullName(name);
	return known.find((each) => fullName(each) === asked) ?? known[0];
}
function artifactIdOf(imageId, reference) {
	if (reference === void 0) return imageId;
	return `sha256:${hash("sha256", `${imageId}:${repositoryOf(reference)}`)}`;
}
function fingerprintOf(artifactId, target, { packageId, advisory }) {
	return hash("sha256", `${artifactId}:${target}:${packageId}:${advisory}`);
}
function repositoryOf(reference) {
	return repositoryName(reference).replace(/^docker\.io\//, "index.docker.io/");
}
function fullName(reference) {
	const { tag = "latest", digest } = parseReference(reference) ?? {};
	return digest === void 0 ? `${repositoryOf(reference)}:${tag}` : `${repositoryOf(reference)}@${digest}`;
}

// src/scanners/trivy/report/naming.ts
const DIGEST = Buffer.from("Digest\": \"sha256:");
const HEX = 64;
const QUOTE = 34;
const NEWLINE$1 = 10;
const SPACE = 32;
const COMMA = 44;
const BACKSLASH = 92;
function restoreDigests(bytes, { digests, withoutDigest }) {
	if (withoutDigest !== void 0) hideDigests(bytes, withoutDigest);
	if (digests.size === 0) return;
	const known = new Map([...digests].map(([diffId, digest]) => [hexOf(diffId), hexOf(digest)]));
	for (let at = bytes.indexOf(DIGEST); at !== -1; at = bytes.indexOf(DIGEST, at)) {
		const isKey = bytes[at - 1] === QUOTE;
		at += DIGEST.length;
		const digest = isKey ? known.get(bytes.toString("latin1", at, at + HEX)) : void 0;
		if (digest !== void 0) bytes.write(digest, at, "latin1");
	}
}
function hideDigests(bytes, diffIds) {
	const known = new Set([...diffIds].map(hexOf));
	for (let at = bytes.indexOf(DIGEST); at !== -1; at = bytes.indexOf(DIGEST, at + DIGEST.length)) {
		const value = at + DIGEST.length;
		const close = value + HEX;
		if (bytes[at - 1] === QUOTE && bytes[close] === QUOTE && bytes[close + 1] === COMMA && known.has(bytes.toString("latin1", value, close))) bytes.fill(SPACE, at - 1, close + 2);
	}
}
function hexOf(digest) {
	return digest.slice(digest.indexOf(":") + 1);
}
function namedDocument(document, naming) {
	const { head, results } = document;
	return {
		head: namedHead(head, naming),
		results: results.map((result) => ({
			...result,
			fields: namedResult(result.fields, head.ArtifactName, naming)
		}))
	};
}
function namedReport(report, naming) {
	if (!isObject(report)) return report;
	const { ArtifactName: former, Results: results } = report;
	const named = namedHead(report, naming);
	if (!Array.isArray(results)) return named;
	return {
		...named,
		Results: results.map((each) => withFingerprints(namedResult(each, former, naming), named))
	};
}
function namedHead(head, naming) {
	const { Metadata: metadata, ArtifactID: id } = head;
	const imageId = isObject(metadata) ? metadata.ImageID : void 0;
	return {
		...head,
		...typeof id === "string" && typeof imageId === "string" && { ArtifactID: artifactIdOf(imageId, referenceOf(naming)) },
		ArtifactName: naming.name,
		...isObject(metadata) && { Metadata: namedMetadata(metadata, naming) }
	};
}
function withFingerprints(result, { ArtifactID: artifactId }) {
	if (!isObject(result) || !Array.isArray(result.Vulnerabilities) || typeof artifactId !== "string") return result;
	const { Target: target = "", Vulnerabilities: rows } = result;
	const named = rows.map((row) => {
		if (!isObject(row) || typeof row.Fingerprint !== "string") return row;
		const { PkgID: packageId = "", VulnerabilityID: advisory = "" } = row;
		const ids = {
			packageId: String(packageId),
			advisory: String(advisory)
		};
		return {
			...row,
			Fingerprint: `sha256:${fingerprintOf(artifactId, String(target), ids)}`
		};
	});
	return {
		...result,
		Vulnerabilities: named
	};
}
const FINGERPRINT = Buffer.from("Fingerprint\": \"sha256:");
const ADVISORY = Buffer.from("VulnerabilityID\": ");
const PACKAGE = Buffer.from("PkgID\": ");
const INDENT = 10;
function restoreFingerprints(bytes, artifactId, target) {
	let next = keyIn(bytes, ADVISORY, 0);
	while (next !== -1) {
		const at = next;
		next = keyIn(bytes, ADVISORY, at + ADVISORY.length);
		const row = bytes.subarray(at, next === -1 ? bytes.length : next);
		const fingerprint = keyIn(row, FINGERPRINT, 0);
		if (fingerprint === -1) continue;
		const ids = {
			packageId: packageIn(row),
			advisory: textAt(row, ADVISORY.length)
		};
		row.write(fingerprintOf(artifactId, target, ids), fingerprint + FINGERPRINT.length, "latin1");
	}
}
function keyIn(bytes, key, from) {
	let at = bytes.indexOf(key, from);
	while (at !== -1 && !isIndented(bytes, at - 1)) at = bytes.indexOf(key, at + key.length);
	return at;
}
function isIndented(bytes, quote) {
	if (bytes[quote] !== QUOTE || bytes[quote - INDENT - 1] !== NEWLINE$1) return false;
	for (let at = quote - INDENT; at < quote; at++) if (bytes[at] !== SPACE) return false;
	return true;
}
function packageIn(row) {
	const at = keyIn(row, PACKAGE, 0);
	return at === -1 ? "" : textAt(row, at + PACKAGE.length);
}
function textAt(fields, at) {
	if (fields[at] === QUOTE) {
		let end = at + 1;
		while (end < fields.length && fields[end] !== QUOTE && fields[end] !== BACKSLASH) end++;
		if (fields[end] === QUOTE) return fields.toString("utf8", at + 1, end);
	}
	const end = fields.indexOf(NEWLINE$1, at);
	const line = fields.toString("utf8", at, end === -1 ? fields.length : end).replace(/,$/, "");
	return String(JSON.parse(line));
}
function namedResult(fields, former, { name }) {
	const target = isNamedAfter(fields, former) ? `${name}${fields.Target.slice(String(former).length)}` : void 0;
	return target === void 0 ? fields : {
		...fields,
		Target: target
	};
}
function isNamedAfter(fields, artifact) {
	if (!isObject(fields) || typeof fields.Target !== "string" || typeof artifact !== "string" || artifact === "") return false;
	return fields.Target === artifact || fields.Class === "os-pkgs" && fields.Target.startsWith(`${artifact} (`);
}
function namedMetadata(metadata, naming) {
	const { repoTags, repoDigests } = naming;
	const reference = referenceOf(naming);
	const { RepoTags: _tags, RepoDigests: _digests, Reference: _reference, ImageConfig: config, Layers: layers, ...rest } = metadata;
	return {
		...rest,
		...repoTags.length > 0 && { RepoTags: repoTags },
		...repoDigests.length > 0 && { RepoDigests: repoDigests },
		...reference !== void 0 && { Reference: reference },
		...config !== void 0 && { ImageConfig: config },
		...layers !== void 0 && { Layers: layers }
	};
}

// src/scanners/trivy/report/sanitize.ts
function writeSanitized({ raw, bytes, document }, file) {
	const patch = !needsRewrite(document) && !bytes.includes(CREATED_BY) ? metadataPatch(bytes, document) : void 0;
	if (patch === void 0) rewrite(raw, bytes, void 0);
	else overwrite(raw, patch);
	place(raw, file);
}
function writeNamed({ raw, source, document, naming }, file, windowBytes = WINDOW) {
	const edits = !needsRewrite(document) && source.indexOf(CREATED_BY, 0) === -1 ? namingEdits(source, document) : void 0;
	if (edits === void 0) {
		const bytes = wholeFile(raw);
		restoreDigests(bytes, naming);
		rewrite(raw, bytes, naming);
	} else writeEdited(raw, source, {
		...edits,
		naming,
		windowBytes
	});
	place(raw, file);
}
function wholeFile(raw) {
	try {
		return readFileSync(raw);
	} catch (cause) {
		throw cause.code === "ERR_FS_FILE_TOO_LARGE" ? reportTooLarge(cause) : cause;
	}
}
function place(raw, file) {
	chmodSync(raw, 384);
	move(raw, file);
}
function rewrite(file, bytes, naming) {
	let text;
	try {
		const report = JSON.parse(textOf(bytes));
		text = JSON.stringify(sanitized(naming === void 0 ? report : namedReport(report, naming)), void 0, 2);
	} catch (cause) {
		throw cause instanceof RangeError ? reportTooLarge(cause) : cause;
	}
	writeFileSync(file, `${text}\n`);
}
function overwrite(file, { at, text }) {
	const descriptor = openSync(file, "r+");
	try {
		for (let done = 0; done < text.length;) done += writeSync(descriptor, text, done, text.length - done, at + done);
	} finally {
		closeSync(descriptor);
	}
}
const WINDOW = 262144;
const MOST_GROWTH = 32768;
function writeEdited(raw, source, editing) {
	const { edits } = editing;
	const descriptor = openSync(raw, "r+");
	let written = 0;
	const waiting = [];
	const write = (read) => {
		for (let part = waiting[0]; part !== void 0 && written + part.length <= read; part = waiting[0]) {
			for (let done = 0; done < part.length;) done += writeSync(descriptor, part, done, part.length - done, written + done);
			written += part.length;
			waiting.shift();
		}
	};
	try {
		let from = 0;
		for (const { at, length, text } of [...edits, {
			at: source.length,
			length: 0,
			text: ""
		}]) {
			for (const { bytes, end } of partsBetween(source, from, at, editing)) {
				waiting.push(bytes.length < MOST_GROWTH ? Buffer.from(bytes) : bytes);
				write(end);
			}
			if (text !== "") waiting.push(Buffer.from(text));
			from = at + length;
		}
		write(Number.POSITIVE_INFINITY);
		ftruncateSync(descriptor, written);
	} finally {
		closeSync(descriptor);
	}
}
const ROW_BREAK = Buffer.from("\n        {\n");
function* partsBetween(source, from, to, { naming, results, artifactId, windowBytes }) {
	let room = Buffer.allocUnsafeSlow(Math.min(windowBytes, to - from));
	let other;
	for (let at = from; at < to;) {
		const seen = source.read(room.subarray(0, Math.min(room.length, to - at)), at);
		const length = at + seen.length >= to ? seen.length : seen.lastIndexOf(ROW_BREAK) + 1;
		if (length === 0) {
			room = Buffer.allocUnsafeSlow(room.length * 2);
			continue;
		}
		const bytes = seen.subarray(0, length);
		restoreDigests(bytes, naming);
		const result = results.findLast((each) => each.at <= at);
		if (artifactId !== void 0 && result !== void 0) restoreFingerprints(bytes, artifactId, result.target);
		at += length;
		yield {
			bytes,
			end: at
		};
		if (length >= MOST_GROWTH) [room, other] = [other ?? Buffer.allocUnsafeSlow(room.length), room];
	}
}
function move(from, to) {
	try {
		renameSync(from, to);
	} catch (error) {
		if (error.code !== "EXDEV") throw error;
		copyFileSync(from, to);
	}
}
function sanitized(report) {
	if (!isObject(report)) return report;
	const copy = { ...report };
	if (typeof copy.ArtifactName === "string") copy.ArtifactName = withoutLogin(copy.ArtifactName);
	if (isObject(copy.Metadata)) copy.Metadata = cleanMetadata(copy.Metadata);
	if (Array.isArray(copy.Results)) copy.Results = copy.Results.map(cleanResult);
	return copy;
}
function needsRewrite({ head, results }) {
	if (typeof head.ArtifactName === "string" && withoutLogin(head.ArtifactName) !== head.ArtifactName) return true;
	return results.some(({ rows }) => [...rows.keys()].some((key) => !PLAIN_ROWS.has(key)));
}
const CREATED_BY = Buffer.from("tedBy\":");
const PLAIN_ROWS = /* @__PURE__ */ new Set([
	"Packages",
	"Vulnerabilities",
	"Licenses"
]);
const METADATA = "\n  \"Metadata\": {\n";
const METADATA_END = "\n  }";
function metadataPatch(bytes, { head }) {
	if (head.Metadata === void 0) return {
		at: 0,
		text: Buffer.alloc(0)
	};
	const start = bytes.indexOf(METADATA);
	if (bytes[0] !== 123 || start === -1) return void 0;
	const at = start + 17 - 2;
	const end = bytes.indexOf(METADATA_END, at);
	if (end === -1) return void 0;
	const close = end + 4;
	const metadata = cleanMetadata(JSON.parse(bytes.toString("utf8", at, close)));
	const text = Buffer.from(JSON.stringify(metadata, void 0, 2).replaceAll("\n", "\n  "));
	if (text.length > close - at) return void 0;
	return {
		at,
		text: Buffer.concat([text, Buffer.alloc(close - at - text.length, " ")])
	};
}
const NAME = Buffer.from("\n  \"ArtifactName\": ");
const ID = Buffer.from("\n  \"ArtifactID\": ");
const TARGET = Buffer.from("\n      \"Target\": ");
const METADATA_START = Buffer.from(METADATA);
const METADATA_CLOSE = Buffer.from(METADATA_END);
function namingEdits(source, { head, results }) {
	const name = lineAfter(source, NAME, 0);
	const start = source.indexOf(METADATA_START, 0);
	const end = source.indexOf(METADATA_CLOSE, start + 17 - 2);
	if (source.byteAt(0) !== 123 || name === void 0 || start < name.at || end === -1 || !isObject(head.Metadata)) return void 0;
	const targets = targetLines(source, results, end);
	if (targets === void 0) return void 0;
	const artifactId = typeof head.ArtifactID === "string" ? head.ArtifactID : void 0;
	const id = artifactId === void 0 ? void 0 : lineAfter(source, ID, 0);
	if (artifactId !== void 0 && (id === void 0 || id.at > name.at)) return void 0;
	const at = start + 17 - 2;
	const metadata = JSON.stringify(cleanMetadata(head.Metadata), void 0, 2).replaceAll("\n", "\n  ");
	const named = targets.map((line, index) => {
		const { fields } = results[index] ?? {};
		return isNamedAfter(fields, head.ArtifactName) ? {
			...line,
			text: JSON.stringify(fields.Target)
		} : {
			at: line.at,
			length: 0,
			text: ""
		};
	});
	const edits = [
		...id === void 0 ? [] : [{
			...id,
			text: JSON.stringify(artifactId)
		}],
		{
			...name,
			text: JSON.stringify(head.ArtifactName)
		},
		{
			at,
			length: end + 4 - at,
			text: metadata
		},
		...named
	];
	if (edits.reduce((sum, { length, text }) => sum + Math.max(0, Buffer.byteLength(text) - length), 0) > MOST_GROWTH) return void 0;
	return {
		edits,
		results: targets.map(({ at }, index) => {
			const fields = results[index]?.fields;
			return {
				at,
				target: isObject(fields) ? String(fields.Target) : ""
			};
		}),
		artifactId
	};
}
function targetLines(source, results, from) {
	const lines = [];
	for (const { fields } of results) {
		const line = lineAfter(source, TARGET, lines.at(-1)?.at ?? from);
		if (line === void 0 || !isObject(fields) || fields.Target === void 0) return void 0;
		lines.push(line);
	}
	return lines;
}
const NEWLINE = Buffer.from("\n");
function lineAfter(source, key, from) {
	const start = source.indexOf(key, from);
	const end = start === -1 ? -1 : source.indexOf(NEWLINE, start + key.length);
	if (end === -1) return void 0;
	const at = start + key.length;
	return {
		at,
		length: end - at - (source.byteAt(end - 1) === 44 ? 1 : 0)
	};
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
	if (Array.isArray(copy.Layers)) copy.Layers = copy.Layers.map(cleanLayer);
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
function cleanResult(result) {
	if (!isObject(result)) return result;
	const copy = { ...result };
	if (Array.isArray(copy.Secrets)) copy.Secrets = copy.Secrets.map(cleanSecret);
	if (Array.isArray(copy.Misconfigurations)) copy.Misconfigurations = copy.Misconfigurations.map(cleanMisconfiguration);
	for (const key of [
		"Packages",
		"Vulnerabilities",
		"Licenses",
		"CustomResources"
	]) if (Array.isArray(copy[key])) copy[key] = copy[key].map(cleanRow);
	if (Array.isArray(copy.ExperimentalModifiedFindings)) copy.ExperimentalModifiedFindings = copy.ExperimentalModifiedFindings.map(cleanModified);
	return copy;
}
function cleanModified(modified) {
	if (!isObject(modified) || !("Finding" in modified)) return modified;
	const { Type: type, Finding: finding } = modified;
	if (type === "vulnerability" || type === "license") return {
		...modified,
		Finding: cleanRow(finding)
	};
	return {
		...modified,
		Finding: cleanSecret(cleanMisconfiguration(finding))
	};
}
function cleanMisconfiguration(row) {
	if (!isObject(row)) return row;
	const { Message: _message, Traces: _traces, ...rest } = row;
	if (!isObject(rest.CauseMetadata)) return cleanRow(rest);
	const { Code: _code, RenderedCause: _rendered, Occurrences: _occurrences, ...cause } = rest.CauseMetadata;
	return cleanRow({
		...rest,
		CauseMetadata: cause
	});
}
function cleanSecret(secret) {
	if (!isObject(secret)) return secret;
	const { Match: _match, Code: _code, ...rest } = secret;
	return cleanRow(rest);
}
function cleanRow(row) {
	return isObject(row) && isObject(row.Layer) && "CreatedBy" in row.Layer ? {
		...row,
		Layer: cleanLayer(row.Layer)
	} : row;
}
function cleanLayer(layer) {
	if (!isObject(layer) || typeof layer.CreatedBy !== "string") return layer;
	return {
		...layer,
		CreatedBy: shownOnce(layer.CreatedBy)
	};
}
const MOST_SHOWN = 1e3;
const shown = /* @__PURE__ */ new Map();
function shownOnce(createdBy) {
	const known = shown.get(createdBy);
	if (known !== void 0) return known;
	if (shown.size >= MOST_SHOWN) shown.clear();
	const text = shownInstruction(createdBy);
	shown.set(createdBy, text);
	return text;
}

// src/scanners/trivy/report/packages.ts
function packagesOf(results) {
	return results.flatMap((result, at) => {
		const { Type: type = "" } = result;
		const [ecosystem, place] = [ecosystemOfType(type), listedIn(type)];
		return [...result.rows.get("Packages") ?? []].map((value, index) => {
			const each = parsed(packageSchema, value, [
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
				dependsOn: each.DependsOn,
				filePath: each.FilePath,
				installedFiles: each.InstalledFiles,
				manager: each.AnalyzedBy,
				build: each.BuildInfo
			};
		});
	});
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
function packagesReport({ head, results }, target) {
	const name = nameOf(head.ArtifactName, target);
	const lists = results.flatMap(({ fields, rows }) => {
		const { Class: kind, Type: type, Target: place } = fields;
		if (!PACKAGE_CLASSES.has(kind)) return [];
		const packages = [...rows.get("Packages") ?? []].map(withoutFiles);
		return [{
			Target: placeOf(place, head.ArtifactName, name),
			Class: kind,
			Type: type,
			Packages: packages
		}];
	});
	return JSON.stringify(sanitized({
		...head,
		ArtifactName: name,
		Results: lists
	}));
}
function withoutFiles(row) {
	const { InstalledFiles: _files, ...rest } = row;
	return rest;
}
function nameOf(artifact, { kind, label }) {
	if (typeof artifact !== "string" || !isAbsolutePath(artifact)) return artifact;
	return kind === "trivy-report" ? withoutRunnerPath(artifact) : label;
}
function placeOf(place, artifact, name) {
	if (typeof place !== "string" || typeof artifact !== "string" || typeof name !== "string") return place;
	return artifact !== "" && place.startsWith(artifact) ? `${name}${place.slice(artifact.length)}` : place;
}

// src/scanners/trivy/report/report.ts
const SCHEMA_VERSION = 2;
const SAMPLE = `{"SchemaVersion":2,"ArtifactName":"-","ArtifactType":"container_image","Metadata":{"OS":{"Family":"-","Name":"-"}},
"Results":[{"Target":"-","Class":"os-pkgs","Type":"debian","Packages":[{"Name":"-","Version":"1"}],
"Vulnerabilities":[{"VulnerabilityID":"CVE-0-0","PkgName":"-","InstalledVersion":"1","Severity":"LOW"}]}]}`;
let isWarm = false;
function warmUpReading() {
	if (isWarm) return void 0;
	isWarm = true;
	return tryOr(() => toScanResult(wholeDocument(SAMPLE), {
		kind: "image",
		input: "-",
		platform: void 0,
		label: "-"
	}), void 0);
}
function toScanResult(document, target, { provenance = {}, descriptions = false, scanFacts } = {}) {
	refuseOtherDocument(document.head);
	checkSchema(document.head.SchemaVersion);
	const report = parsed(reportSchema, document.head, []);
	requireBoundedConfig(report.Metadata?.ImageConfig);
	const results = document.results.map(({ fields, rows }, index) => ({
		...parsed(resultSchema, fields, ["Results", index]),
		rows
	}));
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
		suppressed += [...result.rows.get("ExperimentalModifiedFindings") ?? []].length;
	}
	return {
		artifact: artifactOf(report, target, scanFacts === void 0 && packages.length === 0 ? void 0 : packages.length),
		...build && { build },
		packages,
		layers: ids,
		findings,
		suppressed,
		...blindTo(packages, scanFacts),
		coverage: coverageOf(lookedAt(report, results, packages, scanFacts)),
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
const digestsSchema = object({ Metadata: object({ RepoDigests: array(string()).nullish() }).nullish() });
const trivyReports = {
	name: "Trivy",
	madeBy: "Trivy's JSON (`trivy … --format json`)",
	digests: (document) => {
		return (digestsSchema.safeParse(document).data?.Metadata?.RepoDigests ?? []).map((each) => referenceParts(each).digest ?? "").filter(isDigest);
	},
	owns: (document) => typeof document === "object" && document !== null && "SchemaVersion" in document,
	subjectIn(start) {
		const [, text] = /"ArtifactName"\s*:\s*("(?:[^"\\\n]|\\.)*")/.exec(start) ?? [];
		const name = text === void 0 ? void 0 : JSON.parse(text);
		return typeof name === "string" && name !== "" ? name : void 0;
	},
	open(bytes) {
		const cut = cutDocument(bytes);
		return cut && {
			bytes,
			value: cut.head,
			cut
		};
	},
	given(document, target, { descriptions = false, onReport }) {
		const read = (report) => {
			const result = toScanResult(report, target, {
				provenance: { source: "an existing Trivy report" },
				descriptions
			});
			requireOneImage(report.head, result);
			return result;
		};
		const { bytes, value, cut } = document;
		const result = cut && readInOneWay(bytes, cut, read);
		if (cut !== void 0 && result !== void 0) {
			onReport?.(reportOf(cut));
			return result;
		}
		const whole = value === void 0 || cut !== void 0 ? wholeDocument(textOf(bytes)) : documentOf(value);
		refuseOtherDocument(whole.head);
		requireOneReading(bytes, whole);
		const made = read(whole);
		onReport?.(reportOf(whole));
		return made;
	},
	earlier: (document, target) => toScanResult(documentOf(document), target)
};
function reportOf(document) {
	const { results } = document;
	return {
		listsPackages: results.length === 0 || results.some(({ rows }) => rows.has("Packages")),
		packages: (target) => packagesReport(document, target)
	};
}
function checkSchema(version) {
	if (version === SCHEMA_VERSION) return;
	if (version === void 0) throw invalidReport("has no SchemaVersion, so it is not the JSON of `trivy … --format json`");
	throw new GateError("report-schema-unknown", `The Trivy report has SchemaVersion ${typeof version === "number" ? version : "of a wrong type"}, not ${SCHEMA_VERSION}`, "Make it with a Trivy from 0.63 to 0.76, as `trivy … --format json`.");
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
function namesOf({ as, input }) {
	return as === void 0 ? [input] : [as, input];
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
		platform: config?.os && config.architecture ? platformOf(config.os, config.architecture, config.variant) : void 0,
		layers: layers === 0 ? void 0 : layers,
		size: sizeOf(metadata),
		createdAt: config?.created,
		packages
	};
}
function sizeOf({ Size: whole, Layers: layers = [] } = {}) {
	const sizes = layers.flatMap(({ Size: size }) => size === void 0 ? [] : [size]);
	return whole ?? (sizes.length > 0 ? sizes.reduce((sum, size) => sum + size, 0) : void 0);
}
function platformOf(os, architecture, variant) {
	return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
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

export { BASE_DIGEST, BASE_NAME, accountedIn, bucketsOf, namedDocument, outerArchive, packagesOf, packagesReport, reportOf, restoreDigests, toScanResult, trivyReports, warmUpReading, writeNamed, writeSanitized };
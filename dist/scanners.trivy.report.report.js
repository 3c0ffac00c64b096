import { accountFor, accountForSource, compileGlobs, coverageOf, disagreement, folderGaps, isPastSupport, judgeSuppliers, layerInstructions, needsOf } from "./shared.domain.js";
import { isDigest, isSameRepository, parseReference, referenceParts, toSeverity, withoutLogin } from "./shared.answer.js";
import { GateError, closeSync, openSync, readSync, tryOr } from "./shared.start.js";
import { array, number } from "./package.zod.js";
import { NO_DESCRIPTIONS, addFindings, keepingDescriptions, knownSeverity, packageFinder, packagesOf, packagesReport, requireBoundedConfig, shortened } from "./scanners.trivy.report.packages.js";
import { invalidReport, parsed, refuseOtherDocument, reportSchema, resultSchema, wholeDocument } from "./scanners.trivy.report.document.js";
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
		release: releaseOf(system, (systemResult?.rows.get("Vulnerabilities") ?? []).length > 0, scanFacts),
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
	return [...new Set([...named, ...unnamed].map(shortened)), ...ofSystem];
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
		suppressed += result.rows.get("ExperimentalModifiedFindings")?.length ?? 0;
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

export { BASE_DIGEST, BASE_NAME, accountedIn, bucketsOf, outerArchive, reportOf, toScanResult, warmUpReading };
import { GateError, isObject, readFileSync, rmSync, statSync, textIn, writeFileSync } from "./shared.start.js";
import { knownKeyOf, parsePurl, plainPurl, repeatedKey } from "./shared.domain.js";
import { addTo, writePieces } from "./shared.answer.js";
import { textOf } from "./scanners.trivy.report.document.js";
import { join } from "node:path";

// src/scanners/trivy/sbom/listing.ts
const MOST_EXAMPLES = 3;
var Nameless = class {
	count = 0;
	examples = [];
	add(name) {
		this.count += 1;
		if (this.examples.length < 3 && typeof name === "string") this.examples.push(name);
	}
};
var Malformed = class extends Error {};
function objectsIn(value) {
	if (value === void 0 || value === null) return [];
	if (!Array.isArray(value)) throw new Malformed();
	const objects = [];
	for (const each of value) {
		const object = objectIn(each);
		if (object === void 0) continue;
		requireSpelling(object);
		objects.push(object);
	}
	return objects;
}
function objectIn(value) {
	if (value === void 0 || value === null) return void 0;
	if (typeof value !== "object" || Array.isArray(value)) throw new Malformed();
	return value;
}
function partIn(object, key) {
	const part = objectIn(object?.[key]);
	if (part !== void 0) requireSpelling(part);
	return part;
}
var Misspelt = class extends Error {
	key;
	constructor(key) {
		super();
		this.key = key;
	}
};
const KEYS = [
	..."bom-ref bomFormat component components dependencies group metadata name properties purl type value version".split(" "),
	..."documentDescribes externalRefs packages relationships spdxVersion SPDXID sourceInfo versionInfo".split(" "),
	..."referenceCategory referenceLocator referenceType relatedSpdxElement relationshipType spdxElementId".split(" "),
	..."payload payloadType predicate".split(" ")
];
const correct = new Set(KEYS);
const knownKey = knownKeyOf(KEYS);
function requireSpelling(object) {
	for (const key in object) {
		if (correct.has(key)) continue;
		if (knownKey(key) !== void 0) throw new Misspelt(key);
		if (correct.size < MOST_KEYS) correct.add(key);
	}
}
const MOST_KEYS = 1e3;
const MOST_SYSTEMS = 10;
function addSystem(systems, family, name) {
	const system = {
		family: textIn(family),
		name: textIn(name)
	};
	if (systems.length < MOST_SYSTEMS && !systems.some((each) => each.family === system.family && each.name === system.name)) systems.push(system);
}
function countOf(count, noun) {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
function* piecesOf(head, key, items) {
	const { [key]: _list, ...rest } = head;
	const text = JSON.stringify(rest);
	yield `${text.slice(0, -1)}${text === "{}" ? "" : ","}${JSON.stringify(key)}:[`;
	let separator = "";
	for (const item of items) {
		yield separator + JSON.stringify(item);
		separator = ",";
	}
	yield "]}\n";
}

// src/scanners/trivy/sbom/package-urls.ts
const OF_SYSTEM = /* @__PURE__ */ new Set([
	"apk",
	"deb",
	"rpm"
]);
const MATCHED = /* @__PURE__ */ new Set([
	...OF_SYSTEM,
	"bitnami",
	"cargo",
	"cocoapods",
	"composer",
	"conan",
	"conda",
	"gem",
	"golang",
	"hex",
	"k8s",
	"maven",
	"npm",
	"nuget",
	"pub",
	"pypi",
	"swift"
]);
const NAMED_BY_PURL = /* @__PURE__ */ new Set([
	"bitnami",
	"cocoapods",
	"gradle",
	"maven"
]);
const WITHOUT_NAMESPACE = /* @__PURE__ */ new Set([
	...OF_SYSTEM,
	"conan",
	"k8s"
]);
function isOfSystem({ type }) {
	return OF_SYSTEM.has(type);
}
function isMatched({ type }) {
	return MATCHED.has(type);
}
function isNamed(purl, name) {
	if (NAMED_BY_PURL.has(purl.type)) return true;
	const meant = nameIn(purl);
	return name === meant || folded(purl.type, name) === folded(purl.type, meant);
}
function folded(type, name) {
	if (OF_SYSTEM.has(type)) return name;
	const lower = name.toLowerCase();
	return type === "pypi" ? lower.replaceAll("_", "-") : lower;
}
function nameIn({ type, namespace, name }) {
	return namespace === void 0 || WITHOUT_NAMESPACE.has(type) ? name : `${namespace}/${name}`;
}
function nameAsWritten(text, purl) {
	if (purl.type === "deb" || purl.type === "apk") return purl.name;
	const path = /^pkg:\/*[^/]+\/([^?#]*)/i.exec(text)?.[1] ?? "";
	const at = path.lastIndexOf("@");
	const names = (at > path.lastIndexOf("/") ? path.slice(0, at) : path).split("/").filter((each) => each !== "").map(decodeURIComponent);
	return WITHOUT_NAMESPACE.has(purl.type) ? names.at(-1) ?? purl.name : names.join("/");
}
function withVersion(text, version) {
	const cut = /[?#]/.exec(text)?.index ?? text.length;
	return `${text.slice(0, cut).replace(/(?<!@)@+$/, "")}@${encodeURIComponent(version)}${text.slice(cut)}`;
}
function sourceOf(purl) {
	const { type, qualifiers } = purl;
	if (type !== "deb" && type !== "apk") return void 0;
	const [, name, version] = /^([A-Za-z0-9][A-Za-z0-9+._-]*)(?:@(\S+))?$/.exec(qualifiers.upstream ?? "") ?? [];
	const source = name?.toLowerCase();
	return source === void 0 || source === purl.name && version === void 0 ? void 0 : {
		name: source,
		version
	};
}
const FAMILIES = {
	alma: ["alma", "rpm"],
	almalinux: ["alma", "rpm"],
	alpine: ["alpine", "apk"],
	amazon: ["amazon", "rpm"],
	amzn: ["amazon", "rpm"],
	azurelinux: ["azurelinux", "rpm"],
	"cbl-mariner": ["cbl-mariner", "rpm"],
	centos: ["centos", "rpm"],
	chainguard: ["chainguard", "apk"],
	debian: ["debian", "deb"],
	fedora: ["fedora", "rpm"],
	mariner: ["cbl-mariner", "rpm"],
	ol: ["oracle", "rpm"],
	"opensuse-leap": ["opensuse-leap", "rpm"],
	"opensuse.leap": ["opensuse-leap", "rpm"],
	oracle: ["oracle", "rpm"],
	photon: ["photon", "rpm"],
	redhat: ["redhat", "rpm"],
	rhel: ["redhat", "rpm"],
	rocky: ["rocky", "rpm"],
	sles: ["sles", "rpm"],
	ubuntu: ["ubuntu", "deb"],
	wolfi: ["wolfi", "apk"]
};
function systemIn(purls) {
	let found;
	for (const purl of purls) {
		if (purl === void 0 || !isOfSystem(purl)) continue;
		const system = systemOf(purl);
		if (system === void 0) return void 0;
		if (found !== void 0 && (found.family !== system.family || found.name !== system.name)) return void 0;
		found = system;
	}
	return found;
}
function systemOf({ type, namespace, qualifiers }) {
	const [, id = namespace, name] = /^(?:([a-z][a-z.-]*)-)?(\d[\w.]*)$/i.exec(qualifiers.distro ?? "") ?? [];
	const known = id === void 0 || !Object.hasOwn(FAMILIES, id.toLowerCase()) ? void 0 : FAMILIES[id.toLowerCase()];
	if (name === void 0 || known === void 0 || known[1] !== type) return void 0;
	return {
		family: known[0],
		name
	};
}

// src/scanners/trivy/sbom/cyclonedx.ts
const READ_TYPES = /* @__PURE__ */ new Set([
	"application",
	"container",
	"file",
	"framework",
	"library",
	"operating-system",
	"platform"
]);
const PACKAGES = /* @__PURE__ */ new Set(["framework", "library"]);
var Changes = class {
	nested = 0;
	retyped = 0;
	renamed = 0;
	versioned = 0;
	sourced = 0;
	system;
	clauses() {
		const { nested, retyped, renamed, versioned, sourced, system } = this;
		return [
			nested > 0 && `${countOf(nested, "component")} within others moved to the top`,
			retyped > 0 && `${countOf(retyped, "component")} of a type that Trivy skips given one that it reads`,
			renamed > 0 && `${countOf(renamed, "package")} named as in the package URL`,
			versioned > 0 && `${countOf(versioned, "package URL")} with the component's version`,
			sourced > 0 && `${countOf(sourced, "package")} with the source package that \`upstream\` names`,
			system !== void 0 && `the operating system ${system.family} ${system.name}, which all \`distro=\` name`
		].filter((clause) => clause !== false);
	}
};
function prepareCycloneDx(document) {
	const metadata = partIn(document, "metadata");
	const subject = partIn(metadata, "component");
	const changes = new Changes();
	const components = flatten(document.components, subject?.components, changes);
	const nameless = new Nameless();
	const purls = /* @__PURE__ */ new Map();
	const systems = [];
	if (subject?.type === "operating-system") addSystem(systems, subject.name, subject.version);
	const read = components.map((each) => {
		const { type, name } = each;
		if (type === "operating-system") addSystem(systems, name, each.version);
		const text = textIn(each.purl);
		if (text === "" && isPackage(each)) nameless.add(name);
		const purl = text === "" ? void 0 : parsePurl(text);
		const mended = mend$1(each, purl, changes);
		if (text === "" || isSaidElsewhere(mended, purl, each)) return mended;
		const given = textIn(mended.purl);
		if (!purls.has(given)) purls.set(given, given === text ? purl : parsePurl(given));
		return mended;
	});
	const root = subject && mendSubject(subject, changes);
	const system = systems.length === 0 ? systemIn(purls.values()) : void 0;
	if (system !== void 0) {
		changes.system = system;
		systems.push(system);
		read.push({
			type: "operating-system",
			name: system.family,
			version: system.name
		});
	}
	const listing = {
		purls,
		nameless,
		isImage: subject?.type === "container",
		systems
	};
	const clauses = changes.clauses();
	if (clauses.length === 0 && root === subject) return { listing };
	const head = root === void 0 ? document : {
		...document,
		metadata: {
			...metadata,
			component: root
		}
	};
	return {
		listing,
		copy: {
			pieces: piecesOf(head, "components", read),
			changes: clauses
		}
	};
}
function flatten(top, ofSubject, changes) {
	const flat = [];
	const seen = /* @__PURE__ */ new Set();
	for (const { component, level } of walk(top)) {
		if (level > 0) changes.nested += 1;
		if (isNew(component, seen) || level === 0) flat.push(component);
	}
	for (const { component } of walk(ofSubject)) {
		changes.nested += 1;
		if (isNew(component, seen)) flat.push(component);
	}
	return flat;
}
function* walk(top) {
	const open = [objectsIn(top).values()];
	for (let list = open.at(-1); list !== void 0; list = open.at(-1)) {
		const { value: component, done } = list.next();
		if (done) {
			open.pop();
			continue;
		}
		yield {
			component,
			level: open.length - 1
		};
		const within = objectsIn(component.components);
		if (within.length > 0) open.push(within.values());
	}
}
function isPackage({ type, cpe }) {
	return PACKAGES.has(type) || type !== "operating-system" && textIn(cpe) !== "";
}
function isNew({ "bom-ref": ref, purl, group, name, version }, seen) {
	if (textIn(ref) === "") return true;
	const key = JSON.stringify([
		ref,
		purl,
		group,
		name,
		version
	]);
	return seen.size < seen.add(key).size;
}
function mend$1(component, purl, changes) {
	const edits = {};
	const text = textIn(component.purl);
	if (purl !== void 0 && !READ_TYPES.has(component.type)) {
		edits.type = "library";
		changes.retyped += 1;
	}
	const name = properName(component, purl);
	if (name !== void 0) {
		Object.assign(edits, name);
		changes.renamed += 1;
	}
	if (purl !== void 0 && isMatched(purl)) {
		if (purl.version === void 0 && textIn(component.version) !== "") {
			edits.purl = withVersion(text, textIn(component.version));
			changes.versioned += 1;
		}
		const properties = sourceProperties(component, sourceOf(purl));
		if (properties !== void 0) {
			edits.properties = properties;
			changes.sourced += 1;
		}
	}
	if (component.components === void 0 && Object.keys(edits).length === 0) return component;
	const { components: _within, pedigree: _others, ...flat } = component;
	return {
		...flat,
		...edits
	};
}
function properName(component, purl) {
	if (purl === void 0 || !isMatched(purl)) return void 0;
	const [group, own] = [textIn(component.group), textIn(component.name)];
	if (isNamed(purl, group === "" ? own : `${group}/${own}`)) return void 0;
	return {
		group: "",
		name: nameAsWritten(textIn(component.purl), purl)
	};
}
const TRIVYS = "aquasecurity:trivy:";
const SOURCE_NAME = `${TRIVYS}SrcName`;
function sourceProperties({ properties }, source) {
	const known = objectsIn(properties);
	if (source === void 0 || known.some(({ name }) => name === SOURCE_NAME)) return void 0;
	const [, epoch, version] = /^(?:(\d{1,9}):)?(.*)$/.exec(source.version ?? "") ?? [];
	return [
		...known,
		{
			name: SOURCE_NAME,
			value: source.name
		},
		...version ? [{
			name: `${TRIVYS}SrcVersion`,
			value: version
		}] : [],
		...version && epoch !== void 0 ? [{
			name: `${TRIVYS}SrcEpoch`,
			value: epoch
		}] : []
	];
}
function isSaidElsewhere(mended, purl, given) {
	if (purl?.type === "oci" || purl?.type === "docker") return objectsIn(given.components).length > 0;
	if (purl === void 0 || purl.version !== void 0 || mended.purl !== given.purl) return false;
	const { type, properties } = given;
	return type === "application" || objectsIn(properties).some(({ name }) => textIn(name).startsWith(TRIVYS));
}
function mendSubject(subject, changes) {
	const { components, ...flat } = subject;
	const isKnown = READ_TYPES.has(subject.type);
	if (!isKnown) changes.retyped += 1;
	const name = properName(subject, parsePurl(textIn(subject.purl)));
	if (name !== void 0) changes.renamed += 1;
	if (objectsIn(components).length === 0 && isKnown && name === void 0) return subject;
	return {
		...flat,
		...name,
		...!isKnown && { type: "application" }
	};
}

// src/scanners/trivy/sbom/spdx.ts
const NO_PACKAGE = /^SPDXRef-(?:Application|ContainerImage|DocumentRoot|Filesystem|OperatingSystem|Repository)\b/;
const SYSTEM = "SPDXRef-OperatingSystem";
function prepareSpdx(document) {
	const packages = objectsIn(document.packages);
	const subject = subjectOf(document);
	const nameless = new Nameless();
	const purls = /* @__PURE__ */ new Map();
	const systems = [];
	const changes = {
		renamed: 0,
		sourced: 0
	};
	const read = packages.map((each) => {
		const id = textIn(each.SPDXID);
		if (id.startsWith(SYSTEM)) addSystem(systems, each.name, each.versionInfo);
		const texts = purlsOf(each);
		if (id === subject) return each;
		if (!isOwnModule(each)) for (const text of texts) purls.set(text, parsePurl(text));
		if (texts.length === 0 && !NO_PACKAGE.test(id)) nameless.add(each.name);
		return mend(each, texts[0], changes);
	});
	const system = systems.length === 0 ? systemIn(purls.values()) : void 0;
	if (system !== void 0) {
		systems.push(system);
		read.push(systemPackage(system));
	}
	const listing = {
		purls,
		nameless,
		isImage: packages.some(({ primaryPackagePurpose: purpose }) => purpose === "CONTAINER"),
		systems
	};
	const clauses = [
		changes.renamed > 0 && `${countOf(changes.renamed, "package")} named as in the package URL`,
		changes.sourced > 0 && `${countOf(changes.sourced, "package")} with the source package that \`upstream\` names`,
		system !== void 0 && `the operating system ${system.family} ${system.name}, which all \`distro=\` name`
	].filter((clause) => clause !== false);
	if (clauses.length === 0) return { listing };
	return {
		listing,
		copy: {
			pieces: piecesOf(document, "packages", read),
			changes: clauses
		}
	};
}
function prepareSpdxText(text) {
	const purls = /* @__PURE__ */ new Map();
	const systems = [];
	for (const each of text.split(/^PackageName:/m).slice(1)) {
		const valueAt = (tag) => new RegExp(`^${tag}:[ \\t]*(.*)$`, "m").exec(each)?.[1]?.trim();
		if (valueAt("SPDXID")?.startsWith(SYSTEM)) addSystem(systems, /^.*/.exec(each)?.[0].trim(), valueAt("PackageVersion"));
	}
	for (const [, purl = ""] of text.matchAll(/^ExternalRef:[ \t]*\S+[ \t]+purl[ \t]+(\S+)/gm)) purls.set(purl, parsePurl(purl));
	const nameless = new Nameless();
	if (purls.size === 0) for (const [, name] of text.matchAll(/^PackageName:[ \t]*(.+)$/gm)) nameless.add(name);
	return { listing: {
		purls,
		nameless,
		isImage: /^PrimaryPackagePurpose:[ \t]*CONTAINER\b/m.test(text),
		systems
	} };
}
function subjectOf(document) {
	const { relationships, documentDescribes } = document;
	const described = new Set(Array.isArray(documentDescribes) ? documentDescribes : []);
	for (const { spdxElementId: from, relatedSpdxElement: to, relationshipType: kind } of objectsIn(relationships) ?? []) {
		if (from === document.SPDXID && kind === "DESCRIBES") described.add(to);
		if (to === document.SPDXID && kind === "DESCRIBED_BY") described.add(from);
	}
	const [only] = described;
	return described.size === 1 ? textIn(only) : void 0;
}
function purlsOf({ externalRefs }) {
	return objectsIn(externalRefs).flatMap(({ referenceType: type, referenceLocator: locator }) => type === "purl" && typeof locator === "string" ? [locator] : []);
}
function isOwnModule({ versionInfo, annotations }) {
	if (textIn(versionInfo) !== "") return false;
	return objectsIn(annotations).some(({ comment }) => textIn(comment).startsWith("PkgType: "));
}
function mend(each, text, changes) {
	const purl = text === void 0 ? void 0 : parsePurl(text);
	if (text === void 0 || purl === void 0 || !isMatched(purl)) return each;
	const edits = {};
	if (!isNamed(purl, textIn(each.name))) {
		edits.name = nameAsWritten(text, purl);
		changes.renamed += 1;
	}
	const source = sourceOf(purl);
	const version = source?.version ?? purl.version;
	if (source !== void 0 && version !== void 0 && !textIn(each.sourceInfo).startsWith(SOURCE)) {
		edits.sourceInfo = `${SOURCE}: ${source.name} ${version}`;
		changes.sourced += 1;
	}
	return Object.keys(edits).length === 0 ? each : {
		...each,
		...edits
	};
}
const SOURCE = "built package from";
function systemPackage({ family, name }) {
	return {
		SPDXID: `${SYSTEM}-of-package-urls`,
		name: family,
		versionInfo: name,
		downloadLocation: "NONE"
	};
}

// src/scanners/trivy/sbom/unread.ts
function unreadIn({ purls, nameless }, packages, { log, isMatched: needsVersion, withSystem }) {
	const unsupported = new Set(log.unsupportedTypes);
	const found = byPurl(packages);
	let skipped = log.skippedPackages;
	const unread = new Groups();
	const unmatched = new Groups();
	for (const [text, purl] of purls) {
		if (purl === void 0) {
			unread.add("its package URL is none", text);
			continue;
		}
		const same = found.get(plainPurl(purl)) ?? [];
		if (same.length === 0 && !isMatched(purl)) unmatched.add(`pkg:${purl.type}`, text);
		else if (isOfSystem(purl) && same.length === 0 && skipped > 0) skipped -= 1;
		else if (withSystem || !isOfSystem(purl)) {
			const why = (needsVersion ? whyIncomparable(purl) : void 0) ?? whyUnread(purl, same, unsupported);
			if (why !== void 0) unread.add(why, text);
		}
	}
	const sourceless = sourcelessIn(packages, needsVersion);
	return {
		unread: unread.list(),
		unmatched: unmatched.list(),
		nameless,
		read: packages.length,
		sourceless
	};
}
const BUILT_LIBRARY = /^pkg:(?:deb|apk)\/.*\/lib[^/@]*\d@/;
const OWN_SOURCE = /\/lib(?:gcrypt20|git2|idn2|nl3|ssh2|tasn1(?:-6)?|xml2)@/;
function sourcelessIn(packages, isMatched) {
	if (!isMatched) return void 0;
	const ofSystem = packages.filter(({ system }) => system === true);
	if (ofSystem.some(({ name, source }) => source !== void 0 && source.name !== name)) return void 0;
	const libraries = ofSystem.flatMap(({ purl = "" }) => BUILT_LIBRARY.test(purl) && !OWN_SOURCE.test(purl) ? [purl] : []);
	return libraries.length === 0 ? void 0 : {
		count: libraries.length,
		examples: libraries.slice(0, 3)
	};
}
function byPurl(packages) {
	const found = /* @__PURE__ */ new Map();
	for (const each of packages) {
		const purl = each.purl === void 0 ? void 0 : parsePurl(each.purl);
		if (purl === void 0) continue;
		const key = plainPurl(purl);
		addTo(found, key, each);
	}
	return found;
}
const NO_VERSION = /[\s[\](){}$,<>=^*|]|^(?:latest|release)$/i;
function whyIncomparable(purl) {
	if (purl.version === void 0) return "it has no version";
	if (purl.type === "maven" && /^v\d/i.test(purl.version) && !BY_TAG.test(purl.namespace ?? "")) return "its version has a letter before it, by which Maven's order takes it for another one";
	return !isOfSystem(purl) && NO_VERSION.test(purl.version) ? "its version is a range or a placeholder" : void 0;
}
const BY_TAG = /^(?:com\.(?:github|gitlab|gitee)|org\.bitbucket)\./;
function whyUnread(purl, same, unsupported) {
	if (same.length === 0) return "the scanner left it out";
	const named = same.filter(({ name }) => isNamed(purl, name));
	if (named.length === 0) return "the scanner took it for a package of another name";
	if (purl.type === "maven" && !named.some(({ name }) => name.includes(":"))) return "its package URL names no group";
	return named.some((each) => isOfKind(purl, each, unsupported)) ? void 0 : "the scanner took it for a package of another kind";
}
const KINDS = new Map(Object.entries({
	cargo: ["cargo", "rustbinary"],
	composer: ["composer", "composer-vendor"],
	conda: ["conda-environment", "conda-pkg"],
	gem: ["bundler", "gemspec"],
	golang: ["gobinary", "gomod"],
	k8s: [
		"aks",
		"eks",
		"gke",
		"kubernetes",
		"ocp",
		"rke"
	],
	maven: [
		"gradle",
		"jar",
		"pom",
		"sbt"
	],
	npm: [
		"bun",
		"javascript",
		"node-pkg",
		"npm",
		"pnpm",
		"yarn"
	],
	nuget: [
		"dotnet-core",
		"nuget",
		"packages-props"
	],
	pypi: [
		"pip",
		"pipenv",
		"poetry",
		"pylock",
		"python-pkg",
		"uv"
	]
}).flatMap(([kind, types]) => types.map((type) => [type, kind])));
function isOfKind(purl, { system, type }, unsupported) {
	if (isOfSystem(purl)) return system === true;
	if (system === true) return false;
	const kind = KINDS.get(type) ?? (isMatched({ type }) ? type : void 0);
	return kind === void 0 ? !unsupported.has(type) : kind === purl.type;
}
var Groups = class {
	#groups = /* @__PURE__ */ new Map();
	add(why, example) {
		const group = this.#groups.get(why) ?? {
			count: 0,
			examples: []
		};
		this.#groups.set(why, group);
		group.count += 1;
		if (group.examples.length < 3) group.examples.push(example);
	}
	list() {
		return [...this.#groups].map(([why, group]) => ({
			why,
			...group
		}));
	}
};

// src/scanners/trivy/sbom/index.ts
const MOST_BYTES = 134217728;
function readySbom(target, path, folder) {
	if (statSync(path).size > MOST_BYTES) return unready(path, `it has more than ${MOST_BYTES / 1024 / 1024} MiB`);
	const prepared = prepareSbom(target, readFileSync(path));
	if (prepared === void 0) return unready(path, "it is not written as its format says");
	const { listing, copy } = prepared;
	const scanFacts = (log) => ({
		isImage: listing.isImage,
		systems: listing.systems,
		listed: (packages, asked) => unreadIn(listing, packages, {
			...asked,
			log
		})
	});
	if (copy === void 0) return {
		location: path,
		notes: [],
		scanFacts,
		ownReport: (report) => report
	};
	const location = join(folder, "sbom.json");
	try {
		writePieces(location, copy.pieces, { flags: "wx" });
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		rmSync(location, { force: true });
		return unready(path, "it nests too deep");
	}
	return {
		location,
		notes: [`Trivy read a copy of the SBOM: ${copy.changes.join("; ")}.`],
		scanFacts,
		ownReport: (report, file) => renamed(report, file, [location, path])
	};
}
function unready(location, unknown) {
	const scanFacts = () => ({
		isImage: false,
		systems: [],
		listed: () => ({ unknown })
	});
	return {
		location,
		notes: [],
		scanFacts,
		ownReport: (report) => report
	};
}
function renamed(report, file, [from, to]) {
	const [copy, given] = [from, to].map((path) => goString(path));
	if (!report.includes(copy)) return report;
	const text = textOf(report).replaceAll(copy, () => given);
	writeFileSync(file, text);
	return Buffer.from(text);
}
function goString(text) {
	return JSON.stringify(text).slice(1, -1).replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function prepareSbom(target, bytes) {
	const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
	if (!/^\s*[{[]/.test(text) && /^SPDXVersion:/m.test(text.slice(0, 65536))) return prepareSpdxText(text);
	const document = documentIn(text);
	if (document === void 0) return void 0;
	try {
		requireOneReading(target, bytes, document);
		requireOneFormat(target, document);
		return document.payloadType === ATTESTATION ? prepareAttested(target, document) : prepareJson(document);
	} catch (error) {
		if (error instanceof Malformed) return void 0;
		if (!(error instanceof Misspelt)) throw error;
		throw ambiguous(target, `has the key ${JSON.stringify(error.key)}, which only some readers know`);
	}
}
function requireOneReading(target, bytes, document) {
	if (repeatedKey(bytes, document) !== void 0) throw ambiguous(target, "has a key twice in one object");
	requireSpelling(document);
}
const MARKS = [
	["bomFormat"],
	["spdxVersion", "@graph"],
	["payloadType"]
];
function requireOneFormat(target, document, marks = MARKS) {
	if (marks.filter((keys) => keys.some((key) => key in document)).length > 1) throw ambiguous(target, "is of two formats at once");
}
function prepareJson(document) {
	if (document.bomFormat === "CycloneDX") return prepareCycloneDx(document);
	return "spdxVersion" in document ? prepareSpdx(document) : void 0;
}
const ATTESTATION = "application/vnd.in-toto+json";
function prepareAttested(target, envelope) {
	const payload = textIn(envelope.payload);
	const bytes = Buffer.from(payload, "base64");
	if (!isBase64(payload, bytes)) throw ambiguous(target, "has a payload that is not Base64 alone");
	const statement = documentIn(bytes.toString("utf8"));
	if (statement === void 0) return void 0;
	requireOneReading(target, bytes, statement);
	const predicate = partIn(statement, "predicate");
	const document = predicate?.Data === void 0 ? predicate : partIn(predicate, "Data");
	if (document === void 0) return void 0;
	requireOneFormat(target, {
		...predicate,
		...statement
	}, [...MARKS, ["Data"]]);
	requireOneFormat(target, document);
	const prepared = prepareJson(document);
	if (prepared === void 0) return void 0;
	const list = "bomFormat" in document ? "components" : "packages";
	const pieces = prepared.copy?.pieces ?? piecesOf(document, list, objectsIn(document[list]));
	const changes = ["taken out of its attestation, whose signature nobody verified", ...prepared.copy?.changes ?? []];
	return {
		listing: prepared.listing,
		copy: {
			pieces,
			changes
		}
	};
}
function isBase64(text, bytes) {
	const given = text.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
	return given === bytes.toString("base64").replace(/={1,2}$/, "") || given === bytes.toString("base64url");
}
function documentIn(text) {
	try {
		const value = JSON.parse(text);
		return isObject(value) ? value : void 0;
	} catch {
		return;
	}
}
function ambiguous({ label }, what) {
	return new GateError("sbom-ambiguous", `${label} can be read in two ways: it ${what}`, "Make the SBOM again, with a tool that writes each key once and as its format spells it.");
}

export { readySbom };
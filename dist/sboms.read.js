import { isObject, listIn, textIn } from "./domain.json.is-object.js";
import { JsonFault, PURL_TYPES, UNSPECIFIED_TYPE, distributionNamed, ecosystemOfType, parsePurl, parseStrict } from "./shared.scan.js";
import { array, object, unknown } from "./package.zod.js";
import { jsonPieces } from "./shared.answer.js";
import { addTo } from "./shared.inputs.js";

// src/sboms/document.ts
const any = unknown();
const properties = array(object({
	name: any,
	value: any
}));
const component = object({
	"bom-ref": any,
	type: any,
	group: any,
	name: any,
	version: any,
	purl: any,
	properties,
	get components() {
		return array(component);
	}
});
const artifact = object({
	name: any,
	version: any,
	type: any,
	purl: any,
	locations: array(object({ path: any }))
});
const KEYS = object({
	bomFormat: any,
	version: any,
	spdxVersion: any,
	SPDXID: any,
	documentDescribes: any,
	payload: any,
	payloadType: any,
	predicateType: any,
	metadata: object({
		component,
		properties
	}),
	components: array(component),
	dependencies: any,
	packages: array(object({
		SPDXID: any,
		name: any,
		versionInfo: any,
		sourceInfo: any,
		externalRefs: array(object({
			referenceCategory: any,
			referenceType: any,
			referenceLocator: any
		}))
	})),
	artifacts: array(artifact),
	descriptor: object({ name: any }),
	relationships: array(object({
		spdxElementId: any,
		relationshipType: any,
		relatedSpdxElement: any
	}))
});
const STATEMENT = object({ predicate: object({
	...KEYS.shape,
	Data: KEYS
}) });
const MARKS = [
	["bomFormat"],
	["spdxVersion", "@graph"],
	["artifacts"],
	["payloadType"]
];
const ATTESTATION = "application/vnd.in-toto+json";
function parseSbom(bytes) {
	const document = objectAs(bytes, KEYS);
	requireOneFormat(document);
	return document.payloadType === ATTESTATION ? {
		document: attested(document),
		isAttested: true
	} : {
		document,
		isAttested: false
	};
}
function attested(envelope) {
	const payload = textIn(envelope.payload);
	const bytes = Buffer.from(payload, "base64");
	const given = payload.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
	if (given !== bytes.toString("base64").replace(/={1,2}$/, "") && given !== bytes.toString("base64url")) throw new JsonFault("ambiguous", "has a payload that is not Base64 alone");
	const statement = objectAs(bytes, STATEMENT);
	const predicate = objectIn(statement.predicate);
	requireOneFormat({
		...predicate,
		...statement
	}, [...MARKS, ["Data"]]);
	const document = objectIn(predicate?.Data ?? predicate);
	if (document === void 0) throw new JsonFault("unreadable", "is an attestation of something else");
	requireOneFormat(document);
	return document;
}
function objectAs(bytes, schema) {
	const value = parseStrict(bytes, schema);
	if (isObject(value)) return value;
	throw new JsonFault("unreadable", "is not a JSON object");
}
function requireOneFormat(document, marks = MARKS) {
	if (marks.filter((keys) => keys.some((key) => key in document)).length > 1) throw new JsonFault("ambiguous", "is of two formats at once");
}
function objectsIn(value) {
	if (value !== void 0 && value !== null && !Array.isArray(value)) throw notAsItsFormatSays();
	return listIn(value).flatMap((each) => objectIn(each) ?? []);
}
function objectIn(value) {
	if (value === void 0 || value === null) return void 0;
	if (!isObject(value)) throw notAsItsFormatSays();
	return value;
}
function notAsItsFormatSays() {
	return new JsonFault("unreadable", "does not follow its format");
}

// src/sboms/purls.ts
const OF_SYSTEM = /* @__PURE__ */ new Set([
	"apk",
	"deb",
	"rpm"
]);
const MATCHED = /* @__PURE__ */ new Set([...OF_SYSTEM, ..."bitnami cargo cocoapods composer conan conda gem golang hex k8s maven npm nuget pub pypi swift".split(" ")]);
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
	const meant = purl.namespace === void 0 || WITHOUT_NAMESPACE.has(purl.type) ? purl.name : `${purl.namespace}/${purl.name}`;
	return name === meant || folded(purl.type, name) === folded(purl.type, meant);
}
function folded(type, name) {
	if (OF_SYSTEM.has(type)) return name;
	const lower = name.toLowerCase();
	return type === "pypi" ? lower.replaceAll("_", "-") : lower;
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
	const known = distributionNamed(id ?? "");
	if (name === void 0 || known === void 0 || PURL_TYPES[known.ecosystem] !== type) return void 0;
	return {
		family: known.name,
		name
	};
}

// src/sboms/sbom.ts
const MOST_EXAMPLES = 3;
const MOST_SYSTEMS = 10;
var Listing = class {
	packages = [];
	purls = /* @__PURE__ */ new Map();
	nameless = {
		count: 0,
		examples: []
	};
	systems = [];
	#changes = /* @__PURE__ */ new Map();
	addNameless(name) {
		this.nameless.count += 1;
		if (this.nameless.examples.length < 3 && typeof name === "string") this.nameless.examples.push(name);
	}
	addSystem(family, name) {
		const system = {
			family: textIn(family),
			name: textIn(name)
		};
		const isKnown = this.systems.some((each) => each.family === system.family && each.name === system.name);
		if (this.systems.length < MOST_SYSTEMS && !isKnown) this.systems.push(system);
	}
	addNamedSystem() {
		const system = this.systems.length === 0 ? systemIn(this.purls.values()) : void 0;
		if (system !== void 0) this.systems.push(system);
		return system;
	}
	addPackage(given) {
		const { name, version, purl, path, type = UNSPECIFIED_TYPE } = given;
		const parsed = parsePurl(purl);
		const own = {
			name,
			version,
			type,
			...path !== void 0 && { path }
		};
		if (parsed === void 0) {
			if (name !== "") this.packages.push(own);
			return;
		}
		const named = {
			name: name || parsed.name,
			version: parsed.version ?? version
		};
		this.packages.push({
			...own,
			...named,
			type: parsed.type,
			purl,
			ecosystem: ecosystemOfType(parsed.type)
		});
	}
	change(noun, what) {
		addTo(this.#changes, what, noun);
	}
	changes(system) {
		const counted = [...this.#changes].map(([what, { length, 0: noun }]) => `${length} ${noun}${length === 1 ? "" : "s"} ${what}`);
		if (system === void 0) return counted;
		return [...counted, `the operating system ${system.family} ${system.name}, which all \`distro=\` qualifiers name`];
	}
};
const NAMED = "named as in the package URL";
const SOURCED = "with the source package that `upstream` names";

// src/sboms/cyclonedx.ts
const READ_TYPES = new Set("application container file framework library operating-system platform".split(" "));
const PACKAGES = /* @__PURE__ */ new Set(["framework", "library"]);
const MOVED = "moved to the top level";
const RETYPED = "changed from a type that Trivy skips to one that it reads";
function readCycloneDx(document) {
	const metadata = objectIn(document.metadata);
	const subject = objectIn(metadata?.component);
	const listing = new Listing();
	if (subject?.type === "operating-system") listing.addSystem(subject.name, subject.version);
	const read = flatten(document.components, subject?.components, listing).map((each) => readComponent(each, listing));
	const root = subject && mendSubject(subject, listing);
	const system = listing.addNamedSystem();
	if (system !== void 0) read.push({
		type: "operating-system",
		name: system.family,
		version: system.name
	});
	const { packages, purls, nameless, systems } = listing;
	const changes = listing.changes(system);
	const head = root === void 0 ? document : {
		...document,
		metadata: {
			...metadata,
			component: root
		}
	};
	return {
		packages,
		purls,
		nameless,
		systems,
		isImage: subject?.type === "container",
		format: `CycloneDX ${textIn(document.specVersion)}`.trim(),
		subject: textIn(subject?.name),
		...(changes.length > 0 || root !== subject) && { copy: {
			pieces: jsonPieces({
				...head,
				components: read
			}, 1),
			changes
		} }
	};
}
function flatten(top, ofSubject, listing) {
	const flat = [];
	const seen = /* @__PURE__ */ new Set();
	const add = (list, isTop) => {
		for (const component of objectsIn(list)) {
			if (!isTop) listing.change("component", MOVED);
			if (isNew(component, seen) || isTop) flat.push(component);
			add(component.components, false);
		}
	};
	add(top, true);
	add(ofSubject, false);
	return flat;
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
function readComponent(component, listing) {
	const { type, name } = component;
	if (type === "operating-system") listing.addSystem(name, component.version);
	const text = textIn(component.purl);
	const purl = text === "" ? void 0 : parsePurl(text);
	if (text !== "" || PACKAGES.has(type)) listing.addPackage({
		purl: text,
		name: fullName(component),
		version: textIn(component.version)
	});
	const isPackage = PACKAGES.has(type) || type !== "operating-system" && textIn(component.cpe) !== "";
	if (text === "" && isPackage) listing.addNameless(name);
	const mended = mend$1(component, purl, listing);
	const given = textIn(mended.purl);
	if (text !== "" && !isSaidElsewhere(mended, purl, component) && !listing.purls.has(given)) listing.purls.set(given, given === text ? purl : parsePurl(given));
	return mended;
}
function fullName({ group, name }) {
	return textIn(group) === "" ? textIn(name) : `${textIn(group)}/${textIn(name)}`;
}
function mend$1(component, purl, listing) {
	const edits = {};
	const text = textIn(component.purl);
	if (purl !== void 0 && !READ_TYPES.has(component.type)) {
		edits.type = "library";
		listing.change("component", RETYPED);
	}
	Object.assign(edits, properName(component, purl, listing));
	if (purl !== void 0 && isMatched(purl)) {
		if (purl.version === void 0 && textIn(component.version) !== "") {
			edits.purl = withVersion(text, textIn(component.version));
			listing.change("package URL", "with the component's version");
		}
		const properties = sourceProperties(component, sourceOf(purl));
		if (properties !== void 0) {
			edits.properties = properties;
			listing.change("package", SOURCED);
		}
	}
	if (component.components === void 0 && Object.keys(edits).length === 0) return component;
	const { components: _within, pedigree: _others, ...flat } = component;
	return {
		...flat,
		...edits
	};
}
function properName(component, purl, listing) {
	if (purl === void 0 || !isMatched(purl) || isNamed(purl, fullName(component))) return void 0;
	listing.change("package", NAMED);
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
	return given.type === "application" || hasTrivysProperties(given);
}
function hasTrivysProperties({ properties }) {
	return objectsIn(properties).some(({ name }) => textIn(name).startsWith(TRIVYS));
}
function isTrivys({ components }) {
	return objectsIn(components).some(hasTrivysProperties);
}
function mendSubject(subject, listing) {
	const { components, ...flat } = subject;
	const isKnown = READ_TYPES.has(subject.type);
	if (!isKnown) listing.change("component", RETYPED);
	const name = properName(subject, parsePurl(textIn(subject.purl)), listing);
	if (listIn(components).length === 0 && isKnown && name === void 0) return subject;
	return {
		...flat,
		...name,
		...!isKnown && { type: "application" }
	};
}

// src/sboms/spdx.ts
const NO_PACKAGE = /^SPDXRef-(?:Application|ContainerImage|DocumentRoot|Filesystem|OperatingSystem|Repository)\b/;
const SYSTEM = "SPDXRef-OperatingSystem";
function readSpdx(document) {
	const all = objectsIn(document.packages);
	const subject = subjectOf(document);
	const listing = new Listing();
	const read = all.map((each) => {
		const id = textIn(each.SPDXID);
		if (id.startsWith(SYSTEM)) listing.addSystem(each.name, each.versionInfo);
		if (id === subject) return each;
		const texts = purlsOf(each);
		if (!isOwnModule(each)) for (const text of texts) listing.purls.set(text, parsePurl(text));
		if (texts.length === 0 && !NO_PACKAGE.test(id)) listing.addNameless(each.name);
		if (!isThing(each)) {
			const [purl = ""] = texts;
			listing.addPackage({
				purl,
				name: textIn(each.name),
				version: textIn(each.versionInfo)
			});
		}
		return mend(each, texts[0], listing);
	});
	const system = listing.addNamedSystem();
	const own = {
		SPDXID: `${SYSTEM}-of-package-urls`,
		downloadLocation: "NONE"
	};
	if (system !== void 0) read.push({
		...own,
		name: system.family,
		versionInfo: system.name
	});
	const { packages, purls, nameless, systems } = listing;
	const changes = listing.changes(system);
	return {
		packages,
		purls,
		nameless,
		systems,
		isImage: all.some(({ primaryPackagePurpose: purpose }) => purpose === "CONTAINER"),
		format: textIn(document.spdxVersion),
		subject: textIn(document.name),
		...changes.length > 0 && { copy: {
			pieces: jsonPieces({
				...document,
				packages: read
			}, 1),
			changes
		} }
	};
}
function readSpdxText(text) {
	const listing = new Listing();
	for (const each of text.split(/^PackageName:/m).slice(1)) {
		const valueAt = (tag) => new RegExp(`^${tag}:[ \\t]*(.*)$`, "m").exec(each)?.[1]?.trim();
		if (valueAt("SPDXID")?.startsWith(SYSTEM)) listing.addSystem(/^.*/.exec(each)?.[0].trim(), valueAt("PackageVersion"));
	}
	for (const [, purl = ""] of text.matchAll(/^ExternalRef:[ \t]*\S+[ \t]+purl[ \t]+(\S+)/gm)) listing.purls.set(purl, parsePurl(purl));
	const { packages, purls, nameless, systems } = listing;
	if (purls.size === 0) for (const [, name] of text.matchAll(/^PackageName:[ \t]*(.+)$/gm)) listing.addNameless(name);
	return {
		format: "SPDX",
		packages,
		purls,
		nameless,
		systems,
		isImage: /^PrimaryPackagePurpose:[ \t]*CONTAINER\b/m.test(text)
	};
}
function subjectOf({ SPDXID: own, relationships, documentDescribes }) {
	const described = new Set(listIn(documentDescribes));
	for (const { spdxElementId: from, relatedSpdxElement: to, relationshipType: kind } of objectsIn(relationships)) {
		if (from === own && kind === "DESCRIBES") described.add(to);
		if (to === own && kind === "DESCRIBED_BY") described.add(from);
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
function isThing({ primaryPackagePurpose: purpose, SPDXID: id }) {
	if (/^SPDXRef-(?:OperatingSystem|ContainerImage)-/.test(textIn(id))) return true;
	return [
		"OPERATING-SYSTEM",
		"CONTAINER",
		"FILE",
		"SOURCE"
	].includes(textIn(purpose).toUpperCase());
}
function mend(each, text, listing) {
	const purl = text === void 0 ? void 0 : parsePurl(text);
	if (text === void 0 || purl === void 0 || !isMatched(purl)) return each;
	const edits = {};
	if (!isNamed(purl, textIn(each.name))) {
		edits.name = nameAsWritten(text, purl);
		listing.change("package", NAMED);
	}
	const source = sourceOf(purl);
	const version = source?.version ?? purl.version;
	if (source !== void 0 && version !== void 0 && !textIn(each.sourceInfo).startsWith(SOURCE)) {
		edits.sourceInfo = `${SOURCE}: ${source.name} ${version}`;
		listing.change("package", SOURCED);
	}
	return Object.keys(edits).length === 0 ? each : {
		...each,
		...edits
	};
}
const SOURCE = "built package from";

// src/sboms/read.ts
function isSbom(document) {
	return document.bomFormat === "CycloneDX" || typeof document.spdxVersion === "string" || isSyft(document);
}
function readSbom(bytes) {
	const start = bytes.toString("utf8", 0, 65536).replace(/^\uFEFF/, "");
	if (!/^\s*[{[]/.test(start) && /^SPDXVersion:/m.test(start)) return readSpdxText(bytes.toString("utf8"));
	const { document, isAttested } = parseSbom(bytes);
	const sbom = readJson(document);
	if (!isAttested) return sbom;
	const list = "bomFormat" in document ? "components" : "packages";
	const pieces = sbom.copy?.pieces ?? jsonPieces({
		...document,
		[list]: objectsIn(document[list])
	}, 1);
	const changes = ["taken out of its attestation, whose signature was not verified", ...sbom.copy?.changes ?? []];
	return {
		...sbom,
		copy: {
			pieces,
			changes
		}
	};
}
function readJson(document) {
	if (document.bomFormat === "CycloneDX") return readCycloneDx(document);
	if ("spdxVersion" in document) return readSpdx(document);
	if (isSyft(document)) return readSyft(document);
	throw new JsonFault("unreadable", "is not an SBOM in a known format");
}
function isSyft({ artifacts, descriptor }) {
	return Array.isArray(artifacts) && isObject(descriptor) && descriptor.name === "syft";
}
function readSyft({ artifacts, source, schema }) {
	const listing = new Listing();
	for (const each of objectsIn(artifacts)) {
		const [first] = objectsIn(each.locations);
		listing.addPackage({
			purl: textIn(each.purl),
			name: textIn(each.name),
			version: textIn(each.version),
			type: textIn(each.type),
			path: textIn(first?.path).replace(/^\/+/, "") || void 0
		});
	}
	const { packages } = listing;
	const subject = textIn(objectIn(source)?.name);
	const type = textIn(objectIn(source)?.type) === "image" ? "container" : "application";
	const components = packages.map(({ name, version, purl }, index) => ({
		"bom-ref": `package-${index}`,
		type: "library",
		name,
		version,
		...purl !== void 0 && { purl }
	}));
	const document = {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: { component: {
			"bom-ref": "root",
			type,
			name: subject
		} },
		components
	};
	const read = readCycloneDx(document);
	const pieces = read.copy?.pieces ?? jsonPieces(document, 1);
	const format = `Syft JSON ${textIn(objectIn(schema)?.version)}`.trim();
	const changes = ["written as CycloneDX", ...read.copy?.changes ?? []];
	return {
		...read,
		format,
		subject,
		packages,
		copy: {
			pieces,
			changes
		}
	};
}

export { isMatched, isNamed, isOfSystem, isSbom, isTrivys, readSbom };
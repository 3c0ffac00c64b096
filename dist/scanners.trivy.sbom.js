import { GateError, readFileSync, statSync } from "./shared.thread.js";
import { addTo } from "./shared.inputs.js";
import { JsonFault, parsePurl, plainPurl } from "./shared.scan.js";
import { isMatched, isNamed, isOfSystem, readSbom } from "./sboms.read.js";
import { writePieces } from "./shared.start.js";
import { libraryOf } from "./scanners.trivy.database.libraries.js";
import { join } from "node:path";

// src/scanners/trivy/sbom/index.ts
const MOST_BYTES = 134217728;
function readySbom(target, path, folder) {
	if (statSync(path).size > MOST_BYTES) return unready(path, `it has more than ${MOST_BYTES / 1024 / 1024} MiB`);
	const sbom = readAs(target, readFileSync(path));
	if (typeof sbom === "string") return unready(path, `it ${sbom}`);
	const scanFacts = (log) => ({
		isImage: sbom.isImage,
		systems: sbom.systems,
		listed: (packages, asked) => unreadIn(sbom, packages, {
			...asked,
			log
		})
	});
	if (sbom.copy === void 0) return {
		location: path,
		notes: [],
		scanFacts
	};
	const location = join(folder, "sbom.json");
	writePieces(location, sbom.copy.pieces, { flags: "wx" });
	return {
		location,
		notes: [`Trivy read a copy of the SBOM: ${sbom.copy.changes.join("; ")}.`],
		scanFacts
	};
}
function readAs({ label }, bytes) {
	try {
		return readSbom(bytes);
	} catch (fault) {
		if (!(fault instanceof JsonFault)) throw fault;
		if (fault.kind !== "ambiguous") return fault.message;
		throw new GateError("sbom-ambiguous", `${label} can be read in two ways: it ${fault.message}`, "Make the SBOM again, with a tool that writes each key once, in its format's spelling.");
	}
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
		scanFacts
	};
}
function unreadIn({ purls, nameless }, packages, { log, isMatched: needsVersion, withSystem }) {
	const unsupported = new Set(log.unsupportedTypes);
	const found = Map.groupBy(packages, ({ purl = "" }) => {
		const parsed = parsePurl(purl);
		return parsed && plainPurl(parsed);
	});
	let skipped = log.skippedPackages;
	const unread = /* @__PURE__ */ new Map();
	const unmatched = /* @__PURE__ */ new Map();
	for (const [text, purl] of purls) {
		if (purl === void 0) {
			addTo(unread, "its package URL is not valid", text);
			continue;
		}
		const same = found.get(plainPurl(purl)) ?? [];
		if (same.length === 0 && !isMatched(purl)) addTo(unmatched, `pkg:${purl.type}`, text);
		else if (isOfSystem(purl) && same.length === 0 && skipped > 0) skipped -= 1;
		else if (withSystem || !isOfSystem(purl)) {
			const why = (needsVersion ? whyIncomparable(purl) : void 0) ?? whyUnread(purl, same, unsupported);
			if (why !== void 0) addTo(unread, why, text);
		}
	}
	const sourceless = sourcelessIn(packages, needsVersion);
	return {
		unread: grouped(unread),
		unmatched: grouped(unmatched),
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
const NO_VERSION = /[\s[\](){}$,<>=^*|]|^(?:latest|release)$/i;
function whyIncomparable(purl) {
	if (purl.version === void 0) return "it has no version";
	if (purl.type === "maven" && /^v\d/i.test(purl.version) && !BY_TAG.test(purl.namespace ?? "")) return "its version starts with a letter, which makes it another version in Maven's order";
	return !isOfSystem(purl) && NO_VERSION.test(purl.version) ? "its version is a range or a placeholder" : void 0;
}
const BY_TAG = /^(?:com\.(?:github|gitlab|gitee)|org\.bitbucket)\./;
function whyUnread(purl, same, unsupported) {
	if (same.length === 0) return "the scanner left it out";
	const named = same.filter(({ name }) => isNamed(purl, name));
	if (named.length === 0) return "the scanner read it as a package of another name";
	if (purl.type === "maven" && !named.some(({ name }) => name.includes(":"))) return "its package URL names no group";
	return named.some((each) => isOfKind(purl, each, unsupported)) ? void 0 : "the scanner read it as a package of another kind";
}
function isOfKind(purl, { system, type }, unsupported) {
	if (isOfSystem(purl)) return system === true;
	if (system === true) return false;
	const kind = libraryOf(type)?.purl ?? (isMatched({ type }) ? type : void 0);
	return kind === void 0 ? !unsupported.has(type) : kind === purl.type;
}
function grouped(texts) {
	return [...texts].map(([why, all]) => ({
		why,
		count: all.length,
		examples: all.slice(0, 3)
	}));
}

export { readySbom };
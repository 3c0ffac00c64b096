import { addTo } from "./shared.answer.js";
import { parsePurl } from "./shared.domain.js";

// src/baseline/packages-sbom.ts
const OWN_FILE = /* @__PURE__ */ new Set([
	"python-pkg",
	"conda-pkg",
	"gemspec",
	"node-pkg",
	"jar"
]);
function toCycloneDx({ name, os, packages }) {
	const root = component({
		"bom-ref": "root",
		type: "container",
		name
	}, { SchemaVersion: "2" });
	const system = os && component({
		"bom-ref": "os",
		type: "operating-system",
		name: os.family,
		version: os.name
	}, {
		Class: "os-pkgs",
		Type: os.family
	});
	const files = /* @__PURE__ */ new Map();
	const libraries = [];
	const below = /* @__PURE__ */ new Map();
	if (system) addTo(below, root["bom-ref"], system["bom-ref"]);
	for (const [index, each] of packages.entries()) {
		if (each.purl === void 0 || each.thirdParty === true) continue;
		const library = libraryOf(each, each.purl, index);
		libraries.push(library);
		if (each.system === true) addTo(below, "os", library["bom-ref"]);
		else if (OWN_FILE.has(each.type)) addTo(below, root["bom-ref"], library["bom-ref"]);
		else addTo(below, fileOf(each, files, (ref) => addTo(below, root["bom-ref"], ref)), library["bom-ref"]);
	}
	return {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: { component: root },
		components: [
			...system ? [system] : [],
			...files.values(),
			...libraries
		],
		dependencies: [...below].map(([ref, dependsOn]) => ({
			ref,
			dependsOn
		}))
	};
}
function asCycloneDx({ subject, packages }) {
	return {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: { component: {
			"bom-ref": "root",
			type: "container",
			name: subject ?? ""
		} },
		components: packages.flatMap(({ name, version, purl }, index) => purl === void 0 ? [] : [{
			"bom-ref": `package-${index}`,
			type: "library",
			name,
			version,
			purl
		}])
	};
}
function fileOf({ type, path = "" }, files, added) {
	const key = `${type}\0${path}`;
	const known = files.get(key);
	if (known !== void 0) return known["bom-ref"];
	const made = component({
		"bom-ref": `file-${files.size}`,
		type: "application",
		name: path
	}, {
		Class: "lang-pkgs",
		Type: type
	});
	files.set(key, made);
	added(made["bom-ref"]);
	return made["bom-ref"];
}
function libraryOf(each, purl, index) {
	const [epoch, version] = splitEpoch(each.source?.version ?? "");
	const properties = {
		FilePath: OWN_FILE.has(each.type) ? each.path : void 0,
		LayerDiffID: each.diffId,
		Modularitylabel: each.modularity,
		PkgID: each.id,
		PkgType: each.type,
		SrcName: each.source?.name,
		SrcVersion: version || void 0,
		SrcEpoch: epoch
	};
	const { name, group } = nameOf(each.name, purl);
	return component({
		"bom-ref": `package-${index}`,
		type: "library",
		name,
		group,
		version: each.version,
		purl
	}, properties);
}
function nameOf(name, purl) {
	const parsed = parsePurl(purl);
	return parsed?.type === "maven" || parsed?.type === "npm" ? {
		name: parsed.name,
		group: parsed.namespace
	} : { name };
}
function splitEpoch(version) {
	const colon = version.indexOf(":");
	return colon === -1 ? [void 0, version] : [version.slice(0, colon), version.slice(colon + 1)];
}
function component(about, properties) {
	const given = Object.entries(properties).flatMap(([key, value]) => value === void 0 ? [] : [{
		name: `aquasecurity:trivy:${key}`,
		value
	}]);
	return {
		...about,
		properties: given
	};
}

export { asCycloneDx, toCycloneDx };
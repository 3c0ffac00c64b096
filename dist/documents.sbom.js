import { UNSPECIFIED_TYPE, ecosystemOfType, parsePurl } from "./shared.domain.js";
import { isObject, listIn, textIn } from "./shared.start.js";

// src/documents/sbom.ts
function isSbom(document) {
	return document.bomFormat === "CycloneDX" || "spdxVersion" in document || isSyft(document);
}
function isSyft({ artifacts, descriptor }) {
	return Array.isArray(artifacts) && isObject(descriptor) && descriptor.name === "syft";
}
function readSbom(document) {
	if (document.bomFormat === "CycloneDX") return cycloneDx(document);
	return "spdxVersion" in document ? spdx(document) : syft(document);
}
function cycloneDx(document) {
	const subject = isObject(document.metadata) ? objectOf(document.metadata.component) : void 0;
	const { components = [] } = document;
	if (!Array.isArray(components)) return { wrong: "has components that are no list" };
	const packages = allWithin([...components, ...listIn(subject?.components)]).flatMap((each) => {
		const purl = textIn(each.purl);
		if (purl === "" && !["library", "framework"].includes(textIn(each.type))) return [];
		const [group, name] = [textIn(each.group), textIn(each.name)];
		const licenses = listIn(each.licenses).filter(isObject).flatMap(cycloneDxLicense);
		return packageOf({
			purl,
			name: group === "" ? name : `${group}/${name}`,
			version: textIn(each.version),
			licenses
		});
	});
	return {
		format: `CycloneDX ${textIn(document.specVersion)}`.trim(),
		subject: textIn(subject?.name),
		tool: cycloneDxTool(document.metadata),
		packages
	};
}
function cycloneDxLicense({ expression, license }) {
	const { id, name } = objectOf(license) ?? {};
	return [textIn(expression) || textIn(id) || textIn(name)].filter((each) => each !== "");
}
function cycloneDxTool(metadata) {
	const tools = objectOf(metadata)?.tools;
	const [first] = [...listIn(tools), ...listIn(objectOf(tools)?.components)].filter(isObject);
	return textIn(first?.name).toLowerCase() || void 0;
}
function allWithin(top) {
	const all = [];
	const waiting = [top];
	for (let list = waiting.pop(); list !== void 0; list = waiting.pop()) for (const each of list.filter(isObject)) {
		all.push(each);
		if (Array.isArray(each.components)) waiting.push(each.components);
	}
	return all;
}
function spdx(document) {
	if (!Array.isArray(document.packages)) return { wrong: "has no list of packages" };
	const described = new Set(listIn(document.documentDescribes));
	for (const each of listIn(document.relationships).filter(isObject)) if (each.relationshipType === "DESCRIBES") described.add(each.relatedSpdxElement);
	const named = licenseNames(document);
	const packages = document.packages.filter(isObject).flatMap((each) => {
		if (described.has(each.SPDXID) || isSystem(each)) return [];
		const refs = listIn(each.externalRefs).filter(isObject);
		const purl = textIn(refs.find(({ referenceType }) => referenceType === "purl")?.referenceLocator);
		const licenses = [textIn(each.licenseDeclared), textIn(each.licenseConcluded)].find(isStated) ?? "";
		return packageOf({
			purl,
			name: textIn(each.name),
			version: textIn(each.versionInfo),
			licenses: [named(licenses)]
		});
	});
	return {
		format: textIn(document.spdxVersion),
		subject: textIn(document.name),
		tool: spdxTool(document.creationInfo),
		packages
	};
}
function isStated(license) {
	return ![
		"",
		"NOASSERTION",
		"NONE"
	].includes(license);
}
function licenseNames({ hasExtractedLicensingInfos: infos }) {
	const names = new Map(listIn(infos).filter(isObject).map(({ licenseId, name, extractedText }) => [textIn(licenseId), textIn(name) || textIn(extractedText)]));
	return (expression) => expression.replace(/LicenseRef-[\w.-]+/g, (id) => names.get(id) || id);
}
function spdxTool(info) {
	return listIn(objectOf(info)?.creators).map((each) => /^Tool: (.+?)(?:-v?\d.*)?$/.exec(textIn(each))?.[1]).find((each) => each !== void 0)?.toLowerCase();
}
function isSystem({ primaryPackagePurpose: purpose, SPDXID: id }) {
	if (/^SPDXRef-(?:OperatingSystem|ContainerImage)-/.test(textIn(id))) return true;
	return [
		"OPERATING-SYSTEM",
		"CONTAINER",
		"FILE",
		"SOURCE"
	].includes(textIn(purpose).toUpperCase());
}
function syft({ artifacts, source, schema }) {
	const packages = listIn(artifacts).filter(isObject).flatMap((each) => {
		const [first] = listIn(each.locations).filter(isObject);
		const licenses = listIn(each.licenses).map((one) => isObject(one) ? textIn(one.spdxExpression) || textIn(one.value) : textIn(one));
		return packageOf({
			purl: textIn(each.purl),
			name: textIn(each.name),
			version: textIn(each.version),
			licenses
		}).map((one) => ({
			...one,
			type: one.type === "unknown" ? textIn(each.type) : one.type,
			path: textIn(first?.path).replace(/^\/+/, "") || void 0
		}));
	});
	return {
		format: `Syft JSON ${isObject(schema) ? textIn(schema.version) : ""}`.trim(),
		subject: isObject(source) ? textIn(source.name) : void 0,
		tool: "syft",
		packages
	};
}
function packageOf(given) {
	const licenses = given.licenses.filter((each) => each !== "");
	const parsed = given.purl === "" ? void 0 : parsePurl(given.purl);
	if (parsed === void 0) return given.name === "" ? [] : [{
		name: given.name,
		version: given.version,
		type: UNSPECIFIED_TYPE,
		licenses
	}];
	return [{
		name: given.name || parsed.name,
		version: parsed.version ?? given.version,
		type: parsed.type,
		ecosystem: ecosystemOfType(parsed.type),
		purl: given.purl,
		licenses
	}];
}
function objectOf(value) {
	return isObject(value) ? value : void 0;
}

export { isSbom, readSbom };
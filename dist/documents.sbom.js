import { UNSPECIFIED_TYPE, ecosystemOfType, parsePurl } from "./shared.domain.js";
import { isObject } from "./shared.start.js";

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
	const packages = allWithin([...components, ...listOf(subject?.components)]).flatMap((each) => {
		const purl = textOf(each.purl);
		if (purl === "" && !["library", "framework"].includes(textOf(each.type))) return [];
		const [group, name] = [textOf(each.group), textOf(each.name)];
		const licenses = listOf(each.licenses).filter(isObject).flatMap(cycloneDxLicense);
		return packageOf({
			purl,
			name: group === "" ? name : `${group}/${name}`,
			version: textOf(each.version),
			licenses
		});
	});
	return {
		format: `CycloneDX ${textOf(document.specVersion)}`.trim(),
		subject: textOf(subject?.name),
		tool: cycloneDxTool(document.metadata),
		packages
	};
}
function cycloneDxLicense({ expression, license }) {
	const { id, name } = objectOf(license) ?? {};
	return [textOf(expression) || textOf(id) || textOf(name)].filter((each) => each !== "");
}
function cycloneDxTool(metadata) {
	const tools = objectOf(metadata)?.tools;
	const [first] = [...listOf(tools), ...listOf(objectOf(tools)?.components)].filter(isObject);
	return textOf(first?.name).toLowerCase() || void 0;
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
	const described = new Set(listOf(document.documentDescribes));
	for (const each of listOf(document.relationships).filter(isObject)) if (each.relationshipType === "DESCRIBES") described.add(each.relatedSpdxElement);
	const named = licenseNames(document);
	const packages = document.packages.filter(isObject).flatMap((each) => {
		if (described.has(each.SPDXID) || isSystem(each)) return [];
		const purl = textOf(listOf(each.externalRefs).filter(isObject).find(({ referenceType }) => referenceType === "purl")?.referenceLocator);
		const licenses = [textOf(each.licenseDeclared), textOf(each.licenseConcluded)].find(isStated) ?? "";
		return packageOf({
			purl,
			name: textOf(each.name),
			version: textOf(each.versionInfo),
			licenses: [named(licenses)]
		});
	});
	return {
		format: textOf(document.spdxVersion),
		subject: textOf(document.name),
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
	const names = new Map(listOf(infos).filter(isObject).map(({ licenseId, name, extractedText }) => [textOf(licenseId), textOf(name) || textOf(extractedText)]));
	return (expression) => expression.replace(/LicenseRef-[\w.-]+/g, (id) => names.get(id) || id);
}
function spdxTool(info) {
	return listOf(objectOf(info)?.creators).map((each) => /^Tool: (.+?)(?:-v?\d.*)?$/.exec(textOf(each))?.[1]).find((each) => each !== void 0)?.toLowerCase();
}
function isSystem({ primaryPackagePurpose: purpose, SPDXID: id }) {
	if (/^SPDXRef-(?:OperatingSystem|ContainerImage)-/.test(textOf(id))) return true;
	return [
		"OPERATING-SYSTEM",
		"CONTAINER",
		"FILE",
		"SOURCE"
	].includes(textOf(purpose).toUpperCase());
}
function syft({ artifacts, source, schema }) {
	const packages = listOf(artifacts).filter(isObject).flatMap((each) => {
		const [first] = listOf(each.locations).filter(isObject);
		const licenses = listOf(each.licenses).map((one) => isObject(one) ? textOf(one.spdxExpression) || textOf(one.value) : textOf(one));
		return packageOf({
			purl: textOf(each.purl),
			name: textOf(each.name),
			version: textOf(each.version),
			licenses
		}).map((one) => ({
			...one,
			type: one.type === "unknown" ? textOf(each.type) : one.type,
			path: textOf(first?.path).replace(/^\/+/, "") || void 0
		}));
	});
	return {
		format: `Syft JSON ${isObject(schema) ? textOf(schema.version) : ""}`.trim(),
		subject: isObject(source) ? textOf(source.name) : void 0,
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
function textOf(value) {
	return typeof value === "string" ? value : "";
}
function listOf(value) {
	return Array.isArray(value) ? value : [];
}
function objectOf(value) {
	return isObject(value) ? value : void 0;
}

export { isSbom, readSbom };
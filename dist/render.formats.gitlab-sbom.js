import { hash } from "./shared.thread.js";
import { referenceParts } from "./shared.names.js";
import { jsonPieces } from "./shared.answer.js";
import { parsePurl } from "./shared.scan.js";
import { uuidOf } from "./shared.render.js";
import { visible } from "./shared.inputs.js";

// src/render/formats/gitlab-sbom.ts
const SPEC_VERSION = "1.4";
const PRINTABLE = /^[!-~]{1,2000}$/;
function properties(values) {
	return Object.entries(values).flatMap(([name, value = ""]) => value === "" ? [] : [{
		name,
		value: visible(value)
	}]);
}
function renderGitlabSbom(view, { tool }) {
	const [target, second] = view.verdict.targets;
	if (target === void 0 || target.answer === "error" || second !== void 0) throw new TypeError("it is about one target that was scanned");
	const { packages, isComplete } = packagesOf(target);
	const components = uniqueComponents(packages);
	const subject = subjectOf(target);
	const identity = JSON.stringify([subject, components.map((component) => component["bom-ref"])]);
	const bom = {
		bomFormat: "CycloneDX",
		specVersion: SPEC_VERSION,
		serialNumber: `urn:uuid:${uuidOf(identity)}`,
		version: 1,
		metadata: {
			timestamp: view.now.toISOString(),
			tools: [{
				vendor: tool.name,
				name: tool.name,
				version: tool.version
			}],
			component: subject,
			properties: propertiesOf(target)
		},
		compositions: isComplete ? void 0 : [{
			aggregate: "incomplete",
			assemblies: [subject["bom-ref"]]
		}],
		components
	};
	return jsonPieces(bom, 1);
}
function packagesOf({ scan, findings }) {
	if (scan.packages.length > 0) return {
		packages: scan.packages,
		isComplete: true
	};
	return {
		packages: findings.flatMap(({ finding: { package: about, path } }) => about ? [{
			...about,
			path
		}] : []),
		isComplete: scan.artifact.packages === 0
	};
}
function subjectOf({ target, scan }) {
	const { digest } = scan.artifact;
	return {
		type: target.kind === "path" || target.kind === "repository" ? "application" : "container",
		"bom-ref": "target",
		name: visible(target.label),
		version: digest
	};
}
function propertiesOf({ target, scan }) {
	const { os } = scan.artifact;
	const { name, tag } = referenceParts(target.as ?? target.input);
	return properties({
		"gitlab:meta:schema_version": "1",
		"gitlab:container_scanning:image:name": name,
		"gitlab:container_scanning:image:tag": tag,
		"gitlab:container_scanning:operating_system:name": os?.family,
		"gitlab:container_scanning:operating_system:version": os?.name
	});
}
function uniqueComponents(packages) {
	const components = packages.map(componentOf);
	return [...new Map(components.map((component) => [component["bom-ref"], component])).values()];
}
function componentOf({ name, version, purl, path, type, source }) {
	const isValid = purl !== void 0 && PRINTABLE.test(purl) && parsePurl(purl) !== void 0;
	return {
		type: "library",
		"bom-ref": hash("sha256", JSON.stringify([
			type,
			name,
			version,
			purl,
			path
		])).slice(0, 32),
		name: visible(name) || "unknown",
		version: visible(version),
		purl: isValid ? purl : void 0,
		properties: properties({
			"aquasecurity:trivy:PkgType": type,
			"aquasecurity:trivy:FilePath": path,
			"aquasecurity:trivy:SrcName": source?.name,
			"aquasecurity:trivy:SrcVersion": source?.version
		})
	};
}

export { renderGitlabSbom };
import { repositoryName } from "./shared.names.js";

// src/baseline/stored-baseline.ts
function isBaselineFile(given) {
	return /^(?:\.{1,2}\/|\/|[A-Za-z]:[\\/])|\.(?:json|cdx|xml|spdx)$/.test(given);
}
function isSameImage(names, { target, scan }) {
	const own = new Set([
		target.input,
		...scan.artifact.names,
		...scan.artifact.claims ?? []
	].map(repositoryName));
	return names.some((name) => own.has(repositoryName(name)));
}

export { isBaselineFile, isSameImage };
import { findInToolCache, knownBinary, parseVersion, releaseFor } from "./supply.tool-cache.js";
import { beginHashing } from "./system.store.hashed-program.js";
import { prepareThreads } from "./system.store.parts.js";
import { TRIVY } from "./scanners.trivy.install.release.js";
import { resolve } from "node:path";

// src/scanners/trivy/install/early.ts
function beginEarly(wish, world) {
	prepareThreads();
	hashEarly(wish, world);
}
function hashEarly(wish, world) {
	const program = likelyProgram(wish, world);
	if (program === void 0) return;
	const parts = knownBinary(program.sha256, TRIVY)?.parts;
	if (parts !== void 0) beginHashing(program.path, world, {
		sha256: program.sha256,
		parts
	});
}
function likelyProgram({ version, sha256, binary }, world) {
	try {
		if (binary) return sha256 && /[\\/]/.test(binary) ? {
			path: resolve(world.workspace, binary),
			sha256
		} : void 0;
		const release = releaseFor(parseVersion(version || TRIVY.table.default, TRIVY), world, TRIVY);
		const path = findInToolCache(release, world)?.binary;
		if (path === void 0 || release.program === void 0) return void 0;
		return sha256 && sha256 !== release.archiveSha256 ? void 0 : {
			path,
			sha256: release.program.sha256
		};
	} catch {
		return;
	}
}

export { beginEarly };
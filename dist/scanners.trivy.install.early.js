import { findInToolCache, parseVersion, releaseFor } from "./supply.tool-cache.js";
import { beginHashing } from "./system.store.hashed-program.js";
import { prepareThreads } from "./system.threads.js";
import { TRIVY } from "./scanners.trivy.install.release.js";
import { resolve } from "node:path";

// src/scanners/trivy/install/early.ts
function beginEarly(wish, world) {
	prepareThreads();
	hashEarly(wish, world);
}
function hashEarly(wish, world) {
	const program = likelyProgram(wish, world);
	if (program !== void 0) beginHashing(program, world);
}
function likelyProgram({ version, sha256, binary }, world) {
	try {
		if (binary) return sha256 && /[\\/]/.test(binary) ? resolve(world.workspace, binary) : void 0;
		const release = releaseFor(parseVersion(version || TRIVY.table.default, TRIVY), world, TRIVY);
		return release.programSha256 === void 0 || sha256 && sha256 !== release.archiveSha256 ? void 0 : findInToolCache(release, world)?.binary;
	} catch {
		return;
	}
}

export { beginEarly };
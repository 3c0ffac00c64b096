import { GateError } from "./shared.start.js";
import { isPrivate, privateFolder } from "./system.store.private-file.js";
import { databaseStores, freshFolder } from "./system.store.store.js";
import { lstatSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

// src/system/store/program-folder.ts
const elsewhere = /* @__PURE__ */ new Map();
function programFolder(world) {
	const { runFolder, platform } = world;
	if (platform === "win32" || !isOpenToOthers(realpathSync(runFolder))) return privateFolder(world, "bin");
	const folder = folderElsewhere(world);
	elsewhere.set(runFolder, [...elsewhere.get(runFolder) ?? [], folder]);
	return folder;
}
function removeProgramFolders({ runFolder }) {
	for (const folder of elsewhere.get(runFolder) ?? []) rmSync(folder, {
		recursive: true,
		force: true
	});
	elsewhere.delete(runFolder);
}
function folderElsewhere(world) {
	const { store, problem } = databaseStores(world);
	if (problem === void 0) return freshFolder(store);
	const shared = realpathSync(tmpdir());
	const folder = mkdtempSync(join(shared, "image-gate-"));
	if (isPrivate(folder, world.platform)) return folder;
	rmSync(folder, { recursive: true });
	throw new GateError("temporary-folder-open", "RUNNER_TEMP may be written by other users, who could replace the scanner between its check and its start; so may every other place for it", "Take the right to write from others (chmod go-w) or set the sticky bit (chmod +t) on RUNNER_TEMP and the folders above it, or on the system's temporary folder.");
}
function isOpenToOthers(path) {
	for (let at = path;; at = dirname(at)) {
		const { mode, uid, gid } = lstatSync(at);
		if (((mode & 2) !== 0 || (mode & 16) !== 0 && gid !== uid) && (mode & 512) === 0) return true;
		if (dirname(at) === at) return false;
	}
}

export { programFolder, removeProgramFolders };
import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from "./shared.start.js";
import { dirname, join } from "node:path";

// src/supply/tool-cache.ts
const PROOF_FILE = "signature.json";
function entryFolder({ tool, version }, { toolCache, arch }) {
	return toolCache === void 0 ? void 0 : join(toolCache, tool, version, arch);
}
function findInToolCache(release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0 || !existsSync(`${folder}.complete`) || !isFolder(folder)) return void 0;
	return {
		folder,
		binary: fileIn(folder, release.member),
		archive: fileIn(folder, release.archive),
		proof: fileIn(folder, PROOF_FILE)
	};
}
function isFolder(path) {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
function fileIn(folder, name) {
	const path = join(folder, name);
	return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : void 0;
}
function keepInToolCache(files, release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0) return;
	try {
		mkdirSync(dirname(folder), { recursive: true });
		const fresh = mkdtempSync(`${folder}.new-`);
		try {
			put(files.binary, join(fresh, release.member), 493);
			put(files.archive, join(fresh, release.archive), 420);
			put(files.proof, join(fresh, PROOF_FILE), 420);
			chmodSync(fresh, 493);
			replace(folder, fresh);
		} finally {
			rmSync(fresh, {
				recursive: true,
				force: true
			});
		}
	} catch (error) {
		world.log.debug(`${release.tool} could not be kept in the tool cache: ${String(error)}`);
	}
}
function put(from, to, mode) {
	if (from === void 0) return;
	copyFileSync(from, to, constants.COPYFILE_FICLONE);
	chmodSync(to, mode);
}
function replace(folder, fresh) {
	const old = `${fresh}.old`;
	rmSync(`${folder}.complete`, { force: true });
	try {
		renameSync(folder, old);
	} catch (error) {
		if (error.code !== "ENOENT") throw error;
	}
	renameSync(fresh, folder);
	writeFileSync(`${folder}.complete`, "");
	rmSync(old, {
		recursive: true,
		force: true
	});
}

export { PROOF_FILE, findInToolCache, keepInToolCache };
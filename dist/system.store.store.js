import { isPrivate, privateFolder } from "./system.store.private-file.js";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

// src/system/store/store.ts
function databaseStores(world) {
	const readOnly = [];
	const refused = [];
	for (const root of [world.toolCache, userCache(world)]) {
		if (!root) continue;
		const folder = join(root, "image-gate");
		const use = usableAs(folder, world.platform);
		if (use === "store") return {
			store: realpathSync(folder),
			readOnly
		};
		if (use === "read-only") readOnly.push(realpathSync(folder));
		refused.push(`${folder} ${use === "read-only" ? "may not be written" : use}`);
	}
	const problem = refused.length === 0 ? "there is no tool cache and no cache folder of the user" : refused.join(", ");
	return {
		store: privateFolder(world, "store"),
		readOnly,
		problem
	};
}
function databaseStore(world) {
	return databaseStores(world).store;
}
function usableAs(folder, platform) {
	try {
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		if (!isOursAlone(folder, platform)) return "can be changed by others";
	} catch (error) {
		return `cannot be used (${error.code})`;
	}
	try {
		rmdirSync(freshFolder(folder));
		return "store";
	} catch {
		return isReadable(folder) ? "read-only" : "belongs to somebody else";
	}
}
function isReadable(folder) {
	try {
		return readdirSync(folder).length >= 0;
	} catch {
		return false;
	}
}
function userCache({ env, platform }) {
	if (platform === "win32") return env.LOCALAPPDATA;
	return env.XDG_CACHE_HOME || env.HOME && join(env.HOME, ".cache");
}
function isOursAlone(folder, platform) {
	if (!lstatSync(folder).isDirectory()) return false;
	if (platform === "win32") return true;
	return isPrivate(realpathSync(folder), platform);
}
const FRESH = "fresh-";
function freshFolder(store) {
	return mkdtempSync(join(store, FRESH));
}
function storedFolder(store, name) {
	try {
		return realpathSync(join(store, name));
	} catch {
		return;
	}
}
function swapIn(store, name, fresh) {
	const link = join(store, name);
	const folder = mkdtempSync(`${link}-`);
	chmodSync(folder, 448);
	renameSync(fresh, folder);
	const before = targetOf(link);
	const newLink = `${folder}.link`;
	symlinkSync(folder, newLink, "junction");
	if (before === void 0) rmSync(link, {
		recursive: true,
		force: true
	});
	renameSync(newLink, link);
	clearOld(store, name, [folder, before]);
	return folder;
}
function targetOf(link) {
	try {
		return lstatSync(link).isSymbolicLink() ? realpathSync(link) : void 0;
	} catch {
		return;
	}
}
function clearOld(store, name, keep) {
	for (const entry of readdirSync(store)) {
		const path = join(store, entry);
		if (entry.startsWith(`${name}-`) && !keep.includes(path) && isOld(path)) rmSync(path, {
			recursive: true,
			force: true
		});
	}
}
function clearLeftovers(store) {
	for (const entry of readdirSync(store)) {
		const path = join(store, entry);
		if (entry.startsWith(FRESH) && isOld(path)) rmSync(path, {
			recursive: true,
			force: true
		});
	}
}
const DAY_MS = 864e5;
function isOld(path) {
	const status = lstatSync(path, { throwIfNoEntry: false });
	return status !== void 0 && status.mtimeMs < Date.now() - DAY_MS;
}

export { clearLeftovers, databaseStore, databaseStores, freshFolder, storedFolder, swapIn };
import { accessSync, constants, realpathSync, statSync, tryOr } from "./shared.start.js";
import { statusOf$1 as statusOf } from "./shared.answer.js";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";

// src/system/program-folders.ts
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
function programFolders(world) {
	const isOfJob = jobsPlaces(world);
	return (world.env.PATH ?? DEFAULT_PATH).split(delimiter).filter((folder) => isRooted(folder, world) && isFolder(folder) && !isOfJob(folder));
}
function programPath(world) {
	return programFolders(world).join(delimiter) || join(world.runFolder, "no-programs");
}
function findProgram(name, world) {
	const isOfJob = jobsPlaces(world);
	const names = world.platform === "win32" ? [name, `${name}.exe`] : [name];
	return programFolders(world).flatMap((folder) => names.map((name) => join(folder, name))).find((path) => isExecutable(path) && !isOfJob(path));
}
function isRooted(folder, { platform }) {
	if (platform !== "win32") return folder.startsWith("/");
	return isAbsolute(folder) && /^(?:[A-Za-z]:[\\/]|\\\\)/.test(folder);
}
function jobsPlaces({ workspace, temp, runFolder, checkouts }) {
	const named = [
		workspace,
		temp,
		runFolder,
		...checkouts ? [checkouts] : []
	];
	const places = new Set(named.flatMap((path) => identity(path) ?? []));
	const isBelow = (path) => {
		for (let at = path;; at = dirname(at)) {
			const here = identity(at);
			if (here !== void 0 && places.has(here)) return true;
			if (dirname(at) === at) return false;
		}
	};
	return (path) => {
		return tryOr(() => isBelow(resolve(path)) || isBelow(realpathSync(path)), true);
	};
}
function identity(path) {
	try {
		const { dev, ino } = statSync(path, { bigint: true });
		return `${dev} ${ino}`;
	} catch {
		return;
	}
}
function isFolder(path) {
	return statusOf(path)?.isDirectory() === true;
}
function isExecutable(path) {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

export { findProgram, isFolder, programPath };
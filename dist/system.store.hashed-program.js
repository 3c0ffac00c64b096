import { linkSync, lstatSync, realpathSync, rmSync } from "./shared.start.js";
import { isPrivate, programFolder } from "./shared.answer.js";
import { hashedBeside } from "./system.store.thread-hash.js";
import { basename, join } from "node:path";

// src/system/store/hashed-program.ts
const begun = /* @__PURE__ */ new Map();
function beginHashing(path, world) {
	try {
		const real = realpathSync(path);
		if (!lstatSync(real).isFile()) return;
		begun.set(real, placed(path, real, world).catch(() => void 0));
	} catch {}
}
async function hashedProgram(path, world) {
	const real = realpathSync(path);
	const early = begun.get(real);
	begun.delete(real);
	return await early ?? placed(path, real, world);
}
async function placed(path, real, world) {
	const { platform } = world;
	const name = basename(path);
	const own = join(programFolder(world), platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name);
	const isOurs = isPrivate(real, platform) && isLinked(real, own);
	return {
		path: own,
		sha256: await hashedBeside(isOurs ? { path: own } : {
			path: real,
			copy: own
		})
	};
}
function isLinked(from, to) {
	try {
		linkSync(from, to);
	} catch {
		return false;
	}
	const status = lstatSync(to);
	if ((status.uid === 0 || status.uid === process.geteuid?.()) && status.isFile() && (status.mode & 82) === 64) return true;
	rmSync(to);
	return false;
}

export { beginHashing, hashedProgram };
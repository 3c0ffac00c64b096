import { linkSync, lstatSync, realpathSync, rmSync, writeFileSync } from "./shared.start.js";
import { copyHashed, isPrivate, programFolder, sha256OfFile } from "./shared.answer.js";
import { hasParts } from "./system.store.parts.js";
import { basename, join } from "node:path";

// src/system/store/hashed-program.ts
const begun = /* @__PURE__ */ new Map();
function beginHashing(path, world, expected) {
	try {
		const real = realpathSync(path);
		const work = programWithParts(real, ownPlace(path, world), world, expected);
		begun.set(keyOf(real, expected), work.catch(() => void 0));
	} catch {}
}
async function hashedProgram(path, world, expected) {
	const real = realpathSync(path);
	if (expected?.parts !== void 0) {
		const key = keyOf(real, expected);
		const early = await begun.get(key);
		begun.delete(key);
		if (early !== void 0) return early;
		const program = await programWithParts(real, ownPlace(path, world), world, {
			...expected,
			parts: expected.parts
		});
		if (program !== void 0) return program;
	}
	const own = ownPlace(path, world);
	if (isPrivate(real, world.platform) && isLinked(real, own)) return {
		path: own,
		sha256: await sha256OfFile(own)
	};
	return {
		path: own,
		sha256: await copyHashed(real, own, 448)
	};
}
function ownPlace(path, world) {
	const name = basename(path);
	return join(programFolder(world), world.platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name);
}
function keyOf(real, { sha256 }) {
	return `${sha256} ${real}`;
}
async function programWithParts(real, own, { platform }, { sha256, parts }) {
	const isOurs = isPrivate(real, platform) && isLinked(real, own);
	if (!isOurs) writeFileSync(own, "", {
		flag: "wx",
		mode: 448
	});
	let isRight = false;
	try {
		isRight = await hasParts(isOurs ? { path: own } : {
			path: real,
			copy: own
		}, parts);
	} finally {
		if (!isRight) rmSync(own, { force: true });
	}
	return isRight ? {
		path: own,
		sha256
	} : void 0;
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
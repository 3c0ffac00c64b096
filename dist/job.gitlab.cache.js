import { constants, copyFile, lstatSync, mkdirSync, readFileSync, readdirSync, rename, rm, rmSync, tryOr, utimesSync } from "./shared.thread.js";
import { unusableEntry } from "./shared.system.js";
import { join } from "node:path";

// src/job/gitlab/cache.ts
const FOLDER = ".image-gate-cache";
const UNUSED_MS = 6048e5;
function sharedCache({ workspace, log, now, env }) {
	const isProtected = env.CI_COMMIT_REF_PROTECTED === "true";
	const folder = join(workspace, FOLDER);
	const unusable = unusableBecause(workspace, folder);
	if (unusable !== void 0) log.warning(`The folder ${FOLDER} is not used as a cache: ${unusable}.`);
	let saved = Promise.resolve();
	async function fetch(wanted, into) {
		const key = newest(folder, wanted);
		if (key === void 0) return void 0;
		const path = join(folder, key);
		try {
			for (const name of wanted.files) await copyRegular(join(path, name), join(into, name));
			utimesSync(path, now(), now());
			log.info(`Cache: restored ${key}.`);
			return key;
		} catch (error) {
			for (const name of wanted.files) await rm(join(into, name), {
				recursive: true,
				force: true
			});
			log.warning(unusableEntry(key, error.message).message);
			return;
		}
	}
	async function keep({ key, files }, from) {
		const path = join(folder, key);
		if (lstatSync(path, { throwIfNoEntry: false })) return;
		const fresh = `${path}.${process.pid}.new`;
		rmSync(fresh, {
			recursive: true,
			force: true
		});
		mkdirSync(fresh, { recursive: true });
		for (const name of files) await copyRegular(join(from, name), join(fresh, name));
		await rename(fresh, path);
		log.info(`Cache: kept ${key} in ${FOLDER}.`);
	}
	return {
		restore: async (wanted, into) => unusable === void 0 && (isProtected || !isPrefix(wanted)) ? fetch(wanted, into) : void 0,
		save(entry, from) {
			if (unusable !== void 0) return;
			saved = saved.then(() => keep(entry, from)).catch((error) => log.warning(`${entry.key} was not kept in ${FOLDER}: ${error.message}`));
		},
		async settle() {
			await saved;
			for (const { key, usedMs } of unusable === void 0 ? entriesIn(folder) : []) if (now().getTime() - usedMs > UNUSED_MS) rmSync(join(folder, key), {
				recursive: true,
				force: true
			});
		}
	};
}
function isPrefix({ key }) {
	return key.endsWith("-");
}
function newest(folder, wanted) {
	const isWanted = (key) => key === wanted.key || isPrefix(wanted) && key.startsWith(wanted.key);
	return entriesIn(folder).find(({ key }) => isWanted(key) && !key.endsWith(".new"))?.key;
}
function entriesIn(folder) {
	return tryOr(() => readdirSync(folder, { withFileTypes: true }), []).filter((entry) => entry.isDirectory()).map(({ name: key }) => ({
		key,
		usedMs: lstatSync(join(folder, key)).mtimeMs
	})).sort((a, b) => b.usedMs - a.usedMs || (b.key < a.key ? -1 : 1));
}
async function copyRegular(from, to) {
	if (!lstatSync(from, { throwIfNoEntry: false })?.isFile()) throw new Error("a file of it is missing, or is not a file");
	await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}
function unusableBecause(workspace, folder) {
	if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) return "it is not a folder";
	const path = join(workspace, ".git/index");
	if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return void 0;
	const index = readFileSync(path);
	return index.length >= 12 && index.readUInt32BE(4) < 4 && !index.subarray(-2e3).includes("link\0\0") && !index.includes(FOLDER) ? void 0 : "the repository itself may have it";
}

export { sharedCache };
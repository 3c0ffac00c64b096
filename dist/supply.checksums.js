import { writeFileSync } from "./shared.start.js";
import { readSmallText, sha256OfFile } from "./shared.answer.js";
import { array, literal, number, object, record, string } from "./package.zod.js";
import { hasParts, partsOf } from "./system.store.parts.js";
import { join } from "node:path";

// src/supply/checksums.ts
const CHECKSUM_FILE = "image-gate.json";
const MAX_CHECKSUM_BYTES = 65536;
const schema = object({
	version: literal(1),
	files: record(string(), string()),
	parts: record(string(), object({
		size: number(),
		sha256: array(string()).max(32)
	})).optional(),
	from: string().optional()
});
async function writeChecksums(folder, files, from) {
	const hashes = {};
	const parts = {};
	for (const file of files) {
		hashes[file] = await sha256OfFile(join(folder, file));
		parts[file] = await partsOf(join(folder, file));
	}
	writeFileSync(join(folder, CHECKSUM_FILE), `${JSON.stringify({
		version: 1,
		files: hashes,
		parts,
		from
	})}\n`, { mode: 384 });
}
async function brokenChecksum(folder, files) {
	const checksums = readChecksums(folder);
	if (checksums === void 0) return `it has no usable ${CHECKSUM_FILE}, which holds its SHA-256`;
	for (const file of files) if (!await hasChecksum(join(folder, file), checksums.files[file], checksums.parts?.[file]).catch(() => false)) return `the SHA-256 of its ${file} is wrong`;
}
function foreignSource(folder, asked) {
	const from = readChecksums(folder)?.from;
	if (from === void 0 || asked === void 0 || asked.includes(from)) return void 0;
	return `it came from ${JSON.stringify(from.slice(0, 200))}, which this run does not ask`;
}
function sourceWords(folder) {
	const from = readChecksums(folder)?.from;
	return from === void 0 ? "of a repository that was not noted" : `of ${from.slice(0, 200)}`;
}
function storedHash(folder, file) {
	const sha256 = readChecksums(folder)?.files[file];
	return sha256 !== void 0 && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : void 0;
}
async function hasChecksum(path, sha256, parts) {
	return parts === void 0 ? await sha256OfFile(path) === sha256 : hasParts({ path }, parts);
}
function readChecksums(folder) {
	const path = join(folder, CHECKSUM_FILE);
	try {
		return schema.safeParse(JSON.parse(readSmallText(path, MAX_CHECKSUM_BYTES)), { jitless: true }).data;
	} catch {
		return;
	}
}

export { CHECKSUM_FILE, brokenChecksum, foreignSource, sourceWords, storedHash, writeChecksums };
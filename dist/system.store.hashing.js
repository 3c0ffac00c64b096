import { rmSync } from "node:fs";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

// src/system/store/hashing.ts
const CHUNK = 1 << 20;
function sha256OfBytes(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
async function sha256OfFile(path) {
	const file = await open(path, "r");
	try {
		return await sha256Of(file);
	} finally {
		await file.close();
	}
}
async function copyHashed(from, to, mode) {
	const source = await open(from, "r");
	try {
		const copy = await open(to, "wx", mode);
		try {
			return await sha256Of(source, copy);
		} catch (error) {
			rmSync(to, { force: true });
			throw error;
		} finally {
			await copy.close();
		}
	} finally {
		await source.close();
	}
}
async function sha256Of(source, copy) {
	const hash = createHash("sha256");
	let current = Buffer.allocUnsafe(CHUNK);
	let other = Buffer.allocUnsafe(CHUNK);
	let reading = source.read(current, 0, CHUNK, null);
	for (;;) {
		const { bytesRead } = await reading;
		if (bytesRead === 0) return hash.digest("hex");
		const bytes = current.subarray(0, bytesRead);
		[current, other] = [other, current];
		reading = source.read(current, 0, CHUNK, null);
		hash.update(bytes);
		if (copy !== void 0) await writeAll(copy, bytes);
	}
}
async function writeAll(file, bytes) {
	for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}

export { copyHashed, sha256OfBytes, sha256OfFile };
import { createReadStream, open } from "./shared.thread.js";
import { writeMembers } from "./shared.system.js";
import { TarProblem } from "./shared.layers.js";
import { join } from "node:path";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { pipeline } from "node:stream";

// src/job/github/cache/unpack.ts
var UnusableEntry = class extends Error {};
const ARCHIVE = "archive";
const PIECE = 1 << 20;
async function unpack(archive, { folder, files, maxBytes }) {
	const stream = await decompressed(archive);
	const missing = new Set(files);
	let room = maxBytes;
	try {
		await writeMembers(stream, ({ kind, name, size }) => {
			if (kind !== "file") throw new UnusableEntry("it holds something other than plain files");
			if (!missing.delete(name)) throw new UnusableEntry("it holds a file that was never put there");
			room -= size;
			if (room < 0) throw new UnusableEntry(`it has more than ${maxBytes} bytes`);
			return join(folder, name);
		});
		if (missing.size > 0) throw new UnusableEntry("a file is missing in it");
	} catch (error) {
		if (error instanceof TarProblem) throw new UnusableEntry(`it ${error.clause}`);
		if (/^Z/.test(error.code ?? "")) throw new UnusableEntry("it is damaged");
		throw error;
	} finally {
		stream.destroy();
	}
}
async function decompressed(archive) {
	const file = await open(archive);
	const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0).finally(() => file.close());
	const options = { chunkSize: PIECE };
	const isZstd = buffer.readUInt32LE() === 4247762216;
	if (!isZstd && buffer.readUInt16BE() !== 8075) throw new UnusableEntry("it is neither zstd nor gzip, perhaps an error page of a server on the way");
	const through = isZstd ? createZstdDecompress(options) : createGunzip(options);
	return pipeline(createReadStream(archive, { highWaterMark: PIECE }), through, () => {});
}

export { ARCHIVE, UnusableEntry, unpack };
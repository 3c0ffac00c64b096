import { SAVED_TAR, savedTagsIn } from "./images.sources.saved-tar.js";
import { closeSync, openSync, readSync } from "./shared.start.js";
import { bytesOfFile, bytesOfStream, contentOf, tarMembers } from "./system.tar.members.js";
import { timeLimit } from "./system.background.js";
import { locateTarget } from "./scan.targets.js";
import { createGunzip } from "node:zlib";
import { Readable, pipeline } from "node:stream";

// src/images/file/tar-file.ts
async function withBytes(path, read, signal) {
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openSync(path, "r"), closeSync);
	const magic = Buffer.alloc(2);
	readSync(descriptor, magic, 0, 2, 0);
	if (magic.readUInt16BE() !== 8075) return await read(bytesOfFile(descriptor));
	const packed = Readable.from(piecesOf(bytesOfFile(descriptor)));
	const unpacking = pipeline(packed, createGunzip({ chunkSize: 1 << 20 }), () => {});
	signal?.addEventListener("abort", () => unpacking.destroy(/* @__PURE__ */ new Error("it takes too long")), { once: true });
	try {
		return await read(bytesOfStream(unpacking));
	} finally {
		unpacking.destroy();
		packed.destroy();
	}
}
async function* piecesOf(bytes) {
	for (;;) {
		const piece = await bytes.some(Number.MAX_SAFE_INTEGER);
		if (piece.length === 0) return;
		yield Buffer.from(piece);
	}
}

// src/scan/saved-tag.ts
const DEADLINE_MS = 3e4;
const MAX_BYTES = 4194304;
async function savedTag(target, world) {
	if (target.kind !== "image") return void 0;
	try {
		const { how, location } = locateTarget(target, world);
		if (how !== "archive") return void 0;
		const signal = AbortSignal.any([world.signal, timeLimit(DEADLINE_MS)]);
		const manifest = await withBytes(location, async (source) => {
			for await (const member of tarMembers(source, SAVED_TAR)) {
				const { name, kind, size } = member;
				if (signal.aborted) return void 0;
				if (name === "manifest.json" && kind === "file" && size <= MAX_BYTES) return contentOf(member);
			}
		}, signal);
		return manifest && savedTagsIn(manifest)[0];
	} catch {
		return;
	}
}

export { savedTag };
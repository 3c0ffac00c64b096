import { bytesOfStream, contentOf, plainMembers } from "./system.tar.members.js";
import { TarProblem } from "./system.tar.problem.js";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline as pipeline$1 } from "node:stream/promises";

// src/system/tar/archive.ts
var UnusableArchive = class extends Error {
	name = "UnusableArchive";
};
async function unpackArchive(archive, maxBytes, isWanted) {
	const unpacking = createGunzip({ chunkSize: 1 << 20 });
	const done = pipeline$1(Readable.from(slices(archive)), unpacking);
	done.catch(() => {});
	try {
		const unpacked = await filesOf(bounded(unpacking, maxBytes), isWanted);
		await done;
		return unpacked;
	} catch (thrown) {
		if (thrown instanceof UnusableArchive) throw thrown;
		throw new UnusableArchive(thrown instanceof TarProblem ? thrown.clause : "is damaged", { cause: thrown });
	} finally {
		unpacking.destroy();
	}
}
async function filesOf(bytes, isWanted) {
	const files = /* @__PURE__ */ new Map();
	let folder;
	for await (const member of plainMembers(bytesOfStream(bytes))) {
		const [, top = "", inside = ""] = /^([^/]+)\/(.*)$/s.exec(member.name) ?? [];
		folder ??= top;
		if (top === "" || top !== folder) throw new UnusableArchive("does not have everything in one folder");
		if (member.kind !== "file" || !isWanted(inside)) continue;
		if (files.has(inside)) throw new UnusableArchive(`has ${inside} twice`);
		files.set(inside, await contentOf(member));
	}
	return files;
}
async function* bounded(chunks, maxBytes) {
	let length = 0;
	for await (const chunk of chunks) {
		length += chunk.length;
		if (length > maxBytes) throw new UnusableArchive(`has more than ${maxBytes} bytes`);
		yield chunk;
	}
}
function* slices(bytes) {
	for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}

export { UnusableArchive, slices, unpackArchive };
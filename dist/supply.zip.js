import { crc32, inflateRawSync } from "node:zlib";

// src/supply/zip.ts
var ZipFault = class extends Error {
	name = "ZipFault";
};
const END = Buffer.from("PK");
const ENTRY = 33639248;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
function fileInZip(zip, wanted) {
	try {
		return contentAt(zip, entryOf(zip, wanted), wanted.maxBytes);
	} catch (cause) {
		throw cause instanceof ZipFault ? cause : new ZipFault("is damaged, or unpacked larger than it says", { cause });
	}
}
function entryOf(zip, { name, isOnly }) {
	const end = zip.lastIndexOf(END);
	if (end === -1) throw new ZipFault("is not a zip, or only part of one");
	const count = zip.readUInt16LE(end + 10);
	if (isOnly && count !== 1) throw new ZipFault("does not have exactly one file");
	let at = zip.readUInt32LE(end + 16);
	for (let left = count; left > 0 && zip.readUInt32LE(at) === ENTRY; left--) {
		const nameEnd = at + ENTRY_BYTES + zip.readUInt16LE(at + 28);
		if ((zip.readUInt32LE(at + 38) >>> 16 & 28672) === 0 && zip.toString("utf8", at + ENTRY_BYTES, nameEnd) === name) return at;
		at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
	}
	throw new ZipFault(`holds no file ${name}`);
}
function contentAt(zip, entry, maxBytes) {
	const [flags, method] = [zip.readUInt16LE(entry + 8), zip.readUInt16LE(entry + 10)];
	const [length, size] = [zip.readUInt32LE(entry + 20), zip.readUInt32LE(entry + 24)];
	if (size > maxBytes) throw new ZipFault(`is unpacked larger than ${maxBytes} bytes`);
	if ((flags & 1) !== 0) throw new ZipFault("is encrypted");
	if (method !== 0 && method !== 8) throw new ZipFault("is packed in an unknown way");
	const local = zip.readUInt32LE(entry + 42);
	const start = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
	const packed = zip.subarray(start, start + length);
	const data = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: maxBytes });
	if (data.length !== size || crc32(data) !== zip.readUInt32LE(entry + 16)) throw new ZipFault("is damaged");
	return data;
}

export { ZipFault, fileInZip };
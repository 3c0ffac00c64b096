import { readReport } from "./shared.evidence.js";
import { MOST_BYTES, REPORT_FILE } from "./baseline.artifact-name.js";
import { baselineInReport } from "./baseline.stored-report.js";
import { crc32, inflateRawSync } from "node:zlib";

// src/baseline/kept-report.ts
function readKeptReport({ zip, report: file }) {
	try {
		const text = (file ?? onlyMember(zip ?? Buffer.alloc(0), "report.json", 268435456)).toString("utf8");
		const report = readReport(JSON.parse(text));
		if ("wrong" in report) return { unusable: report.wrong };
		return report.targets.every(({ verdict, packages }) => verdict !== "error" && packages !== void 0) ? report : { unusable: "lacks what a comparison needs" };
	} catch (error) {
		return { unusable: error instanceof UnusableArchive ? error.message : "is not a report that this Image Gate reads" };
	}
}
var UnusableArchive = class extends Error {
	name = "UnusableArchive";
};
const END = 101010256;
const END_BYTES = 22;
const CENTRAL = 33639248;
const CENTRAL_BYTES = 46;
const LOCAL = 67324752;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1;
function onlyMember(zip, name, maxBytes) {
	const end = zip.lastIndexOf(Buffer.from("PK"));
	if (end === -1 || end + END_BYTES > zip.length || zip.readUInt32LE(end) !== END) throw new UnusableArchive("is no zip, or only a part of one");
	if (zip.readUInt16LE(end + 8) !== 1 || zip.readUInt16LE(end + 10) !== 1) throw new UnusableArchive("has not exactly one file in it");
	const at = zip.readUInt32LE(end + 16);
	if (at + CENTRAL_BYTES > end || zip.readUInt32LE(at) !== CENTRAL) throw new UnusableArchive("is damaged");
	const entry = {
		flags: zip.readUInt16LE(at + 8),
		method: zip.readUInt16LE(at + 10),
		crc: zip.readUInt32LE(at + 16),
		packed: zip.readUInt32LE(at + 20),
		size: zip.readUInt32LE(at + 24),
		name: zip.toString("utf8", at + CENTRAL_BYTES, at + CENTRAL_BYTES + zip.readUInt16LE(at + 28)),
		local: zip.readUInt32LE(at + 42)
	};
	if (entry.name !== name) throw new UnusableArchive("has another file in it");
	if (entry.size > maxBytes) throw new UnusableArchive(`is unpacked larger than ${maxBytes} bytes`);
	if ((entry.flags & ENCRYPTED) !== 0) throw new UnusableArchive("is encrypted");
	const data = unpacked(packedBytes(zip, entry.local, entry.packed), entry.method, maxBytes);
	if (data.length !== entry.size || crc32(data) !== entry.crc) throw new UnusableArchive("is damaged");
	return data;
}
function packedBytes(zip, at, length) {
	if (at + LOCAL_BYTES > zip.length || zip.readUInt32LE(at) !== LOCAL) throw new UnusableArchive("is damaged");
	const start = at + LOCAL_BYTES + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
	if (start + length > zip.length) throw new UnusableArchive("is damaged");
	return zip.subarray(start, start + length);
}
function unpacked(packed, method, maxBytes) {
	if (method === 0) return packed;
	if (method !== 8) throw new UnusableArchive("is packed in a way that is not known");
	try {
		return inflateRawSync(packed, { maxOutputLength: maxBytes });
	} catch {
		throw new UnusableArchive("is damaged, or unpacked larger than it says");
	}
}

export { baselineInReport, readKeptReport };
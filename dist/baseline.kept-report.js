import { readReport } from "./shared.evidence.js";
import { MOST_BYTES, REPORT_FILE } from "./baseline.artifact-name.js";
import { baselineInReport } from "./baseline.stored-report.js";
import { crc32, inflateRawSync } from "node:zlib";

// src/baseline/kept-report.ts
function readKeptReport({ zip, report: file }) {
	try {
		const text = (file ?? onlyMember(zip ?? Buffer.alloc(0), "report.json", 268435456)).toString("utf8");
		const report = readReport(JSON.parse(text));
		if ("wrong" in report) return {
			unusable: report.wrong,
			isOther: report.isOther
		};
		return report.targets.every(({ verdict, packages }) => verdict !== "error" && packages !== void 0) ? report : { unusable: "lacks what a comparison needs" };
	} catch (error) {
		return { unusable: error instanceof UnusableArchive ? error.message : "is not a report that this Image Gate reads" };
	}
}
var UnusableArchive = class extends Error {
	name = "UnusableArchive";
};
const END = Buffer.from("PK");
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1;
function onlyMember(zip, name, maxBytes) {
	try {
		return memberOf(zip, name, maxBytes);
	} catch (error) {
		throw error instanceof UnusableArchive ? error : new UnusableArchive("is damaged, or unpacked larger than it says");
	}
}
function memberOf(zip, name, maxBytes) {
	const end = zip.lastIndexOf(END);
	if (end === -1) throw new UnusableArchive("is no zip, or only a part of one");
	if (zip.readUInt16LE(end + 8) !== 1 || zip.readUInt16LE(end + 10) !== 1) throw new UnusableArchive("has not exactly one file in it");
	const at = zip.readUInt32LE(end + 16);
	const [method, length, size] = [
		zip.readUInt16LE(at + 10),
		zip.readUInt32LE(at + 20),
		zip.readUInt32LE(at + 24)
	];
	const nameLength = zip.readUInt16LE(at + 28);
	if (zip.toString("utf8", at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength) !== name) throw new UnusableArchive("has another file in it");
	if (size > maxBytes) throw new UnusableArchive(`is unpacked larger than ${maxBytes} bytes`);
	if ((zip.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw new UnusableArchive("is encrypted");
	if (method !== 0 && method !== 8) throw new UnusableArchive("is packed in a way that is not known");
	const local = zip.readUInt32LE(at + 42);
	const start = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
	const packed = zip.subarray(start, start + length);
	const data = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: maxBytes });
	if (data.length !== size || crc32(data) !== zip.readUInt32LE(at + 16)) throw new UnusableArchive("is damaged");
	return data;
}

export { baselineInReport, readKeptReport };
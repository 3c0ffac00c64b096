import { crc32, inflateRawSync } from "node:zlib";
import { readReport } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import type { KeptReport } from "../platforms/platform.ts";
import { MOST_BYTES, REPORT_FILE } from "./artifact-name.ts";

export { baselineInReport } from "./stored-report.ts";

/** Reads the report that an earlier run has kept, if it has all that a comparison needs. */
export function readKeptReport({ zip, report: file }: KeptReport): Report | { unusable: string } {
  try {
    const text = (file ?? onlyMember(zip ?? Buffer.alloc(0), REPORT_FILE, MOST_BYTES)).toString("utf8");
    const report = readReport(JSON.parse(text));
    if ("wrong" in report) return { unusable: report.wrong };
    const isWhole = report.targets.every(({ verdict, packages }) => verdict !== "error" && packages !== undefined);
    return isWhole ? report : { unusable: "lacks what a comparison needs" };
  } catch (error) {
    return {
      unusable: error instanceof UnusableArchive ? error.message : "is not a report that this Image Gate reads",
    };
  }
}

/** Image Gate did not write the archive. */
export class UnusableArchive extends Error {
  override readonly name = "UnusableArchive";
}

const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** Encryption: bit 0 of the flags. */
const ENCRYPTED = 1;

/**
 * Returns the contents of a zip's only member, which must have this name. Writes nothing to disk (APPNOTE.TXT of
 * PKWARE, 4.3).
 * @throws UnusableArchive if it is anything else, damaged, or larger than `maxBytes` when unpacked
 */
export function onlyMember(zip: Buffer, name: string, maxBytes: number): Buffer {
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006"));
  if (end === -1 || end + END_BYTES > zip.length || zip.readUInt32LE(end) !== END)
    throw new UnusableArchive("is no zip, or only a part of one");
  if (zip.readUInt16LE(end + 8) !== 1 || zip.readUInt16LE(end + 10) !== 1)
    throw new UnusableArchive("has not exactly one file in it");
  const at = zip.readUInt32LE(end + 16);
  if (at + CENTRAL_BYTES > end || zip.readUInt32LE(at) !== CENTRAL) throw new UnusableArchive("is damaged");
  const entry = {
    flags: zip.readUInt16LE(at + 8),
    method: zip.readUInt16LE(at + 10),
    crc: zip.readUInt32LE(at + 16),
    packed: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    name: zip.toString("utf8", at + CENTRAL_BYTES, at + CENTRAL_BYTES + zip.readUInt16LE(at + 28)),
    local: zip.readUInt32LE(at + 42),
  };
  if (entry.name !== name) throw new UnusableArchive("has another file in it");
  if (entry.size > maxBytes) throw new UnusableArchive(`is unpacked larger than ${maxBytes} bytes`);
  if ((entry.flags & ENCRYPTED) !== 0) throw new UnusableArchive("is encrypted");
  const data = unpacked(packedBytes(zip, entry.local, entry.packed), entry.method, maxBytes);
  if (data.length !== entry.size || crc32(data) !== entry.crc) throw new UnusableArchive("is damaged");
  return data;
}

function packedBytes(zip: Buffer, at: number, length: number): Buffer {
  if (at + LOCAL_BYTES > zip.length || zip.readUInt32LE(at) !== LOCAL) throw new UnusableArchive("is damaged");
  const start = at + LOCAL_BYTES + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  if (start + length > zip.length) throw new UnusableArchive("is damaged");
  return zip.subarray(start, start + length);
}

function unpacked(packed: Buffer, method: number, maxBytes: number): Buffer {
  if (method === 0) return packed;
  if (method !== 8) throw new UnusableArchive("is packed in a way that is not known");
  try {
    return inflateRawSync(packed, { maxOutputLength: maxBytes });
  } catch {
    throw new UnusableArchive("is damaged, or unpacked larger than it says");
  }
}

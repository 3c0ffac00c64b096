import { crc32, inflateRawSync } from "node:zlib";
import { readReport } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import type { KeptReport } from "../platforms/platform.ts";
import { MOST_BYTES, REPORT_FILE } from "./artifact-name.ts";

export { baselineInReport } from "./stored-report.ts";

/** Reads the report that an earlier run has kept, if it has all that a comparison needs. */
export function readKeptReport({
  zip,
  report: file,
}: KeptReport): Report | { readonly unusable: string; readonly isOther?: true | undefined } {
  try {
    const text = (file ?? onlyMember(zip ?? Buffer.alloc(0), REPORT_FILE, MOST_BYTES)).toString("utf8");
    const report = readReport(JSON.parse(text));
    if ("wrong" in report) return { unusable: report.wrong, isOther: report.isOther };
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

/** The signature of the end, and the lengths of the fixed parts of a member's two headers. */
const END = Buffer.from("PK\u0005\u0006");
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** Encryption: bit 0 of the flags. */
const ENCRYPTED = 1;

/**
 * Returns the contents of a zip's only member, which must have this name. Writes nothing to disk (APPNOTE.TXT of
 * PKWARE, 4.3).
 * @throws UnusableArchive if it is anything else, damaged, or larger than `maxBytes` when unpacked
 */
export function onlyMember(zip: Buffer, name: string, maxBytes: number): Buffer {
  try {
    return memberOf(zip, name, maxBytes);
  } catch (error) {
    // An offset that leads out of the file, or bytes that cannot be unpacked within the bound.
    throw error instanceof UnusableArchive ? error : new UnusableArchive("is damaged, or unpacked larger than it says");
  }
}

function memberOf(zip: Buffer, name: string, maxBytes: number): Buffer {
  const end = zip.lastIndexOf(END);
  if (end === -1) throw new UnusableArchive("is no zip, or only a part of one");
  if (zip.readUInt16LE(end + 8) !== 1 || zip.readUInt16LE(end + 10) !== 1)
    throw new UnusableArchive("has not exactly one file in it");
  const at = zip.readUInt32LE(end + 16);
  const [method, length, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
  const nameLength = zip.readUInt16LE(at + 28);
  if (zip.toString("utf8", at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength) !== name)
    throw new UnusableArchive("has another file in it");
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

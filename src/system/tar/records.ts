import { decodeName } from "./names.ts";
import { ambiguousTar, damagedTar, quoted } from "./problem.ts";

/** The size that a record gives. */
export function sizeOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw damagedTar("a member's size is impossible");
  return Number(value);
}

/**
 * Reads the names and sizes of records `<length> <keyword>=<value>\n` (POSIX.1-2017, pax). A keyword that is there
 * twice, or that only some readers know, is refused.
 */
export function readRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const [start = "", digits = ""] =
      /^(\d{1,7}) /.exec(body.toString("latin1", at, Math.min(at + 8, body.length))) ?? [];
    const end = at + Number(digits);
    const equals = body.indexOf("=", at + start.length);
    const isRecord = start !== "" && equals > at + start.length && equals < end && end <= body.length;
    if (!isRecord || body[end - 1] !== 0x0a) throw damagedTar("an extended header is damaged");
    const keyword = body.toString("latin1", at + start.length, equals);
    refuseUnusual(keyword, body.toString("latin1", equals + 1, end - 1));
    if (NAMES_AND_SIZES.has(keyword)) {
      const value = decodeName(body.subarray(equals + 1, end - 1));
      if (records.has(keyword)) throw ambiguousTar(`a member's ${keyword} is given twice`);
      if (value === "" || value.includes("\0")) throw ambiguousTar("a member's name can be read in two ways");
      records.set(keyword, value);
    }
    at = end;
  }
  return records;
}

function refuseUnusual(keyword: string, value: string): void {
  const record = `${keyword}=${value}`;
  if (OVERLAY.test(record)) throw ambiguousTar(`a member tells overlayfs what to show (${quoted(keyword)})`);
  if (UNUSUAL.test(record)) throw ambiguousTar(`a member is stored in an unusual way (${quoted(keyword)})`);
}

/**
 * Attributes by which overlayfs shows other files than the layer has: Docker and Podman set them, others do not. They
 * can also call a folder opaque. An engine that does not know that shows more files.
 */
const OVERLAY =
  /^(?:SCHILY|LIBARCHIVE)\.xattr\.(?:trusted|user|security)\.(?:overlay|fuseoverlayfs)\.[^=]*(?:opaque(?!=y$)|redirect|metacopy|whiteout)/;

const NAMES_AND_SIZES: ReadonlySet<string> = new Set(["path", "linkpath", "size"]);
/**
 * Ways of storing names or contents that only some readers know. All of them read names as bytes, as
 * `hdrcharset=BINARY` says: bsdtar writes it for a name that its locale does not have.
 */
const UNUSUAL = /^(?:SCHILY\.realsize=|hdrcharset=(?!BINARY$)|GNU\.sparse\.)/;

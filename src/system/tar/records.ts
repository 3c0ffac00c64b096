import { decodeName } from "./names.ts";
import { ambiguousTar, damagedTar, quoted } from "./problem.ts";

/** The size that a record gives. */
export function sizeOf(value: string | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  if (!/^\d{1,15}$/.test(value)) throw damagedTar("a member's size is impossible");
  return Number(value);
}

/** Go takes the name of a sparse file only if it knows the form. */
export function sparseName(pax: ReadonlyMap<string, string>, name: string): string {
  const real = pax.get("GNU.sparse.name");
  if (!real || real === name) return name;
  const form = `${pax.get("GNU.sparse.major") ?? ""}.${pax.get("GNU.sparse.minor") ?? ""}`;
  const isKnown = ["0.0", "0.1", "1.0"].includes(form) || (form === "." && pax.has("GNU.sparse.map"));
  if (!isKnown) throw ambiguousTar("a member's name can be read in two ways");
  return real;
}

/** What a header for all further members says is ignored by engines, and not by other readers. */
export function refuseForAll(records: ReadonlyMap<string, string>): void {
  const isHarmless = ["path", "linkpath", "size"].every((key) => !records.get(key));
  if (!isHarmless || [...records.keys()].some((key) => key.startsWith("GNU.sparse.")))
    throw ambiguousTar("one name or size is given to all members");
}

/**
 * Reads records `<length> <keyword>=<value>\n` (POSIX.1-2017, pax). The last of a keyword counts.
 * @param isStrict a keyword that is there twice, or that only some readers know, is refused
 */
export function readRecords(body: Buffer, isStrict: boolean): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const [start = "", digits = ""] =
      /^(\d{1,7}) /.exec(body.toString("latin1", at, Math.min(at + 8, body.length))) ?? [];
    const end = at + Number(digits);
    const equals = body.indexOf("=", at + start.length);
    const isRecord = start !== "" && equals > at + start.length && equals < end && end <= body.length;
    if (!isRecord || body[end - 1] !== 0x0a) throw damagedTar("an extended header is damaged");
    const keyword = body.toString("latin1", at + start.length, equals);
    const isOpaque = keyword.endsWith(".opaque") && body.toString("latin1", equals + 1, end - 1) === "y";
    if (OVERLAY.test(keyword) && !isOpaque)
      throw ambiguousTar(`a member tells overlayfs what to show (${quoted(keyword)})`);
    if (isOfInterest(keyword)) {
      const value = decodeName(body.subarray(equals + 1, end - 1));
      if (isStrict && records.has(keyword)) throw ambiguousTar(`a member's ${keyword} is given twice`);
      if (value.includes("\0")) throw ambiguousTar("a member's name can be read in two ways");
      records.set(keyword, value);
    }
    at = end;
  }
  if (isStrict) requireUsual(records);
  return records;
}

/** Refuses what only some readers know, and names that some leave out. */
function requireUsual(records: ReadonlyMap<string, string>): void {
  for (const [keyword, value] of records) {
    if (UNUSUAL.has(keyword)) throw ambiguousTar(`a member is stored in an unusual way (${keyword})`);
    if (value === "" && keyword !== "size") throw ambiguousTar("a member's name can be read in two ways");
  }
}

function isOfInterest(keyword: string): boolean {
  return NAMES_AND_SIZES.has(keyword) || UNUSUAL.has(keyword) || keyword.startsWith("GNU.sparse.");
}

/**
 * Attributes by which overlayfs shows other files than the layer has: Docker and Podman set them, others do not. That a
 * folder is opaque can be said so, too: an engine that does not know it shows more.
 */
const OVERLAY =
  /^(?:SCHILY|LIBARCHIVE)\.xattr\.(?:trusted|user|security)\.(?:overlay|fuseoverlayfs)\..*(?:opaque|redirect|metacopy|whiteout)/;

const NAMES_AND_SIZES: ReadonlySet<string> = new Set(["path", "linkpath", "size"]);
/** How names or contents are stored, in ways that only some readers know. */
const UNUSUAL: ReadonlySet<string> = new Set(["SCHILY.realsize", "hdrcharset"]);

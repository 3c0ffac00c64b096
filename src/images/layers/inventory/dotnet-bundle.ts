import type { Found } from "../content.ts";
import { readDotnetDeps } from "./package-files.ts";
import type { Range, ReadAt } from "./ranges.ts";

/**
 * SHA-256 of the line `.net core bundle`: every program that starts a .NET application has it, behind eight bytes for
 * the place of its files (dotnet/runtime, src/native/corehost/bundle/header.cpp and apphost/bundle_marker.cpp).
 */
const MARK = Buffer.from("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae", "hex");
const PLACE = 8;
/** Longest list of an application's libraries. */
const LONGEST_DEPS = 32 << 20;
const UNREAD = "its libraries are in one file with the program, and scanners do not look there";

/** An application that is one file with its libraries. Nothing: the program starts what lies beside it. */
export function inspectBundle(readAt: ReadAt, data: readonly Range[]): Found[] {
  for (const { offset, length } of data) {
    const bytes = readAt(offset, length);
    const at = bytes.indexOf(MARK);
    const header = at < PLACE ? 0 : Number(bytes.readBigUInt64LE(at - PLACE));
    if (header === 0) continue;
    const found = librariesAt(readAt, header);
    return found?.packages?.length === 0 ? [] : [{ kind: "dotnet", ...found, within: "deps.json", unread: UNREAD }];
  }
  return [];
}

/** The list of libraries, which is stored as it is. Undefined: an old form, or not there. */
function librariesAt(readAt: ReadAt, at: number): Found | undefined {
  const header = readAt(at, 13);
  if (header.length < 13 || header.readUInt32LE(0) < 2) return undefined;
  // The bundle's id is a text with its length before it.
  const locations = readAt(at + 13 + header.readUInt8(12), 16);
  if (locations.length < 16) return undefined;
  const [offset, size] = [Number(locations.readBigInt64LE(0)), Number(locations.readBigInt64LE(8))];
  if (!(size > 0 && size <= LONGEST_DEPS)) return undefined;
  const deps = readDotnetDeps(readAt(offset, size));
  return deps.unread === undefined ? deps : undefined;
}

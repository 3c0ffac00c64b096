import { isAscii, isUtf8 } from "node:buffer";

/** First of the lone surrogates that represent bytes that are not UTF-8 (the same as Python's `surrogateescape`). */
const ESCAPE = 0xdc00;

/**
 * A name as a string. Bytes that are not UTF-8 become lone surrogates, so that different names stay different.
 * `toWellFormed()` turns it into the form of Go's JSON: U+FFFD for each such byte.
 */
export function decodeName(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
  if (isUtf8(bytes)) return bytes.toString("utf8");
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const length = lengthAt(bytes, at);
    name +=
      length === 0 ? String.fromCharCode(ESCAPE + (bytes[at] as number)) : bytes.toString("utf8", at, at + length);
    at += length || 1;
  }
  return name;
}

/** Length of the UTF-8 character at a position, or 0 if there is none. */
function lengthAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}

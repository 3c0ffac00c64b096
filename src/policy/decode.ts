import { PolicyError } from "./mistakes.ts";

const LINE_FEED = 0x0a;

/**
 * The text of a policy file, without a byte order mark. Nothing is replaced: bytes that are not UTF-8 are a mistake.
 * @throws PolicyError `policy-invalid` with the line of the first bad byte.
 */
export function decodePolicy(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = "this is not UTF-8 text (save the file as UTF-8)";
    throw new PolicyError(file, [{ line: firstBadLine(bytes), column: 1, message }], { cause });
  }
}

/** 1-based. A line feed is never part of a longer UTF-8 sequence, so lines can be decoded one by one. */
function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let start = 0;
  for (let line = 1; start <= bytes.length; line++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return 1;
}

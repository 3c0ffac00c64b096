const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const SPACE = 0x20;

/** More documents in one file are not a scanner's output. */
const MOST = 1000;

/**
 * Cuts a text of several JSON documents, one after the other, into the bytes of each; some programs write one for each
 * thing that they are asked about. Whether a part is JSON is not checked. Takes linear time.
 * @returns undefined if there are more than a thousand, or one has no end
 */
export function jsonDocuments(bytes: Buffer): Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = afterSpace(bytes, 0); at < bytes.length; at = afterSpace(bytes, at)) {
    const end = OPEN.has(bytes[at] as number) ? endOfNested(bytes, at) : endOfWord(bytes, at);
    if (end === undefined || parts.length === MOST) return undefined;
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  return parts;
}

function afterSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] as number) <= SPACE) at++;
  return at;
}

/** The end of `null`, a number or a string that stands alone. */
function endOfWord(bytes: Buffer, from: number): number | undefined {
  if (bytes[from] === QUOTE) return endOfString(bytes, from);
  let at = from + 1;
  while (at < bytes.length && (bytes[at] as number) > SPACE && !OPEN.has(bytes[at] as number)) at++;
  return at;
}

function endOfNested(bytes: Buffer, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (OPEN.has(byte)) depth++;
    else if (CLOSE.has(byte) && --depth === 0) return at + 1;
  }
  return undefined;
}

/** The offset behind the closing quotation mark. */
function endOfString(bytes: Buffer, from: number): number | undefined {
  for (let at = from + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return undefined;
}

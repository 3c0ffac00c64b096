/** More documents in one file are not a scanner's output. */
const MOST = 1000;

/**
 * Cuts a text of several JSON documents into the bytes of each: `clairctl` writes one for each image, on lines of their
 * own. Whether a part is JSON is not checked.
 * @returns undefined if there are more than a thousand
 */
export function jsonDocuments(bytes: Buffer): Buffer[] | undefined {
  // The bytes stay as they are, so that the reader of the parts sees what is not UTF-8.
  const parts = bytes.toString("latin1").split(/\n(?=[[{]|null\b)/);
  return parts.length > MOST ? undefined : parts.map((part) => Buffer.from(part, "latin1"));
}

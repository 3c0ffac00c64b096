import { isUtf8 } from "node:buffer";

/** A change of one file in a tree, as the API takes it. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: "100644";
  readonly type: "blob";
  /** Text that becomes the file's content. */
  readonly content?: string;
  /** A blob that is there already; null removes the file. */
  readonly sha?: string | null;
}

/**
 * What one request takes. GitHub documents no limit for a tree with contents, but gives up on a request after ten
 * seconds (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts). Users report that
 * from 2.5 MB or 200 files on, so smaller requests are sent as long as they are few.
 */
const SMALL_BYTES = 2 << 20;
const SMALL_FILES = 100;
/**
 * Approximate number of requests into which a large change is divided. With the other requests of a run they stay below
 * 20.
 */
const PARTS = 10;

/** Text goes into the tree itself, all of it in a few requests; anything else needs a request for each file. */
export function isText(path: string, content: Buffer): boolean {
  return path.endsWith(".json") && isUtf8(content);
}

export function textEntry(path: string, content: Buffer): TreeEntry {
  return { path, mode: "100644", type: "blob", content: content.toString("utf8") };
}

export function blobEntry(path: string, sha: string | null): TreeEntry {
  return { path, mode: "100644", type: "blob", sha };
}

/** Bytes of an entry in a request, about: quotation marks are escaped. */
function weightOf({ path, content = "" }: TreeEntry): number {
  return path.length + 100 + content.length * 1.2;
}

/** Bytes of a request with these entries, about. */
export function weightOfPart(entries: readonly TreeEntry[]): number {
  return entries.reduce((sum, entry) => sum + weightOf(entry), 0);
}

/** Two parts of two or more entries. */
export function halves(part: readonly TreeEntry[]): [TreeEntry[], TreeEntry[]] {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
}

/** Divides a change into requests of much the same size. */
export function inParts(entries: readonly TreeEntry[]): TreeEntry[][] {
  const total = weightOfPart(entries);
  const mostBytes = Math.max(SMALL_BYTES, total / PARTS);
  const mostFiles = Math.max(SMALL_FILES, Math.ceil(entries.length / PARTS));
  const parts: TreeEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const last = parts.at(-1);
    // The entry that exceeds a part's size is still its own, so that there are never more than the wanted number by
    // size.
    if (last === undefined || room <= 0 || last.length >= mostFiles) {
      parts.push([entry]);
      room = mostBytes;
    } else last.push(entry);
    room -= weightOf(entry);
  }
  return parts;
}

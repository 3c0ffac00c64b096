import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from "yaml";
import { shownKey } from "./mistakes.ts";
import { TAG } from "./yaml-text.ts";

/** A value in the file, with its position. */
export interface LocatedValue {
  /** Plain data. Mappings have no prototype. Undefined if it was refused. */
  readonly value: unknown;
  /** Offset of the value. For a mapping or list, the start of its first line. */
  readonly at: number;
  /** Offset of its key, if there is one. */
  readonly keyAt?: number;
  /** The parts of a mapping or list, by key or index. */
  readonly parts: ReadonlyMap<string | number, LocatedValue>;
}

/** The value at a path of keys and indexes. Undefined: there is none. */
export function partAt(tree: LocatedValue, path: readonly PropertyKey[]): LocatedValue | undefined {
  let part: LocatedValue | undefined = tree;
  for (const step of path) part = part?.parts.get(step as string | number);
  return part;
}

/** A mistake with its offset in the text. */
export interface OffsetMistake {
  readonly at: number;
  readonly message: string;
}

/**
 * Converts YAML nodes into plain data with positions. Mistakes are: duplicate keys, keys that are not text, merge keys,
 * tags, anchors and aliases. The rest is still returned, so all mistakes are found at once.
 */
export function readTree(root: ParsedNode): { tree: LocatedValue; mistakes: OffsetMistake[] } {
  const mistakes: OffsetMistake[] = [];
  return { tree: read(root, (at, message) => mistakes.push({ at, message })), mistakes };
}

type Refuse = (at: number, message: string) => void;

function read(node: ParsedNode, refuse: Refuse): LocatedValue {
  const at = node.range[0];
  const parts = new Map<string | number, LocatedValue>();
  if (isAlias(node)) {
    refuse(
      at,
      "YAML reads a value that starts with * as an alias (*name), which is not allowed; put it in quotes, or write the value out",
    );
    return { value: undefined, at, parts };
  }
  if (node.tag !== undefined) refuse(at, TAG);
  if (node.anchor !== undefined)
    refuse(at, "an anchor (&name) is not allowed; put a value that starts with & in quotes");
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    const value: Record<string, unknown> = Object.create(null);
    for (const pair of node.items) {
      const keyAt = pair.key.range[0];
      const key = readKey(pair.key, refuse);
      if (key === undefined) continue;
      const part = pair.value ? read(pair.value, refuse) : { value: null, at: keyAt, parts: new Map() };
      if (parts.has(key)) {
        refuse(keyAt, `duplicate key${shownKey(key)}; keep only one`);
        continue;
      }
      value[key] = part.value;
      parts.set(key, { ...part, keyAt });
    }
    return { value, at, parts };
  }
  if (isSeq<ParsedNode>(node)) {
    for (const [index, item] of node.items.entries()) parts.set(index, read(item, refuse));
    return { value: Array.from(parts.values(), ({ value }) => value), at, parts };
  }
  return { value: isScalar(node) ? node.value : undefined, at, parts };
}

function readKey(key: ParsedNode, refuse: Refuse): string | undefined {
  const at = key.range[0];
  if (!isAlias(key) && key.tag !== undefined) refuse(at, "a key can have no tag");
  if (!isScalar(key) || typeof key.value !== "string") {
    refuse(at, "a key must be plain text");
    return undefined;
  }
  if (key.anchor !== undefined) refuse(at, "a key can have no anchor");
  if (key.value !== "<<") return key.value;
  refuse(at, "merge keys (<<) are not allowed; write the keys out");
  return undefined;
}

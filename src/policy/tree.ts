import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode } from "yaml";
import { shownKey } from "./mistakes.ts";

/** Highest number of aliases that we follow: a document of nested aliases grows exponentially. */
const MAX_ALIASES = 100;
/**
 * Highest number of values, counting aliased ones at each use. The largest policy within the schema has about 150,000.
 */
const MAX_VALUES = 250_000;

/** A value in the file, with its position. */
export interface Located {
  /** Plain data. Mappings have no prototype. */
  readonly value: unknown;
  /** Offset of the value. For a mapping or list, the start of its first line. */
  readonly at: number;
  /** The parts of a mapping or list, by key or index. */
  readonly parts: ReadonlyMap<string | number, Part>;
  /** Number of values, including this one. */
  readonly size: number;
}

interface Part extends Located {
  /** Offset of the key, if there is one. */
  readonly keyAt: number;
}

/** A mistake with its offset in the text. */
export interface OffsetMistake {
  readonly at: number;
  readonly message: string;
}

const NONE: ReadonlyMap<string | number, Part> = new Map();

/**
 * Converts YAML nodes into plain data with positions. Mistakes are: duplicate keys, keys that are not text, merge keys,
 * tags, and aliases that are undefined, recursive or too large. The rest is still returned, so that all mistakes are
 * found at once.
 */
export function readTree(root: ParsedNode): { tree: Located; mistakes: OffsetMistake[] } {
  const reader = new TreeReader();
  const tree = reader.read(root);
  return { tree, mistakes: reader.mistakes };
}

class TreeReader {
  readonly mistakes: OffsetMistake[] = [];
  /** Latest value of each anchor. Undefined while it is being read. */
  private readonly anchors = new Map<string, Located | undefined>();
  private aliases = 0;
  private values = 0;

  read(node: ParsedNode): Located {
    const at = node.range[0];
    if (isAlias(node)) return this.follow(node.source, at);
    if (node.tag !== undefined)
      this.mistakes.push({ at, message: "a tag (!name) is not allowed; put a value that starts with ! in quotes" });
    if (node.anchor !== undefined) this.anchors.set(node.anchor, undefined);
    const located = this.readValue(node, at);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, located);
    return located;
  }

  private readValue(node: ParsedNode, at: number): Located {
    this.count(1, at);
    if (isMap<ParsedNode, ParsedNode | null>(node)) return this.readMap(node.items, at);
    if (isSeq<ParsedNode>(node)) return this.readList(node.items, at);
    return { value: isScalar(node) ? node.value : undefined, at, parts: NONE, size: 1 };
  }

  private readMap(pairs: readonly Pair<ParsedNode, ParsedNode | null>[], at: number): Located {
    const value: Record<string, unknown> = Object.create(null);
    const parts = new Map<string, Part>();
    let size = 1;
    for (const pair of pairs) {
      const keyAt = pair.key.range[0];
      const key = this.readKey(pair.key, keyAt);
      const part = pair.value ? this.read(pair.value) : { value: null, at: keyAt, parts: NONE, size: 1 };
      if (key === undefined) continue;
      if (parts.has(key)) {
        this.mistakes.push({
          at: keyAt,
          message: `the key${shownKey(key)} is here twice: keep one, with all that belongs to it`,
        });
        continue;
      }
      value[key] = part.value;
      parts.set(key, { ...part, keyAt });
      size += part.size;
    }
    return { value, at, parts, size };
  }

  private readKey(key: ParsedNode, at: number): string | undefined {
    if (!isAlias(key) && key.tag !== undefined) this.mistakes.push({ at, message: "a key can have no tag" });
    if (!isScalar(key) || typeof key.value !== "string") {
      this.mistakes.push({ at, message: "a key must be plain text" });
      return undefined;
    }
    if (key.anchor !== undefined) this.mistakes.push({ at, message: "a key can have no anchor" });
    if (key.value === "<<") {
      this.mistakes.push({ at, message: "merge keys (<<) are not allowed; write the keys out" });
      return undefined;
    }
    return key.value;
  }

  private readList(items: readonly ParsedNode[], at: number): Located {
    const value: unknown[] = [];
    const parts = new Map<number, Part>();
    let size = 1;
    for (const [index, item] of items.entries()) {
      const part = this.read(item);
      value.push(part.value);
      parts.set(index, { ...part, keyAt: part.at });
      size += part.size;
    }
    return { value, at, parts, size };
  }

  private follow(name: string, at: number): Located {
    const nothing = { value: undefined, at, parts: NONE, size: 1 };
    if (++this.aliases > MAX_ALIASES) {
      if (this.aliases === MAX_ALIASES + 1)
        this.mistakes.push({ at, message: `more than ${MAX_ALIASES} aliases (*name); write the values out` });
      return nothing;
    }
    const target = this.anchors.get(name);
    if (target) {
      this.count(target.size, at);
      return this.values > MAX_VALUES ? nothing : { ...target, at };
    }
    const message = this.anchors.has(name)
      ? "an alias (*name) that refers to what it stands in"
      : "YAML reads a value that starts with * as an alias; put it in quotes";
    this.mistakes.push({ at, message });
    return nothing;
  }

  private count(values: number, at: number): void {
    const before = this.values;
    this.values += values;
    if (before <= MAX_VALUES && this.values > MAX_VALUES)
      this.mistakes.push({ at, message: `more than ${MAX_VALUES} values` });
  }
}

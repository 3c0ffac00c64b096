// JSON text that can have a key twice, or in any spelling. A hostile writer can produce it, JSON.stringify cannot.

/** An object from its members in this order. Keys are written unchanged. */
export class Members {
  readonly list: { key: string; value: Node }[];

  constructor(list: { key: string; value: Node }[]) {
    this.list = list;
  }
}

/** A raw text is written unchanged. */
export type Node = Members | Node[] | string;

export function toNode(value: unknown): Node {
  if (Array.isArray(value)) return value.map(toNode);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return new Members(Object.entries(value).map(([key, each]) => ({ key: JSON.stringify(key), value: toNode(each) })));
}

export function toText(node: Node): string {
  if (typeof node === "string") return node;
  if (Array.isArray(node)) return `[${node.map(toText).join(",")}]`;
  return `{${node.list.map(({ key, value }) => `${key}:${toText(value)}`).join(",")}}`;
}

/** All objects of a document, outer ones first. */
export function objectsIn(node: Node): Members[] {
  if (typeof node === "string") return [];
  if (Array.isArray(node)) return node.flatMap(objectsIn);
  return [node, ...node.list.flatMap(({ value }) => objectsIn(value))];
}

/** Ways to write a key in JSON: unchanged, in other cases, with letters that Go folds to it, and with escapes. */
export function spellings(key: string): string[] {
  const own = JSON.parse(key) as string;
  const escaped = `"${[...own].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`;
  const others = [
    own.toUpperCase(),
    own.charAt(0).toUpperCase() + own.slice(1),
    own.replace(/s/g, "ſ"),
    own.replace(/k/g, "\u212a"),
  ];
  return [key, escaped, ...others.map((each) => JSON.stringify(each))];
}

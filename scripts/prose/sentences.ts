const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** The part of a node of textlint's tree that the rules read. */
export interface Node {
  readonly type: string;
  readonly raw: string;
  readonly value?: unknown;
  readonly range: readonly [number, number];
  readonly children?: readonly Node[];
}

/** The node's text in its own length, so that places stay right. Code and addresses of links count as one word. */
function wordsIn(node: Node): string {
  // A line's end within a paragraph ends no sentence.
  if (node.type === "Str") return node.raw.replaceAll(/\s/g, " ");
  if (node.type === "Break") return " ".repeat(node.raw.length);
  if (node.children === undefined || node.children.length === 0) return "X".repeat(node.raw.length);
  let text = "";
  let end = node.range[0];
  for (const child of node.children) {
    text += " ".repeat(child.range[0] - end) + wordsIn(child);
    end = child.range[1];
  }
  return text + " ".repeat(node.range[1] - end);
}

/** A sentence of a paragraph, and where it is in the node's text. */
export interface Sentence {
  /** Code and addresses are `XXX`, one word each. */
  readonly text: string;
  readonly words: number;
  readonly range: readonly [number, number];
}

/** The sentences of a paragraph, a heading or a table's cell. */
export function sentencesOf(node: Node): Sentence[] {
  return [...sentences.segment(wordsIn(node))].map(({ segment, index }) => ({
    text: segment.trim(),
    words: segment.split(/[\s—–]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
    range: [index, index + segment.trimEnd().length],
  }));
}

import { type DefaultTreeAdapterTypes, parseFragment } from "parse5";

type Node = DefaultTreeAdapterTypes.ChildNode;

/** A part of a page, from one heading to the next: what the search finds. */
export interface Section {
  /** Address below the site's base, with the heading's anchor. */
  readonly address: string;
  /** Titles from the page's to the part's. */
  readonly titles: readonly string[];
  readonly text: string;
}

/** Elements whose text readers do not see as text of the page; VitePress writes a block's language into a `span`. */
const LEFT_OUT = new Set(["script", "style", "button", "nav"]);
const isLeftOut = (node: Node) =>
  LEFT_OUT.has(node.nodeName) ||
  ("attrs" in node && node.attrs.some(({ name, value }) => name === "class" && value === "lang"));
/** Deeper headings are text of their part. */
const DEEPEST = 3;

const plain = (node: Node): string => {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterTypes.TextNode).value;
  if (!("childNodes" in node) || isLeftOut(node)) return "";
  const inner = node.childNodes.map(plain).join("");
  return /^(?:p|li|td|th|tr|div|pre|h\d)$/.test(node.nodeName) ? `${inner} ` : inner;
};
const oneLine = (text: string) => text.replaceAll("\u200b", "").replaceAll(/\s+/g, " ").trim();

/** The parts of a page. @param html what the page shows between its `main` tags */
export function sectionsOf(html: string, address: string): Section[] {
  const sections: { address: string; titles: string[]; text: string }[] = [];
  const visit = (node: Node): void => {
    const level = Number(/^h([1-6])$/.exec(node.nodeName)?.[1] ?? 0);
    if (level > 0 && level <= DEEPEST && "attrs" in node) {
      const id = node.attrs.find(({ name }) => name === "id")?.value;
      const above = (sections.at(-1)?.titles ?? []).slice(0, level - 1);
      const anchor = level === 1 || id === undefined ? "" : `#${id}`;
      sections.push({ address: `${address}${anchor}`, titles: [...above, oneLine(plain(node))], text: "" });
      return;
    }
    if ("childNodes" in node && /^(?:div|ul|ol|details|blockquote)$/.test(node.nodeName))
      node.childNodes.forEach(visit);
    else {
      const last = sections.at(-1);
      if (last) last.text = oneLine(`${last.text} ${plain(node)}`);
    }
  };
  for (const node of parseFragment(html).childNodes) visit(node);
  return sections;
}

/** Longest explanation that is kept, in UTF-16 units: as long as code scanning shows one. */
const LONGEST = 1000;

/** What keeps the explanations of advisories: `undefined` where there is none, or none are wanted. */
export type Descriptions = (id: string, text: string | undefined) => string | undefined;

/**
 * Shortens explanations, and gives all findings of an advisory the same text where they have the same: 50,000 findings
 * then keep as many texts as there are advisories.
 */
export function keepingDescriptions(): Descriptions {
  const known = new Map<string, string>();
  return (id, text) => {
    if (text === undefined || text.trim() === "") return undefined;
    const made = cut(text);
    const first = known.get(id);
    if (first === made) return first;
    if (first === undefined) known.set(id, made);
    return made;
  };
}

/** Where no report shows them. */
export const NO_DESCRIPTIONS: Descriptions = () => undefined;

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  const head = text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, "");
  // A copy: a slice would keep the whole text in memory.
  return Buffer.from(`${head}…`).toString();
}

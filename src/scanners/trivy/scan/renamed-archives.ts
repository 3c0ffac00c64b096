import type { Inventory, InventoryEntry } from "../../../domain/coverage/inventory.ts";

/** The largest number of patterns, and of characters in all of them: each is an argument of a process. */
const MOST_PATTERNS = 200;
const MOST_CHARACTERS = 100_000;

/**
 * Trivy recognises Java archives by their names. These patterns make it read archives with other names, too. Archives
 * beyond the limits stay as they are: each is a coverage gap.
 * @returns the values of `--file-patterns`, and the inventory in which these archives no longer count as renamed
 */
export function tellOfArchives(inventory: Inventory) {
  const patterns: string[] = [];
  let characters = 0;
  const entries = inventory.entries.map((entry): InventoryEntry => {
    if (entry.isRenamed !== true) return entry;
    const pattern = patternOf(entry.path);
    characters += pattern.length;
    if (patterns.length >= MOST_PATTERNS || characters > MOST_CHARACTERS) return entry;
    patterns.push(pattern);
    return { ...entry, isRenamed: undefined };
  });
  return { patterns, inventory: patterns.length === 0 ? inventory : { ...inventory, entries } };
}

/**
 * Go's regular expression for one path (https://pkg.go.dev/regexp/syntax). It reads each byte that is not UTF-8 as
 * U+FFFD, and so does `toWellFormed`.
 */
function patternOf(path: string): string {
  const text = path.toWellFormed().replace(/[^\w/]/gu, (character) => `\\x{${character.codePointAt(0)?.toString(16)}}`);
  return `jar:^${text}$`;
}

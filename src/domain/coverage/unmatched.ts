import type { CoverageRow, Gap } from "../coverage.ts";
import { listSome } from "../list-some.ts";
import { clipped } from "../one-line.ts";
import type { InventoryEntry } from "./inventory.ts";
import type { SeenIndex } from "./seen-packages.ts";

/** What an image has that the scanner does not list, by the kinds that are told together. */
export type Unmatched = (typeof UNMATCHED)[number];
const UNMATCHED = ["lock-file", "conda", "other-manager", "maven"] as const;

export function isUnmatched(kind: string): kind is Unmatched {
  return (UNMATCHED as readonly string[]).includes(kind);
}

/** Longest name, version or path in a gap's text, in UTF-16 code units. */
const LONGEST = 200;
/** Highest number of packages that a gap names. */
export const MOST_NAMED = 5;

/** Some packages with their versions, and how many more there are. */
export function named(packages: readonly { readonly name: string; readonly version: string }[]): string {
  return someOf(packages.map(({ name, version }) => `${name} ${version}`));
}

function someOf(texts: readonly string[]): string {
  return listSome(texts, MOST_NAMED, { show: shortened });
}

export function shortened(text: string): string {
  return clipped(text, LONGEST);
}

/** One gap for each whole package manager that the scanner knows nothing of. */
export function managerGaps(entries: readonly InventoryEntry[]): Gap[] {
  return [...Map.groupBy(entries, ({ manager }) => manager ?? "another package manager")].map(([manager, own]) => {
    const names = own.map(({ packages: [one] = [], path }) => one?.name ?? path);
    const path = own[0]?.path ?? "";
    return {
      code: "packages-unaccounted",
      what: `packages of ${manager} are in the image (${shortened(path)}), which the scanner does not look at: ${someOf(names)}`,
      remedy:
        "Look after them in another way and accept this in the policy. Or leave their folder out with `skip-dirs`. Install what the application needs by the system's own package manager if you can.",
      path,
    };
  });
}

/** Whether the scanner lists the packages of an unpacked archive under any path: of the archive itself. */
export function isListedAnywhere({ packages = [] }: InventoryEntry, index: SeenIndex): boolean {
  return packages.length > 0 && packages.every(({ name, version }) => index.hasPackage(name, version));
}

/** Descriptions of Java packages that were unpacked from archives, which no scanner reads. */
interface UnpackedJava {
  /** The only one of its folder: mostly the application itself. */
  readonly alone: readonly InventoryEntry[];
  /** Several in one folder: an application with its libraries. */
  readonly together: readonly InventoryEntry[];
}

export function unpackedJava(entries: readonly InventoryEntry[]): UnpackedJava {
  const folders = [...Map.groupBy(entries, ({ path }) => path.split("/").slice(0, -3).join("/")).values()];
  return {
    alone: folders.filter(({ length }) => length === 1).flat(),
    together: folders.filter(({ length }) => length > 1).flat(),
  };
}

export function unpackedRow(entries: readonly InventoryEntry[]): readonly CoverageRow[] {
  if (entries.length === 0) return [];
  const names = entries.map(({ packages: [one] = [], path }) => (one ? `${one.name} ${one.version}` : path));
  const detail = `whether there are advisories for what was unpacked from archives: ${someOf(names)}`;
  return [{ subject: "Java classes", status: "not-known", detail }];
}

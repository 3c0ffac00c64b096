import type { InstalledPackage, ScanResult } from "../target.ts";

/** How much of instructions and of packages must be the same in two versions of one base. */
const SAME = 0.5;

/**
 * Whether an image was built on an older version of this base, and how many of its layers that has. Rebuilding changes
 * every DiffID, but neither the Dockerfile nor the choice of packages much: at least half of the layers' instructions must
 * be the same in their order (numbers and hashes apart), and half of all packages' names.
 * @param current what the base's reference means today
 * @returns undefined where it does not look like one
 */
export function olderBaseLayers(image: ScanResult, current: ScanResult): number | undefined {
  const [best] = [image.build?.baseLayers ?? 0, current.layers.length]
    .filter((length) => length > 0 && length <= image.layers.length)
    .map((length) => ({ length, likeness: likenessOfRecipes(image, length, current) }))
    .sort((a, b) => b.likeness - a.likeness);
  if (best === undefined || best.likeness < SAME || !samePackages(image, best.length, current)) return undefined;
  return best.length;
}

/** The share of layers with the same instruction, 0 to 1. */
function likenessOfRecipes(image: ScanResult, length: number, current: ScanResult): number {
  const older = image.build?.instructions.slice(0, length) ?? [];
  const newer = current.build?.instructions ?? [];
  const same = older.filter((each, index) => each !== undefined && shape(each) === shape(newer[index] ?? "")).length;
  return same / Math.max(older.length, newer.length, 1);
}

/** An instruction without its versions and hashes. */
function shape(instruction: string): string {
  return instruction
    .toLowerCase()
    .replace(/[0-9a-f]{12,}|\d+/g, "#")
    .replace(/\s+/g, " ");
}

function samePackages(image: ScanResult, length: number, current: ScanResult): boolean {
  const layers = new Set(image.layers.slice(0, length));
  const older = namesOf(image.packages.filter(({ diffId }) => diffId !== undefined && layers.has(diffId)));
  const newer = namesOf(current.packages);
  const both = [...older].filter((name) => newer.has(name)).length;
  const all = older.size + newer.size - both;
  return both >= SAME * all;
}

function namesOf(packages: readonly InstalledPackage[]): Set<string> {
  return new Set(packages.map(({ type, name }) => `${type}\0${name}`));
}

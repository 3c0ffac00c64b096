import type { Finding } from "../finding.ts";
import type { NewerBase } from "../fix-plan.ts";
import type { ReadOf } from "../report/fields.ts";
import type { base, baseFigures } from "../report/schema.ts";
import { type Counts, perSeverity } from "../severity.ts";
import type { InstalledPackage, ScanResult } from "../target.ts";

/** The part of the image with the finding: `base` is the image that it was built on, `own` is all that was added. */
export type Origin = keyof NonNullable<BaseReport["counts"]>;

/** Finds the part of the image with the finding. Undefined: the base is unknown. */
export type OriginOf = (finding: Finding) => Origin | undefined;

/** The figures for comparing base images. */
export type BaseFigures = ReadOf<typeof baseFigures>;

/** Sorted names of packages that help an attacker. An empty list means that no such package was found. */
export type AttackSurface = NonNullable<BaseFigures["surface"]>;

/** The known facts about the image that a target was built on. */
export interface BaseReport extends ReadOf<typeof base> {
  readonly newer?: NewerBase | undefined;
}

/** One of `base-image-candidates`, or the reason why it could not be scanned. */
export type BaseCandidate = BaseReport["candidates"][number];

/** True if an image was built on another: its first layers are the other's layers. Also true for the same image. */
export function isBelow(base: readonly string[], layers: readonly string[]): boolean {
  return base.length > 0 && base.every((diffId, index) => diffId === layers[index]);
}

/**
 * Finds a finding's origin by the layer that added it. A finding without a known layer (licences) counts as the image's
 * own, so it is not overlooked.
 * @param baseLayers number of the scan's layers that belong to the base
 */
export function originFinder(scan: ScanResult, baseLayers: number): OriginOf {
  if (baseLayers === 0) return () => undefined;
  const base = new Set(scan.layers.slice(0, baseLayers));
  return ({ layer }) => (layer !== undefined && base.has(layer.diffId) ? "base" : "own");
}

/** Counts a target's findings by origin and severity. */
export function countOrigins(findings: readonly Finding[], originOf: OriginOf): Record<Origin, Counts> {
  const counts = { base: perSeverity(() => 0), own: perSeverity(() => 0) };
  for (const finding of findings) counts[originOf(finding) ?? "own"][finding.severity] += 1;
  return counts;
}

/**
 * The effect of rebuilding on the newer base. Two findings are the same if their advisories and packages are.
 * @param base the findings of the base in use
 */
export function compareBases(base: readonly Finding[], newer: readonly Finding[]): Omit<NewerBase, "reference"> {
  const had = new Set(base.map(sameness));
  const has = new Set(newer.map(sameness));
  return {
    clears: base.filter((finding) => !has.has(sameness(finding))).length,
    of: base.length,
    brings: newer.filter((finding) => !had.has(sameness(finding))).length,
    lacks: (finding) => !has.has(sameness(finding)),
  };
}

function sameness({ kind, id, package: found, path }: Finding): string {
  return `${kind}\0${id}\0${found?.name ?? path ?? ""}`;
}

/** The minimum share of instructions, and of packages, that two versions of one base have in common. */
const SAME = 0.5;

/**
 * Detects an image that was built on an older version of this base. A rebuild changes every DiffID, but hardly the
 * Dockerfile and the packages. So at least half of the layers' instructions must be the same, in order and apart from
 * numbers and hashes. At least half of all package names must be the same too.
 * @param current the image that the base's reference refers to today
 * @returns the number of layers of the older version, or undefined if there is no such resemblance
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

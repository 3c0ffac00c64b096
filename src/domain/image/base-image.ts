import type { Finding } from "../finding.ts";
import { type Counts, perSeverity } from "../severity.ts";
import type { InstalledPackage, ScanResult } from "../target.ts";

/** Whose a finding is: `base`, of the image that this one was built on; `own`, of what was built on it. */
export type Origin = "base" | "own";

/** An image that others can be built on, as far as it can be compared with another. */
export interface BaseFigures {
  readonly reference: string;
  /** Its findings by severity. */
  readonly findings: Counts;
  /** Bytes of all layers, unpacked. */
  readonly size?: number | undefined;
  /** What an attacker finds in it; absent: its packages do not tell. */
  readonly surface?: AttackSurface | undefined;
}

/** Names of packages that help an attacker, sorted. An empty list means that none was found among the packages. */
export interface AttackSurface {
  readonly shells: readonly string[];
  readonly compilers: readonly string[];
  readonly packageManagers: readonly string[];
}

/** One of `base-image-candidates`, or why it could not be scanned. */
export type BaseCandidate = BaseFigures | { readonly reference: string; readonly problem: string };

/** The image that the base's tag means today, where that is another one than the image was built on. */
export interface NewerBase {
  readonly reference: string;
  readonly digest?: string | undefined;
  /** Whole days since it was made; absent: it does not say, or writes a date long past (reproducible builds). */
  readonly ageDays?: number | undefined;
  /** Findings of the base that the newer one lacks. */
  readonly clears: number;
  /** All findings of the base. */
  readonly of: number;
  /** Findings that only the newer one has. */
  readonly brings: number;
}

/** What is known of the image that a target was built on. */
export interface BaseReport {
  /** How it was found: by the input, by the image's own label or annotation, by its history; absent: not at all. */
  readonly found?: "input" | "annotation" | "history" | undefined;
  /** Its reference; absent where only the history tells of it. */
  readonly reference?: string | undefined;
  /** Its manifest's digest, by the registry or by the image's own word. */
  readonly digest?: string | undefined;
  /** How many of the image's layers are its own, from the first on; 0 where no base was found. */
  readonly layers: number;
  /** The target's findings by whose they are; absent where no base was found. */
  readonly counts?: Readonly<Record<Origin, Counts>> | undefined;
  /** The base as it is in use, where it was scanned. */
  readonly inUse?: BaseFigures | undefined;
  readonly newer?: NewerBase | undefined;
  readonly candidates: readonly BaseCandidate[];
  /** What went wrong on the way, as sentences: a warning that changes no verdict. */
  readonly problem?: string | undefined;
  /** What was left out on purpose, as a sentence. */
  readonly note?: string | undefined;
}

/** Whether an image was built on another: that one's layers are the first of its own (the same image included). */
export function isBelow(base: readonly string[], layers: readonly string[]): boolean {
  return base.length > 0 && base.every((diffId, index) => diffId === layers[index]);
}

/**
 * Tells whose a finding is, by the layer that brought it in. What names no layer (licences) has its package's; what none
 * is known of is the image's own, as nobody else will see to it.
 * @param baseLayers how many of the scan's layers are the base's
 */
export function originFinder(scan: ScanResult, baseLayers: number): (finding: Finding) => Origin | undefined {
  if (baseLayers === 0) return () => undefined;
  const base = new Set<string | undefined>(scan.layers.slice(0, baseLayers));
  let places: Map<string, string> | undefined;
  const placeOf = ({ package: found, path }: Finding): string | undefined => {
    if (found === undefined) return undefined;
    places ??= new Map(scan.packages.flatMap((each) => (each.diffId ? [[placeKey(each), each.diffId] as const] : [])));
    return places.get(placeKey({ name: found.name, path }));
  };
  return (finding) => {
    const diffId = finding.layer?.diffId ?? placeOf(finding);
    return base.has(diffId) ? "base" : "own";
  };
}

function placeKey({ name, path }: { readonly name: string; readonly path?: string | undefined }): string {
  return `${name}\0${path ?? ""}`;
}

/** A target's findings of every severity, by whose they are. */
export function countOrigins(
  findings: readonly Finding[],
  originOf: (finding: Finding) => Origin | undefined,
): Record<Origin, Counts> {
  const counts = { base: perSeverity(() => 0), own: perSeverity(() => 0) };
  for (const finding of findings) counts[originOf(finding) ?? "own"][finding.severity] += 1;
  return counts;
}

/**
 * What rebuilding on the newer base would do, finding by finding: the same is the same advisory on the same package.
 * @param base the findings of the base in use
 */
export function compareBases(base: readonly Finding[], newer: readonly Finding[]): Omit<NewerBase, "reference"> {
  const had = new Set(base.map(sameness));
  const has = new Set(newer.map(sameness));
  return {
    clears: base.filter((finding) => !has.has(sameness(finding))).length,
    of: base.length,
    brings: newer.filter((finding) => !had.has(sameness(finding))).length,
  };
}

function sameness({ kind, id, package: found, path }: Finding): string {
  return `${kind}\0${id}\0${found?.name ?? path ?? ""}`;
}

/** Counts findings by severity. */
export function countFindings(findings: readonly Finding[]): Counts {
  const counts = perSeverity(() => 0);
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

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

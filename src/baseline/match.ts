import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beyondScanner } from "../domain/change/beyond-scanner.ts";
import type { Baseline, BaselineSource } from "../domain/change/comparison.ts";
import { type FindingKind, kindsOf } from "../domain/finding.ts";
import { platformMatches } from "../domain/image/platform.ts";
import { listSome } from "../domain/list-some.ts";
import { unscanned } from "../domain/packages/package-list.ts";
import type { ScanResult, Target } from "../domain/target.ts";
import type { Rescan, Scans } from "../scan/scans.ts";
import { GateError } from "../system/errors.ts";
import { removedAtEnd } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import { baselineOtherImage, baselinePlatform, baselineUnavailable } from "./errors.ts";
import { isSameImage, type ScannedTarget, type StoredBaseline } from "./stored-baseline.ts";

type MatchWorld = Pick<World, "log" | "runFolder" | "signal">;

/** How this run scans packages and images again. */
type Rescanning = Pick<Scans, "lookUp"> & { readonly rescan: Rescan };

/** The two sides of a comparison. */
export interface Match {
  readonly stored: StoredBaseline;
  readonly judged: ScannedTarget;
  /** The baseline's name in messages: `The baseline "report.json"`. */
  readonly name: string;
}

/**
 * Matches a baseline with this run's database, for a target that this run scanned. Accepts the baseline of another
 * image, with a warning.
 * @throws GateError `baseline-platform`, `baseline-unavailable`, `run-cancelled`
 */
export async function matchBaseline(match: Match, scans: Rescanning, world: MatchWorld): Promise<Baseline> {
  const { stored, judged, name } = match;
  checkPlatform(stored.platform, judged, name);
  const { contents, earlier = [] } = stored;
  // An SBOM might not have the paths of libraries.
  const isPlaced = judged.scan.packages.some(({ system, path }) => system !== true && path !== undefined);
  const withoutPaths = stored.withoutPaths === true || (judged.target.kind === "sbom" && !isPlaced);
  const own = kindsOf(judged.scan.provenance.scanners);
  if ("reference" in contents) {
    // Anyone who builds the image can give a local image any name, so the image to compare with is taken from the
    // registry.
    const fromRegistry: Rescan = (target) => scans.rescan(target, { imageSource: ["remote"] });
    const { reference } = contents;
    // If the image is for several platforms, this takes the judged one.
    const platform = judged.target.platform ?? judged.scan.artifact.platform;
    const target: Target = { kind: "image", input: reference, platform, label: `${reference} (baseline)` };
    const scan = await scanned(target, match, fromRegistry, world);
    checkPlatform(scan.artifact.platform, judged, name);
    const { packages, findings, provenance } = scan;
    const kinds = common(own, kindsOf(provenance.scanners));
    const source = sourceOf({ ...match, stored: { ...stored, platform: scan.artifact.platform } }, world);
    return { source, packages, findings, kinds };
  }
  const kinds = common(own, stored.kinds);
  const scan = kinds.has("vulnerability") ? await matchedPackages(match, scans, world) : undefined;
  const matched = (scan?.findings ?? []).filter((finding) => finding.kind === "vulnerability");
  // Other findings do not depend on a database, and the baseline's files are no longer available.
  const others = earlier.filter((finding) => finding.kind !== "vulnerability");
  const beyond = beyondScanner(earlier, judged.scan, matched);
  return {
    source: sourceOf(match, world, [gapNote(stored, scan)]),
    packages: "packages" in contents ? contents.packages : (scan?.packages ?? []),
    findings: [...matched, ...beyond, ...others],
    earlier: stored.earlier,
    unsettled: stored.unsettled,
    blind: stored.blind,
    kinds,
    withoutPaths,
  };
}

/** A note on the gaps of an SBOM: packages that were not scanned would seem to be new. */
function gapNote({ contents }: StoredBaseline, scan: ScanResult | undefined): string | undefined {
  const gaps = "sbom" in contents ? (scan?.coverage?.gaps ?? []) : [];
  if (gaps.length === 0) return undefined;
  const what = listSome(gaps, MOST_GAPS, { show: (gap) => gap.what, clauses: true });
  return `It was not completely scanned, so some findings may seem to be new: ${what}.`;
}

/** Highest number of a baseline's gaps that a note names. */
const MOST_GAPS = 3;

export function common(a: ReadonlySet<FindingKind>, b: ReadonlySet<FindingKind>): ReadonlySet<FindingKind> {
  return new Set([...a].filter((kind) => b.has(kind)));
}

export function checkPlatform(platform: string | undefined, { scan }: ScannedTarget, name: string): void {
  const wanted = scan.artifact.platform;
  if (platform === undefined || wanted === undefined || platformMatches(wanted, platform)) return;
  throw baselinePlatform(name, platform, wanted);
}

const NO_PLATFORM = "Its platform is unknown: if it is another one, the comparison is meaningless.";

/** The baseline's own description, its platform, and a note if it is from another image. */
export function sourceOf(
  { stored, judged, name }: Match,
  { log }: Pick<World, "log">,
  more: readonly (string | undefined)[] = [],
): BaselineSource {
  const { names, platform } = stored;
  const isUnknown = platform === undefined && judged.scan.artifact.platform !== undefined;
  const own = [...(stored.source.notes ?? []), ...more, isUnknown ? NO_PLATFORM : undefined];
  const notes = own.filter((note) => note !== undefined);
  const source = { ...stored.source, platform, ...(notes.length > 0 && { notes }) };
  if (names.length === 0 || isSameImage(names, judged)) return source;
  const image = source.image ?? names[0] ?? "";
  log.warning(baselineOtherImage(name, image, judged.target.label).message);
  return { ...source, notes: [...notes, `It is from another image: ${image}.`] };
}

async function matchedPackages(
  match: Match,
  { rescan, lookUp }: Rescanning,
  world: MatchWorld,
): Promise<ScanResult | undefined> {
  const { contents } = match.stored;
  if ("reference" in contents) throw new TypeError("an image has no list");
  const target: Target = { kind: "sbom", input: "baseline.cdx.json", label: "the baseline" };
  if ("packages" in contents) {
    if (contents.packages.length === 0) return undefined;
    const listed = unscanned(contents.packages, contents.os, target.label);
    if (lookUp === undefined)
      throw baselineUnavailable(match.name, "the scanner cannot be asked about packages", "Name an image.", undefined);
    return await scanned(target, match, () => lookUp(target, listed), world);
  }
  const folder = mkdtempSync(join(world.runFolder, "baseline-"));
  using _ = removedAtEnd(folder);
  const file = join(folder, target.input);
  writeFileSync(file, contents.sbom, { mode: 0o600 });
  return await scanned({ ...target, input: file }, match, rescan, world);
}

async function scanned(target: Target, match: Match, rescan: Rescan, { signal }: MatchWorld): Promise<ScanResult> {
  const { name, judged } = match;
  try {
    return await rescan(target);
  } catch (cause) {
    if (signal.aborted || !(cause instanceof GateError)) throw cause;
    if (cause.code !== "platform-mismatch")
      throw baselineUnavailable(name, `[${cause.code}] ${cause.what}`, cause.remedy, cause);
    const wanted = target.platform ?? judged.scan.artifact.platform ?? "one";
    throw baselinePlatform(name, "another platform", wanted);
  }
}

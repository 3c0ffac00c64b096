import { platformMatches } from "../../../domain/image/platform.ts";
import type { ScanResult, Target } from "../../../domain/target.ts";
import { asGateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import type { IncompatibleSbom, StoredImage } from "../../scanner.ts";
import { bucketsOf } from "../database/buckets.ts";
import { type LookedUp, type LookUpSettings, lookUp } from "../match/look-up.ts";
import type { LogFacts } from "../process/log-facts.ts";
import type { ScanFacts } from "../report/coverage-facts.ts";
import { toScanResult } from "../report/report.ts";
import { listIn, withFindings } from "./stored-report.ts";
import { type Facts, Incompatible, unpack, withFacts } from "./stored-sbom.ts";

/** What looking up a stored SBOM needs. */
export interface StoredSettings extends LookUpSettings {
  readonly version: string;
  readonly skipDirs: readonly string[];
  readonly skipFiles: readonly string[];
  readonly descriptions?: boolean | undefined;
}

/** Trivy's default if no platform is requested, on every machine. */
const DEFAULT_PLATFORM = "linux/amd64";

/** Packages of one image among others. Genuine images have up to 3,000, and several of the largest need much memory. */
const MOST_TOGETHER = 5_000;

interface Ready {
  readonly index: number;
  readonly target: Target;
  readonly facts: Facts;
}

/**
 * Looks up what is in the SBOMs of images instead of scanning the images. The results are the same as the images', with
 * today's vulnerabilities. SBOMs of one operating system are in one document, if Trivy then says nothing that could be
 * about any one of them.
 * @throws GateError `run-cancelled`
 */
export async function scanStored(
  items: readonly StoredImage[],
  settings: StoredSettings,
  world: World,
): Promise<readonly (ScanResult | IncompatibleSbom)[]> {
  const outcomes: (ScanResult | IncompatibleSbom | undefined)[] = [];
  const ready: Ready[] = [];
  for (const [index, { target, sbom }] of items.entries()) {
    const read = readyOne({ target, sbom }, settings);
    if ("facts" in read) ready.push({ index, ...read });
    else outcomes[index] = read;
  }
  const memory = items[0]?.sbom.memory;
  const own = { ...settings, ...(memory !== undefined && { memory }) };
  const groups = Map.groupBy(ready, (each) => {
    const { Metadata: metadata, Results: results } = each.facts.report;
    const isLarge = results.reduce((sum, { Packages }) => sum + Packages.length, 0) > MOST_TOGETHER;
    return isLarge ? each.index : JSON.stringify((metadata as { OS?: unknown } | undefined)?.OS ?? null);
  });
  for (const group of groups.values())
    for (const [index, outcome] of await lookUpGroup(group, own, world)) outcomes[index] = outcome;
  return items.map((_, index) => outcomes[index] ?? { incompatible: "it was left out", isOlder: false });
}

function readyOne({ target, sbom }: StoredImage, settings: StoredSettings): Omit<Ready, "index"> | IncompatibleSbom {
  try {
    const facts = unpack(sbom.packed);
    requireFit(facts, { target, sbom }, settings);
    if (!sbom.anyVersion && facts.scannerVersion !== settings.version)
      return {
        incompatible: `Trivy ${facts.scannerVersion} made it, and this run uses ${settings.version}`,
        isOlder: true,
      };
    return { target, facts };
  } catch (thrown) {
    if (thrown instanceof Incompatible) return { incompatible: thrown.message, isOlder: false };
    throw thrown;
  }
}

/** One by one if it is not clear to which of them a message of Trivy's belongs. */
async function lookUpGroup(
  group: readonly Ready[],
  settings: StoredSettings,
  world: World,
): Promise<(readonly [number, ScanResult | IncompatibleSbom])[]> {
  try {
    const found = await lookUp(
      group.map(({ facts }) => listIn(facts)),
      {
        ...settings,
        title: group.length === 1 ? `${group[0]?.target.label}, by SBOM` : `${group.length} images, by SBOM`,
      },
      world,
    );
    if (group.length === 1 || found.every(({ log }) => isClear(log)))
      return group.map((each, at) => [each.index, resultOf(each, found[at] as LookedUp, settings)]);
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    const [only] = group;
    if (only !== undefined && group.length === 1)
      return [[only.index, { incompatible: asGateError(thrown).what, isOlder: false }]];
    world.log.debug(`Stored SBOMs are looked up one by one: ${String(thrown)}`);
  }
  const outcomes: (readonly [number, ScanResult | IncompatibleSbom])[] = [];
  for (const each of group) outcomes.push(...(await lookUpGroup([each], settings, world)));
  return outcomes;
}

function isClear(log: LogFacts): boolean {
  const told =
    [...log.unread, ...log.unreadVersions, ...log.otherWarnings].length + log.unreadMore + log.skippedPackages;
  return told === 0 && log.unreadSystemVersion === undefined;
}

/** Unless Trivy has read every package as in the image, the SBOM is not used. */
function resultOf({ target, facts }: Ready, found: LookedUp, settings: StoredSettings): ScanResult | IncompatibleSbom {
  const { database, version: scannerVersion, descriptions } = settings;
  const { heard } = facts;
  const { log } = found;
  const scanFacts: ScanFacts = {
    scanners: ["vuln"],
    // What could not be read is as it was when the image was read; how packages are matched is as it is today.
    log: { ...log, ...heard, otherWarnings: [...new Set([...heard.otherWarnings, ...log.otherWarnings])] },
    buckets: bucketsOf(database),
    database,
    terraform: [],
    baseLayers: heard.baseLayers,
    accounted: heard.accounted,
    leftOut: new Map(Object.entries(facts.leftOut)),
  };
  const provenance = {
    scannerVersion,
    databaseUpdatedAt: database.updatedAt.toISOString(),
    databaseSha256: database.sha256,
    readAs: "reference" as const,
    source: `its SBOM, made${facts.scannedAt ? ` on ${facts.scannedAt.slice(0, 10)}` : ""} by Trivy ${facts.scannerVersion}`,
    scanners: ["vuln"],
    skipped: Object.values(facts.leftOut).flat(),
  };
  try {
    const document = withFindings(facts, found);
    return withFacts(toScanResult(document, target, { provenance, descriptions, scanFacts }), facts);
  } catch (thrown) {
    if (thrown instanceof Incompatible) return { incompatible: thrown.message, isOlder: false };
    throw thrown;
  }
}

/** @throws Incompatible */
function requireFit(
  facts: Facts,
  { target, sbom: { digest } }: StoredImage,
  { skipDirs, skipFiles }: StoredSettings,
): void {
  if (facts.digest !== digest) throw new Incompatible("it is of another digest");
  // A single image that is for another platform than the default is all there is.
  const asked = target.platform ?? (facts.index === undefined ? undefined : DEFAULT_PLATFORM);
  if (asked !== undefined && !platformMatches(asked, facts.platform))
    throw new Incompatible(`it is of ${facts.platform ?? "no known platform"}`);
  const leftOut = [facts.leftOut["skip-dirs"], facts.leftOut["skip-files"]];
  if (JSON.stringify(leftOut) !== JSON.stringify([skipDirs, skipFiles]))
    throw new Incompatible("it was made with other values of skip-dirs or skip-files");
}

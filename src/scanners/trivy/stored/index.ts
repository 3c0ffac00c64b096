import { platformMatches } from "../../../domain/image/platform.ts";
import type { ListedPackage, PackageList } from "../../../domain/packages/package-list.ts";
import type { ScanResult, Target } from "../../../domain/target.ts";
import { asGateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import type { IncompatibleSbom, ScannerSettings, StoredImage } from "../../scanner.ts";
import { bucketsOf } from "../database/buckets.ts";
import { type LookedUp, type LookUpSettings, lookUp, type Row, refOf } from "../match/look-up.ts";
import type { LogFacts } from "../process/log-facts.ts";
import type { ScanFacts } from "../report/coverage-facts.ts";
import { packagesOf } from "../report/packages.ts";
import { toScanResult } from "../report/report.ts";
import { type Facts, Incompatible, unpack, withFacts } from "./stored-sbom.ts";

/** Settings for looking up a stored SBOM. */
export interface StoredSettings
  extends LookUpSettings,
    Pick<ScannerSettings, "skipDirs" | "skipFiles" | "descriptions"> {
  readonly version: string;
}

/** Trivy's default if no platform is requested, on every machine. */
const DEFAULT_PLATFORM = "linux/amd64";

/**
 * Number of packages in one document with several images. Genuine images have up to 3,000, and several of the largest
 * need much memory.
 */
const MOST_TOGETHER = 5_000;

/** A stored SBOM that fits. */
interface Ready {
  readonly target: Target;
  readonly facts: Facts;
}

type Outcome = ScanResult | IncompatibleSbom;

/**
 * Looks up the packages in images' SBOMs instead of scanning the images. The results are the same as the images', with
 * today's vulnerabilities. SBOMs of one operating system share a document, unless Trivy logs a message that could be
 * about any one of them.
 * @throws GateError `run-cancelled`
 */
export async function scanStored(
  items: readonly StoredImage[],
  settings: StoredSettings,
  world: World,
): Promise<readonly Outcome[]> {
  const memory = items[0]?.sbom.memory;
  const own = { ...settings, ...(memory !== undefined && { memory }) };
  const read = items.map((item) => orIncompatible(() => readyOne(item, settings)));
  const ready = read.filter((each) => "facts" in each);
  const outcomes = new Map<Ready, Outcome>();
  const add = (group: readonly Ready[]) => addOutcomes(outcomes, group, own, world);
  await add(ready.filter(isSmall));
  for (const each of ready) if (!outcomes.has(each)) await add([each]);
  return read.map((each) => ("facts" in each ? (outcomes.get(each) as Outcome) : each));
}

function isSmall({ facts: { report } }: Ready): boolean {
  return report.Results.reduce((sum, { Packages }) => sum + Packages.length, 0) <= MOST_TOGETHER;
}

function orIncompatible<T>(act: () => T): T | IncompatibleSbom {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof Incompatible) return { incompatible: thrown.message, isOlder: false };
    throw thrown;
  }
}

/** @throws Incompatible */
function readyOne({ target, sbom }: StoredImage, settings: StoredSettings): Ready | IncompatibleSbom {
  const facts = unpack(sbom.packed);
  requireFit(facts, { target, sbom }, settings);
  if (sbom.anyVersion || facts.scannerVersion === settings.version) return { target, facts };
  const incompatible = `Trivy ${facts.scannerVersion} made it, and this run uses ${settings.version}`;
  return { incompatible, isOlder: true };
}

/** Adds the outcomes that are certain: an SBOM was alone, or no message of Trivy's could belong to another SBOM. */
async function addOutcomes(
  outcomes: Map<Ready, Outcome>,
  group: readonly Ready[],
  settings: StoredSettings,
  world: World,
): Promise<void> {
  const title = ([first, ...more]: readonly number[]) =>
    more.length > 0 ? `${more.length + 1} images` : (group[first ?? 0]?.target.label ?? "");
  try {
    const lists = group.map(({ facts }) => listIn(facts));
    const found = await lookUp(lists, { ...settings, title }, world);
    for (const [at, each] of group.entries()) {
      const own = found[at] as LookedUp;
      const isShared = found.some((other) => other !== own && other.log === own.log);
      if (!isShared || isClear(own.log)) outcomes.set(each, resultOf(each, own, settings));
    }
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    const [one, ...others] = group;
    if (one !== undefined && others.length === 0)
      outcomes.set(one, { incompatible: asGateError(thrown).what, isOlder: false });
    else world.log.debug(`Stored SBOMs are looked up one by one: ${String(thrown)}`);
  }
}

function isClear(log: LogFacts): boolean {
  const told =
    [...log.unread, ...log.unreadVersions, ...log.otherWarnings].length + log.unreadMore + log.skippedPackages;
  return told === 0 && log.unreadSystemVersion === undefined;
}

/** Unless Trivy has read every package as in the image, the SBOM is not used. */
function resultOf({ target, facts }: Ready, found: LookedUp, settings: StoredSettings): Outcome {
  const { database, version: scannerVersion, descriptions } = settings;
  const { heard } = facts;
  const { log } = found;
  const scanFacts: ScanFacts = {
    scanners: ["vuln"],
    // Files that could not be read are as of the scan of the image; the matching of packages is as of today.
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
  return orIncompatible(() => {
    const report = withFindings(facts, found);
    return withFacts(toScanResult(report, target, { provenance, descriptions, scanFacts }), facts);
  });
}

/** @throws Incompatible */
function requireFit(
  facts: Facts,
  { target, sbom: { digest } }: StoredImage,
  { skipDirs, skipFiles }: StoredSettings,
): void {
  if (facts.digest !== digest) throw new Incompatible("it belongs to another digest");
  // A single image for another platform than the default is the only choice.
  const asked = target.platform ?? (facts.index === undefined ? undefined : DEFAULT_PLATFORM);
  if (asked !== undefined && !platformMatches(asked, facts.platform))
    throw new Incompatible(`it is of ${facts.platform ?? "no known platform"}`);
  const leftOut = [facts.leftOut["skip-dirs"], facts.leftOut["skip-files"]];
  if (JSON.stringify(leftOut) !== JSON.stringify([skipDirs, skipFiles]))
    throw new Incompatible("it was made with other values of skip-dirs or skip-files");
}

/** The packages that Trivy looks up in the image. It does not match packages from other repositories. */
function listIn({ report }: Facts): PackageList {
  const packages = report.Results.flatMap((result) =>
    packagesOf([result]).flatMap((each, index): ListedPackage[] =>
      each.thirdParty ? [] : [{ ...each, ref: refOf(result.Packages[index]?.Identifier) }],
    ),
  );
  const { OS: os } = (report.Metadata ?? {}) as { OS?: { Family?: string; Name?: string } };
  const { Family: family, Name: name = "" } = os ?? {};
  return { packages, ...(family !== undefined && { system: { family, name, endOfLife: false } }) };
}

/**
 * Puts Trivy's findings for the list into the report of the image. So everything except the vulnerabilities is as in
 * the image's scan: packages, paths, layers.
 * @throws Incompatible unless Trivy has read every package, and each as in the image
 */
function withFindings({ report }: Facts, { rows, report: now = {} }: LookedUp): Row {
  const { Results: results, ...head } = report;
  const found = (each: Row): Row[] => {
    const { Repository: repository } = each as { Repository?: { Class?: unknown } };
    if (repository?.Class === "third-party") return [];
    const own = rows.get(refOf(each.Identifier));
    if (own === undefined)
      throw new Incompatible(`Trivy does not read its package ${String(each.Name)} as in the image`);
    return own.map((row) => asInImage(row, each));
  };
  return {
    ...headOf(head, now),
    Results: results.map((result) => ({ ...result, Vulnerabilities: result.Packages.flatMap(found) })),
  };
}

/** The finding's row, with the package's place and name from the image's scan. */
function asInImage(found: Row, { ID, Name, Identifier: identifier, FilePath: path, Layer: layer }: Row): Row {
  const { PURL } = (identifier ?? {}) as Row;
  return { ...found, PkgID: ID, PkgName: Name, PkgPath: path, PkgIdentifier: { PURL }, Layer: layer };
}

/** The image's own data, with this scan's time and Trivy, and with the system's present end-of-life state. */
function headOf(stored: Row, { CreatedAt, Trivy, Metadata: metadata }: Row): Row {
  const [own, now] = [stored.Metadata, metadata].map((each) => (each as { OS?: Row } | undefined)?.OS);
  // A list without a system may have shared a document with a system's list.
  if (own !== undefined && (own.Family !== now?.Family || own.Name !== now?.Name))
    throw new Incompatible("Trivy reads another operating system in it");
  const { EOSL: _then, ...os } = own ?? {};
  return {
    ...stored,
    CreatedAt,
    Trivy,
    Metadata: {
      ...(stored.Metadata as Row | undefined),
      ...(own && { OS: { ...os, ...(now?.EOSL === undefined ? {} : { EOSL: now.EOSL }) } }),
    },
  };
}

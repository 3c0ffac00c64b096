import { readFileSync, rmSync, statSync } from "node:fs";
import { platformMatches } from "../../../domain/image/platform.ts";
import type { ScanResult, Target } from "../../../domain/target.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { StoredSbom } from "../../scanner.ts";
import { bucketsOf } from "../database/buckets.ts";
import type { Database } from "../database/health.ts";
import { linkDatabase } from "../database/link.ts";
import { type LogFacts, LogListener } from "../process/log-facts.ts";
import { logGroup } from "../process/process-output.ts";
import { scanSbom } from "../process/sbom-scan.ts";
import type { ScanFacts } from "../report/coverage-facts.ts";
import { type ReportDocument, textOf, wholeDocument } from "../report/document.ts";
import { toScanResult } from "../report/report.ts";
import { batchOf, split } from "./batch.ts";
import { mergeFindings } from "./merge-findings.ts";
import { type Facts, Incompatible, type UnpackedSbom, unpack, withFacts } from "./stored-sbom.ts";

export { makeStored } from "./make.ts";
export { Incompatible } from "./stored-sbom.ts";

/** What the scan of a stored SBOM needs. */
export interface StoredSettings {
  /** Absolute path of the program. */
  readonly trivy: string;
  readonly version: string;
  readonly database: Database;
  readonly timeoutMs: number;
  readonly skipDirs: readonly string[];
  readonly skipFiles: readonly string[];
  readonly descriptions?: boolean | undefined;
  /** Memory that Trivy may use, in bytes. Absent: all that is available. */
  readonly memory?: number | undefined;
}

/** Trivy's default if no platform is requested, on every machine. */
const DEFAULT_PLATFORM = "linux/amd64";

/**
 * Scans the SBOM of an image instead of the image. The result is the same as the image's, with today's vulnerabilities.
 * @throws Incompatible if it does not fit; GateError `run-cancelled`, `program-…`, `report-…`
 */
export async function scanStored(
  target: Target,
  { packed, digest, anyVersion = false }: StoredSbom,
  settings: StoredSettings,
  world: World,
): Promise<ScanResult> {
  const { facts, text } = unpack(packed);
  requireFit(facts, { digest, target, anyVersion, ...settings });
  return resultOf(target, facts, await trivySbom(target.label, text, settings, world), settings);
}

/** What became of an SBOM among others. */
export type Together = ScanResult | Incompatible | "alone";

/** Larger batches save hardly more, and each has the result of all in memory. */
const MOST_TOGETHER = 25;
/**
 * Characters of one among others. Genuine images have up to 3 million; 25 of the largest that are read would not fit
 * into memory.
 */
const MOST_TEXT = 4 * 1024 * 1024;

/**
 * Scans several SBOMs with fewer starts of Trivy: those of one operating system together.
 * @returns for each its result, why it does not qualify, or that it must be scanned alone because a message of Trivy
 * cannot be assigned to one SBOM
 * @throws GateError `run-cancelled`
 */
export async function scanTogether(
  items: readonly { readonly target: Target; readonly sbom: StoredSbom }[],
  settings: StoredSettings,
  world: World,
): Promise<readonly Together[]> {
  const outcomes: Together[] = items.map(() => "alone");
  const ready: Ready[] = [];
  for (const [index, { target, sbom }] of items.entries()) {
    try {
      const unpacked = unpack(sbom.packed);
      const { digest, anyVersion = false } = sbom;
      requireFit(unpacked.facts, { digest, target, anyVersion, ...settings });
      if (unpacked.text.length <= MOST_TEXT) ready.push({ index, target, ...unpacked });
    } catch (thrown) {
      if (!(thrown instanceof Incompatible)) throw thrown;
      outcomes[index] = thrown;
    }
  }
  for (const same of Map.groupBy(ready, systemOf).values())
    for (let at = 0; at < same.length; at += MOST_TOGETHER)
      for (const [index, result] of await scanBatch(same.slice(at, at + MOST_TOGETHER), settings, world))
        outcomes[index] = result;
  return outcomes;
}

interface Ready extends UnpackedSbom {
  readonly index: number;
  readonly target: Target;
}

function systemOf({ facts }: Ready): string {
  const { OS: system } = (facts.report.Metadata ?? {}) as { OS?: { Family?: unknown; Name?: unknown } };
  return JSON.stringify([system?.Family, system?.Name]);
}

/** The results that are certain. */
async function scanBatch(ready: readonly Ready[], settings: StoredSettings, world: World) {
  const results = new Map<number, ScanResult>();
  if (ready.length < 2) return results;
  try {
    const batch = batchOf(ready);
    const scanned = await trivySbom(`${ready.length} images`, batch.text, settings, world);
    const { log } = scanned;
    const isClear =
      log.skippedPackages +
        log.unreadMore +
        log.unread.length +
        log.unreadVersions.length +
        log.otherWarnings.length ===
      0;
    if (!isClear || log.unreadSystemVersion !== undefined) return results;
    for (const [at, document] of split(scanned.document, batch, ready.length).entries()) {
      const each = ready[at];
      if (each !== undefined) results.set(each.index, resultOf(each.target, each.facts, { document, log }, settings));
    }
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    world.log.debug(`Stored SBOMs are scanned one by one: ${String(thrown)}`);
  }
  return results;
}

function resultOf(
  target: Target,
  facts: Facts,
  { document, log }: { readonly document: ReportDocument; readonly log: LogFacts },
  settings: StoredSettings,
): ScanResult {
  const scanFacts: ScanFacts = {
    scanners: ["vuln"],
    // What could not be read is as it was when the image was read; how packages are matched is as it is today.
    log: {
      ...log,
      ...facts.heard,
      otherWarnings: [...new Set([...facts.heard.otherWarnings, ...log.otherWarnings])],
    },
    buckets: bucketsOf(settings.database),
    database: settings.database,
    terraform: [],
    baseLayers: facts.heard.baseLayers,
    accounted: facts.heard.accounted,
    leftOut: new Map(Object.entries(facts.leftOut)),
  };
  const { version, database, descriptions } = settings;
  const provenance = {
    scannerVersion: version,
    databaseUpdatedAt: database.updatedAt.toISOString(),
    databaseSha256: database.sha256,
    readAs: "reference" as const,
    source: `its SBOM, made${facts.scannedAt ? ` on ${facts.scannedAt.slice(0, 10)}` : ""} by Trivy ${facts.scannerVersion}`,
    scanners: ["vuln"],
    skipped: Object.values(facts.leftOut).flat(),
  };
  return withFacts(
    toScanResult(mergeFindings(facts, document), target, { provenance, descriptions, scanFacts }),
    facts,
  );
}

interface Wanted extends StoredSettings {
  readonly digest: string;
  readonly target: Target;
  readonly anyVersion: boolean;
}

/** @throws Incompatible */
function requireFit(facts: Facts, { digest, target, anyVersion, version, skipDirs, skipFiles }: Wanted): void {
  if (facts.digest !== digest) throw new Incompatible("it is of another digest");
  const asked = target.platform ?? DEFAULT_PLATFORM;
  // A single image that is for another platform than the default is all there is.
  if (facts.index !== undefined && !platformMatches(asked, facts.platform))
    throw new Incompatible(`it is of ${facts.platform ?? "no known platform"}`);
  if (target.platform !== undefined && !platformMatches(target.platform, facts.platform))
    throw new Incompatible(`it is of ${facts.platform ?? "no known platform"}`);
  const leftOut = [facts.leftOut["skip-dirs"], facts.leftOut["skip-files"]];
  if (JSON.stringify(leftOut) !== JSON.stringify([skipDirs, skipFiles]))
    throw new Incompatible("it was made with other values of skip-dirs or skip-files");
  if (!anyVersion && facts.scannerVersion !== version) throw new OldVersion(facts.scannerVersion, version);
}

/** Another Trivy may read more in an image. But the SBOM is better than nothing. */
export class OldVersion extends Incompatible {
  constructor(made: string, used: string) {
    super(`Trivy ${made} made it, and this run uses ${used}`);
  }
}

/** @param about whose SBOM it is */
async function trivySbom(about: string, text: string, { trivy, database, ...settings }: StoredSettings, world: World) {
  const folder = privateFolder(world, "stored-scan");
  const group = logGroup(`Trivy: ${about}, by SBOM`, world.log);
  const listener = new LogListener();
  const onLine = (line: string) => {
    listener.line(line);
    group.line(line);
  };
  try {
    linkDatabase(folder, "vulnerability", database);
    const { timeoutMs, memory } = settings;
    const done = await scanSbom({ trivy, text, folder, timeoutMs, memory, onLine }, world);
    if ("output" in done) return { document: documentIn(done.output), log: listener.facts() };
    if (done.failed === "too-long") throw new Incompatible("Trivy takes too long to read it");
    throw new Incompatible(`Trivy cannot read it (${done.reason ?? "it gives no reason"})`);
  } finally {
    group.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function documentIn(output: string): ReportDocument {
  if (!statSync(output, { throwIfNoEntry: false })?.isFile()) throw new Incompatible("Trivy wrote no report about it");
  const bytes = readFileSync(output);
  return wholeDocument(textOf(bytes));
}

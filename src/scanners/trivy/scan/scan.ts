import { lstatSync, readFileSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Inventory } from "../../../domain/coverage/inventory.ts";
import { platformMatches } from "../../../domain/image/platform.ts";
import { parseReference } from "../../../domain/image/reference.ts";
import type { LocatedTarget, ScanResult, Target } from "../../../domain/target.ts";
import type { RegistryReader } from "../../../images/registry/client.ts";
import { cancelled, GateError } from "../../../system/errors.ts";
import { type ProcessResult, runProcess } from "../../../system/process.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { bucketsOf } from "../database/buckets.ts";
import type { Database } from "../database/health.ts";
import type { InstalledTrivy } from "../install/install.ts";
import { cutDocument, type ReportDocument, reportTooLarge, textOf, wholeDocument } from "../report/document.ts";
import type { Heard } from "../report/looked-at.ts";
import { toScanResult } from "../report/report.ts";
import { writeSanitized } from "../report/sanitize.ts";
import type { ReadySbom } from "../sbom/index.ts";
import { foundBaseLayers, foundSource, scanArguments, skipsWithin, sourceOf, usableScanners } from "./arguments.ts";
import { beginImageCheck, type ImageCheck } from "./check-image.ts";
import { trivyEnvironment } from "./environment.ts";
import { requireEveryPlatform } from "./every-platform.ts";
import {
  imageAmbiguous,
  imageDamaged,
  imageInconsistent,
  repositoryOffline,
  sbomScanners,
  scanFailure,
} from "./failures.ts";
import { type LogFacts, LogListener } from "./heard-lines.ts";
import { hasJars, type JarWatch, type JavaDatabases, needsJavaDatabase, watchForJars } from "./jars.ts";
import { judgedManifest, readAhead, withManifest } from "./judged-manifest.ts";
import { type LayerCache, type LayerPlace, layerProofs, linkDatabase, type ReadLayers } from "./layer-cache.ts";
import { candidatesInLayout, chosenInLayout, damageOfLayout, layoutFor, manifestInLayout } from "./layout.ts";
import { logGroup } from "./process-output.ts";
import { sourceFiles } from "./source-files.ts";
import { requireReadable, terraformIn } from "./source-folders.ts";

export interface ScanSettings extends JavaDatabases {
  readonly trivy: InstalledTrivy;
  /** Not needed if `scanners` does not contain `vuln`. */
  readonly database?: Database | undefined;
  readonly scanners: readonly string[];
  /** No host except the image's registry may be contacted. */
  readonly offline: boolean;
  /** Where to look for a reference, in order. Empty: Docker, containerd, Podman, the registry. */
  readonly imageSource: readonly string[];
  readonly skipDirs: readonly string[];
  readonly skipFiles: readonly string[];
  /** Timeout for this target alone, in milliseconds. */
  readonly timeoutMs: number;
  /** Shared by targets that are scanned one after the other, so that layers that are proven to be equal are read once. */
  readonly layers: LayerCache;
  /** Memory that Trivy may use, in bytes. Absent: all that is available. */
  readonly memory?: number | undefined;
  /**
   * The target is a reference from an untrusted source. It is only requested from its registry, without any login, and is
   * never taken for a file or for an image of this machine.
   */
  readonly anonymous?: boolean | undefined;
  /** Whether findings keep their advisory's explanation. */
  readonly descriptions?: boolean | undefined;
  /** Reads the registries' manifests, so that the result has a digest. Absent: it has none, and shares no layers. */
  readonly manifests?: RegistryReader | undefined;
  /** Called when Trivy was started: until it ends, this process has nothing to do. Must not throw. */
  readonly onStarted?: (() => void) | undefined;
  /** What the image's layers have, with which Trivy's list is compared. Absent: nobody has read them. */
  readonly inventory?: Inventory | undefined;
  /** Absolute path for Trivy's JSON, which is written without what must not leave the job. */
  readonly reportFile: string;
  /** Wants an SBOM of an image that is scanned by its digest in a registry. Called once, after the scan. Must not throw. */
  readonly onSbom?: ((sbom: Buffer | { readonly why: string }) => void) | undefined;
  /** Receives Trivy's document after it was read. Must not throw, and must not keep the document: it may be large. */
  readonly onReport?: ((document: ReportDocument) => void) | undefined;
}

/**
 * Scans one target with one Trivy process. Starts a second one if a jar needs the Java database, and the stored one was not
 * usable. Scans once more without shared layers if these are not proven to be the target's own.
 * @param given the target as the user named it
 * @throws GateError of {@link scanFailure}, of the report; `platform-mismatch`, `run-cancelled`.
 */
export async function scanTarget(
  target: Target,
  given: LocatedTarget,
  asked: ScanSettings,
  world: World,
): Promise<ScanResult> {
  if (asked.offline && given.how === "repository" && !isAbsolute(given.location)) throw repositoryOffline(target);
  const settings = settingsFor(target, given, asked, world);
  requireWhole(target, given, settings);
  const checked = withCheck(target, given, settings, world);
  const { check } = checked;
  const folder = privateFolder(world, "scan");
  const raw = join(folder, "report.json");
  rmSync(settings.reportFile, { force: true });
  const place = settings.layers.begin(given.how === "reference" && settings.manifests !== undefined);
  try {
    const deadline = { at: performance.now() + settings.timeoutMs };
    const sbom =
      given.how === "sbom" ? (await import("../sbom/index.ts")).readySbom(target, given.location, folder) : undefined;
    const located = sbom === undefined ? checked.located : { ...given, location: sbom.location };
    const scan = { target, given, located, raw, settings, place, deadline, asked, world, sbom };
    const { bytes, document, result, heard, layers, isWhole } = await readAlone(scan);
    if (given.how === "layout" && check === undefined) throw imageInconsistent(target, "its index lists no image");
    const notes = [...(sbom?.notes ?? []), ...((await check?.finish(result.artifact.imageId)) ?? [])];
    const noted = withNotes(result, notes);
    const named = located.how === "reference" ? noted : await withDigest(scan, noted, undefined);
    writeSanitized({ raw, bytes, document }, settings.reportFile);
    // Trivy reports unreadable files only while it reads a layer. With a cached layer, another image would seem complete.
    if (isWhole) place.keep(layers);
    settings.onReport?.(document);
    settings.onSbom?.(await sbomOf(scan, { document, result: named, heard }));
    return named;
  } catch (error) {
    await check?.abort();
    throw error;
  } finally {
    place.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The SBOM from which a later run finds the same without the image, or why there is none. */
async function sbomOf(scan: Scan, read: Pick<Reading, "document" | "result" | "heard">) {
  const { target, located, settings, world, asked } = scan;
  const { trivy, database, timeoutMs, descriptions } = settings;
  const digest = located.how === "reference" ? parseReference(located.location)?.digest : undefined;
  if (digest === undefined || database === undefined || settings.scanners.join() !== "vuln")
    return { why: "it was not scanned by its digest for vulnerabilities alone" };
  const { makeStored, scanStored } = await import("../stored/index.ts");
  const { skipDirs, skipFiles } = asked;
  const own = { trivy: trivy.path, version: trivy.version, database, timeoutMs, skipDirs, skipFiles, descriptions };
  const ended = { target, digest, ...read, scannerVersion: trivy.version, skipDirs, skipFiles };
  return makeStored(ended, trivy.path, (packed) => scanStored(target, { packed, digest }, own, world), world);
}

/** What we know about a scan apart from its report. */
function heardOf({ located, settings, sbom }: Scan, { log, baseLayers = [] }: Outcome): Heard {
  const { scanners, database, skipDirs, skipFiles, inventory } = settings;
  const terraform = scanners.includes("misconfig") ? terraformIn(located, [...skipDirs, ...skipFiles]) : [];
  const buckets = database && bucketsOf(database);
  const leftOut = new Map([
    ["skip-dirs", skipDirs],
    ["skip-files", skipFiles],
  ]);
  return {
    scanners,
    log,
    buckets,
    database,
    terraform,
    sbom: sbom?.heard(log),
    leftOut,
    inventory,
    source: sourceFiles(located, [...skipDirs, ...skipFiles], scanners),
    baseLayers: baseLayers.length,
  };
}

/** Besides Trivy, we read the file ourselves. For a layout, Trivy gets the image that the user means. */
function withCheck(
  target: Target,
  given: LocatedTarget,
  { timeoutMs }: ScanSettings,
  world: World,
): { located: LocatedTarget; check?: ImageCheck } {
  const { how, location, platform } = given;
  if (how === "archive")
    return { located: given, check: beginImageCheck(target, { file: { tar: location }, timeoutMs }, world) };
  const layout = how === "layout" ? chosenInLayout(location, platform) : undefined;
  if (layout === undefined) return { located: given };
  const located = { ...given, location: layoutFor(location, layout, world) };
  return { located, check: beginImageCheck(target, { file: { layout }, timeoutMs }, world) };
}

function withNotes(result: ScanResult, notes: readonly string[]): ScanResult {
  if (notes.length === 0) return result;
  const { provenance } = result;
  return { ...result, provenance: { ...provenance, notes: [...(provenance.notes ?? []), ...notes] } };
}

/** Adds the digest of the judged manifest, which Trivy does not report, and what the manifest says about the base. */
async function withDigest(scan: Scan, result: ScanResult, place: string | undefined): Promise<ScanResult> {
  const { located, target } = scan;
  const named = await withManifestRead(scan, result, place === "remote");
  // If we do not know where it was found, we assume the registry, which has stricter checks.
  return requireEveryPlatform(target, named, located.how === "reference" && (place ?? "remote") === "remote");
}

async function withManifestRead({ target, located, given, settings }: Scan, result: ScanResult, fromRegistry: boolean) {
  if (located.how === "layout") return withManifest(result, manifestInLayout(given, result));
  const { manifests: reader, offline } = settings;
  if (located.how !== "reference" || reader === undefined || result.artifact.referenceDigest === undefined)
    return result;
  // For a local image, its registry knows more, but the workflow may forbid contacting it.
  if (!fromRegistry && (offline || !mayAskRegistry(settings)))
    return withManifest(result, { unknown: "its registry was not asked" });
  return withManifest(
    result,
    await judgedManifest({ reference: located.location, target, fromRegistry }, result, reader),
  );
}

function mayAskRegistry({ imageSource }: Pick<ScanSettings, "imageSource">): boolean {
  return imageSource.length === 0 || imageSource.includes("remote");
}

interface Reading {
  readonly bytes: Buffer;
  readonly document: ReportDocument;
  readonly result: ScanResult;
  readonly heard: Heard;
  readonly layers: ReadLayers;
  /** Every file in the layers could be read. */
  readonly isWhole: boolean;
}

/** Reads only this target's own bytes: if another image's may be among them, scans again without those. */
async function readAlone(scan: Scan): Promise<Reading> {
  const { target, place, world } = scan;
  const reading = await readOnce(scan);
  if (await place.holds(reading.layers)) return reading;
  world.log.info(
    `${target.label} is scanned once more, by itself: it calls layers the same as another target's, and nothing proves that they are.`,
  );
  place.clear();
  return readOnce(scan);
}

async function readOnce(scan: Scan): Promise<Reading> {
  const { raw, target, located, settings, sbom } = scan;
  const outcome = await completeScan(scan);
  const bytes = sbom === undefined ? readReport(raw) : sbom.ownReport(readReport(raw), raw);
  const document = cutDocument(bytes) ?? wholeDocument(textOf(bytes));
  const isUnchecked = scan.place.java?.isChecked === false && hasJars(document);
  if (isUnchecked && !(await haveJavaDatabase(scan))) return readOnce(scan);
  const heard = heardOf(scan, outcome);
  const read = toScanResult(document, target, {
    provenance: provenanceOf(scan, outcome.source),
    descriptions: settings.descriptions,
    heard,
  });
  checkPlatform(target, read);
  const { source, baseLayers } = outcome;
  const place = source ?? (settings.imageSource.length === 1 ? settings.imageSource[0] : undefined);
  const result = located.how === "reference" ? await withDigest(scan, read, place) : read;
  // Only a registry's images have layer digests that an independent source can confirm.
  const proofs =
    located.how === "reference" && place === "remote" && settings.manifests !== undefined
      ? layerProofs({ ...settings, baseLayers, reference: located.location, target, result }, settings.manifests)
      : undefined;
  const isWhole = outcome.log.unread.every(({ kind }) => kind === "no-package");
  return {
    bytes,
    document,
    result,
    heard,
    isWhole,
    layers: { diffIds: result.layers, imageId: result.artifact.imageId, proofs },
  };
}

/** The requested settings that apply to this target, in Trivy's terms. */
function settingsFor(target: Target, located: LocatedTarget, asked: ScanSettings, world: World): ScanSettings {
  const scanners = usableScanners(located, asked.scanners);
  if (scanners.length === 0) throw sbomScanners(target, asked.scanners);
  const skipDirs = skipsWithin(located, asked.skipDirs, world);
  const skipFiles = skipsWithin(located, asked.skipFiles, world);
  const imageSource = asked.anonymous ? ["remote"] : asked.imageSource;
  return { ...asked, scanners, imageSource, skipDirs, skipFiles };
}

/** Refuses an incomplete target if Trivy would take the part for the whole. */
function requireWhole(target: Target, located: LocatedTarget, { skipDirs }: ScanSettings): void {
  if (located.how === "folder" || (located.how === "repository" && isAbsolute(located.location)))
    requireReadable(located.location, skipDirs);
  const damage = located.how === "layout" ? damageOfLayout(located.location) : undefined;
  if (damage !== undefined) throw imageDamaged(target, damage);
  const images = located.how === "layout" ? candidatesInLayout(located.location, located.platform) : [];
  if (images.length > 1) throw imageAmbiguous(target, images);
}

interface Scan {
  readonly target: Target;
  /** As the user named it. */
  readonly given: LocatedTarget;
  /** As we pass it to Trivy. */
  readonly located: LocatedTarget;
  /** Path of the report that Trivy writes. */
  readonly raw: string;
  readonly settings: ScanSettings;
  readonly place: LayerPlace;
  /** When its time ends, by `performance.now()`. A download in between has its own time. */
  readonly deadline: { at: number };
  /** The settings before they were adapted to the target. */
  readonly asked: ScanSettings;
  readonly world: World;
  /** Absent: the target is none. */
  readonly sbom?: ReadySbom | undefined;
}

interface Outcome extends ProcessResult {
  /** The source in which Trivy says that it found the image. */
  readonly source: string | undefined;
  readonly log: LogFacts;
  /** DiffIDs that Trivy attributes to the base image, in which it skips secrets. Undefined: it did not say. */
  readonly baseLayers: readonly string[] | undefined;
}

/** Writes the report to `raw`. */
async function completeScan(scan: Scan): Promise<Outcome> {
  const { settings, place, located } = scan;
  if (settings.database !== undefined) linkDatabase(place.folder, "vulnerability", settings.database);
  const stored = place.java === undefined && located.how !== "sbom" ? settings.storedJavaDatabase?.() : undefined;
  if (stored !== undefined) place.lendJavaDatabase(stored);
  const jars = watchForJars(settings, place);
  const first = await startTrivy(scan, jars);
  const isStopped = first.aborted && jars.stop.aborted && !scan.world.signal.aborted;
  const isInVain = isStopped || (first.code !== 0 && needsJavaDatabase(first.stderr));
  if (!isInVain && (jars.database === undefined || first.code !== 0)) return finished(scan, first);
  const isRight = await haveJavaDatabase(scan, jars.database);
  if (isRight && !isInVain) return finished(scan, first);
  scan.world.log.info(
    `${scan.target.label} has jars: it is scanned once more, with the Java database. An error of Trivy's above means no more than that.`,
  );
  return finished(scan, await startTrivy(scan, watchForJars(settings, place)));
}

/**
 * Waits for the checked Java database and gives it to the scan.
 * @returns whether the scan had it already. If not, what was read is discarded: its jars are missing.
 */
async function haveJavaDatabase({ settings, place, deadline }: Scan, begun?: Promise<Database>): Promise<boolean> {
  const left = deadline.at - performance.now();
  const database = await (begun ?? settings.javaDatabase());
  const isRight = place.java?.database.folder === database.folder;
  if (!isRight) place.renew();
  place.addJavaDatabase(database);
  deadline.at = performance.now() + left;
  return isRight;
}

function finished(scan: Scan, result: Outcome): Outcome {
  if (result.aborted) throw cancelled();
  if (result.code === 0 && !result.timedOut) return result;
  throw scanFailure(result, scan.target, scan.located, scan.settings.timeoutMs);
}

async function startTrivy(scan: Scan, jars: JarWatch): Promise<Outcome> {
  const { target, located, raw, settings, place, deadline, world } = scan;
  const timeoutMs = Math.max(1, deadline.at - performance.now());
  // If Trivy fails, it leaves an old file unchanged.
  rmSync(raw, { force: true });
  const isRemote = located.how === "reference" && mayAskRegistry(settings);
  const args = scanArguments({ ...settings, cacheFolder: place.folder, target: located, output: raw, timeoutMs });
  const group = logGroup(`Trivy: ${target.label}`, world.log);
  const listener = new LogListener();
  let source: string | undefined;
  let baseLayers: readonly string[] | undefined;
  const found = (name: string | undefined) => {
    source ??= name;
    // In parallel, while Trivy reads the layers.
    if (name === "remote" && isRemote && settings.manifests) readAhead(located.location, target, settings.manifests);
  };
  if (settings.imageSource.length === 1) found(settings.imageSource[0]);
  try {
    const running = runProcess(settings.trivy.path, args, {
      // Empty, because Trivy obeys trivy.yaml, .trivyignore and trivy-secret.yaml in its working folder.
      cwd: privateFolder(world, "cwd"),
      env: trivyEnvironment(world, settings.anonymous ? "anonymous" : isRemote ? "registry" : "local", settings.memory),
      deadlineMs: timeoutMs,
      signal: AbortSignal.any([world.signal, jars.stop]),
      onStderrLine(line) {
        jars.line(line);
        if (source === undefined) found(foundSource(line));
        baseLayers ??= foundBaseLayers(line);
        listener.line(line);
        group.line(line);
      },
    });
    settings.onStarted?.();
    const result = await running;
    return { ...result, source, baseLayers, log: listener.facts() };
  } finally {
    group.end();
  }
}

function readReport(raw: string): Buffer {
  try {
    // Anything except a regular file is not a report. Reading a pipe would block.
    if (lstatSync(raw).isFile()) return readFileSync(raw);
    throw new TypeError("not a regular file");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_FS_FILE_TOO_LARGE") throw reportTooLarge(cause);
    throw new GateError(
      "report-missing",
      "Trivy ended without an error, but wrote no report",
      "Check that `trivy-binary` is a real Trivy and that the disk of RUNNER_TEMP is not full.",
      { cause },
    );
  }
}

function provenanceOf({ given, located, settings, asked }: Scan, found: string | undefined) {
  const { skipDirs, skipFiles } = asked;
  return {
    scannerVersion: settings.trivy.version,
    scannerSha256: settings.trivy.sha256,
    databaseUpdatedAt: settings.database?.updatedAt.toISOString(),
    databaseSha256: settings.database?.sha256,
    readAs: given.how,
    source: sourceOf(located, settings.imageSource, found),
    scanners: settings.scanners,
    skipped: [...skipDirs, ...skipFiles],
  };
}

function checkPlatform({ platform, label }: Target, { artifact }: ScanResult): void {
  if (platform === undefined || platformMatches(platform, artifact.platform)) return;
  throw new GateError(
    "platform-mismatch",
    `${label} is not there for ${platform}: what was found is ${artifact.platform ?? "of no known platform"}`,
    "Build the image for this platform, or take it out of `platform`. Trivy ignores the platform of an image that exists for one only.",
  );
}

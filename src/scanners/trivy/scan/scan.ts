import { rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { parseReference } from "../../../domain/image/reference.ts";
import type { LocatedTarget, ScanResult, Target } from "../../../domain/target.ts";
import type { ProcessResult } from "../../../system/process.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { runScanner } from "../../program.ts";
import { linkDatabase } from "../database/health.ts";
import { foundBaseLayers, scanArguments, skipsWithin, type TrivyTarget, usableScanners } from "../process/arguments.ts";
import { type Purpose, trivyEnvironment } from "../process/environment.ts";
import { LogListener, needsJavaDatabase } from "../process/log-facts.ts";
import { logGroup } from "../process/process-output.ts";
import { repositoryOffline, sbomScanners, scanFailure } from "./failures.ts";
import type { LayerRoles } from "./layer-cache.ts";
import { tellOfArchives } from "./renamed-archives.ts";
import type { Reading } from "./scanned.ts";
import { readSourceTree } from "./source-tree.ts";
import type { EndedTrivy, Scan, ScanSettings } from "./started.ts";

/**
 * Scans one target with one Trivy process. Starts a second one if Trivy meets a jar that is not in the inventory, or if
 * a kept layer does not fit.
 * @param given the target as the user named it
 * @throws GateError of {@link scanFailure}, of `readScanned`; `run-cancelled`
 */
export async function scanTarget(
  target: Target,
  given: LocatedTarget,
  asked: ScanSettings,
  world: World,
): Promise<ScanResult> {
  if (asked.offline && given.how === "repository" && !isAbsolute(given.location)) throw repositoryOffline(target);
  const settings = settingsFor(target, given, asked, world);
  const tree = readSourceTree(given, settings);
  const folder = privateFolder(world, "scan");
  const raw = join(folder, "report.json");
  rmSync(settings.reportFile, { force: true });
  const place = settings.layers.begin(asked.image !== undefined);
  try {
    const deadline = { at: performance.now() + settings.timeoutMs };
    const sbom =
      given.how === "sbom" ? (await import("../sbom/index.ts")).readySbom(target, given.location, folder) : undefined;
    const located: TrivyTarget =
      sbom === undefined ? locatedFor(given, settings) : { how: "sbom", location: sbom.location };
    const told = settings.image && tellOfArchives(settings.image.inventory);
    const scan = { target, given, located, raw, settings, place, deadline, asked, world, sbom, told, tree };
    const { report, result, scanFacts, ended, isWhole, shown, write } = await readFitting(scan);
    // Trivy reports unreadable files only while it reads a layer. With a cached layer, another image would seem
    // complete.
    const roles = isWhole ? rolesOf(scan, ended) : undefined;
    if (roles !== undefined) place.keep(roles);
    settings.onReport?.(shown());
    settings.onSbom?.(await sbomOf(scan, { report, result, scanFacts }));
    // Last, since it changes the report.
    write(settings.reportFile);
    return result;
  } finally {
    place.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function locatedFor({ how, location }: LocatedTarget, { image }: ScanSettings): TrivyTarget {
  if (image !== undefined) return { how: "image", location: image.folder };
  if (how === "reference" || how === "archive" || how === "layout")
    throw new TypeError("an image is read before it is scanned");
  return { how, location };
}

/** The SBOM that gives a later run the same result without the image, or the reason why there is none. */
async function sbomOf(scan: Scan, read: Pick<Reading, "report" | "result" | "scanFacts">) {
  const { target, given, settings, world, asked } = scan;
  const { trivy, database, timeoutMs, descriptions } = settings;
  const digest = given.how === "reference" ? parseReference(given.location)?.digest : undefined;
  if (digest === undefined || database === undefined || settings.scanners.join() !== "vuln")
    return { why: "it was not scanned by its digest, or for more than vulnerabilities" };
  const { makeStored } = await import("../stored/make.ts");
  const { skipDirs, skipFiles } = asked;
  const own = { trivy: trivy.path, version: trivy.version, database, timeoutMs, skipDirs, skipFiles, descriptions };
  return makeStored({ target, digest, ...read }, own, world);
}

/**
 * Layers that were kept as a base image's were not searched for secrets. If they are the image's own here, they are
 * read again.
 */
async function readFitting(scan: Scan): Promise<Reading> {
  const { place, target, world } = scan;
  const reading = await readOnce(scan);
  if (place.fits(rolesOf(scan, reading.ended))) return reading;
  world.log.info(
    `${target.label} is scanned once more, by itself: a layer is the base of another image, and not of this one.`,
  );
  place.renew();
  return readOnce(scan);
}

/** Undefined: Trivy did not say in which layers it looked for no secrets. */
function rolesOf({ settings }: Scan, { baseLayers }: EndedTrivy): LayerRoles | undefined {
  const isSecret = settings.scanners.includes("secret");
  if (isSecret && baseLayers === undefined) return undefined;
  const bases = new Set(isSecret ? baseLayers : []);
  return new Map(settings.image?.layers.map(({ diffId }) => [diffId, bases.has(diffId) ? "base" : "own"]));
}

async function readOnce(scan: Scan): Promise<Reading> {
  // In this order, since loading code blocks this thread: Trivy works meanwhile.
  const [ended, { readScanned }] = await Promise.all([completeScan(scan), import("./scanned.ts")]);
  return readScanned(scan, ended);
}

/** The requested settings that apply to this target, in Trivy's terms. */
function settingsFor(target: Target, located: LocatedTarget, asked: ScanSettings, world: World): ScanSettings {
  const scanners = usableScanners(located, asked.scanners);
  if (scanners.length === 0) throw sbomScanners(target, asked.scanners);
  const skipDirs = skipsWithin(located, asked.skipDirs, world);
  const skipFiles = skipsWithin(located, asked.skipFiles, world);
  return { ...asked, scanners, skipDirs, skipFiles };
}

type Outcome = ProcessResult & EndedTrivy & { readonly lacksJavaDatabase: boolean };

/** Writes the report to `raw`. */
async function completeScan(scan: Scan): Promise<EndedTrivy> {
  const { settings, place } = scan;
  if (settings.database !== undefined) linkDatabase(place.folder, "vulnerability", settings.database);
  const hasJars = settings.image?.inventory.entries.some(({ kind }) => kind === "jar");
  if (settings.database !== undefined && hasJars) await giveJavaDatabase(scan);
  const first = await startTrivy(scan);
  if (!first.lacksJavaDatabase || place.hasJavaDatabase) return finished(scan, first);
  await giveJavaDatabase(scan);
  place.renew();
  scan.world.log.info(
    `${scan.target.label} has jars: it is scanned once more, with the Java database. An error from Trivy above means only that.`,
  );
  return finished(scan, await startTrivy(scan));
}

/** Waits for the Java database, which has a separate time limit. */
async function giveJavaDatabase({ settings, place, deadline }: Scan): Promise<void> {
  if (place.hasJavaDatabase) return;
  const left = deadline.at - performance.now();
  place.addJavaDatabase(await settings.javaDatabase());
  deadline.at = performance.now() + left;
}

function finished(scan: Scan, result: Outcome): Outcome {
  if (result.code === 0 && !result.timedOut) return result;
  throw scanFailure(result, scan.target, scan.settings.timeoutMs);
}

async function startTrivy(scan: Scan): Promise<Outcome> {
  const { target, located, raw, settings, place, deadline, world, told } = scan;
  const timeoutMs = Math.max(1, deadline.at - performance.now());
  // If Trivy fails, it leaves an old file unchanged.
  rmSync(raw, { force: true });
  const own = { cacheFolder: place.folder, target: located, output: raw, timeoutMs, filePatterns: told?.patterns };
  const args = scanArguments({ ...settings, ...own });
  const group = logGroup(`Trivy: ${target.label}`, world.log);
  const listener = new LogListener();
  let baseLayers: readonly string[] | undefined;
  let lacksJavaDatabase = false;
  try {
    const env = trivyEnvironment(world, purposeOf(located), settings.memory);
    const onStderrLine = (line: string): void => {
      lacksJavaDatabase ||= needsJavaDatabase(line);
      baseLayers ??= foundBaseLayers(line);
      listener.line(line);
      group.line(line);
    };
    const working = runScanner(settings.trivy.path, args, { env, deadlineMs: timeoutMs, onStderrLine }, world);
    settings.whileWaiting?.();
    const result = await working;
    return { ...result, baseLayers, lacksJavaDatabase, log: listener.facts() };
  } finally {
    group.end();
  }
}

/** Trivy itself contacts only a repository's host. */
function purposeOf({ how, location }: TrivyTarget): Purpose {
  return how === "repository" && !isAbsolute(location) ? "repository" : "files";
}

import { lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemNamed } from "../../../domain/foreign/systems.ts";
import { platformMatches } from "../../../domain/image/platform.ts";
import { isObject } from "../../../domain/json/is-object.ts";
import type { LocatedTarget, ScanResult, Target } from "../../../domain/target.ts";
import type { AcquiredImage } from "../../../images/acquire/image.ts";
import { GateError } from "../../../system/errors.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { invalidReport } from "../../given-report.ts";
import type { ScanOptions } from "../../scanner.ts";
import { sourcesOf } from "../database/facts.ts";
import { type Database, FILE, iso, span } from "../database/health.ts";
import type { InstalledGrype } from "../install/install.ts";
import { databaseCache, runGrype } from "../process/run.ts";
import { ageOf, sourcesFor } from "../report/database.ts";
import { evidenceNotes, oldestNote, type ReadDocument, readDocument } from "../report/report.ts";
import { GRYPE } from "../report/source.ts";
import { imageCoverage } from "./coverage.ts";
import { notAnImage, scanFailure } from "./failures.ts";
import { packagesIn, type SeenByGrype } from "./packages.ts";

export interface ScanSettings extends Pick<ScanOptions, "image" | "reportFile" | "spentMs"> {
  readonly program: InstalledGrype;
  readonly database: Database;
  /** For this target, in milliseconds, of which `spentMs` are gone. */
  readonly timeoutMs: number;
  /** Maximum age of the sources that matter for the target, in milliseconds. */
  readonly maxAgeMs: number;
  readonly descriptions?: boolean | undefined;
  /** Called when Grype was started. Must not throw. */
  readonly onStarted?: (() => void) | undefined;
}

/**
 * Scans one image, which lies here as a layout of verified bytes.
 * @throws GateError `target-kind-unsupported`, `scan-timeout`, `grype-…`, `report-…`, `image-inconsistent`,
 * `platform-mismatch`, `run-cancelled`
 */
export async function scanTarget(
  target: Target,
  located: LocatedTarget,
  settings: ScanSettings,
  world: World,
): Promise<ScanResult> {
  const { image } = settings;
  if (image === undefined) throw notAnImage(target, located);
  const folder = privateFolder(world, "scan");
  try {
    return await scanImage({ target, located, image, folder, settings }, world);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Scan {
  readonly target: Target;
  readonly located: LocatedTarget;
  readonly image: AcquiredImage;
  /** For what Grype writes. */
  readonly folder: string;
  readonly settings: ScanSettings;
}

async function scanImage(scan: Scan, world: World): Promise<ScanResult> {
  const { target, image, folder, settings } = scan;
  const { database, reportFile, descriptions = false } = settings;
  rmSync(reportFile, { force: true });
  const [report, list] = [join(folder, "report.json"), join(folder, "packages.json")];
  await started(scan, [`oci-dir:${image.folder}`, "-o", `json=${report}`, "-o", `cyclonedx-json=${list}`], world);
  const document = documentIn(report);
  const read = readDocument(document, target, descriptions);
  requireSame(scan, read);
  const packages = packagesIn(documentIn(list));
  writeFileSync(reportFile, JSON.stringify(withoutSettings(document)), { mode: 0o600 });
  const updatedAt = await requireYoung(scan, read, packages, world);
  const { artifact, ...result } = read.result;
  const { digest, index, digestUnknown, repoTags } = image;
  const claims = image.place === "archive" || image.place === "layout" ? repoTags.slice(0, 1) : [];
  const { claims: _, ...own } = artifact;
  return {
    ...result,
    artifact: {
      ...own,
      ...(claims.length > 0 && { claims }),
      ...(digest !== undefined && { digest, index }),
      platform: image.platform,
      packages: packages.length,
    },
    packages: packages.map(({ paths: _, ...each }) => each),
    coverage: await imageCoverage(read, packages, image, database),
    provenance: {
      ...provenanceOf(scan, read, updatedAt),
      ...(digestUnknown !== undefined && { digestUnknown }),
    },
  };
}

/** Runs Grype on the image. */
async function started({ target, settings }: Scan, args: readonly string[], world: World): Promise<void> {
  const { program, database, timeoutMs, spentMs = 0, onStarted } = settings;
  const left = Math.max(1, timeoutMs - spentMs);
  const databaseFolder = databaseCache(database.folder, world);
  const result = await runGrype({ program: program.path, args, databaseFolder, timeoutMs: left, onStarted }, world);
  if (result.code !== 0 || result.timedOut) throw scanFailure(result, target, timeoutMs);
}

/** @throws GateError `report-missing`, `report-too-large`, `report-invalid` */
function documentIn(path: string): unknown {
  let bytes: Buffer;
  try {
    // Reading a pipe would block.
    if (!lstatSync(path).isFile()) throw new TypeError("not a regular file");
    bytes = readFileSync(path);
  } catch (cause) {
    throw new GateError(
      "report-missing",
      "Grype ended without an error, but wrote no report that can be read",
      "Check that `grype-binary` is a real Grype and that the disk of RUNNER_TEMP is not full.",
      { cause },
    );
  }
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw invalidReport(GRYPE, "is no JSON: it was cut off, or something else was written into it", cause);
  }
}

/**
 * The image's id covers its configuration, and so its layers and its platform. The digest of a manifest that Grype
 * writes is of its own making for some sources.
 */
function requireSame({ target: { label, platform }, image }: Scan, read: ReadDocument): void {
  const found = read.image?.imageID;
  if (found !== image.imageId)
    throw new GateError(
      "image-inconsistent",
      `${label} cannot be judged: what Grype read of it is ${found ?? "no image"}, and its configuration ${image.imageId}`,
      "Run again. Where it stays, report this: the scanner was given the image’s own bytes.",
    );
  const own = read.result.artifact.platform;
  const isSame = own === undefined || image.platform === undefined || `${image.platform}/`.startsWith(`${own}/`);
  if (isSame && (platform === undefined || image.platform === undefined || platformMatches(platform, image.platform)))
    return;
  throw new GateError(
    "platform-mismatch",
    `${label} is ${own ?? "of no platform"} to Grype, and ${image.platform ?? "of no platform"} by its configuration`,
    "Name the platform that the image has, or leave `platform` out.",
  );
}

/**
 * When the sources that matter for the image were read: its distribution's, and those of the packages found. An outage
 * at another vendor must stop nobody.
 * @throws GateError `grype-database-stale`
 */
async function requireYoung(
  { target: { label }, settings: { maxAgeMs, database: file } }: Scan,
  { system, database }: ReadDocument,
  packages: readonly SeenByGrype[],
  world: World,
): Promise<string> {
  const ofSystem = sourcesFor(systemNamed(system?.name ?? "")?.name ?? system?.name ?? "") ?? [];
  const kinds = new Set(packages.flatMap((each) => (each.system === true ? [] : [each.type])));
  const ofKinds = kinds.size === 0 ? [] : await sourcesOf(join(file.folder, FILE), kinds);
  // Programs without a package manager are matched by their product's name (CPE).
  const sources = new Set([...ofSystem, ...ofKinds, ...(kinds.has("binary") ? ["nvd"] : [])]);
  const updatedAt = ageOf(database, sources);
  const age = updatedAt === undefined ? undefined : world.now().getTime() - Date.parse(updatedAt);
  if (updatedAt !== undefined && age !== undefined && age <= maxAgeMs) return updatedAt;
  const when =
    updatedAt === undefined ? "have no date" : `are of ${iso(new Date(updatedAt))}, more than ${span(maxAgeMs)} ago`;
  throw new GateError(
    "grype-database-stale",
    `${label} cannot be judged: the advisories of Grype's database that matter for it (${[...sources].join(", ") || "all"}) ${when}`,
    "Refresh the copy that `grype-db` names, or let an older one through by a higher `max-db-age`.",
  );
}

function provenanceOf({ located, image, settings }: Scan, read: ReadDocument, updatedAt: string) {
  const { program, database } = settings;
  return {
    scanner: GRYPE.name,
    scannerVersion: program.version,
    scannerSha256: program.sha256,
    databaseUpdatedAt: updatedAt,
    databaseSha256: database.sha256,
    scannedAt: read.document.descriptor.timestamp ?? undefined,
    readAs: located.how,
    source: PLACES[image.place],
    scanners: ["vuln"],
    notes: [...oldestNote(read.database, updatedAt), ...evidenceNotes(read.matches), ...image.notes],
  };
}

const PLACES: Readonly<Record<AcquiredImage["place"], string>> = {
  docker: "the local Docker",
  containerd: "the local containerd",
  podman: "the local Podman",
  remote: "the registry",
  archive: "a `docker save` tar",
  layout: "an OCI layout folder",
};

/** The report holds the image's configuration with its environment, where secrets are, and Grype's own settings. */
function withoutSettings(document: unknown): unknown {
  if (!isObject(document)) return document;
  const { descriptor, source } = document;
  const target = isObject(source) && isObject(source.target) ? source.target : undefined;
  return {
    ...document,
    ...(isObject(descriptor) && { descriptor: without(descriptor, ["configuration"]) }),
    ...(target && { source: { ...(source as object), target: without(target, ["config", "manifest"]) } }),
  };
}

function without(object: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

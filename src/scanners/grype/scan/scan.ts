import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { platformMatches } from "../../../domain/image/platform.ts";
import type { LocatedTarget, ScanResult, Target } from "../../../domain/target.ts";
import type { AcquiredImage } from "../../../images/acquire/acquired-image.ts";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { ScanOptions } from "../../scanner.ts";
import { knownKinds } from "../database/facts.ts";
import { FILE } from "../database/health.ts";
import { evidenceNotes, oldestNote, type ReadDocument, readDocument } from "../report/report.ts";
import { GRYPE } from "../report/source.ts";
import { kindsOf, requireYoung } from "./age.ts";
import { documentIn, type RunSettings, started, withoutSettings } from "./answer.ts";
import { blindTo, imageCoverage } from "./coverage.ts";
import { notAnImage } from "./failures.ts";
import { packagesIn } from "./packages.ts";

export interface ScanSettings extends RunSettings, Pick<ScanOptions, "image" | "reportFile"> {
  readonly descriptions?: boolean | undefined;
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
  using _ = removedAtEnd(folder);
  return await scanImage({ target, located, image, folder, settings }, world);
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
  await started(
    target,
    settings,
    [`oci-dir:${image.folder}`, "-o", `json=${report}`, "-o", `cyclonedx-json=${list}`],
    world,
  );
  const document = documentIn(report);
  const read = readDocument(document, target, descriptions);
  requireSame(scan, read);
  const packages = packagesIn(documentIn(list));
  writeFileSync(reportFile, JSON.stringify(withoutSettings(document)), { mode: 0o600 });
  const kinds = kindsOf(packages);
  const updatedAt = await requireYoung({ target, kinds, system: read.system, told: read.database }, settings, world);
  const advised = { ...database, kinds: await knownKinds(join(database.folder, FILE)) };
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
    coverage: await imageCoverage(read, packages, image, advised),
    ...blindTo(packages, advised),
    provenance: {
      ...provenanceOf(scan, read, updatedAt),
      ...(digestUnknown !== undefined && { digestUnknown }),
    },
  };
}

/**
 * The image's id covers its configuration, and so its layers and its platform. Of a layout, Grype also tells the digest
 * of the manifest by which it read it.
 */
function requireSame({ target: { label, platform }, image }: Scan, read: ReadDocument): void {
  const { imageID: found, manifestDigest } = read.image ?? {};
  if (found !== image.imageId) throw otherImage(label, found ?? "no image", `its configuration is ${image.imageId}`);
  const given = manifestIn(image.folder);
  if (manifestDigest && manifestDigest !== given)
    throw otherImage(label, `the manifest ${manifestDigest}`, `Grype was given ${given}`);
  const own = read.result.artifact.platform;
  const isSame = own === undefined || image.platform === undefined || `${image.platform}/`.startsWith(`${own}/`);
  const isWanted = platform === undefined || image.platform === undefined || platformMatches(platform, image.platform);
  if (isSame && isWanted) return;
  const there = image.platform ?? "of no platform";
  throw new GateError(
    "platform-mismatch",
    isSame
      ? `${label} is ${there}, and not ${platform}, for which it was asked`
      : `${label} is ${own ?? "of no platform"} to Grype, and ${there} by its configuration`,
    "Name the platform that the image has, or leave `platform` out.",
  );
}

/** @param found what Grype says that it has read, and `given`, what it should have read; both may be of any text */
function otherImage(label: string, found: string, given: string): GateError {
  return new GateError(
    "image-inconsistent",
    `${label} cannot be judged: what Grype read of it is ${found}, and ${given}`,
    "Run again. Where it stays, report this: the scanner was given the image’s own bytes.",
  );
}

/** The digest of the manifest in a layout of this run's own. */
function manifestIn(folder: string): string {
  const { manifests } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as LayoutIndex;
  return manifests[0].digest;
}

/** As this run has written it. */
interface LayoutIndex {
  readonly manifests: readonly [{ readonly digest: string }];
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

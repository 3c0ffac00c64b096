import type { LocatedTarget, ScanResult } from "../../../domain/target.ts";
import type { AcquiredImage } from "../../../images/acquire/acquired-image.ts";
import { release } from "../../../system/used-buffers.ts";
import { readWritten } from "../../program.ts";
import { bucketsOf } from "../database/buckets.ts";
import { sourceOf } from "../process/arguments.ts";
import type { ScanFacts } from "../report/coverage-facts.ts";
import { type ImageNaming, nameArtifact, nameReport, nameRow } from "../report/naming.ts";
import { BASE_DIGEST, BASE_NAME, reportOf, toScanResult } from "../report/report.ts";
import { parseByRows } from "../report/row-list.ts";
import { rowCleaner, writeSanitized } from "../report/sanitize.ts";
import type { EndedTrivy, Scan } from "./started.ts";

export type Reading = ReturnType<typeof readScanned>;

/**
 * Reads the report of a scan that has ended.
 * @throws GateError `report-…`
 */
export function readScanned(scan: Scan, ended: EndedTrivy) {
  const { target, settings } = scan;
  const { report, bytes } = reportIn(scan);
  const scanFacts = scanFactsOf(scan, ended);
  const read = toScanResult(report, target, {
    provenance: provenanceOf(scan),
    descriptions: settings.descriptions,
    scanFacts,
  });
  release(bytes);
  return {
    /** Trivy's parsed report, with the target's own names. */
    report: report as Readonly<Record<string, unknown>>,
    result: settings.image === undefined ? read : withImage(read, settings.image),
    scanFacts,
    ended,
    /** True if every file in the layers could be read. */
    isWhole: ended.log.unread.every(({ kind }) => kind === "no-package"),
    /** The report in the form that other modules see. */
    shown: () => reportOf(report),
    /** Writes the report in the form that may leave the job, and changes it. */
    write: (file: string) => writeSanitized(report, file),
  };
}

function reportIn({ raw, given, settings, sbom }: Scan): { readonly report: unknown; readonly bytes: Buffer } {
  const bytes = readWritten(raw, "Trivy");
  const naming = settings.image && namingOf(given, settings.image);
  const name = (row: unknown) => naming && nameRow(row, naming);
  const report = parseByRows(bytes, (list) => ({ file: `${raw}.rows-${list}`, name, clean: rowCleaner() }));
  if (naming !== undefined) nameReport(report, naming);
  // Trivy may have read a copy of the SBOM.
  if (sbom !== undefined) nameArtifact(report, given.location);
  return { report, bytes };
}

/** Facts about a scan that its report does not have. */
function scanFactsOf({ given, settings, sbom, told, tree }: Scan, { log, baseLayers = [] }: EndedTrivy): ScanFacts {
  const { scanners, database, skipDirs, skipFiles } = settings;
  const isCloned = given.how === "repository" && tree === undefined;
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
    // Trivy's own clone cannot be searched.
    terraform: !scanners.includes("misconfig") ? [] : isCloned ? undefined : (tree?.terraform ?? []),
    sbom: sbom?.scanFacts(log),
    leftOut,
    source: tree?.files,
    baseLayers: baseLayers.length,
    inventory: told?.inventory,
  };
}

function provenanceOf({ given, settings, asked, sbom }: Scan) {
  const { skipDirs, skipFiles, image } = asked;
  const notes = [...(sbom?.notes ?? []), ...(image?.notes ?? [])];
  return {
    scannerVersion: settings.trivy.version,
    scannerSha256: settings.trivy.sha256,
    databaseUpdatedAt: settings.database?.updatedAt.toISOString(),
    databaseSha256: settings.database?.sha256,
    readAs: given.how,
    source: sourceOf(given, settings.image?.place),
    scanners: settings.scanners,
    skipped: [...skipDirs, ...skipFiles],
    ...(notes.length > 0 && { notes }),
  };
}

/** An image's names, as Trivy would have written them if it had found the image itself. */
function namingOf({ location }: LocatedTarget, image: AcquiredImage): ImageNaming {
  const { repoTags, repoDigests, layers, place } = image;
  // The first of several layers with the same content counts.
  const digests = new Map(layers.toReversed().map(({ digest, diffId }) => [diffId, digest]));
  // Trivy does not trust a layout's names.
  const tags = place === "layout" ? [] : repoTags.map(asTrivyWrites);
  const named = { name: location, repoTags: tags, repoDigests: repoDigests.map(asTrivyWrites) };
  if (place === "remote" || place === "layout") return { ...named, digests };
  return { ...named, digests: new Map(), withoutDigest: new Set(layers.map(({ diffId }) => diffId)) };
}

/** Trivy writes Docker Hub's names without the host. */
function asTrivyWrites(name: string): string {
  return name.replace(/^docker\.io\/(?:library\/)?/, "");
}

/**
 * A scan's result, with facts about the scanned image: its digest, and the base that its annotations name.
 */
function withImage(result: ScanResult, image: AcquiredImage): ScanResult {
  const { build, artifact, provenance } = result;
  const base = image.annotations.find((each) => (each[BASE_NAME] ?? each[BASE_DIGEST]) !== undefined);
  const { digest, index, digestUnknown } = image;
  return {
    ...result,
    artifact: { ...artifact, ...(digest !== undefined && { digest, index }) },
    provenance: { ...provenance, ...(digestUnknown !== undefined && { digestUnknown }) },
    // Name and digest must have the same source: a label's name with an annotation's digest would not be a real image.
    ...(build && base && { build: { ...build, baseName: base[BASE_NAME], baseDigest: base[BASE_DIGEST] } }),
  };
}

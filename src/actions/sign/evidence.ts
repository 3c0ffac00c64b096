import { basename, dirname, isAbsolute, join } from "node:path";
import { VERDICT_TYPE, type VerdictPredicate } from "../../domain/evidence/predicate.ts";
import type { PlannedImage } from "../../domain/evidence/signing-plan.ts";
import { scannerNamed } from "../../scanners/list.ts";
import type { Evidence } from "../../signing/subject.ts";
import { VULNERABILITY_TYPE, vulnerabilityPredicate } from "../../signing/vulnerability-predicate.ts";
import { GateError } from "../../system/errors.ts";
import { readGivenFile } from "../../system/given-files.ts";
import { sha256OfBytes } from "../../system/store/hashing.ts";
import type { World } from "../../system/world.ts";

/** Cosign reads no attestation of more than 128 MiB (COSIGN_MAX_ATTACHMENT_SIZE), and Base64 adds a third. */
const MOST_BYTES = 90 * 1024 * 1024;

/**
 * The files attached to one image: its vulnerability report, its SBOM if there is one, and finally the verdict. Each
 * file must have the hash that the report names.
 * @param report where the report is, absolute
 * @throws GateError `evidence-missing`, `evidence-changed`, `file-too-large`
 */
export function evidenceOf(
  predicate: VerdictPredicate,
  { scannerReport, cyclonedx }: PlannedImage["files"],
  report: string,
  world: World,
): Evidence[] {
  const { scanner, scannedAt } = predicate;
  // With several scanners, the file is the first scanner's, and so is the database.
  const database = predicate.scanners?.[0]?.database ?? predicate.database;
  if (scannerReport === undefined)
    throw new GateError(
      "evidence-missing",
      "The report names no vulnerability report of the scanner, or the gate could not keep it",
      "Run the gate again, with the same version of Image Gate as here.",
    );
  const result: unknown = JSON.parse(textOf(scannerReport, "vulnerability report", report, world));
  const vulnerabilities = vulnerabilityPredicate(result, {
    scannerUri: scannerUri(scanner),
    scannerVersion: scanner.version,
    databaseUpdatedAt: database?.updatedAt,
    scannedAt,
  });
  return [
    { kind: "vulnerabilities", type: VULNERABILITY_TYPE, predicate: JSON.stringify(vulnerabilities) },
    ...(cyclonedx === undefined
      ? []
      : [{ kind: "sbom", type: "cyclonedx", predicate: textOf(cyclonedx, "SBOM", report, world) } as const]),
    verdictEvidence(predicate),
  ];
}

/** The scanner as a package URL. */
function scannerUri({ name, version }: VerdictPredicate["scanner"]): string {
  const known = name.toLowerCase();
  return `${scannerNamed(known)?.purl ?? `pkg:generic/${encodeURIComponent(known)}`}@${version}`;
}

/** The verdict alone: nothing else is attached to an index, since the rest belongs to its images. */
export function verdictEvidence(predicate: VerdictPredicate): Evidence {
  return { kind: "verdict", type: VERDICT_TYPE, predicate: JSON.stringify(predicate) };
}

/** The text of a file that the report names. If the report came from another job, its files are alongside it. */
function textOf(
  { path, sha256 }: NonNullable<PlannedImage["files"]["cyclonedx"]>,
  what: string,
  report: string,
  world: World,
): string {
  const folder = dirname(report);
  const named = isAbsolute(path) ? path : join(folder, path);
  const bytes = bytesOf(named, what, world) ?? bytesOf(join(folder, basename(path)), what, world);
  if (bytes === undefined)
    throw new GateError(
      "evidence-missing",
      `The ${what} ${JSON.stringify(path)}, which the report names, does not exist`,
      "Sign in the gate's job, or hand on the whole folder of the report to the job that signs, not the report alone.",
    );
  if (sha256OfBytes(bytes) !== sha256)
    throw new GateError(
      "evidence-changed",
      `The ${what} ${JSON.stringify(path)} is not what the gate wrote: its SHA-256 is another than the report's`,
      "Nothing may change the gate's files before they are signed.",
    );
  return bytes.toString("utf8");
}

function bytesOf(path: string, what: string, world: World): Buffer | undefined {
  try {
    return readGivenFile({ what, path, maxBytes: MOST_BYTES }, world);
  } catch (thrown) {
    if (thrown instanceof GateError && ["file-missing", "file-outside-workspace"].includes(thrown.code))
      return undefined;
    throw thrown;
  }
}

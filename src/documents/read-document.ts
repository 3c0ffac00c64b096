import type { NamedFile } from "../domain/image/target-names.ts";
import { JsonFault } from "../domain/json/parse-strict.ts";
import { readReport } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import { GIVEN_REPORT, type ScanResult, type Target } from "../domain/target.ts";
import { readSbom } from "../sboms/read.ts";
import type { Sbom } from "../sboms/sbom.ts";
import { knownDocument } from "../scan/known-documents.ts";
import { givenDocument } from "../scan/scan-report.ts";
import type { ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";

/** A document that the user named, by its content. */
export type ReadDocument =
  | { readonly kind: "own"; readonly report: Report }
  | { readonly kind: "scan"; readonly scanner: string; readonly target: Target; readonly scan: ScanResult }
  | ({ readonly kind: "sbom" } & Sbom);

/**
 * Reads our own report, a scanner's report, or an SBOM. Its contents decide.
 * @param named the file as typed, for messages, and the subject of a scanner's report, as the user names it
 * @throws GateError `document-unknown`, also for our own report in another version; `document-damaged`; `report-…` for
 * a scanner's report
 */
export function readDocument(bytes: Buffer, named: NamedFile, readers: readonly ReportReader[]): ReadDocument {
  const { input: file, as } = named;
  const given = givenDocument(bytes);
  const { value, fault } = given;
  const known = knownDocument(value, readers);
  if (known.kind === "report") {
    const { reader } = known;
    const target: Target = { kind: GIVEN_REPORT, input: file, as, label: as ?? file, file, anyScanner: true };
    return { kind: "scan", scanner: reader.name, target, scan: reader.given(given, target, {}) };
  }
  if (fault !== undefined) throw damaged(file, fault.message);
  if (known.kind === "unknown")
    throw unknown(file, NEITHER, "Name a JSON report, or an SBOM in CycloneDX, SPDX or Syft's JSON.");
  if (known.kind === "own") {
    const report = readReport(known.document);
    if (!("wrong" in report)) return { kind: "own", report };
    throw report.isOther ? unknown(file, report.wrong, OTHER_VERSION) : damaged(file, report.wrong);
  }
  if ("spdxVersion" in known.document && !Array.isArray(known.document.packages))
    throw damaged(file, "has no list of packages");
  try {
    return { kind: "sbom", ...readSbom(bytes) };
  } catch (fault) {
    throw fault instanceof JsonFault ? damaged(file, fault.message) : fault;
  }
}

const NEITHER = "is neither a report of Image Gate or of a known scanner, nor an SBOM";
const OTHER_VERSION =
  "Make the report again with this version of Image Gate, or read it with the version that made it.";

function unknown(file: string, how: string, remedy: string): GateError {
  return new GateError("document-unknown", `${JSON.stringify(file)} ${how}`, remedy);
}

/** @param how a clause that begins with a verb */
function damaged(file: string, how: string): GateError {
  return new GateError("document-damaged", `${JSON.stringify(file)} ${how}`, "Name the tool's unchanged file.");
}

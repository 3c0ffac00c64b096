import type { FindingKind } from "../domain/finding.ts";
import { architectureOf } from "../domain/image/platform.ts";
import { isObject, listIn } from "../domain/json/is-object.ts";
import { JsonFault, readStrict, type StrictJson } from "../domain/json/parse-strict.ts";
import { readReport } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import { GIVEN_REPORT, type ScanResult } from "../domain/target.ts";
import { isTrivys } from "../sboms/cyclonedx.ts";
import { isSbom, readSbom } from "../sboms/read.ts";
import { knownDocument } from "../scan/known-documents.ts";
import type { ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";
import { baselineDamaged, baselineIncomplete, baselineUnknown } from "./errors.ts";
import type { ScannedTarget, StoredBaseline } from "./stored-baseline.ts";
import { baselineInReport, storedIn } from "./stored-report.ts";

/**
 * Finds the part of a file that describes a target.
 * @param given the workflow's name for the file
 * @throws GateError `baseline-…` as in `errors.ts`; the returned function may throw `baseline-incomplete` as well
 */
export function baselineIn(bytes: Buffer, given: string, reports: readonly ReportReader[]) {
  const { own, sbom, scan } = contentsOf(bytes, given, reports);
  if (own !== undefined)
    return (judged: ScannedTarget) => baselineInReport(own, judged, { kind: "report", given }, nameOf(given));
  const report = sbom === undefined ? scan?.() : undefined;
  return ({ target: { kind } }: ScannedTarget): StoredBaseline => {
    if (kind === GIVEN_REPORT) return report ?? scan?.() ?? (sbom as StoredBaseline);
    return sbom ?? forImages(report as ScannersReport, nameOf(given));
  };
}

/**
 * All baselines in a file's bytes, one for each target.
 * @throws GateError as {@link baselineIn}
 */
export function baselinesIn(bytes: Buffer, given: string, reports: readonly ReportReader[]): StoredBaseline[] {
  const { own, sbom, scan } = contentsOf(bytes, given, reports);
  if (own === undefined) return [sbom, scan?.()].filter((each) => each !== undefined);
  const scanned = [...own.targets.keys()].filter((index) => own.targets[index]?.verdict !== "error");
  return scanned.map((index) => storedIn(own, index, { kind: "report", given }, nameOf(given)));
}

/** Our report, an SBOM, a scanner's report, or CycloneDX that is both. */
function contentsOf(bytes: Buffer, given: string, reports: readonly ReportReader[]) {
  const name = nameOf(given);
  const json = parse(bytes, name);
  const { value: document } = json;
  const known = knownDocument(document, reports);
  const scan = known.kind === "report" ? () => scannersReport(json, known.reader, given) : undefined;
  if (isSbom(document)) return { sbom: sbomFile(document, bytes, given, name), scan };
  if (scan !== undefined) return { scan };
  if (known.kind === "own") return { own: ownReport(document, name) };
  throw baselineUnknown(name, "is neither a report of Image Gate or a known scanner, nor an SBOM");
}

function nameOf(given: string): string {
  return `The baseline ${JSON.stringify(given)}`;
}

type Json = Readonly<Record<string, unknown>>;

function parse(bytes: Buffer, name: string): StrictJson<Json> {
  const { value, keys } = readAs(name, () => readStrict(bytes));
  if (isObject(value)) return { value, keys };
  throw baselineUnknown(name, "is not a JSON object");
}

function readAs<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (fault) {
    throw fault instanceof JsonFault ? baselineDamaged(name, fault.message, fault) : fault;
  }
}

/** The SBOM is matched like one that is judged; its packages are those that Trivy finds in it. */
function sbomFile(document: Json, bytes: Buffer, given: string, name: string): StoredBaseline {
  const sbom = readAs(name, () => readSbom(bytes));
  const { format, subject, packages } = sbom;
  if (packages.length === 0 && listIn(document.components).length === 0)
    throw baselineIncomplete(name, "lists no packages");
  const image = subject === "" ? undefined : subject;
  const isPlaced = isTrivys(document);
  const note = `It is an SBOM (${format}) without the package paths that Trivy writes: a second copy elsewhere might not count as new.`;
  return {
    source: { kind: "sbom", given, image, madeAt: madeAt(document), notes: isPlaced ? undefined : [note] },
    names: image === undefined ? [] : [image],
    platform: platformOf(packages.map(({ purl }) => purl)),
    contents: { sbom: bytes },
    kinds: new Set<FindingKind>(["vulnerability"]),
    withoutPaths: !isPlaced,
    sbom,
  };
}

/** CycloneDX and SPDX contain their date of creation, and Syft's JSON does not. */
function madeAt({ metadata, creationInfo }: Json): string | undefined {
  const time = isObject(metadata) ? metadata.timestamp : isObject(creationInfo) ? creationInfo.created : undefined;
  return typeof time === "string" ? time : undefined;
}

/** An SBOM has no platform, but its system packages show it, if they all are for the same one. */
function platformOf(purls: readonly (string | undefined)[]): string | undefined {
  const found = new Set(
    purls.flatMap((purl) => /^pkg:(?:deb|apk|rpm)\/[^?]*\?(?:.*&)?arch=([\w-]+)/.exec(purl ?? "")?.[1] ?? []),
  );
  for (const any of ["all", "noarch"]) found.delete(any);
  const [only] = found;
  return found.size === 1 && only !== undefined ? `linux/${architectureOf(only)}` : undefined;
}

interface ScannersReport extends StoredBaseline {
  readonly contents: Extract<StoredBaseline["contents"], { readonly packages: unknown }>;
  /** Absent: it can be compared with scans, too. */
  readonly only?: string | undefined;
}

function scannersReport(json: StrictJson<Json>, reader: ReportReader, given: string): ScannersReport {
  const { artifact, packages, findings, provenance } = readScan(json, reader, given);
  const { claims: names = [] } = artifact;
  return {
    source: { kind: GIVEN_REPORT, given, image: names.at(-1), madeAt: provenance.scannedAt },
    names,
    platform: artifact.platform,
    contents: { packages, os: artifact.os },
    earlier: findings,
    by: provenance,
    // The report does not record which kinds were requested.
    kinds: new Set<FindingKind>(["vulnerability", ...findings.map((finding) => finding.kind)]),
    ...(reader.earlier === undefined && { only: reader.name }),
  };
}

/** Reports of most scanners are only compared with given ones: names and places of packages differ among scanners. */
function forImages(report: ScannersReport, name: string): StoredBaseline {
  const { only, contents, earlier = [] } = report;
  if (only !== undefined)
    throw baselineUnknown(name, `is a report of ${only}, which names and places packages in its own way`);
  if (contents.packages.length === 0 && earlier.length > 0) throw baselineIncomplete(name, "lists no packages");
  return report;
}

function readScan(json: StrictJson<Json>, reader: ReportReader, given: string): ScanResult {
  const name = nameOf(given);
  const target = { kind: GIVEN_REPORT, input: given, label: given } as const;
  try {
    return reader.earlier?.(json.value, target) ?? reader.given(json, target, {});
  } catch (cause) {
    if (!(cause instanceof GateError)) throw cause;
    if (cause.code === "report-schema-unknown") throw baselineUnknown(name, `has another version: ${cause.what}`);
    throw baselineDamaged(name, `cannot be read: ${cause.what}`, cause);
  }
}

function ownReport(document: Json, name: string): Report {
  const report = readReport(document);
  if (!("wrong" in report)) return report;
  throw report.isOther ? baselineUnknown(name, report.wrong) : baselineDamaged(name, report.wrong);
}

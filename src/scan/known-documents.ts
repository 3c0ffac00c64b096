import { isObject } from "../domain/json/is-object.ts";
import { isReport } from "../domain/report/read.ts";
import { isSbom } from "../sboms/read.ts";
import type { ReportReader } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";

/** The kind of a JSON document, by its content. */
export type KnownDocument =
  | { readonly kind: "report"; readonly reader: ReportReader }
  /** Image Gate's own report, of any version. */
  | { readonly kind: "own"; readonly document: Readonly<Record<string, unknown>> }
  | { readonly kind: "sbom"; readonly document: Readonly<Record<string, unknown>> }
  | { readonly kind: "unknown" };

/**
 * Recognises a given document. A CycloneDX file with a scanner's findings in it is a report.
 * @param value its JSON; undefined: it is not JSON
 * @throws GateError `report-unsupported` if two readers would read it, each in its own way
 */
export function knownDocument(value: unknown, readers: readonly ReportReader[]): KnownDocument {
  const [reader, second] = readers.filter((each) => each.owns(value));
  if (second !== undefined && reader !== undefined)
    throw new GateError(
      "report-unsupported",
      `The report could be from two scanners, ${reader.name} and ${second.name}, which would read it differently`,
      "Give the report as its scanner wrote it, without additions.",
    );
  if (reader !== undefined) return { kind: "report", reader };
  if (!isObject(value)) return { kind: "unknown" };
  if (isReport(value)) return { kind: "own", document: value };
  return isSbom(value) ? { kind: "sbom", document: value } : { kind: "unknown" };
}

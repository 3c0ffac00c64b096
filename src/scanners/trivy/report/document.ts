import { ReportSource } from "../../given-report.ts";
import { reportTooLarge } from "../../report-too-large.ts";

/** The path of a value in a report. */
export type Path = readonly PropertyKey[];

export const TRIVY = new ReportSource({
  name: "Trivy",
  remedy:
    "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.",
  refusal: { start: "The Trivy report", code: "report-invalid" },
});

/**
 * Parses Trivy's own output. Node's error message quotes the text, so it is not passed on.
 * @throws GateError `report-invalid`
 */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw TRIVY.invalid(text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", cause);
  }
}

/** @throws GateError `report-too-large` if Node cannot store it as one string. */
export function textOf(bytes: Buffer): string {
  try {
    return bytes.toString("utf8");
  } catch (cause) {
    throw reportTooLarge("Trivy", cause);
  }
}

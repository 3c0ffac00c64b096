import type { Finding } from "../domain/finding.ts";
import { oneLine } from "../domain/one-line.ts";
import type { FailedTarget, JudgedFinding, TargetVerdict } from "../domain/verdict.ts";
import { advisoryUrl } from "./advisory.ts";
import { inPieces } from "./pieces.ts";
import { shorten, visible } from "./plain.ts";
import { statusOf } from "./status.ts";
import type { View } from "./view.ts";
import { placed, shortInstruction } from "./where.ts";

const COLUMNS = [
  "target",
  "advisory",
  "severity",
  "package",
  "version",
  "fixed",
  "path",
  "status",
  "layer",
  "title",
  "url",
];
/** Longest cell in UTF-16 units: Excel takes 32,767, and puts what is beyond into other cells. */
const LONGEST = 32_000;

/**
 * All findings as CSV (RFC 4180), a row each, targets in their order; a target in `error` is one row that says so, as no row
 * would read as no findings.
 */
export function* renderCsv(view: View): Generator<string> {
  yield line(COLUMNS);
  for (const target of view.verdict.targets) {
    if (target.answer === "error") yield errorRow(target);
    else yield* inPieces(target.findings, (each) => row(target, each));
  }
}

function row({ target }: TargetVerdict, judged: JudgedFinding): string {
  const { finding } = judged;
  return line([
    target.label,
    finding.id,
    finding.severity,
    finding.package?.name ?? "",
    finding.package?.version ?? "",
    finding.fixedVersions.join(", "),
    finding.path === undefined ? "" : placed(finding.path, finding.line),
    statusOf(judged),
    layerOf(finding),
    finding.title,
    advisoryUrl(finding.id, finding.url) ?? "",
  ]);
}

function layerOf({ layer }: Finding): string {
  if (layer?.instruction !== undefined) return shortInstruction(layer.instruction, 500);
  return layer?.number === undefined ? "" : `layer ${layer.number}`;
}

function errorRow({ target, error }: FailedTarget): string {
  return line([target.label, "", "", "", "", "", "", `error: [${error.code}] ${oneLine(error.what)}`]);
}

function line(cells: readonly string[]): string {
  return `${COLUMNS.map((_, index) => cell(cells[index] ?? "")).join(",")}\r\n`;
}

/**
 * A spreadsheet takes a cell that starts like a formula for one, and runs it; some do so for the signs' full-width forms too
 * (OWASP, CSV injection).
 */
function cell(untrusted: string): string {
  const guarded = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(untrusted) ? `'${untrusted}` : untrusted;
  // What cannot be seen takes more room as a code point.
  const text = shorten(visible(shorten(guarded, LONGEST)), LONGEST);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

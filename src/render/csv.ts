import type { JudgedFinding, TargetVerdict } from "../domain/verdict.ts";
import { visible } from "./plain.ts";
import { statusOf } from "./status.ts";
import type { View } from "./view.ts";
import { shortInstruction } from "./where.ts";

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
/** Findings in one piece of text. */
const PIECE = 500;

/**
 * All findings as CSV (RFC 4180), a row each, targets in their order; a target in `error` is one row that says so, as no row
 * would read as no findings.
 */
export function* renderCsv(view: View): Generator<string> {
  yield line(COLUMNS);
  for (const target of view.verdict.targets) {
    const rows = target.answer === "error" ? [errorRow(target)] : target.findings.map((each) => row(target, each));
    for (let from = 0; from < rows.length; from += PIECE) yield rows.slice(from, from + PIECE).join("");
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
    finding.path === undefined || finding.line === undefined ? (finding.path ?? "") : `${finding.path}:${finding.line}`,
    statusOf(judged),
    finding.layer?.instruction === undefined ? "" : shortInstruction(finding.layer.instruction, 500),
    finding.title,
    finding.url ?? "",
  ]);
}

function errorRow({ target, error }: Extract<TargetVerdict, { answer: "error" }>): string {
  return line([target.label, "", "", "", "", "", "", `error: [${error.code}] ${error.what}`]);
}

function line(cells: readonly string[]): string {
  return `${COLUMNS.map((_, index) => cell(cells[index] ?? "")).join(",")}\r\n`;
}

/** A spreadsheet takes a cell that starts like a formula for one, and runs it (OWASP, CSV injection). */
function cell(untrusted: string): string {
  const guarded = /^[=+\-@\t\r]/.test(untrusted) ? `'${untrusted}` : untrusted;
  const text = visible(guarded);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

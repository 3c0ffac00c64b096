import type { Finding } from "../domain/finding.ts";
import { oneLine } from "../domain/one-line.ts";
import type { FailedTarget, JudgedFinding, TargetVerdict } from "../domain/verdict.ts";
import { advisoryUrl } from "./advisory.ts";
import { type FixAdvice, fixAdvisor } from "./fix.ts";
import { whyNotCounted } from "./not-counted.ts";
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
  "no_fix",
  "spared_by",
  "owner",
  "until",
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
  const adviceOn = fixAdvisor();
  for (const target of view.verdict.targets) {
    if (target.answer === "error") yield errorRow(target);
    else yield* inPieces(target.findings, (each) => row(target, each, adviceOn(each.finding)));
  }
}

function row({ target }: TargetVerdict, judged: JudgedFinding, { none = "" }: FixAdvice): string {
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
    finding.kind === "vulnerability" ? none : "",
    sparedBy(judged),
    ...holderOf(judged),
    layerOf(finding),
    finding.title,
    advisoryUrl(finding.id, finding.url) ?? "",
  ]);
}

/** The rule that spares what is not counted, and until when it does. */
function sparedBy(judged: JudgedFinding): string {
  if (judged.outcome !== "not-counted") return "";
  const { countsFrom } = judged;
  return whyNotCounted(judged) + (countsFrom === undefined ? "" : `; counts from ${countsFrom}`);
}

/** Who answers for what is accepted, and its last day; a VEX document's statement has an author and no end. */
function holderOf({ outcome, exceptions: [exception], vex }: JudgedFinding): [string, string] {
  if (outcome !== "accepted") return ["", ""];
  return exception === undefined ? [vex?.author ?? "", ""] : [exception.owner ?? "", exception.expires];
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

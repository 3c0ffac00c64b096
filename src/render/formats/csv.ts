import type { Finding, Layer } from "../../domain/finding.ts";
import { joined } from "../../domain/json/pieces.ts";
import { oneLine } from "../../domain/one-line.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import type { FailedTarget, JudgedFinding } from "../../domain/verdict.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { placed, shortInstruction } from "../shared/location.ts";
import { shorten, visible } from "../shared/safe-text.ts";
import { sparingRule, statusOf } from "../shared/status.ts";
import type { View } from "../view.ts";

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
/** Longest cell in UTF-16 units. Excel accepts 32,767, and puts the rest into other cells. */
const LONGEST = 32_000;

/**
 * All findings as CSV (RFC 4180), one per row, with the targets in their order. A target in `error` is one row that
 * says so, because no row would look like no findings.
 */
export function renderCsv(view: View): Iterable<string> {
  return joined(linesOf(view));
}

function* linesOf({ verdict }: View): Generator<string> {
  yield line(COLUMNS);
  const adviceOn = fixAdvisor();
  for (const target of verdict.targets)
    if (target.answer === "error") yield line(errorCells(target));
    else for (const judged of target.findings) yield line([target.target.label, ...cellsOf(judged, adviceOn)]);
}

/** The cells of a finding, from `advisory` on. */
function cellsOf(judged: JudgedFinding, adviceOn: (finding: Finding) => FixAdvice): string[] {
  const { finding, outcome } = judged;
  const { id, severity, package: about, fixedVersions, path, title, url } = finding;
  return [
    id,
    severity,
    about?.name ?? "",
    about?.version ?? "",
    fixedVersions.join(", "),
    path === undefined ? "" : placed(path, finding.line),
    statusOf(judged),
    finding.kind === "vulnerability" ? (adviceOn(finding).none ?? "") : "",
    outcome === "not-counted" ? sparingRule(judged) : "",
    ...holderOf(judged),
    layerOf(finding.layer),
    title,
    advisoryUrl(id, url) ?? "",
  ];
}

/** Who answers for what is accepted, and its last day. A VEX document's statement has an author, but no last day. */
function holderOf({ outcome, exceptions: [exception], vex }: JudgedFinding): [string, string] {
  if (outcome !== "accepted") return ["", ""];
  return exception === undefined ? [vex?.author ?? "", ""] : [exception.owner ?? "", exception.expires];
}

function layerOf(layer: Layer | undefined): string {
  if (layer?.instruction !== undefined) return shortInstruction(layer.instruction, 500);
  return layer?.number === undefined ? "" : `layer ${layer.number}`;
}

function errorCells({ target, error }: FailedTarget): string[] {
  const cells = COLUMNS.map(() => "");
  cells[0] = target.label;
  cells[COLUMNS.indexOf("status")] = `error: [${error.code}] ${oneLine(error.what)}`;
  return cells;
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** A sign of a formula at the start, or behind another separator. A spreadsheet drops blanks and quotes before it. */
const FORMULA = /(?:^|[;|])(?=[\s"']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/**
 * A cell; an apostrophe turns a formula into text. A spreadsheet treats a cell that starts like a formula as one, and
 * runs it. Some do so for the full-width forms of the signs too (OWASP, CSV injection).
 */
function cell(untrusted: string): string {
  // An invisible character takes more room as a code point, and so does an apostrophe. A tab separates nothing then.
  const text = shorten(visible(shorten(untrusted, LONGEST)).replace(FORMULA, "$&'"), LONGEST);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import type { Finding, Layer } from "../../domain/finding.ts";
import { joined } from "../../domain/json/pieces.ts";
import { oneLine } from "../../domain/one-line.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { placed, shortInstruction } from "../shared/location.ts";
import { shorten, visible } from "../shared/safe-text.ts";
import { sparingRule, statusOf } from "../shared/status.ts";
import type { View } from "../view.ts";

/** A finding of a target, and the upgrade that clears it. */
interface CsvRow {
  readonly label: string;
  readonly judged: JudgedFinding;
  readonly finding: Finding;
  readonly none: FixAdvice["none"];
}

/** The columns in their order. */
const COLUMNS: Readonly<Record<string, (row: CsvRow) => string | undefined>> = {
  target: ({ label }) => label,
  advisory: ({ finding }) => finding.id,
  severity: ({ finding }) => finding.severity,
  package: ({ finding }) => finding.package?.name,
  version: ({ finding }) => finding.package?.version,
  fixed: ({ finding }) => finding.fixedVersions.join(", "),
  path: ({ finding: { path, line } }) => (path === undefined ? "" : placed(path, line)),
  status: ({ judged }) => statusOf(judged),
  no_fix: ({ finding, none }) => (finding.kind === "vulnerability" ? none : ""),
  spared_by: ({ judged }) => (judged.outcome === "not-counted" ? sparingRule(judged) : ""),
  // A VEX document's statement has an author, but no last day.
  owner: ({ judged: { outcome, exceptions, vex } }) =>
    outcome === "accepted" ? (exceptions[0] ?? { owner: vex?.author }).owner : "",
  until: ({ judged: { outcome, exceptions } }) => (outcome === "accepted" ? exceptions[0]?.expires : ""),
  layer: ({ finding }) => layerOf(finding.layer),
  title: ({ finding }) => finding.title,
  url: ({ finding }) => advisoryUrl(finding.id, finding.url),
};
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
  const names = Object.keys(COLUMNS);
  yield line(names);
  const adviceOn = fixAdvisor();
  for (const { target, ...judging } of verdict.targets)
    if (judging.answer === "error") {
      const { code, what } = judging.error;
      const cells: Record<string, string> = { target: target.label, status: `error: [${code}] ${oneLine(what)}` };
      yield line(names.map((name) => cells[name]));
    } else
      for (const judged of judging.findings) {
        const { finding } = judged;
        const row = { label: target.label, judged, finding, none: adviceOn(finding).none };
        yield line(Object.values(COLUMNS).map((show) => show(row)));
      }
}

function layerOf(layer: Layer | undefined): string {
  if (layer?.instruction !== undefined) return shortInstruction(layer.instruction, 500);
  return layer?.number === undefined ? "" : `layer ${layer.number}`;
}

function line(cells: readonly (string | undefined)[]): string {
  return `${cells.map((text) => cell(text)).join(",")}\r\n`;
}

/** A sign of a formula at the start, or after another separator. A spreadsheet drops blanks and quotes before it. */
const FORMULA = /(?:^|[;|])(?=[\s"']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;

/**
 * A cell; an apostrophe turns a formula into text. A spreadsheet treats a cell that starts like a formula as one, and
 * runs it. Some do so for the full-width forms of the signs too (OWASP, CSV injection).
 */
function cell(untrusted = ""): string {
  // A visible code point and an apostrophe make the text longer, so it is shortened again. Tabs become visible, too.
  const text = shorten(visible(shorten(untrusted, LONGEST)).replace(FORMULA, "$&'"), LONGEST);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

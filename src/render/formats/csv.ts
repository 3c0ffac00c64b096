import type { FindingPackage, Layer } from "../../domain/finding.ts";
import { memoize } from "../../domain/memoize.ts";
import { oneLine } from "../../domain/one-line.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/fix-advice.ts";
import type { FailedTarget, JudgedFinding } from "../../domain/verdict.ts";
import { inPieces } from "../report-format.ts";
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
export function* renderCsv(view: View): Generator<string> {
  yield line(COLUMNS);
  const rowOf = rows();
  for (const target of view.verdict.targets) {
    if (target.answer === "error") yield errorRow(target);
    else {
      const label = cell(target.target.label);
      yield* inPieces(target.findings, (each) => `${label},${rowOf(each)}\r\n`);
    }
  }
}

/**
 * Makes a finding's row without its target. A large report has few packages, fixes and layers, so each is rendered
 * once.
 */
function rows(): (judged: JudgedFinding) => string {
  const adviceOn = fixAdvisor();
  const packageCells = memoize((about: FindingPackage | undefined) => row([about?.name ?? "", about?.version ?? ""]));
  const fixedCell = memoize((versions: readonly string[]) => cell(versions.join(", ")));
  const layerCell = memoize((layer: Layer | undefined) => cell(layerOf(layer)));
  const adviceCell = memoize(({ none = "" }: FixAdvice) => cell(none));
  return (judged) => {
    const { finding } = judged;
    const path = finding.path === undefined ? "" : cell(placed(finding.path, finding.line));
    const before = `${cell(finding.id)},${finding.severity},${packageCells(finding.package)},${fixedCell(finding.fixedVersions)},${path}`;
    const noFix = finding.kind === "vulnerability" ? adviceCell(adviceOn(finding)) : "";
    const state = judged.outcome === "open" ? `open,${noFix},,,` : notOpen(judged, noFix);
    const after = row([finding.title, advisoryUrl(finding.id, finding.url) ?? ""]);
    return `${before},${state},${layerCell(finding.layer)},${after}`;
  };
}

/** The columns from `status` to `until`. */
function notOpen(judged: JudgedFinding, noFix: string): string {
  const exemptedBy = judged.outcome === "not-counted" ? sparingRule(judged) : "";
  return `${cell(statusOf(judged))},${noFix},${row([exemptedBy, ...holderOf(judged)])}`;
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

function errorRow({ target, error }: FailedTarget): string {
  return line([target.label, "", "", "", "", "", "", `error: [${error.code}] ${oneLine(error.what)}`]);
}

function line(cells: readonly string[]): string {
  return `${row(COLUMNS.map((_, index) => cells[index] ?? ""))}\r\n`;
}

function row(cells: readonly string[]): string {
  return cells.map(cell).join(",");
}

/**
 * Text that a cell has as it is: visible ASCII and spaces without `"`, `,`, `;` and `|`, and no first sign of a
 * formula.
 */
const HARMLESS = /^(?! *[=+\-@])[ !#-+\--:<-{}~]*$/;

/** The first sign of a formula. */
const SIGN = String.raw`[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]`;
/** Quotation marks and blanks before it: a spreadsheet may drop both. */
const AT_START = new RegExp(String.raw`^(?:[\t\r]|(?=[\s"']*${SIGN}))`);
/**
 * The start of a new cell for a spreadsheet that is set to, or guesses, another separator than the comma. It may drop
 * what stands before, and a tab is both.
 */
const BEFORE_SIGN = new RegExp(String.raw`(?<![\s"';|])[\s"';|]+(?=${SIGN})`, "g");

/** Puts an apostrophe behind each separator that starts a cell with the sign. */
function guardedStart(run: string): string {
  const last = Math.max(0, run.lastIndexOf(";"), run.lastIndexOf("|"));
  return run.slice(0, last) + run.slice(last).replace(/[;|\t]/g, "$&'");
}

/**
 * A cell; an apostrophe turns a formula into text. A spreadsheet treats a cell that starts like a formula as one, and
 * runs it. Some do so for the full-width forms of the signs too (OWASP, CSV injection).
 */
function cell(untrusted: string): string {
  if (untrusted.length <= LONGEST && HARMLESS.test(untrusted)) return untrusted;
  const begun = AT_START.test(untrusted) ? `'${untrusted}` : untrusted;
  const guarded = begun.replace(BEFORE_SIGN, guardedStart);
  // An invisible character takes more room as a code point, so the text is shortened again.
  const text = shorten(visible(shorten(guarded, LONGEST)), LONGEST);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

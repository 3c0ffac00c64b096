import type { Finding } from "../domain/finding.ts";
import type { Severity } from "../domain/severity.ts";
import type { FailedTarget, JudgedFinding, JudgedTarget } from "../domain/verdict.ts";
import { attentionWords, needingAttention } from "./exceptions.ts";
import { noCommand, plain, shorten } from "./plain.ts";
import { split } from "./split.ts";
import type { View } from "./view.ts";
import { shortInstruction } from "./where.ts";
import { counted, countSeverities, severityList, statusWords } from "./words.ts";

/** Largest log text in UTF-8 bytes. */
const LIMIT_BYTES = 60_000;
/** Widest line of the table, in characters. */
const WIDTH = 120;
const COLUMNS = ["severity", "advisory", "package", "installed", "fixed in", "where"];
/** Widest cell of each column; the last one takes what is left. */
const WIDEST = [8, 20, 30, 18, 18, WIDTH];

/** The log: a table of what fails for each target, counts of the rest, exceptions, and last the reason. */
export function renderLog(view: View, limitBytes = LIMIT_BYTES): string {
  const end = [...exceptionLines(view), shorten(plain(view.verdict.reason), 4_000)];
  const endBytes = bytes(end);
  let left = limitBytes - endBytes - 300;
  const shown: string[] = [];
  let skipped = 0;
  for (const target of view.verdict.targets) {
    const lines = target.answer === "error" ? errorLines(target) : judgedLines(target, left);
    if (bytes(lines) > left) {
      skipped += 1;
      continue;
    }
    left -= bytes(lines);
    shown.push(...lines);
  }
  if (skipped > 0) shown.push(`${counted(skipped, "more target")} left out here; the report has all.`, "");
  return noCommand([...shown, ...end].join("\n"));
}

function bytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

function errorLines(target: FailedTarget): string[] {
  const { code, what, remedy } = target.error;
  return [
    `${shorten(plain(target.target.label), 200)}: error`,
    `  [${plain(code)}] ${shorten(plain(what), 2_000)}.`,
    `  ${shorten(plain(remedy), 2_000)}`,
    "",
  ];
}

function judgedLines(target: JudgedTarget, room: number): string[] {
  const { failing, within, notCounted, accepted } = split(target);
  const rest = [
    within.length === 0 ? "" : `${tally(within)} within the limits`,
    accepted.length === 0 ? "" : `${counted(accepted.length, "finding")} accepted`,
    notCounted.length === 0 ? "" : `${counted(notCounted.length, "finding")} without a fix not counted`,
  ].filter((part) => part !== "");
  const lines = [`${shorten(plain(target.target.label), 200)}: ${target.answer}`, ...noticeLines(target)];
  const after = [rest.length === 0 ? "" : `  ${rest.join("; ")}`, ""].filter((line, i) => i === 1 || line !== "");
  return [...lines, ...findingLines(failing, room - bytes([...lines, ...after]) - 100), ...after];
}

function tally(findings: readonly JudgedFinding[]): string {
  return severityList(countSeverities((index) => severityOf(findings, index), 0, findings.length));
}

function severityOf(findings: readonly JudgedFinding[], index: number): Severity {
  return (findings[index] as JudgedFinding).finding.severity;
}

function noticeLines(target: JudgedTarget): string[] {
  const { artifact, suppressed, provenance } = target.scan;
  const lines: string[] = [];
  if (artifact.os?.endOfLife === true) {
    lines.push(
      `  ${plain(`${artifact.os.family} ${artifact.os.name}`)} is past its end of life: it gets no security fixes.`,
    );
  }
  if (artifact.packages === 0) lines.push(`  ${plain(provenance.scanner) || "The scanner"} recognised no packages.`);
  if (suppressed > 0) lines.push(`  ${counted(suppressed, "row")} suppressed by the scanner itself.`);
  return lines;
}

/** Rows as wide as their content needs, until there is no room. Widths are taken from the rows that can be shown. */
function findingLines(failing: readonly JudgedFinding[], room: number): string[] {
  if (failing.length === 0) return [];
  const most = Math.max(0, Math.min(failing.length, Math.floor(room / 60)));
  const cells = [COLUMNS, ...failing.slice(0, most).map((judged) => cellsOf(judged.finding))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => (row[column] as string).length)));
  const lines: string[] = [];
  let left = room;
  for (const row of cells) {
    const line = lineOf(row, widths);
    left -= Buffer.byteLength(line) + 1;
    if (left < 0) break;
    lines.push(line);
  }
  const shown = Math.max(0, lines.length - 1);
  if (shown === failing.length) return lines;
  const rest = countSeverities((index) => severityOf(failing, index), shown, failing.length);
  return [...lines, `  … and ${counted(failing.length - shown, "more failing finding")}: ${severityList(rest)}`];
}

function cellsOf(finding: Finding): string[] {
  const fixed = finding.fixedVersions.length === 0 ? statusWords(finding.status) : finding.fixedVersions.join(", ");
  const cells = [
    finding.severity,
    finding.id,
    finding.package?.name ?? finding.title,
    finding.package?.version ?? "",
    finding.kind === "vulnerability" ? fixed : "",
    where(finding),
  ];
  return cells.map((cell, column) => shorten(plain(shorten(cell, 400)), WIDEST[column] ?? WIDTH));
}

function where({ owner, path, line, layer }: Finding): string {
  const place = path === undefined ? "" : shorten(line === undefined ? path : `${path}:${line}`, 80, "middle");
  const file = owner === undefined ? place : `${owner.ecosystem} ${owner.name}: ${place}`;
  if (layer === undefined) return file;
  const number = layer.number === undefined ? "" : `layer ${layer.number} `;
  const made = `${number}${shortInstruction(layer.instruction ?? "", 40)}`.trim();
  return [file, made].filter((part) => part !== "").join(", ");
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return `  ${shorten(padded.trimEnd(), WIDTH - 2)}`.trimEnd();
}

function exceptionLines(view: View): string[] {
  const items = needingAttention(view.verdict);
  if (items.length === 0) return [];
  const shown = items.slice(0, 40).map((item) => {
    const { exception } = item.use;
    const scope = exception.package === undefined ? "" : ` (${shorten(plain(exception.package), 60)})`;
    return `  line ${exception.line}: ${shorten(plain(exception.id), 60)}${scope} ${attentionWords(item)}`;
  });
  const file = view.policy.path === undefined ? "the policy" : plain(view.policy.path);
  const rest = items.length > shown.length ? [`  … and ${items.length - shown.length} more`] : [];
  return [`Exceptions in ${file} that need attention:`, ...shown, ...rest, ""];
}

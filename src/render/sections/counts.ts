import { exploitWords } from "../../domain/reason.ts";
import type { Limit } from "../../domain/severity.ts";
import type { ExploitRow, JudgedTarget, SeverityRow } from "../../domain/verdict.ts";
import { table } from "../markdown/markdown.ts";
import { counted, number } from "../shared/phrases.ts";

/** Severity × (open, limit, accepted, not counted). Severities with nothing to say are left out. */
export function countsTable(target: JudgedTarget): string {
  const rows = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0);
  const cells = rows.map((row) => [
    row.broken ? `❌ **${row.severity}**` : row.severity,
    row.broken ? `**${number(row.open)}**` : number(row.open),
    limitWords(row.limit),
    number(row.accepted),
    number(row.notCounted),
  ]);
  for (const row of target.exploitRows ?? []) cells.push(exploitCells(row));
  return table(["", "open", "limit", "accepted", "not counted"], cells, ["left", "right", "right", "right", "right"]);
}

function exploitCells(row: ExploitRow): string[] {
  const words = row.kind === "exploited" ? "🔥 exploited" : exploitWords(row);
  return [
    row.broken ? `❌ **${words}**` : words,
    row.broken ? `**${number(row.open)}**` : number(row.open),
    limitWords(row.limit),
    number(row.accepted),
    number(row.notCounted),
  ];
}

/** Broken limits of what attackers use, for the table of several targets; empty: none is. */
export function exploitBreaks({ exploitRows = [] }: JudgedTarget): string {
  return exploitRows
    .filter((row) => row.broken)
    .map((row) => `<br>**${number(row.open)}** ${exploitWords(row)} (limit ${limitWords(row.limit)})`)
    .join("");
}

/** A limit as people read it; a dash where there is none. */
function limitWords(limit: Limit): string {
  return limit === "unlimited" ? "–" : number(limit);
}

/** A severity's cell in the table of several targets: `2 of 0 allowed`, or the bare number. */
export function openCell(row: SeverityRow): string {
  return row.broken ? `**${number(row.open)}** (limit ${limitWords(row.limit)})` : number(row.open);
}

/** Rows that the scanner itself left out are no findings, but nobody should have to guess that they exist. */
export function suppressedLine(target: JudgedTarget): string {
  const { suppressed, provenance } = target.scan;
  if (suppressed === 0) return "";
  return `${counted(suppressed, "row")} ${suppressed === 1 ? "was" : "were"} suppressed by ${provenance.scanner === "" ? "the scanner" : "the scanner itself"} (VEX or an ignore file) and ${suppressed === 1 ? "is" : "are"} not counted.`;
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/tools.ts";
import type { Counted } from "./corpus.ts";
import type { Measured } from "./measure.ts";

/** The page with the tables. */
export const PAGE = join(root, "docs/evidence/real-images.md");

export const IMAGE_COLUMNS: readonly string[] = [
  "image",
  "packages",
  "findings: Trivy",
  "ours",
  "advised upgrades",
  "checked",
  "clear all they name",
  "and fail nothing else",
  "then left: said",
  "found",
  "lines of the plan",
  "comment",
];

export const CORPUS_COLUMNS: readonly string[] = [
  "documents",
  "files",
  "judged",
  "refused, by code",
  "crashed",
  "hung",
];

const number = (value: number): string => value.toLocaleString("en-US");

function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map((_, at) => (at === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

export function imageTable(measured: readonly Measured[]): string {
  const rows = measured.map((each) => {
    const { packages, trivy, ours, upgrades, checked, clear, clean, left, lines, comment } = each;
    return [
      each.title,
      ...[packages, trivy, ours, upgrades, checked, clear, clean, left.said, left.found, lines, comment].map(number),
    ];
  });
  return tableOf(IMAGE_COLUMNS, rows);
}

export function corpusTable(counted: readonly Counted[]): string {
  const rows = counted.map(({ title, files, judged, refused, crashed, hung }) => {
    const codes = Object.entries(refused).sort(([, a], [, b]) => b - a);
    const refusals = codes.map(([code, count]) => `${count} \`${code}\``).join(", ") || "0";
    return [title, number(files), number(judged), refusals, number(crashed), number(hung)];
  });
  return tableOf(CORPUS_COLUMNS, rows);
}

/** Puts a table between its markers. @throws Error if the page has none of this name */
export function writeTable(name: string, table: string): void {
  const text = readFileSync(PAGE, "utf8");
  const markers = new RegExp(`(<!-- ${name}: .*-->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!markers.test(text)) throw new Error(`${PAGE} has no marker of ${name}.`);
  writeFileSync(
    PAGE,
    text.replace(markers, (_, head: string, tail: string) => `${head}${table}\n${tail}`),
  );
}

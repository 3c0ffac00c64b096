import type {
  AttackSurface,
  BaseCandidate,
  BaseFigures,
  BaseReport,
  NewerBase,
} from "../../domain/image/base-image.ts";
import { type Counts, SEVERITIES } from "../../domain/severity.ts";
import { type Alert, code, packageName, table, text } from "../markdown/markdown.ts";
import { counted, number, severityList } from "../shared/phrases.ts";

/** Longest reference in the comment, and most rows and names of packages in a table of bases. */
const REFERENCE = 100;
const MOST_ROWS = 20;
const MOST_NAMES = 6;

/** What came from the base image, what a newer one would clear, and how other bases compare. */
export function baseSection(base: BaseReport | undefined, alert: Alert): string[] {
  if (base === undefined) return [];
  return [
    base.problem === undefined ? "" : alert("WARNING", text(base.problem, 600)),
    [splitLine(base), base.newer === undefined ? "" : newerLine(base.newer)].filter((part) => part !== "").join(" "),
    base.note === undefined ? "" : `_${text(base.note, 600)}_`,
    candidatesTable(base),
  ].filter((part) => part !== "");
}

/** `**Base image** `python:3.12-slim` (layers 1 to 4): of 16 findings, 14 from it (2 CRITICAL, 12 LOW) and 2 ours (2 HIGH).` */
function splitLine({ found, reference, layers, counts }: BaseReport): string {
  if (counts === undefined) return "";
  const name = reference === undefined ? "" : ` ${code(reference, REFERENCE)}`;
  const place = layers === 1 ? "layer 1" : `layers 1 to ${number(layers)}`;
  const all = sum(counts.base) + sum(counts.own);
  return `**Base image**${name} (${place}${found === undefined ? "" : HOW[found]}): of ${counted(all, "finding")}, ${countedWords(counts.base, "from it")} and ${countedWords(counts.own, "ours")}.`;
}

const HOW = { input: "", annotation: ", by the image's own word", history: ", by the image's history" };

function countedWords(counts: Counts, whose: string): string {
  const list = severityList(counts);
  return `${number(sum(counts))} ${whose}${list === "" ? "" : ` (${list})`}`;
}

function sum(counts: Counts): number {
  return SEVERITIES.reduce((all, severity) => all + counts[severity], 0);
}

function newerLine({ reference, ageDays, clears, of, brings }: NewerBase): string {
  const age = ageDays === undefined ? "" : ` (${ageDays === 0 ? "made today" : `${counted(ageDays, "day")} old`})`;
  const more = brings === 0 ? "" : `, and brings ${counted(brings, "other")}`;
  return `**Rebuilding on ${code(reference, REFERENCE)}${age} clears ${number(clears)} of ${number(of)}**${more}.`;
}

function candidatesTable({ inUse, candidates }: BaseReport): string {
  if (candidates.length === 0) return "";
  const shown = candidates.slice(0, MOST_ROWS);
  const left = candidates.length - shown.length;
  const rows = [...(inUse === undefined ? [] : [figuresRow(inUse, " (in use)")]), ...shown.map(candidateRow)];
  const columns = ["base", "findings", "size", "shells", "compilers", "package managers"];
  const made = table(columns, rows, ["left", "left", "right"]);
  return left === 0 ? made : `${made}\n\n_${counted(left, "more candidate")} in the JSON report only._`;
}

function candidateRow(candidate: BaseCandidate): string[] {
  if ("problem" in candidate)
    return [code(candidate.reference, REFERENCE), `not scanned: ${text(candidate.problem, 200)}`, "–", "–", "–", "–"];
  return figuresRow(candidate);
}

function figuresRow({ reference, findings, size, surface }: BaseFigures, note = ""): string[] {
  return [
    `${code(reference, REFERENCE)}${note}`,
    severityList(findings) || "none",
    size === undefined ? "–" : sizeWords(size),
    ...surfaceCells(surface),
  ];
}

/** Where packages do not tell, nothing is claimed. */
function surfaceCells(surface: AttackSurface | undefined): string[] {
  if (surface === undefined) return ["not known", "not known", "not known"];
  return [surface.shells, surface.compilers, surface.packageManagers].map((names) => {
    if (names.length === 0) return "none found";
    const more = names.length > MOST_NAMES ? ", …" : "";
    return names.slice(0, MOST_NAMES).map(packageName).join(", ") + more;
  });
}

/** `125 MB`, in decimal units as registries show them. */
function sizeWords(bytes: number): string {
  const [divisor, unit] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  const value = bytes / divisor;
  return `${value < 10 ? value.toFixed(1) : number(Math.round(value))} ${unit}`;
}

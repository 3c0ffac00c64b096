import type { NewerBase } from "../../domain/fix-plan.ts";
import type { AttackSurface, BaseCandidate, BaseFigures, BaseReport } from "../../domain/image/base-image.ts";
import type { MismatchReason } from "../../domain/image/dockerfile-lines.ts";
import { type Counts, SEVERITIES } from "../../domain/severity.ts";
import { counted, number, severityList, sizeWords } from "../shared/phrases.ts";
import { ageWords } from "../shared/steps.ts";
import {
  alert,
  type Block,
  code,
  type Inline,
  join,
  leftOut,
  name,
  note,
  para,
  prose,
  type Row,
  say,
  some,
  strong,
  table,
} from "../tree.ts";
import type { View } from "../view.ts";

/**
 * Longest reference in the comment, in UTF-16 units. Maximum number of rows in the table of bases, and of package names
 * in one of its cells.
 */
const REFERENCE = 100;
const MOST_ROWS = 20;
const MOST_NAMES = 6;

/** The base image's findings, the ones that a newer base would clear, and a comparison with other bases. */
export function baseSection(base: BaseReport | undefined): Block[] {
  if (base === undefined) return [];
  return [
    ...(base.problem === undefined ? [] : [alert("WARNING", prose(base.problem, 600))]),
    para(baseWords(base)),
    para(base.note === undefined ? "" : note(prose(base.note, 600))),
    ...candidatesTable(base),
  ];
}

/** The findings that come from the base image, and those that a newer base would clear. */
function baseWords(base: BaseReport): Inline {
  return join(" ", [splitLine(base), base.newer === undefined ? "" : newerLine(base.newer)]);
}

/** `python:3.12-slim` (layers 1 to 4): of 16 findings, 14 from it (2 CRITICAL, 12 LOW) and 2 ours (2 HIGH). */
function splitLine({ found, reference, layers, counts }: BaseReport): Inline {
  if (counts === undefined) return "";
  const named = reference === undefined ? "" : say` ${code(reference, REFERENCE)}`;
  const place = layers === 1 ? "layer 1" : `layers 1 to ${number(layers)}`;
  const all = sum(counts.base) + sum(counts.own);
  return say`${strong("Base image")}${named} (${place}${found === undefined ? "" : HOW[found]}): of ${counted(all, "finding")}, ${countedWords(counts.base, "from it")} and ${countedWords(counts.own, "ours")}.`;
}

const HOW = { input: "", annotation: ", by the image's own word", history: ", by the image's history" };

function countedWords(counts: Counts, whose: string): string {
  const list = severityList(counts);
  return `${number(sum(counts))} ${whose}${list === "" ? "" : ` (${list})`}`;
}

function sum(counts: Counts): number {
  return SEVERITIES.reduce((all, severity) => all + counts[severity], 0);
}

function newerLine(newer: NewerBase): Inline {
  const { reference, clears, of, brings } = newer;
  const brought = brings === 0 ? "" : `, and brings ${counted(brings, "other")}`;
  return say`${strong("Rebuilding on ", code(reference, REFERENCE), say`${ageWords(newer)} clears ${clears} of ${of}`)}${brought}.`;
}

const HEAD = [
  "base",
  "findings",
  { words: "size", align: "right" },
  "shells",
  "compilers",
  "package managers",
] as const;

function candidatesTable({ inUse, candidates }: BaseReport): Block[] {
  if (candidates.length === 0) return [];
  const rows = candidates.slice(0, MOST_ROWS).map(candidateRow);
  return [
    table(HEAD, [...(inUse === undefined ? [] : [figuresRow(inUse, " (in use)")]), ...rows]),
    para(leftOut(candidates.length - rows.length, "more candidate")),
  ];
}

function candidateRow(candidate: BaseCandidate): Row {
  if (!("problem" in candidate)) return figuresRow(candidate);
  const problem = say`not scanned: ${prose(candidate.problem, 200)}`;
  return [code(candidate.reference, REFERENCE), problem, "–", "–", "–", "–"];
}

function figuresRow({ reference, findings, size, surface }: BaseFigures, use = ""): Row {
  return [
    [code(reference, REFERENCE), use],
    severityList(findings) || "none",
    size === undefined ? "–" : sizeWords(size),
    ...surfaceCells(surface),
  ];
}

/** Claims nothing if the packages are not known. */
function surfaceCells(surface: AttackSurface | undefined): Row {
  if (surface === undefined) return ["not known", "not known", "not known"];
  return [surface.shells, surface.compilers, surface.packageManagers].map((names) => {
    return names.length === 0 ? "none found" : some(names, MOST_NAMES, { show: (each) => name(each) });
  });
}

/** Maximum number of targets that are named. */
const MOST_UNMATCHED = 5;

/** A warning about images that the Dockerfile does not match. */
export function dockerfileSection({ dockerfile }: View): Block[] {
  const byWhy = Map.groupBy(dockerfile?.unmatched ?? [], ({ why }) => why);
  const lines = [...byWhy].map(([why, targets]) => {
    const names = some(targets, MOST_UNMATCHED, { show: ({ label }) => code(label, REFERENCE) });
    return say`${strong(code(dockerfile?.file ?? "", 100), " was not matched with ", names, ":")} ${UNMATCHED_WHY[why]}. No line of it is named.`;
  });
  return lines.length === 0 ? [] : [alert("WARNING", ...lines)];
}

const UNMATCHED_WHY: Readonly<Record<MismatchReason, string>> = {
  "no-instruction": "it has no RUN, COPY or ADD that makes a layer, so nothing shows that it belongs to the image",
  "no-match": "no RUN, COPY or ADD of it made a layer of the image, which is built from another Dockerfile or commit",
  "no-history": "the image does not say which instructions made its layers",
};

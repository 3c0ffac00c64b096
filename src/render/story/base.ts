import type { NewerBase } from "../../domain/fix-plan.ts";
import type { AttackSurface, BaseCandidate, BaseFigures, BaseReport } from "../../domain/image/base-image.ts";
import type { Unmatched } from "../../domain/image/dockerfile-lines.ts";
import { listSome } from "../../domain/list-some.ts";
import { failingByLine } from "../../domain/rows/failing-lines.ts";
import { type Counts, countSeverities, SEVERITIES } from "../../domain/severity.ts";
import type { JudgedFinding, JudgedTarget } from "../../domain/verdict.ts";
import { textLine } from "../print/text.ts";
import { counted, number, severityList } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";
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
import type { Annotation, View } from "../view.ts";
import { stepSummary } from "./plan.ts";

/**
 * Longest reference in the comment, in UTF-16 units; most rows, and most package names in a cell, of the table of
 * bases.
 */
const REFERENCE = 100;
const MOST_ROWS = 20;
const MOST_NAMES = 6;

/** Which findings come from the base image, what a newer one would clear, and how other bases compare. */
export function baseSection(base: BaseReport | undefined): Block[] {
  if (base === undefined) return [];
  return [
    ...(base.problem === undefined ? [] : [alert("WARNING", prose(base.problem, 600))]),
    para(baseWords(base)),
    para(base.note === undefined ? "" : note(prose(base.note, 600))),
    ...candidatesTable(base),
  ];
}

/** The findings that come from it, and those that a newer one would clear. */
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

function newerLine({ reference, ageDays, clears, of, brings }: NewerBase): Inline {
  const age = ageDays === undefined ? "" : ` (${ageDays === 0 ? "made today" : `${counted(ageDays, "day")} old`})`;
  const brought = brings === 0 ? "" : `, and brings ${counted(brings, "other")}`;
  return say`${strong("Rebuilding on ", code(reference, REFERENCE), `${age} clears ${number(clears)} of ${number(of)}`)}${brought}.`;
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

/** Claims nothing if the packages do not show it. */
function surfaceCells(surface: AttackSurface | undefined): Row {
  if (surface === undefined) return ["not known", "not known", "not known"];
  return [surface.shells, surface.compilers, surface.packageManagers].map((names) => {
    return names.length === 0 ? "none found" : some(names, MOST_NAMES, { show: (each) => name(each) });
  });
}

/** `125 MB`, in decimal units, as registries show sizes. */
function sizeWords(bytes: number): string {
  const [divisor, unit] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  const value = bytes / divisor;
  return `${value < 10 ? value.toFixed(1) : number(Math.round(value))} ${unit}`;
}

/** Most advisories and upgrades that an annotation names. */
const MOST_IDS = 10;
const MOST_UPGRADES = 5;
/** A platform cuts a message at 4,096 characters. */
const LONGEST = 4_000;

/** A warning about images that the Dockerfile does not match. */
export function dockerfileSection({ dockerfile }: View): Block[] {
  const lines = unmatchedLines(dockerfile).map(
    ({ names, why }) => say`${strong(code(dockerfile?.file ?? "", 100), " was not matched with ", names, ":")} ${why}`,
  );
  return lines.length === 0 ? [] : [alert("WARNING", ...lines)];
}

/** Most targets that are named. */
const MOST_UNMATCHED = 5;

/**
 * Targets that the Dockerfile does not match, grouped by why.
 * @returns the targets' names, and a clause and a sentence to follow a colon
 */
function unmatchedLines(dockerfile: View["dockerfile"]): { readonly names: Inline; readonly why: string }[] {
  const byWhy = Map.groupBy(dockerfile?.unmatched ?? [], ({ why }) => why);
  return [...byWhy].map(([why, targets]) => {
    const names = some(targets, MOST_UNMATCHED, { show: ({ label }) => code(label, REFERENCE) });
    return { names, why: `${UNMATCHED_WHY[why]}. No line of it is named.` };
  });
}

const UNMATCHED_WHY: Readonly<Record<Unmatched, string>> = {
  "no-instruction": "it has no RUN, COPY or ADD that makes a layer, so nothing shows that it belongs to the image",
  "no-match": "no RUN, COPY or ADD of it made a layer of the image, which is built from another Dockerfile or commit",
  "no-history": "the image does not say which instructions made its layers",
};

/** A warning if the Dockerfile does not match an image. */
export function unmatchedAnnotations({ dockerfile }: View): Annotation[] {
  return unmatchedLines(dockerfile).map(({ names, why }) => ({
    level: "warning",
    message: textLine(say`The Dockerfile was not matched with ${names}: ${why}`),
    file: dockerfile?.file,
  }));
}

/** Failing findings, on the Dockerfile line that brought them in: as errors, or as warnings in `mode: warn`. */
export function dockerfileAnnotations({ verdict, mode, dockerfile }: View): Annotation[] {
  if (dockerfile === undefined) return [];
  return failingByLine(verdict.targets).map(({ target, file, line, found, steps }) => {
    const message = messageOf(target, found, steps.map(stepSummary));
    return { level: mode === "warn" ? "warning" : "error", message, file, line };
  });
}

function messageOf(target: JudgedTarget, found: readonly JudgedFinding[], steps: readonly string[]): string {
  const counts = countSeverities(found, ({ finding }) => finding.severity);
  const ids = [...new Set(found.map(({ finding }) => finding.id))];
  const show = (text: string) => plain(shorten(text, 200, "middle"));
  const upgrades = listSome(steps, MOST_UPGRADES, { show, clauses: true });
  const message = `${severityList(counts)} that ${found.length === 1 ? "fails" : "fail"} in ${plain(shorten(target.target.label, 200))} ${found.length === 1 ? "comes" : "come"} from here: ${listSome(ids, MOST_IDS, { show })}.${upgrades === "" ? "" : ` To do: ${upgrades}.`}`;
  return shorten(message, LONGEST);
}

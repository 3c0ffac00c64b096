import type { Layer } from "../../domain/finding.ts";
import { joined as inPieces } from "../../domain/json/pieces.ts";
import { everyRow, type FixedRow } from "../../domain/rows/groups.ts";
import { inOrder } from "../../domain/rows/package-rows.ts";
import { SEVERITIES, severityRank } from "../../domain/severity.ts";
import type { JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { breakable, escaped, name } from "../print/html-text.ts";
import { shortInstruction } from "../shared/location.ts";
import { counted, joined } from "../shared/phrases.ts";
import { OUTCOMES, packageGroup, type RowPlace } from "./row.ts";

/** Number of rows that the page's script shows at first. */
const FIRST = 500;
/** With more findings than this, the advisories' explanations are left out: they would be most of the file. */
const MOST_DESCRIBED = 3_000;

/** With more findings than this, the explanations are folded. */
const MOST_OPEN = 10;

const COLUMNS = [
  ["severity", "Severity"],
  ["package", "Package"],
  ["installed", "Installed"],
  ["fixed", "Fixed"],
  ["findings", "Findings"],
  ["where", "Where"],
  ["layer", "Layer"],
  ["target", "Target"],
  ["scanners", "Scanners"],
  ["status", "Status"],
] as const;
type Column = (typeof COLUMNS)[number];

/** A target's name is a column only if there are several, and so are scanners' names. */
function columnsFor(targets: readonly TargetVerdict[], scanners: Scanners): readonly Column[] {
  const hidden = new Set([...(targets.length > 1 ? [] : ["target"]), ...(scanners === undefined ? ["scanners"] : [])]);
  return COLUMNS.filter(([column]) => !hidden.has(column));
}

type Scanners = RowPlace["scanners"];

/** The scanners with an opinion on any target, numbered. Undefined: each target has one scanner's. */
function scannersIn(targets: readonly JudgedTarget[]): Scanners {
  const names = new Set(targets.flatMap(({ scan }) => (scan.opinions ?? []).map(({ scanner }) => scanner)));
  return names.size === 0 ? undefined : new Map([...names].map((scanner, key) => [scanner, key]));
}

/** The controls and the table of all findings of all targets, by package, most severe first, in pieces. */
export function* findingsSection(targets: readonly TargetVerdict[]): Generator<string> {
  const judged = targets.filter((target) => target.answer !== "error");
  const count = judged.reduce((sum, { findings }) => sum + findings.length, 0);
  yield '<section id="findings" aria-labelledby="findings-title">\n<h2 id="findings-title">Findings</h2>\n';
  if (count === 0) {
    yield `<p>${nothingFound(targets.length, judged.length)}</p>\n</section>\n`;
    return;
  }
  const layers = layersOf(judged);
  const scanners = scannersIn(judged);
  yield controls(targets, layers, scanners);
  yield `<p class="state" id="state" role="status" aria-live="polite">${counted(count, "finding")}.</p>\n`;
  yield tableHead(count, columnsFor(targets, scanners));
  const descriptions = count > MOST_DESCRIBED ? "none" : count > MOST_OPEN ? "folded" : "open";
  yield* inPieces(groups(targets, { layers, scanners, descriptions }));
  yield `</table>\n${MORE}</section>\n`;
}

function* groups(
  targets: readonly TargetVerdict[],
  { layers, ...shared }: Pick<RowPlace, "descriptions" | "scanners"> & { readonly layers: Layers },
): Generator<string> {
  const names = targets.map(({ target }) => breakable(name(target.label, 120)));
  let left = FIRST;
  for (const { row, fix, index } of bySeverity(targets)) {
    const { layer } = row.findings[0].finding;
    const target = targets.length > 1 ? names[index] : undefined;
    const layerKey = layer && layers.get(layer.diffId)?.key;
    yield* packageGroup(row, { ...shared, fix, target, targetKey: index, layerKey, atFirst: left });
    left -= row.findings.length;
  }
}

function nothingFound(targets: number, judged: number): string {
  if (judged === targets) return "No findings.";
  return judged === 0 ? "Nothing is known, as nothing could be judged." : "No findings in what could be judged.";
}

/** The packages of all targets, what matters most first. */
function bySeverity(targets: readonly TargetVerdict[]): (FixedRow & { readonly index: number })[] {
  const all = targets.flatMap((target, index) =>
    target.answer === "error" ? [] : everyRow(target).map((row) => ({ ...row, index })),
  );
  // Those of one target are in order.
  return targets.length === 1 ? all : inOrder(all, ({ row }) => row);
}

function controls(targets: readonly TargetVerdict[], layers: Layers, scanners: Scanners): string {
  const severities = SEVERITIES.map(
    (severity) => `<label><input type="checkbox" name="severity" value="${severityRank(severity)}">${severity}</label>`,
  ).join("");
  const status = Object.entries(OUTCOMES).map(([outcome, key]) => [key, outcome.replace("-", " ")] as const);
  const byNumber = [...layers.values()].sort((a, b) => (a.layer.number ?? ALL) - (b.layer.number ?? ALL));
  const targetOptions = targets.map(({ target }, index) => [index, name(target.label, 120)] as const);
  const seen = [...(scanners ?? [])].map(([scanner, key]) => [key, `seen by ${name(scanner, 60)}`] as const);
  return `<form aria-label="Filter findings" autocomplete="off">
<fieldset><legend>Severity</legend>${severities}</fieldset>
${select("status", "Status", status)}
<div class="field"><label for="by-package">Package or advisory</label><input id="by-package" name="package" type="search" spellcheck="false"></div>
${select("layer", "Layer", byNumber.map(layerOption))}
${targets.length === 1 ? "" : select("target", "Target", targetOptions)}
${scanners === undefined ? "" : select("scanner", "Scanner", [...seen, ["-", "not seen by all that could"]])}
<button type="reset">Reset</button>
</form>
`;
}

const ALL = Number.MAX_SAFE_INTEGER;

/** A control. The script filters by the values of its options; their words are HTML. */
function select(name: string, label: string, options: readonly (readonly [string | number, string])[]): string {
  const shown = [["", "all"] as const, ...options].map(
    ([value, words]) => `<option value="${value}">${words}</option>`,
  );
  return `<div class="field"><label for="by-${name}">${label}</label><select id="by-${name}" name="${name}">${shown.join("")}</select></div>`;
}

function tableHead(count: number, columns: readonly Column[]): string {
  const heads = columns.map(
    ([column, words]) =>
      `<th scope="col" class="w-${column}" data-column="${column}" data-name="${words}" aria-sort="${column === "severity" ? "descending" : "none"}"><button type="button">${words}</button></th>`,
  );
  return `<table class="findings">
<caption>All ${counted(count, "finding")}, by package, most severe first</caption>
<thead><tr>${heads.join("")}</tr></thead>
`;
}

const MORE = `<p class="more" id="more" hidden><button type="button" id="show-more">Show more</button> <button type="button" id="show-all">Show all</button></p>
`;

/** The layers with findings, by digest, with the key that the script filters by. Targets may share a layer. */
type Layers = ReadonlyMap<string, { readonly layer: Layer; readonly key: number }>;

function layersOf(targets: readonly JudgedTarget[]): Layers {
  const layers = new Map<string, { readonly layer: Layer; readonly key: number }>();
  for (const { findings } of targets)
    for (const { finding } of findings)
      if (finding.layer !== undefined && !layers.has(finding.layer.diffId))
        layers.set(finding.layer.diffId, { layer: finding.layer, key: layers.size });
  return layers;
}

function layerOption({ layer: { instruction = "", number, diffId }, key }: { layer: Layer; key: number }) {
  const words = joined(": ", [number === undefined ? "" : `${number}`, escaped(shortInstruction(instruction, 80))]);
  return [key, words || escaped(diffId.slice(0, 19))] as const;
}

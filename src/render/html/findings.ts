import type { Layer } from "../../domain/finding.ts";
import { agreementLine, agreementOf } from "../../domain/opinions/agreement.ts";
import { everyRow, type FixedRow } from "../../domain/rows/groups.ts";
import { inOrder } from "../../domain/rows/package-rows.ts";
import { SEVERITIES, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, TargetVerdict } from "../../domain/verdict.ts";
import { breakable, escaped, name } from "../print/html-text.ts";
import { shortInstruction } from "../shared/location.ts";
import { counted, joined } from "../shared/phrases.ts";
import { OUTCOMES, packageGroup, type RowPlace, STATUS } from "./row.ts";

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
function scannersIn(targets: readonly TargetVerdict[]): Scanners {
  const sources = targets.flatMap((target) => (target.answer === "error" ? [] : (target.scan.opinions ?? [])));
  if (sources.length === 0) return undefined;
  return new Map([...new Set(sources.map(({ scanner }) => scanner))].map((scanner, key) => [scanner, key]));
}

/** The controls and the table of all findings of all targets, by package, most severe first, in pieces. */
export function* findingsSection(targets: readonly TargetVerdict[]): Generator<string> {
  const count = targets.reduce((sum, target) => sum + findingsOf(target).length, 0);
  yield '<section id="findings" aria-labelledby="findings-title">\n<h2 id="findings-title">Findings</h2>\n';
  if (count === 0) {
    yield `<p>${nothingFound(targets)}</p>\n</section>\n`;
    return;
  }
  const layers = knownLayers(targets);
  const scanners = scannersIn(targets);
  const columns = columnsFor(targets, scanners);
  yield* agreements(targets);
  yield controls(targets, layers.options, scanners);
  yield `<p class="state" id="state" role="status" aria-live="polite">${counted(count, "finding")}.</p>\n`;
  yield tableHead(count, columns);
  yield* groups(targets, { layers, scanners, columns: columns.length, descriptions: descriptionsFor(count) });
  yield `</table>\n${MORE}</section>\n`;
}

function descriptionsFor(count: number): RowPlace["descriptions"] {
  if (count > MOST_DESCRIBED) return "none";
  return count > MOST_OPEN ? "folded" : "open";
}

/** Longest piece that is put together from small ones, in UTF-16 units. */
const PIECE = 100_000;

function* groups(
  targets: readonly TargetVerdict[],
  shared: Pick<RowPlace, "columns" | "descriptions" | "scanners"> & { readonly layers: KnownLayers },
): Generator<string> {
  const { layers, ...rest } = shared;
  const names = targets.map(({ target }) => breakable(name(target.label, 120)));
  let left = FIRST;
  let piece = "";
  for (const { row, fix, index } of bySeverity(targets)) {
    const [{ finding }] = row.findings;
    const target = targets.length > 1 ? names[index] : undefined;
    const place = { ...rest, fix, target, targetKey: index, layerKey: layers.keyOf(finding.layer), atFirst: left };
    for (const part of packageGroup(row, place)) {
      piece += part;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
    left -= row.findings.length;
  }
  yield piece;
}

function findingsOf(target: TargetVerdict): readonly JudgedFinding[] {
  return target.answer === "error" ? [] : target.findings;
}

function nothingFound(targets: readonly TargetVerdict[]): string {
  const failed = targets.filter(({ answer }) => answer === "error").length;
  if (failed === 0) return "No findings.";
  return failed === targets.length
    ? "Nothing is known, as nothing could be judged."
    : "No findings in what could be judged.";
}

/** The packages of all targets, what matters most first. */
function bySeverity(targets: readonly TargetVerdict[]): (FixedRow & { readonly index: number })[] {
  const all = targets.flatMap((target, index) =>
    target.answer === "error" ? [] : everyRow(target).map((row) => ({ ...row, index })),
  );
  // Those of one target are in order.
  return targets.length === 1 ? all : inOrder(all, ({ row }) => row);
}

function controls(targets: readonly TargetVerdict[], layers: string, scanners: Scanners): string {
  const severities = SEVERITIES.map(
    (severity) => `<label><input type="checkbox" name="severity" value="${severityRank(severity)}">${severity}</label>`,
  ).join("");
  const status = STATUS.map(([outcome, words]) => `<option value="${OUTCOMES[outcome]}">${words}</option>`).join("");
  const labels = targets
    .map(({ target }, index) => `<option value="${index}">${name(target.label, 120)}</option>`)
    .join("");
  const byTarget =
    targets.length === 1
      ? ""
      : `<div class="field"><label for="by-target">Target</label><select id="by-target" name="target"><option value="">all</option>${labels}</select></div>\n`;
  return `<form aria-label="Filter findings" autocomplete="off">
<fieldset><legend>Severity</legend>${severities}</fieldset>
<div class="field"><label for="by-status">Status</label><select id="by-status" name="status"><option value="">all</option>${status}</select></div>
<div class="field"><label for="by-package">Package or advisory</label><input id="by-package" name="package" type="search" spellcheck="false"></div>
<div class="field"><label for="by-layer">Layer</label><select id="by-layer" name="layer"><option value="">all</option>${layers}</select></div>
${byTarget}${byScanner(scanners)}<button type="reset">Reset</button>
</form>
`;
}

/** How far the scanners agree, for each target with several. */
function* agreements(targets: readonly TargetVerdict[]): Generator<string> {
  for (const target of targets) {
    const agreement = target.answer === "error" ? undefined : agreementOf(target.scan);
    if (agreement === undefined) continue;
    const label = targets.length > 1 ? `${name(target.target.label, 120)}: ` : "";
    yield `<p>${label}${name(agreementLine(agreement), 300)}.</p>\n`;
  }
}

/** The control for who sees a finding. Empty if there is one scanner. */
function byScanner(scanners: Scanners): string {
  if (scanners === undefined) return "";
  const names = [...scanners].map(([scanner, key]) => `<option value="${key}">seen by ${name(scanner, 60)}</option>`);
  const options = `<option value="">all</option>${names.join("")}<option value="-">not seen by all that could</option>`;
  return `<div class="field"><label for="by-scanner">Scanner</label><select id="by-scanner" name="scanner">${options}</select></div>\n`;
}

function tableHead(count: number, columns: readonly Column[]): string {
  const heads = columns.map(([column, words]) => {
    const sorted = column === "severity" ? "descending" : "none";
    return `<th scope="col" class="w-${column}" data-column="${column}" data-name="${escaped(words)}" aria-sort="${sorted}"><button type="button">${words}</button></th>`;
  });
  return `<table class="findings">
<caption>${counted(count, "finding")}</caption>
<thead><tr>${heads.join("")}</tr></thead>
`;
}

const MORE = `<p class="more" id="more" hidden><button type="button" id="show-more">Show more</button> <button type="button" id="show-all">Show all</button></p>
`;

/** The layers that have findings. A layer that several targets share is one layer. */
export interface KnownLayers {
  /** The key by which the page filters a finding's layer. Undefined if the finding has none. */
  keyOf(layer: Layer | undefined): number | undefined;
  /** The control's options, with the targets that they belong to. */
  readonly options: string;
}

interface LayerOption {
  readonly layer: Layer;
  readonly key: number;
  readonly targets: Set<number>;
}

/** Collects the layers of all findings. */
function knownLayers(targets: readonly TargetVerdict[]): KnownLayers {
  const byDigest = new Map<string, LayerOption>();
  for (const [index, target] of targets.entries()) {
    for (const layer of layersOf(target)) {
      const known = byDigest.get(layer.diffId) ?? { layer, key: byDigest.size, targets: new Set() };
      known.targets.add(index);
      byDigest.set(layer.diffId, known);
    }
  }
  return {
    keyOf: (layer) => (layer === undefined ? undefined : byDigest.get(layer.diffId)?.key),
    options: optionsOf([...byDigest.values()], targets),
  };
}

function layersOf(target: TargetVerdict): Set<Layer> {
  const layers = new Set<Layer>();
  if (target.answer === "error") return layers;
  for (const { finding } of target.findings) if (finding.layer !== undefined) layers.add(finding.layer);
  return layers;
}

/** For one target, its layers in order. For several, first the layers that they share, then those of each. */
function optionsOf(known: readonly LayerOption[], targets: readonly TargetVerdict[]): string {
  const groups = targets.map(({ target }, index) => ({
    label: name(target.label, 100),
    layers: known.filter((each) => each.targets.size === 1 && each.targets.has(index)),
  }));
  const shared = known.filter((each) => each.targets.size > 1);
  const all = [{ label: "in several targets", layers: shared }, ...groups].filter(({ layers }) => layers.length > 0);
  return all
    .map(({ label, layers }) => {
      const options = [...layers].sort(byNumber).map(option).join("");
      return targets.length === 1 ? options : `<optgroup label="${label}">${options}</optgroup>`;
    })
    .join("");
}

function byNumber(a: LayerOption, b: LayerOption): number {
  return (a.layer.number ?? Number.MAX_SAFE_INTEGER) - (b.layer.number ?? Number.MAX_SAFE_INTEGER);
}

function option({ layer, key }: LayerOption): string {
  const instruction = layer.instruction === undefined ? "" : shortInstruction(layer.instruction, 80);
  const number = layer.number === undefined ? "" : `${layer.number}`;
  const words = joined(": ", [number, escaped(instruction)]);
  return `<option value="${key}">${words || escaped(layer.diffId.slice(0, 19))}</option>`;
}

import type { Finding, Layer } from "../../domain/finding.ts";
import { joined as inPieces } from "../../domain/json/pieces.ts";
import { oncePer } from "../../domain/memoize.ts";
import { everyRow, type FixedRow } from "../../domain/rows/groups.ts";
import { inOrder, type PackageRow } from "../../domain/rows/package-rows.ts";
import { type RowFix, statusWords } from "../../domain/rows/row-fix.ts";
import { SEVERITIES, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, Outcome, TargetVerdict } from "../../domain/verdict.ts";
import { htmlLine } from "../print/html.ts";
import { breakable, escaped, name as htmlName, prose as htmlProse } from "../print/html-text.ts";
import { rowMarks } from "../rows/row-marks.ts";
import { advisory } from "../shared/advisory-page.ts";
import { briefInstruction, fileWords, shortInstruction, sourceWords } from "../shared/location.ts";
import { counted, joined, number } from "../shared/phrases.ts";
import { EXEMPTED, ORIGINS, statusOf } from "../shared/status.ts";
import { code, type Inline, isEmpty, join, name, prose, say, severity, small, some, strong, version } from "../tree.ts";

/** Number of rows that the page's script shows at first. */
const FIRST = 500;
/** With more findings than this, the advisories' explanations are left out: they would be most of the file. */
const MOST_DESCRIBED = 3_000;
/** Longest explanation, in UTF-16 units. */
const DESCRIPTION = 1_200;
/** Longest texts in a narrow medium, in UTF-16 units: the page has room for four times as much. */
const TITLE = 60;
const REASON = 100;
const INSTRUCTION = 100;
/** Maximum number of versions, and of packages of one source, that a cell names. */
const FIXES = 5;
const NAMES = 20;

/** The outcomes of findings. The page filters and sorts rows by their places here. */
export const OUTCOMES: readonly Outcome[] = ["open", "accepted", "not-counted"];

/** The facts that a page's rows share. Scanners, layers and targets have their places as keys to filter by. */
interface Page {
  readonly targets: readonly TargetVerdict[];
  /** The layers with findings, in the order of their first finding. */
  readonly layers: readonly Layer[];
  /** The scanners with an opinion on any target. Empty: each target has one scanner's opinion. */
  readonly scanners: readonly string[];
  readonly hasDescriptions: boolean;
}

/** The controls and the table of all findings of all targets, by package, most severe first, in pieces. */
export function* findingsSection(targets: readonly TargetVerdict[]): Generator<string> {
  const judged = targets.filter((target) => target.answer !== "error");
  const findings = judged.flatMap((target) => target.findings);
  yield '<section id="findings" aria-labelledby="findings-title">\n<h2 id="findings-title">Findings</h2>\n';
  if (findings.length === 0) {
    yield `<p>${nothingFound(targets.length, judged.length)}</p>\n</section>\n`;
    return;
  }
  const page = {
    targets,
    layers: layersOf(findings),
    scanners: [...new Set(judged.flatMap(({ scan }) => (scan.opinions ?? []).map(({ scanner }) => scanner)))],
    hasDescriptions: findings.length <= MOST_DESCRIBED,
  };
  const count = counted(findings.length, "finding");
  yield controls(page);
  yield `<p class="state" id="state" role="status" aria-live="polite">${count}.</p>\n`;
  yield tableHead(count, page);
  yield* inPieces(groups(page));
  yield `</table>\n${MORE}</section>\n`;
}

function nothingFound(targets: number, judged: number): string {
  if (judged === targets) return "No findings.";
  return judged === 0 ? "Nothing is known, as nothing could be judged." : "No findings in what could be judged.";
}

/** Targets may share a layer. */
function layersOf(findings: readonly JudgedFinding[]): Layer[] {
  const layers = new Map<string, Layer>();
  for (const { finding } of findings) if (finding.layer !== undefined) layers.set(finding.layer.diffId, finding.layer);
  return [...layers.values()].sort(({ number: a = LAST }, { number: b = LAST }) => a - b);
}

const LAST = Number.MAX_SAFE_INTEGER;

function controls({ targets, layers, scanners }: Page): string {
  const severities = SEVERITIES.map(
    (severity) => `<label><input type="checkbox" name="severity" value="${severityRank(severity)}">${severity}</label>`,
  ).join("");
  const outcomes = OUTCOMES.map((outcome) => outcome.replace("-", " "));
  const seen = scanners.map((scanner) => `seen by ${htmlName(scanner, 60)}`);
  return `<form aria-label="Filter findings" autocomplete="off">
<fieldset><legend>Severity</legend>${severities}</fieldset>
${select("status", "Status", outcomes)}
<div class="field"><label for="by-package">Package or advisory</label><input id="by-package" name="package" type="search" spellcheck="false"></div>
${select("layer", "Layer", layers.map(layerOption))}
${targets.length === 1 ? "" : select("target", "Target", targets.map(targetName))}
${seen.length === 0 ? "" : select("scanner", "Scanner", seen, '<option value="-">not seen by all that could</option>')}
<button type="reset">Reset</button>
</form>
`;
}

/** A control. The script filters by the places of its options; their words are HTML. */
function select(name: string, label: string, options: readonly string[], last = ""): string {
  const shown = options.map((words, key) => `<option value="${key}">${words}</option>`).join("");
  return `<div class="field"><label for="by-${name}">${label}</label><select id="by-${name}" name="${name}"><option value="">all</option>${shown}${last}</select></div>`;
}

function layerOption({ instruction = "", number, diffId }: Layer): string {
  const words = joined(": ", [number === undefined ? "" : `${number}`, escaped(shortInstruction(instruction, 80))]);
  return words || escaped(diffId.slice(0, 19));
}

function targetName({ target }: TargetVerdict): string {
  return htmlName(target.label, 120);
}

/** A target's name is a column only if there are several, and so are scanners' names. */
function tableHead(count: string, { targets, scanners }: Page): string {
  const optional = [targets.length > 1 ? "Target" : "", scanners.length > 0 ? "Scanners" : ""];
  const words = ["Severity", "Package", "Installed", "Fixed", "Findings", "Where", "Layer", ...optional, "Status"];
  const heads = words.filter(Boolean).map((word) => {
    const column = word.toLowerCase();
    return `<th scope="col" class="w-${column}" data-column="${column}" data-name="${word}" aria-sort="${column === "severity" ? "descending" : "none"}"><button type="button">${word}</button></th>`;
  });
  return `<table class="findings">
<caption>All ${count}, by package, most severe first</caption>
<thead><tr>${heads.join("")}</tr></thead>
`;
}

const MORE = `<p class="more" id="more" hidden><button type="button" id="show-more">Show more</button> <button type="button" id="show-all">Show all</button></p>
`;

/**
 * A group of table rows for each package: its heading, and a row for each finding. The script shows the later ones on
 * request.
 */
function* groups(page: Page): Generator<string> {
  const names = page.targets.map((target) => breakable(targetName(target)));
  const layerKeys = new Map(page.layers.map(({ diffId }, key) => [diffId, key]));
  let shown = 0;
  const later = () => (shown < FIRST ? "" : ' class="later"');
  for (const { row, fix, index } of bySeverity(page.targets)) {
    const { source, packages, findings } = row;
    const [{ finding }] = findings;
    const { path, line, layer } = finding;
    const hasOnePlace = findings.every((each) => each.finding.path === path && each.finding.line === line);
    const cells = [
      htmlLine(version(source?.version ?? packages[0]?.version ?? "")),
      htmlLine(fixWords(fix)),
      number(findings.length),
      hasOnePlace ? htmlLine(fileWords(finding)) : "",
      layer === undefined ? "" : layerCell(layer),
      ...(names.length > 1 ? [names[index]] : []),
      ...(page.scanners.length > 0 ? [""] : []),
      "",
    ];
    const layerKey = layer === undefined ? "" : ` data-l="${layerKeys.get(layer.diffId)}"`;
    yield `<tbody${later()} data-s="${severityRank(finding.severity)}" data-t="${index}"${layerKey}>
<tr><td></td><th scope="rowgroup">${htmlLine(packageWords(row))}</th><td>${cells.join("</td><td>")}</td></tr>
`;
    for (const judged of findings) {
      yield `<tr${later()}${findingRow(judged, page, { hasOnePlace, hasOnePackage: packages.length < 2 })}</tr>\n`;
      shown += 1;
    }
    yield "</tbody>\n";
  }
}

/** The packages of all targets, the most important first. */
function bySeverity(targets: readonly TargetVerdict[]): (FixedRow & { readonly index: number })[] {
  const all = targets.flatMap((target, index) =>
    target.answer === "error" ? [] : everyRow(target).map((row) => ({ ...row, index })),
  );
  // The rows of one target are in order.
  return targets.length === 1 ? all : inOrder(all, ({ row }) => row);
}

/** @param heading true if the package's heading has the finding's place and package */
function findingRow(
  judged: JudgedFinding,
  { targets, scanners, hasDescriptions }: Page,
  heading: { readonly hasOnePlace: boolean; readonly hasOnePackage: boolean },
): string {
  const { finding, outcome } = judged;
  const { id, url, severity: of, package: about, title, description = "", opinions = [], missedBy = [] } = finding;
  const ofSource = heading.hasOnePackage || about === undefined ? "" : small(" ", name(about.name));
  // A title may only repeat the id.
  const words = [title === id ? "" : prose(title, TITLE), heading.hasOnePlace ? "" : small(fileWords(finding))];
  const text = hasDescriptions ? htmlProse(description, DESCRIPTION) : "";
  const explanation = text === "" ? "" : `<details><summary>Description</summary><p>${text}</p></details>`;
  const cells = [
    `<td>${htmlLine(severity(of))}`,
    `<td colspan="2">${htmlLine([advisory(id, url), ofSource])}`,
    `<td>${htmlLine(fixedIn(finding))}`,
    `<td colspan="${targets.length > 1 ? 4 : 3}">${htmlLine(words)}${explanation}`,
  ];
  let seen = "";
  if (scanners.length > 0) {
    const keys = opinions.map(({ scanner }) => scanners.indexOf(scanner)).filter((key) => key >= 0);
    seen = ` data-w="${[...keys, ...(missedBy.length > 0 ? ["-"] : [])].join(" ")}"`;
    cells.push(`<td>${htmlLine(some(opinions, NAMES, { show: ({ scanner }) => prose(scanner, 60) }))}`);
  }
  cells.push(`<td>${htmlLine(statusOfRow(judged))}</td>`);
  return ` data-s="${severityRank(of)}" data-o="${OUTCOMES.indexOf(outcome)}"${seen}>${cells.join("</td>")}`;
}

function packageWords({ source, packages, findings: [{ finding }] }: PackageRow): Inline {
  const about = source ?? packages[0];
  if (about === undefined) return strong(finding.kind.charAt(0).toUpperCase() + finding.kind.slice(1));
  const members = some(packages, NAMES, { show: (each) => name(each.name) });
  return [strong(name(about.name)), source ? small(` ${counted(packages.length, "package")}: `, members) : ""];
}

/** The upgrade that clears the row's findings, and their number, or why nothing does. Empty without vulnerabilities. */
function fixWords(fix: RowFix | undefined): Inline {
  if (fix === undefined) return "";
  if (fix.to === undefined) return prose(fix.none);
  const shown = join(
    " or ",
    fix.to.slice(0, FIXES).map((each) => version(each)),
  );
  const of = fix.clears === fix.of ? "" : small(` for ${number(fix.clears)} of ${number(fix.of)}`);
  return [shown, fix.to.length > FIXES ? " or …" : "", of];
}

function fixedIn({ kind, fixedVersions, status }: Finding): Inline {
  if (kind !== "vulnerability") return "";
  return fixedVersions.length === 0
    ? prose(statusWords(status))
    : some(fixedVersions, FIXES, { show: (each) => version(each) });
}

/** There are few layers and many findings, so each layer is rendered once. */
const layerCell = oncePer((layer: Layer): string =>
  htmlLine(
    join(" ", [
      layer.number === undefined ? "" : strong(`${layer.number}`),
      layer.instruction === undefined ? "" : code(briefInstruction(layer.instruction, INSTRUCTION)),
      small(sourceWords(layer)),
    ]),
  ),
);

/** A finding's status, with other known facts. */
function statusOfRow(judged: JudgedFinding): Inline {
  const { outcome, spared = "unfixed", origin, exceptions, vex } = judged;
  const [exception] = exceptions;
  const details = [
    outcome === "not-counted" ? EXEMPTED[spared] : "",
    exception === undefined
      ? ""
      : say`until ${prose(exception.expires)}${exception.owner ? [", ", prose(exception.owner, 20)] : ""}`,
    exception !== undefined || vex === undefined ? "" : say`by ${name(vex.document)}`,
    ...rowMarks([judged]).map(({ words }) => prose(words)),
    origin === undefined ? "" : ORIGINS[origin],
  ];
  const status = outcome === "open" ? "open" : prose(statusOf(judged), REASON);
  return isEmpty(details) ? status : [status, " ", small(join("; ", details))];
}

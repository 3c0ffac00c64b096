import type { Finding, Layer } from "../../domain/finding.ts";
import { joined as inPieces } from "../../domain/json/pieces.ts";
import { oncePer } from "../../domain/memoize.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import { type RowFix, statusWords } from "../../domain/rows/row-fix.ts";
import { severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, Outcome } from "../../domain/verdict.ts";
import { htmlLine } from "../print/html.ts";
import { escaped } from "../print/html-text.ts";
import { rowMarks } from "../rows/row-marks.ts";
import { advisory } from "../shared/advisory-page.ts";
import { briefInstruction, ownerWords, placed, sourceWords } from "../shared/location.ts";
import { counted, number } from "../shared/phrases.ts";
import { shorten } from "../shared/safe-text.ts";
import { EXEMPTED, ORIGINS, statusOf } from "../shared/status.ts";
import {
  BREAK,
  code,
  type Inline,
  isEmpty,
  join,
  name,
  path as pathOf,
  prose,
  say,
  severity,
  small,
  some,
  strong,
  version,
} from "../tree.ts";

/** Longest texts in a narrow medium, in UTF-16 units: the page has room for four times as much. */
const TITLE = 60;
const REASON = 100;
const INSTRUCTION = 100;
/** Longest explanation, in UTF-16 units. */
const DESCRIPTION = 1_200;
/** Most versions, and most packages of one source, that a cell names. */
const FIXES = 5;
const NAMES = 20;

/** The values of a status by which the page filters and sorts rows. */
export const OUTCOMES: Readonly<Record<Outcome, number>> = { open: 0, accepted: 1, "not-counted": 2 };

/** What a package's rows need beside its findings. */
export interface RowPlace {
  /** The target's cell, as HTML. Undefined: the table has no such column. */
  readonly target: string | undefined;
  /** The keys by which the page filters targets and layers. */
  readonly targetKey: number;
  readonly layerKey: number | undefined;
  /** Whether the advisories' own explanations are shown, and whether they are unfolded. */
  readonly descriptions: "none" | "folded" | "open";
  /** The keys of scanners by their names. Undefined: no target has several scanners' opinions. */
  readonly scanners: ReadonlyMap<string, number> | undefined;
  /** What clears the row's findings. Undefined if it has no vulnerabilities. */
  readonly fix: RowFix | undefined;
  /** How many of the row's findings the script shows at first. Those after them come on request. */
  readonly atFirst: number;
}

/** A package's group of table rows: its heading, and a row for each finding. */
export function* packageGroup(row: PackageRow, place: RowPlace): Generator<string> {
  const { source, packages, findings } = row;
  const [{ finding }] = findings;
  const { path, line } = finding;
  const hasOnePlace = findings.every((each) => each.finding.path === path && each.finding.line === line);
  const cells = [
    htmlLine(version(source?.version ?? packages[0]?.version ?? "")),
    htmlLine(fixWords(place.fix)),
    number(findings.length),
    hasOnePlace ? htmlLine(placeWords(finding)) : "",
    finding.layer === undefined ? "" : layerCell(finding.layer),
    ...(place.target === undefined ? [] : [place.target]),
    ...(place.scanners === undefined ? [] : [""]),
    "",
  ];
  const later = place.atFirst > 0 ? "" : ' class="later"';
  const layer = place.layerKey === undefined ? "" : ` data-l="${place.layerKey}"`;
  yield `<tbody${later} data-s="${severityRank(finding.severity)}" data-t="${place.targetKey}"${layer}>
<tr><td></td><th scope="rowgroup">${htmlLine(packageWords(row))}</th><td>${cells.join("</td><td>")}</td></tr>
`;
  const shared = { ...place, hasOnePlace, hasOnePackage: packages.length < 2 };
  yield* inPieces(findings.values().map((judged, index) => findingRow(judged, shared, index >= place.atFirst)));
  yield "</tbody>\n";
}

interface FindingPlace extends RowPlace {
  /** True if the heading says where it is, and which package it is about. */
  readonly hasOnePlace: boolean;
  readonly hasOnePackage: boolean;
}

function findingRow(judged: JudgedFinding, place: FindingPlace, isLater: boolean): string {
  const { finding } = judged;
  const { id, url, severity: of, package: about } = finding;
  const ofSource = place.hasOnePackage || about === undefined ? "" : small(" ", name(about.name));
  const title = [titleWords(finding), place.hasOnePlace ? "" : small(placeWords(finding))];
  const cells = [
    `<td>${htmlLine(severity(of))}`,
    `<td colspan="2">${htmlLine([advisory(id, url), ofSource])}`,
    `<td>${htmlLine(fixedIn(finding))}`,
    `<td colspan="${place.target === undefined ? 3 : 4}">${htmlLine(title)}${explanation(finding, place)}`,
    ...(place.scanners === undefined ? [] : [`<td>${htmlLine(scannersOf(finding))}`]),
    `<td>${htmlLine(statusOfRow(judged))}`,
  ];
  const seen = place.scanners === undefined ? "" : ` data-w="${seenBy(finding, place.scanners)}"`;
  const later = isLater ? ' class="later"' : "";
  return `<tr${later} data-s="${severityRank(of)}" data-o="${OUTCOMES[judged.outcome]}"${seen}>${cells.join("</td>")}</td></tr>\n`;
}

/** The names of the scanners that see a finding. Empty: its target has one scanner's opinion. */
function scannersOf({ opinions = [] }: Finding): Inline {
  return some(opinions, NAMES, { show: ({ scanner }) => prose(scanner, 60) });
}

/** The keys of the scanners that see it, and `-` if one that could does not. */
function seenBy({ opinions = [], missedBy = [] }: Finding, keys: ReadonlyMap<string, number>): string {
  const seen = opinions.flatMap(({ scanner }) => keys.get(scanner) ?? []);
  return [...seen, ...(missedBy.length > 0 ? ["-"] : [])].join(" ");
}

/** Empty if it only repeats the id. */
function titleWords({ id, title }: Finding): Inline {
  return title === id ? "" : prose(title, TITLE);
}

/** An advisory's own explanation as plain text. */
function explanation({ description }: Finding, { descriptions: shown }: RowPlace): string {
  if (shown === "none" || description === undefined) return "";
  const text = shorten(
    description
      .slice(0, 2 * DESCRIPTION)
      .replace(/\s+/g, " ")
      .trim(),
    DESCRIPTION,
  );
  if (text === "") return "";
  return `<details${shown === "open" ? " open" : ""}><summary>Description</summary><p>${escaped(text)}</p></details>`;
}

/** What a row without a package is about. */
const KINDS: Readonly<Record<Finding["kind"], string>> = {
  vulnerability: "Vulnerability",
  secret: "Secret",
  misconfiguration: "Misconfiguration",
  license: "Licence",
};

function packageWords({ source, packages, findings: [{ finding }] }: PackageRow): Inline {
  const about = source ?? packages[0];
  if (about === undefined) return strong(KINDS[finding.kind]);
  const members = some(packages, NAMES, { show: (each) => name(each.name) });
  return [strong(name(about.name)), source ? small(` ${counted(packages.length, "package")}: `, members) : ""];
}

/** What clears the row's findings, and how many these are, or why nothing does. */
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

/** `in Python sparkly 2.3.0` and the path. */
function placeWords({ owner, path, line }: Finding): Inline {
  const file = path === undefined ? "" : pathOf(placed(path, line));
  return owner === undefined ? file : join(BREAK, [say`in ${ownerWords(owner)}`, file]);
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

/** A finding's status, and what else is known about it. */
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

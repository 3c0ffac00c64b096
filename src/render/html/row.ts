import type { Exception } from "../../domain/exception.ts";
import type { Finding, Layer } from "../../domain/finding.ts";
import { oncePer } from "../../domain/memoize.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { RowFix } from "../../domain/rows/row-fix.ts";
import { statusWords } from "../../domain/rows/vendor-status.ts";
import { type Severity, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, Outcome } from "../../domain/verdict.ts";
import { breakable, code, escaped, link, name, pathCode, prose } from "../print/html-text.ts";
import { inPieces } from "../report-format.ts";
import { rowMarks } from "../rows/row-marks.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { briefInstruction, placed } from "../shared/location.ts";
import { joined, number } from "../shared/phrases.ts";
import { pathEnd } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { ORIGINS, statusOf } from "../shared/status.ts";
import { description } from "./description.ts";

/** Longest texts in a row, in UTF-16 units. */
const NAME = 200;
const VERSION = 100;
const PATH = 400;
const TITLE = 200;
const DESCRIPTION = 1_200;
const REASON = 400;
const INSTRUCTION = 100;
/** Most versions that a cell lists. */
const FIXES = 5;
/** Most packages of one source that are named. */
const NAMES = 20;

/** The outcomes, with the words for them. */
export const STATUS: readonly (readonly [Outcome, string])[] = [
  ["open", "open"],
  ["accepted", "accepted"],
  ["not-counted", "not counted"],
];

/** The values of a status by which the page filters and sorts rows. */
export const OUTCOMES: Readonly<Record<Outcome, number>> = { open: 0, accepted: 1, "not-counted": 2 };

/** What a row needs beside its findings. */
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
  /** Number of the table's columns. */
  readonly columns: number;
  /** How many of the row's findings the script shows at first. Those after them come on request. */
  readonly atFirst: number;
}

/**
 * A package with its findings as a group of table rows, in pieces: first its cells, in the order of the columns, then
 * the list of its advisories. What all of its findings have in common stands in the cells alone.
 */
export function* packageGroup(row: PackageRow, place: RowPlace): Generator<string> {
  const shared = sharedBy(row.findings);
  const layer = place.layerKey === undefined ? "" : ` data-l="${place.layerKey}"`;
  const [{ finding }] = row.findings;
  const cells = [
    nameCell(row),
    versionCell(row),
    fixCell(place.fix),
    number(row.findings.length),
    shared.place ?? `${placeOf(finding)} <small>and other places</small>`,
    layerCell(finding.layer),
    ...(place.target === undefined ? [] : [place.target]),
    ...(place.scanners === undefined ? [] : [shared.scanners ?? "<small>not the same for all</small>"]),
    shared.status ?? outcomeCounts(row.findings),
  ];
  const [head = "", ...rest] = cells;
  yield `<tbody${place.atFirst > 0 ? "" : ' class="later"'} data-s="${severityRank(finding.severity)}" data-t="${place.targetKey}"${layer}>
<tr><td>${severity(finding.severity)}</td><th scope="rowgroup">${head}</th><td>${rest.join("</td><td>")}</td></tr>
<tr><td colspan="${place.columns}"><ul>
`;
  let before = 0;
  yield* inPieces(itemsOf(row, shared), (alike) => {
    const isLater = before >= place.atFirst;
    before += alike.length;
    return advisoryItem(alike, { ...place, shared, isLater, packages: row.packages.length });
  });
  yield "</ul></td></tr>\n</tbody>\n";
}

/** What all findings of a row have in common, as HTML. Undefined if they differ. */
interface Shared {
  readonly severity: string | undefined;
  readonly fix: string | undefined;
  readonly place: string | undefined;
  readonly status: string | undefined;
  /** Who sees them. */
  readonly scanners: string | undefined;
}

function sharedBy(findings: PackageRow["findings"]): Shared {
  return {
    severity: common(findings, ({ finding }) => finding.severity),
    fix: common(findings, ({ finding }) => fixedWords(finding)),
    place: common(findings, ({ finding }) => placeOf(finding)),
    status: common(findings, statusWordsOf),
    scanners: common(findings, scannersOf),
  };
}

function common(findings: PackageRow["findings"], textOf: (judged: JudgedFinding) => string): string | undefined {
  const first = textOf(findings[0]);
  return findings.every((each, index) => index === 0 || textOf(each) === first) ? first : undefined;
}

type Alike = readonly [JudgedFinding, ...JudgedFinding[]];

/** One advisory often stands on several packages of a source. If nothing else differs, these findings are one item. */
function itemsOf({ packages, findings }: PackageRow, shared: Shared): readonly Alike[] {
  if (packages.length < 2) return findings.map((judged): Alike => [judged]);
  const items = Map.groupBy(findings, (judged) => {
    const { id, severity, title } = judged.finding;
    return JSON.stringify([id, severity, title, judged.outcome, ...ownNotes(judged, shared)]);
  });
  // No group is empty.
  return [...items.values()] as unknown as Alike[];
}

interface ItemPlace extends RowPlace {
  readonly shared: Shared;
  /** Number of packages in the row. */
  readonly packages: number;
  /** True if the script shows it only on request. */
  readonly isLater: boolean;
}

/** What a finding does not share with all others of its row: fix, place and status. */
function ownNotes(judged: JudgedFinding, shared: Shared): string[] {
  const { finding } = judged;
  const fix = shared.fix === undefined ? fixedWords(finding) : "";
  return [
    fix !== "" && finding.fixedVersions.length > 0 ? `fixed in ${fix}` : fix,
    shared.place === undefined ? placeOf(finding) : "",
    shared.status === undefined ? statusWordsOf(judged) : "",
    shared.scanners === undefined ? `seen by ${scannersOf(judged)}` : "",
  ].filter((part) => part !== "");
}

/** The packages of an item, unless it is about all of its row. */
function itemPackages(alike: Alike, packages: number): string {
  const names = new Set(alike.map(({ finding }) => finding.package?.name ?? ""));
  if (packages < 2 || names.size === packages) return "";
  const shown = [...names].slice(0, NAMES).map((each) => name(each, NAME));
  return `<span class="of">${shown.join(", ")}${names.size > NAMES ? ", …" : ""}</span>`;
}

/** An advisory in its package's list: severity, id and title, and what it does not share with the others. */
function advisoryItem(alike: Alike, place: ItemPlace): string {
  const { shared, packages } = place;
  const [judged] = alike;
  const { finding } = judged;
  const notes = [itemPackages(alike, packages), ...ownNotes(judged, shared)].filter((part) => part !== "");
  const parts = [
    shared.severity === undefined ? severity(finding.severity) : "",
    advisory(finding.id, finding.url),
    titleWords(finding),
    notes.length === 0 ? "" : `<small>${notes.join("; ")}</small>`,
    explanation(finding, place.descriptions),
  ].filter((part) => part !== "");
  const later = place.isLater ? 'class="later" ' : "";
  const count = alike.length > 1 ? ` data-n="${alike.length}"` : "";
  const seen = place.scanners === undefined ? "" : ` data-w="${seenBy(finding, place.scanners)}"`;
  return `<li ${later}data-s="${severityRank(finding.severity)}" data-o="${OUTCOMES[judged.outcome]}"${seen}${count}>${parts.join(" ")}</li>\n`;
}

/** The names of the scanners that see a finding. Empty: its target has one scanner's opinion. */
function scannersOf({ finding }: JudgedFinding): string {
  return (finding.opinions ?? []).map(({ scanner }) => name(scanner, NAME)).join(", ");
}

/** The keys of the scanners that see it, and `-` if one that could does not. */
function seenBy({ opinions = [], missedBy = [] }: Finding, keys: ReadonlyMap<string, number>): string {
  const seen = opinions.flatMap(({ scanner }) => keys.get(scanner) ?? []);
  return [...seen, ...(missedBy.length > 0 ? ["-"] : [])].join(" ");
}

/** Empty if it only repeats the id. */
function titleWords({ id, title }: Finding): string {
  return title === id ? "" : prose(title, TITLE);
}

function explanation({ description: text }: Finding, shown: RowPlace["descriptions"]): string {
  if (shown === "none" || text === undefined) return "";
  const made = description(text, DESCRIPTION);
  const open = shown === "open" ? " open" : "";
  return made === "" ? "" : `<details${open}><summary>Description</summary>${made}</details>`;
}

/** What a row without a package is about. */
const KINDS: Readonly<Record<Finding["kind"], string>> = {
  vulnerability: "Vulnerability",
  secret: "Secret",
  misconfiguration: "Misconfiguration",
  license: "Licence",
};

function nameCell({ source, packages, findings: [{ finding }] }: PackageRow): string {
  const [only] = packages;
  if (only === undefined) return `<b>${KINDS[finding.kind]}</b>`;
  if (source === undefined) return `<b>${headName(only.name)}</b>`;
  const names = packages.slice(0, NAMES).map((each) => name(each.name, NAME));
  const more = packages.length > NAMES ? ", …" : "";
  return `<b>${headName(source.name)}</b> <small>${number(packages.length)} packages: ${names.join(", ")}${more}</small>`;
}

/** A row's head must not be empty, but an untrusted name may be. */
function headName(of: string): string {
  return of.trim() === "" ? code("") : breakable(name(of, NAME));
}

function versionCell({ source, packages: [first] }: PackageRow): string {
  return name(source?.version ?? first?.version ?? "", VERSION);
}

/** What clears the row's findings, and how many these are, or why nothing does. */
function fixCell(fix: RowFix | undefined): string {
  if (fix === undefined) return "";
  if (fix.to === undefined) return prose(fix.none, VERSION);
  const shown = fix.to.slice(0, FIXES).map((version) => name(version, VERSION));
  const more = fix.to.length > FIXES ? " or …" : "";
  const of = fix.clears === fix.of ? "" : ` <small>for ${number(fix.clears)} of ${number(fix.of)}</small>`;
  return `${shown.join(" or ")}${more}${of}`;
}

/** `2 open, 1 accepted` */
function outcomeCounts(findings: PackageRow["findings"]): string {
  return STATUS.map(([outcome, words]) => [findings.filter((each) => each.outcome === outcome).length, words] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${number(count)} ${words}`)
    .join(", ");
}

/** A severity's word, in its colour. */
export function severity(of: Severity): string {
  return `<span class="severity ${SEVERITY_STYLES[of].cssClass}">${of}</span>`;
}

/** An advisory's id, linked to its page if we know one. */
export function advisory(id: string, url?: string): string {
  const page = advisoryUrl(id, url);
  return page === undefined ? code(id, NAME) : link(name(id, NAME), page);
}

function fixedWords({ kind, fixedVersions, status }: Finding): string {
  if (kind !== "vulnerability") return "";
  if (fixedVersions.length === 0) return prose(statusWords(status), VERSION);
  const shown = fixedVersions.slice(0, FIXES).map((version) => name(version, VERSION));
  return shown.join(", ") + (fixedVersions.length > FIXES ? ", …" : "");
}

/** `Python sparkly 2.3.0` and the path. */
function placeOf({ owner, path, line }: Finding): string {
  const file = path === undefined ? "" : pathCode(placed(path, line), PATH);
  if (owner === undefined) return file;
  return `<small class="owner">in ${ownerWords(owner)}</small> ${file}`;
}

/** The package that ships the file: `Python sparkly 2.3.0`. */
function ownerWords({ ecosystem, name: of, version }: NonNullable<Finding["owner"]>): string {
  return joined(" ", [name(ecosystem, 40), name(of, NAME), name(version ?? "", VERSION)]);
}

/** There are few layers and many findings, so each layer is rendered once. */
const cellOf = oncePer(({ number, instruction, source }: Layer): string => {
  const short = instruction === undefined ? "" : briefInstruction(instruction, INSTRUCTION);
  return joined(" ", [
    number === undefined ? "" : `<b>${number}</b>`,
    short === "" ? "" : `<code>${escaped(short)}</code>`,
    source === undefined ? "" : `<small>${escaped(pathEnd(placed(source.file, source.line), PATH))}</small>`,
  ]);
});

function layerCell(layer: Layer | undefined): string {
  return layer === undefined ? "" : cellOf(layer);
}

function statusWordsOf(judged: JudgedFinding): string {
  const details = statusDetails(judged);
  const status = prose(statusOf(judged), REASON);
  return details.length === 0 ? status : `${status} <small>${details.join("; ")}</small>`;
}

const EXEMPTED = {
  unfixed: "without a fix",
  grace: "in its grace period",
  "not-introduced": "not brought in by this change",
  "not-agreed": "not all scanners see it",
} as const;

/** What else is known about the finding's status, in words. */
function statusDetails(judged: JudgedFinding): string[] {
  const { outcome, spared = "unfixed", origin, exceptions, vex } = judged;
  return [
    outcome === "not-counted" ? EXEMPTED[spared] : "",
    ...holderWords(exceptions[0], vex),
    ...rowMarks([judged]).map(({ words }) => prose(words, VERSION)),
    origin === undefined ? "" : ORIGINS[origin],
  ].filter((part) => part !== "");
}

function holderWords(exception: Exception | undefined, vex: JudgedFinding["vex"]): string[] {
  if (exception !== undefined) {
    const owner = exception.owner === undefined ? "" : `, ${name(exception.owner, 80)}`;
    return [`until ${escaped(exception.expires)}${owner}`];
  }
  return vex === undefined ? [] : [`by ${name(vex.document, NAME)}`];
}

import type { Finding, Layer } from "../../domain/finding.ts";
import type { Exception } from "../../domain/policy/policy.ts";
import { type Severity, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, Outcome } from "../../domain/verdict.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { placed, shortInstruction } from "../shared/location.ts";
import { statusWords } from "../shared/phrases.ts";
import { pathEnd } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { exploitWords, statusOf } from "../shared/status.ts";
import { breakable, code, escaped, link, name, pathCode, prose } from "./text.ts";

/** Longest texts in a row, in UTF-16 units. */
const NAME = 200;
const VERSION = 100;
const PATH = 400;
const TITLE = 200;
const DESCRIPTION = 1_200;
const REASON = 400;
const INSTRUCTION = 160;
/** Most versions that a cell lists. */
const FIXES = 5;

/** The values of a status by which the page filters and sorts rows. */
export const OUTCOMES: Readonly<Record<Outcome, number>> = { open: 0, accepted: 1, "not-counted": 2 };

/** What a row needs beside its finding. */
export interface RowPlace {
  /** The target's cell, as HTML. */
  readonly target: string;
  /** The keys by which the page filters targets and layers. */
  readonly targetKey: number;
  readonly layerKey: number | undefined;
  /** Whether the advisories' own explanations are shown. */
  readonly described: boolean;
  /** True if the row is so far down that the script shows it only on request. */
  readonly later: boolean;
}

/** A finding as one table row. Its cells are in the order of the columns. */
export function findingRow(judged: JudgedFinding, place: RowPlace): string {
  const { finding } = judged;
  const layer = place.layerKey === undefined ? "" : ` data-l="${place.layerKey}"`;
  const data = `${place.later ? 'class="later" ' : ""}data-s="${severityRank(finding.severity)}" data-o="${OUTCOMES[judged.outcome]}" data-t="${place.targetKey}"${layer}`;
  const cells = [
    severity(finding.severity),
    advisoryCell(finding, place.described),
    finding.package === undefined ? "" : breakable(name(finding.package.name, NAME)),
    finding.package === undefined ? "" : name(finding.package.version, VERSION),
    fixedCell(finding),
    whereCell(finding),
    layerCell(finding.layer),
    place.target,
    statusCell(judged),
  ];
  return `<tr ${data}><td>${cells.join("</td><td>")}</td></tr>\n`;
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

function advisoryCell({ id, url, title, description }: Finding, described: boolean): string {
  const words = prose(title, TITLE);
  if (!described || description === undefined || description === "")
    return advisory(id, url) + (words === "" ? "" : ` <small>${words}</small>`);
  return `${advisory(id, url)} <details><summary>${words || "description"}</summary><p>${prose(description, DESCRIPTION)}</p></details>`;
}

function fixedCell({ kind, fixedVersions, status }: Finding): string {
  if (kind !== "vulnerability") return "";
  if (fixedVersions.length === 0) return prose(statusWords(status), VERSION);
  const shown = fixedVersions.slice(0, FIXES).map((version) => name(version, VERSION));
  return shown.join(", ") + (fixedVersions.length > FIXES ? ", …" : "");
}

/** `Python sparkly 2.3.0` and the path. */
function whereCell({ owner, path, line }: Finding): string {
  const file = path === undefined ? "" : pathCode(placed(path, line), PATH);
  if (owner === undefined) return file;
  return `<small class="owner">in ${ownerWords(owner)}</small> ${file}`;
}

/** The package that ships the file: `Python sparkly 2.3.0`. */
export function ownerWords({ ecosystem, name: of, version }: NonNullable<Finding["owner"]>): string {
  return [name(ecosystem, 40), name(of, NAME), name(version ?? "", VERSION)].filter((part) => part !== "").join(" ");
}

/** There are few layers and many findings, so each layer is rendered once. */
const LAYER_CELLS = new WeakMap<Layer, string>();

function layerCell(layer: Layer | undefined): string {
  if (layer === undefined) return "";
  const known = LAYER_CELLS.get(layer);
  if (known !== undefined) return known;
  const { number, instruction, source } = layer;
  const short = instruction === undefined ? "" : shortInstruction(instruction, INSTRUCTION);
  const made = [
    number === undefined ? "" : `<b>${number}</b>`,
    short === "" ? "" : `<code>${escaped(short)}</code>`,
    source === undefined ? "" : `<small>${escaped(pathEnd(placed(source.file, source.line), PATH))}</small>`,
  ].filter((part) => part !== "");
  const cell = made.join(" ");
  LAYER_CELLS.set(layer, cell);
  return cell;
}

function statusCell(judged: JudgedFinding): string {
  const details = statusDetails(judged);
  const status = prose(statusOf(judged), REASON);
  return details.length === 0 ? status : `${status} <small>${details.join("; ")}</small>`;
}

const CHANGES = { new: "new", "newly-disclosed": "newly disclosed", unchanged: "" } as const;
const SPARED = {
  unfixed: "without a fix",
  grace: "in its grace period",
  "not-introduced": "not brought in by this change",
} as const;
const ORIGINS = { base: "from the base image", own: "ours" } as const;

/** What else is known about the finding's status, in words. */
function statusDetails(judged: JudgedFinding): string[] {
  const { outcome, spared = "unfixed", change, origin, exceptions, vex, ended, countsFrom } = judged;
  return [
    outcome === "not-counted" ? SPARED[spared] : "",
    countsFrom === undefined ? "" : `counts from ${escaped(countsFrom)}`,
    ...holderWords(exceptions[0], vex),
    ended !== undefined && outcome === "open" ? `exception ended ${escaped(ended.expires)}` : "",
    change === undefined ? "" : CHANGES[change],
    ...(judged.exploitation === undefined ? [] : exploitWords(judged).map((words) => prose(words, VERSION))),
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

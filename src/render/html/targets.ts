import type { BaseReport } from "../../domain/image/base-image.ts";
import { someLines } from "../../domain/list-some.ts";
import { scannersLine } from "../../domain/opinions/names.ts";
import { exploitWords } from "../../domain/reason.ts";
import { worstFirst } from "../../domain/rows/groups.ts";
import { type Limit, SEVERITIES } from "../../domain/severity.ts";
import type {
  Answer,
  ExploitRow,
  FailedTarget,
  JudgedTarget,
  SeverityRow,
  TargetVerdict,
} from "../../domain/verdict.ts";
import { htmlLine } from "../print/html.ts";
import { breakable, code, escaped, name, sentence } from "../print/html-text.ts";
import { baseWords } from "../sections/base-image.ts";
import { comparisonWords } from "../sections/comparison.ts";
import { acceptedWords, STATUS_WORDS } from "../sections/coverage.ts";
import { endOfLifeWords, nothingSeenWords, uncomparedWords } from "../sections/notices.ts";
import { savedAs, suppressedLine, unjudgedWords } from "../sections/targets.ts";
import { age, number } from "../shared/phrases.ts";
import { prose } from "../tree.ts";
import type { View } from "../view.ts";
import { fixedList } from "./comparison.ts";
import { severity } from "./row.ts";

/** Longest texts, in UTF-16 units. */
const WHAT = 2_000;
const NOTE = 600;
const REFERENCE = 200;
/** Most items of untrusted lists, which may have any length. */
const MOST_LISTED = 20;
const MOST_COVERED = 200;
/** With more targets than this, their details are folded: the overview shows which to open. */
const MOST_OPEN = 1;

/** An answer as a word in its colour. */
function answerWord(answer: Answer): string {
  return `<span class="answer ${answer}">${answer}</span>`;
}

/** Each target with its verdict, its counts and limits, and its provenance, the worst answers first. */
export function* targetsSection(view: View): Generator<string> {
  const targets = worstFirst(view.verdict.targets);
  yield '<section aria-labelledby="targets-title">\n';
  yield `<h2 id="targets-title">${targets.length === 1 ? "Target" : `${number(targets.length)} targets`}</h2>\n`;
  for (const target of targets) if (target.answer === "error") yield errorNote(target);
  if (targets.length > 1) yield overview(targets);
  for (const target of targets)
    if (target.answer !== "error") yield targetDetails(target, view, targets.length <= MOST_OPEN);
  yield "</section>\n";
}

/** What happened to a target that could not be judged, and what to do. */
function errorNote(failed: FailedTarget): string {
  const { target, error } = failed;
  const [first = "", ...list] = error.what.split("\n");
  const show = (line: string) => `<li>${sentence(line.replace(/;$/, ""), NOTE)}</li>`;
  const items = someLines(list, MOST_LISTED, { show, what: "line", rest: (more) => `<li>${more}</li>` });
  return `<div class="note error">
<h3>${answerWord("error")}: ${name(target.label)} could not be judged</h3>
<p>${code(`[${error.code}]`, 100)} ${sentence(first, WHAT)}</p>
${items.length === 0 ? "" : `<ul>${items.join("")}</ul>\n`}<p><strong>What to do:</strong> ${sentence(error.remedy, WHAT)}</p>
${coverageTable(failed)}</div>
`;
}

/** What the overview counts for each target. */
const COUNTED = [...SEVERITIES, "Accepted", "Not counted"];

/** One row per target: open findings by severity. */
function overview(targets: readonly TargetVerdict[]): string {
  const heads = COUNTED.map((each) => `<th scope="col" class="number">${each}</th>`).join("");
  // Not a caption, which would scroll out of sight with the table.
  return `<p class="caption" id="overview-title">Open findings of each target; what is over its limit says so</p>
<div class="scroll" role="region" aria-labelledby="overview-title" tabindex="0">
<table class="overview" aria-labelledby="overview-title">
<thead><tr><th scope="col">Verdict</th><th scope="col">Target</th>${heads}</tr></thead>
<tbody>
${targets.map(overviewRow).join("")}</tbody>
</table>
</div>
`;
}

function overviewRow(target: TargetVerdict): string {
  const label = `<td>${answerWord(target.answer)}</td><th scope="row">${[target.target.label, ...savedAs(target)].map((each) => breakable(name(each))).join("<br>")}`;
  if (target.answer === "error")
    return `<tr>${label}</th><td colspan="${COUNTED.length}">not judged: ${code(target.error.code, 100)}</td></tr>\n`;
  const exploits = (target.exploitRows ?? [])
    .filter(({ broken }) => broken)
    .map((row) => `<br>${overLimit(`${number(row.open)} ${escaped(exploitWords(row))}`, row.limit)}`);
  const sum = (read: (row: SeverityRow) => number) => number(target.rows.reduce((all, row) => all + read(row), 0));
  const cells = [...target.rows.map(openWords), sum((row) => row.accepted), sum((row) => row.notCounted)];
  const counts = cells.map((cell, index) => `<td class="number" data-name="${COUNTED[index]}">${cell}</td>`);
  return `<tr>${label}${exploits.join("")}</th>${counts.join("")}</tr>\n`;
}

function openWords(row: SeverityRow): string {
  return row.broken ? overLimit(number(row.open), row.limit) : number(row.open);
}

function overLimit(words: string, limit: Limit): string {
  return `<span class="broken">${words} <span class="limit">(limit ${limitWords(limit)})</span></span>`;
}

function limitWords(limit: Limit): string {
  return limit === "unlimited" ? "no limit" : number(limit);
}

function targetDetails(target: JudgedTarget, view: View, open: boolean): string {
  const inside = `<div class="target">
${notes(target, view.bases?.get(target.target))}${countsTable(target)}${facts(target, view)}${coverageTable(target)}${fixedList(target, view)}</div>
`;
  const title = `<h3>${answerWord(target.answer)}: ${name(target.target.label)}</h3>`;
  return open ? `${title}\n${inside}` : `<details><summary>${title}</summary>\n${inside}</details>\n`;
}

/** What a reader must know before trusting the numbers. */
function notes(target: JudgedTarget, base: BaseReport | undefined): string {
  const said = [
    endOfLifeWords(target),
    nothingSeenWords(target),
    ...(target.scan.provenance.notes ?? []).slice(0, MOST_LISTED).map((each) => prose(each)),
    suppressedLine(target),
    uncomparedWords(target),
    prose(base?.problem ?? ""),
    prose(base?.note ?? ""),
  ]
    .map(htmlLine)
    .filter((words) => words !== "");
  if (said.length === 0) return "";
  return `<div class="notes note warning">${said.map((words) => `<p>${words}</p>`).join("")}</div>\n`;
}

/** What was looked at, and each gap with what the policy says about it. Empty if nothing is known. */
function coverageTable({ coverage }: TargetVerdict): string {
  if (coverage === undefined || coverage.rows.length === 0) return "";
  const rows = coverage.rows.slice(0, MOST_COVERED).map(({ subject, status, detail }) => {
    const words = status === "gap" ? `<span class="broken">${STATUS_WORDS[status]}</span>` : STATUS_WORDS[status];
    return `<tr><th scope="row">${name(subject, 100)}</th><td>${words}</td><td>${sentence(detail, NOTE)}</td></tr>\n`;
  });
  const gaps = coverage.gaps.slice(0, MOST_COVERED).map((judged) => {
    const path = judged.gap.path === undefined ? "" : ` ${code(judged.gap.path, REFERENCE)}`;
    return `<li>${code(judged.gap.code, 60)}${path}: ${sentence(acceptedWords(judged), NOTE)}</li>`;
  });
  const table = `<table class="counts coverage">
<caption>What was looked at</caption>
<thead><tr><th scope="col">What</th><th scope="col">State</th><th scope="col">Seen</th></tr></thead>
<tbody>
${rows.join("")}</tbody>
</table>
${gaps.length === 0 ? "" : `<ul>${gaps.join("")}</ul>\n`}`;
  return gaps.length > 0 ? table : `<details><summary>What was looked at</summary>\n${table}</details>\n`;
}

/** Severity × (open, limit, accepted, not counted). */
function countsTable(target: JudgedTarget): string {
  const rows = [
    ...target.rows.map((row) => countsRow(severity(row.severity), row)),
    ...(target.exploitRows ?? []).map((row) => countsRow(escaped(exploitWords(row)), row)),
  ];
  return `<table class="counts">
<caption>Findings and limits</caption>
<thead><tr><th scope="col">Severity</th><th scope="col" class="number">Open</th><th scope="col" class="number">Limit</th><th scope="col" class="number">Accepted</th><th scope="col" class="number">Not counted</th></tr></thead>
<tbody>
${rows.join("")}</tbody>
</table>
`;
}

function countsRow(head: string, row: SeverityRow | ExploitRow): string {
  const open = row.broken ? `<span class="broken">${number(row.open)} (over the limit)</span>` : number(row.open);
  const cells = [open, limitWords(row.limit), number(row.accepted), number(row.notCounted)];
  return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td class="number">${cell}</td>`).join("")}</tr>\n`;
}

function unknownDigest({ scan }: JudgedTarget): string {
  const { digestUnknown } = scan.provenance;
  return digestUnknown === undefined ? "" : `not known, as ${digestUnknown}`;
}

/** What was scanned, by which scanner, with which data. */
function facts(target: JudgedTarget, view: View): string {
  const { artifact, provenance } = target.scan;
  const pairs: readonly (readonly [string, string])[] = [
    [
      "Image",
      savedAs(target)
        .map((saved) => code(saved, REFERENCE))
        .join(""),
    ],
    ["Digest", artifact.digest === undefined ? sentence(unknownDigest(target)) : code(artifact.digest, 200)],
    ["Index", artifact.index?.digest === undefined ? "" : code(artifact.index.digest, 200)],
    // A local image's digest may be another registry's or the daemon's own invention. Its id says which image it was.
    ["Image id", artifact.imageId === undefined ? "" : code(artifact.imageId, 200)],
    ["Platform", name(artifact.platform ?? "", 60)],
    ["Other platforms", htmlLine(unjudgedWords(target, view))],
    [
      "System",
      artifact.os === undefined || artifact.os.family === "none"
        ? ""
        : name(`${artifact.os.family} ${artifact.os.name}`.trim(), 100),
    ],
    ["Packages", artifact.packages === undefined ? "not listed in the report" : number(artifact.packages)],
    ["Source", sentence(provenance.source ?? "")],
    ["Scanner", name(scannersLine(target.scan), 200)],
    ["Looked for", (provenance.scanners ?? []).map((kind) => name(kind, 40)).join(", ")],
    ["Database", databaseWords(provenance.databaseUpdatedAt, view)],
    ["Skipped", listed(provenance.skipped ?? [])],
    ["Base image", htmlLine(baseWords(view.bases?.get(target.target)))],
    ["Baseline", htmlLine(comparisonWords(target, view))],
  ];
  const shown = pairs.filter(([, words]) => words !== "").map(([term, words]) => `<dt>${term}</dt><dd>${words}</dd>`);
  return `<dl>${shown.join("\n")}</dl>\n`;
}

function databaseWords(updatedAt: string | undefined, view: View): string {
  const old = updatedAt === undefined ? undefined : age(updatedAt, view.now);
  return updatedAt === undefined || old === undefined ? "" : `of ${name(updatedAt, 40)}, ${old} old`;
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST_LISTED).map((path) => code(path));
  return shown.join(", ") + (paths.length > shown.length ? ", …" : "");
}

import { type UnjudgedPlatforms, unjudgedPlatforms } from "../../domain/image/platform.ts";
import { isNamedAsFile } from "../../domain/image/reference.ts";
import { listSome } from "../../domain/list-some.ts";
import { exploitWords } from "../../domain/reason.ts";
import { worstFirst } from "../../domain/rows/groups.ts";
import { type Counts, type Limit, SEVERITIES } from "../../domain/severity.ts";
import type { ExploitRow, JudgedTarget, SeverityRow, TargetVerdict } from "../../domain/verdict.ts";
import { listRows, type Rows } from "../markdown/fit.ts";
import { type Alert, code, details, table, tableHead, tableRow } from "../markdown/markdown.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import type { Annotation, View } from "../view.ts";

const COUNTED = [...SEVERITIES, "accepted"];
const SIGN = { pass: "✅&nbsp;pass", fail: "❌&nbsp;fail", error: "⛔&nbsp;error" };

/** One row per target, the worst answers first: open findings by severity. */
export function targetsOverview(targets: readonly TargetVerdict[], rank: number): Rows {
  const worst = worstFirst(targets);
  return listRows(worst, {
    row: overviewRow,
    rank,
    share: 0.3,
    layout: (shown, left) => {
      const head = tableHead(["", "target", ...COUNTED], ["left", "left", ...COUNTED.map(() => "right" as const)]);
      return joined("\n", [head, ...shown, left === 0 ? "" : `\n_${counted(left, "more target")} left out here._`]);
    },
  });
}

/** The name that the image in a tar or layout gives itself, unless the user has named it. */
export function savedAs(judged: TargetVerdict): string[] {
  const { kind, input, as } = judged.target;
  if (judged.answer === "error" || kind !== "image" || as !== undefined || !isNamedAsFile(input)) return [];
  return (judged.scan.artifact.claims ?? []).slice(0, 1);
}

function overviewRow(target: TargetVerdict): string {
  const label = [target.target.label, ...savedAs(target)].map((name) => code(name)).join("<br>");
  if (target.answer === "error") {
    return tableRow([SIGN.error, `${label}<br>${code(target.error.code, 60)}`, ...COUNTED.map(() => "?")]);
  }
  const accepted = target.rows.reduce((sum, row) => sum + row.accepted, 0);
  return tableRow([SIGN[target.answer], label + exploitBreaks(target), ...target.rows.map(openCell), number(accepted)]);
}

/** {@link countsTable} under one line that says what stands in it. */
export function foldedCounts(target: JudgedTarget): string {
  const { rows } = target;
  const counts = (of: (row: SeverityRow) => number) =>
    Object.fromEntries(rows.map((row) => [row.severity, of(row)])) as Counts;
  const parts = [
    `${severityList(counts(({ open }) => open)) || "none"} open`,
    listed(severityList(counts(({ accepted }) => accepted)), "accepted"),
    listed(severityList(counts(({ notCounted }) => notCounted)), "not counted"),
  ].filter((part) => part !== "");
  return details(`Counts and limits: ${parts.join("; ")}`, countsTable(target));
}

function listed(list: string, words: string): string {
  return list === "" ? "" : `${list} ${words}`;
}

/** Severity × (open, limit, accepted, not counted). Severities without a limit and without findings are left out. */
export function countsTable(target: JudgedTarget): string {
  const rows = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0);
  const cells = rows.map((row) => countCells(row.severity, row));
  for (const row of target.exploitRows ?? [])
    cells.push(countCells(row.kind === "exploited" ? "🔥 exploited" : exploitWords(row), row));
  return table(["", "open", "limit", "accepted", "not counted"], cells, ["left", "right", "right", "right", "right"]);
}

function countCells(words: string, row: SeverityRow | ExploitRow): string[] {
  return [
    row.broken ? `❌ **${words}**` : words,
    row.broken ? `**${number(row.open)}**` : number(row.open),
    limitWords(row.limit),
    number(row.accepted),
    number(row.notCounted),
  ];
}

/** Broken limits on what attackers use, for the table of several targets. Empty if none is broken. */
function exploitBreaks({ exploitRows = [] }: JudgedTarget): string {
  return exploitRows
    .filter((row) => row.broken)
    .map((row) => `<br>**${number(row.open)}** ${exploitWords(row)} (limit ${limitWords(row.limit)})`)
    .join("");
}

/** A limit for people to read; a dash if there is none. */
function limitWords(limit: Limit): string {
  return limit === "unlimited" ? "–" : number(limit);
}

/** A severity's cell in the table of several targets: `**2** (limit 0)`, or only the number. */
function openCell(row: SeverityRow): string {
  return row.broken ? `**${number(row.open)}** (limit ${limitWords(row.limit)})` : number(row.open);
}

/** Rows that the scanner itself left out are not findings, but readers should know that there are some. */
export function suppressedLine(target: JudgedTarget): string {
  const { suppressed, provenance } = target.scan;
  if (suppressed === 0) return "";
  return `${counted(suppressed, "row")} ${suppressed === 1 ? "was" : "were"} suppressed by ${provenance.scanner === "" ? "the scanner" : "the scanner itself"} (VEX or an ignore file) and ${suppressed === 1 ? "is" : "are"} not counted.`;
}

const MOST = 12;
/** The gate's remedy; another action names its own in the view. */
const REMEDY = "`platform: all` judges each; a list of platforms these.";

/** Says that a target's index has other platforms, which were not looked at. Empty if there are none. */
export function unjudgedNotice({ target }: JudgedTarget, view: View, alert: Alert): string {
  const found = unjudgedPlatforms(view.verdict.targets).find((each) => each.target === target);
  if (found === undefined) return "";
  return alert("NOTE", `**${sentence(found, (name) => code(name, 60))}** ${view.platformRemedy ?? REMEDY}`);
}

/** The same as plain text. Untrusted. */
export function unjudgedWords({ target }: JudgedTarget, { verdict }: View): string {
  const found = unjudgedPlatforms(verdict.targets).find((each) => each.target === target);
  return found === undefined ? "" : sentence(found, (name) => plain(shorten(name, 60)));
}

/** The same as annotations on the whole run. */
export function unjudgedAnnotations({ verdict, platformRemedy = REMEDY }: View): Annotation[] {
  return unjudgedPlatforms(verdict.targets).map((found) => ({
    level: "notice",
    message: `${plain(shorten(found.target.label, 500))}: ${sentence(found, (name) => plain(shorten(name, 60)))} ${platformRemedy}`,
  }));
}

function sentence({ judged, others }: UnjudgedPlatforms, show: (name: string) => string): string {
  const one = judged === undefined ? "One image" : `The image for ${show(judged)}`;
  return `${one} was judged. Its index has others, which were not looked at: ${listSome(others, MOST, { show })}.`;
}

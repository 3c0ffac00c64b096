import { unjudgedPlatforms } from "../../domain/image/platform.ts";
import { isNamedAsFile } from "../../domain/image/reference.ts";
import { exploitWords } from "../../domain/reason.ts";
import { worstFirst } from "../../domain/rows/groups.ts";
import { type Counts, type Limit, SEVERITIES } from "../../domain/severity.ts";
import type { ExploitRow, JudgedTarget, SeverityRow, TargetVerdict } from "../../domain/verdict.ts";
import { counted, number, severityList } from "../shared/phrases.ts";
import {
  type Block,
  BREAK,
  broken,
  code,
  fold,
  type Inline,
  join,
  listed,
  prose,
  type Row,
  type Rows,
  say,
  some,
  strong,
  table,
} from "../tree.ts";
import type { View } from "../view.ts";

const COUNTED = [...SEVERITIES, "accepted"];
const SIGN = { pass: "✅\u{A0}pass", fail: "❌\u{A0}fail", error: "⛔\u{A0}error" };
const RIGHT = "right" as const;

/** One row per target, the worst answers first: open findings by severity. */
export function targetsOverview(targets: readonly TargetVerdict[], rank: number): Rows {
  const counts = COUNTED.map((words) => ({ words, align: RIGHT }));
  const head = ["", "target", ...counts];
  return listed(worstFirst(targets), { head, row: overviewRow, rank, share: 0.3, what: "more target" });
}

/** The name that the image in a tar or layout has in itself, unless the user has named it. */
export function savedAs(judged: TargetVerdict): string[] {
  const { kind, input, as } = judged.target;
  if (judged.answer === "error" || kind !== "image" || as !== undefined || !isNamedAsFile(input)) return [];
  return (judged.scan.artifact.claims ?? []).slice(0, 1);
}

function overviewRow(target: TargetVerdict): Row {
  const label = join(
    BREAK,
    [target.target.label, ...savedAs(target)].map((each) => code(each)),
  );
  if (target.answer === "error")
    return [SIGN.error, [label, BREAK, code(target.error.code, 60)], ...COUNTED.map(() => "?")];
  const accepted = target.rows.reduce((sum, row) => sum + row.accepted, 0);
  return [SIGN[target.answer], [label, exploitBreaks(target)], ...target.rows.map(openCell), number(accepted)];
}

/** The table of counts under one line that sums it up. */
export function countsSection(target: JudgedTarget, unfolded: boolean): Block {
  return fold(countsWords(target), [countsTable(target)], unfolded);
}

export function countsWords(target: JudgedTarget): string {
  const parts = KINDS.flatMap(([kind, words, none]) => {
    const list = kindWords(target, kind) || none;
    return list === undefined ? [] : [`${list} ${words}`];
  });
  return `Counts and limits: ${parts.join("; ")}`;
}

const KINDS = [
  ["open", "open", "none"],
  ["accepted", "accepted", undefined],
  ["notCounted", "not counted", undefined],
] as const;

/** `2 CRITICAL, 5 HIGH`: a target's findings of a kind. Empty if there are none. */
export function kindWords({ rows }: JudgedTarget, kind: "open" | "accepted" | "notCounted"): string {
  return severityList(Object.fromEntries(rows.map((row) => [row.severity, row[kind]])) as Counts);
}

/** Severity × (open, limit, accepted, not counted). Severities without a limit and without findings are left out. */
function countsTable(target: JudgedTarget): Block {
  const rows = target.rows.filter((row) => row.limit !== "unlimited" || row.open + row.accepted + row.notCounted > 0);
  const cells = rows.map((row) => countCells(row.severity, row));
  for (const row of target.exploitRows ?? [])
    cells.push(countCells(row.kind === "exploited" ? "🔥 exploited" : exploitWords(row), row));
  const numbers = ["open", "limit", "accepted", "not counted"].map((words) => ({ words, align: RIGHT }));
  return table(["", ...numbers], cells);
}

function countCells(words: string, row: SeverityRow | ExploitRow): Row {
  return [
    row.broken ? ["❌ ", broken(words)] : words,
    row.broken ? broken(number(row.open)) : number(row.open),
    limitWords(row.limit),
    number(row.accepted),
    number(row.notCounted),
  ];
}

/** Broken limits on what attackers use, for the table of several targets. Empty if none is broken. */
function exploitBreaks({ exploitRows = [] }: JudgedTarget): Inline {
  return exploitRows
    .filter((row) => row.broken)
    .map((row) => [BREAK, broken(number(row.open)), ` ${exploitWords(row)} (limit ${limitWords(row.limit)})`]);
}

/** A limit for people to read; a dash if there is none. */
function limitWords(limit: Limit): string {
  return limit === "unlimited" ? "–" : number(limit);
}

/** A severity's cell in the table of several targets: `**2** (limit 0)`, or only the number. */
function openCell(row: SeverityRow): Inline {
  return row.broken ? [broken(number(row.open)), ` (limit ${limitWords(row.limit)})`] : number(row.open);
}

/** Rows that the scanner itself left out are not findings, but readers should know of them. */
export function suppressedLine(target: JudgedTarget): string {
  const { suppressed, provenance } = target.scan;
  if (suppressed === 0) return "";
  return `${counted(suppressed, "row")} ${suppressed === 1 ? "was" : "were"} suppressed by ${provenance.scanner === "" ? "the scanner" : "the scanner itself"} (VEX or an ignore file) and ${suppressed === 1 ? "is" : "are"} not counted.`;
}

const MOST = 12;

/**
 * Says that a target's index has other platforms, which were not looked at, and how to judge them. Empty if there are
 * none.
 */
export function unjudgedNotice({ target }: JudgedTarget, { verdict, platformRemedy }: View): Inline {
  const found = unjudgedPlatforms(verdict.targets).find((each) => each.target === target);
  if (found === undefined) return "";
  const show = (each: string) => code(each, 60);
  const one = found.judged === undefined ? "One image" : say`The image for ${show(found.judged)}`;
  const what = say`${one} was judged. Its index has others, which were not looked at: ${some(found.others, MOST, { show })}.`;
  // Another action than the gate names its own input.
  const remedy = say`${code("platform: all")} judges each; a list of platforms these.`;
  return [strong(what), " ", platformRemedy === undefined ? remedy : prose(platformRemedy)];
}

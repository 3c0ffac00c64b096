import { counted } from "./list-some.ts";
import { oneLine } from "./one-line.ts";
import {
  type ExceptionUse,
  type ExploitRow,
  type FailedTarget,
  failing,
  type JudgedTarget,
  type SeverityRow,
  type TargetVerdict,
  type Verdict,
} from "./verdict.ts";

/** At most this many targets are named. The others are only counted. */
const MOST = 5;
/** A platform limits an annotation to 4,096 characters. The log, summary and comment show all remedies. */
const MOST_REMEDIES = 3;

/**
 * The run's answer in one line, such as `fail: 2 CRITICAL (limit 0) in ghcr.io/acme/app; 2 fixable`. It contains
 * untrusted names, of which only line breaks and control characters are replaced. The renderer must escape it.
 */
export function reasonOf(targets: readonly TargetVerdict[], exceptions: readonly ExceptionUse[]): string {
  return oneLine([...errorPart(targets), ...judgedParts(targets, exceptions)].join("; "));
}

/** The reason of an error, followed by its remedies, and then by the results of other targets. */
export function reasonAndRemedies({ reason, targets, exceptions }: Verdict): string {
  const judged = oneLine(judgedParts(targets, exceptions).join("; "));
  const errors = judged === "" ? reason : reason.slice(0, -`; ${judged}`.length);
  const remedies = new Set(targets.flatMap((target) => (target.answer === "error" ? [target.error.remedy] : [])));
  return [`${errors}.`, ...[...remedies].slice(0, MOST_REMEDIES), judged].join(" ").trimEnd();
}

function errorPart(targets: readonly TargetVerdict[]): string[] {
  const errors = targets.filter((target) => target.answer === "error");
  const texts = errors.map((target) => failureOf(target, targets.length));
  return texts.length === 0 ? [] : [`error: ${listed(texts, "could not be judged")}`];
}

function judgedParts(targets: readonly TargetVerdict[], exceptions: readonly ExceptionUse[]): string[] {
  const judged = targets.filter((target) => target.answer !== "error");
  const fails = judged.filter((target) => target.answer === "fail");
  const notes = notesOn(fails, exceptions);
  const parts: string[] = [];
  if (fails.length > 0) parts.push(`fail: ${listed(fails.map(brokenLimits), "fails", "fail")}`);
  else if (judged.length === targets.length) parts.push(`pass: ${listed(judged.map(keptLimits), "passes", "pass")}`);
  if (notes !== "") parts.push(notes);
  return parts;
}

function failureOf({ error, target }: FailedTarget, targets: number): string {
  const named = targets === 1 || error.what.includes(target.label);
  return `[${error.code}] ${error.what}${named ? "" : ` (${target.label})`}`;
}

function brokenLimits({ rows, exploitRows = [], target }: JudgedTarget): string {
  return `${[...rows, ...exploitRows]
    .filter((row) => row.broken)
    .map(countOf)
    .join(", ")} in ${target.label}`;
}

function keptLimits({ rows, exploitRows = [], target, coverage }: JudgedTarget): string {
  const limited = [...rows, ...exploitRows].filter((row) => row.limit !== "unlimited").map(countOf);
  const sum = (what: "open" | "accepted" | "notCounted") => rows.reduce((total, row) => total + row[what], 0);
  const [open, accepted, notCounted] = [sum("open"), sum("accepted"), sum("notCounted")];
  const gaps = coverage?.gaps.length ?? 0;
  return [
    `${limited.length > 0 ? limited.join(", ") : `${open} open (no limit)`} in ${target.label}`,
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(notCounted > 0 ? [`${notCounted} not counted`] : []),
    // The line must not suggest that everything was scanned.
    ...(gaps > 0 ? [`${gaps} accepted gap${gaps === 1 ? "" : "s"} in coverage`] : []),
  ].join(", ");
}

function countOf(row: SeverityRow | ExploitRow): string {
  return `${row.open} ${"severity" in row ? row.severity : exploitWords(row)} (limit ${row.limit})`;
}

/** The findings that a limit on attacks counts: `exploited`, `with EPSS above 0.5`. */
export function exploitWords({ kind, above }: Pick<ExploitRow, "kind" | "above">): string {
  return kind === "exploited" ? "exploited" : `with EPSS above ${above}`;
}

/** Useful notes: failing findings with a fix, and ended exceptions whose findings count again. */
function notesOn(fails: readonly JudgedTarget[], exceptions: readonly ExceptionUse[]): string {
  const failed = fails.flatMap(failing);
  const fixable = failed.filter(({ finding }) => finding.fixedVersions.length > 0).length;
  const fresh = failed.filter(({ change }) => change === "new").length;
  const ended = exceptions.filter((use) => use.state === "ended" && use.open > 0).length;
  return [
    ...(fresh > 0 ? [`${fresh} new`] : []),
    ...(fixable > 0 ? [`${fixable} fixable`] : []),
    ...(ended > 0 ? [`${ended} exception${ended === 1 ? "" : "s"} ended`] : []),
  ].join(", ");
}

/** @param one the verb if a single target is left out; `several` is the verb for more */
function listed(texts: readonly string[], one: string, several = one): string {
  const more = texts.length - MOST;
  if (more <= 0) return texts.join("; ");
  return [...texts.slice(0, MOST), counted(more, `more target ${one}`, `more targets ${several}`)].join("; ");
}

import { countsLine } from "../../domain/change/comparison.ts";
import { someLines } from "../../domain/list-some.ts";
import { needingAttention } from "../../domain/rows/attention.ts";
import { exemptedGroups, split } from "../../domain/rows/groups.ts";
import { startingLimits } from "../../domain/rows/proposals.ts";
import { countSeverities, severityName } from "../../domain/severity.ts";
import type { EndedScan } from "../../domain/target.ts";
import type { JudgedFinding, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { systemWords } from "../sections/comparison.ts";
import { coverageLines } from "../sections/coverage.ts";
import { attentionWords, listWord } from "../sections/exceptions.ts";
import { nothingSeenWords, runNoteLines, uncomparedLines } from "../sections/notices.ts";
import { suppressedLine, unjudgedWords } from "../sections/targets.ts";
import { baselineWords } from "../shared/change.ts";
import { counted, severityList } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import { EXEMPTED } from "../shared/status.ts";
import { planLines } from "../shared/upgrades.ts";
import type { View } from "../view.ts";
import { bytes, errorLines, fitLog, LIMIT_BYTES } from "./fit-log.ts";
import { findingLines } from "./table.ts";

/**
 * The log: for each target a table of what fails and counts of the rest, then exceptions, and at the end the reason.
 */
export function renderLog(view: View, limitBytes = LIMIT_BYTES): string {
  const end = [...exceptionLines(view), ...runNoteLines(view), ...startLines(view), ...modeLines(view)];
  const { targets, reason } = view.verdict;
  return fitLog(targets, { end, reason, limitBytes, linesOf: (target, room) => linesOf(target, view, room) });
}

function linesOf(target: TargetVerdict, view: View, room: number): string[] {
  return target.answer === "error"
    ? [...errorLines(target), ...coverageLines(target), ""]
    : judgedLines(target, view, room);
}

function judgedLines(target: JudgedTarget, view: View, room: number): string[] {
  const { failing, within, notCounted, accepted, plan } = split(target);
  const rest = [
    within.length === 0 ? "" : `${tally(within)} within the limits`,
    accepted.length === 0 ? "" : `${counted(accepted.length, "finding")} accepted`,
    ...exemptedGroups(notCounted).map(
      ({ spared, findings }) => `${counted(findings.length, "finding")} ${EXEMPTED[spared]} not counted`,
    ),
  ].filter((part) => part !== "");
  const lines = [
    `${shorten(plain(target.target.label), 200)}: ${target.answer}`,
    ...coverageLines(target),
    ...noticeLines(target),
    ...[unjudgedWords(target, view)].filter((words) => words !== "").map((words) => `  ${words}`),
    ...comparisonLines(target, view),
  ];
  const after = [...planLines(plan), ...(rest.length === 0 ? [] : [`  ${rest.join("; ")}`]), ""];
  return [...lines, ...findingLines(failing, room - bytes([...lines, ...after]) - 100), ...after];
}

function tally(findings: readonly JudgedFinding[]): string {
  return severityList(countSeverities(findings, ({ finding }) => finding.severity));
}

function noticeLines(target: JudgedTarget): string[] {
  const { artifact } = target.scan;
  const lines: string[] = [];
  if (artifact.os?.endOfLife === true) {
    lines.push(
      `  ${plain(shorten(`${artifact.os.family} ${artifact.os.name}`, 100))} is past its end of life: it gets no security fixes.`,
    );
  }
  const known = [nothingSeenWords(target), suppressedLine(target)].filter((words) => words !== "");
  return [...lines, ...known.map((words) => `  ${plain(shorten(words, 500))}`), ...uncomparedLines(target)];
}

function modeLines(view: View): string[] {
  return view.mode === "warn" && view.verdict.answer === "fail" ? ["mode: warn: the step does not fail."] : [];
}

/** How to start, for the first run on an old image. */
function startLines(view: View): string[] {
  const judged = view.verdict.targets.filter((target) => target.answer !== "error");
  const limits = startingLimits(view.verdict, judged).map(
    ({ severity, open }) => `max-${severityName(severity)}: ${open}`,
  );
  return limits.length === 0 || view.mode === "warn"
    ? []
    : [`An old image? Start with mode: warn, or with today's counts as limits: ${limits.join(", ")}.`, ""];
}

function exceptionLines(view: View): string[] {
  const items = needingAttention(view.verdict);
  if (items.length === 0) return [];
  const show = (item: (typeof items)[number]) => {
    const { exception } = item.use;
    const scope = exception.package === undefined ? "" : ` (${shorten(plain(exception.package), 60)})`;
    return `  line ${exception.line}: ${listWord(item)}${shorten(plain(exception.id), 60)}${scope} ${attentionWords(item)}`;
  };
  const shown = someLines(items, 40, { show, rest: (more) => `  … ${more}` });
  const file = view.policy.path === undefined ? "the policy" : plain(view.policy.path);
  return [`Exceptions in ${file} that need attention:`, ...shown, ""];
}

/** Log lines that say what changed since which baseline, or why there is nothing to compare with. */
function comparisonLines(target: JudgedTarget, view: View): string[] {
  const comparison = view.comparisons?.get(target.target);
  if (comparison === undefined) return [];
  if ("none" in comparison) return comparison.quiet ? [] : [`  not compared: ${shorten(plain(comparison.none), 300)}`];
  const { counts, baseline } = comparison;
  const words = baselineWords(baseline.source, view.now, (untrusted) => shorten(plain(untrusted), 100));
  const system = systemWords(comparison, (untrusted) => shorten(plain(untrusted), 60));
  return [`  ${countsLine(counts)}, compared with ${words}`, ...(system === "" ? [] : [`  ${system}`])];
}

/** A log line: `[3/20] ghcr.io/acme/app: 5 findings in 2.1 s`. */
export function progressLine({ count, of, label, result, milliseconds }: EndedScan): string {
  const what = "error" in result ? `error [${plain(result.error)}]` : counted(result.findings, "finding");
  return `[${count}/${of}] ${plain(shorten(label, 120, "middle"))}: ${what} in ${(milliseconds / 1000).toFixed(1)} s`;
}

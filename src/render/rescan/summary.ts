import { needingAttention } from "../../domain/rows/attention.ts";
import type { Week } from "../../domain/rows/week.ts";
import { type Frame, foldedTarget } from "../documents/document.ts";
import { type Block, type Fitted, fitBlocks, utf8Bytes } from "../markdown/fit.ts";
import { code, text } from "../markdown/markdown.ts";
import { inMarkdown } from "../print/bridge.ts";
import { markdownLine } from "../print/markdown.ts";
import { exceptionsSection } from "../sections/exceptions.ts";
import { reasonText } from "../sections/heading.ts";
import { runNotesSection } from "../sections/notices.ts";
import { agreementsWords } from "../sections/opinions.ts";
import { SHORT } from "../sections/packages.ts";
import { changesSection } from "../sections/policy-changes.ts";
import { runProvenance, scannersOf } from "../sections/provenance.ts";
import { counted, joined } from "../shared/phrases.ts";
import { wholeNames } from "../shared/safe-text.ts";
import { numbersSection } from "./numbers.ts";
import { leftFromResults } from "./results.ts";
import {
  changesFold,
  inFold,
  leftWords,
  notLookedAtSection,
  sourcesSection,
  stateWords,
  troubleSection,
} from "./sections.ts";
import { commonStepsLine, imageTables } from "./tables.ts";
import type { RescanView } from "./view.ts";
import { weekOf } from "./week.ts";
import { headlineWords, issueWords, numberParts, wayWords } from "./words.ts";

/** If the platform says nothing else. */
const LIMIT_BYTES = 1_000_000;
const ELSEWHERE = "the JSON report has all";
const SIGN = { pass: "✅", fail: "❌", error: "⛔" };

/** The job summary of a run over running images: one screen for 50 images, bounded for any number. */
export function renderSummary(view: RescanView, limitBytes = LIMIT_BYTES): string {
  return fitSummary(view, limitBytes).text;
}

/** The same, with whether everything fits. */
export function fitSummary(view: RescanView, limitBytes = LIMIT_BYTES): Fitted {
  const { text: shown, ...rest } = fitBlocks(blocksOf(view), limitBytes - 1, utf8Bytes);
  return { text: `${shown}\n`, ...rest };
}

function blocksOf(view: RescanView): Block[] {
  const week = weekOf(view);
  const blocks: Block[] = [
    headingSection(view, week),
    notLookedAtSection(week),
    troubleSection(view),
    ...[changesSection(view.gate, 5), runNotesSection(view.gate)].flatMap((each) => (each ? [inMarkdown(each)] : [])),
    numbersSection(view),
    markdownLine(agreementsWords(view.gate.verdict.targets.filter((target) => target.answer !== "error"))),
    ...imageTables(week, ELSEWHERE),
    leftFromResults(view),
    commonStepsLine(week),
    ...eachFailing(week, view),
    ...changesFold(week),
    ...exceptionsFold(view),
    sourcesSection(view),
    `<sub>${provenance(view, week).join(" · ")}</sub>`,
  ];
  return blocks.filter((block) => block !== "");
}

/** Most images that get a section of their own. The table has all. */
const SECTIONS = 50;

/** How much the section of one image says: the comment's measure. */
const FRAME: Frame = {
  limit: Number.POSITIVE_INFINITY,
  measure: utf8Bytes,
  open: 5,
  mostWithin: 100,
  mostFailing: 200,
  mostTargets: SECTIONS,
  elsewhere: ELSEWHERE,
  form: SHORT,
};

/** What fails, image by image, with the steps: folded in one fold, since the issues have it too. */
function eachFailing({ rows }: Week, { gate }: RescanView): Block[] {
  const failing = rows.flatMap(({ judged }) => judged.filter(({ answer }) => answer === "fail"));
  if (failing.length === 0) return [];
  const shown = failing.slice(0, SECTIONS).map((target) => inMarkdown(foldedTarget(target, gate, FRAME, false)));
  const left = failing.length - shown.length;
  return [
    inFold(`What fails, and what to do: ${counted(failing.length, "image")}`, [
      ...shown,
      ...(left === 0 ? [] : [`_${counted(left, "more image")} in the JSON report only._`]),
    ]),
  ];
}

function exceptionsFold({ gate }: RescanView): Block[] {
  const count = needingAttention(gate.verdict).length;
  if (count === 0) return [];
  const words = `${counted(count, "exception")} ${count === 1 ? "needs" : "need"} attention`;
  return [inFold(words, [inMarkdown(exceptionsSection(gate, 5, true))])];
}

function headingSection(view: RescanView, week: Week): string {
  const { answer } = view.gate.verdict;
  const sign = answer === "fail" && view.gate.mode === "warn" ? "⚠️" : SIGN[answer];
  const name = code(wholeNames(view.gate.name, 100), 100);
  const numbers = numberParts(week).map(({ words, isPressing }) => (isPressing ? `**${words}**` : words));
  return joined("\n\n", [
    `## ${sign} ${name}: ${headlineWords(view, week)}`,
    isExplained(view, week) ? "" : `**${text(reasonText(view.gate), 1_000)}**`,
    isExplained(view, week) ? "" : remedyText(view),
    numbers.join(" · "),
    view.gate.mode === "warn" && answer === "fail" ? "`mode: warn`: this is reported, the step does not fail." : "",
  ]);
}

/** What to do about what ended the run before there was anything to judge. Empty if nothing did. */
function remedyText({ gate }: RescanView): string {
  const remedies = gate.verdict.targets.flatMap((target) => (target.answer === "error" ? [target.error.remedy] : []));
  return remedies.length === 0 ? "" : `**What to do:** ${text([...new Set(remedies)].join(" "), 1_000)}`;
}

/** Whether headline, table and the sections below them already say all of the reason. */
function isExplained({ gate, state }: RescanView, { rows, unread, notJudged }: Week): boolean {
  if (gate.verdict.answer !== "error") return rows.length > 1;
  return unread.length + notJudged.length > 0 || ("notWritten" in state && state.isError);
}

function provenance(view: RescanView, week: Week): string[] {
  const { gate, issues, state } = view;
  const judged = week.rows.flatMap((row) => row.judged);
  return [
    stateWords(state),
    issues === undefined ? "" : issueWords(issues) + leftWords(issues.left),
    wayWords(week),
    ...[...scannersOf(judged, gate), ...runProvenance(gate)].map(markdownLine),
  ].filter((part) => part !== "");
}

import { needingAttention } from "../../domain/rows/attention.ts";
import type { Week } from "../../domain/rows/week.ts";
import { type Fitted, fitBlocks, utf8Bytes } from "../fit.ts";
import { markdownPrinter } from "../print/markdown.ts";
import { counted } from "../shared/phrases.ts";
import { exceptionsSection } from "../story/exceptions.ts";
import { SHORT } from "../story/form.ts";
import { modeWords, reasonText, title } from "../story/heading.ts";
import { runNotesSection } from "../story/notices.ts";
import { agreementsWords } from "../story/opinions.ts";
import { commonStepsSection } from "../story/plan.ts";
import { changesSection } from "../story/policy-changes.ts";
import { runProvenance, scannersOf, smallPrint } from "../story/provenance.ts";
import { foldedTarget, type Telling } from "../story/story.ts";
import { type Block, fold, type Inline, join, leftOut, para, prose, say, strong } from "../tree.ts";
import { numbersSection } from "./numbers.ts";
import { leftFromResults } from "./results.ts";
import { changesFold, leftWords, notLookedAt, sourcesSection, stateWords, troubleSection } from "./sections.ts";
import { imageTables } from "./tables.ts";
import { type RescanView, weekOf } from "./view.ts";
import { headlineWords, issueWords, numberParts, wayWords } from "./words.ts";

/** If the platform says nothing else. */
const LIMIT_BYTES = 1_000_000;
const ELSEWHERE = "the JSON report has all";

/** The job summary of a run over running images: one screen for 50 images, bounded for any number. */
export function renderSummary(view: RescanView, limitBytes = LIMIT_BYTES): string {
  return fitSummary(view, limitBytes).text;
}

/** The same, with whether everything fits. */
export function fitSummary(view: RescanView, limitBytes = LIMIT_BYTES): Fitted {
  const week = weekOf(view);
  const first = headingSection(view, week);
  const { text, ...rest } = fitBlocks([...first, ...blocksOf(view, week)], {
    limit: limitBytes - 1,
    measure: utf8Bytes,
    printer: markdownPrinter(),
    always: first.length + 1,
  });
  return { text: `${text}\n`, ...rest };
}

function blocksOf(view: RescanView, week: Week): Block[] {
  const { gate } = view;
  return [
    ...notLookedAt(week),
    ...troubleSection(view),
    changesSection(gate, 5),
    runNotesSection(gate),
    ...numbersSection(view),
    para(agreementsWords(gate.verdict.targets.filter((target) => target.answer !== "error"))),
    ...imageTables(week, ELSEWHERE),
    para(leftFromResults(view)),
    ...eachFailing(week, view),
    ...changesFold(week),
    ...exceptionsFold(view),
    sourcesSection(view),
    smallPrint(provenance(view, week)),
  ];
}

/** Most images that get a section of their own. The table has all. */
const SECTIONS = 50;

/** How much the section of one image says: the comment's measure. */
const COMMENT: Telling = { form: SHORT };

/** What fails, image by image, with the steps: folded in one fold, since the issues have it too. */
function eachFailing({ rows }: Week, { gate }: RescanView): Block[] {
  const failing = rows.flatMap(({ judged }) => judged.filter(({ answer }) => answer === "fail"));
  if (failing.length === 0) return [];
  const shown = failing.slice(0, SECTIONS).map((target) => foldedTarget(target, gate, COMMENT, false));
  const left = leftOut(failing.length - shown.length, "more image", "in the JSON report only");
  const blocks = [commonStepsSection(failing, 5), ...shown, para(left)];
  return [fold(`What fails, and what to do: ${counted(failing.length, "image")}`, blocks)];
}

function exceptionsFold({ gate }: RescanView): Block[] {
  const count = needingAttention(gate.verdict).length;
  if (count === 0) return [];
  const words = `${counted(count, "exception")} ${count === 1 ? "needs" : "need"} attention`;
  return [fold(words, [exceptionsSection(gate, 5, true)])];
}

/** The run in one line, and in numbers. */
export function headBlocks(view: RescanView, week: Week): [Block, Block] {
  return [title(view.gate, `: ${headlineWords(view, week)}`), para(join(" · ", numberParts(week)))];
}

function headingSection(view: RescanView, week: Week): Block[] {
  const { gate } = view;
  const [heading, numbers] = headBlocks(view, week);
  const reason = [para(strong(prose(reasonText(gate), 1_000))), para(remedyWords(view))];
  return [heading, ...(isExplained(view, week) ? [] : reason), numbers, para(modeWords(gate))];
}

/** What to do about what ended the run before there was anything to judge. Empty if nothing did. */
function remedyWords({ gate }: RescanView): Inline {
  const remedies = gate.verdict.targets.flatMap((target) => (target.answer === "error" ? [target.error.remedy] : []));
  return remedies.length === 0 ? "" : say`${strong("What to do:")} ${prose([...new Set(remedies)].join(" "), 1_000)}`;
}

/** Whether headline, table and the sections below them already say all of the reason. */
function isExplained({ gate, state }: RescanView, { rows, unread, notJudged }: Week): boolean {
  if (gate.verdict.answer !== "error") return rows.length > 1;
  return unread.length + notJudged.length > 0 || ("notWritten" in state && state.isError);
}

/** What the run rests on, and what became of its history and issues. */
export function provenance(view: RescanView, week: Week): Inline[] {
  const { gate, issues, state } = view;
  const judged = week.rows.flatMap((row) => row.judged);
  return [
    stateWords(state),
    issues === undefined ? "" : [issueWords(issues), leftWords(issues.left)],
    wayWords(week),
    ...scannersOf(judged, gate),
    ...runProvenance(gate),
  ];
}

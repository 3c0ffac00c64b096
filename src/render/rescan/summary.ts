import { type Block, type Fitted, fitBlocks, utf8Bytes } from "../markdown/fit.ts";
import { code, text } from "../markdown/markdown.ts";
import { reasonText } from "../sections/heading.ts";
import { runNotesSection } from "../sections/notices.ts";
import { runProvenance, smallPrint } from "../sections/provenance.ts";
import { wholeNames } from "../shared/safe-text.ts";
import {
  fixedSection,
  freshSection,
  goneSection,
  notLookedAtSection,
  overdueSection,
  sourcesSection,
  stateWords,
  troubleSection,
  withdrawnSection,
} from "./sections.ts";
import { commonStepsLine, imageTables } from "./tables.ts";
import type { RescanView } from "./view.ts";
import { type Week, weekOf } from "./week.ts";
import { headlineWords, issueWords, numberParts, wayWords } from "./words.ts";

/** GitHub drops a step's summary of more than 1 MiB. */
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
    runNotesSection(view.gate),
    ...imageTables(week, ELSEWHERE),
    commonStepsLine(week),
    overdueSection(week),
    freshSection(week),
    fixedSection(week),
    withdrawnSection(week),
    goneSection(week),
    sourcesSection(view),
    smallPrint(provenance(view, week)),
  ];
  return blocks.filter((block) => block !== "");
}

function headingSection(view: RescanView, week: Week): string {
  const { answer } = view.gate.verdict;
  const sign = answer === "fail" && view.gate.mode === "warn" ? "⚠️" : SIGN[answer];
  const name = code(wholeNames(view.gate.name, 100), 100);
  const numbers = numberParts(week).map(({ words, isPressing }) => (isPressing ? `**${words}**` : words));
  return [
    `## ${sign} ${name}: ${headlineWords(view, week)}`,
    isExplained(view, week) ? "" : `**${text(reasonText(view.gate), 1_000)}**`,
    numbers.join(" · "),
    view.gate.mode === "warn" && answer === "fail" ? "`mode: warn`: this is reported, the step does not fail." : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Whether headline, table and the sections below them already say all of the reason. */
function isExplained({ gate, state }: RescanView, { rows, unread, notJudged }: Week): boolean {
  if (gate.verdict.answer !== "error") return rows.length > 1;
  return unread.length + notJudged.length > 0 || ("notWritten" in state && state.isError);
}

function provenance(view: RescanView, week: Week): string[] {
  return [
    stateWords(view.state),
    view.issues === undefined ? "" : issueWords(view.issues),
    wayWords(week),
    ...runProvenance(view.gate),
  ].filter((part) => part !== "");
}

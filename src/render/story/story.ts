import { splitRows, worstFirst } from "../../domain/rows/groups.ts";
import { type JudgedTarget, judgedAmong, type TargetVerdict } from "../../domain/verdict.ts";
import { EXEMPTED } from "../shared/status.ts";
import {
  answer as answerOf,
  type Block,
  code,
  fold,
  heading,
  type Inline,
  leftOut,
  para,
  prose,
  say,
} from "../tree.ts";
import type { View } from "../view.ts";
import { acceptedSection } from "./accepted.ts";
import { baseSection, dockerfileSection } from "./base.ts";
import { comparisonWords, goneSections } from "./comparison.ts";
import { countsSection, countsWords, kindWords, targetsOverview } from "./counts.ts";
import { coverageSection, gapSnippet } from "./coverage.ts";
import { exceptionsSection, snippetSection, startSection } from "./exceptions.ts";
import { type PackagesSection, packagesSection } from "./findings.ts";
import { type FindingsTable, findingsTable } from "./findings-table.ts";
import type { Form } from "./form.ts";
import { commonError, SIGN } from "./heading.ts";
import { layersSection } from "./layers.ts";
import { errorSection, noticesOf, runNotesSection } from "./notices.ts";
import { agreementsWords, differencesSection } from "./opinions.ts";
import { commonStepsSection, planSection, proofSection } from "./plan.ts";
import { changesSection } from "./policy-changes.ts";
import { runProvenance, smallPrint, targetProvenance } from "./provenance.ts";

/** The form of a story. */
export interface Style {
  readonly form: Form;
  /** For a log or a terminal: a row for each finding, and only sections that its reader acts on. */
  readonly table?: FindingsTable;
  /** The HTML page, which has the run's provenance above and a table of all findings below. Digests are whole there. */
  readonly isPage?: boolean;
}

/** The order of what is kept when room is short: a lower rank is kept longer. A severity adds a rank of 0 to 4. */
const RANK = {
  changes: 0,
  overview: 1,
  common: 1,
  coverage: 1,
  exceptions: 2,
  upgrades: 3,
  layers: 4,
  fresh: 5,
  failing: 10,
  accepted: 20,
  fixed: 25,
  within: 30,
  packages: 35,
  notCounted: 40,
  differences: 45,
};

/** The document's blocks below the heading, in their order. */
export function blocksOf(view: View, telling: Style): Block[] {
  const { targets } = view.verdict;
  const judged = judgedAmong(targets);
  const several = targets.length > 1;
  const start = startSection(view, judged);
  return [
    changesSection(view, RANK.changes),
    runNotesSection(view),
    ...(several ? [commonStepsSection(targets, RANK.common), targetsOverview(targets, RANK.overview)] : []),
    ...targetSections(view, telling),
    proofSection(targets),
    ...dockerfileSection(view),
    exceptionsSection(view, RANK.exceptions, telling.form.unfolded),
    ...(telling.table ? start : [...snippetSection(judged, view.policy, start), ...gapSnippet(view)]),
    smallPrint([
      ...(several ? [] : judged.flatMap((target) => targetProvenance(target, view, telling.isPage))),
      ...(telling.isPage ? [] : runProvenance(view)),
    ]),
  ];
}

/** A section for each target, the worst answers first. */
function targetSections(view: View, telling: Style): Block[] {
  const { targets } = view.verdict;
  const alone = commonError(targets) ?? (telling.table || targets.length > 1 ? undefined : targets[0]);
  if (alone) return sections(alone, view, telling);
  const worst = worstFirst(targets);
  const shown = worst.slice(0, telling.form.mostTargets);
  // A few targets with the same answer are open. If there are many, the table above names them.
  const isFew = ({ answer }: TargetVerdict) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
  return [
    ...shown.flatMap((target) =>
      telling.table
        ? [
            heading(3, [code(target.target.label, 200), ": ", answerOf(target.answer)]),
            ...sections(target, view, telling),
          ]
        : [foldedTarget(target, view, telling, isFew(target))],
    ),
    para(leftOut(worst.length - shown.length, "more target")),
  ];
}

/** Maximum number of targets with the same answer that are open. With more, a reader cannot see where each begins. */
const MOST_OPEN = 3;

/** One of several targets, folded unless it is one of a few that do not pass. */
export function foldedTarget(target: TargetVerdict, view: View, telling: Style, open: boolean): Block {
  const { answer } = target;
  const provenance = answer === "error" ? [] : targetProvenance(target, view, telling.isPage);
  const summary = say`${SIGN[answer]} ${code(target.target.label)}: ${summaryWords(target)}`;
  return fold(summary, [...sections(target, view, telling), smallPrint(provenance)], open && answer !== "pass");
}

function summaryWords(target: TargetVerdict): Inline {
  if (target.answer === "error") return say`not judged, ${prose(target.error.code)}`;
  return kindWords(target, "open") || "nothing open";
}

function sections(target: TargetVerdict, view: View, telling: Style): Block[] {
  const coverage = coverageSection(target, RANK.coverage);
  if (target.answer === "error") return [...errorSection(target, view), coverage];
  const { form, table, isPage = false } = telling;
  const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
  const facts = [
    ...noticesOf(target, view),
    table ? para(countsWords(target)) : countsSection(target, form.unfolded),
    ...(hasGaps || table ? [coverage] : []),
    ...planSection(target, RANK.upgrades, view.verdict.targets.length === 1),
    ...baseSection(view.bases?.get(target.target)),
    para(comparisonWords(target, view)),
    para(agreementsWords([target])),
  ];
  if (table) return [...facts, findingsTable(target, table, RANK.failing)];
  return [
    ...facts,
    differencesSection(target, RANK.differences),
    ...(isPage ? [] : [...findingsSections(target, form), acceptedSection(target, RANK.accepted, form.unfolded)]),
    ...goneSections(target, view, { findings: RANK.fixed, packages: RANK.packages }, form),
    ...(hasGaps ? [] : [coverage]),
  ];
}

/** The least number of open rows of new findings. */
const OPEN_FRESH = 6;

/**
 * Rows of packages: new with the change, also failing, open within the limits, and not counted. The layers that tables
 * and plan refer to are between. Reviewers come for new findings, which are never below older ones, however severe
 * those are.
 */
function findingsSections(target: JudgedTarget, form: Form): Block[] {
  const { fresh, failing, within, notCounted, fixes } = splitRows(target);
  const section = (of: Omit<PackagesSection, "form" | "fixes">) => packagesSection({ ...of, form, fixes });
  const title = fresh.length > 0 ? "Also failing" : "Failing";
  return [
    section({
      rows: fresh,
      title: "New with this change",
      open: Math.max(form.open, OPEN_FRESH),
      rank: RANK.fresh,
      share: 0.4,
    }),
    section({ rows: failing, title, rank: RANK.failing, share: 0.9 }),
    layersSection([...fresh, ...failing, ...within, ...notCounted.flatMap(({ rows }) => rows)], RANK.layers),
    section({ rows: within, folded: "open within the limits", rank: RANK.within }),
    ...notCounted.map(({ spared, rows }) => {
      return section({ rows, folded: `${EXEMPTED[spared]}, not counted`, rank: RANK.notCounted });
    }),
  ];
}

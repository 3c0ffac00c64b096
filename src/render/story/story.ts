import { split, splitRows, worstFirst } from "../../domain/rows/groups.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { FailedTarget, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { counted } from "../shared/phrases.ts";
import { EXEMPTED } from "../shared/status.ts";
import {
  answer as answerOf,
  type Block,
  code,
  type Fold,
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
import { countsSection, kindWords, targetsOverview } from "./counts.ts";
import { coverageSection, gapSnippet } from "./coverage.ts";
import { exceptionsSection, snippetSection, startSection } from "./exceptions.ts";
import { packagesSection, packagesWords } from "./findings.ts";
import { type FindingsTable, findingsTable } from "./findings-table.ts";
import type { Form } from "./form.ts";
import { commonError, SIGN } from "./heading.ts";
import { layersSection } from "./layers.ts";
import { errorSection, noticesOf, runNotesSection } from "./notices.ts";
import { agreementsWords, differencesSection } from "./opinions.ts";
import { commonStepsSection, planSection, proofSection } from "./plan.ts";
import { changesSection } from "./policy-changes.ts";
import { runProvenance, smallPrint, targetProvenance } from "./provenance.ts";

/** How a story is told. */
export interface Telling {
  readonly form: Form;
  /** A log or a terminal: a row a finding, and only what a reader there acts on. */
  readonly table?: FindingsTable;
  /** The HTML page, which has the run's provenance above and a table of all findings below. Digests are whole there. */
  readonly isPage?: boolean;
}

/** What is kept when room is short: a lower rank is kept longer. Findings add the rank of their severity, 0 to 4. */
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
export function blocksOf(view: View, telling: Telling): Block[] {
  const { targets } = view.verdict;
  const judged = targets.filter((target) => target.answer !== "error");
  const several = targets.length > 1;
  const start = startSection(view, judged);
  return present([
    changesSection(view, RANK.changes),
    ...runNotesSection(view),
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
  ]);
}

function present(blocks: readonly (Block | undefined)[]): Block[] {
  return blocks.filter((block) => block !== undefined);
}

/** A section for each target, the worst answers first. */
function targetSections(view: View, telling: Telling): (Block | undefined)[] {
  const { targets } = view.verdict;
  const common = commonError(targets);
  if (common) return errorSections(common, view);
  if (targets.length === 1 && !telling.table) return targets.flatMap((target) => sections(target, view, telling));
  const worst = worstFirst(targets);
  const shown = worst.slice(0, telling.form.mostTargets);
  // A few targets with the same answer are open. If there are many, the table above shows which they are.
  const isFew = ({ answer }: TargetVerdict) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
  return [
    ...shown.flatMap((target): (Block | undefined)[] =>
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

/** One of several targets, folded unless it is one of a few that do not pass. */
export function foldedTarget(target: TargetVerdict, view: View, telling: Telling, open: boolean): Fold {
  const { answer } = target;
  const blocks = [
    ...sections(target, view, telling),
    answer === "error" ? undefined : smallPrint(targetProvenance(target, view, telling.isPage)),
  ];
  const summary = say`${SIGN[answer]} ${code(target.target.label)}: ${summaryWords(target)}`;
  return fold(summary, present(blocks), open && answer !== "pass");
}

function summaryWords(target: TargetVerdict): Inline {
  if (target.answer === "error") return say`not judged, ${prose(target.error.code)}`;
  return kindWords(target, "open") || "nothing open";
}

/** Most targets with the same answer that are open. With more, a reader cannot see where each begins. */
const MOST_OPEN = 3;

function sections(target: TargetVerdict, view: View, telling: Telling): (Block | undefined)[] {
  return target.answer === "error" ? errorSections(target, view) : judgedSections(target, view, telling);
}

function errorSections(target: FailedTarget, view: View): (Block | undefined)[] {
  return [...errorSection(target, view), coverageSection(target, RANK.coverage)];
}

function judgedSections(target: JudgedTarget, view: View, telling: Telling): (Block | undefined)[] {
  const { accepted } = split(target);
  const coverage = coverageSection(target, RANK.coverage);
  const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
  const { form } = telling;
  const counts = countsSection(target, form.unfolded);
  const facts = [
    ...noticesOf(target, view),
    telling.table ? para(counts.summary) : counts,
    hasGaps || telling.table ? coverage : undefined,
    ...planSection(target, RANK.upgrades, view.verdict.targets.length === 1),
    ...baseSection(view.bases?.get(target.target)),
    para(comparisonWords(target, view)),
    para(agreementsWords([target])),
  ];
  if (telling.table) return [...facts, findingsTable(target, telling.table, RANK.failing)];
  return [
    ...facts,
    differencesSection(target, RANK.differences),
    ...(telling.isPage ? [] : openSections(target, telling)),
    telling.isPage ? undefined : acceptedSection(accepted, RANK.accepted, form.unfolded),
    ...goneSections(target, view, { findings: RANK.fixed, packages: RANK.packages }, form),
    ...(telling.isPage ? [] : quietSections(target, telling)),
    hasGaps ? undefined : coverage,
  ];
}

/** Reviewers come for what is new: it is never below older findings, however severe those are. */
const FRESH = "New with this change";

function failsTitle(hasFresh: boolean): string {
  return `What${hasFresh ? " else" : ""} fails`;
}

/** Rows of new findings that are open at least. */
const OPEN_FRESH = 6;

/**
 * What is new with the change, what else fails, and the layers that tables and plan refer to: a row for each package.
 */
function openSections(target: JudgedTarget, telling: Telling): Block[] {
  const { form } = telling;
  const { fresh, failing, within, notCounted, fixes } = splitRows(target);
  const common = {
    form,
    fixes,
    folded: (packages: string, severities: string) => `And ${packages}: ${severities}`,
  };
  const title = failsTitle(fresh.length > 0);
  return [
    packagesSection({
      ...common,
      rows: fresh,
      heading: `${FRESH}: ${rowsWords(fresh)}`,
      open: Math.max(form.open, OPEN_FRESH),
      rank: RANK.fresh,
      share: 0.4,
    }),
    packagesSection({
      ...common,
      rows: failing,
      heading: `${title}: ${rowsWords(failing)}`,
      rank: RANK.failing,
      share: 0.9,
    }),
    layersSection([...fresh, ...failing, ...within, ...notCounted.flatMap(({ rows }) => rows)], RANK.layers),
  ];
}

/** `30 findings in 12 packages`. */
function rowsWords(rows: readonly PackageRow[]): string {
  const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
  return `${counted(findings, "finding")} in ${packagesWords(rows)}`;
}

/** What is open within the limits, and what does not count. */
function quietSections(target: JudgedTarget, { form }: Telling): Block[] {
  const { within, notCounted, fixes } = splitRows(target);
  const folded = (rows: readonly PackageRow[], words: string, rank: number) =>
    packagesSection({
      form,
      fixes,
      rows,
      folded: (packages, severities) => `${severities} ${words}, in ${packages}`,
      rank,
    });
  return [
    folded(within, "open within the limits", RANK.within),
    ...notCounted.map(({ spared, rows }) => folded(rows, `${EXEMPTED[spared]}, not counted`, RANK.notCounted)),
  ];
}

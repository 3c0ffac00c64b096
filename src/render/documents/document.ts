import { split, splitRows, worstFirst } from "../../domain/rows/groups.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { Counts } from "../../domain/severity.ts";
import type { FailedTarget, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { type Fitted, fitBlocks, type Measure } from "../fit.ts";
import { type Dialect, markdownPrinter } from "../print/markdown.ts";
import { acceptedSection } from "../sections/accepted.ts";
import { baseSection, dockerfileSection } from "../sections/base-image.ts";
import { commonStepsSection, proofSection } from "../sections/common-steps.ts";
import { comparisonWords, goneSections } from "../sections/comparison.ts";
import { coverageSection, gapSnippet } from "../sections/coverage.ts";
import { exceptionsSection, snippetSection, startSection } from "../sections/exceptions.ts";
import { commonError, headingSection, SIGN } from "../sections/heading.ts";
import { layersSection } from "../sections/layers.ts";
import { errorSection, noticesOf, runNotesSection } from "../sections/notices.ts";
import { agreementsWords, differencesSection, missingOpinions } from "../sections/opinions.ts";
import { type Form, packagesSection, packagesWords } from "../sections/packages.ts";
import { changesSection } from "../sections/policy-changes.ts";
import { runProvenance, smallPrint, targetProvenance } from "../sections/provenance.ts";
import { countsTable, foldedCounts, targetsOverview } from "../sections/targets.ts";
import { upgradesSection } from "../sections/upgrades.ts";
import { counted, severityList } from "../shared/phrases.ts";
import { EXEMPTED } from "../shared/status.ts";
import {
  type Block,
  code,
  type Fold,
  fold,
  type Inline,
  join,
  leftOut,
  link,
  note,
  para,
  prose,
  say,
} from "../tree.ts";
import type { View } from "../view.ts";

/** How large a document may become, and where the reader finds what does not fit. */
export interface Frame {
  readonly limit: number;
  readonly measure: Measure;
  /** The hidden marker before the heading, as Markdown. */
  readonly first?: string;
  readonly dialect?: Dialect;
  /** Where the rows are that do not fit, as a clause: `the job summary and the report have all`. */
  readonly elsewhere: Inline;
  /** Blocks below the heading, such as where the full report is. */
  readonly notes?: readonly Block[];
  /** The last blocks of the document, which are never dropped. */
  readonly foot?: readonly Block[];
  readonly form: Form;
  /** The HTML page, which has the run's provenance above and a table of all findings below. Digests are whole there. */
  readonly isPage?: boolean;
}

/** What is kept when room is short: a lower rank is kept longer. Findings add the rank of their severity, 0 to 4. */
const RANK = {
  changes: 0,
  overview: 1,
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

/** The verdict as a Markdown document within the frame's limit, and whether all of it fits. */
export function renderDocument(view: View, frame: Frame): Fitted {
  const { targets } = view.verdict;
  const printer = markdownPrinter(frame.dialect);
  const first = frame.first === undefined ? "" : `${frame.first}\n`;
  const foot = printer.document(frame.foot ?? []);
  const end = `${foot === "" ? "" : `\n\n${foot}`}\n`;
  const heading = [...headingSection(view), ...(frame.notes ?? [])];
  const { text, isWhole } = fitBlocks([...heading, ...blocksOf(view, frame)], {
    limit: frame.limit - frame.measure(first + end),
    measure: frame.measure,
    printer,
    always: heading.length + 1,
  });
  const hasAllTargets = targets.length <= frame.form.mostTargets || commonError(targets) !== undefined;
  return { text: first + text + end, isWhole: isWhole && hasAllTargets };
}

/** The document's blocks below the heading, in their order. */
export function blocksOf(view: View, frame: Frame): Block[] {
  const { targets } = view.verdict;
  const judged = targets.filter((target) => target.answer !== "error");
  const several = targets.length > 1;
  return present([
    changesSection(view, RANK.changes),
    ...runNotesSection(view),
    ...(several ? [...commonStepsSection(targets), targetsOverview(targets, RANK.overview)] : []),
    ...targetSections(view, frame),
    proofSection(targets),
    ...dockerfileSection(view),
    exceptionsSection(view, RANK.exceptions, frame.form.unfolded),
    ...snippetSection(judged, startSection(view, judged), view.policy),
    ...gapSnippet(view),
    smallPrint([
      ...(several ? [] : judged.flatMap((target) => targetProvenance(target, view, frame.isPage))),
      ...(frame.isPage ? [] : runProvenance(view)),
    ]),
  ]);
}

function present(blocks: readonly (Block | undefined)[]): Block[] {
  return blocks.filter((block) => block !== undefined);
}

/** A section for each target, the worst answers first. */
function targetSections(view: View, frame: Frame): (Block | undefined)[] {
  const { targets } = view.verdict;
  const common = commonError(targets);
  if (common) return errorSections(common, view);
  if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame));
  const worst = worstFirst(targets);
  const shown = worst.slice(0, frame.form.mostTargets);
  // A few targets with the same answer are open. If there are many, the table above shows which they are.
  const isFew = ({ answer }: TargetVerdict) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
  return [
    ...shown.map((target) => foldedTarget(target, view, frame, isFew(target))),
    para(leftOut(worst.length - shown.length, "more target", "in the table above only")),
  ];
}

/** One of several targets, folded unless it is one of a few that do not pass. */
export function foldedTarget(target: TargetVerdict, view: View, frame: Frame, open: boolean): Fold {
  const { answer } = target;
  const blocks = [
    ...sections(target, view, frame),
    answer === "error" ? undefined : smallPrint(targetProvenance(target, view, frame.isPage)),
  ];
  const summary = say`${SIGN[answer]} ${code(target.target.label)}: ${summaryWords(target)}`;
  return fold(summary, present(blocks), open && answer !== "pass");
}

function summaryWords(target: TargetVerdict): Inline {
  if (target.answer === "error") return say`not judged, ${prose(target.error.code)}`;
  const open = Object.fromEntries(target.rows.map((row) => [row.severity, row.open])) as Counts;
  return severityList(open) || "nothing open";
}

/** Most targets with the same answer that are open. With more, a reader cannot see where each begins. */
const MOST_OPEN = 3;

function sections(target: TargetVerdict, view: View, frame: Frame): (Block | undefined)[] {
  return target.answer === "error" ? errorSections(target, view) : judgedSections(target, view, frame);
}

function errorSections(target: FailedTarget, view: View): Block[] {
  return [...errorSection(target, view), ...coverageSection(target)];
}

function judgedSections(target: JudgedTarget, view: View, frame: Frame): (Block | undefined)[] {
  const { failing, accepted, plan } = split(target);
  const coverage = coverageSection(target);
  const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
  const { form } = frame;
  return [
    ...missingOpinions(target),
    ...noticesOf(target, view),
    frame.form.unfolded ? countsTable(target) : foldedCounts(target),
    ...(hasGaps ? coverage : []),
    upgradesSection({
      plan,
      failing: failing.length,
      rank: RANK.upgrades,
      proven: view.verdict.targets.length === 1,
    }),
    ...baseSection(view.bases?.get(target.target)),
    para(comparisonWords(target, view)),
    para(agreementsWords([target])),
    differencesSection(target, RANK.differences),
    ...(frame.isPage ? [] : openSections(target, frame)),
    frame.isPage ? undefined : acceptedSection(accepted, RANK.accepted, form.unfolded),
    ...goneSections(target, view, { findings: RANK.fixed, packages: RANK.packages }, form),
    ...(frame.isPage ? [] : quietSections(target, frame)),
    ...(hasGaps ? [] : coverage),
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
function openSections(target: JudgedTarget, frame: Frame): Block[] {
  const { elsewhere, form } = frame;
  const { fresh, failing, within, notCounted, fixes } = splitRows(target);
  const common = {
    elsewhere,
    form,
    fixes,
    folded: (packages: string, counts: Counts) => `And ${packages}: ${severityList(counts)}`,
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
function quietSections(target: JudgedTarget, { elsewhere, form }: Frame): Block[] {
  const { within, notCounted, fixes } = splitRows(target);
  const folded = (rows: readonly PackageRow[], words: string, rank: number) =>
    packagesSection({
      elsewhere,
      form,
      fixes,
      rows,
      folded: (packages, counts) => `${severityList(counts)} ${words}, in ${packages}`,
      rank,
    });
  return [
    folded(within, "open within the limits", RANK.within),
    ...notCounted.map(({ spared, rows }) => folded(rows, `${EXEMPTED[spared]}, not counted`, RANK.notCounted)),
  ];
}

/**
 * Where the full report is if the comment or the summary left something out: the page of an artifact, or files on the
 * runner.
 */
export type WholeReport =
  /** `as`: what is there, if it is not Markdown and JSON. */
  { readonly url: string; readonly as?: string | undefined } | { readonly files: readonly string[] };

/** A clause that says where to read the rows that were left out. Undefined if no link leads there. */
export function wholeReportWords(whole: WholeReport | undefined): Inline | undefined {
  return whole !== undefined && "url" in whole ? say`${linked(whole.url)} has all` : undefined;
}

/**
 * A sentence about the full report: a link below the heading; files at the end, because hardly any reader can open
 * them, and the runner may be gone. Empty if nothing was left out.
 */
export function wholeReportNote(whole: WholeReport | undefined): Pick<Frame, "notes" | "foot"> {
  if (whole === undefined) return {};
  if ("url" in whole) {
    const words = say`Not everything has room here: ${linked(whole.url)} has it all, as ${whole.as ?? "Markdown and JSON"}.`;
    return { notes: [para(note(words))] };
  }
  return { foot: [para(note(say`Not everything has room here. ${filesWords(whole.files)}.`))] };
}

function filesWords(files: readonly string[]): Inline {
  if (files.length === 0) return "The log says why no file has it all";
  const named = join(
    " and ",
    files.map((file) => code(file, 300)),
  );
  return say`On the runner, ${named} ${files.length === 1 ? "has" : "have"} it all`;
}

function linked(url: string): Inline {
  return link("the whole report", url);
}

import { split, splitRows, worstFirst } from "../../domain/rows/groups.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { Counts } from "../../domain/severity.ts";
import type { FailedTarget, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { type Block, type Fitted, type Fold, fitBlocks, type Measure, type Rows } from "../markdown/fit.ts";
import { type Alert, alert, code, fold, foldedAlert, link } from "../markdown/markdown.ts";
import { inMarkdown } from "../print/bridge.ts";
import { acceptedSection } from "../sections/accepted.ts";
import { baseSection, dockerfileSection } from "../sections/base-image.ts";
import { commonStepsSection, proofSection } from "../sections/common-steps.ts";
import {
  comparedIn,
  comparisonSection,
  fixedSection,
  packageChangesSection,
  unseenSection,
} from "../sections/comparison.ts";
import { coverageSection, gapSnippet } from "../sections/coverage.ts";
import { exceptionsSection, snippetSection, startSection } from "../sections/exceptions.ts";
import { headingSection } from "../sections/heading.ts";
import { layersSection } from "../sections/layers.ts";
import { errorSection, noticesOf, runNotesSection } from "../sections/notices.ts";
import { agreementSection, differencesSection, missingOpinions } from "../sections/opinions.ts";
import { packagesSection, packagesWords, type RowForm } from "../sections/packages.ts";
import { changesSection } from "../sections/policy-changes.ts";
import { runProvenance, smallPrint, targetProvenance } from "../sections/provenance.ts";
import { countsTable, foldedCounts, targetsOverview } from "../sections/targets.ts";
import { upgradesSection } from "../sections/upgrades.ts";
import { counted, joined, severityList } from "../shared/phrases.ts";
import { EXEMPTED } from "../shared/status.ts";
import type { View } from "../view.ts";

/** How large a document may become, and where the reader finds what does not fit. */
export interface Frame {
  readonly limit: number;
  readonly measure: Measure;
  /** Text before the heading, such as the hidden marker. */
  readonly first?: string;
  /** Rows of a table of packages that are open before the rest is folded. */
  readonly open: number;
  /** True if everything is in sight: no table is folded. */
  readonly unfolded?: boolean;
  /** Most rows of findings within the limits: thousands would not be read. */
  readonly mostWithin: number;
  /** Most rows of failing findings. */
  readonly mostFailing: number;
  /** Most targets that get a section of their own. The overview has all. */
  readonly mostTargets: number;
  /** Where the rows are that do not fit, as a clause: `the job summary and the report have all`. */
  readonly elsewhere: string;
  /** Markdown below the heading that says where the full report is. */
  readonly note?: string;
  /** The last Markdown of the document, which is never dropped. */
  readonly foot?: string;
  readonly form: RowForm;
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
  const foot = frame.foot ? `\n\n${frame.foot}` : "";
  const { text, isWhole } = fitBlocks(blocksOf(view, frame), frame.limit - frame.measure(foot) - 1, frame.measure);
  const hasAllTargets = targets.length <= frame.mostTargets || commonError(targets) !== undefined;
  return { text: `${text}${foot}\n`, isWhole: isWhole && hasAllTargets };
}

/** The document's blocks, in their order. */
function blocksOf(view: View, frame: Frame): Block[] {
  const { targets } = view.verdict;
  const judged = targets.filter((target) => target.answer !== "error");
  const headed = joined("\n", [frame.first ?? "", headingSection(view)]);
  // The note is in one block with the heading, because the first blocks are never dropped.
  const heading = joined("\n\n", [headed, frame.note ?? ""]);
  const several = targets.length > 1;
  const blocks: (Block | undefined)[] = [
    heading,
    changesSection(view, RANK.changes),
    runNotesSection(view),
    several ? commonStepsSection(targets, "###") : undefined,
    several ? targetsOverview(targets, RANK.overview) : undefined,
    ...targetSections(view, frame),
    proofSection(targets),
    dockerfileSection(view),
    exceptionsSection(view, RANK.exceptions, frame.unfolded),
    snippetSection(judged, startSection(view, judged), view.policy),
    gapSnippet(view),
    smallPrint([
      ...(several ? [] : judged.flatMap((target) => targetProvenance(target, view))),
      ...runProvenance(view),
    ]),
  ];
  return blocks.filter((block): block is Block => block !== undefined && block !== "");
}

/** A section for each target, the worst answers first. */
function targetSections(view: View, frame: Frame): (Block | undefined)[] {
  const { targets } = view.verdict;
  const common = commonError(targets);
  if (common) return errorSections(common, view);
  if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame, { level: "###", alert }));
  const worst = worstFirst(targets);
  const shown = worst.slice(0, frame.mostTargets);
  const left = worst.length - shown.length;
  // A few targets with the same answer are open. If there are many, the table above shows which they are.
  const isFew = ({ answer }: TargetVerdict) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
  return [
    ...shown.map((target) => foldedTarget(target, view, frame, isFew(target))),
    left === 0 ? undefined : `_${counted(left, "more target")} in the table above only._`,
  ];
}

/** One of several targets, folded unless it is one of a few that do not pass. */
export function foldedTarget(target: TargetVerdict, view: View, frame: Frame, open: boolean): Fold {
  const { answer } = target;
  const blocks = [
    ...sections(target, view, frame, { level: "####", alert: foldedAlert }),
    answer === "error" ? undefined : smallPrint(targetProvenance(target, view)),
  ];
  return {
    ...fold(SIGN[answer], target.target.label, summaryWords(target), open && answer !== "pass"),
    blocks: blocks.filter((block): block is Block => block !== undefined && block !== ""),
  };
}

function summaryWords(target: TargetVerdict): string {
  if (target.answer === "error") return `not judged, ${target.error.code}`;
  const open = Object.fromEntries(target.rows.map((row) => [row.severity, row.open])) as Counts;
  return severityList(open) || "nothing open";
}

/** The error that all targets have in common, to be shown once. Undefined if there is none. */
function commonError(targets: readonly TargetVerdict[]): FailedTarget | undefined {
  const [first] = targets;
  if (first?.answer !== "error") return undefined;
  const { code, what } = first.error;
  const same = (each: TargetVerdict) => each.answer === "error" && each.error.code === code && each.error.what === what;
  return targets.every(same) ? first : undefined;
}

/** Most targets with the same answer that are open. With more, a reader cannot see where each begins. */
const MOST_OPEN = 3;

const SIGN = { pass: "✅", fail: "❌", error: "⛔" };

/** How sections look in their place: the level of their headings, and their alerts. */
interface Look {
  readonly level: string;
  readonly alert: Alert;
}

function sections(target: TargetVerdict, view: View, frame: Frame, look: Look): (Block | undefined)[] {
  return target.answer === "error" ? errorSections(target, view) : judgedSections(target, view, frame, look);
}

function errorSections(target: FailedTarget, view: View): Block[] {
  return [errorSection(target, view), coverageSection(target)];
}

function packageSection({ target }: JudgedTarget, view: View): Block | undefined {
  const { packages } = comparedIn(target, view) ?? {};
  return packages && packageChangesSection(packages, RANK.packages);
}

function judgedSections(target: JudgedTarget, view: View, frame: Frame, look: Look): (Block | undefined)[] {
  const { failing, accepted, plan } = split(target);
  const { level, alert } = look;
  const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
  const isAlone = view.verdict.targets.length === 1;
  const gone = { rank: RANK.fixed, unfolded: frame.unfolded, form: frame.form };
  return [
    ...missingOpinions(target, alert),
    ...noticesOf(target, view, alert),
    frame.unfolded ? countsTable(target) : foldedCounts(target),
    hasGaps ? coverageSection(target) : undefined,
    upgradesSection({
      plan,
      failing: failing.length,
      level,
      rank: RANK.upgrades,
      proven: isAlone,
    }),
    ...baseSection(view.bases?.get(target.target), alert),
    comparisonSection(target, view),
    agreementSection(target),
    differencesSection(target, RANK.differences),
    ...openSections(target, frame, look),
    acceptedSection(accepted, RANK.accepted, frame.unfolded),
    unseenSection(target, view, gone),
    fixedSection(target, view, gone),
    packageSection(target, view),
    ...quietSections(target, frame),
    hasGaps ? undefined : coverageSection(target),
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
function openSections(target: JudgedTarget, frame: Frame, { level }: Look): Block[] {
  const { open, elsewhere, unfolded, form } = frame;
  const { fresh, failing, fixes } = splitRows(target);
  const common = {
    elsewhere,
    unfolded,
    form,
    fixes,
    open,
    folded: (packages: string, counts: Counts) => `And ${packages}: ${severityList(counts)}`,
    most: frame.mostFailing,
  };
  const counted = target.findings.filter(({ outcome }) => outcome !== "accepted");
  const title = failsTitle(fresh.length > 0);
  return [
    packagesSection({
      ...common,
      rows: fresh,
      heading: `${level} ${FRESH}: ${rowsWords(fresh)}`,
      open: Math.max(open, OPEN_FRESH),
      rank: RANK.fresh,
      share: 0.4,
    }),
    packagesSection({
      ...common,
      rows: failing,
      heading: `${level} ${title}: ${rowsWords(failing)}`,
      rank: RANK.failing,
      share: 0.9,
    }),
    inMarkdown(layersSection(counted, RANK.layers)),
  ];
}

/** `30 findings in 12 packages`. */
function rowsWords(rows: readonly PackageRow[]): string {
  const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
  return `${counted(findings, "finding")} in ${packagesWords(rows)}`;
}

/** What is open within the limits, and what does not count. */
function quietSections(target: JudgedTarget, { elsewhere, unfolded, form, mostWithin: most }: Frame): Rows[] {
  const { within, notCounted, fixes } = splitRows(target);
  const folded = (rows: readonly PackageRow[], words: string, rank: number) =>
    packagesSection({
      elsewhere,
      unfolded,
      form,
      fixes,
      rows,
      open: 0,
      folded: (packages, counts) => `${severityList(counts)} ${words}, in ${packages}`,
      rank,
      most,
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
export function wholeReportWords(whole: WholeReport | undefined): string | undefined {
  return whole !== undefined && "url" in whole ? `${linked(whole.url)} has all` : undefined;
}

/**
 * A sentence about the full report: a link below the heading; files at the end, because hardly any reader can open
 * them, and the runner may be gone. Empty if nothing was left out.
 */
export function wholeReportNote(whole: WholeReport | undefined): { readonly note: string; readonly foot: string } {
  if (whole === undefined) return { note: "", foot: "" };
  if ("url" in whole)
    return {
      note: `_Not everything has room here: ${linked(whole.url)} has it all, as ${whole.as ?? "Markdown and JSON"}._`,
      foot: "",
    };
  return { note: "", foot: `_Not everything has room here. ${filesWords(whole.files)}._` };
}

function filesWords(files: readonly string[]): string {
  if (files.length === 0) return "The log says why no file has it all";
  const named = files.map((file) => code(file, 300)).join(" and ");
  return `On the runner, ${named} ${files.length === 1 ? "has" : "have"} it all`;
}

function linked(url: string): string {
  return link("the whole report", url);
}

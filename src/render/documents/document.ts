import type { Counts } from "../../domain/severity.ts";
import type { FailedTarget, JudgedFinding, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { type Block, type Fitted, type Fold, fitBlocks, type Measure, type Rows } from "../markdown/fit.ts";
import { type Alert, alert, code, fold, foldedAlert, link } from "../markdown/markdown.ts";
import { acceptedSection } from "../sections/accepted.ts";
import { baseSection, movingSection } from "../sections/base-image.ts";
import { comparisonSection, fixedSection, packageChangesSection, unseenSection } from "../sections/comparison.ts";
import { coverageSection, gapSnippet } from "../sections/coverage.ts";
import { exceptionsSection, oldImageSection, snippetSection } from "../sections/exceptions.ts";
import { findingsSection } from "../sections/findings.ts";
import { headingSection } from "../sections/heading.ts";
import { errorSection, noticesOf, runNotesSection } from "../sections/notices.ts";
import { changesSection } from "../sections/policy-changes.ts";
import { runProvenance, smallPrint, targetProvenance } from "../sections/provenance.ts";
import { countsTable, targetsOverview, worstFirst } from "../sections/targets.ts";
import { upgradesSection } from "../sections/upgrades.ts";
import { split } from "../shared/finding-groups.ts";
import { counted, severityList } from "../shared/phrases.ts";
import { sparedGroups } from "../shared/status.ts";
import type { View } from "../view.ts";

/** How large a document may get, and where the reader finds what had no room. */
export interface Frame {
  readonly limit: number;
  readonly measure: Measure;
  /** First block, such as the hidden marker. */
  readonly first?: string;
  /** Rows that stand open in a table of findings before the rest is folded away. */
  readonly open: number;
  /** Most rows of findings within the limits: they are folded, and no one scrolls through thousands. */
  readonly mostWithin: number;
  /** Most rows of failing findings. */
  readonly mostFailing: number;
  /** Targets that get a section of their own; all stand in the overview. */
  readonly mostTargets: number;
  /** `the job summary and the report have all`. */
  readonly elsewhere: string;
  /** Where the whole report is, in Markdown; stands below the heading. */
  readonly note?: string;
  /** Cells are not shortened either, and each accepted finding has a row. */
  readonly unabridged?: boolean;
}

/** What is kept longest when room is short: lower is kept longer. Findings add their severity's rank, 0 to 4. */
const RANK = {
  changes: 0,
  overview: 1,
  exceptions: 2,
  upgrades: 3,
  fresh: 5,
  failing: 10,
  accepted: 20,
  fixed: 25,
  within: 30,
  packages: 35,
  notCounted: 40,
};

/** The verdict as a Markdown document within the frame's limit, and whether all of it had room. */
export function renderDocument(view: View, frame: Frame): Fitted {
  const { targets } = view.verdict;
  const { text, isWhole } = fitBlocks(documentBlocks(view, frame), frame.limit - 1, frame.measure);
  const hasAllTargets = targets.length <= frame.mostTargets || commonError(targets) !== undefined;
  return { text: `${text}\n`, isWhole: isWhole && hasAllTargets };
}

/** What the document is made of. */
export function documentBlocks(view: View, frame: Frame): Block[] {
  const { targets } = view.verdict;
  const judged = targets.filter((target) => target.answer !== "error");
  const headed = [frame.first ?? "", headingSection(view)].filter((part) => part !== "").join("\n");
  // One block with the heading: the first blocks are never dropped.
  const heading = [headed, frame.note ?? ""].filter((part) => part !== "").join("\n\n");
  const several = targets.length > 1;
  const blocks: (Block | undefined)[] = [
    heading,
    changesSection(view, RANK.changes),
    runNotesSection(view),
    several ? targetsOverview(targets, RANK.overview) : undefined,
    ...targetSections(view, frame),
    movingSection(view),
    exceptionsSection(view, RANK.exceptions),
    oldImageSection(view.verdict, judged),
    snippetSection(judged, frame.unabridged),
    gapSnippet(targets),
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
  if (common) return errorSections(common, view, frame.unabridged);
  if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame, { level: "###", alert }));
  const worst = worstFirst(targets);
  const shown = worst.slice(0, frame.mostTargets);
  const left = worst.length - shown.length;
  // Few of an answer stand open; of many the table above is the place where one sees which.
  const isFew = ({ answer }: TargetVerdict) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
  return [
    ...shown.map((target) => foldedTarget(target, view, frame, isFew(target))),
    left === 0 ? undefined : `_${counted(left, "more target")} in the table above only._`,
  ];
}

/** One of several targets, folded away unless it is one of few that do not pass. */
function foldedTarget(target: TargetVerdict, view: View, frame: Frame, open: boolean): Fold {
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

/** What ended the run for all targets alike is said once. */
function commonError(targets: readonly TargetVerdict[]): FailedTarget | undefined {
  const [first] = targets;
  if (first?.answer !== "error") return undefined;
  const { code, what } = first.error;
  const same = (each: TargetVerdict) => each.answer === "error" && each.error.code === code && each.error.what === what;
  return targets.every(same) ? first : undefined;
}

/** Most targets of an answer that stand open: failing ones, and those in error, while a reader can still see where each begins. */
const MOST_OPEN = 3;

const SIGN = { pass: "✅", fail: "❌", error: "⛔" };

/** How sections look where they stand: the level of their headings, and their alerts. */
interface Look {
  readonly level: string;
  readonly alert: Alert;
}

function sections(target: TargetVerdict, view: View, frame: Frame, look: Look): (Block | undefined)[] {
  return target.answer === "error"
    ? errorSections(target, view, frame.unabridged)
    : judgedSections(target, view, frame, look);
}

function errorSections(target: FailedTarget, view: View, unabridged = false): Block[] {
  return [errorSection(target, view), coverageSection(target, unabridged)];
}

function packageSection({ target }: JudgedTarget, view: View, unabridged = false): Block | undefined {
  const comparison = view.comparisons?.get(target);
  if (comparison === undefined || "none" in comparison || comparison.packages === undefined) return undefined;
  return packageChangesSection(comparison.packages, RANK.packages, unabridged);
}

/** Above stands one row for each exception. */
function everyAccepted(accepted: readonly JudgedFinding[], { elsewhere }: Frame): Block {
  return findingsSection({
    findings: accepted,
    open: 0,
    folded: (counts) => `${severityList(counts)} accepted, one by one`,
    elsewhere,
    rank: RANK.accepted,
    unabridged: true,
  });
}

function judgedSections(target: JudgedTarget, view: View, frame: Frame, look: Look): (Block | undefined)[] {
  const { failing, within, notCounted, accepted, plan } = split(target);
  const { level, alert } = look;
  const { unabridged } = frame;
  // What a reviewer came for is never behind what was there before, however severe that is.
  const fresh = [...failing, ...within].filter(isNew);
  const folded = foldedFindings(frame);
  const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
  return [
    ...noticesOf(target, view, alert),
    countsTable(target),
    hasGaps ? coverageSection(target, unabridged) : undefined,
    ...baseSection(view.bases?.get(target.target), alert),
    comparisonSection(target, view),
    upgradesSection({ plan, failing: failing.length, level, rank: RANK.upgrades, unabridged }),
    ...failingSections(fresh, failing, frame, look),
    acceptedSection(accepted, RANK.accepted),
    unabridged ? everyAccepted(accepted, frame) : undefined,
    unseenSection(target, view, RANK.fixed, unabridged),
    fixedSection(target, view, RANK.fixed, unabridged),
    packageSection(target, view, unabridged),
    folded(
      within.filter((each) => !isNew(each)),
      "open within the limits",
      RANK.within,
    ),
    ...sparedGroups(notCounted).map(({ words, findings }) =>
      folded(findings, `${words}, not counted`, RANK.notCounted),
    ),
    hasGaps ? undefined : coverageSection(target, unabridged),
  ];
}

function isNew({ change }: JudgedFinding): boolean {
  return change === "new";
}

/** What is new with the change, then what else fails. */
function failingSections(
  fresh: readonly JudgedFinding[],
  failing: readonly JudgedFinding[],
  { open, elsewhere, unabridged, mostFailing: most }: Frame,
  { level }: Look,
): Rows[] {
  const folded = (counts: Counts) => `And ${severityList(counts)} more`;
  const common = { open, folded, elsewhere, unabridged, most };
  const rest = failing.filter((each) => !isNew(each));
  const title = `What${fresh.length > 0 ? " else" : ""} fails`;
  return [
    findingsSection({
      ...common,
      findings: fresh,
      heading: `${level} New with this change`,
      rank: RANK.fresh,
      share: 0.4,
    }),
    findingsSection({ ...common, findings: rest, heading: `${level} ${title}`, rank: RANK.failing, share: 0.6 }),
  ];
}

/** Findings that are all folded away under their number and a few words. */
function foldedFindings({ elsewhere, unabridged, mostWithin: most }: Frame) {
  return (findings: readonly JudgedFinding[], words: string, rank: number): Rows =>
    findingsSection({
      findings,
      open: 0,
      folded: (counts) => `${severityList(counts)} ${words}`,
      elsewhere,
      unabridged,
      rank,
      most,
    });
}

/** Where the whole report is when comment or summary had to leave something out: an artifact's page, or files on the runner. */
export type WholeReport = { readonly url: string } | { readonly files: readonly string[] };

/** Where rows that were left out can be read, as a clause; undefined: nowhere that a reader could follow. */
export function wholeReportWords(whole: WholeReport | undefined): string | undefined {
  return whole !== undefined && "url" in whole ? `${linked(whole.url)} has all` : undefined;
}

/** The sentence about it; empty: nothing was left out. */
export function wholeReportNote(whole: WholeReport | undefined): string {
  if (whole === undefined) return "";
  if ("url" in whole) return `_Not everything has room here: ${linked(whole.url)} has it all, as Markdown and JSON._`;
  return `_Not everything has room here. ${filesWords(whole.files)}._`;
}

function filesWords(files: readonly string[]): string {
  if (files.length === 0) return "The log says why no file has it all";
  const named = files.map((file) => code(file, 300)).join(" and ");
  return `On the runner, ${named} ${files.length === 1 ? "has" : "have"} it all`;
}

function linked(url: string): string {
  return link("the whole report", url);
}

import { exemptedGroups, isNew, split, splitRows, worstFirst } from "../../domain/rows/groups.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import { type Counts, SEVERITIES } from "../../domain/severity.ts";
import type { FailedTarget, JudgedFinding, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { type Block, type Fitted, type Fold, fitBlocks, type Measure, type Rows } from "../markdown/fit.ts";
import { type Alert, alert, code, fold, foldedAlert, link } from "../markdown/markdown.ts";
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
import { findingsSection } from "../sections/findings.ts";
import { headingSection } from "../sections/heading.ts";
import { layersSection } from "../sections/layers.ts";
import { errorSection, noticesOf, runNotesSection } from "../sections/notices.ts";
import { agreementSection, differencesSection, missingOpinions } from "../sections/opinions.ts";
import { DETAILS, type Detail, type Named, packagesSection, packagesWords } from "../sections/packages.ts";
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
  /** True if everything is in sight: no table is folded, and each row names all advisories and places. */
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
  /** How much folded rows say. Absent: all that the frame lets them. */
  readonly detail?: Detail;
  /** If little is said, which advisories a row names. */
  readonly named?: Named;
  /** True if there is not even room for all rows that ask for nothing. */
  readonly crowded?: boolean;
  /** True if each finding has a row of its own, also each accepted one, and cells are not shortened. */
  readonly unabridged?: boolean;
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
  const { text, isWhole, hadRoom } = fitted(view, { ...frame, limit: frame.limit - frame.measure(foot) });
  const hasAllTargets = targets.length <= frame.mostTargets || commonError(targets) !== undefined;
  return { text: `${text}${foot}\n`, isWhole: isWhole && hasAllTargets, hadRoom };
}

function fitted(view: View, frame: Frame): Fitted {
  const madeWith = (how: Pick<Frame, "detail" | "named" | "crowded">) =>
    fitBlocks(documentBlocks(view, { ...frame, ...how }), frame.limit - 1, frame.measure);
  for (const detail of DETAILS.slice(0, -1)) {
    const made = madeWith({ detail });
    if (made.hadRoom) return made;
  }
  const least = madeWith({ detail: "least" });
  const crowded = !least.hadRoom;
  return naming((named) => madeWith({ detail: "least", named, crowded }), least);
}

/** Which advisories a row may name if not all have room: less severe ones only if all that are worse have room. */
const NAMED = SEVERITIES.flatMap((severity) =>
  [2, 3, 4, 6, 8, 12, 20, 40, 80, 200, 600].map((each): Named => ({ severity, each })),
);

/** The document whose rows name as many advisories as there is room for: `least` if that is one each. */
function naming(madeWith: (named: Named) => Fitted, least: Fitted): Fitted {
  const second = madeWith(NAMED[0] as Named);
  if (!second.hadRoom) return least;
  let [best, from, to] = [second, 1, NAMED.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const made = madeWith(NAMED[middle] as Named);
    if (made.hadRoom) [best, from] = [made, middle + 1];
    else to = middle;
  }
  return best;
}

/** The document's blocks, in their order. */
export function documentBlocks(view: View, frame: Frame): Block[] {
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
    exceptionsSection(view, RANK.exceptions, frame.unfolded === true || frame.unabridged),
    snippet(view, judged, frame.unabridged),
    gapSnippet(view),
    smallPrint([
      ...(several ? [] : judged.flatMap((target) => targetProvenance(target, view))),
      ...runProvenance(view),
    ]),
  ];
  return blocks.filter((block): block is Block => block !== undefined && block !== "");
}

/** It is the same in each attempt to fit a document. */
const SNIPPETS = new WeakMap<View, string>();

function snippet(view: View, judged: readonly JudgedTarget[], unabridged = false): string {
  const make = () => snippetSection(judged, unabridged, startSection(view, judged), view.policy);
  if (unabridged) return make();
  const known = SNIPPETS.get(view) ?? make();
  SNIPPETS.set(view, known);
  return known;
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
  return target.answer === "error"
    ? errorSections(target, view, frame.unabridged)
    : judgedSections(target, view, frame, look);
}

function errorSections(target: FailedTarget, view: View, unabridged = false): Block[] {
  return [errorSection(target, view), coverageSection(target, unabridged)];
}

function packageSection({ target }: JudgedTarget, view: View, unabridged = false): Block | undefined {
  const { packages } = comparedIn(target, view) ?? {};
  return packages && packageChangesSection(packages, RANK.packages, unabridged);
}

/** One row for each accepted finding. The section above has one row for each exception. */
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
  const { failing, accepted, plan } = split(target);
  const { level, alert } = look;
  const { unabridged } = frame;
  const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
  const isAlone = view.verdict.targets.length === 1;
  const { unfolded, detail } = packagesFrame(frame);
  const gone = { rank: RANK.fixed, unfolded, detail };
  return [
    ...missingOpinions(target, alert),
    ...noticesOf(target, view, alert),
    frame.unfolded === true || unabridged ? countsTable(target) : foldedCounts(target),
    hasGaps ? coverageSection(target, unabridged) : undefined,
    upgradesSection({
      plan,
      failing: failing.length,
      level,
      rank: RANK.upgrades,
      share: frame.detail === "least" ? 0.15 : undefined,
      proven: isAlone,
      unabridged,
    }),
    ...baseSection(view.bases?.get(target.target), alert),
    comparisonSection(target, view),
    agreementSection(target),
    differencesSection(target, RANK.differences),
    ...(unabridged ? everyOpen(target, frame, look) : openSections(target, frame, look)),
    acceptedSection(accepted, RANK.accepted, frame.unfolded),
    unabridged ? everyAccepted(accepted, frame) : undefined,
    unseenSection(target, view, gone),
    fixedSection(target, view, gone),
    packageSection(target, view, unabridged),
    ...(unabridged ? everyExempted(target, frame) : quietSections(target, frame)),
    hasGaps ? undefined : coverageSection(target, unabridged),
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
function openSections(target: JudgedTarget, frame: Frame, { level }: Look): Rows[] {
  const { open } = frame;
  const { fresh, failing, fixes } = splitRows(target);
  const common = {
    ...packagesFrame(frame),
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
    layersSection(counted, RANK.layers),
  ];
}

/** `30 findings in 12 packages`. */
function rowsWords(rows: readonly PackageRow[]): string {
  const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
  return `${counted(findings, "finding")} in ${packagesWords(rows)}`;
}

/** What is open within the limits, and what does not count. */
function quietSections(target: JudgedTarget, frame: Frame): Rows[] {
  const { within, notCounted, fixes } = splitRows(target);
  const folded = (rows: readonly PackageRow[], words: string, rank: number) =>
    packagesSection({
      ...packagesFrame(frame),
      fixes,
      rows,
      open: 0,
      folded: (packages, counts) => `${severityList(counts)} ${words}, in ${packages}`,
      rank,
      most: frame.mostWithin,
    });
  return [
    folded(within, "open within the limits", RANK.within),
    ...notCounted.map(({ spared, rows }) => folded(rows, `${EXEMPTED[spared]}, not counted`, RANK.notCounted)),
  ];
}

function packagesFrame({ elsewhere, unfolded = false, unabridged = false, detail = "full", named, crowded }: Frame) {
  const isAll = unabridged || (unfolded && detail === "full");
  return { elsewhere, unfolded, named, crowded, detail: isAll ? ("all" as const) : detail };
}

/** {@link openSections} with a row for each finding. */
function everyOpen(target: JudgedTarget, { open, elsewhere, mostFailing: most }: Frame, { level }: Look): Rows[] {
  const { failing, within } = split(target);
  const fresh = [...failing, ...within].filter(isNew);
  const rest = failing.filter((each) => !isNew(each));
  const folded = (counts: Counts) => `And ${severityList(counts)} more`;
  const common = { open, folded, elsewhere, unabridged: true, most };
  const title = failsTitle(fresh.length > 0);
  return [
    findingsSection({ ...common, findings: fresh, heading: `${level} ${FRESH}`, rank: RANK.fresh }),
    findingsSection({ ...common, findings: rest, heading: `${level} ${title}`, rank: RANK.failing }),
  ];
}

/** {@link quietSections} with a row for each finding. */
function everyExempted(target: JudgedTarget, frame: Frame): Rows[] {
  const { within, notCounted } = split(target);
  const folded = foldedFindings(frame);
  return [
    folded(
      within.filter((each) => !isNew(each)),
      "open within the limits",
      RANK.within,
    ),
    ...exemptedGroups(notCounted).map(({ spared, findings }) =>
      folded(findings, `${EXEMPTED[spared]}, not counted`, RANK.notCounted),
    ),
  ];
}

/** Makes sections of findings that are all folded under their counts and a few words. */
function foldedFindings({ elsewhere, mostWithin: most }: Frame) {
  return (findings: readonly JudgedFinding[], words: string, rank: number): Rows =>
    findingsSection({
      findings,
      open: 0,
      folded: (counts) => `${severityList(counts)} ${words}`,
      elsewhere,
      unabridged: true,
      rank,
      most,
    });
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

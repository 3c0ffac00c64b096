import { counting, type ImageRow, type Week } from "../../domain/rows/week.ts";
import { countSeverities, toSeverity } from "../../domain/severity.ts";
import { withReason } from "../log/log.ts";
import { markdownSummary } from "../print/markdown.ts";
import type { TextLook } from "../print/text.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import { exceptionsSection } from "../story/exceptions.ts";
import { SHORT } from "../story/form.ts";
import { modeWords, reasonText, title } from "../story/heading.ts";
import { runNotesSection } from "../story/notices.ts";
import { agreementsWords } from "../story/opinions.ts";
import { commonStepsSection } from "../story/plan.ts";
import { changesSection } from "../story/policy-changes.ts";
import { runProvenance, scannersOf, smallPrint } from "../story/provenance.ts";
import { foldedTarget } from "../story/story.ts";
import { withHead } from "../terminal/answer.ts";
import { type Block, fold, type Inline, join, leftOut, para, prose, say, strong } from "../tree.ts";
import { numbersSection } from "./numbers.ts";
import { leftFromResults } from "./results.ts";
import { changesFold, goneSection, notLookedAt, someNames, sourcesSection, stateWords } from "./sections.ts";
import { imageTables, inSight } from "./tables.ts";
import { type IssuesShown, type RescanView, weekOf } from "./view.ts";

/** The job summary of a run over running images: one screen for 50 images, bounded for any number. */
export function renderSummary(view: RescanView, limitBytes?: number): string {
  const { gate } = view;
  const [heading, numbers] = headBlocks(view);
  // If there are several images, the table has each one's reason; errors have a list.
  const isExplained = gate.verdict.answer === "error" || weekOf(view).rows.length > 1;
  const reason = isExplained ? [] : [para(strong(prose(reasonText(gate), 1_000)))];
  const first = [heading, ...reason, numbers, para(modeWords(gate))];
  return markdownSummary([...first, ...blocksOf(view, false)], limitBytes, first.length + 1);
}

/** The log: the summary's facts as text, without each image's plan, and at the end the reason. */
export function renderRescanLog(view: RescanView, look?: TextLook, limitBytes?: number): string {
  return withReason(rescanBlocks(view), view.gate, look, limitBytes);
}

/** The log without its last line, which is the verdict's. */
function rescanBlocks(view: RescanView): Block[] {
  return [...headBlocks(view), ...blocksOf(view, true)];
}

/**
 * The answer for a terminal or a pipe: the verdict in one line, the rest of the log, and how to see more.
 * @param command the command and its words
 */
export function renderRescanAnswer(view: RescanView, look: TextLook, command: string): string {
  // A failing image is judged alone for its plan and its table. A name that a shell reads otherwise is not shown.
  const failing = view.gate.verdict.targets.flatMap(({ answer, target }) => (answer === "fail" ? [target.input] : []));
  const name = failing.find((input) => /^\w[\w./:@-]{0,200}$/.test(input));
  return withHead(view.gate, look, rescanBlocks(view), name === undefined ? `${command} --json` : `image ${name}`);
}

function blocksOf(view: RescanView, isText: boolean): Block[] {
  const { gate, issues, state } = view;
  const week = weekOf(view);
  const judged = week.rows.flatMap((row) => row.judged);
  const attention = exceptionsSection(gate, 5, true);
  const words = counted(attention.count, "exception needs", "exceptions need");
  return [
    ...notLookedAt(view, week),
    changesSection(gate, 5),
    runNotesSection(gate),
    ...(isText ? [] : numbersSection(view)),
    para(isText ? "" : agreementsWords(judged)),
    ...imageTables(week, isText),
    para(leftFromResults(view)),
    ...(isText ? [goneSection(week.gone)] : [...eachFailing(week, view), ...changesFold(week)]),
    isText || attention.count === 0 ? attention : fold(`${words} attention`, [attention]),
    sourcesSection(view),
    smallPrint([
      stateWords(state),
      issues === undefined ? "" : issueWords(issues),
      wayWords(week.rows),
      ...scannersOf(judged, gate),
      ...runProvenance(gate),
    ]),
  ];
}

/** Maximum number of images that get their own section. The table has all. */
const SECTIONS = 50;

/** The failing images, each with its steps, in one fold, since the issues have them too. */
function eachFailing({ rows }: Week, { gate }: RescanView): Block[] {
  const failing = rows.flatMap(({ judged }) => judged.filter(({ answer }) => answer === "fail"));
  if (failing.length === 0) return [];
  // The section of one image says as much as a comment.
  const shown = failing.slice(0, SECTIONS).map((target) => foldedTarget(target, gate, { form: SHORT }, false));
  const left = leftOut(failing.length - shown.length, "more image", "in the JSON report only");
  const blocks = [commonStepsSection(failing, 5), ...shown, para(left)];
  return [fold(`Failing, with fix plans: ${counted(failing.length, "image")}`, blocks)];
}

/** The run in one line, and in numbers. */
function headBlocks(view: RescanView): [Block, Block] {
  return [title(view.gate, `: ${headlineWords(view)}`), para(join(" · ", numberParts(weekOf(view))))];
}

/** The verdict to put after the run's name: `2 of 50 images could not be judged, 9 fail`. */
function headlineWords(view: RescanView): string {
  const { gate, state, sources } = view;
  const { rows } = weekOf(view);
  if (gate.verdict.answer === "pass")
    return rows.length === 1 ? "the image that runs passes" : `all ${number(rows.length)} images that run pass`;
  const unread = sources.filter(({ error }) => error !== undefined).length;
  const [errors, fails] = [countState(rows, "error"), countState(rows, "fail")];
  const ofAll = (count: number) =>
    rows.length === 1 ? "the image" : `${number(count)} of ${number(rows.length)} images`;
  const words = joined(", ", [
    unread === 0 ? "" : `${counted(unread, "source")} could not be read`,
    errors === 0 ? "" : `${ofAll(errors)} could not be judged`,
    "notWritten" in state && state.isError ? "the history was not kept" : "",
    fails === 0 ? "" : `${errors === 0 ? ofAll(fails) : number(fails)} ${fails === 1 ? "fails" : "fail"}`,
  ]);
  return words || "could not be judged";
}

function countState(rows: readonly ImageRow[], state: ImageRow["state"]): number {
  return rows.filter((row) => row.state === state).length;
}

/**
 * The run in numbers: images, failing, new, fixed, overdue, gone. Numbers that call for action are bold. Images that
 * were not looked at never count as 0.
 */
function numberParts(week: Week): Inline[] {
  const { rows, gone, places } = week;
  const goneWords = gone.length === 0 ? "" : `${number(gone.length)} gone`;
  if (rows.length === 0) return [strong("No image was looked at"), goneWords];
  const overdue = rows.reduce((sum, { image }) => sum + image.overdue.length, 0);
  const [errors, fails] = [countState(rows, "error"), countState(rows, "fail")];
  const pressing = (count: number, words: string) => (count === 0 ? "" : strong(`${number(count)} ${words}`));
  return [
    `${counted(rows.length, "image")}${places > rows.length ? ` in ${number(places)} places` : ""}`,
    pressing(errors, "not judged"),
    errors === rows.length ? "" : pressing(fails, "failing") || "0 failing",
    ...changeParts(week),
    // Without deadlines in the policy, nothing can be overdue: a 0 would sound as if there were some.
    pressing(overdue, "overdue"),
    goneWords,
  ];
}

/** The new and the fixed findings. A first scan has neither. */
function changeParts(week: Week): Inline[] {
  const { rows } = week;
  const known = rows.filter(({ history, judged }) => history === "known" && judged.length > 0);
  const first = rows.filter(({ history, judged }) => history === "first" && judged.length > 0).length;
  const fresh = known.flatMap((row) => counting(row.fresh, week));
  const list = severityList(countSeverities(fresh, ({ severity }) => toSeverity(severity)));
  const fixed = rows.flatMap((row) => inSight(row.fixed, week)).length;
  const firstWords =
    first === rows.length ? "first scan: nothing to compare with" : `${number(first)} scanned for the first time`;
  return [
    ...(known.length === 0
      ? []
      : [fresh.length === 0 ? "0 new" : strong(`${number(fresh.length)} new (${list})`), `${number(fixed)} fixed`]),
    first === 0 ? "" : firstWords,
    rows.some(({ history }) => history === "none") ? "the earlier findings are not known" : "",
  ];
}

/** The run's actions on issues. */
function issueWords({ opened, reopened, updated, closed, left }: IssuesShown): Inline {
  const parts = [
    `${number(opened)} opened`,
    reopened === 0 ? "" : `${number(reopened)} reopened`,
    `${number(updated)} updated`,
    `${number(closed)} closed`,
    left.length === 0 ? "" : say`${left.length} not opened, because of max-issues (${someNames(left, 60)})`,
  ];
  return say`issues: ${join(", ", parts)}`;
}

const WAYS = [
  { of: "sbom", one: "scanned from its stored SBOM", several: "scanned from their stored SBOMs" },
  { of: "image", one: "image read as a whole", several: "images read as a whole" },
  { of: "report", one: "judged by Harbor's report", several: "judged by Harbor's reports" },
];

/** The ways of the scans: `48 scanned from their stored SBOMs, 2 images read as a whole`. Empty if none was scanned. */
function wayWords(rows: readonly ImageRow[]): string {
  const running = rows.flatMap(({ image }) => image.running);
  const parts = WAYS.map(({ of, one, several }) => {
    const count = running.filter(({ way }) => way === of).length;
    return count === 0 ? "" : counted(count, one, several);
  });
  return joined(", ", parts);
}

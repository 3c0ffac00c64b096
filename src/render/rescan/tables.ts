import type { Step } from "../../domain/fix-plan.ts";
import { split } from "../../domain/rows/groups.ts";
import type { ImageRow, ImageState, Week } from "../../domain/rows/week.ts";
import { commonSteps } from "../../domain/upgrade/common-steps.ts";
import { counted, number } from "../shared/phrases.ts";
import { shorten } from "../shared/safe-text.ts";
import { terseStep } from "../shared/steps.ts";
import {
  type Block,
  BREAK,
  broken,
  code,
  fold,
  type Inline,
  isEmpty,
  join,
  leftOut,
  link,
  name as nameOf,
  para,
  type Row,
  type Rows,
  rowsOf,
  say,
  strong,
  table,
} from "../tree.ts";
import { changeWords, endingWords, NO_STEP, openParts, overdueWords, placeWords } from "./words.ts";

/** Images that are open in the table before the rest is folded. With fewer left than this, none is folded. */
const OPEN = 8;
const FEW = 2;
/** Longest image name and place in a cell, in UTF-16 units. */
const NAME = 56;
const PLACE = 31;

const SIGN: Readonly<Record<ImageState, string>> = { error: "⛔", fail: "❌", overdue: "⏰", ending: "⏳", pass: "✅" };
const HEAD = ["image, and where it runs", "open", "new, fixed, overdue", "first"];

/** The images, worst first: those that need somebody are open, those that pass are folded. */
export function imageTables(week: Week, elsewhere: string): Block[] {
  const pressing = week.rows.filter(({ state }) => state !== "pass");
  const passing = week.rows.filter(({ state }) => state === "pass");
  // A few images in all are not reason to fold anything.
  const all = week.rows.length <= OPEN;
  const open = all ? week.rows : pressing.slice(0, pressing.length <= OPEN + FEW ? pressing.length : OPEN);
  const rest = all ? [] : pressing.slice(open.length);
  return [
    imageTable({ rows: open, rank: 1 }, week, elsewhere),
    imageTable({ rows: rest, rank: 2, folded: `${counted(rest.length, "more image")} to look at` }, week, elsewhere),
    imageTable(
      {
        rows: all ? [] : passing,
        rank: 40,
        folded: `${counted(passing.length, "image")} ${passing.length === 1 ? "passes" : "pass"}`,
      },
      week,
      elsewhere,
    ),
  ];
}

interface Table {
  readonly rows: readonly ImageRow[];
  readonly rank: number;
  /** The summary of the fold that it lies in. */
  readonly folded?: string;
}

function imageTable({ rows, rank, folded }: Table, week: Week, elsewhere: string): Rows {
  const used = HEAD.map((_, column) => rows.some((row) => !isEmpty(cells(row, week)[column] ?? "")));
  const inUse = (_: unknown, column: number) => used[column];
  return rowsOf(rows, {
    row: (row) => cells(row, week).filter(inUse),
    rank,
    share: 0.4,
    layout: (shown, left) => {
      const body = [table(HEAD.filter(inUse), shown), para(leftOut(left, "more image", `left out here: ${elsewhere}`))];
      return folded === undefined ? body : [fold(folded, body)];
    },
  });
}

function cells(row: ImageRow, week: Week): Row {
  const changes = [changeWords(row, week).join(", "), oneLine(overdueWords(row, week.today))];
  return [imageCell(row), openCell(row, week), join(BREAK, changes), firstCell(row)];
}

function imageCell({ image, name, state, places, judged, unjudged }: ImageRow): Inline {
  const several = judged.length + unjudged > 1 ? ` ${number(judged.length + unjudged)} versions` : "";
  const about = say`${SIGN[state]}\u{A0}${link(code(name, NAME), image.issueUrl)}${several}`;
  return join(BREAK, [about, placeWords(places, PLACE)]);
}

function openCell(row: ImageRow, { severities }: Week): Inline {
  const { open, exploited, unjudged } = row;
  if (open === undefined) return "?";
  const fire = exploited === 0 ? "" : "\u{A0}🔥";
  const [first = "none", ...others] = openParts(row, severities).map(({ words, broken: isBroken }) =>
    isBroken ? broken(oneLine(words)) : oneLine(words),
  );
  return join(BREAK, [[first, fire], ...others, unjudged === 0 ? "" : oneLine(`${number(unjudged)} not judged`)]);
}

function oneLine(own: string): string {
  return own.replaceAll(" ", "\u{A0}");
}

/** What to do first: of an image without an answer its error, of one that fails its first step. */
function firstCell(row: ImageRow): Inline {
  const [error] = row.image.running.flatMap(({ verdict }) => (verdict.answer === "error" ? [verdict.error] : []));
  if (error !== undefined) return code(error.code, 60);
  if (row.step !== undefined) return stepCell(row.step);
  if (row.state === "fail") return NO_STEP;
  return endingWords(row);
}

/** Steps that several images need. */
const STEPS = 4;

/** The steps that fix most images: one change of what they share may fix all of them. Empty if there is none. */
export function commonStepsLine({ rows }: Week): Inline {
  const failing = rows.flatMap(({ name, judged }) =>
    judged.flatMap((target) => (target.answer === "fail" ? [{ name, plan: split(target).plan }] : [])),
  );
  const common = commonSteps(failing.map(({ plan }) => plan))
    .map(({ step, targets }) => ({ step, images: new Set(targets.map((at) => failing[at]?.name)).size }))
    .filter(({ images }) => images > 1)
    .sort((a, b) => b.images - a.images);
  if (common.length === 0) return "";
  const shown = common
    .slice(0, STEPS)
    .map(({ step, images }) => say`${terseStep(step, briefName)} in ${number(images)} images`);
  return say`${strong("For several images:")} ${join(" · ", shown)}${common.length > STEPS ? " · …" : ""}`;
}

const briefName = (untrusted: string) => nameOf(shortName(untrusted));

/** Longest package name in a cell, in UTF-16 units. */
const PACKAGE = 24;

/** A long name without its group or folder: `…log4j-core`. */
function shortName(untrusted: string): string {
  if (untrusted.length <= PACKAGE) return untrusted;
  const cut = Math.max(untrusted.lastIndexOf(":"), untrusted.lastIndexOf("/")) + 1;
  return shorten(cut === 0 || cut === untrusted.length ? untrusted : `…${untrusted.slice(cut)}`, PACKAGE, "middle");
}

/** The step without the installed version and without its places: the issue and the report have them. */
function stepCell(step: Step): Inline {
  return say`${terseStep(step, briefName)}, clears\u{A0}${number(step.clears)}`;
}

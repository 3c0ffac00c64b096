import type { ImageRow, ImageState, Week } from "../../domain/rows/week.ts";
import { counted, number } from "../shared/phrases.ts";
import {
  type Block,
  BREAK,
  code,
  fold,
  type Inline,
  isEmpty,
  join,
  leftOut,
  link,
  para,
  type Row,
  type Rows,
  rowsOf,
  say,
  table,
} from "../tree.ts";
import { changeWords, firstWords, openParts, overdueWords, placeWords } from "./words.ts";

/** Images that are open in the table before the rest is folded. With fewer left than this, none is folded. */
const OPEN = 8;
const FEW = 2;
/** Longest image name in a cell, in UTF-16 units. */
const NAME = 56;

const SIGN: Readonly<Record<ImageState, string>> = { error: "⛔", fail: "❌", overdue: "⏰", ending: "⏳", pass: "✅" };
const HEAD = ["image, and where it runs", "open", "new, fixed, overdue", "first"];
const TEXT_HEAD = ["", { words: "image", letters: 8 }, ...HEAD.slice(1)];

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
  /** A text has no signs, so that the state is a word; and no room for the places. */
  readonly isText?: boolean;
}

export function imageTable({ rows, rank, folded, isText = false }: Table, week: Week, elsewhere: string): Rows {
  const heads = isText ? TEXT_HEAD : HEAD;
  const cells = isText ? textCells : pageCells;
  const used = heads.map((_, column) => rows.some((row) => !isEmpty(cells(row, week)[column] ?? "")));
  const inUse = (_: unknown, column: number) => used[column];
  return rowsOf(rows, {
    row: (row) => cells(row, week).filter(inUse),
    rank,
    share: isText ? 0.7 : 0.4,
    layout: (shown, left) => {
      const body = [
        table(heads.filter(inUse), shown),
        para(leftOut(left, "more image", `left out here: ${elsewhere}`)),
      ];
      return folded === undefined ? body : [fold(folded, body)];
    },
  });
}

function pageCells(row: ImageRow, week: Week): Row {
  const changes = [changeWords(row, week).join(", "), oneLine(overdueWords(row, week.today))];
  return [imageCell(row), openCell(row, week), join(BREAK, changes), firstWords(row, true)];
}

function textCells(row: ImageRow, week: Week): Row {
  return [row.state, code(row.name, NAME), ...pageCells(row, week).slice(1, -1), firstWords(row)];
}

function imageCell({ image, name, state, places, judged, unjudged }: ImageRow): Inline {
  const several = judged.length + unjudged > 1 ? ` ${number(judged.length + unjudged)} versions` : "";
  const about = say`${SIGN[state]}\u{A0}${link(code(name, NAME), image.issueUrl)}${several}`;
  return join(BREAK, [about, placeWords(places)]);
}

function openCell(row: ImageRow, { severities }: Week): Inline {
  const { open, exploited, unjudged } = row;
  if (open === undefined) return "?";
  const fire = exploited === 0 ? "" : "\u{A0}🔥";
  const [first = "", ...others] = openParts(row, severities);
  return join(BREAK, [[first, fire], ...others, unjudged === 0 ? "" : oneLine(`${number(unjudged)} not judged`)]);
}

function oneLine(own: string): string {
  return own.replaceAll(" ", "\u{A0}");
}

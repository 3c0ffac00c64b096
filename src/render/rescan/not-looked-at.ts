import { counted, number, someLines } from "../../domain/list-some.ts";
import type { Week } from "../../domain/rows/week.ts";
import type { TargetError } from "../../domain/verdict.ts";
import { textLine } from "../print/line.ts";
import { said } from "../print/text.ts";
import { type Block, code, type Inline, list, note, para, prose, say, some, strong } from "../tree.ts";

/** Most items that are shown, and most names of images with the same error. */
const MOST = 20;
const NAMED = 3;

/** Something that was not looked at: the reason, and what is known about it all the same. */
interface NotLookedAt {
  readonly subject: Inline;
  readonly error?: TargetError;
  readonly words: string;
}

/** Sources that could not be read, images that could not be judged, and images that no source names any more. */
function notLookedAt({ unread, notJudged, unseen }: Week): NotLookedAt[] {
  const named = (names: readonly string[]) => some(names, NAMED, { show: (name) => code(name, 100) });
  const it = unseen.length === 1 ? "it" : "them";
  const gone = `no source that could be read names ${it} any more. What is known of ${it} stays as it was.`;
  return [
    ...unread.map(({ source, images, error }) => ({
      subject: say`source ${code(source, 120)}`,
      error,
      words: images === 0 ? "" : ` It named ${counted(images, "image")} all the same.`,
    })),
    ...notJudged.map(({ names, error }) => ({ subject: named(names), error, words: "" })),
    ...(unseen.length === 0 ? [] : [{ subject: named(unseen.map(({ change }) => change.image)), words: gone }]),
  ];
}

/** What was not looked at, as a paragraph or a list. */
export function notLookedAtSection(week: Week): Block[] {
  const items = notLookedAt(week).map(({ subject, error, words }) => {
    if (error === undefined) return say`${subject}: ${words}`;
    const what = say`${code(`[${error.code}]`, 80)} ${prose(error.what, 500)}.${words}`;
    return say`${subject}: ${what} ${strong("What to do:")} ${prose(error.remedy, 500)}`;
  });
  const [only, ...others] = items;
  if (only === undefined) return [];
  const title = strong("Not looked at:");
  if (others.length === 0) return [para(title, " ", only)];
  const left = items.length - MOST;
  return [
    para(title),
    list([...items.slice(0, MOST), left > 0 ? note(`${number(left)} more in the report only.`) : ""]),
  ];
}

/** The same for the log. */
export function notLookedAtLines(week: Week): string[] {
  const items = notLookedAt(week);
  if (items.length === 0) return [];
  const lines = someLines(items, MOST, {
    show: ({ subject, error, words }) =>
      error === undefined
        ? `  ${textLine(subject)}: ${words}`
        : `  ${textLine(subject)}: [${said(error.code, 80)}] ${said(error.what, 500)}.${words}\n    ${said(error.remedy, 500)}`,
    rest: (more) => `  … ${more}; the report has all.`,
  });
  return ["Not looked at:", ...lines, ""];
}

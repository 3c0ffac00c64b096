import type { Week } from "../../domain/rows/week.ts";
import type { TargetError } from "../../domain/verdict.ts";
import { counted } from "../shared/phrases.ts";
import { type Block, code, type Inline, leftOut, list, para, prose, say, some, strong } from "../tree.ts";

/** Most items that are shown, and most names of images with the same error. */
const MOST = 20;
const NAMED = 3;

/** Sources that could not be read, images that could not be judged, and images that no source names any more. */
export function notLookedAt({ unread, notJudged, unseen }: Week): Block[] {
  const it = unseen.length === 1 ? "it" : "them";
  const items = [
    ...unread.map(({ source, images, error }) => {
      const words = images === 0 ? "" : ` It named ${counted(images, "image")} all the same.`;
      return errorItem(say`source ${code(source, 120)}`, error, words);
    }),
    ...notJudged.map(({ names, error }) => errorItem(named(names), error)),
    unseen.length === 0
      ? ""
      : say`${named(unseen.map(({ change }) => change.image))}: no source that could be read names ${it} any more. What is known of ${it} stays as it was.`,
  ].filter((item) => item !== "");
  if (items.length === 0) return [];
  return [
    para(strong("Not looked at:")),
    list([...items.slice(0, MOST), leftOut(items.length - MOST, "more item", "in the report only")]),
  ];
}

function named(names: readonly string[]): Inline {
  return some(names, NAMED, { show: (name) => code(name, 100) });
}

/** @param words what is known about it all the same */
function errorItem(subject: Inline, { code: id, what, remedy }: TargetError, words = ""): Inline {
  return say`${subject}: ${code(`[${id}]`, 80)} ${prose(what, 500)}.${words} ${strong("What to do:")} ${prose(remedy, 500)}`;
}

import { stripVTControlCharacters } from "node:util";
import { fitBlocks, type Measure, utf8Bytes } from "../fit.ts";
import { type TextLook, textPrinter } from "../print/text.ts";
import { SHORT } from "../story/form.ts";
import { modeWords } from "../story/heading.ts";
import { blocksOf } from "../story/story.ts";
import { answer as answerOf, type Block, type Inline, para, prose } from "../tree.ts";
import type { View } from "../view.ts";

/** Largest log text in UTF-8 bytes. Lines written during the scans, and the colours, are not included. */
const LIMIT_BYTES = 54_000;
const withoutColours: Measure = (text) => utf8Bytes(stripVTControlCharacters(text));

/** The log: the comment's content, with a row for each finding, and at the end the reason. */
export function renderLog(view: View, look?: TextLook, limit?: number): string {
  return withReason(blocksOf(view, { form: SHORT, table: {} }), view, look, limit);
}

/** Blocks as a log: its last line is the run's reason. */
export function withReason(blocks: readonly Block[], view: View, look: TextLook = {}, limit = LIMIT_BYTES): string {
  const printer = textPrinter(look);
  const last = printer.document([para(modeWords(view)), para(reasonWords(view))]);
  const room = { limit: limit - withoutColours(last) - 2, measure: withoutColours, printer };
  return `${fitBlocks(blocks, room).text}\n\n${last}`;
}

/** The verdict's one line, which begins with the answer. */
export function reasonWords({ verdict: { answer, reason } }: View): Inline {
  const rest = reason.startsWith(`${answer}: `) ? reason.slice(answer.length) : undefined;
  return rest === undefined ? prose(reason, 4_000) : [answerOf(answer), prose(rest, 4_000)];
}

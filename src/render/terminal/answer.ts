import { split } from "../../domain/rows/groups.ts";
import { SEVERITIES, type Severity } from "../../domain/severity.ts";
import { reasonWords } from "../log/log.ts";
import { type TextLook, textPrinter } from "../print/text.ts";
import { ALL } from "../story/form.ts";
import { modeWords } from "../story/heading.ts";
import { blocksOf } from "../story/story.ts";
import { type Block, list, para, say } from "../tree.ts";
import type { View } from "../view.ts";

/** The look of an answer. */
export interface AnswerLook extends TextLook {
  /** A person reads it at a terminal: a long table is cut, since the verdict is above it. */
  readonly isTerminal: boolean;
  /** The severities to show, with findings within the limits, too. Absent: only failing findings. */
  readonly severities?: readonly Severity[] | undefined;
  /** The command and its words, for the line on how to see more. */
  readonly command: string;
}

/** Maximum number of rows of a target that a terminal shows. A reader of a pipe gets all. */
const MOST_ROWS = 40;

/** The answer for a terminal or a pipe: the verdict in one line, the log's blocks, and how to see more. */
export function renderAnswer(view: View, look: AnswerLook): string {
  const { severities, isTerminal } = look;
  const most = isTerminal ? MOST_ROWS : undefined;
  const blocks = blocksOf(view, { form: ALL, table: { severities, most } });
  return withHead(view, look, blocks, moreWords(view, look));
}

/** The verdict, the blocks below, and how to see more. */
export function withHead(view: View, look: TextLook, blocks: readonly Block[], more: string): string {
  const head = [para(reasonWords(view)), list([modeWords(view)])];
  return textPrinter(look).document([...head, ...blocks, para(say`More: image-gate ${more}`)]);
}

function moreWords({ verdict }: View, { command, severities }: AnswerLook): string {
  const parts = verdict.targets.flatMap((target) => (target.answer === "error" ? [] : [split(target)]));
  const [first] = parts.flatMap(({ failing }) => failing);
  if (first !== undefined && /^[A-Za-z][\w-]+$/.test(first.finding.id)) return `explain ${first.finding.id}`;
  const hasMore = severities === undefined && parts.some(({ within }) => within.length > 0);
  return `${command} ${hasMore ? `--severity ${SEVERITIES.join(",")}` : "--json"}`;
}

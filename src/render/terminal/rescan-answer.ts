import { printText, type TextLook } from "../print/text.ts";
import { bodyText } from "../rescan/log.ts";
import type { RescanView } from "../rescan/view.ts";
import { answerHead } from "./answer.ts";

/**
 * The answer about running images for a terminal or a pipe: the verdict in one line, the rest of the log, and how to
 * see more.
 * @param command the command and its words
 */
export function renderRescanAnswer(view: RescanView, look: TextLook, command: string): string {
  return [printText(answerHead(view.gate), look), bodyText(view, look), moreLine(view, command)].join("\n");
}

/** What fails is judged alone for its plan and its table. A name that a shell reads otherwise is not shown. */
function moreLine({ gate: { verdict } }: RescanView, command: string): string {
  const failing = verdict.targets.flatMap(({ answer, target }) => (answer === "fail" ? [target.input] : []));
  const name = failing.find((input) => /^\w[\w./:@-]{0,200}$/.test(input));
  return `More: image-gate ${name === undefined ? `${command} --json` : `image ${name}`}`;
}

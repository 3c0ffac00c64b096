import type { TextLook } from "../print/text.ts";
import { rescanBlocks } from "../rescan/summary.ts";
import type { RescanView } from "../rescan/view.ts";
import { withHead } from "./answer.ts";

/**
 * The answer about running images for a terminal or a pipe: the verdict in one line, the rest of the log, and how to
 * see more.
 * @param command the command and its words
 */
export function renderRescanAnswer(view: RescanView, look: TextLook, command: string): string {
  // What fails is judged alone for its plan and its table. A name that a shell reads otherwise is not shown.
  const failing = view.gate.verdict.targets.flatMap(({ answer, target }) => (answer === "fail" ? [target.input] : []));
  const name = failing.find((input) => /^\w[\w./:@-]{0,200}$/.test(input));
  return withHead(view.gate, look, rescanBlocks(view), name === undefined ? `${command} --json` : `image ${name}`);
}

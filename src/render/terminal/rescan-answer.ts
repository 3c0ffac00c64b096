import { reasonLine } from "../log/log.ts";
import { type Line, printText, type TextLook } from "../print/text.ts";
import { bodyLines } from "../rescan/log.ts";
import type { RescanView } from "../rescan/view.ts";
import { policyLine } from "./answer.ts";

/**
 * The answer about running images for a terminal or a pipe: the verdict in one line, the rest of the log, and how to
 * see more.
 * @param command the command and its words
 */
export function renderRescanAnswer(view: RescanView, look: TextLook, command: string): string {
  const { mode, verdict } = view.gate;
  const head: (Line | undefined)[] = [
    reasonLine(view.gate),
    policyLine(view.gate),
    mode === "warn" && verdict.answer === "fail" ? "mode: warn: the exit code is 0." : undefined,
  ];
  const lines = [...head.filter((line) => line !== undefined), "", ...bodyLines(view, look), moreLine(view, command)];
  return printText(lines, look);
}

/** What fails is judged alone for its plan and its table. A name that a shell reads otherwise is not shown. */
function moreLine({ gate: { verdict } }: RescanView, command: string): string {
  const failing = verdict.targets.flatMap(({ answer, target }) => (answer === "fail" ? [target.input] : []));
  const name = failing.find((input) => /^\w[\w./:@-]{0,200}$/.test(input));
  return `More: image-gate ${name === undefined ? `${command} --json` : `image ${name}`}`;
}

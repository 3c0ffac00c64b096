import { renderRescanLog } from "../rescan/log.ts";
import type { RescanView } from "../rescan/view.ts";
import { shorten } from "../shared/safe-text.ts";
import { policyLine, wrapped } from "./answer.ts";

/**
 * The answer about running images for a terminal or a pipe: the verdict in one line, the rest of the log, and how to
 * see more.
 * @param command the command and its words
 */
export function renderRescanAnswer(view: RescanView, columns: number, command: string): string {
  const lines = renderRescanLog(view, { mostColumns: columns }).split("\n");
  const verdict = lines.pop() ?? "";
  const {
    mode,
    verdict: { answer },
  } = view.gate;
  const isWarning = mode === "warn" && answer === "fail";
  // The log's own line about it speaks of a step.
  const others = isWarning ? lines.slice(0, -1) : lines;
  const head = [
    shorten(verdict, 4_000),
    policyLine(view.gate),
    isWarning ? "mode: warn: the exit code is 0." : undefined,
  ];
  return [...head.filter((line) => line !== undefined), "", others.join("\n").trimEnd(), "", moreLine(view, command)]
    .flatMap((lines) => lines.split("\n"))
    .flatMap((line) => wrapped(line, columns))
    .join("\n");
}

/** What fails is judged alone for its plan and its table. A name that a shell reads otherwise is not shown. */
function moreLine({ gate: { verdict } }: RescanView, command: string): string {
  const failing = verdict.targets.flatMap(({ answer, target }) => (answer === "fail" ? [target.input] : []));
  const name = failing.find((input) => /^\w[\w./:@-]{0,200}$/.test(input));
  return `More: image-gate ${name === undefined ? `${command} --json` : `image ${name}`}`;
}

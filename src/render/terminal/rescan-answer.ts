import { renderRescanLog } from "../rescan/log.ts";
import type { RescanView } from "../rescan/view.ts";
import { shorten } from "../shared/safe-text.ts";
import { wrapped } from "./answer.ts";

/** The answer about running images for a terminal or a pipe: the verdict in one line, and then the rest of the log. */
export function renderRescanAnswer(view: RescanView, columns: number): string {
  const lines = renderRescanLog(view, { mostColumns: columns }).split("\n");
  const verdict = lines.pop() ?? "";
  const {
    mode,
    verdict: { answer },
  } = view.gate;
  const isWarning = mode === "warn" && answer === "fail";
  // The log's own line about it speaks of a step.
  const others = isWarning ? lines.slice(0, -1) : lines;
  return [shorten(verdict, 4_000), ...(isWarning ? ["mode: warn: the exit code is 0."] : []), "", ...others]
    .flatMap((line) => wrapped(line, columns))
    .join("\n")
    .trimEnd();
}

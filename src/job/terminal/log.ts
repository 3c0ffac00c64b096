import { harmless, type Output } from "../../system/harmless-text.ts";
import type { Log, SourceLine } from "../../system/world.ts";

/** The log of a run at a terminal, which does not understand workflow commands. */
export function terminalLog(out: Output, { colours = false } = {}): Log {
  const line = (text: string): void => {
    out.write(`${harmless(text)}\n`);
  };
  const labelled =
    (level: string) =>
    (message: string, place?: SourceLine): void => {
      const label = message.startsWith(`${level}: `) ? "" : `${level}: `;
      line(`${label}${message}${place ? ` (${place.file}:${place.line})` : ""}`);
    };
  return {
    info: line,
    show: (print) => out.write(`${print({ colours })}\n`),
    debug: () => {},
    startGroup: line,
    endGroup: () => {},
    notice: labelled("notice"),
    warning: labelled("warning"),
    error: labelled("error"),
    annotate: (level, message, place) => labelled(level)(message, place),
    annotationsLeft: () => Number.POSITIVE_INFINITY,
    // Only the user sees the terminal, and no line of ours has a secret in it.
    mask: () => {},
  };
}

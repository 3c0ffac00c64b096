import { oneLine } from "../domain/one-line.ts";
import { harmless, type Output } from "../system/harmless-text.ts";
import type { Level, Log, SourceLine } from "../system/world.ts";

/** How much of a log is shown. */
export interface LogWishes {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** A line that shows the latest step, and vanishes at the end. Absent: no steps are shown. */
  readonly progress?: { readonly columns: number } | undefined;
}

/** A log whose progress line can be taken away. */
export interface CommandLog extends Log {
  /** Removes the progress line, if there is one. */
  clear(): void;
  /** The same log, which shows steps as lines and an answer's error. */
  readonly spoken: Log;
}

const BACK_AND_CLEAR = "\r\u001b[2K";

/**
 * The log of a command, on standard error. Steps are lines with `--verbose`, else a single line that changes. An answer
 * is not annotated: the command itself writes it.
 */
export function commandLog(err: Output, { quiet, verbose, progress }: LogWishes): CommandLog {
  let isShown = false;
  const clear = (): void => {
    if (isShown) err.write(BACK_AND_CLEAR);
    isShown = false;
  };
  const line = (text: string): void => {
    clear();
    err.write(`${harmless(text)}\n`);
  };
  const step = (text: string): void => {
    if (verbose) line(text);
    if (verbose || quiet || progress === undefined) return;
    const shown = harmless(oneLine(text));
    clear();
    err.write([...shown].length < progress.columns ? shown : `${[...shown].slice(0, progress.columns - 2).join("")}…`);
    isShown = true;
  };
  const labelled = (level: Level) => (message: string, place?: SourceLine) => {
    if (quiet && level !== "error") return;
    const label = message.startsWith(`${level}: `) ? "" : `${level}: `;
    line(`${label}${message}${place ? ` (${place.file}:${place.line})` : ""}`);
  };
  const log: Log = {
    info: step,
    debug: () => {},
    startGroup: step,
    endGroup: () => {},
    notice: labelled("notice"),
    warning: labelled("warning"),
    error: labelled("error"),
    annotate: () => {},
    annotationsLeft: () => Number.POSITIVE_INFINITY,
    mask: () => {},
  };
  const say = (text: string): void => {
    if (!quiet) line(text);
  };
  const annotate: Log["annotate"] = (level, message) => log[level](message);
  return { ...log, clear, spoken: { ...log, info: say, startGroup: say, annotate } };
}

import { harmless, type Output } from "../system/harmless-text.ts";
import type { Level, Log, SourceLine } from "../system/world.ts";
import type { ProgressLine } from "./progress.ts";

/** How much of a log is shown. */
interface LogWishes {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Shows the latest step. Absent: steps are not shown. */
  readonly progress?: ProgressLine | undefined;
}

/** A line of the scanner itself, which begins with its time. It does not help a user who waits. */
const SCANNER_LINE = /^\d{4}-\d\d-\d\dT\S+\s/;

/**
 * The log of a command, on standard error. Steps are lines with `--verbose`, otherwise a single line that changes. An
 * answer
 * that the command does not take is shown with `--verbose`, and never annotated.
 * @returns also what removes the progress line, and the same log, which shows steps as lines
 */
export function commandLog(err: Output, { quiet, verbose, progress }: LogWishes) {
  const clear = (): void => progress?.clear();
  const line = (text: string): void => {
    clear();
    err.write(`${harmless(text)}\n`);
  };
  const step = (text: string): void => {
    if (verbose) line(text);
    else if (!quiet && !SCANNER_LINE.test(text)) progress?.show(text);
  };
  const labelled = (level: Level) => (message: string, place?: SourceLine) => {
    if (quiet && level !== "error") return;
    const label = message.startsWith(`${level}: `) ? "" : `${level}: `;
    line(`${label}${message}${place ? ` (${place.file}:${place.line})` : ""}`);
  };
  const plain: Log = {
    info: step,
    show: (print) => {
      if (!verbose) return;
      clear();
      err.write(`${print({ colours: false })}\n`);
    },
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
  const log: Log = { ...plain, advance: quiet || verbose ? undefined : progress?.advance };
  return { ...log, clear, spoken: { ...log, info: say, startGroup: say } };
}

import { realpathSync, statSync, writeFileSync } from "node:fs";
import { errorPage } from "../domain/one-line.ts";
import { errorText, GateError } from "../system/errors.ts";
import { replaceWhole } from "../system/given-files.ts";
import type { Output } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";
import type { Args, Terminal } from "./command.ts";

/** A stream as Node gives it. */
export interface Stream extends Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Standard output and standard error of the process. */
export interface Streams {
  readonly out: Stream;
  readonly err: Stream;
}

/** An error's text, and the page that explains it. */
export function withPage(error: Pick<GateError, "code" | "what" | "remedy">): string {
  return `${errorText(error)} See ${errorPage(error.code)} of Image Gate.`;
}

/** Width of output that is not read at a terminal, so that it is the same on every machine. */
const PIPE_COLUMNS = 120;
const LEAST_COLUMNS = 80;

/**
 * The abilities of the reader of standard output. `--no-color` beats `NO_COLOR`, that beats `FORCE_COLOR` and
 * `CLICOLOR_FORCE`, and those beat the terminal's own abilities (no-color.org, bixense.com/clicolors).
 */
export function terminalOf({ out, err }: Streams, options: Args["options"], env: World["env"]): Terminal {
  const isTerminal = out.isTTY === true;
  const columns = isTerminal ? Math.max(LEAST_COLUMNS, out.columns ?? LEAST_COLUMNS) : PIPE_COLUMNS;
  const colours = hasColours(out, options, env);
  return { out, err, isTerminal, columns, colours };
}

function hasColours(out: Stream, options: Args["options"], env: World["env"]): boolean {
  const asked = options.get("color");
  if (asked !== undefined) return asked === "true";
  if (env.NO_COLOR) return false;
  const isForced = [env.FORCE_COLOR, env.CLICOLOR_FORCE].some((value) => value && !/^(?:0|false)$/.test(value));
  return isForced || (out.isTTY === true && env.TERM !== "dumb");
}

/** The width of the progress line; undefined if there is to be none. */
export function progressColumns({ err }: Streams, options: Args["options"], env: World["env"]): number | undefined {
  const isWanted = options.get("progress") !== "false" && err.isTTY === true && env.TERM !== "dumb" && !env.CI;
  return isWanted ? (err.columns ?? LEAST_COLUMNS) : undefined;
}

/**
 * Writes a file that the user names: as a whole, or not at all. A link stays one, and a file keeps its rights. A device
 * or a pipe is written to directly: root would otherwise replace `/dev/null` with a file.
 * @param what the file as a sentence begins with it
 * @throws GateError `answer-not-written`
 */
export function writeWhole(path: string, text: string, what: string): void {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) writeFileSync(path, text);
    else if (there === undefined) replaceWhole(path, [text], { mode: 0o666, isDurable: true });
    else replaceWhole(realpathSync(path), [text], { mode: there.mode & 0o777, isDurable: true });
  } catch (cause) {
    throw new GateError(
      "answer-not-written",
      `${what} cannot be written (${(cause as NodeJS.ErrnoException).code})`,
      "Its folder must exist, be writable, and have space left.",
      { cause },
    );
  }
}

import type { Output } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";
import type { Given, Terminal } from "./command.ts";

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

/** Width of what nobody reads at a terminal, so that it does not change from machine to machine. */
const PIPE_COLUMNS = 120;
const LEAST_COLUMNS = 80;

/**
 * What the readers of standard output see. `--no-color` beats `NO_COLOR`, that beats `FORCE_COLOR` and
 * `CLICOLOR_FORCE`, and those beat what the terminal can do (no-color.org, bixense.com/clicolors).
 */
export function terminalOf({ out, err }: Streams, options: Given["options"], env: World["env"]): Terminal {
  const isTerminal = out.isTTY === true;
  const columns = isTerminal ? Math.max(LEAST_COLUMNS, out.columns ?? LEAST_COLUMNS) : PIPE_COLUMNS;
  return { out, err, isTerminal, columns, colours: hasColours(out, options, env) };
}

function hasColours(out: Stream, options: Given["options"], env: World["env"]): boolean {
  const asked = options.get("color");
  if (asked !== undefined) return asked === "true";
  if (env.NO_COLOR) return false;
  if (isForced(env.FORCE_COLOR) || isForced(env.CLICOLOR_FORCE)) return true;
  return out.isTTY === true && env.TERM !== "dumb";
}

function isForced(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}

/** The width of the progress line; undefined if there is to be none. */
export function progressColumns({ err }: Streams, options: Given["options"], env: World["env"]): number | undefined {
  const isWanted = options.get("progress") !== "false" && err.isTTY === true && env.TERM !== "dumb" && !env.CI;
  return isWanted ? (err.columns ?? LEAST_COLUMNS) : undefined;
}

import type { GateError } from "./errors.ts";

/** The place in the repository that a message is about. */
export interface SourceLine {
  /** Relative to the workspace. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** How an annotation is shown. */
export type Level = "notice" | "warning" | "error";

/** Progress of a long operation; finished when `done` equals `of`. */
export interface Advance {
  /** The name of the fetched thing: an image's label. The same unit and name mean the same thing. */
  readonly what: string;
  readonly unit: "bytes" | "targets";
  readonly done: number;
  /** Total number. Absent: not known. */
  readonly of?: number | undefined;
}

/** A job's log. Implementations make untrusted text harmless, so that no line can become a workflow command. */
export interface Log {
  info(text: string): void;
  /** Shows the answer. @param print makes its text, which is harmless, in colours if the log shows them */
  show(print: (look: { readonly colours: boolean }) => string): void;
  debug(text: string): void;
  /** Opens a folded group; groups do not nest. */
  startGroup(title: string): void;
  endGroup(): void;
  /** Writes an annotation; a plain line if the annotation would take the room of the answer's own. */
  notice(message: string, place?: SourceLine): void;
  warning(message: string, place?: SourceLine): void;
  error(message: string, place?: SourceLine): void;
  /** Writes an annotation of the answer. Annotations about problems of the run leave room for it. */
  annotate(level: Level, message: string, place?: SourceLine): void;
  /** How many more annotations of a level the platform would show; further ones become plain lines. */
  annotationsLeft(level: Level): number;
  /** From now on the log shows `***` instead of this secret. */
  mask(secret: string): void;
  /** Shows progress. May be called often; must not throw. Absent: progress is not shown. */
  readonly advance?: ((advance: Advance) => void) | undefined;
}

/**
 * The variable of an input, as the runner spells it: upper case, with `_` for spaces and hyphens kept
 * (actions/runner, Handler.cs). Inputs from other places are spelt the same.
 */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}

/** All facts from outside that code may depend on. They are passed in, never read at import time. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Node's name of the processor: `x64`, `arm64`, … */
  readonly arch: string;
  now(): Date;
  readonly log: Log;
  /** The checked-out repository; relative paths start here. Absolute. */
  readonly workspace: string;
  /** The folder that holds the workspace and further checkouts of the job (RUNNER_WORKSPACE). */
  readonly checkouts?: string | undefined;
  /** The runner's folder for temporary files (RUNNER_TEMP). Absolute. */
  readonly temp: string;
  /** The runner's folder for programs that outlive a job (RUNNER_TOOL_CACHE); absent if there is none. */
  readonly toolCache?: string | undefined;
  /** Files through which a step talks to the machine that runs the job. Absolute. Absent: there are none. */
  readonly runnerFiles?: readonly string[] | undefined;
  /** This run's own folder below {@link temp}, mode 0700. At the end everything in it is removed except the outputs. */
  readonly runFolder: string;
  /** A user has typed the paths, so paths outside the workspace are allowed. */
  readonly isAtTerminal?: boolean | undefined;
  /** Aborted when the run is cancelled (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
  /** Set if there is no folder to work in. The run then ends with this error, reported like every other. */
  readonly unusable?: GateError | undefined;
}

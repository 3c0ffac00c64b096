import type { GateError } from "./errors.ts";

/** Where in the repository a message belongs. */
export interface Place {
  /** Relative to the workspace. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** What an annotation is shown as. */
export type Level = "notice" | "warning" | "error";

/** What a job's log can do. Implementations make untrusted text harmless: no line can become a workflow command. */
export interface Log {
  /** @param paint adds colour to the text once it is harmless; not called where the log shows none. */
  info(text: string, paint?: (harmless: string) => string): void;
  debug(text: string): void;
  /** Opens a folded group; groups do not nest. */
  startGroup(title: string): void;
  endGroup(): void;
  /** An annotation, as far as those of the answer still have room behind it; else a line. */
  notice(message: string, place?: Place): void;
  warning(message: string, place?: Place): void;
  error(message: string, place?: Place): void;
  /** An annotation of the answer itself: what was in the way meanwhile does not take its place. */
  annotate(level: Level, message: string, place?: Place): void;
  /** How many more annotations of a level the platform would show; what comes after them is a line. */
  annotationsLeft(level: Level): number;
  /** From now on the log's reader sees `***` instead of this secret. */
  mask(secret: string): void;
}

/** Everything from outside that code may depend on: passed in, never read at import time. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Node's name of the processor: `x64`, `arm64`, … */
  readonly arch: string;
  now(): Date;
  readonly log: Log;
  /** The checked-out repository; relative paths start here. Absolute. */
  readonly workspace: string;
  /** The folder beside whose others the workspace lies: further checkouts of the job (RUNNER_WORKSPACE). */
  readonly checkouts?: string | undefined;
  /** The runner's folder for temporary files (RUNNER_TEMP). Absolute. */
  readonly temp: string;
  /** The runner's folder for programs that outlive a job (RUNNER_TOOL_CACHE). Absent: there is none. */
  readonly toolCache?: string | undefined;
  /** This run's own folder below {@link temp}, mode 0700. Outputs stay in it; everything else in it goes at the end. */
  readonly runFolder: string;
  /** Aborted when the run is cancelled (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
  /** Why there is no place to work in: the run is an error, and is told as every other. */
  readonly unusable?: GateError | undefined;
}

/** Where in the repository a message belongs. */
export interface Place {
  /** Relative to the workspace. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** What a job's log can do. Implementations make untrusted text harmless: no line can become a workflow command. */
export interface Log {
  /** @param paint adds colour to the text once it is harmless; not called where the log shows none. */
  info(text: string, paint?: (harmless: string) => string): void;
  debug(text: string): void;
  /** Opens a folded group; groups do not nest. */
  startGroup(title: string): void;
  endGroup(): void;
  notice(message: string, place?: Place): void;
  warning(message: string, place?: Place): void;
  error(message: string, place?: Place): void;
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
  /** The runner's folder for temporary files (RUNNER_TEMP). Absolute. */
  readonly temp: string;
  /** This run's own folder below {@link temp}, mode 0700. Outputs stay in it; everything else in it goes at the end. */
  readonly runFolder: string;
  /** Aborted when the run is cancelled (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
}

import type { Platform } from "../platforms/platform.ts";
import type { Output } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";

/** Which words and options a command takes. Its options are an action's inputs: `--max-high=5`. */
export interface CommandWords {
  readonly inputNames: readonly string[];
  /** The input that a word without dashes gives. */
  inputOf(word: string): string;
  /** Inputs may be given several times, one line each. Otherwise only one of the two could count. */
  readonly takesLists?: boolean;
}

/** Where a command writes. The log is on standard error as well. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
}

/** A command at a terminal. */
export interface Command extends CommandWords {
  readonly usage: string;
  /** The exit code if the command line is wrong. */
  readonly wrongUse: number;
  /**
   * Runs with the inputs of the command line, in `world.env` as a runner gives them, and with no others.
   * @returns its exit code
   */
  run(world: World, platform: Platform, terminal: Terminal): Promise<number>;
}

/** A command before any of its code is loaded. */
export interface CommandEntry {
  readonly name: string;
  load(): Promise<Command>;
}

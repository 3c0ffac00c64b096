import type { Platform } from "../job/job.ts";
import type { Output } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";

/** The formats of an answer. */
export const FORMATS = ["table", "json", "markdown"] as const;
export type Format = (typeof FORMATS)[number];

/** An option that a command takes: `--max-high 5`, `--max-high=5`. */
export interface CommandOption {
  /** Without its dashes. */
  readonly name: string;
  /**
   * - `switch`: `--issues`, `--no-issues`
   * - `text`: has a value, and may be there once
   * - `list`: has a value, and may be there several times
   */
  readonly kind: "switch" | "text" | "list";
  /** One sentence for the help. */
  readonly about: string;
  /** Placeholder for the value in the help: `FILE`. */
  readonly value?: string | undefined;
  /** One letter: `o` for `-o`. */
  readonly short?: string | undefined;
  /** The default value, for the help. A switch may be on by default. */
  readonly initially?: string | undefined;
  /** Most people need it: help lists it first if a command has many options. */
  readonly often?: boolean | undefined;
  /** It names what is read. */
  readonly file?: boolean | undefined;
  /** It says how images are found and scanned. */
  readonly scans?: boolean | undefined;
  /** The only values that it takes. */
  readonly choices?: readonly string[] | undefined;
  /** Options that contradict it. */
  readonly conflicts?: readonly string[] | undefined;
}

/** A command line that help shows, and a test runs. */
export interface Example {
  readonly line: string;
  readonly about: string;
}

/** The words and options that a command line gave. */
export interface Args {
  readonly words: readonly string[];
  /** By the options' names. Items of a list are lines; a switch is `true` or `false`. */
  readonly options: ReadonlyMap<string, string>;
}

/** The place of a command's output, and the abilities of its reader. The answer goes to `out`, the rest to `err`. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  /** Width of the answer; at least 80. */
  readonly columns: number;
  /** True if the answer may have colours. */
  readonly colours: boolean;
  /** True if a person reads the answer at a terminal; false for another program. */
  readonly isTerminal: boolean;
}

/** The surroundings of a running command. */
export interface Seat {
  /** Its environment has no inputs of actions. Its log is on standard error. */
  readonly world: World;
  readonly platform: Platform;
  readonly terminal: Terminal;
  /** A log that shows each line, unless `--quiet` is given: for commands whose log is what people wait for. */
  readonly spoken: World["log"];
  /** The format that `--format` or `--json` asks for; `table` if there is neither. */
  readonly format: Format;
  /** Writes the answer, once: to standard output, or as a whole into the file that `--output` names. */
  answer(text: string): void;
}

/** A command at a terminal. */
export interface Command {
  /** The words behind its name, as commander writes them: `<OLD> <NEW>`, `[FILE]`, `[NAME...]`. */
  readonly words: string;
  /** The only words that it takes. */
  readonly wordChoices?: readonly string[] | undefined;
  /** The command's own options. The options of every command are {@link CommandOption}s of the parser. */
  readonly options: readonly CommandOption[];
  /** The formats of its answer. Absent: it takes neither `--format` nor `--json` nor `--output`. */
  readonly formats?: readonly Format[] | undefined;
  readonly examples: readonly Example[];
  /** @returns its exit code: 0, 1 if the answer is no, 2 if it has none */
  run(given: Args, seat: Seat): Promise<number>;
}

/** A command before any of its code is loaded. */
export interface CommandEntry {
  /** One word, or two: `policy check`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly about: string;
  /** Its answer is a verdict, which later jobs read. It replaces the verdict that an earlier command handed on. */
  readonly answersVerdict?: boolean | undefined;
  load(): Promise<Command>;
}

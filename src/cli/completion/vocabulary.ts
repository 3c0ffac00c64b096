import type { TypedCommand } from "../command.ts";

/** An option as a shell offers it. */
export interface OfferedOption {
  /** With its dashes: `--no-cache` for a switch that is on. */
  readonly long: string;
  /** `-q`. */
  readonly short?: string | undefined;
  readonly about: string;
  readonly takesValue: boolean;
  /** Its only values. Empty: any, such as a file's name. */
  readonly choices: readonly string[];
}

export interface OfferedCommand {
  /** One word or two. */
  readonly name: string;
  readonly about: string;
  readonly options: readonly OfferedOption[];
  /** Its only words. Empty: any, such as a file's name. */
  readonly words: readonly string[];
}

/** All that can be completed. */
export interface Vocabulary {
  readonly commands: readonly OfferedCommand[];
  /** First words: `policy`, `image`, `help`. */
  readonly first: readonly { readonly word: string; readonly about: string }[];
  /** Second words, by the first: those of `policy`. */
  readonly second: ReadonlyMap<string, readonly { readonly word: string; readonly about: string }[]>;
  /** Options with a value that may stand before a command's name. */
  readonly valued: readonly string[];
}

/** The command of a line that names none. */
export const DEFAULT_COMMAND = "image";

/** @throws Error if a name could be read as something else by a shell: scripts are made of these words */
export function vocabularyOf(typed: readonly TypedCommand[]): Vocabulary {
  const commands = typed.map(({ name, about, options, wordChoices = [] }): OfferedCommand => {
    const offered = options.map(({ name: option, short, kind, initially, about: text, choices = [] }) => ({
      long: `--${kind === "switch" && initially === "true" ? "no-" : ""}${option}`,
      short: short === undefined ? undefined : `-${short}`,
      about: text,
      takesValue: kind !== "switch",
      choices,
    }));
    const help = { long: "--help", short: "-h", about: "This help.", takesValue: false, choices: [] };
    return { name, about, options: [...offered, help], words: wordChoices };
  });
  const parts = commands.map(({ name, about }) => ({ words: name.split(" "), about }));
  const firsts = new Map(parts.map(({ words: [word = "", next], about }) => [word, next === undefined ? about : ""]));
  const second = Map.groupBy(
    parts.filter(({ words }) => words.length > 1),
    ({ words: [word = ""] }) => word,
  );
  const vocabulary = {
    commands,
    first: [...firsts, ["help", "Explains a command"] as const].map(([word, about]) => ({ word, about })),
    second: new Map(
      [...second].map(([word, group]) => [word, group.map(({ words, about }) => ({ word: words[1] ?? "", about }))]),
    ),
    valued: ["--config"],
  };
  checkWords(vocabulary);
  return vocabulary;
}

function checkWords({ commands }: Vocabulary): void {
  const words = commands.flatMap(({ name, options, words: own }) => [
    ...name.split(" "),
    ...own,
    ...options.flatMap(({ long, short = "-x", choices }) => [long, short, ...choices]),
  ]);
  const bad = words.find((word) => !/^[A-Za-z0-9_-]+$/.test(word));
  if (bad !== undefined) throw new Error(`${JSON.stringify(bad)} cannot stand in a shell's script`);
}

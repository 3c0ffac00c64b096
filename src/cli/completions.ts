import type { Command as Commander } from "commander";
import { DEFAULT_COMMAND } from "./list.ts";

/** A word that may be in place of the last one, and its description. */
type Offer = readonly [word: string, about: string];

/** Loads a command, and describes it to its parser. */
type Describe = (parser: Commander) => Promise<void>;

/**
 * The words that may be in place of the last one, a line each, with a tab before the description. None: any word is
 * possible, such as a file's name.
 * @param line all words behind `image-gate`, the last one as far as it was typed
 */
export async function completions(program: Commander, line: readonly string[], describe: Describe): Promise<string> {
  const last = line.at(-1) ?? "";
  const offers = (await offersFor(program, line.slice(0, -1), last, describe)).filter(([word]) =>
    word.startsWith(last),
  );
  return offers.map(([word, about]) => `${word}\t${about}\n`).join("");
}

async function offersFor(
  program: Commander,
  before: readonly string[],
  last: string,
  describe: Describe,
): Promise<Offer[]> {
  const isHelp = before[0] === "help";
  let named = program;
  for (const word of isHelp ? before.slice(1) : before) {
    const next = named.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    named = next;
  }
  const isOpen = named !== program || ((before.length === 0 || isHelp) && !last.startsWith("-"));
  // The hidden command's name begins with `__`.
  const below = isOpen ? named.commands.filter((each) => !each.name().startsWith("__")) : [];
  if (below.length > 0) {
    const help: Offer[] = named === program && !isHelp ? [["help", "Explains a command"]] : [];
    return [...below.map((each): Offer => [each.name(), each.description()]), ...help];
  }
  const parser = program.commands.find((each) => named === program && each.name() === DEFAULT_COMMAND.name) ?? named;
  await describe(parser);
  const [equals = "", long = before.at(-1) ?? ""] = /^(--[^=]+)=/.exec(last) ?? [];
  const valued = parser.options.find((option) => option.required && [option.short, option.long].includes(long));
  if (valued !== undefined) return (valued.argChoices ?? []).map((choice) => [`${equals}${choice}`, ""]);
  if (last.startsWith("-"))
    return parser
      .createHelp()
      .visibleOptions(parser)
      .map(({ long = "", description }) => [long, description]);
  return (parser.registeredArguments[0]?.argChoices ?? []).map((word) => [word, ""]);
}

import type { CommandOption } from "./command.ts";
import { COMMANDS, DEFAULT_COMMAND } from "./list.ts";
import { optionsOf } from "./options.ts";

/** A word that may stand in place of the last one, and what it means. */
type Offer = readonly [word: string, about: string];

/**
 * The words that may stand in place of the last one, a line each, with a tab before what they mean. None: any may, such
 * as a file's name.
 * @param line all words behind `image-gate`, the last one as far as it was typed
 */
export async function completions(line: readonly string[]): Promise<string> {
  const offers = (await offersFor(line)).filter(([word]) => word.startsWith(lastOf(line)));
  return offers.map(([word, about]) => `${word}\t${about}\n`).join("");
}

/** Bash gives `--format=j` as three words. */
function lastOf(line: readonly string[]): string {
  const last = line.at(-1) ?? "";
  return last === "=" ? "" : last;
}

async function offersFor(line: readonly string[]): Promise<Offer[]> {
  const before = line.slice(0, line.at(-1) === "=" || line.at(-2) !== "=" ? -1 : -2);
  const last = lastOf(line);
  const names = before.slice(0, 3).filter((word) => !word.startsWith("-"));
  const isHelp = names[0] === "help";
  const [first, second] = isHelp ? names.slice(1) : names;
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (first !== undefined && second === undefined && group.length > 0)
    return group.map(({ name, about }): Offer => [name.split(" ")[1] ?? "", about]);
  if (first === undefined && [last, before.at(-1) ?? ""].every((word) => !word.startsWith("-")))
    return firstWords(isHelp);
  const named = COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
  const command = await (named ?? DEFAULT_COMMAND).load();
  const options = optionsOf(command);
  const [equals, long = ""] = /^--([^=]+)=/.exec(last) ?? [];
  const valued = optionNamed(equals === undefined ? (before.at(-1) ?? "") : `--${long}`, options);
  if (valued !== undefined && valued.kind !== "switch")
    return (valued.choices ?? []).map((choice): Offer => [`${equals ?? ""}${choice}`, ""]);
  if (last.startsWith("-")) return [...options.map(offerOf), ["--help", "This help."]];
  return (command.wordChoices ?? []).map((word): Offer => [word, ""]);
}

function optionNamed(typed: string, options: readonly CommandOption[]): CommandOption | undefined {
  return options.find(({ name, short }) => typed === `--${name}` || typed === `-${short}`);
}

function offerOf({ name, kind, initially, about }: CommandOption): Offer {
  return [`--${kind === "switch" && initially === "true" ? "no-" : ""}${name}`, about];
}

function firstWords(isHelp: boolean): Offer[] {
  const words = new Map(COMMANDS.map(({ name, about }) => [name.split(" ")[0] ?? "", name.includes(" ") ? "" : about]));
  return [...words, ...(isHelp ? [] : [["help", "Explains a command"] as const])];
}

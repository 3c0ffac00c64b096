import { parseArgs } from "node:util";
import { closest } from "../domain/did-you-mean.ts";
import type { CommandWords } from "./command.ts";

/** What a command line asks for. */
export type Asked =
  | { readonly inputs: ReadonlyMap<string, string> }
  | { readonly help: true }
  /** A sentence without a full stop. */
  | { readonly mistake: string };

/** Reads the arguments behind a command's name. */
export function readWords(args: readonly string[], { inputNames, inputOf, takesLists = false }: CommandWords): Asked {
  if (args.some((arg) => arg === "--help" || arg === "-h")) return { help: true };
  const options = Object.fromEntries(inputNames.map((name) => [name, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const inputs = new Map<string, string>();
  for (const token of tokens) {
    const typed = args[token.index] ?? "";
    const given = token.kind === "positional" ? wordIn(typed, inputOf) : optionIn(token, inputNames);
    if (given === undefined) return { mistake: notAnOption(typed, inputNames) };
    const { name, value } = given;
    const before = inputs.get(name);
    if (before !== undefined && !takesLists) return { mistake: `\`${name}\` is there twice` };
    inputs.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return { inputs };
}

interface Given {
  readonly name: string;
  readonly value: string;
}

/** Behind `--` even what begins with a dash would be a word: no input begins so. */
function wordIn(word: string, inputOf: CommandWords["inputOf"]): Given | undefined {
  return word.startsWith("-") ? undefined : { name: inputOf(word), value: word };
}

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];

/** A value must stand behind `=`, so that no word is taken for one. */
function optionIn(token: Token, inputNames: readonly string[]): Given | undefined {
  const isGiven = token.kind === "option" && token.inlineValue === true && inputNames.includes(token.name);
  return isGiven ? { name: token.name, value: token.value } : undefined;
}

function notAnOption(arg: string, inputNames: readonly string[]): string {
  const name = arg.replace(/^-+/, "").replace(/=.*$/s, "");
  if (inputNames.includes(name)) return `${JSON.stringify(arg)} lacks its value: --${name}=VALUE`;
  const meant = closest(name, inputNames);
  return `${JSON.stringify(arg)} is not an option${meant === undefined ? "" : `; did you mean --${meant}=…?`}`;
}

import type { Command, CommandOption } from "./command.ts";

/** Options that every command takes. */
export const COMMON: readonly CommandOption[] = [
  { name: "quiet", short: "q", kind: "switch", often: true, about: "Only the answer, and errors." },
  { name: "verbose", kind: "switch", about: "Every step, on standard error." },
  { name: "color", kind: "switch", initially: "true", about: "No colours; so does the variable NO_COLOR." },
  { name: "progress", kind: "switch", initially: "true", about: "No progress line." },
];

/** Options of commands whose answer can be written in several ways. */
const ANSWERING: readonly CommandOption[] = [
  { name: "json", kind: "switch", conflicts: ["format"], about: "Short for `--format json`." },
  { name: "format", short: "f", kind: "text", value: "FORMAT", about: "How the answer is written." },
  {
    name: "output",
    short: "o",
    kind: "text",
    value: "FILE",
    about: "Write the answer into this file; - is standard output.",
  },
];

/** All options of a command. The options that every command has are last. */
export function optionsOf({ options, formats }: Pick<Command, "options" | "formats">): CommandOption[] {
  const answering = ANSWERING.map((one) => ({
    ...one,
    often: true,
    ...(one.name === "format" && { choices: formats }),
  }));
  return [...options, ...(formats === undefined ? [] : answering), ...COMMON];
}

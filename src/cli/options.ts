import type { Command, CommandEntry, CommandOption, Given } from "./command.ts";

/** Options that every command takes. */
const COMMON: readonly CommandOption[] = [
  { name: "quiet", short: "q", kind: "switch", about: "Only the answer, and errors." },
  { name: "verbose", kind: "switch", about: "Every step, on standard error." },
  { name: "color", kind: "switch", initially: "true", about: "No colours; so does the variable NO_COLOR." },
  { name: "progress", kind: "switch", initially: "true", about: "No progress line." },
  { name: "config", kind: "text", value: "FILE", about: "Options as YAML, by their names; those given here win." },
];

/** Options of commands whose answer can be written in several ways. */
const ANSWERING: readonly CommandOption[] = [
  { name: "json", kind: "switch", about: "Short for `--format json`." },
  { name: "format", short: "f", kind: "text", value: "FORMAT", about: "How the answer is written." },
  {
    name: "output",
    short: "o",
    kind: "text",
    value: "FILE",
    about: "Write the answer into this file; - is standard output.",
  },
];

/** All options of a command, those of every command last. */
export function optionsOf({ options, formats }: Pick<Command, "options" | "formats">): CommandOption[] {
  const answering = ANSWERING.map((one) => (one.name === "format" ? { ...one, choices: formats } : one));
  return [...options, ...(formats === undefined ? [] : answering), ...COMMON];
}

/** Formats of other scanners, whose `--output` names one: `-o json`, `-o sarif=FILE`. */
const FORMAT_WORD = /^(?:json|table|markdown|sarif|template|cyclonedx(?:-json|-xml)?|spdx(?:-json|-tag-value)?)(?=$|=)/;

/**
 * Why options contradict each other, or do not mean what they say, as a clause. Undefined: they do not.
 * @param formats what the command's answer can be written as
 */
export function contradiction(given: Given["options"], formats: Command["formats"] = []): string | undefined {
  const format = given.get("format");
  if (given.get("json") === "true" && format !== undefined && format !== "json")
    return `--json and --format ${format} ask for two answers`;
  const output = given.get("output") ?? "";
  const [word] = FORMAT_WORD.exec(output) ?? [];
  if (word === undefined) return undefined;
  const instead = formats.some((one) => one === word) ? `--format ${word}` : "--reports FORMAT=PATH";
  return `--output names a file, and ${JSON.stringify(word)} is a format: use ${instead}. A file of that name is ./${output}`;
}

/** What a group of commands says of itself: `policy`. */
export function groupHelp(group: string, commands: readonly CommandEntry[]): string {
  return [
    `Usage: image-gate ${group} COMMAND [options]`,
    "",
    ...listOf(commands),
    "",
    `Each command explains itself: image-gate ${group} COMMAND --help`,
  ].join("\n");
}

function listOf(commands: readonly CommandEntry[]): string[] {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return ["Commands:", ...commands.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`)];
}

/** What image-gate says of itself. */
export function usage(commands: readonly CommandEntry[]): string {
  const options = COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`);
  return [
    "May this image run? Scans images, and holds the findings against limits and exceptions.",
    "",
    "Usage: image-gate [image] NAME… [options]",
    "       image-gate COMMAND [options]",
    "",
    ...listOf(commands),
    "",
    `Options of every command: ${options.join(", ")}, --help; image-gate --version`,
    "Each command explains itself: image-gate COMMAND --help",
    "Exit codes: 0 pass, 1 fail, 2 could not judge, 130 and 143 for signals.",
  ].join("\n");
}

/** Inputs that are words of a command line. */
const TYPED = ["image", "path", "repository", "sbom", "report", "discover"];

/**
 * A message that names inputs, with options in their place: `scan-with: grype` is `--scan-with grype`. A word alone
 * must have a hyphen, or be said to be wrong: another may also be a key of the policy, or a program.
 */
export function optionWords(message: string, names: ReadonlySet<string>): string {
  return message.replace(
    /`([a-z][a-z0-9-]*)(?:: ([^`\n]+))?`( must be)?/g,
    (text, name: string, value: string | undefined, wrong = "") => {
      const isMeant = value !== undefined || name.includes("-") || (wrong !== "" && !TYPED.includes(name));
      if (!names.has(name) || !isMeant) return text;
      return `\`--${name}${value === undefined ? "" : ` ${value}`}\`${wrong}`;
    },
  );
}

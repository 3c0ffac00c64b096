import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command as Commander, CommanderError, InvalidArgumentError, Option } from "commander";
import { imageNaming } from "../domain/image/reference.ts";
import { GateError } from "../system/errors.ts";
import type { Command, CommandOption, Given } from "./command.ts";
import { contradiction, optionsOf } from "./options.ts";

/** What a command line asks for. */
export type Asked =
  | { readonly given: Given }
  | { readonly help: string }
  /** One or two lines, without a line end. */
  | { readonly mistake: string };

/** Reads the arguments behind a command's name. */
export function parse(name: string, command: Command, args: readonly string[]): Asked {
  const options = optionsOf(command);
  const written = { out: "", err: "" };
  const parser = parserOf(name, command, options).configureOutput({
    writeOut(text) {
      written.out += text;
    },
    writeErr(text) {
      written.err += text;
    },
    outputError: (text, write) => write(text),
  });
  try {
    parser.parse(withValues(args, options), { from: "user" });
  } catch (thrown) {
    if (thrown instanceof Mistake) return { mistake: `error: ${thrown.message}` };
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return { help: written.out.trimEnd() };
    return { mistake: instead(thrown, command) ?? written.err.trimEnd() };
  }
  const words = parser.args;
  const [least, most] = command.count;
  // A variable of a script that is not set. Taken as nothing, it would leave out what was to be judged.
  if (words.includes("")) return { mistake: `error: one of the words is empty: ${name} ${command.words}` };
  if (words.length < least) return { mistake: `error: ${name} needs ${command.words}` };
  if (words.length > most)
    return { mistake: `error: ${JSON.stringify(words[most])} is one word too many: ${name} ${command.words}`.trim() };
  const values = parser.opts<Record<string, readonly string[]>>();
  const given = new Map(
    options.flatMap((option) => {
      const value = values[attributeOf(option)];
      return value === undefined ? [] : [[option.name, value.join("\n")] as const];
    }),
  );
  const contrary = contradiction(given, command.formats);
  return contrary === undefined ? { given: { words, options: given } } : { mistake: `error: ${contrary}` };
}

/** The mistake of an option that another program has; undefined: it is not known. */
function instead({ code, message }: CommanderError, command: Command): string | undefined {
  const name = code === "commander.unknownOption" ? /'--([^'=]+)/.exec(message)?.[1] : undefined;
  const words = name === undefined ? undefined : command.insteadOf?.(name);
  return words === undefined ? undefined : `error: --${name} is not an option: ${words}`;
}

/** The help of a command. */
export function helpOf(name: string, command: Command): string {
  const asked = parse(name, command, ["--help"]);
  return "help" in asked ? asked.help : "";
}

/** A mistake that commander does not know. */
class Mistake extends Error {}

/** Every option takes a value, since {@link withValues} gives switches theirs. */
function parserOf(name: string, command: Command, options: readonly CommandOption[]): Commander {
  const parser = new Commander(`image-gate ${name}`)
    .usage(`${command.words} [options]`.trim())
    .argument("[words...]")
    .exitOverride()
    .helpOption("-h, --help", "This help.")
    .showSuggestionAfterError()
    .configureHelp({ visibleArguments: () => [], optionTerm: (option) => termOf(option, options), helpWidth: 100 })
    .addHelpText("after", afterHelp(command));
  const { often } = command;
  const isFirst = ({ name }: CommandOption) => often === undefined || often.includes(name);
  // Groups stand in the order in which they are met.
  for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))])
    parser.addOption(optionOf(option, options).helpGroup(isFirst(option) ? "Options:" : "Other options:"));
  return parser;
}

function optionOf(option: CommandOption, all: readonly CommandOption[]): Option {
  const { name, short, kind, about, initially, choices } = option;
  const dashes = short === undefined ? `--${name}` : `-${short}, --${name}`;
  const hint = choices ? ` One of ${choices.join(", ")}.` : initially && kind !== "switch" ? ` (${initially})` : "";
  return new Option(`${dashes} <value>`, about + hint).argParser((value: string, before: string[] | undefined) => {
    if (before !== undefined && kind !== "list") throw new Mistake(`--${name} is there twice`);
    // An empty limit or policy would silently be the default one.
    if (value === "" || all.some((one) => value === `--${one.name}`))
      throw new Mistake(`--${name} lacks its value: --${name} VALUE`);
    if (kind === "switch" && value !== "true" && value !== "false")
      throw new InvalidArgumentError("It is a switch: `true` or `false`.");
    if (choices && !choices.includes(value))
      throw new InvalidArgumentError(`It is one of ${choices.join(", ")}.${reportsInstead(name, all)}`);
    return [...(before ?? []), value];
  });
}

/** Other scanners write all their formats by `--format`. */
function reportsInstead(name: string, all: readonly CommandOption[]): string {
  const hasReports = name === "format" && all.some((one) => one.name === "reports");
  return hasReports ? " Formats for other tools are written by --reports, such as --reports sarif=out.sarif." : "";
}

/** As commander names it among its values. */
function attributeOf({ name }: CommandOption): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function termOf(shown: Option, options: readonly CommandOption[]): string {
  const option = options.find(({ name }) => shown.long === `--${name}`);
  if (option === undefined) return shown.flags;
  const { name, short, kind, value = "VALUE", initially } = option;
  const dashes = `${short === undefined ? "" : `-${short}, `}--`;
  if (kind === "switch") return `${dashes}${initially === "true" ? "no-" : ""}${name}`;
  return `${dashes}${name} ${value}${kind === "list" ? "…" : ""}`;
}

function afterHelp({ examples, exitCodes }: Command): string {
  const codes = Object.entries({ ...exitCodes, 130: "interrupted (SIGINT)", 143: "ended (SIGTERM)" });
  return [
    "",
    "Examples:",
    ...examples.flatMap(({ line, about }) => [`  ${line}`, `      ${about}`]),
    "",
    "Exit codes:",
    ...codes.map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`),
  ].join("\n");
}

/**
 * Gives each switch its value: `--issues` becomes `--issues=true`, `--no-issues` becomes `--issues=false`, and `-qo` is
 * `-q -o`. `-f=json` is `-f json`, as for other scanners. A value behind another option stays as it is.
 */
function withValues(args: readonly string[], options: readonly CommandOption[]): string[] {
  const switches = new Map(options.filter(({ kind }) => kind === "switch").map(({ name }) => [`--${name}`, name]));
  const short = new Map(options.filter(({ kind }) => kind === "switch").map((one) => [`-${one.short}`, one.name]));
  const valued = new Set(
    options.filter(({ kind }) => kind !== "switch").flatMap((one) => [`--${one.name}`, `-${one.short}`]),
  );
  const read: string[] = [];
  let isValue = false;
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--") return [...read, arg, ...left];
    const spelled = isValue ? undefined : spelledOut(arg, short, valued);
    if (spelled !== undefined) {
      left.unshift(...spelled);
      continue;
    }
    const on = switches.get(arg) ?? short.get(arg);
    const off = switches.get(arg.replace(/^--no-/, "--"));
    if (isValue || (on === undefined && off === undefined)) read.push(arg);
    else read.push(on === undefined ? `--${off}=false` : `--${on}=true`);
    isValue = !isValue && valued.has(arg);
  }
  return read;
}

/** `-qo` as `-q -o`, and `-f=json` as `-f json`. Undefined: it is neither. */
function spelledOut(
  arg: string,
  switches: ReadonlyMap<string, string>,
  valued: ReadonlySet<string>,
): string[] | undefined {
  const [, letter = "", others = ""] = /^(-[a-z])(.+)$/s.exec(arg) ?? [];
  if (switches.has(letter) && /^[a-z]/.test(others)) return [letter, `-${others}`];
  return valued.has(letter) && /^=./s.test(others) ? [letter, others.slice(1)] : undefined;
}

/** Commands whose words can be images. */
const IMAGES: ReadonlySet<string> = new Set(["compare", "image", "verify"]);

/** Options that name files and folders that are read. */
const READ = ["config", "path", "sbom", "trivy-report", "scan-report", "policy", "baseline", "vex", "dockerfile"];

/**
 * A job can start the command in a folder below its project's, in which all paths begin. What was typed there must not
 * be looked for, or found, elsewhere: another file of that name would be judged. An image's name is not a path, even if
 * a file has it, too.
 * @param name of the command
 * @throws GateError `path-elsewhere`
 */
export function refuseElsewhere(
  name: string,
  { words, options }: Given,
  { startedIn, workspace }: { readonly startedIn: string; readonly workspace: string },
): void {
  if (resolve(startedIn) === resolve(workspace) || real(startedIn) === real(workspace)) return;
  const itemsOf = (option: string) => options.get(option)?.split("\n") ?? [];
  const isPath = (item: string) => imageNaming(item) === undefined;
  const typed = IMAGES.has(name) ? words.filter(isPath) : words;
  for (const item of [...typed, ...itemsOf("image").filter(isPath), ...READ.flatMap(itemsOf)]) {
    const path = item.replace(/ as .*$/, "").trim();
    const here = resolve(startedIn, path);
    if (path === "" || here === resolve(workspace, path) || !existsSync(here)) continue;
    throw new GateError(
      "path-elsewhere",
      `${JSON.stringify(path)} is in the folder ${JSON.stringify(startedIn)}, where the command was started, but paths begin in the project's, ${JSON.stringify(workspace)}`,
      `Name ${JSON.stringify(join(relative(real(workspace), real(startedIn)), path))}, or start the command in the project's folder.`,
    );
  }
}

/** Without links: the project's folder may be named by one. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

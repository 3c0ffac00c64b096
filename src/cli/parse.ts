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
  const said = { help: "", mistake: "" };
  const parser = parserOf(name, command, options).configureOutput({
    writeOut(text) {
      said.help += text;
    },
    writeErr(text) {
      said.mistake += text;
    },
    outputError: (text, write) => write(text),
  });
  try {
    parser.parse(withoutValues(args, options), { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? { help: said.help.trimEnd() } : { mistake: said.mistake.trimEnd() };
  }
  const words = parser.args;
  const given = givenBy(parser, options);
  const wrong = wrongWords(words, name, command) ?? contradiction(given, command.formats);
  return wrong === undefined ? { given: { words, options: given } } : { mistake: `error: ${wrong}` };
}

function wrongWords(words: readonly string[], name: string, { words: wanted, count: [least, most] }: Command) {
  // A variable of a script that is not set. Taken as nothing, it would leave out what was to be judged.
  if (words.includes("")) return `one of the words is empty: ${name} ${wanted}`;
  if (words.length < least) return `${name} needs ${wanted}`;
  return words.length > most
    ? `${JSON.stringify(words[most])} is one word too many: ${name} ${wanted}`.trim()
    : undefined;
}

function givenBy(parser: Commander, options: readonly CommandOption[]): Map<string, string> {
  return new Map(
    options.flatMap(({ name }) => {
      const value: unknown = parser.getOptionValue(new Option(`--${name}`).attributeName());
      return value === undefined ? [] : [[name, Array.isArray(value) ? value.join("\n") : String(value)]];
    }),
  );
}

function parserOf(name: string, command: Command, options: readonly CommandOption[]): Commander {
  const parser = new Commander(`image-gate ${name}`)
    .usage(`${command.words} [options]`.trim())
    .argument("[words...]")
    .exitOverride()
    .helpOption("-h, --help", "This help.")
    .showSuggestionAfterError()
    .configureHelp({ visibleArguments: () => [], helpWidth: 100 })
    .addHelpText("after", afterHelp(command));
  const { often } = command;
  const isFirst = ({ name }: CommandOption) => often === undefined || often.includes(name);
  // Groups stand in the order in which they are met.
  for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))])
    for (const each of option.kind === "switch" ? switchOf(option) : [valuedOption(option, options)])
      parser.addOption(each.helpGroup(isFirst(option) ? "Options:" : "Other options:"));
  return parser;
}

/** `--issues` and `--no-issues`, of which help shows the one that changes something. */
function switchOf({ name, short, about, initially }: CommandOption): Option[] {
  const letter = short === undefined ? "" : `-${short}, `;
  const isOn = initially === "true";
  return [new Option(`${letter}--${name}`, about).hideHelp(isOn), new Option(`--no-${name}`, about).hideHelp(!isOn)];
}

function valuedOption(option: CommandOption, all: readonly CommandOption[]): Option {
  const { name, short, kind, about, value: shown = "VALUE", initially, choices } = option;
  const letter = short === undefined ? "" : `-${short}, `;
  const hint = choices ? ` One of ${choices.join(", ")}.` : initially ? ` (${initially})` : "";
  const flags = `${letter}--${name} <${shown}${kind === "list" ? "…" : ""}>`;
  return new Option(flags, about + hint).argParser((typed: string, before: string[] | undefined) => {
    // `-f=json` is `-f json`, as for other scanners.
    const value = short === undefined ? typed : typed.replace(/^=/, "");
    if (before !== undefined && kind !== "list") throw new InvalidArgumentError(`--${name} is there twice`);
    // An empty limit or policy would silently be the default one.
    if (value === "" || all.some((one) => value === `--${one.name}`))
      throw new InvalidArgumentError(`--${name} lacks its value: --${name} VALUE`);
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

/** A script's `--tlog=false` is `--no-tlog`, and `--offline=true` is `--offline`. */
function withoutValues(args: readonly string[], options: readonly CommandOption[]): string[] {
  const switches = new Set(options.flatMap(({ kind, name }) => (kind === "switch" ? [name] : [])));
  const end = args.indexOf("--");
  return args.map((arg, index) => {
    const [, name = "", value] = /^--([^=]+)=(true|false)$/.exec(arg) ?? [];
    if (!switches.has(name) || (end !== -1 && index > end)) return arg;
    return value === "true" ? `--${name}` : `--no-${name}`;
  });
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

import { Argument, Command as Commander, InvalidArgumentError, Option } from "commander";
import { harmless, type Output } from "../system/harmless-text.ts";
import type { Command, CommandEntry, CommandOption, Given } from "./command.ts";
import { COMMON, optionsOf } from "./options.ts";

/** Commander's output, and its streams. Its mistakes show what was typed. */
interface Outputs {
  readonly out: Output;
  readonly err: Output;
}

/** A command of commander's whose switches also take `=true` and `=false`, as scripts write them. */
export class Parser extends Commander {
  override createCommand(name?: string): Parser {
    return new Parser(name);
  }

  /** `--tlog=false` is `--no-tlog`, and `--no-offline=false` is `--offline`. */
  override parseOptions(args: string[]) {
    const switches = new Set(this.options.flatMap((option) => (option.isBoolean() ? [option.long] : [])));
    const end = args.indexOf("--");
    const plain = args.map((arg, index) => {
      const [, no, name, value] = /^--(no-)?([^=]+)=(true|false)$/.exec(arg) ?? [];
      if (!switches.has(`--${name}`) || (end !== -1 && index > end)) return arg;
      return (value === "true") === (no === undefined) ? `--${name}` : `--no-${name}`;
    });
    return super.parseOptions(plain);
  }
}

/**
 * The command line of these commands. A command is loaded and described when its name has been read.
 * @param load makes ready what a name means
 */
export function programOf(
  commands: readonly CommandEntry[],
  { groups, initial }: { readonly groups: Readonly<Record<string, string>>; readonly initial: CommandEntry },
  { out, err }: Outputs,
  load: (entry: CommandEntry, parser: Parser) => Promise<void>,
): Parser {
  const entries = new Map<Commander, CommandEntry>();
  const loadNamed = async (_: Commander, parser: Commander) => {
    const entry = entries.get(parser);
    if (entry !== undefined) await load(entry, parser as Parser);
  };
  const program = new Parser("image-gate")
    .description("May this image run? Scans images, and holds the findings against limits and exceptions.")
    .usage("[image] NAME… [options]\n       image-gate COMMAND [options]")
    .exitOverride()
    .helpOption(false)
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureHelp({ visibleArguments: () => [], helpWidth: 100, subcommandTerm: (each) => each.name() })
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(harmless(text)),
      outputError: (text, write) => write(text),
    })
    .addHelpText("after", AFTER_USAGE)
    .hook("preSubcommand", loadNamed);
  const parents = new Map<string, Commander>();
  for (const entry of commands) {
    const [first = "", second] = entry.name.split(" ");
    if (second !== undefined && !parents.has(first))
      parents.set(
        first,
        program
          .command(first)
          .description(groups[first] ?? "")
          .usage("COMMAND [options]")
          .helpOption("-h, --help", "This help.")
          .hook("preSubcommand", loadNamed),
      );
    const parent = parents.get(first) ?? program;
    const parser = parent.command(second ?? first, { isDefault: entry === initial }).description(entry.about);
    entries.set(parser, entry);
  }
  return program;
}

const AFTER_USAGE = `
Options of every command: ${COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`).join(", ")}, --help; image-gate --version
Each command explains itself: image-gate COMMAND --help
Exit codes: 0 pass, 1 fail, 2 could not judge, 130 and 143 for signals.`;

/** With at least this many options, help lists those first that most people need. */
const MANY = 50;

/** Describes a command to its parser: words, options, and what its help says. */
export function describe(parser: Parser, name: string, command: Command): Parser {
  const { words, wordChoices } = command;
  parser
    .helpOption("-h, --help", "This help.")
    .showHelpAfterError(`image-gate ${name} --help lists its options.`)
    .addHelpText("after", afterHelp(command));
  for (const word of words.split(" ").filter((each) => each !== "")) {
    const argument = new Argument(word);
    parser.addArgument(wordChoices === undefined ? argument : argument.choices([...wordChoices]));
  }
  const options = optionsOf(command);
  const isFirst = ({ often }: CommandOption) => often === true || options.length < MANY;
  // Groups stand in the order in which they are met.
  for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))])
    for (const each of option.kind === "switch" ? switchOf(option) : [valuedOption(option, options)])
      parser.addOption(each.helpGroup(isFirst(option) ? "Options:" : "Other options:"));
  return parser;
}

/** The options and words behind a command's name. Throws commander's error if they contradict each other. */
export function givenBy(parser: Parser): Given {
  const typed = Object.entries(parser.opts()).map(([key, value]: [string, unknown]) => {
    const { long = "" } = parser.options.find((option) => option.attributeName() === key) ?? {};
    return [long.replace(/^--(?:no-)?/, ""), Array.isArray(value) ? value.join("\n") : String(value)] as const;
  });
  const options = new Map(typed);
  // A variable of a script that is not set. Taken as nothing, it would leave out what was to be judged.
  if (parser.args.includes("")) parser.error("error: one of the words is empty");
  const format = options.get("format");
  if (options.get("json") === "true" && format !== undefined && format !== "json")
    parser.error(`error: --json and --format ${format} ask for two answers`);
  return { words: parser.args, options };
}

/** `--issues` and `--no-issues`, of which help shows the one that changes something. */
function switchOf({ name, short, about, initially }: CommandOption): Option[] {
  const letter = short === undefined ? "" : `-${short}, `;
  const isOn = initially === "true";
  // The library takes a `--no-` alone for a switch that is on: what was not typed has no value here.
  return [new Option(`${letter}--${name}`, about).hideHelp(isOn), new Option(`--no-${name}`, about).hideHelp(!isOn)];
}

function valuedOption(option: CommandOption, all: readonly CommandOption[]): Option {
  const { name, short, kind, about, value: shown = "VALUE", initially, choices } = option;
  const letter = short === undefined ? "" : `-${short}, `;
  const hint = initially ? ` (${initially})` : "";
  const made = new Option(`${letter}--${name} <${shown}${kind === "list" ? "…" : ""}>`, about + hint);
  if (choices !== undefined) return made.choices([...choices]);
  return made.argParser((typed: string, before: string[] | undefined) => {
    // `-o=FILE` is `-o FILE`, as for other programs.
    const value = short === undefined ? typed : typed.replace(/^=/, "");
    if (before !== undefined && kind !== "list") throw new InvalidArgumentError(`--${name} is there twice`);
    // An empty limit or policy would silently be the default one.
    if (value === "" || all.some((one) => value === `--${one.name}`))
      throw new InvalidArgumentError(`--${name} lacks its value: --${name} VALUE`);
    return [...(before ?? []), value];
  });
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

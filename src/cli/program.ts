import { Command as Commander, InvalidArgumentError, Option } from "commander";
import { harmless } from "../system/harmless-text.ts";
import type { Args, Command, CommandEntry, CommandOption, Terminal } from "./command.ts";
import { COMMANDS, DEFAULT_COMMAND, GROUPS } from "./list.ts";
import { COMMON, optionsOf } from "./options.ts";

/**
 * The command line of all commands. A command is loaded and described when its name has been read.
 * @param outputs commander's streams; its mistakes show what was typed
 * @param load loads the command of a name
 */
export function programOf(
  { out, err }: Pick<Terminal, "out" | "err">,
  load: (entry: CommandEntry, parser: Commander) => Promise<void>,
): Commander {
  const entries = new Map<Commander, CommandEntry>();
  const loadNamed = async (_: Commander, parser: Commander) => {
    const entry = entries.get(parser);
    if (entry !== undefined) await load(entry, parser);
  };
  const program = new Commander("image-gate")
    .description("May this image run? Scans images, and holds the findings against limits and exceptions.")
    .usage("[image] NAME… [options]\n       image-gate COMMAND [options]")
    .exitOverride()
    .helpOption(false)
    .helpCommand(false)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .configureHelp({ visibleArguments: () => [], helpWidth: 100, subcommandTerm: (each) => each.name() })
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(harmless(text)),
      outputError: (text, write) => write(text),
    })
    .addHelpText("after", AFTER_USAGE)
    .hook("preSubcommand", loadNamed);
  const groupOf = (name: string): Commander =>
    program.commands.find((each) => each.name() === name) ??
    program
      .command(name)
      .description(GROUPS[name] ?? "")
      .usage("COMMAND [options]")
      .helpOption("-h, --help", "This help.")
      .hook("preSubcommand", loadNamed);
  for (const entry of COMMANDS) {
    const [first = "", second] = entry.name.split(" ");
    const parent = second === undefined ? program : groupOf(first);
    const parser = parent.command(second ?? first, { isDefault: entry === DEFAULT_COMMAND }).description(entry.about);
    entries.set(parser, entry);
  }
  program
    .command(COMPLETE, { hidden: true })
    .argument("[WORD...]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (line: string[]) => {
      const { completions } = await import("./completions.ts");
      out.write(await completions(program, line, (parser) => loadNamed(program, parser)));
    });
  return program;
}

/** The hidden command that the scripts of `completion` ask. */
const COMPLETE = "__complete";

/** One table for all commands: 0 is yes or done, 1 is no, 2 means that there is no answer. */
const EXIT_CODES = `Exit codes:
  0    pass, or a fail with --mode warn; of other commands: it is done
  1    the answer is no: fail, refused (verify), nothing signed (sign)
  2    it could not be judged or done, or a wrong command line
  130  interrupted (SIGINT)
  143  ended (SIGTERM)`;

const AFTER_USAGE = `
Options of every command: ${COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`).join(", ")}, --help; image-gate --version, --self
Each command explains itself: image-gate COMMAND --help

${EXIT_CODES}`;

/** With at least this many options, help lists those first that most people need. */
const MANY = 50;

/** Describes a command to its parser: words, options, and what its help says. */
export function describe(parser: Commander, name: string, command: Command): Commander {
  const { words, wordChoices } = command;
  parser
    .helpOption("-h, --help", "This help.")
    .showHelpAfterError(`image-gate ${name} --help lists its options.`)
    .addHelpText("after", afterHelp(command));
  if (words !== "") parser.arguments(words);
  if (wordChoices !== undefined) parser.registeredArguments[0]?.choices([...wordChoices]);
  const options = optionsOf(command);
  const isFirst = ({ often }: CommandOption) => often === true || options.length < MANY;
  // Groups are in the order in which they are met.
  for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))])
    for (const each of option.kind === "switch" ? switchOf(option) : [valuedOption(option)])
      parser.addOption(each.helpGroup(isFirst(option) ? "Options:" : "Other options:"));
  return parser;
}

/** The options and arguments after a command's name. @throws CommanderError */
export function givenBy(parser: Commander): Args {
  const options = parser.options.flatMap((option) => {
    const value: unknown = parser.getOptionValue(option.attributeName());
    const name = option.long?.replace(/^--(?:no-)?/, "") ?? "";
    return value === undefined ? [] : [[name, [value].flat().join("\n")] as const];
  });
  // An unset variable of a script. If it were ignored, its target would not be judged.
  if (parser.args.includes("")) parser.error("error: one of the arguments is empty");
  return { words: parser.args, options: new Map(options) };
}

/** `--issues` and `--no-issues`, of which help shows the one that changes something. */
function switchOf({ name, about, initially, conflicts = [], ...option }: CommandOption): Option[] {
  const isOn = initially === "true";
  // A lone `--no-…` would make the library turn the switch on. With both options it has a value only if it was typed.
  return [
    new Option(`${letter(option)}--${name}`, about).hideHelp(isOn).conflicts([...conflicts]),
    new Option(`--no-${name}`, about).hideHelp(!isOn),
  ];
}

function valuedOption({
  name,
  kind,
  about,
  value: shown = "VALUE",
  initially,
  choices,
  ...option
}: CommandOption): Option {
  const hint = initially ? ` (${initially})` : "";
  const made = new Option(`${letter(option)}--${name} <${shown}${kind === "list" ? "…" : ""}>`, about + hint);
  if (choices !== undefined) return made.choices([...choices]);
  return made.argParser((typed: string, before: string[] | undefined) => {
    // `-o=FILE` is `-o FILE`, as for other programs.
    const value = option.short === undefined ? typed : typed.replace(/^=/, "");
    if (before !== undefined && kind !== "list") throw new InvalidArgumentError(`--${name} is there twice`);
    // An empty limit or policy would silently be the default one.
    if (/^(?:$|--)/.test(value)) throw new InvalidArgumentError(`--${name} lacks its value: --${name} VALUE`);
    return [...(before ?? []), value];
  });
}

function letter({ short }: Pick<CommandOption, "short">): string {
  return short === undefined ? "" : `-${short}, `;
}

function afterHelp({ examples }: Command): string {
  const lines = examples.map(({ line, about }) => `  ${line}\n      ${about}`);
  return `\nExamples:\n${lines.join("\n")}\n\n${EXIT_CODES}`;
}

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command as Commander, CommanderError } from "commander";
import { closest } from "../domain/did-you-mean.ts";
import type { Platform } from "../job/job.ts";
import { ownLine } from "../job/own-version.ts";
import { asGateError } from "../system/errors.ts";
import { harmless, type Output } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";
import type { Args, Command, CommandEntry, Format } from "./command.ts";
import { COMMANDS, DEFAULT_COMMAND, GROUPS } from "./list.ts";
import { commandLog } from "./log.ts";
import { optionsOf } from "./options.ts";
import { describe, givenBy, programOf } from "./program.ts";
import { progressLine } from "./progress.ts";
import { requireStartFolder } from "./start-folder.ts";
import { progressColumns, type Streams, terminalOf, withPage, writeWhole } from "./terminal.ts";

/** The exit code if the command line is wrong, or if a command could not do its work. */
const WRONG = 2;
const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 };

/** The surroundings of a command line. */
export interface Place {
  readonly world: World;
  /** The folder that the command was started in, if it is known. */
  readonly startedIn?: string | undefined;
  /** Opens the platform for a world. */
  open(world: World): Promise<Platform>;
  /** Called before anything else if the line asks for a verdict, or may have been meant to. */
  owesVerdict?(): void;
  readonly streams: Streams;
}

/**
 * Runs the command that the first words name; without a name it is `image`. Its inputs come from the command line
 * alone, whatever the environment has.
 * @returns its exit code
 */
export async function runCommandLine(line: readonly string[], place: Place): Promise<number> {
  const { world, streams } = place;
  // A job's log begins with it, whatever the line is. At a terminal, `--version` and `--self` say it.
  if (world.env.GITLAB_CI !== undefined || line.includes("--verbose"))
    streams.err.write(`${ownLine(import.meta.dirname)}\n`);
  let chosen: CommandEntry | undefined;
  let code = 0;
  const oweVerdict = () => {
    const isOther = line[0] === "help" || Object.hasOwn(GROUPS, line[0] ?? "");
    if (chosen === undefined ? !isOther : chosen.answersVerdict) place.owesVerdict?.();
  };
  const program = programOf(streams, async (entry, parser) => {
    chosen = entry;
    const command = await entry.load();
    describe(parser, entry.name, command).action(async () => {
      const given = givenBy(parser);
      if (entry.name.split(" ")[0] !== line[0]) refuseCommand(given.words[0] ?? "", parser, world);
      oweVerdict();
      code = await runCommand(entry, command, given, place);
    });
  });
  try {
    await parseLine(line, program, place);
  } catch (thrown) {
    const isExplained = thrown instanceof CommanderError;
    if (isExplained && thrown.exitCode === 0) return 0;
    // An answer that could not be shown is not a `pass` for later jobs, as the exit code says.
    oweVerdict();
    if (!isExplained) streams.err.write(harmless(`error: ${withPage(asGateError(thrown))}\n`));
    code = WRONG;
  }
  return SIGNAL_CODES[String(world.signal.reason)] ?? code;
}

/** @throws CommanderError */
async function parseLine(line: readonly string[], program: Commander, { world, streams }: Place): Promise<void> {
  const [first, ...rest] = line;
  if (first === "--self" && rest.length === 0) {
    const { aboutSelf } = await import("./self.ts");
    return void streams.out.write(await aboutSelf(import.meta.dirname, world));
  }
  if (first === undefined) return program.help({ error: true });
  if (["--help", "-h"].includes(first) || (first === "help" && rest.length === 0)) return program.outputHelp();
  const asked = rest.join(" ");
  if (first === "help" && !COMMANDS.some(({ name }) => `${name} `.startsWith(`${asked} `)))
    program.error(`error: ${JSON.stringify(asked)} is not a command`);
  if (!FIRST_WORDS.includes(first)) refuseCommand(first, program, world);
  await program.parseAsync(first === "help" ? [...rest, "--help"] : line, { from: "user" });
}

async function runCommand(entry: CommandEntry, command: Command, given: Args, place: Place): Promise<number> {
  const { startedIn, world, streams } = place;
  if (entry.answersVerdict === true && world.platform === "win32") streams.err.write(`${ON_WINDOWS}\n`);
  if (startedIn !== undefined)
    requireStartFolder(entry.name, given, optionsOf(command), { startedIn, workspace: world.workspace });
  return start(command, given, place);
}

/** Image Gate was never run on Windows. The known limits are said before anything else. */
const ON_WINDOWS =
  "warning: Image Gate was never tried on Windows. It cannot ask Docker's pipe there: name a tar, an OCI layout or an image of a registry, or run it in WSL.";

const FIRST_WORDS = [...new Set(["help", ...COMMANDS.map(({ name }) => name.split(" ")[0] ?? "")])];

/**
 * Refuses a command that is mistyped or comes after options: it would be judged as an image. If a file has that name,
 * it is judged. Short words such as `ps` are not refused, since many images' names are as similar (`nfs`).
 * @throws CommanderError
 */
function refuseCommand(word: string, parser: Commander, { workspace }: World): void {
  const isOne = FIRST_WORDS.includes(word);
  const meant = isOne ? word : /^[A-Za-z][\w-]{3,}$/.test(word) && closest(word, FIRST_WORDS);
  if (!meant || existsSync(resolve(workspace, word))) return;
  const why = isOne
    ? `the command comes before its options: image-gate ${word} …`
    : `${JSON.stringify(word)} is not a command; did you mean ${meant}?`;
  parser.error(`error: ${why}\nAn image of that name: image-gate ${DEFAULT_COMMAND.name} ${word}`);
}

async function start(command: Command, given: Args, { world, open, streams }: Place): Promise<number> {
  const { options } = given;
  const err: Output = {
    write(text) {
      log.clear();
      return streams.err.write(text);
    },
  };
  const terminal = { ...terminalOf(streams, options, world.env), err };
  const columns = progressColumns(streams, options, world.env);
  const log = commandLog(streams.err, {
    quiet: options.get("quiet") === "true",
    verbose: options.get("verbose") === "true",
    progress: columns === undefined ? undefined : progressLine(streams.err, columns, () => performance.now()),
  });
  // Inputs come only from the command line.
  const env = Object.fromEntries(Object.entries(world.env).filter(([name]) => !/^INPUT_/i.test(name)));
  const ours = { ...world, env, log };
  const output = options.get("output");
  const answer = (text: string): void => {
    log.clear();
    if (output === undefined || output === "-") terminal.out.write(text);
    else writeWhole(resolve(world.workspace, output), text, `The file of \`--output\`, ${JSON.stringify(output)},`);
  };
  try {
    const platform = await open(ours);
    const seat = { world: ours, spoken: log.spoken, platform, terminal, format: formatOf(options, command), answer };
    return await command.run(given, seat);
  } finally {
    log.clear();
  }
}

function formatOf(options: Args["options"], { formats = [] }: Command): Format {
  const asked = options.get("json") === "true" ? "json" : options.get("format");
  return formats.find((format) => format === asked) ?? "table";
}

import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { closest } from "../domain/did-you-mean.ts";
import type { Platform } from "../platforms/platform.ts";
import { asGateError } from "../system/errors.ts";
import { harmless, type Output } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";
import { writeAnswer } from "./answer-file.ts";
import type { Command, CommandEntry, Format, Given } from "./command.ts";
import { COMMANDS, DEFAULT_COMMAND } from "./list.ts";
import { commandLog } from "./log.ts";
import { groupHelp, optionsOf, optionWords, usage } from "./options.ts";
import { parse, refuseElsewhere } from "./parse.ts";
import { progressLine } from "./progress.ts";
import { progressColumns, type Streams, terminalOf } from "./terminal.ts";

/** The exit code if the command line is wrong, and if a command could not do its work. */
const WRONG = 2;
const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143 };

/** Where a command line is run. */
export interface Place {
  readonly world: World;
  /** The folder that the command was started in, if it is known. */
  readonly startedIn?: string | undefined;
  /** Opens the platform for a world. */
  open(world: World): Promise<Platform>;
  /** The line asks for a verdict, or may have been meant to. Called before anything else is done for it. */
  owesVerdict?(): void;
  readonly streams: Streams;
}

/** Where a command line is run, whose platform's words are known once it is open. */
interface OpenPlace extends Place {
  inWords(message: string): string;
  openFor(command: Command, world: World): Promise<Platform>;
}

/**
 * Runs the command that the first words name; without a name it is `image`. Its inputs come from the command line and
 * its `--config` alone, whatever the environment has. Nothing is left behind.
 * @returns its exit code
 */
export async function runCommandLine(line: readonly string[], place: Place): Promise<number> {
  const { world, streams } = place;
  let platform: Platform | undefined;
  let owed: Place["owesVerdict"];
  const owesVerdict = () => {
    owed = place.owesVerdict;
    place.owesVerdict?.();
  };
  const inWords = (message: string): string => platform?.words.message?.(message) ?? message;
  const openFor = async (command: Command, opened: World): Promise<Platform> => {
    platform = withOptionWords(await place.open(opened), command);
    return platform;
  };
  try {
    const code = await runLine(line, { ...place, openFor, inWords, owesVerdict });
    return SIGNAL_CODES[String(world.signal.reason)] ?? code;
  } catch (thrown) {
    // An answer that could not be shown is not a `pass` for later jobs, as the exit code says.
    owed?.();
    streams.err.write(harmless(`error: ${inWords(asGateError(thrown).message)}\n`));
    return SIGNAL_CODES[String(world.signal.reason)] ?? WRONG;
  } finally {
    rmSync(world.runFolder, { recursive: true, force: true });
  }
}

/** The author of a job writes inputs; at a terminal options are typed. */
function withOptionWords(platform: Platform, command: Command): Platform {
  if (platform.comments !== undefined) return platform;
  const names = new Set(optionsOf(command).map(({ name }) => name));
  const { message: inWords = String } = platform.words;
  return { ...platform, words: { ...platform.words, message: (text) => optionWords(inWords(text), names) } };
}

async function runLine(line: readonly string[], place: OpenPlace): Promise<number> {
  const { out, err } = place.streams;
  // Asked by the scripts of `completion`. No image can have this name.
  if (line[0] === "__complete") {
    const { completions } = await import("./completions.ts");
    out.write(await completions(line.slice(1)));
    return 0;
  }
  const { workspace, platform } = place.world;
  const meant = meaningOf(line, workspace);
  if ("help" in meant) {
    out.write(`${meant.help}\n`);
    return 0;
  }
  const owes = "entry" in meant ? meant.entry.answersVerdict === true : meant.mayBeVerdict === true;
  const wrong = (text: string): number => {
    if (owes) place.owesVerdict?.();
    err.write(harmless(`${text}\n`));
    return WRONG;
  };
  if ("mistake" in meant) return wrong(meant.mistake);
  const { entry, args, isNamed } = meant;
  const command = await entry.load();
  const asked = parse(entry.name, command, args);
  if ("help" in asked) {
    out.write(`${asked.help}\n`);
    return 0;
  }
  if ("mistake" in asked) return wrong(`${asked.mistake}\nimage-gate ${entry.name} --help lists its options.`);
  const late = isNamed ? undefined : lateCommand(asked.given.words, workspace);
  if (late !== undefined) return wrong(late);
  if (owes) place.owesVerdict?.();
  if (entry.answersVerdict === true && platform === "win32") err.write(`${ON_WINDOWS}\n`);
  const { startedIn, world } = place;
  if (startedIn !== undefined) refuseElsewhere(entry.name, asked.given, { startedIn, workspace });
  return start(command, await withConfig(asked.given, command, world), place);
}

/** Nothing has been run there. What is known to be missing is said before anything else. */
const ON_WINDOWS =
  "warning: Image Gate was never tried on Windows. It cannot ask Docker's pipe there: name a tar, an OCI layout or an image of a registry, or run it in WSL.";

/** What a command line means: a text to show, or a command with its arguments. */
type Meant =
  | { readonly help: string }
  /** A command with a verdict may have been meant. */
  | { readonly mistake: string; readonly mayBeVerdict?: boolean }
  | { readonly entry: CommandEntry; readonly args: readonly string[]; readonly isNamed: boolean };

function meaningOf(line: readonly string[], workspace: string): Meant {
  const [first, second = ""] = line;
  if (first === undefined) return { mistake: usage(COMMANDS), mayBeVerdict: true };
  const asksHelp = ["--help", "-h"];
  if (asksHelp.includes(first) || (first === "help" && line.length === 1)) return { help: usage(COMMANDS) };
  if (first === "help") return helpFor(line.slice(1), workspace);
  const names = [`${first} ${second}`, first];
  const [entry] = names.flatMap((name) => COMMANDS.find((command) => command.name === name) ?? []);
  if (entry !== undefined) return { entry, args: line.slice(entry.name.split(" ").length), isNamed: true };
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && asksHelp.includes(second)) return { help: groupHelp(first, group) };
  if (group.length > 0) return { mistake: noSubcommand(first, second, group) };
  const mistyped = mistypedCommand(first, workspace);
  if (mistyped !== undefined) return { mistake: mistyped, mayBeVerdict: true };
  return { entry: DEFAULT_COMMAND, args: line, isNamed: false };
}

/** `help policy check`. A word that names no command is not an image here. */
function helpFor(words: readonly string[], workspace: string): Meant {
  const meant = meaningOf([...words, "--help"], workspace);
  if ("mistake" in meant) return { mistake: meant.mistake };
  if ("entry" in meant && (!meant.isNamed || meant.args.length > 1))
    return { mistake: `error: ${JSON.stringify(words.join(" "))} is not a command` };
  return meant;
}

/** A command behind options of its own would be judged as an image. */
function lateCommand([first = "", second = ""]: readonly string[], workspace: string): string | undefined {
  const found = COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
  if (found === undefined || existsSync(resolve(workspace, first))) return undefined;
  return `error: the command stands before its options: image-gate ${found.name} …\nAn image of that name: image-gate ${DEFAULT_COMMAND.name} ${first}`;
}

function noSubcommand(first: string, second: string, group: readonly CommandEntry[]): string {
  const names = group.map(({ name }) => name.split(" ")[1] ?? "");
  const meant = closest(second, names);
  if (second === "" || second.startsWith("-")) return `error: image-gate ${first} needs one of: ${names.join(", ")}`;
  return `error: ${JSON.stringify(`${first} ${second}`)} is not a command${meant === undefined ? `; there are: ${names.join(", ")}` : `; did you mean ${first} ${meant}?`}`;
}

/** A word that is nearly a command's name. Shorter ones are as near to many images' names: `ps`, `nfs`. */
function mistypedCommand(word: string, workspace: string): string | undefined {
  if (!/^[A-Za-z][\w-]{3,}$/.test(word) || existsSync(resolve(workspace, word))) return undefined;
  const asImage = `An image of that name: image-gate ${DEFAULT_COMMAND.name} ${word}`;
  const names = [...new Set(COMMANDS.map(({ name }) => name.split(" ")[0] ?? ""))];
  const meant = closest(word, names);
  if (meant === undefined) return undefined;
  return `error: ${JSON.stringify(word)} is not a command; did you mean ${meant}?\n${asImage}`;
}

/** With the options of `--config`. An `--output` of `-` is standard output, as for other programs. */
async function withConfig(given: Given, command: Command, world: World): Promise<Given> {
  const { words, options } = await withFile(given, command, world);
  return { words, options: new Map([...options].filter(([name, value]) => name !== "output" || value !== "-")) };
}

async function withFile({ words, options }: Given, command: Command, world: World): Promise<Given> {
  const path = options.get("config");
  if (path === undefined) return { words, options };
  const { readConfig } = await import("./config.ts");
  const read = readConfig(path, command, world.workspace);
  // `--json` is short for a format, and so either one takes the place of both.
  if (options.has("json") || options.has("format")) for (const name of ["json", "format"]) read.delete(name);
  return { words, options: new Map([...read, ...options]) };
}

async function start(command: Command, given: Given, { world, openFor, streams, inWords }: OpenPlace): Promise<number> {
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
    inWords,
    progress: columns === undefined ? undefined : progressLine(streams.err, columns, () => performance.now()),
  });
  // Inputs come from the command line alone.
  const env = Object.fromEntries(Object.entries(world.env).filter(([name]) => !/^INPUT_/i.test(name)));
  const ours = { ...world, env, log };
  const output = options.get("output");
  const answer = (text: string): void => {
    log.clear();
    if (output === undefined) terminal.out.write(text);
    else writeAnswer(resolve(world.workspace, output), text);
  };
  try {
    const platform = await openFor(command, ours);
    const seat = { world: ours, spoken: log.spoken, platform, terminal, format: formatOf(options, command), answer };
    return await command.run(given, seat);
  } finally {
    log.clear();
  }
}

function formatOf(options: Given["options"], { formats = [] }: Command): Format {
  const asked = options.get("json") === "true" ? "json" : options.get("format");
  return formats.find((format) => format === asked) ?? "table";
}

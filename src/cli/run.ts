import { rmSync } from "node:fs";
import { closest } from "../domain/did-you-mean.ts";
import type { Platform } from "../platforms/platform.ts";
import { inputVariable, type World } from "../system/world.ts";
import type { Command, Terminal } from "./command.ts";
import { COMMANDS } from "./list.ts";
import { readWords } from "./words.ts";

/** The exit code if there is no such command. */
const NO_COMMAND = 2;

/**
 * Runs the command that the first argument names. Its inputs come from the command line alone, whatever the environment
 * has. Nothing is left behind.
 * @returns its exit code
 */
export async function runCommandLine(
  [name, ...args]: readonly string[],
  { world, platform, terminal }: { world: World; platform: Platform; terminal: Terminal },
): Promise<number> {
  try {
    const entry = COMMANDS.find((command) => command.name === name);
    if (entry !== undefined) return await runCommand(await entry.load(), args, { world, platform, terminal });
    const isHelp = name === undefined || name === "--help" || name === "-h";
    (isHelp ? terminal.out : terminal.err).write(`${isHelp ? "" : `${noCommand(name)}\n\n`}${usage()}\n`);
    return isHelp && name !== undefined ? 0 : NO_COMMAND;
  } finally {
    rmSync(world.runFolder, { recursive: true, force: true });
  }
}

async function runCommand(
  command: Command,
  args: readonly string[],
  { world, platform, terminal }: { world: World; platform: Platform; terminal: Terminal },
): Promise<number> {
  const asked = readWords(args, command);
  if ("help" in asked) {
    terminal.out.write(`${command.usage}\n`);
    return 0;
  }
  if ("mistake" in asked) {
    terminal.err.write(`${asked.mistake}\n\n${command.usage}\n`);
    return command.wrongUse;
  }
  const others = Object.entries(world.env).filter(([variable]) => !/^INPUT_/i.test(variable));
  const given = [...asked.inputs].map(([input, value]) => [inputVariable(input), value]);
  // At a terminal, an annotation would say again what the log has just said.
  const log = { ...world.log, annotate: () => {} };
  return command.run({ ...world, log, env: Object.fromEntries([...others, ...given]) }, platform, terminal);
}

function usage(): string {
  const names = COMMANDS.map((command) => command.name);
  return `node dist/image-gate.js COMMAND …\n  Commands: ${names.join(", ")}. Each explains itself by --help.`;
}

function noCommand(name: string): string {
  const meant = closest(
    name,
    COMMANDS.map((command) => command.name),
  );
  return `${JSON.stringify(name)} is not a command${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

import type { CommandEntry } from "./command.ts";
import { COMMON } from "./options.ts";

export { helpOf } from "./parse.ts";

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

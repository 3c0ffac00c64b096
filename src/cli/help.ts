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

/** First words of other scanners' command lines, and what does the same here. */
const INSTEAD: Readonly<Record<string, string>> = {
  i: "image-gate image NAME",
  scan: "image-gate image NAME",
  scout: "image-gate image NAME",
  cves: "image-gate image NAME",
  quickview: "image-gate image NAME",
  filesystem: "image-gate fs PATH",
  rootfs: "image-gate fs PATH",
  config: "image-gate fs PATH --scanners misconfig",
  conf: "image-gate fs PATH --scanners misconfig",
  repository: "image-gate repo URL",
  convert: "image-gate report FILE",
  diff: "image-gate compare OLD NEW",
  attest: "image-gate sign REPORT",
  login: "docker login, whose login is used",
  k8s: "image-gate rescan kubectl",
  kubernetes: "image-gate rescan kubectl",
  version: "image-gate --version",
  "export-vex": "image-gate policy export-vex",
  import: "image-gate policy import FILE",
};

/** The line that does what another scanner's command does; undefined if the word is unknown. */
export function commandInstead(word: string): string | undefined {
  return Object.hasOwn(INSTEAD, word) ? INSTEAD[word] : undefined;
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

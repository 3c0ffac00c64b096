import type { CommandEntry } from "./command.ts";
import { compare } from "./compare/index.ts";
import { completion } from "./completion/index.ts";
import { databaseCommands } from "./databases/index.ts";
import { explain } from "./explain/index.ts";
import { fs, image, repo, report, sbom } from "./gate/index.ts";
import { policyCommands } from "./policy/index.ts";
import { rescan } from "./rescan/index.ts";
import { sign } from "./sign/index.ts";
import { verify } from "./verify/index.ts";

const SCANS = [image, fs, repo, sbom, report, rescan];

/** The commands of `dist/image-gate.js`, as help lists them. A new one is a line here. */
export const COMMANDS: readonly CommandEntry[] = [
  ...SCANS,
  sign,
  verify,
  compare,
  explain,
  ...policyCommands,
  ...databaseCommands,
  completion,
];

/** The first words of commands that have two. */
export const GROUPS: Readonly<Record<string, string>> = {
  policy: "Checks, tries and writes the policy",
  db: "The databases on this machine",
};

/** The command of a line that names none. */
export const DEFAULT_COMMAND = image;

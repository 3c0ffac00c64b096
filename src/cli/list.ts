import type { Command, CommandEntry } from "./command.ts";
import type { TargetCommand } from "./gate/judge.ts";

type Load = () => Promise<{ readonly command: Command }>;

function command(name: string, about: string, load: Load, answersVerdict = false): CommandEntry {
  return { name, about, answersVerdict, load: async () => (await load()).command };
}

function verdict(name: string, about: string, load: Load): CommandEntry {
  return command(name, about, load, true);
}

const gate = (name: TargetCommand) => async () => ({ command: (await import("./gate/gate.ts")).gateCommand(name) });

/** The commands of `dist/image-gate.js`, as help lists them, without any of their code. A new one is a row here. */
export const COMMANDS: readonly CommandEntry[] = [
  verdict("image", "May these images run? References, docker save tars, OCI layout folders", gate("image")),
  verdict("fs", "The same for folders and files", gate("fs")),
  verdict("repo", "The same for Git repositories", gate("repo")),
  verdict("sbom", "The same for CycloneDX and SPDX files", gate("sbom")),
  verdict("report", "Judges reports that scanners have made before", gate("report")),
  verdict(
    "rescan",
    "May the images that run here, or where SOURCE says, go on running?",
    () => import("./rescan/rescan.ts"),
  ),
  command("sign", "Signs the images of a report that passes", () => import("./sign/sign.ts")),
  verdict("verify", "May this signed image be deployed?", () => import("./verify/verify.ts")),
  command(
    "compare",
    "Packages and findings gained, lost and changed between two images, reports or SBOMs",
    () => import("./compare/compare.ts"),
  ),
  command(
    "explain",
    "Explains a finding: its place, what clears it, and what the policy says",
    () => import("./explain/explain.ts"),
  ),
  command("policy check", "Is the policy valid, and which exceptions end?", () => import("./policy/check.ts")),
  command(
    "policy import",
    "Turns another scanner's ignore file, or a Harbor allowlist, into a policy",
    () => import("./policy/import.ts"),
  ),
  command("policy add", "Writes an exception into the policy", () => import("./policy/add.ts")),
  command(
    "policy export-vex",
    "Writes the live exceptions as OpenVEX, for other tools",
    () => import("./policy/export-vex.ts"),
  ),
  command("policy test", "Judges a report by a policy that is being written", () => import("./policy/test.ts")),
  command(
    "migrate",
    "Rewrites steps of other scanners' actions in workflows into ours",
    () => import("./migrate/migrate.ts"),
  ),
  command(
    "db status",
    "Shows the databases, their age, and the size of all kept data",
    () => import("./databases/status.ts"),
  ),
  command("db update", "Downloads the databases that are missing or due", () => import("./databases/update.ts")),
  command("clean", "Removes what is kept on this machine", () => import("./databases/clean.ts")),
  command(
    "completion",
    "A script that completes image-gate's commands and options in a shell",
    () => import("./completion/command.ts"),
  ),
];

/** The first words of commands that have two. */
export const GROUPS: Readonly<Record<string, string>> = {
  policy: "Checks, tries and writes the policy",
  db: "The databases on this machine",
};

/** The command of a line that names none. */
export const DEFAULT_COMMAND = COMMANDS.find(({ name }) => name === "image") as CommandEntry;

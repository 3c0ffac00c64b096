import type { Command, CommandEntry } from "./command.ts";
import type { TargetCommand } from "./gate/judge.ts";

const gate = (name: TargetCommand) => async () => (await import("./gate/gate.ts")).gateCommand(name);
const policy = () => import("./policy/commands.ts");
const databases = () => import("./databases/commands.ts");

function command(name: string, about: string, load: () => Promise<Command>): CommandEntry {
  return { name, about, load };
}

function verdict(name: string, about: string, load: () => Promise<Command>): CommandEntry {
  return { name, about, answersVerdict: true, load };
}

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
    async () => (await import("./rescan/rescan.ts")).rescanCommand,
  ),
  command("sign", "Signs the images of a report that passes", async () => (await import("./sign/sign.ts")).signCommand),
  verdict(
    "verify",
    "May this signed image be deployed?",
    async () => (await import("./verify/verify.ts")).verifyCommand,
  ),
  command(
    "compare",
    "Packages and findings gained, lost and changed between two images, reports or SBOMs",
    async () => (await import("./compare/compare.ts")).compareCommand,
  ),
  command(
    "explain",
    "What a finding is, where it sits, what clears it, and what the policy says",
    async () => (await import("./explain/explain.ts")).explainCommand,
  ),
  command("policy check", "Is the policy valid, and which exceptions end?", async () => (await policy()).check),
  command(
    "policy import",
    "Turns another scanner's ignore file, or a Harbor allowlist, into a policy",
    async () => (await policy()).importing,
  ),
  command("policy add", "Writes an exception into the policy", async () => (await policy()).add),
  command(
    "policy export-vex",
    "Writes the exceptions that hold as OpenVEX, for other tools",
    async () => (await policy()).exporting,
  ),
  command("policy test", "Judges a report by a policy that is being written", async () => (await policy()).testing),
  command(
    "db status",
    "Which databases are here, how old, and how large all is that is kept",
    async () => (await databases()).status,
  ),
  command("db update", "Downloads the databases that are missing or due", async () => (await databases()).update),
  command("clean", "Removes what is kept on this machine", async () => (await databases()).cleaning),
  command(
    "completion",
    "A script that completes image-gate's commands and options in a shell",
    async () => (await import("./completion/command.ts")).completionCommand,
  ),
];

/** The first words of commands that have two. */
export const GROUPS: Readonly<Record<string, string>> = {
  policy: "Checks, tries and writes the policy",
  db: "The databases on this machine",
};

/** The command of a line that names none. */
export const DEFAULT_COMMAND = COMMANDS.find(({ name }) => name === "image") as CommandEntry;

import type { CommandEntry } from "../command.ts";

/** Commands about the policy file. */
export const policyCommands: readonly CommandEntry[] = [
  {
    name: "policy check",
    about: "Is the policy valid, and which exceptions end?",
    load: async () => (await import("./commands.ts")).check,
  },
  {
    name: "policy import",
    about: "Turns another scanner's ignore file, or a Harbor allowlist, into a policy",
    load: async () => (await import("./commands.ts")).importing,
  },
  {
    name: "policy add",
    about: "Writes an exception into the policy",
    load: async () => (await import("./commands.ts")).add,
  },
  {
    name: "policy export-vex",
    about: "Writes the exceptions that hold as OpenVEX, for other tools",
    load: async () => (await import("./commands.ts")).exporting,
  },
  {
    name: "policy test",
    about: "Judges a report by a policy that is being written",
    load: async () => (await import("./commands.ts")).testing,
  },
];

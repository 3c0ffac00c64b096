import type { CommandEntry } from "../command.ts";

/** Commands about what is kept on this machine. */
export const databaseCommands: readonly CommandEntry[] = [
  {
    name: "db status",
    about: "Which databases are here, how old, and how large all is that is kept",
    load: async () => (await import("./commands.ts")).status,
  },
  {
    name: "db update",
    about: "Downloads the databases that are missing or due",
    load: async () => (await import("./commands.ts")).update,
  },
  {
    name: "clean",
    about: "Removes what is kept on this machine",
    load: async () => (await import("./commands.ts")).cleaning,
  },
];

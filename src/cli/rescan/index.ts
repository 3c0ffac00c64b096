import type { CommandEntry } from "../command.ts";

/** The gate on the images that run. */
export const rescan: CommandEntry = {
  name: "rescan",
  about: "May the images that run here, or where SOURCE says, go on running?",
  answersVerdict: true,
  load: async () => (await import("./rescan.ts")).rescanCommand,
};

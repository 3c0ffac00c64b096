import type { CommandEntry } from "../command.ts";

export const completion: CommandEntry = {
  name: "completion",
  about: "A script that completes image-gate's commands and options in a shell",
  load: async () => (await import("./command.ts")).completionCommand,
};

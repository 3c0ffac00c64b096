import type { CommandEntry } from "../command.ts";

/** The signature after a pass. */
export const sign: CommandEntry = {
  name: "sign",
  about: "Signs the images of a report that passes",
  load: async () => (await import("./sign.ts")).signCommand,
};

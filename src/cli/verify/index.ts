import type { CommandEntry } from "../command.ts";

/** The lock before a deployment, on a host. */
export const verify: CommandEntry = {
  name: "verify",
  about: "May this signed image be deployed?",
  answersVerdict: true,
  load: async () => (await import("./verify.ts")).verifyCommand,
};

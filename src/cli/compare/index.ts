import type { CommandEntry } from "../command.ts";

export const compare: CommandEntry = {
  name: "compare",
  about: "Packages and findings gained, lost and changed between two images, reports or SBOMs",
  load: async () => (await import("./compare.ts")).compareCommand,
};

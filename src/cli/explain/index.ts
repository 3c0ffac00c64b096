import type { CommandEntry } from "../command.ts";

export const explain: CommandEntry = {
  name: "explain",
  about: "What a finding is, where it sits, what clears it, and what the policy says",
  load: async () => (await import("./explain.ts")).explainCommand,
};

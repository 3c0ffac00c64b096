import type { Command } from "../command.ts";
import { say } from "../reading.ts";
import { AS_OPTION } from "../typed-document.ts";
import { POLICY_OPTION } from "../typed-policy.ts";
import { explain } from "./explain.ts";

export const explainCommand: Command = {
  words: "<ID> [REPORT]",
  options: [{ ...POLICY_OPTION, about: "The policy that decides." }, AS_OPTION],
  formats: ["table", "json"],
  exitCodes: { 0: "it is explained", 2: "the report lacks the id or cannot be read, or a wrong command line" },
  examples: [
    { line: "image-gate explain CVE-2024-6119", about: "By the report of the last scan." },
    { line: "image-gate explain CVE-2024-6119 report.json --json", about: "For another program." },
  ],
  run: async ({ words: [id = "", report], options }, seat) => {
    const given = { id, report, policy: options.get("policy"), as: options.get("as"), json: seat.format === "json" };
    return say(explain(given, seat.world), seat);
  },
};

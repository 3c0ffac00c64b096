import { dayOf } from "../../domain/dates.ts";
import { GateError } from "../../system/errors.ts";
import type { Args, Command } from "../command.ts";
import { newestReport } from "../kept-reports.ts";
import { type Answer, answered, type ReadingRequest, reading } from "../reading.ts";
import { AS_OPTION, typedDocument } from "../typed-document.ts";
import { POLICY_OPTION, typedPolicy } from "../typed-policy.ts";
import { explained } from "./explained.ts";
import { explanationText } from "./text.ts";

export const command: Command = {
  words: "<ID> [REPORT]",
  options: [{ ...POLICY_OPTION, about: "The policy that decides." }, AS_OPTION],
  formats: ["table", "json"],
  examples: [
    { line: "image-gate explain CVE-2024-6119", about: "By the report of the last scan." },
    { line: "image-gate explain CVE-2024-6119 report.json --json", about: "For another program." },
  ],
  run: reading(explain),
};

/**
 * `explain ID [REPORT]`: a finding, its place, what clears it, and what the policy says of it today.
 * @throws GateError `id-not-in-report`, `report-not-kept`, `document-…`, `report-…`, `policy-…`, `file-…`
 */
export function explain({ words, options }: Args, { world, format }: ReadingRequest): Answer {
  const [id = "", report] = words;
  const file = report ?? newestReport(world);
  if (file === undefined)
    throw new GateError(
      "report-not-kept",
      "No report is kept on this machine",
      "Name one: `image-gate explain ID REPORT`. A scan by `image-gate` keeps its own.",
    );
  const document = typedDocument(file, world, options.get("as"));
  const policy = typedPolicy(options.get("policy"), world);
  const explanation = explained(id, { document, file }, policy, dayOf(world.now()));
  return answered(format, explanation, () => explanationText(explanation, world.now()));
}

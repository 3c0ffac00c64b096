import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { dayOf } from "../../domain/dates.ts";
import { counted } from "../../domain/list-some.ts";
import { policyFromIgnoreFile } from "../../policy/ignore-files/imported-policy.ts";
import { MAX_POLICY_BYTES } from "../../policy/read.ts";
import { GateError } from "../../system/errors.ts";
import type { Args, Command } from "../command.ts";
import { type Answer, linesOf, type ReadingRequest, readTypedText, say } from "../reading.ts";
import { lastDay, REASON, reasonText, UNTIL } from "./words.ts";

export const command: Command = {
  words: "<FILE>",
  options: [
    { ...UNTIL, about: "The last day of exceptions that have none, YYYY-MM-DD." },
    { ...REASON, about: "The reason of exceptions that have none." },
    { name: "output", short: "o", kind: "text", value: "FILE", about: "Write the policy into this new file." },
  ],
  examples: [
    {
      line: "image-gate policy import .trivyignore --output .github/image-gate.yml",
      about: "Fill in reasons and days, then check it.",
    },
    {
      line: 'image-gate policy import .grype.yaml --until 2026-12-31 --reason "Taken over from Grype."',
      about: "A policy that is valid at once.",
    },
  ],
  async run(given, seat) {
    const output = given.options.get("output");
    if (output !== undefined && existsSync(resolve(seat.world.workspace, output)))
      throw new GateError(
        "answer-not-written",
        `The file of \`--output\`, ${JSON.stringify(output)}, exists and is left as it is`,
        "Name another file.",
      );
    return say(importPolicy(given, seat), seat, { isData: true });
  },
};

/**
 * `policy import FILE`: the policy on standard output; on standard error, what was left out.
 * @throws GateError `ignore-file-…`, `option-invalid`, `file-…`
 */
export function importPolicy({ words: [file = ""], options: typed }: Args, { world }: ReadingRequest): Answer {
  const [until, reason] = ["until", "reason"].map((name) => typed.get(name));
  const today = dayOf(world.now());
  const options = {
    today,
    reason: reason === undefined ? undefined : reasonText(reason),
    until: until === undefined ? undefined : lastDay(until, today),
  };
  const text = readTypedText({ what: "ignore file", path: file, maxBytes: MAX_POLICY_BYTES }, world);
  const { policy, exceptions, leftOut } = policyFromIgnoreFile({ text, file }, options);
  const count = counted(exceptions, "exception");
  const head = leftOut.length === 0 ? [`${count}; nothing is left out.`] : [`${count}; left out, or to be filled in:`];
  return { out: policy, err: linesOf([...head, ...leftOut.map((line) => `  ${line}`)]), code: 0 };
}

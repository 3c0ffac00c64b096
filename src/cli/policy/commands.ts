import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { dayOf } from "../../domain/dates.ts";
import { counted } from "../../domain/list-some.ts";
import { policyFromIgnoreFile } from "../../policy/ignore-files/imported-policy.ts";
import { MAX_POLICY_BYTES } from "../../policy/read.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Command, CommandOption, Given } from "../command.ts";
import { type Answer, type Asked, linesOf, reading, readTypedText, say } from "../reading.ts";
import { AS_OPTION } from "../typed-document.ts";
import { POLICY_OPTION } from "../typed-policy.ts";
import { addToPolicy } from "./add.ts";
import { checkPolicy } from "./check.ts";
import { lastDay, reasonText } from "./words.ts";

const UNTIL: CommandOption = { name: "until", kind: "text", value: "DATE", about: "The last day, YYYY-MM-DD." };
const REASON: CommandOption = { name: "reason", kind: "text", value: "TEXT", about: "Why the finding may run." };

const NO_ANSWER = "no answer: the file cannot be read or is invalid, or a wrong command line";

export const check: Command = {
  words: "[FILE]",
  options: [],
  formats: ["table", "json"],
  exitCodes: { 0: "the policy is valid", 2: "it is invalid or cannot be read, or a wrong command line" },
  examples: [
    { line: "image-gate policy check", about: "The policy of the working directory." },
    { line: "image-gate policy check policy.yml --json", about: "Every mistake with its line and column." },
  ],
  run: reading(checkPolicy),
};

export const importing: Command = {
  words: "<FILE>",
  options: [
    { ...UNTIL, about: "The last day of exceptions that have none, YYYY-MM-DD." },
    { ...REASON, about: "The reason of exceptions that have none." },
    { name: "output", short: "o", kind: "text", value: "FILE", about: "Write the policy into this new file." },
  ],
  exitCodes: { 0: "the policy is on standard output, what was left out on standard error", 2: NO_ANSWER },
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

export const add: Command = {
  words: "<ID>",
  options: [
    UNTIL,
    REASON,
    { name: "package", kind: "text", value: "NAME", about: "Only for this package: its name or package URL." },
    { name: "path", kind: "list", value: "GLOB", about: "Only at these paths in the image." },
    { name: "image", kind: "list", value: "GLOB", about: "Only for these images." },
    { name: "owner", kind: "text", value: "NAME", about: "Who decided it." },
    { name: "only-while-unfixed", kind: "switch", about: "Ends early, on the day a fix exists." },
    POLICY_OPTION,
  ],
  formats: ["table", "json"],
  exitCodes: { 0: "the exception is in the policy", 2: "nothing was written, or a wrong command line" },
  examples: [
    {
      line: 'image-gate policy add CVE-2021-44228 --until 2026-12-31 --reason "No input reaches it." --package log4j-core',
      about: "Comments, order and indentation of the file stay.",
    },
  ],
  run: reading(addToPolicy),
};

export const exporting: Command = {
  words: "[FILE]",
  options: [
    {
      name: "report",
      kind: "text",
      value: "FILE",
      file: true,
      about: "A report of Image Gate, which knows what is meant by names.",
    },
    { name: "author", kind: "text", value: "NAME", about: "Who says it.", initially: "Image Gate policy" },
    {
      name: "status",
      kind: "text",
      value: "STATUS",
      choices: ["not_affected", "affected"],
      about: "What is said; tools honour the first.",
    },
    { name: "output", short: "o", kind: "text", value: "FILE", about: "Write the document into this file." },
  ],
  exitCodes: { 0: "the document is on standard output, what was left out on standard error", 2: NO_ANSWER },
  examples: [
    {
      line: "image-gate policy export-vex --output image-gate.openvex.json",
      about: "Anew every day: it has no dates.",
    },
  ],
  async run(given, seat) {
    const { exportVex } = await import("./export-vex.ts");
    return say(exportVex(given, seat), seat, { isData: true });
  },
};

export const testing: Command = {
  words: "<REPORT>",
  options: [POLICY_OPTION, AS_OPTION],
  formats: ["table", "json"],
  exitCodes: { 0: "the report passes by the policy", 1: "it fails", 2: "it cannot be judged, or a wrong command line" },
  examples: [
    { line: "image-gate policy test report.json --policy draft.yml", about: "What the draft would change." },
    { line: "image-gate policy test scan.json --as ghcr.io/acme/app:1.2", about: "A scanner's own report." },
  ],
  // The readers of all scanners' reports take their time to load.
  run: reading(async (given, asked) => (await import("./test.ts")).testPolicy(given, asked)),
};

/**
 * `policy import FILE`: the policy on standard output; on standard error, what was left out.
 * @throws GateError `ignore-file-…`, `option-invalid`, `file-…`
 */
export function importPolicy(
  { words: [file = ""], options: typed }: Given,
  { world }: Pick<Asked<Pick<World, "workspace" | "now">>, "world">,
): Answer {
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

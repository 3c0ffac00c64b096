import type { ReadDocument } from "../../documents/read-document.ts";
import { exportedVex } from "../../policy/vex/document.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Args, Command } from "../command.ts";
import { type Answer, linesOf, type ReadingRequest, say } from "../reading.ts";
import { typedDocument } from "../typed-document.ts";
import { requiredPolicy } from "../typed-policy.ts";

export const command: Command = {
  words: "[FILE]",
  options: [
    {
      name: "report",
      kind: "text",
      value: "FILE",
      file: true,
      about: "A report of Image Gate, which shows what names mean.",
    },
    {
      name: "author",
      kind: "text",
      value: "NAME",
      about: "The author of the statements.",
      initially: "Image Gate policy",
    },
    {
      name: "status",
      kind: "text",
      value: "STATUS",
      choices: ["not_affected", "affected"],
      about: "The statements' status; tools honour the first.",
    },
    { name: "output", short: "o", kind: "text", value: "FILE", about: "Write the document into this file." },
  ],
  examples: [
    {
      line: "image-gate policy export-vex --output image-gate.openvex.json",
      about: "Run it every day: the document has no end dates.",
    },
  ],
  run: async (given, seat) => say(exportVex(given, seat), seat, { isData: true }),
};

/**
 * `policy export-vex [FILE]`: the live exceptions as OpenVEX on standard output; on standard error, what was left out.
 * @throws GateError `nothing-to-export`, `policy-…`, `document-…`, `file-…`
 */
export function exportVex(
  { words: [file], options }: Args,
  { world }: ReadingRequest<Pick<World, "workspace" | "temp" | "now">>,
): Answer {
  const report = options.get("report");
  const typed = requiredPolicy(file, world);
  const { document, leftOut } = exportedVex(typed.policy, {
    now: world.now(),
    author: options.get("author") ?? "Image Gate policy",
    status: options.get("status") === "affected" ? "affected" : "not_affected",
    report: report === undefined ? undefined : ownReport(typedDocument(report, world), report),
  });
  if (document !== undefined) return { out: `${JSON.stringify(document, null, 2)}\n`, err: linesOf(leftOut), code: 0 };
  const why = leftOut.length === 0 ? "it has no exceptions" : leftOut.join("; ");
  throw new GateError(
    "nothing-to-export",
    `No exception of ${JSON.stringify(typed.file)} can be exported: ${why}`,
    "OpenVEX can only express live exceptions for package URLs or for images by name; --report shows what names mean.",
  );
}

function ownReport(document: ReadDocument, file: string) {
  if (document.kind === "own") return document.report;
  throw new GateError(
    "document-unknown",
    `${JSON.stringify(file)} is not a report of Image Gate`,
    "Name the JSON report of a run that was judged by this policy.",
  );
}

import { SEVERITIES } from "../../domain/severity.ts";
import { type Command, type CommandOption, type Example, FORMATS } from "../command.ts";
import { inputOptions } from "../inputs.ts";
import type { TargetCommand } from "./judge.ts";

const WORD: Readonly<Record<TargetCommand, string>> = {
  image: "[NAME...]",
  fs: "[PATH...]",
  repo: "[URL...]",
  sbom: "[FILE...]",
  report: "[FILE...]",
};

/** The severities that most users want to see. */
const WORST = SEVERITIES.slice(0, 2).join(",");

const EXAMPLES: Readonly<Record<TargetCommand, readonly Example[]>> = {
  image: [
    { line: "image-gate app.tar --max-high 5", about: "Up to five HIGH findings pass." },
    { line: "image-gate app.tar --json > report.json", about: "The report of schema/report.schema.json." },
    { line: "image-gate app.tar --reports sarif=out.sarif --quiet", about: "The findings for other tools." },
  ],
  fs: [{ line: `image-gate fs . --severity ${WORST}`, about: "Shows only these; the verdict is the policy's." }],
  repo: [{ line: "image-gate repo ./checkout", about: "The commit that is checked out; a URL is fetched." }],
  sbom: [{ line: "image-gate sbom app.cdx.json", about: "The packages that an SBOM lists." }],
  report: [{ line: "image-gate report scan.json --max-high 3", about: "Nothing is scanned, no database is read." }],
};

const SEVERITY: CommandOption = {
  name: "severity",
  short: "s",
  kind: "list",
  value: WORST,
  often: true,
  about: "Shows only findings of these severities; the verdict is the policy's.",
};

const REPORT_DIR: CommandOption = {
  name: "report-dir",
  kind: "text",
  value: "FOLDER",
  about: "Keeps report.json and the scanner's reports here, which `image-gate sign` needs.",
};

/** The gate as a command: the same policy, verdict and words as the action. */
export function gateCommand(name: TargetCommand): Command {
  return {
    words: WORD[name],
    options: [SEVERITY, REPORT_DIR, ...inputOptions("gate")],
    formats: FORMATS,
    examples: EXAMPLES[name],
    // Help and completion need none of it.
    run: async (given, seat) => (await import("./judge.ts")).judge(name, given, seat),
  };
}

import { relative } from "node:path/posix";
import { anchor } from "../site/links.ts";
import type { WorkflowRun } from "../site/runs.ts";
import { between } from "./between.ts";

const FOLDER = "docs/evidence";

/** `docs/evidence/what-was-run.md` with the table of workflows that no test runs, and why. */
export function pageWithRuns(page: string, runs: readonly WorkflowRun[]): string {
  const left = runs.flatMap(({ page: of, name, reason }) => {
    const address = `${relative(FOLDER, of)}#${anchor(name.replace(/ \d$/, ""))}`;
    return reason === undefined ? [] : [`| [${name}](${address}) | ${reason} |`];
  });
  const ran = `${runs.length - left.length} of ${runs.length} are run.`;
  const table = ["| workflow | why it is not run |", "| --- | --- |", ...left].join("\n");
  return between({ text: page, name: "workflows", file: "docs/sources/workflows.yml" }, `\n${table}\n\n${ran}\n`);
}

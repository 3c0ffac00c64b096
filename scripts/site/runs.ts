import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const text = z.string().trim().min(1);
const RUNS = z.strictObject({
  reasons: z.record(text, text),
  pages: z.record(text, z.record(text, text)),
});

/** How a workflow of a page is tested. */
export interface WorkflowRun {
  readonly page: string;
  readonly name: string;
  /** The test that runs it; undefined if none does. */
  readonly how?: string;
  /** Why no test runs it. */
  readonly reason?: string;
}

/** How each workflow of the pages is tested (`docs/sources/workflows.yml`). @throws Error for an unlisted reason */
export function readRuns(root: string): WorkflowRun[] {
  const { reasons, pages } = RUNS.parse(parse(readFileSync(join(root, "docs/sources/workflows.yml"), "utf8")));
  return Object.entries(pages).flatMap(([page, workflows]) =>
    Object.entries(workflows).map(([name, how]) => {
      if (how.startsWith("__tests__/")) return { page, name, how };
      const reason = reasons[how];
      if (reason === undefined) throw new Error(`${page}, ${name}: "${how}" is neither a test nor a listed reason.`);
      return { page, name, reason };
    }),
  );
}

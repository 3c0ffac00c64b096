import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { OUTPUT_NAMES } from "../../src/actions/rescan/outputs.ts";
import { runInProcess } from "../support/run-in-process.ts";
import { type ActionOptions, type ActionResult, runAction } from "../support/runner.ts";
import { writeFiles } from "./stage.ts";
import type { Weeks } from "./weeks.ts";

type Given = Readonly<Record<string, string>>;

/** A run in parts: what plan, scans and merge said. */
export interface Fleet {
  plan(inputs: Given, files?: Given): Promise<ActionResult>;
  scan(entry: Given, inputs?: Given, files?: Given): Promise<ActionResult>;
  /** @param reports contents by name, as artifacts would bring them into the folder `shards` */
  merge(inputs: Given, reports: Given, options?: Partial<ActionOptions>): Promise<ActionResult>;
}

const ON_MAIN = {
  name: "workflow_dispatch",
  payload: { repository: { full_name: "acme/widget", default_branch: "main" } },
};

/** A shard's report, by its file's name. */
export function reportOf(scan: ActionResult): Given {
  const path = scan.outputs.report ?? "";
  return { [basename(path)]: readFileSync(path, "utf8") };
}

/** The parts of a run, each as a job of its own would start it. */
export function partsOf({ bed, folder }: Weeks): Fleet {
  let jobs = 0;
  const begun = new Set<string | undefined>();
  const job = async (inputs: Given, files: Given = {}, options: Partial<ActionOptions> = {}) => {
    const at = join(folder.path, `job-${++jobs}`);
    const workspace = join(at, "workspace");
    mkdirSync(workspace, { recursive: true });
    writeFiles(workspace, files);
    // The first job of each part is the bundle's, see runInProcess.
    const start = begun.has(inputs.part) ? runInProcess : runAction;
    begun.add(inputs.part);
    const result = await start({
      folder: at,
      workspace,
      action: join(root, "rescan"),
      toolCache: join(folder.path, "tools"),
      event: ON_MAIN,
      ...options,
      // Git asks the server, the fake one or a port where nobody listens.
      env: { HOME: folder.path, GITHUB_SERVER_URL: options.apiUrl ?? "http://127.0.0.1:9", ...options.env },
      inputs,
    });
    expect(Object.keys(result.outputs).sort(), result.log).toEqual([...OUTPUT_NAMES].sort());
    return result;
  };
  return {
    plan: (inputs, files) => job({ part: "plan", ...inputs }, files),
    scan: (entry, inputs, files) => job({ ...bed.inputs, part: "scan", ...entry, ...inputs }, files),
    merge: (inputs, reports, options) =>
      job(
        { ...bed.inputs, part: "merge", reports: "shards/*.jsonl", ...inputs },
        Object.fromEntries(Object.entries(reports).map(([name, text]) => [`shards/${name}`, text])),
        options,
      ),
  };
}

import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { OUTPUT_NAMES } from "../../../src/actions/rescan/outputs.ts";
import { startFakeResults } from "../github/fake-results.ts";
import { type ActionOptions, type ActionResult, runAction } from "./runner.ts";
import { writeFiles } from "./stage.ts";
import type { Weeks } from "./weeks.ts";

type Given = Readonly<Record<string, string>>;

/** A run in parts: the results of plan, scans and merge. Its artifacts are removed with it. */
export interface Fleet extends AsyncDisposable {
  /** The artifacts of the run, by name. */
  artifacts(): readonly string[];
  /** Gives the artifact of one plan the bytes of another. */
  replace(plan: ActionResult, by: ActionResult): void;
  plan(inputs: Given, files?: Given): Promise<ActionResult>;
  /** Scans one shard of a plan. @param at its number, from 0 */
  scan(plan: ActionResult, at: number, inputs?: Given, files?: Given): Promise<ActionResult>;
  /** @param reports contents by name, as artifacts would bring them into the folder `shards` */
  merge(plan: ActionResult, inputs: Given, reports: Given, options?: Partial<ActionOptions>): Promise<ActionResult>;
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

/** The names of a plan's shards. */
export function shardsOf({ outputs }: ActionResult): readonly string[] {
  return JSON.parse(outputs.matrix || "{}").shard ?? [];
}

/**
 * The parts of a run, each as its own job would start it, with the artifact service of the run. Each is the
 * bundle, which starts its program for artifacts.
 * @param more variables of each job
 */
export async function partsOf({ bed, folder }: Weeks, more: Given = {}): Promise<Fleet> {
  const service = await startFakeResults();
  const runner = { ACTIONS_RESULTS_URL: service.url, ACTIONS_RUNTIME_TOKEN: service.token, ...more };
  const expectedOf = ({ outputs }: ActionResult) => ({ expected: outputs.expected ?? "" });
  const idOf = ({ outputs }: ActionResult) =>
    service.artifacts.find(({ name }) => name.endsWith(outputs.expected ?? "?"))?.id ?? "";
  const run = randomUUID();
  let jobs = 0;
  const job = async (inputs: Given, files: Given = {}, options: Partial<ActionOptions> = {}) => {
    const at = join(folder.path, `job-${run}-${++jobs}`);
    const workspace = join(at, "workspace");
    mkdirSync(workspace, { recursive: true });
    writeFiles(workspace, files);
    const result = await runAction({
      folder: at,
      workspace,
      action: join(root, "rescan"),
      toolCache: join(folder.path, "tools"),
      event: ON_MAIN,
      ...options,
      // Git connects to the fake server, or to a port on which no server listens.
      env: {
        HOME: folder.path,
        GITHUB_SERVER_URL: (options.apiUrl ?? "http://127.0.0.1:9").replace("127.0.0.1", "github.localhost"),
        ...runner,
        ...options.env,
      },
      inputs,
    });
    expect(Object.keys(result.outputs).sort(), result.log).toEqual([...OUTPUT_NAMES].sort());
    return result;
  };
  return {
    replace: (plan, by) => service.blobs.set(idOf(plan), service.blobs.get(idOf(by)) ?? Buffer.alloc(0)),
    artifacts: () => service.artifacts.map(({ name }) => name),
    plan: (inputs, files) => job({ part: "plan", ...inputs }, files),
    scan: (plan, at, inputs, files) =>
      job({ ...bed.inputs, part: "scan", shard: shardsOf(plan)[at] ?? "", ...expectedOf(plan), ...inputs }, files),
    merge: (plan, inputs, reports, options) =>
      job(
        { ...bed.inputs, part: "merge", reports: "shards/*.jsonl", ...expectedOf(plan), ...inputs },
        Object.fromEntries(Object.entries(reports).map(([name, text]) => [`shards/${name}`, text])),
        options,
      ),
    [Symbol.asyncDispose]: () => service.close(),
  };
}

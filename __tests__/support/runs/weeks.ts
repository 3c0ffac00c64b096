import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { OUTPUT_NAMES } from "../../../src/actions/rescan/outputs.ts";
import { type Bed, startTestBed } from "./bed.ts";
import { type TemporaryFolder, temporaryFolder } from "./folder.ts";
import { bundleThenInProcess } from "./run-in-process.ts";
import { type ActionOptions, type ActionResult, type RunningAction, runAction, startAction } from "./runner.ts";
import { writeFiles } from "./stage.ts";

/** A run of `rescan/`, with its output `results` read. */
export interface Week extends ActionResult {
  readonly results: readonly {
    readonly target: string;
    readonly verdict: string;
    readonly way: string;
    readonly where: readonly { readonly source: string; readonly name: string }[];
    readonly code?: string;
    readonly counts: Readonly<Record<string, number | null>>;
  }[];
}

/** Only runs of the default branch keep the history. */
const ON_MAIN = {
  name: "workflow_dispatch",
  payload: { repository: { full_name: "acme/widget", default_branch: "main" } },
};

const isReport = new Ajv2020({ strict: true, strictRequired: false }).compile(
  JSON.parse(readFileSync(join(root, "schema/rescan-report.schema.json"), "utf8")),
);

type Given = Readonly<Record<string, string>>;

/** Runs of `rescan/` one after the other: the tool cache and the folders of histories outlive each. */
export interface Weeks extends AsyncDisposable {
  readonly bed: Bed;
  readonly folder: TemporaryFolder;
  /** The folder of a history. */
  state(name: string): string;
  /** Runs with these files in its workspace, and checks the rules for every run. */
  week(inputs: Given, files?: Given, options?: WeekOptions): Promise<Week>;
  /** The same without waiting for its end. */
  begin(inputs: Given, files?: Given, options?: WeekOptions): RunningAction;
}

export interface WeekOptions extends Partial<ActionOptions> {
  /**
   * Starts the bundle in its own process: the run is about the process, its variables in Node, or its child processes.
   */
  readonly asBundle?: boolean;
}

export async function openWeeks(name: string): Promise<Weeks> {
  const bed = await startTestBed();
  const folder = temporaryFolder(name);
  let runs = 0;
  const run = bundleThenInProcess();
  const jobOf = (inputs: Given, files: Given = {}, { asBundle: _, ...options }: WeekOptions = {}): ActionOptions => {
    const at = join(folder.path, `run-${++runs}`);
    const workspace = join(at, "workspace");
    mkdirSync(workspace, { recursive: true });
    writeFiles(workspace, files);
    return {
      folder: at,
      workspace,
      action: join(root, "rescan"),
      toolCache: join(folder.path, "tools"),
      event: ON_MAIN,
      ...options,
      // Git connects to the fake server, or to a port on which no server listens.
      env: { HOME: folder.path, GITHUB_SERVER_URL: options.apiUrl ?? "http://127.0.0.1:9", ...options.env },
      inputs: { ...bed.inputs, ...inputs },
    };
  };
  return {
    bed,
    folder,
    begin: (inputs, files, options) => startAction(jobOf(inputs, files, options)),
    state: (of) => join(folder.path, "states", of),
    async week(inputs, files, options) {
      const start = options?.asBundle ? runAction : run;
      const result = await start(jobOf(inputs, files, options));
      const { verdict } = result.outputs;
      expect(Object.keys(result.outputs).sort(), result.log).toEqual([...OUTPUT_NAMES].sort());
      expect(result.code).toBe(verdict === "pass" || (verdict === "fail" && inputs.mode === "warn") ? 0 : 1);
      const report = readFileSync(result.outputs.report ?? "", "utf8");
      expect(isReport(JSON.parse(report)), `${report}\n${JSON.stringify(isReport.errors)}`).toBe(true);
      return { ...result, results: JSON.parse(result.outputs.results || "[]") };
    },
    async [Symbol.asyncDispose]() {
      await bed.close();
      folder.remove();
    },
  };
}

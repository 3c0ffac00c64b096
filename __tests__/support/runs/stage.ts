import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { OUTPUT_NAMES } from "../../../src/actions/gate/outputs.ts";
import { addDays, dayOf } from "../../../src/domain/dates.ts";
import type { Report } from "../../../src/domain/report/schema.ts";
import { type FakeGitHub, startFakeGitHub } from "../github/fake-github.ts";
import { type Bed, type BedOptions, startTestBed } from "./bed.ts";
import { type TemporaryFolder, temporaryFolder } from "./folder.ts";
import { bundleThenInProcess } from "./run-in-process.ts";
import { type ActionOptions, type ActionResult, FAKE_RUNTIME_TOKEN, FAKE_TOKEN, runAction } from "./runner.ts";

export type Inputs = Readonly<Record<string, string>>;

export interface RunOptions extends Partial<Omit<ActionOptions, "folder" | "inputs">> {
  /** Files of the workspace, by path, with their text. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Files of the workspace that the run is to write, by path. */
  readonly writes?: readonly string[];
  /** Run on pull request 7 of {@link Stage.github}. */
  readonly onPullRequest?: boolean;
  /**
   * Starts the bundle in its own process: the run is about the process, its variables in Node, or its child processes.
   */
  readonly asBundle?: boolean;
}

/** The results of a run, its report included. */
export interface GateResult extends ActionResult {
  readonly report: Report;
  /** `results`, parsed. */
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** The gate on real images: bed, fake GitHub and folders of one test file. */
export interface Stage extends AsyncDisposable {
  readonly bed: Bed;
  readonly github: FakeGitHub;
  /** Everything of this test file is below it. */
  readonly folder: string;
  /** HOME of the runs: empty unless a test puts something there. */
  readonly home: string;
  /** A new run's folder; its workspace is `workspace` in it. */
  nextFolder(): string;
  /** Runs the action with the bed's inputs and the given ones. Checks the result against the rules for every run. */
  run(inputs: Inputs, options?: RunOptions): Promise<GateResult>;
}

const ajv = addFormats.default(new Ajv2020({ allErrors: true, strict: false }));
const isReport = ajv.compile(JSON.parse(readFileSync(join(root, "schema/report.schema.json"), "utf8")));

/** A day relative to today in UTC. */
export const day = (days = 0): string => addDays(dayOf(new Date()), days);

/** All files below a folder, sorted. */
export function filesBelow(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort()
    : [];
}

export function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** The promises of every run: all outputs set, a valid report, nothing else left, no token in the log. */
function expectInOrder(result: ActionResult, before: readonly string[]): Report {
  expect(Object.keys(result.outputs).sort()).toEqual([...OUTPUT_NAMES].sort());
  expect(filesBelow(result.workspace)).toEqual(before);
  expect(
    filesBelow(result.temp).filter(
      (name) => !/^image-gate-\w+\/(report\.md|(report|trivy-report(-\d+)?(-of-\d+)?)\.json)$/.test(name),
    ),
  ).toEqual([]);
  expect(result.log).not.toContain(FAKE_TOKEN);
  expect(result.log).not.toContain(FAKE_RUNTIME_TOKEN);
  for (const file of result.outputs["trivy-report"]?.split("\n") ?? [])
    expect(file === "" || existsSync(file)).toBe(true);
  expect(result.files).toEqual({ env: "", state: "", path: "" });
  const report = JSON.parse(readFileSync(result.outputs.report ?? "", "utf8")) as Report;
  isReport(report);
  expect(isReport.errors ?? []).toEqual([]);
  expect(report.verdict).toBe(result.outputs.verdict);
  expect(result.code).toBe(report.verdict === "pass" || (report.verdict === "fail" && report.mode === "warn") ? 0 : 1);
  return report;
}

export interface StageOptions {
  /** The contents of the bed's databases. */
  readonly database?: BedOptions;
  /** Every run starts the bundle in its own process; otherwise the first one: {@link bundleThenInProcess}. */
  readonly asBundle?: boolean;
}

/** Starts what the tests of one file share; the tool cache keeps the database between runs. */
export async function openStage(name: string, { database, asBundle = false }: StageOptions = {}): Promise<Stage> {
  const temporary: TemporaryFolder = temporaryFolder(name);
  const [bed, github] = await Promise.all([startTestBed(database), startFakeGitHub()]);
  const home = join(temporary.path, "home");
  mkdirSync(home);
  let runs = 0;
  const run = bundleThenInProcess();
  const nextFolder = () => join(temporary.path, `run-${++runs}`);
  return {
    bed,
    github,
    folder: temporary.path,
    home,
    nextFolder,
    async run(inputs, options = {}) {
      const { files = {}, writes = [], onPullRequest = false, asBundle: isBundle = false, ...rest } = options;
      const folder = nextFolder();
      const workspace = rest.workspace ?? join(folder, "workspace");
      writeFiles(workspace, files);
      const before = filesBelow(workspace);
      const start = asBundle || isBundle ? runAction : run;
      const result = await start({
        toolCache: join(temporary.path, "tools"),
        ...(onPullRequest ? { apiUrl: github.url, event: github.pullRequestEvent() } : {}),
        ...rest,
        folder,
        workspace,
        env: { HOME: home, ...rest.env },
        inputs: { ...bed.inputs, ...inputs },
      });
      const report = expectInOrder(result, [...new Set([...before, ...writes])].sort());
      return { ...result, report, results: JSON.parse(result.outputs.results ?? "") };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([bed.close(), github.close()]);
      temporary.remove();
    },
  };
}

/** Messages of one level, as the job's page shows them. */
export const messages = (result: ActionResult, level: "error" | "warning" | "notice"): string[] =>
  result.annotations.filter((one) => one.level === level).map((one) => one.message);

/** The layer of an advisory's first finding. */
export function layerOf(
  { report }: GateResult,
  id: string,
): { number?: number | undefined; instruction?: string | undefined } | undefined {
  const finding = report.findings.find((each) => each.id === id);
  return finding && report.targets[finding.target]?.layers?.find(({ diffId }) => diffId === finding.layer);
}

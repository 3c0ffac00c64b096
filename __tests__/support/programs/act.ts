import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { findProgram } from "../../../scripts/setup/system.ts";
import { ensureAct, root } from "../../../scripts/setup/tools.ts";
import { artifactStandIns } from "../github/artifact-actions.ts";
import { FAKE_TOKEN, type WorkflowEvent } from "../runs/runner.ts";
import type { Annotation } from "../runs/workflow-commands.ts";

export interface WorkflowOptions {
  /** Folder of this run; act's own files are in it afterwards. */
  readonly folder: string;
  /** Text of the workflow. */
  readonly workflow: string;
  readonly event: WorkflowEvent;
  /**
   * More files of the repository that the workflow runs in. It is the folder `repository`, which may be there already.
   */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** GITHUB_API_URL; by default a port on which no server listens. */
  readonly apiUrl?: string;
  readonly repository?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** `vars` of the workflow. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Environment of every step. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders in front of the usual PATH. */
  readonly path?: readonly string[];
  /**
   * Defaults of our actions' inputs in place of action.yml's, for each action that has such an input: inputs that a
   * workflow does not name come from the bed.
   */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Actions by `owner/repo`, with any ref: folders that hold an action.yml. */
  readonly actions?: Readonly<Record<string, string>>;
  /** Called with GITHUB_SHA, the repository's commit, before act starts: the fake may have to know it. */
  readonly onCommit?: (sha: string) => void;
  /** The folder of artifacts that workflows hand on; a folder of this run by default. */
  readonly artifacts?: string;
}

export interface StepResult {
  readonly outcome: "success" | "failure" | "skipped" | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly log: string;
}

export interface WorkflowResult {
  /** act's exit code: 0 if every job succeeded. */
  readonly code: number | null;
  /** Job id to its result. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Step id (its number if it has none) to its outcome. If several jobs have it, the last one's. */
  readonly steps: Readonly<Record<string, StepResult>>;
  readonly annotations: readonly Annotation[];
  /** All that the steps wrote, without the commands. */
  readonly log: string;
  /** All output of act, for a test's message. */
  readonly everything: string;
}

/** One line of `act --json`, with the fields that are read here. */
interface ActLine {
  readonly msg?: string;
  readonly jobID?: string;
  readonly jobResult?: string;
  readonly stage?: string;
  readonly stepID?: readonly string[];
  readonly stepResult?: StepResult["outcome"];
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly raw_output?: boolean;
  readonly kvPairs?: Readonly<Record<string, string>>;
}

/** Folders of our repository that are actions. */
const ACTIONS = ["", "rescan", "sign", "verify"];

/** Copies the files that GitHub would take from our repository if a workflow used it. */
export function copyAction(to: string, defaults: WorkflowOptions["inputs"] = {}): string {
  mkdirSync(to, { recursive: true });
  cpSync(join(root, "dist"), join(to, "dist"), { recursive: true });
  for (const folder of ACTIONS) {
    const file = parse(readFileSync(join(root, folder, "action.yml"), "utf8")) as {
      inputs: Record<string, { default?: string }>;
    };
    for (const [name, value] of Object.entries(defaults))
      if (file.inputs[name]) file.inputs[name] = { ...file.inputs[name], default: value };
    mkdirSync(join(to, folder), { recursive: true });
    writeFileSync(join(to, folder, "action.yml"), stringify(file));
  }
  return to;
}

/** `owner/repo@ref` of every action that the workflow uses from elsewhere. */
export function usedActions(workflow: string): string[] {
  const { jobs } = parse(workflow) as { jobs: Record<string, { steps?: { uses?: string }[] }> };
  const uses = Object.values(jobs).flatMap((job) => (job.steps ?? []).flatMap((step) => step.uses ?? []));
  const remote = uses.filter((each) => !each.startsWith("./"));
  return [...new Set(remote.map((each) => each.replace(/^([^/]+\/[^/@]+)[^@]*@/, "$1@")))];
}

/** act's flags that replace actions with folders of this machine. act itself provides actions/checkout. */
function localActions(options: WorkflowOptions): string[] {
  const known: Record<string, string> = { ...artifactStandIns(join(options.folder, "actions")), ...options.actions };
  return usedActions(options.workflow).flatMap((used) => {
    const [repository = ""] = used.split("@");
    if (repository === "actions/checkout") return [];
    const own = repository.endsWith("/image-gate")
      ? copyAction(join(options.folder, "actions", "gate"), options.inputs)
      : undefined;
    const folder = known[repository] ?? own;
    if (!folder) throw new Error(`The test bed has no stand-in for the action ${used}.`);
    return ["--local-repository", `${used}=${folder}`];
  });
}

function makeRepository(options: WorkflowOptions): string {
  const folder = join(options.folder, "repository");
  const files = { ...options.files, ".github/workflows/workflow.yml": options.workflow };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  if (/uses:\s*\.\//.test(options.workflow) && !existsSync(join(folder, "action.yml")))
    copyAction(folder, options.inputs);
  if (existsSync(join(folder, ".git"))) return folder;
  const git = (...args: string[]) => {
    const identity = [
      "-c",
      "user.name=Test Bed",
      "-c",
      "user.email=testbed@example.test",
      "-c",
      "commit.gpgsign=false",
    ];
    execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "pipe" });
  };
  git("init", "--quiet", "--initial-branch=main");
  // act reads the repository's name from here.
  git("remote", "add", "origin", `https://github.com/${options.repository ?? "acme/widget"}`);
  git("add", "--all", "--force");
  git("commit", "--quiet", "--message", "A repository of the test bed");
  return folder;
}

/**
 * Programs that act starts, each ending 50 ms later than the real one. Act does not wait for the last output of a step
 * that fails (seen in one of a hundred quick ones). It also takes the first `node` on the PATH, and ignores
 * `runs.using`.
 */
function slowEnds(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, program] of [
    ["node", process.execPath],
    ["bash", findProgram("bash") ?? "/bin/bash"],
  ] as const)
    writeFileSync(join(folder, name), `#!/bin/sh\n'${program}' "$@"\ncode=$?\nsleep 0.05\nexit $code\n`, {
      mode: 0o755,
    });
  return folder;
}

function actArguments(options: WorkflowOptions, eventFile: string): string[] {
  const api = options.apiUrl ?? "http://127.0.0.1:9";
  const env = {
    GITHUB_API_URL: api,
    GITHUB_GRAPHQL_URL: `${api}/graphql`,
    GITHUB_RUN_ID: "4242",
    BED_ARTIFACTS: options.artifacts ?? join(options.folder, "artifacts"),
    ...options.env,
  };
  const pairs = (flag: string, values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    options.event.name,
    ...["--actor", "octocat"],
    ...["--platform", "ubuntu-latest=-self-hosted", "--platform", "ubuntu-24.04=-self-hosted"],
    ...["--eventpath", eventFile, "--json", "--no-cache-server", "--action-offline-mode"],
    ...localActions(options),
    ...pairs("--secret", { GITHUB_TOKEN: FAKE_TOKEN, ...options.secrets }),
    ...pairs("--var", options.variables),
    ...pairs("--env", env),
  ];
}

function readLines(text: string): ActLine[] {
  return text.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as ActLine];
    } catch {
      return [{ msg: line }];
    }
  });
}

function stepResults(lines: readonly ActLine[]): Record<string, StepResult> {
  const steps: Record<string, StepResult> = {};
  for (const line of lines) {
    const id = line.stage === "Main" ? line.stepID?.join("/") : undefined;
    if (id === undefined) continue;
    const step = steps[id] ?? { outcome: undefined, outputs: {}, summary: "", log: "" };
    const output = line.command === "set-output" && line.name ? { [line.name]: line.arg ?? "" } : {};
    steps[id] = {
      outcome: line.stepResult ?? step.outcome,
      outputs: { ...step.outputs, ...output },
      summary: step.summary + (line.command === "summary" ? (line.content ?? "") : ""),
      log: step.log + (line.raw_output ? (line.msg ?? "") : ""),
    };
  }
  return steps;
}

function annotations(lines: readonly ActLine[]): Annotation[] {
  return lines.flatMap(({ command: level, arg: message = "", kvPairs: { title, file, line } = {} }) =>
    level === "error" || level === "warning" || level === "notice"
      ? [{ level, message, ...(title && { title }), ...(file && { file }), ...(line && { line: Number(line) }) }]
      : [],
  );
}

/**
 * Runs a workflow under a real `act`, on this machine instead of in containers, with Node 24 and no network. Other
 * actions are fakes, and GitHub is the fake whose address is given.
 */
export async function runWorkflow(given: WorkflowOptions): Promise<WorkflowResult> {
  // Our documentation's examples stand for any owner and any commit.
  const workflow = given.workflow.replaceAll("OWNER/image-gate@<commit>", `acme/image-gate@${"0".repeat(40)}`);
  const options = { ...given, workflow };
  const act = await ensureAct();
  const repository = makeRepository(options);
  options.onCommit?.(execFileSync("git", ["rev-parse", "HEAD"], { cwd: repository, encoding: "utf8" }).trim());
  const eventFile = join(options.folder, "event.json");
  writeFileSync(eventFile, JSON.stringify(options.event.payload));
  const home = join(options.folder, "home");
  mkdirSync(home, { recursive: true });
  const programs = slowEnds(join(options.folder, "programs"));
  const path = [programs, ...(options.path ?? []), process.env.PATH ?? ""].join(delimiter);
  const child = spawn(act, actArguments(options, eventFile), { cwd: repository, env: { PATH: path, HOME: home } });
  // Kept apart, so that no line of one ends up inside a line of the other.
  let text = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (some: string) => {
    text += some;
  });
  child.stderr.setEncoding("utf8").on("data", (some: string) => {
    errors += some;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  const lines = readLines(`${text}\n${errors}`);
  const jobs = lines.flatMap(({ jobID, jobResult }): [string, string][] =>
    jobID && jobResult ? [[jobID, jobResult]] : [],
  );
  return {
    code,
    jobs: Object.fromEntries(jobs),
    steps: stepResults(lines),
    annotations: annotations(lines),
    log: lines.map((line) => (line.raw_output ? (line.msg ?? "") : "")).join(""),
    everything: lines.map((line) => line.msg ?? "").join("\n"),
  };
}

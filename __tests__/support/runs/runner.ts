import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { root } from "../../../scripts/setup/tools.ts";
import { type ProcessFigures, watchProcess } from "../programs/process-figures.ts";
import {
  type Annotation,
  annotationsOf,
  type Command,
  parseEnvironmentFile,
  workflowCommands,
} from "./workflow-commands.ts";

export interface WorkflowEvent {
  /** GITHUB_EVENT_NAME. */
  readonly name: string;
  readonly payload: unknown;
  readonly ref?: string;
  readonly sha?: string;
  readonly headRef?: string;
  readonly baseRef?: string;
}

export interface ActionOptions {
  /** Folder of this run; workspace, temporary folder and tool cache are made below it. */
  readonly folder: string;
  /** `with:` of the step. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Folder that holds action.yml; this repository by default. */
  readonly action?: string;
  /** The workspace to use instead of `<folder>/workspace`. */
  readonly workspace?: string;
  /** The tool cache to use instead of `<folder>/tools`. */
  readonly toolCache?: string;
  readonly event?: WorkflowEvent;
  /** `owner/name`; acme/widget by default. */
  readonly repository?: string;
  /** GITHUB_API_URL; by default a port on which no server listens, so that a test never leaves the machine. */
  readonly apiUrl?: string;
  /** `github.token`; by default a made-up one. */
  readonly token?: string;
  /** More environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** True if the process is sampled for {@link ActionResult.figures}, which takes some time itself. */
  readonly watched?: boolean;
  /** After this many milliseconds the run is killed and counts as a failed test. */
  readonly timeoutMs?: number;
}

const COLOUR = /\u001b\[[\d;]*m/g;

export interface ActionResult {
  /** Exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error as the job's log shows them, with commands and without colours. */
  readonly log: string;
  /** The same as it was written. */
  readonly colouredLog: string;
  readonly commands: readonly Command[];
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  /** The job summary's text. */
  readonly summary: string;
  /** The texts in GITHUB_ENV, GITHUB_STATE and GITHUB_PATH. */
  readonly files: { readonly env: string; readonly state: string; readonly path: string };
  /** Peak memory and CPU time of the action's own process, if it was watched (Linux; sampled). */
  readonly figures: ProcessFigures | undefined;
  readonly milliseconds: number;
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
}

export interface RunningAction {
  readonly process: ChildProcess;
  readonly result: Promise<ActionResult>;
}

export const FAKE_TOKEN = "ghs_testbedTokenOfTheJob0000000000000000";
export const FAKE_RUNTIME_TOKEN = "runtimeTokenOfTheJob00000000000000000000";

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown } | null>>;
  readonly runs: { readonly main: string };
}

const actionFiles = new Map<string, ActionFile>();

/** Each text is parsed once, since a file starts many runs. */
function actionFile(text: string): ActionFile {
  const file = actionFiles.get(text) ?? (parse(text) as ActionFile);
  actionFiles.set(text, file);
  return file;
}

/** Names are upper-cased and spaces become underscores; hyphens stay (actions/runner, Handler.cs). */
export const inputVariable = (name: string): string => `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;

/** All declared inputs with their defaults, then the given ones, even if they were never declared. */
function inputVariables(file: ActionFile, given: Readonly<Record<string, string>>, token: string) {
  const defaults = Object.entries(file.inputs ?? {}).map(([name, declared]) => [
    inputVariable(name),
    String(declared?.default ?? "").replaceAll(/\$\{\{\s*github\.token\s*\}\}/g, token),
  ]);
  const values = Object.entries(given).map(([name, value]) => [inputVariable(name), value]);
  return Object.fromEntries([...defaults, ...values]);
}

function gitHubVariables(options: ActionOptions, paths: Readonly<Record<string, string>>) {
  const repository = options.repository ?? "acme/widget";
  const event = options.event ?? { name: "workflow_dispatch", payload: {} };
  const api = options.apiUrl ?? "http://127.0.0.1:9";
  const ref = event.ref ?? "refs/heads/main";
  return {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION: "__run",
    GITHUB_ACTOR: "octocat",
    GITHUB_API_URL: api,
    GITHUB_GRAPHQL_URL: `${api}/graphql`,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: repository.split("/")[0],
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: paths.event,
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, ""),
    GITHUB_SHA: event.sha ?? "1".repeat(40),
    GITHUB_HEAD_REF: event.headRef ?? "",
    GITHUB_BASE_REF: event.baseRef ?? "",
    GITHUB_JOB: "scan",
    GITHUB_WORKFLOW: "CI",
    GITHUB_RUN_ID: "4242",
    GITHUB_RUN_NUMBER: "42",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_RETENTION_DAYS: "90",
    GITHUB_WORKSPACE: paths.workspace,
    GITHUB_OUTPUT: paths.output,
    GITHUB_STEP_SUMMARY: paths.summary,
    GITHUB_ENV: paths.env,
    GITHUB_STATE: paths.state,
    GITHUB_PATH: paths.path,
    RUNNER_OS: "Linux",
    RUNNER_ARCH: arch() === "arm64" ? "ARM64" : "X64",
    RUNNER_NAME: "test bed",
    RUNNER_ENVIRONMENT: "github-hosted",
    RUNNER_TEMP: paths.temp,
    RUNNER_TOOL_CACHE: paths.tools,
    // A JavaScript action gets these. None of our child processes may see them.
    ACTIONS_RUNTIME_TOKEN: FAKE_RUNTIME_TOKEN,
    ACTIONS_RUNTIME_URL: "http://127.0.0.1:9/",
    ACTIONS_RESULTS_URL: "http://127.0.0.1:9/",
  };
}

function preparePaths(options: ActionOptions) {
  const at = (name: string) => join(options.folder, name);
  const paths = {
    workspace: resolve(options.workspace ?? at("workspace")),
    temp: at("temp"),
    tools: resolve(options.toolCache ?? at("tools")),
    event: at("event.json"),
    output: at("output"),
    summary: at("summary.md"),
    env: at("env"),
    state: at("state"),
    path: at("path"),
  };
  for (const folder of [paths.workspace, paths.temp, paths.tools]) mkdirSync(folder, { recursive: true });
  for (const file of [paths.output, paths.summary, paths.env, paths.state, paths.path]) writeFileSync(file, "");
  writeFileSync(paths.event, JSON.stringify(options.event?.payload ?? {}));
  return paths;
}

/**
 * Starts the action's committed entry the way GitHub's runner starts a `node24` action. It uses its own Node, the
 * workspace as the working directory and inputs as variables, and inherits only PATH, HOME and NODE_COMPILE_CACHE.
 */
export function startAction(options: ActionOptions): RunningAction {
  const { main, env, paths } = prepareRun(options);
  // If the tests ask for it, Node stores its compiled code of the bundle there, which saves a tenth of a start.
  const { NODE_COMPILE_CACHE } = process.env;
  const began = performance.now();
  const child = spawn(process.execPath, [main], {
    cwd: paths.workspace,
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const figuresOf = options.watched ? watchProcess(child.pid) : undefined;
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  const result = new Promise<ActionResult>((done, failed) => {
    const limit = options.timeoutMs ?? 120_000;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = child.kill("SIGKILL");
    }, limit);
    child.on("error", failed);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (isLate) return failed(new Error(`The action was still running after ${limit} ms. Its log:\n${log}`));
      const figures = figuresOf?.stop();
      done({ code, signal, figures, ...outcomeIn(log, paths), milliseconds: performance.now() - began });
    });
  });
  return { process: child, result };
}

/** The file of the action that is started, its environment and its files. */
export function prepareRun(options: ActionOptions) {
  const action = options.action ?? root;
  const file = actionFile(readFileSync(join(action, "action.yml"), "utf8"));
  const paths = preparePaths(options);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...gitHubVariables(options, paths),
    ...inputVariables(file, options.inputs ?? {}, options.token ?? FAKE_TOKEN),
    ...options.env,
  };
  return { main: join(action, file.runs.main), env, paths };
}

type RunPaths = ReturnType<typeof preparePaths>;

/** The log of a run, and all texts in its files. */
export function outcomeIn(log: string, paths: RunPaths) {
  const read = (path: string) => readFileSync(path, "utf8");
  const commands = workflowCommands(log);
  return {
    log: log.replace(COLOUR, ""),
    colouredLog: log,
    commands,
    annotations: annotationsOf(commands),
    outputs: parseEnvironmentFile(read(paths.output)),
    summary: read(paths.summary),
    files: { env: read(paths.env), state: read(paths.state), path: read(paths.path) },
    workspace: paths.workspace,
    temp: paths.temp,
  };
}

/** Runs the action to its end; see {@link startAction}. */
export const runAction = (options: ActionOptions): Promise<ActionResult> => startAction(options).result;

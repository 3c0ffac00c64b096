import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/setup/tools.ts";
import { inputVariable } from "../runs/runner.ts";

export interface JobOptions {
  /** Folder of this job; its project is cloned into `project` below it. */
  readonly folder: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Predefined variables alongside the usual ones, or `undefined` to take one out. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** The file of the bundle. */
  readonly entry?: string;
  /** The inputs are options of this command, as a component gives them, instead of variables. */
  readonly command?: string;
  /** CI_API_V4_URL; by default a port on which no server listens, so that a test never leaves the machine. */
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
}

export interface JobResult {
  readonly code: number | null;
  /** Standard output and standard error as the job's page shows them, without colours. */
  readonly log: string;
  /** The dotenv report, read as GitLab reads it: each line at its first `=`, without quotes. */
  readonly outputs: Readonly<Record<string, string>>;
  /** CI_PROJECT_DIR. */
  readonly project: string;
}

export const JOB_TOKEN = "glcbt-64_testbedTokenOfTheJob";
export const PROJECT_ID = 42;
export const FORK_ID = 77;
export const HEAD = "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b";

/** Variables that GitLab's runner sets in every job of a branch's pipeline (its page on predefined variables). */
function predefined(project: string, apiUrl: string): Record<string, string> {
  const server = apiUrl.replace(/\/api\/v4$/, "");
  return {
    CI: "true",
    GITLAB_CI: "true",
    CI_API_V4_URL: apiUrl,
    CI_SERVER_URL: server,
    CI_SERVER_FQDN: new URL(server).host,
    CI_SERVER_VERSION_MAJOR: "19",
    CI_PROJECT_ID: String(PROJECT_ID),
    CI_PROJECT_PATH: "acme/widget",
    CI_PROJECT_URL: `${server}/acme/widget`,
    CI_PROJECT_DIR: project,
    CI_PROJECT_VISIBILITY: "private",
    CI_DEFAULT_BRANCH: "main",
    CI_COMMIT_SHA: HEAD,
    CI_COMMIT_REF_NAME: "main",
    CI_COMMIT_BRANCH: "main",
    CI_PIPELINE_ID: "1001",
    CI_PIPELINE_IID: "31",
    CI_PIPELINE_SOURCE: "push",
    CI_PIPELINE_URL: `${server}/acme/widget/-/pipelines/1001`,
    CI_JOB_ID: "5005",
    CI_JOB_NAME: "gate",
    CI_JOB_URL: `${server}/acme/widget/-/jobs/5005`,
    CI_JOB_TOKEN: JOB_TOKEN,
    CI_REGISTRY: "registry.gitlab.test",
    CI_REGISTRY_USER: "gitlab-ci-token",
    CI_REGISTRY_PASSWORD: JOB_TOKEN,
  };
}

/** Variables of a merge request's pipeline. `source` is the fork that it comes from, if any. */
export function mergeRequestVariables({ iid = 7, source = PROJECT_ID, event = "detached" } = {}) {
  return {
    CI_COMMIT_BRANCH: undefined,
    CI_COMMIT_REF_NAME: "feature",
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_IID: String(iid),
    CI_MERGE_REQUEST_PROJECT_ID: String(PROJECT_ID),
    CI_MERGE_REQUEST_PROJECT_PATH: "acme/widget",
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(source),
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "feature",
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
    CI_MERGE_REQUEST_DIFF_BASE_SHA: "b".repeat(40),
    CI_MERGE_REQUEST_EVENT_TYPE: event,
    CI_PROJECT_ID: String(source),
  };
}

const COLOUR = /\u001b\[[\d;]*[mK]/g;

/** Starts the bundle as a job's script does, in the project's folder, with the job's variables and PATH only. */
export async function runJob(options: JobOptions): Promise<JobResult> {
  const project = join(options.folder, "project");
  const home = join(options.folder, "home");
  const temp = join(options.folder, "tmp");
  for (const each of [project, home, temp]) mkdirSync(each, { recursive: true });
  const { command, entry = command === undefined ? "index.js" : "image-gate.js" } = options;
  const given = Object.entries(options.inputs ?? {});
  const inputs = command === undefined ? given.map(([name, value]) => [inputVariable(name), value]) : [];
  const args = command === undefined ? [] : [command, ...given.map(([name, value]) => option(name, value))];
  const child = spawn(process.execPath, [join(root, "dist", entry), ...args], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: temp,
      ...predefined(project, options.apiUrl ?? "http://127.0.0.1:9/api/v4"),
      ...Object.fromEntries(inputs),
      ...options.variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs ?? 120_000,
    killSignal: "SIGKILL",
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  const code = await new Promise<number | null>((done, failed) => child.on("error", failed).on("close", done));
  return { code, log: log.replace(COLOUR, ""), outputs: dotenvIn(project), project };
}

/** As Ci::ParseDotenvArtifactService of GitLab reads it. */
function dotenvIn(project: string): Record<string, string> {
  const path = join(project, "image-gate.env");
  if (!existsSync(path)) return {};
  const text = readFileSync(path, "utf8");
  if (Buffer.byteLength(text) > 5120) throw new Error("the dotenv report is larger than 5 KB");
  const lines = text.split("\n").slice(0, -1);
  if (lines.length > 20) throw new Error("the dotenv report has more than 20 variables");
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=");
      if (!/^[A-Za-z_]\w*$/.test(line.slice(0, at))) throw new Error(`not a variable: ${line}`);
      return [line.slice(0, at), line.slice(at + 1).trim()];
    }),
  );
}

/** A switch has no value on the command line. */
function option(name: string, value: string | undefined): string {
  if (value === "true") return `--${name}`;
  return value === "false" ? `--no-${name}` : `--${name}=${value}`;
}

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Gitea } from "../../../scripts/setup/go-tools.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { freePort } from "../programs/server-process.ts";

/** A real Gitea of this machine, with one runner that starts jobs in this machine's shell. */
export interface RunningGitea extends AsyncDisposable {
  /** Its address, and GITHUB_SERVER_URL. */
  readonly url: string;
  /** `127.0.0.1:port`, where its registry of images is, too. */
  readonly host: string;
  /** An administrator's. */
  readonly token: string;
  /** A request below `/api/v1` by the administrator, or by another account: the answer as JSON, or as text. */
  api(route: string, body?: unknown, login?: string): Promise<unknown>;
  /** Makes a repository that belongs to the administrator. */
  repository(name: string): Promise<void>;
  /** Commits files to a branch, which begins at `main`. @returns the commit */
  push(repository: string, branch: string, files: Readonly<Record<string, string>>): string;
  /** Waits for the run of a commit and event. @returns its conclusion, and its job's log */
  run(
    repository: string,
    event: string,
    commit: string,
  ): Promise<{ readonly conclusion: string; readonly log: string }>;
}

export const ADMIN = "acme";
/** The password of all accounts. */
export const PASSWORD = "only-for-this-test-1";
const RUNNER_TOKEN = "registrationTokenOfTheTestsRunner0000000";
/** Milliseconds for a start or a run, even on a busy machine. */
const LONGEST = 180_000;

const runsSchema = z.object({
  workflow_runs: z.array(
    z.object({
      id: z.int(),
      event: z.string(),
      head_sha: z.string(),
      status: z.string(),
      conclusion: z.string().optional(),
    }),
  ),
});
const jobsSchema = z.object({ jobs: z.tuple([z.object({ id: z.int() })]) });

function configuration(folder: string, files: string, port: number): string {
  return `RUN_MODE = prod
WORK_PATH = ${folder}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = http://127.0.0.1:${port}/
STATIC_ROOT_PATH = ${files}
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = ${join(folder, "gitea.db")}
[security]
INSTALL_LOCK = true
SECRET_KEY = only-for-this-test
[indexer]
ISSUE_INDEXER_TYPE = db
[queue]
TYPE = channel
[session]
PROVIDER = memory
[actions]
ENABLED = true
DEFAULT_ACTIONS_URL = self
[cron]
ENABLED = false
[log]
LEVEL = Warn
`;
}

/** All output of a program, for a test's message. */
function started(program: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void said.push(text));
  child.on("error", ({ message }) => said.push(message));
  return { child, said: () => said.join("").slice(-10_000) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const end = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await end;
  clearTimeout(killer);
}

/** Asks until there is an answer. */
async function until<T>(what: string, ask: () => Promise<T | undefined>, said: () => string): Promise<T> {
  const end = performance.now() + LONGEST;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what} took too long: ${said()}`);
    await wait(200);
  }
}

interface RunnerOptions {
  readonly program: string;
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A runner whose jobs start in this machine's shell, with its own cache. */
function startRunner(folder: string, { program, url, env }: RunnerOptions) {
  const at = (name: string) => join(folder, name);
  const config = {
    runner: { file: at("registered"), fetch_interval: "1s", labels: ["ubuntu-latest:host"] },
    cache: { enabled: true, dir: at("cache"), host: "127.0.0.1" },
    host: { workdir_parent: at("jobs") },
  };
  writeFileSync(at("config.yaml"), JSON.stringify(config));
  // A job takes the Node that comes first.
  const PATH = [dirname(process.execPath), env.PATH].join(delimiter);
  const options = { cwd: folder, env: { ...env, PATH } };
  const where = ["--instance", url, "--token", RUNNER_TOKEN, "--name", "host", "--labels", "ubuntu-latest:host"];
  const register = ["register", "--no-interactive", "--config", at("config.yaml"), ...where];
  execFileSync(program, register, { ...options, stdio: "pipe" });
  return started(program, ["daemon", "--config", at("config.yaml")], options);
}

/** The files of the action's repository in Gitea, as in a mirror of ours. */
export function actionFiles(): Readonly<Record<string, string>> {
  const bundle = readdirSync(join(root, "dist")).map((name) => `dist/${name}`);
  const paths = ["action.yml", "rescan/action.yml", ...bundle];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/**
 * Starts both below `folder`.
 * @param programs the server, and its runner
 * @param env what the jobs have in their environment
 */
export async function startGitea(
  folder: string,
  { gitea, runner, env }: { readonly gitea: Gitea; readonly runner: string; readonly env: NodeJS.ProcessEnv },
): Promise<RunningGitea> {
  const at = (name: string) => join(folder, name);
  for (const name of ["home", "server", "runner"]) mkdirSync(at(name));
  const port = await freePort();
  const [host, url] = [`127.0.0.1:${port}`, `http://127.0.0.1:${port}`];
  writeFileSync(at("app.ini"), configuration(at("server"), gitea.files, port));
  const own = { PATH: process.env.PATH, HOME: at("home"), GITEA_RUNNER_REGISTRATION_TOKEN: RUNNER_TOKEN };
  const server = started(gitea.program, ["--config", at("app.ini"), "web"], { cwd: at("server"), env: own });
  const isUp = () =>
    fetch(`${url}/api/v1/version`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  await until("The start of Gitea", isUp, server.said);
  const admin = ["admin", "user", "create", "--admin", "--username", ADMIN, "--password", PASSWORD];
  const more = ["--email", "acme@example.test", "--must-change-password=false", "--access-token"];
  const made = execFileSync(
    gitea.program,
    ["--config", at("app.ini"), ...admin, ...more, "--access-token-scopes", "all"],
    { env: own, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  const token = /\b[0-9a-f]{40}\b/.exec(made)?.[0] ?? "";
  const jobs = startRunner(at("runner"), { program: runner, url, env: { ...own, ...env } });

  const api: RunningGitea["api"] = async (route, body, login) => {
    const [method = "", path = ""] = route.split(" ");
    const basic = Buffer.from(`${login}:${PASSWORD}`).toString("base64");
    const authorization = login === undefined ? `token ${token}` : `Basic ${basic}`;
    const headers = { authorization, "content-type": "application/json" };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/api/v1${path}`, { method, headers, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`);
    return response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text;
  };
  return {
    url,
    host,
    token,
    api,
    repository: async (name) => void (await api("POST /user/repos", { name, auto_init: true, default_branch: "main" })),
    push(repository, branch, files) {
      const work = at(`work-${repository}`);
      const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=Acme", "-c", "user.email=acme@example.test", ...args], {
          cwd: work,
          env: own,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "pipe"],
        }).trim();
      if (!existsSync(work)) {
        mkdirSync(work);
        git("clone", "--quiet", `http://${ADMIN}:${token}@${host}/${ADMIN}/${repository}.git`, ".");
      }
      git("fetch", "--quiet");
      const begin = git("branch", "--remotes").includes(`origin/${branch}`) ? branch : "main";
      git("checkout", "--quiet", "-B", branch, `origin/${begin}`);
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        writeFileSync(join(work, path), content);
      }
      git("add", "--all", "--force");
      git("commit", "--quiet", "--message", "A change of the test");
      git("push", "--quiet", "origin", branch);
      return git("rev-parse", "HEAD");
    },
    async run(repository, event, commit) {
      const found = await until(
        `The run of ${event}`,
        async () => {
          const { workflow_runs: runs } = runsSchema.parse(await api(`GET /repos/${ADMIN}/${repository}/actions/runs`));
          return runs.find((run) => run.event === event && run.head_sha === commit && run.status === "completed");
        },
        jobs.said,
      );
      const listed = await api(`GET /repos/${ADMIN}/${repository}/actions/runs/${found.id}/jobs`);
      const {
        jobs: [job],
      } = jobsSchema.parse(listed);
      const log = String(await api(`GET /repos/${ADMIN}/${repository}/actions/jobs/${job.id}/logs`));
      return {
        conclusion: found.conclusion ?? "",
        log: log.replaceAll(/^\S+Z /gm, "").replaceAll(/\u001b\[[\d;]*m/g, ""),
      };
    },
    async [Symbol.asyncDispose]() {
      await ended(jobs.child);
      await ended(server.child);
    },
  };
}

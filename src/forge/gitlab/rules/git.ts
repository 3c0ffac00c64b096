import { handedOn, PROXY_VARIABLES, runProcess } from "../../../system/process.ts";
import { findProgram, type ProgramWorld, programPath } from "../../../system/program-folders.ts";
import type { World } from "../../../system/world.ts";
import type { FileAtBase, RuleFile } from "../../forge.ts";

const SHA = /^[0-9a-f]{40,64}$/;
/** For one command; a fetch of one commit takes seconds. */
const DEADLINE_MS = 60_000;
/** Modes of a regular file in a tree. */
const REGULAR = /^100(?:644|755)$/;

export type GitWorld = ProgramWorld & Pick<World, "signal">;

/** Git's objects in the workspace's clone. No file of the work tree is read. */
export interface Repository {
  /**
   * A commit, or else the newest one of a branch of the remote `origin`, if it is here, if need be after a fetch. Never
   * throws; undefined if it cannot be had.
   */
  commitAt(wanted: {
    readonly commit?: string | undefined;
    readonly branch?: string | undefined;
  }): Promise<string | undefined>;
  /** Whether the remote has a tag of this name; undefined if it cannot be asked. */
  hasTag(name: string): Promise<boolean | undefined>;
  read(commit: string, file: RuleFile): Promise<FileAtBase>;
}

/** Settings that make a command start no program that the repository's own settings name. */
const QUIET = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"];

/**
 * The clone that the runner made. It has its login for `origin` in its settings, or in a helper that reads
 * CI_JOB_TOKEN. Undefined if there is no Git on the machine.
 */
export function repositoryIn(world: GitWorld): Repository | undefined {
  const program = findProgram("git", world);
  if (program === undefined) return undefined;
  const { env, workspace, signal } = world;
  const given = handedOn(env, ["HOME", "CI_JOB_TOKEN", ...PROXY_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR"]);
  const authority: Record<string, string> = env.CI_SERVER_TLS_CA_FILE
    ? { GIT_SSL_CAINFO: env.CI_SERVER_TLS_CA_FILE }
    : {};
  const own = { ...given, ...authority, PATH: programPath(world), GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  const options = { cwd: workspace, env: own, deadlineMs: DEADLINE_MS, signal, stdout: "capture" as const };
  const git = (args: readonly string[], maxCapture?: number) =>
    runProcess(program, [...QUIET, "-c", `safe.directory=${workspace}`, ...args], { ...options, maxCapture });
  const isHere = async (commit: string) => (await git(["cat-file", "-e", `${commit}^{commit}`])).code === 0;
  // Without `--heads` and `--tags` a server lists all references, also those of merge requests and pipelines.
  const tipOf = async (branch: string) => {
    const name = `refs/heads/${branch}`;
    const { code, stdout } = await git(["ls-remote", "--exit-code", "--heads", "--", "origin", name]);
    const [sha, found] = stdout.split("\n", 1)[0]?.split("\t") ?? [];
    return code === 0 && found === name ? sha : undefined;
  };
  const has = async (commit: string) => {
    if (await isHere(commit)) return true;
    // A fetch with a depth would make a whole clone shallow.
    const { stdout } = await git(["rev-parse", "--is-shallow-repository"]);
    const depth = stdout.trim() === "true" ? ["--depth=1"] : [];
    await git(["fetch", "--quiet", "--no-tags", ...depth, "--", "origin", commit]);
    return isHere(commit);
  };
  return {
    async commitAt({ commit, branch }) {
      const found = commit ?? (branch && (await tipOf(branch).catch(() => undefined)));
      return found !== undefined && SHA.test(found) && (await has(found).catch(() => false)) ? found : undefined;
    },
    async hasTag(name) {
      const asked = ["ls-remote", "--exit-code", "--tags", "--", "origin", `refs/tags/${name}`];
      const { code } = await git(asked).catch(() => ({ code: null }));
      // Git's documentation of `ls-remote --exit-code`: 2 if nothing matches.
      return code === 0 ? true : code === 2 ? false : undefined;
    },
    async read(commit, { what, path, maxBytes }) {
      const named = `The ${what} ${JSON.stringify(path)}`;
      const listed = await git(["ls-tree", "-z", "-l", "--full-tree", commit, "--", path]);
      if (listed.code !== 0) return { unreadable: `${named} could not be read at ${commit} by Git` };
      const entry = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t([^\0]*)\0$/.exec(listed.stdout);
      if (listed.stdout === "") return { absent: true };
      const [, mode = "", type, id = "", size = "", found] = entry ?? [];
      if (found !== path || type !== "blob" || !REGULAR.test(mode))
        return { unreadable: `${named} is not a file at ${commit}` };
      if (Number(size) > maxBytes) return { unreadable: `${named} has ${size} bytes; at most ${maxBytes} are read` };
      const { code, stdout } = await git(["cat-file", "blob", id], maxBytes + 1);
      const text = Buffer.from(stdout);
      return code === 0 && text.length === Number(size)
        ? { text }
        : { unreadable: `${named} at ${commit} is not whole, or no text in UTF-8` };
    },
  };
}

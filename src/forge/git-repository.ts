import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { authorityBundle } from "../system/authorities.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { statusOf } from "../system/given-files.ts";
import { inherited, PROXY_VARIABLES } from "../system/own-environment.ts";
import { type ProcessOptions, type ProcessResult, runProcess } from "../system/process.ts";
import { findProgram, programPath } from "../system/program-folders.ts";
import type { World } from "../system/world.ts";
import { quoted } from "./api-failure.ts";
import { labelOf } from "./state-branch.ts";

/** A branch of a repository on a server, and the login for it. */
export interface Remote {
  readonly name: string;
  /** `https://github.com/acme/widget`, without a login. */
  readonly address: string;
  /** The name that the server wants alongside a token. */
  readonly user: string;
  readonly token: string;
  /** A file of authorities that may have signed the server's certificate, in addition to the machine's. */
  readonly authorityFile?: string | undefined;
  /** The permission to read and write, as a sentence. */
  readonly needs: string;
}

/** The part of a call of Git that differs. A signal ends it, in addition to the run's end. */
type GitCall = Partial<Pick<ProcessOptions, "stdin" | "onStdout" | "maxCapture" | "deadlineMs" | "signal">>;

/** A folder of Git's, and Git in it. */
export type GitRepository = Awaited<ReturnType<typeof openRepository>>;

/** The first release that takes configuration from the environment (https://git-scm.com/docs/git-config). */
const OLDEST = [2, 31] as const;
const DEADLINE_MS = 60_000;
/** Before a call is made again, in milliseconds. */
const PAUSES = [500, 2000];
/** The calls that a disturbance of the network can end. A failure of this machine would only repeat itself. */
const QUESTIONS = new Set(["ls-remote", "fetch"]);
/** The system's words for a disk without space (`strerror` of ENOSPC and EDQUOT). */
const FULL = /No space left on device|Disk quota exceeded/i;

/**
 * An empty folder, and Git started in it with a configuration of ours alone. It reads no file of the machine or the
 * user, runs no hook and no helper for logins, asks nothing, speaks HTTP alone and follows no redirect. The token is in
 * the environment alone, for this repository's address.
 * @throws GateError `state-git-missing`
 */
export async function openRepository(remote: Remote, world: World) {
  const git = findProgram("git", world);
  if (git === undefined) throw missing("There is no Git on this machine");
  const room = mkdtempSync(join(world.runFolder, "git-"));
  const folder = join(room, "repository");
  for (const name of ["home", "repository"]) mkdirSync(join(room, name));
  world.log.mask(login(remote));
  const env = environment(room, remote, world);
  /** Calls Git once. Its failure is in the result. */
  const call = (
    args: readonly string[],
    { deadlineMs = DEADLINE_MS, signal = world.signal, ...more }: GitCall = {},
  ): Promise<ProcessResult> =>
    runProcess(git, args, {
      cwd: folder,
      env,
      ...more,
      deadlineMs,
      signal: AbortSignal.any([world.signal, signal]),
    });
  /** Why a call failed. @param doing as the end of `The branch …`: `could not be read` */
  const failure = (doing: string, result: ProcessResult, isHere = false) =>
    failureOf(`${labelOf(remote.name)} ${doing}`, result, remote, isHere);
  const asked = await call(["version"]);
  if (asked.aborted || asked.timedOut) throw failure("could not be read", asked);
  const [major = 0, minor = 0] = /\d+\.\d+/.exec(asked.stdout)?.[0].split(".").map(Number) ?? [];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw missing(`Git ${major}.${minor} is older than ${OLDEST.join(".")}`);
  return {
    remote,
    folder,
    call,
    failure,
    /** Calls Git, again after a disturbance of the network. @throws GateError `state-forbidden`, `state-unreachable` */
    async ask(doing: string, args: readonly string[], options?: GitCall): Promise<string> {
      const pauses = QUESTIONS.has(args[0] ?? "") ? PAUSES : [];
      for (let tried = 0; ; tried++) {
        const result = await call(args, options);
        if (result.code === 0) return result.stdout;
        const error = failure(doing, result, pauses.length === 0);
        const pause = pauses[tried];
        if (pause === undefined || error.code !== "state-unreachable" || result.timedOut || result.aborted) throw error;
        await sleep(pause, undefined, { signal: world.signal }).catch(() => {});
      }
    },
  };
}

/** The whole environment. Nothing of the job's is in it but proxies. */
function environment(room: string, remote: Remote, world: World): Record<string, string> {
  const { address, token, authorityFile } = remote;
  const isHttps = address.startsWith("https:");
  // The authorities that Node trusts, since the requests to the API go to the same server.
  const authorities = join(room, "authorities.pem");
  if (isHttps) writeFileSync(authorities, authorityBundle(authorityFile), { mode: 0o600 });
  const settings = {
    ...(token !== "" && { [`http.${address}.extraHeader`]: `Authorization: Basic ${login(remote)}` }),
    "http.followRedirects": "false",
    "credential.helper": "",
    "core.hooksPath": join(room, "home"),
    "safe.directory": "*",
    // A large file is never in memory as a whole, and always in the pack whose size is watched.
    "core.bigFileThreshold": "16m",
    "fetch.unpackLimit": "1",
    "gc.auto": "0",
    "maintenance.auto": "false",
  };
  const numbered = Object.entries(settings).flatMap(([name, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, name],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return {
    ...inherited(world, PROXY_VARIABLES),
    ...(isHttps && { GIT_SSL_CAINFO: authorities }),
    PATH: programPath(world),
    HOME: join(room, "home"),
    TMPDIR: room,
    GIT_CEILING_DIRECTORIES: room,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: world.platform === "win32" ? "NUL" : "/dev/null",
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    ...Object.fromEntries(numbered),
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: "http:https",
  };
}

function login({ user, token }: Remote): string {
  return Buffer.from(`${user}:${token}`).toString("base64");
}

/** Bytes of the packs of a repository, also of one that is being received. */
export function packedBytes(folder: string): number {
  const packs = join(folder, "objects/pack");
  const names = tryOr(() => readdirSync(packs), []);
  return names.reduce((sum, name) => sum + (statusOf(join(packs, name))?.size ?? 0), 0);
}

function missing(what: string): GateError {
  return new GateError(
    "state-git-missing",
    `${what}, which reads and writes the state on a branch`,
    `Install Git ${OLDEST.join(".")} or newer on the runner, or let \`state-dir\` name a folder for the state.`,
  );
}

/** Git's words for an answer with 401, 403 or 404. */
const FORBIDDEN =
  /error: 40[134]\b|HTTP 40[134]\b|Authentication failed|could not read (?:Username|Password)|repository '[^']*' not found/i;

/** @param isHere the call asks no server */
function failureOf(what: string, result: ProcessResult, { needs }: Pick<Remote, "needs">, isHere: boolean): GateError {
  const { timedOut, aborted, stderr } = result;
  const subject = what.replace(/^t/, "T");
  const why = aborted ? "the run was cancelled" : timedOut ? "the server did not answer in time" : saidIn(stderr);
  const isEnded = timedOut || aborted;
  if (!isEnded && (isHere || FULL.test(stderr)))
    return new GateError(
      "state-git-failed",
      `${subject}: Git failed on this machine (${why})`,
      "Free some space on the runner's disk, and run it again. If it stays, please report it to Image Gate.",
    );
  if (!isEnded && FORBIDDEN.test(stderr))
    return new GateError(
      "state-forbidden",
      `${subject}: the server does not let this token do it (${why})`,
      `${needs} Or let \`state-dir\` name a folder for the state.`,
    );
  return new GateError(
    "state-unreachable",
    `${subject}: ${why}`,
    "Run it again. If it happens each time, let the runner reach the server over HTTPS (docs/network.md of Image Gate).",
  );
}

/** The server's words; without any, Git's. Harmless text of one line. */
export function saidIn(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim());
  const remote = lines.flatMap((line) => /^remote: *(.*\w.*)$/.exec(line)?.[1] ?? []);
  const own = lines.filter((line) => /^(?:fatal|error): /.test(line));
  return quoted([...remote, ...(remote.length === 0 ? own : [])].join(" ") || "Git failed without a message", 300);
}

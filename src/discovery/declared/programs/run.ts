import { join } from "node:path";
import { quoted } from "../../../domain/one-line.ts";
import type { ReaderOptions } from "../../../images/registry/client.ts";
import { cancelled, GateError } from "../../../system/errors.ts";
import { handedOn, ownFolders, WINDOWS_VARIABLES } from "../../../system/own-environment.ts";
import { type ProcessResult, runProcess } from "../../../system/process.ts";
import { findProgram } from "../../../system/program-folders.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { fault, shown, tooLarge } from "../../fault.ts";

// The programs that decide what runs (kustomize, kubectl, docker compose, helm) read strangers' files. So they see no
// secrets of the job, can start no program, and reach no network.

/** The machine, its logins, and the time that one source may use. */
export interface Allowance extends Pick<ReaderOptions, "credentials"> {
  readonly world: World;
  /** By the clock of `performance.now()`: the whole source ends then. */
  readonly end: number;
  /** It is aborted at the end, or with the run. */
  readonly signal: AbortSignal;
}

/** A program that decides which images run. */
export interface Decider {
  /** Its name in messages: `kubectl kustomize`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** As the program prints it: `v5.7.1`. */
  readonly version: string;
  /** Arguments before its own ones: `kustomize` for kubectl. */
  readonly before: readonly string[];
}

/** Time limit for rendering one result. Large ones take a few seconds. */
const RENDER_DEADLINE_MS = 60_000;
const MIB = 1024 * 1024;
const MAX_OUTPUT_MIB = 64;

/** An unreachable address: port 0 cannot be connected to. */
const NOWHERE = "http://127.0.0.1:0";

/**
 * The environment of such a program: our own empty folders, a PATH without any program (no `git`), and proxies that
 * lead nowhere. Go's `net/http` uses no proxy for the machine itself, so addresses are refused by name before, too.
 */
function deciderEnvironment(world: World): Record<string, string> {
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return {
    ...ownFolders(world),
    PATH: join(world.runFolder, "no-programs"),
    ...Object.fromEntries(proxies.map((name) => [name, NOWHERE])),
    // A soft limit, which makes Go's memory manager work before the machine is full.
    GOMEMLIMIT: "2GiB",
  };
}

/**
 * Runs such a program to its end, whatever its exit code.
 * @param surroundings the folder in which it starts, and all its variables; absent: an empty folder, and the usual
 * variables. Some programs pass their variables on to the files that they read
 * @throws GateError `run-cancelled`, `discovery-program-slow`, `discovery-too-large`, `program-…`
 */
export async function runDecider(
  { name, path, before }: Omit<Decider, "version">,
  args: readonly string[],
  { world, end }: Allowance,
  surroundings: { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<ProcessResult> {
  const own = privateFolder(world, "decider");
  using _ = removedAtEnd(own);
  const { environment = deciderEnvironment({ ...world, runFolder: own }), cwd = own } = surroundings;
  const env = world.platform === "win32" ? { ...handedOn(world.env, WINDOWS_VARIABLES), ...environment } : environment;
  const maxCapture = MAX_OUTPUT_MIB * MIB;
  const result = await runProcess(path, [...before, ...args], {
    cwd,
    env,
    deadlineMs: Math.min(RENDER_DEADLINE_MS, end - performance.now()),
    signal: world.signal,
    maxCapture,
  });
  if (result.aborted) throw cancelled();
  if (result.timedOut) throw fault("discovery-program-slow", `${name} did not finish in time`);
  if (Buffer.byteLength(result.stdout) >= maxCapture)
    throw tooLarge(`has a result of ${name} with ${MAX_OUTPUT_MIB} MiB or more`);
  return result;
}

/** A question about copies of files. */
interface Question {
  readonly args: readonly string[];
  /** Of the copies. */
  readonly workspace: string;
  /** The error's code if the program refuses {@link what}. */
  readonly refusal: "discovery-helm" | "discovery-kustomize";
  readonly what: string;
}

/**
 * Runs such a program for its output.
 * @throws as {@link runDecider}; the refusal
 */
export async function outputOf(
  decider: Decider,
  { args, workspace, refusal, what }: Question,
  allowance: Allowance,
): Promise<string> {
  const result = await runDecider(decider, args, allowance);
  if (result.code === 0) return result.stdout;
  const reason = reasonOf(result).replaceAll(`${workspace}/`, "");
  // A template's own message can contain values, which may be secret: only its place is shown.
  const [place] = /\([^()\s]{1,200}:\d+(?::\d+)?\)/.exec(reason) ?? [];
  const why = place === undefined ? reason : `an error at ${place}`;
  throw fault(refusal, `${decider.name} ${decider.version} refuses ${shown(what)}: ${why}`);
}

/** The reason of a program's refusal, on one line: from its last error on, otherwise its whole output. */
export function reasonOf({ code, stderr }: Pick<ProcessResult, "code" | "stderr">): string {
  const lines = stderr.trim().split(/\s*\n\s*/);
  const last = lines.findLastIndex((line) => /^error\b/i.test(line));
  const reason = lines.slice(Math.max(last, 0)).join(" ");
  return reason === "" ? `it ended with exit code ${code} and without a message` : quoted(reason);
}

/** The error if there is no such program. */
export function programMissing(what: string, remedy: string): GateError {
  return new GateError("discovery-program-missing", what, remedy);
}

const FIRST_VERSION = /v\d+\.\d+\.\d+[\w.+-]{0,50}/;

/**
 * A program of the machine with its version; undefined if there is none.
 * @param name with the arguments before its own: `kubectl kustomize`
 * @param asked all arguments for printing its version
 * @param versionIn finds the version in its output; undefined: the program does not count
 */
export async function deciderOf(
  name: string,
  asked: readonly string[],
  allowance: Allowance,
  versionIn = (text: string): string | undefined => FIRST_VERSION.exec(text)?.[0] ?? "of an unknown version",
): Promise<Decider | undefined> {
  const [program = "", ...before] = name.split(" ");
  const path = findProgram(program, allowance.world);
  if (path === undefined) return undefined;
  const { stdout } = await runDecider({ name: program, path, before: [] }, asked, allowance);
  const version = versionIn(stdout);
  return version === undefined ? undefined : { name, path, version, before };
}

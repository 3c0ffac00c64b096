import { lstatSync, readFileSync } from "node:fs";
import { withoutUrlLogins } from "../domain/secrets/mask-secrets.ts";
import type { Target } from "../domain/target.ts";
import type { Problem } from "../domain/verdict.ts";
import { cancelled, GateError } from "../system/errors.ts";
import { noLogin, ownEnvironment } from "../system/own-environment.ts";
import { type ProcessOptions, type ProcessResult, runProcess } from "../system/process.ts";
import type { ProgramWorld } from "../system/program-folders.ts";
import { privateFolder } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import { reportTooLarge } from "./report-too-large.ts";

// Common to all scanners' programs: how they are started, and how they fail.

/**
 * The complete environment of a scanner's process, except for the scanner's own settings. It inherits only the
 * necessary variables. Settings of the scanner would silently change the scan. `ACTIONS_*`, `INPUT_*`, the platform's
 * token, `NODE_OPTIONS` and `LD_PRELOAD` are left out, too. HOME, the temporary folder and the XDG folders are empty
 * folders below the run's own. The PATH keeps only folders that no job can write to.
 * @param inherited names of further variables
 */
export function scannerEnvironment(world: ProgramWorld, inherited: readonly string[] = []): Record<string, string> {
  return { ...ownEnvironment(world, inherited), ...noLogin(world) };
}

/**
 * Runs a scanner in an empty folder, since scanners obey configurations in their working folder.
 * @throws GateError `run-cancelled`, `program-…`
 */
export async function runScanner(
  program: string,
  args: readonly string[],
  options: Omit<ProcessOptions, "cwd" | "signal">,
  world: World,
): Promise<ProcessResult> {
  const own = { cwd: privateFolder(world, "cwd"), signal: world.signal };
  const result = await runProcess(program, args, { ...options, ...own });
  if (result.aborted) throw cancelled();
  return result;
}

/**
 * The report that a scanner has written.
 * @param name the scanner's
 * @throws GateError `report-missing`, `report-too-large`
 */
export function readWritten(path: string, name: string): Buffer {
  try {
    // Anything except a regular file is not a report. Reading a pipe would block.
    if (lstatSync(path).isFile()) return readFileSync(path);
    throw new TypeError("not a regular file");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_FS_FILE_TOO_LARGE") throw reportTooLarge(name, cause);
    throw new GateError(
      "report-missing",
      `${name} ended without an error, but wrote no report`,
      `Check that \`${name.toLowerCase()}-binary\` is a real ${name} and that the disk for temporary files is not full.`,
      { cause },
    );
  }
}

const MAX_MESSAGE = 400;

/** A scanner's message on one line, of limited length. Its end is the most informative. It may quote an image. */
export function messageLine(text: string, leftOut = /^$/): string {
  const line = withoutUrlLogins(text)
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .replace(leftOut, "");
  if (line === "") return "it said nothing";
  return line.length <= MAX_MESSAGE ? line : `…${line.slice(-MAX_MESSAGE)}`;
}

/** A failure of a scan, by the stable part of the scanner's message. */
export interface Failure extends Problem {
  readonly match: RegExp;
}

export const DISK_FULL: Failure = {
  code: "disk-full",
  match: /no space left on device/,
  what: "the disk is full",
  remedy: "Free some space: a scan unpacks the image's layers in the folder for temporary files.",
};

/**
 * The first of these failures that a scanner's texts mention. Undefined: they mention none.
 * @param words the scanner's own message
 */
export function toldFailure(
  failures: readonly Failure[],
  texts: readonly string[],
  words: string,
  { label }: Target,
): GateError | undefined {
  const told = failures.find(({ match }) => texts.some((text) => match.test(text)));
  if (told === undefined) return undefined;
  const { code, what, remedy, byInput } = told;
  return new GateError(code, `${label} was not scanned: ${what} (${words})`, remedy, { byInput });
}

/** True if a process was ended by SIGKILL. Most often the machine ran out of memory. */
export function isKilled({ code, signal }: Pick<ProcessResult, "code" | "signal">): boolean {
  return signal === "SIGKILL" || code === 137;
}

/** @param how the event that ended the process */
export function outOfMemory({ label }: Target, how: string, byInput?: GateError["byInput"]): GateError {
  const remedy = "Most often the machine ran out of memory: use a machine with more.";
  return new GateError("out-of-memory", `${label} was not scanned: ${how}`, remedy, { byInput });
}

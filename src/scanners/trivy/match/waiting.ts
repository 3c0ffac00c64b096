import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Background, timeLimit } from "../../../system/background.ts";
import { type ProcessOptions, type ProcessResult, runProcess } from "../../../system/process.ts";
import { findProgram } from "../../../system/program-folders.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { type Database, linkDatabase } from "../database/health.ts";
import { scanArguments } from "../process/arguments.ts";
import { trivyEnvironment } from "../process/environment.ts";
import { LogListener } from "../process/log-facts.ts";

export interface ListSettings {
  /** Absolute path of the program. */
  readonly trivy: string;
  readonly database: Database;
  /** Time for all lists together. */
  readonly timeoutMs: number;
  /** Memory that Trivy may use, in bytes. Absent: all that is available. */
  readonly memory?: number | undefined;
}

/** A Trivy that is started before there is a list. */
export type WaitingTrivy = ReturnType<typeof waitingTrivy>;

/**
 * Starts a Trivy before there is a list, since its own start takes ten times as long as its answer.
 * @param work ends it if it never gets a list
 */
export function waitingTrivy(settings: ListSettings, work: Background, world: World) {
  let begun: Promise<ListTrivy | undefined> | undefined;
  return {
    /** Starts it, at the first call only. Never throws. */
    begin() {
      begun ??= work.begin((signal) => startWaiting(settings, { ...world, signal })).catch(() => undefined);
    },
    /** Returns it once. Undefined: there is none. */
    take(): Promise<ListTrivy | undefined> {
      const own = begun;
      begun = Promise.resolve(undefined);
      return own ?? begun;
    },
  };
}

/** A Trivy for one list of packages. */
type ListTrivy = ReturnType<typeof listTrivy>;

/** A Trivy that starts when it gets its list. */
export function listTrivy(settings: ListSettings, world: World, log?: { line(line: string): void }) {
  const place = placeFor(settings, world, log);
  return {
    ...place,
    /** Gives it the list, and waits for its end. */
    read(text: string, timeoutMs: number): Promise<ProcessResult> {
      writeFileSync(place.location, text, { mode: 0o600 });
      return place.start([], { deadlineMs: timeoutMs, signal: world.signal });
    },
  };
}

/**
 * Starts a Trivy that reads its configuration from a named pipe, and so waits until it gets its list. Undefined: this
 * machine has no named pipes.
 */
async function startWaiting(settings: ListSettings, world: World): Promise<ListTrivy | undefined> {
  const mkfifo = findProgram("mkfifo", world);
  if (mkfifo === undefined) return undefined;
  const place = placeFor(settings, world);
  const pipe = join(place.folder, "wait.yaml");
  const making = { cwd: place.folder, env: {}, deadlineMs: 5000, signal: world.signal };
  if ((await runProcess(mkfifo, ["-m", "600", pipe], making)).code !== 0) return undefined;
  // Opened for reading and writing, so that this does not wait for Trivy, and Trivy waits until it is closed.
  const end = openSync(pipe, "r+");
  const late = new AbortController();
  const signal = AbortSignal.any([world.signal, late.signal]);
  // It starts along with the scan before it, which may take as long. If it is ended, it has nothing to clean up.
  const ended = place.start([`--config=${pipe}`], { deadlineMs: 2 * settings.timeoutMs, graceMs: 0, signal });
  return {
    ...place,
    async read(text, timeoutMs) {
      writeFileSync(place.location, text, { mode: 0o600 });
      // If it has not opened the pipe yet, it finds an empty file there.
      rmSync(pipe);
      writeFileSync(pipe, "");
      closeSync(end);
      const limit = timeLimit(timeoutMs);
      limit.addEventListener("abort", () => late.abort());
      const result = await ended;
      return { ...result, timedOut: result.timedOut || limit.aborted, aborted: world.signal.aborted };
    },
  };
}

/** A folder with the database, and how to start Trivy on a list there. */
function placeFor({ trivy, database, memory }: ListSettings, world: World, log?: { line(line: string): void }) {
  const folder = privateFolder(world, "match");
  linkDatabase(folder, "vulnerability", database);
  const listener = new LogListener();
  const [location, output] = [join(folder, "list.cdx.json"), join(folder, "report.json")];
  // Only files can be skipped, and a list has none.
  const asked = { target: { how: "sbom", location }, scanners: ["vuln"], skipDirs: [], skipFiles: [] } as const;
  return {
    folder,
    location,
    output,
    facts: () => listener.facts(),
    start(flags: readonly string[], options: Pick<ProcessOptions, "deadlineMs" | "graceMs" | "signal">) {
      const own = { ...asked, cacheFolder: folder, output, timeoutMs: options.deadlineMs };
      const [command = "", ...args] = scanArguments(own);
      return runProcess(trivy, [command, ...flags, ...args], {
        ...options,
        // Empty, because Trivy obeys trivy.yaml and .trivyignore in its working folder.
        cwd: privateFolder(world, "cwd"),
        env: trivyEnvironment(world, "files", memory),
        onStderrLine(line) {
          listener.line(line);
          log?.line(line);
        },
      });
    },
  };
}

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { handedOn, PROXY_VARIABLES, type ProcessResult, runProcess } from "../../../system/process.ts";
import { findProgram, type ProgramWorld, programPath } from "../../../system/program-folders.ts";
import type { World } from "../../../system/world.ts";
import {
  type ServiceAnswer,
  type ServiceEvent,
  type ServiceRequest,
  serviceAnswerSchema,
  serviceEventSchema,
} from "./messages.ts";

/** In milliseconds; of each request by itself. */
export interface ServiceLimits {
  /** Until the service has said whether there is an entry. */
  readonly lookupMs: number;
  /** After that, without a byte that moves. */
  readonly silenceMs: number;
  /** All together. */
  readonly totalMs: number;
}

type ServiceWorld = ProgramWorld & Pick<World, "log" | "signal">;

/** @actions/cache would try five times, with longer and longer waits. */
const MAX_TRIES = 2;

/**
 * Has one request done by a process of its own and ends it, with all that it has started, at the limits or on the signal.
 * Leaves nothing behind but the entry's files.
 * @param program the process's JavaScript file
 * @returns undefined: the signal has ended it
 */
export async function askService(
  program: string,
  request: Omit<ServiceRequest, "archive">,
  limits: ServiceLimits,
  world: ServiceWorld,
): Promise<ServiceAnswer | undefined> {
  const room = mkdtempSync(join(world.runFolder, "cache-"));
  const watch = watchEvents(limits, world.log);
  try {
    const archive = join(room, "archive");
    const result = await runProcess(process.execPath, [program, JSON.stringify({ ...request, archive })], {
      // Where relative paths start, beside GITHUB_WORKSPACE: @actions/glob goes by the one, the names in a tar by the other.
      cwd: request.folder,
      env: serviceEnvironment(world, { room, archive, folder: request.folder }),
      deadlineMs: limits.totalMs,
      signal: AbortSignal.any([world.signal, watch.signal]),
      onStderrLine: watch.take,
      stdout: "capture",
    });
    if (watch.reason() !== undefined) return { outcome: "failed", reason: watch.reason() ?? "" };
    if (result.aborted) return undefined;
    if (result.timedOut) return { outcome: "failed", reason: `it took longer than ${limits.totalMs / 1000} s` };
    return readAnswer(result);
  } catch (error) {
    return { outcome: "failed", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    watch.stop();
    rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

function readAnswer({ code, signal, stdout }: ProcessResult): ServiceAnswer {
  try {
    return serviceAnswerSchema.parse(JSON.parse(stdout));
  } catch {
    return { outcome: "failed", reason: `the process that asks it ended without an answer (${signal ?? code})` };
  }
}

/** Follows what the process tells, and aborts `signal` where it takes too long or fails again and again. */
function watchEvents({ lookupMs, silenceMs }: ServiceLimits, log: World["log"]) {
  const stop = new AbortController();
  let reason: string | undefined;
  let trouble = "";
  let tries = 0;
  const giveUp = (why: string) => {
    reason ??= `${why}${trouble}`;
    stop.abort();
  };
  let timer = setTimeout(() => giveUp(`it did not answer within ${lookupMs / 1000} s`), lookupMs);
  let found = false;
  const onEvent = (event: ServiceEvent) => {
    if (event.event === "said") return log.debug(`Cache service: ${event.text}`);
    if (event.event === "trouble") {
      trouble = ` (${event.text})`;
      tries++;
      if (tries >= MAX_TRIES) giveUp(`it failed ${tries} times`);
      return;
    }
    found ||= event.event === "found";
    if (!found) return;
    clearTimeout(timer);
    timer = setTimeout(() => giveUp(`nothing came or went for ${silenceMs / 1000} s`), silenceMs);
  };
  return {
    signal: stop.signal,
    /** Why it was ended; undefined: it was not. */
    reason: () => reason,
    take(line: string) {
      const event = readEvent(line);
      if (event) onEvent(event);
    },
    stop: () => clearTimeout(timer),
  };
}

function readEvent(line: string): ServiceEvent | undefined {
  try {
    return serviceEventSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** What @actions/cache 6.3.0 reads to find the service, and what Node reads to reach it. */
const HANDED_ON = [
  "ACTIONS_CACHE_MODE",
  "ACTIONS_CACHE_SERVICE_V2",
  "ACTIONS_CACHE_URL",
  "ACTIONS_RESULTS_URL",
  "ACTIONS_RUNTIME_TOKEN",
  "GITHUB_SERVER_URL",
  "NODE_EXTRA_CA_CERTS",
  ...PROXY_VARIABLES,
];

/** The process's whole environment: no input, no token but the one for the cache, no folder of the job's. */
function serviceEnvironment(
  world: ProgramWorld,
  { room, archive, folder }: { room: string; archive: string; folder: string },
): Record<string, string> {
  const programs = join(room, "programs");
  const temporary = join(room, "temporary");
  for (const path of [programs, temporary]) mkdirSync(path, { mode: 0o700 });
  writePrograms(programs, world);
  return {
    ...handedOn(world.env, HANDED_ON),
    PATH: programs,
    HOME: room,
    TMPDIR: temporary,
    // An archive's names are relative to it, and the paths of an entry, which are a part of its identity, to these names.
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: temporary,
    [KEPT_ARCHIVE]: archive,
    // macOS's tar would add a file `._name` beside each file that has attributes.
    COPYFILE_DISABLE: "1",
  };
}

/** In the environment of the stand-in: where a downloaded archive is put instead of being unpacked. */
const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * @actions/cache unpacks by `tar -xf … -P`, which writes wherever the archive says; here that puts the archive aside, and
 * it is taken apart by ourselves. Packing is left to the real tar, with arguments of our own, as the library's break at a
 * space in a path.
 */
const script = (tar: string, path: string) => `#!/bin/sh
PATH=${quoted(path)}
export PATH
case "$*" in
  "-xf "*) exec mv -f -- "$RUNNER_TEMP"/*/cache.t* "$${KEPT_ARCHIVE}" ;;
  "--posix -cf cache.tzst "*) exec ${quoted(tar)} -c -f cache.tzst --use-compress-program zstdmt -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
  "--posix -cf cache.tgz "*) exec ${quoted(tar)} -c -z -f cache.tgz -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
esac
exit 64
`;

/**
 * Puts all programs that @actions/cache may find into `folder`: a stand-in for each tar that it looks for, `gtar` first on
 * macOS, and zstd, by which it chooses how to compress. With that folder as the whole PATH it can start no tar but ours.
 */
function writePrograms(folder: string, world: ProgramWorld): void {
  for (const name of ["tar", "gtar"]) {
    const tar = findProgram(name, world);
    if (tar === undefined && name === "gtar") continue;
    writeFileSync(join(folder, name), script(tar ?? "/usr/bin/tar", programPath(world)), { mode: 0o700, flag: "wx" });
  }
  const zstd = findProgram("zstd", world);
  if (zstd !== undefined) symlinkSync(zstd, join(folder, "zstd"));
}

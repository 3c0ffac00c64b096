import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quoted } from "../../../domain/one-line.ts";
import { GateError } from "../../../system/errors.ts";
import type { ProgramWorld } from "../../../system/program-folders.ts";
import { type CacheEntry, type SharedCache, unusableEntry } from "../../../system/shared-cache.ts";
import type { World } from "../../../system/world.ts";
import { askLibrary } from "../ask-library.ts";
import { cacheAvailability } from "./availability.ts";
import { type ServiceRequest, serviceAnswerSchema } from "./messages.ts";
import { cacheVariables } from "./programs.ts";

export interface CacheLimits {
  /** Milliseconds for the service to say whether there is an entry. */
  readonly lookupMs: number;
  /** Milliseconds for restoring one entry. */
  readonly restoreMs: number;
  /** Milliseconds that {@link SharedCache.settle} waits. */
  readonly settleMs: number;
  /** Largest total size of an entry's files, in bytes. */
  readonly maxBytes: number;
}

const LIMITS: CacheLimits = {
  lookupMs: 5000,
  restoreMs: 60_000,
  settleMs: 60_000,
  // The Java database is the largest entry, with well over 1 GiB.
  maxBytes: 4 * 1024 ** 3,
};

/** Limit for a save that is not awaited yet; settle() ends it earlier. */
const SAVE_MS = 3_600_000;
/** The library does not tell these cases apart. The first is normal in a matrix, so there is no warning. */
const DECLINED = "another job may be keeping it now, or the service did not take it";

export interface CacheOptions {
  readonly limits?: Partial<CacheLimits>;
  /** The JavaScript file of the process that speaks to the service; by default the one beside the bundle. */
  readonly program?: string;
}

type CacheWorld = ProgramWorld & Pick<World, "log" | "now" | "signal">;

/**
 * GitHub's cache service as a {@link SharedCache}. An entry belongs to the repository and a branch. It is restored from
 * the same branch, the base of a pull request, or the default branch. After a failed request this run sends no more
 * requests. On Windows it sends none at all. Restored files have mode 0600.
 */
export function sharedCache(world: CacheWorld, options: CacheOptions = {}): SharedCache {
  const limits = { ...LIMITS, ...options.limits };
  const program = options.program ?? fileURLToPath(new URL("./cache-service.js", import.meta.url));
  const use = usage(world);
  const endSaving = new AbortController();
  const saving = { ...world, signal: AbortSignal.any([world.signal, endSaving.signal]) };
  let saved: Promise<void> = Promise.resolve();
  const ask = (about: Pick<ServiceRequest, "task" | "key" | "files" | "folder">, deadlineMs: number, by: CacheWorld) =>
    askLibrary(
      { ...about, maxBytes: limits.maxBytes, lookupMs: limits.lookupMs },
      { program, answers: serviceAnswerSchema, deadlineMs, env: (room) => cacheVariables(room, world) },
      by,
    );

  async function fetch(wanted: CacheEntry, folder: string): Promise<string | undefined> {
    const since = world.now();
    const answer = await ask({ task: "restore", ...wanted, folder }, limits.restoreMs, world);
    if (answer?.outcome === "restored") {
      world.log.info(`Cache: restored ${answer.key} (${measured(wanted.files, folder, since, world)}).`);
      return answer.key;
    }
    empty(folder);
    if (answer?.outcome === "missing")
      world.log.debug(`Cache: there is no entry ${wanted.key}, or it could not be read.`);
    if (answer?.outcome === "unusable") world.log.warning(unusableEntry(answer.key, answer.reason).message);
    if (answer?.outcome === "failed") use.fail(unavailable(answer.reason).message);
    return undefined;
  }

  async function keep({ key, files }: CacheEntry, folder: string): Promise<void> {
    if (!use.allows("write")) return;
    const since = world.now();
    const missing = files.find((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.isFile() !== true);
    if (missing !== undefined) return world.log.warning(notSaved(key, `there is no file ${missing}`).message);
    const answer = await ask({ task: "save", key, files, folder }, SAVE_MS, saving);
    if (answer?.outcome === "saved") world.log.info(`Cache: saved ${key} (${measured(files, folder, since, world)}).`);
    if (answer?.outcome === "exists") world.log.debug(`Cache: ${key} is there already.`);
    if (answer?.outcome === "declined") world.log.info(notSaved(key, DECLINED).message);
    if (answer?.outcome === "failed") use.fail(notSaved(key, answer.reason).message);
    if (answer === undefined && endSaving.signal.aborted && !world.signal.aborted)
      use.fail(notSaved(key, `it took longer than ${limits.settleMs / 1000} s`).message);
  }

  return {
    async restore(wanted, folder) {
      return use.allows("read") ? fetch(wanted, folder) : undefined;
    },
    save(entry, folder) {
      // One after another, since each compresses on all processors while the scan runs.
      saved = saved
        .then(() => keep(entry, folder))
        .catch((error: Error) => use.fail(notSaved(entry.key, error.message).message));
    },
    async settle() {
      const timer = setTimeout(() => endSaving.abort(), limits.settleMs);
      await saved;
      clearTimeout(timer);
    },
  };
}

/** Tracks what this run may still do with the cache, and logs each reason only once. */
function usage(world: CacheWorld) {
  const may = cacheAvailability(world);
  let hasFailed = false;
  const logged = new Set<string>();
  const once = (text: string, say: (text: string) => void) => {
    if (!logged.has(text)) say(text);
    logged.add(text);
  };
  return {
    allows(what: "read" | "write"): boolean {
      if (hasFailed || world.signal.aborted) return false;
      if (may[what]) return true;
      if (may.absent !== true) once(`Cache: ${may.why}.`, world.log.info);
      // Outside of GitHub's jobs no cache is expected.
      else if (world.env.GITHUB_ACTIONS === "true") once(absent(may.why ?? "").message, world.log.warning);
      return false;
    },
    fail(message: string): undefined {
      if (!hasFailed) world.log.warning(message);
      hasFailed = true;
    },
  };
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** `12.3 MB, 0.8 s`: the files' size and the elapsed time. */
function measured(files: readonly string[], folder: string, since: Date, { now }: Pick<World, "now">): string {
  const bytes = files.reduce((sum, name) => sum + lstatSync(join(folder, name)).size, 0);
  return `${(bytes / 1e6).toFixed(1)} MB, ${((now().getTime() - since.getTime()) / 1000).toFixed(1)} s`;
}

/** @param why without a full stop, from the environment alone */
export function absent(why: string): GateError {
  return new GateError(
    "cache-absent",
    `This runner has no cache service: ${why}`,
    "Nothing but the tool cache keeps the scanner and its databases between runs. Set `cache: false` to silence this.",
  );
}

export function unavailable(reason: string): GateError {
  return new GateError(
    "cache-unavailable",
    `GitHub's cache service could not be used, and this run goes on without it: ${quoted(reason)}`,
    "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.",
  );
}

export function notSaved(key: string, reason: string): GateError {
  return new GateError(
    "cache-not-saved",
    `${key} was not kept in the repository's cache: ${quoted(reason)}`,
    "The next run downloads it again. If it happens each time, open port 443 to *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.",
  );
}

import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quoted } from "../../../domain/one-line.ts";
import { GateError } from "../../../system/errors.ts";
import { findProgram, type ProgramWorld, programPath } from "../../../system/program-folders.ts";
import { type CacheEntry, type SharedCache, unusableEntry } from "../../../system/shared-cache.ts";
import type { World } from "../../../system/world.ts";
import { kindIn } from "../kinds.ts";
import { askLibrary } from "../library.ts";
import type { EntryFiles } from "./unpack.ts";

/** A request to the process that uses the cache service. */
export interface CacheRequest extends CacheEntry, EntryFiles {
  readonly task: "restore" | "save";
  /** Milliseconds for the service to say whether there is an entry. */
  readonly lookupMs: number;
  /** The name of a downloaded archive, in the private folder of the process. */
  readonly archive: string;
}

const ARCHIVE = "archive";

const LIMITS = {
  lookupMs: 5000,
  /** Milliseconds for restoring one entry. */
  restoreMs: 60_000,
  /** Milliseconds that {@link SharedCache.settle} waits. */
  settleMs: 60_000,
  /** The Java database is the largest entry, with over 1 GiB. */
  maxBytes: 4 * 1024 ** 3,
};

/** Limit for a save that is not awaited yet; settle() ends it earlier. */
const SAVE_MS = 3_600_000;
/** The library does not distinguish these cases. The first is normal in a matrix, so there is no warning. */
const DECLINED = "another job may be keeping it now, or the service or the job's `cache-mode` did not allow it";

/** The JavaScript file of the process that speaks to the service, alongside the bundle. */
const PROGRAM = fileURLToPath(new URL("./cache-service.js", import.meta.url));

type CacheWorld = ProgramWorld & Pick<World, "log" | "signal">;

/**
 * GitHub's cache service as a {@link SharedCache}. An entry belongs to the repository and a branch. It is restored from
 * the same branch, the base of a pull request, or the default branch. After a failed request this run sends no more
 * requests. On Windows it sends none at all. Restored files have mode 0600.
 */
export function sharedCache(
  world: CacheWorld,
  { program = PROGRAM, ...wanted }: Partial<typeof LIMITS> & { readonly program?: string } = {},
): SharedCache {
  const { log, signal } = world;
  const limits = { ...LIMITS, ...wanted, archive: ARCHIVE };
  const endSaving = new AbortController();
  const saving = { ...world, signal: AbortSignal.any([signal, endSaving.signal]) };
  let saved: Promise<void> = Promise.resolve();
  const { end, mayAsk } = usage(world);
  const ask = (about: Pick<CacheRequest, "task" | "key" | "files" | "folder">, deadlineMs: number, by: CacheWorld) =>
    askLibrary({ ...limits, ...about }, { program, deadlineMs, env: (room) => cacheVariables(room, world) }, by);

  async function keep({ key, files }: CacheEntry, folder: string): Promise<void> {
    if (!mayAsk()) return;
    const missing = files.find((name) => !existsSync(join(folder, name)));
    if (missing !== undefined) return log.warning(notSaved(key, `there is no file ${missing}`).message);
    const answer = await ask({ task: "save", key, files, folder }, SAVE_MS, saving);
    if (answer?.outcome === "saved") log.info(`Cache: saved ${key}.`);
    if (answer?.outcome === "exists") log.debug(`Cache: ${key} is there already.`);
    if (answer?.outcome === "declined") log.info(notSaved(key, DECLINED).message);
    if (answer?.outcome === "failed") end(notSaved(key, answer.reason));
    if (answer === undefined && endSaving.signal.aborted && !signal.aborted)
      end(notSaved(key, `it took longer than ${limits.settleMs / 1000} s`));
  }

  return {
    async restore(wanted, folder) {
      if (!mayAsk()) return undefined;
      const answer = await ask({ task: "restore", ...wanted, folder }, limits.restoreMs, world);
      if (answer?.outcome === "restored") {
        log.info(`Cache: restored ${answer.key}.`);
        return answer.key;
      }
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
      if (answer?.outcome === "missing") log.debug(`Cache: there is no entry ${wanted.key}, or it could not be read.`);
      if (answer?.outcome === "unusable") log.warning(unusableEntry(answer.key, answer.reason).message);
      if (answer?.outcome === "failed")
        end(
          new GateError(
            "cache-unavailable",
            `GitHub's cache service could not be used, and this run goes on without it: ${quoted(answer.reason)}`,
            "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.",
          ),
        );
      return undefined;
    },
    save(entry, folder) {
      // One after another, since each compresses on all processors while the scan runs.
      saved = saved.then(() => keep(entry, folder)).catch((error: Error) => end(notSaved(entry.key, error.message)));
    },
    async settle() {
      const timer = setTimeout(() => endSaving.abort(), limits.settleMs);
      await saved;
      clearTimeout(timer);
    },
  };
}

/** Knows whether this run can still ask the service. After a failure it must not, and the first reason is logged. */
function usage(world: CacheWorld) {
  let isOff = false;
  const end = (error: GateError, level: "debug" | "info" | "warning" = "warning") => {
    if (!isOff) world.log[level](error.message);
    isOff = true;
  };
  const mayAsk = () => {
    const why = absentBecause(world);
    // Outside of GitHub's jobs no cache is expected, and on Windows it is not a fault.
    const level = world.env.GITHUB_ACTIONS !== "true" ? "debug" : world.platform === "win32" ? "info" : "warning";
    if (why !== undefined)
      end(
        new GateError(
          "cache-absent",
          `This runner has no cache service: ${why}`,
          "Nothing but the tool cache keeps the scanner and its databases between runs. Set `cache: false` to silence this.",
        ),
        level,
      );
    return !isOff && !world.signal.aborted;
  };
  return { end, mayAsk };
}

/**
 * Why there is no service, without a full stop, according to the environment; undefined: there is one. It follows
 * `isFeatureAvailable` of @actions/cache, without loading that library, which heeds the job's `cache-mode` itself.
 */
function absentBecause({ env, platform }: Pick<World, "env" | "platform">): string | undefined {
  // On Windows the library starts tar by a fixed path, so we could not limit what an archive does.
  if (platform === "win32") return "it is not used on Windows";
  const isSecond = !kindIn(env).isOwnServer && env.ACTIONS_CACHE_SERVICE_V2;
  const missing = [isSecond ? "ACTIONS_RESULTS_URL" : "ACTIONS_CACHE_URL", "ACTIONS_RUNTIME_TOKEN"].find(
    (name) => !env[name],
  );
  return missing && `${missing} is not set`;
}

/**
 * Variables for the process that uses @actions/cache. The only folder in PATH has all programs that it can find: a
 * replacement for tar, and zstd, whose presence decides how it compresses.
 * @param room a private folder of the process
 */
function cacheVariables(room: string, world: ProgramWorld): Record<string, string> {
  const programs = join(room, "programs");
  mkdirSync(programs, { mode: 0o700 });
  const tar = findProgram("tar", world) ?? "/usr/bin/tar";
  writeFileSync(join(programs, "tar"), script(tar, programPath(world)), { mode: 0o700, flag: "wx" });
  const zstd = findProgram("zstd", world);
  if (zstd !== undefined) symlinkSync(zstd, join(programs, "zstd"));
  // Without it, macOS's tar adds a file `._name` for each file that has attributes.
  return { PATH: programs, COPYFILE_DISABLE: "1" };
}

const inQuotes = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The replacement for tar. @actions/cache unpacks with `tar -xf … -P`, which writes to any path that the archive names.
 * The replacement only moves the archive, and our own code unpacks it. The real tar does the packing, but with our
 * arguments, since the library's arguments break at a space in a path.
 */
const script = (tar: string, path: string) => `#!/bin/sh
PATH=${inQuotes(path)}
export PATH
case "$*" in
  "-xf "*) exec mv -f -- "$RUNNER_TEMP"/*/cache.t* "$HOME/${ARCHIVE}" ;;
  "--posix -cf cache.tzst "*) exec ${inQuotes(tar)} -c -f cache.tzst --use-compress-program zstdmt -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
  "--posix -cf cache.tgz "*) exec ${inQuotes(tar)} -c -z -f cache.tgz -C "$GITHUB_WORKSPACE" -T manifest.txt ;;
esac
exit 64
`;

function notSaved(key: string, reason: string): GateError {
  return new GateError(
    "cache-not-saved",
    `${key} was not kept in the repository's cache: ${quoted(reason)}`,
    "The next run downloads it again. If it happens each time, open port 443 to *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `cache: false`.",
  );
}

import type { World } from "../../../system/world.ts";
import { kindIn } from "../kinds.ts";

export interface Availability {
  readonly read: boolean;
  readonly write: boolean;
  /** Why not, without a full stop, if one of them is false. */
  readonly why?: string;
  /** There is no service at all, not just one that this run may not use. */
  readonly absent?: boolean;
}

type CacheWorld = Pick<World, "env" | "platform">;

/** `cache-mode` of a workflow or job, as the runner passes it on. An unknown mode forbids nothing (@actions/cache). */
const MODES: Readonly<Record<string, { read: boolean; write: boolean }>> = {
  none: { read: false, write: false },
  read: { read: true, write: false },
  write: { read: true, write: true },
  "write-only": { read: false, write: true },
};

/**
 * What this run may do with the cache service, according to the environment. The check for a service follows
 * `isFeatureAvailable` of @actions/cache, without loading that library. What the token may do, the service decides.
 */
export function cacheAvailability(world: CacheWorld): Availability {
  const { env } = world;
  const absent = (why: string): Availability => ({ read: false, write: false, absent: true, why });
  // On Windows the library starts tar by a fixed path, so we could not limit what an archive does.
  if (world.platform === "win32") return { ...absent("It is not used on Windows"), absent: false };
  const isSecond = !kindIn(env).isOwnServer && env.ACTIONS_CACHE_SERVICE_V2;
  const variable = isSecond ? "ACTIONS_RESULTS_URL" : "ACTIONS_CACHE_URL";
  if (!env[variable]) return absent(`${variable} is not set`);
  if (!env.ACTIONS_RUNTIME_TOKEN) return absent("ACTIONS_RUNTIME_TOKEN is not set");
  const mode = (env.ACTIONS_CACHE_MODE ?? "").trim().toLowerCase();
  const allowed = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (allowed && !(allowed.read && allowed.write)) return { ...allowed, why: `The job's cache-mode is ${mode}` };
  return { read: true, write: true };
}

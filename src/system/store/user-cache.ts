import { posix, win32 } from "node:path";
import type { World } from "../world.ts";

/** The name of our folder among the user's caches or the runner's tools. Everything in it is ours. */
export const OWN_FOLDER = "image-gate";

/**
 * The folder of the user's caches: `XDG_CACHE_HOME`, or this system's own place. Undefined: the user has none. A
 * relative `XDG_CACHE_HOME` counts as none (XDG Base Directory Specification): it would depend on the current folder.
 */
export function userCache({ env, platform }: Pick<World, "env" | "platform">): string | undefined {
  const { isAbsolute, join } = platform === "win32" ? win32 : posix;
  if (isAbsolute(env.XDG_CACHE_HOME ?? "")) return env.XDG_CACHE_HOME;
  if (platform === "win32") return env.LOCALAPPDATA || undefined;
  if (!env.HOME) return undefined;
  return platform === "darwin" ? join(env.HOME, "Library", "Caches") : join(env.HOME, ".cache");
}

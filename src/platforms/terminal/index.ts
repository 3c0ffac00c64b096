import { posix, win32 } from "node:path";
import type { World } from "../../system/world.ts";
import type { PlatformEntry } from "../platform.ts";
import { terminalLog } from "./log.ts";

/** What is left if no platform is there. It must be the last of the list. */
export const terminal = {
  isHere: () => true,
  folders: (env) => ({ toolCache: ownCache(env, process.platform) }),
  log: (_env, out, colours) => terminalLog(out, { colours }),
  async open(world) {
    const { terminalPlatform } = await import("./platform.ts");
    return terminalPlatform(world);
  },
} satisfies PlatformEntry;

/**
 * Our folder among the user's caches: in `XDG_CACHE_HOME`, or where this system has them. Undefined: the user has none.
 * A relative `XDG_CACHE_HOME` counts as none (XDG Base Directory Specification): it would lie in whatever folder is
 * worked in.
 */
export function ownCache(env: World["env"], platform: NodeJS.Platform): string | undefined {
  const { isAbsolute, join } = platform === "win32" ? win32 : posix;
  const home = env.HOME && (platform === "darwin" ? join(env.HOME, "Library", "Caches") : join(env.HOME, ".cache"));
  const named = isAbsolute(env.XDG_CACHE_HOME ?? "") ? env.XDG_CACHE_HOME : undefined;
  const caches = named ?? (platform === "win32" ? env.LOCALAPPDATA : home);
  return caches ? join(caches, OWN_FOLDER) : undefined;
}

/** The name of the folder that the store of databases has in any cache folder. */
const OWN_FOLDER = "image-gate";

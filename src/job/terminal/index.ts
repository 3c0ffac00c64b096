import { posix, win32 } from "node:path";
import { OWN_FOLDER, userCache } from "../../system/store/user-cache.ts";
import type { World } from "../../system/world.ts";
import type { PlatformEntry } from "../job.ts";
import { terminalLog } from "./log.ts";

/** The platform of a run that is on no other. It must be the last of the list. */
export const terminal = {
  isHere: () => true,
  folders: (env) => ({ toolCache: ownCache(env, process.platform) }),
  log: (_env, out, colours) => terminalLog(out, { colours }),
  open: async () => (await import("./platform.ts")).terminalPlatform(),
} satisfies PlatformEntry;

/** Our folder among the user's caches. Undefined: the user has none. */
export function ownCache(env: World["env"], platform: NodeJS.Platform): string | undefined {
  const { join } = platform === "win32" ? win32 : posix;
  const caches = userCache({ env, platform });
  return caches && join(caches, OWN_FOLDER);
}

import type { PlatformEntry } from "../platform.ts";
import { terminalLog } from "./log.ts";

/** What is left if no platform is there. It must be the last of the list. */
export const terminal = {
  isHere: () => true,
  log: (_env, out, colours) => terminalLog(out, { colours }),
  async open(world) {
    const { terminalPlatform } = await import("./platform.ts");
    return terminalPlatform(world);
  },
} satisfies PlatformEntry;

import type { Output } from "../system/harmless-text.ts";
import type { Log, World } from "../system/world.ts";
import { github } from "./github/index.ts";
import type { PlatformEntry } from "./platform.ts";
import { terminal } from "./terminal/index.ts";

/** The platforms, in the order in which they are looked for. A new one is a line here, before the terminal. */
const PLATFORMS: readonly PlatformEntry[] = [github, terminal];

/** The platform of this run, and the log that its readers see. */
export interface DetectedPlatform extends Omit<PlatformEntry, "log"> {
  log(out: Output, options: { readonly isTerminal: boolean }): Log;
}

/** Finds out where a run happens, by its environment alone. */
export function detectPlatform(env: World["env"]): DetectedPlatform {
  const found: PlatformEntry = PLATFORMS.find((platform) => platform.isHere(env)) ?? terminal;
  return {
    ...found,
    log(out, { isTerminal }) {
      // NO_COLOR (no-color.org) forbids colours everywhere.
      const colours = !env.NO_COLOR && (isTerminal || found.showsColours?.(env) === true);
      return found.log?.(env, out, colours) ?? terminal.log(env, out, colours);
    },
  };
}

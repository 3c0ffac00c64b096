import type { Output } from "../system/harmless-text.ts";
import { inputVariable, type Log, type World } from "../system/world.ts";
import { github } from "./github/index.ts";
import { gitlab } from "./gitlab/index.ts";
import type { PlatformEntry } from "./job.ts";
import { terminal } from "./terminal/index.ts";

/**
 * The platforms, in the order in which they are looked for. A new one is a line here. It must be before platforms that
 * claim each of its variables: its jobs may also have the tokens of other platforms.
 */
const PLATFORMS: readonly PlatformEntry[] = [gitlab, github, terminal];

/** The platform of this run, and the log that its readers see. */
export interface DetectedPlatform extends Omit<PlatformEntry, "log" | "inputs"> {
  /** The environment with the platform's inputs in the variables that actions read. */
  readonly env: World["env"];
  log(out: Output, options: { readonly isTerminal: boolean }): Log;
}

/**
 * Finds out where a run happens, by its environment alone. A command runs at a terminal, even in a job, since it gets
 * nothing but its arguments. If jobs have no other way to start the gate, the command is the job's.
 */
export function detectPlatform(env: World["env"], isCommand = false): DetectedPlatform {
  const isMeant = (platform: PlatformEntry) => (!isCommand || platform.runsCommands) && platform.isHere(env);
  const found: PlatformEntry = PLATFORMS.find(isMeant) ?? terminal;
  const given = Object.entries(found.inputs?.(env) ?? {}).map(([name, value]) => [inputVariable(name), value]);
  return {
    ...found,
    env: { ...env, ...Object.fromEntries(given) },
    log(out, { isTerminal }) {
      // NO_COLOR (no-color.org) forbids colours everywhere.
      const colours = !env.NO_COLOR && (isTerminal || found.showsColours?.(env) === true);
      return found.log?.(env, out, colours) ?? terminal.log(env, out, colours);
    },
  };
}

import type { PlatformEntry } from "../job.ts";

const INPUT = "IMAGE_GATE_";

/** Woodpecker CI, whose variables have no hyphens here: `IMAGE_GATE_MAX_HIGH` is the input `max-high`. */
export const woodpecker: PlatformEntry = {
  isHere: (env) => env.CI === "woodpecker",
  inputs: (env) =>
    Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) =>
        name.startsWith(INPUT) && value !== undefined
          ? [[name.slice(INPUT.length).toLowerCase().replaceAll("_", "-"), value]]
          : [],
      ),
    ),
  folders: (env) => ({ workspace: env.CI_WORKSPACE }),
  open: async (world) => (await import("./platform.ts")).woodpeckerPlatform(world),
};

import type { PlatformEntry } from "../platform.ts";

const INPUT = "IMAGE_GATE_";

/** GitLab CI, whose variables have no hyphens: `IMAGE_GATE_MAX_HIGH` is the input `max-high`. */
export const gitlab: PlatformEntry = {
  isHere: (env) => env.GITLAB_CI === "true",
  inputs: (env) =>
    Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) =>
        name.startsWith(INPUT) && value !== undefined
          ? [[name.slice(INPUT.length).toLowerCase().replaceAll("_", "-"), value]]
          : [],
      ),
    ),
  folders: (env) => ({ workspace: env.CI_PROJECT_DIR }),
  open: async (world) => (await import("./platform.ts")).gitlabPlatform(world),
};

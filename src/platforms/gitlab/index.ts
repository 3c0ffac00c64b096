import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlatformEntry } from "../platform.ts";

/** The dotenv report in the project's folder that hands the outputs to later jobs. */
const OUTPUTS_FILE = "image-gate.env";

/**
 * GitLab CI. Its runner sets GITLAB_CI in every job (GitLab's predefined variables). A job's log is plain text with
 * colours, so the log of a terminal serves it. Nothing else is loaded until the platform is opened.
 */
export const gitlab: PlatformEntry = {
  isHere: (env) => env.GITLAB_CI === "true",
  showsColours: () => true,
  folders: (env) => ({ workspace: env.CI_PROJECT_DIR }),
  ownFiles: (env) => [OUTPUTS_FILE, ...[env.CI_SERVER_TLS_CA_FILE ?? []].flat()],
  lastOutputs({ CI_PROJECT_DIR: folder }, { verdict = "error" }) {
    if (!folder) return;
    const path = join(folder, OUTPUTS_FILE);
    rmSync(path, { force: true });
    writeFileSync(path, `IMAGE_GATE_VERDICT=${verdict}\n`, { flag: "wx" });
  },
  async open(world) {
    const { gitlabPlatform } = await import("./platform.ts");
    return gitlabPlatform(world, join(world.workspace, OUTPUTS_FILE));
  },
};

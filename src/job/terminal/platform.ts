import type { Platform } from "../job.ts";
import { VERSION } from "../own-version.ts";

/** A terminal: it has a log, and files where the user wants them. Nothing outlives the run by itself. */
export function terminalPlatform(): Platform {
  return {
    words: {
      name: "the terminal",
      lacking: "this run is at a terminal",
      mayRead: "Leave `policy-from` at its default, so that the policy of the workspace applies",
      changeRequest: "pull request",
      workflow: "workflow",
    },
    change: { trigger: "", commits: [], hasBase: false, privileged: false },
    action: { name: "Image Gate", version: VERSION },
  };
}

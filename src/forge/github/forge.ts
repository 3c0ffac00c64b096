import type { GitHubEvent } from "../../job/github/event.ts";
import { kindOf } from "../../job/github/kinds.ts";
import type { World } from "../../system/world.ts";
import type { Forge, Lacking } from "../forge.ts";
import { once } from "../once.ts";
import { sentAbout } from "./sending.ts";

/** GitHub's message says 65,536 characters; others measured 262,144 bytes. 65,000 UTF-16 units meet both limits. */
const COMMENT_UNITS = 65_000;

/**
 * GitHub, or a server with its API. The token of a fork or of Dependabot is tried as well, since an administrator can
 * give it write access. If GitHub refuses, the warning says why. The client is loaded when it is first used.
 */
export function githubForge(event: GitHubEvent, token: string, world: World): Forge | Lacking {
  const { env, log, signal } = world;
  if (token === "")
    return {
      why: "the input `token` is empty",
      level: "warning",
      remedy: "Leave the input `token` at its default, `github.token`",
    };
  const by = { event, token, log, signal };
  const rules = once(async () => (await import("./rules.ts")).rulesAtBase(by));
  const everywhere: Forge = {
    rules: async (use, file) => (await rules())(use, file),
    keptReports: async (name) => (await import("./kept-reports.ts")).keptReports(name, by, env),
    state: async (name) => (await import("./state.ts")).stateBranch(name, token, event, world),
    comments: {
      mostUnits: COMMENT_UNITS,
      write: async (text) => (await import("./comment.ts")).reportComment({ ...text, ...by }),
    },
    issues: async (scope) => (await import("./issues.ts")).issueTracker({ scope, ...by }),
  };
  if (!kindOf(event).isComplete) return everywhere;
  return {
    ...everywhere,
    alerts: {
      about: sentAbout(event, env, "alerts"),
      send: async (alerts) => (await import("./code-scanning.ts")).reportToCodeScanning({ ...alerts, ...by }),
    },
    packages: {
      about: sentAbout(event, env, "packages"),
      jobFor: (image) => submittingJob(image, event, env),
      send: async (submissions) => (await import("./dependency-graph.ts")).reportDependencies({ submissions, ...by }),
    },
  };
}

/**
 * GitHub keeps the last snapshot of each correlator and detector. Workflow, job and image make the correlator unique,
 * so the next build's snapshot replaces this one.
 */
function submittingJob(image: string, { runUrl }: GitHubEvent, env: World["env"]) {
  const correlator = [env.GITHUB_WORKFLOW, env.GITHUB_JOB, image].filter(Boolean).join(" / ");
  return { id: env.GITHUB_RUN_ID || correlator, correlator, ...(runUrl && { html_url: runUrl }) };
}

import type { World } from "../../system/world.ts";
import type { Action, Platform } from "../job.ts";
import { VERSION } from "../own-version.ts";
import { type GitHubEvent, readEvent } from "./event.ts";
import { kindOf, type ServerKind } from "./kinds.ts";
import { readPayload } from "./payload-file.ts";

type Env = World["env"];

/**
 * GitHub Actions. Without an event it shows nothing and sends no requests. Code that few runs need is loaded only if it
 * is needed.
 * @param event read from the environment by default
 */
export function githubPlatform(world: World, event: GitHubEvent = readEvent(world.env, readPayload)): Platform {
  const { env } = world;
  const kind = kindOf(event);
  return {
    words: kind.words,
    change: event,
    action: actionOf(env, event.serverUrl, kind),
    workflowFile: workflowOf(env),
    summary: env.GITHUB_STEP_SUMMARY ? SUMMARY : undefined,
    outputs: env.GITHUB_OUTPUT ? async (values) => (await import("./runner-files.ts")).setOutputs(values) : undefined,
    sharedCache: async () => (await import("./cache/shared-cache.ts")).sharedCache(world),
    // Without an event it is not a job of GitHub's.
    forge:
      event.trigger === ""
        ? undefined
        : async (token) => (await import("../../forge/github/forge.ts")).githubForge(event, token, world),
    keepReport: async (report) => (await import("./artifacts/keep.ts")).keepReport(report, event, world),
    runFiles: {
      keep: async (name, file) => (await import("./artifacts/keep.ts")).keepForRun(name, file, world),
      fetch: async (name) => (await import("./artifacts/keep.ts")).fetchFromRun(name, world),
    },
    // One job of a matrix would replace the files of another.
    keepFiles:
      kind.artifacts === "replaced"
        ? undefined
        : async (files) => (await import("./artifacts/keep.ts")).keepFiles(files, event.runUrl, world),
  };
}

/**
 * GitHub drops a step's summary of more than 1 MiB. Other steps of ours cannot add to it, but the end of the file can.
 */
const SUMMARY: Platform["summary"] = {
  mostBytes: 1_000_000,
  write: async (markdown) => (await import("./runner-files.ts")).writeSummary(markdown),
};

/** The runner names the action's repository in GITHUB_ACTION_REPOSITORY. A local action has only the workflow's. */
function actionOf(env: Env, serverUrl: string, kind: ServerKind): Action {
  const repository = [env.GITHUB_ACTION_REPOSITORY, env.GITHUB_REPOSITORY].find((name) =>
    /^[\w-]+\/[\w.-]+$/.test(name ?? ""),
  );
  const url = `${serverUrl}/${repository ?? ""}`;
  const isPinned = repository === env.GITHUB_ACTION_REPOSITORY && /^\w[\w./-]*$/.test(env.GITHUB_ACTION_REF ?? "");
  const pages = isPinned && kind.isComplete ? `${url}/blob/${env.GITHUB_ACTION_REF}` : undefined;
  return { name: "Image Gate", version: VERSION, url, pages };
}

/**
 * The run's workflow file: `.github/workflows/ci.yml` of `acme/app/.github/workflows/ci.yml@refs/heads/main`. It is
 * undefined if the workflow is in another repository, as a required workflow may be.
 */
function workflowOf({ GITHUB_WORKFLOW_REF: reference = "", GITHUB_REPOSITORY: own }: Env): string | undefined {
  const [, repository, file] = /^([^/]+\/[^/]+)\/(\.github\/workflows\/[^@]+)@/.exec(reference) ?? [];
  return own === undefined || own === "" || repository?.toLowerCase() === own.toLowerCase() ? file : undefined;
}

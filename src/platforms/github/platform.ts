import { createHash } from "node:crypto";
import packageJson from "../../../package.json" with { type: "json" };
import { type RunStamp, wholeNumber } from "../../domain/run-stamp.ts";
import { decideText } from "../../forge/lacking.ts";
import { once } from "../../forge/once.ts";
import type { World } from "../../system/world.ts";
import { annotate } from "../annotate.ts";
import type {
  Access,
  Action,
  AlertPage,
  CommentDecision,
  CommentMode,
  Comments,
  PackagePage,
  Platform,
  RunChange,
  SubmittingJob,
} from "../platform.ts";
import { isForgejo } from "./api/forgejo.ts";
import { type GitHubEvent, readEvent } from "./event.ts";
import { onForgejo } from "./forgejo.ts";
import { lackingOn } from "./lacking.ts";
import { readPayload } from "./payload-file.ts";
import { readOnlyByEvent } from "./state/may-write.ts";

type Env = World["env"];

/**
 * GitHub Actions. Without an event it shows nothing and sends no requests. Code that few runs need is loaded only if it
 * is needed.
 * @param event read from the environment by default
 */
export function githubPlatform(world: World, event: GitHubEvent = readEvent(world.env, readPayload)): Platform {
  const { env, log } = world;
  const platform: Platform = {
    words: {
      name: "GitHub",
      lacking: "this run is outside of GitHub",
      mayRead: "Give the job `contents: read` and leave `token` at its default",
      changeRequest: "pull request",
      workflow: "workflow",
    },
    change: changeOf(event, env),
    action: actionOf(env),
    workflowFile: workflowOf(env),
    summary: env.GITHUB_STEP_SUMMARY
      ? {
          mostBytes: SUMMARY_BYTES,
          write: async (markdown) => (await import("./runner-files.ts")).writeSummary(markdown),
        }
      : undefined,
    outputs: env.GITHUB_OUTPUT ? async (values) => (await import("./runner-files.ts")).setOutputs(values) : undefined,
    annotate: (messages) => annotate(log, messages),
    async sharedCache() {
      const { sharedCache } = await import("./cache/shared-cache.ts");
      return sharedCache(world);
    },
    ...repositoryOf(event, world),
    comments: commentsOf(event, world),
    alerts: alertsOf(event, world),
    packages: packagesOf(event, world),
    async issues(scope, { token }) {
      const { issueTracker } = await import("./issues/tracker.ts");
      return issueTracker({ scope, token, event, signal: world.signal });
    },
  };
  return isForgejo(event) ? onForgejo(platform) : platform;
}

/** GitHub drops a step's summary of more than 1 MiB. Other steps of ours cannot add to it, but the file's end does. */
const SUMMARY_BYTES = 1_000_000;
/** GitHub's message says 65,536 characters; others measured 262,144 bytes. 65,000 UTF-16 units meet both limits. */
const COMMENT_UNITS = 65_000;

/** What concerns the repository: rules, the state, and what runs keep. */
function repositoryOf(
  event: GitHubEvent,
  world: World,
): Pick<Platform, "ruleReader" | "keptReports" | "state" | "keepFiles" | "runFiles"> {
  return {
    ruleReader(access) {
      const reader = once(async () => (await import("./base-policy.ts")).ruleReader(access, event, world));
      return async (use, file) => (await reader())(use, file);
    },
    keptReports: {
      async find(search, access) {
        const { keptReports } = await import("./artifacts/kept-reports.ts");
        return keptReports(search, { ...access, event }, world);
      },
      async keep({ name, file }) {
        const { keepReport } = await import("./artifacts/keep.ts");
        await keepReport({ name, reportFile: file, event }, world);
      },
    },
    async state(name, access) {
      const { stateBranch } = await import("./state/store.ts");
      return stateBranch(name, access, event, world);
    },
    runFiles: {
      keep: async (name, file) => (await import("./artifacts/keep.ts")).keepForRun(name, file, world),
      fetch: async (name) => (await import("./artifacts/keep.ts")).fetchFromRun(name, world),
    },
    async keepFiles(files) {
      const { keepFiles } = await import("./artifacts/keep.ts");
      return keepFiles(files, event.runUrl, world);
    },
  };
}

/** The pull request's conversation. */
function commentsOf(event: GitHubEvent, { log, signal }: World): Comments {
  return {
    mostUnits: COMMENT_UNITS,
    decide: (mode, answer, access) => decideComment({ mode, answer, event, ...access }),
    async write(text, { token }) {
      const { reportComment } = await import("./comment.ts");
      return reportComment({ ...text, event, token, log, signal });
    },
  };
}

/** Code scanning. */
function alertsOf(event: GitHubEvent, { env, log, signal }: World): AlertPage {
  return {
    async decide(judged, access) {
      const { decideAlerts } = await import("./sending.ts");
      return decideAlerts(judged, { event, env, cancelled: signal.aborted, ...access });
    },
    async send({ uploads, about: commit, tool, startedAt }, { token }) {
      const { reportToCodeScanning } = await import("./code-scanning.ts");
      await reportToCodeScanning({ uploads, event, commit, token, tool, startedAt, log, signal });
    },
  };
}

/** The dependency graph. */
function packagesOf(event: GitHubEvent, { env, log, signal }: World): PackagePage {
  return {
    async decide(images, access) {
      const { decidePackages } = await import("./sending.ts");
      return decidePackages(images, { event, env, cancelled: signal.aborted, ...access });
    },
    jobFor: (image) => submittingJob(image, event, env),
    async send(submissions, { token }) {
      const { reportDependencies } = await import("./dependency-graph.ts");
      await reportDependencies({ submissions, event, token, log, signal });
    },
  };
}

function changeOf(event: GitHubEvent, env: Env): RunChange {
  const { name, sha, repository, runUrl, lookup, pullRequest, mergeInto, privileged, problem } = event;
  return {
    trigger: name,
    commit: sha,
    commits: [env.GITHUB_SHA, sha].filter((each) => each !== undefined && each !== "") as string[],
    repository: repository && `${repository.owner}/${repository.repo}`,
    runUrl,
    stamp: stampOf(env, event),
    lookedUpOn: lookup === undefined ? undefined : name,
    hasBase: pullRequest !== undefined || mergeInto !== undefined,
    defaultBranch: event.defaultBranch,
    privileged,
    problem,
    readOnlyBecause: readOnlyByEvent({ event, env }),
  };
}

/** The runner names the action's repository in GITHUB_ACTION_REPOSITORY. A local action has only the workflow's. */
function actionOf(env: Env): Action {
  const server = env.GITHUB_SERVER_URL || "https://github.com";
  const repository = [env.GITHUB_ACTION_REPOSITORY, env.GITHUB_REPOSITORY].find((name) =>
    /^[\w-]+\/[\w.-]+$/.test(name ?? ""),
  );
  const page = URL.canParse(server)
    ? new URL(repository ?? "", `${server.replace(/(?<!\/)\/+$/, "")}/`).href
    : undefined;
  return { name: "Image Gate", version: packageJson.version, url: page ?? "https://github.com" };
}

/**
 * The run's workflow file: `.github/workflows/ci.yml` of `acme/app/.github/workflows/ci.yml@refs/heads/main`. It is
 * undefined if the workflow is in another repository, as a required workflow may be.
 */
function workflowOf({ GITHUB_WORKFLOW_REF: reference = "", GITHUB_REPOSITORY: own }: Env): string | undefined {
  const [, repository, file] = /^([^/]+\/[^/]+)\/(\.github\/workflows\/[^@]+)@/.exec(reference) ?? [];
  return own === undefined || own === "" || repository?.toLowerCase() === own.toLowerCase() ? file : undefined;
}

/**
 * GitHub keeps the last snapshot of each correlator and detector. Workflow, job and image make the correlator unique,
 * so the next build's snapshot replaces this one. A long one ends in a hash, so that two of them stay two.
 */
function submittingJob(image: string, { runUrl }: GitHubEvent, env: Env): SubmittingJob {
  const whole = [env.GITHUB_WORKFLOW, env.GITHUB_JOB, image].filter(Boolean).join(" / ");
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 16);
  const correlator = whole.length > 500 ? `${whole.slice(0, 480)} … ${hash}` : whole;
  return { id: env.GITHUB_RUN_ID || correlator, correlator, ...(runUrl && { html_url: runUrl }) };
}

/**
 * Events whose commit belongs to the pull request. A merge group's commit belongs to the queue, and a comment's to the
 * default branch; for those runs only the order is known.
 */
const OF_THE_HEAD: ReadonlySet<string> = new Set([
  "pull_request",
  "pull_request_target",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "workflow_run",
]);

/** The stamp that this run puts on its comment; undefined outside of GitHub. */
function stampOf(env: Readonly<Record<string, string | undefined>>, event: GitHubEvent): RunStamp | undefined {
  const run = wholeNumber(env.GITHUB_RUN_ID);
  if (run === undefined || !/^[a-z_]{1,50}$/.test(event.name)) return undefined;
  return {
    run,
    number: wholeNumber(env.GITHUB_RUN_NUMBER) ?? 1,
    attempt: wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1,
    event: event.name,
    commit: OF_THE_HEAD.has(event.name) && /^[0-9a-f]{40,64}$/.test(event.sha ?? "") ? event.sha : undefined,
  };
}

interface Circumstances extends Access {
  readonly mode: CommentMode;
  readonly answer: "pass" | "fail" | "error";
  readonly event: GitHubEvent;
}

/**
 * Whether to write, update or leave the comment. The token of a fork or of Dependabot is tried as well, since an
 * administrator can give it write access. If GitHub refuses, the warning says why.
 */
export function decideComment({ mode, answer, event, ...access }: Circumstances): CommentDecision {
  const { name, pullRequest, lookup, problem } = event;
  const none = pullRequest || lookup ? undefined : `this run (${name}) has no pull request`;
  return decideText(mode, answer, { lacking: lackingOn(event, access), problem, none });
}

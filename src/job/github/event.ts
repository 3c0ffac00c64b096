import { z } from "zod";
import { type RunStamp, wholeNumber } from "../../domain/run-stamp.ts";
import { httpUrl } from "../http-url.ts";
import type { RunChange } from "../job.ts";
import { readOnlyBecause } from "../may-write.ts";
import { kindOf } from "./kinds.ts";

/** An event is read once, so compiling its schema would take longer than reading. */
const ONCE = { jitless: true };

/** The pull request that a run is about. */
export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  /** Name of the base branch, without `refs/heads/`. */
  readonly baseRef: string;
  /** The head is in another repository. */
  readonly fork: boolean;
}

/** How to look up a pull request that the payload does not contain. */
export type PullRequestLookup =
  | { readonly by: "number"; readonly number: number }
  | {
      readonly by: "commit";
      readonly sha: string;
      /** `owner:branch` of the head, if it is known. */
      readonly head?: string | undefined;
    };

/** The event that started the run. Outside of GitHub its trigger is empty. */
export interface GitHubEvent extends RunChange {
  /** Without a final slash. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** The commit that the runner names (GITHUB_SHA); on `pull_request` the merge commit. */
  readonly runSha?: string | undefined;
  /** The branch that the run is on. */
  readonly branch?: string | undefined;
  readonly pullRequest?: PullRequest | undefined;
  /** Set if the pull request has to be looked up. */
  readonly lookup?: PullRequestLookup | undefined;
  /** The branch that a merge group will merge into, without `refs/heads/`, even if its pull request is not known. */
  readonly mergeInto?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The payload's facts about the change. */
type Details = Pick<GitHubEvent, "commit" | "pullRequest" | "lookup" | "mergeInto">;
type Facts = Details & Pick<GitHubEvent, "defaultBranch" | "problem">;

/**
 * Triggers that only an account with write access can cause, or whose token can only read if a fork causes them. A
 * stranger can cause every other trigger, and its run has the base repository's secrets. Any account may comment, open
 * an issue, fork, or let an app report a status of their commit. Triggers that do not exist yet count as such. Outside
 * of GitHub there is no trigger, and the user starts the run.
 * https://docs.github.com/actions/reference/security/secure-use
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
const UNPRIVILEGED: ReadonlySet<string> = new Set([
  "",
  "create",
  "delete",
  "merge_group",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "registry_package",
  "release",
  "repository_dispatch",
  "schedule",
  "workflow_dispatch",
]);

/** Accepts only GitHub's characters in a repository's owner and name, since they become part of URLs. */
function repositoryOf(fullName: string | undefined): string | undefined {
  return /^[A-Za-z0-9_-]+\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/.exec(fullName ?? "")?.[0];
}

/** The platform's addresses. If one is unreadable, the result is undefined: a token never goes to a guessed server. */
function addresses(env: Env): { serverUrl: string; apiUrl: string } | undefined {
  const serverUrl = env.GITHUB_SERVER_URL ? httpUrl(env.GITHUB_SERVER_URL) : "https://github.com";
  if (serverUrl === undefined) return undefined;
  const usual = serverUrl === "https://github.com" ? "https://api.github.com" : `${serverUrl}/api/v3`;
  const apiUrl = env.GITHUB_API_URL ? httpUrl(env.GITHUB_API_URL) : usual;
  return apiUrl === undefined ? undefined : { serverUrl, apiUrl };
}

/** Converts a pull request from a payload or the API. */
export function toPullRequest(pull: z.infer<typeof pullRequestSchema>): PullRequest {
  return {
    number: pull.number,
    headSha: pull.head.sha,
    baseRef: pull.base.ref,
    fork: pull.head.repo?.full_name.toLowerCase() !== pull.base.repo.full_name.toLowerCase(),
  };
}

/** The facts in the payload file. */
function payloadOf(trigger: string, env: Env, branch: string | undefined, readFile: (path: string) => string): Facts {
  try {
    const payload: unknown = JSON.parse(readFile(env.GITHUB_EVENT_PATH ?? ""));
    const { repository } = commonSchema.parse(payload, ONCE);
    const isOfBranch = trigger === "push" && branch !== undefined;
    return {
      defaultBranch: repository?.default_branch,
      lookup: isOfBranch && env.GITHUB_SHA ? { by: "commit", sha: env.GITHUB_SHA } : undefined,
      ...DETAILS[trigger]?.parse(payload, ONCE),
    };
  } catch (thrown) {
    // A parser's message could quote the file, so that only the kind of failure is said.
    const missing = (thrown as { issues?: { path: PropertyKey[] }[] }).issues?.[0]?.path.map(String).join(".");
    const why = missing ? `\`${missing}\` is missing or not what it should be` : "it is not readable JSON";
    const event = JSON.stringify(trigger);
    return { problem: `The payload of the event ${event} (GITHUB_EVENT_PATH) cannot be used: ${why}` };
  }
}

/**
 * Reads the event from the runner's environment and the payload file. Never throws: unreadable facts are left out and
 * described in `problem`, since a problem with reporting must not change the verdict.
 */
export function readEvent(env: Env, readFile: (path: string) => string): GitHubEvent {
  const trigger = env.GITHUB_EVENT_NAME ?? "";
  const place = addresses(env);
  const { serverUrl, apiUrl } = place ?? { serverUrl: "https://github.com", apiUrl: "https://api.github.com" };
  const runSha = env.GITHUB_SHA || undefined;
  const branch = /^refs\/heads\/(.+)$/.exec(env.GITHUB_REF ?? "")?.[1];
  const isRead = place !== undefined && trigger !== "";
  const said: Facts = isRead ? payloadOf(trigger, env, branch, readFile) : {};
  const { pullRequest, lookup, mergeInto, commit = runSha } = said;
  const repository = isRead ? repositoryOf(env.GITHUB_REPOSITORY) : undefined;
  const [variable, query] = kindOf({ apiUrl }).runPage;
  const isNumbered = /^\d+$/.test(env[variable] ?? "");
  // A schedule's payload has no repository. Such runs are on the default branch (events-that-trigger-workflows).
  const defaultBranch = said.defaultBranch ?? (trigger === "schedule" ? branch : undefined);
  const problem = place ? said.problem : "GITHUB_API_URL or GITHUB_SERVER_URL is not an http or https URL";
  return {
    trigger,
    apiUrl,
    serverUrl,
    repository,
    runUrl: repository && isNumbered ? `${serverUrl}/${repository}/actions/runs/${env[variable]}${query}` : undefined,
    commit,
    runSha,
    commits: [runSha, commit].flatMap((sha) => sha || []),
    stamp: stampOf(env, trigger, commit),
    branch,
    defaultBranch,
    pullRequest,
    lookup,
    mergeInto,
    lookedUpOn: lookup && trigger,
    noConversation: pullRequest || lookup ? undefined : `this run (${trigger}) has no pull request`,
    hasBase: pullRequest !== undefined || mergeInto !== undefined,
    privileged: !UNPRIVILEGED.has(trigger),
    problem,
    readOnlyBecause:
      trigger === "" ? undefined : readOnlyBecause({ noun: "run", trigger, problem, branch, defaultBranch }),
  };
}

/**
 * Events whose commit belongs to the pull request. A merge group's commit belongs to the queue, and a comment's to the
 * default branch; for those runs only the order is known.
 */
const OF_THE_HEAD = /^(?:pull_request(?:_target|_review|_review_comment)?|push|workflow_run)$/;

/** The stamp that this run puts on its comment; undefined outside of GitHub. */
function stampOf(env: Env, event: string, commit = ""): RunStamp | undefined {
  const run = wholeNumber(env.GITHUB_RUN_ID);
  if (run === undefined || !/^[a-z_]{1,50}$/.test(event)) return undefined;
  return {
    run,
    number: wholeNumber(env.GITHUB_RUN_NUMBER) ?? 1,
    attempt: wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1,
    event,
    commit: OF_THE_HEAD.test(event) && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined,
  };
}

// The fields that we read of webhook payloads: https://docs.github.com/webhooks/webhook-events-and-payloads

const number = z.int().positive();
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const repositoryName = z.object({ full_name: z.string() });

export const pullRequestSchema = z.object({
  number,
  head: z.object({
    sha,
    /** Null if the fork was deleted. */
    repo: repositoryName.nullish(),
  }),
  base: z.object({ ref: z.string().min(1), repo: repositoryName }),
});

/** Fields that every event may have. */
const commonSchema = z.object({
  repository: z.object({ default_branch: z.string().min(1).optional() }).optional(),
});

const ofPullRequest = z.object({ pull_request: pullRequestSchema }).transform((payload): Details => {
  const pullRequest = toPullRequest(payload.pull_request);
  return { pullRequest, commit: pullRequest.headSha };
});

/** The payload's facts about the change, by the trigger of the event. */
const DETAILS: Readonly<Record<string, z.ZodType<Details>>> = {
  pull_request: ofPullRequest,
  pull_request_target: ofPullRequest,
  pull_request_review: ofPullRequest,
  pull_request_review_comment: ofPullRequest,
  issue_comment: z
    .object({ issue: z.object({ number, pull_request: z.looseObject({}).nullish() }) })
    .transform(({ issue }) => (issue.pull_request ? { lookup: { by: "number", number: issue.number } } : {})),
  merge_group: z
    .object({
      merge_group: z.object({ head_sha: sha, head_ref: z.string(), base_ref: z.string().min(1) }),
    })
    .transform(({ merge_group: { head_sha: headSha, head_ref: queue, base_ref: base } }) => {
      // The queue's branch ends in `/pr-<number>-<base sha>`: the number of the group's last pull request.
      const number = /^refs\/heads\/gh-readonly-queue\/.+\/pr-([1-9]\d{0,14})-[0-9a-f]{40,64}$/.exec(queue)?.[1];
      const mergeInto = base.replace(/^refs\/heads\//, "");
      const pull = { number: Number(number), headSha, baseRef: mergeInto, fork: false };
      return { commit: headSha, mergeInto, ...(number !== undefined && { pullRequest: pull }) };
    }),
  // `workflow_run.pull_requests` is empty for forks. The head's repository is null if the fork was deleted.
  workflow_run: z
    .object({
      workflow_run: z.object({
        head_sha: sha,
        head_branch: z.string().nullish(),
        head_repository: repositoryName.nullish(),
      }),
    })
    .transform(({ workflow_run: { head_sha: commit, head_branch: branch, head_repository: repository } }) => {
      const owner = repositoryOf(repository?.full_name)?.split("/")[0];
      const head = owner && branch ? `${owner}:${branch}` : undefined;
      return { commit, lookup: { by: "commit", sha: commit, head } };
    }),
};

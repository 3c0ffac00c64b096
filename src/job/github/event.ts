import { z } from "zod";
import { httpUrl } from "../http-url.ts";
import type { WritingRun } from "../may-write.ts";
import { kindOf } from "./kinds.ts";

/** An event is read once: to compile its schema would take longer. */
const ONCE = { jitless: true };

/** The pull request that a run is about. */
export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  /** The base branch's commit according to the payload. It can lag behind the branch. */
  readonly baseSha: string;
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

/** What we need of the event that started the run. */
export interface GitHubEvent {
  /** `pull_request`, `push`, …; empty outside of GitHub. */
  readonly name: string;
  readonly repository?: { readonly owner: string; readonly repo: string } | undefined;
  readonly defaultBranch?: string | undefined;
  /** Without a final slash. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly runUrl?: string | undefined;
  /** The commit that the run is about; for a pull request its head, not its merge commit. */
  readonly sha?: string | undefined;
  /** The commit that the runner names (GITHUB_SHA); on `pull_request` the merge commit. */
  readonly runSha?: string | undefined;
  readonly actor?: string | undefined;
  readonly pullRequest?: PullRequest | undefined;
  /** Set if the pull request has to be looked up. */
  readonly lookup?: PullRequestLookup | undefined;
  /** The branch that a merge group will merge into, without `refs/heads/`, even if its pull request is not known. */
  readonly mergeInto?: string | undefined;
  /** A stranger can start the run, and it may have secrets and a token that may write. */
  readonly privileged: boolean;
  /** What could not be read about the event: one sentence without a full stop. */
  readonly problem?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;
type Details = Pick<GitHubEvent, "sha" | "pullRequest" | "lookup" | "mergeInto">;

/**
 * Triggers that only somebody with write access can cause, or whose token may only read if a fork causes them. A
 * stranger may cause every other trigger, and its run has the base repository's secrets. Anybody may comment, open an
 * issue, fork, or let an app report a status of their commit. Triggers that do not exist yet count as such.
 * https://docs.github.com/actions/reference/security/secure-use
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
const UNPRIVILEGED: ReadonlySet<string> = new Set([
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

/** The branch that a run is on. */
export function branchIn({ GITHUB_REF: ref = "" }: Env): string | undefined {
  return /^refs\/heads\/(.+)$/.exec(ref)?.[1];
}

/** Facts that decide whether a run may write. A schedule's runs are on the default branch. */
export function writingRun({ name: trigger, problem, defaultBranch }: GitHubEvent, env: Env): WritingRun {
  return { noun: "run", trigger, problem, branch: branchIn(env), defaultBranch };
}

/** Outside of GitHub there is no name, and the user starts the run. */
function isPrivileged(name: string): boolean {
  return name !== "" && !UNPRIVILEGED.has(name);
}

/** Accepts only GitHub's characters in a repository's owner and name, since they become part of URLs. */
function repositoryOf(fullName: string | undefined): GitHubEvent["repository"] {
  const match = /^([A-Za-z0-9_-]+)\/([A-Za-z0-9._-]+)$/.exec(fullName ?? "");
  if (!match?.[1] || !match[2] || match[2] === "." || match[2] === "..") return undefined;
  return { owner: match[1], repo: match[2] };
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
    baseSha: pull.base.sha,
    baseRef: pull.base.ref,
    fork: pull.head.repo?.full_name.toLowerCase() !== pull.base.repo.full_name.toLowerCase(),
  };
}

/**
 * The queue's branch ends in `/pr-<number>-<base sha>`. A group may have several pull requests; the name has the last.
 */
function fromMergeGroup({ merge_group: group }: z.infer<typeof mergeGroupSchema>): Details {
  const { head_sha: headSha, base_sha: baseSha } = group;
  const number = /^refs\/heads\/gh-readonly-queue\/.+\/pr-([1-9]\d{0,14})-[0-9a-f]{40,64}$/.exec(group.head_ref)?.[1];
  const mergeInto = group.base_ref.replace(/^refs\/heads\//, "");
  const pull = { number: Number(number), headSha, baseSha, baseRef: mergeInto, fork: false };
  return { sha: headSha, mergeInto, ...(number !== undefined && { pullRequest: pull }) };
}

/** What an event's payload says about the change. */
function details(name: string, payload: unknown, sha: string | undefined): Details {
  switch (name) {
    case "pull_request":
    case "pull_request_target":
    case "pull_request_review":
    case "pull_request_review_comment": {
      const pullRequest = toPullRequest(pullRequestEventSchema.parse(payload, ONCE).pull_request);
      return { pullRequest, sha: pullRequest.headSha };
    }
    case "issue_comment": {
      const { issue } = issueCommentSchema.parse(payload, ONCE);
      return issue.pull_request ? { lookup: { by: "number", number: issue.number } } : {};
    }
    case "merge_group":
      return fromMergeGroup(mergeGroupSchema.parse(payload, ONCE));
    case "workflow_run": {
      // `workflow_run.pull_requests` is empty for forks, so the pull request is always looked up.
      const { workflow_run: run } = workflowRunSchema.parse(payload, ONCE);
      const owner = repositoryOf(run.head_repository?.full_name)?.owner;
      const head = owner && run.head_branch ? `${owner}:${run.head_branch}` : undefined;
      return { sha: run.head_sha, lookup: { by: "commit", sha: run.head_sha, head } };
    }
    case "push": {
      const { deleted, ref } = pushSchema.parse(payload, ONCE);
      return deleted || !ref.startsWith("refs/heads/") || sha === undefined ? {} : { lookup: { by: "commit", sha } };
    }
    default:
      return {};
  }
}

/** A failed read as a sentence. It says only the kind of failure, since a parser's message could quote the file. */
function problemOf(thrown: unknown, name: string): string {
  const missing = (thrown as { issues?: { path: PropertyKey[] }[] }).issues?.[0]?.path.map(String).join(".");
  const why = missing ? `\`${missing}\` is missing or not what it should be` : "it is not readable JSON";
  return `The payload of the event ${JSON.stringify(name)} (GITHUB_EVENT_PATH) cannot be used: ${why}`;
}

/**
 * Reads the event from the runner's environment and the payload file. Never throws: what cannot be read is left out and
 * described in `problem`, since a problem with reporting must not change the verdict.
 */
export function readEvent(env: Env, readFile: (path: string) => string): GitHubEvent {
  const name = env.GITHUB_EVENT_NAME ?? "";
  const usual = { serverUrl: "https://github.com", apiUrl: "https://api.github.com" };
  const found = addresses(env);
  const base: GitHubEvent = {
    name,
    ...(found ?? usual),
    actor: env.GITHUB_ACTOR,
    sha: env.GITHUB_SHA || undefined,
    runSha: env.GITHUB_SHA || undefined,
    privileged: isPrivileged(name),
  };
  if (found === undefined)
    return { ...base, problem: "GITHUB_API_URL or GITHUB_SERVER_URL is not an http or https URL" };
  if (name === "") return base;
  const known = (repository: GitHubEvent["repository"]) => ({
    ...base,
    repository,
    ...linkToRun(env, found, repository),
  });
  const fromEnv = repositoryOf(env.GITHUB_REPOSITORY);
  try {
    const payload: unknown = JSON.parse(readFile(env.GITHUB_EVENT_PATH ?? ""));
    const { repository } = commonSchema.parse(payload, ONCE);
    // A schedule's payload has no repository. Such runs are on the default branch (events-that-trigger-workflows).
    const scheduled = name === "schedule" ? branchIn(env) : undefined;
    const defaultBranch = repository?.default_branch ?? scheduled;
    const about = details(name, payload, base.sha);
    return { ...known(fromEnv ?? repositoryOf(repository?.full_name)), defaultBranch, ...about };
  } catch (thrown) {
    return { ...known(fromEnv), problem: problemOf(thrown, name) };
  }
}

function linkToRun(
  env: Env,
  { serverUrl, apiUrl }: Pick<GitHubEvent, "serverUrl" | "apiUrl">,
  repository: GitHubEvent["repository"],
): Pick<GitHubEvent, "runUrl"> {
  const [variable, query] = kindOf({ apiUrl }).runPage;
  const id = env[variable] ?? "";
  if (!repository || !/^\d+$/.test(id)) return {};
  return { runUrl: `${serverUrl}/${repository.owner}/${repository.repo}/actions/runs/${id}${query}` };
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
  base: z.object({ sha, ref: z.string().min(1), repo: repositoryName }),
});

/** Fields that every event may have. */
const commonSchema = z.object({
  repository: z.object({ full_name: z.string(), default_branch: z.string().min(1).optional() }).optional(),
});

const pullRequestEventSchema = z.object({ pull_request: pullRequestSchema });
const issueCommentSchema = z.object({ issue: z.object({ number, pull_request: z.looseObject({}).nullish() }) });
const mergeGroupSchema = z.object({
  merge_group: z.object({ head_sha: sha, head_ref: z.string(), base_sha: sha, base_ref: z.string().min(1) }),
});
/** The repository of the head is null if the fork was deleted. */
const workflowRunSchema = z.object({
  workflow_run: z.object({
    head_sha: sha,
    head_branch: z.string().nullish(),
    head_repository: repositoryName.nullish(),
  }),
});
const pushSchema = z.object({ ref: z.string(), deleted: z.boolean().optional() });

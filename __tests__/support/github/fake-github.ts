import type { IncomingHttpHeaders } from "node:http";
import { type Asked, type ForgeFault, type Reply, startForge } from "../network/forge-server.ts";
import { FAKE_TOKEN, type WorkflowEvent } from "../runs/runner.ts";
import { artifactState, startArchiveHost } from "./github-artifacts.ts";
import { type Call, type Context, DOCS } from "./github-call.ts";
import { codeScanningState } from "./github-code-scanning.ts";
import { loadContract } from "./github-contract.ts";
import { dependencyGraphState } from "./github-dependency-graph.ts";
import { issueState } from "./github-issues.ts";
import { releaseState } from "./github-release-state.ts";
import { graphql, rest } from "./github-routes.ts";
import {
  createState,
  type PlantedComment,
  type PullRequestOptions,
  pullRequestEvent,
  type RepositoryFile,
  type StoredComment,
  shaOf,
} from "./github-state.ts";

export type GitHubFault = ForgeFault;

/** Faults that GitHub can have. */
export const gitHubFaults = {
  /** A permission is missing: GitHub's answer to a token that lacks it. */
  forbidden: (accepted = "issues=write; pull_requests=write"): GitHubFault => ({
    status: 403,
    message: "Resource not accessible by integration",
    headers: { "x-accepted-github-permissions": accepted, "x-ratelimit-remaining": "4999" },
  }),
  /** Hidden from the token, or missing. */
  notFound: (): GitHubFault => ({ status: 404, message: "Not Found" }),
  /** The hourly limit is used up. */
  rateLimit: (resetsAt: Date): GitHubFault => ({
    status: 403,
    message: "API rate limit exceeded for installation ID 1.",
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.ceil(resetsAt.getTime() / 1000)) },
  }),
  secondaryRateLimit: (retryAfterSeconds: number, status: 403 | 429 = 429): GitHubFault => ({
    status,
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    headers: { "retry-after": String(retryAfterSeconds) },
  }),
  serverError: (status = 500): GitHubFault => ({ status, message: "Server Error" }),
  hang: (): GitHubFault => ({ hang: true }),
  reset: (): GitHubFault => ({ reset: true }),
};

export interface FakeGitHubOptions {
  readonly repository?: string;
  readonly defaultBranch?: string;
  /** The accepted token. Others get 401. */
  readonly token?: string;
  /** The token's account; undefined: GraphQL refuses to say, as it does for some tokens. */
  readonly viewer?: string | undefined;
  /** Changes a comment's body before it is stored, as GitHub does. */
  readonly rewriteBody?: (body: string) => string;
}

const BOT = "github-actions[bot]";

function headerProblems(headers: IncomingHttpHeaders): string[] {
  const version = headers["x-github-api-version"];
  const known = version === undefined || version === "2022-11-28" || version === "2026-03-10";
  return [...(headers["user-agent"] ? [] : ["no User-Agent header"]), ...(known ? [] : [`API version ${version}`])];
}

export type FakeGitHub = Awaited<ReturnType<typeof startFakeGitHub>>;

/**
 * GitHub's API for `acme/widget`, its branch `main`, and the open pull request 7 from the branch `feature`. Every
 * request and answer is checked against GitHub's description.
 */
export async function startFakeGitHub(options: FakeGitHubOptions = {}) {
  const { repository = "acme/widget", defaultBranch = "main", token = FAKE_TOKEN } = options;
  const viewer = "viewer" in options ? options.viewer : BOT;
  const contract = loadContract();
  const state = createState(contract, repository, defaultBranch);
  const artifacts = artifactState(defaultBranch);
  const archives = await startArchiveHost(artifacts);
  const parts = {
    ...{ state, artifacts, issues: issueState(contract, repository), codeScanning: codeScanningState() },
    ...{ dependencyGraph: dependencyGraphState(), releases: releaseState() },
  };
  const context: Context = {
    ...{ ...parts, contract, viewer, author: viewer ?? BOT, archiveAddress: archives.addressOf },
    base: () => forge.url,
    rewriteBody: options.rewriteBody ?? ((body) => body),
  };

  function reply({ method, path, headers, body, bytes }: Asked): Reply {
    if (!new RegExp(`^(token|bearer) ${token}$`, "i").test(headers.authorization ?? "")) {
      const refusal = { message: "Bad credentials", documentation_url: DOCS };
      return { status: 401, body: refusal, undocumented: true };
    }
    const url = new URL(path, forge.url);
    const call: Call = { method, url, accept: headers.accept ?? "", body: body as Call["body"], bytes };
    if (`${method} ${path}` !== "POST /graphql") return rest(context, call);
    const { problem, ...answer } = graphql(context, call);
    if (problem) forge.problems.push(problem);
    return answer;
  }

  const forge = await startForge({
    contract,
    git: { token, repository, branch: defaultBranch },
    record: ({ method, path: url, headers, body }) => {
      forge.problems.push(...headerProblems(headers));
      return { method, url, authorization: headers.authorization, headers, body };
    },
    reply,
  });
  const commit = (branch: string, files: Readonly<Record<string, RepositoryFile>> = {}, parents: string[] = []) => {
    const sha = shaOf(`${branch} ${state.commits.size}`);
    state.commits.set(sha, { parents, files: new Map(Object.entries(files)) });
    state.branches.set(branch, sha);
    return sha;
  };
  const addPullRequest = (pull: PullRequestOptions) => {
    const { number, headRef = "feature", headRepository = repository, baseRef = defaultBranch } = pull;
    const headSha = pull.headSha ?? shaOf(`${headRepository} ${headRef}`);
    state.pulls.set(number, { number, headRef, headSha, headRepository, baseRef, state: pull.state ?? "open" });
  };
  const addMergeCommit = (sha: string, number = 7) => {
    const pull = state.pulls.get(number);
    const base = state.branches.get(pull?.baseRef ?? defaultBranch) ?? "";
    state.commits.set(sha, { parents: [base, pull?.headSha ?? ""], files: new Map(state.commits.get(base)?.files) });
  };
  const closeForge = forge.close;
  const close = async () => void (await Promise.all([closeForge(), archives.close()]));
  commit(defaultBranch);
  addPullRequest({ number: 7 });
  return Object.assign(forge, parts, {
    /** `Authorization` of each request for an archive. There must be none, since archives are on another host. */
    archiveAuthorizations: archives.authorizations,
    /** Comments of a pull request, oldest first. */
    comments: (issue = 7): readonly StoredComment[] => state.comments.get(issue) ?? [],
    plantComment: ({ issue = 7, body, author = "mallory" }: PlantedComment) => state.addComment(issue, body, author),
    addPullRequest,
    /** Adds a newest commit with these files to a branch. Returns its SHA. */
    commit,
    /** Makes `sha` the merge commit of a pull request: base and head are its parents, its files are the base's. */
    addMergeCommit,
    /** The event of a pull request as it is, with a merge commit that is known here. */
    pullRequestEvent(number = 7, action = "synchronize"): WorkflowEvent {
      const event = pullRequestEvent(state, number, action);
      if (event.sha) addMergeCommit(event.sha, number);
      return event;
    },
    close,
    [Symbol.asyncDispose]: close,
  });
}

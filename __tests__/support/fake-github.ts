import type { IncomingMessage, ServerResponse } from "node:http";
import { type GitServer, gitServer, isForGit } from "./git-server.ts";
import { type ArtifactState, artifactState, startArchiveHost } from "./github-artifacts.ts";
import { type Call, type Context, DOCS, type Reply } from "./github-call.ts";
import { type CodeScanningState, codeScanningState } from "./github-code-scanning.ts";
import { loadContract } from "./github-contract.ts";
import { type DependencyGraphState, dependencyGraphState } from "./github-dependency-graph.ts";
import { type IssueState, issueState } from "./github-issues.ts";
import { graphql, rest } from "./github-routes.ts";
import {
  createState,
  type GitHubState,
  type PlantedComment,
  type PullRequestOptions,
  pullRequestEvent,
  type RepositoryFile,
  type StoredComment,
  shaOf,
} from "./github-state.ts";
import { answer, bodyOf, type Fault, faultPlan, listen } from "./http.ts";
import { FAKE_TOKEN, type WorkflowEvent } from "./runner.ts";

export interface GitHubFault extends Fault {
  /** `message` of the answer. */
  readonly message?: string;
}

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

export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

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

/** GitHub's API for one repository, over HTTP; checks every request and answer against GitHub's description. */
export interface FakeGitHub extends AsyncDisposable {
  /** The value of GITHUB_API_URL. */
  readonly url: string;
  readonly requests: ApiRequest[];
  /** Requests and answers that differ from GitHub's description; a test expects none. */
  readonly problems: string[];
  readonly state: GitHubState;
  /** Issues and labels. */
  readonly issues: IssueState;
  /** Artifacts of workflow runs. */
  readonly artifacts: ArtifactState;
  /** SARIF that was uploaded. */
  readonly codeScanning: CodeScanningState;
  /** Snapshots that were sent to the dependency graph. */
  readonly dependencyGraph: DependencyGraphState;
  /** The repository as Git sees it, at {@link url} as GITHUB_SERVER_URL. It is made at its first use. */
  readonly repository: GitServer;
  /** `Authorization` of each request for an archive. There must be none, since archives are on another host. */
  readonly archiveAuthorizations: readonly (string | undefined)[];
  /** Comments of a pull request, oldest first. */
  comments(issue?: number): readonly StoredComment[];
  plantComment(comment: PlantedComment): StoredComment;
  addPullRequest(options: PullRequestOptions): void;
  /** Adds a newest commit with these files to a branch. Returns its SHA. */
  commit(branch: string, files?: Readonly<Record<string, RepositoryFile>>, parents?: readonly string[]): string;
  /** Makes `sha` the merge commit of a pull request: base and head are its parents, its files are the base's. */
  addMergeCommit(sha: string, number?: number): void;
  /** The event of a pull request as it is, with a merge commit that is known here. */
  pullRequestEvent(number?: number, action?: string): WorkflowEvent;
  /** Simulates a fault if `match` fits `METHOD /path?query`. The last added one wins. */
  fault(match: RegExp, fault: GitHubFault): void;
  clearFaults(): void;
  /** Git's requests that got a fault: `METHOD /path?query`. */
  readonly played: readonly string[];
  /** Carries out the first matching request, but answers with a fault, as if the answer was lost on its way. */
  loseAnswer(match: RegExp, fault: GitHubFault): void;
  close(): Promise<void>;
}

const BOT = "github-actions[bot]";

function headerProblems(headers: IncomingMessage["headers"]): string[] {
  const version = headers["x-github-api-version"];
  const known = version === undefined || version === "2022-11-28" || version === "2026-03-10";
  return [...(headers["user-agent"] ? [] : ["no User-Agent header"]), ...(known ? [] : [`API version ${version}`])];
}

function send(response: ServerResponse, { status, body, headers = {}, raw }: Reply): unknown {
  if (raw) return answer(response, status, raw, headers);
  const json = { "content-type": "application/json; charset=utf-8", ...headers };
  if (status === 204) return response.writeHead(204, headers).end();
  return answer(response, status, JSON.stringify(body), json);
}

function play(fault: GitHubFault, request: IncomingMessage, response: ServerResponse): unknown {
  if (fault.reset) return request.socket.destroy();
  if (fault.hang) return undefined;
  const { status = 500, message = "", headers = {} } = fault;
  return send(response, { status, body: { message, documentation_url: DOCS }, headers });
}

/**
 * Starts a fake GitHub with the repository `acme/widget`, its branch `main`, and the open pull request 7 from the
 * branch `feature`.
 */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { repository = "acme/widget", defaultBranch = "main", token = FAKE_TOKEN } = options;
  const viewer = "viewer" in options ? options.viewer : BOT;
  const contract = loadContract();
  const state = createState(contract, repository, defaultBranch);
  const issues = issueState(contract, repository);
  const artifacts = artifactState(defaultBranch);
  const codeScanning = codeScanningState();
  const dependencyGraph = dependencyGraphState();
  let git: GitServer | undefined;
  const played: string[] = [];
  const repositoryOf = () => {
    git ??= gitServer({ token, repository, branch: defaultBranch });
    return git;
  };
  const archives = await startArchiveHost(artifacts);
  const faults = faultPlan<GitHubFault>();
  const losses = faultPlan<GitHubFault>();
  const requests: ApiRequest[] = [];
  const problems: string[] = [];
  let url = "";
  const context: Context = {
    contract,
    state,
    issues,
    artifacts,
    codeScanning,
    dependencyGraph,
    archiveAddress: archives.addressOf,
    base: () => url,
    author: viewer ?? BOT,
    viewer,
    rewriteBody: options.rewriteBody ?? ((body) => body),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { method = "", url: path = "/", headers } = request;
    const text = (await bodyOf(request)).toString();
    const body = text === "" ? undefined : JSON.parse(text);
    requests.push({ method, url: path, authorization: headers.authorization, headers, body });
    problems.push(...headerProblems(headers));
    const isGraphql = `${method} ${path}` === "POST /graphql";
    if (!isGraphql) problems.push(...contract.request({ method, url: path, body }));
    const fault = faults.take(`${method} ${path}`);
    if (fault) return play(fault, request, response);
    if (!new RegExp(`^(token|bearer) ${token}$`, "i").test(headers.authorization ?? ""))
      return send(response, { status: 401, body: { message: "Bad credentials", documentation_url: DOCS } });
    const call: Call = { method, url: new URL(path, url), accept: headers.accept ?? "", body };
    if (isGraphql) {
      const { problem, ...reply } = graphql(context, call);
      if (problem) problems.push(problem);
      return send(response, reply);
    }
    const reply = rest(context, call);
    const lost = losses.take(`${method} ${path}`);
    if (lost) return play(lost, request, response);
    if (!reply.raw && !reply.undocumented)
      problems.push(...contract.response({ method, url: path, status: reply.status, body: reply.body }));
    return send(response, reply);
  }

  const { port, close: closeApi } = await listen((request, response) => {
    const { method, url: path = "/" } = request;
    if (isForGit(path) && repositoryOf().takes(path)) {
      const fault = faults.take(`${method} ${path}`);
      if (fault) played.push(`${method} ${path}`);
      return fault ? play(fault, request, response) : repositoryOf().handle(request, response);
    }
    return handle(request, response).catch((error: unknown) => {
      problems.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  });
  url = `http://127.0.0.1:${port}`;

  const close = async () => {
    await Promise.all([closeApi(), archives.close()]);
    git?.remove();
  };

  const fake: FakeGitHub = {
    url,
    requests,
    problems,
    state,
    issues,
    artifacts,
    codeScanning,
    dependencyGraph,
    get repository() {
      return repositoryOf();
    },
    archiveAuthorizations: archives.authorizations,
    comments: (issue = 7) => state.comments.get(issue) ?? [],
    plantComment: ({ issue = 7, body, author = "mallory" }) => state.addComment(issue, body, author),
    addPullRequest(pull) {
      const { number, headRef = "feature", headRepository = repository, baseRef = defaultBranch } = pull;
      const headSha = pull.headSha ?? shaOf(`${headRepository} ${headRef}`);
      state.pulls.set(number, { number, headRef, headSha, headRepository, baseRef, state: pull.state ?? "open" });
    },
    commit(branch, files = {}, parents = []) {
      const sha = shaOf(`${branch} ${state.commits.size}`);
      state.commits.set(sha, { parents, files: new Map(Object.entries(files)) });
      state.branches.set(branch, sha);
      return sha;
    },
    addMergeCommit(sha, number = 7) {
      const pull = state.pulls.get(number);
      const base = state.branches.get(pull?.baseRef ?? defaultBranch) ?? "";
      state.commits.set(sha, { parents: [base, pull?.headSha ?? ""], files: new Map(state.commits.get(base)?.files) });
    },
    pullRequestEvent(number = 7, action = "synchronize") {
      const event = pullRequestEvent(state, number, action);
      if (event.sha) fake.addMergeCommit(event.sha, number);
      return event;
    },
    fault: (match, fault) => faults.add(match, fault),
    clearFaults: () => faults.clear(),
    played,
    loseAnswer: (match, fault) => losses.add(match, fault),
    close,
    [Symbol.asyncDispose]: close,
  };
  fake.commit(defaultBranch);
  fake.addPullRequest({ number: 7 });
  return fake;
}

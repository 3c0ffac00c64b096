import type { IncomingMessage, ServerResponse } from "node:http";
import { type GitServer, gitServer, isForGit } from "./git-server.ts";
import { loadContract } from "./github-contract.ts";
import { JOB_TOKEN } from "./gitlab-job.ts";
import { answerApi, type Caller, type Context, type Reply } from "./gitlab-routes.ts";
import {
  addNote,
  BOT,
  emptyState,
  type GitLabState,
  type MergeRequest,
  OCTO,
  STRANGER,
  type StoredNote,
  shaOf,
  type User,
} from "./gitlab-state.ts";
import { answer, bodyOf, type Fault, faultPlan, listen } from "./http.ts";

/** A project access token with the scope `api` and the role Developer. */
export const PROJECT_TOKEN = "glpat-testbedTokenOfTheProject";
/** The same with the role Reporter. */
export const REPORTER_TOKEN = "glpat-testbedTokenOfAReporter";

export interface GitLabFault extends Fault {
  readonly message?: string;
  /** A page instead of JSON. */
  readonly html?: string;
}

export interface GitLabRequest {
  readonly method: string;
  /** Path and query below `/api/v4`. */
  readonly url: string;
  readonly token: string | undefined;
  readonly jobToken: string | undefined;
  readonly body: unknown;
}

export interface FakeGitLabOptions {
  /** The relative URL of the server: `/gitlab`. */
  readonly relativeUrl?: string;
  readonly projectPath?: string;
  /** A server before GitLab 18, which accepts a job's token for neither notes nor merge requests. */
  readonly isOld?: boolean;
}

/** GitLab's API for one project, over HTTP; checks every request and answer against GitLab's description. */
export interface FakeGitLab extends AsyncDisposable {
  /** CI_API_V4_URL. */
  readonly apiUrl: string;
  readonly requests: GitLabRequest[];
  /** Requests and answers that differ from GitLab's description; a test expects none. */
  readonly problems: string[];
  readonly state: GitLabState;
  /** The repository as Git sees it, at CI_PROJECT_URL. It is made at its first use. */
  readonly repository: GitServer;
  addMergeRequest(iid: number, more?: Partial<MergeRequest>): MergeRequest;
  /** Notes of a merge request, oldest first. */
  notes(iid?: number): readonly StoredNote[];
  plantNote(body: string, more?: { iid?: number; author?: User; hidden?: boolean; system?: boolean }): StoredNote;
  /** Adds a newest commit with these files to a branch. Returns its SHA. */
  commit(branch: string, files?: Readonly<Record<string, string>>): string;
  /** Simulates a fault if `match` fits `METHOD /path?query`. The last added one wins. */
  fault(match: RegExp, fault: GitLabFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const CALLERS: Readonly<Record<string, Caller>> = {
  [PROJECT_TOKEN]: { user: BOT, role: "developer", isJobToken: false },
  [REPORTER_TOKEN]: { user: BOT, role: "reporter", isJobToken: false },
};
const OF_JOB: Caller = { user: OCTO, role: "reporter", isJobToken: true };

/** The caller by its token. GitLab reads each kind from its header: a job's token from its own header only. */
function callerOf({ headers }: IncomingMessage): Caller | undefined {
  const token = headers["private-token"] ?? headers.authorization?.replace(/^Bearer /, "");
  if (token !== undefined) return CALLERS[String(token)];
  return headers["job-token"] === JOB_TOKEN ? OF_JOB : undefined;
}

function send(response: ServerResponse, { status, body, headers = {}, raw }: Reply): unknown {
  if (raw) return answer(response, status, raw, { "content-type": "application/octet-stream", ...headers });
  if (status === 204 || body === undefined) return response.writeHead(status, headers).end();
  return answer(response, status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

function play(fault: GitLabFault, request: IncomingMessage, response: ServerResponse): unknown {
  if (fault.reset) return request.socket.destroy();
  if (fault.hang) return undefined;
  const { status = 500, message = "500 Internal Server Error", headers = {}, html } = fault;
  if (html !== undefined) return answer(response, status, html, { "content-type": "text/html", ...headers });
  return send(response, { status, body: { message }, headers });
}

/** Starts a fake GitLab with the project 42, `acme/widget`, and the open merge request !7 from `feature`. */
export async function startFakeGitLab(options: FakeGitLabOptions = {}): Promise<FakeGitLab> {
  const { relativeUrl = "", projectPath = "acme/widget", isOld = false } = options;
  const contract = loadContract("gitlab");
  const state = emptyState();
  const faults = faultPlan<GitLabFault>();
  const requests: GitLabRequest[] = [];
  const problems: string[] = [];
  let root = "";
  const context: Context = {
    state,
    projectPath,
    root: () => root,
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const { method = "", url: full = "/" } = request;
    if (!full.startsWith(`${relativeUrl}/api/v4/`)) {
      problems.push(`${method} ${full} is not below the API`);
      return send(response, { status: 404 });
    }
    const url = full.slice(relativeUrl.length);
    const path = url.slice("/api/v4".length);
    const text = (await bodyOf(request)).toString();
    const body = text === "" ? undefined : JSON.parse(text);
    requests.push({
      method,
      url: path,
      token: request.headers["private-token"]?.toString(),
      jobToken: request.headers["job-token"]?.toString(),
      body,
    });
    problems.push(...contract.request({ method, url, body }));
    const fault = faults.take(`${method} ${path}`);
    if (fault) return play(fault, request, response);
    const caller = callerOf(request);
    if (caller === undefined || (isOld && caller.isJobToken))
      return send(response, { status: 401, body: { message: "401 Unauthorized" } });
    const target = new URL(url, "http://gitlab.test");
    const reply = answerApi(context, target.pathname.slice("/api/v4".length), {
      method,
      url: target,
      body: body ?? {},
      caller,
    });
    // 401, 403, 404 and the like are possible everywhere, listed or not.
    if (reply.status < 300 && !reply.raw)
      problems.push(...contract.response({ method, url, status: reply.status, body: reply.body }));
    return send(response, reply);
  }

  let git: GitServer | undefined;
  const repositoryOf = () => {
    git ??= gitServer({ token: PROJECT_TOKEN, repository: projectPath });
    return git;
  };
  const { port, close: closeServer } = await listen((request, response) => {
    const { method, url: path = "/" } = request;
    if (isForGit(path) && path.startsWith(relativeUrl) && repositoryOf().takes(path)) {
      const fault = faults.take(`${method} ${path}`);
      return fault ? play(fault, request, response) : repositoryOf().handle(request, response);
    }
    return handle(request, response).catch((error: unknown) => {
      problems.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  });
  root = `http://127.0.0.1:${port}${relativeUrl}`;
  const close = async () => {
    await closeServer();
    git?.remove();
  };

  const fake: FakeGitLab = {
    apiUrl: `${root}/api/v4`,
    requests,
    problems,
    state,
    get repository() {
      return repositoryOf();
    },
    addMergeRequest(iid, more = {}) {
      const head = shaOf(`merge request ${iid}`);
      const made: MergeRequest = {
        iid,
        state: "opened",
        draft: false,
        sha: head,
        target_branch: "main",
        source_project_id: 42,
        notes: [],
        ...more,
      };
      state.mergeRequests.set(iid, made);
      return made;
    },
    notes: (iid = 7) => state.mergeRequests.get(iid)?.notes ?? [],
    plantNote(body, { iid = 7, author = STRANGER, hidden = false, system = false } = {}) {
      const found = state.mergeRequests.get(iid);
      if (!found) throw new Error(`there is no !${iid}`);
      return addNote(state, found, { body, author, hidden, system });
    },
    commit(branch, files = {}) {
      const parent = state.branches.get(branch);
      const sha = shaOf(`${branch} ${state.commits.size}`);
      const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
      state.commits.set(sha, {
        parents: parent === undefined ? [] : [parent],
        files: new Map(bytes),
        message: "planted",
      });
      state.branches.set(branch, sha);
      return sha;
    },
    fault: (match, fault) => faults.add(match, fault),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
  fake.commit("main");
  fake.addMergeRequest(7);
  return fake;
}

import { loadContract } from "../github/github-contract.ts";
import { type Asked, type ForgeServer, type Reply, startForge } from "../network/forge-server.ts";
import { JOB_TOKEN } from "./gitlab-job.ts";
import { answerApi, type Caller } from "./gitlab-routes.ts";
import { addNote, BOT, emptyState, type MergeRequest, OCTO, STRANGER, type StoredNote, shaOf } from "./gitlab-state.ts";

/** A project access token with the scope `api` and the role Developer. */
export const PROJECT_TOKEN = "glpat-testbedTokenOfTheProject";
/** The same with the role Reporter. */
export const REPORTER_TOKEN = "glpat-testbedTokenOfAReporter";

export interface FakeGitLabOptions {
  /** The relative URL of the server: `/gitlab`. */
  readonly relativeUrl?: string;
  readonly projectPath?: string;
  /** A server before GitLab 18, which accepts a job's token for neither notes nor merge requests. */
  readonly isOld?: boolean;
}

export interface GitLabRequest {
  readonly method: string;
  /** Path and query below `/api/v4`. */
  readonly url: string;
  readonly token: string | undefined;
  readonly jobToken: string | undefined;
  readonly body: unknown;
}

export type FakeGitLab = Awaited<ReturnType<typeof startFakeGitLab>>;

const CALLERS: Readonly<Record<string, Caller>> = {
  [PROJECT_TOKEN]: { user: BOT, role: "developer", isJobToken: false },
  [REPORTER_TOKEN]: { user: BOT, role: "reporter", isJobToken: false },
};
const OF_JOB: Caller = { user: OCTO, role: "reporter", isJobToken: true };

/** The caller by its token. GitLab reads each kind from its header: a job's token from its own header only. */
function callerOf(headers: Asked["headers"]): Caller | undefined {
  const token = headers["private-token"] ?? headers.authorization?.replace(/^Bearer /, "");
  if (token !== undefined) return CALLERS[String(token)];
  return headers["job-token"] === JOB_TOKEN ? OF_JOB : undefined;
}

/**
 * GitLab's API for the project 42, `acme/widget`, and the open merge request !7 from `feature`. Every request and
 * answer is checked against GitLab's description.
 */
export async function startFakeGitLab(options: FakeGitLabOptions = {}) {
  const { relativeUrl = "", projectPath = "acme/widget", isOld = false } = options;
  const state = emptyState();
  const root = () => `${forge.url}${relativeUrl}`;

  function reply({ method, path, headers, body }: Asked): Reply {
    const caller = callerOf(headers);
    if (caller === undefined || (isOld && caller.isJobToken))
      return { status: 401, body: { message: "401 Unauthorized" }, undocumented: true };
    const url = new URL(`/api/v4${path}`, "http://gitlab.test");
    const call = { method, url, body: (body ?? {}) as Readonly<Record<string, unknown>>, caller };
    const given = answerApi({ state, projectPath, root }, url.pathname.slice("/api/v4".length), call);
    // 401, 403, 404 and the like are possible everywhere, listed or not.
    return { ...given, undocumented: given.status >= 300 };
  }

  const forge: ForgeServer<GitLabRequest> = await startForge({
    contract: loadContract("gitlab"),
    git: { token: PROJECT_TOKEN, repository: projectPath },
    below: relativeUrl,
    api: "/api/v4",
    record: ({ method, path: url, headers, body }) => {
      const [token, jobToken] = [headers["private-token"]?.toString(), headers["job-token"]?.toString()];
      return { method, url, token, jobToken, body };
    },
    reply,
  });
  const addMergeRequest = (iid: number, more: Partial<MergeRequest> = {}) => {
    const sha = shaOf(`merge request ${iid}`);
    const own = { iid, state: "opened", draft: false, sha, target_branch: "main", source_project_id: 42 } as const;
    const made: MergeRequest = { ...own, notes: [], ...more };
    state.mergeRequests.set(iid, made);
    return made;
  };
  /** Adds a newest commit with these files to a branch. Returns its SHA. */
  const commit = (branch: string, files: Readonly<Record<string, string>> = {}) => {
    const parents = [state.branches.get(branch) ?? []].flat();
    const sha = shaOf(`${branch} ${state.commits.size}`);
    const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
    state.commits.set(sha, { parents, files: new Map(bytes), message: "planted" });
    state.branches.set(branch, sha);
    return sha;
  };
  commit("main");
  addMergeRequest(7);
  return Object.assign(forge, {
    /** CI_API_V4_URL. */
    apiUrl: `${root()}/api/v4`,
    state,
    addMergeRequest,
    commit,
    /** Notes of a merge request, oldest first. */
    notes: (iid = 7): readonly StoredNote[] => state.mergeRequests.get(iid)?.notes ?? [],
    plantNote(
      body: string,
      {
        iid = 7,
        author = STRANGER,
        hidden = false,
        system = false,
      }: Partial<Omit<StoredNote, "id">> & { iid?: number } = {},
    ): StoredNote {
      const found = state.mergeRequests.get(iid);
      if (!found) throw new Error(`there is no !${iid}`);
      return addNote(state, found, { body, author, hidden, system });
    },
  });
}

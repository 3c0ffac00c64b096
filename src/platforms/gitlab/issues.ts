import { z } from "zod";
import {
  type Issue,
  type IssueServer,
  keptIssues,
  LABEL,
  plainName,
  requireOnline,
  tooManyIssues,
} from "../../forge/issues.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { ReportingError } from "../api-failure.ts";
import type { Access, IssueChange, IssueTracker, NewIssue } from "../platform.ts";
import { type Api, connect, type Page, type Request } from "./api/api.ts";
import { ownToken } from "./api/token.ts";
import type { Pipeline } from "./pipeline.ts";

const issueSchema = z.object({
  iid: z.int(),
  web_url: z.string(),
  state: z.string(),
  title: z.string(),
  description: z.string().nullish(),
  author: z.object({ id: z.int() }).nullish(),
  labels: z.array(z.string()).nullish(),
  assignees: z.array(z.object({ username: z.string() })).nullish(),
});

/** A policy has no more. */
const MAX_ASSIGNEES = 10;
const accountSchema = z.object({ id: z.int(), username: z.string() });
const NEEDS = "the scope `api` and the role Reporter";
const LIMITS = { timeoutMs: 20_000, budgetMs: 300_000 };
/** 10,000 issues of the token's account. */
const MAX_PAGES = 100;

export interface TrackerOptions {
  /** The run's name: issues of other runs are not seen. */
  readonly scope: string;
  readonly access: Access;
  readonly pipeline: Pipeline;
  readonly world: Pick<World, "env" | "signal">;
}

interface Session {
  readonly api: Api;
  readonly projectId: number;
  readonly account: number;
  readonly isConfidential: boolean;
}

/** The issues that runs of this name keep in the project. */
export async function issueTracker(options: TrackerOptions): Promise<Pick<IssueTracker, "ours" | "open" | "change">> {
  return keptIssues(options.scope, serverOf(await begin(options)));
}

/**
 * @throws GateError `issues-offline`; `issues-token-missing`: the job's own token reads issues and writes none
 */
async function begin({ access, pipeline, world }: TrackerOptions): Promise<Session> {
  const { token: given, offline } = access;
  const { apiUrl, projectId } = pipeline;
  requireOnline(offline, "GitLab");
  const token = ownToken(given, world.env);
  if (token === undefined || apiUrl === undefined || projectId === undefined)
    throw new GateError(
      "issues-token-missing",
      "A job's own token writes no issues",
      "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter, or set `issues: false`.",
    );
  const { CI_SERVER_TLS_CA_FILE: authorityFile, CI_PROJECT_VISIBILITY: visibility } = world.env;
  const api = await connect({ apiUrl, token, authorityFile, signal: world.signal, ...LIMITS });
  const request = { path: "/user", failed: "The account of the token could not be read", needs: NEEDS };
  const { data } = await api.call({ ...request, method: "GET" }, z.object({ id: z.int() }));
  // The vulnerabilities of an image must not be public before they are fixed.
  return { api, projectId, account: data.id, isConfidential: visibility !== "private" };
}

function serverOf(session: Session): IssueServer {
  const { api, projectId, account } = session;
  const path = `/projects/${projectId}/issues`;
  const toIssue = (answered: z.infer<typeof issueSchema>): Issue => ({
    number: answered.iid,
    url: answered.web_url,
    title: answered.title,
    body: answered.description ?? "",
    isOpen: answered.state === "opened",
    isByUs: answered.author?.id === account,
    labels: answered.labels ?? [],
    assignees: (answered.assignees ?? []).map(({ username }) => username),
  });
  const written = async (request: Omit<Request, "needs">) =>
    toIssue((await api.call({ ...request, needs: NEEDS }, issueSchema)).data);
  return {
    name: "GitLab",
    async *pages() {
      const order = { scope: "all", state: "all", order_by: "created_at", sort: "asc", per_page: 100 };
      let query: Request["query"] = { author_id: account, ...order };
      for (let page = 1; page <= MAX_PAGES; page++) {
        const request: Request = { method: "GET", path, query, failed: "The issues could not be read", needs: NEEDS };
        const { data, next }: Page<z.infer<typeof issueSchema>[]> = await api.call(request, z.array(issueSchema));
        yield data.map(toIssue);
        if (next === undefined) return;
        query = { ...query, ...next };
      }
      throw tooManyIssues(MAX_PAGES * 100);
    },
    async create(wanted) {
      const failed = `The issue ${JSON.stringify(wanted.title)} could not be opened`;
      return written({ method: "POST", path, body: await creationOf(session, wanted), failed });
    },
    update: (number, change) =>
      written({
        method: "PUT",
        path: `${path}/${number}`,
        body: changesOf(change),
        failed: `Issue #${number} could not be updated`,
      }),
    comment(number, body) {
      const failed = `The comment on issue #${number} could not be written`;
      const request: Request = {
        method: "POST",
        path: `${path}/${number}/notes`,
        body: { body },
        failed,
        needs: NEEDS,
      };
      return api.call(request, z.object({ id: z.int() }));
    },
  };
}

/** The Free tier keeps one assignee, and GitLab drops people who may not see the issue. */
async function creationOf({ api, isConfidential }: Session, wanted: NewIssue): Promise<object> {
  const { title, body: description, due } = wanted;
  const names = new Set(wanted.assignees.map((name) => plainName(name).toLowerCase()));
  const ids = await accountsOf(api, [...names].slice(0, MAX_ASSIGNEES));
  return {
    title,
    description,
    labels: [...new Set([LABEL, ...wanted.labels])],
    confidential: isConfidential,
    ...(due && { due_date: due }),
    ...(ids.length > 0 && { assignee_ids: ids }),
  };
}

function changesOf({ title, body, state, due }: Omit<IssueChange, "comment">): object {
  return {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { description: body }),
    ...(due !== undefined && { due_date: due }),
    ...(state !== undefined && { state_event: state === "open" ? "reopen" : "close" }),
  };
}

/** The accounts of these user names. GitLab assigns by number alone. The issue matters more than who gets it. */
async function accountsOf(api: Api, names: readonly string[]): Promise<number[]> {
  const request = { method: "GET" as const, path: "/users", needs: NEEDS };
  const ids: number[] = [];
  for (const username of names) {
    const failed = `The account ${JSON.stringify(username)} could not be looked up`;
    try {
      const { data } = await api.call({ ...request, query: { username }, failed }, z.array(accountSchema));
      ids.push(...data.filter((found) => found.username.toLowerCase() === username).map(({ id }) => id));
    } catch (thrown) {
      if (!(thrown instanceof ReportingError)) throw thrown;
    }
  }
  return ids;
}

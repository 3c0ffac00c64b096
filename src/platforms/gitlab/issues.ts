import { z } from "zod";
import type { OwnIssue } from "../../domain/tracking/issue.ts";
import { readIssueMarker } from "../../domain/tracking/marker.ts";
import { normalised } from "../../forge/own-text.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { ReportingError } from "../api-failure.ts";
import type { Access, IssueChange, IssueTracker, NewIssue, OpenedIssue } from "../platform.ts";
import { type Api, connect, type Request } from "./api/api.ts";
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
type Issue = z.infer<typeof issueSchema>;

/** The label of all our issues. It only helps people to find them: a person may remove it. */
const LABEL = "image-gate";
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
  readonly scope: string;
  readonly projectId: number;
  readonly account: number;
  readonly isConfidential: boolean;
}

/** The issues that runs of this name keep in the project. */
export async function issueTracker(options: TrackerOptions): Promise<Pick<IssueTracker, "ours" | "open" | "change">> {
  const session = await begin(options);
  return {
    ours: () => ours(session),
    open: (wanted) => open(session, wanted),
    change: (known, change) => changeIssue(session, known, change),
  };
}

/**
 * @throws GateError `issues-offline`; `issues-token-missing`: the job's own token reads issues and writes none
 */
async function begin({ scope, access, pipeline, world }: TrackerOptions): Promise<Session> {
  const { token: given, offline } = access;
  const { apiUrl, projectId } = pipeline;
  if (offline)
    throw new GateError(
      "issues-offline",
      "`offline` forbids asking GitLab, so that no issue is opened or closed",
      "Leave `offline` out, or set `issues: false`.",
    );
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
  return { api, scope, projectId, account: data.id, isConfidential: visibility !== "private" };
}

async function ours({ api, scope, projectId, account }: Session): Promise<OwnIssue[]> {
  const found: OwnIssue[] = [];
  let query: Request["query"] = {
    author_id: account,
    scope: "all",
    state: "all",
    order_by: "created_at",
    sort: "asc",
    per_page: 100,
  };
  for (let page = 1; page <= MAX_PAGES; page++) {
    const path = `/projects/${projectId}/issues`;
    const request: Request = { method: "GET", path, query, failed: "The issues could not be read", needs: NEEDS };
    const listed = await api.call(request, z.array(issueSchema));
    for (const issue of listed.data) {
      const mark = issue.author?.id === account ? readIssueMarker(issue.description ?? "") : undefined;
      if (mark?.scope === scope) found.push(toOwn(issue, mark.image));
    }
    if (listed.next === undefined) return found.sort((a, b) => a.number - b.number);
    query = { ...query, ...listed.next };
  }
  throw new GateError(
    "issues-too-many",
    `The token's account has more than ${MAX_PAGES * 100} issues in this project, and those that were not read would be opened a second time`,
    "Use a token whose account opens no other issues.",
  );
}

function toOwn({ iid, web_url: url, state, title, description }: Issue, about: string): OwnIssue {
  return { number: iid, url, about, isOpen: state === "opened", title, body: description ?? "" };
}

async function open({ api, scope, projectId, isConfidential }: Session, wanted: NewIssue): Promise<OpenedIssue> {
  const mark = readIssueMarker(wanted.body);
  if (mark?.scope !== scope) throw new Error("an issue's body must begin with its marker");
  const labels = [...new Set([LABEL, ...wanted.labels])];
  const { title, body: description, due } = wanted;
  const wantedNames = [...new Set(wanted.assignees.map((login) => login.replace(/^@/, "").toLowerCase()))];
  const ids = await accountsOf(api, wantedNames.slice(0, MAX_ASSIGNEES));
  const more = { ...(due && { due_date: due }), ...(ids.length > 0 && { assignee_ids: ids }) };
  const body = { title, description, labels, confidential: isConfidential, ...more };
  const failed = `The issue ${JSON.stringify(title)} could not be opened`;
  const path = `/projects/${projectId}/issues`;
  const { data } = await api.call({ method: "POST", path, body, failed, needs: NEEDS }, issueSchema);
  // The Free tier keeps one assignee, and GitLab drops people who may not see the issue.
  const assigned = new Set((data.assignees ?? []).map(({ username }) => username.toLowerCase()));
  const leftOut = wantedNames.filter((name) => !assigned.has(name)).map((name) => `the assignee ${name}`);
  return { ...toOwn(data, mark.image), leftOut };
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

/** @throws GateError `issues-not-kept` if GitLab answers with another text or state than was written */
async function changeIssue({ api, projectId }: Session, known: OwnIssue, change: IssueChange): Promise<void> {
  const { title, body, state, comment, due } = change;
  const path = `/projects/${projectId}/issues/${known.number}`;
  const failed = `Issue #${known.number} could not be updated`;
  const parameters = {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { description: body }),
    ...(due !== undefined && { due_date: due }),
    ...(state !== undefined && { state_event: state === "open" ? "reopen" : "close" }),
  };
  if (Object.keys(parameters).length > 0) {
    const { data } = await api.call({ method: "PUT", path, body: parameters, failed, needs: NEEDS }, issueSchema);
    const isKept = body === undefined || normalised(data.description ?? "") === normalised(body);
    if (!isKept || (state !== undefined && (data.state === "opened") !== (state === "open")))
      throw new GateError(
        "issues-not-kept",
        `GitLab did not keep what was written to issue #${known.number}`,
        "Read the run's report instead; if it happens again, please report this to Image Gate.",
      );
  }
  if (comment === undefined) return;
  const request = { method: "POST" as const, path: `${path}/notes`, body: { body: comment } };
  await api.call(
    { ...request, failed: `The comment on issue #${known.number} could not be written`, needs: NEEDS },
    z.object({ id: z.int() }),
  );
}

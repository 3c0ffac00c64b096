import { z } from "zod";
import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { onFailure } from "../api-failure.ts";
import type { Request } from "../client.ts";
import type { IssueChange, IssueTracker, NewIssue } from "../forge.ts";
import {
  type Issue,
  type IssueServer,
  issueTracker as issuesBy,
  LABEL,
  plainName,
  type TrackerFacts,
  tooManyIssues,
} from "../issues.ts";
import { type Api, accountOf, connect } from "./api/api.ts";
import type { Token } from "./api/token.ts";

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

interface Options {
  /** One that may write; undefined: there is none. */
  readonly token: Token | undefined;
  readonly pipeline: Pipeline;
  readonly world: Pick<World, "env" | "signal">;
}

interface Session {
  readonly api: Api;
  readonly project: number;
  readonly account: number;
  readonly isConfidential: boolean;
}

/** Asks GitLab for nothing yet. */
export function issueTracker(facts: Pick<TrackerFacts, "scope" | "readOnlyBecause">, options: Options): IssueTracker {
  // A description has at most 1,048,576 characters.
  return issuesBy({ ...facts, mostUnits: 500_000 }, async () => serverOf(await begin(options)));
}

/**
 * @throws GateError `issues-token-missing`: the job's own token reads issues and writes none
 */
async function begin({ token, pipeline, world }: Options): Promise<Session> {
  const api = await connect(token, pipeline, world, LIMITS);
  const { projectId: project } = pipeline;
  if (api === undefined || project === undefined)
    throw new GateError(
      "issues-token-missing",
      "A job's own token writes no issues",
      "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter, or set `issues: false`.",
    );
  // The vulnerabilities of an image must not be public before they are fixed.
  const isConfidential = world.env.CI_PROJECT_VISIBILITY !== "private";
  return { api, project, account: await accountOf(api, NEEDS), isConfidential };
}

function serverOf(session: Session): IssueServer {
  const { api, project, account } = session;
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
  const asked = (route: string, failed: string, more: object): Request => ({
    route: route.replace(" ", " /projects/{project}/issues"),
    parameters: { project, ...more },
    failed,
    needs: NEEDS,
  });
  return {
    name: "GitLab",
    async *pages() {
      const order = { scope: "all", state: "all", order_by: "created_at", sort: "asc", per_page: 100 };
      const request = asked("GET ", "The issues could not be read", { author_id: account, ...order });
      const tooMany = () => tooManyIssues(MAX_PAGES * 100);
      for await (const page of api.pages(request, z.array(issueSchema), MAX_PAGES, tooMany)) yield page.map(toIssue);
    },
    async create(wanted) {
      const failed = `The issue ${JSON.stringify(wanted.title)} could not be opened`;
      const request = asked("POST ", failed, await creationOf(session, wanted));
      return toIssue((await api.call(request, issueSchema)).data);
    },
    async update(iid, change) {
      const request = asked("PUT /{iid}", `Issue #${iid} could not be updated`, { iid, ...changesOf(change) });
      return toIssue((await api.call(request, issueSchema)).data);
    },
    comment(iid, body) {
      const request = asked("POST /{iid}/notes", `The comment on issue #${iid} could not be written`, { iid, body });
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
  const ids: number[] = [];
  for (const username of names) {
    const failed = `The account ${JSON.stringify(username)} could not be looked up`;
    const request = { route: "GET /users", parameters: { username }, failed, needs: NEEDS };
    const found = await api.call(request, z.array(accountSchema)).catch(onFailure(() => ({ data: [] })));
    ids.push(...found.data.filter((each) => each.username.toLowerCase() === username).map(({ id }) => id));
  }
  return ids;
}

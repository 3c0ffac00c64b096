import { z } from "zod";
import { onFailure } from "../api-failure.ts";
import type { IssueTracker } from "../forge.ts";
import { ISSUE_LIMITS, type Issue, type IssueServer, issueTracker as issuesBy } from "../issues.ts";
import { type Api, type AskingJob, accountOf, connect, writing } from "./api.ts";

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

const accountSchema = z.object({ id: z.int(), username: z.string() });
const ISSUES = "/projects/{project}/issues";

/** Asks GitLab for nothing yet. */
export function issueTracker(scope: string, job: AskingJob): IssueTracker {
  return issuesBy(scope, () => issueServer(job));
}

async function issueServer(job: AskingJob): Promise<IssueServer> {
  const api = await connect(job, ISSUE_LIMITS);
  const { project } = api;
  const account = await accountOf(api);
  const order = { scope: "all", state: "all", order_by: "created_at", sort: "asc", per_page: 100 };
  return {
    name: "GitLab",
    api,
    issue: issueSchema.transform(
      ({ iid, web_url: url, title, description, state, author, labels, assignees }): Issue => ({
        number: iid,
        url,
        title,
        body: description ?? "",
        isOpen: state === "opened",
        isByUs: author?.id === account,
        labels: labels ?? [],
        assignees: (assignees ?? []).map(({ username }) => username),
      }),
    ),
    list: writing(`GET ${ISSUES}`, { project, author_id: account, ...order }, "The issues could not be read"),
    async create({ title, body: description, labels, assignees, due: due_date }) {
      // The Free tier keeps one assignee, and GitLab drops people who may not see the issue.
      const ids = await accountsOf(api, new Set(assignees.map((name) => name.toLowerCase())));
      const parameters = {
        project,
        title,
        description,
        labels,
        // The vulnerabilities of an image must not be public before they are fixed.
        confidential: job.world.env.CI_PROJECT_VISIBILITY !== "private",
        due_date,
        assignee_ids: ids.length > 0 ? ids : undefined,
      };
      return writing(`POST ${ISSUES}`, parameters, `The issue ${JSON.stringify(title)} could not be opened`);
    },
    update(iid, { title, body: description, due: due_date, state }) {
      const state_event = state && (state === "open" ? "reopen" : "close");
      const changes = { project, iid, title, description, due_date, state_event };
      return writing(`PUT ${ISSUES}/{iid}`, changes, `Issue #${iid} could not be updated`);
    },
    comment: (iid, body) =>
      writing(
        `POST ${ISSUES}/{iid}/notes`,
        { project, iid, body },
        `The comment on issue #${iid} could not be written`,
      ),
  };
}

/** The accounts of these user names. GitLab assigns by number alone. The issue matters more than who gets it. */
async function accountsOf(api: Api, names: ReadonlySet<string>): Promise<number[]> {
  const ids: number[] = [];
  for (const username of names) {
    const failed = `The account ${JSON.stringify(username)} could not be looked up`;
    const found = await api
      .call(writing("GET /users", { username }, failed), z.array(accountSchema))
      .catch(onFailure(() => []));
    ids.push(...found.filter((each) => each.username.toLowerCase() === username).map(({ id }) => id));
  }
  return ids;
}

import { z } from "zod";
import { onFailure } from "../api-failure.ts";
import type { IssueTracker } from "../forge.ts";
import { ISSUE_LIMITS, type Issue, type IssueServer, issueTracker as issuesBy } from "../issues.ts";
import { type Api, type AskingJob, accountOf, connect, WRITES, writing } from "./api.ts";

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

/** Asks GitLab for nothing yet. */
export function issueTracker(scope: string, job: AskingJob): IssueTracker {
  return issuesBy(scope, () => issueServer(job));
}

async function issueServer(job: AskingJob): Promise<IssueServer> {
  const api = await connect(job, ISSUE_LIMITS);
  const account = await accountOf(api);
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
    right: { needs: WRITES },
    path: `/projects/${api.project}/issues`,
    comments: "notes",
    update: "PUT",
    mine: { author_id: account, scope: "all", state: "all", order_by: "created_at", sort: "asc", per_page: 100 },
    async create({ title, body: description, labels, assignees, due: due_date }) {
      // The Free tier keeps one assignee, and GitLab drops people who are not allowed to see the issue.
      const ids = await accountsOf(api, new Set(assignees.map((name) => name.toLowerCase())));
      return {
        title,
        description,
        labels,
        // The vulnerabilities of an image must not be public before they are fixed.
        confidential: job.world.env.CI_PROJECT_VISIBILITY !== "private",
        due_date,
        assignee_ids: ids.length > 0 ? ids : undefined,
      };
    },
    change: ({ title, body: description, due: due_date, state }) => ({
      title,
      description,
      due_date,
      state_event: state && (state === "open" ? "reopen" : "close"),
    }),
  };
}

/** The accounts of these user names, since GitLab assigns only by number. The issue matters more than its assignees. */
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

import { z } from "zod";
import { GateError } from "../../system/errors.ts";
import { onFailure } from "../api-failure.ts";
import { requestsWith } from "../client.ts";
import type { IssueChange, IssueTracker } from "../forge.ts";
import { ISSUE_LIMITS, type Issue, type IssueServer, issueTracker as issuesBy, LABEL } from "../issues.ts";
import { once } from "../once.ts";
import { type Api, author, type ConnectOptions, connect, isWrittenBy } from "./api.ts";

const issueSchema = z.object({
  number: z.int(),
  html_url: z.string(),
  state: z.string(),
  title: z.string(),
  /** Null if it is empty. */
  body: z.string().nullish(),
  user: author,
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])).nullish(),
  assignees: z.array(z.object({ login: z.string() }).nullish()).nullish(),
  /** Neither absent nor null if it is a pull request. */
  pull_request: z.looseObject({}).nullish(),
});
/** GitHub asks for a second between requests that write (best practices for using the REST API). */
const PACE_MS = 1_000;

/** Asks GitHub for nothing yet. */
export function issueTracker({ scope, ...options }: ConnectOptions & { readonly scope: string }): IssueTracker {
  return issuesBy(scope, () => issueServer(options));
}

const RIGHT = { needs: "issues: write", without: "issues: false" };
const asked = requestsWith(RIGHT);

/**
 * @throws GateError `issues-identity-unknown`: without it, each run would open the same issues again
 */
async function issueServer(options: ConnectOptions): Promise<IssueServer> {
  const api = await connect({ ...ISSUE_LIMITS, paceMs: PACE_MS, ...options });
  const login = await api.login();
  if (login === undefined)
    throw new GateError(
      "issues-identity-unknown",
      "GitHub does not name the account of this token, so the run's own issues cannot be recognised",
      "Run it again; if it happens each time, leave the input `token` at its default, `github.token`.",
    );
  const known = once(() => labelsOf(api));
  return {
    name: "GitHub",
    api,
    issue: issueSchema.transform(
      ({ number, html_url: url, state, title, body, user, labels, assignees, pull_request: isPull }): Issue => ({
        number,
        url,
        title,
        body: body ?? "",
        isOpen: state === "open",
        isByUs: !isPull && isWrittenBy(login, user),
        labels: (labels ?? []).map((each) => (typeof each === "string" ? each : (each.name ?? ""))),
        assignees: (assignees ?? []).flatMap((each) => each?.login ?? []),
      }),
    ),
    right: RIGHT,
    path: "/issues",
    comments: "comments",
    update: "PATCH",
    mine: { ...searchOf(api, login), ...api.kind.pageSize, page: 1 },
    async create({ title, body, due, labels, assignees }) {
      const taken = api.kind.isComplete ? labels : numbersOf(labels, await known());
      return { ...changesOf(api, { title, body, due }), labels: taken, assignees };
    },
    change: (change) => changesOf(api, change),
  };
}

const labelSchema = z.object({ id: z.int(), name: z.string() });
/** 1,000 labels on Forgejo or Gitea. */
const MAX_LABEL_PAGES = 20;

/**
 * The numbers of labels by their names in lower case: Forgejo and Gitea take labels by these alone, and make none by
 * themselves. Without the right to make ours, issues are opened all the same.
 */
async function labelsOf(api: Api): Promise<ReadonlyMap<string, number>> {
  const failed = "The label for issues could not be made";
  const list = asked("GET /labels", { ...api.kind.pageSize, page: 1 }, failed);
  const labels = new Map<string, number>();
  const read = async () => {
    for await (const { id, name } of api.items(list, labelSchema, MAX_LABEL_PAGES)) labels.set(name.toLowerCase(), id);
  };
  await read().catch(onFailure(() => undefined));
  const make = () => api.call(asked("POST /labels", { name: LABEL, color: "b60205" }, failed), labelSchema);
  if (!labels.has(LABEL))
    await make().then(
      ({ id }) => labels.set(LABEL, id),
      onFailure(() => undefined),
    );
  return labels;
}

function numbersOf(names: readonly string[], labels: ReadonlyMap<string, number>): number[] {
  return names.flatMap((name) => labels.get(name.toLowerCase()) ?? []);
}

/**
 * The issues of the token's account. Gitea looks a creator up by name, and answers 404 for the automatic user, which
 * has no row: there it is the issues of all accounts.
 */
function searchOf({ kind }: Api, creator: string) {
  return kind.isComplete
    ? { creator, state: "all", sort: "created", direction: "asc" }
    : { type: "issues", state: "all" };
}

/** Only Forgejo and Gitea have due dates, and keep the day without the time. */
function changesOf({ kind }: Api, { title, body, state, due }: Omit<IssueChange, "comment">) {
  const reason = { open: "reopened", completed: "completed", duplicate: "duplicate" };
  return {
    title,
    body,
    state: state && (state === "open" ? "open" : "closed"),
    state_reason: state && reason[state],
    due_date: due === undefined || kind.isComplete ? undefined : `${due}T23:59:59Z`,
  };
}

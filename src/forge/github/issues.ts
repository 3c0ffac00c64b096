import { z } from "zod";
import { GateError } from "../../system/errors.ts";
import { onFailure } from "../api-failure.ts";
import { requestsWith } from "../client.ts";
import type { IssueChange, IssueTracker } from "../forge.ts";
import {
  ISSUE_LIMITS,
  type Issue,
  type IssueServer,
  issueTracker as issuesBy,
  LABEL,
  MAX_ASSIGNEES,
  plainName,
  type TrackerFacts,
} from "../issues.ts";
import { once } from "../once.ts";
import { type Api, author, type ConnectOptions, connect, isWrittenBy } from "./api.ts";

interface ServerOptions extends ConnectOptions {
  /** Milliseconds between two requests that write. */
  readonly paceMs?: number;
}

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
const labelSchema = z.object({ id: z.int(), name: z.string() });

/** 1,000 labels on Forgejo or Gitea. */
const MAX_LABEL_PAGES = 20;
/** GitHub's own limit. */
const LONGEST_LABEL = 50;
/** GitHub asks for a second between requests that write (best practices for using the REST API). */
const PACE_MS = 1_000;

/** Asks GitHub for nothing yet. */
export function issueTracker({ scope, ...options }: ServerOptions & Pick<TrackerFacts, "scope">): IssueTracker {
  // GitHub's limit is 65,536 characters, but characters outside of UTF-16's base plane may count as more.
  return issuesBy({ scope, mostUnits: 65_000 }, () => issueServer(options));
}

const asked = requestsWith({ needs: "issues: write", without: "issues: false" });

/**
 * @throws GateError `issues-identity-unknown`: without it, each run would open the same issues again
 */
async function issueServer({ paceMs = PACE_MS, ...options }: ServerOptions): Promise<IssueServer> {
  const api = await connect({ ...ISSUE_LIMITS, ...options });
  const login = await api.login();
  if (login === undefined)
    throw new GateError(
      "issues-identity-unknown",
      "GitHub does not say whose token this is, so that no issue can be told to be this run's own",
      "Run it again; if it happens each time, leave the input `token` at its default, `github.token`.",
    );
  const numbers = once(() => labelNumbers(api));
  return {
    name: "GitHub",
    api,
    paceMs,
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
    lists: listsOf(api, login),
    async create({ title, body, due, ...wanted }) {
      const fitting = wanted.labels.filter((label) => label.length <= LONGEST_LABEL && label !== LABEL);
      const assignees = wanted.assignees.map(plainName).slice(0, MAX_ASSIGNEES);
      const known = api.kind.finds ? undefined : await numbers();
      const request = (names: readonly string[], to: readonly string[]) => {
        const labels = known === undefined ? names : names.flatMap((name) => known.get(name.toLowerCase()) ?? []);
        const parameters = { ...changesOf(api, { title, body, due }), labels, assignees: to };
        return asked("POST /issues", parameters, `The issue "${title}" could not be opened`);
      };
      // It is refused as a whole if one assignee may not be assigned. The issue matters more than who gets it.
      return [request([LABEL, ...fitting], assignees), request([LABEL], [])];
    },
    update: (number, change) =>
      asked("PATCH /issues/{number}", { number, ...changesOf(api, change) }, `Issue #${number} could not be updated`),
    comment: (number, body) =>
      asked("POST /issues/{number}/comments", { number, body }, `The comment on issue #${number} could not be written`),
  };
}

/**
 * The issues of the token's account. GraphQL may call an app `name` that REST calls `name[bot]`, and GitHub knows no
 * account of the first name then. Gitea looks a creator up by name, and answers 404 for the automatic user, which has
 * no row: there it is the issues of all accounts.
 */
function listsOf({ kind }: Api, login: string) {
  const names = login.endsWith("[bot]") ? [login] : [login, `${login}[bot]`];
  const searches = kind.finds
    ? names.map((creator) => ({ creator, state: "all", sort: "created", direction: "asc" }))
    : [{ type: "issues", state: "all" }];
  return searches.map((search) =>
    asked("GET /issues", { ...search, ...kind.pageSize, page: 1 }, "The repository's issues could not be read"),
  );
}

/** Only Forgejo and Gitea have due dates, and keep the day without the time. */
function changesOf({ kind }: Api, { title, body, state, due }: Omit<IssueChange, "comment">) {
  const reason = { open: "reopened", completed: "completed", duplicate: "duplicate" };
  return {
    title,
    body,
    state: state && (state === "open" ? "open" : "closed"),
    state_reason: state && reason[state],
    due_date: due === undefined || kind.finds ? undefined : `${due}T23:59:59Z`,
  };
}

/**
 * Forgejo and Gitea take labels by number, and make none by themselves. Without the right to make ours, issues are
 * opened all the same.
 */
async function labelNumbers(api: Api): Promise<ReadonlyMap<string, number>> {
  const failed = "The label for issues could not be made";
  const list = asked("GET /labels", { ...api.kind.pageSize, page: 1 }, failed);
  const all = await api.all(list, z.array(labelSchema), MAX_LABEL_PAGES).catch(onFailure(() => []));
  const labels = new Map(all.map(({ id, name }) => [name.toLowerCase(), id]));
  if (labels.has(LABEL)) return labels;
  const request = asked("POST /labels", { name: LABEL, color: "b60205" }, failed);
  const made = await api.call(request, labelSchema).catch(onFailure(() => undefined));
  return made === undefined ? labels : labels.set(LABEL, made.id);
}

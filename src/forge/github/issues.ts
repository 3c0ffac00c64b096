import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { GateError } from "../../system/errors.ts";
import { onFailure, unlessStatus } from "../api-failure.ts";
import { requestsWith } from "../client.ts";
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
import { once } from "../once.ts";
import { type Api, type ConnectOptions, connect } from "./api/api.ts";
import { author, isWrittenBy, loginOfToken } from "./api/own-texts.ts";

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
type Answered = z.infer<typeof issueSchema>;
const labelSchema = z.object({ id: z.int(), name: z.string() });

/** 10,000 issues and pull requests of the token's account; on Forgejo and Gitea 5,000 issues of all accounts. */
const MAX_PAGES = 100;
/** 1,000 labels on Forgejo or Gitea. */
const MAX_LABEL_PAGES = 20;
/** GitHub's own limits. */
const MAX_ASSIGNEES = 10;
const LONGEST_LABEL = 50;
/** GitHub asks for a second between requests that write (best practices for using the REST API). */
const PACE_MS = 1_000;

/** Asks GitHub for nothing yet. */
export function issueTracker({ scope, ...options }: ServerOptions & Pick<TrackerFacts, "scope">): IssueTracker {
  // GitHub's limit is 65,536 characters, but characters outside of UTF-16's base plane may count as more.
  return issuesBy({ scope, mostUnits: 65_000 }, () => issueServer(options));
}

interface Session {
  readonly api: Api;
  readonly login: string;
  /** Waits until the next request may write. */
  readonly turn: () => Promise<void>;
  /** Makes our label. Gives the labels' numbers, by their names in lower case. */
  readonly labels: () => Promise<ReadonlyMap<string, number>>;
}

/**
 * @throws GateError `issues-identity-unknown`: without it, each run would open the same issues again
 */
async function issueServer({ paceMs = PACE_MS, ...options }: ServerOptions): Promise<IssueServer> {
  const api = await connect({ timeoutMs: 20_000, budgetMs: 300_000, ...options });
  const login = await loginOfToken(api);
  if (login === undefined)
    throw new GateError(
      "issues-identity-unknown",
      "GitHub does not say whose token this is, so that no issue can be told to be this run's own",
      "Run it again; if it happens each time, leave the input `token` at its default, `github.token`.",
    );
  let last = Number.NEGATIVE_INFINITY;
  const turn = async () => {
    const wait = last + paceMs - performance.now();
    if (wait > 0) await sleep(wait, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined);
    last = performance.now();
  };
  // Without the right to make it, issues are opened all the same.
  const labels = once(() => labelsWithOurs(api, turn).catch(onFailure(() => new Map())));
  return serverOf({ api, login, turn, labels });
}

const asked = requestsWith({ needs: "issues: write", without: "issues: false" });

function serverOf(session: Session): IssueServer {
  const { api, login } = session;
  const toIssue = ({ number, html_url: url, state, title, body, user, labels, assignees }: Answered): Issue => ({
    number,
    url,
    title,
    body: body ?? "",
    isOpen: state === "open",
    isByUs: isWrittenBy(login, user),
    labels: (labels ?? []).map((each) => (typeof each === "string" ? each : (each.name ?? ""))),
    assignees: (assignees ?? []).flatMap((each) => each?.login ?? []),
  });
  return {
    name: "GitHub",
    async *pages() {
      for await (const page of issuesOf(session)) yield page.filter((each) => !each.pull_request).map(toIssue);
    },
    async create(wanted) {
      return toIssue(await create(session, wanted));
    },
    async update(number, change) {
      const failed = `Issue #${number} could not be updated`;
      await session.turn();
      const request = asked("PATCH /issues/{number}", { number, ...changesOf(api, change) }, failed);
      return toIssue((await api.call(request, issueSchema)).data);
    },
    async comment(number, body) {
      await session.turn();
      const failed = `The comment on issue #${number} could not be written`;
      return api.call(asked("POST /issues/{number}/comments", { number, body }, failed), z.object({ id: z.int() }));
    },
  };
}

/**
 * The issues of the token's account. GraphQL may call an app `name` that REST calls `name[bot]`, and GitHub knows no
 * account of the first name then. Gitea looks a creator up by name, and answers 404 for the automatic user, which has
 * no row: there it is the issues of all accounts.
 * @throws GateError `issues-too-many`
 */
async function* issuesOf({ api, login }: Session): AsyncGenerator<Answered[]> {
  const order = { state: "all", sort: "created", direction: "asc" };
  const searches = !api.kind.finds
    ? [{ type: "issues", state: "all" }]
    : (login.endsWith("[bot]") ? [login] : [login, `${login}[bot]`]).map((creator) => ({ creator, ...order }));
  for (const search of searches) {
    const parameters = { ...search, ...api.kind.pageSize, page: 1 };
    const request = asked("GET /issues", parameters, "The repository's issues could not be read");
    const pages = api.pages(request, z.array(issueSchema), MAX_PAGES, () => tooManyIssues(100 * MAX_PAGES));
    const first = searches.length > 1 ? await unlessStatus([422], pages.next()) : await pages.next();
    if (first === undefined) continue;
    if (!first.done) yield first.value;
    yield* pages;
  }
}

/** GitHub refuses an issue as a whole if one assignee may not be assigned. The issue matters more than who gets it. */
async function create(session: Session, { title, body, due, ...wanted }: NewIssue): Promise<Answered> {
  const { api } = session;
  const labels = [LABEL, ...wanted.labels.filter((label) => label.length <= LONGEST_LABEL && label !== LABEL)];
  const assignees = wanted.assignees.map(plainName).slice(0, MAX_ASSIGNEES);
  const numbers = await session.labels();
  // By name; on Forgejo and Gitea by number, without those that do not exist.
  const taken = (names: readonly string[]) =>
    api.kind.finds ? names : names.flatMap((name) => numbers.get(name.toLowerCase()) ?? []);
  const send = async (names: readonly string[], to: readonly string[]) => {
    await session.turn();
    const parameters = { ...changesOf(api, { title, body, due }), labels: taken(names), assignees: to };
    const request = asked("POST /issues", parameters, `The issue "${title}" could not be opened`);
    return (await api.call(request, issueSchema)).data;
  };
  if (assignees.length === 0 && labels.length === 1) return send(labels, []);
  return (await unlessStatus([422], send(labels, assignees))) ?? send([LABEL], []);
}

/** Only Forgejo and Gitea have due dates, and keep the day without the time. */
function changesOf({ kind }: Api, { title, body, state, due }: Omit<IssueChange, "comment">): object {
  const reason = { open: "reopened", completed: "completed", duplicate: "duplicate" };
  return {
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(state !== undefined && { state: state === "open" ? "open" : "closed", state_reason: reason[state] }),
    ...(due !== undefined && !kind.finds && { due_date: `${due}T23:59:59Z` }),
  };
}

/**
 * Makes the label, with a colour and a description. GitHub refuses a second label of the name. Forgejo and Gitea would
 * make one, and cannot look a name up.
 */
async function labelsWithOurs(api: Api, turn: Session["turn"]): Promise<ReadonlyMap<string, number>> {
  const failed = "The label for issues could not be made";
  const description = "A running image that does not pass. Image Gate opens and closes these issues.";
  const list = asked("GET /labels", { ...api.kind.pageSize, page: 1 }, failed);
  const all = api.kind.finds ? [] : await api.all(list, z.array(labelSchema), MAX_LABEL_PAGES);
  const labels = new Map(all.map(({ id, name }) => [name.toLowerCase(), id]));
  if (labels.has(LABEL)) return labels;
  await turn();
  const request = asked("POST /labels", { name: LABEL, color: "b60205", description }, failed);
  const made = await api.call(request, labelSchema).catch(onFailure(() => undefined));
  return made === undefined ? labels : labels.set(LABEL, made.data.id);
}

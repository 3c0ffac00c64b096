import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  type Issue,
  type IssueServer,
  keptIssues,
  LABEL,
  plainName,
  requireOnline,
  tooManyIssues,
} from "../../../forge/issues.ts";
import { GateError } from "../../../system/errors.ts";
import { ReportingError } from "../../api-failure.ts";
import { lateTracker } from "../../issue-tracker.ts";
import type { IssueChange, IssueTracker, NewIssue } from "../../platform.ts";
import { type Api, type ConnectOptions, connect } from "../api/api.ts";
import { isForgejo } from "../api/forgejo.ts";
import { author, isWrittenBy, loginOfToken } from "../api/own-texts.ts";
import { labelNumbers } from "./forgejo-labels.ts";
import { issueLimits } from "./limits.ts";

export interface TrackerOptions extends Pick<ConnectOptions, "token" | "event" | "signal" | "timeoutMs" | "budgetMs"> {
  /** The run's name: issues of other runs are not seen. */
  readonly scope: string;
  /** GitHub may not be asked at all. */
  readonly offline?: boolean;
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

const PER_PAGE = 100;
/** What Gitea gives at most by default. */
const FORGEJO_PER_PAGE = 50;
/** 10,000 issues and pull requests of the token's account; on Forgejo and Gitea 5,000 issues of all accounts. */
const MAX_PAGES = 100;
/** GitHub's own limits. */
const MAX_ASSIGNEES = 10;
const LONGEST_LABEL = 50;
/** GitHub asks for a second between requests that write (best practices for using the REST API). */
const PACE_MS = 1_000;

/** Asks GitHub for nothing yet. */
export function issueTracker(options: TrackerOptions): IssueTracker {
  return lateTracker(issueLimits, async () => keptIssues(options.scope, serverOf(await begin(options))));
}

interface Session {
  readonly api: Api;
  readonly login: string;
  /** Waits until the next request may write. */
  readonly turn: () => Promise<void>;
  hasLabel: boolean;
  /** On Forgejo and Gitea: the labels' numbers, by their names in lower case. */
  labels: ReadonlyMap<string, number>;
}

/**
 * @throws GateError `issues-offline`; `issues-identity-unknown`: without it, each run would open the same issues again
 */
async function begin({ scope: _, offline, paceMs = PACE_MS, ...options }: TrackerOptions): Promise<Session> {
  requireOnline(offline, "GitHub");
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
  return { api, login, turn, hasLabel: false, labels: new Map() };
}

/** A request about issues, and how its failure is reported. */
function asked(route: string, failed: string, parameters: Readonly<Record<string, unknown>>) {
  return { route, parameters, failed, permission: "issues: write", without: "issues: false" };
}

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
      const names = isForgejo(api.event) ? [login] : namesOf(login);
      for (const creator of names)
        for await (const page of issuesOf(api, creator, names.length > 1))
          yield page.filter((each) => !each.pull_request).map(toIssue);
    },
    create: async (wanted) => toIssue(await open(session, wanted)),
    update: async (number, change) => toIssue(await update(session, number, change)),
    async comment(number, body) {
      await session.turn();
      const failed = `The comment on issue #${number} could not be written`;
      const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      return api.call(asked(route, failed, { issue_number: number, body }), z.object({ id: z.int() }));
    },
  };
}

/** GraphQL may call an app `name` that REST calls `name[bot]`. */
function namesOf(login: string): string[] {
  return login.endsWith("[bot]") ? [login] : [login, `${login}[bot]`];
}

/**
 * @param mayBeNobody GitHub knows no such account if the app has another name
 * @throws GateError `issues-too-many`
 */
async function* issuesOf(api: Api, creator: string, mayBeNobody: boolean): AsyncGenerator<Answered[]> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { data, more } = await listPage(api, { creator, page, mayBeNobody });
    yield data;
    if (!more) return;
  }
  throw tooManyIssues(PER_PAGE * MAX_PAGES);
}

interface Listing {
  readonly creator: string;
  readonly page: number;
  readonly mayBeNobody: boolean;
}

async function listPage(api: Api, { creator, page, mayBeNobody }: Listing) {
  if (isForgejo(api.event)) return listOnForgejo(api, page);
  const order = { state: "all", sort: "created", direction: "asc", per_page: PER_PAGE, page };
  const request = asked("GET /repos/{owner}/{repo}/issues", "The repository's issues could not be read", {
    creator,
    ...order,
  });
  try {
    return await api.call(request, z.array(issueSchema));
  } catch (thrown) {
    if (mayBeNobody && page === 1 && thrown instanceof ReportingError && thrown.status === 422)
      return { data: [], more: false };
    throw switchedOff(thrown);
  }
}

/** All accounts' issues: Gitea looks a creator up by name, and answers 404 for the automatic user, which has no row. */
async function listOnForgejo(api: Api, page: number) {
  const parameters = { type: "issues", state: "all", limit: FORGEJO_PER_PAGE, page };
  const failed = "The repository's issues could not be read";
  try {
    return await api.call(asked("GET /repos/{owner}/{repo}/issues", failed, parameters), z.array(issueSchema));
  } catch (thrown) {
    throw switchedOff(thrown);
  }
}

/** `issues-off` for GitHub's 410, which says that the repository has no issues. */
function switchedOff(thrown: unknown): unknown {
  if (!(thrown instanceof ReportingError) || thrown.status !== 410) return thrown;
  return new GateError(
    "issues-off",
    "Issues are switched off for this repository",
    "Switch them on in its settings, or set `issues: false`.",
    { cause: thrown },
  );
}

async function open(session: Session, wanted: NewIssue): Promise<Answered> {
  await ensureLabel(session);
  const labels = [LABEL, ...wanted.labels.filter((label) => label.length <= LONGEST_LABEL && label !== LABEL)];
  const assignees = wanted.assignees.map(plainName).slice(0, MAX_ASSIGNEES);
  const { title, body, due } = wanted;
  return create(session, { title, body, labels: taken(session, labels), assignees, ...dueDate(session, due) });
}

/** The labels as the platform takes them: by name, or by the numbers of those that there are. */
function taken({ api, labels }: Session, names: readonly string[]): readonly (string | number)[] {
  if (!isForgejo(api.event)) return names;
  return names.flatMap((name) => labels.get(name.toLowerCase()) ?? []);
}

/** GitHub's issues have no such field. Of the time, Forgejo and Gitea keep the day alone. */
function dueDate({ api }: Session, due: string | undefined): { readonly due_date?: string } {
  return due !== undefined && isForgejo(api.event) ? { due_date: `${due}T23:59:59Z` } : {};
}

interface Creation extends Omit<NewIssue, "due" | "labels"> {
  readonly labels: readonly (string | number)[];
  readonly due_date?: string;
}

/** GitHub refuses an issue as a whole if one assignee may not be assigned. The issue matters more than who gets it. */
async function create(session: Session, creation: Creation): Promise<Answered> {
  const send = async (parameters: Creation) => {
    await session.turn();
    const request = asked(
      "POST /repos/{owner}/{repo}/issues",
      `The issue "${creation.title}" could not be opened`,
      parameters as unknown as Readonly<Record<string, unknown>>,
    );
    return (await session.api.call(request, issueSchema)).data;
  };
  try {
    return await send(creation);
  } catch (thrown) {
    const isRefused = thrown instanceof ReportingError && thrown.status === 422;
    if (!isRefused || (creation.assignees.length === 0 && creation.labels.length === 1)) throw switchedOff(thrown);
    return await send({ ...creation, labels: taken(session, [LABEL]), assignees: [] });
  }
}

/** Makes the label once, with a colour and words of its own. Without the right to, an issue is opened without it. */
async function ensureLabel(session: Session): Promise<void> {
  if (session.hasLabel) return;
  session.hasLabel = true;
  try {
    if (!(await isLabelThere(session))) await makeLabel(session);
  } catch (refused) {
    if (!(refused instanceof ReportingError)) throw refused;
  }
}

const LABEL_FAILED = "The label for issues could not be made";

async function isLabelThere(session: Session): Promise<boolean> {
  const { api } = session;
  if (isForgejo(api.event)) {
    session.labels = await labelNumbers(api, asked);
    return session.labels.has(LABEL);
  }
  try {
    const request = asked("GET /repos/{owner}/{repo}/labels/{name}", LABEL_FAILED, { name: LABEL });
    await api.call(request, z.object({ name: z.string() }));
    return true;
  } catch (thrown) {
    if (thrown instanceof ReportingError && thrown.status === 404) return false;
    throw thrown;
  }
}

async function makeLabel(session: Session): Promise<void> {
  const description = "A running image that does not pass. Image Gate opens and closes these issues.";
  await session.turn();
  const request = asked("POST /repos/{owner}/{repo}/labels", LABEL_FAILED, {
    name: LABEL,
    color: "b60205",
    description,
  });
  const { data } = await session.api.call(request, z.object({ id: z.int().optional() }));
  if (data.id !== undefined) session.labels = new Map([...session.labels, [LABEL, data.id]]);
}

async function update(session: Session, number: number, change: Omit<IssueChange, "comment">): Promise<Answered> {
  const { title, body, state, due } = change;
  await session.turn();
  const parameters = {
    issue_number: number,
    ...(title !== undefined && { title }),
    ...(body !== undefined && { body }),
    ...(state !== undefined && stateParameters(state)),
    ...dueDate(session, due),
  };
  const route = "PATCH /repos/{owner}/{repo}/issues/{issue_number}";
  const request = asked(route, `Issue #${number} could not be updated`, parameters);
  return (await session.api.call(request, issueSchema)).data;
}

function stateParameters(state: NonNullable<IssueChange["state"]>) {
  return state === "open"
    ? { state: "open", state_reason: "reopened" }
    : { state: "closed", state_reason: state === "duplicate" ? "duplicate" : "completed" };
}

import type { Contract } from "./github-contract.ts";

/** An issue in the form of GitHub's REST API, with the fields that matter here. */
export interface StoredIssue {
  readonly number: number;
  readonly html_url: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  state_reason: "completed" | "reopened" | "not_planned" | "duplicate" | null;
  readonly user: { readonly login: string; readonly type: string };
  labels: { readonly name: string }[];
  assignees: { readonly login: string }[];
  closed_at: string | null;
}

export interface PlantedIssue {
  readonly title?: string;
  readonly body: string;
  /** `mallory` by default; a name that ends in `[bot]` is a bot's. */
  readonly author?: string;
  readonly state?: "open" | "closed";
  /** It is a pull request: the routes of issues list those, too. */
  readonly isPullRequest?: boolean;
}

/** Issues and labels of the repository. */
export interface IssueState {
  /** By number, oldest first. */
  readonly issues: Map<number, StoredIssue>;
  /** Names of labels. */
  readonly labels: Set<string>;
  /** Accounts that can be assigned. */
  readonly assignable: Set<string>;
  /** Issues are switched off in the repository's settings. */
  off: boolean;
  /** Without it, GitHub silently drops labels and assignees. */
  mayPush: boolean;
  /** Longest body that an update keeps; a longer one is silently dropped. */
  longestUpdate: number;
  plant(issue: PlantedIssue): StoredIssue;
}

/** An answer before it is paged or sent. */
export interface IssueReply {
  readonly status: number;
  readonly body: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

const DOCS = "https://docs.github.com/rest";
const LONGEST_TITLE = 256;
const LONGEST_BODY = 65_536;

const refusal = (status: number, message: string, errors?: readonly object[]): IssueReply => ({
  status,
  body: { message, documentation_url: DOCS, ...(errors && { errors }) },
});
const invalid = (field: string, code = "invalid"): IssueReply =>
  refusal(422, "Validation Failed", [{ resource: "Issue", field, code }]);
const OFF = refusal(410, "Issues has been disabled in this repository.");

/** @param first the number of the first issue */
export function issueState(contract: Contract, repository: string, first = 101): IssueState {
  const example = contract.example<Fields & { user: Fields; closed_by: unknown; performed_via_github_app: unknown }>(
    "issue",
  );
  // GitHub's examples of an app and of a deleted account lack what its schemas require.
  const { closed_by: _, performed_via_github_app: __, pinned_comment: ___, pull_request: ____, ...template } = example;
  let next = first;
  const state: IssueState = {
    issues: new Map(),
    labels: new Set(),
    assignable: new Set(["octocat", "hubot"]),
    off: false,
    mayPush: true,
    longestUpdate: LONGEST_BODY,
    plant({ title = "An issue", body, author = "mallory", state: open = "open", isPullRequest = false }) {
      const number = next++;
      const html_url = `https://github.com/${repository}/issues/${number}`;
      const pull = { url: html_url, html_url, diff_url: html_url, patch_url: html_url };
      const at = new Date(Date.UTC(2026, 10, 24) + number * 1000).toISOString();
      const stored = {
        ...template,
        number,
        html_url,
        title,
        body,
        state: open,
        state_reason: open === "closed" ? ("completed" as const) : null,
        user: { ...example.user, login: author, type: author.endsWith("[bot]") ? "Bot" : "User" },
        labels: [],
        assignee: null,
        assignees: [],
        milestone: null,
        closed_at: open === "closed" ? at : null,
        created_at: at,
        updated_at: at,
        ...(isPullRequest && { pull_request: pull }),
      };
      state.issues.set(number, stored);
      return stored;
    },
  };
  return state;
}

/** The issues that a query asks for. GitHub refuses to list the issues of an account that does not exist. */
export function listIssues({ issues, off }: IssueState, query: URLSearchParams): IssueReply | readonly StoredIssue[] {
  if (off) return OFF;
  const { state = "open", creator, labels = "", direction = "desc" } = Object.fromEntries(query);
  const wanted = labels.split(",").filter(Boolean);
  const found = [...issues.values()].filter(
    (issue) =>
      (state === "all" || issue.state === state) &&
      (creator === undefined || issue.user.login.toLowerCase() === creator.toLowerCase()) &&
      wanted.every((label) => issue.labels.some(({ name }) => name === label)),
  );
  return direction === "asc" ? found : found.reverse();
}

export function createIssue(contract: Contract, state: IssueState, body: Fields, author: string): IssueReply {
  if (state.off) return OFF;
  const {
    title,
    body: text = "",
    labels = [],
    assignees = [],
  } = body as {
    title: string;
    body?: string;
    labels?: readonly string[];
    assignees?: readonly string[];
  };
  if (title.trim() === "") return invalid("title", "missing_field");
  if (title.length > LONGEST_TITLE)
    return refusal(422, "Validation Failed", [{ code: "custom", message: "title is too long" }]);
  if ([...text].length > LONGEST_BODY)
    return refusal(422, "Validation Failed", [
      { code: "custom", message: `body is too long (maximum is ${LONGEST_BODY} characters)` },
    ]);
  const isRefused = assignees.length > 10 || assignees.some((login) => !state.assignable.has(login));
  if (state.mayPush && isRefused) return invalid("assignees");
  if (labels.some((label) => label.length > 50)) return invalid("labels");
  const issue = state.plant({ title, body: text, author });
  if (state.mayPush) {
    for (const label of labels) state.labels.add(label);
    issue.labels = labels.map((name) => ({ ...contract.example<Fields>("label"), name }));
    issue.assignees = assignees.map((login) => ({ ...(issue.user as object), login }));
  }
  return { status: 201, body: issue };
}

/** An update whose body is too long answers like any other, and keeps the old body. */
export function changeIssue(state: IssueState, number: number, change: Fields): IssueReply {
  const issue = state.issues.get(number);
  if (issue === undefined) return refusal(404, "Not Found");
  const { title, body, state: open, state_reason: reason } = change as Partial<StoredIssue>;
  if (title !== undefined) issue.title = title;
  if (body !== undefined && [...(body ?? "")].length <= state.longestUpdate) issue.body = body;
  if (open !== undefined && open !== issue.state) {
    issue.state = open;
    issue.state_reason = reason ?? (open === "closed" ? "completed" : "reopened");
    issue.closed_at = open === "closed" ? "2026-11-24T12:00:00Z" : null;
  }
  return { status: 200, body: issue };
}

export function oneLabel(contract: Contract, { labels }: IssueState, name: string): IssueReply {
  if (!labels.has(name)) return refusal(404, "Not Found");
  return { status: 200, body: { ...contract.example<Fields>("label"), name } };
}

export function createLabel(contract: Contract, state: IssueState, { name }: Fields): IssueReply {
  if (state.labels.has(String(name)))
    return refusal(422, "Validation Failed", [{ resource: "Label", field: "name", code: "already_exists" }]);
  state.labels.add(String(name));
  return { status: 201, body: { ...contract.example<Fields>("label"), name } };
}

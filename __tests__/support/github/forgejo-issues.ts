import type { Asked, Reply } from "./forgejo-call.ts";

/** An issue in Gitea's form, with the fields that we read. */
export interface FakeIssue {
  readonly number: number;
  readonly html_url: string;
  title: string;
  body: string;
  state: "open" | "closed";
  readonly user: { readonly id: number; readonly login: string };
  readonly labels: readonly { readonly id: number; readonly name: string }[];
  readonly assignees: readonly { readonly login: string }[] | null;
  readonly due_date: string | null;
  /** Null for an issue; GitHub leaves it out. */
  readonly pull_request: null;
  /** Comments below the issue. */
  readonly comments: string[];
}

const OURS = { id: -2, login: "gitea-actions" };

/** Labels and issues of a repository in Gitea: labels have numbers, and lists begin with the newest and have links. */
export function fakeIssues(url: () => string) {
  const all: FakeIssue[] = [];
  const labels = [{ id: 1, name: "bug" }];

  function create({ title, body, assignees, due_date, labels: wanted }: Asked["body"]): Reply {
    const names = (assignees ?? []) as string[];
    if (names.some((name) => name !== "octocat"))
      return { status: 422, body: { message: "Assignee does not exist: [name: user does not exist]" } };
    const number = all.length + 8;
    const made: FakeIssue = {
      number,
      html_url: `${url()}/acme/widget/issues/${number}`,
      title: String(title),
      body: String(body),
      state: "open",
      user: OURS,
      labels: labels.filter(({ id }) => ((wanted ?? []) as number[]).includes(id)),
      assignees: names.length === 0 ? null : names.map((login) => ({ login })),
      due_date: due_date === undefined ? null : String(due_date),
      pull_request: null,
      comments: [],
    };
    all.push(made);
    return { status: 201, body: made };
  }

  function listed(query: URLSearchParams): Reply {
    // The automatic user is not in the table of users, so Forgejo does not find its name.
    if (query.get("created_by") === OURS.login) return { status: 404, body: { message: "user does not exist" } };
    const [limit, page] = [Number(query.get("limit") ?? 30), Number(query.get("page") ?? 1)];
    const newestFirst = [...all].reverse();
    const body = newestFirst.slice((page - 1) * limit, page * limit);
    const link = `<${url()}/api/v1/repos/acme/widget/issues?page=${page + 1}>; rel="next"`;
    return { status: 200, body, headers: page * limit < all.length ? { link } : {} };
  }

  function reply({ at, query, body }: Asked): Reply | undefined {
    if (at === "GET /issues") return listed(query);
    if (at === "POST /issues") return create(body);
    if (at === "GET /labels") return { status: 200, body: labels };
    if (at === "POST /labels") {
      labels.push({ id: labels.length + 1, name: String(body.name) });
      return { status: 201, body: labels.at(-1) };
    }
    const [, method, number, below] = /^(\w+) \/issues\/(\d+)(\/comments)?$/.exec(at) ?? [];
    const issue = all.find((each) => each.number === Number(number));
    if (issue === undefined) return undefined;
    if (method === "POST" && below) {
      issue.comments.push(String(body.body));
      return { status: 201, body: { id: 100 + issue.comments.length } };
    }
    if (method !== "PATCH") return undefined;
    Object.assign(issue, body);
    return { status: 201, body: issue };
  }
  return { all, reply };
}

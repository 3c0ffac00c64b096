import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, bodyOf, listen } from "../network/http.ts";
import { FAKE_TOKEN } from "../runs/runner.ts";
import type { Reply } from "./forgejo-call.ts";
import { type FakeIssue, fakeIssues } from "./forgejo-issues.ts";
import { type GitServer, gitServer, isForGit } from "./git-server.ts";

// The answers of a real Gitea 1.26 on the routes that we ask (__tests__/end-to-end/gate/gitea.test.ts starts one).
// Forgejo's first answers were the same. All other routes answer 404, as GraphQL, check runs and uploads do there.

interface Comment {
  readonly id: number;
  readonly html_url: string;
  body: string;
  /** There is no `type`. The automatic user has a negative number. */
  readonly user: { readonly id: number; readonly login: string };
}

export interface FakeForgejo extends AsyncDisposable {
  /** GITHUB_SERVER_URL. */
  readonly url: string;
  /** `METHOD path?query` below `/api/v1`, in the order of their arrival; others as they came. */
  readonly requests: readonly string[];
  readonly comments: Comment[];
  readonly issues: readonly FakeIssue[];
  /** The repository as Git sees it. */
  readonly repository: GitServer;
  /** Files by path, at the head of `main`. */
  readonly files: Map<string, string>;
  /** Another account's comment. */
  plantComment(body: string): void;
}

export const MAIN = "d".repeat(40);
export const FEATURE = "e".repeat(40);
const REPOSITORY = "/repos/acme/widget";
const NOT_FOUND: Reply = {
  status: 404,
  body: { message: "The target couldn't be found.", url: "/api/swagger" },
};

/** Starts a server like Forgejo, with pull request 7 of `acme/widget`. */
export async function startFakeForgejo(): Promise<FakeForgejo> {
  const requests: string[] = [];
  const comments: Comment[] = [];
  const files = new Map<string, string>();
  let url = "";
  const issues = fakeIssues(() => url);
  const repository = gitServer({ token: FAKE_TOKEN });
  const add = (body: string, login: string, id = -2): Comment => {
    const number = comments.length + 1;
    const comment = { id: number, html_url: `${url}/acme/widget/pulls/7#issuecomment-${number}`, body };
    comments.push({ ...comment, user: { id, login } });
    return comments.at(-1) as Comment;
  };
  const described = { full_name: "acme/widget", default_branch: "main" };
  const pull = {
    number: 7,
    state: "open",
    head: { ref: "feature", sha: FEATURE, repo: described },
    base: { ref: "main", sha: MAIN, repo: described },
  };

  function change(method: string, comment: Comment, body: string): Reply {
    if (comment.user.login !== "gitea-actions") return { status: 403, body: { message: "" } };
    if (method === "DELETE") comments.splice(comments.indexOf(comment), 1);
    else comment.body = body;
    return method === "DELETE" ? { status: 204 } : { status: 200, body: comment };
  }

  /** Answers that never change. */
  const FIXED: Readonly<Record<string, unknown>> = {
    "GET /user": { id: -2, login: "gitea-actions" },
    [`GET ${REPOSITORY}`]: described,
    [`GET ${REPOSITORY}/pulls/7`]: pull,
    [`GET ${REPOSITORY}/branches/main`]: { name: "main", commit: { id: MAIN }, protected: false },
    [`GET ${REPOSITORY}/pulls`]: [pull],
    [`GET ${REPOSITORY}/actions/artifacts`]: { artifacts: [], total_count: 0 },
    [`GET ${REPOSITORY}/git/commits/${MAIN}`]: { sha: MAIN, parents: [] },
    // All of them, without pages or links.
    [`GET ${REPOSITORY}/issues/7/comments`]: comments,
  };

  function fileReply(path: string): Reply {
    const text = files.get(path);
    if (text === undefined) return NOT_FOUND;
    const content = Buffer.from(text).toString("base64");
    return { status: 200, body: { type: "file", size: Buffer.byteLength(text), encoding: "base64", content } };
  }

  function reply(method: string, { pathname, searchParams }: URL, sent: { readonly body?: string }): Reply {
    const { body = "" } = sent;
    const path = decodeURIComponent(pathname.slice("/api/v1".length));
    const at = `${method} ${path}`;
    if (at in FIXED) return { status: 200, body: FIXED[at] };
    if (at === `POST ${REPOSITORY}/issues/7/comments`) return { status: 201, body: add(body, "gitea-actions") };
    const contents = `GET ${REPOSITORY}/contents/`;
    if (at.startsWith(contents) && searchParams.get("ref") === MAIN) return fileReply(at.slice(contents.length));
    const [, id] = new RegExp(`^${REPOSITORY}/issues/comments/(\\d+)$`).exec(path) ?? [];
    const comment = comments.find((each) => each.id === Number(id));
    if (comment !== undefined && method !== "GET") return change(method, comment, body);
    const asked = { at: at.replace(REPOSITORY, ""), query: searchParams, body: sent };
    return issues.reply(asked) ?? NOT_FOUND;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "/", headers } = request;
    const text = (await bodyOf(request)).toString();
    requests.push(`${method} ${path.replace(/^\/api\/v1/, "")}`);
    const isIn = new RegExp(`^(token|bearer) ${FAKE_TOKEN}$`, "i").test(headers.authorization ?? "");
    const isApi = path.startsWith("/api/v1/");
    const refused: Reply = { status: 401, body: { message: "token is required" } };
    const {
      status,
      body,
      headers: more,
    } = !isApi ? NOT_FOUND : isIn ? reply(method, new URL(path, url), text === "" ? {} : JSON.parse(text)) : refused;
    const bytes = body instanceof Buffer ? body : status === 204 ? "" : JSON.stringify(body);
    answer(response, status, bytes, { "content-type": "application/json", ...more });
  }

  const { port, close } = await listen((request, response) => {
    if (isForGit(request.url ?? "")) return repository.handle(request, response);
    return handle(request, response).catch(() => response.destroy());
  });
  url = `http://127.0.0.1:${port}`;
  return {
    url,
    requests,
    comments,
    issues: issues.all,
    repository,
    files,
    plantComment: (body) => void add(body, "mallory", 5),
    async [Symbol.asyncDispose]() {
      await close();
      repository.remove();
    },
  };
}

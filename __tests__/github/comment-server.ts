import { answer, bodyOf, listen } from "../support/http.ts";

export interface StoredComment {
  readonly id: number;
  body: string;
  readonly login: string;
  readonly type: "Bot" | "User";
}

export interface CommentServerOptions {
  /** GraphQL's login of the token; null: GraphQL refuses. */
  readonly viewer?: string | null;
  /** REST's login of the token, as author of what it writes. */
  readonly writer?: string;
  readonly comments?: readonly Omit<StoredComment, "id">[];
  /** Pages have one comment less than asked for, as where GitHub hides some. */
  readonly gaps?: boolean;
  /** Refuses a method with a status and a message. */
  readonly refuse?: Readonly<Record<string, { readonly status: number; readonly message: string }>>;
  /** Called before a PATCH is looked at. */
  readonly beforePatch?: (comments: StoredComment[]) => void;
}

interface Reply {
  readonly status: number;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function shown({ id, body, login, type }: StoredComment) {
  return { id, body, html_url: `https://github.com/acme/app/pull/7#issuecomment-${id}`, user: { login, type } };
}

function page(comments: readonly StoredComment[], url: URL, gaps: boolean): Reply {
  const size = Number(url.searchParams.get("per_page"));
  const end = Number(url.searchParams.get("page")) * size;
  const value = comments.slice(end - size, end).map(shown);
  const headers = end < comments.length ? { link: `<${url.href}>; rel="next"` } : undefined;
  return { status: 200, value: gaps ? value.slice(1) : value, ...(headers ? { headers } : {}) };
}

function viewerReply(viewer: string | null): Reply {
  if (viewer === null) return { status: 200, value: { data: null, errors: [{ message: "Resource not accessible" }] } };
  return { status: 200, value: { data: { viewer: { login: viewer } } } };
}

/** The comments of pull request 7 of acme/app, behind real HTTP. */
export async function commentServer(options: CommentServerOptions = {}) {
  const { viewer = "github-actions[bot]", writer = "github-actions[bot]", refuse = {} } = options;
  const comments: StoredComment[] = (options.comments ?? []).map((comment, index) => ({ ...comment, id: index + 1 }));
  const requests: string[] = [];

  function create(body: string): Reply {
    const created = { id: comments.length + 1, body, login: writer, type: "Bot" as const };
    comments.push(created);
    return { status: 201, value: shown(created) };
  }
  function change(id: number, body: string): Reply {
    options.beforePatch?.(comments);
    const found = comments.find((comment) => comment.id === id);
    if (!found) return { status: 404, value: { message: "Not Found" } };
    found.body = body;
    return { status: 200, value: shown(found) };
  }
  function reply(method: string, url: URL, body: string): Reply {
    if (url.pathname === "/graphql") return viewerReply(viewer);
    const refused = refuse[method];
    if (refused) return { status: refused.status, value: { message: refused.message } };
    const list = url.pathname === "/repos/acme/app/issues/7/comments";
    if (list) return method === "POST" ? create(body) : page(comments, url, options.gaps ?? false);
    return change(Number(/^\/repos\/acme\/app\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1]), body);
  }

  const server = await listen(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const sent = JSON.parse((await bodyOf(request)).toString() || "{}") as { body: string };
    const { status, value, headers } = reply(request.method ?? "", new URL(request.url ?? "", "http://x"), sent.body);
    answer(response, status, JSON.stringify(value), { "content-type": "application/json", ...headers });
  });
  return { url: `http://127.0.0.1:${server.port}`, comments, requests, close: server.close };
}

export type CommentServer = Awaited<ReturnType<typeof commentServer>>;

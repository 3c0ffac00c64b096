import type { IncomingHttpHeaders } from "node:http";
import type { GitHubEvent } from "../../../src/job/github/event.ts";
import { answer, bodyOf, listen } from "../../support/network/http.ts";

/** One answer of the script; `hang` never answers, `stall` stops within the body, `reset` cuts the connection. */
export interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly play?: "hang" | "stall" | "reset";
}

interface Seen {
  /** `GET /repos/acme/app/…?page=1` */
  readonly request: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * A real HTTP server that answers from a script: for each `METHOD /path` the replies in turn, the last one again and
 * again.
 */
export async function scriptedServer(script: Readonly<Record<string, Reply | readonly Reply[]>> = {}) {
  const seen: Seen[] = [];
  const turns = new Map<string, number>();
  const server = await listen(async (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const key = `${request.method} ${decodeURIComponent(path)}`;
    const body = (await bodyOf(request)).toString();
    seen.push({ request: `${request.method} ${request.url}`, headers: request.headers, body });
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const replies = [script[key] ?? { status: 404, json: { message: "Not Found" } }].flat() as Reply[];
    const reply = replies[Math.min(turn, replies.length - 1)] ?? {};
    if (reply.play === "hang") return;
    if (reply.play === "reset") return void request.socket.destroy();
    const json = { "content-type": "application/json; charset=utf-8" };
    if (reply.play === "stall") {
      response.writeHead(reply.status ?? 200, { ...json, "content-length": "1000" }).write('{"a":');
      return;
    }
    const text = reply.text ?? JSON.stringify(reply.json ?? {});
    answer(response, reply.status ?? 200, text, { ...(reply.text === undefined ? json : {}), ...reply.headers });
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    seen,
    requests: () => seen.map(({ request }) => request),
    close: server.close,
  };
}

export type ScriptedServer = Awaited<ReturnType<typeof scriptedServer>>;

export const HEAD = "a".repeat(40);
export const BASE = "b".repeat(40);
export const MERGE = "c".repeat(40);

/** Pull request 7 of acme/widget, from its own branch `feature`. Members of `overrides` replace its own. */
export function eventAt(apiUrl: string, overrides: Partial<GitHubEvent> = {}): GitHubEvent {
  return {
    trigger: "pull_request",
    repository: "acme/widget",
    defaultBranch: "main",
    apiUrl,
    serverUrl: "https://github.com",
    commit: HEAD,
    commits: [MERGE, HEAD],
    hasBase: true,
    runSha: MERGE,
    pullRequest: { number: 7, headSha: HEAD, baseRef: "main", fork: false },
    privileged: false,
    ...overrides,
  };
}

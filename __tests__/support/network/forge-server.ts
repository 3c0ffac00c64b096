import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { type GitServer, gitServer, isForGit } from "../github/git-server.ts";
import type { Contract } from "../github/github-contract.ts";
import { answer, bodyOf, type Fault, faultPlan, type Listening, listen } from "./http.ts";

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes instead of JSON. */
  readonly raw?: Buffer;
  /** This is the server's answer, although its description leaves it out. */
  readonly undocumented?: boolean;
}

/** A request below the API's address. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** The body as it came, if it is not JSON. */
  readonly bytes: Buffer;
}

export interface ForgeFault extends Fault {
  /** `message` of the answer. */
  readonly message?: string;
  /** A page instead of JSON. */
  readonly html?: string;
}

export interface ForgeOptions<R> {
  readonly contract: Contract;
  readonly git: Parameters<typeof gitServer>[0];
  /** The server's relative URL. */
  readonly below?: string;
  /** The API's path, such as `/api/v4`. */
  readonly api?: string;
  /** A request in {@link ForgeServer.requests}. */
  readonly record: (asked: Asked) => R;
  readonly reply: (asked: Asked) => Reply;
}

/** A server of repositories: its API over HTTP, checked against its published description, and Git. */
export interface ForgeServer<R> extends Listening {
  readonly requests: R[];
  /** Requests and answers that differ from the description; a test expects none. */
  readonly problems: string[];
  /** The repository as Git sees it. It is made at its first use. */
  readonly repository: GitServer;
  /** Simulates a fault if `match` fits `METHOD /path?query`. The last added one wins. */
  fault(match: RegExp, fault: ForgeFault): void;
  clearFaults(): void;
  /** Git's requests that got a fault: `METHOD /path?query`. */
  readonly played: readonly string[];
  /** Carries out the first matching request, but answers with a fault, as if the answer was lost on its way. */
  loseAnswer(match: RegExp, fault: ForgeFault): void;
}

const JSON_TYPE = "application/json; charset=utf-8";

function send(response: ServerResponse, { status, body, headers = {}, raw }: Reply): unknown {
  if (raw) return answer(response, status, raw, { "content-type": "application/octet-stream", ...headers });
  if (status === 204) return response.writeHead(status, headers).end();
  return answer(response, status, JSON.stringify(body ?? null), { "content-type": JSON_TYPE, ...headers });
}

function play(fault: ForgeFault, response: ServerResponse): unknown {
  if (fault.reset) return response.req.socket.destroy();
  if (fault.hang) return undefined;
  const { status = 500, message = "Server Error", headers = {}, html } = fault;
  if (html === undefined) return send(response, { status, body: { message }, headers });
  return answer(response, status, html, { "content-type": "text/html", ...headers });
}

/** Starts one whose API answers by `reply`. */
export async function startForge<R>(options: ForgeOptions<R>): Promise<ForgeServer<R>> {
  const { contract, below = "", api = "", record, reply: replyTo } = options;
  const [faults, losses] = [faultPlan<ForgeFault>(), faultPlan<ForgeFault>()];
  const [requests, problems, played]: [R[], string[], string[]] = [[], [], []];
  let git: GitServer | undefined;
  const repository = () => {
    git ??= gitServer(options.git);
    return git;
  };

  async function handle(method: string, full: string, response: ServerResponse): Promise<unknown> {
    const { headers } = response.req;
    const url = full.slice(below.length);
    const path = url.slice(api.length);
    const bytes = await bodyOf(response.req);
    const isJson = bytes.length > 0 && !/octet-stream|text/.test(headers["content-type"] ?? "");
    const body = isJson ? JSON.parse(bytes.toString()) : undefined;
    const asked = { method, path, headers, body, bytes };
    requests.push(record(asked));
    const isDescribed = path !== "/graphql";
    if (isDescribed) problems.push(...contract.request({ method, url, body }));
    const fault = faults.take(`${method} ${path}`);
    if (fault) return play(fault, response);
    const reply = replyTo(asked);
    const lost = losses.take(`${method} ${path}`);
    if (lost) return play(lost, response);
    if (isDescribed && !reply.raw && !reply.undocumented)
      problems.push(...contract.response({ method, url, status: reply.status, body: reply.body }));
    send(response, reply);
  }

  const server = await listen(
    (request, response) => {
      const { method = "", url = "/" } = request;
      if (isForGit(url) && url.startsWith(below) && repository().takes(url)) {
        const fault = faults.take(`${method} ${url}`);
        if (fault) played.push(`${method} ${url}`);
        return fault ? play(fault, response) : repository().handle(request, response);
      }
      if (url.startsWith(`${below}${api}/`)) return handle(method, url, response);
      problems.push(`${method} ${url} is not below the API`);
      send(response, { status: 404 });
    },
    { problems },
  );
  const close = async () => {
    await server.close();
    git?.remove();
  };
  return {
    ...{ ...server, requests, problems, played },
    get repository() {
      return repository();
    },
    fault: faults.add,
    clearFaults: faults.clear,
    loseAnswer: losses.add,
    close,
    [Symbol.asyncDispose]: close,
  };
}

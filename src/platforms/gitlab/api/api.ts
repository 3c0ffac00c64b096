import type { z } from "zod";
import { describeFailure, type Server } from "../../../forge/failures.ts";
import { checked, ElsewhereError, sender } from "../../../forge/sender.ts";
import { type ApiFailure, ReportingError } from "../../api-failure.ts";
import type { Token } from "./token.ts";
import { type Answer, exchanger, type Message } from "./transport.ts";

export interface ConnectOptions {
  /** CI_API_V4_URL, without a final slash. */
  readonly apiUrl: string;
  readonly token: Token;
  /** CI_SERVER_TLS_CA_FILE. */
  readonly authorityFile?: string | undefined;
  /** Limit for one request, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Limit for all requests and the waiting between them, in milliseconds. */
  readonly budgetMs?: number | undefined;
  /** Ends requests when the run is cancelled. */
  readonly signal: AbortSignal;
}

/** A request, and what its error's message must say. */
export interface Request {
  readonly method: Message["method"];
  /** Below `/api/v4`, each variable part encoded: `/projects/42/merge_requests/7/notes`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly body?: object | undefined;
  readonly failed: string;
  readonly needs: string;
  readonly maxBytes?: number | undefined;
}

/** A page of a list. */
export interface Page<T> {
  readonly data: T;
  /** The query of the next page, by the link that GitLab gives; undefined: this is the last one. */
  readonly next: Readonly<Record<string, string>> | undefined;
}

/** A connection to GitLab's API. Everything that it throws is a {@link ReportingError}. */
export interface Api {
  readonly isJobToken: boolean;
  call<T>(request: Request, schema: z.ZodType<T>): Promise<Page<T>>;
  /** The bytes of a file. */
  bytes(request: Request): Promise<Buffer>;
}

/** The largest answer is a page of 100 notes of a megabyte each. */
const MAX_ANSWER = 128 << 20;
const MAX_REDIRECTS = 3;

/** What a header can hold. A variable with a line break or `Bearer ` in it is easily made. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * A client for GitLab's API; nothing is sent yet. While the budget lasts, it waits for rate limits and repeats requests
 * after temporary faults. The token is sent only to the API's own origin, below the API's own path.
 * @throws ReportingError `gitlab-token-unusable`
 */
export async function connect(options: ConnectOptions): Promise<Api> {
  const { token, timeoutMs = 10_000, budgetMs = 30_000 } = options;
  if (!TOKEN.test(token.value))
    throw new ReportingError({
      code: "gitlab-token-unusable",
      what: "The token for GitLab has a character that no token has, such as a blank or a line break",
      remedy: "Give the token alone in the variable GITLAB_TOKEN.",
    });
  const exchange = await exchanger(options.authorityFile);
  const send = sender({ ...options, timeoutMs, budgetMs });
  const server = serverOf(options);
  const failed = (request: Request, failure: ApiFailure) =>
    describeFailure(failure, { failed: request.failed, needs: request.needs, timeoutMs, budgetMs }, server);
  async function sent(request: Request): Promise<Answer> {
    const { maxBytes = MAX_ANSWER } = request;
    // A second POST could write a second note.
    const result = await send(
      async (signal) => {
        const ask = (message: Message) => exchange(message, maxBytes, signal);
        const answer = await exchanged(ask, messageOf(options, request), options.apiUrl);
        if (answer.status < 200 || answer.status >= 300) throw new StatusError(answer);
        return { ...answer, data: answer.body };
      },
      { repeatable: request.method !== "POST" },
    );
    if ("kind" in result) throw failed(request, result);
    return { ...result, body: result.data as Buffer } as Answer;
  }
  return {
    isJobToken: token.isJobToken,
    async call(request, schema) {
      const { body, headers } = await sent(request);
      const data = checked(parsed(body), schema, (failure) => failed(request, failure));
      return { data, next: nextPage(headers) };
    },
    bytes: async (request) => (await sent(request)).body,
  };
}

function serverOf({ apiUrl, token }: ConnectOptions): Server {
  return {
    prefix: "gitlab",
    name: "GitLab",
    host: new URL(apiUrl).host,
    variable: "CI_API_V4_URL",
    tokenFrom: "It may have been revoked or be of another server: make a new project access token.",
    disturbances: "ask those who run the server if it stays",
    isJobToken: token.isJobToken,
  };
}

/** GitLab's messages are texts, lists or objects of lists (`{"message":{"body":["is too long"]}}`). */
class StatusError extends Error {
  readonly response: Answer;

  constructor(response: Answer) {
    const { message, error } = (parsed(response.body) ?? {}) as { message?: unknown; error?: unknown };
    const said = message ?? error ?? "";
    super(typeof said === "string" ? said : JSON.stringify(said));
    this.response = response;
  }
}

function parsed(body: Buffer): unknown {
  try {
    return body.length === 0 ? undefined : JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Only the query of the link counts: a server behind a proxy may name itself by another address. If the proxy drops the
 * link, the page's number stands in a header of its own.
 */
function nextPage({ link = "", "x-next-page": page = "" }: Answer["headers"]): Record<string, string> | undefined {
  const [, address = ""] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link) ?? [];
  if (URL.canParse(address)) return Object.fromEntries(new URL(address).searchParams);
  return /^\d{1,9}$/.test(page) ? { page } : undefined;
}

function messageOf({ apiUrl, token }: ConnectOptions, { method, path, query = {}, body }: Request): Message {
  const url = new URL(`${apiUrl}${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const headers = {
    accept: "application/json",
    [token.isJobToken ? "job-token" : "private-token"]: token.value,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  return { method, url, headers, text: body === undefined ? undefined : JSON.stringify(body) };
}

/** Follows redirects of a GET within the API, as for a project that was moved. */
async function exchanged(ask: (message: Message) => Promise<Answer>, first: Message, apiUrl: string): Promise<Answer> {
  let message = first;
  for (let step = 0; ; step++) {
    const answer = await ask(message);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    const url = URL.canParse(location, message.url.href) ? new URL(location, message.url) : undefined;
    if (url === undefined || first.method !== "GET" || step === MAX_REDIRECTS)
      throw new ElsewhereError("another address");
    if (!url.href.startsWith(`${apiUrl}/`)) throw new ElsewhereError(`${url.host}${url.pathname}`);
    message = { ...message, url };
  }
}

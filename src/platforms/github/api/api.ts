import type { z } from "zod";
import { describeFailure, type Server } from "../../../forge/failures.ts";
import { checked, type Send, type Sent, sender } from "../../../forge/sender.ts";
import { withAuthorities } from "../../../system/authorities.ts";
import { type ApiFailure, ReportingError } from "../../api-failure.ts";
import type { GitHubEvent } from "../event.ts";
import { requirePayload } from "../payload-file.ts";
import { isForgejo } from "./forgejo.ts";
import { type Fetch, withinLimit, withinOrigin } from "./transport.ts";

export interface ConnectOptions {
  readonly token: string;
  readonly event: GitHubEvent;
  /** Limit for one request, in milliseconds. */
  readonly timeoutMs?: number;
  /** Limit for all requests and the waiting between them, in milliseconds. */
  readonly budgetMs?: number;
  /** Ends requests when the run is cancelled. */
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

/** A request, and what its error message must say. */
interface Request {
  /** `GET /repos/{owner}/{repo}/…`; owner and repo are filled in. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** `The comments of pull request #7 could not be read`, without a full stop. */
  readonly failed: string;
  /** What a workflow's `permissions` must include: `pull-requests: write`. */
  readonly permission: string;
  /** The setting that avoids the request; `comment: never` by default. */
  readonly without?: string;
  /** It may be sent twice, although it is a POST. */
  readonly repeatable?: boolean;
}

interface Answer<T> {
  readonly data: T;
  /** GitHub has a next page. */
  readonly more: boolean;
}

/** A connection to GitHub's API for one repository. Everything that it throws is a {@link ReportingError}. */
export interface Api {
  readonly event: GitHubEvent;
  call<T>(request: Request, schema: z.ZodType<T>): Promise<Answer<T>>;
  /** The bytes of a file, from a route that knows the media type `raw`. 64 MiB at most, if no other limit is given. */
  bytes(request: Request, maxBytes?: number): Promise<Buffer>;
  /** The bytes of an archive, from a route that redirects to its address. The token is not sent to that address. */
  archive(request: Request, maxBytes: number): Promise<Buffer>;
  /** A GraphQL query; undefined if it is not answered. */
  query<T>(query: string, schema: z.ZodType<T>): Promise<T | undefined>;
}

/** GitHub Enterprise Server supports no later one; GitHub supports it until March 2028 at least. */
const API_VERSION = "2022-11-28";

async function toolkit() {
  // The toolkit reads and parses it when it is imported.
  requirePayload(process.env.GITHUB_EVENT_PATH ?? "");
  return import("./octokit.ts");
}

async function octokitFor(token: string, baseUrl: string) {
  // Loaded here, since Octokit and its HTTP client take longer than our whole start-up, and many runs never need them.
  const { getOctokit, defaults } = await toolkit().catch((cause: unknown) => {
    const what = "The client for GitHub's API could not be started";
    const remedy = "See whether GITHUB_EVENT_PATH names a readable JSON file.";
    throw new ReportingError({ code: "github-client-broken", what, remedy }, undefined, { cause });
  });
  const silent = () => undefined;
  // The toolkit's own fetch is the one that knows the runner's proxy.
  const ownFetch: Fetch = defaults.request?.fetch ?? fetch;
  const throughProxy: Fetch = (url, options) => withAuthorities(() => ownFetch(url, options));
  const octokit = getOctokit(token, {
    baseUrl,
    userAgent: "image-gate",
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  return { octokit, throughProxy, toApi: withinOrigin(baseUrl, throughProxy) };
}

type Connection = Awaited<ReturnType<typeof octokitFor>>;

interface Sending {
  readonly accept?: string | undefined;
  readonly redirect?: RequestInit["redirect"];
  readonly maxBytes?: number | undefined;
}

function sending(
  { octokit, toApi }: Connection,
  event: GitHubEvent,
  { route, parameters }: Request,
  { accept, redirect, maxBytes }: Sending = {},
): Send {
  const headers = { "x-github-api-version": API_VERSION, ...(accept ? { accept } : {}) };
  return (signal) =>
    withinLimit(
      toApi,
      async (fetch) => {
        const request = { signal, redirect, fetch, parseSuccessResponseBody: accept === undefined };
        const sent: Sent = await octokit.request(route, { ...event.repository, ...parameters, headers, request });
        if (accept === undefined) return sent;
        return { ...sent, data: Buffer.from(await new Response(sent.data as ReadableStream).arrayBuffer()) };
      },
      maxBytes,
    );
}

function checkConnectable({ token, event }: ConnectOptions): void {
  if (token === "")
    throw new ReportingError({
      code: "github-token-missing",
      what: "There is no token for GitHub's API",
      remedy: "Leave the input `token` at its default, `github.token`.",
    });
  if (!event.repository)
    throw new ReportingError({
      code: "github-repository-unknown",
      what: event.problem ?? "The repository of this run is not known",
      remedy: "Run in a GitHub workflow, which sets GITHUB_REPOSITORY.",
    });
}

/**
 * A client for GitHub's API; nothing is sent yet. While the budget lasts, it waits for rate limits and repeats requests
 * after temporary faults. Each connection has its own budget: reading at the begin of a run and reporting at its end
 * use separate ones. The token is sent only to the origin of `event.apiUrl`.
 * @throws ReportingError `github-token-missing`, `github-repository-unknown`, `github-client-broken`.
 */
export async function connect(options: ConnectOptions): Promise<Api> {
  checkConnectable(options);
  const { token, event, timeoutMs = 10_000, budgetMs = 30_000, signal, now } = options;
  const connection = await octokitFor(token, event.apiUrl);
  const send = sender({ timeoutMs, budgetMs, signal, now });

  function failed({ failed, permission: needs, without }: Request, failure: ApiFailure): ReportingError {
    return describeFailure(failure, { failed, needs, without, timeoutMs, budgetMs }, serverOf(event));
  }
  async function sent(request: Request, how: Sending = {}): Promise<Sent> {
    const result = await send(sending(connection, event, request, how), {
      // A second POST could write a second comment.
      repeatable: request.repeatable ?? !request.route.startsWith("POST "),
    });
    if ("kind" in result) throw failed(request, result);
    return result;
  }
  return {
    event,
    async call(request, schema) {
      const { data, headers } = await sent(request);
      const more = /;\s*rel="?next"?/.test(String(headers.link ?? ""));
      return { data: checked(data, schema, (failure) => failed(request, failure)), more };
    },
    bytes: async (request, maxBytes) =>
      (await sent(request, { accept: "application/vnd.github.raw+json", maxBytes })).data as Buffer,
    async archive(request, maxBytes) {
      const asked: Send = async (abort) => {
        const { headers } = await sending(connection, event, request, { redirect: "manual" })(abort);
        const from = new URL(String(headers.location), event.apiUrl).href;
        return { status: 200, headers: {}, data: await download(from, connection.throughProxy, maxBytes, abort) };
      };
      const result = await send(asked, { repeatable: true });
      if ("kind" in result) throw failed(request, result);
      return result.data as Buffer;
    },
    async query(query, schema) {
      const asked: Send = async (abort) => ({
        status: 200,
        headers: {},
        data: await withinLimit(connection.toApi, (fetch) =>
          connection.octokit.graphql(query, { request: { signal: abort, fetch } }),
        ),
      });
      const result = await send(asked, { repeatable: true, longestPauseMs: 2000 });
      return "kind" in result ? undefined : schema.safeParse(result.data).data;
    },
  };
}

/**
 * The bytes at an address from GitHub. The address is signed, so no token is sent.
 * @throws TooLongError; Error if the server does not answer with them
 */
function download(url: string, throughProxy: Fetch, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const load = async (fetch: Fetch) => {
    const response = await fetch(url, { redirect: "follow", signal });
    if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
  return withinLimit(throughProxy, load, maxBytes);
}

const GITHUB = {
  prefix: "github",
  variable: "GITHUB_API_URL",
  tokenFrom: "Leave the input `token` at its default, or renew the secret that it is taken from.",
} as const;

/** The server that an event's run asks. */
export function serverOf(event: Pick<GitHubEvent, "apiUrl" | "pullRequest" | "privileged" | "dependabot">): Server {
  const { apiUrl, pullRequest, privileged, dependabot } = event;
  const isFork = pullRequest?.fork === true && !privileged;
  return {
    ...GITHUB,
    ...(isForgejo(event)
      ? { name: "the server", disturbances: "ask those who run the server if it stays" }
      : { name: "GitHub", disturbances: "https://www.githubstatus.com tells of disturbances" }),
    host: URL.canParse(apiUrl) ? new URL(apiUrl).host : "GitHub",
    readOnly: isFork ? "fork" : dependabot ? "dependabot" : undefined,
  };
}

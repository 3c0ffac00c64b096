import type { z } from "zod";
import type { GitHubEvent } from "../../../job/github/event.ts";
import { kindOf, type ServerKind } from "../../../job/github/kinds.ts";
import { requirePayload } from "../../../job/github/payload-file.ts";
import { withAuthorities } from "../../../system/authorities.ts";
import { onFailure, ReportingError } from "../../api-failure.ts";
import { type Client, type ClientLimits, client, type Request } from "../../client.ts";
import type { Server } from "../../failures.ts";
import type { Sent } from "../../sender.ts";
import { type Fetch, withinLimit, withinOrigin } from "./transport.ts";

export interface ConnectOptions extends ClientLimits {
  readonly token: string;
  readonly event: GitHubEvent;
}

/** A connection to GitHub's API for one repository. Routes are below `/repos/{owner}/{repo}`, but for `/user`. */
export interface Api extends Client {
  readonly event: GitHubEvent;
  readonly kind: ServerKind;
  /** The bytes of an archive, from a route that redirects to its address. The token is not sent to that address. */
  archive(request: Request): Promise<Buffer>;
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

/** One try. @param more what differs from the usual request */
async function sent(
  { octokit, toApi }: Connection,
  { route, parameters, maxBytes }: Request,
  { repository }: GitHubEvent,
  more: { readonly accept?: string; readonly redirect?: RequestInit["redirect"]; readonly signal: AbortSignal },
): Promise<Sent> {
  const { accept, redirect, signal } = more;
  const [method, path = ""] = route.split(" ");
  const whole = path === "/user" ? route : `${method} /repos/{owner}/{repo}${path.replace(/^\/$/, "")}`;
  const headers = { "x-github-api-version": API_VERSION, ...(accept !== undefined && { accept }) };
  const ask = async (fetch: Fetch): Promise<Sent> => {
    const request = { signal, redirect, fetch, parseSuccessResponseBody: accept === undefined };
    const answer: Sent = await octokit.request(whole, { ...repository, ...parameters, headers, request });
    if (accept === undefined) return answer;
    return { ...answer, data: Buffer.from(await new Response(answer.data as ReadableStream).arrayBuffer()) };
  };
  return withinLimit(toApi, ask, maxBytes);
}

function requireRepository(event: GitHubEvent): void {
  if (!event.repository)
    throw new ReportingError({
      code: "github-repository-unknown",
      what: event.problem ?? "The repository of this run is not known",
      remedy: "Run in a GitHub workflow, which sets GITHUB_REPOSITORY.",
    });
}

/**
 * A client for GitHub's API. The token is sent only to the origin of `event.apiUrl`.
 * @throws ReportingError `github-repository-unknown`, `github-client-broken`.
 */
export async function connect(options: ConnectOptions): Promise<Api> {
  const { token, event } = options;
  requireRepository(event);
  const connection = await octokitFor(token, event.apiUrl);
  const accept = "application/vnd.github.raw+json";
  const known = client(
    serverOf(event),
    (request, isRaw, signal) => sent(connection, request, event, { signal, ...(isRaw && { accept }) }),
    options,
  );
  return {
    ...known,
    event,
    kind: kindOf(event),
    async archive(request) {
      const { data } = await known.send(request, async (_, __, signal) => {
        const { status, headers } = await sent(connection, request, event, { signal, redirect: "manual" });
        const from = new URL(String(headers.location), event.apiUrl).href;
        return { status, headers, data: await download(from, connection.throughProxy, request.maxBytes, signal) };
      });
      return data as Buffer;
    },
    async query(query, schema) {
      const request = { route: "POST /graphql", failed: "The query was not answered", needs: "" };
      const exchange = async (_: Request, __: boolean, signal: AbortSignal): Promise<Sent> => {
        const ask = (fetch: Fetch) => connection.octokit.graphql(query, { request: { signal, fetch } });
        return { status: 200, headers: {}, data: await withinLimit(connection.toApi, ask) };
      };
      const rule = { repeatable: true, longestPauseMs: 2000 };
      const answer = await known.send(request, exchange, rule).catch(onFailure(() => undefined));
      return answer && schema.safeParse(answer.data).data;
    },
  };
}

/**
 * The bytes at an address from GitHub. The address is signed, so no token is sent.
 * @throws TooLongError; Error if the server does not answer with them
 */
function download(
  url: string,
  throughProxy: Fetch,
  maxBytes: number | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
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
  authority: "SSL_CERT_FILE",
  hidden: "a job's `permissions` set everything that they do not name to none",
  tokenFrom: "Leave the input `token` at its default, or renew the secret that it is taken from.",
} as const;

/** The server that an event's run asks. */
export function serverOf(event: GitHubEvent): Server {
  const { apiUrl, pullRequest, privileged, dependabot } = event;
  const { name, disturbances } = kindOf(event);
  const isFork = pullRequest?.fork === true && !privileged;
  return {
    ...GITHUB,
    name,
    disturbances,
    host: URL.canParse(apiUrl) ? new URL(apiUrl).host : "GitHub",
    readOnly: isFork ? "fork" : dependabot ? "dependabot" : undefined,
  };
}

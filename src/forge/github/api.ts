import { z } from "zod";
import type { GitHubEvent } from "../../job/github/event.ts";
import { kindOf, type ServerKind } from "../../job/github/kinds.ts";
import { onFailure, ReportingError } from "../api-failure.ts";
import { type Client, type ClientLimits, client, type Exchange, type Request, type Sent } from "../client.ts";
import { type Connection, openConnection } from "../connection.ts";
import type { Server } from "../failures.ts";

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
  /** The account of the token; undefined if GitHub does not say. */
  login(): Promise<string | undefined>;
}

/** GitHub Enterprise Server supports no later one; GitHub supports it until March 2028 at least. */
const API_VERSION = "2022-11-28";

const userSchema = z.object({ login: z.string().min(1) });

/**
 * A client for GitHub's API. The token is sent only to the origin of `event.apiUrl`.
 * @throws ReportingError `github-repository-unknown`, `github-client-broken`.
 */
export async function connect({ token, event, ...limits }: ConnectOptions): Promise<Api> {
  const { apiUrl, repository } = event;
  if (!repository)
    throw new ReportingError({
      code: "github-repository-unknown",
      what: event.problem ?? "The repository of this run is not known",
      remedy: "Run in a GitHub workflow, which sets GITHUB_REPOSITORY.",
    });
  const headers = { "x-github-api-version": API_VERSION };
  const to = await openConnection({ baseUrl: apiUrl, auth: token, headers, maxRedirects: 3 });
  const whole = ({ route, parameters, maxBytes }: Request) => {
    const [method, path = ""] = route.split(" ");
    const isUser = path === "/user";
    const full = isUser ? route : `${method} /repos/{owner}/{repo}${path.replace(/^\/$/, "")}`;
    return { route: full, parameters: isUser ? {} : { ...repository, ...parameters }, maxBytes };
  };
  const raw = { isRaw: true, headers: { accept: "application/vnd.github.raw+json" } };
  const exchange: Exchange = (request, isRaw, signal) => to.request(whole(request), { signal, ...(isRaw && raw) });
  const known = client(serverOf(event), exchange, limits);
  const kind = kindOf(event);
  return {
    ...known,
    event,
    kind,
    async archive(request) {
      const { data } = await known.send(request, async (signal): Promise<Sent> => {
        const { status, headers } = await to.request(whole(request), { signal, redirect: "manual" });
        const from = new URL(String(headers.location), apiUrl).href;
        return { status, headers, data: await to.download(from, request.maxBytes, signal) };
      });
      return data as Buffer;
    },
    login: () => loginOfToken(known, kind, to.query),
  };
}

/**
 * The account of a token. Uses GraphQL, since apps' tokens such as GITHUB_TOKEN may not call `GET /user`. Forgejo and
 * Gitea have no GraphQL, and say it of the job's token as well.
 * @throws ReportingError if Forgejo or Gitea does not say: another account's comment must not pass for ours
 */
async function loginOfToken(api: Client, { hasMore }: ServerKind, query: Connection["query"]) {
  const failed = "The account of the token could not be read";
  const request = { route: "GET /user", failed, needs: "pull-requests: write" };
  if (!hasMore) return (await api.call(request, userSchema)).data.login;
  const ask = async (signal: AbortSignal) => ({
    status: 200,
    headers: {},
    data: await query("query { viewer { login } }", signal),
  });
  const answer = await api.send(request, ask, 2000).catch(onFailure(() => undefined));
  return answer && z.object({ viewer: userSchema }).safeParse(answer.data).data?.viewer.login;
}

/** Who wrote something. Null if the account was deleted. */
export const author = z.object({ login: z.string(), type: z.string().optional() }).nullish();

/** GraphQL may call an app `name` that REST calls `name[bot]`. An app cannot have the name of another account. */
export function isWrittenBy(login: string, user: z.infer<typeof author>): boolean {
  const name = user?.login.toLowerCase();
  return name === login.toLowerCase() || (user?.type === "Bot" && name === `${login.toLowerCase()}[bot]`);
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
  const { apiUrl, pullRequest, privileged } = event;
  const { name, disturbances } = kindOf(event);
  return {
    ...GITHUB,
    name,
    disturbances,
    host: URL.canParse(apiUrl) ? new URL(apiUrl).host : "GitHub",
    isFork: pullRequest?.fork === true && !privileged,
  };
}

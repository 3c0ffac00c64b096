import { z } from "zod";
import type { GitHubEvent } from "../../job/github/event.ts";
import { kindOf, type ServerKind } from "../../job/github/kinds.ts";
import { onFailure, ReportingError } from "../api-failure.ts";
import { type Client, type ClientLimits, client } from "../client.ts";
import { openConnection } from "../connection.ts";
import type { Server } from "../failures.ts";

export interface ConnectOptions extends ClientLimits {
  readonly token: string;
  readonly event: GitHubEvent;
}

/** A connection to GitHub's API for one repository: a route without a host is below its address. */
export interface Api extends Client {
  /** The repository's own address. */
  readonly address: string;
  readonly event: GitHubEvent;
  readonly kind: ServerKind;
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
  const address = `${apiUrl}/repos/${repository}`;
  const to = await openConnection({
    baseUrl: address,
    auth: token,
    headers: { "x-github-api-version": API_VERSION },
    headersOfFiles: { accept: "application/vnd.github.raw+json" },
    maxRedirects: 3,
  });
  const known = client(serverOf(event), to, limits);
  return { ...known, event, address, kind: kindOf(event), login: () => loginOfToken(known, event) };
}

/**
 * The account of a token. Uses GraphQL, since `GET /user` refuses the tokens of apps, such as GITHUB_TOKEN. Forgejo and
 * Gitea have no GraphQL, and answer that request for the job's token as well.
 * @throws ReportingError if Forgejo or Gitea does not say: another account's comment must not pass for ours
 */
async function loginOfToken(api: Client, event: GitHubEvent): Promise<string | undefined> {
  const about = { failed: "The account of the token could not be read", needs: "pull-requests: write" };
  if (!kindOf(event).isComplete)
    return (await api.call({ route: `GET ${event.apiUrl}/user`, ...about }, userSchema)).login;
  // On a GitHub Enterprise Server the API is below `/api/v3`, and GraphQL is not.
  const route = `POST ${event.apiUrl.replace(/\/api\/v3$/, "/api")}/graphql`;
  const parameters = { query: "query { viewer { login } }" };
  const request = { route, parameters, repeatable: true, ...about };
  const answer = z.object({ data: z.object({ viewer: userSchema }) });
  return (await api.call(request, answer).catch(onFailure(() => undefined)))?.data.viewer.login;
}

/** The author of a text. Null if the account was deleted. */
export const author = z.object({ login: z.string() }).nullish();

/** True if the account wrote it. An app's name ends in `[bot]` here, as it does for GraphQL's viewer. */
export function isWrittenBy(login: string, user: z.infer<typeof author>): boolean {
  return user?.login.toLowerCase() === login.toLowerCase();
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

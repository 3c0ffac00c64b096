import { z } from "zod";
import type { Pipeline } from "../../../job/gitlab/pipeline.ts";
import type { World } from "../../../system/world.ts";
import { ReportingError } from "../../api-failure.ts";
import { type Client, type ClientLimits, client, type Exchange, type Request } from "../../client.ts";
import type { Server } from "../../failures.ts";
import { ElsewhereError } from "../../sender.ts";
import type { Token } from "./token.ts";
import { type Answer, exchanger, type Message } from "./transport.ts";

interface Place {
  /** CI_API_V4_URL, without a final slash. */
  readonly apiUrl: string;
  readonly token: Token;
}

/** A connection to GitLab's API. */
export interface Api extends Client {
  readonly isJobToken: boolean;
}

/** The largest answer is a page of 100 notes of a megabyte each. */
const MAX_ANSWER = 128 << 20;

/** What a header can hold. A variable with a line break or `Bearer ` in it is easily made. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * A client for GitLab's API; undefined if there is no token, or no address of the API. The token is sent only to the
 * API's own address: no redirect is followed.
 * @throws ReportingError `gitlab-token-unusable`
 */
export async function connect(
  token: Token | undefined,
  { apiUrl }: Pick<Pipeline, "apiUrl">,
  { env, signal }: Pick<World, "env" | "signal">,
  limits: ClientLimits = {},
): Promise<Api | undefined> {
  if (token === undefined || apiUrl === undefined) return undefined;
  if (!TOKEN.test(token.value))
    throw new ReportingError({
      code: "gitlab-token-unusable",
      what: "The token for GitLab has a character that no token has, such as a blank or a line break",
      remedy: "Give the token alone in the variable GITLAB_TOKEN.",
    });
  const place = { apiUrl, token };
  const send = await exchanger(env.CI_SERVER_TLS_CA_FILE);
  const exchange: Exchange = async (request, isRaw, within) => {
    const message = messageOf(place, request);
    const answer = await send(message, request.maxBytes ?? MAX_ANSWER, within);
    const { location } = answer.headers;
    // Paths and numbers come from GitLab itself, which redirects none of them.
    if (location !== undefined && answer.status >= 300 && answer.status < 400)
      throw new ElsewhereError(URL.canParse(location, apiUrl) ? new URL(location, apiUrl).host : "another address");
    if (answer.status < 200 || answer.status >= 300) throw new StatusError(answer);
    return { ...answer, data: isRaw ? answer.body : parsed(answer.body) };
  };
  return { ...client(serverOf(place), exchange, { ...limits, signal }), isJobToken: token.isJobToken };
}

function serverOf({ apiUrl, token }: Place): Server {
  return {
    prefix: "gitlab",
    name: "GitLab",
    host: new URL(apiUrl).host,
    variable: "CI_API_V4_URL",
    authority: "CI_SERVER_TLS_CA_FILE",
    hidden: "a token of a fork does not reach the target project",
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

/** What the path does not take of the parameters becomes the query, or the body of a POST or PUT. */
function messageOf({ apiUrl, token }: Place, { route, parameters = {} }: Request): Message {
  const [method, template = ""] = route.split(" ") as [Message["method"], string];
  const rest = { ...parameters };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    delete rest[name];
    return encodeURIComponent(String(parameters[name]));
  });
  const url = new URL(`${apiUrl}${path}`);
  const hasBody = method === "POST" || method === "PUT";
  if (!hasBody) for (const [name, value] of Object.entries(rest)) url.searchParams.set(name, String(value));
  const headers = {
    accept: "application/json",
    [token.isJobToken ? "job-token" : "private-token"]: token.value,
    ...(hasBody && { "content-type": "application/json" }),
  };
  return { method, url, headers, text: hasBody ? JSON.stringify(rest) : undefined };
}

/** The number of the token's own account. */
export async function accountOf(api: Api, needs: string): Promise<number> {
  const request = { route: "GET /user", failed: "The account of the token could not be read", needs };
  return (await api.call(request, z.object({ id: z.int() }))).data.id;
}

/** The name of a project's default branch. */
export async function defaultBranchOf(api: Api, project: number): Promise<string> {
  const needs = "the scope `read_api` and the role Reporter";
  const request = {
    route: "GET /projects/{project}",
    parameters: { project },
    failed: "The project could not be read",
    needs,
  };
  return (await api.call(request, z.object({ default_branch: z.string().min(1) }))).data.default_branch;
}

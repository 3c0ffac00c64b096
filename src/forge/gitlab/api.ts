import { z } from "zod";
import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import type { World } from "../../system/world.ts";
import { ReportingError } from "../api-failure.ts";
import { type Client, type ClientLimits, client, requestsWith } from "../client.ts";
import { openConnection } from "../connection.ts";

/** The token for the API's requests. */
export interface Token {
  readonly value: string;
  /** The job's own token: it may read, and write neither notes nor issues. */
  readonly isJobToken: boolean;
}

/**
 * The token of the input or of GITLAB_TOKEN; otherwise the job's own. A job's token that is given as the input stays
 * one:
 * GitLab takes it by its own header only.
 * @param given the input `token`; empty: none
 */
export function tokenOf(given: string, env: World["env"]): Token | undefined {
  const { CI_JOB_TOKEN: ofJob = "", GITLAB_TOKEN: ofVariable = "" } = env;
  for (const value of [given, ofVariable, ofJob].map((each) => each.trim()))
    if (value !== "") return { value, isJobToken: value === ofJob || value.startsWith("glcbt-") };
  return undefined;
}

/** The job that asks GitLab; absent: there is no token. */
export interface AskingJob {
  readonly token: Token | undefined;
  readonly pipeline: Pipeline;
  readonly world: Pick<World, "env" | "log" | "signal">;
}

/** A connection to GitLab's API. */
export interface Api extends Client {
  readonly isJobToken: boolean;
  /** The pipeline's own project. */
  readonly project: number;
}

/** A value that a header can hold. A variable with a line break or `Bearer ` in it is easily made. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Why a job without a token asks GitLab nothing. */
export const NO_TOKEN = "There is no token for GitLab's API";

/**
 * A client for GitLab's API. The token is sent only to the API's own origin, and no redirect is followed: paths and
 * numbers come from GitLab itself, which redirects none of them.
 * @throws ReportingError `gitlab-token-missing`, `gitlab-token-unusable`
 */
export async function connect({ token, pipeline, world }: AskingJob, limits: ClientLimits = {}): Promise<Api> {
  const { apiUrl, projectId: project, problem } = pipeline;
  const { env, signal } = world;
  if (token === undefined || apiUrl === undefined || project === undefined)
    throw new ReportingError({
      code: "gitlab-token-missing",
      what: token ? (problem ?? "There is no CI_PROJECT_ID for GitLab's API") : NO_TOKEN,
      remedy: token
        ? "Let a job of GitLab's runner start it, and let no variable of yours replace one that GitLab sets."
        : "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Reporter.",
    });
  const { value, isJobToken } = token;
  if (!TOKEN.test(value))
    throw new ReportingError({
      code: "gitlab-token-unusable",
      what: "The token for GitLab has a character that no token has, such as a blank or a line break",
      remedy: "Give the token alone in the variable GITLAB_TOKEN.",
    });
  const server = {
    prefix: "gitlab",
    name: "GitLab",
    host: new URL(apiUrl).host,
    variable: "CI_API_V4_URL",
    authority: "CI_SERVER_TLS_CA_FILE",
    hidden: "a token of a fork does not reach the target project",
    tokenFrom: isJobToken
      ? "The job's own token cannot do this on this server: use a project access token with {needs}."
      : "It may have been revoked or be of another server: make a new project access token.",
    disturbances: "ask those who run the server if it stays",
  } as const;
  const headers = { accept: "application/json", [isJobToken ? "job-token" : "private-token"]: value };
  const place = { baseUrl: apiUrl, headers, maxRedirects: 0, authorityFile: env.CI_SERVER_TLS_CA_FILE };
  const to = await openConnection(place);
  return { ...client(server, to, { ...limits, signal }), isJobToken, project };
}

/** Project access tokens are bots of their project. */
export const WRITES = "the scope `api` and the role Reporter";

/** A request that writes notes or issues, or is needed for that. */
export const writing = requestsWith({ needs: WRITES });

/** The number of the token's own account. */
export async function accountOf(api: Api): Promise<number> {
  const request = writing("GET /user", {}, "The account of the token could not be read");
  return (await api.call(request, z.object({ id: z.int() }))).id;
}

/** A request that reads a project. */
export const reading = requestsWith({ needs: "the scope `read_api` and the role Reporter" });

/** The name of a project's default branch. */
export async function defaultBranchOf(api: Api, project: number): Promise<string> {
  const request = reading("GET /projects/{project}", { project }, "The project could not be read");
  return (await api.call(request, z.object({ default_branch: z.string().min(1) }))).default_branch;
}

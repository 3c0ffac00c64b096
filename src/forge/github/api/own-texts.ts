import { z } from "zod";
import type { Api } from "./api.ts";

/** Who wrote something. Null if the account was deleted. */
export const author = z.object({ login: z.string(), type: z.string().optional() }).nullish();

/**
 * The account of the token; undefined if GitHub does not say. Uses GraphQL, since apps' tokens such as GITHUB_TOKEN may
 * not call `GET /user`. Forgejo and Gitea have no GraphQL, and say it of the job's token as well.
 * @throws ReportingError if Forgejo or Gitea does not say: another account's comment must not pass for ours
 */
export async function loginOfToken(api: Api): Promise<string | undefined> {
  if (!api.kind.hasMore) {
    const failed = "The account of the token could not be read";
    const request = { route: "GET /user", failed, needs: "pull-requests: write" };
    return (await api.call(request, z.object({ login: z.string().min(1) }))).data.login;
  }
  const viewer = z.object({ viewer: z.object({ login: z.string().min(1) }) });
  return (await api.query("query { viewer { login } }", viewer))?.viewer.login;
}

/** GraphQL may call an app `name` that REST calls `name[bot]`. An app cannot have the name of another account. */
export function isWrittenBy(login: string, user: z.infer<typeof author>): boolean {
  const name = user?.login.toLowerCase();
  return name === login.toLowerCase() || (user?.type === "Bot" && name === `${login.toLowerCase()}[bot]`);
}

import { z } from "zod";
import { ReportingError } from "../api-failure.ts";
import type { Api } from "./api/api.ts";
import { isForgejo } from "./api/forgejo.ts";
import { type PullRequest, type PullRequestLookup, pullRequestSchema, toPullRequest } from "./event.ts";

/** The pull request, or why there is none, as the end of a sentence that begins with `No comment:`. */
export type FoundPullRequest = { readonly pullRequest: PullRequest } | { readonly none: string };

const answered = pullRequestSchema.extend({ state: z.string() });
type Answered = z.infer<typeof answered>;

const PERMISSION = "pull-requests: read";

function isOurs(api: Api, pull: Answered): boolean {
  const { owner, repo } = api.event.repository ?? {};
  // For a fork's commit GitHub also names pull requests of the parent repository. Their numbers are other ones here.
  return pull.base.repo.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase();
}

/** Of several with the same head, the one into the default branch, else the oldest. */
function choose(api: Api, pulls: readonly Answered[], sha: string): Answered | undefined {
  const matching = pulls
    .filter((pull) => pull.state === "open" && pull.head.sha === sha && isOurs(api, pull))
    .sort((a, b) => a.number - b.number);
  return matching.find((pull) => pull.base.ref === api.event.defaultBranch) ?? matching[0];
}

async function byNumber(api: Api, number: number): Promise<FoundPullRequest> {
  const { data } = await api.call(
    {
      route: "GET /repos/{owner}/{repo}/pulls/{pull_number}",
      parameters: { pull_number: number },
      failed: `Pull request #${number} could not be read`,
      permission: PERMISSION,
    },
    answered,
  );
  return { pullRequest: toPullRequest(data) };
}

/** Searches the branch's pull requests first, since a search by commit often finds nothing for a fork. */
async function byCommit(api: Api, lookup: PullRequestLookup & { by: "commit" }): Promise<FoundPullRequest> {
  const { sha, head } = lookup;
  const failed = `The pull request of commit ${sha} could not be looked up`;
  if (isForgejo(api.event)) return amongOpen(api, sha, failed);
  if (head !== undefined) {
    const route = "GET /repos/{owner}/{repo}/pulls";
    const parameters = { head, state: "open", per_page: 100 };
    const { data } = await api.call({ route, parameters, failed, permission: PERMISSION }, z.array(answered));
    const found = choose(api, data, sha);
    if (found) return { pullRequest: toPullRequest(found) };
  }
  const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
  const parameters = { commit_sha: sha, per_page: 100 };
  const { data } = await api.call({ route, parameters, failed, permission: PERMISSION }, z.array(answered));
  const found = choose(api, data, sha);
  return found ? { pullRequest: toPullRequest(found) } : { none: `no open pull request has the head ${sha}` };
}

const FORGEJO_PER_PAGE = 50;
/** 500 open pull requests. */
const FORGEJO_MAX_PAGES = 10;

/** Forgejo and Gitea only know by which pull request a commit was merged, so that all open ones are looked at. */
async function amongOpen(api: Api, sha: string, failed: string): Promise<FoundPullRequest> {
  const pulls: Answered[] = [];
  for (let page = 1; page <= FORGEJO_MAX_PAGES; page++) {
    const route = "GET /repos/{owner}/{repo}/pulls";
    const parameters = { state: "open", limit: FORGEJO_PER_PAGE, page };
    const { data, more } = await api.call({ route, parameters, failed, permission: PERMISSION }, z.array(answered));
    pulls.push(...data);
    if (!more) break;
  }
  const found = choose(api, pulls, sha);
  return found ? { pullRequest: toPullRequest(found) } : { none: `no open pull request has the head ${sha}` };
}

/**
 * The open pull request that the run is about. One that has to be looked up counts only if its head is the run's
 * commit, since an artifact or a branch name proves nothing.
 * @throws ReportingError if a request fails; on a push, which mostly has no pull request, the result is `none` instead
 */
export async function findPullRequest(api: Api): Promise<FoundPullRequest> {
  const { name, pullRequest, lookup, problem } = api.event;
  if (pullRequest) return { pullRequest };
  if (!lookup) return { none: problem ?? `this run (${name || "outside of GitHub"}) has no pull request` };
  if (lookup.by === "number") return byNumber(api, lookup.number);
  try {
    return await byCommit(api, lookup);
  } catch (thrown) {
    if (name !== "push" || !(thrown instanceof ReportingError)) throw thrown;
    return { none: `${thrown.what}. ${thrown.remedy}` };
  }
}

/**
 * The pull request's head as it is now; a payload has the head from the start of the run. Undefined if GitHub does not
 * say, for example to a token that may only write to issues.
 */
export async function currentHead(api: Api, { number, headSha }: PullRequest): Promise<string | undefined> {
  if (api.event.pullRequest === undefined) return headSha;
  try {
    const found = await byNumber(api, number);
    return "none" in found ? undefined : found.pullRequest.headSha;
  } catch (thrown) {
    if (thrown instanceof ReportingError) return undefined;
    throw thrown;
  }
}

import { z } from "zod";
import { type PullRequest, type PullRequestLookup, pullRequestSchema, toPullRequest } from "../../job/github/event.ts";
import { onFailure } from "../api-failure.ts";
import { requestsWith } from "../client.ts";
import type { Api } from "./api.ts";

/** The pull request, or why there is none, as the end of a sentence that begins with `No comment:`. */
export type FoundPullRequest = { readonly pullRequest: PullRequest } | { readonly none: string };

const answered = pullRequestSchema.extend({ state: z.string() });
type Answered = z.infer<typeof answered>;

const asked = requestsWith({ needs: "pull-requests: read" });

async function byNumber(api: Api, number: number): Promise<PullRequest> {
  const failed = `Pull request #${number} could not be read`;
  const request = asked("GET /pulls/{pull_number}", { pull_number: number }, failed);
  return toPullRequest(await api.call(request, pullRequestSchema));
}

/** 500 open pull requests on Forgejo or Gitea. */
const MOST_PAGES = 10;

/**
 * Searches the branch's pull requests first, since a search by commit often finds nothing for a fork. Forgejo and Gitea
 * only know by which pull request a commit was merged, so that all open ones are looked at.
 */
async function byCommit(api: Api, { sha, head }: PullRequestLookup & { by: "commit" }): Promise<FoundPullRequest> {
  const failed = `The pull request of commit ${sha} could not be looked up`;
  const open = { state: "open", ...api.kind.pageSize };
  const { isComplete } = api.kind;
  const searches = !isComplete
    ? [asked("GET /pulls", { ...open, page: 1 }, failed)]
    : [
        ...(head === undefined ? [] : [asked("GET /pulls", { head, ...open }, failed)]),
        asked("GET /commits/{commit_sha}/pulls", { commit_sha: sha, ...api.kind.pageSize }, failed),
      ];
  for (const request of searches) {
    const found: Answered[] = [];
    for await (const pull of api.items(request, answered, isComplete ? 1 : MOST_PAGES)) {
      // For a fork's commit GitHub also names pull requests of the parent repository, whose numbers mean others here.
      const isOurs = pull.base.repo.full_name.toLowerCase() === api.event.repository?.toLowerCase();
      if (isOurs && pull.state === "open" && pull.head.sha === sha) found.push(pull);
    }
    // Of several the one into the default branch, otherwise the oldest.
    found.sort((a, b) => a.number - b.number);
    const chosen = found.find(({ base }) => base.ref === api.event.defaultBranch) ?? found[0];
    if (chosen) return { pullRequest: toPullRequest(chosen) };
  }
  return { none: `no open pull request has the head ${sha}` };
}

/**
 * The open pull request that the run is about. One that has to be looked up counts only if its head is the run's
 * commit, since an artifact or a branch name proves nothing.
 * @throws ReportingError if a request fails; on a push, which mostly has no pull request, the result is `none` instead
 */
export async function findPullRequest(api: Api): Promise<FoundPullRequest> {
  const { trigger, pullRequest, lookup, problem, noConversation = "" } = api.event;
  if (pullRequest) return { pullRequest };
  if (!lookup) return { none: problem ?? noConversation };
  if (lookup.by === "number") return { pullRequest: await byNumber(api, lookup.number) };
  return byCommit(api, lookup).catch(
    onFailure((failure) => {
      if (trigger !== "push") throw failure;
      return { none: `${failure.what}. ${failure.remedy}` };
    }),
  );
}

/**
 * The pull request's head as it is now; a payload has the head from the start of the run. Undefined if GitHub does not
 * say, for example to a token that may only write to issues.
 */
export async function currentHead(api: Api, { number, headSha }: PullRequest): Promise<string | undefined> {
  if (api.event.pullRequest === undefined) return headSha;
  return byNumber(api, number).then(
    (found) => found.headSha,
    onFailure(() => undefined),
  );
}

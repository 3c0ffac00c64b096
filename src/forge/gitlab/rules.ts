import { z } from "zod";
import { ReportingError } from "../api-failure.ts";
import type { RuleReader } from "../forge.ts";
import { once } from "../once.ts";
import { type FileReader, rulesBy, type WantedCommit } from "../rules.ts";
import { type Api, type AskingJob, connect, defaultBranchOf, NO_TOKEN, reading } from "./api.ts";

const withId = z.object({ id: z.string().regex(/^[0-9a-f]{40,64}$/) });
const REPOSITORY = "GET /projects/{project}/repository";

/** The commit's SHA, after a check that it can be read. */
async function commitOf(api: Api, project: number, { commit, branch }: WantedCommit): Promise<string> {
  const named = async (name: string, failed: string) =>
    (await api.call(reading(`${REPOSITORY}/commits/{name}`, { project, name }, failed), withId)).id;
  if (commit !== undefined) return named(commit, `The commit ${commit} could not be read`);
  const name = branch ?? (await defaultBranchOf(api, project));
  const failed = `The branch ${JSON.stringify(name)} could not be read`;
  // A job's own token reads commits and no branches (`lib/api/commits.rb`). The whole name is never a tag's.
  if (api.isJobToken) return named(`refs/heads/${name}`, failed);
  const schema = z.object({ name: z.literal(name), commit: withId });
  return (await api.call(reading(`${REPOSITORY}/branches/{name}`, { project, name }, failed), schema)).commit.id;
}

async function readerIn(api: Api, project: number, wanted: WantedCommit): Promise<FileReader> {
  const ref = await commitOf(api, project, wanted);
  return async ({ what, path, maxBytes }) => {
    const failed = `The ${what} ${JSON.stringify(path)} could not be read at ${ref}`;
    const request = reading(`${REPOSITORY}/files/{path}/raw`, { project, path, ref }, failed);
    try {
      return { text: await api.bytes({ ...request, maxBytes }) };
    } catch (thrown) {
      // Without the right to read files GitLab answers 404 as well, but about the project.
      if (thrown instanceof ReportingError && thrown.status === 404 && /\(404: 404 File Not Found\)$/.test(thrown.what))
        return { absent: true };
      throw thrown;
    }
  };
}

/** Reads the rules of a merge request's target project through the API. Connects when the first file is read. */
export function ruleReader(job: AskingJob): RuleReader {
  const { mergeRequest, defaultBranch, checkedOut: commit, privileged, problem, trigger } = job.pipeline;
  const { mergedSha, diffBaseSha, targetBranch: target, isFork = false } = mergeRequest ?? {};
  const connected = once(() => connect(job));
  async function readerAt({ commit, branch }: WantedCommit): Promise<FileReader> {
    // The remedy is in the message about the missing comment.
    if (job.token === undefined) return async () => ({ unreadable: NO_TOKEN });
    const api = await connected();
    const own = api.project;
    const { projectId = own } = mergeRequest ?? {};
    const known = branch ?? (projectId === own ? defaultBranch : undefined);
    const found = readerIn(api, projectId, { commit, branch: known });
    if (commit === undefined || own === projectId) return found;
    // A commit is the same in each project that has it, and a private fork's token might not reach the target.
    return found.catch(() => readerIn(api, own, { commit })).catch(() => found);
  }
  // GitLab names the commit where the branches parted, but a merge request from an old branch chooses how old it is. So
  // it is used only in a fork's own pipeline, whose token might not reach the target's head.
  const parting = isFork ? diffBaseSha : undefined;
  const known = mergedSha ?? diffBaseSha;
  const compared = async () => (known === undefined ? undefined : { commit: known });
  const label = `This pipeline (${trigger})`;
  return rulesBy({ label, privileged, problem, commit, target, compared, parting }, readerAt, job.world.log);
}

import { z } from "zod";
import type { Request } from "../../../forge/client.ts";
import { once } from "../../../forge/once.ts";
import { type FileReader, reasonOf, rulesBy, type WantedCommit } from "../../../forge/rules.ts";
import type { World } from "../../../system/world.ts";
import { ReportingError } from "../../api-failure.ts";
import type { RuleReader } from "../../platform.ts";
import { type Api, connect, defaultBranchOf } from "../api/api.ts";
import type { Token } from "../api/token.ts";
import type { Pipeline } from "../pipeline.ts";
import { type GitWorld, repositoryIn } from "./git.ts";

const withId = z.object({ id: z.string().regex(/^[0-9a-f]{40,64}$/) });

/** A commit, or else the newest one of a branch, and the project that has it. */
interface Place {
  readonly commit: string | undefined;
  /** Undefined: the default branch. */
  readonly branch: string | undefined;
  readonly project: number;
}

function asked(route: string, parameters: Request["parameters"], failed: string): Request {
  const needs = "the scope `read_api` and the role Reporter";
  return { route: route.replace(" ", " /projects/{project}/repository"), parameters: { ...parameters }, failed, needs };
}

/** The commit's SHA, after a check that it can be read. */
async function commitByApi(api: Api, { commit, branch, project }: Place): Promise<string> {
  const named = async (name: string, failed: string) =>
    (await api.call(asked("GET /commits/{name}", { project, name }, failed), withId)).data.id;
  if (commit !== undefined) return named(commit, `The commit ${commit} could not be read`);
  const name = branch ?? (await defaultBranchOf(api, project));
  const failed = `The branch ${JSON.stringify(name)} could not be read`;
  // A job's own token reads commits and no branches (`lib/api/commits.rb`). The whole name is never a tag's.
  if (api.isJobToken) return named(`refs/heads/${name}`, failed);
  const schema = z.object({ name: z.literal(name), commit: withId });
  return (await api.call(asked("GET /branches/{name}", { project, name }, failed), schema)).data.commit.id;
}

async function readerByApi(api: Api, place: Place): Promise<FileReader> {
  const { project } = place;
  const ref = await commitByApi(api, place);
  return async ({ what, path, maxBytes }) => {
    const failed = `The ${what} ${JSON.stringify(path)} could not be read at ${ref}`;
    try {
      return { text: await api.bytes({ ...asked("GET /files/{path}/raw", { project, path, ref }, failed), maxBytes }) };
    } catch (thrown) {
      // Without the right to read files GitLab answers 404 as well, but about the project.
      if (thrown instanceof ReportingError && thrown.status === 404 && /\(404: 404 File Not Found\)$/.test(thrown.what))
        return { absent: true };
      throw thrown;
    }
  };
}

/**
 * Connects when the first file is read. The API comes first; Git is asked if the API does not give the commit. Its
 * remote `origin` is the pipeline's own project. A branch of a fork's pipeline is the fork's, so only a commit that is
 * named by its SHA is read there.
 */
export function ruleReader(
  token: Token | undefined,
  pipeline: Pipeline,
  world: GitWorld & Pick<World, "log">,
): RuleReader {
  const { mergeRequest, projectId: own, checkedOut: commit, isPrivileged, problem, source, defaultBranch } = pipeline;
  const { mergedSha, diffBaseSha, targetBranch: target, isFork = false, projectId = own } = mergeRequest ?? {};
  const git = repositoryIn(world);
  const connected = once(() => connect(token, pipeline, world));
  const neither =
    git === undefined
      ? "the job's image has no Git, which could fetch it"
      : "Git could not fetch it from the remote `origin` either";

  async function readerAt({ commit, branch: named, isOwn: isRuns }: WantedCommit): Promise<FileReader | string> {
    const isOwn = isRuns === true || projectId === own;
    const project = isOwn ? own : projectId;
    if (project === undefined) return "The project of this pipeline is not known";
    const branch = named ?? (isOwn ? defaultBranch : undefined);
    let why = "There is no token for GitLab's API";
    try {
      const api = await connected();
      if (api !== undefined) return await readerByApi(api, { commit, branch, project });
    } catch (thrown) {
      why = reasonOf(thrown);
    }
    // What the API said is of more use than what Git says, for example of a folder without a clone.
    const at = await git?.commitAt({ commit, branch: isOwn ? branch : undefined });
    if (git !== undefined && at !== undefined) return (file) => git.read(at, file);
    return `${why}; ${neither}`;
  }
  // GitLab names the commit where the branches parted, but a merge request from an old branch chooses how old it is. So
  // it stands in only in a fork's own pipeline, whose token may not reach the target's head.
  const parting = isFork ? diffBaseSha : undefined;
  const compared = async () => {
    const known = mergedSha ?? diffBaseSha;
    return known === undefined ? undefined : { commit: known };
  };
  const run = {
    label: `This pipeline (${source})`,
    privileged: isPrivileged,
    problem,
    commit,
    target,
    compared,
    parting,
  };
  return rulesBy(run, readerAt, world.log);
}

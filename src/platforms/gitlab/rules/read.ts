import { z } from "zod";
import { asGateError } from "../../../system/errors.ts";
import type { Log, World } from "../../../system/world.ts";
import { ReportingError } from "../../api-failure.ts";
import type { Access, BaseUse, RuleReader } from "../../platform.ts";
import { type FileReader, rulesBy } from "../../rule-files.ts";
import { type Api, connect } from "../api/api.ts";
import { tokenOf } from "../api/token.ts";
import type { Pipeline } from "../pipeline.ts";
import { type GitWorld, type Repository, repositoryIn } from "./git.ts";

const NEEDS = "the scope `read_api` and the role Reporter";
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** A commit to read from: named by the platform itself, or the newest one of a branch. */
type Wanted = { readonly projectId: number } & (
  | { readonly commit: string }
  /** Undefined: the project's default branch. */
  | { readonly branch: string | undefined }
);

/**
 * Which commit has the rules. Undefined: the pipeline has none of this kind.
 * - The base is the target branch as it is now: exceptions may have been revoked since the branches parted.
 * - What a merge request changes is compared with the commit where the branches parted, or with the target's commit
 *   that is merged into what is checked out: what others changed there meanwhile is not its doing.
 * - A privileged pipeline is judged by the default branch, since a stranger may choose the target.
 */
function wantedCommit(use: BaseUse, pipeline: Pipeline): Wanted | undefined {
  const { mergeRequest, projectId: own, checkedOut, defaultBranch, isPrivileged, problem } = pipeline;
  if (own === undefined) return undefined;
  if (use === "run") return checkedOut === undefined ? undefined : { projectId: own, commit: checkedOut };
  // A pipeline whose merge request cannot be read may have a target that is not known.
  if (problem !== undefined && !isPrivileged) return undefined;
  const projectId = mergeRequest?.projectId ?? own;
  const ofDefault = { projectId, branch: projectId === own ? defaultBranch : undefined };
  if (use === "comparison") {
    if (mergeRequest === undefined) return undefined;
    const { mergedSha, diffBaseSha, targetBranch: branch } = mergeRequest;
    const commit = mergedSha ?? diffBaseSha;
    return commit === undefined ? { projectId, branch } : { projectId, commit };
  }
  if (use === "default-branch" || isPrivileged || mergeRequest === undefined) return ofDefault;
  return { projectId, branch: mergeRequest.targetBranch };
}

/**
 * What a fork's own pipeline reads if its token does not reach the target's head: where the branches parted. GitLab
 * names that commit, but a merge request from an old branch chooses how old it is. So elsewhere it never stands in.
 */
function partingOf(use: BaseUse, pipeline: Pipeline): Wanted | undefined {
  const { isFork, diffBaseSha: commit, projectId = 0 } = pipeline.mergeRequest ?? {};
  const isForks = use === "base" && !pipeline.isPrivileged && isFork === true;
  return isForks && commit !== undefined ? { projectId, commit } : undefined;
}

const project = (id: number) => `/projects/${id}`;

async function branchOf(api: Api, { projectId, branch }: { projectId: number; branch: string | undefined }) {
  if (branch !== undefined) return branch;
  const request = {
    method: "GET" as const,
    path: project(projectId),
    failed: "The project could not be read",
    needs: NEEDS,
  };
  return (await api.call(request, z.object({ default_branch: z.string().min(1) }))).data.default_branch;
}

/** The commit's SHA, after a check that it can be read. Otherwise every file of it would seem absent. */
async function commitByApi(api: Api, wanted: Wanted): Promise<string> {
  const at = `${project(wanted.projectId)}/repository`;
  const commit = (name: string, failed: string) =>
    api.call(
      { method: "GET", path: `${at}/commits/${encodeURIComponent(name)}`, failed, needs: NEEDS },
      z.object({ id: sha }),
    );
  if ("commit" in wanted) return (await commit(wanted.commit, `The commit ${wanted.commit} could not be read`)).data.id;
  const branch = await branchOf(api, wanted);
  const failed = `The branch ${JSON.stringify(branch)} could not be read`;
  // A job's own token reads commits and no branches (`lib/api/commits.rb`). The whole name is never a tag's.
  if (api.isJobToken) return (await commit(`refs/heads/${branch}`, failed)).data.id;
  const path = `${at}/branches/${encodeURIComponent(branch)}`;
  const schema = z.object({ name: z.literal(branch), commit: z.object({ id: sha }) });
  return (await api.call({ method: "GET", path, failed, needs: NEEDS }, schema)).data.commit.id;
}

async function readerByApi(api: Api, wanted: Wanted): Promise<FileReader> {
  const ref = await commitByApi(api, wanted);
  return async ({ what, path, maxBytes }) => {
    const request = {
      method: "GET" as const,
      path: `${project(wanted.projectId)}/repository/files/${encodeURIComponent(path)}/raw`,
      query: { ref },
      failed: `The ${what} ${JSON.stringify(path)} could not be read at ${ref}`,
      needs: NEEDS,
      maxBytes,
    };
    try {
      return { text: await api.bytes(request) };
    } catch (thrown) {
      // Without the right to read files GitLab answers 404 as well, but about the project.
      if (thrown instanceof ReportingError && thrown.status === 404 && /\(404: 404 File Not Found\)$/.test(thrown.what))
        return { absent: true };
      throw thrown;
    }
  };
}

/**
 * By Git, from the remote `origin`. That is the pipeline's own project: a branch of a fork's pipeline is the fork's, so
 * that only a commit that is named by its SHA is read there.
 */
async function readerByGit(git: Repository, wanted: Wanted, own: number | undefined): Promise<FileReader | undefined> {
  const isOwn = wanted.projectId === own;
  const commit =
    "commit" in wanted
      ? wanted.commit
      : isOwn && wanted.branch !== undefined
        ? await git.tipOf(wanted.branch)
        : undefined;
  if (commit === undefined || !(await git.has(commit))) return undefined;
  return (file) => git.read(commit, file);
}

interface Sources {
  readonly api: () => Promise<Api | undefined>;
  readonly git: Repository | undefined;
  readonly log: Log;
}

/** The API comes first; Git is asked if the API does not give the commit. */
async function readerOf(use: BaseUse, pipeline: Pipeline, sources: Sources): Promise<FileReader> {
  const wanted = wantedCommit(use, pipeline);
  const none = pipeline.problem ?? `This pipeline (${pipeline.source}) has no base`;
  if (wanted === undefined) return async () => ({ unreadable: none });
  const found = await readerAt(wanted, pipeline, sources);
  if (typeof found !== "string") return found;
  const parting = partingOf(use, pipeline);
  const older = parting && (await readerAt(parting, pipeline, sources));
  if (older === undefined || typeof older === "string") return async () => ({ unreadable: found });
  sources.log.notice(`The base's rules are those of the commit where the branches parted. ${found}.`);
  return older;
}

/** A reader of the commit's files, or why there is none. */
async function readerAt(wanted: Wanted, pipeline: Pipeline, { api, git }: Sources): Promise<FileReader | string> {
  let why = "There is no token for GitLab's API";
  try {
    const found = await api();
    if (found !== undefined) return await readerByApi(found, wanted);
  } catch (thrown) {
    const { what, remedy } = asGateError(thrown);
    why = `${what}. ${remedy.replace(/\.$/, "")}`;
  }
  // What the API said is of more use than what Git says, for example of a folder without a clone.
  const byGit = git && (await readerByGit(git, wanted, pipeline.projectId).catch(() => undefined));
  const neither =
    git === undefined
      ? "the job's image has no Git, which could fetch it"
      : "Git could not fetch it from the remote `origin` either";
  return byGit ?? `${why}; ${neither}`;
}

/** Connects when the first file is read, and asks for each commit once. */
export function ruleReader(
  { token, offline }: Access,
  pipeline: Pipeline,
  world: GitWorld & Pick<World, "log">,
): RuleReader {
  if (offline) return async () => ({ unreadable: "`offline` forbids asking GitLab" });
  let connected: Promise<Api> | undefined;
  const api = async () => {
    const found = tokenOf(token, world.env);
    if (pipeline.apiUrl === undefined || found === undefined) return undefined;
    const authorityFile = world.env.CI_SERVER_TLS_CA_FILE;
    connected ??= connect({ apiUrl: pipeline.apiUrl, token: found, authorityFile, signal: world.signal });
    return connected;
  };
  return rulesBy((use) => readerOf(use, pipeline, { api, git: repositoryIn(world), log: world.log }));
}

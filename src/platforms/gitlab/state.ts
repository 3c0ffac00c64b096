import { z } from "zod";
import { isOurs, requireOurs, STATE_NAMES } from "../../domain/history/state-paths.ts";
import { GateError } from "../../system/errors.ts";
import { checkBranchName } from "../../system/state/branch-name.ts";
import { foreign, labelOf, offline, protectedBranch, readOnly, unreadable } from "../../system/state/errors.ts";
import { UnusableArchive, unpackArchive } from "../../system/tar/archive.ts";
import type { World } from "../../system/world.ts";
import { ReportingError } from "../api-failure.ts";
import type { Access, StateChange, StateSnapshot, StateStore, StateWritten } from "../platform.ts";
import { type Api, connect, type Page, type Request } from "./api/api.ts";
import { ownToken } from "./api/token.ts";
import { changeOf, type Pipeline } from "./pipeline.ts";

type StateFiles = StateSnapshot["files"];

export interface StateOptions extends Access {
  readonly pipeline: Pipeline;
  readonly world: Pick<World, "env" | "signal">;
}

const MOST_PACKED = 512 << 20;
const MOST_UNPACKED = 1 << 30;
const LIMITS = { timeoutMs: 120_000, budgetMs: 600_000 };
const NEEDS = "the scope `api` and the role Developer";
/** Requests for single files that run at the same time. */
const AT_ONCE = 8;
/** So many files are read one by one; more come as one archive. */
const FEW_FILES = 40;
/** Files of the default branch that the first commit takes away. */
const MOST_FILES = 5000;
/** Pipelines that only somebody who may push causes, and that are about the branch as it stands. */
const WRITING = new Set(["schedule", "push", "web"]);

const WHO_WRITES =
  "Let a pipeline of the default branch write it: of a push, of a schedule, or one that was started by hand.";
const UNPROTECT = "Leave the branch out of the protected branches, or let the token's role push to it.";

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const entrySchema = z.object({ path: z.string(), type: z.string() });

/** A branch of the project, and how it is asked for. */
interface Branch {
  readonly api: Api;
  readonly projectId: number;
  readonly name: string;
  readonly defaultBranch: string;
}

/**
 * The state on a branch of the project. It is read file by file, or as one archive, and written as one commit of the
 * commits API.
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(name: string, options: StateOptions): StateStore {
  checkBranchName(name);
  let connected: Promise<Branch> | undefined;
  const branch = () => {
    connected ??= begin(name, options);
    return connected;
  };
  const why = mayNotBecause(options);
  return {
    label: labelOf(name),
    oneAtATime: "give the job a `resource_group`",
    readOnlyBecause: async () => why,
    async read() {
      if (options.offline) throw offline(name, "GitLab");
      const found = await branch();
      const revision = await headOf(found, name);
      if (revision !== undefined) return snapshotOf(found, revision);
      // GitLab hides what a token may not see behind the same answer as what is not there.
      const base = await headOf(found, found.defaultBranch);
      if (base === undefined) throw unreadable(name, "the token does not see the default branch either");
      return { files: new Map() };
    },
    async write(change) {
      if (why !== undefined) throw readOnly(name, why, WHO_WRITES);
      return writeCommit(await branch(), change);
    },
  };
}

async function begin(name: string, { token: given, pipeline, world }: StateOptions): Promise<Branch> {
  const { apiUrl, projectId, defaultBranch } = pipeline;
  if (apiUrl === undefined || projectId === undefined || defaultBranch === undefined)
    throw unreadable(name, pipeline.problem ?? "CI_PROJECT_ID or CI_DEFAULT_BRANCH is not set");
  if (name === defaultBranch) throw foreign(name, "it is the repository's default branch");
  const token = ownToken(given, world.env);
  // `lib/api/branches.rb` lets no job's token in, so that to ask would only be refused.
  if (token === undefined)
    throw new GateError(
      "state-token-missing",
      `The branch ${JSON.stringify(name)} could not be read: a job's own token reads no branches`,
      "Set GITLAB_TOKEN to a project access token with the scope `api` and the role Developer, or name a folder by `state-dir`.",
    );
  const { CI_SERVER_TLS_CA_FILE: authorityFile } = world.env;
  const api = await connect({ apiUrl, token, authorityFile, signal: world.signal, ...LIMITS });
  return { api, projectId, name, defaultBranch };
}

/** Why this run must not write, as a clause: only the default branch's own pipelines do. */
function mayNotBecause({ token: given, offline, pipeline, world }: StateOptions): string | undefined {
  if (offline) return "`offline` forbids asking GitLab";
  const { readOnlyBecause } = changeOf(pipeline);
  if (readOnlyBecause !== undefined) return readOnlyBecause;
  if (!WRITING.has(pipeline.source)) return `a pipeline of the source \`${pipeline.source}\` does not write it`;
  return ownToken(given, world.env) === undefined ? "a job's own token does not write it" : undefined;
}

/** The branch's newest commit; undefined if GitLab says that there is none, or hides it. */
async function headOf({ api, projectId }: Branch, name: string): Promise<string | undefined> {
  const path = `/projects/${projectId}/repository/branches/${encodeURIComponent(name)}`;
  const request: Request = {
    method: "GET",
    path,
    failed: `The branch ${JSON.stringify(name)} could not be read`,
    needs: NEEDS,
  };
  try {
    const schema = z.object({ name: z.literal(name), commit: z.object({ id: sha }) });
    return (await api.call(request, schema)).data.commit.id;
  } catch (thrown) {
    if (thrown instanceof ReportingError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

async function snapshotOf(branch: Branch, revision: string): Promise<StateSnapshot> {
  const { name } = branch;
  const few = await fewPaths(branch, revision);
  const files =
    few === undefined
      ? ((await archivedFiles(branch, revision)) ??
        (await singleFiles(branch, revision, await treeOf(branch, revision))))
      : await singleFiles(branch, revision, few);
  if (files.has("index.json")) return { revision, files };
  const strange = (few ?? (await treeOf(branch, revision))).filter(
    (path) => !STATE_NAMES.has(path.split("/", 1)[0] ?? ""),
  );
  if (strange.length === 0) return { revision, files };
  const shown = strange.slice(0, 3).map((path) => JSON.stringify(path.slice(0, 100)));
  throw foreign(name, `it has no index.json, but ${shown.join(", ")}${strange.length > 3 ? " and more" : ""}`);
}

function failedToRead(name: string): string {
  return `The state on ${labelOf(name)} could not be read`;
}

/**
 * All files in one answer. Undefined if there is no such route: GitLab's API description leaves it out, and what stands
 * before a server may go by that.
 */
async function archivedFiles({ api, projectId, name }: Branch, sha: string): Promise<StateFiles | undefined> {
  const path = `/projects/${projectId}/repository/archive.tar.gz`;
  const request: Request = { method: "GET", path, query: { sha }, failed: failedToRead(name), needs: NEEDS };
  try {
    return await unpackArchive(await api.bytes({ ...request, maxBytes: MOST_PACKED }), MOST_UNPACKED, isOurs);
  } catch (thrown) {
    if (thrown instanceof UnusableArchive) throw unreadable(name, `its archive ${thrown.message}`, thrown);
    if (thrown instanceof ReportingError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

/** Our files of these one by one, a few at a time. */
async function singleFiles(branch: Branch, ref: string, all: readonly string[]): Promise<StateFiles> {
  const { api, projectId, name } = branch;
  const files = new Map<string, Buffer>();
  let left = MOST_UNPACKED;
  const paths = all.filter(isOurs);
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const read = paths.slice(at, at + AT_ONCE).map(async (file): Promise<[string, Buffer]> => {
      const path = `/projects/${projectId}/repository/files/${encodeURIComponent(file)}/raw`;
      const request: Request = { method: "GET", path, query: { ref }, failed: failedToRead(name), needs: NEEDS };
      return [file, await api.bytes({ ...request, maxBytes: left })];
    });
    for (const [file, bytes] of await Promise.all(read)) {
      files.set(file, bytes);
      left -= bytes.length;
    }
    if (left <= 0) throw unreadable(name, `its files have more than ${MOST_UNPACKED} bytes`);
  }
  return files;
}

/** Paths of a commit's files from one page of a list. */
async function pageOfTree({ api, projectId, name }: Branch, query: Request["query"]): Promise<Page<string[]>> {
  const path = `/projects/${projectId}/repository/tree`;
  const failed = `The files beside the state on ${labelOf(name)} could not be listed`;
  const asked = { recursive: true, per_page: 100, ...query };
  const request: Request = { method: "GET", path, query: asked, failed, needs: NEEDS };
  const { data, next } = await api.call(request, z.array(entrySchema));
  return { data: data.filter(({ type }) => type !== "tree").map((entry) => entry.path), next };
}

/** Paths of all files of a commit that has few. An account may ask for five archives of a project in a minute. */
async function fewPaths(branch: Branch, ref: string): Promise<string[] | undefined> {
  const none = { data: [], next: undefined };
  // A branch that was made by hand begins with an empty commit, whose tree GitLab does not find.
  const { data, next } = await pageOfTree(branch, { ref }).catch((thrown: unknown) => {
    if (thrown instanceof ReportingError && thrown.status === 404) return none;
    throw thrown;
  });
  return next === undefined && data.length <= FEW_FILES ? data : undefined;
}

/** Paths of all files of a commit. */
async function treeOf(branch: Branch, ref: string): Promise<string[]> {
  const { name } = branch;
  const found: string[] = [];
  let query: Request["query"] = { ref };
  while (found.length <= MOST_FILES) {
    const { data, next }: Page<string[]> = await pageOfTree(branch, query);
    found.push(...data);
    if (next === undefined) return found;
    query = { ...query, ...next };
  }
  throw new GateError(
    "state-branch-missing",
    `The API makes no empty branch, and ${labelOf(name)} would begin with more than ${MOST_FILES} files of the default branch`,
    `Make it once: \`git switch --orphan ${name}\`, \`git commit --allow-empty -m state\`, \`git push origin ${name}\`.`,
  );
}

interface CommitAction {
  readonly action: "create" | "update" | "delete";
  readonly file_path: string;
  readonly content?: string;
  readonly encoding?: "base64";
  readonly last_commit_id?: string;
}

/**
 * One commit upon the state that was read, or the first one. The API makes a branch from another alone: the first
 * commit takes away what the default branch has. Two runs at the same moment are told apart by the last commit of
 * the index, which every write changes.
 */
async function writeCommit(branch: Branch, { base, put, remove, message }: StateChange): Promise<StateWritten> {
  requireOurs({ put, remove });
  const { api, projectId, name, defaultBranch } = branch;
  if ((await headOf(branch, name)) !== base.revision) return { moved: true };
  const first = base.revision === undefined ? await headOf(branch, defaultBranch) : undefined;
  const there = first === undefined ? [...base.files.keys()] : await treeOf(branch, first);
  const last = base.files.has("index.json") ? await lastCommitOf(branch, base.revision ?? "") : undefined;
  const has = new Set(there);
  const actions: CommitAction[] = [...put].map(([path, content]) => ({
    action: has.has(path) ? "update" : "create",
    file_path: path,
    content: content.toString("base64"),
    encoding: "base64",
    ...(path === "index.json" && last !== undefined && { last_commit_id: last }),
  }));
  const removed = first === undefined ? remove.filter((path) => has.has(path)) : there;
  for (const path of removed) if (!put.has(path)) actions.push({ action: "delete", file_path: path });
  const body = {
    branch: name,
    // A push by a token starts a pipeline, and this one has nothing to build.
    commit_message: `${message}\n\n[skip ci]`,
    actions,
    ...(first !== undefined && { start_sha: first }),
  };
  const failed = `The state could not be written to ${labelOf(name)}`;
  const path = `/projects/${projectId}/repository/commits`;
  try {
    const { data } = await api.call({ method: "POST", path, body, failed, needs: NEEDS }, z.object({ id: sha }));
    return { revision: data.id, at: `${name}@${data.id}` };
  } catch (thrown) {
    return refused(branch, base, thrown);
  }
}

/** An answer can be lost on its way, so that the branch is asked where it is. */
async function refused(branch: Branch, base: StateSnapshot, thrown: unknown): Promise<StateWritten> {
  if (!(thrown instanceof ReportingError) || thrown.code === "gitlab-request-cancelled") throw thrown;
  const now = await headOf(branch, branch.name).catch(() => {
    throw thrown;
  });
  if (now !== base.revision || MOVED.test(thrown.what)) return { moved: true };
  if (/not allowed to push|protected/i.test(thrown.what))
    throw protectedBranch(branch.name, thrown.what, UNPROTECT, thrown);
  throw thrown;
}

/** GitLab's words for a file, or a branch, that somebody else has written meanwhile. */
const MOVED = /has changed since you started editing|already exists/i;

async function lastCommitOf({ api, projectId, name }: Branch, ref: string): Promise<string> {
  const request: Request = {
    method: "GET",
    path: `/projects/${projectId}/repository/files/index.json`,
    query: { ref },
    failed: failedToRead(name),
    needs: NEEDS,
  };
  return (await api.call(request, z.object({ last_commit_id: sha }))).data.last_commit_id;
}

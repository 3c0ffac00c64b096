import { z } from "zod";
import { ReportingError } from "../api-failure.ts";
import type { Access, BaseUse, FileAtBase, RuleFile, RuleReader } from "../platform.ts";
import { type FileReader, rulesBy } from "../rule-files.ts";
import { type Api, connect } from "./api/api.ts";
import { isForgejo } from "./api/forgejo.ts";
import type { GitHubEvent } from "./event.ts";

const PERMISSION = "contents: read";

const reference = z.object({ ref: z.string(), object: z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) }) });
const commit = z.object({ parents: z.array(z.object({ sha: z.string().min(1) })) });
const content = z.union([
  z.object({
    type: z.literal("file"),
    size: z.int().nonnegative(),
    encoding: z.string(),
    content: z.string(),
  }),
  z.object({ type: z.enum(["symlink", "submodule", "dir"]) }),
  z.array(z.unknown()),
]);
type Content = z.infer<typeof content>;

/** The newest commit of a branch. Forgejo and Gitea have no route for one reference, but one for a branch. */
export async function commitOfBranch(api: Api, branch: string): Promise<string> {
  if (isForgejo(api.event)) return commitOnForgejo(api, branch);
  const name = `refs/heads/${branch}`;
  // The full name, since `main` alone could be a tag.
  const { data } = await api.call(
    {
      route: "GET /repos/{owner}/{repo}/git/ref/{ref}",
      parameters: { ref: `heads/${branch}` },
      failed: `The branch ${JSON.stringify(branch)} could not be read`,
      permission: PERMISSION,
    },
    reference.refine((found) => found.ref === name, { path: ["ref"] }),
  );
  return data.object.sha;
}

async function commitOnForgejo(api: Api, branch: string): Promise<string> {
  const { data } = await api.call(
    {
      route: "GET /repos/{owner}/{repo}/branches/{branch}",
      parameters: { branch },
      failed: `The branch ${JSON.stringify(branch)} could not be read`,
      permission: PERMISSION,
    },
    z.object({ name: z.literal(branch), commit: z.object({ id: z.string().regex(/^[0-9a-f]{40,64}$/) }) }),
  );
  return data.commit.id;
}

/** The default branch's name, from the event or else from GitHub. */
export async function defaultBranch(api: Api): Promise<string> {
  if (api.event.defaultBranch !== undefined) return api.event.defaultBranch;
  const { data } = await api.call(
    { route: "GET /repos/{owner}/{repo}", failed: "The repository could not be read", permission: PERMISSION },
    z.object({ default_branch: z.string().min(1) }),
  );
  return data.default_branch;
}

/** The parents of a commit. */
async function parentsOf(api: Api, sha: string): Promise<readonly { readonly sha: string }[]> {
  const { data } = await api.call(
    {
      route: "GET /repos/{owner}/{repo}/git/commits/{commit_sha}",
      parameters: { commit_sha: sha },
      failed: `The commit ${sha} could not be read`,
      permission: PERMISSION,
    },
    commit,
  );
  return data.parents;
}

/** The base parent of the merge commit that `pull_request` runs on; undefined if the run is on another commit. */
async function mergedInto(api: Api, { name, runSha, pullRequest }: GitHubEvent): Promise<string | undefined> {
  if (name !== "pull_request" || runSha === undefined) return undefined;
  const [base, head] = await parentsOf(api, runSha);
  return head?.sha === pullRequest?.headSha ? base?.sha : undefined;
}

/** The same commit, after a check that it can be read. Otherwise every file of it would seem absent. */
async function checked(api: Api, sha: string): Promise<string> {
  await parentsOf(api, sha);
  return sha;
}

/** Undefined if the run has no base, or the base is not known. */
async function baseCommit(api: Api, use: BaseUse): Promise<string | undefined> {
  const { event } = api;
  if (use === "run") return event.runSha && checked(api, event.runSha);
  const branch = event.pullRequest?.baseRef ?? event.mergeInto;
  if (use === "comparison") {
    const merged = await mergedInto(api, event);
    return merged ?? (branch === undefined ? undefined : commitOfBranch(api, branch));
  }
  if (event.privileged || use === "default-branch") return commitOfBranch(api, await defaultBranch(api));
  if (branch !== undefined) return commitOfBranch(api, branch);
  // An event that cannot be read may have a base that we do not know.
  return event.problem === undefined ? commitOfBranch(api, await defaultBranch(api)) : undefined;
}

async function contentsOf(api: Api, { what, path, maxBytes }: RuleFile, ref: string): Promise<FileAtBase> {
  const named = `The ${what} ${JSON.stringify(path)}`;
  const request = {
    route: "GET /repos/{owner}/{repo}/contents/{path}",
    parameters: { path, ref },
    failed: `${named} could not be read at ${ref}`,
    permission: PERMISSION,
  };
  let found: Content;
  try {
    found = (await api.call(request, content)).data;
  } catch (thrown) {
    // The commit was just read with the same permission, so only the file is missing.
    if (thrown instanceof ReportingError && thrown.status === 404) return { absent: true };
    throw thrown;
  }
  const kind = Array.isArray(found) ? "dir" : found.type;
  if (Array.isArray(found) || found.type !== "file")
    return { unreadable: `${named} is no file at ${ref} but of the kind ${kind}` };
  if (found.size > maxBytes) return { unreadable: `${named} has ${found.size} bytes; at most ${maxBytes} are read` };
  // For a file of about a megabyte or more, GitHub answers with the encoding `none` and no content.
  const inline = found.encoding === "base64";
  const text = inline ? Buffer.from(found.content, "base64") : await api.bytes(request);
  if (text.length !== found.size) return { unreadable: `${request.failed}: the answer is not whole` };
  return { text };
}

/**
 * Reads a run's rule files through the API, at the commit that holds the rules:
 * - On `pull_request` and in a merge queue, that is the base branch as it is now. The payload's `base.sha` can lag
 *   behind and still have exceptions that were revoked meanwhile.
 * - On privileged triggers it is the default branch, where their workflow comes from, since a stranger may choose a
 *   pull request's base.
 *
 * Each commit is requested once.
 */
export function rulesAtBase(connected: () => Promise<Api>): RuleReader {
  return rulesBy(async (use): Promise<FileReader> => {
    const api = await connected();
    const ref = await baseCommit(api, use);
    if (ref === undefined)
      return async () => ({ unreadable: api.event.problem ?? `This run (${api.event.name}) has no base` });
    return (file) => contentsOf(api, file, ref);
  });
}

/** Connects when the first file is read. */
export function ruleReader({ token, offline }: Access, event: GitHubEvent, signal: AbortSignal): RuleReader {
  if (offline) return async () => ({ unreadable: "`offline` forbids asking GitHub's API" });
  let api: Promise<Api> | undefined;
  return rulesAtBase(() => {
    api ??= connect({ token, event, signal });
    return api;
  });
}

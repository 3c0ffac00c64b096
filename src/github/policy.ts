import { posix } from "node:path";
import { z } from "zod";
import type { Api } from "./api.ts";
import type { GitHubEvent } from "./event.ts";
import { ReportingError } from "./failure.ts";

/** `absent` is known for sure: the repository could be read and has no such file. */
export type PolicyAtBase =
  | { readonly text: Buffer }
  | { readonly absent: true }
  /** Why, as a sentence without a full stop. */
  | { readonly unreadable: string };

/**
 * `policy`: what is to be obeyed, the base branch as it is now. `comparison`: what a pull request's changes are
 * measured against, the first parent of the merge commit that was checked out; what entered the base since then is
 * none of its doing.
 */
export type BaseUse = "policy" | "comparison";

/** As for a policy file in the workspace. */
const MAX_BYTES = 1024 * 1024;
const PERMISSION = "contents: read";

const reference = z.object({ ref: z.string(), object: z.object({ sha: z.string().min(1) }) });
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

/** The path below the repository's root, or undefined where it leads out of it. */
function pathInRepository(path: string): string | undefined {
  if (posix.isAbsolute(path) || /[\p{Cc}\\]/u.test(path) || /^[A-Za-z]:/.test(path)) return undefined;
  const plain = posix.normalize(path);
  return plain === "." || plain === ".." || plain.startsWith("../") || plain.endsWith("/") ? undefined : plain;
}

/** The newest commit of a branch. */
export async function commitOfBranch(api: Api, branch: string): Promise<string> {
  const name = `refs/heads/${branch}`;
  // By its full name: `main` alone could be a tag.
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

/** The default branch's name, asked for where the event does not tell it. */
export async function defaultBranch(api: Api): Promise<string> {
  if (api.event.defaultBranch !== undefined) return api.event.defaultBranch;
  const { data } = await api.call(
    { route: "GET /repos/{owner}/{repo}", failed: "The repository could not be read", permission: PERMISSION },
    z.object({ default_branch: z.string().min(1) }),
  );
  return data.default_branch;
}

/** The base's side of the merge commit that `pull_request` runs on; undefined where the run is on another commit. */
async function mergedInto(api: Api, { name, runSha, pullRequest }: GitHubEvent): Promise<string | undefined> {
  if (name !== "pull_request" || runSha === undefined) return undefined;
  const { data } = await api.call(
    {
      route: "GET /repos/{owner}/{repo}/git/commits/{commit_sha}",
      parameters: { commit_sha: runSha },
      failed: `The commit ${runSha} could not be read`,
      permission: PERMISSION,
    },
    commit,
  );
  const [base, head] = data.parents;
  return head?.sha === pullRequest?.headSha ? base?.sha : undefined;
}

/** Undefined: the run has no base. */
async function baseCommit(api: Api, use: BaseUse): Promise<string | undefined> {
  const { event } = api;
  if (event.privileged) return commitOfBranch(api, await defaultBranch(api));
  if (!event.pullRequest) return undefined;
  const merged = use === "comparison" ? await mergedInto(api, event) : undefined;
  return merged ?? commitOfBranch(api, event.pullRequest.baseRef);
}

async function contentsOf(api: Api, path: string, ref: string): Promise<PolicyAtBase> {
  const request = {
    route: "GET /repos/{owner}/{repo}/contents/{path}",
    parameters: { path, ref },
    failed: `The policy ${JSON.stringify(path)} could not be read at ${ref}`,
    permission: PERMISSION,
  };
  let found: Content;
  try {
    found = (await api.call(request, content)).data;
  } catch (thrown) {
    // The commit was read a moment ago with the same permission, so this is the file alone.
    if (thrown instanceof ReportingError && thrown.status === 404) return { absent: true };
    throw thrown;
  }
  const kind = Array.isArray(found) ? "dir" : found.type;
  if (Array.isArray(found) || found.type !== "file")
    return { unreadable: `The policy ${JSON.stringify(path)} is no file at ${ref} but of the kind ${kind}` };
  if (found.size > MAX_BYTES)
    return { unreadable: `The policy ${JSON.stringify(path)} has ${found.size} bytes; at most ${MAX_BYTES} are read` };
  // About from a megabyte on GitHub answers with the encoding `none` and no content.
  const inline = found.encoding === "base64";
  const text = inline ? Buffer.from(found.content, "base64") : await api.bytes(request);
  if (text.length !== found.size) return { unreadable: `${request.failed}: the answer is not whole` };
  return { text };
}

/**
 * The policy of the base, through the API. On `pull_request` and in a merge queue the base is the base branch as it is
 * now, not the payload's `base.sha`, which can lag behind it and still has exceptions that were revoked meanwhile. On
 * privileged triggers it is the default branch, which is where their workflow comes from: a stranger may choose a pull
 * request's base. `absent` is said only of a commit that could be read: "cannot read" is never taken for it.
 * Never throws.
 */
export async function readPolicyAtBase(
  api: Api,
  event: GitHubEvent,
  path: string,
  use: BaseUse = "policy",
): Promise<PolicyAtBase> {
  const plain = pathInRepository(path);
  if (plain === undefined) return { unreadable: `The policy ${JSON.stringify(path)} lies outside of the repository` };
  try {
    const ref = await baseCommit({ ...api, event }, use);
    if (ref === undefined) return { unreadable: `This run (${event.name}) has no pull request, and so no base` };
    return await contentsOf(api, plain, ref);
  } catch (thrown) {
    if (thrown instanceof ReportingError) return { unreadable: `${thrown.what}. ${thrown.remedy.replace(/\.$/, "")}` };
    throw thrown;
  }
}

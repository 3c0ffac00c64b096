import { z } from "zod";
import type { Log } from "../../system/world.ts";
import { unlessStatus } from "../api-failure.ts";
import { requestsWith } from "../client.ts";
import type { FileAtBase, RuleFile, RuleReader } from "../forge.ts";
import { once } from "../once.ts";
import { type FileReader, rulesBy, type WantedCommit } from "../rules.ts";
import { type Api, type ConnectOptions, connect } from "./api.ts";

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const content = z.union([
  z.object({ type: z.literal("file"), size: z.int().nonnegative(), encoding: z.string(), content: z.string() }),
  z.object({ type: z.enum(["symlink", "submodule", "dir"]) }),
  z.array(z.unknown()),
]);

/** A request that reads the repository. */
export const reading = requestsWith({ needs: "contents: read" });

/** The newest commit of a branch. Forgejo and Gitea have no route for one reference, but one for a branch. */
export async function commitOfBranch(api: Api, branch: string): Promise<string> {
  const failed = `The branch ${JSON.stringify(branch)} could not be read`;
  if (!api.kind.isComplete) {
    const schema = z.object({ name: z.literal(branch), commit: z.object({ id: sha }) });
    return (await api.call(reading("GET /branches/{branch}", { branch }, failed), schema)).commit.id;
  }
  // The full name, since `main` alone could be a tag.
  const schema = z.object({ ref: z.literal(`refs/heads/${branch}`), object: z.object({ sha }) });
  return (await api.call(reading("GET /git/ref/{ref}", { ref: `heads/${branch}` }, failed), schema)).object.sha;
}

/** The default branch's name, from the event or else from GitHub. */
export async function defaultBranch(api: Api): Promise<string> {
  if (api.event.defaultBranch !== undefined) return api.event.defaultBranch;
  const schema = z.object({ default_branch: z.string().min(1) });
  return (await api.call(reading(`GET ${api.address}`, {}, "The repository could not be read"), schema)).default_branch;
}

/** The parents of a commit. */
async function parentsOf(api: Api, commit: string): Promise<string[]> {
  const request = reading("GET /git/commits/{commit}", { commit }, `The commit ${commit} could not be read`);
  const schema = z.object({ parents: z.array(z.object({ sha: z.string().min(1) })) });
  return (await api.call(request, schema)).parents.map((parent) => parent.sha);
}

/** The base parent of the merge commit that `pull_request` runs on; undefined if the run is on another commit. */
async function mergedInto(api: Api): Promise<WantedCommit | undefined> {
  const { trigger, runSha, pullRequest } = api.event;
  if (trigger !== "pull_request" || runSha === undefined) return undefined;
  const [base, head] = await parentsOf(api, runSha);
  return base !== undefined && head === pullRequest?.headSha ? { commit: base, isRead: true } : undefined;
}

async function commitOf(api: Api, { commit, branch, isRead }: WantedCommit): Promise<string> {
  if (commit === undefined) return commitOfBranch(api, branch ?? (await defaultBranch(api)));
  if (!isRead) await parentsOf(api, commit);
  return commit;
}

async function contentsOf(api: Api, { what, path, maxBytes }: RuleFile, ref: string): Promise<FileAtBase> {
  const named = `The ${what} ${JSON.stringify(path)}`;
  const request = reading("GET /contents/{path}", { path, ref }, `${named} could not be read at ${ref}`);
  // The commit was just read with the same permission, so only the file is missing.
  const found = await unlessStatus([404], api.call(request, content));
  if (found === undefined) return { absent: true };
  const kind = Array.isArray(found) ? "dir" : found.type;
  if (Array.isArray(found) || found.type !== "file")
    return { unreadable: `${named} is not a file at ${ref}, but of the kind ${kind}` };
  if (found.size > maxBytes) return { unreadable: `${named} has ${found.size} bytes; at most ${maxBytes} are read` };
  // For a file of about a megabyte or more, GitHub answers with the encoding `none` and no content.
  const text = found.encoding === "base64" ? Buffer.from(found.content, "base64") : await api.bytes(request);
  return text.length === found.size ? { text } : { unreadable: `${request.failed}: the answer is not whole` };
}

/** Reads a run's rule files through the API. Connects when the first file is read. */
export function rulesAtBase(by: ConnectOptions & { readonly log: Pick<Log, "notice"> }): RuleReader {
  const { trigger, privileged, problem, runSha: commit, pullRequest, mergeInto } = by.event;
  const connected = once(() => connect(by));
  const target = pullRequest?.baseRef ?? mergeInto;
  const compared = async () => mergedInto(await connected());
  const run = { label: `This run (${trigger})`, privileged, problem, commit, target, compared };
  const readerAt = async (wanted: WantedCommit): Promise<FileReader> => {
    const api = await connected();
    const ref = await commitOf(api, wanted);
    return (file) => contentsOf(api, file, ref);
  };
  return rulesBy(run, readerAt, by.log);
}

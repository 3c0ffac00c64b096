import { createHash } from "node:crypto";
import { z } from "zod";
import { requireOurs } from "../../../domain/history/state-paths.ts";
import { GateError } from "../../../system/errors.ts";
import { labelOf, protectedBranch } from "../../../system/state/errors.ts";
import { ReportingError } from "../../api-failure.ts";
import type { StateChange, StateWritten } from "../../platform.ts";
import type { Api } from "../api/api.ts";
import { commitOfBranch } from "../base-policy.ts";
import type { Target } from "./write.ts";

// Forgejo and Gitea have no routes that make objects of Git. They write many files as one commit by their contents.

const UNPROTECT = "Leave the branch out of the branch protection, or let the token's account push to it.";
/** Files of the default branch that the first commit takes away. */
const MOST_FILES = 5000;
const TREE_PAGE = 1000;

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const treeSchema = z.object({
  /** Null behind the last page. */
  tree: z.array(z.object({ path: z.string(), type: z.string(), sha })).nullable(),
  /** There are more pages. */
  truncated: z.boolean(),
});
const writtenSchema = z.object({ commit: z.object({ sha }) });

interface Operation {
  readonly operation: "create" | "update" | "delete";
  readonly path: string;
  /** In Base64. */
  readonly content?: string;
  /** Of the file that is there. The server refuses the whole commit if that is another one by now. */
  readonly sha?: string;
}

/**
 * One commit upon the state that was read, or the first one. The API makes a branch from another alone: the first
 * commit takes away what the default branch has. Two runs at the same moment are told apart by the index, which every
 * write changes.
 * @throws ReportingError; GateError `state-protected`, `state-branch-missing`
 */
export async function writeOnForgejo(
  api: Api,
  { base, put, remove, message }: StateChange,
  target: Target & { readonly defaultBranch: string },
): Promise<StateWritten> {
  requireOurs({ put, remove });
  const { name, defaultBranch } = target;
  if ((await target.head()) !== base.revision) return { moved: true };
  const isFirst = base.revision === undefined;
  const there = isFirst ? await filesOfDefault(api, target) : blobsOf(base);
  const files = [...puts(put, there), ...deletions(isFirst ? there.keys() : remove, { put, there })];
  const branches = isFirst ? { branch: defaultBranch, new_branch: name } : { branch: name };
  // A push starts workflows, and these have nothing to build.
  const parameters = { ...branches, message: `${message}\n\n[skip ci]`, files };
  const request = asked(target, "POST /repos/{owner}/{repo}/contents", parameters);
  try {
    const { commit } = (await api.call(request, writtenSchema)).data;
    return { revision: commit.sha, at: `${name}@${commit.sha}` };
  } catch (thrown) {
    return refused(target, base.revision, thrown);
  }
}

/** Files by their paths, with the names of their contents. */
type Blobs = ReadonlyMap<string, string>;

function puts(put: StateChange["put"], there: Blobs): Operation[] {
  return [...put].map(([path, content]) => {
    const known = there.get(path);
    const text = content.toString("base64");
    return known === undefined
      ? { operation: "create", path, content: text }
      : { operation: "update", path, content: text, sha: known };
  });
}

/** A file that is not there cannot be deleted: the server refuses the whole commit. */
function deletions(
  paths: Iterable<string>,
  { put, there }: { readonly put: StateChange["put"]; readonly there: Blobs },
): Operation[] {
  return [...paths].flatMap((path) => {
    const known = there.get(path);
    return known === undefined || put.has(path) ? [] : [{ operation: "delete", path, sha: known }];
  });
}

function asked({ name, without }: Target, route: string, parameters: Readonly<Record<string, unknown>>) {
  const failed = `The state could not be written to ${labelOf(name)}`;
  return { route, parameters, failed, permission: "contents: write", without };
}

/** The names that Git has for the contents of the files, by the hash that the repository's commits have. */
function blobsOf({ revision = "", files }: StateChange["base"]): Map<string, string> {
  const algorithm = revision.length === 64 ? "sha256" : "sha1";
  const nameOf = (content: Buffer) =>
    createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest("hex");
  return new Map([...files].map(([path, content]) => [path, nameOf(content)]));
}

/** All that the default branch has, with the names of its contents. */
async function filesOfDefault(
  api: Api,
  target: Target & { readonly defaultBranch: string },
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const tree = await commitOfBranch(api, target.defaultBranch);
  for (let page = 1; found.size <= MOST_FILES; page++) {
    const parameters = { tree_sha: tree, recursive: true, per_page: TREE_PAGE, page };
    const request = asked(target, "GET /repos/{owner}/{repo}/git/trees/{tree_sha}", parameters);
    const { tree: entries, truncated } = (await api.call(request, treeSchema)).data;
    for (const entry of entries ?? []) if (entry.type !== "tree") found.set(entry.path, entry.sha);
    if (!truncated || !entries?.length) return found;
  }
  throw new GateError(
    "state-branch-missing",
    `The API makes no empty branch, and ${labelOf(target.name)} would begin with more than ${MOST_FILES} files of the default branch`,
    `Make it once: \`git switch --orphan ${target.name}\`, \`git commit --allow-empty -m state\`, \`git push origin ${target.name}\`.`,
  );
}

/** An answer can be lost on its way, so that the branch is asked where it is. */
async function refused(target: Target, parent: string | undefined, thrown: unknown): Promise<StateWritten> {
  if (!(thrown instanceof ReportingError) || thrown.code === "github-request-cancelled") throw thrown;
  const now = await target.head().catch(() => {
    throw thrown;
  });
  if (now !== parent || MOVED.test(thrown.what)) return { moved: true };
  if (thrown.status === 403 && PROTECTED.test(thrown.what))
    throw protectedBranch(target.name, thrown.what, UNPROTECT, thrown);
  throw thrown;
}

/** Gitea's words for a file, or a branch, that somebody else has written meanwhile. */
const MOVED = /sha does not match|already exists/i;
/** Gitea's words for a branch that is protected. */
const PROTECTED = /protected|not allowed to (?:commit|push)|cannot commit/i;

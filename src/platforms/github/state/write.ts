import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { requireOurs } from "../../../domain/history/state-paths.ts";
import { protectedBranch } from "../../../system/state/errors.ts";
import { ReportingError } from "../../api-failure.ts";
import type { StateChange, StateWritten } from "../../platform.ts";
import type { Api } from "../api/api.ts";
import { blobEntry, halves, inParts, isText, type TreeEntry, textEntry, weightOfPart } from "./tree-parts.ts";

const UNPROTECT =
  "Leave the branch out of the branch protection and rulesets, or let the workflow's identity bypass them.";

/** The branch that is written. */
export interface Target {
  readonly name: string;
  /** Its newest commit; undefined if there is no such branch. */
  head(): Promise<string | undefined>;
  /** What the setting is called that avoids the branch. */
  readonly without: string;
  /** Blobs that an earlier try of this run has sent: a run that must merge again sends only what is new. */
  readonly sent: WeakMap<Buffer, string>;
}

const PERMISSION = "contents: write";
const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const made = z.object({ sha });
const commitSchema = z.object({ tree: made });

/**
 * Blobs that may follow one another without a pause. GitHub allows about 80 requests a minute that create something.
 */
const AT_ONCE = 60;
const PAUSE_MS = 800;

/** Sends one request about git's objects. */
type Send = <T>(route: string, parameters: object, schema: z.ZodType<T>, repeatable?: boolean) => Promise<T>;

/** All of them are named by their content, so that one that is sent twice changes nothing. */
function sending(api: Api, { name, without }: Target): Send {
  const failed = `The state could not be written to the branch ${JSON.stringify(name)}`;
  return async (route, parameters, schema, repeatable = true) => {
    const request = { failed, permission: PERMISSION, without, route, parameters: { ...parameters }, repeatable };
    return (await api.call(request, schema)).data;
  };
}

/**
 * Writes one commit and moves the branch to it without force: the blobs of binary files, one tree, the commit, the ref.
 * Until the last request nothing of it can be seen.
 * @throws ReportingError; GateError `state-protected`
 */
export async function writeCommit(api: Api, change: StateChange, target: Target): Promise<StateWritten> {
  requireOurs(change);
  const parent = change.base.revision;
  const send = sending(api, target);
  // Git would also follow a branch that was set back to an older commit, and so undo that.
  if ((await target.head()) !== parent) return { moved: true };
  const base = parent === undefined ? undefined : await treeOf(send, parent);
  const tree = await extended(send, base, await entriesOf(send, change, target.sent));
  if (tree === undefined) throw new Error("A state without a file cannot be written.");
  const commit = { message: change.message, tree, parents: parent === undefined ? [] : [parent] };
  const { sha: revision } = await send("POST /repos/{owner}/{repo}/git/commits", commit, made);
  const moved = await moveRef(send, { target, parent, revision });
  return moved ? { moved: true } : { revision, at: `${target.name}@${revision}` };
}

async function treeOf(send: Send, revision: string): Promise<string> {
  const route = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";
  return (await send(route, { commit_sha: revision }, commitSchema)).tree.sha;
}

async function entriesOf(
  send: Send,
  { base, put, remove }: StateChange,
  sent: WeakMap<Buffer, string>,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let blobs = 0;
  for (const [path, content] of put) {
    if (isText(path, content)) {
      entries.push(textEntry(path, content));
      continue;
    }
    let sha = sent.get(content);
    if (sha === undefined) {
      blobs += 1;
      if (blobs > AT_ONCE) await sleep(PAUSE_MS);
      sha = await blobOf(send, content);
      sent.set(content, sha);
    }
    entries.push(blobEntry(path, sha));
  }
  // A file that is not there cannot be removed: GitHub refuses the whole tree.
  const removed = remove.filter((path) => base.files.has(path) && !put.has(path));
  return [...entries, ...removed.map((path) => blobEntry(path, null))];
}

/** The entries upon a tree, in a few requests that build on each other. What GitHub finds too much is divided. */
async function extended(
  send: Send,
  base: string | undefined,
  entries: readonly TreeEntry[],
): Promise<string | undefined> {
  let tree = base;
  let most = Number.POSITIVE_INFINITY;
  const waiting = inParts(entries);
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part.length > 1 && weightOfPart(part) > most) {
      waiting.unshift(...halves(part));
      continue;
    }
    try {
      tree = await added(send, tree, part);
    } catch (thrown) {
      if (!isTooMuch(thrown, part)) throw thrown;
      const [only, more] = part;
      if (only === undefined || (more === undefined && only.content === undefined)) throw thrown;
      // The others are not tried in the size that was refused.
      most = Math.min(most, weightOfPart(part) * 0.6);
      if (more === undefined)
        waiting.unshift([blobEntry(only.path, await blobOf(send, Buffer.from(only.content ?? "")))]);
      else waiting.unshift(...halves(part));
    }
  }
  return tree;
}

async function added(send: Send, base: string | undefined, part: readonly TreeEntry[]): Promise<string> {
  const parameters = { tree: part, ...(base !== undefined && { base_tree: base }) };
  // A large one that failed is not sent again as it is, but in parts.
  return (await send("POST /repos/{owner}/{repo}/git/trees", parameters, made, !isLarge(part))).sha;
}

async function blobOf(send: Send, content: Buffer): Promise<string> {
  const parameters = { content: content.toString("base64"), encoding: "base64" };
  return (await send("POST /repos/{owner}/{repo}/git/blobs", parameters, made)).sha;
}

const TOO_MUCH: ReadonlySet<string> = new Set(["github-too-large", "github-timeout", "github-unreachable"]);

/** A smaller tree is not a reason for GitHub to give up: what failed then fails for all of its parts. */
function isLarge(part: readonly TreeEntry[]): boolean {
  return weightOfPart(part) > 256 << 10;
}

/** Whether GitHub may take a part of what it did not take as a whole. */
function isTooMuch(thrown: unknown, part: readonly TreeEntry[]): boolean {
  if (!(thrown instanceof ReportingError) || !isLarge(part)) return false;
  const { code, status = 0, what } = thrown;
  return TOO_MUCH.has(code) || status >= 500 || (status === 422 && /too large|timed? ?out/i.test(what));
}

interface Move {
  readonly target: Target;
  /** What the branch was when the state was read. */
  readonly parent: string | undefined;
  readonly revision: string;
}

/**
 * Moves the branch, and asks where it is if GitHub did not say yes. An answer can be lost on its way. GitHub's words
 * for a branch that moved and for one that is protected differ from rule to rule.
 * @returns whether somebody else has moved it
 */
async function moveRef(send: Send, { target, parent, revision }: Move): Promise<boolean> {
  const ref = `heads/${target.name}`;
  try {
    if (parent === undefined)
      await send("POST /repos/{owner}/{repo}/git/refs", { ref: `refs/${ref}`, sha: revision }, z.unknown());
    else await send("PATCH /repos/{owner}/{repo}/git/refs/{ref}", { ref, sha: revision, force: false }, z.unknown());
    return false;
  } catch (thrown) {
    if (!(thrown instanceof ReportingError) || thrown.code === "github-request-cancelled") throw thrown;
    const now = await target.head().catch(() => {
      throw thrown;
    });
    if (now === revision) return false;
    if (now !== parent || MOVED.test(thrown.what)) return true;
    if (isRule(thrown)) throw protectedBranch(target.name, thrown.what, UNPROTECT, thrown);
    throw thrown;
  }
}

/** GitHub's words for it. The branch's place can be an older answer. */
const MOVED = /not a fast.?forward|reference already exists/i;

/** GitHub refused, and neither a permission nor the request itself is the reason. */
function isRule({ status, code, what }: ReportingError): boolean {
  if (status === 409 || status === 422) return true;
  return code === "github-refused" && status === 403 && /protect|rule/i.test(what);
}

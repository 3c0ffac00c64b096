import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { listSome } from "../domain/list-some.ts";
import type { FileAtBase } from "../forge/forge.ts";
import type { RulesFrom } from "../render/view.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { isInRepository, repositoryPath } from "../system/given-files.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import type { World } from "../system/world.ts";
import { hasOwnChange, type RuleSource } from "./rule-source.ts";

/** A file that a run obeys: its policy, or a file in addition to it. */
export interface RuleFile {
  readonly what: "policy" | "VEX document" | "baseline";
  /** As the input names it. */
  readonly name: string;
  readonly maxBytes: number;
  /**
   * Reads it in the workspace. Undefined: it does not exist, or is an error only later.
   * @throws GateError `file-…`
   */
  readonly read: () => Buffer | undefined;
}

/** A file that may be in the repository: its path is from the repository's root. */
type RepositoryFile = RuleFile & { readonly path: string };

/** A file before and after a pull request. Undefined: it does not exist there. */
export interface Sides {
  readonly base: Buffer | undefined;
  readonly head: Buffer | undefined;
}

/** A file in the version that applies. */
export interface AppliedFile extends RuleFile {
  readonly bytes: Buffer | undefined;
  /** The pull request's version and its base's, or why they are not known. Absent: there is no pull request. */
  readonly change?: Sides | { readonly unreadable: string } | undefined;
  /** None of the commits that were read has the file, so its changes by a pull request are unknown. */
  readonly isElsewhere?: true | undefined;
  /** Why the workspace's file does not count. */
  readonly note?: string | undefined;
}

/** Files that are read at a time: each may be a request. */
export const FILES_AT_ONCE = 4;

/**
 * Reads a file from the policy's own source: the workspace, or the branch whose rules apply.
 * @throws GateError `file-…` for a file in the workspace; `base-policy-unreadable`
 */
export async function loadRuleFile(asked: RuleFile, source: RuleSource, world: World): Promise<AppliedFile> {
  const path = repositoryPath(asked.name, world.workspace);
  // No file of the job takes the place of another branch's policy.
  const isElsewhere = !isInRepository(path) && (asked.what !== "policy" || source.from === "workspace");
  if (isElsewhere) return { ...asked, bytes: asked.read(), isElsewhere: true };
  const loaded = await loadAt({ ...asked, path }, source);
  if (loaded.isElsewhere !== true) return loaded;
  // The platform's API follows no link to a folder. It knows only the file's real path.
  const { workspace } = world;
  const real = tryOr(() => repositoryPath(realpathSync(resolve(workspace, path)), realpathSync(workspace)), path);
  return real === path || !isInRepository(real) ? loaded : loadAt({ ...asked, path: real }, source);
}

async function loadAt(asked: RepositoryFile, source: RuleSource): Promise<AppliedFile> {
  if (source.from !== "workspace") return ofBranch(asked, source.from, source);
  const bytes = asked.read();
  return { ...asked, bytes, ...(await changeTo(bytes, asked, source)) };
}

/** The pull request's change of a file of its base. */
async function changeTo(
  head: Buffer | undefined,
  asked: RepositoryFile,
  { change, read }: RuleSource,
): Promise<Pick<AppliedFile, "change" | "isElsewhere">> {
  const { problem, trigger } = change;
  if (!hasOwnChange(change))
    return problem !== undefined && trigger.startsWith("pull_request") ? { change: { unreadable: problem } } : {};
  const base = withoutPointer(await read("comparison", asked), head);
  if ("unreadable" in base) return { change: { unreadable: base.unreadable } };
  if ("text" in base) return { change: { base: base.text, head } };
  const own = head && (await read("run", asked));
  return { change: { base: undefined, head }, ...(own !== undefined && "absent" in own && { isElsewhere: true }) };
}

/** Reads a file from the branch whose rules apply, and the change that the pull request would make to it. */
async function ofBranch(
  asked: RepositoryFile,
  from: Exclude<RulesFrom, "workspace">,
  source: RuleSource,
): Promise<AppliedFile> {
  const head = tryOr(asked.read, undefined);
  const found = withoutPointer(await source.read(from, asked), head);
  if ("unreadable" in found)
    throw new GateError(
      "base-policy-unreadable",
      `The ${branchOf(from)}'s ${asked.what} ${JSON.stringify(asked.path)}, by which this run is to be judged, could not be read: ${found.unreadable.replace(/\.$/, "")}`,
      `${found.remedy ?? source.mayRead}; nothing is judged by another file instead.`,
    );
  const bytes = "text" in found ? found.text : undefined;
  if (bytes === undefined && asked.what !== "policy") return ofWorkspaceAlone(asked, from, source);
  if (!hasOwnChange(source.change)) return { ...asked, bytes };
  // The default branch need not be the base, and the pull request did not cause their differences.
  const { change } = from === "base" ? { change: { base: bytes, head } } : await changeTo(head, asked, source);
  return { ...asked, bytes, change };
}

/** A file that only the workspace has counts only if it is not the repository's. */
async function ofWorkspaceAlone(
  asked: RepositoryFile,
  from: Exclude<RulesFrom, "workspace">,
  { change: about, read }: RuleSource,
): Promise<AppliedFile> {
  const head = asked.read();
  const own = about.privileged || head === undefined ? undefined : await read("run", asked);
  if (own !== undefined && "absent" in own) return { ...asked, bytes: head, isElsewhere: true };
  const note = `The ${branchOf(from)} has no ${asked.what} ${asked.path}, and the workspace's does not count in its place: ${about.privileged ? "write what the job makes itself to the folder for temporary files" : "merge it first"}.`;
  const change = hasOwnChange(about) ? { base: undefined, head } : undefined;
  return { ...asked, bytes: undefined, change, ...(head !== undefined && { note }) };
}

/** The name in messages for the branch whose rules apply. */
export function branchOf(from: Exclude<RulesFrom, "workspace">): string {
  return from === "base" ? "base" : "default branch";
}

/**
 * For a file in Git LFS, the repository has a pointer with its SHA-256
 * (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). If the workspace's file has that SHA-256, it is used
 * instead.
 */
function withoutPointer(found: FileAtBase, head: Buffer | undefined): FileAtBase {
  if (!("text" in found) || !found.text.subarray(0, LFS.length).equals(LFS)) return found;
  const [, hash] = /^oid sha256:([0-9a-f]{64})$/m.exec(found.text.toString("latin1")) ?? [];
  if (head !== undefined && sha256OfBytes(head) === hash) return { text: head };
  return { unreadable: "Git LFS keeps it, and the workspace has another one" };
}

const LFS = Buffer.from("version https://git-lfs.github.com/spec/");

/** A file's versions as far as they are known. If no change by a pull request is known, both sides are the same. */
export function sidesOf({ bytes, change, isElsewhere }: AppliedFile): Sides {
  const isKnown = change !== undefined && "head" in change && isElsewhere !== true;
  return isKnown ? change : { base: bytes, head: bytes };
}

export function isSame({ base, head }: Sides): boolean {
  return base === head || (base !== undefined && head?.equals(base) === true);
}

/** A file that notes are about. */
type NotedFile = Pick<AppliedFile, "name" | "change" | "isElsewhere" | "note"> & { readonly what: string };

/** Notes about files in addition to the policy: files that do not count, and files whose change is not known. */
export function notesOf(files: readonly NotedFile[], { change, from, changeRequest }: RuleSource): string[] {
  const notes = files.flatMap(({ what, name, change, note = [] }) =>
    change !== undefined && "unreadable" in change
      ? `It is unknown if this ${changeRequest} changes the ${what} ${name}: ${change.unreadable.replace(/\.$/, "")}.`
      : note,
  );
  const elsewhere = files.filter(({ isElsewhere }) => isElsewhere).map(({ what, name }) => `the ${what} ${name}`);
  // One note for all such files, and only if another author could have changed them.
  if (elsewhere.length === 0 || (from === "workspace" && !hasOwnChange(change))) return notes;
  const [are, them] = elsewhere.length === 1 ? ["is not a file", "it"] : ["are not files", "them"];
  return [
    `${listSome(elsewhere, 3).replace(/^t/, "T")} ${are} of the repository: the run uses ${them} as found, and it is unknown if a ${changeRequest} changes ${them}.`,
    ...notes,
  ];
}

import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { listSome } from "../domain/list-some.ts";
import type { FileAtBase } from "../platforms/platform.ts";
import type { RulesFrom } from "../render/view.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { isInRepository, isWithin, readGivenFile, realGivenPath, repositoryPath } from "../system/given-files.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import type { World } from "../system/world.ts";
import { hasOwnChange, type RuleSource } from "./rule-source.ts";

/** A file beside the policy that a run obeys. */
export interface Asked {
  readonly what: "VEX document" | "index of the VEX repository" | "baseline";
  /** As the input names it. */
  readonly name: string;
  readonly maxBytes: number;
  /** The folder, as the input names it, that the file must be in after following all links. */
  readonly within?: string | undefined;
}

/** A file that may be in the repository. */
interface AskedAt extends Asked {
  /** From the repository's root. */
  readonly path: string;
}

/** A file in the version that applies, and the pull request's change to its base, if one is known. */
export interface Loaded extends Asked {
  readonly bytes: Buffer | undefined;
  readonly change?: { readonly base: Buffer | undefined; readonly head: Buffer | undefined } | undefined;
  /** None of the commits that were read has the file, so what a pull request changes in it is not known. */
  readonly isElsewhere?: true | undefined;
  readonly note?: string | undefined;
}

/** Files that are read at a time: each may be a request. */
export const FILES_AT_ONCE = 4;

/**
 * Reads a file from where the policy comes from: the workspace, or the branch whose rules apply.
 * @param source undefined if the file is known not to be the repository's
 * @throws GateError `file-…` for a file in the workspace, except a baseline; `base-policy-unreadable`;
 * `vex-repository-invalid` for a file that leads out of its repository
 */
export async function loadRuleFile(
  asked: Asked,
  source: RuleSource | undefined,
  world: World,
): Promise<Loaded | undefined> {
  const path = repositoryPath(asked.name, world.workspace);
  if (source === undefined || !isInRepository(path)) return elsewhere(asked, world);
  const loaded = await loadAt({ ...asked, path }, source, world);
  if (loaded?.isElsewhere !== true) return loaded;
  // The platform's API follows no link to a folder. It knows only the file's real path.
  const real = realRepositoryPath(asked.name, world.workspace);
  return real === undefined || real === path ? loaded : loadAt({ ...asked, path: real }, source, world);
}

function loadAt(asked: AskedAt, source: RuleSource, world: World): Promise<Loaded | undefined> {
  const { from } = source;
  return from === "workspace" ? ofWorkspace(asked, source, world) : ofBranch(asked, from, source, world);
}

/** The file's path after following all links; undefined if it is outside of the workspace or does not exist. */
function realRepositoryPath(path: string, workspace: string): string | undefined {
  try {
    const real = repositoryPath(realpathSync(resolve(workspace, path)), realpathSync(workspace));
    return isInRepository(real) ? real : undefined;
  } catch {
    return undefined;
  }
}

/** A baseline that cannot be read is not an error here: it becomes an error of its targets later. */
function readWorkspace(asked: Asked, world: World): Buffer | undefined {
  const { what, name: path, maxBytes } = asked;
  try {
    requireWithin(asked, world);
    return readGivenFile(what === "baseline" ? { what, path } : { what, path, maxBytes }, world);
  } catch (thrown) {
    if (what === "baseline" && thrown instanceof GateError) return undefined;
    throw thrown;
  }
}

/** A link must not lead to a file that the repository's publisher did not put there. */
function requireWithin({ what, name: path, within }: Asked, world: World): void {
  if (within === undefined) return;
  const folder = realGivenPath({ what: "VEX repository", path: within }, world);
  if (isWithin(folder, realGivenPath({ what, path }, world))) return;
  throw new GateError(
    "vex-repository-invalid",
    `The ${what} ${JSON.stringify(path)} is a link that leads out of the VEX repository ${JSON.stringify(within)}`,
    "Check the repository out anew; its files must lie in its folder.",
  );
}

function elsewhere(asked: Asked, world: World): Loaded | undefined {
  const bytes = readWorkspace(asked, world);
  return bytes && { ...asked, bytes, isElsewhere: true };
}

async function ofWorkspace(asked: AskedAt, source: RuleSource, world: World): Promise<Loaded | undefined> {
  const bytes = readWorkspace(asked, world);
  if (bytes === undefined) return undefined;
  if (!hasOwnChange(source.change)) return { ...asked, bytes };
  return { ...asked, bytes, ...(await changeTo(bytes, asked, source)) };
}

/** What the pull request changes in a file of its base. */
async function changeTo(
  head: Buffer | undefined,
  asked: AskedAt,
  source: RuleSource,
): Promise<Pick<Loaded, "change" | "isElsewhere" | "note">> {
  const base = withoutPointer(await source.read("comparison", asked), head);
  if ("unreadable" in base) return { note: notKnown(asked, base.unreadable, source) };
  if ("text" in base) return head?.equals(base.text) ? {} : { change: { base: base.text, head } };
  const own = await source.read("run", asked);
  if ("unreadable" in own) return { note: notKnown(asked, own.unreadable, source) };
  return "absent" in own ? { isElsewhere: true } : { change: { base: undefined, head } };
}

/**
 * Reads a file from the branch whose rules apply. A file that only the workspace has counts only if it is not the
 * repository's.
 */
async function ofBranch(
  asked: AskedAt,
  from: Exclude<RulesFrom, "workspace">,
  source: RuleSource,
  world: World,
): Promise<Loaded | undefined> {
  const { change: about } = source;
  const place = from === "base" ? "base" : "default branch";
  const found = withoutPointer(await source.read(from, asked), headOf(asked, world));
  if ("unreadable" in found)
    throw new GateError(
      "base-policy-unreadable",
      `The ${place}'s ${asked.what} ${JSON.stringify(asked.path)}, by which this run is to be judged, could not be read: ${found.unreadable.replace(/\.$/, "")}`,
      `${found.remedy ?? source.mayRead}; nothing is judged by another file instead.`,
    );
  if ("text" in found) return { ...asked, bytes: found.text, ...(await changeIn(found.text, asked, source, world)) };
  const bytes = readWorkspace(asked, world);
  if (bytes === undefined) return undefined;
  const own = about.privileged ? undefined : await source.read("run", asked);
  if (own !== undefined && "absent" in own) return { ...asked, bytes, isElsewhere: true };
  const note = `The ${place} has no ${asked.what} ${asked.path}, and the workspace's does not count in its place: ${about.privileged ? "write what the job makes itself to the folder for temporary files" : "merge it first"}.`;
  const change = hasOwnChange(about) ? { base: undefined, head: bytes } : undefined;
  return { ...asked, bytes: undefined, note, change };
}

/** What the pull request changes in a file, if another branch's rules apply. */
async function changeIn(
  base: Buffer,
  asked: AskedAt,
  source: RuleSource,
  world: World,
): Promise<Pick<Loaded, "change" | "note">> {
  if (!hasOwnChange(source.change)) return {};
  const head = headOf(asked, world);
  if (source.from === "base") return head?.equals(base) ? {} : { change: { base, head } };
  // The default branch need not be the base, and the pull request did not cause their differences.
  const { change, note } = await changeTo(head, asked, source);
  return { change, note };
}

/** The pull request's version of the file; undefined if it removes it. */
export function headOf(asked: Asked, world: World): Buffer | undefined {
  return tryOr(() => readWorkspace(asked, world), undefined);
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

function notKnown({ what, name }: Asked, why: string, { changeRequest }: RuleSource): string {
  return `Whether this ${changeRequest} changes the ${what} ${name} is not known: ${asSentence(why)}`;
}

function asSentence(text: string): string {
  return `${text.replace(/\.$/, "")}.`;
}

/** One note for all such files, and only if somebody could have changed them. */
export function elsewhereNote(files: readonly Loaded[], { change, from, changeRequest }: RuleSource): string[] {
  const names = files.filter(({ isElsewhere }) => isElsewhere).map(({ what, name }) => `the ${what} ${name}`);
  if (names.length === 0 || (from === "workspace" && !hasOwnChange(change))) return [];
  const one = names.length === 1;
  return [
    `${listSome(names, MOST).replace(/^t/, "T")} ${one ? "is not a file" : "are not files"} of the repository: what is in ${one ? "it" : "them"} is taken as it is, and whether a ${changeRequest} changes it is not known.`,
  ];
}

const MOST = 3;

import { listSome } from "../list-some.ts";
import { GIVEN_REPORT, type ScanResult, type Target } from "../target.ts";
import { isNamedAsFile, withoutTag } from "./reference.ts";

/** More names do not help a reader. To distinguish such gates, users set the input `name`. */
const SHOWN = 5;

/** A target, judged or not, with its scan result if there is one. */
interface Named {
  readonly target: Target;
  readonly scan?: ScanResult;
  /** The tag that a tar was saved under, if no scan found it. */
  readonly savedAs?: string | undefined;
}

/** Reads a tar's saved tag. */
type SavedTag = (target: Target) => Promise<string | undefined>;

/** The tags of tars that could not be scanned. So such a target keeps the same name as after a scan. */
export async function savedTags(targets: readonly Named[], savedTag: SavedTag): Promise<Map<Target, string>> {
  const files = targets.filter(
    ({ target, scan }) => scan === undefined && target.as === undefined && !isReference(target),
  );
  const tags = await Promise.all(files.map(async ({ target }) => [target, await savedTag(target)] as const));
  return new Map(tags.flatMap(([target, tag]) => (tag === undefined ? [] : [[target, tag]])));
}

export function withSavedTags<T extends Named>(targets: readonly T[], tags: ReadonlyMap<Target, string> = new Map()) {
  return targets.map((each) => ({ ...each, savedAs: tags.get(each.target) }));
}

/**
 * The gate's name if the user set none: the targets without tag and digest, with the requested platform, if any. So
 * every push finds the same comment, and the jobs of a matrix do not share one. For a file, it is the path as typed.
 * The file's claimed name follows, to distinguish files with the same path. A claim alone never lets it pass for
 * another image.
 * @param commits SHAs that may be part of paths
 */
export function defaultName(targets: readonly Named[], commits: readonly string[] = []): string {
  return listSome([...new Set(targets.map((each) => nameOf(each, commits)))], SHOWN);
}

function nameOf(named: Named, commits: readonly string[]): string {
  const { target } = named;
  const { kind, input, as, platform } = target;
  const file = withoutCommits(target.file ?? (kind === "image" ? input : target.label), commits);
  const name = kind === "image" && isReference(target) ? withoutTag(input) : fileName(file, as, named);
  // A new platform of the image must not change the gate's name.
  if (target.everyPlatform) return `${name} (all platforms)`;
  return platform === undefined ? name : `${name} (${platform})`;
}

function fileName(file: string, as: string | undefined, named: Named): string {
  if (as !== undefined) return `${withoutTag(as)} (${file})`;
  // A report's claim is not used: its path already belongs to one image, or to one job of a matrix.
  const tag = named.target.kind === "image" ? claimOf(named) : undefined;
  return tag === undefined ? file : `${file} (${withoutTag(tag)})`;
}

/** The name in the metadata of a tar, layout or report, which is only a claim. */
function claimOf({ scan, savedAs }: Named): string | undefined {
  return scan?.artifact.claims?.[0] ?? savedAs;
}

function isReference({ kind, input, as }: Target): boolean {
  return kind !== "image" || (as === undefined && !isNamedAsFile(input));
}

/** True if the target is a file, whose metadata may claim a name. */
function isFile(target: Target): boolean {
  return target.kind === GIVEN_REPORT || !isReference(target);
}

/**
 * A target's name that stays the same from build to build. For an image, it is the reference as typed, without tag and
 * digest. For a file without a given name, and for any other kind of target, it is kind and path. Then follow a file's
 * claimed name and the requested platform, if any.
 * @param commits SHAs that may be part of paths
 */
export function lastingName(judged: Named, commits: readonly string[]): string {
  const { kind, file, label, platform } = judged.target;
  const image = typedImage(judged.target);
  const claim = isFile(judged.target) ? claimOf(judged) : undefined;
  const path = `${kind}/${withoutCommits(file ?? label, commits)}`;
  const name =
    image === undefined ? (claim === undefined ? path : `${path} (${withoutTag(claim)})`) : withoutTag(image);
  // A label already contains the platform.
  return platform === undefined || (image === undefined && file === undefined) ? name : `${name} (${platform})`;
}

/** The image reference that the user typed for a target. */
function typedImage(target: Target): string | undefined {
  if (target.as !== undefined) return target.as;
  return target.kind === "image" && isReference(target) ? target.input : undefined;
}

/** The typed reference, otherwise the claim of the tar, layout or report, if it was read. */
export function imageOf(named: Named): string | undefined {
  return typedImage(named.target) ?? (isFile(named.target) ? claimOf(named) : undefined);
}

/** Removes commit SHAs from a path. The rest of a file's path stays the same from build to build. */
export function withoutCommits(path: string, commits: readonly string[]): string {
  return path.replace(/[0-9a-f]{7,40}/gi, (part) => (isCommit(part, commits) ? "" : part));
}

/** True if the text is a commit's SHA, or the start of one. */
export function isCommit(part: string, commits: readonly string[]): boolean {
  return part.length >= 7 && commits.some((sha) => sha.startsWith(part.toLowerCase()));
}

/** A line of an input for files: a file, and the image reference that the user assigns to it. */
export interface NamedFile {
  readonly input: string;
  readonly as?: string | undefined;
}

/**
 * Parses `app.tar as ghcr.io/acme/app:1.2`: splits it at the last ` as ` before exactly one word. Does not check that
 * this word is a reference.
 */
export function namedFile(line: string): NamedFile {
  const [, input, as] = /^(\S|\S.*\S)\s+as\s+(\S+)$/s.exec(line) ?? [];
  return input === undefined ? { input: line } : { input, as };
}

/** True if a name is an absolute path on any operating system. */
export function isAbsolutePath(name: string): boolean {
  return name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name);
}

/** The last part of an absolute path, since the folders depend on the runner. Returns any other name unchanged. */
export function withoutRunnerPath(name: string): string {
  return isAbsolutePath(name) ? (name.split(/[\\/]/).findLast((part) => part !== "") ?? name) : name;
}

import { isNamedAsFile, withoutTag } from "./image/reference.ts";
import { GIVEN_REPORT, type ScanResult, type Target } from "./target.ts";

/** More names than these say nothing to a reader; what tells two gates apart is then better given as `name`. */
const SHOWN = 5;

/** A target, judged or not, with what the scan told of it where there was one. */
interface Named {
  readonly target: Target;
  readonly scan?: ScanResult;
  /** The tag that a tar was saved under, where no scan has told it. */
  readonly savedAs?: string | undefined;
}

/** Tells the tag that a tar was saved under. */
type SavedTag = (target: Target) => Promise<string | undefined>;

/** The tags of tars that could not be scanned: they go by the same name all the same, and others of their image as ever. */
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
 * The gate's name where the user gave none: the targets without tag and digest, with the platform where one was asked
 * for, so that every push finds the same comment and the legs of a matrix do not share one. A file goes by its path, which was
 * typed; what it calls itself stands behind it and tells files of one path apart, but never takes another image's place.
 * @param commits SHAs that paths may be made from
 */
export function defaultName(targets: readonly Named[], commits: readonly string[] = []): string {
  const names = [...new Set(targets.map((each) => nameOf(each, commits)))];
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function nameOf(named: Named, commits: readonly string[]): string {
  const { target } = named;
  const { kind, input, as, platform } = target;
  const file = withoutCommits(target.file ?? (kind === "image" ? input : target.label), commits);
  const name = kind === "image" && isReference(target) ? withoutTag(input) : fileName(file, as, named);
  // One more platform is no other gate.
  if (target.everyPlatform) return `${name} (all platforms)`;
  return platform === undefined ? name : `${name} (${platform})`;
}

function fileName(file: string, as: string | undefined, named: Named): string {
  if (as !== undefined) return `${withoutTag(as)} (${file})`;
  // Not what a report says of itself: its path is that of its image, or of one leg of a matrix.
  const tag = named.target.kind === "image" ? claimOf(named) : undefined;
  return tag === undefined ? file : `${file} (${withoutTag(tag)})`;
}

/** What a tar, layout or report calls itself. */
function claimOf({ scan, savedAs }: Named): string | undefined {
  return scan?.artifact.claims?.[0] ?? savedAs;
}

function isReference({ kind, input, as }: Target): boolean {
  return kind !== "image" || (as === undefined && !isNamedAsFile(input));
}

/** It calls itself something, which may be true. */
function isFile(target: Target): boolean {
  return target.kind === GIVEN_REPORT || !isReference(target);
}

/**
 * What a target goes by from build to build: the image without tag and digest as it was typed; of a file that was given no
 * name, and of what is no image, kind and path. What a file calls itself stands behind that, and the platform where one was
 * asked for.
 * @param commits SHAs that paths may be made from
 */
export function lastingName(judged: Named, commits: readonly string[]): string {
  const { kind, file, label, platform } = judged.target;
  const image = typedImage(judged.target);
  const claim = isFile(judged.target) ? claimOf(judged) : undefined;
  const path = `${kind}/${withoutCommits(file ?? label, commits)}`;
  const name =
    image === undefined ? (claim === undefined ? path : `${path} (${withoutTag(claim)})`) : withoutTag(image);
  // A label has the platform in it.
  return platform === undefined || (image === undefined && file === undefined) ? name : `${name} (${platform})`;
}

/** The reference of the image that a target is, as typed. */
function typedImage(target: Target): string | undefined {
  if (target.as !== undefined) return target.as;
  return target.kind === "image" && isReference(target) ? target.input : undefined;
}

/** The same, else as the tar, layout or report itself has it, where it was read. */
export function imageOf(named: Named): string | undefined {
  return typedImage(named.target) ?? (isFile(named.target) ? claimOf(named) : undefined);
}

/** A file keeps its path from build to build, but for what is made from the commit. */
export function withoutCommits(path: string, commits: readonly string[]): string {
  return path.replace(/[0-9a-f]{7,40}/gi, (part) => (isCommit(part, commits) ? "" : part));
}

/** Whether it is a commit's SHA, or the beginning of one. */
export function isCommit(part: string, commits: readonly string[]): boolean {
  return part.length >= 7 && commits.some((sha) => sha.startsWith(part.toLowerCase()));
}

/** A line of an input that takes files: one of them, and the reference of the image that the user says it is. */
export interface NamedFile {
  readonly input: string;
  readonly as?: string | undefined;
}

/**
 * Takes `app.tar as ghcr.io/acme/app:1.2` apart, at the last ` as ` with one word behind it. Whether the word is a reference is
 * not looked at.
 */
export function namedFile(line: string): NamedFile {
  const [, input, as] = /^(\S|\S.*\S)\s+as\s+(\S+)$/s.exec(line) ?? [];
  return input === undefined ? { input: line } : { input, as };
}

/** Whether a name is an absolute path, on whichever system it was made. */
export function isAbsolutePath(name: string): boolean {
  return name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name);
}

/** An absolute path's last part, as its folders tell of some runner and change with it; what is none stays as it is. */
export function withoutRunnerPath(name: string): string {
  return isAbsolutePath(name) ? (name.split(/[\\/]/).findLast((part) => part !== "") ?? name) : name;
}

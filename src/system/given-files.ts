import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { GateError, tryOr } from "./errors.ts";
import type { World } from "./world.ts";

export interface GivenFile {
  /** The file's name in messages: `policy file`. */
  readonly what: string;
  /** The user's path: absolute, or relative to the workspace. */
  readonly path: string;
  readonly maxBytes?: number;
}

type Folders = Pick<World, "workspace" | "temp" | "isAtTerminal">;

/** Node refuses longer strings (V8's limit is 2^29 - 24 characters). */
const MAX_TEXT_BYTES = 0x1fffffe8;

/**
 * Writes a new or emptied file piece by piece, so that a whole report need not be in memory.
 * @param onPiece receives each piece that was written
 */
export function writePieces(
  path: string,
  pieces: Iterable<string | Buffer>,
  {
    flags = "w",
    mode = 0o600,
    onPiece,
    isDurable = false,
  }: { flags?: "w" | "wx"; mode?: number; onPiece?: (piece: string | Buffer) => void; isDurable?: boolean } = {},
): void {
  using cleanup = new DisposableStack();
  const file = cleanup.adopt(openSync(path, flags, mode), closeSync);
  for (const piece of pieces) {
    writeFileSync(file, piece);
    onPiece?.(piece);
  }
  if (isDurable) fsyncSync(file);
}

/**
 * Replaces a file as a whole, or not at all: readers see the old one or the new one. A link is replaced as well.
 * @throws errors of the system; then the old file is as it was, and nothing is left alongside it
 */
export function replaceWhole(
  path: string,
  pieces: Iterable<string | Buffer>,
  options: { readonly mode: number; readonly isDurable?: boolean },
): void {
  // Short, as the file's own name may be as long as is allowed. It has no ending, so that no program reads it.
  const fresh = join(dirname(path), `.image-gate-${randomBytes(6).toString("hex")}`);
  try {
    writePieces(fresh, pieces, { ...options, flags: "wx" });
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Opens a file to read it. Follows no link and waits for no pipe: either may have replaced the file. */
export function openUnlinked(path: string): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}

/**
 * The text of a small file of ours or of the user's settings, links followed. A pipe in its place is not waited for:
 * no writer may ever come, and a synchronous read would ignore each deadline and signal.
 * @throws Error if there is no such file, it is not a regular one, or it has more than `most` bytes
 */
export function readSmallText(path: string, most: number): string {
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)), closeSync);
  const status = fstatSync(descriptor);
  if (!status.isFile() || status.size > most) throw new Error("not a small regular file");
  return readFileSync(descriptor, "utf8");
}

/** True if `path` is `folder` or below it. Both must be absolute and real. */
export function isWithin(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner === "" || (inner !== ".." && !inner.startsWith(`..${sep}`) && !isAbsolute(inner));
}

/** A path as annotations and the platform's API expect it: with `/`, and relative to the workspace if it is in it. */
export function repositoryPath(path: string, workspace: string): string {
  const inner = relative(workspace, resolve(workspace, path));
  return inner.startsWith("..") || isAbsolute(inner) || inner === "" ? path : inner.split(sep).join("/");
}

/** True if a {@link repositoryPath} is in the repository, and not elsewhere on the runner. */
export function isInRepository(path: string): boolean {
  return !isAbsolute(path) && !path.split("/").includes("..");
}

/**
 * The real path of a file or folder that the user named. After following all symbolic links it must be in the workspace
 * or RUNNER_TEMP, since a link in a pull request must not lead to the runner's own files. At a terminal, a path outside
 * is allowed if it is written as one.
 * @throws GateError `file-missing`, `file-unreadable` or `file-outside-workspace`
 */
export function realGivenPath(given: GivenFile, { workspace, temp, isAtTerminal }: Folders): string {
  const named = resolve(workspace, given.path);
  let real: string;
  try {
    real = realpathSync(named);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EACCES") throw fault(given, UNREADABLE, cause);
    const missing = {
      code: "file-missing",
      why: `does not exist${code === "ELOOP" ? ": a symbolic link leads back to itself" : ""}`,
      remedy: isAtTerminal
        ? "Check the path, which is relative to the working directory."
        : "Check the path, which is relative to the workspace; in a job, it must have been checked out or written before.",
    };
    throw fault(given, missing, cause);
  }
  const roots = [workspace, temp].map((folder) => tryOr(() => realpathSync(folder), resolve(folder)));
  if (roots.some((root) => isWithin(root, real))) return real;
  // At a terminal a path may lead out, unless a link hides that it does.
  if (isAtTerminal && !isWithin(workspace, named)) return real;
  throw fault(given, OUTSIDE);
}

interface GivenFault {
  readonly code: string;
  /** The end of the sentence about the file. */
  readonly why: string;
  readonly remedy: string;
}

const OUTSIDE: GivenFault = {
  code: "file-outside-workspace",
  why: "is outside of the workspace, or is a link that leads out of it",
  remedy: "Put the file itself into the workspace or the folder for temporary files.",
};
const UNREADABLE: GivenFault = {
  code: "file-unreadable",
  why: "cannot be opened",
  remedy: "Give the user of this run the right to read it.",
};
const NOT_REGULAR: GivenFault = {
  code: "file-not-regular",
  why: "is not a regular file",
  remedy: "Name a file, not a folder, device or pipe.",
};

function fault({ what, path }: GivenFile, { code, why, remedy }: GivenFault, cause?: unknown): GateError {
  return new GateError(code, `The ${what} ${JSON.stringify(path)} ${why}`, remedy, { cause });
}

/**
 * The bytes of a file that the user named. It must be regular, in the workspace or RUNNER_TEMP, and not too large.
 * @throws GateError `file-missing`, `file-outside-workspace`, `file-not-regular`, `file-too-large`, `file-unreadable`.
 */
export function readGivenFile(given: GivenFile, folders: Folders): Buffer {
  const limit = given.maxBytes ?? MAX_TEXT_BYTES;
  return withGivenFile(given, folders, (descriptor, size) => {
    const why = `has ${size} bytes; at most ${limit} are read`;
    if (size > limit) throw fault(given, { code: "file-too-large", why, remedy: "Make the file smaller." });
    return readFileSync(descriptor);
  });
}

/**
 * The first bytes of such a file, which may have any size.
 * @throws GateError `file-missing`, `file-outside-workspace`, `file-not-regular`, `file-unreadable`.
 */
export function readGivenStart(given: Omit<GivenFile, "maxBytes">, bytes: number, folders: Folders): Buffer {
  return withGivenFile(given, folders, (descriptor) => {
    const start = Buffer.alloc(bytes);
    return start.subarray(0, readSync(descriptor, start, 0, bytes, 0));
  });
}

function withGivenFile<T>(given: GivenFile, folders: Folders, read: (descriptor: number, size: number) => T): T {
  const real = realGivenPath(given, folders);
  using cleanup = new DisposableStack();
  let descriptor: number;
  try {
    descriptor = cleanup.adopt(openUnlinked(real), closeSync);
  } catch (cause) {
    // The system reports a socket by this error.
    throw fault(given, (cause as NodeJS.ErrnoException).code === "ENXIO" ? NOT_REGULAR : UNREADABLE, cause);
  }
  const status = fstatSync(descriptor);
  if (!status.isFile()) throw fault(given, NOT_REGULAR);
  return read(descriptor, status.size);
}

/** The entries of a folder. Empty if it is missing or cannot be read, and for a file. */
export function entriesOf(folder: string): Dirent[] {
  return tryOr(() => readdirSync(folder, { withFileTypes: true }), []);
}

/** Undefined: it is not there, a folder of its path cannot be read or is a file, or no file can have this name. */
export function statusOf(path: string): Stats | undefined {
  return tryOr(() => statSync(path, { throwIfNoEntry: false }), undefined);
}

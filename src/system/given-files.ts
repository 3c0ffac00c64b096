import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { GateError } from "./errors.ts";
import type { World } from "./world.ts";

export interface GivenFile {
  /** For messages: what the file is to us, such as `policy file`. */
  readonly what: string;
  /** As the user named it: absolute, or relative to the workspace. */
  readonly path: string;
  readonly maxBytes?: number;
}

type Folders = Pick<World, "workspace" | "temp">;

/** Node refuses longer strings (V8's limit is 2^29 - 24 characters). */
const MAX_TEXT_BYTES = 0x1fffffe8;

/** Writes a new or an emptied file piece by piece: a whole report need not be in memory at once. */
export function writePieces(
  path: string,
  pieces: Iterable<string | Buffer>,
  { flags = "w", mode = 0o600 }: { flags?: "w" | "wx"; mode?: number } = {},
): void {
  const file = openSync(path, flags, mode);
  try {
    for (const piece of pieces) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
}

/** Whether `path` lies in `folder` or is it. Both absolute and real. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A path as annotations and GitHub's API name it: relative to the workspace where it lies in it, with `/`. */
export function repositoryPath(path: string, workspace: string): string {
  const way = relative(workspace, resolve(workspace, path));
  return way.startsWith("..") || isAbsolute(way) || way === "" ? path : way.split(sep).join("/");
}

/** Whether a {@link repositoryPath} is one of the repository, and no file elsewhere on the runner. */
export function isInRepository(path: string): boolean {
  return !isAbsolute(path) && !path.split("/").includes("..");
}

/**
 * The real path of a file or folder that the user named, held to be within the workspace or RUNNER_TEMP after all
 * symbolic links are followed: a link in a pull request must not lead to the runner's own files.
 * @throws GateError `file-missing` or `file-outside-workspace`.
 */
export function realGivenPath(given: GivenFile, { workspace, temp }: Folders): string {
  let real: string;
  try {
    real = realpathSync(resolve(workspace, given.path));
  } catch (cause) {
    throw new GateError(
      "file-missing",
      `The ${given.what} ${JSON.stringify(given.path)} does not exist`,
      "Check the path, which is relative to the workspace; a step before this one must have written or checked it out (actions/checkout).",
      { cause },
    );
  }
  const roots = [workspace, temp].map((folder) => {
    try {
      return realpathSync(folder);
    } catch {
      return resolve(folder);
    }
  });
  if (roots.some((root) => isWithin(root, real))) return real;
  throw new GateError(
    "file-outside-workspace",
    `The ${given.what} ${JSON.stringify(given.path)} lies outside the workspace, or is a link that leads out of it`,
    "Put the file itself into the workspace (GITHUB_WORKSPACE) or into RUNNER_TEMP.",
  );
}

/**
 * The bytes of a file that the user named: regular, within the workspace or RUNNER_TEMP, not larger than allowed.
 * @throws GateError `file-missing`, `file-outside-workspace`, `file-not-regular`, `file-too-large`, `file-unreadable`.
 */
export function readGivenFile(given: GivenFile, folders: Folders): Buffer {
  const limit = given.maxBytes ?? MAX_TEXT_BYTES;
  return withGivenFile(given, folders, (descriptor, size) => {
    if (size > limit)
      throw new GateError(
        "file-too-large",
        `The ${given.what} ${JSON.stringify(given.path)} has ${size} bytes; at most ${limit} are read`,
        "Make the file smaller.",
      );
    return readFileSync(descriptor);
  });
}

/**
 * The first bytes of such a file, whatever its size.
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
  let descriptor: number;
  try {
    // Not followed and not waited for: what was a file a moment ago may be a link or a pipe by now.
    descriptor = openSync(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw new GateError(
      "file-unreadable",
      `The ${given.what} ${JSON.stringify(given.path)} cannot be opened`,
      "Give the runner's user the right to read it.",
      { cause },
    );
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile())
      throw new GateError(
        "file-not-regular",
        `The ${given.what} ${JSON.stringify(given.path)} is not a regular file`,
        "Name a file, not a folder, device or pipe.",
      );
    return read(descriptor, status.size);
  } finally {
    closeSync(descriptor);
  }
}

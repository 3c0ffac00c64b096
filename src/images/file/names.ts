import { posix } from "node:path";
import { quoted } from "../../system/tar/problem.ts";
import { tooLarge } from "../fault.ts";

/** Components that a clean path cannot have: an empty one, `.`, `..`, or a slash at its start or end. */
const UNCLEAN = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * The path that container engines make of a member's name: it starts at the root, and `..` cannot lead out of it. The
 * root itself is empty.
 */
function cleanPath(name: string): string {
  const path = name.startsWith("./") ? name.slice(2) : name;
  return UNCLEAN.test(path) ? posix.normalize(`/${path}`).replace(/^\/|\/$/g, "") : path;
}

/** Longest path that Linux allows. */
const LONGEST_PATH = 4096;
/** Folders above a file. Honest images have at most half of it. */
const DEEPEST = 128;

/**
 * A clean path that a file system allows.
 * @throws ImageFault `image-too-large`
 */
export function boundedPath(name: string): string {
  const path = cleanPath(name);
  if (path.length > LONGEST_PATH) throw tooLarge(`the name ${quoted(path)} has more than ${LONGEST_PATH} characters`);
  let depth = 0;
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) depth++;
  if (depth > DEEPEST) throw tooLarge(`the name ${quoted(path)} has more than ${DEEPEST} folders`);
  return path;
}

/** A path within a folder; the root is empty. */
export function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The folder of a clean path; empty: the root. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at === -1 ? "" : path.slice(0, at);
}

/** The last component of a clean path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

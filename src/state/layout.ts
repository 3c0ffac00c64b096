import { hash } from "node:crypto";

/** The file that lists all others with their SHA-256. */
export const INDEX_PATH = "index.json";

/** A file that {@link INDEX_PATH} may list. */
export const STATE_PATH = /^(images\/[0-9a-f]{64}\.json|sboms\/[a-z0-9]+-[0-9a-f]{32,128}\.cdx\.json\.gz)$/;

/** SHA-256 in lower-case hexadecimal. */
export function sha256(content: Buffer | string): string {
  return hash("sha256", content, "hex");
}

/** The file of an image name's history. A name can have any characters, and a path cannot. */
export function imagePath(name: string): string {
  return `images/${sha256(name)}.json`;
}

/**
 * The file of a digest's SBOM. `sha256:…` is written `sha256-…`: Windows and kept artifacts allow no colon in a file's
 * name. Undefined if the text is not a digest.
 */
export function sbomPath(digest: string): string | undefined {
  const path = `sboms/${digest.replace(":", "-")}.cdx.json.gz`;
  return STATE_PATH.test(path) ? path : undefined;
}

/** Whether a file belongs to the state, by its path. Everything else in the folder or on the branch is ignored. */
export function isStatePath(path: string): boolean {
  return path === INDEX_PATH || STATE_PATH.test(path);
}

/** Whether it is the history of an image name. */
export function isImagePath(path: string): boolean {
  return STATE_PATH.test(path) && path.startsWith("images/");
}

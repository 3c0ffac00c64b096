/** An image reference in its parts. */
export interface ImageReference {
  /** Registry and repository as written: `python`, `ghcr.io/acme/base`. */
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** No reference is longer: 255 of the name, 128 of the tag, 71 of the digest, and the registry's host. */
const LONGEST = 600;

/** The grammar of github.com/distribution/reference, with SHA-256 as the only digest. */
const REFERENCE = new RegExp(
  [
    "^((?:(?:[a-z0-9-]+(?:\\.[a-z0-9-]+)*|\\[[0-9a-f:]+\\])(?::\\d{1,5})?/)?",
    "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)",
    "(?::(\\w[\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$",
  ].join(""),
);

/** A reference in its parts, a host in lower case only; undefined where the text is none. */
export function parseReference(text: string): ImageReference | undefined {
  if (text.length > LONGEST || text.startsWith("-")) return undefined;
  const [, name, tag, digest] = REFERENCE.exec(text) ?? [];
  return name === undefined ? undefined : { name, tag, digest };
}

/** Whether an `image` is named as a file or folder, and cannot be meant as a reference: written as a path, or with a tar's ending. */
export function isNamedAsFile(image: string): boolean {
  return /^(?:\.{0,2}\/|[A-Za-z]:[\\/])|\.(?:tar|tar\.gz|tgz)$/.test(image);
}

/** A digest of the only kind that is used. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

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

/** The last part of a name, with the tag and the digest behind it. A port or a path's `@` stands before the last slash. */
const ENDING = /^([^:@]+)(?::(\w[\w.-]{0,127}))?(?:@([a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]+))?$/i;

/**
 * The parts of a reference as typed, of other spellings and digests too than {@link parseReference} knows. A text that is no
 * reference is a name as a whole: cut short, it could be taken for another image's.
 */
export function referenceParts(text: string): ImageReference {
  const start = text.lastIndexOf("/") + 1;
  const [, last, tag, digest] = ENDING.exec(text.slice(start)) ?? [];
  return last === undefined ? { name: text } : { name: text.slice(0, start) + last, tag, digest };
}

/** A reference as typed, without tag and digest. */
export function withoutTag(reference: string): string {
  return referenceParts(reference).name;
}

/** A reference as typed, without its digest, without its tag, and without both. */
export function referenceForms(reference: string): string[] {
  const { name, tag, digest } = referenceParts(reference);
  const behind = digest === undefined ? "" : `@${digest}`;
  return [reference, tag === undefined ? name : `${name}:${tag}`, name + behind, name];
}

/** Other names of Docker Hub than `docker.io`, by which images are called: what its API and its login go by. */
const DOCKER_HUB = new Set(["index.docker.io", "registry-1.docker.io"]);

/**
 * The registry, port included, that a repository or an image names. The first part is a host if it has a dot, a port
 * or is `localhost` (github.com/distribution/reference). Undefined if it names none.
 */
export function namedRegistry(repository: string): string | undefined {
  const host = namedHost(repository)?.toLowerCase();
  return host !== undefined && DOCKER_HUB.has(host) ? "docker.io" : host;
}

/** The registry that a repository or an image lies in: Docker Hub unless it names another. */
export function registryHost(repository: string): string {
  return namedRegistry(repository) ?? "docker.io";
}

/**
 * An image's repository by its one name, without tag and digest: `alpine`, `docker.io/library/alpine:3` and
 * `index.docker.io/library/alpine@sha256:…` are all `docker.io/library/alpine`.
 */
export function repositoryName(reference: string): string {
  const name = withoutTag(reference);
  const host = registryHost(name);
  const written = namedHost(name);
  const path = written === undefined ? name : name.slice(written.length + 1);
  return host === "docker.io" && !path.includes("/") ? `${host}/library/${path}` : `${host}/${path}`;
}

/** Whether two references mean one repository, whatever their tags and digests. */
export function isSameRepository(a: string, b: string): boolean {
  return repositoryName(a) === repositoryName(b);
}

/** The host as it is written, if there is one. */
function namedHost(name: string): string | undefined {
  return /^(?:[^/.:]*[.:][^/]*|localhost)(?=\/)/.exec(name)?.[0];
}

/** The parts of an image reference. */
export interface ImageReference {
  /** Registry and repository as written: `python`, `ghcr.io/acme/base`. */
  readonly name: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * No valid reference is longer: 255 characters for the name, 128 for the tag, 71 for the digest, plus the registry's
 * host.
 */
const LONGEST = 600;

/** The grammar of github.com/distribution/reference, with SHA-256 as the only digest. */
const REFERENCE = new RegExp(
  [
    "^((?:(?:[a-z0-9-]+(?:\\.[a-z0-9-]+)*|\\[[0-9a-f:]+\\])(?::\\d{1,5})?/)?",
    "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)",
    "(?::(\\w[\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$",
  ].join(""),
);

/** Parses a reference. The host must be in lower case. Returns undefined if the text is not a valid reference. */
export function parseReference(text: string): ImageReference | undefined {
  if (text.length > LONGEST || text.startsWith("-")) return undefined;
  const [, name, tag, digest] = REFERENCE.exec(text) ?? [];
  return name === undefined ? undefined : { name, tag, digest };
}

/** True if an `image` is a file or folder, not a reference: it looks like a path, or has the extension of a tar. */
export function isNamedAsFile(image: string): boolean {
  return /^(?:\.{0,2}\/|[A-Za-z]:[\\/])|\.(?:tar|tar\.gz|tgz)$/.test(image);
}

/**
 * How a text refers to an image. `whole`: it has a registry's host, a tag or a digest. `alone`: only a name, which
 * could also be a file's. Undefined: it can only be a path. As in engines, a host may be in upper case, and a digest of
 * any algorithm.
 */
export function imageNaming(text: string): "whole" | "alone" | undefined {
  if (isNamedAsFile(text)) return undefined;
  const named = text.replace(/@[^/]*$/, "");
  const parsed = parseReference(named.replace(/^[^/]*\//, (host) => host.toLowerCase()));
  if (parsed === undefined) return undefined;
  const isWhole = parsed.tag !== undefined || named !== text || namedHost(parsed.name) !== undefined;
  return isWhole ? "whole" : "alone";
}

/** True if the text is a SHA-256 digest, the only kind in use. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** The last part of a name, followed by tag and digest. A port, or an `@` in a path, comes before the last slash. */
const ENDING = /^([^:@]+)(?::(\w[\w.-]{0,127}))?(?:@([a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]+))?$/i;

/**
 * The parts of a reference as typed. Accepts more spellings and digests than {@link parseReference}. An invalid
 * reference becomes a name as a whole: shortened, it could pass for another image.
 */
export function referenceParts(text: string): ImageReference {
  const start = text.lastIndexOf("/") + 1;
  const [, last, tag, digest] = ENDING.exec(text.slice(start)) ?? [];
  return last === undefined ? { name: text } : { name: text.slice(0, start) + last, tag, digest };
}

/** The reference as typed, without tag and digest. */
export function withoutTag(reference: string): string {
  return referenceParts(reference).name;
}

/** All forms of a reference: as typed, without its digest, without its tag, and without both. */
export function referenceForms(reference: string): string[] {
  const { name, tag, digest } = referenceParts(reference);
  const behind = digest === undefined ? "" : `@${digest}`;
  return [reference, tag === undefined ? name : `${name}:${tag}`, name + behind, name];
}

/**
 * True if a reference has both a tag and a digest. Engines and registries use the digest, so the tag is unconfirmed.
 */
export function hasUnconfirmedTag(reference: string): boolean {
  const { tag, digest } = referenceParts(reference);
  return tag !== undefined && digest !== undefined;
}

/** The forms of {@link referenceForms} without an unconfirmed tag. */
export function confirmedForms(reference: string): string[] {
  const forms = referenceForms(reference);
  return hasUnconfirmedTag(reference) ? forms.slice(2) : forms;
}

/** Other names for `docker.io` in image names: the hosts of its API and its login. */
const DOCKER_HUB = new Set(["index.docker.io", "registry-1.docker.io"]);

/**
 * The registry in the name of a repository or an image, including its port. The first part is a host if it has a dot or
 * a port, or is `localhost` (github.com/distribution/reference). Undefined if there is no host.
 */
export function namedRegistry(repository: string): string | undefined {
  const host = namedHost(repository)?.toLowerCase();
  return host !== undefined && DOCKER_HUB.has(host) ? "docker.io" : host;
}

/** The registry of a repository or an image: Docker Hub unless the name has another one. */
export function registryHost(repository: string): string {
  return namedRegistry(repository) ?? "docker.io";
}

/**
 * The canonical name of an image's repository, without tag and digest. `alpine`, `docker.io/library/alpine:3` and
 * `index.docker.io/library/alpine@sha256:…` all become `docker.io/library/alpine`.
 */
export function repositoryName(reference: string): string {
  const name = withoutTag(reference);
  const host = registryHost(name);
  const written = namedHost(name);
  const path = written === undefined ? name : name.slice(written.length + 1);
  return host === "docker.io" && !path.includes("/") ? `${host}/library/${path}` : `${host}/${path}`;
}

/** True if two references are in the same repository, regardless of tags and digests. */
export function isSameRepository(a: string, b: string): boolean {
  return repositoryName(a) === repositoryName(b);
}

/** The host as written, if any. */
function namedHost(name: string): string | undefined {
  return /^(?:[^/.:]*[.:][^/]*|localhost)(?=\/)/.exec(name)?.[0];
}

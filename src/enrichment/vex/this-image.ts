import { hasUnconfirmedTag, isNamedAsFile, referenceParts, repositoryName } from "../../domain/image/reference.ts";
import type { Purl } from "../../domain/purl.ts";
import type { Artifact } from "../../domain/target.ts";

/** True if a package URL names an image: `pkg:oci/app?repository_url=ghcr.io/acme/app` or `pkg:docker/acme/app`. */
export function isImagePurl({ type }: Purl): boolean {
  return type === "oci" || type === "docker";
}

/**
 * True if an image's package URL (`pkg:oci/app@sha256:…?repository_url=ghcr.io/acme/app`) means the scanned image. It
 * must name the repository or the digest. Everything else in it (digest, tag, architecture) must match. By the
 * specification of `oci`, `repository_url` ends with the name, but some people only write the part before it.
 * (https://github.com/package-url/purl-spec/blob/main/types/oci-definition.json)
 */
export function isThisImage(purl: Purl, artifact: Artifact): boolean {
  if (purl.type === "docker") return isThisDockerImage(purl, artifact);
  const { type, namespace, version, qualifiers } = purl;
  if (type !== "oci" || namespace !== undefined) return false;
  const { repository_url: url, tag, arch } = qualifiers;
  if (url === undefined && version === undefined) return false;
  if (version !== undefined && !isDigestOf(version, artifact)) return false;
  if (arch !== undefined && arch !== artifact.platform?.split("/")[1]) return false;
  return namesMeant(purl, artifact).some((each) => tag === undefined || tag === confirmedTag(each));
}

/**
 * The type `docker` names the whole repository, at Docker Hub unless `repository_url` says otherwise. Its version is a
 * digest or tag.
 */
function isThisDockerImage(purl: Purl, artifact: Artifact): boolean {
  const { version } = purl;
  const names = namesMeant(purl, artifact);
  if (version?.startsWith("sha256:")) return isDigestOf(version, artifact) && names.length > 0;
  return names.some((each) => version === undefined || version === confirmedTag(each));
}

/** Alongside a digest, a tag may be any: no statement is chosen by it. */
function confirmedTag(reference: string): string | undefined {
  return hasUnconfirmedTag(reference) ? undefined : referenceParts(reference).tag;
}

function isDigestOf(version: string, { digest, index }: Artifact): boolean {
  return version === digest || version === index?.digest;
}

/** True if the user named an image as this package URL does, by repository and name alone. */
export function isNamedAs(purl: Purl, artifact: Artifact): boolean {
  return namesMeant(purl, artifact).length > 0;
}

/** The names that the user typed and this package URL means. */
function namesMeant(
  { type, namespace, name, qualifiers: { repository_url: url } }: Purl,
  { names }: Artifact,
): string[] {
  const images = names.filter((each) => !isNamedAsFile(each));
  if (type === "docker") {
    const repository = repositoryName([withoutScheme(url ?? "docker.io"), namespace, name].filter(Boolean).join("/"));
    return images.filter((each) => repositoryName(each) === repository);
  }
  return namespace === undefined ? images.filter((each) => isRepository(repositoryName(each), name, url)) : [];
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//i, "").replace(/(?<!\/)\/+$/, "");
}

function isRepository(repository: string, name: string, url: string | undefined): boolean {
  if (!repository.endsWith(`/${name}`)) return false;
  if (url === undefined) return true;
  const written = withoutScheme(url);
  return repository === repositoryName(written) || repository === repositoryName(`${written}/${name}`);
}

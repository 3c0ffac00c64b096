import { isNamedAsFile, referenceParts, repositoryName } from "../../domain/image/reference.ts";
import type { Purl } from "../../domain/purl.ts";
import type { Artifact } from "../../domain/target.ts";

/**
 * Whether an image's package URL (`pkg:oci/app@sha256:…?repository_url=ghcr.io/acme/app`) means the scanned image. It must
 * name the repository or the digest. Everything else in it (digest, tag, architecture) must match. By the specification of
 * `oci`, `repository_url` ends with the name, but some people only write the part before it.
 * (https://github.com/package-url/purl-spec/blob/main/types/oci-definition.json)
 */
export function isThisImage({ type, namespace, name, version, qualifiers }: Purl, artifact: Artifact): boolean {
  if (type !== "oci" || namespace !== undefined) return false;
  const { repository_url: url, tag, arch } = qualifiers;
  if (url === undefined && version === undefined) return false;
  if (version !== undefined && version !== artifact.digest && version !== artifact.index?.digest) return false;
  if (arch !== undefined && arch !== artifact.platform?.split("/")[1]) return false;
  return artifact.names.some(
    (each) => isOf(each, name, url) && (tag === undefined || tag === referenceParts(each).tag),
  );
}

/** Whether the user named an image as this package URL does, by repository and name alone. */
export function isNamedAs({ namespace, name, qualifiers }: Purl, artifact: Artifact): boolean {
  return namespace === undefined && artifact.names.some((each) => isOf(each, name, qualifiers.repository_url));
}

/** Whether a name that the user typed is one of a repository. */
function isOf(typed: string, name: string, url: string | undefined): boolean {
  return !isNamedAsFile(typed) && isRepository(repositoryName(typed), name, url);
}

function isRepository(repository: string, name: string, url: string | undefined): boolean {
  if (!repository.endsWith(`/${name}`)) return false;
  if (url === undefined) return true;
  const written = url.replace(/^https?:\/\//i, "").replace(/\/+$/, "");
  return repository === repositoryName(written) || repository === repositoryName(`${written}/${name}`);
}

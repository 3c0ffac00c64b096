import { isNamedAsFile, referenceParts, repositoryName } from "../../domain/image/reference.ts";
import type { Purl } from "../../domain/purl.ts";
import type { Artifact } from "../../domain/target.ts";

/**
 * Whether a package URL of an image (`pkg:oci/app@sha256:…?repository_url=ghcr.io/acme/app`) means the one that was scanned.
 * Its repository must be named, or its digest; what else is given (digest, tag, architecture) must agree. As the specification
 * of `oci` has it, `repository_url` ends with the name; some write what stands before it.
 * (https://github.com/package-url/purl-spec/blob/main/types/oci-definition.json)
 */
export function isThisImage({ type, namespace, name, version, qualifiers }: Purl, artifact: Artifact): boolean {
  if (type !== "oci" || namespace !== undefined) return false;
  const { repository_url: url, tag, arch } = qualifiers;
  if (url === undefined && version === undefined) return false;
  if (version !== undefined && version !== artifact.digest && version !== artifact.index?.digest) return false;
  if (arch !== undefined && arch !== artifact.platform?.split("/")[1]) return false;
  return artifact.names.some(
    (each) =>
      !isNamedAsFile(each) &&
      isRepository(repositoryName(each), name, url) &&
      (tag === undefined || tag === referenceParts(each).tag),
  );
}

function isRepository(repository: string, name: string, url: string | undefined): boolean {
  if (!repository.endsWith(`/${name}`)) return false;
  if (url === undefined) return true;
  const written = url.replace(/^https?:\/\//i, "").replace(/\/+$/, "");
  return repository === repositoryName(written) || repository === repositoryName(`${written}/${name}`);
}

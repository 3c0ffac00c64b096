import { hash } from "node:crypto";
import { parseReference, repositoryName } from "../../../domain/image/reference.ts";

// Trivy's own ids, since 0.68, by its `pkg/scan/service.go`, `pkg/fanal/artifact/image/image.go` and `pkg/fingerprint`.
// They depend on the image's name, and Trivy was given a folder instead.

/** The names of an image, as Trivy would know them. */
export interface ArtifactNames {
  readonly name: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
}

/** Trivy takes an artifact with such an ending for an archive, also if it is a reference. */
const ARCHIVE = /\.(?:tar|gz|gzip|tgz)$/i;

/**
 * The name by which Trivy identifies an image (`Metadata.Reference`): the tag or digest that is called as the artifact,
 * else the first. Undefined: the image has no name, as in an OCI layout.
 */
export function referenceOf({ name, repoTags, repoDigests }: ArtifactNames): string | undefined {
  const known = [...repoTags, ...repoDigests].filter((each) => parseReference(each) !== undefined);
  if (ARCHIVE.test(name) || parseReference(name) === undefined) return known[0];
  const asked = fullName(name);
  return known.find((each) => fullName(each) === asked) ?? known[0];
}

/** Trivy's `ArtifactID`: of the image's id and its repository, without tag and digest. */
export function artifactIdOf(imageId: string, reference: string | undefined): string {
  if (reference === undefined) return imageId;
  return `sha256:${hash("sha256", `${imageId}:${repositoryOf(reference)}`)}`;
}

/** The 64 hexadecimal digits of Trivy's `Fingerprint` of a vulnerability. */
export function fingerprintOf(
  artifactId: string,
  target: string,
  { packageId, advisory }: { readonly packageId: string; readonly advisory: string },
): string {
  return hash("sha256", `${artifactId}:${target}:${packageId}:${advisory}`);
}

/** With Docker Hub's older name, as Go's library for registries writes it. */
function repositoryOf(reference: string): string {
  return repositoryName(reference).replace(/^docker\.io\//, "index.docker.io/");
}

function fullName(reference: string): string {
  const { tag = "latest", digest } = parseReference(reference) ?? {};
  return digest === undefined ? `${repositoryOf(reference)}:${tag}` : `${repositoryOf(reference)}@${digest}`;
}

import { isSameRepository, parseReference, registryHost } from "../../domain/image/reference.ts";

/**
 * Chooses, among the digests that an engine or a cluster has for an image, the one in the repository that `written`
 * names. Without such a digest, the image was named by hand (`docker tag`), and gets the name of another one.
 * @param written the image as its user wrote it
 * @param repoDigests `name@sha256:…`; any other text is ignored
 * @returns a name for which a registry can be asked; undefined if no registry has it
 */
export function nameImage(written: string, repoDigests: readonly string[]) {
  const own = parseReference(written);
  // An image that was started by its digest keeps it, even if the node knows its manifest and not the index.
  if (own?.digest !== undefined && !isLocalName(own.name)) return { reference: written, digest: own.digest };
  const known = repoDigests.flatMap((text) => {
    const { name, digest } = parseReference(text) ?? {};
    return name === undefined || digest === undefined || isLocalName(name) ? [] : [{ name, digest }];
  });
  const same = own && known.find(({ name }) => isSameRepository(name, own.name));
  if (same !== undefined) return { reference: written, digest: same.digest };
  const other = known[0];
  return other && { reference: `${other.name}@${other.digest}`, digest: other.digest };
}

/** Podman puts local images under `localhost/`, which is not a registry. `localhost:5000/` is one. */
export function isLocalName(name: string): boolean {
  return registryHost(name) === "localhost";
}

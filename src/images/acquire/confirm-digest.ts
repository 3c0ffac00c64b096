import {
  isDigest,
  isSameRepository,
  parseReference,
  referenceParts,
  repositoryName,
} from "../../domain/image/reference.ts";
import { ImageFault } from "../fault.ts";
import { sha256Of } from "../oci/documents.ts";
import { RegistryFault } from "../registry/fault.ts";
import { findInRegistry, type RegistryAccess } from "../sources/registry.ts";
import type { AcquiredImage } from "./acquired-image.ts";

type Confirmed = Pick<AcquiredImage, "digest" | "index" | "annotations" | "digestUnknown">;

/**
 * The manifest of an image of a local engine in its registry. An engine's claim about a digest is not proof: the
 * registry's own manifest for the image's platform must lead to the configuration that was read. It must not have
 * layers from which a snapshotter of containerd could make other files. None of them looks at DiffIDs, and an engine's
 * export has no tables that could be compared.
 * @param reference as the user wrote it
 * @returns why it is not known, if it is not
 */
export async function confirmedDigest(
  reference: string,
  { repoDigests, imageId, platform }: Pick<AcquiredImage, "repoDigests" | "imageId" | "platform">,
  access: RegistryAccess,
  signal: AbortSignal,
): Promise<Partial<Confirmed>> {
  const root = claimedDigest(reference, repoDigests);
  if (root === undefined) return {};
  const asked = { reference: `${repositoryName(reference)}@${root}`, platform };
  try {
    const { config, layers, digest, index, annotations } = await findInRegistry(asked, access, signal);
    if (sha256Of(config) !== imageId)
      return { digestUnknown: "its registry has another image at the digest that this machine names" };
    const hasTable = layers.some(({ tables }) => (tables?.stargz.length ?? 0) > 0);
    if (hasTable) return { digestUnknown: "its layers in its registry have tables that were not compared" };
    return { digest, index, annotations };
  } catch (error) {
    if (error instanceof RegistryFault) return { digestUnknown: error.message };
    if (error instanceof ImageFault) return { digestUnknown: "its registry has no image there that could be read" };
    throw error;
  }
}

/** The digest that the engine names for the reference's own repository. */
function claimedDigest(reference: string, repoDigests: readonly string[]): string | undefined {
  const asked = parseReference(reference)?.digest;
  const own = repoDigests.flatMap((each) => {
    const { digest = "" } = referenceParts(each);
    return isDigest(digest) && isSameRepository(each, reference) ? [digest] : [];
  });
  return own.find((each) => each === asked) ?? own[0];
}

import { platformMatches } from "../../domain/image/platform.ts";
import { isDigest, isSameRepository, parseReference, referenceParts } from "../../domain/image/reference.ts";
import { ImageFault } from "../fault.ts";
import type { ListedImage } from "../oci/documents.ts";
import { requireTarLayers, tableClaims } from "../oci/layer-kinds.ts";
import type { RegistryDocument, RegistryReader } from "../registry/client.ts";
import { RegistryFault } from "../registry/fault.ts";
import type { AcquiredImage } from "./acquired-image.ts";

/** Highest number of an index's manifests that we request. Honest indexes have one for a platform. */
const MOST_ASKED = 10;

type IndexDocument = Extract<RegistryDocument, { kind: "index" }>;
type ManifestDocument = Extract<RegistryDocument, { kind: "manifest" }>;
type Confirmed = Pick<AcquiredImage, "digest" | "index" | "annotations" | "digestUnknown">;

/**
 * The manifest of an image of a local engine in its registry. An engine's claim about a digest is not proof: the
 * registry's own manifest must lead to the configuration that was read.
 * @param reference as the user wrote it
 * @returns why it is not known, if it is not
 */
export async function confirmedDigest(
  reference: string,
  image: Pick<AcquiredImage, "repoDigests" | "imageId" | "platform">,
  manifests: RegistryReader,
): Promise<Partial<Confirmed>> {
  const root = claimedDigest(reference, image.repoDigests);
  if (root === undefined) return {};
  try {
    const document = await manifests.read(reference, root);
    if (document.kind === "index") return await inIndex(reference, document, image, manifests);
    if (document.config.digest === image.imageId)
      return asRead(document, { digest: document.digest, annotations: [document.annotations] });
    return { digestUnknown: "its registry has another image at the digest that this machine names" };
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

/** Only manifests for the image's own platform may be it, unless the index or the image names none. */
async function inIndex(
  reference: string,
  index: IndexDocument,
  { imageId, platform }: Pick<AcquiredImage, "imageId" | "platform">,
  manifests: RegistryReader,
): Promise<Partial<Confirmed>> {
  const fitting = index.images.filter(
    (image) => !platform || !image.platform || platformMatches(platform, image.platform),
  );
  const matching = new Map<string, { image: ListedImage; manifest: ManifestDocument }>();
  for (const image of fitting.slice(0, MOST_ASKED)) {
    const manifest = await manifests.read(reference, image.digest);
    if (manifest.kind === "manifest" && manifest.config.digest === imageId)
      matching.set(image.digest, { image, manifest });
  }
  const [found, ...others] = matching.values();
  if (others.length > 0) return { digestUnknown: "its index has several manifests of one configuration" };
  if (found === undefined)
    return { digestUnknown: "its registry has another image at the digest that this machine names" };
  return asRead(found.manifest, {
    digest: found.manifest.digest,
    index: { digest: index.digest, images: index.images.map(({ digest, platform: at }) => ({ digest, platform: at })) },
    annotations: [found.manifest.annotations, found.image.annotations, index.annotations],
  });
}

/**
 * What was confirmed, unless a snapshotter of containerd could make other files from the manifest. None of them looks
 * at DiffIDs, and an engine's export has no tables that could be compared.
 * @throws ImageFault `compression-unknown`
 */
function asRead({ layers }: ManifestDocument, confirmed: Partial<Confirmed>): Partial<Confirmed> {
  requireTarLayers(layers);
  const hasTable = layers.some((layer) => (tableClaims(layer)?.stargz.length ?? 0) > 0);
  return hasTable ? { digestUnknown: "its layers in its registry have tables that were not compared" } : confirmed;
}

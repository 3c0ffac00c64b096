import { parseReference, repositoryName } from "../../domain/image/reference.ts";
import type { Descriptor } from "../oci/documents.ts";
import { tableClaims } from "../oci/layer-kinds.ts";
import type { BlobFetcher } from "../registry/blobs.ts";
import type { RegistryReader } from "../registry/client.ts";
import { resolveImage, type Wanted } from "../resolve.ts";
import type { FoundImage, LayerSource } from "../source.ts";

/** A reference to an image in a registry. */
interface RegistryImage extends Pick<Wanted, "platform" | "digest"> {
  /** `name`, `name:tag` or `name@sha256:…`. */
  readonly reference: string;
}

/** How to ask registries. */
export interface RegistryAccess {
  readonly manifests: RegistryReader;
  /** @param reference any of the repository */
  readonly blobs: (reference: string) => BlobFetcher;
}

/**
 * Reads an image's manifest and configuration from its registry.
 * @throws ImageFault
 */
export async function findInRegistry(
  { reference, digest, platform }: RegistryImage,
  { manifests, blobs }: RegistryAccess,
  signal: AbortSignal,
): Promise<FoundImage> {
  const named = parseReference(reference) ?? { tag: undefined, digest: undefined };
  const fetcher = blobs(reference);
  const top = await manifests.read(reference, digest ?? named.digest ?? named.tag ?? "latest");
  const { documents: _, ...image } = await resolveImage(
    {
      top: async () => [{ digest: top.digest, size: top.bytes.length, annotations: {} }],
      bytes: async (of, what) => {
        if (what === "configuration") return fetcher.bytes(of, signal);
        return (of.digest === top.digest ? top : await manifests.read(reference, of.digest)).bytes;
      },
      layer: (of) => layerAt(of, fetcher),
      // The choice of engines and scanners on most machines if no platform is named.
      usualPlatform: "linux/amd64",
    },
    { platform },
  );
  const repository = repositoryName(reference);
  return {
    ...image,
    repoTags: named.digest === undefined ? [`${repository}:${named.tag ?? "latest"}`] : [],
    repoDigests: [`${repository}@${top.digest}`],
    place: "remote",
  };
}

/**
 * A layer in its registry. Other hosts that a descriptor names are never asked: an image must not choose the servers
 * that a runner talks to. The layer's reader hashes the bytes, so the fetcher does not.
 */
function layerAt({ digest, size, annotations }: Descriptor, fetcher: BlobFetcher): LayerSource {
  return {
    digest,
    size,
    tables: tableClaims({ annotations }),
    bytes: {
      fetch: (file, signal, onBytes) => fetcher.fetch({ digest, size, file, onBytes, isUnhashed: true }, signal),
    },
  };
}

import { type ImageIndexDocument, type ImageManifestDocument, readDocument, sha256Of } from "../oci/documents.ts";

/** A document with its bytes. */
export type RegistryDocument = (ImageIndexDocument | ImageManifestDocument) & {
  /** Computed from the bytes that were read, not taken from any header. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
};

const TYPES = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
} as const;

/**
 * Reads a document from a registry.
 * @param mediaType the one by which it was sent
 * @throws ImageFault `image-inconsistent` if it is not an image and no index of images, or if readers differ in what it
 * is
 */
export function registryDocument(bytes: Buffer, mediaType?: string): RegistryDocument {
  const document = readDocument(bytes, { mediaType });
  return { ...document, digest: sha256Of(bytes), mediaType: TYPES[document.kind], bytes };
}

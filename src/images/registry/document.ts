import { createHash } from "node:crypto";
import { inconsistent } from "../file/bytes.ts";
import { type Descriptor, type ImageIndexDocument, mayRun, platformName, readDocument } from "../oci/documents.ts";

/** One image that an index lists. */
export interface ListedImage {
  readonly digest: string;
  /**
   * `linux/arm/v7`; for Windows with the system's version, which distinguishes several; absent if the index does not
   * say.
   */
  readonly platform?: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Document {
  /** Computed from the bytes that were read, not taken from any header. */
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** A list of one image for several platforms (OCI image index, Docker manifest list). */
export interface IndexDocument extends Document {
  readonly kind: "index";
  /** In the index's order, without what no engine runs, such as BuildKit's attestations. */
  readonly images: readonly ListedImage[];
  /** All entries as they are written, for {@link chooseImage} and {@link everyImage}. */
  readonly manifests: readonly Descriptor[];
}

/**
 * One image. Its {@link Document.digest} covers the digest of the configuration, which scanners call the image's id. It
 * also covers the digests of the layers as they are stored, compressed, the first layer first. It proves nothing about
 * DiffIDs: the builder writes these into the configuration.
 */
export interface ManifestDocument extends Document {
  readonly kind: "manifest";
  readonly config: string;
  readonly layers: readonly string[];
  /** The same with sizes, media types and addresses. */
  readonly descriptors: { readonly config: Descriptor; readonly layers: readonly Descriptor[] };
}

export type RegistryDocument = IndexDocument | ManifestDocument;

/** What the parts of a platform's name may be: it is shown. */
const WORD = /^[\w.-]{1,60}$/;

/**
 * Reads a document from a registry, or a blob from a layout.
 * @param mediaType the one by which it was sent or referred to, if there is one
 * @throws ImageProblem `image-inconsistent` if it is not an image and no index of images, or if readers differ in what
 * it is
 */
export function registryDocument(bytes: Buffer, mediaType?: string): RegistryDocument {
  const document = readDocument(bytes, { mediaType });
  const own = {
    digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    annotations: document.annotations,
    bytes,
  };
  if (document.kind === "index") {
    const { manifests } = document;
    for (const each of manifests) requireSha256(each);
    return { ...own, kind: "index", manifests, images: listedImages(document) };
  }
  const { config, layers } = document;
  for (const each of [config, ...layers]) requireSha256(each);
  return {
    ...own,
    kind: "manifest",
    config: config.digest,
    layers: layers.map(({ digest }) => digest),
    descriptors: { config, layers },
  };
}

function requireSha256({ digest }: Descriptor): void {
  if (!digest.startsWith("sha256:"))
    throw inconsistent("its manifest names a content by something other than a SHA-256");
}

function listedImages({ manifests }: ImageIndexDocument): ListedImage[] {
  return manifests.filter(mayRun).map(({ digest, platform: at, annotations }) => {
    if (at === undefined) return { digest, annotations };
    const { os, architecture, variant, osVersion } = at;
    const words = [os, architecture, variant, osVersion].filter((each) => each !== undefined);
    if (!words.every((each) => WORD.test(each))) return { digest, annotations };
    const name = platformName(at);
    return { digest, platform: osVersion === undefined ? name : `${name} ${osVersion}`, annotations };
  });
}

import { readFileSync, rmSync } from "node:fs";
import { parseReference, repositoryName } from "../../domain/image/reference.ts";
import type { ImageIndex } from "../../domain/target.ts";
import { inconsistent } from "../file/bytes.ts";
import { chooseImage, isConfiguredFor, parsePlatform } from "../oci/choose-platform.ts";
import { type Descriptor, MAX_INDEX_DEPTH, readConfig } from "../oci/documents.ts";
import { requireTarLayers, sociNotes, tableClaims } from "../oci/layer-kinds.ts";
import type { BlobFetcher } from "../registry/blobs.ts";
import type { RegistryReader } from "../registry/client.ts";
import type { IndexDocument, ManifestDocument, RegistryDocument } from "../registry/document.ts";
import { NotAnImage, PlatformMissing } from "./failures.ts";
import type { FoundImage, LayerSource } from "./image.ts";

/** An image as it is asked for in a registry. */
export interface RegistryImage {
  /** `name`, `name:tag` or `name@sha256:…`. */
  readonly reference: string;
  /** The entry of an index that is meant, if that is known already. */
  readonly digest?: string | undefined;
  /** `linux/arm64`. Absent: the only one, or `linux/amd64`. */
  readonly platform?: string | undefined;
}

/** How to ask registries. */
export interface RegistryAccess {
  readonly manifests: RegistryReader;
  /** @param reference any of the repository */
  readonly blobs: (reference: string) => BlobFetcher;
}

/** No image has a larger configuration. */
const MAX_CONFIG = 8 * 1024 * 1024;

/**
 * Reads an image's manifest and configuration from its registry. The platform is chosen as an engine chooses it.
 * @param scratch a path that does not exist yet
 * @throws RegistryError, BlobError, ImageProblem; GateError `platform-mismatch`, `image-unreadable`
 */
export async function findInRegistry(
  image: RegistryImage,
  { manifests, blobs }: RegistryAccess,
  scratch: string,
  signal: AbortSignal,
): Promise<FoundImage> {
  const { reference } = image;
  const { tag, digest } = parseReference(reference) ?? {};
  const top = await manifests.read(reference, image.digest ?? digest ?? tag ?? "latest");
  const { manifest, index, annotations, isUnnamed } = await chosen(image, top, manifests);
  const { config, layers } = manifest.descriptors;
  requireImage(config);
  requireTarLayers(layers);
  const fetcher = blobs(reference);
  const bytes = await configOf(config, fetcher, scratch, signal);
  if (isUnnamed && !isConfiguredFor(readConfig(bytes).platform, wantedPlatform(image.platform)))
    throw new PlatformMissing();
  const repository = repositoryName(reference);
  return {
    config: bytes,
    layers: layers.map((layer) => sourceOf(layer, fetcher)),
    digest: manifest.digest,
    index,
    annotations,
    repoTags: digest === undefined ? [`${repository}:${tag ?? "latest"}`] : [],
    repoDigests: [`${repository}@${top.digest}`],
    place: "remote",
    notes: sociNotes(annotations),
  };
}

interface Chosen {
  readonly manifest: ManifestDocument;
  readonly index?: ImageIndex | undefined;
  /** Of the manifest, of its entry in the index, and of the index, in this order. */
  readonly annotations: readonly Readonly<Record<string, string>>[];
  /** The index names no platform for it. */
  readonly isUnnamed: boolean;
}

/** The image in an index, which may list another index. */
async function chosen(image: RegistryImage, top: RegistryDocument, manifests: RegistryReader): Promise<Chosen> {
  let document = top;
  let first: IndexDocument | undefined;
  const above: Readonly<Record<string, string>>[] = [];
  let isUnnamed = false;
  for (let depth = 0; document.kind === "index"; depth++) {
    if (depth > MAX_INDEX_DEPTH) throw inconsistent("its index is an index of too many indexes");
    first ??= document;
    const entry = chooseImage(document, wantedPlatform(image.platform));
    if (entry === undefined) throw new PlatformMissing();
    isUnnamed = entry.platform === undefined;
    above.unshift(entry.annotations, document.annotations);
    document = await manifests.read(image.reference, entry.digest);
  }
  return {
    manifest: document,
    index: first && {
      digest: first.digest,
      images: first.images.map(({ digest, platform }) => ({ digest, platform })),
    },
    annotations: [document.annotations, ...above],
    isUnnamed,
  };
}

function wantedPlatform(name: string | undefined) {
  return name === undefined ? undefined : parsePlatform(name);
}

/** Signatures, SBOMs and charts lie in registries as well. */
function requireImage({ mediaType }: Descriptor): void {
  if (mediaType !== undefined && !IMAGE_CONFIGS.has(mediaType)) throw new NotAnImage();
}

const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
  // Some builders write it so.
  "application/octet-stream",
  "application/json",
]);

async function configOf(
  { digest, size }: Descriptor,
  fetcher: BlobFetcher,
  scratch: string,
  signal: AbortSignal,
): Promise<Buffer> {
  if (size > MAX_CONFIG) throw inconsistent(`its configuration has more than ${MAX_CONFIG} bytes`);
  try {
    await fetcher.fetch({ digest, size, file: scratch }, signal);
    return readFileSync(scratch);
  } finally {
    rmSync(scratch, { force: true });
  }
}

/**
 * What other hosts a descriptor names is never asked: an image must not choose whom a runner talks to. The layer's
 * reader hashes its bytes, so that fetching them does not.
 */
function sourceOf({ digest, size, annotations }: Descriptor, fetcher: BlobFetcher): LayerSource {
  return {
    digest,
    size,
    tables: tableClaims({ annotations }),
    bytes: {
      fetch: (file, signal, onBytes) => fetcher.fetch({ digest, size, file, onBytes, isUnhashed: true }, signal),
    },
  };
}

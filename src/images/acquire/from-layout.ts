import { createHash } from "node:crypto";
import { closeSync, fstatSync, readFileSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { openUnlinked } from "../../system/given-files.ts";
import { damaged, inconsistent } from "../file/bytes.ts";
import { type Descriptor, readManifest } from "../oci/documents.ts";
import { requireTarLayers, sociNotes, tableClaims } from "../oci/layer-kinds.ts";
import { ImageAmbiguous, NoImage, PlatformMissing } from "./failures.ts";
import type { FoundImage } from "./image.ts";
import { blobOf, candidatesInLayout, chosenInLayout, indexInLayout, tagOf } from "./layout.ts";
import { watchFiles } from "./unchanged.ts";

/** Where a layout is. */
export interface LayoutLocation {
  /** `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute. */
  readonly location: string;
  readonly platform?: string | undefined;
  /** Of the image that is meant, if that is known already. */
  readonly digest?: string | undefined;
  /** A blob's link must not lead out of these folders or the layout. Absolute. */
  readonly roots: readonly string[];
}

/** Configurations and manifests have a few kilobytes. */
const MAX_TEXT = 8 * 1024 * 1024;

/**
 * The image in an OCI layout that the user means: its indexes, manifest and configuration are held to their digests
 * here, its layers are read by the store.
 * @throws ImageProblem; ImageAmbiguous, NoImage
 */
export function findInLayout({ location, platform, digest, roots }: LayoutLocation): FoundImage {
  const names = digest === undefined ? candidatesInLayout(location, platform) : [];
  if (names.length > 1) throw new ImageAmbiguous(names);
  const choice = chosenInLayout(location, { platform, digest });
  const image = choice?.chain.at(-1);
  if (choice === undefined || image === undefined) throw noneIn(platform);
  const { folder, chain } = choice;
  const real = realpathSync(folder);
  const within = [real, ...roots.map((each) => realpathSync(each))];
  const watched = watchFiles([join(folder, "index.json"), ...chain.map((each) => blobOf(folder, each))]);
  const texts = chain.map((each) => textOf(real, each, within));
  const { mediaType } = image;
  const manifest = readManifest(texts.at(-1) ?? Buffer.alloc(0), { mediaType });
  requireTarLayers(manifest.layers);
  const tag = tagOf(chain[0]);
  const annotations = [manifest.annotations, ...chain.toReversed().map((each) => each.annotations)];
  return {
    config: textOf(real, manifest.config, within),
    layers: manifest.layers.map((each) => ({
      digest: each.digest,
      size: sizeOf(real, each, within),
      tables: tableClaims(each),
      bytes: { file: realBlob(real, each, within) },
    })),
    digest: image.digest,
    index: indexInLayout(location, choice),
    annotations,
    repoTags: tag === undefined ? [] : [tag],
    repoDigests: [],
    place: "layout",
    notes: sociNotes(annotations),
    hasChanged: watched.hasChanged,
  };
}

function noneIn(platform: string | undefined): NoImage {
  return platform === undefined ? new NoImage("its index lists no image") : new PlatformMissing();
}

/** A document that is held to its digest. */
function textOf(folder: string, blob: Descriptor, within: readonly string[]): Buffer {
  const { digest, size } = blob;
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openBlob(folder, blob, within), closeSync);
  if (size > MAX_TEXT) throw inconsistent(`its blob ${digest} has more than ${MAX_TEXT} bytes`);
  const text = readFileSync(descriptor);
  const found = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  if (found !== digest) throw inconsistent(`its blob ${digest} is ${found}`);
  return text;
}

function sizeOf(folder: string, blob: Descriptor, within: readonly string[]): number {
  closeSync(openBlob(folder, blob, within));
  return blob.size;
}

/** @throws ImageProblem if it is not plain file, or has another size */
function openBlob(folder: string, blob: Descriptor, within: readonly string[]): number {
  const { digest, size } = blob;
  const descriptor = openUnlinked(realBlob(folder, blob, within));
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw inconsistent(`its blob ${digest} is no plain file`);
    if (status.size !== size) throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Bazel makes links for blobs. A link from a pull request must not lead to one of the runner's files. */
function realBlob(folder: string, blob: Descriptor, within: readonly string[]): string {
  let path: string;
  try {
    path = realpathSync(blobOf(folder, blob));
  } catch {
    throw damaged(`its blob ${blob.digest} is missing`);
  }
  if (within.some((root) => isBelow(root, path))) return path;
  throw inconsistent(`its blob ${blob.digest} is a link that leads out of the workspace`);
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`);
}

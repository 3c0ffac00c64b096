import { rm } from "node:fs/promises";
import { platformMatches, platformName } from "../../domain/image/platform.ts";
import { exportFromContainerd } from "../engine/containerd.ts";
import {
  type ExportedImage,
  type ExportOptions,
  exportFromEngine,
  type LocalSource,
  type NotThere,
  otherPlatform,
} from "../engine/export.ts";
import { ImageFault } from "../fault.ts";
import { readConfig } from "../oci/documents.ts";
import type { FoundImage, ResolvedImage } from "../source.ts";
import { findInTar } from "./saved-tar.ts";

/**
 * An image of an engine, from the tar that the engine exports. It must be the image that the name means.
 * @param scratch a path that does not exist yet, for the content of a compressed tar
 * @throws ImageFault if the engine has the image, and cannot give it; the signal's reason
 */
export async function findInEngine(
  source: LocalSource,
  reference: string,
  options: ExportOptions & { readonly scratch: string },
): Promise<FoundImage | NotThere> {
  const { file, scratch, signal, platform } = options;
  const given =
    source === "containerd"
      ? await exportFromContainerd(reference, options)
      : await exportFromEngine(source, reference, options);
  if (given.kind !== "exported") return given;
  try {
    const image = await findInTar(file, { scratch, signal, platform }).catch((thrown) => {
      throw asExportFault(thrown);
    });
    requireSameImage(image, given, platform);
    const { repoTags, repoDigests, notes } = given;
    const { documents: _, tag: __, ...found } = image;
    // Its claim about a digest is not proof.
    const unproven = { digest: undefined, index: undefined, hasChanged: undefined };
    return { ...found, ...unproven, repoTags, repoDigests, place: source, notes: [...notes, ...found.notes] };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/**
 * An engine's id of an image is the digest of its configuration; with containerd's store, of its manifest or index. So
 * either the tar's configuration has that digest, or documents in the tar lead to it from there.
 */
function requireSameImage(
  { config, documents }: ResolvedImage,
  { id, manifest }: ExportedImage,
  wanted: string | undefined,
): void {
  const { imageId, platform } = readConfig(config);
  const own = documents.at(-1);
  if (imageId !== id) {
    if (manifest !== undefined && own !== undefined && own !== manifest)
      throw otherImage(`its engine gave ${own} for ${manifest}`);
    if (own === undefined || (own !== manifest && !documents.includes(id)))
      throw otherImage(`its engine was asked for ${id}, and gave the image ${imageId}`);
  }
  const here = platform && platformName(platform);
  if (wanted !== undefined && !platformMatches(wanted, here)) throw otherPlatform(wanted, here);
}

function otherImage(why: string, cause?: unknown): ImageFault {
  return new ImageFault("image-inconsistent", why, {
    says: "was not scanned: %",
    remedy: "Run again. If it happens again, save the image with `docker save` or `podman save`, and scan the tar.",
    cause,
  });
}

/** An engine may fail in the middle, when it has already reported success. */
function asExportFault(thrown: unknown): unknown {
  if (!(thrown instanceof ImageFault)) return thrown;
  const why = `the export from its engine cannot be read: ${thrown.message}`;
  if (thrown.code === "image-inconsistent") return otherImage(why, thrown);
  const isDamaged = thrown.code === "image-damaged" || thrown.code === "image-unreadable";
  return isDamaged ? new ImageFault("daemon-export-failed", why, { cause: thrown }) : thrown;
}

import type { LocatedTarget, ScanResult } from "../../../domain/target.ts";
import { registryDocument } from "../../../images/registry/document.ts";
import type { Judged } from "./judged-manifest.ts";
import { imageInLayout } from "./layout.ts";

/**
 * Which manifest of a layout folder was judged: the one whose bytes have its digest and whose configuration has the image's
 * id. The annotations in it are text of whoever built it.
 * @param given the layout as the user named it
 */
export function manifestInLayout(given: LocatedTarget, { artifact }: Pick<ScanResult, "artifact">): Judged {
  const image = imageInLayout(given.location, given.platform);
  const manifest = image?.manifest && registryDocument(image.manifest);
  if (image === undefined || manifest?.kind !== "manifest") return { unknown: "its manifest could not be read" };
  if (manifest.digest !== image.digest) return { unknown: "its manifest is not the one of its digest" };
  if (manifest.config !== artifact.imageId) return { unknown: "its manifest names another image than was scanned" };
  return { manifest, index: image.index, annotations: [manifest.annotations, ...image.annotations] };
}

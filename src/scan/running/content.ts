import type { RunningImage } from "../../domain/history/running.ts";
import type { ScanResult, Target } from "../../domain/target.ts";

/** Images with the same bytes, which are scanned once. */
export type Content = readonly [RunningImage, ...RunningImage[]];

/** Groups images by their bytes. */
export function contentsOf(images: readonly RunningImage[]): readonly Content[] {
  return [...Map.groupBy(images, contentOf).values()] as [RunningImage, ...RunningImage[]][];
}

/**
 * Equal for images with the same bytes. If an image has a digest, its layers are checked against it, whatever its
 * source.
 */
export function contentOf({ digest, platform, imageId, daemon }: RunningImage): string {
  return JSON.stringify(digest === undefined ? [imageId, daemon?.host] : [digest, platform ?? "linux/amd64"]);
}

/** The image as the judge sees it. */
export function targetOf({ reference, platform }: RunningImage): Target {
  const shown = platform === undefined || platform === "linux/amd64" ? reference : `${reference} (${platform})`;
  return { kind: "image", input: reference, label: shown, ...(platform !== undefined && { platform }) };
}

/** The digest's result under this name, as if it had been scanned by this name. */
export function asNamed({ reference, digest }: RunningImage, scan: ScanResult): ScanResult {
  const { artifact } = scan;
  return {
    ...scan,
    artifact: { ...artifact, names: [reference], referenceDigest: digest ?? artifact.referenceDigest },
  };
}

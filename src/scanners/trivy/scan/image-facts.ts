import type { LocatedTarget, ScanResult } from "../../../domain/target.ts";
import type { AcquiredImage } from "../../../images/acquire/acquired-image.ts";
import { BASE_DIGEST, BASE_NAME } from "../report/build-trace.ts";
import type { ImageNaming } from "../report/naming.ts";

/** What Trivy would have written about an image's names, if it had found it itself. */
export function namingOf({ location }: LocatedTarget, image: AcquiredImage): ImageNaming {
  const { repoTags, repoDigests, layers, place } = image;
  const digests = new Map(
    layers
      .filter(({ digest, diffId }) => digest !== diffId)
      .toReversed()
      .map(({ digest, diffId }) => [diffId, digest]),
  );
  // Trivy does not believe a layout's names.
  const tags = place === "layout" ? [] : repoTags.map(asTrivyWrites);
  const named = { name: location, repoTags: tags, repoDigests: repoDigests.map(asTrivyWrites) };
  if (place === "remote" || place === "layout") return { ...named, digests };
  return { ...named, digests: new Map(), withoutDigest: new Set(layers.map(({ diffId }) => diffId)) };
}

/** Trivy writes Docker Hub's names without the host. */
function asTrivyWrites(name: string): string {
  return name.replace(/^docker\.io\/(?:library\/)?/, "");
}

/**
 * A scan's result, with what is known about the image that was scanned: its digest, and the base that its annotations
 * name.
 */
export function withImage(result: ScanResult, image: AcquiredImage): ScanResult {
  const { build, artifact, provenance } = result;
  const base = image.annotations.find((each) => (each[BASE_NAME] ?? each[BASE_DIGEST]) !== undefined);
  const { digest, index, digestUnknown } = image;
  return {
    ...result,
    artifact: { ...artifact, ...(digest !== undefined && { digest, index }) },
    provenance: { ...provenance, ...(digestUnknown !== undefined && { digestUnknown }) },
    // Name and digest must have the same source: a label's name with an annotation's digest would not be a real image.
    ...(build && base && { build: { ...build, baseName: base[BASE_NAME], baseDigest: base[BASE_DIGEST] } }),
  };
}

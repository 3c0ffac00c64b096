import { problemOf } from "../gather.ts";
import { readDocuments } from "../yaml.ts";
import { type Looking, MANIFEST, objectsIn, reportObject } from "./workload.ts";

/** A text of manifests. */
export interface ManifestText {
  /** What messages call it. */
  readonly file: string;
  readonly read: () => string;
}

/** Reports the images of manifests, and returns them as they are written. */
export function reportManifests(texts: readonly ManifestText[], looking: Looking): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => reportManifest(text, looking)));
}

/** The images of a manifest as they are written, without reporting them; undefined if something is wrong with it. */
export function writtenImages(text: ManifestText, looking: Looking): readonly string[] | undefined {
  let images: string[] = [];
  const problem = problemOf((found) => {
    images = reportManifest(text, { ...looking, found });
  });
  return problem === undefined ? images : undefined;
}

/** Equal for texts with the same images. */
export function imagesKey(text: string, looking: Looking): string | undefined {
  const images = writtenImages({ file: "", read: () => text }, looking);
  return images && JSON.stringify(images.toSorted());
}

/** Nothing if it cannot be read, which is a problem. */
function reportManifest({ file, read }: ManifestText, looking: Looking): string[] {
  const { found, budget } = looking;
  const images: string[] = [];
  found.attempt(() => {
    for (const document of readDocuments(read(), file, MANIFEST, found))
      found.attempt(() => {
        for (const object of objectsIn(document, file, budget)) images.push(...reportObject(object, file, looking));
      });
  });
  return images;
}

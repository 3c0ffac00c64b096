import type { Target } from "../target.ts";
import type { TargetVerdict } from "../verdict.ts";

/** The platforms of an index that a run did not look at. */
export interface UnjudgedPlatforms {
  /** The target through which the index is known; of several the first. */
  readonly target: Target;
  /** The one that was judged there, as the index names it; absent: it does not. */
  readonly judged: string | undefined;
  /** As the index names them, else their digests; untrusted. */
  readonly others: readonly string[];
}

/**
 * For each index of which some images were judged: those that were not. An index vouches for every image in it, and a verdict
 * for one, so that a reader must know.
 */
export function unjudgedPlatforms(targets: readonly TargetVerdict[]): UnjudgedPlatforms[] {
  const judged = targets.flatMap((each) =>
    each.answer === "error" || each.scan.artifact.index === undefined
      ? []
      : [{ target: each.target, artifact: each.scan.artifact, index: each.scan.artifact.index }],
  );
  const looked = new Set(judged.map(({ artifact }) => artifact.digest));
  const keyOf = ({ index }: (typeof judged)[number]) => index.digest ?? index.images.map(({ digest }) => digest).join();
  return [...Map.groupBy(judged, keyOf).values()].flatMap(([first]) => {
    if (first === undefined) return [];
    const { images } = first.index;
    const others = images.filter(({ digest }) => !looked.has(digest)).map((image) => image.platform ?? image.digest);
    const own = images.find(({ digest }) => digest === first.artifact.digest)?.platform;
    return others.length === 0 ? [] : [{ target: first.target, judged: own, others: [...new Set(others)] }];
  });
}

import type { Target } from "../target.ts";
import type { TargetVerdict } from "../verdict.ts";

/**
 * Whether an image's platform is the one that was asked for. A variant counts only where both name one, as `arm64` mostly
 * goes without its `v8`, and `arm` without its `v7` (containerd's platforms.Normalize).
 */
export function platformMatches(asked: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  const [a, b] = [normalised(asked), normalised(found)];
  return a.base === b.base && (a.variant === undefined || b.variant === undefined || a.variant === b.variant);
}

/** By what an index is asked for a platform: `arm64` stands there with its only variant or without it, and finds both so. */
export function platformInIndex(platform: string | undefined): string | undefined {
  return platform?.replace(/\/arm64\/v8$/, "/arm64");
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  i386: "386",
  armhf: "arm",
};

function normalised(platform: string): { base: string; variant: string | undefined } {
  const [os = "", architecture = "", variant] = platform.toLowerCase().split("/");
  return { base: `${os}/${ARCHITECTURES[architecture] ?? architecture}`, variant };
}

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

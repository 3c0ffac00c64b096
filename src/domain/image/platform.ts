import type { Target } from "../target.ts";
import type { TargetVerdict } from "../verdict.ts";

/**
 * Whether an image's platform is the requested one. Variants are compared only if both name one, since `arm64` mostly
 * omits its `v8`, and `arm` its `v7` (containerd's platforms.Normalize).
 */
export function platformMatches(asked: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  const [a, b] = [normalised(asked), normalised(found)];
  return a.base === b.base && (a.variant === undefined || b.variant === undefined || a.variant === b.variant);
}

/** The platform to look for in an index. An index lists `arm64` with or without `v8`: `linux/arm64` finds both. */
export function platformInIndex(platform: string | undefined): string | undefined {
  return platform?.replace(/\/arm64\/v8$/, "/arm64");
}

/** Architectures that others, and Debian, Alpine and RPM, name differently from Go, and so from OCI. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  armv7: "arm",
  armel: "arm",
  i386: "386",
  i686: "386",
  x86: "386",
  ppc64el: "ppc64le",
};

/** An architecture as OCI names it. */
export function architectureOf(name: string): string {
  return ARCHITECTURES[name] ?? name;
}

function normalised(platform: string): { base: string; variant: string | undefined } {
  const [os = "", architecture = "", variant] = platform.toLowerCase().split("/");
  return { base: `${os}/${architectureOf(architecture)}`, variant };
}

/** The platforms of an index that a run did not judge. */
export interface UnjudgedPlatforms {
  /** The first target that belongs to the index. */
  readonly target: Target;
  /** The platform that was judged, as the index names it. Undefined if the index does not name it. */
  readonly judged: string | undefined;
  /** The other platforms as the index names them, else their digests. Untrusted. */
  readonly others: readonly string[];
}

/**
 * For each index of which some images were judged, the images that were not. An index vouches for all of its images,
 * but a verdict covers only one. So a reader must know of the others.
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

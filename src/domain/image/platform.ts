import { judgedAmong, type TargetVerdict } from "../verdict.ts";

/** A processor and operating system in an index or a configuration. Untrusted text. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  /** The version of Windows. */
  readonly osVersion?: string | undefined;
}

/** Reads `linux/arm64`, `linux/arm/v7`, `windows/amd64 10.0.1`. @returns undefined if it has not two or three parts */
export function parsePlatform(name: string): ImagePlatform | undefined {
  const [words = "", osVersion] = name.split(" ");
  const [os, architecture, variant, ...more] = words.split("/");
  if (!os || !architecture || variant === "" || more.length > 0) return undefined;
  return { os, architecture, variant, osVersion };
}

/** `linux/arm/v7`. */
export function platformName({ os, architecture, variant }: ImagePlatform): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/**
 * The items for a platform: exact matches, otherwise those for the same processor without a variant, otherwise those
 * without a platform. Engines also accept the lower variants that a processor can run, but differ in which. If the
 * request has no version of Windows, every version matches.
 * @param asked the platform's name; one that {@link parsePlatform} cannot read matches nothing
 * @returns several items if more than one matches
 */
export function bestFor<T>(
  asked: string,
  found: readonly T[],
  platformOf: (each: T) => ImagePlatform | undefined,
): T[] {
  const parsed = parsePlatform(asked);
  if (parsed === undefined) return [];
  const wanted = normalized(parsed);
  const isFor = (variant: string) => (each: T) => {
    const platform = platformOf(each);
    if (platform === undefined) return false;
    const own = normalized(platform);
    const isSame = own.base === wanted.base && own.variant === variant;
    return isSame && (parsed.osVersion === undefined || platform.osVersion === parsed.osVersion);
  };
  const exact = found.filter(isFor(wanted.variant));
  if (exact.length > 0) return exact;
  const plain = found.filter(isFor(""));
  return plain.length > 0 ? plain : found.filter((each) => platformOf(each) === undefined);
}

/**
 * True if an image may be for the requested platform. Variants are compared only if both have one: most configurations
 * omit theirs.
 */
export function platformMatches(asked: string, found: string | undefined): boolean {
  const [wanted, own] = [parsePlatform(asked), parsePlatform(found ?? "")];
  if (wanted === undefined || own === undefined) return false;
  const [a, b] = [normalized(wanted), normalized(own)];
  return a.base === b.base && (!wanted.variant || !own.variant || a.variant === b.variant);
}

/** Names of architectures other than Go's, which OCI uses too: containerd's `platforms.Normalize`. */
const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  i386: ["386", ""],
  x86_64: ["amd64"],
  "x86-64": ["amd64"],
  aarch64: ["arm64"],
  armhf: ["arm", "v7"],
  armel: ["arm", "v6"],
};

/** Further names in Debian, Alpine and RPM. */
const OF_SYSTEMS: Readonly<Record<string, string>> = { armv7: "arm", i686: "386", x86: "386", ppc64el: "ppc64le" };

/** OCI's name for the architecture of a system's packages. */
export function architectureOf(name: string): string {
  return OF_SYSTEMS[name] ?? ARCHITECTURES[name]?.[0] ?? name;
}

/** @property variant empty for the architecture's default */
function normalized({ os, architecture, variant = "" }: ImagePlatform): { base: string; variant: string } {
  const name = architecture.toLowerCase();
  const [known, fixed] = (Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined) ?? [name];
  const system = os.toLowerCase();
  const usual = usualVariant(known, fixed ?? variant.toLowerCase());
  return { base: `${system === "macos" ? "darwin" : system}/${known}`, variant: usual };
}

function usualVariant(architecture: string, variant: string): string {
  if (architecture === "amd64") return variant === "v1" ? "" : variant;
  if (architecture === "arm64") {
    if (["8", "v8", "v8.0"].includes(variant)) return "";
    return ["9", "9.0", "v9.0"].includes(variant) ? "v9" : variant;
  }
  if (architecture !== "arm") return variant;
  if (variant === "") return "v7";
  return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}

/**
 * For each index with a judged image, its other images. An index vouches for all of its images, but a verdict covers
 * only one. So a reader must know about the others.
 * @returns the first target from the index, the judged platform, and the others' platforms or digests, with the index's
 * names. Untrusted
 */
export function unjudgedPlatforms(targets: readonly TargetVerdict[]) {
  const judged = judgedAmong(targets).flatMap(({ target, scan: { artifact } }) =>
    artifact.index === undefined ? [] : [{ target, artifact, index: artifact.index }],
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

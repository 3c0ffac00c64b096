import type { ImagePlatform } from "./documents.ts";

/** Reads `linux/arm64`, `linux/arm/v7`. @returns undefined if it is neither two nor three words */
export function parsePlatform(name: string): ImagePlatform | undefined {
  const [os, architecture, variant, ...more] = name.split("/");
  if (!os || !architecture || variant === "" || more.length > 0) return undefined;
  return { os, architecture, variant };
}

/**
 * What is for a platform: those for exactly it, else those for the same processor without a variant, else those that
 * name no platform. Engines also go down through the variants that a processor can run; which ones differs between
 * them. Without a version of Windows in the request, every one fits.
 * @returns several if more than one is for it
 */
export function bestFor<T>(
  asked: ImagePlatform,
  found: readonly T[],
  platformOf: (each: T) => ImagePlatform | undefined,
): T[] {
  const wanted = normalized(asked);
  const isFor = (variant: string) => (each: T) => {
    const platform = platformOf(each);
    if (platform === undefined) return false;
    const own = normalized(platform);
    const isSame = own.os === wanted.os && own.architecture === wanted.architecture && own.variant === variant;
    return isSame && (asked.osVersion === undefined || platform.osVersion === asked.osVersion);
  };
  const exact = found.filter(isFor(wanted.variant));
  if (exact.length > 0) return exact;
  const plain = found.filter(isFor(""));
  return plain.length > 0 ? plain : found.filter((each) => platformOf(each) === undefined);
}

interface Normalized {
  readonly os: string;
  readonly architecture: string;
  /** Empty: the architecture's own default. */
  readonly variant: string;
}

const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  i386: ["386", ""],
  x86_64: ["amd64"],
  "x86-64": ["amd64"],
  aarch64: ["arm64"],
  armhf: ["arm", "v7"],
  armel: ["arm", "v6"],
};

/** Containerd's `platforms.Normalize`. */
function normalized({ os, architecture, variant = "" }: ImagePlatform): Normalized {
  const name = architecture.toLowerCase();
  const [known, fixed] = (Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : undefined) ?? [name];
  const system = os.toLowerCase();
  const usual = usualVariant(known, fixed ?? variant.toLowerCase());
  return { os: system === "macos" ? "darwin" : system, architecture: known, variant: usual };
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

import { inconsistent } from "../file/bytes.ts";
import { type Descriptor, type ImageIndexDocument, type ImagePlatform, mayRun, platformName } from "./documents.ts";

/** What engines and scanners take on most machines without a named platform. */
const DEFAULT: ImagePlatform = { os: "linux", architecture: "amd64", osFeatures: [] };

/** Reads `linux/arm64`, `linux/arm/v7`. @returns undefined if it is neither two nor three words */
export function parsePlatform(name: string): ImagePlatform | undefined {
  const [os, architecture, variant, ...more] = name.split("/");
  if (!os || !architecture || variant === "" || more.length > 0) return undefined;
  return { os, architecture, variant, osFeatures: [] };
}

/**
 * Chooses from an index as an engine does. First comes the entry for exactly the wanted platform, then that of the next
 * lower variant (`arm/v7` runs `v6`, `amd64/v3` runs `v2`), then one that names no platform. `linux/amd64` is the entry
 * without a variant, and never `v3`. The order is that of containerd's `platforms.Only`, without its steps to another
 * architecture.
 * @param wanted absent: the only image, or `linux/amd64` if there are several
 * @returns undefined if no entry is for it
 * @throws ImageProblem `image-inconsistent` if engines would not all take the same of several
 */
export function chooseImage(
  { manifests }: Pick<ImageIndexDocument, "manifests">,
  wanted?: ImagePlatform,
): Descriptor | undefined {
  const entries = manifests.filter(mayRun);
  if (wanted === undefined && new Set(entries.map(({ digest }) => digest)).size === 1) return entries[0];
  const asked = wanted ?? DEFAULT;
  const ranks = lowerVariants(normalized(asked));
  for (const rank of ranks) {
    const found = entries.filter(({ platform }) => platform !== undefined && isFor(rank, asked, platform));
    if (found.length > 0) return onlyOne(found, asked);
  }
  const unnamed = entries.filter(({ platform }) => platform === undefined);
  return unnamed.length > 0 ? onlyOne(unnamed, asked) : undefined;
}

/**
 * Whether an image whose entry names no platform is for the wanted one, by its configuration, as containerd looks. One
 * that says nothing there either fits.
 * @param wanted absent: `linux/amd64`
 */
export function isConfiguredFor(found: ImagePlatform | undefined, wanted: ImagePlatform = DEFAULT): boolean {
  if (found === undefined) return true;
  return lowerVariants(normalized(wanted)).some((rank) => isFor(rank, wanted, found));
}

/** For `platform: all`: every image that an engine may run, each digest once, in the index's order. */
export function everyImage({ manifests }: Pick<ImageIndexDocument, "manifests">): Descriptor[] {
  const byDigest = new Map<string, Descriptor>();
  for (const entry of manifests) if (mayRun(entry) && !byDigest.has(entry.digest)) byDigest.set(entry.digest, entry);
  return [...byDigest.values()];
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
  const given = fixed ?? variant.toLowerCase();
  const system = os.toLowerCase();
  return { os: system === "macos" ? "darwin" : system, architecture: known, variant: usualVariant(known, given) };
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

/** The platform itself, and the lower variants that its processors run, the best first. */
function lowerVariants(platform: Normalized): Normalized[] {
  const { architecture, variant } = platform;
  const [, version = ""] = /^v(\d)$/.exec(variant) ?? [];
  const lowest = architecture === "arm" ? 5 : 1;
  const versions =
    version !== "" && (architecture === "arm" || architecture === "amd64")
      ? Array.from({ length: Math.max(Number(version) - lowest, 0) }, (_, step) => Number(version) - 1 - step)
      : [];
  const lower = versions.map((each) => ({ ...platform, variant: usualVariant(architecture, `v${each}`) }));
  return [platform, ...lower, ...lowerArm64(platform)];
}

/** `v8.2` runs `v8.1`, and `v9.1` what `v8.6` runs. */
function lowerArm64(platform: Normalized): Normalized[] {
  const [, major, minor = "0"] =
    (platform.architecture === "arm64" && /^v([89])(?:\.(\d))?$/.exec(platform.variant)) || [];
  if (major === undefined) return [];
  const steps: string[] = [];
  for (let at = Number(minor) - 1; at >= 0; at--) steps.push(at === 0 ? `v${major}` : `v${major}.${at}`);
  if (major === "9")
    for (let at = Math.min(Number(minor) + 5, 9); at >= 0; at--) steps.push(at === 0 ? "v8" : `v8.${at}`);
  return steps.map((variant) => ({ ...platform, variant: usualVariant("arm64", variant) }));
}

/** Without a version of Windows in the request, every one fits: which of several, only the host could say. */
function isFor(rank: Normalized, { osVersion }: ImagePlatform, found: ImagePlatform): boolean {
  const { os, architecture, variant } = normalized(found);
  const fits = os === rank.os && architecture === rank.architecture && variant === rank.variant;
  return fits && (osVersion === undefined || found.osVersion === osVersion);
}

/** Engines take the first, the one without a variant, or the one that is packed by zstd. */
function onlyOne(found: readonly Descriptor[], asked: ImagePlatform): Descriptor | undefined {
  if (new Set(found.map(({ digest }) => digest)).size === 1) return found[0];
  throw inconsistent(
    `its index has ${found.length} images for ${/^[\w./-]{1,60}$/.test(platformName(asked)) ? platformName(asked) : "this platform"}, of which engines take different ones`,
  );
}

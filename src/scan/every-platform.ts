import { parseReference } from "../domain/image/reference.ts";
import type { ImageIndex, LocatedTarget, ScanResult, Target } from "../domain/target.ts";
import { imagesInLayout } from "../images/acquire/layout.ts";
import { registryReader } from "../images/registry/client.ts";
import { credentialsFor } from "../images/registry/credentials.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";

/** No real image has more platforms. A larger number of scans would be an attack. */
const MOST_PLATFORMS = 40;

interface Settings {
  readonly imageSource: readonly string[];
  /** Locates a target. May throw: that is reported when the target is located again for its scan. */
  readonly locate: (target: Target) => LocatedTarget;
}

/**
 * If a target represents all images of an index (`platform: all`), makes a target for each of them. The index comes
 * from the registry or from an OCI layout folder. A tar, or an image that only a local daemon has, is one image and
 * stays one target. So does an index that cannot be read. {@link requireEveryPlatform} then checks whether one image
 * was all.
 */
export async function expandPlatforms(
  targets: readonly Target[],
  settings: Settings,
  world: World,
): Promise<readonly Target[]> {
  if (!targets.some(({ everyPlatform }) => everyPlatform)) return targets;
  const reader = registryReader({ credentials: credentialsFor(world), signal: world.signal });
  const indexOf = async (reference: string): Promise<ImageIndex | undefined> => {
    const parts = parseReference(reference);
    if (parts === undefined) return undefined;
    const document = await reader.read(reference, parts.digest ?? parts.tag ?? "latest").catch(() => undefined);
    return document?.kind === "index" ? document : undefined;
  };
  const expanded = await Promise.all(
    targets.map(async (target) => {
      if (!target.everyPlatform) return [target];
      const index = await indexFor(target, settings, indexOf);
      return index === undefined ? [target] : targetsOf(target, index);
    }),
  );
  return expanded.flat();
}

async function indexFor(
  target: Target,
  { imageSource, locate }: Settings,
  inRegistry: (reference: string) => Promise<ImageIndex | undefined>,
): Promise<ImageIndex | undefined> {
  try {
    const located = locate(target);
    if (located.how === "layout") return imagesInLayout(located.location);
    const mayAsk = imageSource.length === 0 || imageSource.includes("remote");
    return located.how === "reference" && mayAsk ? await inRegistry(located.location) : undefined;
  } catch {
    // Reported when it is located again for its scan.
    return undefined;
  }
}

/** One target per image, which is then asked for by its digest. */
function targetsOf(target: Target, { digest, images }: ImageIndex): readonly Target[] {
  if (images.length === 0 || images.length > MOST_PLATFORMS) return [target];
  const index: ImageIndex = {
    digest,
    images: images.map((each) => ({ digest: each.digest, platform: each.platform })),
  };
  const byDigest = new Map(index.images.map((image) => [image.digest, image]));
  const names = Map.groupBy(byDigest.values(), ({ platform }) => platform?.split(" ")[0]);
  const all = [...names.keys()];
  return [...byDigest.values()].map((image) => {
    const [name, version] = image.platform?.split(" ") ?? [];
    // the scanner takes `amd64/v3` for `amd64`, if that comes first.
    const hasVariants = all.some((other) => other?.startsWith(`${name}/`));
    const isAlone = name !== undefined && !hasVariants && names.get(name)?.length === 1;
    const shown = image.platform ?? image.digest.slice(0, "sha256:".length + 12);
    const twin =
      isAlone || hasVariants || version !== undefined || name === undefined ? "" : `, ${image.digest.slice(0, 19)}`;
    return {
      ...target,
      platform: name,
      label: `${target.label} (${shown}${twin})`,
      listed: { digest: image.digest, index },
    };
  });
}

/**
 * Checks that a scan for `platform: all` judged exactly the intended image of the index.
 * @param fromRegistry the image was found there, not in a local daemon
 * @throws GateError `platforms-unknown`, `image-moved`
 */
export function requireEveryPlatform(target: Target, result: ScanResult, fromRegistry: boolean): ScanResult {
  if (!target.everyPlatform) return result;
  const { artifact, provenance } = result;
  const { listed } = target;
  if (listed === undefined) {
    if (!fromRegistry || (artifact.digest !== undefined && artifact.index === undefined)) return result;
    throw platformsUnknown(target, provenance.digestUnknown ?? "its index could not be read");
  }
  if (artifact.digest === listed.digest) return { ...result, artifact: { ...artifact, index: listed.index } };
  if (artifact.digest === undefined || provenance.source?.startsWith("the local ") === true)
    throw platformsUnknown(
      target,
      `it was found in ${provenance.source ?? "another place"}, while the platforms are those of its index`,
    );
  throw new GateError(
    "image-moved",
    `${target.label} was not judged: its index listed another image for this platform a moment ago`,
    "Its tag was moved meanwhile: run again, or name the image by its digest.",
  );
}

function platformsUnknown({ label }: Target, why: string): GateError {
  return new GateError(
    "platforms-unknown",
    `${label} was not judged: which platforms it has is not known (${why})`,
    "Log in before this step (docker/login-action), set `image-source: remote` for an image in a registry, or name the platforms by `platform`, one a line.",
  );
}

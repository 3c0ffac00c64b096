import { join } from "node:path";
import { parseReference } from "../domain/image/reference.ts";
import type { ImageIndex, ScanResult, Target } from "../domain/target.ts";
import { registryReader } from "../images/registry/client.ts";
import { credentialsFor } from "../images/registry/credentials.ts";
import { imagesInLayout } from "../images/sources/layout.ts";
import { imagesInTar } from "../images/sources/saved-tar.ts";
import { GateError } from "../system/errors.ts";
import { privateFolder, removedAtEnd } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import { locateTarget } from "./targets.ts";

/** Length of a digest's beginning that distinguishes images. */
const SHOWN_DIGEST = "sha256:".length + 12;

/** No real image has more platforms. A larger number of scans would be an attack. */
const MOST_PLATFORMS = 40;

/**
 * If a target represents all images of an index (`platform: all`), makes a target for each of them. The index comes
 * from the registry or from an OCI layout, in a folder or a tar. A `docker save` tar, or an image that only a local
 * daemon has, is one image and stays one target. So does an index that cannot be read. {@link requireEveryPlatform}
 * then checks whether that one image is the only one.
 */
export async function expandPlatforms(
  targets: readonly Target[],
  imageSource: readonly string[],
  world: World,
): Promise<readonly Target[]> {
  if (!targets.some(({ everyPlatform }) => everyPlatform)) return targets;
  const reader = registryReader({ credentials: credentialsFor(world), signal: world.signal });
  const expanded = targets.map(async (target) => {
    // Why the index cannot be read is reported when the target is located again for its scan.
    const index =
      target.everyPlatform && (await indexOf(target, imageSource, { reader, world }).catch(() => undefined));
    return index ? targetsOf(target, index) : [target];
  });
  return (await Promise.all(expanded)).flat();
}

async function indexOf(
  target: Target,
  imageSource: readonly string[],
  { reader, world }: { readonly reader: ReturnType<typeof registryReader>; readonly world: World },
): Promise<ImageIndex | undefined> {
  const { how, location } = locateTarget(target, world);
  if (how === "layout") return imagesInLayout(location, [world.workspace, world.temp]);
  if (how === "archive") {
    const folder = privateFolder(world, "platforms");
    using _ = removedAtEnd(folder);
    return await imagesInTar(location, { scratch: join(folder, "unpacked.tar"), signal: world.signal });
  }
  const parts = how === "reference" ? parseReference(location) : undefined;
  const mayAsk = imageSource.length === 0 || imageSource.includes("remote");
  if (parts === undefined || !mayAsk) return undefined;
  const document = await reader.read(location, parts.digest ?? parts.tag ?? "latest");
  return document?.kind === "index" ? document : undefined;
}

/** One target per image, which is then requested by its digest. */
function targetsOf(target: Target, { digest, images }: ImageIndex): readonly Target[] {
  if (images.length === 0 || images.length > MOST_PLATFORMS) return [target];
  const named = images.map((each) => ({ digest: each.digest, platform: each.platform }));
  const index: ImageIndex = { digest, images: named };
  const byDigest = new Map(index.images.map((image) => [image.digest, image]));
  const times = Map.groupBy(byDigest.values(), ({ platform }) => platform);
  return [...byDigest.values()].map((image) => {
    const start = image.digest.slice(0, SHOWN_DIGEST);
    const isTwin = image.platform !== undefined && (times.get(image.platform)?.length ?? 0) > 1;
    const shown = `${image.platform ?? start}${isTwin ? `, ${start}` : ""}`;
    // A platform may end with a version, as for Windows: `windows/amd64 10.0.20348.1`.
    const platform = image.platform?.split(" ")[0];
    return { ...target, platform, label: `${target.label} (${shown})`, listed: { digest: image.digest, index } };
  });
}

/**
 * Checks that a scan for `platform: all` judged exactly the intended image of the index.
 * @param fromRegistry true if the image was found there, not in a local daemon
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
      `it was found in ${provenance.source ?? "another place"}, while the platforms come from its index in the registry`,
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
    `${label} was not judged: its platforms are unknown (${why})`,
    "Log in first (`docker login`). Or set `image-source: remote` for an image in a registry, or name the platforms with `platform`, one a line.",
  );
}

import { platformMatches } from "../domain/image/platform.ts";
import type { Target } from "../domain/target.ts";
import type { Acquirer } from "../images/acquire/acquire.ts";
import type { Scanner, ScanSession } from "../scanners/scanner.ts";
import { GateError, tryOr } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { requireEveryPlatform } from "./every-platform.ts";
import { locateTarget } from "./targets.ts";

/** The scanner, whose images are brought in as verified bytes before it reads any of them. */
export function onAcquiredImages(scanner: Scanner, images: Acquirer): Scanner {
  return around(heldToImage(scanner), async (scan, ...[target, located, options, world]) => {
    const { how } = located;
    if (how !== "reference" && how !== "archive" && how !== "layout") return scan(target, located, options, world);
    const began = performance.now();
    const image = await images.acquire(target, located, options, world);
    try {
      // The time for bringing it in counts as time of the scan.
      const spentMs = performance.now() - began;
      const result = await scan(target, located, { ...options, image, spentMs }, world);
      return requireEveryPlatform(target, result, image.place === "remote");
    } finally {
      image.release();
    }
  });
}

/**
 * The scanner, with a check that it has read the very image that it was given. Its scans throw `image-inconsistent` and
 * `platform-mismatch`.
 */
export function heldToImage(scanner: Scanner): Scanner {
  return around(scanner, async (scan, ...[target, located, options, world]) => {
    const result = await scan(target, located, options, world);
    const { image } = options;
    if (image === undefined) return result;
    const { artifact, provenance } = result;
    const { label, platform } = target;
    // Its id covers its configuration, and so its platform and the DiffIDs that its layers were checked against.
    if (artifact.imageId !== image.imageId)
      throw new GateError(
        "image-inconsistent",
        `${label} cannot be judged: ${provenance.scanner} read the image ${artifact.imageId ?? "of no known ID"}, but its configuration is ${image.imageId}`,
        "Run again. If it happens again, report this: the scanner was given the image's own bytes.",
      );
    if (platform === undefined || platformMatches(platform, image.platform)) return result;
    throw new GateError(
      "platform-mismatch",
      `${label} does not exist for ${platform}: the image that was found is ${image.platform ?? "of no known platform"}`,
      "Build the image for this platform.",
      { byInput: { platform: "Or remove the platform from `platform`." } },
    );
  });
}

type Scan = ScanSession["scan"];

function around(scanner: Scanner, how: (scan: Scan, ...args: Parameters<Scan>) => ReturnType<Scan>): Scanner {
  return {
    ...scanner,
    session(folder) {
      const session = scanner.session(folder);
      return { scan: (...args) => how(session.scan, ...args) };
    },
  };
}

/**
 * Begins to bring in the first image that will be scanned, while the scanner is made ready. Only one, so that little is
 * fetched in vain if the scanner cannot be had. Errors appear in the image's scan. Never throws.
 */
export function acquireFirst(targets: readonly Target[], images: Pick<Acquirer, "ahead">, world: World): void {
  const first = targets.find(({ kind }) => kind === "image");
  if (first === undefined) return;
  // If it cannot be located, its scan says so.
  tryOr(() => images.ahead(first, locateTarget(first, world), {}, world), undefined);
}

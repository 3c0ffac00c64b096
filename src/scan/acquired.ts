import type { LocatedTarget, ScanResult, Target } from "../domain/target.ts";
import type { Acquirer } from "../images/acquire/acquire.ts";
import type { Scanner, ScanOptions, ScanSession } from "../scanners/scanner.ts";
import type { World } from "../system/world.ts";
import { requireEveryPlatform } from "./every-platform.ts";
import { locateTarget } from "./targets.ts";

/** The scanner, whose images are brought in as verified bytes before it reads any of them. */
export function onAcquiredImages(scanner: Scanner, images: Acquirer): Scanner {
  const around = (session: ScanSession): ScanSession => ({
    scan: (target, located, options, world) =>
      isImage(located)
        ? scanAcquired({ target, located, options, session, images }, world)
        : session.scan(target, located, options, world),
    fork: (folder) => around(session.fork(folder)),
  });
  return { ...scanner, session: (folder) => around(scanner.session(folder)) };
}

/**
 * Begins to bring in the first image that will be scanned, while the scanner is made ready. Only one: if the scanner
 * cannot be had, no more was fetched in vain. Its errors are those of its scan. Never throws.
 */
export function acquireFirst(targets: readonly Target[], images: Pick<Acquirer, "ahead">, world: World): void {
  const first = targets.find(({ kind }) => kind === "image");
  if (first === undefined) return;
  try {
    images.ahead(first, locateTarget(first, world), {}, world);
  } catch {
    // Its scan says so.
  }
}

/** Whether a target consists of layers. */
function isImage({ how }: LocatedTarget): boolean {
  return how === "reference" || how === "archive" || how === "layout";
}

interface ImageScan {
  readonly target: Target;
  readonly located: LocatedTarget;
  readonly options: ScanOptions;
  readonly session: ScanSession;
  readonly images: Acquirer;
}

/** Time that bringing the image in takes counts as time of its scan. */
async function scanAcquired(
  { target, located, options, session, images }: ImageScan,
  world: World,
): Promise<ScanResult> {
  const began = performance.now();
  const image = await images.acquire(target, located, options, world);
  try {
    const spentMs = performance.now() - began;
    const result = await session.scan(target, located, { ...options, image, spentMs }, world);
    return requireEveryPlatform(target, result, image.place === "remote");
  } finally {
    image.release();
  }
}

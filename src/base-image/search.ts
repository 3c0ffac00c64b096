import { isBelow, olderBaseLayers } from "../domain/image/base-image.ts";
import type { ScanResult } from "../domain/target.ts";
import { asGateError } from "../system/errors.ts";
import type { BaseReference } from "./reference.ts";

/** What was found out of a reference: the base, or a sentence why it is not the base. */
export interface FoundBase {
  readonly reference: BaseReference;
  /** How many of the image's layers are the base's. */
  readonly layers: number;
  /** The base that the image was built on; absent where its layers are known, but not itself any more. */
  readonly inUse?: ScanResult | undefined;
  /** What its tag means today, where that is another image. */
  readonly newer?: ScanResult | undefined;
}

const WITHOUT_LOGIN =
  " What only the image itself names is asked for without a login: name it by `base-image` to use the runner's.";

/** Scans a reference; throws where it cannot be scanned. */
export type Ask = (reference: string, anonymous: boolean) => Promise<ScanResult>;

/**
 * Looks below the image for what a reference names: first what its tag means today; where that is another image, the
 * version that a digest names; else an older version of it by its layers' instructions and packages.
 */
export async function searchBase(reference: BaseReference, image: ScanResult, ask: Ask): Promise<FoundBase | string> {
  const { tagged, pinned, anonymous } = reference;
  const today = tagged === undefined ? undefined : await attempt(ask(tagged, anonymous));
  const current = today?.scan;
  if (current !== undefined && isBelow(current.layers, image.layers))
    return {
      reference,
      layers: current.layers.length,
      inUse: current,
      newer: await newerInRegistry(reference, current, ask),
    };
  let failure = today?.failure;
  for (const version of pinned) {
    const { scan, failure: why } = await attempt(ask(version, anonymous));
    if (scan !== undefined && isBelow(scan.layers, image.layers))
      return { reference, layers: scan.layers.length, inUse: scan, newer: current };
    failure ??= scan === undefined ? why : undefined;
  }
  const layers = current && olderBaseLayers(image, current);
  if (layers !== undefined) return { reference, layers, newer: current };
  return current === undefined && failure !== undefined
    ? `The base image could not be scanned: ${failure}.${anonymous ? WITHOUT_LOGIN : ""}`
    : `The base image ${JSON.stringify(reference.shown)} is not below this image: their first layers are not the same, and it does not look like a newer version of its base.`;
}

/**
 * A copy on this machine may be old. One that came from a registry is compared with what its tag means there, without a
 * login, as nobody has asked for that; what cannot be had so is left out. Another image of that name is none of it.
 */
async function newerInRegistry(
  { tagged, registryToo }: BaseReference,
  local: ScanResult,
  ask: Ask,
): Promise<ScanResult | undefined> {
  const { provenance, artifact } = local;
  const isCopy = provenance.source?.startsWith("the local ") === true && artifact.referenceDigest !== undefined;
  if (!isCopy || !registryToo || tagged === undefined) return undefined;
  const { scan } = await attempt(ask(tagged, true));
  if (scan === undefined || olderBaseLayers(local, scan) === undefined) return undefined;
  return scan.layers.join() === local.layers.join() ? undefined : scan;
}

async function attempt(scan: Promise<ScanResult>): Promise<{ scan?: ScanResult; failure?: string }> {
  try {
    return { scan: await scan };
  } catch (thrown) {
    const { code, what } = asGateError(thrown);
    if (code === "run-cancelled") throw thrown;
    return { failure: what };
  }
}

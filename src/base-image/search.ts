import { isBelow, olderBaseLayers } from "../domain/image/base-image.ts";
import { isDigest, namedRegistry, parseReference, registryHost, repositoryName } from "../domain/image/reference.ts";
import type { ScanResult, Target } from "../domain/target.ts";
import { locateTarget } from "../scan/targets.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";

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

/** A reference that may be the base's, and how it may be asked for. */
export interface BaseReference {
  readonly found: "input" | "annotation";
  /** As it is shown. */
  readonly shown: string;
  /** What its tag means today; absent: it has no tag. */
  readonly tagged?: string | undefined;
  /** The version that the image was built on, by digests that the reference or the image names. */
  readonly pinned: readonly string[];
  readonly anonymous: boolean;
  /** Where the tag is found on this machine, its registry may be asked whether it means another image by now. */
  readonly registryToo: boolean;
}

export interface BasePermission {
  readonly baseImage: string | undefined;
  readonly imageSource: readonly string[];
  readonly offline: boolean;
}

/** The reference of the input: named by whoever wrote the workflow, asked for as any image. */
export function inputReference(input: string, { build }: ScanResult, permission: BasePermission): BaseReference {
  const registryToo = !permission.offline && asksRegistries(permission);
  const parts = parseReference(input);
  // A file, or what only the scanner can judge.
  if (parts === undefined)
    return { found: "input", shown: input, tagged: input, pinned: [], anonymous: false, registryToo };
  const { name, tag, digest } = parts;
  return {
    found: "input",
    shown: tag === undefined && digest !== undefined ? input : tagOnly(name, tag),
    tagged: tag === undefined && digest !== undefined ? undefined : tagOnly(name, tag),
    pinned: pinnedTo(name, [digest, build?.baseDigest]),
    anonymous: false,
    registryToo,
  };
}

/**
 * The reference that the image itself names: text from whoever built it. It is asked for only in the target's own registry
 * (same host, same port) or in that of `base-image`, by its name and whatever address that has, so that no address of a
 * stranger's choice is ever reached.
 * @returns a reference, or a sentence why there is none; undefined where the image names none
 */
export function annotatedReference(
  target: Target,
  scan: ScanResult,
  permission: BasePermission,
  world: Pick<World, "workspace" | "temp">,
): BaseReference | string | undefined {
  const text = scan.build?.baseName?.trim();
  if (!text) return undefined;
  const parts = parseReference(text);
  if (parts === undefined)
    return "What the image's annotations name as its base is not an image reference, and is not asked for.";
  const host = registryHost(parts.name);
  if (!mayBeAsked(host, ownRegistry(target, scan, world), permission))
    return `The image's annotations name ${JSON.stringify(text)} as its base; a registry that only an image names is not asked. Name the base by \`base-image\` to have it compared.`;
  // Whole, as a short name can also be a file's.
  const name = repositoryName(parts.name);
  return {
    found: "annotation",
    shown: parts.tag === undefined && parts.digest !== undefined ? text : tagOnly(parts.name, parts.tag),
    tagged: parts.tag === undefined && parts.digest !== undefined ? undefined : tagOnly(name, parts.tag ?? "latest"),
    pinned: pinnedTo(name, [parts.digest, scan.build?.baseDigest]),
    anonymous: true,
    registryToo: false,
  };
}

function mayBeAsked(host: string, own: string | undefined, permission: BasePermission): boolean {
  const { baseImage, offline } = permission;
  if (!asksRegistries(permission)) return false;
  if (host === own) return true;
  const named = baseImage === undefined ? undefined : parseReference(baseImage)?.name;
  return !offline && named !== undefined && host === registryHost(named);
}

function asksRegistries({ imageSource }: BasePermission): boolean {
  return imageSource.length === 0 || imageSource.includes("remote");
}

/** Of an image that came from a registry, or whose name spells one; a tar's or a folder's name is none. */
function ownRegistry(target: Target, scan: ScanResult, world: Pick<World, "workspace" | "temp">): string | undefined {
  if (target.kind !== "image" || !isReference(target, world)) return undefined;
  const isRead = scan.artifact.referenceDigest !== undefined;
  return isRead ? registryHost(target.input) : namedRegistry(target.input);
}

function isReference(target: Target, world: Pick<World, "workspace" | "temp">): boolean {
  try {
    return locateTarget(target, world).how === "reference";
  } catch {
    // It has been scanned, and is gone since.
    return false;
  }
}

function tagOnly(name: string, tag: string | undefined): string {
  return tag === undefined ? name : `${name}:${tag}`;
}

function pinnedTo(name: string, digests: readonly (string | undefined)[]): string[] {
  return [...new Set(digests.filter((each) => each !== undefined && isDigest(each)))].map((each) => `${name}@${each}`);
}

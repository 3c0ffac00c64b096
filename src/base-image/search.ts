import { isBelow, olderBaseLayers } from "../domain/image/base-image.ts";
import { isDigest, namedRegistry, parseReference, registryHost, repositoryName } from "../domain/image/reference.ts";
import type { ScanResult, Target } from "../domain/target.ts";
import { locateTarget } from "../scan/targets.ts";
import { asGateError, tryOr } from "../system/errors.ts";
import type { World } from "../system/world.ts";

/**
 * The base that a reference led to. A search returns this, or a sentence that says why the reference is not the base.
 */
export interface FoundBase {
  readonly reference: BaseReference;
  /** Number of the image's layers that belong to the base. */
  readonly layers: number;
  /** The base that the image was built on; absent if its layers are known, but the image itself no longer exists. */
  readonly inUse?: ScanResult | undefined;
  /** The image that its tag refers to today, if it is a different one. */
  readonly newer?: ScanResult | undefined;
}

const WITHOUT_LOGIN =
  " A reference that only the image itself names is requested without a login: set `base-image` to use the login of this machine.";

/** Scans a reference. Throws if it cannot be scanned. */
export type Ask = (reference: string, anonymous: boolean) => Promise<ScanResult>;

/**
 * Looks among the image's lower layers for the image that a reference names. First it tries the image that the tag
 * refers to today. If that is another image, it tries the version that a digest names. Last, it looks for an older
 * version by the instructions and packages of its layers.
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
 * A copy on this machine may be old. If it came from a registry, it is compared with its tag's current image there. No
 * login is used, as the user did not ask for this; a failure is ignored. An unrelated image of the same name is
 * ignored, too.
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

/** The scan, or why there is none: a clause. Throws only `run-cancelled`. */
export async function attempt(scan: Promise<ScanResult>): Promise<{ scan?: ScanResult; failure?: string }> {
  try {
    return { scan: await scan };
  } catch (thrown) {
    const { code, what } = asGateError(thrown);
    if (code === "run-cancelled") throw thrown;
    return { failure: what };
  }
}

/** A possible reference of the base, and how to scan it. */
export interface BaseReference {
  readonly found: "input" | "annotation";
  /** The reference as reports show it. */
  readonly shown: string;
  /** Reference by tag, for the image that the tag refers to today; absent: it has no tag. */
  readonly tagged?: string | undefined;
  /**
   * References by digest to the version that the image was built on; the digests come from the reference or the image.
   */
  readonly pinned: readonly string[];
  readonly anonymous: boolean;
  /**
   * True if the registry may be asked even if the tag exists on this machine: the tag may refer to another image by
   * now.
   */
  readonly registryToo: boolean;
}

export interface BasePermission {
  readonly baseImage: string | undefined;
  readonly imageSource: readonly string[];
  readonly offline: boolean;
}

/** The reference of the input. The workflow's author named it, so it is scanned like any image. */
export function inputReference(input: string, { build }: ScanResult, permission: BasePermission): BaseReference {
  const registryToo = !permission.offline && asksRegistries(permission);
  const parts = parseReference(input);
  const common = { found: "input", anonymous: false, registryToo } as const;
  // A file, or a reference that only the scanner can judge.
  if (parts === undefined) return { ...common, shown: input, tagged: input, pinned: [] };
  const { name, tag, digest } = parts;
  const tagged = tag === undefined && digest !== undefined ? undefined : tagOnly(name, tag);
  return { ...common, shown: tagged ?? input, tagged, pinned: pinnedTo(name, [digest, build?.baseDigest]) };
}

/**
 * Returns the reference that the image itself names: text from the image's builder. It is requested only from the
 * target's own registry (same host, same port) or from the registry that `base-image` names. So no address that a
 * stranger chose is ever contacted.
 * @returns a reference, or a sentence why there is none; undefined if the image names no base
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
    return "The base that the image's annotations name is not an image reference, so it is not requested.";
  const host = registryHost(parts.name);
  if (!mayBeAsked(host, ownRegistry(target, scan, world), permission))
    return `The image's annotations name ${JSON.stringify(text)} as its base; a registry that only an image names is not asked. Name the base with \`base-image\` to compare it.`;
  // The full name, as a short one could also be a file's name.
  const name = repositoryName(parts.name);
  const { tag, digest } = parts;
  const isPinned = tag === undefined && digest !== undefined;
  return {
    found: "annotation",
    shown: isPinned ? text : tagOnly(parts.name, tag),
    tagged: isPinned ? undefined : tagOnly(name, tag ?? "latest"),
    pinned: pinnedTo(name, [digest, scan.build?.baseDigest]),
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

/** The registry of an image that came from one, or whose name includes one. The name of a tar or folder has none. */
function ownRegistry(target: Target, scan: ScanResult, world: Pick<World, "workspace" | "temp">): string | undefined {
  if (target.kind !== "image" || !isReference(target, world)) return undefined;
  const isRead = scan.artifact.referenceDigest !== undefined;
  return isRead ? registryHost(target.input) : namedRegistry(target.input);
}

function isReference(target: Target, world: Pick<World, "workspace" | "temp">): boolean {
  // It may have been scanned and removed since.
  return tryOr(() => locateTarget(target, world).how === "reference", false);
}

function tagOnly(name: string, tag: string | undefined): string {
  return tag === undefined ? name : `${name}:${tag}`;
}

function pinnedTo(name: string, digests: readonly (string | undefined)[]): string[] {
  return [...new Set(digests.filter((each) => each !== undefined && isDigest(each)))].map((each) => `${name}@${each}`);
}

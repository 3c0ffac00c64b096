import { distinct, unique } from "../../domain/collections.ts";
import type { FoundImage, LocalImage, RunningImage, RunsAt } from "../../domain/history/running.ts";
import { bestFor, parsePlatform } from "../../domain/image/platform.ts";
import { type ImageReference, isDigest, parseReference, repositoryName } from "../../domain/image/reference.ts";
import { listSome } from "../../domain/list-some.ts";
import type { TargetError } from "../../domain/verdict.ts";
import { ImageFault } from "../../images/fault.ts";
import type { RegistryReader } from "../../images/registry/client.ts";
import { whyInRegistry } from "../../images/registry/fault.ts";
import { atATime } from "../../system/pool.ts";

/** The running images, and the errors of those that are unknown. */
export interface ResolvedImages {
  /** In the order in which the sources name them first. */
  readonly images: readonly RunningImage[];
  /** The reasons why an image's digest is unknown. Such an image is not scanned. */
  readonly errors: ReadonlyMap<RunningImage, TargetError>;
  /** Facts for the reader, as sentences, by source. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
}

/** The means for finding out which images run. */
export interface Resolving {
  /** Reads manifests with the runner's logins. */
  readonly manifests: RegistryReader;
  /** True if there is a stored SBOM of a digest. Its registry then need not be asked about the digest. */
  readonly isStored: (digest: string) => boolean;
}

/** Number of registries that are asked at the same time. */
const AT_A_TIME = 8;
/** The platform that a registry gives to a client that asks for none. */
const DEFAULT_PLATFORM = "linux/amd64";
/** Maximum number of images that a note names. */
const MOST_NAMED = 20;

/**
 * Finds the running images: each tag becomes its current digest. An image that runs in several places appears once for
 * each image name, tag and digest, with all of these places. A failure belongs to its image alone.
 */
export async function resolveRunning(found: readonly FoundImage[], resolving: Resolving): Promise<ResolvedImages> {
  const resolved = await atATime(AT_A_TIME, found, (each) => resolveOne(each, resolving));
  const apart = await atATime(AT_A_TIME, resolved, (each) => apartByPlatform(each, resolved, resolving));
  const errors = new Map<RunningImage, TargetError>();
  const groups = Map.groupBy(apart, ({ image, error }) => {
    const { name, reference, digest, platform = DEFAULT_PLATFORM, imageId, daemon } = image;
    return JSON.stringify([name, reference, digest, platform, imageId, daemon?.host, error?.code]);
  });
  const images = [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const where = distinct(same.map(({ at }) => at));
    const { harbor } = same.find((each) => each.image.harbor !== undefined)?.image ?? {};
    const image: RunningImage = { ...first.image, ...(harbor !== undefined && { harbor }), where };
    if (first.error !== undefined) errors.set(image, first.error);
    return [image];
  });
  return { images, errors, notes: heldNotes(apart) };
}

interface Resolved {
  readonly image: Omit<RunningImage, "where">;
  readonly at: RunsAt;
  readonly error?: TargetError | undefined;
  /** The reason why its engine is asked, and not its registry. */
  readonly held?: string | undefined;
}

/** Notes that a source could not write itself, since it did not know that no registry has the image. */
function heldNotes(resolved: readonly Resolved[]): ReadonlyMap<string, readonly string[]> {
  const held = resolved.filter((each) => each.held !== undefined);
  const note = (those: readonly Resolved[]) => {
    const all = unique(those.map(({ image, held }) => `${image.reference} (${held})`));
    return `Scanned from the container engine that runs it, known by the ImageID: ${listSome(all, MOST_NAMED)}.`;
  };
  const bySource = Map.groupBy(held, ({ at }) => at.source);
  return new Map([...bySource].map(([source, those]) => [source, [note(those)]]));
}

async function resolveOne(found: FoundImage, { manifests, isStored }: Resolving): Promise<Resolved> {
  const { reference, platform, at, local, heldBy, harbor } = found;
  const parts = partsOf(reference);
  const digest = found.digest ?? parts?.digest;
  if (local !== undefined) return { image: localImage(found, local), at };
  const image = { name: nameOf(reference), reference, platform, ...(harbor !== undefined && { harbor }) };
  if (parts === undefined)
    return { image, at, error: unresolved(reference, "it is not a reference that a registry could be asked for") };
  if (digest !== undefined && (heldBy === undefined || isStored(digest))) return { image: { ...image, digest }, at };
  try {
    const document = await manifests.read(reference, digest ?? parts.tag ?? "latest");
    return { image: { ...image, digest: document.digest }, at };
  } catch (error) {
    if (!(error instanceof ImageFault)) throw error;
    // Its daemon has it from a registry that no longer has it or cannot be asked.
    if (heldBy !== undefined) return { image: localImage(found, heldBy), at, held: whyInRegistry(error) };
    return { image, at, error: unresolved(reference, whyInRegistry(error)) };
  }
}

function localImage({ reference, platform }: FoundImage, { imageId, daemon }: LocalImage): Resolved["image"] {
  const name = partsOf(reference) === undefined ? imageId : nameOf(reference);
  return { name, reference, platform, imageId, daemon };
}

function nameOf(reference: string): string {
  return partsOf(reference) === undefined ? reference : repositoryName(reference);
}

/** An ImageID looks like a reference, too: a tag in the repository `sha256`. */
function partsOf(reference: string): ImageReference | undefined {
  return isDigest(reference) ? undefined : parseReference(reference);
}

/**
 * If an index runs on several platforms, its images get their own digests, since one digest must mean one image. If it
 * is a single image, the platform's name in the sources does not matter.
 */
async function apartByPlatform(each: Resolved, all: readonly Resolved[], { manifests }: Resolving): Promise<Resolved> {
  const { digest, reference, platform = DEFAULT_PLATFORM } = each.image;
  if (digest === undefined) return each;
  const others = all.filter(({ image }) => image.digest === digest).map(({ image }) => image.platform);
  if (others.every((other = DEFAULT_PLATFORM) => other === platform)) return each;
  const document = await manifests.read(reference, digest).catch(() => undefined);
  if (document === undefined) return each;
  if (document.kind === "manifest") return { ...each, image: { ...each.image, platform: undefined } };
  const [own, ...more] = bestFor(platform, document.images, (image) => parsePlatform(image.platform ?? ""));
  return own === undefined || more.length > 0 ? each : { ...each, image: { ...each.image, digest: own.digest } };
}

function unresolved(reference: string, why: string): TargetError {
  return {
    code: "tag-unresolved",
    what: `${reference} was not scanned, as it is unknown which image runs: ${why}`,
    remedy:
      "See whether the tag exists and this machine reaches its registry; log in first (`docker login`), or name the image by its digest (`name@sha256:…`).",
  };
}

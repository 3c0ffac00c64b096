import { mkdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isDigest, parseReference, repositoryName } from "../../domain/image/reference.ts";
import { memoize } from "../../domain/memoize.ts";
import type { LocatedTarget, Target } from "../../domain/target.ts";
import { timeLimit, untilAborted } from "../../system/background.ts";
import { cancelled } from "../../system/errors.ts";
import { privateFolder } from "../../system/store/private-file.ts";
import { databaseStore } from "../../system/store/store.ts";
import type { World } from "../../system/world.ts";
import type { LocalSource } from "../engine/export.ts";
import { ImageFault, imageChanged, imageError, scanTimeout } from "../fault.ts";
import { layerReader } from "../layers/pool.ts";
import { blobFetcher } from "../registry/blobs.ts";
import { registryReader } from "../registry/client.ts";
import { credentialsFor } from "../registry/credentials.ts";
import type { FoundImage } from "../source.ts";
import { findInEngine } from "../sources/engine.ts";
import { findInLayout } from "../sources/layout.ts";
import { findInRegistry, type RegistryAccess } from "../sources/registry.ts";
import { findInTar } from "../sources/saved-tar.ts";
import type { AcquiredImage } from "./acquired-image.ts";
import { confirmedDigest } from "./confirm-digest.ts";
import { keptLayers } from "./kept-layers.ts";
import { notInRegistry, notOnThisMachine, type Tried } from "./not-found.ts";
import { progressLog } from "./progress.ts";
import { ImageStore } from "./store.ts";

/** Settings of a run. */
export interface AcquirerSettings {
  /** The places to look for a reference, in order. Empty: Docker, containerd, Podman, the registry. */
  readonly imageSource: readonly string[];
  /** No registry is asked about an image that this machine has. */
  readonly offline: boolean;
  /** Milliseconds for each image. */
  readonly timeoutMs: number;
  /** True if fetched layers are kept on this machine for later runs. */
  readonly isKept?: boolean | undefined;
}

/** How to bring in one image. */
export interface AcquireOptions {
  /** Instead of {@link AcquirerSettings.imageSource}. */
  readonly imageSource?: readonly string[] | undefined;
  /** The reference comes from a stranger: only its registry is asked, without any login. */
  readonly anonymous?: boolean | undefined;
  /** The engine that has it, as discovery found it. Absent: the image source's own engine. */
  readonly host?: string | undefined;
}

/** Brings images in, as bytes that are checked against their digests before they are used. */
export type Acquirer = ReturnType<typeof imageAcquirer>;

/** Bytes of unpacked layers that stay for the next image, once no scan uses them. */
const SPARE_BYTES = 8e9;
/** Milliseconds for a manifest, with all requests that it needs. */
const MANIFEST_MS = 60_000;

const USUAL_ORDER = ["docker", "containerd", "podman", "remote"];

/** Only one for a run: its images share their layers. */
export function imageAcquirer(settings: AcquirerSettings, world: World) {
  const folder = privateFolder(world, "images");
  const reader = layerReader();
  const kept = settings.isKept === true ? keptLayers(join(databaseStore(world).store, "layers")) : undefined;
  const store = new ImageStore({ folder: join(folder, "store"), reader, spareBytes: SPARE_BYTES, kept });
  const accessOf = memoize((isAnonymous: boolean) => accessTo(isAnonymous, world));
  const begun = new Map<string, Promise<AcquiredImage>>();
  const closing = new AbortController();
  let scratches = 0;
  let removing: Promise<void> | undefined;
  const remove = async () => {
    closing.abort();
    await reader.close();
    await Promise.allSettled(begun.values());
    await rm(folder, { recursive: true, force: true });
  };
  const bring = async (target: Target, located: LocatedTarget, options: AcquireOptions, at: World) => {
    const registry = accessOf(options.anonymous === true);
    const scratch = join(folder, `scratch-${++scratches}`);
    return acquired({ target, located, options, settings, registry, scratch, store, world: at });
  };
  return {
    /**
     * @param located a reference, an archive or a layout
     * @throws GateError with a code for each cause, see docs/errors.md; `run-cancelled`
     */
    async acquire(target: Target, located: LocatedTarget, options: AcquireOptions, at: World): Promise<AcquiredImage> {
      const key = keyOf(located, options);
      const early = begun.get(key);
      begun.delete(key);
      return early ?? bring(target, located, options, at);
    },
    /**
     * Begins to bring an image in. The next `acquire` of the same takes it, or its error. An image that is never taken
     * ends with the acquirer. Never throws.
     */
    ahead(target: Target, located: LocatedTarget, options: AcquireOptions, at: World): void {
      const signal = AbortSignal.any([at.signal, closing.signal]);
      const early = bring(target, located, options, { ...at, signal });
      // The caller that asks for the image gets its error.
      early.catch(() => {});
      begun.set(keyOf(located, options), early);
    },
    /**
     * No image is needed any more: begins to remove them, which takes 0.2 s for each gigabyte. The caller goes on with
     * other work meanwhile. Never throws.
     */
    finish(): void {
      removing ??= remove();
      // Disposing of it throws its error.
      removing.catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      removing ??= remove();
      await removing;
    },
  };
}

/** Two targets with the same key are the same image. A scan's other options do not change the image. */
function keyOf(located: LocatedTarget, { imageSource, anonymous = false, host }: AcquireOptions): string {
  return JSON.stringify([located, imageSource, anonymous, host]);
}

function accessTo(isAnonymous: boolean, world: World): RegistryAccess {
  const credentials = isAnonymous ? async () => undefined : credentialsFor(world);
  const fetcherOf = memoize((repository: string) => blobFetcher(repository, { credentials }));
  return {
    manifests: registryReader({ credentials, signal: world.signal, deadlineMs: MANIFEST_MS }),
    blobs: (reference) => fetcherOf(repositoryName(reference)),
  };
}

interface Acquiring {
  readonly target: Target;
  readonly located: LocatedTarget;
  readonly options: AcquireOptions;
  readonly settings: AcquirerSettings;
  readonly registry: RegistryAccess;
  /** A path below which nothing exists yet. */
  readonly scratch: string;
  readonly store: ImageStore;
  readonly world: World;
}

async function acquired(run: Acquiring): Promise<AcquiredImage> {
  const { target, settings, scratch, store, world } = run;
  const signal = AbortSignal.any([world.signal, timeLimit(settings.timeoutMs)]);
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  let found: FoundImage | undefined;
  using progress = progressLog(target.label, world.log);
  try {
    found = await find(run, signal);
    const image = await store.add(found, progress, signal);
    if (found.hasChanged?.() === true) throw imageChanged();
    return await withDigest(image, run);
  } catch (thrown) {
    if (world.signal.aborted) throw cancelled();
    if (signal.aborted) throw scanTimeout(target, settings.timeoutMs);
    const cause = found?.hasChanged?.() === true ? imageChanged() : thrown;
    throw imageError(cause, target.label, settings.timeoutMs);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function find(run: Acquiring, signal: AbortSignal): Promise<FoundImage> {
  const { located, scratch, world } = run;
  const { how, location, platform, digest } = located;
  if (how === "archive")
    return findInTar(location, { scratch: join(scratch, "unpacked.tar"), platform, digest, signal });
  if (how === "layout") return findInLayout({ location, platform, digest, roots: [world.workspace, world.temp] });
  return findReference(run, signal);
}

/** Looks in each source until one has it, in the scanner's order. */
async function findReference(run: Acquiring, signal: AbortSignal): Promise<FoundImage> {
  const { target, located, options, registry, scratch, settings, world } = run;
  const { location: reference, platform, digest } = located;
  if (parseReference(reference) === undefined && !isDigest(reference))
    throw new ImageFault("reference-invalid", "it is not an image reference");
  const tried: Tried[] = [];
  for (const source of sourcesOf(run)) {
    if (source === "remote") {
      const asked = findInRegistry({ reference, platform, digest }, registry, signal);
      // Documents are shared by the run's images: one image's deadline does not end their requests.
      return untilAborted(withNotes(asked, tried), signal).catch((thrown) => {
        throw signal.aborted ? thrown : notInRegistry(thrown, target, { tried, timeoutMs: settings.timeoutMs });
      });
    }
    const [file, unpacked] = [join(scratch, `${source}.tar`), join(scratch, "unpacked.tar")];
    const asked = { world, file, scratch: unpacked, platform, signal, host: options.host };
    const found = await findInEngine(source as LocalSource, reference, asked);
    if (!("kind" in found)) return found;
    tried.push({ source: source as LocalSource, outcome: found });
  }
  throw notOnThisMachine(target.input, tried);
}

/** Adds a note for each engine that may have another image of the same name. */
async function withNotes(asked: Promise<FoundImage>, tried: readonly Tried[]): Promise<FoundImage> {
  const image = await asked;
  const notes = tried.flatMap(({ source, outcome }) =>
    "isHere" in outcome ? [`Not looked for in ${source}: ${outcome.why}.`] : [],
  );
  return { ...image, notes: [...notes, ...image.notes] };
}

function sourcesOf({ options, settings }: Acquiring): readonly string[] {
  if (options.anonymous === true) return ["remote"];
  const asked = options.imageSource ?? settings.imageSource;
  return asked.length === 0 ? USUAL_ORDER : asked;
}

/** Adds the digest and index from the registry of a local image, if the registry may be asked. */
async function withDigest(image: AcquiredImage, run: Acquiring): Promise<AcquiredImage> {
  const { located, options, settings, registry } = run;
  if (!isLocal(image) || image.repoDigests.length === 0) return image;
  const mayAsk = !settings.offline && options.host === undefined && sourcesOf(run).includes("remote");
  if (!mayAsk) return { ...image, digestUnknown: "its registry was not asked" };
  const signal = AbortSignal.any([run.world.signal, timeLimit(MANIFEST_MS)]);
  return { ...image, ...(await confirmedDigest(located.location, image, registry, signal)) };
}

function isLocal({ place }: Pick<AcquiredImage, "place">): boolean {
  return place === "docker" || place === "podman" || place === "containerd";
}

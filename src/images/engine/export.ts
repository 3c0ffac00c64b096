import { addAbortSignal, type Readable } from "node:stream";
import { bestFor, platformMatches, platformName } from "../../domain/image/platform.ts";
import { GateError } from "../../system/errors.ts";
import { ImageFault } from "../fault.ts";
import { SparseFile } from "../layers/output/sparse-file.ts";
import { type EngineAddress, type EngineWorld, engineAt, engineOf, isOpenToOthers } from "./address.ts";
import { type EngineClient, openEngine } from "./client.ts";
import { type InspectedImage, inspectedImage, type StoredManifest } from "./inspect.ts";

export interface ExportOptions {
  readonly world: EngineWorld;
  /** The path of the tar: absolute, in a folder that only this user can change; the file must not exist yet. */
  readonly file: string;
  /** `linux/arm64`. Absent: the engine's own choice. */
  readonly platform?: string | undefined;
  /** Ends it, with its own reason. */
  readonly signal: AbortSignal;
  /** The engine, as discovery found it (`Daemon.host`). Absent: the image source's own engine. */
  readonly host?: string | undefined;
}

/** An image from an engine as a file, in the format of `docker save`. The file is not yet read. */
export interface ExportedImage {
  readonly kind: "exported";
  /** The engine's id: the digest of the configuration, or with containerd's store of the manifest or index. */
  readonly id: string;
  /** Digest of the manifest, if the engine's id leads to several, and the engine says which one it uses. */
  readonly manifest?: string | undefined;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** Facts for the reader, as sentences. */
  readonly notes: readonly string[];
}

/** An engine of this machine in which an image is looked for. */
export type LocalSource = "docker" | "containerd" | "podman";

/** The source does not have the image, or cannot be asked. */
export type NotThere =
  | { readonly kind: "missing" }
  /**
   * @property why a clause for people; it may quote what a program said
   * @property isHere it runs, so that it may have the image
   */
  | { readonly kind: "unreachable"; readonly why: string; readonly isHere?: true };

export type EngineExport = ExportedImage | NotThere;

const MAX_INSPECT = 4 * 1024 * 1024;

/**
 * Exports an engine's image to a file, through the engine's own API (docs.docker.com/reference/api/engine; Podman's is
 * the same). The engine resolves the name once, as if it were to run the image. The export uses the id, so a tag that
 * moves meanwhile changes nothing. If it fails, no file is left.
 * @param reference as the user wrote it: a name, or an id
 * @throws ImageFault if the engine has the image and cannot give it; the signal's reason
 */
export async function exportFromEngine(
  source: "docker" | "podman",
  reference: string,
  options: ExportOptions,
): Promise<EngineExport> {
  const { signal, host } = options;
  requirePlain(reference);
  signal.throwIfAborted();
  const world = { ...options.world, signal };
  let client: EngineClient | undefined;
  try {
    const address = host === undefined ? engineOf(source, world) : engineAt(host, world);
    client = openEngine(address, world);
    // Docker 28 lists the image's parts in containerd's store. Other engines ignore the question.
    const path = `/images/${encodeURI(reference)}/json?manifests=1`;
    const image = await client.read(path, MAX_INSPECT, inspectedImage);
    if (image === undefined) return { kind: "missing" };
    return await exported(client, image, { ...options, address });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GateError) || !error.code.startsWith("discovery-")) throw error;
    // Docker's and Podman's own error texts (github.com/distribution/reference).
    if (/invalid reference format|repository name must be lowercase/.test(error.what)) throw notPlain();
    return { kind: "unreachable", why: error.what };
  } finally {
    client?.[Symbol.dispose]();
  }
}

/**
 * Refuses a reference that could lead to another path of the engine's API, or be taken for an option of a program.
 * @throws ImageFault `reference-invalid`
 */
export function requirePlain(reference: string): void {
  const isPlain = /^[\w[][\w.:@/[\]-]{0,599}$/.test(reference) && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(reference);
  if (!isPlain) throw notPlain();
}

function notPlain(): ImageFault {
  return new ImageFault("reference-invalid", "it is not an image reference");
}

async function exported(
  client: EngineClient,
  image: InspectedImage,
  options: ExportOptions & { readonly address: EngineAddress },
): Promise<ExportedImage> {
  const { file, platform, signal, address } = options;
  const manifest = chosen(image, platform);
  const path = `/images/${image.id}/get${manifest && image.manifests.length > 1 ? platformQuery(manifest) : ""}`;
  await save(await begun(client, path), file, signal);
  const { id, repoTags, repoDigests } = image;
  const notes = isOpenToOthers(address)
    ? [`The engine at ${client.host} was asked without TLS: anyone on the network path could give another image.`]
    : [];
  return { kind: "exported", id, manifest: manifest?.digest, repoTags, repoDigests, notes };
}

/** It was removed after it was looked up. */
export function removedMeanwhile(): ImageFault {
  return new ImageFault("image-changed", "it was removed before its engine could give it", {
    says: "was not scanned: %",
  });
}

/** The engine has the image for another platform. @param here that platform */
export function otherPlatform(wanted: string, here: string | undefined): ImageFault {
  const what = here || "of no known platform";
  return new ImageFault("platform-mismatch", `the engine does not have it for ${wanted}: its image is ${what}`);
}

/** The selected image of containerd's store. Undefined: there is only one. */
function chosen(image: InspectedImage, asked: string | undefined): StoredManifest | undefined {
  const { manifests, platform } = image;
  if (manifests.length === 0) {
    const isOther = asked !== undefined && platform !== undefined && !platformMatches(asked, platform);
    if (isOther) throw otherPlatform(asked, platform);
    return undefined;
  }
  const wanted = asked ?? platform;
  const here = manifests.filter(({ isHere }) => isHere);
  const [best] = wanted === undefined ? here : bestFor(wanted, here, ({ platform }) => platform);
  if (best !== undefined) return best;
  const names = here.map(({ platform }) => platformName(platform)).join(", ");
  throw otherPlatform(wanted ?? "any platform", names || "nothing");
}

function platformQuery({ platform }: StoredManifest): string {
  return `?platform=${encodeURIComponent(JSON.stringify(platform))}`;
}

async function begun(client: EngineClient, path: string): Promise<Readable> {
  try {
    const message = await client.stream(path);
    if (message !== undefined) return message;
  } catch (error) {
    if (!(error instanceof GateError) || error.code === "run-cancelled") throw error;
    throw new ImageFault("daemon-export-failed", error.what, { cause: error });
  }
  throw removedMeanwhile();
}

/** Writes the stream to a new file. If it fails, no file is left. */
async function save(source: Readable, file: string, signal: AbortSignal): Promise<void> {
  const output = new SparseFile(file);
  let isWriting = false;
  try {
    for await (const piece of addAbortSignal(signal, source)) {
      isWriting = true;
      output.write(piece as Buffer);
      isWriting = false;
    }
  } catch (cause) {
    output.discard();
    if (isWriting) throw cause;
    const { code = "no reason is known" } = cause as NodeJS.ErrnoException;
    throw new ImageFault("daemon-export-failed", `its engine broke off the export (${code})`, { cause });
  }
  output.finish();
}

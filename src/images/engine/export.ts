import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { platformMatches } from "../../domain/image/platform.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import { type EngineAddress, type EngineWorld, engineAt, engineOf, isOpenToOthers } from "./address.ts";
import { type EngineClient, openEngine } from "./client.ts";
import { wrongAnswer } from "./errors.ts";
import { EngineProblem, type NotThere } from "./failures.ts";
import { identifyTar, type TarIdentity } from "./identity.ts";
import { type InspectedImage, parseInspected, platformText, type StoredManifest } from "./inspect.ts";
import { saveStream } from "./save.ts";

export interface ExportOptions {
  readonly world: EngineWorld;
  /** Where the tar goes: absolute, in a folder that only this user can change; there must be no such file yet. */
  readonly file: string;
  /** `linux/arm64`. Absent: the engine's own choice. */
  readonly platform?: string | undefined;
  /** Ends it; a timeout becomes `scan-timeout`. */
  readonly signal: AbortSignal;
  /** Gets the number of bytes so far. Must not throw. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** The engine, as discovery found it (`Daemon.host`). Absent: the one that the source means. */
  readonly host?: string | undefined;
  /** Milliseconds for which an engine that has begun to send may send nothing; two minutes by default. */
  readonly silenceMs?: number | undefined;
}

/** Which image a name means in an engine. */
export interface EngineImage {
  /** The engine's id: the digest of the configuration, or with containerd's store of the manifest or index. */
  readonly imageId: string;
  /** Digest of the manifest, if the engine's id is one, or leads to one, and the engine says so. */
  readonly manifest?: string | undefined;
  /** `linux/arm64`: of an exported image from its configuration, else as the engine says or as it was asked for. */
  readonly platform?: string | undefined;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly created?: string | undefined;
}

/** An image of an engine that is now a file, in the format of `docker save`. */
export interface ExportedImage extends EngineImage {
  readonly kind: "exported";
  /** Digest of the configuration in the tar: what scanners call the image's id. */
  readonly configuration: string;
  /** Size of the tar. */
  readonly bytes: number;
  /** What a reader should know, as sentences. */
  readonly notes: readonly string[];
}

export type EngineExport = ExportedImage | NotThere;

const MAX_INSPECT = 4 * 1024 * 1024;
const SILENCE_MS = 120_000;
/** The caller's signal comes first. */
const NO_DEADLINE_MS = 24 * 60 * 60 * 1000;

/**
 * Exports an image that an engine has to a file, through the engine's own API (docs.docker.com/reference/api/engine;
 * Podman answers the same). The engine resolves the name once, as if it were to run the image. The export names the
 * id, so that a tag that moves meanwhile changes nothing. The tar must be the image of that id
 * ({@link identifyTar}). If it fails, no file is left.
 * @param reference as the user wrote it: a name, or an id
 * @throws EngineProblem if the engine has the image and cannot give it; GateError `run-cancelled`
 */
export async function exportFromEngine(
  source: "docker" | "podman",
  reference: string,
  options: ExportOptions,
): Promise<EngineExport> {
  const { signal, host } = options;
  requirePlain(reference);
  if (signal.aborted) throw endOf(signal);
  const world = { ...options.world, signal };
  let client: EngineClient | undefined;
  try {
    const address = host === undefined ? engineOf(source, world) : engineAt(host, world);
    client = openEngine(address, world, NO_DEADLINE_MS);
    const image = await inspect(client, reference);
    if (image === undefined) return { kind: "missing" };
    return await exported(client, image, { ...options, address });
  } catch (error) {
    if (signal.aborted) throw endOf(signal);
    if (!(error instanceof GateError) || !error.code.startsWith("discovery-")) throw error;
    // Docker's and Podman's own words (github.com/distribution/reference).
    if (/invalid reference format|repository name must be lowercase/.test(error.what)) throw notPlain();
    return { kind: "unreachable", why: error.what };
  } finally {
    client?.[Symbol.dispose]();
  }
}

/**
 * Refuses a reference that could lead to another path of the engine's API, or be taken for an option of a program.
 * @throws EngineProblem `reference-invalid`
 */
export function requirePlain(reference: string): void {
  const isPlain = /^[\w[][\w.:@/[\]-]{0,599}$/.test(reference) && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(reference);
  if (!isPlain) throw notPlain();
}

function notPlain(): EngineProblem {
  return new EngineProblem("reference-invalid", "it is not an image reference");
}

/**
 * Where an engine describes an image.
 * @throws EngineProblem `reference-invalid`
 */
export function descriptionPath(reference: string): string {
  requirePlain(reference);
  return `/images/${encodeURI(reference)}/json`;
}

/** Why a signal ended the export. */
export function endOf({ reason }: AbortSignal): Error {
  if (reason instanceof GateError || reason instanceof EngineProblem) return reason;
  const isTimeout = (reason as Error | undefined)?.name === "TimeoutError";
  return isTimeout ? new EngineProblem("scan-timeout", "its engine did not give it in time") : cancelled();
}

async function inspect(client: EngineClient, reference: string): Promise<InspectedImage | undefined> {
  // Docker 28 lists what containerd's store has of the image. Others ignore the question.
  const answer = await client.get(`${descriptionPath(reference)}?manifests=1`, MAX_INSPECT);
  if (answer === undefined) return undefined;
  try {
    return parseInspected(JSON.parse(answer.body.toString("utf8")));
  } catch (cause) {
    throw wrongAnswer(client.host, "describes the image in another way than Docker and Podman do", cause);
  }
}

async function exported(
  client: EngineClient,
  image: InspectedImage,
  options: ExportOptions & { readonly address: EngineAddress },
): Promise<ExportedImage> {
  const { file, platform, signal, onBytes, silenceMs = SILENCE_MS, address } = options;
  const manifest = chosen(image, platform);
  const found: EngineImage = {
    imageId: image.id,
    manifest: manifest?.digest,
    platform: manifest === undefined ? image.platform : platformText(manifest.platform),
    repoTags: image.repoTags,
    repoDigests: image.repoDigests,
    created: image.created,
  };
  const path = `/images/${image.id}/get${manifest && image.manifests.length > 1 ? platformQuery(manifest) : ""}`;
  const message = await begun(client, path);
  const bytes = await saveStream(message, file, { signal, onBytes, silenceMs });
  const identity = await identified(file, image.id, { platform, manifest: manifest?.digest });
  const notes = isOpenToOthers(address)
    ? [`The engine at ${client.host} was asked without TLS: whoever is on the way could give another image.`]
    : [];
  return { kind: "exported", ...found, ...identity, bytes, notes };
}

/**
 * {@link identifyTar}, and whether it is the wanted image. If it is not, the file is removed.
 * @throws EngineProblem as identifyTar, and `platform-mismatch`
 */
export async function identified(
  file: string,
  id: string,
  wanted: { readonly platform?: string | undefined; readonly manifest?: string | undefined },
): Promise<TarIdentity> {
  try {
    const identity = await identifyTar(file, id, wanted.manifest === undefined ? [] : [wanted.manifest]);
    const { manifest, platform } = identity;
    if (manifest !== undefined && wanted.manifest !== undefined && manifest !== wanted.manifest)
      throw new EngineProblem("image-inconsistent", `its engine gave ${manifest} for ${wanted.manifest}`);
    if (wanted.platform !== undefined && !platformMatches(wanted.platform, platform))
      throw otherPlatform(wanted.platform, platform);
    return identity;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

function otherPlatform(wanted: string, here: string | undefined): EngineProblem {
  const what = here || "of no known platform";
  return new EngineProblem("platform-mismatch", `it is not here for ${wanted}: what is here is ${what}`);
}

/** The image of containerd's store that is meant. Undefined: there is only one. */
function chosen(image: InspectedImage, asked: string | undefined): StoredManifest | undefined {
  const { manifests, platform } = image;
  const wanted = asked ?? platform;
  const here = manifests.filter(({ isHere }) => isHere);
  const isRight = (found: string | undefined) =>
    wanted === undefined || found === undefined || platformMatches(wanted, found);
  const fitting = here.filter(({ platform }) => isRight(platformText(platform)));
  if (manifests.length === 0) {
    if (asked !== undefined && !isRight(platform)) throw otherPlatform(asked, platform);
    return undefined;
  }
  if (fitting.length === 0)
    throw otherPlatform(
      wanted ?? "any platform",
      here.map(({ platform }) => platformText(platform)).join(", ") || "nothing",
    );
  const exact = fitting.find(({ platform }) => platformText(platform) === wanted);
  return exact ?? fitting[0];
}

function platformQuery({ platform }: StoredManifest): string {
  return `?platform=${encodeURIComponent(JSON.stringify(platform))}`;
}

async function begun(client: EngineClient, path: string): Promise<IncomingMessage> {
  try {
    const message = await client.stream(path);
    if (message !== undefined) return message;
  } catch (error) {
    if (!(error instanceof GateError) || error.code === "run-cancelled") throw error;
    throw new EngineProblem("daemon-export-failed", error.what, { cause: error });
  }
  throw new EngineProblem("image-changed", "it was removed before its engine could give it");
}

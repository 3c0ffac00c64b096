import { parseReference, repositoryName } from "../../domain/image/reference.ts";
import { ImageFault } from "../fault.ts";
import { blobFetcher } from "./blobs.ts";
import { type ReaderOptions, registryReader } from "./client.ts";
import { RegistryFault } from "./fault.ts";

/** An artifact of a single layer, such as a database. */
export interface WantedArtifact {
  /** `name`, `name:tag` or `name@sha256:…`. */
  readonly reference: string;
  /** For a reference without a tag. */
  readonly tag: string;
  /** Of the layer. */
  readonly mediaType: string;
  /** Bytes of the largest layer that is fetched. */
  readonly maxBytes: number;
  /** The layer that is there already, so that it need not be fetched. */
  readonly known?: string | undefined;
  /** Absolute path of a file that must not exist. */
  readonly file: string;
}

interface ArtifactAccess extends Pick<ReaderOptions, "credentials" | "signal"> {
  /** A source that sends nothing for this long, in milliseconds, is given up. */
  readonly silenceMs: number;
  /** Called as bytes come. Must not throw. */
  readonly onBytes?: ((done: number, of: number) => void) | undefined;
}

/** Number of tries of {@link blobFetcher} that may bring nothing. */
const IDLE_TRIES = 5;
const MAX_SILENCE_MS = 30_000;

/**
 * Fetches an artifact's layer from its registry; its bytes have the digest of the manifest. A login that is refused is
 * left out: registries refuse an expired one even if none is needed.
 * @returns the layer's digest. Nothing was fetched if it is the known one
 * @throws ImageFault, the signal's reason, errors of the file system: `imageError` explains them
 */
export async function fetchArtifact(wanted: WantedArtifact, access: ArtifactAccess): Promise<string> {
  try {
    return await fetchOnce(wanted, access);
  } catch (error) {
    const isAnonymous = (await access.credentials(repositoryName(wanted.reference))) === undefined;
    if (isAnonymous || !isDenied(error) || access.signal.aborted) throw error;
    return await fetchOnce(wanted, { ...access, credentials: async () => undefined });
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof ImageFault && error.code === "image-denied";
}

async function fetchOnce(
  { reference, tag, mediaType, maxBytes, known, file }: WantedArtifact,
  { credentials, signal, silenceMs, onBytes }: ArtifactAccess,
): Promise<string> {
  const parsed = parseReference(reference);
  const other = new RegistryFault("image-unreadable", "has something else there");
  if (parsed === undefined) throw other;
  const manifests = registryReader({ credentials, signal, deadlineMs: silenceMs });
  const document = await manifests.read(reference, parsed.digest ?? parsed.tag ?? tag);
  const [layer, ...more] = document.kind === "manifest" ? document.layers : [];
  if (layer?.mediaType !== mediaType || more.length > 0 || layer.size > maxBytes) throw other;
  const { digest, size } = layer;
  if (digest === known) return digest;
  let done = 0;
  const counted = (bytes: number) => {
    done += bytes;
    onBytes?.(done, size);
  };
  const blobs = blobFetcher(reference, {
    credentials,
    silenceMs: Math.min(MAX_SILENCE_MS, Math.ceil(silenceMs / IDLE_TRIES)),
  });
  await blobs.fetch({ digest, size, file, onBytes: counted }, signal);
  return digest;
}

import { platformMatches } from "../../../domain/image/platform.ts";
import { type ImageReference, parseReference } from "../../../domain/image/reference.ts";
import type { ImageIndex, ScanResult, Target } from "../../../domain/target.ts";
import { DocumentProblem, RegistryError, type RegistryReader } from "../../../images/registry/client.ts";
import type {
  IndexDocument,
  ListedImage,
  ManifestDocument,
  RegistryDocument,
} from "../../../images/registry/document.ts";
import { GateError } from "../../../system/errors.ts";
import { BASE_DIGEST, BASE_NAME } from "../report/build-trace.ts";
import { imageInconsistent } from "./failures.ts";

/** The manifest whose image was scanned, or why we do not know it. */
export type Judged =
  | {
      readonly manifest: ManifestDocument;
      readonly index?: ImageIndex | undefined;
      /** Annotations of the manifest, of its entry in the index, and of the index, in this order. */
      readonly annotations: readonly Readonly<Record<string, string>>[];
    }
  | { readonly unknown: string };

/** Trivy's default if no platform is requested, on every machine (go-containerregistry, `remote.defaultPlatform`). */
const DEFAULT_PLATFORM = "linux/amd64";
/** Highest number of an index's manifests that we request. Nobody builds for more platforms. */
const MOST_ASKED = 40;
/** Timeout for all of them together. */
const PATIENCE_MS = 20_000;

/**
 * Reads the manifest of a reference, and the one that Trivy most likely scans, so that both are there when Trivy has finished.
 * Never throws.
 */
export async function readAhead(reference: string, target: Target, reader: RegistryReader): Promise<void> {
  const parts = parseReference(reference);
  if (parts === undefined) return;
  try {
    const document = await reader.read(reference, meant(parts));
    const first = document.kind === "index" ? likelyImage(document, target) : undefined;
    if (first !== undefined) await reader.read(reference, first.digest);
  } catch {
    // Reported when it is requested again.
  }
}

interface AskedImage {
  /** As we passed it to Trivy. */
  readonly reference: string;
  readonly target: Target;
  /** Trivy read the image there, not in a local daemon. A daemon's claim about a digest is no proof. */
  readonly fromRegistry: boolean;
}

/**
 * The manifest that was scanned: the reference's own at the time of Trivy's request or, in an index, the one whose
 * configuration has the image's id. Everything is checked against the digest in Trivy's report, so a tag may move meanwhile.
 * @throws GateError `image-moved` if the registry's own manifests do not lead to the scanned image
 */
export async function judgedManifest(
  asked: AskedImage,
  { artifact }: ScanResult,
  reader: RegistryReader,
): Promise<Judged> {
  const { reference, target, fromRegistry } = asked;
  const { referenceDigest: root, imageId } = artifact;
  const parts = parseReference(reference);
  if (root === undefined || imageId === undefined || parts === undefined)
    return { unknown: "the scanner names no digest of its repository" };
  try {
    const document = await rootDocument(reference, parts, root, reader);
    if (document.kind === "manifest") {
      if (document.config === imageId) return { manifest: document, annotations: [document.annotations] };
      return mismatch(target, fromRegistry);
    }
    const found = await inIndex(asked, document, imageId, reader);
    return found ?? mismatch(target, fromRegistry);
  } catch (error) {
    // The scanner has read it in one way, and an engine may read it in another.
    if (error instanceof DocumentProblem) throw imageInconsistent(target, `its registry ${error.message}`);
    if (error instanceof RegistryError) return { unknown: `its registry ${error.message}` };
    throw error;
  }
}

/** The document that Trivy read. Uses the one that was read ahead, if it is the same. */
async function rootDocument(
  reference: string,
  parts: ImageReference,
  root: string,
  reader: RegistryReader,
): Promise<RegistryDocument> {
  const ahead = reader.known(reference, meant(parts));
  const document = ahead && (await ahead.catch(() => undefined));
  return document?.digest === root ? document : reader.read(reference, root);
}

async function inIndex(
  { reference, target, fromRegistry }: AskedImage,
  index: IndexDocument,
  imageId: string,
  reader: RegistryReader,
): Promise<Judged | undefined> {
  const likely = fromRegistry ? likelyImage(index, target) : undefined;
  if (likely !== undefined) {
    const manifest = await manifestOf(reference, likely, reader);
    if (manifest?.config === imageId) return judgedIn(index, likely, manifest);
  }
  // An index may name another platform than the image itself. A daemon takes that of its own machine.
  const matching = new Map<string, Judged>();
  const until = performance.now() + PATIENCE_MS;
  for (const image of index.images.slice(0, MOST_ASKED)) {
    if (performance.now() > until) return { unknown: "its registry did not answer in time" };
    const manifest = await manifestOf(reference, image, reader);
    if (manifest?.config === imageId) matching.set(image.digest, judgedIn(index, image, manifest));
  }
  if (matching.size > 1) return { unknown: "its index has several manifests of one configuration" };
  if (matching.size === 0 && index.images.length > MOST_ASKED) return { unknown: "its index has too many images" };
  return matching.values().next().value;
}

async function manifestOf(
  reference: string,
  { digest }: ListedImage,
  reader: RegistryReader,
): Promise<ManifestDocument | undefined> {
  const document = await reader.read(reference, digest);
  return document.kind === "manifest" ? document : undefined;
}

function judgedIn(index: IndexDocument, image: ListedImage, manifest: ManifestDocument): Judged {
  return {
    manifest,
    index: { digest: index.digest, images: index.images.map(({ digest, platform }) => ({ digest, platform })) },
    annotations: [manifest.annotations, image.annotations, index.annotations],
  };
}

/** The first image for the platform, like Trivy's choice. One without a platform counts as {@link DEFAULT_PLATFORM}. */
function likelyImage(index: IndexDocument, { platform = DEFAULT_PLATFORM }: Target): ListedImage | undefined {
  return index.images.find((image) => platformMatches(platform, image.platform?.split(" ")[0] ?? DEFAULT_PLATFORM));
}

function meant({ tag, digest }: ImageReference): string {
  return digest ?? tag ?? "latest";
}

function mismatch({ label }: Target, fromRegistry: boolean): Judged {
  if (!fromRegistry) return { unknown: "its registry has another image at the digest that this machine names" };
  throw new GateError(
    "image-moved",
    `${label} was not judged: the image that was scanned is not the one that its registry has under the same digest`,
    "Run again. Where it stays, something between this runner and the registry changes what is read.",
  );
}

/** A scan's result, with what we know about its manifest, and with the base that the image's annotations name. */
export function withManifest(result: ScanResult, judged: Judged): ScanResult {
  const { build, artifact, provenance } = result;
  if ("unknown" in judged) return { ...result, provenance: { ...provenance, digestUnknown: judged.unknown } };
  const base = judged.annotations.find((each) => (each[BASE_NAME] ?? each[BASE_DIGEST]) !== undefined);
  return {
    ...result,
    artifact: { ...artifact, digest: judged.manifest.digest, index: judged.index },
    // Name and digest must have the same source: a label's name with an annotation's digest would not be a real image.
    ...(build && base && { build: { ...build, baseName: base[BASE_NAME], baseDigest: base[BASE_DIGEST] } }),
  };
}

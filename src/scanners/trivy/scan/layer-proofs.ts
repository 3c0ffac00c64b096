import { repositoryName } from "../../../domain/image/reference.ts";
import type { ImageIndex, ScanResult, Target } from "../../../domain/target.ts";
import type { RegistryReader } from "../../../images/registry/client.ts";
import type { ManifestDocument } from "../../../images/registry/document.ts";

type ManifestReader = Pick<RegistryReader, "read">;

interface Scanned {
  /** As it was given to Trivy. */
  readonly reference: string;
  readonly target: Target;
  readonly result: Pick<ScanResult, "artifact" | "layers">;
  readonly scanners: readonly string[];
  /** DiffIDs of layers in which Trivy looked for no secrets; undefined: it did not say. */
  readonly baseLayers: readonly string[] | undefined;
}

/**
 * What is known of the layers of an image that Trivy has read in a registry, apart from Trivy's report: its `Layers` name the
 * digests of whatever was in the cache (measured with 0.76). Two images have the same bytes in a layer where the registry's
 * manifests, held to their digests, name the same digest for it. Trivy itself does not hold a layer to its digest, so that
 * this is true only as far as whoever answers for one repository answers for the other: within one registry and one
 * namespace of it.
 * @returns for each DiffID, and for the image's id, a word that is the same only where the bytes and the way of reading are;
 * undefined where the manifest cannot be read, or the configuration does not fit to it
 */
export function layerProofs(
  scanned: Scanned,
  reader: ManifestReader,
): () => Promise<ReadonlyMap<string, string> | undefined> {
  let proofs: Promise<ReadonlyMap<string, string> | undefined> | undefined;
  return () => {
    proofs ??= find(scanned, reader).catch(() => undefined);
    return proofs;
  };
}

async function find(scanned: Scanned, reader: ManifestReader): Promise<ReadonlyMap<string, string> | undefined> {
  const { reference, target, result, scanners, baseLayers } = scanned;
  const { digest, index, imageId } = result.artifact;
  if (digest === undefined || imageId === undefined) return undefined;
  if (scanners.includes("secret") && baseLayers === undefined) return undefined;
  const manifests = await Promise.all(
    [digest, ...otherCandidates(digest, index, target)].map((each) => reader.read(reference, each)),
  );
  const own = manifests.filter((each): each is ManifestDocument => each.kind === "manifest" && each.config === imageId);
  const digests = own[0]?.layers;
  if (digests === undefined || own.some(({ layers }) => layers.join() !== digests.join())) return undefined;
  const place = namespaceOf(reference);
  const isBase = new Set(scanners.includes("secret") ? baseLayers : []);
  const pairs = pair(result.layers, digests);
  return (
    pairs &&
    new Map([
      ...pairs.map(([diffId, each]): [string, string] => [
        diffId,
        `${each} of ${place}${isBase.has(diffId) ? ", as a base" : ""}`,
      ]),
      // Trivy reads a configuration whole, and so holds it to its digest, which is the image's id.
      [imageId, imageId],
    ])
  );
}

/** An index could list two images of one configuration, and Trivy take another one of them than we do. */
function otherCandidates(digest: string, index: ImageIndex | undefined, { platform }: Target): string[] {
  const wanted = systemOf(platform ?? "linux/amd64");
  return (index?.images ?? [])
    .filter((each) => each.digest !== digest && (each.platform === undefined || systemOf(each.platform) === wanted))
    .map((each) => each.digest);
}

/** Without variant and version: `linux/arm`. */
function systemOf(platform: string): string {
  return platform.split(/[/ ]/).slice(0, 2).join("/");
}

/** The registry and the path without its last part: `ghcr.io/acme` of `ghcr.io/acme/app:1.0`. */
function namespaceOf(reference: string): string {
  return repositoryName(reference).replace(/\/[^/]*$/, "");
}

/** A layer that stands several times must have one digest: Trivy reads only the first. */
function pair(diffIds: readonly string[], digests: readonly string[]): [string, string][] | undefined {
  if (diffIds.length !== digests.length) return undefined;
  const pairs = diffIds.map((diffId, at): [string, string] => [diffId, digests[at] ?? ""]);
  const known = new Map(pairs);
  return pairs.every(([diffId, digest]) => known.get(diffId) === digest) ? pairs : undefined;
}

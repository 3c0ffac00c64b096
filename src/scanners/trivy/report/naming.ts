import { isObject } from "../../../domain/json/is-object.ts";

/** A parsed report, or a part of one, that no other code uses. */
export type OwnJson = Record<string, unknown>;

/**
 * An image's names. Trivy gets verified bytes in a folder, with unpacked layers. So their names and packed digests come
 * from the image's source.
 */
export interface ImageNaming {
  /** Trivy's name for the image: a reference, or the path of a tar or layout. */
  readonly name: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** The layers' digests as stored, by DiffID. */
  readonly digests: ReadonlyMap<string, string>;
  /** DiffIDs that Trivy used as digests although the image has none: from a tar, or from a local engine. */
  readonly withoutDigest?: ReadonlySet<string> | undefined;
}

/** Gives a parsed report the names of its image and the digests of its layers, in place. */
export function nameReport(report: unknown, naming: ImageNaming): void {
  if (!isOwn(report)) return;
  nameArtifact(report, naming.name);
  if (isOwn(report.Metadata)) nameMetadata(report.Metadata, naming);
  for (const result of objectsIn(report.Results)) for (const row of rowsIn(result)) nameRow(row, naming);
}

/** Gives the layer of a row its digest, in place. */
export function nameRow(row: unknown, naming: ImageNaming): void {
  if (isOwn(row)) nameLayer(isOwn(row.Finding) ? row.Finding.Layer : row.Layer, naming);
}

/** Gives the artifact of a parsed report another name, in place. */
export function nameArtifact(report: unknown, name: string): void {
  if (!isOwn(report)) return;
  const { ArtifactName: former } = report;
  report.ArtifactName = name;
  for (const result of objectsIn(report.Results))
    if (isNamedAfter(result, former)) result.Target = `${name}${result.Target.slice(String(former).length)}`;
}

function isOwn(value: unknown): value is OwnJson {
  return isObject(value);
}

/** The objects in a list. */
export function objectsIn(list: unknown): readonly OwnJson[] {
  return Array.isArray(list) ? list.filter(isOwn) : [];
}

/** The rows in all lists of a result. */
export function rowsIn(result: OwnJson): readonly OwnJson[] {
  return Object.values(result).flatMap(objectsIn);
}

function nameLayer(layer: unknown, { digests, withoutDigest }: ImageNaming): void {
  if (!isOwn(layer) || typeof layer.Digest !== "string") return;
  const { Digest: digest } = layer;
  layer.Digest = withoutDigest?.has(digest) ? undefined : (digests.get(digest) ?? digest);
}

/** A system's packages, and findings in the configuration, have the artifact's name as their target. */
function isNamedAfter(result: OwnJson, artifact: unknown): result is OwnJson & { Target: string } {
  const { Target: target, Class: kind } = result;
  if (typeof target !== "string" || typeof artifact !== "string" || artifact === "") return false;
  return target === artifact || (kind === "os-pkgs" && target.startsWith(`${artifact} (`));
}

/** Without Trivy's `Reference`, which it derives from the name. */
function nameMetadata(metadata: OwnJson, naming: ImageNaming): void {
  const { repoTags, repoDigests } = naming;
  metadata.RepoTags = repoTags.length > 0 ? repoTags : undefined;
  metadata.RepoDigests = repoDigests.length > 0 ? repoDigests : undefined;
  metadata.Reference = undefined;
  for (const layer of objectsIn(metadata.Layers)) nameLayer(layer, naming);
}

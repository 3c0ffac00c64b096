import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { privateFolder } from "../store/private-file.ts";
import type { World } from "../world.ts";
import { platformMatches } from "./platform.ts";

const descriptor = z.looseObject({
  mediaType: z.string().optional(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().optional(),
  platform: z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const index = z.object({ manifests: z.array(descriptor) });
const annotations = z.record(z.string(), z.string()).optional().catch(undefined);
const manifest = z.object({ config: descriptor.optional(), layers: z.array(descriptor), annotations });
type Descriptor = z.infer<typeof descriptor>;

/** The annotation that holds an image's tag (OCI image specification, annotations). */
const TAG = "org.opencontainers.image.ref.name";
/** An index is some kilobytes; whatever is larger is none. */
const MAX_BYTES = 4 * 1024 * 1024;
/** An index of indexes; deeper ones nobody makes. */
const MAX_DEPTH = 3;

/**
 * Trivy scans the first image of an OCI layout whatever platform it is asked for. So it is given a layout of our own that
 * lists only the one image of this platform, its blobs being those of the original.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns the folder of that layout; `location` itself where nothing in the layout tells its platform
 */
export function layoutForPlatform(location: string, platform: string, world: Pick<World, "runFolder">): string {
  const { folder, wanted } = split(location);
  const found = manifestsIn(join(folder, "index.json"))
    .filter((each) => wanted === undefined || wanted(each))
    .flatMap((each) => leaves(folder, each, MAX_DEPTH))
    .find((each) => each.platform !== undefined && platformMatches(platform, nameOf(each.platform)));
  if (found === undefined) return location;
  const own = privateFolder(world, "layout");
  symlinkSync(join(folder, "blobs"), join(own, "blobs"), "junction");
  writeFileSync(join(own, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(join(own, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [found] }));
  return own;
}

/**
 * The images of a layout among which nothing chooses, as Trivy would scan the first and say nothing of the others.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns a name for each, its platform or tag; one or none where it is clear which is meant, or Trivy says what is wrong
 */
export function candidatesInLayout(location: string, platform: string | undefined): string[] {
  const { folder, wanted } = split(location);
  const tops = manifestsIn(join(folder, "index.json")).filter((each) => wanted === undefined || wanted(each));
  const images = tops.map((top) => ({ top, inner: leaves(folder, top, MAX_DEPTH).filter(isImage) }));
  const all = images.flatMap(({ top, inner }) => inner.map((each) => ({ top, each })));
  if (platform === undefined) return namesOfDistinct(all);
  // Of several variants of one tag the first is taken; of several tags none can be.
  const matching = images.flatMap(({ top, inner }) => {
    const each = inner.find((one) => one.platform !== undefined && platformMatches(platform, nameOf(one.platform)));
    return each === undefined ? [] : [{ top, each }];
  });
  return namesOfDistinct(matching.length > 0 ? matching : all.filter(({ each }) => each.platform === undefined));
}

/**
 * The annotations of the image that Trivy scans of a layout: those of its manifest, else of its entry in the index.
 * @param location as it was given to Trivy
 */
export function annotationsInLayout(location: string): Readonly<Record<string, string>> {
  const { folder, wanted } = split(location);
  const top = manifestsIn(join(folder, "index.json")).find((each) => wanted === undefined || wanted(each));
  const image = top && leaves(folder, top, MAX_DEPTH).find(isImage);
  if (image === undefined) return {};
  return { ...top?.annotations, ...image.annotations, ...documentIn(blobOf(folder, image), manifest)?.annotations };
}

/** BuildKit lists an image's provenance beside it, as a manifest of no platform. */
function isImage({ annotations, platform }: Descriptor): boolean {
  const isAttestation = annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
  return !isAttestation && !(platform?.os === "unknown" && platform.architecture === "unknown");
}

function namesOfDistinct(images: readonly { readonly top: Descriptor; readonly each: Descriptor }[]): string[] {
  const names = new Map<string, string>();
  for (const { top, each } of images) if (!names.has(each.digest)) names.set(each.digest, shownName(top, each));
  return [...names.values()];
}

/** Only what looks like a tag and a platform is repeated: the layout is a stranger's. */
function shownName(top: Descriptor, { platform, digest }: Descriptor): string {
  const tag = top.annotations?.[TAG] ?? "";
  const name = platform === undefined ? "" : nameOf(platform);
  const parts = [/^\w[\w.-]{0,127}$/.test(tag) ? `:${tag}` : "", /^[\w./-]{1,60}$/.test(name) ? name : ""];
  return parts.filter((part) => part !== "").join(" ") || digest;
}

/**
 * Trivy takes a layer that is cut off, even an empty file, for a shorter one, and finds less. So each blob's size is held to
 * what the layout says of it. One that is missing Trivy misses itself; an index may list platforms that were not copied.
 * @param location `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute
 * @returns what is wrong; undefined where nothing is
 */
export function damageOfLayout(location: string): string | undefined {
  const { folder } = split(location);
  return firstDamage(folder, manifestsIn(join(folder, "index.json")), MAX_DEPTH);
}

function firstDamage(folder: string, images: readonly Descriptor[], depth: number): string | undefined {
  for (const each of images) {
    const blob = blobOf(folder, each);
    const own = [each, ...partsIn(blob)].map((part) => wrongSize(folder, part)).find((damage) => damage !== undefined);
    const damage = own ?? (depth > 0 ? firstDamage(folder, manifestsIn(blob), depth - 1) : undefined);
    if (damage !== undefined) return damage;
  }
  return undefined;
}

function wrongSize(folder: string, each: Descriptor): string | undefined {
  const size = statSync(blobOf(folder, each), { throwIfNoEntry: false })?.size;
  if (size === undefined || each.size === undefined || size === each.size) return undefined;
  return `its blob ${each.digest} has ${size} bytes instead of ${each.size}`;
}

function blobOf(folder: string, { digest }: Descriptor): string {
  return join(folder, "blobs", "sha256", digest.slice("sha256:".length));
}

function split(location: string): { folder: string; wanted?: (each: Descriptor) => boolean } {
  if (statSync(location, { throwIfNoEntry: false })?.isDirectory()) return { folder: location };
  const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
  return {
    folder,
    wanted: (each) => (digest === undefined ? each.annotations?.[TAG] === tag : each.digest === digest),
  };
}

/** The images below a descriptor that may be an index itself. */
function leaves(folder: string, each: Descriptor, depth: number): Descriptor[] {
  if (depth === 0 || !/image\.index|manifest\.list/.test(each.mediaType ?? "")) return [each];
  return manifestsIn(blobOf(folder, each)).flatMap((inner) => leaves(folder, inner, depth - 1));
}

/** The images that an index lists. What is no index has none. */
function manifestsIn(file: string): Descriptor[] {
  return documentIn(file, index)?.manifests ?? [];
}

/** Configuration and layers of one image. */
function partsIn(file: string): Descriptor[] {
  const found = documentIn(file, manifest);
  return found === undefined ? [] : [...(found.config ? [found.config] : []), ...found.layers];
}

/** What else is wrong with a layout, Trivy says. */
function documentIn<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    const status = statSync(file);
    // A pipe would be waited for.
    if (!status.isFile() || status.size > MAX_BYTES) return undefined;
    return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function nameOf({ os, architecture, variant }: NonNullable<Descriptor["platform"]>): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

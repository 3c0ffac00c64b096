import { closeSync, fstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ImageIndex } from "../../domain/target.ts";
import { isWithin, openUnlinked, statusOf } from "../../system/given-files.ts";
import { damaged, inconsistent } from "../fault.ts";
import { type Descriptor, readIndex } from "../oci/documents.ts";
import { tableClaims } from "../oci/layer-kinds.ts";
import { MAX_DOCUMENT } from "../oci/strict-json.ts";
import { imagesOf, resolveImage, TAG, type Wanted } from "../resolve.ts";
import type { FoundImage, Source } from "../source.ts";
import { WatchedFiles } from "./changes.ts";

/** The place of a layout. */
export interface LayoutLocation extends Pick<Wanted, "platform" | "digest"> {
  /** `FOLDER`, `FOLDER:TAG` or `FOLDER@DIGEST`, absolute. */
  readonly location: string;
  /** A blob's link must not lead out of these folders or the layout. Absolute. */
  readonly roots: readonly string[];
}

/**
 * The image in an OCI layout folder that the user means.
 * @throws ImageFault
 */
export async function findInLayout({ location, platform, digest, roots }: LayoutLocation): Promise<FoundImage> {
  const watched = new WatchedFiles();
  const { documents: _, tag, ...image } = await resolveImage(layoutAt(location, roots, watched), { platform, digest });
  return {
    ...image,
    repoTags: tag === undefined ? [] : [tag],
    repoDigests: [],
    place: "layout",
    hasChanged: () => watched.hasChanged(),
  };
}

/**
 * All images that a layout's location means, see {@link imagesOf}.
 * @throws ImageFault
 */
export function imagesInLayout(location: string, roots: readonly string[]): Promise<ImageIndex | undefined> {
  return imagesOf(layoutAt(location, roots, new WatchedFiles()));
}

function layoutAt(location: string, roots: readonly string[], watched: WatchedFiles): Source {
  const { folder, isWanted } = parseLocation(location);
  const pathOf = ({ digest }: Descriptor) => join(folder, "blobs", ...digest.split(":"));
  const within = [folder, ...roots]
    .map((each) => statusOf(each) && realpathSync(each))
    .filter((each) => each !== undefined);
  const open = (blob: Descriptor): { path: string; descriptor: number } => {
    const path = realBlob(pathOf(blob), blob, within);
    return { path, descriptor: openBlob(path, blob) };
  };
  return {
    top: async () => {
      const file = join(folder, "index.json");
      watched.add(file);
      const bytes = bytesIn(file);
      return bytes === undefined ? [] : readIndex(bytes, { what: "its index.json" }).manifests.filter(isWanted);
    },
    bytes: async (of) => {
      const path = pathOf(of);
      watched.add(path);
      if (statusOf(path) === undefined) return undefined;
      if (of.size > MAX_DOCUMENT) throw inconsistent(`its blob ${of.digest} has more than ${MAX_DOCUMENT} bytes`);
      using cleanup = new DisposableStack();
      return readFileSync(cleanup.adopt(open(of).descriptor, closeSync));
    },
    layer: (of) => {
      const { path, descriptor } = open(of);
      closeSync(descriptor);
      return { digest: of.digest, size: of.size, tables: tableClaims(of), bytes: { file: path } };
    },
  };
}

/** A folder, and the selected entries of its index. */
function parseLocation(location: string): { folder: string; isWanted: (each: Descriptor) => boolean } {
  if (statusOf(location)?.isDirectory()) return { folder: location, isWanted: () => true };
  const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
  return {
    folder,
    isWanted: (each) => (digest === undefined ? each.annotations[TAG] === tag : each.digest === digest),
  };
}

/** Undefined if there is no such file. Reading a pipe would block. */
function bytesIn(file: string): Buffer | undefined {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile()) return undefined;
  if (status.size > MAX_DOCUMENT) throw inconsistent(`its index.json has more than ${MAX_DOCUMENT} bytes`);
  return readFileSync(file);
}

/** @throws ImageFault if it is not a plain file, or has another size */
function openBlob(path: string, { digest, size }: Descriptor): number {
  using cleanup = new DisposableStack();
  const descriptor = cleanup.adopt(openUnlinked(path), closeSync);
  const status = fstatSync(descriptor);
  if (!status.isFile()) throw inconsistent(`its blob ${digest} is not a plain file`);
  if (status.size !== size) throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
  cleanup.move();
  return descriptor;
}

/** Bazel uses links for blobs. A link from a pull request must not lead to one of the runner's files. */
function realBlob(path: string, { digest }: Descriptor, within: readonly string[]): string {
  if (statusOf(path) === undefined) throw damaged(`its blob ${digest} is missing`);
  const real = realpathSync(path);
  if (within.some((root) => isWithin(root, real))) return real;
  throw inconsistent(`its blob ${digest} is a link that leads out of the workspace`);
}

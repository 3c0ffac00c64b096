import { inconsistent } from "../file/bytes.ts";
import { type Descriptor, isIndexEntry, MAX_INDEX_DEPTH, mayRun, readDocument } from "./documents.ts";

/** The descriptors that lead to one image: from the entry in the top index to the image's own, which is the last. */
export type Chain = readonly [Descriptor, ...Descriptor[]];

/** Entries of all indexes together. With more, indexes that list each other would take forever. */
const MOST_ENTRIES = 10_000;

/**
 * The images that the entries of an index lead to, through the indexes that they name.
 * @param read the bytes of a blob; undefined if it is not there, as not each platform need have been copied. Whether
 * they have their digest is for `read` to hold
 * @throws ImageProblem `image-inconsistent` if an index on the way cannot be read in one way, or lies too deep
 */
export function chainsBelow(entries: readonly Descriptor[], read: ReadBlob): Chain[] {
  return below([], entries, { read, known: new Map(), left: MOST_ENTRIES });
}

type ReadBlob = (entry: Descriptor) => Buffer | undefined;

interface Walk {
  readonly read: ReadBlob;
  /** By digest: a hostile index may name one document many times. */
  readonly known: Map<string, ReturnType<typeof readDocument> | undefined>;
  /** Entries that may still be looked at. */
  left: number;
}

function below(above: readonly Descriptor[], entries: readonly Descriptor[], walk: Walk): Chain[] {
  walk.left -= entries.length;
  if (walk.left < 0) throw inconsistent(`its indexes have more than ${MOST_ENTRIES} entries`);
  return entries.filter(mayRun).flatMap((entry): Chain[] => {
    const [top = entry, ...rest] = [...above, entry];
    const chain: Chain = [top, ...rest];
    const document = mayBeIndex(entry) ? documentOf(entry, walk) : undefined;
    if (document === undefined) return isIndexEntry(entry) ? [] : [chain];
    if (document.kind === "manifest") return [chain];
    if (above.length >= MAX_INDEX_DEPTH) throw inconsistent("its index is one of too many indexes within indexes");
    return below(chain, document.manifests, walk);
  });
}

function documentOf(entry: Descriptor, { read, known }: Walk): ReturnType<typeof readDocument> | undefined {
  if (known.has(entry.digest)) return known.get(entry.digest);
  const bytes = read(entry);
  const document = bytes && readDocument(bytes, { mediaType: entry.mediaType, what: "a document in it" });
  known.set(entry.digest, document);
  return document;
}

/** Without a media type, the content decides. */
function mayBeIndex(entry: Descriptor): boolean {
  return entry.mediaType === undefined || isIndexEntry(entry);
}

/** The image's own descriptor. */
export function leafOf(chain: Chain): Descriptor {
  return chain.at(-1) ?? chain[0];
}

import { z } from "zod";
import { type Purl, parsePurl, purlKey } from "../../domain/purl.ts";
import type { Artifact, ScanResult } from "../../domain/target.ts";
import { parsedAs, parsedJson } from "./document.ts";
import { isImagePurl, isNamedAs } from "./this-image.ts";

/**
 * A VEX repository, or hub, by the VEX Repository Specification 0.1 (https://github.com/aquasecurity/vex-repo-spec): an
 * index with one document for each package.
 */
export interface HubIndex {
  readonly entries: readonly HubEntry[];
  /** Ids that are not package URL. */
  readonly unknown: readonly string[];
}

interface HubEntry {
  /** The package, without a version. */
  readonly id: Purl;
  /** The document's path from the hub's folder, with `/`. It does not lead out of it. */
  readonly location: string;
}

/** The file with the index, in the hub's folder. */
export const INDEX_FILE = "index.json";

export const MAX_INDEX_BYTES = 16 * 1024 * 1024;

/** The largest public hub lists 2,000. */
const MOST_PACKAGES = 50_000;
const LONGEST_LOCATION = 1_000;

const schema = z.object({
  packages: z
    .array(z.object({ id: z.string(), location: z.string().max(LONGEST_LOCATION).refine(isInside) }))
    .max(MOST_PACKAGES),
});

/** @throws BadVex, also for a location that leads out of the hub */
export function readHubIndex(bytes: Buffer): HubIndex {
  const { packages } = parsedAs("as an index of VEX documents", schema, parsedJson(bytes));
  const entries = packages.map(({ id, location }) => ({ text: id, id: parsePurl(id), location }));
  return {
    entries: entries.flatMap(({ id, location }) => (id === undefined ? [] : [{ id, location }])),
    unknown: entries.flatMap(({ id, text }) => (id === undefined ? [text] : [])),
  };
}

/** True if a path with `/` stays in its folder, on any system. */
function isInside(location: string): boolean {
  if (/[\\\0:]/.test(location)) return false;
  return location.split("/").every((segment) => !["", ".", ".."].includes(segment));
}

/** The contents of a run's targets: the packages by {@link purlKey}, and the images. */
export interface Present {
  readonly keys: ReadonlySet<string>;
  readonly artifacts: readonly Artifact[];
}

export function presentIn(scans: readonly ScanResult[]): Present {
  const texts = new Set(
    scans.flatMap(({ packages, findings }) => [
      ...packages.map(({ purl }) => purl),
      ...findings.map((finding) => finding.package?.purl),
    ]),
  );
  const purls = [...texts].flatMap((text) => (text && parsePurl(text)) || []);
  return { keys: new Set(purls.map(purlKey)), artifacts: scans.map(({ artifact }) => artifact) };
}

/** Documents by location, each with the {@link purlKey}s of the products that it may speak of. */
export type NeededDocuments = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * For each hub, the documents about packages and images that are present. If several hubs list a package, the first one
 * counts, as the specification advises.
 */
export function neededDocuments(indexes: readonly HubIndex[], { keys, artifacts }: Present): NeededDocuments[] {
  const taken = new Set<string>();
  const isPresent = (id: Purl) =>
    isImagePurl(id) ? artifacts.some((each) => isNamedAs(id, each)) : keys.has(purlKey(id));
  return indexes.map(({ entries }) => {
    const needed = new Map<string, Set<string>>();
    const own = new Set<string>();
    for (const { id, location } of entries) {
      // An image is known by its repository too.
      const name = [purlKey(id), isImagePurl(id) ? (id.qualifiers.repository_url ?? "") : ""].join("?");
      if (taken.has(name) || !isPresent(id)) continue;
      own.add(name);
      const products = needed.get(location) ?? new Set();
      needed.set(location, products.add(purlKey(id)));
    }
    for (const name of own) taken.add(name);
    return needed;
  });
}

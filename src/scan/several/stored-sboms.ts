import { gunzipSync, gzipSync } from "node:zlib";
import { isObject } from "../../domain/json/is-object.ts";
import { listSome, number } from "../../domain/list-some.ts";
import { beyondList, isSameAdvisories } from "../../domain/opinions/beyond-list.ts";
import type { ScanResult } from "../../domain/target.ts";
import type { IncompatibleSbom, Scanner, StoredSbom } from "../../scanners/scanner.ts";

// An image that several scanners have read is read again from its SBOM. The scanner that makes SBOMs lists what is in
// it, and the others' databases are asked about the list. That is as good as the image only if the others have seen no
// more in it than the list has. So it is compared when the image is read, and the SBOM says for whom that was done.

export type Sbom = Buffer | { readonly why: string };

/** What a scanner has found in an image, and what it finds in the list of its packages. */
export interface ReadTwice {
  readonly listed: ScanResult;
  readonly own: ScanResult;
  /** Asks it about the list. */
  readonly again: () => Promise<ScanResult>;
}

/** Highest number of packages that a log line names. */
const MOST_NAMED = 3;

/**
 * How a scanner's word on an image differs from its word on the list, as a clause. Undefined: not at all.
 * @throws GateError `run-cancelled`
 */
export async function difference(
  { name }: Scanner,
  { listed, own, again }: ReadTwice,
  { aborted }: AbortSignal,
): Promise<string | undefined> {
  const beyond = beyondList(listed.packages, own.packages);
  if (beyond.length > 0) {
    const shown = listSome(beyond, MOST_NAMED, { show: (each) => `${each.name} ${each.version}` });
    return `${name} sees ${number(beyond.length)} packages in the image that are not in it (${shown})`;
  }
  try {
    return isSameAdvisories(own.findings, (await again()).findings) ? undefined : `${name} finds something else in it`;
  } catch (thrown) {
    if (aborted) throw thrown;
    return `${name} cannot read it`;
  }
}

/** Why a stored SBOM does not stand for its image for all of these scanners. Undefined: it does. */
export function refusal({ packed }: StoredSbom, names: readonly string[]): IncompatibleSbom | undefined {
  const readers = readersOf(packed);
  const missing = names.filter((name) => !readers.includes(name));
  if (missing.length === 0) return undefined;
  return { incompatible: `${listSome(missing, 3)} has not read the image that it is of`, isOlder: false };
}

/** The property of a stored SBOM's `metadata` that names the other scanners for whom it stands for its image. */
const PROPERTY = "image-gate:readers";
/** As many bytes as an SBOM that is stored may have. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The names of the other scanners that have read the image and saw no more in it. None if it cannot be read. */
export function readersOf(packed: Buffer): readonly string[] {
  const properties = propertiesIn(documentIn(packed)).filter(isOurs);
  const [only, ...more] = properties;
  if (only === undefined || more.length > 0 || typeof only.value !== "string") return [];
  return only.value.split(", ");
}

/** The same SBOM, with these names. */
export function withReaders(packed: Buffer, names: readonly string[]): Buffer {
  const document = documentIn(packed);
  if (names.length === 0 || !isObject(document)) return packed;
  const metadata = isObject(document.metadata) ? document.metadata : {};
  const property = { name: PROPERTY, value: names.join(", ") };
  const properties = [...propertiesIn(document).filter((each) => !isOurs(each)), property];
  const bytes = Buffer.from(JSON.stringify({ ...document, metadata: { ...metadata, properties } }));
  return bytes.length > MOST_BYTES ? packed : gzipSync(bytes, { level: 9 });
}

function isOurs({ name }: Readonly<Record<string, unknown>>): boolean {
  return name === PROPERTY;
}

function propertiesIn(document: unknown): readonly Readonly<Record<string, unknown>>[] {
  const metadata = isObject(document) ? document.metadata : undefined;
  const properties = isObject(metadata) ? metadata.properties : undefined;
  return Array.isArray(properties) ? properties.filter(isObject) : [];
}

function documentIn(packed: Buffer): unknown {
  try {
    return JSON.parse(gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8"));
  } catch {
    return undefined;
  }
}

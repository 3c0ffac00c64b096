import { gunzipSync, gzipSync } from "node:zlib";
import { isObject } from "../../domain/json/is-object.ts";

/** The property of a stored SBOM's `metadata` that names the other scanners for which it can replace its image. */
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

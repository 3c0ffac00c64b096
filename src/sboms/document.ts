import { z } from "zod";
import { isObject, listIn, textIn } from "../domain/json/is-object.ts";
import { JsonFault, parseStrict } from "../domain/json/parse-strict.ts";

/** A part of a JSON document whose shape is unchecked. */
export type Json = Readonly<Record<string, unknown>>;

const any = z.unknown();
const properties = z.array(z.object({ name: any, value: any }));
/** Components nest. */
const component: z.ZodType = z.object({
  ...{ "bom-ref": any, type: any, group: any, name: any, version: any, purl: any, properties },
  get components(): z.ZodType {
    return z.array(component);
  },
});

const artifact = z.object({
  ...{ name: any, version: any, type: any, purl: any },
  locations: z.array(z.object({ path: any })),
});

/** The keys that decide which packages a document lists. Go, and so scanners, read `Components` as `components`. */
const KEYS = z.object({
  ...{ bomFormat: any, version: any, spdxVersion: any, SPDXID: any, documentDescribes: any },
  ...{ payload: any, payloadType: any, predicateType: any },
  metadata: z.object({ component, properties }),
  components: z.array(component),
  dependencies: any,
  packages: z.array(
    z.object({
      ...{ SPDXID: any, name: any, versionInfo: any, sourceInfo: any },
      externalRefs: z.array(z.object({ referenceCategory: any, referenceType: any, referenceLocator: any })),
    }),
  ),
  artifacts: z.array(artifact),
  descriptor: z.object({ name: any }),
  relationships: z.array(z.object({ spdxElementId: any, relationshipType: any, relatedSpdxElement: any })),
});
const STATEMENT = z.object({ predicate: z.object({ ...KEYS.shape, Data: KEYS }) });

/** The keys that identify a document's format: CycloneDX, SPDX, Syft's JSON, or an envelope. */
const MARKS = [["bomFormat"], ["spdxVersion", "@graph"], ["artifacts"], ["payloadType"]];

/** The type that `cosign attest` writes: a statement in an envelope (DSSE). */
const ATTESTATION = "application/vnd.in-toto+json";

/**
 * Parses an SBOM that all programs read alike.
 * @returns the document, extracted from its attestation if it is in one
 * @throws JsonFault
 */
export function parseSbom(bytes: Uint8Array): { readonly document: Json; readonly isAttested: boolean } {
  const document = objectAs(bytes, KEYS);
  requireOneFormat(document);
  return document.payloadType === ATTESTATION
    ? { document: attested(document), isAttested: true }
    : { document, isAttested: false };
}

/** Only the SBOM is used, so it is clear which part of the statement is read. */
function attested(envelope: Json): Json {
  const payload = textIn(envelope.payload);
  const bytes = Buffer.from(payload, "base64");
  // Readers treat the rest differently: Node.js skips it, or ends there.
  const given = payload.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
  if (given !== bytes.toString("base64").replace(/={1,2}$/, "") && given !== bytes.toString("base64url"))
    throw new JsonFault("ambiguous", "has a payload that is not Base64 alone");
  const statement = objectAs(bytes, STATEMENT);
  const predicate = objectIn(statement.predicate);
  requireOneFormat({ ...predicate, ...statement }, [...MARKS, ["Data"]]);
  const document = objectIn(predicate?.Data ?? predicate);
  if (document === undefined) throw new JsonFault("unreadable", "is an attestation of something else");
  requireOneFormat(document);
  return document;
}

function objectAs(bytes: Uint8Array, schema: z.ZodType): Json {
  const value = parseStrict(bytes, schema);
  if (isObject(value)) return value;
  throw new JsonFault("unreadable", "is not a JSON object");
}

/** Each reader looks for its own format first. */
function requireOneFormat(document: Json, marks = MARKS): void {
  if (marks.filter((keys) => keys.some((key) => key in document)).length > 1)
    throw new JsonFault("ambiguous", "is of two formats at once");
}

/**
 * The objects of a list. Go, and with it scanners, take `null` for an empty list.
 * @throws JsonFault
 */
export function objectsIn(value: unknown): readonly Json[] {
  if (value !== undefined && value !== null && !Array.isArray(value)) throw notAsItsFormatSays();
  return listIn(value).flatMap<Json>((each) => objectIn(each) ?? []);
}

/** @throws JsonFault */
export function objectIn(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw notAsItsFormatSays();
  return value;
}

function notAsItsFormatSays(): JsonFault {
  return new JsonFault("unreadable", "does not follow its format");
}

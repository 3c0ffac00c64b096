import { isObject, textIn } from "../domain/json/is-object.ts";
import { JsonFault } from "../domain/json/parse-strict.ts";
import { jsonPieces } from "../domain/json/pieces.ts";
import { readCycloneDx } from "./cyclonedx.ts";
import { type Json, objectIn, objectsIn, parseSbom } from "./document.ts";
import { Listing, type Sbom } from "./sbom.ts";
import { readSpdx, readSpdxText } from "./spdx.ts";

/** True if JSON is an SBOM: CycloneDX, SPDX 2 or Syft's own. */
export function isSbom(document: Json): boolean {
  return document.bomFormat === "CycloneDX" || typeof document.spdxVersion === "string" || isSyft(document);
}

/**
 * Reads an SBOM: CycloneDX or SPDX 2 as JSON, alone or in an attestation; SPDX 2 as tags and values; Syft's JSON.
 * @throws JsonFault if it is not an SBOM, does not follow its format, or is ambiguous
 */
export function readSbom(bytes: Buffer): Sbom {
  const start = bytes.toString("utf8", 0, 65_536).replace(/^\uFEFF/, "");
  // Some readers take the beginning of a text for JSON if they can, and ignore the rest.
  if (!/^\s*[{[]/.test(start) && /^SPDXVersion:/m.test(start)) return readSpdxText(bytes.toString("utf8"));
  const { document, isAttested } = parseSbom(bytes);
  const sbom = readJson(document);
  if (!isAttested) return sbom;
  const list = "bomFormat" in document ? "components" : "packages";
  const pieces = sbom.copy?.pieces ?? jsonPieces({ ...document, [list]: objectsIn(document[list]) }, 1);
  const changes = ["taken out of its attestation, whose signature was not verified", ...(sbom.copy?.changes ?? [])];
  return { ...sbom, copy: { pieces, changes } };
}

function readJson(document: Json): Sbom {
  if (document.bomFormat === "CycloneDX") return readCycloneDx(document);
  if ("spdxVersion" in document) return readSpdx(document);
  if (isSyft(document)) return readSyft(document);
  throw new JsonFault("unreadable", "is not an SBOM in a known format");
}

/** True if JSON is Syft's own SBOM. */
function isSyft({ artifacts, descriptor }: Json): boolean {
  return Array.isArray(artifacts) && isObject(descriptor) && descriptor.name === "syft";
}

/**
 * Reads Syft's own JSON. The copy is CycloneDX, since scanners do not read Syft's format.
 * @throws JsonFault
 */
function readSyft({ artifacts, source, schema }: Json): Sbom {
  const listing = new Listing();
  for (const each of objectsIn(artifacts)) {
    const [first] = objectsIn(each.locations);
    listing.addPackage({
      ...{ purl: textIn(each.purl), name: textIn(each.name), version: textIn(each.version), type: textIn(each.type) },
      path: textIn(first?.path).replace(/^\/+/, "") || undefined,
    });
  }
  const { packages } = listing;
  const subject = textIn(objectIn(source)?.name);
  const type = textIn(objectIn(source)?.type) === "image" ? "container" : "application";
  const components = packages.map(({ name, version, purl }, index) => ({
    ...{ "bom-ref": `package-${index}`, type: "library", name, version },
    ...(purl !== undefined && { purl }),
  }));
  const metadata = { component: { "bom-ref": "root", type, name: subject } };
  const document = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata, components };
  const read = readCycloneDx(document);
  const pieces = read.copy?.pieces ?? jsonPieces(document, 1);
  const format = `Syft JSON ${textIn(objectIn(schema)?.version)}`.trim();
  const changes = ["written as CycloneDX", ...(read.copy?.changes ?? [])];
  return { ...read, format, subject, packages, copy: { pieces, changes } };
}

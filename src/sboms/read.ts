import { readCycloneDx } from "./cyclonedx.ts";
import { type Json, objectsIn, parseSbom, piecesOf, SbomFault } from "./document.ts";
import type { Sbom } from "./sbom.ts";
import { readSpdx, readSpdxText } from "./spdx.ts";
import { isSyft, readSyft } from "./syft.ts";

export { SbomFault } from "./document.ts";
export type { Sbom } from "./sbom.ts";

/** Whether JSON is an SBOM: CycloneDX, SPDX 2 or Syft's own. */
export function isSbom(document: Json): boolean {
  return document.bomFormat === "CycloneDX" || typeof document.spdxVersion === "string" || isSyft(document);
}

/**
 * Reads an SBOM: CycloneDX or SPDX 2 as JSON, alone or in an attestation; SPDX 2 as tags and values; Syft's JSON.
 * @throws SbomFault if it is not one, is not written as its format says, or can be read in two ways
 */
export function readSbom(bytes: Buffer): Sbom {
  const start = bytes.toString("utf8", 0, 65_536).replace(/^\uFEFF/, "");
  // Some readers take the beginning of a text for JSON if they can, whatever follows.
  if (!/^\s*[{[]/.test(start) && /^SPDXVersion:/m.test(start)) return readSpdxText(bytes.toString("utf8"));
  const { document, isAttested } = parseSbom(bytes);
  const sbom = readJson(document);
  if (!isAttested) return sbom;
  const list = "bomFormat" in document ? "components" : "packages";
  const pieces = sbom.copy?.pieces ?? piecesOf(document, list, objectsIn(document[list]));
  const changes = ["taken out of its attestation, whose signature nobody verified", ...(sbom.copy?.changes ?? [])];
  return { ...sbom, copy: { pieces, changes } };
}

function readJson(document: Json): Sbom {
  if (document.bomFormat === "CycloneDX") return readCycloneDx(document);
  if ("spdxVersion" in document) return readSpdx(document);
  if (isSyft(document)) return readSyft(document);
  throw new SbomFault("unreadable", "is not an SBOM in a known format");
}

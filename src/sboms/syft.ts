import { isObject, listIn, textIn } from "../domain/json/is-object.ts";
import { readCycloneDx } from "./cyclonedx.ts";
import { type Json, objectIn, objectsIn, piecesOf } from "./document.ts";
import { Listing, type Sbom } from "./sbom.ts";

/** Whether JSON is Syft's own SBOM. */
export function isSyft({ artifacts, descriptor }: Json): boolean {
  return Array.isArray(artifacts) && isObject(descriptor) && descriptor.name === "syft";
}

/**
 * Reads Syft's own JSON. The copy is CycloneDX, since scanners do not read this.
 * @throws SbomFault
 */
export function readSyft({ artifacts, source, schema }: Json): Sbom {
  const listing = new Listing();
  for (const each of objectsIn(artifacts)) {
    const [first] = objectsIn(each.locations);
    listing.addPackage({
      ...{ purl: textIn(each.purl), name: textIn(each.name), version: textIn(each.version), type: textIn(each.type) },
      licenses: listIn(each.licenses).map((one) =>
        isObject(one) ? textIn(one.spdxExpression) || textIn(one.value) : textIn(one),
      ),
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
  const pieces = read.copy?.pieces ?? piecesOf(document, "components", components);
  const format = `Syft JSON ${textIn(objectIn(schema)?.version)}`.trim();
  const changes = ["written as CycloneDX", ...(read.copy?.changes ?? [])];
  return { ...read, format, subject, tool: "syft", packages, copy: { pieces, changes } };
}

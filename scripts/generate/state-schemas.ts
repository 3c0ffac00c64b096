import { z } from "zod";
import { imageSchema, STATE_VERSION } from "../../src/domain/history/record.ts";
import { indexSchema } from "../../src/state/documents.ts";

/** It is CycloneDX (https://cyclonedx.org/schema/bom-1.6.schema.json); this says what of it must be there. */
const sbom = z
  .looseObject({
    bomFormat: z.literal("CycloneDX"),
    specVersion: z.string(),
    metadata: z.looseObject({
      properties: z
        .array(z.looseObject({ name: z.string(), value: z.string().optional() }))
        .min(1)
        .describe("One of them, image-gate:scan, has as JSON what the first scan knew (docs/scanning-again.md)"),
    }),
  })
  .meta({ title: "Image Gate state: a stored SBOM, CycloneDX as JSON, packed by gzip" });

function fileOf(schema: z.ZodType, id: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return `${JSON.stringify({ $schema, $id: `urn:image-gate:${id}:${STATE_VERSION}`, ...rest }, null, 2)}\n`;
}

/** The schema files of the state by their path. */
export function stateSchemaFiles(): readonly (readonly [path: string, text: string])[] {
  return [
    ["schema/state-image.schema.json", fileOf(imageSchema, "state-image")],
    ["schema/state-index.schema.json", fileOf(indexSchema, "state-index")],
    ["schema/state-sbom.schema.json", fileOf(sbom, "state-sbom")],
  ];
}

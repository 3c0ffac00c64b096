import { z } from "zod";
import type { FindingRecord, ImageRecord } from "../../src/domain/history/record.ts";
import { SEVERITIES, severityName } from "../../src/domain/severity.ts";
import { STATE_VERSION, type StateIndex } from "../../src/state/documents.ts";

// JSON Schemas of the stored history (docs/state.md). At run time checks by hand read it, as they are faster; a test
// holds the two to each other.

const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .describe("ISO 8601 in UTC, with milliseconds");
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const text = z.string();
const version = z.literal(STATE_VERSION).describe("Version of this format");

const episode = z.strictObject({
  opened: instant.describe("The first scan that saw it"),
  closed: instant.optional().describe("The first scan without it. Absent: it is still there"),
  why: z
    .enum(["fixed", "withdrawn", "gone"])
    .optional()
    .describe(
      "fixed: no running image has it. withdrawn: the same package is there in the same version. gone: the image does not run",
    ),
});

const finding = z.strictObject({
  kind: z.enum(["vulnerability", "misconfiguration", "secret", "license"]),
  id: text.describe("The advisory, check, secret rule or licence"),
  aliases: z
    .array(z.string())
    .optional()
    .describe("Other ids of it, and those by which it went before; by any of them it is known again"),
  package: text.optional().describe("Package URL without version and qualifiers"),
  path: text.optional().describe("Without the package's own version"),
  versions: z.array(text).optional().describe("Installed versions, at the last scan that saw it"),
  severity: z.enum(SEVERITIES.map(severityName)),
  "first-seen": instant,
  "last-seen": instant,
  "fix-since": instant.optional().describe("The first scan that knew a fix. Absent: there is none"),
  "accepted-by": z.enum(["exception", "vex"]).optional().describe("Who accepts it. Absent: nobody"),
  "accepted-until": day.optional().describe("Last day of the exception that accepts it"),
  "seen-by": z
    .array(z.string())
    .optional()
    .describe("Of several scanners, those that saw it at the last scan that did. Absent: those of `scanned-by`"),
  episodes: z.array(episode).min(1).describe("Oldest first; only the last may be open"),
}) satisfies z.ZodType<FindingRecord>;

const running = z.strictObject({
  reference: text.describe("As the sources write it"),
  digest: text.optional().describe("What runs: of an index or a manifest"),
  "image-id": text.optional().describe("Of an image that is in no registry"),
  platform: text.optional(),
  where: z.array(z.strictObject({ source: text, name: text })),
  scanned: instant.optional().describe("The last scan that worked"),
});

const image = z
  .strictObject({
    version,
    image: text.describe("Registry and repository, without tag and digest"),
    "first-seen": instant,
    "last-seen": instant.describe("The last run that looked at it, whether or not the scan worked"),
    "last-scan": instant.optional().describe("The last run in which every running image of the name was scanned"),
    "scanned-by": z
      .array(z.string())
      .optional()
      .describe("The scanners of that run. Absent: the one of a run that names none"),
    "gone-since": instant.optional().describe("Since when it does not run"),
    running: z.array(running).describe("What runs; what ran last if it is gone"),
    gaps: z.int().nonnegative().optional().describe("Accepted coverage gaps at the last scan"),
    findings: z.array(finding),
  })
  .meta({ title: "Image Gate state: the history of one image name" }) satisfies z.ZodType<ImageRecord>;

const index = z
  .strictObject({
    version,
    updated: instant.describe("The last run that wrote it"),
    run: z
      .strictObject({ server: text.describe("Host of the platform"), number: z.int().nonnegative() })
      .optional()
      .describe("The newest of the platform's runs that wrote it. Absent: none had a number"),
    files: z.record(
      z.string().regex(/^(images\/[0-9a-f]{64}\.json|sboms\/[a-z0-9]+-[0-9a-f]{32,128}\.cdx\.json\.gz)$/),
      z.string().regex(/^[0-9a-f]{64}$/),
    ),
  })
  .meta({ title: "Image Gate state: the SHA-256 of each file" }) satisfies z.ZodType<StateIndex>;

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
    ["schema/state-image.schema.json", fileOf(image, "state-image")],
    ["schema/state-index.schema.json", fileOf(index, "state-index")],
    ["schema/state-sbom.schema.json", fileOf(sbom, "state-sbom")],
  ];
}

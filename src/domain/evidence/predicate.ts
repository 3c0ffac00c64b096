import { z } from "zod";
import { perSeverityName } from "../severity.ts";

/** The type of the attestation that carries a verdict; docs/verdict.md describes it. */
export const VERDICT_TYPE = "https://image-gate.dev/verdict/v1";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const day = z.iso.date().describe("A day in UTC");
const instant = z.iso.datetime().describe("ISO 8601, in UTC");
const count = z.int().nonnegative();
const program = z.object({
  name: z.string(),
  version: z.string(),
  digest: digest.optional().describe("SHA-256 of the program"),
});
const database = z.object({ updatedAt: instant, digest: digest.optional().describe("SHA-256 of the database's file") });

/** An exception that was live when the image was judged, and covers a finding or a gap of it. */
const reliedOn = z.object({
  id: z.string(),
  package: z.string().optional(),
  reason: z.string(),
  owner: z.string().optional(),
  expires: day.describe("Its last day; it covers all of it"),
});

/**
 * What an attested verdict says. A verdict's attestation names the image by its digest; the predicate repeats it, so
 * that neither can be moved to another. Unknown fields are ignored: a later minor version may add some.
 */
export const verdictPredicate = z
  .object({
    verdict: z.enum(["pass", "fail", "error"]),
    reason: z.string(),
    image: z.object({
      digest: digest.describe("Of the manifest that was judged; of an index, its own"),
      repository: z.string().describe("Where it was signed, without tag and digest"),
      platform: z.string().optional().describe("Absent for an index"),
      platforms: z
        .array(z.object({ digest, platform: z.string().optional() }))
        .optional()
        .describe("Only of an index: all its images, each of which was judged"),
    }),
    scannedAt: instant.describe("When it was scanned; of an index, the oldest of its scans"),
    counts: z
      .object(perSeverityName(() => count))
      .describe("Findings that count; of an index, the highest of its images"),
    limits: z
      .object(perSeverityName(() => z.union([count, z.literal("unlimited")])))
      .describe("The limits that it was held to; of an index, the lowest"),
    accepted: count.describe(
      "Findings that an exception or a VEX statement covers; of an index, the highest of its images",
    ),
    notCounted: count
      .optional()
      .describe(
        "Findings that the policy lets through without an exception, such as those without a fix; of an index, the highest",
      ),
    coverage: z.object({
      scanners: z.array(z.string()).optional().describe("What was looked for: `vuln`, `secret`, …"),
      skipped: z.array(z.string()).optional().describe("Files and folders that were left out on purpose"),
      gaps: z
        .array(z.object({ code: z.string(), path: z.string().optional() }))
        .describe("What nobody looked at, and the policy accepts"),
    }),
    policy: z.object({
      digest: digest.optional().describe("SHA-256 of the policy file; absent: there was none"),
      from: z.string(),
    }),
    exceptions: z.array(reliedOn).describe("Those that the verdict rests on"),
    scanner: program.describe("Of several, the first one"),
    database: database.optional().describe("Of several, the oldest one"),
    scanners: z
      .array(program.extend({ database: database.optional() }))
      .optional()
      .describe("Only of several: all whose findings the verdict counts, each with its database"),
    run: z.object({ url: z.string().optional(), commit: z.string().optional(), repository: z.string().optional() }),
  })
  .meta({ title: "Image Gate verdict" });

/** See {@link verdictPredicate}. */
export type VerdictPredicate = z.output<typeof verdictPredicate>;

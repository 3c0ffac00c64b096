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

/** An exception that was live when the image was judged, and that covers a finding or a gap of the image. */
const reliedOn = z.object({
  id: z.string(),
  package: z.string().optional(),
  reason: z.string(),
  owner: z.string().optional(),
  expires: day.describe("Its last day; it covers all of it"),
});

/**
 * The content of an attested verdict. The attestation names the image by its digest, and the predicate repeats it, so
 * neither can be moved to another image. Unknown fields are ignored: a later minor version may add some.
 */
export const verdictPredicate = z
  .object({
    verdict: z.enum(["pass", "fail", "error"]),
    reason: z.string(),
    image: z.object({
      digest: digest.describe("The judged manifest's digest; for an index, the index's own"),
      repository: z.string().describe("The repository where it was signed, without tag and digest"),
      platform: z.string().optional().describe("Absent for an index"),
      platforms: z
        .array(z.object({ digest, platform: z.string().optional() }))
        .optional()
        .describe("Only for an index: all of its images, each of which was judged"),
    }),
    scannedAt: instant.describe("When it was scanned; for an index, the oldest of its scans"),
    counts: z
      .object(perSeverityName(() => count))
      .describe("Findings that count; for an index, the highest of its images"),
    limits: z
      .object(perSeverityName(() => z.union([count, z.literal("unlimited")])))
      .describe("The limits that applied; for an index, the lowest"),
    accepted: count.describe(
      "Findings that an exception or a VEX statement covers; for an index, the highest of its images",
    ),
    notCounted: count
      .optional()
      .describe(
        "Findings that the policy lets through without an exception, such as those without a fix; for an index, the highest",
      ),
    coverage: z.object({
      scanners: z.array(z.string()).optional().describe("The requested kinds: `vuln`, `secret`, …"),
      skipped: z.array(z.string()).optional().describe("Files and folders that were left out on purpose"),
      gaps: z
        .array(z.object({ code: z.string(), path: z.string().optional() }))
        .describe("Coverage gaps that the policy accepts"),
    }),
    policy: z.object({
      digest: digest.optional().describe("SHA-256 of the policy file; absent: there was none"),
      from: z.string(),
    }),
    exceptions: z.array(reliedOn).describe("The exceptions that the verdict depends on"),
    scanner: program.describe("The first one, if there are several"),
    database: database.optional().describe("The oldest one, if there are several"),
    scanners: z
      .array(program.extend({ database: database.optional() }))
      .optional()
      .describe("Only if there are several: all scanners whose findings the verdict counts, each with its database"),
    run: z.object({ url: z.string().optional(), commit: z.string().optional(), repository: z.string().optional() }),
  })
  .meta({ title: "Image Gate verdict" });

/** See {@link verdictPredicate}. */
export type VerdictPredicate = z.output<typeof verdictPredicate>;

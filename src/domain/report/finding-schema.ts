import { z } from "zod";
import { SEVERITIES } from "../severity.ts";

// The part of the report's schema that describes a finding.

export const severity = z.enum(SEVERITIES);

export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .describe("A day in UTC");

export const owner = z
  .object({
    /** The ecosystem's common name: `Python`, `Node.js`, `Debian`, … */
    ecosystem: z.string(),
    name: z.string(),
    version: z.string().optional(),
  })
  .describe("The package that ships the file");

export const layer = z.object({
  diffId: z.string(),
  /** Absent if the image's configuration does not list the layer. */
  number: z.int().optional().describe("1 for the first layer"),
  /** From the image's history. The values of build arguments, ARG and ENV are removed. */
  instruction: z.string().optional().describe("The Dockerfile instruction that made it"),
  /** Its first line, 1-based. */
  source: z
    .object({ file: z.string(), line: z.int().positive() })
    .optional()
    .describe("That instruction in the given Dockerfile; of a base image's layer, the FROM"),
});

export const opinion = z.object({
  /** Includes the file if two reports are from the same scanner. */
  scanner: z.string(),
  id: z.string().describe("The scanner's id for it"),
  severity,
  fixedVersions: z.array(z.string()),
  byName: z.literal(true).optional().describe("Only a product's name (CPE) connects advisory and package"),
  bySystem: z.literal(true).optional().describe("A package of the distribution has installed the package"),
});

/** One advisory on one package in one place of one target, before it is judged. */
export const seenFinding = z.object({
  kind: z.enum(["vulnerability", "misconfiguration", "secret", "license"]),
  /** CVE-…, GHSA-…, DS-0002, the rule that found a secret, or a licence's name. */
  id: z.string().describe("The advisory, rule or licence"),
  /** Without duplicates. */
  aliases: z.array(z.string()).optional().describe("Other ids of the same advisory; rules for any of them apply"),
  severity,
  title: z.string(),
  /** As the scanner reported it. Untrusted: rendered only if its host is known. */
  url: z.string().optional(),
  package: z
    .object({
      name: z.string(),
      version: z.string(),
      /** Package URL as the scanner reported it, with version and qualifiers. */
      purl: z.string().optional(),
      /** The scanner's own term for the package's kind, as displayed and stored. An open set: no rule depends on it. */
      type: z.string(),
    })
    .optional(),
  fixedVersions: z.array(z.string()).describe("One for each branch with a fix; empty: there is no fix"),
  /** `fixed`, `affected`, `will_not_fix`, `fix_deferred`, `end_of_life`, … An open set. */
  status: z.string().describe("The vendor's status"),
  /** Its path within the target, without a leading slash. */
  path: z.string().optional(),
  /** First line within `path`, 1-based. */
  line: z.int().optional(),
  /** The layer that added it. */
  layer: layer.optional(),
  owner: owner.optional(),
  opinions: z
    .array(opinion)
    .optional()
    .describe("The opinions of all scanners that report it; absent: the target has one scanner's opinion"),
  missedBy: z
    .array(z.string())
    .optional()
    .describe("Scanners with advisories for its kind of package that do not report it; absent: none"),
});

/** The judgement of a finding. */
export const judged = z.object({
  outcome: z.enum(["open", "accepted", "not-counted"]).describe("Its outcome"),
  origin: z
    .enum(["base", "own"])
    .optional()
    .describe("The part of the image that added it: the base image or the layers on it; absent if the base is unknown"),
  change: z
    .enum(["new", "unchanged", "newly-disclosed"])
    .optional()
    .describe("How it compares with the baseline; absent if there is no baseline, or it cannot show that"),
  spared: z.enum(["unfixed", "grace", "not-introduced", "not-agreed"]).optional().describe("Why it does not count"),
  countsFrom: day.optional().describe("The day in UTC from which a finding in its grace period counts"),
  vex: z
    .object({
      status: z.enum(["not_affected", "fixed"]),
      justification: z.string().optional(),
      author: z.string().optional(),
      document: z.string(),
    })
    .optional()
    .describe("The VEX statement that accepts it, if no exception does"),
  exploitation: z
    .object({
      kev: z
        .object({ dueDate: day.optional(), ransomware: z.boolean() })
        .optional()
        .describe("Its entry in CISA's KEV"),
      epss: z.number().optional().describe("Probability of exploitation within 30 days"),
    })
    .optional()
    .describe("Absent if nothing is known, or it was not requested"),
  exceptions: z
    .array(z.int())
    .optional()
    .describe("`line` of each of the `exceptions` that cover it; the first one decides"),
  ended: z.int().optional().describe("`line` of an exception that has ended and would cover it"),
});

export const finding = z.object({
  target: z.int().nonnegative().describe("Index into `targets`"),
  ...seenFinding.shape,
  layer: z.string().optional().describe("`diffId` of one of the target's `layers`"),
  ...judged.shape,
});

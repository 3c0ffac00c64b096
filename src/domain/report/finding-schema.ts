import { z } from "zod";
import { SEVERITIES } from "../severity.ts";

// The parts of the report's schema that are about a finding.

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
  /** If two reports are one scanner's, the file is part of it. */
  scanner: z.string(),
  id: z.string().describe("The id by which it goes there"),
  severity,
  fixedVersions: z.array(z.string()),
  byName: z.literal(true).optional().describe("A product's name (CPE) alone connects advisory and package"),
  bySystem: z.literal(true).optional().describe("A package of the distribution has installed the package"),
});

/** One advisory on one package in one place of one target, before anybody has judged it. */
export const seenFinding = z.object({
  kind: z.enum(["vulnerability", "misconfiguration", "secret", "license"]),
  /** CVE-…, GHSA-…, DS-0002, the rule that found a secret, or a licence's name. */
  id: z.string().describe("The advisory, rule or licence"),
  /** Each once. */
  aliases: z.array(z.string()).optional().describe("Other ids of the same advisory; rules that name one of them hold"),
  severity,
  title: z.string(),
  /** As the scanner reported it. Untrusted: rendered only if we know its host. */
  url: z.string().optional(),
  package: z
    .object({
      name: z.string(),
      version: z.string(),
      /** Package URL as the scanner reported it, with version and qualifiers. */
      purl: z.string().optional(),
      /** The scanner's own word for the package's kind, as we show and store it. An open set: no rule depends on it. */
      type: z.string(),
    })
    .optional(),
  fixedVersions: z.array(z.string()).describe("One for each branch that got a fix; empty: there is none"),
  /** `fixed`, `affected`, `will_not_fix`, `fix_deferred`, `end_of_life`, … An open set. */
  status: z.string().describe("The vendor's word"),
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
    .describe("What each scanner says that sees it; absent: the target has one scanner's opinion"),
  missedBy: z
    .array(z.string())
    .optional()
    .describe("Scanners that have advisories for its kind of package and do not see it; absent: none"),
});

/** What is judged about it. */
export const judged = z.object({
  outcome: z.enum(["open", "accepted", "not-counted"]).describe("What became of it"),
  origin: z
    .enum(["base", "own"])
    .optional()
    .describe("Whether the base image brought it in or what was built on it; absent where the base is not known"),
  change: z
    .enum(["new", "unchanged", "newly-disclosed"])
    .optional()
    .describe("How it is to the baseline; absent where there is none, or it cannot know"),
  spared: z.enum(["unfixed", "grace", "not-introduced", "not-agreed"]).optional().describe("Why it does not count"),
  countsFrom: day.optional().describe("First day on which one in its grace period counts, in UTC"),
  vex: z
    .object({
      status: z.enum(["not_affected", "fixed"]),
      justification: z.string().optional(),
      author: z.string().optional(),
      document: z.string(),
    })
    .optional()
    .describe("The VEX statement that accepts it, where no exception does"),
  exploitation: z
    .object({
      kev: z
        .object({ dueDate: day.optional(), ransomware: z.boolean() })
        .optional()
        .describe("Its entry in CISA's KEV"),
      epss: z.number().optional().describe("Probability of exploitation within 30 days"),
    })
    .optional()
    .describe("Absent where nothing is known, or nobody asked"),
  exceptions: z
    .array(z.int())
    .optional()
    .describe("`line` of each of the `exceptions` that hold, the first one decides"),
  ended: z.int().optional().describe("`line` of an exception that has ended and would cover it"),
});

export const finding = z.object({
  target: z.int().nonnegative().describe("Index into `targets`"),
  ...seenFinding.shape,
  layer: z.string().optional().describe("`diffId` of one of the target's `layers`"),
  ...judged.shape,
});

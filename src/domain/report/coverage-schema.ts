import { z } from "zod";
import { GAP_CODES } from "../coverage/gap-codes.ts";

// The part of the report's schema that describes the coverage.

export const coverageRow = z.object({
  /** `Operating system`, `System packages`, `node-pkg`, … */
  subject: z.string(),
  status: z.enum(["looked", "gap", "nothing-there", "not-asked", "not-known"]),
  /** Untrusted, since it contains names and paths from the target. */
  detail: z.string().describe("The details"),
});

export const gap = z.object({
  code: z.enum(GAP_CODES),
  /** A clause without a full stop. */
  what: z.string(),
  remedy: z.string(),
  /** Without a leading slash. */
  path: z.string().optional().describe("The file that it is about"),
});

/** The coverage before the policy is applied to it. */
export const seenCoverage = z.object({ rows: z.array(coverageRow), gaps: z.array(gap) });

const judgedGap = gap.extend({
  accepted: z.int().optional().describe("`line` of the acceptance that covers it"),
  ended: z.int().optional().describe("`line` of an acceptance that has ended and would cover it"),
});

export const coverage = z
  .object({ rows: z.array(coverageRow), gaps: z.array(judgedGap) })
  .describe("The parts that were scanned, and the gaps; a gap that is not accepted makes the target an error");

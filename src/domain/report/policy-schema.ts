import { z } from "zod";
import { day } from "./finding-schema.ts";

// The part of the report's schema that describes the policy.

const line = z.int().nonnegative().describe("Line in the policy file, 1-based; 0 if there is none");

/** An exception as the user wrote it. */
export const writtenException = z.object({
  id: z.string(),
  /** Package name or package URL. Absent: any package. */
  package: z.string().optional(),
  /** Globs for the finding's path. Absent: any path. */
  paths: z.array(z.string()).optional(),
  /** Globs for the image reference. Absent: any image. */
  images: z.array(z.string()).optional(),
  reason: z.string(),
  owner: z.string().optional(),
  created: day.optional(),
  /** The last day on which it applies. */
  expires: day,
  /** Does not cover a finding that has a fix. */
  onlyWhileUnfixed: z.boolean(),
  gap: z.boolean().optional().describe("It accepts a gap in the coverage: `id` is the gap's code"),
  line,
});

export const exception = writtenException.extend({
  state: z.enum(["live", "ending", "ended", "fixed", "unused", "elsewhere"]),
  /** Findings that it covers, or would cover if still live. If it is `fixed`, the findings that it matches. */
  matches: z.int(),
  /** From today to its last day: 0 on the last day, negative after that. */
  daysLeft: z.int(),
  overlappedBy: z.int().optional().describe("`line` of an exception on the same finding that ends later"),
});

export const policyChange = z.object({
  what: z.enum(["added", "changed", "removed"]),
  subject: z.string(),
  /** An advisory id with its scope, a severity, … */
  about: z.string(),
  /** Old and new value as text. Absent if there is no such value. */
  from: z.string().optional(),
  to: z.string().optional(),
  /** True if the gate lets more through than before. */
  loosens: z.boolean(),
  /** In the new file. */
  line,
  /** With the input's spelling. */
  file: z.string().optional().describe("The VEX document or baseline; absent: the policy file"),
});

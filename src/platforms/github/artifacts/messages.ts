import { z } from "zod";

/** What the process that speaks to the artifact service is asked: one argument of its command line, as JSON. No secret. */
export interface ArtifactRequest {
  readonly name: string;
  /** Absolute: the folder of the artifact's files. */
  readonly folder: string;
  /** Absolute, within the folder. */
  readonly files: readonly string[];
}

/** Told at the end, the only line of stdout. */
export const artifactAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("kept"),
    bytes: z.int().nonnegative(),
    /** By it the run's page shows it. */
    id: z.int().positive().optional(),
  }),
  /** This run has one of that name already: another of its jobs, or an earlier attempt. */
  z.object({ outcome: z.literal("exists") }),
  z.object({ outcome: z.literal("failed"), reason: z.string() }),
]);

export type ArtifactAnswer = z.infer<typeof artifactAnswerSchema>;

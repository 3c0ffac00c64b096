import { z } from "zod";

/** A request to the process that uploads an artifact: one command-line argument, as JSON. It holds no secret. */
export interface ArtifactRequest {
  readonly name: string;
  /** Absolute: the folder of the artifact's files. */
  readonly folder: string;
  /** Absolute, within the folder. */
  readonly files: readonly string[];
}

/** Sent at the end, as the only line of stdout. */
export const artifactAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("kept"),
    bytes: z.int().nonnegative(),
    /** The id that the artifact has on the run's page. */
    id: z.int().positive().optional(),
  }),
  /** Another job or an earlier attempt of this run has already used the name. */
  z.object({ outcome: z.literal("exists") }),
  z.object({ outcome: z.literal("failed"), reason: z.string() }),
]);

export type ArtifactAnswer = z.infer<typeof artifactAnswerSchema>;

import { z } from "zod";
import type { World } from "../../../system/world.ts";
import { askLibrary, type Failed } from "../ask-library.ts";
import { kindIn } from "../kinds.ts";

/** A request to the process that moves an artifact. */
export interface ArtifactRequest {
  readonly name: string;
  /** Absolute: the folder of the artifact's files. */
  readonly folder: string;
  /** Absolute, within the folder. Absent: the archive of this run's artifact is fetched into the folder. */
  readonly files?: readonly string[];
}

/** Sent at the end, as the only line of stdout. */
const artifactAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({
    /** It is there: in the service, or as the folder's only file. */
    outcome: z.literal("kept"),
    /** The id that the artifact has on the run's page. */
    id: z.int().positive().optional(),
  }),
  /** Another job or an earlier attempt of this run has already used the name. */
  z.object({ outcome: z.literal("exists") }),
  z.object({ outcome: z.literal("failed"), reason: z.string() }),
]);

export type ArtifactAnswer = z.infer<typeof artifactAnswerSchema>;

/**
 * Uploads or fetches an artifact.
 * @param program the process's JavaScript file
 * @returns undefined if the signal ended it
 */
export function moveArtifact(
  program: string,
  request: ArtifactRequest,
  deadlineMs: number,
  world: Pick<World, "env" | "runFolder" | "signal">,
): Promise<ArtifactAnswer | Failed | undefined> {
  // The library refuses every server that is not GitHub's, and uses the address for nothing else.
  const isReplaced = kindIn(world.env).artifacts === "replaced";
  const env = (): Record<string, string> => (isReplaced ? { GITHUB_SERVER_URL: "https://github.com" } : {});
  return askLibrary(request, { program, answers: artifactAnswerSchema, deadlineMs, env }, world);
}

/** A clause that says why this run can keep no artifact; undefined if it can. Sends no request. */
export function whyNoArtifacts(env: World["env"]): string | undefined {
  if (kindIn(env).artifacts === "none") return "a GitHub Enterprise Server has no artifacts of this kind";
  if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
  return undefined;
}

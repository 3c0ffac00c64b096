import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { authorityVariables } from "../../../system/authorities.ts";
import { tryOr } from "../../../system/errors.ts";
import { handedOn, PROXY_VARIABLES, runProcess } from "../../../system/process.ts";
import type { World } from "../../../system/world.ts";
import { kindIn } from "../kinds.ts";

/** A request to the process that moves an artifact: one command-line argument, as JSON. It holds no secret. */
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

/** The variables that @actions/artifact 6.2.1 reads to find the service, and those that Node reads to reach it. */
const HANDED_ON = [
  "ACTIONS_RESULTS_URL",
  "ACTIONS_RUNTIME_TOKEN",
  "GITHUB_RETENTION_DAYS",
  "GITHUB_SERVER_URL",
  ...PROXY_VARIABLES,
];

/**
 * Uploads or fetches an artifact in a separate process, and ends that process at the limit or on the signal.
 * @param program the process's JavaScript file
 * @returns undefined if the signal ended it
 */
export async function moveArtifact(
  program: string,
  request: ArtifactRequest,
  deadlineMs: number,
  { env, runFolder, signal }: Pick<World, "env" | "runFolder" | "signal">,
): Promise<ArtifactAnswer | undefined> {
  const room = mkdtempSync(join(runFolder, "artifact-"));
  try {
    const temporary = join(room, "temporary");
    mkdirSync(temporary, { mode: 0o700 });
    const { code, aborted, timedOut, stdout } = await runProcess(process.execPath, [program, JSON.stringify(request)], {
      cwd: room,
      // The whole environment. It has no input, no folder of the job, and no token except the one for the service.
      env: {
        ...handedOn(env, HANDED_ON),
        // The library refuses every server that is not GitHub's, and uses the address for nothing else.
        ...(kindIn(env).artifacts === "replaced" && { GITHUB_SERVER_URL: "https://github.com" }),
        ...authorityVariables(env, false),
        HOME: room,
        TMPDIR: temporary,
        GITHUB_WORKSPACE: request.folder,
      },
      deadlineMs,
      signal,
      stdout: "capture",
    });
    if (aborted) return undefined;
    if (timedOut) return { outcome: "failed", reason: `it took longer than ${deadlineMs / 1000} s` };
    return readAnswer(stdout, code);
  } catch (error) {
    return { outcome: "failed", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
}

function readAnswer(stdout: string, code: number | null): ArtifactAnswer {
  return tryOr(() => artifactAnswerSchema.parse(JSON.parse(stdout)), {
    outcome: "failed",
    reason: `the process that moves it ended without an answer (${code})`,
  });
}

/** A clause that says why this run can keep no artifact; undefined if it can. Sends no request. */
export function whyNoArtifacts(env: World["env"]): string | undefined {
  if (kindIn(env).artifacts === "none") return "a GitHub Enterprise Server has no artifacts of this kind";
  if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
  return undefined;
}

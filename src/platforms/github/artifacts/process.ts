import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { handedOn, PROXY_VARIABLES, runProcess } from "../../../system/process.ts";
import type { World } from "../../../system/world.ts";
import { type ArtifactAnswer, type ArtifactRequest, artifactAnswerSchema } from "./messages.ts";

/** What @actions/artifact 6.2.1 reads to find the service, and what Node reads to reach it. */
const HANDED_ON = [
  "ACTIONS_RESULTS_URL",
  "ACTIONS_RUNTIME_TOKEN",
  "GITHUB_RETENTION_DAYS",
  "GITHUB_SERVER_URL",
  "NODE_EXTRA_CA_CERTS",
  ...PROXY_VARIABLES,
];

/**
 * Has an artifact uploaded by a process of its own, and ends it at the limit or on the signal.
 * @param program the process's JavaScript file
 * @returns undefined: the signal has ended it
 */
export async function uploadArtifact(
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
      // Its whole environment: no input, no token but the one for the service, no folder of the job's.
      env: { ...handedOn(env, HANDED_ON), HOME: room, TMPDIR: temporary, GITHUB_WORKSPACE: request.folder },
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
  try {
    return artifactAnswerSchema.parse(JSON.parse(stdout));
  } catch {
    return { outcome: "failed", reason: `the process that uploads it ended without an answer (${code})` };
  }
}

/** Why this run can keep no artifact, as a clause; undefined: it can. Nothing is asked. */
export function whyNoArtifacts(env: World["env"]): string | undefined {
  if (!isHosted(env.GITHUB_SERVER_URL)) return "a GitHub Enterprise Server has no artifacts of this kind";
  if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
  return undefined;
}

/** As `isGhes` of @actions/artifact has it. */
function isHosted(server: string | undefined): boolean {
  const url = server || "https://github.com";
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
  return host === "github.com" || host.endsWith(".ghe.com") || host.endsWith(".localhost");
}

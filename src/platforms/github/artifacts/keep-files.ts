import { fileURLToPath } from "node:url";
import type { World } from "../../../system/world.ts";
import type { FilesToKeep, Kept } from "../../platform.ts";
import { uploadArtifact, whyNoArtifacts } from "./process.ts";

/**
 * Keeps files as an artifact of this run. A name may be taken by an earlier attempt of the run, or by another leg of a
 * matrix: then the next one is tried. Never throws.
 * @param runUrl the run's page
 * @param program the JavaScript file of the process that uploads
 */
export async function keepFiles(
  { names, files, folder, deadlineMs }: FilesToKeep,
  runUrl: string | undefined,
  world: Pick<World, "env" | "runFolder" | "signal">,
  program = fileURLToPath(new URL("./artifact-service.js", import.meta.url)),
): Promise<Kept> {
  const why = runUrl === undefined ? "this run has no page" : whyNoArtifacts(world.env);
  if (why !== undefined) return { outcome: "impossible", why };
  const end = performance.now() + deadlineMs;
  for (const name of names) {
    const left = Math.max(1, Math.round(end - performance.now()));
    const answer = await uploadArtifact(program, { name, files, folder }, left, world);
    if (answer === undefined) return { outcome: "impossible", why: "the run was cancelled" };
    if (answer.outcome === "exists") continue;
    if (answer.outcome === "failed") return answer;
    if (answer.id === undefined) return { outcome: "failed", reason: "the service gave it no number" };
    return { outcome: "kept", name, url: `${runUrl}/artifacts/${answer.id}` };
  }
  return { outcome: "failed", reason: "its name is taken" };
}

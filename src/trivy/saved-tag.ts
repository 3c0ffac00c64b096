import { statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import type { Target } from "../domain/target.ts";
import { runProcess } from "../process.ts";
import type { World } from "../world.ts";

/** Unpacking a tar of gigabytes to its end, where the list mostly stands, takes a while. */
const DEADLINE_MS = 30_000;

const manifestSchema = z.array(z.object({ RepoTags: z.array(z.string()).nullish() }));

/**
 * The first tag that a `docker save` tar was saved under. A scan tells it too; this is for a target that was not scanned,
 * so that its comment is found all the same. None where it is no such tar, or takes too long. Never throws.
 */
export async function savedTag(target: Target, world: World): Promise<string | undefined> {
  if (target.kind !== "image") return undefined;
  try {
    const path = resolve(world.workspace, target.input);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    const { stdout } = await runProcess("tar", ["-xOf", path, "manifest.json"], {
      cwd: world.runFolder,
      env: { PATH: world.env.PATH ?? "" },
      deadlineMs: DEADLINE_MS,
      signal: world.signal,
      stdout: "capture",
    });
    return manifestSchema.parse(JSON.parse(stdout)).flatMap((image) => image.RepoTags ?? [])[0];
  } catch {
    return undefined;
  }
}

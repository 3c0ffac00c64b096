import { z } from "zod";
import { GateError } from "../errors.ts";
import { runProcess } from "../process.ts";
import type { World } from "../world.ts";
import { trivyEnvironment } from "./environment.ts";
import { cancelled } from "./failures.ts";
import { privateFolder } from "./private-file.ts";
import { parseVersion } from "./release.ts";

const schema = z.object({ Version: z.string() });

const DEADLINE_MS = 30_000;

/**
 * What a program says of itself under `version -f json`.
 * @throws GateError `trivy-unusable` where it is not Trivy; `trivy-version-invalid`, `program-…`, `run-cancelled`.
 */
export async function askVersion(path: string, world: World): Promise<string> {
  const folder = privateFolder(world, "version");
  const result = await runProcess(path, ["version", "-f", "json", "--cache-dir", folder], {
    cwd: folder,
    env: trivyEnvironment(world, "database"),
    deadlineMs: DEADLINE_MS,
    signal: world.signal,
    stdout: "capture",
  });
  if (result.aborted) throw cancelled();
  const version = result.code === 0 ? versionIn(result.stdout) : undefined;
  if (version !== undefined) return parseVersion(version);
  const why = result.timedOut ? "gave no answer" : `ended with ${result.code ?? result.signal} and no version`;
  throw new GateError(
    "trivy-unusable",
    `${JSON.stringify(path)} is not a Trivy that works here: asked for its version it ${why}`,
    "Check that it is a Trivy for this operating system and processor; `trivy version -f json` must print its version.",
  );
}

function versionIn(stdout: string): string | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(stdout));
    return parsed.success ? parsed.data.Version : undefined;
  } catch {
    return undefined;
  }
}

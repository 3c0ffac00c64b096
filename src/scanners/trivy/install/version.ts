import { z } from "zod";
import { cancelled, GateError } from "../../../system/errors.ts";
import { runProcess } from "../../../system/process.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { trivyEnvironment } from "../process/environment.ts";
import { lastWords } from "../process/process-output.ts";
import { parseVersion } from "./release.ts";

const schema = z.object({ Version: z.string() });

const DEADLINE_MS = 30_000;

/**
 * The version that a program reports with `version -f json`.
 * @throws GateError `trivy-unusable` if it is not Trivy; `trivy-version-invalid`, `program-…`, `run-cancelled`.
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
  if (version !== undefined) return released(version, path);
  const end = result.signal ?? `exit code ${result.code}`;
  const why = result.timedOut ? `gave no answer within ${DEADLINE_MS / 1000} s` : `ended with ${end} and told none`;
  const output = lastWords(result.stderr) ?? lastWords(result.stdout);
  const clause = output === undefined ? "; it said nothing" : `; it said ${JSON.stringify(output)}`;
  throw new GateError(
    "trivy-unusable",
    `${JSON.stringify(path)} is not a Trivy that works here: asked for its version it ${why}${clause}`,
    "Check that it is a Trivy for this operating system and processor; `trivy version -f json` must print its version.",
  );
}

/** Refuses custom builds (`dev`, `0.76.0-next`): for such versions, no faults and bad releases are known. */
function released(version: string, path: string): string {
  try {
    return parseVersion(version);
  } catch (cause) {
    throw new GateError(
      "trivy-version-invalid",
      `${JSON.stringify(path)} says that it is Trivy ${JSON.stringify(version.slice(0, 60))}, which is not a released version`,
      "Use a released Trivy, or leave `trivy-binary` out to have one downloaded and verified.",
      { cause },
    );
  }
}

function versionIn(stdout: string): string | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(stdout));
    return parsed.success ? parsed.data.Version : undefined;
  } catch {
    return undefined;
  }
}

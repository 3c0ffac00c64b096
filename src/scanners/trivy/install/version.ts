import { z } from "zod";
import { toldVersion, VERSION_DEADLINE_MS } from "../../../supply/told-version.ts";
import { cancelled } from "../../../system/errors.ts";
import { runProcess } from "../../../system/process.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { trivyEnvironment } from "../process/environment.ts";
import { lastWords } from "../process/process-output.ts";
import { TRIVY } from "./release.ts";

const schema = z.object({ Version: z.string() }).transform(({ Version: version }) => ({ version }));

/**
 * The version that a program reports with `version -f json`.
 * @throws GateError `trivy-unusable` if it is not Trivy; `trivy-version-invalid`, `program-…`, `run-cancelled`.
 */
export async function askVersion(path: string, world: World): Promise<string> {
  const folder = privateFolder(world, "version");
  const result = await runProcess(path, ["version", "-f", "json", "--cache-dir", folder], {
    cwd: folder,
    env: trivyEnvironment(world, "database"),
    deadlineMs: VERSION_DEADLINE_MS,
    signal: world.signal,
    stdout: "capture",
  });
  if (result.aborted) throw cancelled();
  const output = lastWords(result.stderr) ?? lastWords(result.stdout);
  const asked = {
    path,
    command: "trivy version -f json",
    parse: (json: unknown) => schema.safeParse(json).data,
    said: output === undefined ? "; it said nothing" : `; it said ${JSON.stringify(output)}`,
    remedy: "Use a released Trivy, or leave `trivy-binary` out to have one downloaded and verified.",
  };
  return toldVersion(result, asked, TRIVY).version;
}

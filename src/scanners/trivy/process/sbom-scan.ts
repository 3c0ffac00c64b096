import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cancelled } from "../../../system/errors.ts";
import { runProcess } from "../../../system/process.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { scanArguments } from "./arguments.ts";
import { trivyEnvironment } from "./environment.ts";
import { lastWords } from "./process-output.ts";

/** The scan of an SBOM that we wrote ourselves. */
export interface SbomScan {
  /** Absolute path of the program. */
  readonly trivy: string;
  /** The SBOM. */
  readonly text: string;
  /** Trivy's cache folder, with the database. The SBOM and the report are written into it. */
  readonly folder: string;
  readonly timeoutMs: number;
  /** Memory that Trivy may use, in bytes. Absent: all that is available. */
  readonly memory?: number | undefined;
  /** Gets each line of Trivy's log. */
  onLine(line: string): void;
}

/** Path of Trivy's report, if it wrote one; or why the scan ended without one. */
export type SbomScanned =
  | { readonly output: string }
  | { readonly failed: "too-long" }
  /** `reason` are Trivy's last words. */
  | { readonly failed: "refused"; readonly reason: string | undefined };

/**
 * Lets Trivy look for the vulnerabilities of an SBOM that Image Gate wrote.
 * @throws GateError `run-cancelled`, `program-…`
 */
export async function scanSbom(
  { trivy, text, folder, timeoutMs, memory, onLine }: SbomScan,
  world: World,
): Promise<SbomScanned> {
  const [input, output] = [join(folder, "sbom.cdx.json"), join(folder, "report.json")];
  writeFileSync(input, text, { mode: 0o600 });
  // If Trivy fails, it leaves an old file unchanged.
  rmSync(output, { force: true });
  const args = scanArguments({
    target: { how: "sbom", location: input },
    scanners: ["vuln"],
    // They apply to files. An SBOM has none.
    skipDirs: [],
    skipFiles: [],
    cacheFolder: folder,
    output,
    timeoutMs,
  });
  const { code, stderr, timedOut, aborted } = await runProcess(trivy, args, {
    // Empty, because Trivy obeys trivy.yaml and .trivyignore in its working folder.
    cwd: privateFolder(world, "cwd"),
    env: trivyEnvironment(world, "files", memory),
    deadlineMs: timeoutMs,
    signal: world.signal,
    onStderrLine: onLine,
  });
  if (aborted) throw cancelled();
  if (timedOut) return { failed: "too-long" };
  return code === 0 ? { output } : { failed: "refused", reason: lastWords(stderr) };
}

import { readFileSync } from "node:fs";
import type { SbomFormat } from "../../../domain/target.ts";
import { GateError, tryOr } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import { runScanner } from "../../program.ts";
import type { SbomRequest } from "../../scanner.ts";
import { trivyEnvironment } from "./environment.ts";
import { fatalMessage, shortened } from "./process-output.ts";

/** 2,000 packages take 0.3 s, 50,000 take a few seconds. */
const DEADLINE_MS = 120_000;
/** How a file of each format starts. */
const MARKS: Readonly<Record<SbomFormat, RegExp>> = {
  cyclonedx: /"bomFormat":\s*"CycloneDX"/,
  "spdx-json": /"spdxVersion":\s*"SPDX-/,
};
const HEAD = 2000;

/**
 * Lets Trivy convert its own report into an SBOM. This contacts no host, and Trivy's `convert` does not have the flags
 * that would forbid it.
 * @throws GateError `sbom-not-made`, `run-cancelled`, `program-…`.
 */
export async function convertReport(
  { trivy, format, packages, output }: SbomRequest & { readonly trivy: string },
  world: World,
): Promise<void> {
  const args = ["convert", `--format=${format}`, `--output=${output}`, "--quiet", "--", packages];
  const options = { env: trivyEnvironment(world, "files"), deadlineMs: DEADLINE_MS };
  const { code, stderr, timedOut } = await runScanner(trivy, args, options, world);
  if (timedOut) throw notMade(format, `it took longer than ${DEADLINE_MS / 1000} s`);
  if (code !== 0) throw notMade(format, shortened(fatalMessage(stderr)));
  if (!isWhole(output, format)) throw notMade(format, "its output is not one, or only a part of one");
}

function notMade(format: SbomFormat, why: string): GateError {
  return new GateError(
    "sbom-not-made",
    `Trivy could not make the ${format} report: ${why}`,
    "The verdict is not affected. Leave `trivy-version` and `trivy-binary` at their defaults, and see whether the disk is full. The output `trivy-report` has the packages as well.",
  );
}

function isWhole(file: string, format: SbomFormat): boolean {
  const text = tryOr(() => readFileSync(file, "utf8"), "");
  return text.startsWith("{") && text.trimEnd().endsWith("}") && MARKS[format].test(text.slice(0, HEAD));
}

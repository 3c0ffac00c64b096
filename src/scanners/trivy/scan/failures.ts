import type { Target } from "../../../domain/target.ts";
import { scanTimeout } from "../../../images/fault.ts";
import { GateError } from "../../../system/errors.ts";
import type { ProcessResult } from "../../../system/process.ts";
import { DISK_FULL, type Failure, isKilled, outOfMemory, toldFailure } from "../../program.ts";
import { fatalMessage, shortened } from "../process/process-output.ts";

const LESS = { "skip-dirs": "Or leave large folders out with `skip-dirs`." };

/**
 * Failures of a scan other than a missing image, by the stable part of Trivy's message. The first match counts.
 */
const FAILURES: readonly Failure[] = [
  {
    code: "database-unusable",
    match:
      /DB schema doesn't match|old DB schema|vulnerability DB initialization|failed to open db|cannot be specified on the first run|panic: assertion failed: Page/,
    what: "Trivy cannot open the vulnerability database",
    remedy:
      "Use the Trivy that Image Gate names by default. If it happens again, delete the folder image-gate in the tool cache, and the one in the user's cache folder.",
  },
  DISK_FULL,
  {
    code: "out-of-memory",
    match: /runtime: out of memory|cannot allocate memory|failed to reserve page summary memory/,
    what: "Trivy ran out of memory",
    remedy: "Use a machine with more memory.",
    byInput: LESS,
  },
  {
    code: "os-repositories-unknown",
    match: /unable to find CPE indices/,
    what: "the database does not know the repositories that its Red Hat packages came from",
    remedy:
      "Leave `/root/buildinfo` and `/usr/share/buildinfo` as the base image has them, or build on a newer base image. Trivy cannot match some from before June 2020, and some of a new release.",
  },
  {
    code: "sbom-unreadable",
    match: /SBOM decode error|failed to detect SBOM|unknown scanning is not yet supported|sbom.{0,200}decode/i,
    what: "it is not an SBOM that Trivy reads",
    remedy: "Give CycloneDX JSON, or SPDX JSON or tag-value (SPDX loses the paths of packages).",
    byInput: { "scan-report": "A scanner's report with findings goes into `scan-report`." },
  },
  {
    code: "repository-unavailable",
    match: /repository clone error|git clone error|no such path: stat/,
    what: "the repository cannot be cloned",
    remedy: "Only public repositories can be given by URL; check a private one out and give its folder as `path`.",
  },
  {
    code: "target-missing",
    match: /no such file or directory/,
    what: "all or part of it is no longer there",
    remedy: "Nothing must change the target while it is scanned.",
  },
  {
    code: "target-unreadable",
    match: /permission denied/,
    what: "this user has no permission to read a part of it",
    remedy: "Give the user of this run the right to read it.",
    byInput: { "skip-dirs": "Or leave it out with `skip-dirs` or `skip-files`." },
  },
  {
    code: "trivy-flags-unknown",
    match: /unknown flag|unable to parse flag|unknown command/,
    what: "this Trivy does not know a flag that Image Gate passes",
    remedy: "Use Image Gate's default version: leave `trivy-version` and `trivy-binary` out.",
  },
];

/**
 * Explains a failed scan, as an error with its own code.
 * @param result the process's result: its code is not 0, or it was ended at the deadline
 */
export function scanFailure(
  result: Pick<ProcessResult, "code" | "signal" | "stderr" | "timedOut">,
  target: Target,
  timeoutMs: number,
): GateError {
  const message = fatalMessage(result.stderr);
  if (result.timedOut || /context deadline exceeded/.test(message)) return scanTimeout(target, timeoutMs);
  const told = toldFailure(FAILURES, [message, result.stderr.slice(-4096)], shortened(message), target);
  if (told !== undefined) return told;
  if (result.signal !== null || (result.code ?? 0) > 128) return killed(result, target);
  return new GateError(
    "trivy-failed",
    `${target.label} was not scanned: Trivy ended with ${result.code} (${shortened(message)})`,
    "Trivy's own lines are in the log, in the group of this target.",
  );
}

/** The repository would have to be cloned from its host. */
export function repositoryOffline({ label }: Target): GateError {
  return new GateError(
    "repository-offline",
    `${label} was not scanned: it is not a folder that exists, and \`offline\` forbids cloning it from its host`,
    "Check it out first and give its folder.",
  );
}

export function sbomScanners({ label }: Target, scanners: readonly string[]): GateError {
  return new GateError(
    "sbom-scanners",
    `${label} was not scanned: an SBOM can be scanned for \`vuln\` and \`license\` only, and \`scanners\` is \`${scanners.join(",")}\``,
    "Add `vuln` or `license` to `scanners`, or scan the SBOM in its own run.",
  );
}

function killed(result: Pick<ProcessResult, "code" | "signal">, target: Target): GateError {
  const how = `Trivy was ended by ${result.signal ?? `signal ${(result.code ?? 128) - 128}`}`;
  if (isKilled(result)) return outOfMemory(target, how, LESS);
  const remedy = "Something on this machine ended it: run again.";
  return new GateError("trivy-killed", `${target.label} was not scanned: ${how}`, remedy);
}

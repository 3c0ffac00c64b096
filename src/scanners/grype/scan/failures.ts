import type { LocatedTarget, Target } from "../../../domain/target.ts";
import { scanTimeout } from "../../../images/fault.ts";
import { GateError } from "../../../system/errors.ts";
import type { ProcessResult } from "../../../system/process.ts";
import { lastWords } from "../process/run.ts";

/**
 * Grype is given images as verified bytes, and nothing else. It could read folders and SBOMs, but does not say what it
 * leaves out of them: a clean one would look like one that was not read.
 */
export function notAnImage({ label }: Target, { how }: LocatedTarget): GateError {
  return new GateError(
    "target-kind-unsupported",
    `${label} was not scanned: Grype is only given images here, and this is ${KINDS[how as keyof typeof KINDS]}, of which it does not say what it leaves out`,
    "Use `scan-with: grype-match`, which asks Grype's database about the packages that another scanner lists in it, or judge it in a run of its own without `scan-with`.",
  );
}

const KINDS = { folder: "a folder", repository: "a repository", sbom: "an SBOM" } as const;

/** Why a scan failed. The process's code is not 0, or it was ended at the deadline. */
export function scanFailure(result: ProcessResult, target: Target, timeoutMs: number): GateError {
  const { label } = target;
  if (result.timedOut) return scanTimeout(target, timeoutMs);
  const words = lastWords(result);
  if (/no space left on device/.test(result.stderr))
    return new GateError(
      "disk-full",
      `${label} was not scanned: the disk is full (${words})`,
      "Free some space: a scan unpacks the image's layers in the folder for temporary files.",
    );
  if (result.signal === "SIGKILL" || result.code === 137)
    return new GateError(
      "out-of-memory",
      `${label} was not scanned: Grype was ended by SIGKILL`,
      "Most often the machine ran out of memory: use a machine with more.",
    );
  if (
    /database|\bdb\b/i.test(result.stderr) &&
    /schema|does not exist|not a database|malformed|no such table/i.test(result.stderr)
  )
    return new GateError(
      "grype-database-unusable",
      `${label} was not scanned: Grype cannot read its database (${words})`,
      "Use a Grype and a database that fit each other: `grype-version` and `grype-db` name them.",
    );
  return new GateError(
    "grype-failed",
    `${label} was not scanned: Grype ended with ${result.signal ?? `exit code ${result.code}`} (${words})`,
    "Run again. If it happens again, try the Grype that `grype-version` names without `grype-binary`.",
  );
}

import { GateError } from "../system/errors.ts";

// Errors about a baseline that the workflow names. Messages have the place in the file, never the content.

/** @param why a clause that follows the baseline's name: `is not JSON` */
export function baselineDamaged(name: string, why: string, cause?: unknown): GateError {
  return new GateError(
    "baseline-damaged",
    `${name} ${why}`,
    "It must be a whole JSON document: Image Gate's `report`, Trivy's JSON, or an SBOM (CycloneDX, SPDX 2 or Syft's own). Make it again, or set `baseline: none`.",
    { cause },
  );
}

/** @param why a clause that follows the baseline's name: `is of another version` */
export function baselineUnknown(name: string, why: string): GateError {
  return new GateError(
    "baseline-unknown",
    `${name} ${why}`,
    "Use a `report` of this version of Image Gate, Trivy's JSON (SchemaVersion 2), or an SBOM as JSON: CycloneDX, SPDX 2 or Syft's own.",
  );
}

/** @param why a clause that follows the baseline's name: `was made without its packages` */
export function baselineIncomplete(name: string, why: string): GateError {
  return new GateError(
    "baseline-incomplete",
    `${name} ${why}, so it cannot be matched with the database of this run`,
    "Make it again with a current Image Gate, or with a Trivy that lists all packages (`--list-all-pkgs`).",
  );
}

export function baselinePlatform(name: string, platform: string, wanted: string): GateError {
  return new GateError(
    "baseline-platform",
    `${name} is for ${platform}, but the judged image is for ${wanted}`,
    "Name a baseline of the same platform; images of several platforms need a run for each platform.",
  );
}

/** @param why the reason why its scan failed, without a full stop */
export function baselineUnavailable(name: string, why: string, remedy: string, cause: unknown): GateError {
  return new GateError("baseline-unavailable", `${name} could not be scanned: ${why}`, remedy, { cause });
}

/** A warning. */
export function baselineOtherImage(name: string, image: string, label: string): GateError {
  return new GateError(
    "baseline-other-image",
    `${name} is from another image: ${JSON.stringify(image)}, not ${label}`,
    "The comparison shows the differences between the two images. If you do not want that, name a baseline of the same image.",
  );
}

import { GateError } from "./shared.thread.js";

// src/baseline/errors.ts
function baselineDamaged(name, why, cause) {
	return new GateError("baseline-damaged", `${name} ${why}`, "It must be a whole JSON document: Image Gate's `report`, Trivy's JSON, or an SBOM (CycloneDX, SPDX 2 or Syft's own). Make it again, or set `baseline: none`.", { cause });
}
function baselineUnknown(name, why) {
	return new GateError("baseline-unknown", `${name} ${why}`, "Use a `report` of this version of Image Gate, Trivy's JSON (SchemaVersion 2), or an SBOM as JSON: CycloneDX, SPDX 2 or Syft's own.");
}
function baselineIncomplete(name, why) {
	return new GateError("baseline-incomplete", `${name} ${why}, so it cannot be matched with the database of this run`, "Make it again with a current Image Gate, or with a Trivy that lists all packages (`--list-all-pkgs`).");
}
function baselinePlatform(name, platform, wanted) {
	return new GateError("baseline-platform", `${name} is for ${platform}, but the judged image is for ${wanted}`, "Name a baseline of the same platform; images of several platforms need a run for each platform.");
}
function baselineUnavailable(name, why, remedy, cause) {
	return new GateError("baseline-unavailable", `${name} could not be scanned: ${why}`, remedy, { cause });
}
function baselineOtherImage(name, image, label) {
	return new GateError("baseline-other-image", `${name} is from another image: ${JSON.stringify(image)}, not ${label}`, "The comparison shows the differences between the two images. If you do not want that, name a baseline of the same image.");
}

export { baselineDamaged, baselineIncomplete, baselineOtherImage, baselinePlatform, baselineUnavailable, baselineUnknown };
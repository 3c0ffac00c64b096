import { TRIVY } from "../../src/scanners/trivy/install/release.ts";
import { askVersion } from "../../src/scanners/trivy/install/version.ts";
import { scannerReleases } from "./releases.ts";

export const trivy = scannerReleases(TRIVY, askVersion);

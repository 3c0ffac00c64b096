import { askVersion } from "../../src/scanners/trivy/install/install.ts";
import { TRIVY } from "../../src/scanners/trivy/install/release.ts";
import { scannerReleases } from "./releases.ts";

export const trivy = scannerReleases(TRIVY, askVersion);

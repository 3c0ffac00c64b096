import { TRIVY_VERSION } from "../../src/scanners/trivy/install/install.ts";
import { scannerReleases } from "./releases.ts";

export const trivy = scannerReleases(TRIVY_VERSION);

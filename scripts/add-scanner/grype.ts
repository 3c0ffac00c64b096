import { GRYPE_VERSION } from "../../src/scanners/grype/install/install.ts";
import { scannerReleases } from "./releases.ts";

export const grype = scannerReleases(GRYPE_VERSION);

import { askVersion } from "../../src/scanners/grype/install/install.ts";
import { GRYPE } from "../../src/scanners/grype/install/release.ts";
import { scannerReleases } from "./releases.ts";

export const grype = scannerReleases(GRYPE, async (program, world) => (await askVersion(program, world)).version);

import type { InstalledProgram } from "../../supply/installed.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { SbomMaker, Scanner, ScannerSettings } from "../scanner.ts";
import { prepareDatabase } from "./database/database.ts";
import { scanTarget } from "./scan/scan.ts";

/**
 * Prepares an installed Grype for scans, with its database.
 * @throws GateError `grype-database-…`, `run-cancelled`
 */
export async function grypeScanner(program: InstalledProgram, wanted: ScannerSettings, world: World): Promise<Scanner> {
  const { timeout: timeoutMs, maxDbAge: maxAgeMs, descriptions } = wanted;
  const database = await prepareDatabase(wanted, program, world);
  const settings = { program, database, timeoutMs, maxAgeMs, descriptions };
  return {
    name: "Grype",
    version: program.version,
    databaseUpdatedAt: database.built.toISOString(),
    readsImagesItself: true,
    async match(lists, { reportFile, spentMs, timeoutMs: most = timeoutMs }, own) {
      const { match } = await import("./scan/match.ts");
      return match(lists, { ...settings, timeoutMs: Math.min(most, timeoutMs), reportFile, spentMs }, own);
    },
    session: () => ({
      scan: (target, located, options, own) => scanTarget(target, located, { ...settings, ...options }, own),
    }),
  };
}

/** Grype's report lists no packages without a finding, so an SBOM cannot be made from it. */
export const NO_SBOMS: SbomMaker = {
  async make() {
    throw new GateError(
      "sbom-not-made",
      "No SBOM is made from a scan by Grype alone",
      "Leave `scan-with` out for a run that writes SBOMs, or make them in their own run.",
    );
  },
};

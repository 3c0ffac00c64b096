import type { InstalledScanner, ScannerEntry } from "../scanner.ts";
import { type InstalledTrivy, installTrivy } from "./install/install.ts";
import { warmUpReading } from "./report/report.ts";
import { sbomsBy, trivyScanner } from "./scanner.ts";

/** Trivy, as a scanner that can be installed. */
export const trivy: ScannerEntry = {
  name: "Trivy",
  install: async (wish, world) => installed(await installTrivy(wish, world)),
  warmUp: () => void warmUpReading(),
};

function installed(program: InstalledTrivy): InstalledScanner {
  return {
    version: program.version,
    sboms: sbomsBy(program),
    ready: (settings, work, world) => trivyScanner(program, settings, work, world),
  };
}

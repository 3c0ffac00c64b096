import type { InstalledScanner, ScannerEntry } from "../scanner.ts";
import { beginEarly } from "./install/early.ts";

// A run needs the scanner before anything else, so each part of its code is loaded when it is needed.

/** Trivy, as a scanner that can be installed. */
export const trivy: ScannerEntry = {
  name: "Trivy",
  // The name that Trivy's own format for Cosign uses.
  purl: "pkg:github/aquasecurity/trivy",
  begin: beginEarly,
  async install(wish, world): Promise<InstalledScanner> {
    const [{ installTrivy }, { sbomsBy, trivyScanner }] = await Promise.all([
      import("./install/install.ts"),
      import("./scanner.ts"),
    ]);
    const program = await installTrivy(wish, world);
    return {
      version: program.version,
      sboms: sbomsBy(program),
      ready: (settings, work, own) => trivyScanner(program, settings, work, own),
      async update(settings, which, own) {
        const { updateDatabases } = await import("./database/stored.ts");
        await updateDatabases(settings, which, own);
      },
    };
  },
  async databases(store, now, maxAgeMs) {
    const { storedDatabases } = await import("./database/stored.ts");
    return storedDatabases(store, now, maxAgeMs);
  },
  releases: async () => (await import("./install/install.ts")).TRIVY_VERSION.publisher.table,
};

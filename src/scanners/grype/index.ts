import type { ScannerEntry } from "../scanner.ts";

// The list of all scanners names it, so each part of its code is loaded when it is needed.

/** Grype, as a scanner that can be installed. */
export const grype: ScannerEntry = {
  name: "Grype",
  purl: "pkg:github/anchore/grype",
  async install(wish, world) {
    const [{ installGrype }, { grypeScanner, NO_SBOMS }] = await Promise.all([
      import("./install/install.ts"),
      import("./scanner.ts"),
    ]);
    const program = await installGrype(wish, world);
    return {
      version: program.version,
      sboms: NO_SBOMS,
      ready: (settings, _, own) => grypeScanner(program, settings, own),
    };
  },
  releases: async () => (await import("./install/install.ts")).GRYPE.table,
};

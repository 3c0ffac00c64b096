import { expect, it } from "vitest";
import type { Inventory } from "../../../../src/domain/coverage/inventory.ts";
import { accountedIn, type ScanFacts } from "../../../../src/scanners/trivy/report/coverage-facts.ts";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { toScanResult } from "../../../../src/scanners/trivy/report/report.ts";
import { scanFactsWith } from "../scan-facts.ts";

const REPORT = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: "app",
  ArtifactType: "container_image",
  Metadata: { OS: { Family: "debian", Name: "12.8" } },
  Results: [
    {
      Target: "app (debian 12.8)",
      Class: "os-pkgs",
      Type: "debian",
      Packages: [{ Name: "bash", Version: "5.2", Release: "2.root.io.1" }],
    },
  ],
});
const INVENTORY: Inventory = {
  entries: [
    {
      kind: "dpkg",
      path: "var/lib/dpkg/status",
      layer: 1,
      packages: [
        { name: "bash", version: "5.2-2.root.io.1" },
        { name: "openssl", version: "3.0.14-1" },
      ],
    },
    { kind: "lock-file", path: "app/yarn.lock", layer: 2 },
  ],
  marks: [{ path: "usr/share/odd/mark.json", layer: 2, vendor: "odd" }],
  more: 0,
};
const coverageBy = (of: ScanFacts) =>
  toScanResult(parse(REPORT), { kind: "image", input: "app", label: "app" }, { scanFacts: of }).coverage;

it("what was accounted for in an image is said of its stored SBOM, too", () => {
  const image = scanFactsWith({ inventory: INVENTORY });
  const coverage = coverageBy(image);
  expect(coverage?.gaps.map(({ code, path }) => `${code} ${path}`)).toEqual([
    "packages-unaccounted var/lib/dpkg/status",
  ]);
  expect(coverage?.rows.map(({ subject }) => subject)).toEqual(expect.arrayContaining(["Lock files", "Advisories"]));
  const stored = scanFactsWith({ accounted: accountedIn(image) });
  expect(coverageBy(stored)).toEqual(coverage);
  // Also of an SBOM that is made of that scan.
  expect(accountedIn(stored)).toEqual(accountedIn(image));
});

it("without an inventory, nothing is accounted for", () => {
  const without = scanFactsWith({});
  expect(coverageBy(without)?.gaps).toEqual([]);
  expect(accountedIn(without)).toBeUndefined();
});

import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { InstalledPackage, ScanResult, Target } from "../../../src/domain/target.ts";
import { type SeveralRules, severalScanners } from "../../../src/scan/several/several-scanners.ts";
import type { Scanner, ScanSession } from "../../../src/scanners/scanner.ts";
import { GateError } from "../../../src/system/errors.ts";
import type { World } from "../../../src/system/world.ts";

// The conditions under which several scanners use an image's SBOM instead of the image.

const target: Target = { kind: "image", input: "app:1", label: "app:1" };
const world = { signal: new AbortController().signal, runFolder: "/run" } as World;
const digest = `sha256:${"0".repeat(64)}`;
const packed = Buffer.from("sbom");

const installed = (name: string, version = "1"): InstalledPackage => ({
  name,
  version,
  type: "npm",
  purl: `pkg:npm/${name}@${version}`,
});
const finding = (name: string, id: string): Finding => ({
  kind: "vulnerability",
  id,
  severity: "HIGH",
  title: "",
  package: { ...installed(name) },
  fixedVersions: [],
  status: "affected",
});

const result = (scanner: string, packages: readonly InstalledPackage[], findings: readonly Finding[]): ScanResult => ({
  artifact: { names: ["app:1"], packages: packages.length },
  packages,
  layers: [],
  findings,
  suppressed: 0,
  provenance: { scanner, scanners: ["vuln"] },
});

const LISTED = [installed("left-pad")];
const listed = result("Trivy", LISTED, [finding("left-pad", "CVE-1")]);
const trivy: Scanner = {
  name: "Trivy",
  scanStored: async (items) => items.map(() => listed),
  session: () => sessionOf(async () => listed),
};

const sessionOf = (scan: () => Promise<ScanResult>): ScanSession => ({ scan });

/** Grype's results for the image and for the list. */
function grype(image: ScanResult | GateError, list: ScanResult | GateError): Scanner {
  const or = async (answer: ScanResult | GateError) => {
    if (answer instanceof GateError) throw answer;
    return answer;
  };
  return {
    name: "Grype",
    readsImagesItself: true,
    async match(lists) {
      const { findings } = await or(list);
      const found = new Map([["", findings]]);
      return lists.map(() => ({ found, unread: new Set<string>(), notes: [], by: { scanner: "Grype" } }));
    },
    session: () => sessionOf(() => or(image)),
  };
}

const both = (second: Scanner, rules: SeveralRules) =>
  severalScanners(
    [trivy, second].map((scanner) => ({ name: scanner.name, scanner })),
    rules,
  );

const same = result("Grype", LISTED, [finding("left-pad", "CVE-2")]);
const broken = new GateError("scan-timeout", "It took too long", "Raise `timeout`.");
const items = [{ target, sbom: { packed, digest } }];

describe("a stored SBOM, with two scanners", () => {
  it("stands for the image if the second one is asked about lists alone", async () => {
    const [again] = (await both(grype(same, same), { byList: "beside" }).scanStored?.(items, world)) ?? [];
    expect(again && "findings" in again && again.findings.map(({ id }) => id).sort()).toEqual(["CVE-1", "CVE-2"]);
  });

  // Proves: nothing-vanishes-history-name
  it("is not used if the second one reads images itself, as it may see more in them", () => {
    const scanner = both(grype(same, same), {});
    expect([scanner.scanStored, scanner.readsImagesItself]).toEqual([undefined, true]);
  });

  it("is used with the first one alone if the second one could not be had, and may be missing", () => {
    const all = [
      { name: "Trivy", scanner: trivy },
      { name: "Grype", scanner: broken },
    ];
    expect(severalScanners(all, { optional: ["grype"] }).scanStored).toBeDefined();
  });

  it("is not used if a scanner fails that must not, and otherwise the answer says that it failed", async () => {
    const stored = (optional: readonly string[]) =>
      both(grype(same, broken), { byList: "beside", optional }).scanStored?.(items, world);
    expect(await stored([])).toEqual([{ incompatible: broken.what, isOlder: false }]);
    expect(await stored(["grype"])).toMatchObject([
      { opinions: [{ scanner: "Trivy" }, { scanner: "Grype", failed: { code: "scan-timeout" } }] },
    ]);
  });
});

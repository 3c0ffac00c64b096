import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { InstalledPackage, ScanResult, Target } from "../../../src/domain/target.ts";
import { severalScanners } from "../../../src/scan/several/several-scanners.ts";
import type { Scanner, ScanSession, StoredImage } from "../../../src/scanners/scanner.ts";
import { GateError } from "../../../src/system/errors.ts";
import type { World } from "../../../src/system/world.ts";

// Which SBOMs several scanners take for an image that all of them have read.

const target: Target = { kind: "image", input: "app:1", label: "app:1" };
const world = { signal: new AbortController().signal, runFolder: "/run" } as World;
const digest = `sha256:${"0".repeat(64)}`;
/** The SBOM that the first one makes names those for whom it was made. */
const madeFor = (readers: readonly string[] = []) => Buffer.from(readers.join());
const asked: StoredImage[] = [];

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
  scanStored: async (items) => {
    asked.push(...items);
    return items.map(() => listed);
  },
  session: () => sessionOf(async () => listed, true),
};

function sessionOf(scan: () => Promise<ScanResult>, makes = false): ScanSession {
  const session: ScanSession = {
    async scan(_, __, { onSbom, readers }) {
      const found = await scan();
      if (makes) onSbom?.(madeFor(readers));
      return found;
    },
  };
  return session;
}

/** What Grype finds in the image, and what in the list. */
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

const both = (second: Scanner, optional: readonly string[] = []) =>
  severalScanners(
    [trivy, second].map((scanner) => ({ name: scanner.name, scanner })),
    { optional },
  );

/** The SBOM of an image that both have read, or why there is none. */
async function sbomBy(scanner: Scanner): Promise<Buffer | string> {
  const kept: (Buffer | string)[] = [];
  const onSbom = (sbom: Buffer | { readonly why: string }) => void kept.push(Buffer.isBuffer(sbom) ? sbom : sbom.why);
  const located = { how: "reference", location: "app:1" } as const;
  await scanner.session("/cache").scan(target, located, { reportFile: "/run/report.json", onSbom }, world);
  expect(kept).toHaveLength(1);
  return kept[0] ?? "";
}

const same = result("Grype", LISTED, [finding("left-pad", "CVE-2")]);
const broken = new GateError("scan-timeout", "It took too long", "Raise `timeout`.");

describe("an SBOM of an image that two scanners have read", () => {
  it("is one that names the second one, and stands for both", async () => {
    const scanner = both(grype(same, same));
    const sbom = (await sbomBy(scanner)) as Buffer;
    expect(sbom).toEqual(madeFor(["Grype"]));
    const [again] = (await scanner.scanStored?.([{ target, sbom: { packed: sbom, digest } }], world)) ?? [];
    expect(again && "findings" in again && again.findings.map(({ id }) => id).sort()).toEqual(["CVE-1", "CVE-2"]);
    expect(asked.at(-1)?.sbom).toEqual({ packed: sbom, digest, readers: ["Grype"] });
  });

  // Proves: nothing-vanishes-history-name
  it.each([
    ["it has all packages", result("Grype", [...LISTED, installed("node", "24")], same.findings), same, /node 24/],
    ["as much is found in it", same, result("Grype", LISTED, []), /finds something else/],
    ["nothing else is found in it", result("Grype", LISTED, []), same, /finds something else/],
    ["it can be read", same, broken, /cannot read it/],
  ])("stands for the image only if %s", async (_, image, list, why) => {
    expect(await sbomBy(both(grype(image, list)))).toMatch(why);
  });

  it("is not made if an optional scanner failed", async () => {
    expect(await sbomBy(both(grype(broken, same), ["grype"]))).toBe("Grype has not read the image");
  });

  it("is not used if a scanner fails that must not, and otherwise the answer says that it failed", async () => {
    const sbom = madeFor(["Grype"]);
    const stored = (optional: readonly string[]) =>
      both(grype(same, broken), optional).scanStored?.([{ target, sbom: { packed: sbom, digest } }], world);
    expect(await stored([])).toEqual([{ incompatible: broken.what, isOlder: false }]);
    expect(await stored(["grype"])).toMatchObject([
      { opinions: [{ scanner: "Trivy" }, { scanner: "Grype", failed: { code: "scan-timeout" } }] },
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { type Baseline, compare } from "../../src/domain/comparison.ts";
import type { Coverage } from "../../src/domain/coverage.ts";
import { packageChanges } from "../../src/domain/package-changes.ts";
import type { InstalledPackage, ScanResult } from "../../src/domain/target.ts";
import { unseenIn, withUnseen } from "../../src/domain/unseen.ts";
import { makeFinding, makePackage, scanned } from "./make.ts";

const system = (version: string, distro: string, type = "debian"): InstalledPackage => ({
  name: "libssl3",
  version,
  type,
  purl: `pkg:deb/${type}/libssl3@${version}?arch=amd64&distro=${distro}`,
  system: true,
});
const lodash: InstalledPackage = { name: "lodash", version: "1", type: "npm", path: "old/package-lock.json" };

function result(packages: readonly InstalledPackage[], coverage: Partial<Coverage> = {}): ScanResult {
  const outcome = scanned([]);
  if (!("scan" in outcome)) throw new TypeError("not scanned");
  return { ...outcome.scan, packages, coverage: { rows: [], gaps: [], ...coverage } };
}

const gap = (code: "os-packages-missing" | "packages-unreadable", path?: string): Partial<Coverage> => ({
  gaps: [{ code, what: "", remedy: "", path }],
});
const inSystem = makeFinding({ id: "CVE-1", package: makePackage({ version: "1.0" }) });
const inLock = makeFinding({
  id: "CVE-2",
  package: makePackage({ name: "lodash", version: "1", type: "npm" }),
  path: "old/package-lock.json",
});
const baseline: Baseline = {
  source: { kind: "report" },
  packages: [system("1.0", "debian-12.7"), lodash],
  findings: [inSystem, inLock],
  kinds: new Set(["vulnerability"]),
};
const told = (scan: ScanResult) => {
  const unseen = unseenIn(scan, baseline);
  const { fixed, unseen: gone = [], counts, systemChange } = withUnseen(compare([], baseline), unseen);
  const { counts: lost, unseen: packages = 0 } = packageChanges(scan, baseline, unseen.package);
  const ids = (findings: typeof fixed) => findings.map(({ id }) => id);
  return { fixed: ids(fixed), unseen: ids(gone), counts, systemChange, lost: lost.lost, packages };
};

describe("what is not among the findings any more", () => {
  it("is fixed where the package went, and everything could be looked at", () => {
    expect(told(result([system("2.0", "debian-12.8")]))).toMatchObject({
      fixed: ["CVE-1", "CVE-2"],
      unseen: [],
      counts: { fixed: 2 },
      systemChange: undefined,
    });
  });

  it("is no longer seen where nobody could look at the system's packages", () => {
    expect(told(result([], gap("os-packages-missing")))).toMatchObject({
      fixed: ["CVE-2"],
      unseen: ["CVE-1"],
      counts: { fixed: 1, unseen: 1 },
      lost: 1,
      packages: 1,
    });
  });

  it("is no longer seen where its lock file could not be read, and no other's", () => {
    const now = [system("2.0", "debian-12.8")];
    expect(told(result(now, gap("packages-unreadable", "old/package-lock.json"))).unseen).toEqual(["CVE-2"]);
    expect(told(result(now, gap("packages-unreadable", "old"))).unseen).toEqual(["CVE-2"]);
    expect(told(result(now, gap("packages-unreadable", "new/package-lock.json"))).unseen).toEqual([]);
  });

  it("is no longer seen where the package stayed, and the system is called another", () => {
    expect(told(result([system("1.0", "debian-13.1")]))).toMatchObject({
      unseen: ["CVE-1"],
      systemChange: { from: "debian 12", to: "debian 13" },
    });
    expect(told(result([system("1.0", "3.22", "alpine")])).systemChange).toEqual({
      from: "debian 12",
      to: "alpine 3.22",
    });
  });

  it("is fixed by another system that brings other versions", () => {
    expect(told(result([system("2.0", "debian-13.1")]))).toMatchObject({
      fixed: ["CVE-1", "CVE-2"],
      systemChange: { from: "debian 12", to: "debian 13" },
    });
  });
});

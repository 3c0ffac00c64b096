import { describe, expect, it } from "vitest";
import { type Baseline, compare } from "../../../src/domain/change/comparison.ts";
import { packageChanges } from "../../../src/domain/change/package-changes.ts";
import { unseenIn, withUnseen } from "../../../src/domain/coverage/unseen.ts";
import type { Coverage, GapCode } from "../../../src/domain/coverage.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import type { InstalledPackage, ScanResult } from "../../../src/domain/target.ts";
import { makeFinding, makePackage, scanned } from "../make.ts";

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

const gap = (code: GapCode, path?: string): Partial<Coverage> => ({
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
  it("is fixed if the package went, and everything could be looked at", () => {
    expect(told(result([system("2.0", "debian-12.8")]))).toMatchObject({
      fixed: ["CVE-1", "CVE-2"],
      unseen: [],
      counts: { fixed: 2 },
      systemChange: undefined,
    });
  });

  it("is no longer seen if the system's packages could not be looked at", () => {
    expect(told(result([], gap("os-packages-missing")))).toMatchObject({
      fixed: ["CVE-2"],
      unseen: ["CVE-1"],
      counts: { fixed: 1, unseen: 1 },
      lost: 1,
      packages: 1,
    });
  });

  it("is no longer seen if its lock file could not be read, and no other's", () => {
    const now = [system("2.0", "debian-12.8")];
    expect(told(result(now, gap("packages-unreadable", "old/package-lock.json"))).unseen).toEqual(["CVE-2"]);
    expect(told(result(now, gap("packages-unreadable", "old"))).unseen).toEqual(["CVE-2"]);
    expect(told(result(now, gap("packages-unreadable", "new/package-lock.json"))).unseen).toEqual([]);
  });

  it("is no longer seen if the scanner's list lacks what the image has", () => {
    const now = [system("2.0", "debian-12.8")];
    expect(told(result(now, gap("packages-unaccounted", "old/package-lock.json"))).unseen).toEqual(["CVE-2"]);
    expect(told(result(now, gap("packages-unaccounted", "new/package-lock.json"))).unseen).toEqual([]);
    expect(told(result(now, gap("packages-unaccounted", "var/lib/dpkg/status"))).unseen).toEqual(["CVE-1"]);
    expect(told(result(now, gap("packages-unaccounted"))).unseen).toEqual(["CVE-1", "CVE-2"]);
    expect(told(result(now, gap("advisories-replaced", "usr/share/rapidfort/curated.json"))).unseen).toEqual(["CVE-1"]);
  });

  // Proves: hidden-not-fixed
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

describe("what could not be looked at", () => {
  const isUnseen = (scan: ScanResult, finding: Finding, before: Baseline = baseline) =>
    unseenIn(scan, before).finding(finding);
  const secret = (path?: string) => makeFinding({ kind: "secret", package: undefined, path });

  it.each<GapCode>(["sbom-packages-unread", "sbom-packages-missing", "versions-unreadable"])(
    "is everything of an SBOM with a gap %s, as it is unknown what it left out",
    (code) => {
      const scan = result([], gap(code));
      expect([inSystem, inLock, secret()].map((each) => isUnseen(scan, each))).toEqual([true, true, true]);
      expect(isUnseen(result([], gap("sbom-packages-unmatched")), inLock)).toBe(false);
    },
  );

  it.each<GapCode>([
    "os-unknown",
    "sbom-os-missing",
    "os-release-unknown",
    "os-mismatch",
    "os-packages-missing",
    "packages-skipped",
  ])("is the system's packages with a gap %s, and nothing else", (code) => {
    const scan = result([], gap(code, "old/package-lock.json"));
    expect(isUnseen(scan, inSystem)).toBe(true);
    expect([inLock, secret("old/package-lock.json")].map((each) => isUnseen(scan, each))).toEqual([false, false]);
  });

  it("is nothing if no coverage is known, or a gap is of another kind or names no file", () => {
    const untold = { ...result([]), coverage: undefined };
    for (const scan of [
      untold,
      result([]),
      result([], gap("packages-unreadable")),
      result([], gap("config-unreadable", "a")),
    ])
      expect([inSystem, inLock, secret("a"), secret()].map((each) => isUnseen(scan, each))).toEqual([
        false,
        false,
        false,
        false,
      ]);
  });

  it("is all that is in a file that could not be read, or below it", () => {
    const scan = result([], gap("packages-unreadable", "old"));
    expect(
      ["old", "old/key.pem", "older/key.pem", "very/old", undefined].map((path) => isUnseen(scan, secret(path))),
    ).toEqual([true, true, false, false, false]);
  });

  it("is not what a package of the same name and version outside the system has", () => {
    const twin: InstalledPackage = { ...system("1.0", "debian-13.1"), system: undefined };
    expect(isUnseen(result([system("2.0", "debian-13.1"), twin]), inSystem)).toBe(false);
    expect(isUnseen(result([system("2.0", "debian-13.1"), system("1.0", "debian-13.1")]), inSystem)).toBe(true);
  });

  it("leaves the comparison as it is if there is none of it", () => {
    const compared = compare([], baseline);
    expect(withUnseen(compared, unseenIn(result([system("2.0", "debian-12.8")]), baseline))).toEqual(compared);
  });
});

describe("the system before and now", () => {
  const change = (
    before: readonly InstalledPackage[],
    now: readonly InstalledPackage[],
    os?: ScanResult["artifact"]["os"],
  ) => {
    const scan = result(now);
    return unseenIn({ ...scan, artifact: { ...scan.artifact, os } }, { ...baseline, packages: before }).change;
  };
  const debian = [system("1.0", "debian-12.7")];

  it.each(["debian", "redhat", "centos", "rocky", "alma", "oracle", "amazon"])(
    "is the same for any update of one release of %s",
    (family) => {
      expect(change([system("1", `${family}-9.3`, family)], [system("2", `${family}-9.4`, family)])).toBeUndefined();
      expect(change([system("1", `${family}-9.3`, family)], [system("2", `${family}-10.0`, family)])).toEqual({
        from: `${family} 9`,
        to: `${family} 10`,
      });
    },
  );

  it.each([
    ["alpine", "3.22.1", "alpine 3.22"],
    ["ubuntu", "ubuntu-24.04", "ubuntu 24.04"],
    ["opensuse-leap", "opensuse-leap-15.6", "opensuse-leap 15.6"],
    ["fedora", "fedora-40", "fedora 40"],
    ["alpine", "edge", "alpine edge"],
    ["alpine", "edge3.22", "alpine edge3.22"],
    ["debian", "trixie%2Fsid", "debian trixie/sid"],
    ["debian", "sid12", "debian sid12"],
    ["debian", "debian-13.1%25", "debian 13"],
    ["amazon", "AMI%20release%202018.03", "amazon AMI release 2018.03"],
    ["photon", "", "photon"],
  ])("of %s with the distribution %s in its packages is reported as %s", (family, distro, told) => {
    expect(change(debian, [system("2", distro, family)])).toEqual({ from: "debian 12", to: told });
  });

  it.each([
    ["debian", "debian-12.8", "deb", "debian-12.9"],
    ["redhat", "redhat-9.3", "rpm", "rhel-9.4"],
    ["alpine", "3.22.1", "apk", "alpine-3.22.2"],
    ["amazon", "2023", "rpm", "amzn-2023"],
  ])("is the same if one scanner calls the packages %s's and another one names the package manager", (...row) => {
    const [family, distro, manager, named] = row;
    const [one, other] = [[system("1", distro, family)], [system("2", named, manager)]];
    expect(change(one, other)).toBeUndefined();
    expect(change(other, one)).toBeUndefined();
  });

  it("comes from the first package of the system with a package URL", () => {
    const mute: InstalledPackage = { ...system("1.0", "debian-13.1"), purl: undefined };
    const other: InstalledPackage = { ...system("1.0", "debian-13.1"), system: undefined };
    expect(change([mute, other, ...debian], [system("2.0", "debian-14.0")])).toEqual({
      from: "debian 12",
      to: "debian 14",
    });
    const plain: InstalledPackage = { ...system("2.0", ""), purl: "pkg:deb/debian/libssl3@2.0" };
    expect(change(debian, [plain])).toEqual({ from: "debian 12", to: "debian" });
  });

  it("is what the image names if no package tells, otherwise none that is known", () => {
    const os = { family: "debian", name: "13.1", endOfLife: false };
    expect(change(debian, [lodash], os)).toEqual({ from: "debian 12", to: "debian 13" });
    expect(change(debian, [lodash], { ...os, name: "12.9" })).toBeUndefined();
    expect(change(debian, [lodash])).toEqual({ from: "debian 12", to: "none that is known" });
    expect(change([lodash], debian, os)).toBeUndefined();
  });
});

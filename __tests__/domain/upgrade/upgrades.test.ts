import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding, Owner } from "../../../src/domain/finding.ts";
import { advisedVersions, clearingVersion, isOnlyOlder } from "../../../src/domain/upgrade/smallest-fix.ts";
import { compareVersions } from "../../../src/domain/versions/compare.ts";
import { cpuMs } from "../../support/patience.ts";
import { advisedFor, makeFinding, makePackage } from "../make.ts";

function inPackage(name: string, change: Partial<Finding> = {}, version = "1.0.0", type = "npm"): Finding {
  return makeFinding({ package: { name, version, type }, fixedVersions: ["1.0.1"], ...change });
}

const SPARKLY: Owner = { ecosystem: "Python", name: "sparkly", version: "2.3" };

describe("clearingVersion", () => {
  const npm = (installed: string, ...fixes: string[][]) => clearingVersion("npm", installed, fixes);

  it("is the largest of the fixes if each finding has one", () => {
    expect(npm("1.0.0", ["1.0.1"], ["1.10.0"], ["1.9.0"])).toBe("1.10.0");
    expect(clearingVersion("debian", "3.0.11-1", [["3.0.15-1~deb12u1"], ["3.0.13-1"]])).toBe("3.0.15-1~deb12u1");
  });

  it("is the smallest alternative above what is installed", () => {
    expect(npm("0.2.1", ["1.2.6", "0.2.4"])).toBe("0.2.4");
    expect(npm("1.0.0", ["1.2.6", "0.2.4"])).toBe("1.2.6");
    expect(npm("0.2.1", ["1.2.6", "0.2.4"], ["1.0.0"])).toBe("1.2.6");
    expect(npm("1.0.0", ["1.9.0", "1.10.0"])).toBe("1.9.0");
  });

  it("minds the branches: a version between two fixes clears nothing", () => {
    expect(npm("4.1.0", ["4.1.13", "4.2.7"], ["4.2.5"])).toBe("4.2.7");
    expect(npm("4.1.0", ["4.1.13", "4.2.7"], ["4.1.20"])).toBe("4.1.20");
    expect(npm("4.1.0", ["4.1.13", "4.10.7"], ["4.10.5"])).toBe("4.10.7");
    expect(npm("1.0.0", ["1.9.0", "10.2.0"], ["10.1.0"])).toBe("10.2.0");
    expect(npm("1.0.0", ["1.2.10", "1.3.0"], ["1.2.15"])).toBe("1.2.15");
    expect(npm("1.0.0", ["1.9", "2"], ["2-rc.1"])).toBe("2");
    expect(clearingVersion("debian", "1", [["z1", "z3"], ["z2"]])).toBe("z3");
    expect(npm("6.0.0", ["7.0.0"], ["7.5.2", "6.3.1"])).toBe("7.5.2");
    expect(npm("6.0.0", ["6.4.0"], ["7.5.2", "6.3.1"])).toBe("6.4.0");
    expect(npm("3.2.0", ["3.2.23", "4.1.13", "4.2.7"], ["4.1.10"])).toBe("4.1.13");
    expect(npm("1.0.0", ["1.5.3", "2.0.1"], ["1.9.0"])).toBe("1.9.0");
    expect(npm("1.0.0", ["1.5.3", "2.0.1"], ["2.0.0"])).toBe("2.0.1");
    expect(npm("1.0.0", ["1.5.3", "3.0.1"], ["2.0.0"])).toBe("3.0.1");
    expect(npm("1.0.0", ["1.5.3", "v2.0.1"], ["v1.9.0"])).toBe("v1.9.0");
    expect(npm("4.0.0", ["4.1.13", "4.2.7"], ["4.0.5"])).toBe("4.1.13");
    expect(npm("4.0.0", ["4.1.13", "4.2.7", "5.0.0"], ["4.3.0"])).toBe("4.3.0");
  });

  it("takes a branch by whole numbers from the front, however many they are", () => {
    expect(npm("1.0.0", ["1.9.0", "20.2.0"], ["10.1.0"])).toBe("20.2.0");
    expect(npm("1.0.0", ["1.1.9", "1.20.3"], ["1.15.0"])).toBe("1.20.3");
    expect(clearingVersion("pip", "4.10.1.0", [["4.10.1.3", "4.10.2.7"], ["4.10.1.9"]])).toBe("4.10.1.9");
    expect(clearingVersion("debian", "1", [["z1.1", "z2.1"], ["z1.5"]])).toBe("z2.1");
    expect(clearingVersion("debian", "~1", [["~5", "3"], ["~7"]])).toBe("3");
  });

  it("needs no order if all name one version", () => {
    expect(clearingVersion("other", "r1", [["r2"], ["r2"]])).toBe("r2");
    expect(npm("what?", ["1.0.1"])).toBe("1.0.1");
  });

  it("is not known if the order is not", () => {
    expect(clearingVersion("other", "r1", [["r2"], ["r3"]])).toBeUndefined();
    expect(npm("what?", ["1.0.1"], ["1.0.2"])).toBeUndefined();
    expect(npm("1.0.0", ["1.0.1"], ["~> 5"])).toBeUndefined();
    expect(npm("1.0.0", ["1.0.1"], ["1.0.2", "?"])).toBeUndefined();
    expect(npm("1.0.0", ["?", "1.0.1"], ["1.0.2"])).toBeUndefined();
  });

  it("is not known if a finding's fixes are all older than what is installed", () => {
    expect(npm("2.0.0", ["1.0.1"])).toBeUndefined();
    expect(npm("2.0.0", ["2.0"])).toBeUndefined();
    expect(npm("2.0.0", ["1.0.1"], ["2.0.1"])).toBeUndefined();
    expect(npm("2.0.0", ["2.0"], ["2.0.1"])).toBeUndefined();
    expect(npm("2.0.0", ["2.0.0", "1.0.0"])).toBeUndefined();
  });

  it("takes versions that mean the same for one", () => {
    expect(npm("1.0.0", ["1.1"], ["1.1.0"], ["1.1.0+x"])).toBe("1.1");
    expect(npm("1.0", ["1.0.0", "1.0.1"])).toBe("1.0.1");
    expect(npm("1.0.0", ["2.0", "3.0.0"], ["2.0.0"])).toBe("2.0");
    expect(npm("1.0.0", ["2.0.0"], ["2.0"])).toBe("2.0");
    expect(npm("1.0.0", ["2.0"], ["2.0.0"])).toBe("2.0");
    expect(npm("1.0.0", ["V1.5.0", "V2.0.1"], ["V1.9.0"])).toBe("V1.9.0");
  });

  const version = fc
    .tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 3 }))
    .map((numbers) => numbers.join("."));
  const fixes = fc.array(fc.uniqueArray(version, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 });

  it("is one of the named versions, above the installed one, and no older than a fix of each finding", () => {
    fc.assert(
      fc.property(fixes, (lists) => {
        const found = npm("0.0.0-0", ...lists);
        expect(lists.flat()).toContain(found);
        for (const list of lists) {
          const order = list.map((fix) => compareVersions("npm", found ?? "", fix) ?? Number.NaN);
          expect(order.some((one) => one >= 0)).toBe(true);
        }
      }),
    );
  });

  it("does not depend on the order of findings and alternatives", () => {
    fc.assert(
      fc.property(version, fixes, (installed, lists) => {
        const turned = lists.map((list) => list.toReversed()).toReversed();
        expect(npm(installed, ...turned)).toBe(npm(installed, ...lists));
      }),
    );
  });

  it("is quick for thousands of findings", () => {
    const lists = Array.from({ length: 20_000 }, (_, index) => [`1.${index}.0`, `2.${index % 7}.0`]);
    const start = cpuMs();
    expect(npm("1.0.0-0", ...lists)).toBe("1.19999.0");
    expect(cpuMs() - start).toBeLessThan(5000);
  });
});

describe("advisedVersions", () => {
  it("is the smallest one above the installed one, however the fixes are listed", () => {
    expect(advisedVersions("npm", "0.2.1", ["1.2.6", "0.2.4"])).toEqual(["0.2.4"]);
    expect(advisedVersions("jar", "2.14.1", ["2.15.0", "2.12.2", "2.3.1"])).toEqual(["2.15.0"]);
    expect(advisedVersions("debian", "1.0-1", ["1.0-2"])).toEqual(["1.0-2"]);
  });

  it("is all that may be newer if their order is not known, and none if all are older", () => {
    expect(advisedVersions("other", "r1", ["r3", "r2"])).toEqual(["r3", "r2"]);
    expect(advisedVersions("npm", "2.0.0", ["1.9.0", "x", "3.0.0"])).toEqual(["x", "3.0.0"]);
    expect(advisedVersions("npm", "2.0.0", ["1.9.0", "1.8.0"])).toEqual([]);
    expect(advisedVersions("npm", "2.0.0", ["1.9.0"])).toEqual([]);
    expect(advisedVersions("npm", "2.0.0", [])).toEqual([]);
  });
});

it("fixes are only older if each is known not to be newer", () => {
  expect(isOnlyOlder("npm", "2.0.0", ["1.0.0", "2.0"])).toBe(true);
  expect(isOnlyOlder("npm", "2.0.0", ["1.0.0", "2.0.1"])).toBe(false);
  expect(isOnlyOlder("npm", "2.0.0", ["1.0.0", "?"])).toBe(false);
  expect(isOnlyOlder("npm", "2.0.0", [])).toBe(true);
});

describe("what the advisories advise", () => {
  it("groups a package's findings to one upgrade", () => {
    const layer = { diffId: "sha256:a", number: 2 };
    const findings = [
      inPackage("lodash", { id: "CVE-1", severity: "CRITICAL", path: "app/a", layer }),
      inPackage("lodash", { id: "CVE-2", fixedVersions: ["1.2.0"], path: "app/b", layer }),
      inPackage("lodash", { id: "CVE-2", fixedVersions: ["1.2.0"], path: "app/a", layer }),
    ].map((each) => ({ ...each, package: { ...each.package, type: "gobinary" } }) as Finding);
    expect(advisedFor(findings)).toMatchObject({
      upgrades: [
        {
          package: "lodash",
          type: "gobinary",
          from: "1.0.0",
          to: "1.2.0",
          alternatives: [],
          clears: 3,
          ids: ["CVE-1", "CVE-2"],
          bySeverity: { CRITICAL: 1, HIGH: 2, MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
          owner: undefined,
          layer,
          paths: ["app/a", "app/b"],
          chains: [],
        },
      ],
      noFix: [],
    });
  });

  it("keeps versions, types, owners and places apart", () => {
    const findings = [
      inPackage("a"),
      inPackage("a", {}, "0.9.0"),
      inPackage("a", {}, "1.0.0", "pip"),
      inPackage("a", { owner: SPARKLY }),
      inPackage("a", { owner: { ...SPARKLY, name: "other" } }),
      inPackage("a", { owner: { ...SPARKLY, ecosystem: "Node.js" } }),
      inPackage("a", { owner: { ...SPARKLY, version: "2.4" } }),
      inPackage("a", { id: "CVE-2024-0002" }),
      inPackage("a", { path: "web/package-lock.json" }),
      inPackage("a", { path: "api/package-lock.json" }),
    ];
    const { upgrades } = advisedFor(findings);
    expect(upgrades.map(({ clears }) => clears)).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("names the package that bundles it", () => {
    const jar = inPackage(
      "log4j-core",
      { owner: SPARKLY, path: "sparkly/log4j.jar", fixedVersions: ["2.15.0"] },
      "2.14.1",
      "jar",
    );
    expect(advisedFor([jar]).upgrades[0]).toMatchObject({ owner: SPARKLY, paths: ["sparkly/log4j.jar"] });
    expect(advisedFor([{ ...jar, fixedVersions: [] }]).noFix[0]).toMatchObject({ owner: SPARKLY });
  });

  it("names a layer only if it is one and the same", () => {
    const at = (diffId?: string) => inPackage("a", { layer: diffId === undefined ? undefined : { diffId } });
    expect(advisedFor([at("x"), at("x")]).upgrades[0]?.layer).toEqual({ diffId: "x" });
    expect(advisedFor([at()]).upgrades[0]).toMatchObject({ layer: undefined, paths: [] });
    expect(advisedFor([at("x"), at("y")]).upgrades[0]?.layer).toBeUndefined();
    expect(advisedFor([at("x"), at()]).upgrades[0]?.layer).toBeUndefined();
    expect(advisedFor([at(), at("x")]).upgrades[0]?.layer).toBeUndefined();
  });

  it("lists the alternatives if the order is not known", () => {
    const findings = [
      inPackage("a", { fixedVersions: ["r3", "r2"] }, "r1", "other"),
      inPackage("a", { fixedVersions: ["r2"] }, "r1", "other"),
    ];
    expect(advisedFor(findings).upgrades).toMatchObject([{ to: undefined, alternatives: ["r3", "r2"], clears: 2 }]);
  });

  it("says so if all fixes are older than what is installed", () => {
    const plan = advisedFor([
      inPackage("a", { fixedVersions: ["1.9.0", "2.0.0"] }, "2.0.0"),
      inPackage("a", { fixedVersions: ["2.1.0", "1.9.0"] }, "2.0.0"),
    ]);
    expect(plan.upgrades).toMatchObject([{ package: "a", to: "2.1.0", clears: 1 }]);
    expect(plan.noFix).toMatchObject([{ package: "a", status: "fixed in older versions only", count: 1 }]);
  });

  it("names the chain that brings a package in, one for each lock file", () => {
    const listed = (path: string, name: string, relationship: string, ...dependsOn: string[]) => ({
      name,
      version: "1.0.0",
      type: "npm",
      path,
      id: name,
      relationship,
      dependsOn,
    });
    const packages = [
      listed("a/package-lock.json", "express", "direct", "qs"),
      listed("a/package-lock.json", "qs", "indirect"),
      listed("b/package-lock.json", "body-parser", "direct", "qs"),
      listed("b/package-lock.json", "qs", "indirect"),
    ];
    const findings = [
      inPackage("qs", { path: "a/package-lock.json" }),
      inPackage("qs", { path: "b/package-lock.json" }),
      inPackage("express", { path: "a/package-lock.json" }),
    ];
    const chains = advisedFor(findings, packages).upgrades.map((upgrade) => [
      upgrade.package,
      ...upgrade.chains.map(({ path, packages }) => [path, ...packages.map(({ name }) => name)]),
    ]);
    expect(chains).toEqual([
      ["express"],
      ["qs", ["a/package-lock.json", "express", "qs"]],
      ["qs", ["b/package-lock.json", "body-parser", "qs"]],
    ]);
  });

  it("says what has no fix, by the vendor's word", () => {
    const none = { fixedVersions: [] };
    const findings = [
      inPackage("zlib1g", { ...none, status: "will_not_fix", id: "CVE-1", severity: "CRITICAL" }),
      inPackage("zlib1g", { ...none, status: "affected", id: "CVE-2" }),
      inPackage("zlib1g", { ...none, status: "affected", id: "CVE-2", path: "x" }),
      inPackage("zlib1g", { id: "CVE-3" }),
    ];
    const plan = advisedFor(findings);
    expect(plan.upgrades).toMatchObject([{ package: "zlib1g", clears: 1, ids: ["CVE-3"] }]);
    expect(plan.noFix).toEqual([
      {
        package: "zlib1g",
        type: "npm",
        version: "1.0.0",
        status: "will_not_fix",
        count: 1,
        ids: ["CVE-1"],
        bySeverity: { CRITICAL: 1, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
        owner: undefined,
      },
      {
        package: "zlib1g",
        type: "npm",
        version: "1.0.0",
        status: "affected",
        count: 2,
        ids: ["CVE-2"],
        bySeverity: { CRITICAL: 0, HIGH: 2, MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
        owner: undefined,
      },
    ]);
  });

  it("puts first what clears most, then what clears the more severe, then goes by name", () => {
    const findings = [
      inPackage("low", { severity: "LOW" }),
      inPackage("b"),
      inPackage("a"),
      inPackage("two"),
      inPackage("two"),
      inPackage("critical", { severity: "CRITICAL" }),
      inPackage("both", { severity: "CRITICAL" }),
      inPackage("both"),
    ];
    expect(advisedFor(findings).upgrades.map((upgrade) => upgrade.package)).toEqual([
      "both",
      "two",
      "critical",
      "a",
      "b",
      "low",
    ]);
  });

  it("leaves out what no upgrade helps", () => {
    const findings = [
      makeFinding({ kind: "secret", package: undefined }),
      makeFinding({ kind: "license", package: makePackage() }),
      makeFinding({ package: undefined }),
    ];
    expect(advisedFor(findings)).toEqual({ upgrades: [], noFix: [] });
  });

  it("puts first of what has no fix what is most severe", () => {
    const none = { fixedVersions: [] };
    const plan = advisedFor([inPackage("a", none), inPackage("b", { ...none, severity: "CRITICAL" })]);
    expect(plan.noFix.map((one) => one.package)).toEqual(["b", "a"]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidatesOf, chooseVersion } from "../../../../src/domain/upgrade/proof/candidates.ts";
import { compareVersions } from "../../../../src/domain/versions/compare.ts";

const versions = fc.array(
  fc.tuple(fc.nat(5), fc.nat(9), fc.nat(9)).map((numbers) => numbers.join(".")),
  { maxLength: 120 },
);

describe("the versions to choose from", () => {
  it("are those above what is installed, lowest first, each once", () => {
    expect(candidatesOf("npm", ["1.0.0"], ["1.10.0", "0.9.0", "1.9.0", "1.10.0", "1.0.0"])).toEqual([
      "1.9.0",
      "1.10.0",
    ]);
  });

  it("are above every member of a family", () => {
    expect(candidatesOf("maven", ["5.2.0", "5.3.1"], ["5.2.20", "5.3.18", "6.0.0"])).toEqual(["5.3.18", "6.0.0"]);
  });

  it("are only those that can be compared: in others the scanner finds nothing, whatever they have", () => {
    expect(candidatesOf("npm", ["1.0.0"], ["4.x", "2.0.0"])).toEqual(["2.0.0"]);
    expect(candidatesOf("npm", ["what?"], ["2.0.0"])).toEqual([]);
    expect(candidatesOf("other", ["r1"], ["r2", "r3"])).toEqual([]);
  });

  it("are not pre-releases, unless there is nothing else, or it is a distribution that calls them so", () => {
    const named = ["2.0.0-rc1", "2.0.0-beta.3", "2.0.0.M1", "2.0.0a2", "2.0.0-20240101000000-abcdef123456"];
    const releases = ["5.3.20.RELEASE", "2.10.0.Final", "6.0.0-jre", "1.0.0-alphabetical"];
    for (const version of named.slice(0, 4))
      expect(candidatesOf("maven", ["1.0.0"], [version, "3.0.0"]), version).toEqual(["3.0.0"]);
    for (const version of releases)
      expect(candidatesOf("maven", ["0.9.0"], [version, "9.0.0"]), version).toContain(version);
    expect(candidatesOf("go", ["1.0.0"], [named[4] as string, "3.0.0"])).toEqual([named[4], "3.0.0"]);
    expect(candidatesOf("npm", ["1.0.0"], ["2.0.0-rc1"])).toEqual(["2.0.0-rc1"]);
    expect(candidatesOf("debian", ["1.1-1"], ["1.2~rc1-3", "1.3-1"])).toEqual(["1.2~rc1-3", "1.3-1"]);
  });

  it("are at most 40: the preferred one, and those above it; else the highest", () => {
    const named = Array.from({ length: 100 }, (_, index) => `1.${index}.0`);
    expect(candidatesOf("npm", ["0.1.0"], named, () => "1.30.0")).toEqual(named.slice(30, 70));
    expect(candidatesOf("npm", ["0.1.0"], named, () => "1.90.0")).toEqual(named.slice(60));
    expect(candidatesOf("npm", ["0.1.0"], named)).toEqual(named.slice(60));
  });

  it("do not depend on the order in which they are named, and are always in order and bounded", () => {
    fc.assert(
      fc.property(versions, versions, fc.nat(119), (named, installed, at) => {
        const preferred = named[at];
        const made = candidatesOf("npm", installed, named, () => preferred);
        expect(candidatesOf("npm", installed.toReversed(), named.toReversed(), () => preferred)).toEqual(made);
        expect(made.length).toBeLessThanOrEqual(40);
        const above = (a: string, b: string) => (compareVersions("npm", a, b) ?? 0) > 0;
        for (const [index, version] of made.entries()) {
          expect(installed.every((each) => above(version, each))).toBe(true);
          if (index > 0) expect(above(version, made[index - 1] as string)).toBe(true);
        }
        if (preferred !== undefined && installed.every((each) => above(preferred, each)))
          expect(made).toContain(preferred);
      }),
    );
  });
});

const candidate = fc.record({
  failing: fc.nat(3),
  bySeverity: fc.record({
    CRITICAL: fc.nat(2),
    HIGH: fc.nat(2),
    MEDIUM: fc.nat(1),
    LOW: fc.nat(1),
    UNKNOWN: fc.nat(1),
  }),
});

describe("the choice", () => {
  it("is the lowest without a failing finding, though a higher one has none either", () => {
    const none = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
    const all = [2, 0, 0].map((failing, index) => ({ version: `${index}`, failing, bySeverity: none }));
    expect(chooseVersion(all)?.version).toBe("1");
    expect(chooseVersion([])).toBeUndefined();
  });

  it("never has more failing findings than another version, and is the lowest of those that are as good", () => {
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 40 }), (each) => {
        const all = each.map((one, index) => ({ ...one, version: String(index) }));
        const best = chooseVersion(all);
        for (const other of all) expect(best?.failing).toBeLessThanOrEqual(other.failing);
        const alike = all.filter(
          ({ failing, bySeverity }) =>
            failing === best?.failing && JSON.stringify(bySeverity) === JSON.stringify(best.bySeverity),
        );
        expect(best).toBe(alike[0]);
      }),
    );
  });
});

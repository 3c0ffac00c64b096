import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advisedVersions,
  clearingVersion,
  isOnlyOlder,
  type Part,
  suggestedVersions,
} from "../../../src/domain/upgrade/smallest-fix.ts";
import { compareVersions } from "../../../src/domain/versions/compare.ts";
import { cpuMs } from "../../support/runs/patience.ts";

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

  it("identifies a branch by its leading numbers, of any count", () => {
    expect(npm("1.0.0", ["1.9.0", "20.2.0"], ["10.1.0"])).toBe("20.2.0");
    expect(npm("1.0.0", ["1.1.9", "1.20.3"], ["1.15.0"])).toBe("1.20.3");
    expect(clearingVersion("pip", "4.10.1.0", [["4.10.1.3", "4.10.2.7"], ["4.10.1.9"]])).toBe("4.10.1.9");
    expect(clearingVersion("debian", "1", [["z1.1", "z2.1"], ["z1.5"]])).toBe("z2.1");
    expect(clearingVersion("debian", "~1", [["~5", "3"], ["~7"]])).toBe("3");
  });

  it("is not known if the order is not", () => {
    expect(clearingVersion("other", "r1", [["r2"], ["r3"]])).toBeUndefined();
    expect(npm("what?", ["1.0.1"], ["1.0.2"])).toBeUndefined();
    expect(npm("1.0.0", ["1.0.1"], ["~> 5"])).toBeUndefined();
  });

  it("passes over a fix that cannot be compared if the finding has another one", () => {
    expect(npm("1.0.0", ["1.0.1"], ["1.0.2", "?"])).toBe("1.0.2");
    expect(npm("1.0.0", ["?", "1.0.1"], ["1.0.2"])).toBe("1.0.2");
  });

  it("is a release, as in the fix plan, unless only a pre-release has the fix", () => {
    expect(npm("1.0.0", ["2.0.0-rc.1", "2.0.0"])).toBe("2.0.0");
    expect(npm("1.0.0", ["2.0.0-rc.1"])).toBe("2.0.0-rc.1");
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
    expect(advisedVersions("other", "r1", ["r2"])).toEqual(["r2"]);
    expect(advisedVersions("npm", "what?", ["1.0.1"])).toEqual(["1.0.1"]);
    expect(advisedVersions("npm", "2.0.0", ["1.9.0", "x"])).toEqual(["x"]);
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

describe("the versions that advisories suggest", () => {
  const part = (installed: string, failing: string[][], others: string[][] = []): Part => {
    return { installed, failing, open: [...failing, ...others] };
  };
  const npm = (...args: Parameters<typeof part>) => suggestedVersions("npm", [part(...args)]);

  it("are the lowest that clears everything open in the line, the lowest for the gate, and the highest of all", () => {
    expect(npm("1.0.0", [["1.1.0"], ["1.2.0"]], [["1.4.0"], ["2.0.0"]])).toEqual(["1.2.0", "1.4.0", "2.0.0"]);
    expect(npm("2.14.1", [["2.15.0", "2.3.1"], ["2.16.0", "2.12.2"], ["2.17.0"]], [["2.17.1"]])).toEqual([
      "2.17.0",
      "2.17.1",
    ]);
  });

  it("are in the next line if the installed one has no fix for the gate, and in no higher one for the rest", () => {
    expect(npm("1.0.0", [["1.1.0"], ["2.0.0"]], [["2.3.0"], ["3.0.0"]])).toEqual(["2.0.0", "2.3.0", "3.0.0"]);
    expect(npm("0.2.1", [["0.2.4"]], [["0.3.0"]])).toEqual(["0.2.4", "0.3.0"]);
  });

  it("are of one line in a distribution: the release's", () => {
    const chromium = [part("120.0-1~deb12u1", [["120.0-2~deb12u1"]], [["121.0-1~deb12u1"]])];
    expect(suggestedVersions("debian", chromium)).toEqual(["120.0-2~deb12u1", "121.0-1~deb12u1"]);
  });

  it("are above every member of a family", () => {
    const spring = [part("5.2.0", [["5.2.20"], ["5.3.18"]]), part("5.3.1", [["5.3.18"]], [["6.0.0"]])];
    expect(suggestedVersions("maven", spring)).toEqual(["5.3.18", "6.0.0"]);
  });

  it("do what can be done: a finding without a fix above the installed version decides nothing", () => {
    expect(npm("1.0.0", [["0.9.0"], [], ["1.1.0"]])).toEqual(["1.1.0"]);
    expect(npm("1.0.0", [[]], [["1.2.0"]])).toEqual(["1.2.0"]);
    expect(npm("2.0.0", [["1.0.1"]])).toEqual([]);
    expect(npm("2.0.0", [[]])).toEqual([]);
  });

  it("are only those that can be compared: in others the scanner finds nothing, whatever they have", () => {
    expect(npm("1.0.0", [["4.x", "2.0.0"]])).toEqual(["2.0.0"]);
    expect(npm("what?", [["2.0.0"]])).toEqual([]);
    expect(suggestedVersions("other", [part("r1", [["r2"], ["r3"]])])).toEqual([]);
  });

  it("are not pre-releases, unless there is nothing else, or it is a distribution that calls them so", () => {
    const maven = (installed: string, ...named: string[]) =>
      suggestedVersions("maven", [
        part(
          installed,
          named.map((version) => [version]),
        ),
      ]);
    for (const version of ["2.0.0-rc1", "2.0.0-beta.3", "2.0.0.M1", "2.0.0a2"])
      expect(maven("1.0.0", version, "3.0.0"), version).toEqual(["3.0.0"]);
    for (const version of ["5.3.20.RELEASE", "2.10.0.Final", "6.0.0-jre", "1.0.0-alphabetical"])
      expect(maven("0.9.0", version), version).toEqual([version]);
    expect(npm("1.0.0", [["2.0.0-rc1"]])).toEqual(["2.0.0-rc1"]);
    expect(suggestedVersions("debian", [part("1.1-1", [["1.2~rc1-3"]], [["1.3-1"]])])[0]).toBe("1.2~rc1-3");
  });

  const version = fc.tuple(fc.nat(2), fc.nat(3), fc.nat(3)).map((numbers) => numbers.join("."));
  const lists = fc.array(fc.uniqueArray(version, { maxLength: 3 }), { maxLength: 6 });

  it("do not depend on the order of findings and fixes, and are in order above what is installed", () => {
    fc.assert(
      fc.property(version, lists, lists, (installed, failing, others) => {
        const turned = (some: string[][]) => some.map((list) => list.toReversed()).toReversed();
        const found = npm(installed, failing, others);
        expect(npm(installed, turned(failing), turned(others))).toEqual(found);
        const order = (a: string, b: string) => compareVersions("npm", a, b) ?? Number.NaN;
        expect(found).toEqual(found.toSorted(order));
        for (const each of found) expect(order(each, installed)).toBeGreaterThan(0);
      }),
    );
  });

  it("are found quickly for thousands of findings", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => [`1.${index}.0`, `2.${index % 7}.0`]);
    const start = cpuMs();
    expect(npm("1.0.0-0", many)[0]).toBe("1.19999.0");
    expect(cpuMs() - start).toBeLessThan(5000);
  });
});

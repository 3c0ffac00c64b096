import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../../../src/domain/versions/compare.ts";
import { cpuMs } from "../../support/runs/patience.ts";

/** Checks `a < b`, `a = b` or `a ? b` (not known) in both directions. */
function expectOrder(type: string, relation: string): void {
  const [a = "", sign, b = ""] = relation.split(" ");
  const order = compareVersions(type, a, b);
  const back = compareVersions(type, b, a);
  if (sign === "?") expect([order, back]).toEqual([undefined, undefined]);
  else expect([Math.sign(order ?? Number.NaN), Math.sign(back ?? Number.NaN)]).toEqual(sign === "<" ? [-1, 1] : [0, 0]);
}

/** Checks that each version is older than all that follow. */
function expectAscending(type: string, versions: readonly string[]): void {
  versions.forEach((older, index) => {
    for (const newer of versions.slice(index + 1)) expectOrder(type, `${older} < ${newer}`);
  });
}

describe("Debian's order", () => {
  // From deb-version(7), dpkg's own tests, and advisories.
  it.each([
    "9:1.0 < 10:1.0",
    "1.0 = 1.0",
    "1.0 < 1.1",
    "1.2 < 1.11",
    "1.0~ < 1.0",
    "1.0~~ < 1.0~",
    "1.0~~a < 1.0~",
    "1.0~rc1 < 1.0",
    "1.0 < 1.0a",
    "1.0a < 1.0+",
    "1.0Z < 1.0a",
    "1.0-1 < 1.0a",
    "0:1.0 = 1.0",
    "2.0 < 1:1.0",
    "1:2.0 < 2:1.0",
    "1.0-1 < 1.0-2",
    "1.0 = 1.0-0",
    "1.0 < 1.0-1",
    "1.0-1-2 < 1.0-2-1",
    "1.0.2 < 1.0.10",
    "1.00 = 1.0",
    "1.0-0 = 1.0-00",
    "1:1:0 < 1:1:1",
    "3.0.11-1~deb12u2 < 3.0.15-1~deb12u1",
    "2.5.0-1 < 2.5.0-1+deb12u2",
    "1.0-1+b1 < 1.0-1.1",
    "99999999999999999998 < 99999999999999999999",
    "1_0 ? 1",
    " ? 1",
    "1:x:y- ? 1",
    "a:1 = a:1",
    "x- ? 1",
    "1.0/2 ? 1",
  ])("%s", (relation) => {
    expectOrder("debian", relation);
  });
});

describe("RPM's order", () => {
  // rpmvercmp's table from the RPM project's test suite.
  it.each([
    "9:1.0 < 10:1.0",
    "1.0^x < 1.0a",
    "1.0 = 1.0",
    "1.0 < 2.0",
    "2.0 < 2.0.1",
    "2.0.1 < 2.0.1a",
    "5.5p1 < 5.5p2",
    "5.5p1 < 5.5p10",
    "10xyz < 10.1xyz",
    "xyz10 < xyz10.1",
    "xyz.4 < 8",
    "xyz.4 < 2",
    "5.5p2 < 5.6p1",
    "5.6p1 < 6.5p1",
    "6.0 < 6.0.rc1",
    "10a2 < 10b2",
    "10a1 < 10b2",
    "1.0a < 1.0aa",
    "10.0001 = 10.1",
    "10.0001 < 10.0039",
    "4.999.9 < 5.0",
    "20101121 < 20101122",
    "2.0 = 2_0",
    "a+ = a_",
    "+a = _a",
    "+ = _",
    "1.0~rc1 < 1.0",
    "1.0~rc1 < 1.0~rc2",
    "1.0~rc1~git123 < 1.0~rc1",
    "1.0 < 1.0^",
    "1.0^ < 1.0^git1",
    "1.0^git1 < 1.0^git2",
    "1.0^git1 < 1.01",
    "1.0^20160101 < 1.0.1",
    "1.0~rc1 < 1.0~rc1^git1",
    "1.0^git1~pre < 1.0^git1",
    "0:1.0 = 1.0",
    "9.9 < 1:1.0",
    "1.0-1 < 1.0-2",
    "1.0-9 < 1.1-1",
    "1:1.0-1.el9 < 1:1.0-1.el9_2",
    "3.0.7-24.el9 < 3.0.7-27.el9",
    "1.0-1 ? 1.0",
    "1.0 < 1.1-1",
    "1.0 ? 1.0(x)",
    "1-2-3 ? 1",
    " ? 1",
  ])("%s", (relation) => {
    expectOrder("rpm", relation);
  });
});

describe("apk's order", () => {
  // From the test data of apk-tools.
  it.each([
    "0.1.0_alpha < 2.34",
    "0.1.0_alpha = 0.1.0_alpha",
    "0.1.0_alpha < 0.1.3_alpha",
    "0.1.0_alpha < 0.1.0_alpha2",
    "1.0.4-r3 < 1.0.4-r4",
    "1.0.2 < 1.6",
    "1.1_alpha1 < 1.1",
    "1.3_alpha < 1.3_alpha2",
    "2.3.0b-r1 < 2.3.0b-r2",
    "0.12 < 0.12.3",
    "1.06-r6 < 006",
    "1.0.0 < 006",
    "3.1_p16 < 3.1_p17",
    "1.02 < 1.03-r1",
    "1.02.07 < 1.02.10-r1",
    "1.02 < 1.1",
    "1.05-r18 < 1.05-r19",
    "2.01.01_alpha10 < 2.02",
    "0.0.16 < 0.6",
    "9.3.4 < 9.3.4-r2",
    "1.6.8_p9-r2 < 1.6.8_p12-r1",
    "1.8.5 < 1.8.5_p2",
    "0.9.8c-r1 < 0.9.8d",
    "2.5.1-r8 < 2.5.1a-r1",
    "1.7 < 1.7b",
    "6b-r7 < 6.1",
    "0.10.1_rc1 < 0.10.1",
    "3.9_pre20060124 < 3.9",
    "4.5_p1 < 4.5_p1-r1",
    "1.3-r0 < 1.3.1-r0",
    "1.3_pre1-r1 < 1.3.2",
    "1.0_p9-r0 < 1.0_p10-r0",
    "0.1.0_alpha_pre2 < 0.1.0_alpha",
    "1.0.0_pre20191002222144-r0 < 1.0.0_pre20210530193627-r0",
    "1.0 < 1.0-r0",
    "1.0_p < 1.0_p0",
    "1.1_p1 < 1.1.1",
    "1.1a_p1 < 1.1b",
    "1.9.0 < 1.10",
    "23_foo ? 4_beta",
    "1.0bc ? 1.0",
    "1.0-r ? 1.0",
    "1.0- ? 1.0",
    "1..0 ? 1.0",
    "1.0~abc ? 1.0",
    "x1.0 ? 1.0",
    "1.0A ? 1.0",
  ])("%s", (relation) => {
    expectOrder("alpine", relation);
  });

  it("has all suffixes in order", () => {
    const suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
    expectAscending(
      "alpine",
      suffixes.map((suffix) => (suffix === "" ? "1.0" : `1.0_${suffix}`)),
    );
  });
});

describe("SemVer's order", () => {
  it("follows the specification's example", () => {
    expectAscending("npm", [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
      "2.0.0",
      "2.1.0",
      "2.1.1",
      "10.0.0",
    ]);
  });

  it.each([
    "1.0.0+build = 1.0.0",
    "1.0.0-a+x.y = 1.0.0-a",
    "v1.2.3 = 1.2.3",
    "V1 = 1.0.0",
    "1.2 = 1.2.0",
    "1.2.3 < 1.2.3.1",
    "1.2.3 = 1.2.3.0",
    "1.0.0-1 < 1.0.0-a",
    "1.0.0-1 < 1.0.0-10",
    "1.0.0-1a < 1.0.0-a",
    "1.0.0-A < 1.0.0-a",
    "v0.0.0-20210101000000-abcdef123456 < v0.0.0-20220101000000-000000000000",
    "1.2.3.4.5 ? 1.2.3",
    "1.0.0- ? 1.0.0",
    "1.0.0-a..b ? 1.0.0",
    "1.0.0-a_b ? 1.0.0",
    "1.x ? 1.0",
    ">=1.0 ? 1.0",
    "1.0.0+ ? 1.0.0",
    "1.0.0+a_b ? 1.0.0",
    "(devel) ? 1.0.0",
    " ? 1",
  ])("%s", (relation) => {
    expectOrder("npm", relation);
  });
});

describe("Python's order", () => {
  it("follows PEP 440's example and its summary", () => {
    expectAscending("pypi", [
      "1.0.dev456",
      "1.0a1",
      "1.0a2.dev456",
      "1.0a12.dev456",
      "1.0a12",
      "1.0b1.dev456",
      "1.0b2",
      "1.0b2.post345.dev456",
      "1.0b2.post345",
      "1.0rc1.dev456",
      "1.0rc1",
      "1.0",
      "1.0+abc.5",
      "1.0+abc.7",
      "1.0+5",
      "1.0.post456.dev34",
      "1.0.post456",
      "1.0.15",
      "1.1.dev1",
      "1!0.1",
    ]);
  });

  it.each([
    "9!1.0 < 10!1.0",
    "1.0-9 < 1.0-10",
    "9.1 < 10.1",
    "1.0 = 1",
    "1.0 = v1.0.0",
    "1.0 = V1.0",
    "1.0alpha1 = 1.0a1",
    "1.0-Alpha_1 = 1.0a1",
    "1.0a = 1.0a0",
    "1.0.beta.2 = 1.0b2",
    "1.0c1 = 1.0rc1",
    "1.0pre1 = 1.0rc1",
    "1.0preview1 = 1.0rc1",
    "1.0-1 = 1.0.post1",
    "1.0.rev1 = 1.0.post1",
    "1.0-r1 = 1.0.post1",
    "1.0post = 1.0.post0",
    "1.0DEV = 1.0.dev0",
    "1.0-dev_3 = 1.0.dev3",
    "1.0+ABC-1 = 1.0+abc.1",
    "1.0+abc = 1.0+abc",
    "1.0 < 1.0+0",
    "1.0+a < 1.0+a.1",
    "1.0+a < 1.0+1",
    "1.0+1.9 < 1.0+1.10",
    "1.9 < 1.10",
    "1.0.post9 < 1.0.post10",
    "1.0.dev9 < 1.0.dev10",
    "1.0b9 < 1.0b10",
    "1.0.dev1 < 1.0a1.dev1",
    "1.0a1.post1 < 1.0a2",
    "2.0 < 1!1.0",
    "1!1.0 < 2!0.1",
    "1.0-- ? 1.0",
    "1.0xyz ? 1.0",
    "1.0-1-2 ? 1.0",
    "1.* ? 1.0",
    "x1.0 ? 1.0",
    "1.0+ ? 1.0",
    " ? 1",
  ])("%s", (relation) => {
    expectOrder("pypi", relation);
  });
});

describe("Maven's order", () => {
  // Tables from Maven's own test of ComparableVersion.
  it("follows its qualifiers", () => {
    expectAscending("maven", [
      "1-alpha2snapshot",
      "1-alpha2",
      "1-alpha-123",
      "1-beta-2",
      "1-beta123",
      "1-m2",
      "1-m11",
      "1-rc",
      "1-cr2",
      "1-rc123",
      "1-SNAPSHOT",
      "1",
      "1-sp",
      "1-sp2",
      "1-sp123",
      "1-abc",
      "1-def",
      "1-pom-1",
      "1-1-snapshot",
      "1-1",
      "1-2",
      "1-123",
    ]);
  });

  it("follows its numbers", () => {
    expectAscending("maven", [
      "2.0",
      "2.0.a",
      "2-1",
      "2.0.2",
      "2.0.123",
      "2.1.0",
      "2.1-a",
      "2.1b",
      "2.1-c",
      "2.1-1",
      "2.1.0.1",
      "2.2",
      "2.123",
      "11.a2",
      "11.a11",
      "11.b2",
      "11.b11",
      "11.m2",
      "11.m11",
      "11",
      "11.a",
      "11b",
      "11c",
      "11m",
    ]);
  });

  it.each([
    "x1 ? 1",
    "1 < 1-01",
    "1 = 1.0",
    "1 = 1.0.0",
    "1.0 = 1.0-0",
    "1 = 1-0",
    "1a = 1.a",
    "1a = 1-a",
    "1a = 1.0.0-a",
    "1.0x = 1.0.x",
    "1ga = 1",
    "1final = 1",
    "1.0.RELEASE = 1.0",
    "1cr = 1rc",
    "1a1 = 1alpha1",
    "1b2 = 1beta2",
    "1m3 = 1milestone3",
    "1X = 1x",
    "1FINAL = 1",
    "1Cr = 1Rc",
    "1.0-alpha-1-SNAPSHOT < 1.0-alpha-1",
    "1.0-beta-1 < 1.0-SNAPSHOT",
    "1.0-SNAPSHOT < 1.0",
    "1.0 < 1.0-1",
    "2.0-1 < 2.0.1",
    "2.0.1-klm < 2.0.1-lmn",
    "2.0.1 < 2.0.1-xyz",
    "2.0.1-xyz < 2.0.1-123",
    "1..1 = 1.0.1",
    "1-.1 = 1-0.1",
    "1-0.1 < 1.0.1",
    "1 < 1-0.1",
    "1.0.x = 1-x",
    "1-0-x = 1-x",
    "1.0.1-0 = 1.0.1",
    "1. = 1",
    "1- = 1",
    "2.14.1 < 2.15.0",
    "2.17.1 < 2.17.10",
    "31.1-jre = 31.1-JRE",
    "31.1-jre < 32.0.0-android",
    "9.4.43.v20210629 < 9.4.44.v20210927",
    "9999999999999999999998 < 9999999999999999999999",
    "${revision} ? 1.0",
    "[1.0,) ? 1.0",
    "RELEASE ? 1.0",
    "1.0;x ? 1.0",
    " ? 1",
  ])("%s", (relation) => {
    expectOrder("maven", relation);
  });
});

describe("an unknown type's order", () => {
  it.each([
    "9.1 < 10.1",
    "1.2 < 1.10",
    "1 = 1.0.0",
    "v1.2 = V1.2",
    "1.0.0 < 1.0.1",
    "1.0-1 ? 1.0",
    "1.0rc1 ? 1.0",
    "1. ? 1",
    ".1 ? 1",
    "xv1 ? 1",
    " ? 1",
    "~>1.0 ? 1.0",
  ])("%s", (relation) => {
    expectOrder("conan", relation);
    expectOrder("", relation);
  });
});

it("is not known for what is not a version: too long a text", () => {
  expect(compareVersions("npm", `1.${"0".repeat(254)}`, "1")).toBe(0);
  expect(compareVersions("npm", `1.${"0".repeat(255)}`, "1")).toBeUndefined();
  expect(compareVersions("npm", "1", `1.${"0".repeat(255)}`)).toBeUndefined();
});

describe.each<[string, fc.Arbitrary<string>]>([
  ["debian", fc.stringMatching(/^([01]:)?[0-2][0-2a.~+]{0,5}(-[0-2~a]{1,3})?$/)],
  ["rpm", fc.stringMatching(/^([01]:)?[0-2][0-2a.~^]{0,5}(-[0-2~a]{1,3})$/)],
  ["alpine", fc.stringMatching(/^[0-2](\.[0-2]{1,2}){0,2}[ab]?(_(alpha|rc|p)[01]?){0,2}(-r[01])?$/)],
  ["npm", fc.stringMatching(/^[01](\.[0-2]){0,2}(-[ab0-2]{1,2}(\.[a0-2]){0,2})?$/)],
  ["pypi", fc.stringMatching(/^[01](\.[0-2]){0,2}((a|b|rc)[0-2])?(\.post[01])?(\.dev[01])?(\+[a1]{1,2})?$/)],
  ["maven", fc.stringMatching(/^[01]([.-]?([0-2]|a|b|rc|sp|x|final|snapshot)){0,4}$/)],
  ["other", fc.stringMatching(/^[0-2](\.[0-2]){0,3}$/)],
])("the order of %s", (type, versions) => {
  const sign = (a: string, b: string) => Math.sign(compareVersions(type, a, b) ?? Number.NaN);

  it("is known, the same both ways, and a version is equal to itself", () => {
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b) + sign(b, a)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it("has no circles", () => {
    fc.assert(
      fc.property(versions, versions, versions, (a, b, c) => {
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
        if (sign(a, b) === 0) expect(sign(a, c)).toBe(sign(b, c));
      }),
      { numRuns: 3000 },
    );
  });
});

it("never throws, and never takes long", () => {
  const types = fc.constantFrom("debian", "rpm", "alpine", "npm", "pypi", "maven", "other");
  const texts = fc.oneof(fc.string({ maxLength: 300 }), fc.stringMatching(/^[0-9a-z.+~^_-]{0,300}$/));
  const start = cpuMs();
  fc.assert(
    fc.property(types, texts, texts, (type, a, b) => {
      const order = compareVersions(type, a, b);
      expect(order === undefined || Number.isFinite(order)).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(cpuMs() - start).toBeLessThan(20_000);
});

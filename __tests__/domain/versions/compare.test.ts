import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions } from "../../../src/domain/versions/compare.ts";
import { cpuMs } from "../../support/runs/patience.ts";

const signOf = (type: string, a: string, b: string) => Math.sign(compareVersions(type, a, b) ?? Number.NaN);

/** Oldest first. From the tests of dpkg, RPM, apk and Maven, the texts of SemVer and PEP 440, and advisories. */
const IN_ORDER: readonly (readonly [type: string, versions: string])[] = [
  [
    "debian",
    `
    1.0~~ < 1.0~~a < 1.0~ < 1.0~rc1 < 0:1.0 = 1.0 = 1.0-0 = 1.0-00 = 1.00 < 1.0-1 < 1.0-1+b1 < 1.0-1.1 < 1.0-2 <
    1.0Z < 1.0a < 1.0+ < 1.0-1-2 < 1.0-2-1 < 1.0.2 < 1.0.10 < 1.1 < 1.2 < 1.11 < 2.0 < 2.5.0-1 < 2.5.0-1+deb12u2 <
    3.0.11-1~deb12u2 < 3.0.15-1~deb12u1 < 99999999999999999998 < 99999999999999999999 < a:1 < 1:1.0 < 1:1:0 <
    1:1:1 < 1:2.0 < 2:1.0 < 9:1.0 < 10:1.0`,
  ],
  [
    "rpm",
    `
    + = _ < +a = _a = a+ = a_ < xyz.4 < xyz10 < xyz10.1 < 1.0~rc1~git123 < 1.0~rc1 < 1.0~rc1^git1 < 1.0~rc2 <
    0:1.0 = 1.0 < 1.0^ < 1.0^git1~pre < 1.0^git1 < 1.0^git2 < 1.0^x < 1.0^20160101 < 1.0a < 1.0aa < 1.0.1 < 1.01 <
    2 < 2.0 = 2_0 < 2.0.1 < 2.0.1a < 4.999.9 < 5.0 < 5.5p1 < 5.5p2 < 5.5p10 < 5.6p1 < 6.0 < 6.0.rc1 < 6.5p1 < 8 <
    9.9 < 10a1 < 10a2 < 10b2 < 10xyz < 10.0001 = 10.1 < 10.1xyz < 10.0039 < 20101121 < 20101122 < 1:1.0 < 9:1.0 <
    10:1.0`,
  ],
  [
    "rpm",
    `
    1.0-1 < 1.0-2 < 1.0-9 < 1.1-1 < 3.0.7-24.el9 < 3.0.7-27.el9 < 1:1.0-1.el9 < 1:1.0-1.el9_2`,
  ],
  [
    "alpine",
    `
    0.0.16 < 0.1.0_alpha_pre2 < 0.1.0_alpha < 0.1.0_alpha2 < 0.1.3_alpha < 0.6 < 0.9.8c-r1 < 0.9.8d < 0.10.1_rc1 <
    0.10.1 < 0.12 < 0.12.3 < 1.0_alpha < 1.0_beta < 1.0_pre < 1.0_rc < 1.0 < 1.0-r0 < 1.0_cvs < 1.0_svn < 1.0_git <
    1.0_hg < 1.0_p < 1.0_p0 < 1.0_p9-r0 < 1.0_p10-r0 < 1.0.0_pre20191002222144-r0 < 1.0.0_pre20210530193627-r0 <
    1.0.0 < 1.0.2 < 1.0.4-r3 < 1.0.4-r4 < 1.02 < 1.02.07 < 1.02.10-r1 < 1.03-r1 < 1.05-r18 < 1.05-r19 < 1.06-r6 <
    1.1_alpha1 < 1.1 < 1.1_p1 < 1.1a_p1 < 1.1b < 1.1.1 < 1.3_alpha < 1.3_alpha2 < 1.3_pre1-r1 < 1.3-r0 < 1.3.1-r0 <
    1.3.2 < 1.6 < 1.6.8_p9-r2 < 1.6.8_p12-r1 < 1.7 < 1.7b < 1.8.5 < 1.8.5_p2 < 1.9.0 < 1.10 < 2.01.01_alpha10 <
    2.02 < 2.3.0b-r1 < 2.3.0b-r2 < 2.5.1-r8 < 2.5.1a-r1 < 2.34 < 3.1_p16 < 3.1_p17 < 3.9_pre20060124 < 3.9 <
    4.5_p1 < 4.5_p1-r1 < 006 < 6b-r7 < 6.1 < 9.3.4 < 9.3.4-r2`,
  ],
  [
    "npm",
    `
    v0.0.0-20210101000000-abcdef123456 < v0.0.0-20220101000000-000000000000 < 1.0.0-1 < 1.0.0-10 < 1.0.0-1a <
    1.0.0-A < 1.0.0-a = 1.0.0-a+x.y < 1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-alpha.beta < 1.0.0-beta < 1.0.0-beta.2 <
    1.0.0-beta.11 < 1.0.0-rc.1 < 1.0.0 = 1.0.0+build = V1 < 1.2 = 1.2.0 < 1.2.3 = 1.2.3.0 = v1.2.3 < 1.2.3.1 <
    2.0.0 < 2.1.0 < 2.1.1 < 10.0.0`,
  ],
  [
    "pypi",
    `
    1.0.dev0 = 1.0DEV < 1.0.dev1 < 1.0-dev_3 = 1.0.dev3 < 1.0.dev9 < 1.0.dev10 < 1.0.dev456 < 1.0a = 1.0a0 <
    1.0a1.dev1 < 1.0-Alpha_1 = 1.0a1 = 1.0alpha1 < 1.0a1.post1 < 1.0a2.dev456 < 1.0a2 < 1.0a12.dev456 < 1.0a12 <
    1.0b1.dev456 < 1.0.beta.2 = 1.0b2 < 1.0b2.post345.dev456 < 1.0b2.post345 < 1.0b9 < 1.0b10 < 1.0rc1.dev456 <
    1.0c1 = 1.0pre1 = 1.0preview1 = 1.0rc1 < 1 = 1.0 = V1.0 = v1.0.0 < 1.0+a < 1.0+a.1 < 1.0+abc < 1.0+ABC-1 =
    1.0+abc.1 < 1.0+abc.5 < 1.0+abc.7 < 1.0+0 < 1.0+1 < 1.0+1.9 < 1.0+1.10 < 1.0+5 < 1.0.post0 = 1.0post < 1.0-1 =
    1.0-r1 = 1.0.post1 = 1.0.rev1 < 1.0-9 = 1.0.post9 < 1.0-10 = 1.0.post10 < 1.0.post456.dev34 < 1.0.post456 <
    1.0.15 < 1.1.dev1 < 1.9 < 1.10 < 2.0 < 9.1 < 10.1 < 1!0.1 < 1!1.0 < 2!0.1 < 9!1.0 < 10!1.0`,
  ],
  [
    "maven",
    `
    1.0-alpha-1-SNAPSHOT < 1.0-alpha-1 = 1a1 = 1alpha1 < 1-alpha2snapshot < 1-alpha2 < 1-alpha-123 < 1.0-beta-1 <
    1-beta-2 = 1b2 = 1beta2 < 1-beta123 < 1-m2 < 1m3 = 1milestone3 < 1-m11 < 1-rc = 1Cr = 1Rc = 1cr = 1rc < 1-cr2 <
    1-rc123 < 1-SNAPSHOT = 1.0-SNAPSHOT < 1 = 1- = 1-0 = 1. = 1.0 = 1.0-0 = 1.0.0 = 1.0.RELEASE = 1FINAL = 1final =
    1ga < 1-sp < 1-sp2 < 1-sp123 < 1-a = 1.0.0-a = 1.a = 1a < 1-abc < 1-def < 1-pom-1 < 1-0-x = 1-x = 1.0.x = 1.0x =
    1X = 1x < 1-.1 = 1-0.1 < 1-1-snapshot < 1-01 = 1-1 = 1.0-1 < 1-2 < 1-123 < 1..1 = 1.0.1 = 1.0.1-0 < 2.0 <
    2.0.a < 2-1 = 2.0-1 < 2.0.1 < 2.0.1-klm < 2.0.1-lmn < 2.0.1-xyz < 2.0.1-123 < 2.0.2 < 2.0.123 < 2.1.0 < 2.1-a <
    2.1b < 2.1-c < 2.1-1 < 2.1.0.1 < 2.2 < 2.14.1 < 2.15.0 < 2.17.1 < 2.17.10 < 2.123 < 9.4.43.v20210629 <
    9.4.44.v20210927 < 11.a2 < 11.a11 < 11.b2 < 11.b11 < 11.m2 < 11.m11 < 11 < 11.a < 11b < 11c < 11m < 31.1-JRE =
    31.1-jre < 32.0.0-android < 9999999999999999999998 < 9999999999999999999999`,
  ],
  ...["conan", ""].map((unknown) => [unknown, "1 = 1.0.0 < 1.0.1 < 1.2 = V1.2 = v1.2 < 1.10 < 9.1 < 10.1"] as const),
];

it.each(IN_ORDER)("the order of %s", (type, text) => {
  const groups = text.trim().split(/\s+<\s+/);
  const all = groups.flatMap((group, rank) => group.split(/\s+=\s+/).map((version) => ({ version, rank })));
  const wrong = all.flatMap((a) =>
    all.filter((b) => signOf(type, a.version, b.version) !== Math.sign(a.rank - b.rank)).map((b) => [a, b]),
  );
  expect(wrong).toEqual([]);
});

it.each<[type: string, known: string, ...others: string[]]>([
  ["debian", "1", "1_0", "", "1:x:y-", "x-", "1.0/2"],
  ["rpm", "1.0", "1.0-1", "1.0(x)", "1-2-3", ""],
  ["alpine", "1.0", "23_foo", "1.0bc", "1.0-r", "1.0-", "1..0", "1.0~abc", "x1.0", "1.0A"],
  ["npm", "1.0.0", "1.2.3.4.5", "1.0.0-", "1.0.0-a..b", "1.0.0-a_b", "1.0.0+", "1.0.0+a_b"],
  ["npm", "1", "1.x", ">=1.0", "(devel)", ""],
  ["pypi", "1.0", "1.0--", "1.0xyz", "1.0-1-2", "1.*", "x1.0", "1.0+", ""],
  ["maven", "1", "x1", "${revision}", "[1.0,)", "RELEASE", "1.0;x", ""],
  ["conan", "1.0", "1.0-1", "1.0rc1", "1.", ".1", "xv1", "", "~>1.0"],
  ["", "1.0", "1.0-1", "1.0rc1", "1.", ".1", "xv1", "", "~>1.0"],
])("the order of %s knows %s and none of these: %s", (type, known, ...others) => {
  expect(signOf(type, known, known)).toBe(0);
  for (const other of others)
    expect([other, signOf(type, other, known), signOf(type, known, other)]).toEqual([other, NaN, NaN]);
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
  const sign = (a: string, b: string) => signOf(type, a, b);

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

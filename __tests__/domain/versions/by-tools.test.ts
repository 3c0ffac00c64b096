import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ensureDpkg, ensureMaven, ensureRpm } from "../../../scripts/setup/system.ts";
import { compareVersions } from "../../../src/domain/versions/compare.ts";

// Random pairs, compared by us and by the tool that defines the order.

type Pair = readonly [a: string, b: string];

const RUNS = 1_000;

/** Many pairs differ only a little: the second is sometimes the first with a part inserted or removed. */
function pairs(versions: fc.Arbitrary<string>, isVersion: RegExp): Pair[] {
  const near = fc
    .tuple(versions, fc.nat({ max: 12 }), fc.constantFrom("", "0", "1", ".", "-", "a", "rc", ".0", "~", "+", "00"))
    .map(([version, at, put]): Pair => [version, version.slice(0, at) + put + version.slice(put === "" ? at + 1 : at)])
    .filter(([, changed]) => isVersion.test(changed));
  return fc.sample(fc.oneof(fc.tuple(versions, versions), near), RUNS);
}

/** Runs a tool on all pairs at once. It prints one line for each. */
function ask(program: string, args: readonly string[], input = ""): string[] {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program}: ${stderr || error}`);
  return stdout.trimEnd().split("\n");
}

function expectAgreement(type: string, asked: readonly Pair[], signs: readonly number[]): void {
  expect(signs).toHaveLength(asked.length);
  const differing = asked.flatMap(([a, b], index) => {
    const ours = Math.sign(compareVersions(type, a, b) ?? Number.NaN);
    return ours === signs[index] ? [] : [`${a} ${"<=>"[(signs[index] ?? 0) + 1]} ${b}, not ${ours}`];
  });
  expect(differing).toEqual([]);
}

const lines = (asked: readonly Pair[]): string => asked.map(([a, b]) => `${a} ${b}\n`).join("");

describe("our orders and the tools'", () => {
  it("Debian: dpkg --compare-versions", async ({ skip }) => {
    const dpkg = await ensureDpkg();
    if (dpkg === undefined) return skip("dpkg is not installed");
    const syntax = /^(\d+:)?\d[0-9A-Za-z.+~]*(-[0-9A-Za-z.+~]+)*$/;
    const asked = pairs(fc.stringMatching(/^([0-2]:)?[0-9][0-9abzA.+~]{0,6}(-[0-9a~+.]{1,4})?$/), syntax);
    const script =
      'while read -r a b; do if "$0" --compare-versions "$a" lt "$b"; then echo -1; elif "$0" --compare-versions "$a" gt "$b"; then echo 1; else echo 0; fi; done';
    expectAgreement("debian", asked, ask("sh", ["-c", script, dpkg], lines(asked)).map(Number));
  });

  it("RPM: rpm's own vercmp", async ({ skip }) => {
    const rpm = await ensureRpm();
    if (rpm === undefined) return skip("rpm is not installed");
    const syntax = /^([0-9]:)?[0-9a-zA-Z][\w.+~^]*-[\w.+~^]+$/;
    const asked = pairs(fc.stringMatching(/^([0-2]:)?[0-9a][0-9abZ.+~^_]{0,6}-[0-9][0-9a~^.]{0,4}$/), syntax);
    const calls = asked.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}") .. " ")`).join(" ");
    expectAgreement("rpm", asked, (ask(rpm, ["--eval", `%{lua: ${calls}}`])[0] ?? "").split(" ").map(Number));
  });

  it("Python: packaging.version", () => {
    const syntax =
      /^v?(\d+!)?\d+(\.\d+)*((a|b|c|rc|alpha|beta|pre)\d*)?(\.?post\d*|-\d+)?(\.?dev\d*)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?$/;
    const asked = pairs(
      fc.stringMatching(
        /^(1!)?[0-2](\.[0-9]{1,2}){0,3}((a|b|rc|c|alpha|pre)[0-2]?)?(\.post[0-2]?|-[0-2])?(\.dev[0-2]?)?(\+[a1]{1,2}(\.[0b]{1,2})?)?$/,
      ),
      syntax,
    );
    const script =
      "import sys\nfrom pip._vendor.packaging.version import Version as V\nfor l in sys.stdin:\n a, b = map(V, l.split())\n print((a > b) - (a < b))";
    expectAgreement("pypi", asked, ask("python3", ["-c", script], lines(asked)).map(Number));
  });

  it("Maven: ComparableVersion", async ({ skip }) => {
    const maven = await ensureMaven();
    if (maven === undefined) return skip("Maven or Java is not installed");
    // Versions as projects write them. For others (`1.rc-1`, `1-rc0-1`, `1..rc`), the program uses nested lists that
    // differ in each release. Then it does not follow the order that Maven documents, which is ours.
    const word = "(alpha|beta|milestone|rc|cr|RC|M|SNAPSHOT|sp|jre|android|redhat)";
    const number = "[1-9][0-9]?";
    const tail = `([.-](${word}|Final|GA|RELEASE)|[.-]${word}${number}(-SNAPSHOT|-${number})?|-${word}-${number}(-SNAPSHOT)?|-${number})?`;
    const form = new RegExp(`^[0-9]{1,2}(\\.[0-9]{1,2}){0,3}${tail}$`);
    const asked = pairs(fc.stringMatching(form), form);
    // It compares each argument with the previous one: `   1.0 < 1.1`.
    const args = ["-cp", maven.classPath, "org.apache.maven.artifact.versioning.ComparableVersion", ...asked.flat()];
    const compared = ask(maven.java, args).flatMap((line) => /^ {3}(\S+) (<|==|>) (\S+)$/.exec(line)?.[2] ?? []);
    const signs = compared
      .filter((_, index) => index % 2 === 0)
      .map((sign) => ({ "<": -1, "==": 0, ">": 1 })[sign] ?? 9);
    expectAgreement("maven", asked, signs);
  });

  it("npm: semver", () => {
    const semver: { compare(a: string, b: string): number } = createRequire(import.meta.url)("semver");
    const syntax =
      /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-z-][0-9a-z-]*)(\.(0|[1-9]\d*|\d*[a-z-][0-9a-z-]*))*)?(\+[0-9a-z-]+)?$/;
    const identifier = "(0|[1-9][0-9]?|a|b|rc|alpha|a-1|-|0a)";
    const asked = pairs(
      fc.stringMatching(new RegExp(`^[0-9]\\.([0-9]|1[0-9])\\.[0-9](-${identifier}(\\.${identifier}){0,2})?(\\+b1)?$`)),
      syntax,
    );
    expectAgreement(
      "npm",
      asked,
      asked.map(([a, b]) => semver.compare(a, b)),
    );
  });
});

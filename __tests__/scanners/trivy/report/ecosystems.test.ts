import { expect, it } from "vitest";
import { ecosystemOf } from "../../../../src/domain/finding.ts";
import { compareVersions } from "../../../../src/domain/versions/compare.ts";
import { ecosystemOfType, listedIn } from "../../../../src/scanners/trivy/database/libraries.ts";

/** Checks `a < b` in both directions, by the rules of the ecosystem for one of Trivy's types. */
function expectOrder(type: string, relation: string): void {
  const [a = "", b = ""] = relation.split(" < ");
  const ecosystem = ecosystemOf({ type, ecosystem: ecosystemOfType(type) });
  const [order, back] = [compareVersions(ecosystem, a, b), compareVersions(ecosystem, b, a)];
  expect([Math.sign(order ?? Number.NaN), Math.sign(back ?? Number.NaN)]).toEqual([-1, 1]);
}

it.each(["debian", "ubuntu", "echo"])("Debian's order of versions holds for %s", (type) => {
  expectOrder(type, "1.0~rc1 < 1.0");
});

it.each([
  "alma",
  "amazon",
  "azurelinux",
  "bottlerocket",
  "cbl-mariner",
  "centos",
  "centos-stream",
  "coreos",
  "fedora",
  "opensuse",
  "opensuse-leap",
  "opensuse-tumbleweed",
  "oracle",
  "photon",
  "redhat",
  "rocky",
  "slem",
  "sles",
  "suse",
])("RPM's order of versions holds for %s", (type) => {
  expectOrder(type, "1.0-1~rc1 < 1.0-1");
  expectOrder(type, "1.0-1 < 1.0-1^git1");
});

it.each(["alpine", "chainguard", "minimos", "wolfi"])("apk's order of versions holds for %s", (type) => {
  expectOrder(type, "1.1_alpha1 < 1.1");
  expectOrder(type, "1.1-r1 < 1.1-r2");
});

it.each([
  "bun",
  "cargo",
  "dotnet-core",
  "gobinary",
  "gomod",
  "hex",
  "javascript",
  "julia",
  "node-pkg",
  "npm",
  "nuget",
  "packages-props",
  "pnpm",
  "pub",
  "rustbinary",
  "swift",
  "yarn",
])("SemVer's order of versions holds for %s", (type) => {
  expectOrder(type, "v1.0.0-rc.2 < 1.0.0-rc.10");
});

it.each(["pip", "pipenv", "poetry", "pylock", "python-pkg", "uv"])(
  "Python's order of versions holds for %s",
  (type) => {
    expectOrder(type, "1.0.dev1 < 1.0a1");
  },
);

it.each(["gradle", "jar", "pom", "sbt"])("Maven's order of versions holds for %s", (type) => {
  expectOrder(type, "1-m2 < 1-rc");
  expectOrder(type, "1 < 1-sp");
});

it("a type that Trivy has and no rule knows, and one that it has not, is its own ecosystem", () => {
  for (const type of ["conan", "bundler", "composer", "", "__proto__"])
    expect(ecosystemOf({ type, ecosystem: ecosystemOfType(type) })).toBe(type);
});

it("a package in its own file is distinguished from one that a program names, and one that a lock file lists", () => {
  const alone = ["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"];
  const programs = ["gobinary", "rustbinary"];
  const many = ["npm", "pip", "bundler", "gomod", "debian", "pom", ""];
  const all = [...alone, ...programs, ...many];
  expect(all.filter((type) => listedIn(type) === "own-file")).toEqual(alone);
  expect(all.filter((type) => listedIn(type) === "program")).toEqual(programs);
});

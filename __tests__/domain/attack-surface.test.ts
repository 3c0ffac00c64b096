import { describe, expect, it } from "vitest";
import { attackSurface } from "../../src/domain/attack-surface.ts";

const system = (name: string) => ({ name, version: "1", type: "debian", purl: `pkg:deb/debian/${name}@1` });
const language = (name: string, type = "python-pkg") => ({ name, version: "1", type, purl: `pkg:pypi/${name}@1` });
const of = (...names: string[]) => attackSurface({ packages: names.map(system) });

describe("the attack surface", () => {
  it.each([
    [
      "shells",
      ["bash", "dash", "zsh", "busybox", "busybox-static", "powershell"],
      ["bash", "busybox", "dash", "powershell", "zsh"],
    ],
    ["compilers", ["gcc", "gcc-12", "gcc-14-x86-64-linux-gnu", "gcc14"], ["gcc"]],
    ["compilers", ["g++", "g++-12", "gcc-c++", "gcc13-c++"], ["g++"]],
    ["compilers", ["clang", "clang-14", "clang17"], ["clang"]],
    ["compilers", ["golang", "golang-1.19-go", "golang-bin", "go", "go-1.22"], ["go"]],
    ["compilers", ["rust", "rustc", "rust-1.83", "tcc"], ["rustc", "tcc"]],
    ["compilers", ["openjdk-17-jdk-headless", "openjdk21-jdk", "java-17-openjdk-devel"], ["javac"]],
    ["packageManagers", ["apt", "dpkg", "rpm", "microdnf", "zypper"], ["apt", "dpkg", "microdnf", "rpm", "zypper"]],
    ["packageManagers", ["apk-tools", "py3-pip", "python3-pip", "python3.11-pip"], ["apk", "pip"]],
    ["packageManagers", ["npm", "composer", "cargo", "rubygems"], ["cargo", "composer", "gem", "npm"]],
  ] as const)("has among its %s %s", (group, names, found) => {
    expect(of(...names)?.[group]).toEqual(found);
  });

  it("has none of what only sounds alike", () => {
    const alike = [
      "gcc-12-base",
      "libgcc-s1",
      "cpp-12",
      "libbash",
      "bash-completion",
      "golang-src",
      "libapt-pkg6.0",
      "rpm-libs",
      "openjdk-17-jre",
      "clang-format",
      "python3",
      "node-npm-x",
      "dashboard",
    ];
    expect(of(...alike)).toEqual({ shells: [], compilers: [], packageManagers: [] });
  });

  it("has the package managers that are languages' packages, but no shell of that name", () => {
    const packages = [
      system("libc6"),
      language("pip"),
      language("npm", "node-pkg"),
      language("bash", "npm"),
      language("cargo"),
    ];
    expect(attackSurface({ packages })).toEqual({ shells: [], compilers: [], packageManagers: ["npm", "pip"] });
  });

  it("is not claimed of an image without packages of a system: a copied program is none", () => {
    expect(attackSurface({ packages: [] })).toBeUndefined();
    expect(attackSurface({ packages: [language("pip")] })).toBeUndefined();
  });

  it("is told from hostile names in no time", () => {
    const start = performance.now();
    for (const part of ["1", "a-", "-", ".1", "python1"])
      for (const head of ["python", "gcc-", "golang-", "rust", "java-"]) of(head + part.repeat(20_000));
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

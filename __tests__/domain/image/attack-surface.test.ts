import { describe, expect, it } from "vitest";
import { attackSurface } from "../../../src/domain/image/attack-surface.ts";
import { cpuMs } from "../../support/runs/patience.ts";

const system = (name: string) => ({ name, version: "1", type: "debian", purl: `pkg:deb/debian/${name}@1` });
const language = (name: string, type = "python-pkg") => ({ name, version: "1", type, purl: `pkg:pypi/${name}@1` });
const of = (...names: string[]) => attackSurface({ packages: names.map(system) });

describe("the attack surface", () => {
  it.each([
    ["shells|bash", "bash"],
    ["shells|dash", "dash"],
    ["shells|zsh", "zsh"],
    ["shells|ksh93", "ksh93"],
    ["shells|busybox", "busybox busybox-static busybox-binsh"],
    ["shells|toybox", "toybox"],
    ["shells|powershell", "powershell powershell-lts"],
    ["compilers|gcc", "gcc gcc-12 gcc14 gcc-4.9 gcc-4.9.10 gcc-12-x86-64-linux-gnu gcc-arm-linux-gnueabihf"],
    ["compilers|gcc", "gcc-mips-linux-musl gcc-14-x86-64-linux-gnu"],
    ["compilers|g++", "g++ g++-12 g++14 g++-4.9 g++-4.9.10 g++-12-x86-64-linux-gnu g++-arm-linux-gnueabihf"],
    ["compilers|g++", "g++-mips-linux-musl gcc-c++ gcc7-c++ gcc13-c++"],
    ["compilers|clang", "clang clang-14 clang17 clang-3.9 clang-3.9.10"],
    ["compilers|go", "go go-1.22 go1 go-22 go-1.22.10 golang golang-go golang-bin golang-1.19-go golang-10.1"],
    ["compilers|rustc", "rust rust-1.83 rust1 rust22 rust-1.83.10 rustc rustc-22 rustc-1.80.10"],
    ["compilers|tcc", "tcc"],
    ["compilers|javac", "openjdk-17-jdk openjdk-17-jdk-headless openjdk8-jdk openjdk21-jdk"],
    ["compilers|javac", "java-17-openjdk-devel java-1.8.0-openjdk-devel"],
    ...["apt", "dpkg", "rpm", "microdnf", "zypper", "dnf5", "composer", "cargo"].map((name) => [
      `packageManagers|${name}`,
      name,
    ]),
    ["packageManagers|apk", "apk-tools"],
    ["packageManagers|pip", "python-pip python3-pip python3.11-pip python311-pip py3-pip py3.12-pip"],
    ["packageManagers|npm", "npm nodejs-npm"],
    ["packageManagers|gem", "rubygems ruby-rubygems"],
  ])("has %s by each of its names, and by nothing that only begins or ends with one", (found = "", names = "") => {
    const [group = "", name = ""] = found.split("|");
    for (const each of names.split(" ")) {
      const nothing = { shells: [], compilers: [], packageManagers: [] };
      expect([each, of(each)]).toEqual([each, { ...nothing, [group]: [name] }]);
      expect([each, of(`lib${each}`, `${each}:x`)]).toEqual([each, nothing]);
    }
  });

  it("is sorted, and names each once, whatever the order of the packages", () => {
    expect(of("zsh", "apt", "tcc", "bash", "gcc-12", "zsh", "gcc", "yum", "dpkg")).toEqual({
      shells: ["bash", "zsh"],
      compilers: ["gcc", "tcc"],
      packageManagers: ["apt", "dpkg", "yum"],
    });
  });

  it("knows a system's package by its package URL, and none without one", () => {
    const by = (purl?: string) => attackSurface({ packages: [{ name: "bash", version: "1", type: "x", purl }] });
    for (const type of ["deb", "apk", "rpm", "alpm", "opkg", "qpkg"])
      expect(by(`pkg:${type}/a/bash@1`)?.shells).toEqual(["bash"]);
    for (const purl of [undefined, "", "pkg:debx/a", "xpkg:deb/a", "pkg:npm/bash@1"]) expect(by(purl)).toBeUndefined();
  });

  it("has composer by its package's name in PHP, and no other package that ends alike", () => {
    const php = (name: string) =>
      attackSurface({ packages: [system("libc6"), language(name, "composer")] })?.packageManagers;
    expect(php("composer/composer")).toEqual(["composer"]);
    for (const other of ["composer", "xcomposer/composer", "composer/composerx"]) expect(php(other)).toEqual([]);
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
      language("my-pip"),
      language("pip-tools"),
    ];
    expect(attackSurface({ packages })).toEqual({ shells: [], compilers: [], packageManagers: ["npm", "pip"] });
  });

  it("is not claimed of an image without packages of a system: a copied program has no package", () => {
    expect(attackSurface({ packages: [] })).toBeUndefined();
    expect(attackSurface({ packages: [language("pip")] })).toBeUndefined();
  });

  it("is found among malicious names in no time", () => {
    const start = cpuMs();
    for (const part of ["1", "a-", "-", ".1", "python1"])
      for (const head of ["python", "gcc-", "golang-", "rust", "java-"]) of(head + part.repeat(20_000));
    expect(cpuMs() - start).toBeLessThan(10_000);
  });
});

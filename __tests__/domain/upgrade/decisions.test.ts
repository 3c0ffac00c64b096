import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { decisionsOf } from "../../../src/domain/upgrade/decisions.ts";
import { advisedFor, failed, makeFinding } from "../make.ts";

const UTIL = { name: "util-linux", version: "2.38.1-5" };

function system(name: string, version = "2.38.1-5", source = UTIL): InstalledPackage {
  return { name, version, type: "debian", system: true, source };
}

function maven(name: string, version: string, path: string): InstalledPackage {
  return { name, version, type: "jar", ecosystem: "maven", listedIn: "own-file", path };
}

function onPackage({ name, version, type, ecosystem, path }: InstalledPackage, fix: string): Finding {
  return makeFinding({ package: { name, version, type, ecosystem }, fixedVersions: [fix], path });
}

function decided(installed: readonly (readonly [InstalledPackage, fix?: string])[]) {
  const packages = installed.map(([each]) => each);
  const findings = installed.flatMap(([each, fix]) => (fix === undefined ? [] : [onPackage(each, fix)]));
  return decisionsOf(failed(findings, packages)).map(({ family, members, versions }) => ({
    family,
    members: members.map(({ about }) => `${about.name} ${about.version} → ${versions.at(-1)}`).sort(),
  }));
}

describe("one decision", () => {
  it("is an operating system's packages of one source, with the source's version", () => {
    const names = [
      "bsdutils",
      "fdisk",
      "libblkid1",
      "libfdisk1",
      "libmount1",
      "libsmartcols1",
      "libuuid1",
      "mount",
      "util-linux",
    ];
    const found = decided([
      ...names.map(
        (name) => [system(name, name === "bsdutils" ? "1:2.38.1-5" : undefined), "2.38.1-5+deb12u1"] as const,
      ),
      [system("libssl3", "3.0.11-1", { name: "openssl", version: "3.0.11-1" }), "3.0.15-1"],
    ]);
    expect(found).toHaveLength(2);
    expect(found.find(({ family }) => family)).toMatchObject({ family: { kind: "source", name: "util-linux" } });
    // bsdutils has a higher version than its source, but this does not make the fix older.
    expect(found.flatMap(({ members }) => members)).toContain("bsdutils 1:2.38.1-5 → 2.38.1-5+deb12u1");
  });

  it("is the packages of one release, whatever their versions, with the BOM that sets it", () => {
    const at = (jar: string) => `app/app.jar/BOOT-INF/lib/${jar}`;
    const [found, ...others] = decided([
      [maven("com.fasterxml.jackson.core:jackson-core", "2.12.3", at("jackson-core.jar")), "2.15.0"],
      [maven("com.fasterxml.jackson.core:jackson-databind", "2.12.4", at("jackson-databind.jar")), "2.12.6"],
      [maven("com.fasterxml.jackson.dataformat:jackson-dataformat-yaml", "2.12.3", at("yaml.jar"))],
      [maven("org.springframework.boot:spring-boot", "2.5.6", at("spring-boot.jar"))],
    ]);
    expect(others).toEqual([]);
    expect(found?.family).toEqual({
      kind: "group",
      name: "jackson-*",
      bom: "com.fasterxml.jackson:jackson-bom",
      springBoot: { version: "2.5.6", property: "jackson-bom.version" },
    });
    expect(found?.members).toHaveLength(2);
  });

  it("is also about a single package if its relatives have no finding: they must stay in one version", () => {
    const core = maven("org.apache.logging.log4j:log4j-core", "2.14.1", "lib/log4j-core.jar");
    const api = maven("org.apache.logging.log4j:log4j-api", "2.14.1", "lib/log4j-api.jar");
    expect(decided([[core, "2.17.1"], [api]])).toMatchObject([
      { family: { name: "log4j-*", bom: "org.apache.logging.log4j:log4j-bom" } },
    ]);
    expect(decided([[core, "2.17.1"]])).toMatchObject([{ family: undefined }]);
  });

  it("is packages of one group id in one version, but not the ones with separate versions", () => {
    const inGroup = (artifact: string, version: string) =>
      maven(`org.acme:${artifact}`, version, `lib/${artifact}.jar`);
    expect(
      decided([
        [inGroup("a", "1.0"), "1.1"],
        [inGroup("b", "1.0"), "1.2"],
        [inGroup("c", "3.0"), "3.1"],
      ]),
    ).toMatchObject([
      { family: { kind: "group", name: "org.acme:*" }, members: ["org.acme:a 1.0 → 1.2", "org.acme:b 1.0 → 1.2"] },
      { family: undefined, members: ["org.acme:c 3.0 → 3.1"] },
    ]);
  });

  it("is not common to two archives, two lock files or two projects", () => {
    const spring = (jar: string) =>
      maven("org.springframework:spring-web", "5.2.0", `${jar}/BOOT-INF/lib/spring-web.jar`);
    const node = (path: string): InstalledPackage => ({ name: "qs", version: "6.5.2", type: "node-pkg", path });
    const locked = (path: string): InstalledPackage => ({ name: "ms", version: "1.0.0", type: "npm", path });
    const found = decided([
      [spring("app/a.jar"), "5.3.0"],
      [spring("app/b.jar"), "5.3.0"],
      [node("a/node_modules/qs/package.json"), "6.5.3"],
      [node("a/node_modules/express/node_modules/qs/package.json"), "6.5.3"],
      [node("b/node_modules/qs/package.json"), "6.5.3"],
      [locked("a/package-lock.json"), "1.0.1"],
      [locked("b/package-lock.json"), "1.0.1"],
    ]);
    expect(found.map(({ members }) => members[0]?.split(" ")[0]).sort()).toEqual([
      "ms",
      "ms",
      "org.springframework:spring-web",
      "org.springframework:spring-web",
      "qs",
      "qs",
    ]);
  });
});

describe("a place", () => {
  const placed = (type: string, path: string, owner?: Finding["owner"]) =>
    advisedFor([makeFinding({ package: { name: "a", version: "1.0.0", type }, fixedVersions: ["1.0.1"], path, owner })])
      .upgrades[0];
  const JAR = { ecosystem: "Java", name: "app.jar" };

  it("is the application that one's own build makes, not a package that bundles", () => {
    for (const path of ["app/app.jar/BOOT-INF/lib/a.jar", "app/app.jar/WEB-INF/lib/a.jar", "app/app.jar/lib/a.jar"])
      expect(placed("jar", path, JAR)).toMatchObject({ owner: undefined, place: { application: "app/app.jar" } });
    const vendored = placed("jar", "app/app.jar/BOOT-INF/lib/outer.jar/a.jar", { ...JAR, name: "outer.jar" });
    expect(vendored).toMatchObject({ owner: { name: "outer.jar" } });
    expect(vendored?.place.application).toBeUndefined();
  });

  it("is a project of npm's, however deep a copy is, but not npm itself", () => {
    const owner = { ecosystem: "Node.js", name: "express", version: "4.17.1" };
    expect(placed("node-pkg", "app/node_modules/express/node_modules/a/package.json", owner)?.owner).toBeUndefined();
    const tool = placed("node-pkg", "usr/lib/node_modules/npm/node_modules/a/package.json", { ...owner, name: "npm" });
    expect(tool).toMatchObject({ owner: undefined, place: { tool: "npm" } });
  });
});

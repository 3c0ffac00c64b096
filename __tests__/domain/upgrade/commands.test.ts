import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import {
  managerAmong,
  type PackageUpgrade,
  pasteFor,
  type Situation,
  upgradeAll,
  withCommands,
} from "../../../src/domain/upgrade/commands.ts";
import { makePlan } from "../../../src/domain/upgrade/plan.ts";
import { judged, makeFinding, makeSettings, scanned } from "../make.ts";

const raised = (type: string, name: string, from: string, to?: string): PackageUpgrade => ({ type, name, from, to });
const textOf = (found: ReturnType<typeof pasteFor>) => found?.command ?? found?.line?.text;
const paste = (one: PackageUpgrade, situation: Situation = {}) => textOf(pasteFor([one], situation));

describe("the command for one package", () => {
  it.each<[string, PackageUpgrade, Situation, string | undefined]>([
    ["npm: direct", raised("npm", "@acme/log", "1.0.0", "2.0.0"), { isDirect: true }, "npm install @acme/log@2.0.0"],
    ["npm, indirect", raised("npm", "qs", "6.5.2", "6.9.7"), { isDirect: false }, undefined],
    ["npm: nothing is known", raised("npm", "qs", "6.5.2", "6.9.7"), {}, undefined],
    ["pnpm", raised("pnpm", "qs", "6.5.2", "6.5.3"), { isDirect: true }, "pnpm update qs@6.5.3"],
    ["pnpm, indirect", raised("pnpm", "qs", "6.5.2", "6.5.3"), { isDirect: false }, undefined],
    ["yarn", raised("yarn", "qs", "6.5.2", "6.5.3"), { isDirect: true }, "yarn add qs@6.5.3"],
    ["bun", raised("bun", "qs", "6.5.2", "6.5.3"), { isDirect: true }, "bun add qs@6.5.3"],
    ["npm in an image", raised("node-pkg", "qs", "6.5.2", "6.5.3"), {}, undefined],
    ["a requirement", raised("pip", "Django", "3.2.0", "4.2.27"), {}, "Django==4.2.27"],
    ["pip in an image", raised("python-pkg", "Django", "3.2.0", "4.2.27"), {}, "pip install Django==4.2.27"],
    ["poetry", raised("poetry", "django", "3.2.0", "4.2.27"), { isDirect: true }, "poetry add django==4.2.27"],
    ["uv", raised("uv", "django", "3.2.0", "4.2.27"), {}, "uv lock --upgrade-package django==4.2.27"],
    ["go", raised("gomod", "golang.org/x/net", "v0.17.0", "0.23.0"), {}, "go get golang.org/x/net@v0.23.0"],
    ["go with a v", raised("gomod", "golang.org/x/net", "v0.17.0", "v0.23.0"), {}, "go get golang.org/x/net@v0.23.0"],
    ["go, /v4", raised("gomod", "github.com/a/b/v4", "v4.0.0", "4.5.1"), {}, "go get github.com/a/b/v4@v4.5.1"],
    ["go, a path that would have to change", raised("gomod", "github.com/a/b", "v1.0.0", "2.0.1"), {}, undefined],
    [
      "go, without go.mod",
      raised("gomod", "github.com/docker/docker", "v20.10.0+incompatible", "25.0.6"),
      {},
      "go get github.com/docker/docker@v25.0.6",
    ],
    ["go's own library", raised("gomod", "stdlib", "v1.20.0", "1.20.1"), {}, undefined],
    [
      "maven",
      raised("pom", "org.acme:log", "1.0", "1.1"),
      { isDirect: true },
      "mvn versions:use-dep-version -Dincludes=org.acme:log -DdepVersion=1.1",
    ],
    ["maven, brought in by another", raised("pom", "org.acme:log", "1.0", "1.1"), { isDirect: false }, undefined],
    ["a jar, whose build nobody knows", raised("jar", "org.acme:log", "1.0", "1.1"), { isDirect: true }, undefined],
    ["cargo", raised("cargo", "tokio", "1.8.3", "1.8.4"), {}, "cargo update -p tokio@1.8.3 --precise 1.8.4"],
    ["cargo, another 0.x", raised("cargo", "time", "0.1.40", "0.2.23"), {}, undefined],
    [
      "composer",
      raised("composer", "acme/log", "1.0.0", "2.0.1"),
      { isDirect: true },
      "composer require acme/log:2.0.1",
    ],
    ["composer, indirect", raised("composer", "acme/log", "v1.0.0", "v1.0.1"), { isDirect: false }, undefined],
    ["composer, too far", raised("composer", "acme/log", "1.0.0", "2.0.1"), { isDirect: false }, undefined],
    ["bundler", raised("bundler", "rack", "2.2.3", "2.2.8"), {}, "bundle update --conservative rack"],
    ["bundler, too far", raised("bundler", "rack", "2.2.3", "3.0.8"), {}, undefined],
    [
      "nuget",
      raised("nuget", "Newtonsoft.Json", "12.0.3", "13.0.1"),
      {},
      "dotnet add package Newtonsoft.Json --version 13.0.1",
    ],
    ["nuget, of the runtime", raised("nuget", "Microsoft.NETCore.App.Ref", "6.0.0", "6.0.1"), {}, undefined],
    ["what nobody knows", raised("cocoapods", "A", "1.0.0", "1.0.1"), { isDirect: true }, undefined],
    ["without a version", raised("npm", "qs", "6.5.2"), { isDirect: true }, undefined],
  ])("%s", (_, one, situation, expected) => {
    expect(paste(one, situation)).toBe(expected);
  });

  it("is a line for a file where a command would not change the file", () => {
    expect(pasteFor([raised("pip", "Django", "3.2.0", "4.2.27")], {})).toMatchObject({
      line: { file: "requirements.txt" },
    });
  });
});

describe("the command for a decision about several packages", () => {
  const util = ["mount", "libblkid1", "libmount1", "mount"].map((name) =>
    raised("debian", name, "2.38.1-5", "2.38.1-5+deb12u3"),
  );

  it("names the system's packages, each once, for the manager that is installed", () => {
    const by = (manager: Situation["manager"]) => textOf(pasteFor(util, { manager }));
    expect(by("apt-get")).toBe("apt-get update && apt-get install -y --only-upgrade libblkid1 libmount1 mount");
    expect(by("apk")).toBe("apk add --no-cache --upgrade libblkid1 libmount1 mount");
    expect(by("dnf")).toBe("dnf upgrade -y libblkid1 libmount1 mount");
    expect(by("microdnf")).toBe("microdnf upgrade -y libblkid1 libmount1 mount");
    expect(by("yum")).toBe("yum update -y libblkid1 libmount1 mount");
    expect(by("tdnf")).toBe("tdnf update -y libblkid1 libmount1 mount");
    expect(by("zypper")).toBe("zypper update -y libblkid1 libmount1 mount");
    expect(by(undefined)).toBeUndefined();
  });

  it("gives Maven's packages one version, and other ecosystems no common command", () => {
    const spring = (to: string) => [raised("pom", "org.s:web", "5.2", to), raised("pom", "org.s:core", "5.2", "5.3")];
    expect(textOf(pasteFor(spring("5.3"), { isDirect: true }))).toBe(
      "mvn versions:use-dep-version -Dincludes=org.s:core,org.s:web -DdepVersion=5.3",
    );
    expect(pasteFor(spring("5.4"), { isDirect: true })).toBeUndefined();
    expect(
      pasteFor([raised("npm", "a", "1.0.0", "1.0.1"), raised("npm", "b", "1.0.0", "1.0.1")], { isDirect: true }),
    ).toBeUndefined();
    expect(pasteFor([], {})).toBeUndefined();
  });

  it("is left out if it would be too long to be read", () => {
    const many = Array.from({ length: 60 }, (_, index) => raised("debian", `linux-image-${index}`, "1", "2"));
    expect(pasteFor(many, { manager: "apt-get" })).toBeUndefined();
  });
});

describe("the system's package manager", () => {
  const installed = (...names: string[]) => names.map((name) => ({ name, version: "1", type: "debian", system: true }));

  it("is the one that is installed; a distroless image has none", () => {
    expect(managerAmong(installed("libc6", "apt"))).toBe("apt-get");
    expect(managerAmong(installed("musl", "apk-tools"))).toBe("apk");
    expect(managerAmong(installed("yum", "dnf"))).toBe("dnf");
    expect(managerAmong(installed("yum", "rpm"))).toBe("yum");
    expect(managerAmong(installed("microdnf", "rpm"))).toBe("microdnf");
    expect(managerAmong(installed("libc6", "base-files"))).toBeUndefined();
  });

  it("upgrades everything", () => {
    expect(upgradeAll("apt-get")).toBe("apt-get update && apt-get upgrade -y");
    expect(upgradeAll("apk")).toBe("apk upgrade --no-cache");
    expect(upgradeAll("dnf")).toBe("dnf upgrade -y");
  });
});

const TYPES = "npm pnpm yarn bun pip python-pkg poetry uv gomod pom cargo composer bundler nuget debian".split(" ");
const SITUATIONS: readonly Situation[] = [
  { isDirect: true },
  { isDirect: false },
  { manager: "apt-get" },
  { manager: "apk" },
  { manager: "zypper" },
];

/** Names and versions that begin well and end badly, alongside texts of any kind. */
const hostile = (good: readonly string[]) =>
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc
      .tuple(
        fc.constantFrom(...good),
        fc.constantFrom("", "$(", "&&", "--", "\u202e", "\u0000", ...`\n \`;|>'"\\-*~#!%=`),
        fc.string({ maxLength: 12 }),
      )
      .map((parts) => parts.join("")),
    fc.constantFrom(...good),
  );
const NAMES = hostile("qs @acme/log Django golang.org/x/net org.acme:log acme/log libssl3 -rf --help g++".split(" "));
const VERSIONS = hostile(["1.2.3", "v1.2.3", "1.2.4-rc.1", "2:1.0-1", "1.2.3+incompatible", "1.2"]);

/**
 * The shape of every text: words of harmless letters, quotes only in pairs around them, `&&` only after
 * `apt-get update`.
 */
const WORD = String.raw`(?:[A-Za-z0-9@_./:,+=-]+|'[A-Za-z0-9_./-]+(?:>=|:\^)[A-Za-z0-9.-]+')`;
const COMMAND = new RegExp(`^(?:apt-get update && )?[a-z][a-z-]*(?: ${WORD})+$`);
const LINE = /^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$/;

describe("whatever a stranger writes into a name or a version", () => {
  // Proves: plan-offers-paste-harmless
  it("is never a part of a command unless it is harmless in any shell", () => {
    let made = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...TYPES),
        NAMES,
        VERSIONS,
        VERSIONS,
        fc.constantFrom(...SITUATIONS),
        (type, name, from, to, situation) => {
          const found = pasteFor([{ type, name, from, to }], situation);
          const text = textOf(found);
          if (text === undefined) return;
          made += 1;
          expect(text).toMatch(found?.line === undefined ? COMMAND : LINE);
          // A name that begins with a dash would be an option.
          expect(name).not.toMatch(/^-/);
          expect(text).not.toMatch(/[\n\r\t$`;|\\*?~#!%<(){}[\]]/);
        },
      ),
      { numRuns: 20_000 },
    );
    expect(made).toBeGreaterThan(200);
  });
});

function pasted(
  found: readonly (readonly [InstalledPackage, fix: string, over?: Partial<Finding>])[],
  others: readonly InstalledPackage[] = [],
) {
  const packages = [...found.map(([each]) => each), ...others];
  const findings = found.map(([{ name, version, type, ecosystem, path }, fix, over]) =>
    makeFinding({ package: { name, version, type, ecosystem }, fixedVersions: [fix], path, ...over }),
  );
  const outcome = scanned(findings);
  if (!("scan" in outcome)) throw new Error("no scan");
  const target = judged(judge([{ ...outcome, scan: { ...outcome.scan, packages } }], makeSettings()));
  return withCommands(makePlan(target, { unproven: "nobody looked" }), packages).steps.map((step) =>
    step.kind === "upgrade" ? (step.command ?? step.line?.text) : undefined,
  );
}

const system = (name: string, version = "1.0", source = name): InstalledPackage => ({
  name,
  version,
  type: "debian",
  system: true,
  source: { name: source, version },
});
const locked = (
  type: string,
  path: string,
  name: string,
  relationship?: string,
  version = "1.0.0",
): InstalledPackage => ({
  name,
  version,
  type,
  path,
  ...(relationship && { relationship }),
});

describe("withCommands", () => {
  it("asks the image's own package manager, and no other", () => {
    expect(pasted([[system("zlib1g"), "1.1"]], [system("apt")])).toEqual([
      "apt-get update && apt-get install -y --only-upgrade zlib1g",
    ]);
    expect(pasted([[system("zlib1g"), "1.1"]])).toEqual([undefined]);
    // A Python package of that name is not a package manager.
    expect(pasted([[system("zlib1g"), "1.1"]], [locked("python-pkg", "x/apt", "apt")])).toEqual([undefined]);
  });

  it("takes a dependency for direct only if the lock file says so, and has one project", () => {
    const ms = (relationship?: string) => [locked("pnpm", "pnpm-lock.yaml", "ms", relationship), "1.0.1"] as const;
    expect(pasted([ms("direct")])).toEqual(["pnpm update ms@1.0.1"]);
    expect(pasted([ms("indirect")])).toEqual([undefined]);
    expect(pasted([ms()])).toEqual([undefined]);
    expect(pasted([ms("direct")], [locked("pnpm", "pnpm-lock.yaml", "web", "workspace")])).toEqual([undefined]);
  });

  it("installs the advised version of npm's direct dependency, and has nothing for an indirect one", () => {
    const qs = (relationship: string) => [locked("npm", "package-lock.json", "qs", relationship), "1.0.1"] as const;
    expect(pasted([qs("direct")])).toEqual(["npm install qs@1.0.1"]);
    expect(pasted([qs("indirect")])).toEqual([undefined]);
  });

  it("needs every package of a Maven release to be direct", () => {
    const spring = (name: string, relationship: string) =>
      [
        { ...locked("pom", "pom.xml", `org.springframework:${name}`, relationship), ecosystem: "maven" },
        "1.0.1",
      ] as const;
    expect(pasted([spring("spring-core", "direct"), spring("spring-web", "direct")])).toEqual([
      "mvn versions:use-dep-version -Dincludes=org.springframework:spring-core,org.springframework:spring-web -DdepVersion=1.0.1",
    ]);
    expect(pasted([spring("spring-core", "direct"), spring("spring-web", "indirect")])).toEqual([undefined]);
  });

  it("names the version where a lock file has several, and raises a program where its source is", () => {
    const other = locked("cargo", "Cargo.lock", "time", undefined, "0.1.0");
    expect(pasted([[locked("cargo", "Cargo.lock", "time"), "1.0.1"]], [other])).toEqual([
      "cargo update -p time@1.0.0 --precise 1.0.1",
    ]);
    expect(pasted([[locked("gobinary", "usr/bin/app", "golang.org/x/net", undefined, "v0.1.0"), "0.2.0"]])).toEqual([
      "go get golang.org/x/net@v0.2.0",
    ]);
  });

  it("has none for what another package or a tool brought along, and for a list that dotnet does not write", () => {
    const owner = { ecosystem: "Python", name: "sparkly" };
    expect(pasted([[locked("python-pkg", "a/site-packages/b/METADATA", "b"), "1.0.1", { owner }]])).toEqual([
      undefined,
    ]);
    expect(pasted([[locked("nuget", "packages.config", "A"), "1.0.1"]])).toEqual([undefined]);
    expect(pasted([[locked("nuget", "packages.lock.json", "A"), "1.0.1"]])).toEqual([
      "dotnet add package A --version 1.0.1",
    ]);
  });
});

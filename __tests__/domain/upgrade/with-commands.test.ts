import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { withCommands } from "../../../src/domain/upgrade/commands.ts";
import { makePlan } from "../../../src/domain/upgrade/plan.ts";
import { judged, makeFinding, makeSettings, scanned } from "../make.ts";

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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { dependencySnapshot, type SnapshotFacts } from "../../../src/render/formats/dependency-snapshot.ts";
import { cpuMs } from "../../support/runs/patience.ts";
import { target } from "../build.ts";
import { FACTS } from "../facts.ts";

const facts: SnapshotFacts = {
  sha: "a".repeat(40),
  ref: "refs/heads/main",
  job: { id: "1", correlator: "CI / scan / app" },
  tool: FACTS.tool,
  scannedAt: new Date("2026-11-24T15:00:00Z"),
  image: "app",
};
const snapshotOf = (packages: readonly InstalledPackage[], more: Partial<SnapshotFacts> = {}) => {
  const judged = target();
  return dependencySnapshot({ ...judged, scan: { ...judged.scan, packages } }, { ...facts, ...more });
};
const npm = (name: string, more: Partial<InstalledPackage> = {}): InstalledPackage => ({
  name,
  version: "1.0.0",
  type: "npm",
  purl: `pkg:npm/${name}@1.0.0`,
  path: "app/package-lock.json",
  id: `${name}@1.0.0`,
  ...more,
});
const resolvedIn = ({ snapshot }: ReturnType<typeof snapshotOf>) =>
  Object.values(snapshot.manifests).flatMap(({ resolved }) => Object.values(resolved));

describe("a snapshot for the dependency graph", () => {
  it("tells what a lock file asks for, what came with that, and what needs what", () => {
    const { snapshot } = snapshotOf([
      npm("shop", { relationship: "root", dependsOn: ["express@1.0.0"] }),
      npm("express", { relationship: "direct", dependsOn: ["lodash@1.0.0", "gone@1.0.0", "express@1.0.0"] }),
      npm("lodash", { relationship: "indirect" }),
    ]);
    expect(snapshot.manifests).toEqual({
      "app: app/package-lock.json": {
        name: "app: app/package-lock.json",
        resolved: {
          "pkg:npm/express@1.0.0": {
            package_url: "pkg:npm/express@1.0.0",
            relationship: "direct",
            dependencies: ["pkg:npm/lodash@1.0.0"],
          },
          "pkg:npm/lodash@1.0.0": { package_url: "pkg:npm/lodash@1.0.0", relationship: "indirect" },
        },
      },
    });
  });

  it("takes what another package needs for indirect where the scanner does not know", () => {
    const all = resolvedIn(snapshotOf([npm("a", { dependsOn: ["b@1.0.0"] }), npm("b"), npm("c")]));
    expect(all.map(({ package_url, relationship }) => `${package_url} ${relationship}`).sort()).toEqual([
      "pkg:npm/a@1.0.0 direct",
      "pkg:npm/b@1.0.0 indirect",
      "pkg:npm/c@1.0.0 direct",
    ]);
  });

  it.each([
    ["of the system", { type: "debian", purl: "pkg:deb/debian/bash@5.2" }],
    ["of Alpine", { type: "apk", purl: "pkg:apk/alpine/busybox@1" }],
    ["of an RPM", { type: "redhat", purl: "pkg:rpm/redhat/bash@5" }],
    ["of C", { type: "conan", purl: "pkg:conan/zlib@1" }],
    ["without a package URL", { purl: undefined }],
    ["with a broken one", { purl: "pkg:npm/%zz@1" }],
    ["with an endless one", { purl: `pkg:npm/${"a".repeat(1001)}@1` }],
    ["that the lock file itself belongs to", { relationship: "root" }],
    ["of the workspace", { relationship: "workspace" }],
  ])("leaves a package %s out", (_, more) => {
    expect(snapshotOf([npm("x", more)]).snapshot.manifests).toEqual({});
  });

  it("has the module that a program was built from, as it has its own advisories", () => {
    const purl = "pkg:golang/github.com/Acme/Tool@v1.2.3?type=module#cmd";
    const program = {
      type: "gobinary",
      listedIn: "program",
      path: "usr/bin/tool",
      relationship: "root",
      purl,
    } as const;
    const [found] = resolvedIn(snapshotOf([npm("tool", program)]));
    expect(found?.package_url).toBe("pkg:golang/github.com/acme/tool@v1.2.3");
  });

  it("names a package once, in one spelling, and keeps what was asked for", () => {
    const own = { type: "python-pkg", listedIn: "own-file" } as const;
    const twice = snapshotOf([
      npm("x", { ...own, purl: "pkg:pypi/Some_Name@1.0", relationship: "indirect", id: "1" }),
      npm("x", { ...own, purl: "pkg:PyPI/some-name@1.0?x=y", relationship: "direct", id: "2" }),
    ]);
    expect(twice.snapshot.manifests["app: python-pkg"]?.resolved).toEqual({
      "pkg:pypi/some-name@1.0": { package_url: "pkg:pypi/some-name@1.0", relationship: "direct" },
    });
    expect(twice.packages).toBe(1);
  });

  it("of 50,000 packages takes no time that grows with their square", () => {
    const many = Array.from({ length: 50_000 }, (_, index) =>
      npm(`p${index}`, { relationship: index < 49_000 ? "indirect" : "direct", dependsOn: [`p${index + 1}@1.0.0`] }),
    );
    const since = cpuMs();
    // Quadratic time would be minutes.
    expect(snapshotOf(many).packages).toBe(50_000);
    expect(cpuMs() - since).toBeLessThan(20_000);
  });

  it("of places whose names look alike has a manifest for each", () => {
    const names = ["x", "y", "z"].map(
      (end) => `${"long/".repeat(50)}middle-${end}${"/long".repeat(50)}/package-lock.json`,
    );
    const { manifests } = snapshotOf(names.map((path, index) => npm(`p${index}`, { path }))).snapshot;
    expect(Object.keys(manifests)).toHaveLength(3);
    for (const [key, { name }] of Object.entries(manifests)) expect([key, name.length < 210]).toEqual([name, true]);
  });

  it("names the Dockerfile as the file where it is known, and nothing else", () => {
    const [manifest] = Object.values(snapshotOf([npm("x")], { dockerfile: "docker/Dockerfile" }).snapshot.manifests);
    expect(manifest?.file).toEqual({ source_location: "docker/Dockerfile" });
  });

  // Proves: hostile-names-stay-text
  it("whatever an image says, has keys that are package URLs and dependencies that are there", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "constructor", "a", "b"));
    const anyPackage = fc.record({
      name: text,
      version: text,
      type: fc.constantFrom("npm", "jar", "python-pkg", "__proto__"),
      purl: fc.oneof(
        text,
        text.map((each) => `pkg:npm/${each}`),
        text.map((each) => `pkg:maven/${each}/b@${each}`),
      ),
      path: text,
      id: text,
      relationship: fc.constantFrom("direct", "indirect", "unknown"),
      dependsOn: fc.array(text, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(anyPackage, { maxLength: 8 }), (packages) => {
        for (const { name, resolved } of Object.values(snapshotOf(packages).snapshot.manifests)) {
          expect(name).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          for (const [key, { package_url: url, dependencies = [] }] of Object.entries(resolved)) {
            expect(url).toBe(key);
            expect(url).toMatch(/^pkg:(?:npm|maven)\/[\x21-\x7e]+$/);
            for (const each of dependencies) expect(Object.keys(resolved)).toContain(each);
          }
        }
      }),
    );
  });
});

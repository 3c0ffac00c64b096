import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { toCycloneDx } from "../../src/baseline/packages-sbom.ts";
import type { ScanResult, Target } from "../../src/domain/target.ts";
import type { Database } from "../../src/scanners/trivy/database/database.ts";
import type { InstalledTrivy } from "../../src/scanners/trivy/install/install.ts";
import { LayerCache } from "../../src/scanners/trivy/scan/layer-cache.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { javaDatabase, vulnerabilityDatabase, writeDatabases } from "../support/database.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import * as images from "../support/images.ts";
import { scanOne, VULNERABILITIES } from "../support/scans.ts";

const whole = temporaryFolder("cyclonedx");
let trivy: InstalledTrivy;
let database: Database;
let java: Database;
beforeAll(async () => {
  trivy = { path: await ensureTrivy(), version: "0.76.0", origin: "given binary" };
  const now = new Date();
  writeDatabases(whole.path, { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) });
  database = { folder: join(whole.path, "db"), updatedAt: now, nextUpdate: now };
  java = { folder: join(whole.path, "java-db"), updatedAt: now, nextUpdate: now };
});
afterAll(() => whole.remove());

let folder: TemporaryFolder;
let world: TestWorld;
let javaAsked: number;
beforeEach(() => {
  folder = temporaryFolder("cyclonedx");
  world = testWorld(folder.path);
  javaAsked = 0;
});
afterEach(() => folder.remove());

function scan(kind: Target["kind"], input: string): Promise<ScanResult> {
  const settings = {
    trivy,
    database,
    ...VULNERABILITIES,
  };
  const layers = new LayerCache(join(world.runFolder, "cache"));
  const reportFile = join(world.runFolder, "report.json");
  const javaDatabaseOnce = async () => {
    javaAsked++;
    return java;
  };
  return scanOne(
    { kind, input, label: input },
    { ...settings, javaDatabase: javaDatabaseOnce, offline: false, layers, reportFile },
    world,
  );
}

/**
 * All that a comparison and a reader may ask of a finding, without what an SBOM cannot know: layers' numbers, owners.
 */
const essence = ({ findings }: ScanResult) =>
  findings.map(({ layer, owner: _, ...finding }) => JSON.stringify({ ...finding, layer: layer?.diffId })).sort();

async function again(name: string, result: ScanResult): Promise<ScanResult> {
  const { packages, artifact } = result;
  writeFileSync(
    join(world.workspace, "sbom.cdx.json"),
    JSON.stringify(toCycloneDx({ name, os: artifact.os, packages })),
  );
  return scan("sbom", "sbom.cdx.json");
}

describe("an image's packages as CycloneDX", () => {
  it.each([
    ["debian", images.debian12, 16],
    ["alpine", images.alpine, 6],
    ["node", images.node, 2],
    ["python with a jar below", images.python, 13],
    ["python with a jar of the Java database", () => images.python({ withNopomJar: true }), 14],
    ["an end-of-life system", images.endOfLife, 2],
    ["hostile names in lock files", images.hostile, 40],
    ["nothing that is known", images.distroless, 0],
  ])("give the findings of the image itself: %s", async (name, image, count) => {
    images.saveImage(join(world.workspace, "image.tar"), image());
    const result = await scan("image", "image.tar");
    expect(result.findings).toHaveLength(count);
    const javaBefore = javaAsked;
    const matched = await again(name, result);
    // A package URL cannot have two slashes in a row, and the scan of an SBOM goes by the package URL.
    const written = { ...result, findings: result.findings.filter(({ package: of }) => !of?.name.includes("//")) };
    expect(essence(matched)).toEqual(essence(written));
    expect(javaAsked).toBe(javaBefore);
    expect(matched.artifact.os).toEqual(result.artifact.os);
  });

  it("give the findings of sources with lock files", async () => {
    const write = (name: string, text: string) => {
      mkdirSync(join(world.workspace, "src"), { recursive: true });
      writeFileSync(join(world.workspace, "src", name), text);
    };
    const modules = { lodash: "4.17.20", minimist: "0.2.1", "@scope/lodash": "1.0.0" };
    const entries = Object.entries(modules).map(([name, version]) => [`node_modules/${name}`, { version }]);
    write(
      "package-lock.json",
      JSON.stringify({
        name: "app",
        lockfileVersion: 3,
        packages: { "": { name: "app", dependencies: modules }, ...Object.fromEntries(entries) },
      }),
    );
    write("requirements.txt", "requests==2.31.0\nJinja2==3.1.2\n");
    const result = await scan("path", "src");
    expect(result.findings.length).toBeGreaterThan(1);
    expect(essence(await again("src", result))).toEqual(essence(result));
  });

  it("leave out what Trivy does not look for either", () => {
    const purl = "pkg:deb/debian/a@1";
    const of = (more: object) => ({ name: "a", version: "1", type: "debian", system: true, ...more });
    const packages = [of({ purl }), of({ purl, thirdParty: true }), of({})];
    const { components } = toCycloneDx({ name: "x", os: undefined, packages });
    expect(components.map((each) => each["bom-ref"])).toEqual(["package-0"]);
  });
});

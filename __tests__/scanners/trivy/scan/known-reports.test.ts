import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureTrivy } from "../../../../scripts/setup/tools.ts";
import type { ScanResult } from "../../../../src/domain/target.ts";
import { imageAcquirer } from "../../../../src/images/acquire/acquire.ts";
import { KnownReports } from "../../../../src/scanners/trivy/scan/known-reports.ts";
import { LayerCache } from "../../../../src/scanners/trivy/scan/layer-cache.ts";
import { scanTarget } from "../../../../src/scanners/trivy/scan/scan.ts";
import { javaDatabase, vulnerabilityDatabase, writeDatabases } from "../../../support/database.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { alpine, debian12, saveImage } from "../../../support/images.ts";
import { dockerArchive } from "../../../support/oci.ts";
import { writeProgram } from "../../../support/program.ts";
import { type Registry, startRegistry } from "../../../support/registry.ts";
import { scanOne, VULNERABILITIES } from "../../../support/scans.ts";
import { type TestWorld, testWorld } from "../world.ts";

const folder = temporaryFolder("known-reports");
const at = (name: string) => join(folder.path, name);
const now = new Date();
const database = (name: string) => ({ folder: at(name), updatedAt: now, nextUpdate: now });
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
  writeDatabases(folder.path, { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) });
  registry.add("one", "1.0", debian12());
  registry.add("other", "2.0", debian12());
  registry.add("alpine", "1.0", alpine());
  // The real Trivy, which is counted.
  writeProgram(at("trivy"), `echo $$ >> '${at("processes")}'; exec '${await ensureTrivy()}' "$@"`);
});
afterAll(async () => {
  await registry.close();
  folder.remove();
});

let world: TestWorld;
let reports: KnownReports;
let scans = 0;
beforeEach(() => {
  writeFileSync(at("processes"), "");
  world = testWorld(at(`world-${scans++}`));
  reports = new KnownReports();
});
const processes = () => readFileSync(at("processes"), "utf8").trim().split("\n").filter(Boolean).length;
const name = (of: string) => `${registry.host}/${of}`;
const reportOf = (input: string) => join(world.runFolder, `${input.replaceAll(/\W/g, "-")}.json`);

interface More {
  readonly reports?: KnownReports;
  readonly trivy?: string;
  readonly platform?: string;
}

const settingsOf = (input: string, more: More = {}) => ({
  ...VULNERABILITIES,
  imageSource: ["remote"],
  trivy: { path: more.trivy ?? at("trivy"), version: "0.76.0", origin: "given binary" } as const,
  database: database("db"),
  javaDatabase: async () => database("java-db"),
  layers: new LayerCache(join(world.runFolder, `cache-${scans++}`)),
  reports: more.reports ?? reports,
  reportFile: reportOf(input),
});

function scan(input: string, more: More = {}) {
  return scanOne({ kind: "image", input, label: input, platform: more.platform }, settingsOf(input, more), world);
}

const idsOf = ({ findings }: ScanResult) => findings.map(({ id }) => id).sort();

/** A report without what no two scans have in common. */
function read(input: string): unknown {
  const moving = new Set(["CreatedAt", "ReportID"]);
  return JSON.parse(readFileSync(reportOf(input), "utf8"), (key, value) => (moving.has(key) ? undefined : value));
}

describe("one image under several names", () => {
  it.each([
    ["one after the other", false],
    ["at the same time", true],
  ])(
    "is scanned once, %s, and each name has the report that a scan of its own would have written",
    async (_, together) => {
      const [one, other] = [name("one:1.0"), name("other:2.0")];
      const results: ScanResult[] = [];
      if (together) results.push(...(await Promise.all([scan(one), scan(other)])));
      else for (const each of [one, other]) results.push(await scan(each));
      expect(processes()).toBe(1);
      const [first, second] = results as [ScanResult, ScanResult];
      expect(idsOf(second)).toEqual(idsOf(first));
      expect(idsOf(first).length).toBeGreaterThan(10);
      expect(second.artifact).toMatchObject({ names: [other] });
      const again = read(other);
      const own = await scan(other, { reports: new KnownReports() });
      expect(processes()).toBe(2);
      expect(again).toEqual(read(other));
      expect({ ...second, provenance: undefined }).toEqual({ ...own, provenance: undefined });
    },
  );

  // Proves: one-image-scanned-once
  it("is scanned once, also if both scans begin in the same moment", async () => {
    await using images = imageAcquirer({ imageSource: ["remote"], offline: false, timeoutMs: 30_000 }, world);
    const target = (input: string) => ({ kind: "image", input, label: input }) as const;
    const located = (location: string) => ({ how: "reference", location }) as const;
    const [one, other] = [name("one:1.0"), name("other:2.0")];
    const image = await images.acquire(target(one), located(one), {}, world);
    if ("scannerOnly" in image) throw new Error("the registry has it");
    const begin = (input: string) => scanTarget(target(input), located(input), { ...settingsOf(input), image }, world);
    const [first, second] = await Promise.all([begin(one), begin(other)]);
    expect(processes()).toBe(1);
    expect(idsOf(second)).toEqual(idsOf(first));
  });

  it("of other bytes is scanned: another image, and the same one packed in another way", async () => {
    await scan(name("one:1.0"));
    await scan(name("alpine:1.0"));
    expect(processes()).toBe(2);
    saveImage(join(world.workspace, "app.tar"), debian12());
    writeFileSync(join(world.workspace, "app.tar.gz"), gzipSync(dockerArchive(debian12(), [])));
    const [tar, zipped] = [await scan("app.tar"), await scan("app.tar.gz")];
    expect(processes()).toBe(3);
    expect(idsOf(zipped)).toEqual(idsOf(tar));
    expect([tar.artifact.names, zipped.artifact.names]).toEqual([["app.tar"], ["app.tar.gz"]]);
  });

  it("is scanned again if the first scan failed, or its report is gone", async () => {
    writeProgram(at("broken"), `echo > '${at("begun")}'; until [ -e '${at("go")}' ]; do sleep 0.05; done; exit 1`);
    const failing = scan(name("one:1.0"), { trivy: at("broken") });
    // Otherwise the other one could be the first, and have a report for both.
    await vi.waitUntil(() => existsSync(at("begun")), { timeout: 60_000 });
    const other = scan(name("other:2.0"));
    writeFileSync(at("go"), "");
    const [failed, waiting] = await Promise.allSettled([failing, other]);
    expect([failed.status, waiting.status]).toEqual(["rejected", "fulfilled"]);
    expect(processes()).toBe(1);
    rmSync(reportOf(name("other:2.0")));
    await scan(name("one:1.0"));
    expect(processes()).toBe(2);
  });

  it("is held to the platform that each asks for", async () => {
    await scan(name("one:1.0"), { platform: "linux/amd64" });
    await expect(scan(name("other:2.0"), { platform: "linux/arm64" })).rejects.toMatchObject({
      code: "platform-mismatch",
    });
    expect(processes()).toBe(1);
  });
});
